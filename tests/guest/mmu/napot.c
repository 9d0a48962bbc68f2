/*
 * Svnapot: sixteen entries that say the same map 64 KiB; other sizes are reserved. Svpbmt: the
 * memory types that menvcfg.PBMTE lets through, and the reserved one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define SIZE_64K 0x10000ul
#define PAGES 16

static uint8_t area[2 * SIZE_64K] __attribute__((aligned(SIZE_64K)));
static struct space space;

#define NAPOT_64K 8ul /* ppn[3:0] of an entry for 64 KiB */

/*
 * Sixteen entries at TEST_VA: napot, of the range at `area`, with these low bits of the page
 * number.
 */
static void map_napot(uint64_t ppn_low, uint64_t extra)
{
    for (unsigned i = 0; i < PAGES; i++) {
        *space_pte(&space, TEST_VA + i * PAGE_SIZE, 0) =
            (PTE_OF(area) | ppn_low << 10 | PTE_N | PTE_RW) ^ extra;
    }
    sfence_all();
}

static uint64_t napot(uint64_t unused)
{
    map_napot(NAPOT_64K, 0);
    for (unsigned i = 0; i < PAGES; i++) {
        volatile uint64_t *there = (volatile uint64_t *)(area + i * PAGE_SIZE + 8 * i);

        *there = 0x1000 + i;
        CHECK_EQ(try_ld(TEST_VA + i * PAGE_SIZE + 8 * i), 0x1000 + i);
        try_sd(TEST_VA + i * PAGE_SIZE + 8 * i, 0x2000 + i);
        CHECK_NO_TRAP();
        CHECK_EQ(*there, 0x2000 + i);
    }
    for (uint64_t low = 0; low < 16; low++) { /* only x000 with bit 3 set is defined */
        if (low != NAPOT_64K) {
            map_napot(low, 0);
            try_ld(TEST_VA);
            CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA);
            try_sd(TEST_VA + 0x5008, 0);
            CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA + 0x5008);
        }
    }
    map_napot(NAPOT_64K, PTE_W | PTE_D);
    try_ld(TEST_VA + 0xf000);
    CHECK_NO_TRAP();
    try_sd(TEST_VA + 0xf000, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA + 0xf000);

    for (unsigned level = 1; level <= 2; level++) { /* reserved in a larger leaf */
        struct space other = space_new(3);

        *space_pte(&other, TEST_VA, level) = PTE_OF(RAM_BASE) | PTE_RW | PTE_N;
        csr_write(satp, space_satp(&other, 0));
        sfence_all();
        try_ld(TEST_VA);
        CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA);
        csr_write(satp, space_satp(&space, 0));
        sfence_all();
    }
    return unused;
}

static uint64_t memory_types(uint64_t allowed)
{
    static const uint64_t types[] = { 0, PTE_PBMT_NC, PTE_PBMT_IO, PTE_PBMT_RESERVED };

    for (unsigned i = 0; i < ARRAY_LEN(types); i++) {
        space_map(&space, TEST_VA, (uint64_t)area, 0, PTE_RW | types[i]);
        sfence_all();
        CHECK_EQ(try_ld(TEST_VA), (allowed >> i & 1) ? *(uint64_t *)area : TEST_VA);
        if (allowed >> i & 1) {
            CHECK_NO_TRAP();
        } else {
            CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA);
        }
    }
    space_map(&space, TEST_VA, (uint64_t)area, 0, PTE_RW); /* reserved in a pointer in any case */
    *space_pte(&space, TEST_VA, 1) |= PTE_PBMT_NC;
    sfence_all();
    try_ld(TEST_VA);
    CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA);
    *space_pte(&space, TEST_VA, 1) &= ~PTE_PBMT_NC;
    return 0;
}

int main(void)
{
    space = space_new(3);
    space_pte(&space, TEST_VA, 0);
    space_on(&space, 0);
    run_in(MODE_S, napot, 0);

    run_in(MODE_S, memory_types, 1);
    csr_set(menvcfg, MENVCFG_PBMTE);
    sfence_all();
    run_in(MODE_S, memory_types, 7);
    csr_clear(menvcfg, MENVCFG_PBMTE);
    sfence_all();
    run_in(MODE_S, memory_types, 1);
    return 0;
}
