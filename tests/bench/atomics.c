/*
 * Two harts change the same words: counters by AMO and by LR/SC, and what a lock guards.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ROUNDS SIZE(300, 2500000)
const uint64_t work_checksum = SIZE(0x9cff733b7cc5e75a, 0x41c0341460854e09);

#define ALONE __attribute__((aligned(64))) /* on a cache line of its own */

static ALONE uint64_t added, toggled, largest;
static ALONE uint64_t counted;
static ALONE struct {
    uint32_t lock;
    uint32_t plain;
    uint64_t sum;
} guarded;
static ALONE uint64_t instructions[2];

static void count_one(void)
{
    uint64_t old, failed;

    asm volatile("1: lr.d %0, (%2)\n"
                 "   addi %0, %0, 1\n"
                 "   sc.d %1, %0, (%2)\n"
                 "   bnez %1, 1b"
                 : "=&r"(old), "=&r"(failed) : "r"(&counted) : "memory");
}

static void with_lock(uint64_t value)
{
    while (__atomic_exchange_n(&guarded.lock, 1, __ATOMIC_ACQUIRE)) {
        while (__atomic_load_n(&guarded.lock, __ATOMIC_RELAXED)) {
            asm volatile("pause");
        }
    }
    guarded.plain++;
    guarded.sum += value;
    __atomic_store_n(&guarded.lock, 0, __ATOMIC_RELEASE);
}

static uint64_t change(uint64_t hart)
{
    uint64_t start = csr_read(minstret), seed = 0x1ead + hart;

    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t value = random_next(&seed);

        __atomic_fetch_add(&added, value & 0xff, __ATOMIC_RELAXED);
        __atomic_fetch_xor(&toggled, value, __ATOMIC_RELAXED);
        asm volatile("amomaxu.d zero, %0, (%1)" : : "r"(value), "r"(&largest) : "memory");
        count_one();
        with_lock(value >> 32);
    }
    instructions[hart] = csr_read(minstret) - start;
    return 0;
}

uint64_t work(void)
{
    uint64_t sum;

    hart_start(1, change, 1);
    change(0);
    hart_wait(1);
    work_instructions = instructions[0] + instructions[1];
    CHECK_EQ(counted, 2 * ROUNDS);
    CHECK_EQ(guarded.plain, 2 * ROUNDS);
    sum = mixed(0, added);
    sum = mixed(sum, toggled);
    sum = mixed(sum, largest);
    return mixed(sum, guarded.sum);
}
