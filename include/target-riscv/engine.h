/*
 * What the parts of the execution engine share: the per-hart engine state, decoding into blocks, the TLB's
 * side of code.
 *
 * What does not belong here: anything that a CSR, the MMU or a device needs to know (cpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_ENGINE_H
#define TARGET_RISCV_ENGINE_H

#include <setjmp.h>

#include "target-riscv/code-cache.h"

typedef struct RISCVEngine {
    RISCVCodeCache *cache;
    jmp_buf leave;             /* riscv_raise() jumps here, into the run loop */
    bool fuse;                 /* pairs of operations get one handler */
    unsigned max_insns;        /* in a block */
    const RISCVOp *unlinked;   /* the exit by which the run loop was entered, if it may be linked */
    RAMPage *atomic_page;      /* where riscv_atomic_ptr() pointed, if that is on a special page */
    uint64_t atomic_offset;
} RISCVEngine;

/*
 * Fetch side of the TLB: the page of `vaddr`, executable for `size` bytes there at the current privilege.
 * False: *cause says why not. !*whole_page: the answer is for these bytes only and must not be kept.
 */
bool riscv_fetch_page(CPURISCVState *env, uint64_t vaddr, unsigned size, RISCVFetchTLBEntry *out,
                      bool *whole_page, unsigned *cause);
/* Take away every store entry for `page`, which is about to hold code. The hart's own thread. */
void riscv_tlb_forget_stores(CPURISCVState *env, const RAMPage *page);

/* Which operand of a pair's second instruction is the first one's result. */
typedef enum RISCVForward { RISCV_FORWARD_NONE, RISCV_FORWARD_RS1, RISCV_FORWARD_RS2 } RISCVForward;

/* Handlers by instruction id, and those of operations that are no instruction. */
typedef struct RISCVHandlers {
    RISCVHandler *const *insn;
    /* Two at once by their ids, where the second reads as `forward` what the first one writes; or NULL. */
    RISCVHandler *(*pair)(unsigned first, unsigned second, RISCVForward forward);
    RISCVHandler *illegal;      /* raises illegal instruction */
    RISCVHandler *misaligned;   /* direct jump to a misaligned target: imm is the displacement */
    RISCVHandler *fall_through; /* end of a block: rd retired; the next operation is its exit */
    RISCVHandler *exit_near;    /* an exit in this page that is not linked yet */
    RISCVHandler *exit_far;     /* to pc_page + imm on another page */
    RISCVHandler *dropped;      /* first operation of a block that is no more */
} RISCVHandlers;

/*
 * The block at env->pc for the current mode: found or decoded. NULL when the fetch faults: *cause and *tval.
 * Operations get their handlers from `handlers`.
 */
RISCVBlock *riscv_block_get(CPURISCVState *env, const RISCVHandlers *handlers, unsigned *cause,
                            uint64_t *tval);

#endif
