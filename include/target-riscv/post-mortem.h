/*
 * What a hart has to say about the end of a run.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_POST_MORTEM_H
#define TARGET_RISCV_POST_MORTEM_H

#include "target-riscv/cpu.h"

/* CPUClass.post_mortem */
void riscv_cpu_post_mortem(CPUState *cs, CPUPostMortem detail, FILE *f);

#endif
