/*
 * Entries that become valid without a fence (Svvptc), and what the profiles say of supervisor mode
 * besides: sizes, direct vectors, counter enables, tables in any part of memory (Ssu64xl, Sstvecd,
 * Sscounterenw, Ssccptr).
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define PAGES 40
#define TRIES 100000

static uint64_t data[PAGES * 512] __attribute__((aligned(4096)));
static struct space space;

/* Load from a page that is not there, map it, and load again until that goes through. */
static uint64_t map_and_load(uint64_t page)
{
    uint64_t va = TEST_VA + page * PAGE_SIZE;
    uint64_t *pte = space_pte(&space, va, 0);

    try_ld(va);
    CHECK_TRAP(CAUSE_LOAD_PAGE, va);
    *pte = PTE_OF(data + page * 512) | PTE_RW;
    for (unsigned i = 0; i < TRIES; i++) {
        uint64_t value = try_ld(va);

        if (trap()->cause == (uint64_t)NO_TRAP) {
            return value;
        }
    }
    return -1ul;
}

/* The same where a whole table is missing. */
static uint64_t map_table_and_load(uint64_t page)
{
    uint64_t va = TEST_VA + GIGAPAGE_SIZE;
    uint64_t *pte = space_pte(&space, va, 2), *low = page_new(), *middle = page_new();

    try_sd(va, 5);
    CHECK_TRAP(CAUSE_STORE_PAGE, va);
    low[0] = PTE_OF(data + page * 512) | PTE_RW;
    middle[0] = PTE_OF(low) | PTE_V;
    *pte = PTE_OF(middle) | PTE_V;
    for (unsigned i = 0; i < TRIES; i++) {
        try_sd(va, 5);
        if (trap()->cause == (uint64_t)NO_TRAP) {
            return data[page * 512];
        }
    }
    return -1ul;
}

int main(void)
{
    CHECK_EQ(csr_read(sstatus) >> 32 & 3, 2);
    CHECK_EQ(csr_warl(stvec, 0x80001234), 0x80001234);
    CHECK_EQ(csr_warl(stvec, 0xffffffffffe00ffc), 0xffffffffffe00ffc);
    CHECK_EQ(csr_warl(scounteren, -1ul) & 7, 7);

    space = space_new(3);
    space_on(&space, 1);
    for (uint64_t i = 0; i < PAGES; i++) {
        space_pte(&space, TEST_VA + i * PAGE_SIZE, 0); /* the tables on the way */
        data[i * 512] = 1000 + i;
    }
    sfence_all();
    for (uint64_t i = 0; i < PAGES; i++) {
        CHECK_EQ(run_in(MODE_S, map_and_load, i), 1000 + i);
    }
    CHECK_EQ(run_in(MODE_S, map_table_and_load, 3), 5);
    space_off();
    return 0;
}
