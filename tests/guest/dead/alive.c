/*
 * Harts that look dead and are not: each is woken in the end. Two harts, of which the other one
 * waits or works meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define DELAY 20000 /* ticks: 2 ms */
#define NOP 0x00000013u

static void delay_working(void)
{
    uint64_t end = clint_mtime + DELAY;

    while (clint_mtime < end) {
    }
}

/* Hart 1 sleeps so long. */
static void delay_sleeping(void)
{
    clint_mtimecmp(1) = clint_mtime + DELAY;
    csr_write(mie, IRQ_BIT(IRQ_MTI));
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MTI))) {
        asm volatile("wfi");
    }
    csr_write(mie, 0);
    clint_mtimecmp(1) = -1ul;
}

/* Jump to itself until an interrupt of `irqs` comes: its cause. */
static uint64_t spin_until(uint64_t irqs)
{
    uint64_t cause;

    csr_write(mie, irqs);
    asm volatile("lla t0, 2f\n"
                 "csrrw t0, mtvec, t0\n"
                 "csrsi mstatus, 8\n"
                 "1: j 1b\n"
                 ".balign 4\n"
                 "2: csrw mtvec, t0\n"
                 "csrr %0, mcause\n"
                 : "=r"(cause)
                 :
                 : "t0", "memory");
    csr_write(mie, 0);
    return cause;
}


/* ---- what the other hart does ---- */

static uint64_t send_ipi(uint64_t sleeping)
{
    if (sleeping) {
        delay_sleeping();
    } else {
        delay_working();
    }
    clint_msip(0) = 1;
    return 0;
}

static uint64_t spin_for_ipi(uint64_t unused)
{
    uint64_t cause = spin_until(IRQ_BIT(IRQ_MSI));

    clint_msip(1) = 0;
    return cause + unused;
}

static uint64_t store_nop(uint64_t addr)
{
    delay_sleeping();
    *(volatile uint32_t *)addr = NOP;
    fence();
    return 0;
}

/* ---- the cases ---- */

static void timers(void)
{
    clint_mtimecmp(0) = clint_mtime + DELAY;
    CHECK_EQ(spin_until(IRQ_BIT(IRQ_MTI)), CAUSE_INTERRUPT | IRQ_MTI);

    clint_mtimecmp(0) = clint_mtime + DELAY; /* disabled globally: goes on behind the WFI */
    csr_write(mie, IRQ_BIT(IRQ_MTI));
    asm volatile("wfi");
    csr_write(mie, 0);

    irq_log_reset();
    clint_mtimecmp(0) = clint_mtime + DELAY;
    csr_write(mie, IRQ_BIT(IRQ_MTI));
    asm volatile("lla t0, 2f\n" /* in user mode machine mode's interrupts are on */
                 "csrrw t0, mtvec, t0\n"
                 "li t1, 3 << 11\n"
                 "csrc mstatus, t1\n"
                 "lla t1, 1f\n"
                 "csrw mepc, t1\n"
                 "mret\n"
                 "1: j 1b\n"
                 ".balign 4\n"
                 "2: csrw mtvec, t0\n"
                 :
                 :
                 : "t0", "t1", "memory");
    CHECK_EQ(csr_read(mcause), CAUSE_INTERRUPT | IRQ_MTI);
    timer_off();

    rtc_irq_enabled = 1;
    plic_priority(SOURCE_RTC) = 1;
    plic_enable(CONTEXT_M(0)) = 1u << SOURCE_RTC;
    rtc_set_alarm(rtc_time() + 2000000);
    CHECK_EQ(spin_until(IRQ_BIT(IRQ_MEI)), CAUSE_INTERRUPT | IRQ_MEI);
    rtc_clear_interrupt = 1;
    plic_claim(CONTEXT_M(0)) = plic_claim(CONTEXT_M(0));
}

static void other_harts(void)
{
    for (uint64_t sleeping = 0; sleeping < 2; sleeping++) {
        hart_start(1, send_ipi, sleeping);
        CHECK_EQ(spin_until(IRQ_BIT(IRQ_MSI)), CAUSE_INTERRUPT | IRQ_MSI);
        clint_msip(0) = 0;
        hart_wait(1);
    }
    hart_start(1, spin_for_ipi, 0);
    clint_mtimecmp(0) = clint_mtime + DELAY;
    CHECK_EQ(spin_until(IRQ_BIT(IRQ_MTI)), CAUSE_INTERRUPT | IRQ_MTI);
    clint_msip(1) = 1;
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, CAUSE_INTERRUPT | IRQ_MSI);
    timer_off();
}

/* A loop, and a handler, that another hart makes something else of. */
static void changed_code(void)
{
    uint64_t loop, handler;

    asm volatile("lla %0, 1f\nlla %1, 2f\nj 3f\n"
                 ".option push\n.option norvc\n.balign 64\n"
                 "1: j 1b\n"
                 "ret\n"
                 ".balign 64\n"
                 "2: .4byte 0\n"
                 "csrw mtvec, t0\n"
                 "ret\n"
                 ".option pop\n"
                 "3:"
                 : "=r"(loop), "=r"(handler));
    hart_start(1, store_nop, loop);
    asm volatile("jalr %0" : : "r"(loop) : "ra", "memory");
    hart_wait(1);
    hart_start(1, store_nop, handler);
    asm volatile("csrrw t0, mtvec, %0\n"
                 "lla ra, 1f\n"
                 "ebreak\n"
                 "1:"
                 :
                 : "r"(handler)
                 : "t0", "ra", "memory");
    hart_wait(1);
}

int main(void)
{
    timer_off();
    clint_mtimecmp(1) = -1ul;
    timers();
    other_harts();
    changed_code();
    return 0;
}
