/*
 * The interpreter's handlers: one function for each instruction, made from its body, and those of
 * operations that are no instruction.
 *
 * A handler runs its operation and goes on to the next one (dispatch.h). NULL leaves for the run loop, with
 * env->pc set. What does not belong here: bodies (../insn), decoding, the run loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/dispatch.h"

#include "target-riscv/debug.h"
#include "target-riscv/history.h"
#include "target-riscv/stuck.h"

RISCV_HANDLER(riscv_leave_by_exit)
{
    const RISCVOp *to = op->link;

    if (to->handler == riscv_handlers.exit_far) {
        env->pc = env->pc_page + (int64_t)to->imm;
    } else if (op->handler == riscv_handlers.exit_near) {
        env->pc = riscv_op_pc(env, op);
    } else {
        NEXT(to, 0); /* raises */
    }
    return NULL;
}

/* The body finds env->pc at the next instruction and may change it; the run loop then looks at everything. */
#define LAST_END(name, at, ...)                                                                   \
    env->pc = riscv_next_pc(env, at);                                                             \
    RUN(name, at, __VA_ARGS__)                                                                    \
    env->budget -= riscv_env_op_info(env, at)->retired + 1;                                       \
    return NULL;

#define ENTRY(name, ending)                                                                       \
    static RISCV_HANDLER(op_##name)                                                               \
    {                                                                                             \
        LAST_##ending(name, op, )                                                                 \
    }
RISCV_INSN_LIST(ENTRY)
#undef ENTRY

/* In a mode where the target must be a landing pad: that is the run loop's to look at. */
static RISCV_HANDLER(op_jalr_to_pad)
{
    RUN(jalr, op, )
    env->budget -= (op + 1)->rd;
    env->pc = flow_op.target;
    env->elp = true;
    return NULL;
}

/* ---- operations that are no instruction ---- */

static RISCV_HANDLER(op_illegal)
{
    riscv_raise_illegal(env, op);
}

static RISCV_HANDLER(op_misaligned)
{
    RISCVInsn insn;

    riscv_decode(riscv_env_op_info(env, op)->raw, &env->ext, 64, &insn);
    riscv_raise(env, op, EXC_INSN_MISALIGNED, riscv_op_pc(env, op) + (int64_t)insn.imm);
}

static RISCV_HANDLER(op_fall_through)
{
    TAKE_EXIT(op + 1, op->rd);
}

static RISCV_HANDLER(op_exit_near)
{
    RISCVEngine *engine = env->engine;

    engine->unlinked = op;
    env->pc = riscv_op_pc(env, op);
    return NULL;
}

static RISCV_HANDLER(op_exit_far)
{
    JUMP_BY_TABLE(env->pc_page + (int64_t)op->imm);
}

/* While it goes round, what led there is what matters. */
static RISCV_HANDLER(op_note)
{
    RISCVEngine *engine = env->engine;
    RISCVHistory *h = engine->history;

    if (!env->spins) {
        h->notes[h->count++ % RISCV_NOTES] = (RISCVNote){
            .op = op, .page = env->pc_page, .instret = env->instret_end - env->budget,
        };
    }
    NEXT(op + 1, last);
}

static RISCV_HANDLER(op_spin)
{
    if (!env->spins) {
        riscv_spin_begins(env);
    }
    NEXT(op + 1, last);
}

/* Whoever came here did so by the jump table (links to a dropped block were undone): it must look anew. */
static RISCV_HANDLER(op_dropped)
{
    env->pc = riscv_op_pc(env, op);
    env->jumps[riscv_jump_index(env->pc)].pc = RISCV_JUMP_NONE;
    return NULL;
}

/* In front of the instruction at a breakpoint of a debugger, in a block of its own address or of another one. */
static RISCV_HANDLER(op_breakpoint)
{
    uint64_t pc = riscv_op_pc(env, op);

    if (riscv_stops_at(env, pc)) {
        env->pc = pc;
        return NULL;
    }
    NEXT(op + 1, riscv_no_result());
}

static RISCVHandler *const insn_handlers[] = {
    [RISCV_INSN_illegal] = op_illegal,
#define ENTRY(name, kind) [RISCV_INSN_##name] = op_##name,
    RISCV_INSN_LIST(ENTRY)
#undef ENTRY
};

#define NO_INSN_HANDLERS                                                                          \
    .illegal = op_illegal, .misaligned = op_misaligned, .fall_through = op_fall_through,          \
    .exit_near = op_exit_near, .exit_far = op_exit_far, .dropped = op_dropped,                    \
    .breakpoint = op_breakpoint, .spin = op_spin, .note = op_note, .count = riscv_op_count

const RISCVHandlers riscv_handlers = {
    .insn = insn_handlers,
    .pair = riscv_pair_handler,
    .jalr_to_pad = op_jalr_to_pad,
    NO_INSN_HANDLERS,
};

const RISCVHandlers riscv_commit_handlers = {
    .insn = riscv_commit_insns,
    .jalr_to_pad = riscv_commit_jalr_to_pad,
    .every_insn = true,
    NO_INSN_HANDLERS,
};
