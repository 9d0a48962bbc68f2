/*
 * The interpreter's handlers: one function for each instruction, made from its body, and those of
 * operations that are no instruction.
 *
 * A handler runs its operation and goes on to the next one: by a tail call where the compiler is certain to
 * make a jump of it, otherwise by returning the next operation to a loop (interp.c). NULL leaves for the run
 * loop, with env->pc set. What does not belong here: bodies (../insn), decoding, the run loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/interp.h"

#include "target-riscv/decode.h"
#include "target-riscv/fpu.h"
#include "target-riscv/insn-bodies.h"

#ifdef RVEMU_TAIL_CALLS
#define NEXT(next)                                                                                \
    do {                                                                                          \
        const RISCVOp *next_ = (next);                                                            \
        return next_->handler(env, next_);                                                        \
    } while (0)
#else
#define NEXT(next) return (next)
#endif

static inline bool must_leave(CPURISCVState *env)
{
    return G_UNLIKELY(env->budget < 0) ||
           G_UNLIKELY(__atomic_load_n(&riscv_env_cs(env)->exit_request, __ATOMIC_RELAXED));
}

/* Leave for the run loop instead of taking the exit in `slot`. */
static __attribute__((noinline)) const RISCVOp *leave_by_exit(CPURISCVState *env, const RISCVOp *slot)
{
    RISCVEngine *engine = env->engine;
    const RISCVOp *to = slot->link;

    if (to->handler == riscv_handlers.exit_far) {
        env->pc = env->pc_page + (int64_t)to->imm;
    } else if (slot->handler == riscv_handlers.exit_near) {
        env->pc = env->pc_page + riscv_op_info(engine->cache, slot)->offset;
    } else {
        return to; /* raises */
    }
    return NULL;
}

/* Take the exit in `slot` after `count` instructions of this block. */
#define TAKE_EXIT(slot, count)                                                                    \
    do {                                                                                          \
        const RISCVOp *slot_ = (slot);                                                            \
        env->budget -= (count);                                                                   \
        if (must_leave(env)) {                                                                    \
            NEXT_OR_LEAVE(leave_by_exit(env, slot_));                                             \
        }                                                                                         \
        NEXT(slot_->link);                                                                        \
    } while (0)

#ifdef RVEMU_TAIL_CALLS
#define NEXT_OR_LEAVE(expr)                                                                       \
    do {                                                                                          \
        const RISCVOp *to_ = (expr);                                                              \
        return to_ ? to_->handler(env, to_) : NULL;                                               \
    } while (0)
#else
#define NEXT_OR_LEAVE(expr) return (expr)
#endif

/* The block at `pc` by the jump table; without one, NULL and env->pc = pc. */
static inline const RISCVOp *jump(CPURISCVState *env, uint64_t pc)
{
    RISCVEngine *engine = env->engine;
    const RISCVJump *j = &engine->cache->jumps[riscv_jump_index(pc)];

    if (G_LIKELY(j->pc == pc && j->key == env->jump_key) && !must_leave(env)) {
        env->pc_page = pc & RISCV_PAGE_MASK;
        return j->op;
    }
    env->pc = pc;
    return NULL;
}

/* ---- instructions, by the way they end ---- */

#define HANDLER_PLAIN(name)                                                                       \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow_, *flow = &flow_;                                                          \
                                                                                                  \
        insn_##name(env, op, flow);                                                               \
        NEXT(op + 1);                                                                             \
    }

#define HANDLER_BRANCH(name)                                                                      \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow_, *flow = &flow_;                                                          \
                                                                                                  \
        insn_##name(env, op, flow);                                                               \
        if (flow->taken) {                                                                        \
            TAKE_EXIT(op + 1, op->rd);                                                            \
        }                                                                                         \
        NEXT(op + 2);                                                                             \
    }

#define HANDLER_JUMP(name)                                                                        \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow_, *flow = &flow_;                                                          \
                                                                                                  \
        insn_##name(env, op, flow);                                                               \
        TAKE_EXIT(op + 1, op->rs1);                                                               \
    }

#define HANDLER_JUMP_INDIRECT(name)                                                               \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow_, *flow = &flow_;                                                          \
                                                                                                  \
        insn_##name(env, op, flow);                                                               \
        env->budget -= (op + 1)->rd;                                                              \
        NEXT_OR_LEAVE(jump(env, flow->target));                                                   \
    }

/* The body finds env->pc at the next instruction and may change it; the run loop then looks at everything. */
#define HANDLER_END(name)                                                                         \
    static const RISCVOp *op_##name(CPURISCVState *env, const RISCVOp *op)                        \
    {                                                                                             \
        RISCVFlow flow_, *flow = &flow_;                                                          \
                                                                                                  \
        env->pc = next_pc(env, op);                                                               \
        insn_##name(env, op, flow);                                                               \
        env->budget -= op_info(env, op)->retired + 1;                                             \
        return NULL;                                                                              \
    }

static const RISCVOpInfo *op_info(CPURISCVState *env, const RISCVOp *op)
{
    RISCVEngine *engine = env->engine;

    return riscv_op_info(engine->cache, op);
}

static uint64_t next_pc(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVOpInfo *info = op_info(env, op);

    return env->pc_page + info->offset + info->len;
}

#define ENTRY(name, kind) HANDLER_##kind(name)
RISCV_INSN_LIST(ENTRY)
#undef ENTRY

/* ---- operations that are no instruction ---- */

static const RISCVOp *op_illegal(CPURISCVState *env, const RISCVOp *op)
{
    riscv_raise_illegal(env, op);
}

static const RISCVOp *op_misaligned(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVOpInfo *info = op_info(env, op);
    RISCVInsn insn;

    riscv_decode(info->raw, &env->ext, 64, &insn);
    riscv_raise(env, op, EXC_INSN_MISALIGNED, env->pc_page + info->offset + (int64_t)insn.imm);
}

static const RISCVOp *op_fall_through(CPURISCVState *env, const RISCVOp *op)
{
    TAKE_EXIT(op + 1, op->rd);
}

static const RISCVOp *op_exit_near(CPURISCVState *env, const RISCVOp *op)
{
    RISCVEngine *engine = env->engine;

    engine->unlinked = op;
    env->pc = env->pc_page + op_info(env, op)->offset;
    return NULL;
}

static const RISCVOp *op_exit_far(CPURISCVState *env, const RISCVOp *op)
{
    NEXT_OR_LEAVE(jump(env, env->pc_page + (int64_t)op->imm));
}

/* Whoever came here did so by the jump table (links to a dropped block were undone): it must look anew. */
static const RISCVOp *op_dropped(CPURISCVState *env, const RISCVOp *op)
{
    RISCVEngine *engine = env->engine;

    env->pc = env->pc_page + op_info(env, op)->offset;
    engine->cache->jumps[riscv_jump_index(env->pc)].key = 0;
    return NULL;
}

static RISCVHandler *const insn_handlers[] = {
    [RISCV_INSN_illegal] = op_illegal,
#define ENTRY(name, kind) [RISCV_INSN_##name] = op_##name,
    RISCV_INSN_LIST(ENTRY)
#undef ENTRY
};

const RISCVHandlers riscv_handlers = {
    .insn = insn_handlers,
    .illegal = op_illegal,
    .misaligned = op_misaligned,
    .fall_through = op_fall_through,
    .exit_near = op_exit_near,
    .exit_far = op_exit_far,
    .dropped = op_dropped,
};
