/*
 * A trap of machine mode in the handler of another, and nobody to take it (Smdbltrp without
 * Smrnmi): the hart stops, and with it the machine, with the status of a dead guest.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

int main(void)
{
    csr_set(mstatus, 1ul << 42);
    asm volatile("ebreak");
    run_end(2);
}
