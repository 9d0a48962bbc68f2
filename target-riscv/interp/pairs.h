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

/* Run the body of `name` at `at`. */
#define PAIR_BODY(name, at)                                                                       \
    RISCVFlow flow_##at = { 0 };                                                                  \
                                                                                                  \
    insn_##name(env, at, &flow_##at);

#define PAIR_STRAIGHT(name, at)                                                                   \
    PAIR_BODY(name, at)                                                                           \
    if (flow_##at.missed) {                                                                       \
        return riscv_slow_##name(env, at);                                                        \
    }

/* How the first goes on to the second. */
#define FIRST_PLAIN(name)                                                                         \
    const RISCVOp *second = op + 1;                                                               \
    PAIR_STRAIGHT(name, op)
#define FIRST_BRANCH(name)                                                                        \
    const RISCVOp *second = op + 2;                                                               \
    PAIR_BODY(name, op)                                                                           \
    if (flow_op.taken) {                                                                          \
        TAKE_EXIT(op + 1, op->rd);                                                                \
    }

/* How the second goes on. */
#define SECOND_PLAIN(name)                                                                        \
    PAIR_STRAIGHT(name, second)                                                                   \
    NEXT(second + 1);
#define SECOND_BRANCH(name)                                                                       \
    PAIR_BODY(name, second)                                                                       \
    if (flow_second.taken) {                                                                      \
        TAKE_EXIT(second + 1, second->rd);                                                        \
    }                                                                                             \
    NEXT(second + 2);
#define SECOND_JUMP(name)                                                                         \
    PAIR_BODY(name, second)                                                                       \
    TAKE_EXIT(second + 1, second->rs1);
#define SECOND_JUMP_INDIRECT(name)                                                                \
    PAIR_BODY(name, second)                                                                       \
    env->budget -= (second + 1)->rd;                                                              \
    NEXT_OR_LEAVE(riscv_jump(env, flow_second.target));

#define PAIR(first_kind, second_kind, first, second)                                              \
    RISCVHandler riscv_pair_##first##_##second;                                                   \
    const RISCVOp *riscv_pair_##first##_##second(CPURISCVState *env, const RISCVOp *op)           \
    {                                                                                             \
        FIRST_##first_kind(first)                                                                 \
        SECOND_##second_kind(second)                                                              \
    }

#define PAIR_PLAIN(kind, a, b) PAIR(PLAIN, kind, a, b)
#define PAIR_BRANCH(kind, a, b) PAIR(BRANCH, kind, a, b)

#endif
