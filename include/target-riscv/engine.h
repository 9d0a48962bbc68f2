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
#include "util/key-filter.h"

/*
 * Translations of one address space: a satp value and the TLBs filled under it, which stay when satp is written.
 * There is at most one for each ASID, so all that is known of an ASID goes with its context; a global page is
 * known to each context that met it. Context 0 is M mode's: addresses that no page table has a say in.
 */
typedef struct RISCVContext {
    uint64_t satp;
    uint64_t last_use;  /* by RISCVEngine.context_uses; 0: never */
    RISCVTLB *tlbs;     /* by MMU index; context 0 uses MMU_IDX_M, the others the rest */
    uint8_t tlbs_used;  /* bit for each of them: it may have entries */
    uint8_t tlbs_masked; /* and some are under another page's address, which pointer masking makes theirs */
    uint8_t fetch_bits; /* log2 of the largest guest page that code was fetched from */
    /*
     * Entries may be parts of superpages or NAPOT ranges: bit n is set when some were of pages of 2^n bytes, and
     * `big_pages` has those (riscv_big_page_key()). A page that it does not have is no more than one entry in a TLB.
     */
    uint64_t big_sizes;
    KeyFilter big_pages;
    RISCVTLBEntry shadow[MMU_IDX_COUNT]; /* by MMU index: the shadow-stack page translated last */
} RISCVContext;

/* The key in RISCVContext.big_pages of the page of 2^page_bits bytes (more than 4 KiB) that vaddr is in. */
static inline uint64_t riscv_big_page_key(uint64_t vaddr, unsigned page_bits)
{
    return vaddr >> page_bits << page_bits | page_bits;
}

typedef struct RISCVEngine {
    RISCVCodeCache *cache;
    struct RISCVHistory *history; /* which blocks were run (history.h); NULL: nobody wants to know */
    uint64_t history_insns;     /* when these have retired it ends: it costs some speed */
    uint64_t history_flushes;  /* of the cache, when that was valid last */
    RISCVContext contexts[RISCV_CONTEXT_COUNT];
    RISCVContext *context;     /* that satp selects, whatever mode the hart is in */
    uint64_t context_uses;
    jmp_buf leave;             /* riscv_raise() jumps here, into the run loop */
    bool fuse;                 /* pairs of operations get one handler */
    unsigned max_insns;        /* in a block */
    bool count_events;         /* part of env->mode: riscv_mode_changed() after a change */
    const struct RISCVHandlers *handlers; /* that blocks are decoded with */
    struct RISCVCommitNotes *commits; /* `-d commits`, `-trace-commits`: see interp/commits.h; NULL: off */
    /* exec()'s budget: env->budget and `reserve` together are what is left of it; see interp.c. */
    bool exact;
    bool step;                 /* now in blocks of one instruction: part of env->mode */
    bool fresh_code;           /* a store to code is visible to the next instruction, fence.i or not */
    bool alone;                /* riscv_run_alone(): the next block runs before anything else is looked at */
    int64_t reserve;
    uint64_t stopped_at;       /* pc where an exact budget ended last */
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
/* Memory for the contexts, and what says that they are empty. */
void riscv_contexts_init(RISCVEngine *engine);
void riscv_contexts_free(RISCVEngine *engine);

/* Where translations for `idx` are kept now. */
static inline RISCVContext *riscv_context(CPURISCVState *env, RISCVMMUIndex idx)
{
    RISCVEngine *engine = env->engine;

    return idx == MMU_IDX_M ? &engine->contexts[0] : engine->context;
}

static inline unsigned riscv_fetch_tlb_index(uint64_t vaddr)
{
    return vaddr >> RISCV_PAGE_BITS & (RISCV_FETCH_TLB_SIZE - 1);
}

/* What instructions are fetched by: SUM and MPRV do not matter. */
static inline RISCVMMUIndex riscv_fetch_index(const CPURISCVState *env)
{
    return env->priv == PRIV_M ? MMU_IDX_M : env->priv == PRIV_S ? MMU_IDX_S : MMU_IDX_U;
}

/*
 * Before a device is asked, or anything else outside the hart and its memory: what comes of that (an interrupt, a
 * deadline, the end) must be acted on before the next instruction where exec() has an exact budget. So if there is
 * one after `op` in its block, this leaves for the run loop, which executes `op` anew as a block of its own, and
 * looks at nothing before: the instruction may have stored already.
 */
void riscv_run_alone(CPURISCVState *env, const RISCVOp *op);
/* For the run loop, which begins anew with `op`'s instruction: it must not have done anything yet that counts twice. */
G_NORETURN void riscv_leave_before(CPURISCVState *env, const RISCVOp *op);
/* Take away every store entry for `page`, which is about to hold code. The hart's own thread. */
void riscv_tlb_forget_stores(CPURISCVState *env, const RAMPage *page);

/*
 * Where an instruction in a fused handler has its operands from: env->x, or what is known without it. A handler is
 * compiled for each that makes sense (interp/pairs.h).
 */
typedef enum RISCVSource {
    RISCV_SOURCE_regs,
    RISCV_SOURCE_rs1,       /* rs1 is what the instruction before wrote */
    RISCV_SOURCE_rs2,       /* rs2 is */
    RISCV_SOURCE_zero1,     /* rs1 is x0 */
    RISCV_SOURCE_zero2,     /* rs2 is x0 */
    RISCV_SOURCE_rs1_zero2, /* rs1 is what the instruction before wrote, and rs2 is x0 */
    RISCV_SOURCE_COUNT
} RISCVSource;

/* Handlers by instruction id, and those of operations that are no instruction. */
typedef struct RISCVHandlers {
    RISCVHandler *const *insn;
    /* Two at once, by their ids and by what is known of their operands; NULL if there is no such handler. */
    RISCVHandler *(*pair)(unsigned first, RISCVSource source1, unsigned second, RISCVSource source2);
    RISCVHandler *jalr_to_pad;  /* jalr whose target must be a landing pad: always leaves for the run loop */
    RISCVHandler *illegal;      /* raises illegal instruction */
    RISCVHandler *misaligned;   /* direct jump to a misaligned target: imm is the displacement */
    RISCVHandler *fall_through; /* end of a block: rd retired; the next operation is its exit */
    RISCVHandler *exit_near;    /* an exit in this page that is not linked yet */
    RISCVHandler *exit_far;     /* to pc_page + imm on another page */
    RISCVHandler *dropped;      /* first operation of a block that is no more */
    RISCVHandler *breakpoint;   /* a debugger's, in front of a block's first instruction */
    RISCVHandler *spin;         /* the jump behind it is an empty loop (stuck.h) */
    RISCVHandler *note;         /* a block begins: for RISCVEngine.history */
    RISCVHandler *count;        /* the instruction before has retired, an event of kind rd */
    bool every_insn;            /* want an operation for each instruction, whether or not it has anything to do */
} RISCVHandlers;

struct RISCVInsn;
/* The operands of `insn`, which lies at that offset of its page, as its body finds them. */
void riscv_op_set_operands(RISCVOp *op, const struct RISCVInsn *insn, unsigned offset);

/*
 * The block at env->pc for the current mode: found or decoded. NULL when the fetch faults: *cause and *tval.
 * Operations get their handlers from `handlers`.
 */
RISCVBlock *riscv_block_get(CPURISCVState *env, const RISCVHandlers *handlers, unsigned *cause,
                            uint64_t *tval);

#endif
