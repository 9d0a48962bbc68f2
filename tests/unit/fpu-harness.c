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

#define FPU_INSNS(X)                                                                              \
    X(fadd_s, ADD, F32, F32)                                                                      \
    X(fsub_s, SUB, F32, F32)                                                                      \
    X(fmul_s, MUL, F32, F32)                                                                      \
    X(fdiv_s, DIV, F32, F32)                                                                      \
    X(fsqrt_s, SQRT, F32, F32)                                                                    \
    X(fmadd_s, FMADD, F32, F32)                                                                   \
    X(fmsub_s, FMSUB, F32, F32)                                                                   \
    X(fnmsub_s, FNMSUB, F32, F32)                                                                 \
    X(fnmadd_s, FNMADD, F32, F32)                                                                 \
    X(fmin_s, MIN, F32, F32)                                                                      \
    X(fmax_s, MAX, F32, F32)                                                                      \
    X(feq_s, EQ, U64, F32)                                                                        \
    X(flt_s, LT, U64, F32)                                                                        \
    X(fle_s, LE, U64, F32)                                                                        \
    X(fsgnj_s, SGNJ, F32, F32)                                                                    \
    X(fsgnjn_s, SGNJN, F32, F32)                                                                  \
    X(fsgnjx_s, SGNJX, F32, F32)                                                                  \
    X(fclass_s, CLASS, U64, F32)                                                                  \
    X(fmv_x_w, MOVE, I32, F32)                                                                    \
    X(fmv_w_x, MOVE, F32, I32)                                                                    \
    X(fcvt_w_s, CVT, I32, F32)                                                                    \
    X(fcvt_wu_s, CVT, U32, F32)                                                                   \
    X(fcvt_l_s, CVT, I64, F32)                                                                    \
    X(fcvt_lu_s, CVT, U64, F32)                                                                   \
    X(fcvt_s_w, CVT, F32, I32)                                                                    \
    X(fcvt_s_wu, CVT, F32, U32)                                                                   \
    X(fcvt_s_l, CVT, F32, I64)                                                                    \
    X(fcvt_s_lu, CVT, F32, U64)                                                                   \
    X(fadd_d, ADD, F64, F64)                                                                      \
    X(fsub_d, SUB, F64, F64)                                                                      \
    X(fmul_d, MUL, F64, F64)                                                                      \
    X(fdiv_d, DIV, F64, F64)                                                                      \
    X(fsqrt_d, SQRT, F64, F64)                                                                    \
    X(fmadd_d, FMADD, F64, F64)                                                                   \
    X(fmsub_d, FMSUB, F64, F64)                                                                   \
    X(fnmsub_d, FNMSUB, F64, F64)                                                                 \
    X(fnmadd_d, FNMADD, F64, F64)                                                                 \
    X(fmin_d, MIN, F64, F64)                                                                      \
    X(fmax_d, MAX, F64, F64)                                                                      \
    X(feq_d, EQ, U64, F64)                                                                        \
    X(flt_d, LT, U64, F64)                                                                        \
    X(fle_d, LE, U64, F64)                                                                        \
    X(fsgnj_d, SGNJ, F64, F64)                                                                    \
    X(fsgnjn_d, SGNJN, F64, F64)                                                                  \
    X(fsgnjx_d, SGNJX, F64, F64)                                                                  \
    X(fclass_d, CLASS, U64, F64)                                                                  \
    X(fmv_x_d, MOVE, I64, F64)                                                                    \
    X(fmv_d_x, MOVE, F64, I64)                                                                    \
    X(fcvt_w_d, CVT, I32, F64)                                                                    \
    X(fcvt_wu_d, CVT, U32, F64)                                                                   \
    X(fcvt_l_d, CVT, I64, F64)                                                                    \
    X(fcvt_lu_d, CVT, U64, F64)                                                                   \
    X(fcvt_d_w, CVT, F64, I32)                                                                    \
    X(fcvt_d_wu, CVT, F64, U32)                                                                   \
    X(fcvt_d_l, CVT, F64, I64)                                                                    \
    X(fcvt_d_lu, CVT, F64, U64)                                                                   \
    X(fcvt_s_d, CVT, F32, F64)                                                                    \
    X(fcvt_d_s, CVT, F64, F32)                                                                    \
    X(flw, MEMORY, F32, I32)                                                                      \
    X(fsw, MEMORY, I32, F32)                                                                      \
    X(fld, MEMORY, F64, I64)                                                                      \
    X(fsd, MEMORY, I64, F64)

