/*
 * The harness of the floating-point tests; see the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fpu-harness.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "target-riscv/insn/rv_f.c.inc"
#include "target-riscv/insn/rv_d.c.inc"
#include "target-riscv/insn/rv_zfhmin.c.inc"
#include "target-riscv/insn/rv_zfh.c.inc"
#include "target-riscv/insn/rv_zfa.c.inc"

#define FPU_INSN(name, ...)                                                             \
    static void fpu_fast_##name(CPURISCVState *env, const RISCVOp *op, RISCVFlow *flow) \
    {                                                                                   \
        insn_##name(env, op, flow);                                                     \
    }
#include "fpu-insns.def"
#undef FPU_INSN

const FPUInsn fpu_insns[] = {
#define FPU_INSN(name, meaning, to, from) \
    { #name, fpu_fast_##name, fpu_slow_##name, FPU_##meaning, FPU_##to, FPU_##from },
#include "fpu-insns.def"
#undef FPU_INSN
};

const unsigned fpu_insn_count = G_N_ELEMENTS(fpu_insns);

const FPUInsn *fpu_insn(const char *name)
{
    for (unsigned i = 0; i < fpu_insn_count; i++) {
        if (!strcmp(fpu_insns[i].name, name)) {
            return &fpu_insns[i];
        }
    }
    fprintf(stderr, "no instruction %s\n", name);
    abort();
}

uint64_t fpu_in_register(FPUType type, uint64_t bits)
{
    unsigned above = 64 - fpu_bits(type);

    if (fpu_is_float(type)) {
        return above ? bits | UINT64_MAX << fpu_bits(type) : bits;
    }
    return (uint64_t)((int64_t)(bits << above) >> above);
}

void fpu_set_operand(CPURISCVState *env, FPUType type, unsigned reg, uint64_t value)
{
    if (fpu_is_float(type)) {
        env->f[reg] = fpu_in_register(type, value);
    } else {
        env->x[reg] = value;
    }
}

bool fpu_execute(const FPUInsn *insn, CPURISCVState *env, const RISCVOp *op)
{
    RISCVFlow flow = RISCV_FLOW(op);
    uint64_t f = env->f[op->rd], x = env->x[op->rd];
    unsigned flags = env->fflags;

    insn->fast(env, op, &flow);
    if (!flow.missed) {
        return true;
    }
    if (env->f[op->rd] != f || env->x[op->rd] != x || env->fflags != flags) {
        return false;
    }
    flow.missed = false;
    insn->slow(env, op, &flow);
    return !flow.missed;
}

static void set_operands(CPURISCVState *env, const FPUVector *v)
{
    FPUType type = fpu_insns[v->insn].from;

    fpu_set_operand(env, type, FPU_RS1, v->a);
    fpu_set_operand(env, type, FPU_RS2, v->b);
    fpu_set_operand(env, type, FPU_RS3, v->c);
}

RISCVOp fpu_op(unsigned rm)
{
    return (RISCVOp){
        .rd = FPU_RD, .rs1 = FPU_RS1, .rs2 = FPU_RS2, .rs3 = FPU_RS3, .imm = (int32_t)rm
    };
}

RISCVOp fpu_prepare(CPURISCVState *env, const FPUVector *v, unsigned rm)
{
    RISCVOp op = fpu_op(rm);

    set_operands(env, v);
    if (fpu_insns[v->insn].meaning == FPU_CONSTANT) {
        op.rs1 = (uint8_t)v->a;
    }
    return op;
}

void fpu_report(FPUHarness *h, const FPUVector *v, const char *how, uint64_t result, unsigned flags)
{
    enum { ENOUGH = 20 };

    if (h->failures++ < ENOUGH) {
        fprintf(stderr,
                "%s %s, mode %u: a=%016" PRIx64 " b=%016" PRIx64 " c=%016" PRIx64
                "\n  got      %016" PRIx64 " flags %02x\n  expected %016" PRIx64 " flags %02x\n",
                fpu_insns[v->insn].name, how, v->rm, v->a, v->b, v->c, result, flags, v->result,
                v->flags);
    }
}

/*
 * The outcome of `v` with `rm` in the instruction, `frm`, and exceptions `before` accrued already.
 */
