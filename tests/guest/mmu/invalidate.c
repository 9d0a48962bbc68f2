/*
 * Who may use Svinval's instructions, and sfence.vma with every operand there is. What they do:
 * fence.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

static uint64_t sinval(uint64_t unused)
{
    PROBE("sinval.vma zero, zero");
    return unused;
}
static uint64_t sinval_operands(uint64_t unused)
{
    PROBE("sinval.vma %0, %0", : : "r"(unused));
    return unused;
}
static uint64_t w_inval(uint64_t unused)
{
    PROBE("sfence.w.inval");
    return unused;
}
static uint64_t inval_ir(uint64_t unused)
{
    PROBE("sfence.inval.ir");
    return unused;
}
static uint64_t sfence(uint64_t va)
{
    PROBE("sfence.vma %0, %1", : : "r"(va), "r"(-va));
    return 0;
}

#define CHECK_IN(mode, fn, legal)                                             \
    do {                                                                      \
        mode == MODE_M ? fn(0) : run_in(mode, fn, 0);                         \
        CHECK_EQ(trap()->cause, (legal) ? (uint64_t)NO_TRAP : CAUSE_ILLEGAL); \
    } while (0)

int main(void)
{
    static uint64_t (*const any[])(uint64_t) = { sinval, sinval_operands, w_inval, inval_ir,
                                                 sfence };
    static const uint64_t odd[] = { 0, 1, 0xfff, 1ul << 38, 1ul << 63, -1ul };

    for (unsigned i = 0; i < ARRAY_LEN(any); i++) {
        CHECK_IN(MODE_M, any[i], true);
        CHECK_IN(MODE_S, any[i], true);
        CHECK_IN(MODE_U, any[i], false);
    }
    csr_set(mstatus, MSTATUS_TVM); /* concerns those that name addresses */
    CHECK_IN(MODE_S, sinval, false);
    CHECK_IN(MODE_S, sfence, false);
    CHECK_IN(MODE_S, w_inval, true);
    CHECK_IN(MODE_S, inval_ir, true);
    CHECK_IN(MODE_M, sinval, true);
    csr_clear(mstatus, MSTATUS_TVM);

    for (unsigned i = 0; i < ARRAY_LEN(odd); i++) { /* an address that is not valid is no fault */
        run_in(MODE_S, sfence, odd[i]);
        CHECK_NO_TRAP();
    }
    return 0;
}
