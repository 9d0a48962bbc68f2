/*
 * Sstc's timer, as realize and unrealize of a hart see it; riscv_stimer_update() is in cpu.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_STIMER_H
#define TARGET_RISCV_STIMER_H

#include "target-riscv/cpu.h"

void riscv_stimer_init(RISCVCPU *cpu);
/* Nothing happens where the first was not called. */
void riscv_stimer_cleanup(RISCVCPU *cpu);

#endif
