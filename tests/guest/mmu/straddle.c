/*
 * Accesses that lie on two pages. If the second cannot be had, the whole access faults, xtval is
 * the address of the first byte that could not be reached, xepc is the instruction's; no byte has
 * been written. An instruction on two pages is the same for fetches.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

static uint8_t pages[3][4096] __attribute__((aligned(4096)));
static struct space space;

/* Map the two pages at TEST_VA to frames that are not neighbours. */
static void map(uint64_t flags0, uint64_t flags1)
{
    space_map(&space, TEST_VA, (uint64_t)pages[2], 0, flags0);
    space_map(&space, TEST_VA + PAGE_SIZE, (uint64_t)pages[0], 0, flags1);
    sfence_all();
}

#define BORDER (TEST_VA + PAGE_SIZE)

static void fill(void)
{
    for (unsigned i = 0; i < 16; i++) {
        pages[2][4096 - 16 + i] = i;
        pages[0][i] = 16 + i;
    }
}

static bool intact(void)
{
    for (unsigned i = 0; i < 16; i++) {
        if (pages[2][4096 - 16 + i] != i || pages[0][i] != 16 + i) {
            return false;
        }
    }
    return true;
}

/* Bytes that fill() made: n, n + 1, ... */
static uint64_t bytes_from(unsigned n, unsigned size)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < size; i++) {
        v |= (uint64_t)(n + i) << 8 * i;
    }
    return v;
}

static void store(uint64_t va, unsigned size, uint64_t v)
{
    size == 8 ? try_sd(va, v) : size == 4 ? try_sw(va, v) : try_sh(va, v);
}

static uint64_t load(uint64_t va, unsigned size)
{
    return size == 8 ? try_ld(va) : size == 4 ? try_lwu(va) : try_lhu(va);
}

static void check_size(unsigned size)
{
    for (unsigned before = 1; before < size; before++) {
        uint64_t va = BORDER - before, v = 0xf1e2d3c4b5a69788;
        unsigned at = 16 - before;

        fill();
        map(PTE_RW, PTE_RW);
        CHECK_EQ(load(va, size), bytes_from(at, size));
        CHECK_NO_TRAP();
        store(va, size, v);
        CHECK_NO_TRAP();
        CHECK_EQ(load(va, size), size == 8 ? v : v & ((1ul << 8 * size) - 1));
        CHECK_EQ(pages[2][4095], v >> 8 * (before - 1) & 255);
        CHECK_EQ(pages[0][0], v >> 8 * before & 255);

        fill();
        map(PTE_RW, 0);
        CHECK_EQ(load(va, size), va);
        CHECK_TRAP(CAUSE_LOAD_PAGE, BORDER);
        store(va, size, v);
        CHECK_TRAP(CAUSE_STORE_PAGE, BORDER);
        CHECK(intact());
        map(PTE_RW, PTE_RW & ~(PTE_W | PTE_D));
        CHECK_EQ(load(va, size), bytes_from(at, size));
        CHECK_NO_TRAP();
        store(va, size, v);
        CHECK_TRAP(CAUSE_STORE_PAGE, BORDER);
        CHECK(intact());
        map(0, PTE_RW);
        CHECK_EQ(load(va, size), va);
        CHECK_TRAP(CAUSE_LOAD_PAGE, va);
        store(va, size, v);
        CHECK_TRAP(CAUSE_STORE_PAGE, va);
        CHECK(intact());
        map(0, 0); /* the first comes first */
        store(va, size, v);
        CHECK_TRAP(CAUSE_STORE_PAGE, va);
        map(PTE_RW & ~(PTE_W | PTE_D), PTE_RW);
        store(va, size, v);
        CHECK_TRAP(CAUSE_STORE_PAGE, va);
        CHECK(intact());
    }
}

/* addi a0, a0, 5 across the border, then ret. */
static void check_fetch(void)
{
    uint64_t va = BORDER - 2;

    *(uint16_t *)(pages[2] + 4094) = 0x0513;
    *(uint16_t *)pages[0] = 0x0055;
    *(uint16_t *)(pages[0] + 2) = 0x8082;
    *(uint16_t *)pages[1] = 0x0065; /* another second half: addi a0, a0, 6 */
    *(uint16_t *)(pages[1] + 2) = 0x8082;
    fence_i();

    map(PTE_RX, PTE_RX);
    CHECK_EQ(try_call(va, 10), 15);
    CHECK_NO_TRAP();
    map(PTE_RX, 0);
    try_call(va, 10);
    CHECK_TRAP(CAUSE_FETCH_PAGE, BORDER);
    CHECK_EQ(trap()->epc, va);
    map(PTE_RX, PTE_RW);
    try_call(va, 10);
    CHECK_TRAP(CAUSE_FETCH_PAGE, BORDER);
    CHECK_EQ(trap()->epc, va);
    map(0, PTE_RX);
    try_call(va, 10);
    CHECK_TRAP(CAUSE_FETCH_PAGE, va);
    CHECK_EQ(trap()->epc, va);
    map(PTE_RX, PTE_RX);
    CHECK_EQ(try_call(va, 10), 15);

    /* Only the second page changes under the instruction. */
    space_map(&space, BORDER, (uint64_t)pages[1], 0, PTE_RX);
    sfence_va(BORDER);
    CHECK_EQ(try_call(va, 10), 16);
    space_map(&space, BORDER, (uint64_t)pages[0], 0, PTE_RX);
    sfence_va(BORDER);
    CHECK_EQ(try_call(va, 10), 15);
    /* And only the first. */
    *(uint16_t *)(pages[1] + 4094) = 0x0593; /* addi a1, a0, 5 */
    fence_i();
    space_map(&space, TEST_VA, (uint64_t)pages[1], 0, PTE_RX);
    sfence_va(TEST_VA);
    CHECK_EQ(try_call(va, 10), 10);

    /* A short instruction at the very end needs no second page. */
    *(uint16_t *)(pages[2] + 4094) = 0x8082;
    fence_i();
    map(PTE_RX, 0);
    CHECK_EQ(try_call(va, 10), 10);
    CHECK_NO_TRAP();
    /* Falling off the end of the page: the trap is at the next page's first instruction. */
    *(uint16_t *)(pages[2] + 4094) = 0x0505; /* c.addi a0, 1 */
    fence_i();
    try_call(va, 10);
    CHECK_TRAP(CAUSE_FETCH_PAGE, BORDER);
    CHECK_EQ(trap()->epc, BORDER);
}

static uint64_t run_all(uint64_t unused)
{
    for (unsigned size = 2; size <= 8; size *= 2) {
        check_size(size);
    }
    check_fetch();
    return unused;
}

int main(void)
{
    space = space_new(3);
    space_on(&space, 0);
    run_in(MODE_S, run_all, 0);
    return 0;
}
