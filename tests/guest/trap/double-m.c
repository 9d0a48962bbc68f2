/*
 * Double traps of machine mode (Smdbltrp): mstatus.MDT, and the way to the handler of non-maskable
 * interrupts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define NMIE (1ul << 3)
#define MSTATUS_MDT (1ul << 42)
#define MNRET ".word 0x70200073\n"

static uint64_t nothing(uint64_t unused)
{
    return unused;
}

int main(void)
{
    uint64_t mncause, mnepc, mnstatus, mepc, where, keep;

    csr_set(mstatus, MSTATUS_MDT); /* it is after reset, but start.S has written mstatus */
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MDT, MSTATUS_MDT);
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MIE, 0);
    csr_write(0x744, NMIE);
    csr_clear(mstatus, MSTATUS_MDT);
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MIE, MSTATUS_MIE);
    csr_set(mstatus, MSTATUS_MDT);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_MDT | MSTATUS_MIE), MSTATUS_MDT);
    csr_clear(mstatus, MSTATUS_MDT);

    PROBE("ebreak", :); /* a trap sets it, mret clears it */
    CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
    CHECK_EQ(trap()->status & MSTATUS_MDT, MSTATUS_MDT);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MDT, 0);
    run_in(MODE_U, nothing, 0);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MDT, 0);

    /* One more before it is clear: mepc and mcause stay. */
    csr_write(mepc, 0x1234);
    asm volatile("lla %4, 2f\n"
                 "csrrw %5, mtvec, %4\n"
                 "csrs mstatus, %6\n"
                 "lla %4, 1f\n"
                 "1: ecall\n"
                 ".balign 4\n"
                 "2: csrw mtvec, %5\n"
                 "csrr %0, 0x742\n"
                 "csrr %1, 0x741\n"
                 "csrr %2, 0x744\n"
                 "csrr %3, mepc\n"
                 "lla %5, 3f\n"
                 "csrw 0x741, %5\n" MNRET "3:"
                 : "=&r"(mncause), "=&r"(mnepc), "=&r"(mnstatus), "=&r"(mepc), "=&r"(where),
                   "=&r"(keep)
                 : "r"(MSTATUS_MDT)
                 : "memory");
    CHECK_EQ(mncause, CAUSE_ECALL_M);
    CHECK_EQ(mnepc, where);
    CHECK_EQ(mepc, 0x1234);
    CHECK_EQ(mnstatus, MSTATUS_MPP_OF(MODE_M));
    CHECK_EQ(csr_read(0x744) & NMIE, NMIE);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MDT, MSTATUS_MDT);
    csr_clear(mstatus, MSTATUS_MDT);
    return 0;
}
