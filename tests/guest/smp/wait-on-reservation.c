/*
 * Zawrs: wrs.nto and wrs.sto end when another hart stores to the reserved word, when there is no
 * reservation, and when an interrupt is pending; wrs.nto is trapped by mstatus.TW.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 200

static volatile uint64_t ball; /* even: hart 0's turn */

/* Wait until the ball is `want`, as the extension's chapter shows it. */
static void wait_for(uint64_t want, bool timeout)
{
    for (;;) {
        uint64_t now;

        asm volatile("lr.d %0, (%1)" : "=r"(now) : "r"(&ball) : "memory");
        if (now == want) {
            return;
        }
        if (timeout) {
            asm volatile("wrs.sto" : : : "memory");
        } else {
            asm volatile("wrs.nto" : : : "memory");
        }
    }
}

static uint64_t player(uint64_t unused)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        wait_for(2 * i + 1, i % 2);
        __atomic_store_n(&ball, 2 * i + 2, __ATOMIC_RELEASE);
    }
    return unused;
}

static uint64_t no_timeout(uint64_t unused)
{
    uint64_t v;

    asm volatile("lr.d %0, (%1)" : "=r"(v) : "r"(&ball) : "memory");
    PROBE("wrs.nto");
    return unused;
}

int main(void)
{
    uint64_t v;

    timer_off();
    /* Nothing reserved: no wait. */
    asm volatile("sc.d %0, zero, (%1)" : "=r"(v) : "r"(&ball) : "memory");
    asm volatile("wrs.nto\n wrs.sto" : : : "memory");

    hart_start(1, player, 0);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        __atomic_store_n(&ball, 2 * i + 1, __ATOMIC_RELEASE);
        wait_for(2 * i + 2, i % 3);
    }
    hart_wait(1);
    CHECK_EQ(ball, 2 * ROUNDS);

    /* An interrupt that is pending and enabled in mie ends the wait, taken or not. */
    csr_set(mie, IRQ_BIT(IRQ_MTI));
    clint_mtimecmp(0) = clint_mtime + 3000;
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MTI))) {
        no_timeout(0);
        CHECK_NO_TRAP();
    }
    no_timeout(0);
    CHECK_EQ(hart()->irq_count, 0);
    csr_clear(mie, IRQ_BIT(IRQ_MTI));

    /*
     * With TW the wait may not last; what would have waited is illegal below M. It may also just
     * end.
     */
    csr_set(mstatus, MSTATUS_TW);
    run_in(MODE_U, no_timeout, 0);
    CHECK(trap()->cause == CAUSE_ILLEGAL || trap()->cause == (uint64_t)NO_TRAP);
    csr_clear(mstatus, MSTATUS_TW);
    return 0;
}
