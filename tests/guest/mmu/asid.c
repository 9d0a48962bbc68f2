/*
 * Address spaces that take turns: what one is told to forget is forgotten wherever the fence was given, for
 * pages of every size, global ones, data and code; more spaces than anybody keeps at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fences.h"

#define SPACES 12
#define FRAME 0x200000ul

static uint8_t frames[2][FRAME] __attribute__((aligned(FRAME)));
static uint64_t small_frames[SPACES][512] __attribute__((aligned(4096)));
static struct space spaces[SPACES];

static uint64_t asid_of(unsigned space)
{
    return 0x10 + 3 * space;
}

static void go(unsigned space)
{
    csr_write(satp, space_satp(&spaces[space], asid_of(space)));
}

/* What a page holds at `there`: a number, and a function that adds it to its argument. */
static void put(uint8_t *there, unsigned number)
{
    *(volatile uint64_t *)there = number;
    *(volatile uint64_t *)(there + 8) = 0x0000806700050513ul | (uint64_t)number << 20; /* addi a0, a0, n; ret */
}

/* ---- sizes of pages ---- */

struct size {
    uint64_t bytes;
    unsigned level;
};
static const struct size sizes[] = { { PAGE_SIZE, 0 }, { 0x10000, 0 }, { FRAME, 1 } };

static void map(unsigned space, uint64_t va, const struct size *size, unsigned frame, uint64_t flags)
{
    uint64_t pa = (uint64_t)frames[frame];
    bool napot = size->bytes == 0x10000;

    for (uint64_t at = va; at < va + (napot ? size->bytes : 1); at += PAGE_SIZE) {
        *space_pte(&spaces[space], at, size->level) =
            PTE_OF(pa) | PTE_RWX | flags | (napot ? PTE_N | 8 << 10 : 0);
    }
}

/* The page at va of the space that is on is `frame`, at both its ends. */
static void check_is(uint64_t va, const struct size *size, unsigned frame)
{
    for (unsigned end = 0; end < 2; end++) {
        uint64_t offset = end ? size->bytes - 64 : 0;
        volatile uint64_t *stored = (volatile uint64_t *)(frames[frame] + offset + 24);

        CHECK_EQ(try_ld(va + offset), 1 + 2 * frame + end);
        CHECK_EQ(try_call(va + offset + 8, 100), 101 + 2 * frame + end);
        *stored = 0;
        try_sd(va + offset + 24, 0xabcd);
        CHECK_NO_TRAP();
        CHECK_EQ(*stored, 0xabcd);
    }
}

/*
 * Spaces 0 and 1 have the same page; then it becomes another one in `target` (in both, if it is global), and the
 * fence for that is given while `from` is on.
 */
static void check_fence(const struct size *size, unsigned form, unsigned from, unsigned target, uint64_t flags)
{
    uint64_t va = TEST_VA + (16 + size - sizes) * FRAME;

    for (unsigned space = 0; space < 2; space++) {
        map(space, va, size, 0, flags);
    }
    sfence_all();
    for (unsigned i = 0; i < 4; i++) {
        go(i % 2);
        check_is(va, size, 0);
    }
    map(target, va, size, 1, flags);
    if (flags & PTE_G) {
        map(!target, va, size, 1, flags);
    }
    go(from);
    fence_by(form, va + size->bytes / 2 + 8, asid_of(target));
    for (unsigned i = 0; i < 4; i++) {
        unsigned space = (target + i) % 2;

        go(space);
        check_is(va, size, space == target || flags & PTE_G);
    }
}

static uint64_t fences(uint64_t unused)
{
    for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
        for (unsigned frame = 0; frame < 2; frame++) {
            put(frames[frame], 1 + 2 * frame);
            put(frames[frame] + sizes[i].bytes - 64, 2 + 2 * frame);
        }
        fence_i();
        for (unsigned n = 0; n < 4 * FENCE_FORMS; n++) {
            check_fence(&sizes[i], n / 4, n & 1, n >> 1 & 1, 0);
            if (!fence_names_asid(n / 4)) {
                check_fence(&sizes[i], n / 4, n & 1, n >> 1 & 1, PTE_G);
            }
        }
    }
    return unused;
}

/* Another table for an ASID that has been used, and a fence of that ASID. */
static uint64_t reuse_asid(uint64_t unused)
{
    for (unsigned i = 0; i < 20; i++) {
        csr_write(satp, space_satp(&spaces[i % 3], 5));
        sfence_asid(5);
        CHECK_EQ(try_ld(TEST_VA), 10 + i % 3);
        CHECK_EQ(try_call(TEST_VA + 8, 100), 110 + i % 3);
    }
    return unused;
}

/* Nobody keeps so many apart without forgetting some; none may be taken for another one. */
static uint64_t many(uint64_t unused)
{
    for (unsigned i = 0; i < 10 * SPACES; i++) {
        unsigned space = i * 7 % SPACES;

        go(space);
        CHECK_EQ(try_ld(TEST_VA), 10 + space);
        CHECK_EQ(try_call(TEST_VA + 8, 100), 110 + space);
        go(space / 2);
        CHECK_EQ(try_ld(TEST_VA), 10 + space / 2);
        CHECK_EQ(try_call(TEST_VA + 8, 100), 110 + space / 2);
    }
    return unused;
}

/* Machine mode has no part in it: what it knows of its own addresses is not theirs. */
static void machine_mode(void)
{
    for (unsigned i = 0; i < 4; i++) {
        csr_write(satp, space_satp(&spaces[i % 2], asid_of(i % 2)));
        CHECK_EQ(try_mprv_ld(TEST_VA, MODE_S, 0), 10 + i % 2);
        try_ld(TEST_VA);
        CHECK_TRAP(CAUSE_LOAD_ACCESS, TEST_VA);
        CHECK_EQ(small_frames[i % 2][0], 10 + i % 2);
    }
}

int main(void)
{
    uint64_t asid_max;

    for (unsigned i = 0; i < SPACES; i++) {
        spaces[i] = space_new(3);
        put((uint8_t *)small_frames[i], 10 + i);
        space_map(&spaces[i], TEST_VA, (uint64_t)small_frames[i], 0, PTE_RWX);
    }
    fence_i();
    asid_max = csr_warl(satp, space_satp(&spaces[0], 0xffff)) >> 44 & 0xffff;
    if (asid_max < asid_of(SPACES)) {
        return 0;
    }
    space_on(&spaces[0], 0);
    run_in(MODE_S, many, 0);
    run_in(MODE_S, fences, 0);
    run_in(MODE_S, reuse_asid, 0);
    machine_mode();
    space_off();
    return 0;
}
