/*
 * Changes of page tables become visible after the fences that say so: sfence.vma by everything, by
 * address, by ASID, by both, and Svinval's; address spaces with ASIDs of their own; global pages;
 * satp = Bare.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fences.h"

static uint64_t pages[4][512] __attribute__((aligned(4096)));
static struct space first, second;

static void fill(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(pages); i++) {
        pages[i][0] = 0xa0 + i;
        pages[i][1] = 0x0000806700050513ul | (uint64_t)i << 20; /* addi a0, a0, i; ret */
    }
    fence_i();
}

/* Remap one page again and again; loads, stores and fetches follow. `asid` is the one in satp. */
static uint64_t remap(uint64_t asid)
{
    uint64_t va = TEST_VA + 0x3000;

    for (unsigned round = 0; round < 8 * FENCE_FORMS; round++) {
        unsigned i = round % 3, kind = round % FENCE_FORMS;

        fill();
        space_map(&first, va, (uint64_t)pages[i], 0, PTE_RWX);
        fence_by(kind, va + 8 * round, asid); /* any address in the page */
        CHECK_EQ(try_ld(va), 0xa0 + i);
        CHECK_EQ(try_call(va + 8, 100), 100 + i);
        try_sd(va, 0xb0);
        CHECK_NO_TRAP();
        CHECK_EQ(pages[i][0], 0xb0);

        space_map(&first, va, (uint64_t)pages[i], 0, PTE_RW & ~PTE_W);
        fence_by(kind, va, asid);
        CHECK_EQ(try_ld(va), 0xb0);
        try_sd(va, 0);
        CHECK_TRAP(CAUSE_STORE_PAGE, va);
        try_call(va + 8, 0);
        CHECK_TRAP(CAUSE_FETCH_PAGE, va + 8);

        space_map(&first, va, (uint64_t)pages[i], 0, 0);
        fence_by(kind, va, asid);
        try_ld(va);
        CHECK_TRAP(CAUSE_LOAD_PAGE, va);
        CHECK_EQ(pages[i][0], 0xb0);
    }
    return 0;
}

/* addi a0, a0, i; ret: across the border of two pages, and at `code` of the second one. */
static uint16_t halves[4][PAGE_SIZE / 2] __attribute__((aligned(4096)));

static void write_code(uint16_t *page, unsigned code, unsigned i)
{
    page[0] = 0x0005 | i << 4;
    page[1] = 0x8082;
    page[code] = 0x0513;
    page[code + 1] = page[0];
    page[code + 2] = 0x8082;
}

/*
 * Code that stays what it is, in pages that take each other's place: nothing but the fence tells of it. The instruction on
 * two pages begins in one that is not fenced.
 */
static uint64_t replace_code(uint64_t asid)
{
    uint64_t va = TEST_VA + 0x8000;
    unsigned code = 0x700 / 2;

    for (unsigned i = 0; i < 3; i++) {
        write_code(halves[i], code, i);
    }
    halves[3][PAGE_SIZE / 2 - 1] = 0x0513;
    fence_i();
    space_map(&first, va - PAGE_SIZE, (uint64_t)halves[3], 0, PTE_RWX);
    for (unsigned round = 0; round < 6 * FENCE_FORMS; round++) {
        space_map(&first, va, (uint64_t)halves[round % 3], 0, PTE_RWX);
        fence_by(round % FENCE_FORMS, va + 16 * round, asid);
        for (unsigned i = 0; i < 3; i++) {
            CHECK_EQ(try_call(va + 2 * code, 100), 100 + round % 3);
            CHECK_EQ(try_call(va - 2, 200), 200 + round % 3);
        }
    }
    return 0;
}

