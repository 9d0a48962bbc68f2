/*
 * Collecting what an instruction does, and what a write to a CSR shows as, until it retires.
 *
 * What does not belong here: where instructions do things (commits.c), and the text of it (../commit-text.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/commits.h"

#include <string.h>

#include "system/symbols.h"
#include "target-riscv/csr.h"
#include "target-riscv/fpu.h"
#include "target-riscv/listing.h"
#include "util/bits.h"
#include "util/log.h"

struct RISCVCommitNotes *riscv_commit_notes_new(uint64_t hart, bool text, RISCVTraceWriter *trace)
{
    struct RISCVCommitNotes *notes = g_new0(struct RISCVCommitNotes, 1);

    notes->now.hart = hart;
    notes->text = text;
    notes->trace = trace;
    notes->stream = trace ? riscv_trace_stream_new(trace, hart) : NULL;
    notes->line = g_string_sized_new(256);
    return notes;
}

void riscv_commit_notes_free(struct RISCVCommitNotes *notes)
{
    if (notes) {
        riscv_trace_stream_end(notes->stream);
        g_string_free(notes->line, TRUE);
        g_free(notes);
    }
}

/* ---- what the instruction does ---- */

/* Of a second register and on: in order, and each once. */
void riscv_commit_reg_again(struct RISCVCommitNotes *notes, unsigned key, uint64_t value)
{
    RISCVCommit *now = &notes->now;
    unsigned i = now->reg_count;

    while (i > 0 && now->keys[i - 1] >= key) {
        i--;
    }
    if (i == now->reg_count || now->keys[i] != key) {
        g_assert(now->reg_count < COMMIT_MAX_REGS);
        memmove(&now->keys[i + 1], &now->keys[i], (now->reg_count - i) * sizeof(now->keys[0]));
        memmove(&now->regs[i + 1], &now->regs[i], (now->reg_count - i) * sizeof(now->regs[0]));
        now->reg_count++;
    }
    now->keys[i] = key;
    now->regs[i] = value;
}

/* ---- CSRs ---- */

static uint64_t read_csr(CPURISCVState *env, unsigned number)
{
    uint64_t value = 0;

    riscv_csr_access(env, NULL, number, true, false, 0, 0, &value);
    return value;
}

static void note_csr(CPURISCVState *env, unsigned number)
{
    riscv_commit_reg(env, COMMIT_CSR, number, read_csr(env, number));
}

/* A write to a locked pmpaddr leaves no trace: Privileged ISA, "Locking and Privilege Mode". */
static bool pmpaddr_locked(const CPURISCVState *env, unsigned i)
{
    enum { LOCKED = 0x80, MATCHING = 0x18, TOR = 0x08 };
    unsigned next = i + 1 < RISCV_PMP_COUNT ? env->pmpcfg[i + 1] : 0;

    return env->pmpcfg[i] & LOCKED || (next & LOCKED && (next & MATCHING) == TOR);
}

/*
 * mvip is of an extension that there is not, but a write to mip or sip shows both in Spike: it writes SEIP there first,
 * and sees the other two in what mip still was.
 */
static void note_mip(CPURISCVState *env)
{
    uint64_t seip = __atomic_load_n(&env->mip, __ATOMIC_RELAXED) & MIP_SEIP;
    uint64_t others = MIP_SSIP | (env->menvcfg & MENVCFG_STCE ? 0 : MIP_STIP);

    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_S)) {
        riscv_commit_reg(env, COMMIT_CSR, CSR_MVIP, seip | (riscv_commit_notes(env)->mip & others));
    }
    note_csr(env, CSR_mip);
}

