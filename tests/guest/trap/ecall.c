/*
 * Environment calls and breakpoints from every mode: cause, mepc, mtval, and mstatus' stack of
 * modes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static uint64_t call(uint64_t unused)
{
    PROBE("ecall");
    return unused;
}

static uint64_t break_4(uint64_t unused)
{
    PROBE(".option push\n .option norvc\n ebreak\n .option pop");
    return unused;
}

static uint64_t break_2(uint64_t unused)
{
    PROBE("c.ebreak");
    return unused;
}

/*
 * mstatus in the handler of a trap from `mode` taken with MIE = 1: MPP = mode, MPIE = 1, MIE = 0.
 */
static bool stack_is(unsigned mode)
{
    return (trap()->status & (MSTATUS_MPP | MSTATUS_MPIE | MSTATUS_MIE)) ==
           (MSTATUS_MPP_OF(mode) | MSTATUS_MPIE);
}

static bool epc_holds(uint32_t insn, uint32_t mask)
{
    return (*(uint32_t *)trap()->epc & mask) == insn;
}

int main(void)
{
    static const uint8_t modes[] = { MODE_U, MODE_S, MODE_M };

    csr_set(mstatus, MSTATUS_MIE); /* nothing is enabled in mie */
    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        unsigned mode = modes[i];

        mode == MODE_M ? call(0) : run_in(mode, call, 0);
        CHECK_TRAP(CAUSE_ECALL_U + mode, 0);
        CHECK(epc_holds(0x00000073, ~0u));
        CHECK(stack_is(mode));

        /* "mtval is written with either zero or the virtual address" of a breakpoint: 3.1.16 */
        mode == MODE_M ? break_4(0) : run_in(mode, break_4, 0);
        CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
        CHECK(trap()->tval == 0 || trap()->tval == trap()->epc);
        CHECK(epc_holds(0x00100073, ~0u));
        CHECK(stack_is(mode));

        mode == MODE_M ? break_2(0) : run_in(mode, break_2, 0);
        CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
        CHECK(trap()->tval == 0 || trap()->tval == trap()->epc);
        CHECK(epc_holds(0x9002, 0xffff));
        CHECK(stack_is(mode));

        CHECK((csr_read(mstatus) & MSTATUS_MIE) != 0);
    }

    csr_clear(mstatus, MSTATUS_MIE);
    call(0);
    CHECK((trap()->status & (MSTATUS_MPIE | MSTATUS_MIE)) == 0);
    CHECK((csr_read(mstatus) & (MSTATUS_MIE | MSTATUS_MPIE)) == MSTATUS_MPIE); /* xRET sets xPIE */
    return 0;
}
