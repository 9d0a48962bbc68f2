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
 * Go on with `next`, which is not NULL: by a tail call where the compiler is certain to make a jump of it, so
 * that each handler has a dispatch of its own for the host to predict; else by returning it to the run loop.
 */
#ifdef RVEMU_TAIL_CALLS
#define NEXT(next)                                                                                \
    do {                                                                                          \
        const RISCVOp *next_ = (next);                                                            \
        __asm__("" : "+r"(next_)); /* one register for both: add, then jump through it */         \
        return next_->handler(env, next_);                                                        \
    } while (0)
#else
#define NEXT(next) return (next)
#endif

/* The same with an operation that may be NULL: then leave for the run loop. */
#define NEXT_OR_LEAVE(expr)                                                                       \
    do {                                                                                          \
        const RISCVOp *to_ = (expr);                                                              \
        if (!to_) {                                                                               \
            return NULL;                                                                          \
        }                                                                                         \
        NEXT(to_);                                                                                \
    } while (0)

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
            return riscv_leave_by_exit(env, slot_);                                             \
        }                                                                                         \
        NEXT(slot_->link);                                                                        \
    } while (0)

/* The block at `pc` by the jump table; without one, NULL and env->pc = pc. */
static inline const RISCVOp *riscv_jump(CPURISCVState *env, uint64_t pc)
{
    const RISCVJump *j = &env->jumps[riscv_jump_index(pc)];

    if (G_LIKELY(j->pc == pc) && !must_leave(env)) {
        env->pc_page = pc & RISCV_PAGE_MASK;
        return j->op;
    }
    env->pc = pc;
    return NULL;
}

/* ---- handlers, by the way an instruction ends ---- */

#define HANDLER_PLAIN(name)                                                                       \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow = { 0 };                                                                   \
                                                                                                  \
        insn_##name(env, op, &flow);                                                              \
        if (flow.missed) {                                                                        \
            return riscv_slow_##name(env, op);                                                    \
        }                                                                                         \
        NEXT(op + 1);                                                                             \
    }

#define HANDLER_BRANCH(name)                                                                      \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow = { 0 };                                                                   \
                                                                                                  \
        insn_##name(env, op, &flow);                                                              \
        if (flow.taken) {                                                                         \
            TAKE_EXIT(op + 1, op->rd);                                                            \
        }                                                                                         \
        NEXT(op + 2);                                                                             \
    }

#define HANDLER_JUMP(name)                                                                        \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow = { 0 };                                                                   \
                                                                                                  \
        insn_##name(env, op, &flow);                                                              \
        TAKE_EXIT(op + 1, op->rs1);                                                               \
    }

#define HANDLER_JUMP_INDIRECT(name)                                                               \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow = { 0 };                                                                   \
                                                                                                  \
        insn_##name(env, op, &flow);                                                              \
        env->budget -= (op + 1)->rd;                                                              \
        NEXT_OR_LEAVE(riscv_jump(env, flow.target));                                              \
    }

#endif
