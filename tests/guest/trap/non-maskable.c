/*
 * Resumable non-maskable interrupts (Smrnmi): what mnstatus.NMIE keeps away until it is set, and
 * mnret. (There is nothing that raises one.)
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

#define NMIE (1ul << 3)
#define MNRET ".word 0x70200073\n"

static uint64_t guarded[512] __attribute__((aligned(4096))) = { 77 };

static uint64_t try_mnret(uint64_t unused)
{
    (void)unused;
    PROBE(MNRET, :);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    PROBE("csrr t0, 0x740", : : : "t0");
    return trap()->cause;
}

/* mnret to a label, with mnstatus as given; returns mnstatus there, or the trap that it ran into. */
static void return_to(uint64_t mnstatus)
{
    csr_write(0x744, mnstatus);
    PROBE("lla t0, 1f\n"
          "csrw 0x741, t0\n" MNRET "ebreak\n"
          "1: li a7, 0\n"
          "ecall",
          : : : "t0", "a7");
}

static void check_interrupts(bool expected)
{
    irq_log_reset();
    clint_msip(0) = 1;
    csr_write(mie, IRQ_BIT(IRQ_MSI));
    asm volatile("wfi"); /* wakes, whatever NMIE is */
    csr_set(mstatus, MSTATUS_MIE);
    for (unsigned i = 0; i < 1000 && !hart()->irq_count; i++) {
    }
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(hart()->irq_count, expected);
    csr_write(mie, 0);
    clint_msip(0) = 0;
}

int main(void)
{
    uint64_t addr = (uint64_t)guarded;

    CHECK_EQ(csr_read(0x744), 0);
    CHECK_EQ(csr_warl(0x740, 0x123456789abcdef0), 0x123456789abcdef0);
    CHECK_EQ(csr_warl(0x741, 0x80000003), 0x80000002);
    CHECK_EQ(csr_warl(0x744, MSTATUS_MPP), MSTATUS_MPP);
    CHECK_EQ(csr_warl(0x744, MSTATUS_MPP_OF(2)) & NMIE, 0);
    run_in(MODE_S, try_mnret, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    run_in(MODE_U, try_mnret, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);

    pmp_set_napot(0, addr, 4096, 0);
    check_interrupts(false);
    CHECK_EQ(try_mprv_ld(addr, MODE_U, 0), 77); /* as if MPRV were clear */
    CHECK_NO_TRAP();
    PROBE("ebreak", :); /* exceptions go where the others do */
    CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);

    /* mnret sets it; from then on it stays. */
    return_to(MSTATUS_MPP_OF(MODE_M));
    CHECK_EQ(trap()->cause, CAUSE_ECALL_M);
    CHECK_EQ(csr_read(0x744) & NMIE, NMIE);
    CHECK_EQ(csr_warl(0x744, 0), NMIE);
    check_interrupts(true);
    try_mprv_ld(addr, MODE_U, 0);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);

    /* To less privileged modes, which clears MPRV. */
    csr_clear(mstatus, MSTATUS_MPP);
    csr_set(mstatus, MSTATUS_MPP_OF(MODE_M) | MSTATUS_MPRV);
    return_to(MSTATUS_MPP_OF(MODE_M));
    CHECK_EQ(trap()->cause, CAUSE_ECALL_M);
    CHECK_EQ(trap()->status & MSTATUS_MPRV, MSTATUS_MPRV);
    for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
        uint64_t cause, status, keep;

        csr_write(0x744, MSTATUS_MPP_OF(mode));
        csr_set(mstatus, MSTATUS_MPP_OF(MODE_M) | MSTATUS_MPRV);
        asm volatile("lla %0, 2f\n"
                     "csrrw %2, mtvec, %0\n"
                     "lla %0, 1f\n"
                     "csrw 0x741, %0\n" MNRET "1: ecall\n"
                     ".balign 4\n"
                     "2: csrw mtvec, %2\n"
                     "csrr %0, mcause\n"
                     "csrr %1, mstatus"
                     : "=&r"(cause), "=&r"(status), "=&r"(keep)
                     :
                     : "memory");
        CHECK_EQ(cause, CAUSE_ECALL_U + mode);
        CHECK_EQ(status & (MSTATUS_MPRV | MSTATUS_MPP), MSTATUS_MPP_OF(mode));
    }
    return 0;
}
