/*
 * Handlers of fused pairs: two instructions that follow one another, run by one handler.
 *
 * The pair's operations stay as they are, the second with its own single handler: who comes to it by another
 * way, or after the first one's slow handler, runs it alone. Which pairs there are is in fuse.def.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_PAIRS_H
#define TARGET_RISCV_INTERP_PAIRS_H

#include "target-riscv/interp/dispatch.h"

/*
 * RISCVSource as initialisers of RISCVFlow; `before` is what the instruction before wrote. A value from a host register
 * is there at once; one that comes through env->x takes the host's store-to-load forwarding, the longest delay there
 * is in most guest loops, and has to be looked for.
 */
#define SOURCE_regs(before)
#define SOURCE_rs1(before) .has_rs1 = true, .rs1 = (before)
#define SOURCE_rs2(before) .has_rs2 = true, .rs2 = (before)
#define SOURCE_zero1(before) .has_rs1 = true
#define SOURCE_zero2(before) .has_rs2 = true
#define SOURCE_rs1_zero2(before) SOURCE_rs1(before), SOURCE_zero2(before)

/* The first one, which goes straight on to the second. */
#define FIRST_PLAIN(name, ...)                                                                    \
    const RISCVOp *second = op + 1;                                                               \
    RUN_PLAIN(name, op, __VA_ARGS__)
#define FIRST_BRANCH(name, ...)                                                                   \
    const RISCVOp *second = op + 2; /* behind the branch's exit */                                \
    RUN_BRANCH(name, op, __VA_ARGS__)

#define PAIR(ending1, ending2, name1, source1, name2, source2)                                    \
    RISCV_HANDLER(riscv_pair_##name1##_##source1##_##name2##_##source2)                           \
    {                                                                                             \
        FIRST_##ending1(name1, SOURCE_##source1(last))                                            \
        LAST_##ending2(name2, second, SOURCE_##source2(flow_op.result))                           \
    }

#endif
