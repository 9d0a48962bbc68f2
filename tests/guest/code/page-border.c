/*
 * Code at a page's border whose second page changes: mapped elsewhere, taken away, the same page once
 * more, or far from what a block's last branches go to. And a page that is replaced by another between two fences.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define ADDI_A0(n) (0x00050513u | (uint32_t)(n) << 20) /* addi a0, a0, n */
#define RET 0x00008067u
#define C_RET 0x8082u
#define C_ADDI_A0(n) (0x0501u | (n) << 2)
#define BNE_X0_X0_256 0x10001063u /* never taken */

static uint16_t pages[4][2048] __attribute__((aligned(4096)));
static struct space space;

static void map(unsigned va_page, unsigned frame)
{
    space_map(&space, TEST_VA + va_page * PAGE_SIZE, (uint64_t)pages[frame], 0, PTE_RX);
}

static uint64_t call(uint64_t offset, uint64_t arg)
{
    return ((uint64_t(*)(uint64_t))(TEST_VA + offset))(arg);
}

/*
 * Straight on into an instruction of which the second half is on a page that is mapped to one frame,
 * then to another, then to none.
 */
static uint64_t check_second_page(uint64_t unused)
{
    pages[0][2046] = C_ADDI_A0(1);
    pages[0][2047] = ADDI_A0(0) & 0xffff;
    for (unsigned frame = 1; frame <= 2; frame++) {
        pages[frame][0] = ADDI_A0(frame * 10) >> 16;
        pages[frame][1] = C_RET;
    }
    fence_i();
    map(0, 0);
    for (unsigned i = 0; i < 20; i++) {
        unsigned frame = 1 + i % 2;

        map(1, frame);
        sfence_all();
        for (unsigned j = 0; j < 3; j++) {
            CHECK_EQ(call(0xffc, 0), 1 + frame * 10);
        }
    }
    *space_pte(&space, TEST_VA + PAGE_SIZE, 0) = 0;
    sfence_all();
    try_call(TEST_VA + 0xffc, 0);
    CHECK_EQ(trap()->cause, CAUSE_FETCH_PAGE);
    return unused;
}

/* One frame at both sides of the border: the instruction's second half is the page's first. */
static uint64_t check_same_page(uint64_t unused)
{
    pages[0][2047] = ADDI_A0(0) & 0xffff;
    pages[0][1] = C_RET;
    map(0, 0);
    map(1, 0);
    sfence_all();
    for (unsigned i = 0; i < 20; i++) {
        pages[0][0] = ADDI_A0(i) >> 16;
        fence_i();
        CHECK_EQ(call(0xffe, 0), i);
        pages[0][2047] = 0x0593; /* the first half: addi a1, a0, ... */
        fence_i();
        CHECK_EQ(call(0xffe, 7), 7);
        pages[0][2047] = ADDI_A0(0) & 0xffff;
        fence_i();
        CHECK_EQ(call(0xffe, 1), i + 1);
    }
    return unused;
}

/* As many branches to the next page as there is room for, and the way straight on leads there, too. */
static uint64_t check_branches(uint64_t unused)
{
    uint32_t *code = (uint32_t *)pages[0];

    for (unsigned i = 1024 - 64; i < 1024; i++) {
        code[i] = BNE_X0_X0_256;
    }
    pages[1][0] = C_ADDI_A0(3);
    pages[1][1] = C_RET;
    fence_i();
    map(0, 0);
    map(1, 1);
    sfence_all();
    CHECK_EQ(call(4096 - 4 * 64, 4), 7);
    return unused;
}

/*
 * Two frames with the same function but for its last result, f(a0, a1): call a2, then a1 ? 0 : the frame.
 * The page table entry is changed without a fence, which may show or not; once the old one is back and
 * fenced, nothing of the other frame may be left.
 */
static void put_choice(uint16_t *page, unsigned frame)
{
    uint32_t *code = (uint32_t *)page;

    code[0] = 0x00008313;                /* mv t1, ra */
    code[1] = 0x000600e7;                /* jalr ra, a2 */
    code[2] = 0x00058663;                /* beqz a1, 1f */
    code[3] = 0x00000513;                /* li a0, 0 */
    code[4] = 0x00030067;                /* jr t1 */
    code[5] = 0x00000513 | frame << 20;  /* 1: li a0, frame */
    code[6] = 0x00030067;                /* jr t1 */
}

static uint64_t call_choice(uint64_t a1, uint64_t callee)
{
    return ((uint64_t(*)(uint64_t, uint64_t, uint64_t))TEST_VA)(0, a1, callee);
}

static uint64_t check_replaced(uint64_t unused)
{
    enum { APART = 256 }; /* pages: far enough to take the first one's place in a small TLB */
    uint64_t other = TEST_VA + APART * PAGE_SIZE;

    put_choice(pages[0], 1);
    put_choice(pages[1], 2);
    for (unsigned i = 0; i < 2048; i++) {
        pages[2][i] = C_RET;
    }
    fence_i();
    map(APART, 2);
    map(0, 0);
    sfence_all();
    CHECK_EQ(call_choice(1, other), 0);
    map(0, 1);
    CHECK_EQ(call(APART * PAGE_SIZE + 64, 5), 5);
    call_choice(0, other);
    map(0, 0);
    sfence_all();
    CHECK_EQ(call_choice(0, other), 1);
    return unused;
}

int main(void)
{
    space = space_new(3);
    space_on(&space, 0);
    run_in(MODE_S, check_second_page, 0);
    run_in(MODE_S, check_same_page, 0);
    run_in(MODE_S, check_branches, 0);
    run_in(MODE_S, check_replaced, 0);
    return 0;
}
