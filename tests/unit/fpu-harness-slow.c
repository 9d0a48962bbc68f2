/*
 * The bodies of floating-point instructions as slow handlers have them.
 *
 * SPDX-License-Identifier: MIT
 */
#define RISCV_SLOW_ACCESS
#include "fpu-harness.h"

#include "target-riscv/insn/rv_f.c.inc"
#include "target-riscv/insn/rv_d.c.inc"
#include "target-riscv/insn/rv_zfhmin.c.inc"
#include "target-riscv/insn/rv_zfh.c.inc"
#include "target-riscv/insn/rv_zfa.c.inc"

#define FPU_INSN(name, ...)                                                      \
    void fpu_slow_##name(CPURISCVState *env, const RISCVOp *op, RISCVFlow *flow) \
    {                                                                            \
        insn_##name(env, op, flow);                                              \
    }
#include "fpu-insns.def"
