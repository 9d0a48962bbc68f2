/*
 * What one hart asks another to forget: code that hart 0 writes and hart 1 executes after its own
 * fence.i; a page that hart 0 maps elsewhere and hart 1 loads from after its own sfence.vma.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define ROUNDS 300

static uint32_t code[1024] __attribute__((aligned(4096)));
static uint64_t pages[2][512] __attribute__((aligned(4096)));
static struct space space;
static volatile uint64_t turn;

static void pass_turn(uint64_t to)
{
    __atomic_store_n(&turn, to, __ATOMIC_RELEASE);
}

static void await_turn(uint64_t t)
{
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != t) {
    }
}

static uint64_t execute(uint64_t unused)
{
    uint64_t bad = 0;

    for (uint64_t i = 0; i < ROUNDS; i++) {
        await_turn(2 * i + 1);
        fence_i();
        bad += try_call((uint64_t)code, 1) != 1 + i;
        pass_turn(2 * i + 2);
    }
    return bad + unused;
}

static uint64_t load_in_s(uint64_t unused)
{
    uint64_t bad = 0;

    for (uint64_t i = 0; i < ROUNDS; i++) {
        await_turn(2 * i + 1);
        i % 2 ? sfence_va(TEST_VA) : sfence_all();
        bad += try_ld(TEST_VA) != 0x100 + i % 2;
        try_sd(TEST_VA + 8, i);
        pass_turn(2 * i + 2);
    }
    return bad + unused;
}

static uint64_t load(uint64_t unused)
{
    csr_write(satp, space_satp(&space, 0));
    sfence_all();
    return run_in(MODE_S, load_in_s, unused);
}

int main(void)
{
    hart_start(1, execute, 0);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        code[0] = 0x00050513 | i << 20; /* addi a0, a0, i */
        code[1] = 0x00008067;
        pass_turn(2 * i + 1);
        await_turn(2 * i + 2);
    }
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, 0);

    pages[0][0] = 0x100;
    pages[1][0] = 0x101;
    space = space_new(3);
    space_map(&space, TEST_VA, (uint64_t)pages[0], 0, PTE_RW);
    turn = 0;
    hart_start(1, load, 0);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        space_map(&space, TEST_VA, (uint64_t)pages[i % 2], 0, PTE_RW);
        pass_turn(2 * i + 1);
        await_turn(2 * i + 2);
        CHECK_EQ(pages[i % 2][1], i); /* it went to the new page */
    }
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, 0);
    return 0;
}
