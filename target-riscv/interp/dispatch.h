/*
 * How the interpreter goes from one operation to the next, and handlers made from bodies.
 *
 * Belongs here: what every source of handlers needs. Does not belong here: handlers, and the run loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_DISPATCH_H
#define TARGET_RISCV_INTERP_DISPATCH_H

#include "target-riscv/interp/interp.h"

#include "target-riscv/decode.h"
#include "target-riscv/fpu.h"
#include "target-riscv/insn-bodies.h"

/*
 * Go on with `next`, which is not NULL, and hand it `result` as its `last` (RISCVHandler): by a tail call where the
 * compiler is certain to make a jump of it (target-riscv/meson.build), so that each handler has a dispatch of its own
 * for the host to predict; else by returning it to the run loop.
 */
#ifdef RVEMU_MUSTTAIL
#define TAIL_CALL __attribute__((musttail)) return
#else
#define TAIL_CALL return
#endif
#ifdef RVEMU_TAIL_CALLS
#define NEXT(next, result)                                                                        \
    do {                                                                                          \
        const RISCVOp *next_ = (next);                                                            \
        __asm__("" : "+r"(next_)); /* one register for both: add, then jump through it */         \
        TAIL_CALL next_->handler(env, next_, (result));                                           \
    } while (0)
#else
#define NEXT(next, result)                                                                        \
    do {                                                                                          \
        env->last = (result);                                                                     \
        return (next);                                                                            \
    } while (0)
#endif

static inline bool must_leave(CPURISCVState *env)
{
    return G_UNLIKELY(env->budget < 0) ||
           G_UNLIKELY(__atomic_load_n(&riscv_env_cs(env)->exit_request, __ATOMIC_RELAXED));
}

/* Take the exit in `slot` after `count` instructions of this block. */
#define TAKE_EXIT(slot, count)                                                                    \
    do {                                                                                          \
        const RISCVOp *slot_ = (slot);                                                            \
        env->budget -= (count);                                                                   \
        if (must_leave(env)) {                                                                    \
            TAIL_CALL riscv_leave_by_exit(env, slot_, 0);                                         \
        }                                                                                         \
        NEXT(slot_->link, riscv_no_result());                                                     \
    } while (0)

/* Go on with the block at `pc` by the jump table; without one, leave for the run loop with env->pc = pc. */
#define JUMP_BY_TABLE(target)                                                                     \
    do {                                                                                          \
        uint64_t pc_ = (target);                                                                  \
        const RISCVJump *jump_ = &env->jumps[riscv_jump_index(pc_)];                              \
        if (G_UNLIKELY(jump_->pc != pc_) || must_leave(env)) {                                    \
            env->pc = pc_;                                                                        \
            return NULL;                                                                          \
        }                                                                                         \
        env->pc_page = pc_ & RISCV_PAGE_MASK;                                                     \
        NEXT(jump_->op, riscv_no_result());                                                       \
    } while (0)

/* ---- an instruction, by the way it ends ---- */

/* Run the body of `name` at `at`; `...` is what is known of its operands, as initialisers of RISCVFlow. */
#define RUN(name, at, ...)                                                                        \
    RISCVFlow flow_##at = RISCV_FLOW(at, __VA_ARGS__);                                            \
                                                                                                  \
    insn_##name(env, at, &flow_##at);

/* The same with what leads away from the way straight on. */
#define RUN_PLAIN(name, at, ...)                                                                  \
    RUN(name, at, __VA_ARGS__)                                                                    \
    if (flow_##at.missed) {                                                                       \
        TAIL_CALL riscv_slow_##name(env, at, 0);                                                  \
    }
#define RUN_BRANCH(name, at, ...)                                                                 \
    RUN(name, at, __VA_ARGS__)                                                                    \
    if (flow_##at.taken) {                                                                        \
        TAKE_EXIT(at + 1, OPERAND_rd(flow_##at.operands));                                        \
    }

/* The whole of it: the end of a handler. */
#define LAST_PLAIN(name, at, ...)                                                                 \
    RUN_PLAIN(name, at, __VA_ARGS__)                                                              \
    NEXT(at + 1, flow_##at.result);
#define LAST_BRANCH(name, at, ...)                                                                \
    RUN_BRANCH(name, at, __VA_ARGS__)                                                             \
    NEXT(at + 2, riscv_no_result()); /* behind its exit */
#define LAST_JUMP(name, at, ...)                                                                  \
    RUN(name, at, __VA_ARGS__)                                                                    \
    TAKE_EXIT(at + 1, OPERAND_rs1(flow_##at.operands));
#define LAST_JUMP_INDIRECT(name, at, ...)                                                         \
    RUN(name, at, __VA_ARGS__)                                                                    \
    env->budget -= (at + 1)->rd;                                                                  \
    JUMP_BY_TABLE(flow_##at.target);

#endif
