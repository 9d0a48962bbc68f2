/*
 * A hart whose trap handler cannot be fetched traps for ever and retires nothing; the others go on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static uint64_t trap_for_ever(uint64_t unused)
{
    asm volatile("csrw mtvec, zero\n"
                 "ebreak");
    return unused;
}

static uint64_t trap_at_handler(uint64_t unused)
{
    asm volatile("lla t0, 1f\n"
                 "csrw mtvec, t0\n"
                 ".balign 4\n"
                 "1: ebreak" : : : "t0");
    return unused;
}

int main(void)
{
    hart_start(1, trap_for_ever, 0);
    hart_start(2, trap_at_handler, 0);
    for (volatile unsigned i = 0; i < 100000; i++) {
    }
    return 0;
}