/* The registers that a write to `csr` shows as: some are other views of one, and event counters are constants in Spike. */
static void note_csr_write(CPURISCVState *env, unsigned csr)
{
    bool counter = csr >= CSR_mhpmcounter3 && csr <= CSR_mhpmcounter31;

    if (csr == CSR_fcsr) {
        note_csr(env, CSR_fflags);
        note_csr(env, CSR_frm);
    } else if (csr == CSR_sstatus) {
        note_csr(env, CSR_mstatus);
    } else if (csr == CSR_sie) {
        note_csr(env, CSR_sie);
        note_csr(env, CSR_mie);
    } else if (csr == CSR_mip || csr == CSR_sip) {
        note_mip(env);
    } else if (csr == CSR_mcontext) { /* which is "an alias of" it; of an extension that there is not, either */
        riscv_commit_reg(env, COMMIT_CSR, CSR_HCONTEXT, env->mcontext);
    } else if (!counter && !(csr >= CSR_pmpaddr0 && csr <= CSR_pmpaddr15 &&
                             pmpaddr_locked(env, csr - CSR_pmpaddr0))) {
        note_csr(env, csr);
    }
}

/* ---- from its begin to its end ---- */

static bool fs_is_dirty(CPURISCVState *env)
{
    return get_field(riscv_mstatus(env), MSTATUS_FS) == EXT_STATUS_DIRTY;
}

void riscv_commit_begin_fp(CPURISCVState *env)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);

    notes->has_state = true;
    notes->csr = -1;
    notes->was_clean = !fs_is_dirty(env);
    notes->computes = true;
    notes->fflags = riscv_fflags_read(env);
    env->fflags = 0;
}

void riscv_commit_begin_csr(CPURISCVState *env)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);

    notes->has_state = true;
    notes->csr = -1;
    notes->computes = false;
    notes->was_clean = !fs_is_dirty(env);
    notes->mip = riscv_mip(env);
}

void riscv_commit_begin_listing(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVEngine *engine = env->engine;

    riscv_listing_begin(env->listing, riscv_op_pc(env, op), riscv_op_info(engine->cache, op)->raw);
}

void riscv_commit_abandon(CPURISCVState *env)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);

    if (notes && notes->has_state && notes->computes) {
        env->fflags |= notes->fflags;
        notes->computes = false;
    }
    if (G_UNLIKELY(env->listing)) {
        riscv_listing_drop(env->listing);
    }
}

/* What shows of flags, FS and CSRs (notes->has_state). */
static void note_state(CPURISCVState *env)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);

    if (notes->csr >= 0) {
        note_csr_write(env, notes->csr);
    }
    if (notes->computes) {
        bool raised = riscv_fflags_read(env) != 0;

        env->fflags |= notes->fflags;
        notes->computes = false;
        if (raised) {
            note_csr(env, CSR_fflags);
        }
    }
    if (notes->was_clean && fs_is_dirty(env)) {
        note_csr(env, CSR_mstatus);
    }
}

void riscv_commit_turn(CPURISCVState *env)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);

    if (notes->stream) {
        riscv_trace_describe(notes->trace, &env->cfg_ext, current_symbols());
        riscv_trace_turn(notes->stream);
    }
}

void riscv_record_trap(CPURISCVState *env, RISCVPriv from, uint64_t epc, uint64_t cause, uint64_t tval)
{
    RISCVEngine *engine = env->engine;

    if (engine && engine->commits && engine->commits->stream) {
        RISCVTracedTrap trap = { .epc = epc, .cause = cause, .tval = tval, .from = from, .to = env->priv };

        riscv_trace_trap(engine->commits->stream, &trap);
    }
}

static void write_line(struct RISCVCommitNotes *notes)
{
    if (log_filter_passes(notes->now.pc)) {
        g_string_truncate(notes->line, 0);
        riscv_commit_text(&notes->now, notes->line);
        log_write(notes->line->str, notes->line->len);
    }
}

void riscv_commit_end(CPURISCVState *env, const RISCVOp *op)
{
    const RISCVEngine *engine = env->engine;
    const RISCVOpInfo *info = riscv_op_info(engine->cache, op);
    struct RISCVCommitNotes *notes = engine->commits;

    if (notes->has_state) {
        note_state(env);
    }
    notes->now.pc = env->pc_page + info->offset;
    notes->now.raw = info->raw;
    notes->now.len = info->len;
    notes->now.flen = riscv_ext_has(&env->ext, RISCV_EXT_D) ? 8 : 4;
    if (notes->stream) {
        riscv_trace_commit(notes->stream, &notes->now);
    }
    if (G_UNLIKELY(env->listing)) {
        riscv_listing_put(env);
    }
    if (notes->text) {
        write_line(notes);
    }
}
