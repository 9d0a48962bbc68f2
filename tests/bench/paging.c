/*
 * Records that lie all over 8 MiB are looked up and changed in an order that no cache of
 * translations foresees: every 140 instructions or so another page is touched. With USER in user
 * mode under Sv39, everything mapped by 4 KiB pages; without, in machine mode.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#include "paging.h"

#define LOOKUPS SIZE(500, 2200000)
const uint64_t work_checksum = SIZE(0xf83c1ef3c5, 0x10ca3f22470578);

#define RECORDS 65536
#define WORDS 16

static struct record {
    uint32_t words[2 * WORDS];
} records[RECORDS];

static uint64_t look_up(uint64_t seed)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < LOOKUPS; i++) {
        uint64_t number = random_next(&seed);
        struct record *record = &records[number % RECORDS];
        uint32_t *words = &record->words[number >> 40 & WORDS];
        uint32_t hash = number >> 32;

        for (unsigned j = 0; j < WORDS; j++) {
            hash = hash * 33 + words[j];
        }
        words[hash % WORDS] = hash;
        sum += hash;
    }
    return sum;
}

#ifdef USER
extern char image_end[];

/* The image, at TEST_VA for user mode. */
static uint64_t in_mode(uint64_t (*fn)(uint64_t), uint64_t arg)
{
    struct space s = space_new(3);
    uint64_t sum;

    for (uint64_t pa = RAM_BASE; pa < (uint64_t)image_end; pa += PAGE_SIZE) {
        space_map(&s, TEST_VA + pa - RAM_BASE, pa, 0, PTE_RWX | PTE_U);
    }
    space_on(&s, 1);
    hart()->user_offset = TEST_VA - RAM_BASE;
    sum = run_in(MODE_U, fn, arg);
    space_off();
    return sum;
}
#else
static uint64_t in_mode(uint64_t (*fn)(uint64_t), uint64_t arg)
{
    return fn(arg);
}
#endif

uint64_t work(void)
{
    return in_mode(look_up, 0xface);
}
