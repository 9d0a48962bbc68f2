/*
 * Triggers where there is no supervisor mode: tcontrol says whether they fire in machine mode,
 * whatever mstatus.MIE is, and is kept by traps.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trigger.h"

static volatile uint64_t word;

static uint64_t load_word(uint64_t addr)
{
    try_ld(addr);
    return trap()->cause;
}

int main(void)
{
    uint64_t addr = (uint64_t)&word;

    CHECK_EQ(csr_read(tcontrol), 0);
    CHECK_EQ(csr_warl(tcontrol, -1ul), TCONTROL_MTE | TCONTROL_MPTE);
    CHECK_EQ(csr_warl(tcontrol, 0), 0);
    CHECK_EQ(csr_warl(tdata1, MCONTROL6 | IN_M | IN_S | IN_U), MCONTROL6 | IN_M | IN_U);
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | IN_U, addr);
    CHECK_EQ(load_word(addr), NO_TRAP);
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(load_word(addr), NO_TRAP);
    csr_clear(mstatus, MSTATUS_MIE);
    csr_write(tcontrol, TCONTROL_MTE);
    CHECK_EQ(load_word(addr), CAUSE_BREAKPOINT);
    CHECK_EQ(csr_read(tcontrol), TCONTROL_MTE | TCONTROL_MPTE);
    CHECK_EQ(load_word(addr), CAUSE_BREAKPOINT);
    csr_write(tcontrol, 0);
    CHECK_EQ(load_word(addr), NO_TRAP);
    CHECK_EQ(run_in(MODE_U, load_word, addr), CAUSE_BREAKPOINT);
    triggers_off();
    return 0;
}
