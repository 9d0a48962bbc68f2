/*
 * The same instructions executed in turn under states that change what they mean: privilege,
 * mstatus.FS, TVM, misa.M, counters allowed or not, and another page at the same address.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

static uint64_t privileged(uint64_t unused)
{
    PROBE("csrr t0, sscratch", : : : "t0");
    return unused;
}
static uint64_t translation(uint64_t unused)
{
    PROBE("sfence.vma");
    return unused;
}
static uint64_t floating(uint64_t unused)
{
    PROBE("fadd.d fa0, fa1, fa2");
    return unused;
}
static uint64_t multiply(uint64_t unused)
{
    PROBE("mul t0, t0, t0", : : : "t0");
    return unused;
}
static uint64_t count(uint64_t unused)
{
    PROBE("rdcycle t0", : : : "t0");
    return unused;
}

static uint64_t call_there(uint64_t arg)
{
    return try_call(TEST_VA, arg);
}

#define CHECK_LEGAL(mode, fn, legal)                                          \
    do {                                                                      \
        (mode) == MODE_M ? fn(0) : run_in(mode, fn, 0);                       \
        CHECK_EQ(trap()->cause, (legal) ? (uint64_t)NO_TRAP : CAUSE_ILLEGAL); \
    } while (0)

int main(void)
{
    static uint32_t pages[2][1024] __attribute__((aligned(4096)));
    static struct space first, second;

    for (unsigned i = 0; i < 50; i++) {
        unsigned mode = i % 3 == 2 ? MODE_M : i % 3;

        CHECK_LEGAL(mode, privileged, mode != MODE_U);

        csr_turn(mstatus, MSTATUS_TVM, i & 4);
        CHECK_LEGAL(mode, translation, mode == MODE_M || (mode == MODE_S && !(i & 4)));

        csr_turn(mstatus, MSTATUS_FS, i & 2);
        CHECK_LEGAL(mode, floating, i & 2);

        csr_turn(misa, MISA('M'), i & 1);
        CHECK_LEGAL(mode, multiply, i & 1);
        csr_set(misa, MISA('M')); /* the compiler uses it */

        csr_write(mcounteren, i & 8 ? 1 : 0);
        csr_write(scounteren, i & 16 ? 1 : 0);
        CHECK_LEGAL(mode, count, mode == MODE_M || ((i & 8) && (mode == MODE_S || (i & 16))));
    }
    csr_clear(mstatus, MSTATUS_TVM);

    /* One virtual address, two pages of code, one ASID with fences. */
    for (unsigned i = 0; i < 2; i++) {
        pages[i][0] = 0x00050513 | (i + 1) << 20; /* addi a0, a0, i + 1 */
        pages[i][1] = 0x00008067;
    }
    fence_i();
    first = space_new(3);
    second = space_new(4);
    space_map(&first, TEST_VA, (uint64_t)pages[0], 0, PTE_RX | PTE_U);
    space_map(&second, TEST_VA, (uint64_t)pages[1], 0, PTE_RX | PTE_U);
    for (unsigned i = 0; i < 50; i++) {
        space_on(i % 2 ? &second : &first, 0);
        CHECK_EQ(run_in(MODE_U, call_there, 40), 41 + i % 2);
        CHECK_NO_TRAP();
        space_off();
    }
    return 0;
}