static void fpu_try(FPUHarness *h, const FPUVector *v, unsigned rm, unsigned frm, unsigned before)
{
    CPURISCVState *env = h->env;
    RISCVOp op = fpu_prepare(env, v, rm);
    bool dirty = fpu_is_float(fpu_insns[v->insn].to) || v->flags, ok;
    unsigned flags;
    uint64_t result;

    riscv_frm_write(env, frm);
    riscv_fflags_write(env, before);
    env->fs_dirty = 0;
    ok = fpu_execute(&fpu_insns[v->insn], env, &op);
    result = fpu_is_float(fpu_insns[v->insn].to) ? env->f[FPU_RD] : env->x[FPU_RD];
    flags = riscv_fflags_read(env);
    h->runs++;
    if (!ok) {
        fpu_report(h, v, "changes something on its way to the slow handler", result, flags);
    } else if (result != v->result || flags != (before | v->flags)) {
        fpu_report(h, v, rm == RISCV_RM_DYN ? "with frm" : "with rm", result, flags & ~before);
    } else if (env->fs_dirty != dirty) {
        fpu_report(h, v, dirty ? "leaves FS clean" : "makes FS dirty", result, flags);
    }
}

enum { GROUP = 3 };

/*
 * Slow handlers one after another, in a dynamic mode: do the exceptions of all accrue, and no
 * others?
 */
static void fpu_try_group(FPUHarness *h, const FPUVector v[GROUP])
{
    unsigned expected = 0, flags;

    riscv_fflags_write(h->env, 0);
    for (size_t i = 0; i < GROUP; i++) {
        RISCVOp op = fpu_prepare(h->env, &v[i], RISCV_RM_DYN);

        riscv_frm_write(h->env, v[i].rm);
        fpu_insns[v[i].insn].slow(h->env, &op, &(RISCVFlow)RISCV_FLOW(&op));
        expected |= v[i].flags;
    }
    flags = riscv_fflags_read(h->env);
    h->runs++;
    if (flags != expected) {
        fpu_report(h, v, "and two more accrue other flags", v->result, flags);
    }
}

void fpu_run_vectors(FPUHarness *h, const FPUVector *v, size_t count)
{
    riscv_fpu_enter(h->env);
    for (size_t i = 0; i < count; i++) {
        bool has_rm = fpu_has_rm(&fpu_insns[v[i].insn]);
        unsigned other = (unsigned)(i * 7 + i / 5) % 8;

        fpu_try(h, &v[i], has_rm ? v[i].rm : 0, other, 0);
        fpu_try(h, &v[i], has_rm ? RISCV_RM_DYN : 0, v[i].rm, (unsigned)i % (FFLAG_MASK + 1));
        if (i % GROUP == 0 && count - i >= GROUP) {
            fpu_try_group(h, &v[i]);
        }
    }
    riscv_fpu_leave(h->env);
}

/* ---- what bodies need of an engine ---- */

/* riscv_raise_illegal() comes back to h->illegal: env->engine is the harness. */
void riscv_raise_illegal(CPURISCVState *env, const RISCVOp *op)
{
    FPUHarness *h = env->engine;

    (void)op;
    longjmp(h->illegal, 1);
}

/* The TLB of the harness is empty: every access comes here, and addresses are the host's. */
uint64_t riscv_load_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    uint64_t value = 0;

    (void)env;
    (void)op;
    memcpy(&value, (void *)(uintptr_t)addr, size);
    return value;
}

void riscv_store_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                      unsigned size)
{
    (void)env;
    (void)op;
    memcpy((void *)(uintptr_t)addr, &value, size);
}

void fpu_harness_init(FPUHarness *h)
{
    CPURISCVState *env = calloc(1, sizeof(*env));

    if (env) {
        env->tlb = malloc(sizeof(*env->tlb));
    }
    if (!env || !env->tlb) {
        abort();
    }
    memset(env->tlb, 0xff, sizeof(*env->tlb)); /* no tag that an address has */
    env->engine = h;
    *h = (FPUHarness){ .env = env };
}

void fpu_harness_free(FPUHarness *h)
{
    free(h->env->tlb);
    free(h->env);
}
