/*
 * Triggers and the handlers of their own breakpoints ("Native Triggers"): none fires in machine
 * mode while MIE is clear, nor in supervisor mode while SIE is, if that is where breakpoints are
 * handled. And triggers on traps, which fire in the handler.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trigger.h"

static volatile uint64_t word;

static uint64_t load_word(uint64_t addr)
{
    try_ld(addr);
    return trap()->cause == CAUSE_BREAKPOINT ? trap()->mode : (uint64_t)NO_TRAP;
}

static uint64_t load_with_sie(uint64_t addr)
{
    uint64_t mode;

    csr_set(sstatus, MSTATUS_SIE);
    mode = load_word(addr);
    csr_clear(sstatus, MSTATUS_SIE);
    return mode;
}

static void check_enables(void)
{
    uint64_t addr = (uint64_t)&word;

    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | IN_S | IN_U, addr);
    CHECK_EQ(load_word(addr), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, load_word, addr), MODE_M);
    CHECK_EQ(run_in(MODE_U, load_word, addr), MODE_M);
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(load_word(addr), MODE_M);
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(load_word(addr), NO_TRAP);
    delegate(1 << CAUSE_BREAKPOINT);
    CHECK_EQ(run_in(MODE_S, load_word, addr), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, load_with_sie, addr), MODE_S);
    CHECK_EQ(run_in(MODE_S, load_word, addr), NO_TRAP);
    CHECK_EQ(run_in(MODE_U, load_word, addr), MODE_S);
    CHECK_EQ(trap()->tval, addr);
    delegate(0);
    triggers_off();
}

/*
 * An exception and an interrupt that supervisor mode handles; nothing of its handler is executed
 * yet.
 */
static uint64_t illegal(uint64_t unused)
{
    (void)unused;
    PROBE("unimp", :);
    return trap()->cause;
}

static uint64_t interrupted(uint64_t unused)
{
    (void)unused;
    csr_set(sie, IRQ_BIT(IRQ_SSI));
    PROBE("csrsi sip, 2\ncsrsi sstatus, 2\nnop", :);
    return trap()->cause;
}

static void check_handler(uint64_t cause)
{
    CHECK_TRAP(CAUSE_BREAKPOINT, 0);
    CHECK_EQ(trap()->mode, MODE_M);
    CHECK_EQ(trap()->epc, (uint64_t)s_trap_entry);
    CHECK_EQ(trap()->status & MSTATUS_MPP, MSTATUS_MPP_OF(MODE_S));
    CHECK_EQ(csr_read(scause), cause);
}

static void check_traps(void)
{
    delegate(1 << CAUSE_ILLEGAL);
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_ILLEGAL);
    trigger_set(2, ETRIGGER | OTHER_S, 1 << CAUSE_ILLEGAL);
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_BREAKPOINT);
    check_handler(CAUSE_ILLEGAL);
    CHECK_EQ(trigger_get(2), ETRIGGER | OTHER_S | TRAP_HIT);
    trigger_set(2, ETRIGGER | OTHER_S, ~(1 << CAUSE_ILLEGAL));
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_ILLEGAL);
    trigger_set(2, ETRIGGER | OTHER_U | OTHER_M, 1 << CAUSE_ILLEGAL);
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_ILLEGAL);
    trigger_set(2, ITRIGGER | OTHER_S, 1 << CAUSE_ILLEGAL);
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_ILLEGAL);
    csr_write(mideleg, IRQ_BIT(IRQ_SSI));
    trigger_set(2, ITRIGGER | OTHER_S, IRQ_BIT(IRQ_SSI));
    CHECK_EQ(run_in(MODE_S, interrupted, 0), CAUSE_BREAKPOINT);
    check_handler(CAUSE_INTERRUPT | IRQ_SSI);
    CHECK_EQ(trigger_get(2), ITRIGGER | OTHER_S | TRAP_HIT);
    csr_write(mip, 0);
    csr_write(mideleg, 0);
    triggers_off();
}

/*
 * "Both options prevent etrigger and itrigger from having any effect on exceptions ... handled in
 * M-mode."
 */
static void check_without_effect(void)
{
    trigger_set(0, ETRIGGER | OTHER_U | OTHER_S | OTHER_M, -1ul);
    delegate(1 << CAUSE_BREAKPOINT | 1 << CAUSE_ILLEGAL);
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_ILLEGAL);
    delegate(0);
    CHECK_EQ(run_in(MODE_S, illegal, 0), CAUSE_ILLEGAL);
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(illegal(0), CAUSE_ILLEGAL);
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(trigger_get(0) & TRAP_HIT, 0);
    triggers_off();
}

int main(void)
{
    check_enables();
    check_traps();
    check_without_effect();
    return 0;
}
