/*
 * What the interpreter's sources share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_INTERP_H
#define TARGET_RISCV_INTERP_INTERP_H

#include "system/accel.h"
#include "target-riscv/engine.h"
#include "target-riscv/insn-list.h"

extern const RISCVHandlers riscv_handlers;

static inline const RISCVOpInfo *riscv_env_op_info(const CPURISCVState *env, const RISCVOp *op)
{
    const RISCVEngine *engine = env->engine;

    return riscv_op_info(engine->cache, op);
}

/* The address after `op`'s instruction. */
static inline uint64_t riscv_next_pc(CPURISCVState *env, const RISCVOp *op)
{
    return riscv_op_pc(env, op) + riscv_env_op_info(env, op)->len;
}
extern const RISCVHandlers riscv_commit_handlers; /* for `-d commits` */
extern RISCVHandler *const riscv_commit_insns[];  /* commits.c: their RISCVHandlers.insn */
RISCVHandler riscv_commit_jalr_to_pad;            /* and jalr_to_pad */

/* handlers-slow.c: the instruction with every access as a call; see RISCVFlow.missed. */
#define ENTRY(name, kind) RISCVHandler riscv_slow_##name;
RISCV_INSN_LIST(ENTRY)
#undef ENTRY

/* pairs.c: RISCVHandlers.pair. */
RISCVHandler *riscv_pair_handler(unsigned first, RISCVSource source1, unsigned second, RISCVSource source2);

/*
 * Tables of pairs, made by scripts/fusegen.py from fuse.def: for an instruction with a source its row as first of a
 * pair and its column as second, counted from 1 (0: there is none), and the handlers by row and column.
 */
extern const uint8_t riscv_pair_first[RISCV_INSN_COUNT][RISCV_SOURCE_COUNT];
extern const uint8_t riscv_pair_second[RISCV_INSN_COUNT][RISCV_SOURCE_COUNT];
extern const unsigned riscv_pair_seconds; /* columns */
extern RISCVHandler *const riscv_pairs[];

/* count.c: RISCVHandlers.count. */
RISCVHandler riscv_op_count;

/* stats.c: what `-d stats` says about a hart. */
void riscv_log_stats(const CPURISCVState *env);

/* Leave for the run loop instead of taking the exit in `slot`. */
RISCVHandler riscv_leave_by_exit;

/* AccelClass.exec and budget_left of the interpreter. */
CPUExecResult riscv_interp_exec(AccelState *accel, CPUState *cpu, int64_t budget, bool exact);
int64_t riscv_interp_budget_left(AccelState *accel, CPUState *cpu);

#endif