/* A large page replaced by small ones: one fence by any address in it ends the large page. */
static uint64_t split(uint64_t asid)
{
    uint64_t va = TEST_VA + 16 * MEGAPAGE_SIZE, offset = (uint64_t)pages & (MEGAPAGE_SIZE - 1);

    for (unsigned kind = 0; kind < FENCE_FORMS; kind++) {
        fill();
        *space_pte(&first, va, 1) = PTE_OF((uint64_t)pages - offset) | PTE_RW;
        fence_by(kind, va, asid);
        CHECK_EQ(try_ld(va + offset), 0xa0);
        CHECK_EQ(try_ld(va + offset + PAGE_SIZE), 0xa1);
        *space_pte(&first, va, 1) = 0;
        space_map(&first, va + offset, (uint64_t)pages[2], 0, PTE_RW);
        space_map(&first, va + offset + PAGE_SIZE, (uint64_t)pages[3], 0, PTE_RW);
        fence_by(kind, va + MEGAPAGE_SIZE - 8, asid); /* once for the large page */
        CHECK_EQ(try_ld(va + offset), 0xa2);
        CHECK_EQ(try_ld(va + offset + PAGE_SIZE), 0xa3);
    }
    return 0;
}

/* Two spaces that differ in one page, under different ASIDs: switching satp is enough. */
static uint64_t switch_spaces(uint64_t asids)
{
    uint64_t asid1 = asids & 0xffff, asid2 = asids >> 16;

    fill();
    space_map(&first, TEST_VA, (uint64_t)pages[0], 0, PTE_RWX);
    space_map(&second, TEST_VA, (uint64_t)pages[1], 0, PTE_RWX);
    sfence_all();
    for (unsigned i = 0; i < 20; i++) {
        csr_write(satp, space_satp(&first, asid1));
        if (asid1 == asid2) {
            sfence_all();
        }
        CHECK_EQ(try_ld(TEST_VA), 0xa0);
        CHECK_EQ(try_call(TEST_VA + 8, 0), 0);
        csr_write(satp, space_satp(&second, asid2));
        if (asid1 == asid2) {
            sfence_all();
        }
        CHECK_EQ(try_ld(TEST_VA), 0xa1);
        CHECK_EQ(try_call(TEST_VA + 8, 0), 1);
    }
    csr_write(satp, space_satp(&first, asid1));
    sfence_all();
    return 0;
}

/* satp.MODE between Bare and Sv39 takes effect at once, without a fence. */
static uint64_t bare(uint64_t unused)
{
    uint64_t satp = csr_read(satp), probe = (uint64_t)&pages[0][0];

    fill();
    space_map(&first, TEST_VA, (uint64_t)pages[2], 0, PTE_RW);
    sfence_all();
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQ(try_ld(TEST_VA), 0xa2);
        csr_write(satp, 0);
        CHECK_EQ(try_ld(probe), 0xa0);
        try_ld(TEST_VA);
        CHECK_TRAP(CAUSE_LOAD_ACCESS, TEST_VA);
        csr_write(satp, satp);
    }
    return unused;
}

/* Global pages are found under any ASID, and go with a fence by address only without an ASID. */
static uint64_t global(uint64_t asid)
{
    fill();
    space_map(&first, TEST_VA, (uint64_t)pages[3], 0, PTE_RW | PTE_G);
    space_map(&second, TEST_VA, (uint64_t)pages[3], 0, PTE_RW | PTE_G);
    sfence_all();
    CHECK_EQ(try_ld(TEST_VA), 0xa3);
    csr_write(satp, space_satp(&second, asid));
    CHECK_EQ(try_ld(TEST_VA), 0xa3);
    space_map(&second, TEST_VA, (uint64_t)pages[0], 0, PTE_RW | PTE_G);
    sfence_va(TEST_VA);
    CHECK_EQ(try_ld(TEST_VA), 0xa0);
    csr_write(satp, space_satp(&first, 0));
    sfence_all();
    return 0;
}

int main(void)
{
    uint64_t asid_max;

    first = space_new(3);
    second = space_new(3);
    asid_max =
        csr_warl(satp, 0xfffful << 44 | 8ul << 60 | (uint64_t)first.root >> 12) >> 44 & 0xffff;

    space_on(&first, 0);
    run_in(MODE_S, remap, 0);
    run_in(MODE_S, replace_code, 0);
    run_in(MODE_S, split, 0);
    run_in(MODE_S, switch_spaces, 0);
    run_in(MODE_S, bare, 0);
    if (asid_max > 1) {
        run_in(MODE_S, switch_spaces, 1 | 2 << 16);
        run_in(MODE_S, global, 2);
        space_on(&first, asid_max);
        run_in(MODE_S, remap, asid_max);
        run_in(MODE_S, replace_code, asid_max);
        run_in(MODE_S, split, asid_max);
    }
    return 0;
}
