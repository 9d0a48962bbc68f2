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
 * Where the second reads a register that the first one writes, a variant of the handler hands the value over in
 * a host register: through env->x it would take the host's store-to-load forwarding, the longest delay there is
 * in most guest loops.
 */
#define FORWARD_none { 0 }
#define FORWARD_rs1 { .has_rs1 = true, .rs1 = flow_op.result }
#define FORWARD_rs2 { .has_rs2 = true, .rs2 = flow_op.result }

/* Run the body of `name` at `at`. */
#define PAIR_BODY(name, at, ...)                                                                  \
    RISCVFlow flow_##at = __VA_ARGS__;                                                            \
                                                                                                  \
    insn_##name(env, at, &flow_##at);

#define PAIR_STRAIGHT(name, at, ...)                                                              \
    PAIR_BODY(name, at, __VA_ARGS__)                                                              \
    if (flow_##at.missed) {                                                                       \
        return riscv_slow_##name(env, at);                                                        \
    }

/* How the first goes on to the second. */
#define FIRST_PLAIN(name)                                                                         \
    const RISCVOp *second = op + 1;                                                               \
    PAIR_STRAIGHT(name, op, { 0 })
#define FIRST_BRANCH(name)                                                                        \
    const RISCVOp *second = op + 2;                                                               \
    PAIR_BODY(name, op, { 0 })                                                                           \
    if (flow_op.taken) {                                                                          \
        TAKE_EXIT(op + 1, op->rd);                                                                \
    }

/* How the second goes on. */
#define SECOND_PLAIN(name, forward)                                                                        \
    PAIR_STRAIGHT(name, second, FORWARD_##forward)                                                                \
    NEXT(second + 1);
#define SECOND_BRANCH(name, forward)                                                                       \
    PAIR_BODY(name, second, FORWARD_##forward)                                                                    \
    if (flow_second.taken) {                                                                      \
        TAKE_EXIT(second + 1, second->rd);                                                        \
    }                                                                                             \
    NEXT(second + 2);
#define SECOND_JUMP(name, forward)                                                                         \
    PAIR_BODY(name, second, FORWARD_##forward)                                                                    \
    TAKE_EXIT(second + 1, second->rs1);
#define SECOND_JUMP_INDIRECT(name, forward)                                                                \
    PAIR_BODY(name, second, FORWARD_##forward)                                                                    \
    env->budget -= (second + 1)->rd;                                                              \
    NEXT_OR_LEAVE(riscv_jump(env, flow_second.target));

#define PAIR(first_kind, second_kind, forward, first, second)                                     \
    RISCVHandler riscv_pair_##first##_##second##_##forward;                                       \
    const RISCVOp *riscv_pair_##first##_##second##_##forward(CPURISCVState *env,                  \
                                                             const RISCVOp *op)                   \
    {                                                                                             \
        FIRST_##first_kind(first)                                                                 \
        SECOND_##second_kind(second, forward)                                                     \
    }

#endif
