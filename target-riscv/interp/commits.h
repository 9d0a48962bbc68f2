/*
 * `-d commits`: what an instruction that runs has done so far, and the line that comes of it when it retires.
 *
 * commits.c has handlers that note what their bodies do; commit-text.c makes text of it. Without `-d commits` neither
 * is used. The text is that of Spike's --log-commits, byte for byte:
 *
 *     core   0: 3 0x0000000080000040 (0x00853587) f11 0x3ff0000000000000 mem 0x0000000080002008
 *
 * that is: hart, privilege before the instruction, pc, its bits; each register written (x, f, and c for CSRs, by
 * number, and of one number in this order); addresses loaded from; addresses stored to with what was stored. An
 * instruction that raises an exception has no line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_COMMITS_H
#define TARGET_RISCV_INTERP_COMMITS_H

#include "target-riscv/engine.h"

typedef enum RISCVCommitKind { COMMIT_X = 0, COMMIT_F = 1, COMMIT_CSR = 4 } RISCVCommitKind;

#define COMMIT_MAX_REGS 24 /* Zcmp pops 14, and one may clear another; flags and status come on top */

struct RISCVCommit {
    RISCVPriv priv;        /* the instruction's */
    bool computes;         /* it has floating-point operands: env->fflags is what it raised, */
    uint8_t fflags;        /* and this is what had accrued before */
    bool was_dirty;        /* mstatus.FS was Dirty before */
    unsigned reg_count;
    struct {
        uint32_t key;      /* number and RISCVCommitKind, in the order of the line */
        uint64_t value;
    } regs[COMMIT_MAX_REGS];
    int csr;               /* that it wrote; -1: none. Its value is looked up at the end */
    uint64_t mip;          /* before */
    GString *loads, *stores;
};

struct RISCVCommit *riscv_commit_new(void);
void riscv_commit_free(struct RISCVCommit *commit);

/* An instruction with that id begins; it retired; it left by an exception, or to be run anew. */
void riscv_commit_begin(CPURISCVState *env, unsigned id);
void riscv_commit_end(CPURISCVState *env, const RISCVOp *op);
void riscv_commit_abandon(CPURISCVState *env);

/* It wrote that register, loaded, stored `size` bytes (up to 8 at once). */
void riscv_commit_reg(CPURISCVState *env, RISCVCommitKind kind, unsigned number, uint64_t value);
void riscv_commit_load(CPURISCVState *env, uint64_t addr);
void riscv_commit_store(CPURISCVState *env, uint64_t addr, uint64_t value, unsigned size);

#endif
