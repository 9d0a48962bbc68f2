/*
 * `-d commits` and `-trace-commits`: what an instruction that runs has done so far, and where the record of it
 * (commit.h) goes when it retires.
 *
 * commits.c has handlers that note what their bodies do; without one of these options they are not used.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_COMMITS_H
#define TARGET_RISCV_INTERP_COMMITS_H

#include "target-riscv/commit-trace.h"
#include "target-riscv/decode.h"
#include "target-riscv/engine.h"

struct RISCVCommitNotes {
    RISCVCommit now;       /* what the instruction has done */
    bool has_state;        /* and one of these says more: */
    bool computes;         /* it has floating-point operands: env->fflags is what it raised, */
    uint8_t fflags;        /* and this is what had accrued before */
    bool was_clean;        /* mstatus.FS was not Dirty before; only looked at where it may become so */
    int csr;               /* that it wrote; -1: none. Its value is looked up at the end */
    uint64_t mip;          /* before it did */
    bool text;             /* `-d commits` */
    RISCVTraceWriter *trace;  /* `-trace-commits`, or NULL */
    RISCVTraceStream *stream; /* this hart's in it */
    GString *line;
};

/* `trace` may be NULL. */
struct RISCVCommitNotes *riscv_commit_notes_new(uint64_t hart, bool text, RISCVTraceWriter *trace);
void riscv_commit_notes_free(struct RISCVCommitNotes *notes);

static inline struct RISCVCommitNotes *riscv_commit_notes(CPURISCVState *env)
{
    return ((RISCVEngine *)env->engine)->commits;
}

/* It has floating-point operands; it is about to access a CSR. */
void riscv_commit_begin_fp(CPURISCVState *env);
void riscv_commit_begin_csr(CPURISCVState *env);

/* `-d insns`: the instruction of `op` begins. */
void riscv_commit_begin_listing(CPURISCVState *env, const RISCVOp *op);

/* An instruction with that id, of `op`, begins. */
static inline void riscv_commit_begin(CPURISCVState *env, const RISCVOp *op, unsigned id)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);
    const RISCVInsnInfo *row = &riscv_insn_info[id];

    notes->now.priv = env->priv;
    notes->now.reg_count = 0;
    notes->now.load_count = 0;
    notes->now.store_count = 0;
    notes->has_state = false;
    if (row->rd == RISCV_REG_F || row->rs1 == RISCV_REG_F || row->rs2 == RISCV_REG_F) {
        riscv_commit_begin_fp(env);
    }
    if (G_UNLIKELY(env->listing)) {
        riscv_commit_begin_listing(env, op);
    }
}

/* It retired; it left by an exception, or to be run anew. */
void riscv_commit_end(CPURISCVState *env, const RISCVOp *op);
void riscv_commit_abandon(CPURISCVState *env);

/* The hart runs from now on; it took a trap: see riscv_record_trap(). */
void riscv_commit_turn(CPURISCVState *env);

/* It wrote that register, loaded, stored `size` bytes (up to 8 at once), stored `count` zeros. */
void riscv_commit_reg_again(struct RISCVCommitNotes *notes, unsigned key, uint64_t value);

static inline void riscv_commit_reg(CPURISCVState *env, RISCVCommitKind kind, unsigned number, uint64_t value)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);
    RISCVCommit *now = &notes->now;

    if (kind == COMMIT_X && (number == 0 || number == RISCV_X_SINK)) {
        return;
    }
    if (G_LIKELY(now->reg_count == 0)) {
        now->keys[0] = COMMIT_KEY(kind, number);
        now->regs[0] = value;
        now->reg_count = 1;
    } else {
        riscv_commit_reg_again(notes, COMMIT_KEY(kind, number), value);
    }
}

static inline void riscv_commit_load(CPURISCVState *env, uint64_t addr)
{
    RISCVCommit *now = &riscv_commit_notes(env)->now;

    g_assert(now->load_count < COMMIT_MAX_ACCESSES);
    now->loads[now->load_count++] = addr;
}

static inline void riscv_commit_store(CPURISCVState *env, uint64_t addr, uint64_t value, unsigned size)
{
    RISCVCommit *now = &riscv_commit_notes(env)->now;

    g_assert(now->store_count < COMMIT_MAX_ACCESSES);
    now->stores[now->store_count].addr = addr;
    now->stores[now->store_count].value = size < 8 ? value & ((1ull << 8 * size) - 1) : value;
    now->stores[now->store_count++].size = size;
}

static inline void riscv_commit_store_zeros(CPURISCVState *env, uint64_t addr, uint64_t count)
{
    riscv_commit_store(env, addr, count, 8);
    riscv_commit_notes(env)->now.stores[riscv_commit_notes(env)->now.store_count - 1].size = 0;
}

#endif
