/*
 * Two harts that wake one another from WFI through the CLINT's software interrupts; a hart that
 * spins is interrupted; each hart has its own mtimecmp.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 200

static volatile uint64_t ball; /* even: hart 0 has it */

static void send(unsigned id)
{
    fence();
    clint_msip(id) = 1;
}

/* Sleep until there is a software interrupt, and take it away. */
static void receive(unsigned self)
{
    csr_set(mie, IRQ_BIT(IRQ_MSI));
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MSI))) {
        asm volatile("wfi");
    }
    clint_msip(self) = 0;
    while (csr_read(mip) & IRQ_BIT(IRQ_MSI)) {
    }
    fence();
}

static uint64_t player(uint64_t unused)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        receive(1);
        if (ball != 2 * i + 1) {
            return 1;
        }
        ball = 2 * i + 2;
        send(0);
    }
    return unused;
}

static volatile uint64_t spinning;

static uint64_t spinner(uint64_t unused)
{
    irq_log_reset();
    csr_write(mie, IRQ_BIT(IRQ_MSI));
    csr_set(mstatus, MSTATUS_MIE);
    spinning = 1;
    while (!hart()->irq_count) {
    }
    csr_clear(mstatus, MSTATUS_MIE);
    clint_msip(1) = 0;
    return unused + hart()->irq_log[0];
}

static uint64_t sleeper(uint64_t ticks) /* woken by its own timer */
{
    uint64_t when = clint_mtime + ticks;

    clint_mtimecmp(1) = when;
    csr_write(mie, IRQ_BIT(IRQ_MTI));
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MTI))) {
        asm volatile("wfi");
    }
    return clint_mtime >= when;
}

int main(void)
{
    timer_off();
    hart_start(1, player, 0);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        ball = 2 * i + 1;
        send(1);
        receive(0);
        CHECK_EQ(ball, 2 * i + 2);
    }
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, 0);

    hart_start(1, spinner, 0);
    while (!spinning) {
    }
    send(1);
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, IRQ_MSI | (uint64_t)MODE_M << 32);

    hart_start(1, sleeper, 10000);
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, 1);
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_MTI), 0); /* not ours */
    return 0;
}
