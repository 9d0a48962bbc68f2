/*
 * Guests that are dead: rvemu notices, and ends with status 122. marchid (-cpu rv64,marchid=N) says
 * which way to die; where it is none of them, this passes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

static void spin(void)
{
    asm volatile("1: j 1b");
}

static uint64_t spin_in_mode(uint64_t unused)
{
    spin();
    return unused;
}

static void enable(uint64_t irqs)
{
    csr_write(mie, irqs);
    csr_set(mstatus, MSTATUS_MIE);
}

static void wait(void)
{
    for (;;) {
        asm volatile("wfi");
    }
}

static uint64_t other_hart(uint64_t unused)
{
    for (volatile unsigned i = 0; i < 100000; i++) {
    }
    spin();
    return unused;
}

/* Machine mode's handler is at `vector` now; take a trap. */
static void trap_to(uint64_t vector)
{
    csr_write(mtvec, vector);
    asm volatile("ebreak");
}

static uint64_t trap_in_s(uint64_t vector)
{
    csr_write(stvec, vector);
    asm volatile("ebreak");
    return 0;
}

static void wait_for_input(void)
{
    uart_init(1);
    plic_priority(SOURCE_UART) = 1;
    plic_enable(CONTEXT_M(0)) = 1u << SOURCE_UART;
    uart_ier = IER_RDI;
    csr_write(mie, IRQ_BIT(IRQ_MEI));
    wait();
}

static void loops(uint64_t kind)
{
    switch (kind) {
    case 1:
        asm volatile(".option push\n.option norvc\n1: j 1b\n.option pop");
        break;
    case 2:
        asm volatile("1: c.j 1b");
        break;
    case 3:
        asm volatile("1: beqz zero, 1b");
        break;
    case 4:
        asm volatile("1: bgeu a0, a0, 1b");
        break;
    case 5:
        asm volatile("1: nop\nfence\nfence.tso\n.4byte 0x13\nj 1b");
        break;
    case 6:
        asm volatile("1: jal ra, 1b" : : : "ra");
        break;
    case 7: /* it goes on in the next page */
        asm volatile("j 1f\n.balign 4096\n.skip 4094\n"
                     ".option push\n.option norvc\n1: j 1b\n.option pop");
        break;
    case 8:
        run_in(MODE_S, spin_in_mode, 0);
        break;
    case 9:
        run_in(MODE_U, spin_in_mode, 0);
        break;
    }
}

static void with_interrupts(uint64_t kind)
{
    switch (kind) {
    case 20: /* pending, but M mode does not take it */
        clint_mtimecmp(0) = 0;
        csr_write(mie, IRQ_BIT(IRQ_MTI));
        spin();
        break;
    case 21: /* nobody would send one, and no timer is set */
        enable(IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MTI) | IRQ_BIT(IRQ_MEI));
        spin();
        break;
    case 22: /* supervisor mode's, in machine mode */
        csr_write(mideleg, -1ul);
        csr_set(mip, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI));
        enable(IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI));
        spin();
        break;
    case 23: /* a timer of somebody else, that goes by */
        rtc_set_alarm(rtc_time() + 5000000);
        enable(IRQ_BIT(IRQ_MTI));
        spin();
        break;
    case 24:
        csr_write(mie, 0);
        wait();
        break;
    case 25:
        enable(IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_MTI));
        wait();
        break;
    case 26: /* standard input is at its end */
        wait_for_input();
        break;
    }
}

static void traps(uint64_t kind)
{
    uint64_t illegal;

    asm volatile("j 2f\n.balign 4\n1: .4byte 0\n2: lla %0, 1b" : "=r"(illegal));
    switch (kind) {
    case 40:
        trap_to(0); /* nothing is there */
        break;
    case 41:
        trap_to(illegal);
        break;
    case 42:
        csr_write(medeleg, -1ul);
        run_in(MODE_S, trap_in_s, illegal);
        break;
    case 43: /* supervisor mode's handler traps to machine mode's, which traps */
        csr_write(medeleg, 1ul << CAUSE_BREAKPOINT);
        csr_write(mtvec, illegal);
        run_in(MODE_S, trap_in_s, illegal);
        break;
    }
}

int main(void)
{
    uint64_t kind = csr_read(marchid);

    timer_off();
    csr_write(mie, 0);
    loops(kind);
    with_interrupts(kind);
    traps(kind);
    if (kind == 60) { /* both harts, each in its way */
        hart_by_id(1)->entry = other_hart;
        clint_msip(1) = 1; /* wakes it, if it waits */
        enable(IRQ_BIT(IRQ_MSI));
        wait();
    }
    return 0;
}
