/*
 * WFI: goes on when an enabled interrupt is pending, taken or not; does not sleep when one is
 * pending already; and is followed by the interrupt when that is enabled globally, with mepc after
 * the WFI.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static uint64_t sleep(uint64_t unused)
{
    asm volatile("wfi" : : : "memory");
    return unused;
}

static void set_alarm(uint64_t ticks)
{
    clint_mtimecmp(0) = clint_mtime + ticks;
    irq_log_reset();
    csr_write(mie, IRQ_BIT(IRQ_MTI));
}

int main(void)
{
    uint64_t after;

    timer_off();

    /* MIE clear: only wakes. (A WFI may also return early: loop, as the manual asks.) */
    set_alarm(5000);
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MTI))) {
        sleep(0);
    }
    CHECK_EQ(hart()->irq_count, 0);
    CHECK(clint_mtime >= clint_mtimecmp(0));
    sleep(0); /* pending still: no sleep */
    CHECK_EQ(hart()->irq_count, 0);

    /* MIE set: interrupted, and mepc is the next instruction. */
    timer_off();
    set_alarm(5000);
    csr_set(mstatus, MSTATUS_MIE);
    asm volatile("lla %0, 1f\n"
                 "wfi\n"
                 "1:\n"
                 : "=&r"(after)
                 :
                 : "memory");
    if (hart()->irq_count) {
        CHECK_EQ(hart()->irq_epc, after);
    }
    while (!hart()->irq_count) {
        sleep(0);
    }
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(hart()->irq_log[0], IRQ_MTI | (uint64_t)MODE_M << 32);

    /* In supervisor mode, woken by machine mode's interrupt. */
    timer_off();
    set_alarm(5000);
    while (!hart()->irq_count) {
        run_in(MODE_S, sleep, 0);
    }
    CHECK_EQ(hart()->irq_count, 1);

    /* A delegated interrupt wakes machine mode too, although it is never taken there. */
    csr_write(mideleg, IRQ_BIT(IRQ_SSI));
    irq_log_reset();
    csr_write(mie, IRQ_BIT(IRQ_SSI));
    csr_set(mip, IRQ_BIT(IRQ_SSI));
    csr_set(mstatus, MSTATUS_MIE);
    sleep(0);
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(hart()->irq_count, 0);
    return 0;
}