#define X_RUN(name, ...)                                                                          \
    static void fpu_run_##name(CPURISCVState *env, const RISCVOp *op)                             \
    {                                                                                             \
        RISCVFlow flow;                                                                           \
                                                                                                  \
        insn_##name(env, op, &flow);                                                              \
    }
FPU_INSNS(X_RUN)
#undef X_RUN

const FPUInsn fpu_insns[] = {
#define X_ROW(name, meaning, to, from) { #name, fpu_run_##name, FPU_##meaning, FPU_##to, FPU_##from },
    FPU_INSNS(X_ROW)
#undef X_ROW
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

void fpu_set_operand(CPURISCVState *env, FPUType type, unsigned reg, uint64_t value)
{
    if (type == FPU_F32) {
        env->f[reg] = riscv_box_f32((uint32_t)value);
    } else if (type == FPU_F64) {
        env->f[reg] = value;
    } else {
        env->x[reg] = value;
    }
}

/* Run `v` with `rm` in the instruction; returns what is in the destination. */
static uint64_t fpu_run(CPURISCVState *env, const FPUVector *v, unsigned rm)
{
    const FPUInsn *insn = &fpu_insns[v->insn];
    RISCVOp op = { .rd = FPU_RD, .rs1 = FPU_RS1, .rs2 = FPU_RS2, .rs3 = FPU_RS3, .imm = (int32_t)rm };

    fpu_set_operand(env, insn->from, FPU_RS1, v->a);
    fpu_set_operand(env, insn->from, FPU_RS2, v->b);
    fpu_set_operand(env, insn->from, FPU_RS3, v->c);
    insn->run(env, &op);
    return fpu_is_float(insn->to) ? env->f[FPU_RD] : env->x[FPU_RD];
}

void fpu_report(FPUHarness *h, const FPUVector *v, const char *how, uint64_t result, unsigned flags)
{
    enum { ENOUGH = 20 };

    if (h->failures++ < ENOUGH) {
        fprintf(stderr,
                "%s %s, mode %u: a=%016" PRIx64 " b=%016" PRIx64 " c=%016" PRIx64 "\n  got      %016" PRIx64
                " flags %02x\n  expected %016" PRIx64 " flags %02x\n",
                fpu_insns[v->insn].name, how, v->rm, v->a, v->b, v->c, result, flags, v->result,
                v->flags);
    }
}

/* The outcome of `v` with `rm` in the instruction, `frm`, and exceptions `before` accrued already. */
static void fpu_try(FPUHarness *h, const FPUVector *v, unsigned rm, unsigned frm, unsigned before)
{
    CPURISCVState *env = h->env;
    bool dirty = fpu_is_float(fpu_insns[v->insn].to) || v->flags;
    unsigned flags;
    uint64_t result;

    riscv_frm_write(env, frm);
    riscv_fflags_write(env, before);
    env->fs_dirty = 0;
    result = fpu_run(env, v, rm);
    flags = riscv_fflags_read(env);
    h->runs++;
    if (result != v->result || flags != (before | v->flags)) {
        fpu_report(h, v, rm == RISCV_RM_DYN ? "with frm" : "with rm", result, flags & ~before);
    } else if (env->fs_dirty != dirty) {
        fpu_report(h, v, dirty ? "leaves FS clean" : "makes FS dirty", result, flags);
    }
}

enum { GROUP = 3 };

/* Vectors one after another in a dynamic mode: do the exceptions of all of them accrue, and no others? */
static void fpu_try_group(FPUHarness *h, const FPUVector v[GROUP])
{
    unsigned expected = 0, flags;

    riscv_fflags_write(h->env, 0);
    for (size_t i = 0; i < GROUP; i++) {
        riscv_frm_write(h->env, v[i].rm);
        fpu_run(h->env, &v[i], RISCV_RM_DYN);
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

    if (!env) {
        abort();
    }
    memset(&env->tlbs[0], 0xff, sizeof(env->tlbs[0])); /* no tag that an address has */
    env->tlb = &env->tlbs[0];
    env->engine = h;
    *h = (FPUHarness){ .env = env };
}

void fpu_harness_free(FPUHarness *h)
{
    free(h->env);
}
