/*
 * Sv39, Sv48 and Sv57: pages of every size, entries that are not valid, addresses that are not
 * canonical, tables where there is no memory.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define HOLE 0x40000000ul

/* 2 MiB aligned, so that a megapage can map it; the gigapage at RAM_BASE maps it as well. */
static uint64_t target[2 * MEGAPAGE_SIZE / 8] __attribute__((aligned(MEGAPAGE_SIZE)));

/* A quarter up the address space: under another entry of the topmost table than the image. */
static uint64_t test_va;

/* Map test_va at `level` to the page of `target` that fits. */
static void map_level(struct space *s, unsigned level, uint64_t extra)
{
    uint64_t size = PAGE_SIZE << 9 * level;

    *space_pte(s, test_va, level) = (PTE_OF((uint64_t)target & -size) | PTE_RW) ^ extra;
    sfence_all();
}

static uint64_t va_of(unsigned level)
{
    uint64_t size = PAGE_SIZE << 9 * level;

    return test_va + ((uint64_t)target & (size - 1));
}

/* Both kinds of access fault with the cause of their kind. */
#define CHECK_FAULT(load_cause, va)       \
    do {                                  \
        CHECK_EQ(try_ld(va), va);         \
        CHECK_TRAP(load_cause, va);       \
        try_sd(va, 1);                    \
        CHECK_TRAP((load_cause) + 2, va); \
    } while (0)

static void check_leaf(struct space *s, unsigned level)
{
    uint64_t va = va_of(level);

    target[0] = 0x1111;
    target[MEGAPAGE_SIZE / 8 - 1] = 0x2222;
    map_level(s, level, 0);
    CHECK_EQ(try_ld(va), 0x1111);
    CHECK_NO_TRAP();
    try_sd(va + 8, 0x3333);
    CHECK_EQ(target[1], 0x3333);
    if (level > 0) {
        CHECK_EQ(try_ld(va + MEGAPAGE_SIZE - 8), 0x2222);
    }

    map_level(s, level, PTE_V);
    CHECK_FAULT(CAUSE_LOAD_PAGE, va);
    map_level(s, level, PTE_R); /* writable and not readable: reserved */
    CHECK_FAULT(CAUSE_LOAD_PAGE, va);
    for (unsigned bit = 54; bit <= 60; bit++) {
        map_level(s, level, 1ul << bit);
        CHECK_FAULT(CAUSE_LOAD_PAGE, va);
    }
    map_level(s, level, PTE_PBMT_RESERVED);
    CHECK_FAULT(CAUSE_LOAD_PAGE, va);
    map_level(s, level, PTE_PBMT_NC); /* menvcfg.PBMTE is clear: reserved */
    CHECK_FAULT(CAUSE_LOAD_PAGE, va);
    for (unsigned bit = 8; bit <= 9; bit++) {
        map_level(s, level, 1ul << bit); /* RSW: software's */
        CHECK_EQ(try_ld(va), 0x1111);
    }
    for (unsigned bit = 10; bit < 10 + 9 * level; bit++) {
        map_level(s, level, 1ul << bit); /* misaligned superpage */
        CHECK_FAULT(CAUSE_LOAD_PAGE, va);
    }
    *space_pte(s, test_va, level) = 0;
    sfence_all();
}

/*
 * An entry that points to a table must have these bits clear; a pointer in the last table points
 * nowhere.
 */
static void check_pointer(struct space *s, unsigned level)
{
    static const uint64_t reserved[] = { PTE_U,     PTE_A,       PTE_D, 1ul << 54,
                                         1ul << 60, PTE_PBMT_NC, PTE_N };
    uint64_t *pte = space_pte(s, test_va, level), good = *pte;

    for (unsigned i = 0; i < ARRAY_LEN(reserved); i++) {
        *pte = good | reserved[i];
        sfence_all();
        CHECK_FAULT(CAUSE_LOAD_PAGE, test_va);
    }
    *pte = PTE_OF(HOLE) | PTE_V; /* no memory there: an access fault of the kind of the access */
    sfence_all();
    CHECK_FAULT(CAUSE_LOAD_ACCESS, test_va);
    try_call(test_va, 0);
    CHECK_TRAP(CAUSE_FETCH_ACCESS, test_va);
    *pte = good | PTE_G; /* global is allowed */
    sfence_all();
    try_ld(test_va);
    CHECK_NO_TRAP();
    *pte = good;
    sfence_all();
}

static uint64_t run_all(uint64_t arg)
{
    struct space *s = (struct space *)arg;
    uint64_t top = 1ul << (12 + 9 * s->levels);
    uint64_t page = (uint64_t)target;

    test_va = top / 4;
    for (unsigned level = 3; level-- > 0;) {
        check_leaf(s, level);
    }
    space_map(s, test_va, page, 0, PTE_RW); /* tables down to the last */
    sfence_all();
    for (unsigned level = s->levels - 1; level > 0; level--) {
        check_pointer(s, level);
    }
    *space_pte(s, test_va, 0) = PTE_OF(page) | PTE_V;
    sfence_all();
    CHECK_FAULT(CAUSE_LOAD_PAGE, test_va);

    /* The two ends of the address space, and what lies between. */
    space_map(s, top / 2 - PAGE_SIZE, page, 0, PTE_RW);
    space_map(s, -(top / 2), page + PAGE_SIZE, 0, PTE_RW);
    space_map(s, -PAGE_SIZE, page + 2 * PAGE_SIZE, 0, PTE_RW);
    sfence_all();
    target[PAGE_SIZE / 8 - 1] = 0x55;
    target[PAGE_SIZE / 8] = 0x66;
    target[3 * PAGE_SIZE / 8 - 1] = 0x77;
    CHECK_EQ(try_ld(top / 2 - 8), 0x55);
    CHECK_EQ(try_ld(-(top / 2)), 0x66);
    CHECK_EQ(try_ld(-8ul), 0x77);
    CHECK_FAULT(CAUSE_LOAD_PAGE, top / 2);
    CHECK_FAULT(CAUSE_LOAD_PAGE, -(top / 2) - 8);
    CHECK_FAULT(CAUSE_LOAD_PAGE, top | test_va);
    CHECK_FAULT(CAUSE_LOAD_PAGE, 1ul << 63);
    try_call(top / 2, 0);
    CHECK_TRAP(CAUSE_FETCH_PAGE, top / 2);
    return 0;
}

int main(void)
{
    for (unsigned levels = 3; levels <= 5; levels++) {
        struct space s;

        CHECK(space_supported(levels));
        s = space_new(levels);
        space_on(&s, 0);
        run_in(MODE_S, run_all, (uint64_t)&s);
        space_off();
        page_pool_reset();
    }
    return 0;
}
