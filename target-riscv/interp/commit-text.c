/*
 * The line of `-d commits`: collecting what an instruction does, and writing it as Spike does.
 *
 * What does not belong here: where instructions do things (commits.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/commits.h"

#include <inttypes.h>

#include "target-riscv/csr.h"
#include "target-riscv/decode.h"
#include "target-riscv/fpu.h"
#include "util/bits.h"
#include "util/log.h"

struct RISCVCommit *riscv_commit_new(void)
{
    struct RISCVCommit *c = g_new0(struct RISCVCommit, 1);

    c->loads = g_string_new(NULL);
    c->stores = g_string_new(NULL);
    return c;
}

void riscv_commit_free(struct RISCVCommit *c)
{
    if (c) {
        g_string_free(c->loads, TRUE);
        g_string_free(c->stores, TRUE);
        g_free(c);
    }
}

static struct RISCVCommit *commit(CPURISCVState *env)
{
    return ((RISCVEngine *)env->engine)->commit;
}

/* ---- what the instruction does ---- */

void riscv_commit_reg(CPURISCVState *env, RISCVCommitKind kind, unsigned number, uint64_t value)
{
    struct RISCVCommit *c = commit(env);
    uint32_t key = number << 4 | kind;
    unsigned i = c->reg_count;

    if (kind == COMMIT_X && (number == 0 || number == RISCV_X_SINK)) {
        return;
    }
    while (i > 0 && c->regs[i - 1].key >= key) {
        i--;
    }
    if (i == c->reg_count || c->regs[i].key != key) {
        g_assert(c->reg_count < COMMIT_MAX_REGS);
        memmove(&c->regs[i + 1], &c->regs[i], (c->reg_count - i) * sizeof(c->regs[0]));
        c->reg_count++;
    }
    c->regs[i].key = key;
    c->regs[i].value = value;
}

/* `value` with as many digits as `size` bytes have. */
static void append_hex(GString *text, uint64_t value, unsigned size)
{
    char digits[18] = "0x";

    for (unsigned i = 0; i < 2 * size; i++) {
        digits[1 + 2 * size - i] = "0123456789abcdef"[value >> (4 * i) & 15];
    }
    g_string_append_len(text, digits, 2 + 2 * size);
}

void riscv_commit_load(CPURISCVState *env, uint64_t addr)
{
    GString *text = commit(env)->loads;

    g_string_append(text, " mem ");
    append_hex(text, addr, 8);
}

void riscv_commit_store(CPURISCVState *env, uint64_t addr, uint64_t value, unsigned size)
{
    GString *text = commit(env)->stores;

    g_string_append(text, " mem ");
    append_hex(text, addr, 8);
    g_string_append_c(text, ' ');
    append_hex(text, value, size);
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

#define CSR_MVIP 0x309
#define CSR_HCONTEXT 0x6a8

/*
 * mvip is of an extension that there is not, but a write to mip or sip shows both in Spike: it writes SEIP there first,
 * and sees the other two in what mip still was.
 */
static void note_mip(CPURISCVState *env)
{
    uint64_t seip = __atomic_load_n(&env->mip, __ATOMIC_RELAXED) & MIP_SEIP;
    uint64_t others = MIP_SSIP | (env->menvcfg & MENVCFG_STCE ? 0 : MIP_STIP);

    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_S)) {
        riscv_commit_reg(env, COMMIT_CSR, CSR_MVIP, seip | (commit(env)->mip & others));
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

/* ---- its line ---- */

/* Any of its operands: then it may raise flags. */
static bool has_fp_operand(unsigned id)
{
    const RISCVInsnInfo *row = &riscv_insn_info[id];

    return row->rd == RISCV_REG_F || row->rs1 == RISCV_REG_F || row->rs2 == RISCV_REG_F;
}

static bool fs_is_dirty(CPURISCVState *env)
{
    return get_field(riscv_mstatus(env), MSTATUS_FS) == EXT_STATUS_DIRTY;
}

void riscv_commit_begin(CPURISCVState *env, unsigned id)
{
    struct RISCVCommit *c = commit(env);

    c->priv = env->priv;
    c->reg_count = 0;
    c->csr = -1;
    c->mip = riscv_mip(env);
    g_string_truncate(c->loads, 0);
    g_string_truncate(c->stores, 0);
    c->was_dirty = fs_is_dirty(env);
    c->computes = has_fp_operand(id);
    if (c->computes) {
        c->fflags = riscv_fflags_read(env);
        env->fflags = 0;
    }
}

void riscv_commit_abandon(CPURISCVState *env)
{
    struct RISCVCommit *c = commit(env);

    if (c && c->computes) {
        env->fflags |= c->fflags;
        c->computes = false;
    }
}

static void append_regs(GString *line, CPURISCVState *env)
{
    const struct RISCVCommit *c = commit(env);
    unsigned flen = riscv_ext_has(&env->ext, RISCV_EXT_D) ? 8 : 4;

    for (unsigned i = 0; i < c->reg_count; i++) {
        unsigned number = c->regs[i].key >> 4, kind = c->regs[i].key & 15;

        if (kind == COMMIT_CSR) {
            g_string_append_printf(line, " c%u_%s ", number,
                                   number == CSR_MVIP       ? "mvip"
                                   : number == CSR_HCONTEXT ? "hcontext"
                                                            : riscv_csr_name(number));
        } else {
            g_string_append_printf(line, " %c%-2u ", kind == COMMIT_F ? 'f' : 'x', number);
        }
        append_hex(line, c->regs[i].value, kind == COMMIT_F ? flen : 8);
    }
}

static void write_line(CPURISCVState *env, const RISCVOp *op)
{
    RISCVEngine *engine = env->engine;
    const struct RISCVCommit *c = engine->commit;
    const RISCVOpInfo *info = riscv_op_info(engine->cache, op);
    g_autoptr(GString) line = g_string_sized_new(256);

    g_string_append_printf(line, "core%4" PRIu64 ": %d ", env->hartid, c->priv);
    append_hex(line, riscv_op_pc(env, op), 8);
    g_string_append(line, " (");
    append_hex(line, info->raw, info->len);
    g_string_append_c(line, ')');
    append_regs(line, env);
    g_string_append_len(line, c->loads->str, c->loads->len);
    g_string_append_len(line, c->stores->str, c->stores->len);
    g_string_append_c(line, '\n');
    log_write(line->str, line->len);
}

void riscv_commit_end(CPURISCVState *env, const RISCVOp *op)
{
    struct RISCVCommit *c = commit(env);

    if (c->csr >= 0) {
        note_csr_write(env, c->csr);
    }
    if (c->computes) {
        bool raised = riscv_fflags_read(env) != 0;

        env->fflags |= c->fflags;
        c->computes = false;
        if (raised) {
            note_csr(env, CSR_fflags);
        }
    }
    if (!c->was_dirty && fs_is_dirty(env)) {
        note_csr(env, CSR_mstatus);
    }
    if (log_filter_passes(riscv_op_pc(env, op))) {
        write_line(env, op);
    }
}
