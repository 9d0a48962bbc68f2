/*
 * Double traps of supervisor mode (Ssdbltrp): sstatus.SDT, and the trap into machine mode that it
 * makes of one for supervisor mode.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define MENVCFG_DTE (1ul << 59)
#define SSTATUS_SDT (1ul << 24)
#define CAUSE_DOUBLE 16
#define EBREAK_32 ".option push\n.option norvc\nebreak\n.option pop"

static uint64_t set_sdt(uint64_t bits)
{
    csr_clear(sstatus, SSTATUS_SDT | MSTATUS_SIE);
    csr_set(sstatus, MSTATUS_SIE);
    csr_set(sstatus, bits);
    return csr_read(sstatus) & (SSTATUS_SDT | MSTATUS_SIE);
}

static uint64_t trap_with(uint64_t sdt)
{
    csr_clear(sstatus, SSTATUS_SDT);
    csr_set(sstatus, sdt);
    PROBE(EBREAK_32, :);
    return csr_read(sstatus) & SSTATUS_SDT;
}

static uint64_t illegal_with_sdt(uint64_t unused)
{
    (void)unused;
    csr_set(sstatus, SSTATUS_SDT);
    PROBE(".word 0xc0001073", :);
    return csr_read(sstatus) & SSTATUS_SDT;
}

static uint64_t read_sdt(uint64_t unused)
{
    (void)unused;
    return csr_read(sstatus) & SSTATUS_SDT;
}

/* From supervisor mode with SDT set, to a handler that only looks at the registers. */
static uint64_t mtval2_of_double_trap(void)
{
    uint64_t cause, cause2, keep;

    csr_clear(mstatus, MSTATUS_MPP);
    csr_set(mstatus, MSTATUS_MPP_OF(MODE_S) | SSTATUS_SDT);
    asm volatile("lla %0, 2f\n"
                 "csrrw %2, mtvec, %0\n"
                 "lla %0, 1f\n"
                 "csrw mepc, %0\n"
                 "mret\n"
                 "1: ebreak\n"
                 ".balign 4\n"
                 "2: csrw mtvec, %2\n"
                 "csrr %0, mcause\n"
                 "csrr %1, 0x34b"
                 : "=&r"(cause), "=&r"(cause2), "=&r"(keep)
                 :
                 : "memory");
    CHECK_EQ(cause, CAUSE_DOUBLE);
    return cause2;
}

static uint64_t nothing(uint64_t unused)
{
    return unused;
}

int main(void)
{
    csr_write(medeleg, 0);
    delegate(1ul << CAUSE_BREAKPOINT);
    CHECK_EQ(csr_warl(medeleg, -1ul) & 1ul << CAUSE_DOUBLE, 0);
    delegate(1ul << CAUSE_BREAKPOINT);

    /* DTE clear: no such bit. */
    CHECK_EQ(run_in(MODE_S, set_sdt, SSTATUS_SDT), MSTATUS_SIE);
    csr_set(mstatus, SSTATUS_SDT);
    CHECK_EQ(csr_read(mstatus) & SSTATUS_SDT, 0);
    CHECK_EQ(run_in(MODE_S, trap_with, SSTATUS_SDT), 0);
    CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
    CHECK_EQ(trap()->mode, MODE_S);

    csr_set(menvcfg, MENVCFG_DTE);
    CHECK_EQ(csr_read(menvcfg) & MENVCFG_DTE, MENVCFG_DTE);
    CHECK_EQ(run_in(MODE_S, set_sdt, 0), MSTATUS_SIE);
    CHECK_EQ(run_in(MODE_S, set_sdt, SSTATUS_SDT), SSTATUS_SDT); /* clears SIE */
    CHECK_EQ(run_in(MODE_S, set_sdt, SSTATUS_SDT | MSTATUS_SIE), SSTATUS_SDT);
    csr_clear(mstatus, SSTATUS_SDT | MSTATUS_SIE);

    /* A first trap sets it, sret clears it. */
    CHECK_EQ(run_in(MODE_S, trap_with, 0), 0);
    CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
    CHECK_EQ(trap()->mode, MODE_S);
    CHECK_EQ(trap()->status & SSTATUS_SDT, SSTATUS_SDT);

    /* A second one is machine mode's. */
    CHECK_EQ(run_in(MODE_S, trap_with, SSTATUS_SDT), SSTATUS_SDT);
    CHECK_EQ(trap()->cause, CAUSE_DOUBLE);
    CHECK_EQ(trap()->mode, MODE_M);
    CHECK_EQ(csr_read(0x34b), 0); /* run_in()'s ecall came since; what it was: see below */
    CHECK_EQ(trap()->status & MSTATUS_MPP, MSTATUS_MPP_OF(MODE_S));
    CHECK_EQ(trap()->tval, trap()->epc);

    CHECK_EQ(mtval2_of_double_trap(), CAUSE_BREAKPOINT);

    /* What goes to machine mode anyhow is not disturbed. */
    csr_clear(mstatus, SSTATUS_SDT);
    CHECK_EQ(run_in(MODE_S, illegal_with_sdt, 0), SSTATUS_SDT);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    CHECK_EQ(trap()->mode, MODE_M);

    /* mret leaves it, but not to user mode. */
    csr_set(mstatus, SSTATUS_SDT);
    CHECK_EQ(run_in(MODE_S, read_sdt, 0), SSTATUS_SDT);
    run_in(MODE_U, nothing, 0);
    CHECK_EQ(csr_read(mstatus) & SSTATUS_SDT, 0);

    csr_set(mstatus, SSTATUS_SDT); /* goes with DTE */
    csr_clear(menvcfg, MENVCFG_DTE);
    CHECK_EQ(csr_read(mstatus) & SSTATUS_SDT, 0);
    return 0;
}
