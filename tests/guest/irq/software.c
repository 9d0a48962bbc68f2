/*
 * The machine software interrupt of the CLINT: pending bit, the two enables and the mode, mepc, and
 * that a lower mode is always interrupted.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/* Wait until a store to the CLINT shows in mip, which may take a few instructions. */
static bool msip_becomes(bool level)
{
    for (unsigned i = 0; i < 1000000; i++) {
        if (!!(csr_read(mip) & IRQ_BIT(IRQ_MSI)) == level) {
            return true;
        }
    }
    return false;
}

static uint64_t loop(uint64_t n)
{
    while (n && !hart()->irq_count) {
        n--;
    }
    return hart()->irq_count;
}

int main(void)
{
    uint64_t before;

    timer_off();
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_MSI), 0);
    csr_write(mip, -1ul); /* MSIP, MTIP and MEIP of mip are read-only */
    CHECK_EQ(csr_read(mip) & (IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MTI) | IRQ_BIT(IRQ_MEI)), 0);
    csr_write(mip, 0);

    clint_msip(0) = 1;
    CHECK(msip_becomes(true));
    CHECK_EQ(hart()->irq_count, 0); /* pending, not enabled */
    csr_set(mie, IRQ_BIT(IRQ_MSI));
    CHECK_EQ(loop(100), 0); /* nor is MIE */
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_log[0], IRQ_MSI | (uint64_t)MODE_M << 32);
    CHECK_EQ(csr_read(mcause), CAUSE_INTERRUPT | IRQ_MSI);
    CHECK_EQ(csr_read(mtval), 0);
    CHECK((csr_read(mstatus) & MSTATUS_MIE) != 0);

    /* The instruction after the one that enables is the one that is interrupted. */
    irq_log_reset();
    asm volatile("lla %0, 1f\n csrs mie, %1\n 1:"
                 : "=&r"(before)
                 : "r"(IRQ_BIT(IRQ_MSI))
                 : "memory");
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_epc, before);

    /* In S and U the global enable of M does not matter. */
    csr_clear(mstatus, MSTATUS_MIE);
    irq_log_reset();
    csr_set(mie, IRQ_BIT(IRQ_MSI));
    CHECK_EQ(loop(10), 0);
    CHECK_EQ(run_in(MODE_S, loop, 1000), 1);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MIE, 0);
    irq_log_reset();
    csr_set(mie, IRQ_BIT(IRQ_MSI));
    CHECK_EQ(run_in(MODE_U, loop, 1000), 1);

    clint_msip(0) = 0;
    CHECK(msip_becomes(false));
    irq_log_reset();
    csr_set(mie, IRQ_BIT(IRQ_MSI));
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(loop(1000), 0);
    return 0;
}
