/*
 * Floating point on the host's FPU: moving state between fcsr and the host, and the operations'
 * slow paths.
 *
 * Belongs here: what is too rare or too big to be inlined into the bodies of instructions (fpu.h).
 * Does not belong here: arithmetic in integers (fpu-exact.c), CSR numbers and access rules (csr.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/fpu.h"

/* ---- state ---- */

static void update_modes(CPURISCVState *env)
{
    bool dynamic_legal = env->frm <= RISCV_RM_RMM;
    bool dynamic_ready = env->frm == env->host_rm;

    env->rm_legal = 0x1f | dynamic_legal << RISCV_RM_DYN;
    env->rm_ready = 1 << env->host_rm | dynamic_ready << RISCV_RM_DYN;
    env->rm_ready_fma = host_has_fma() ? env->rm_ready : 0;
}

/* Move what has accrued in the host to env->fflags, so that each flag makes FS dirty once. */
static void fold_flags(CPURISCVState *env)
{
    unsigned flags = env->fpu_entered ? host_fpu_flags() : 0;

    if (flags) {
        riscv_fflags_raise(env, flags);
        host_fpu_clear_flags();
    }
}

void riscv_fpu_enter(CPURISCVState *env)
{
    env->host_fpu = host_fpu_save();
    env->host_rm = env->frm <= RISCV_RM_RUP ? env->frm : RISCV_RM_RNE;
    env->fpu_entered = true;
    update_modes(env);
    host_fpu_begin(env->host_rm);
}

void riscv_fpu_leave(CPURISCVState *env)
{
    fold_flags(env);
    env->fpu_entered = false;
    host_fpu_restore(env->host_fpu);
}

unsigned riscv_fflags_read(CPURISCVState *env)
{
    fold_flags(env);
    return env->fflags;
}

void riscv_fflags_write(CPURISCVState *env, unsigned flags)
{
    fold_flags(env);
    env->fflags = flags & FFLAG_MASK;
    env->fs_dirty = 1;
}

/* The host follows when an operation needs it: programs set frm around a few, or none. */
void riscv_frm_write(CPURISCVState *env, unsigned frm)
{
    env->frm = frm & 7;
    env->fs_dirty = 1;
    update_modes(env);
}

/* ---- rounding modes ---- */

/* Set the host to `rm`; false if it has no such mode. */
static bool set_host_mode(CPURISCVState *env, RISCVRoundingMode rm)
{
    if (rm == RISCV_RM_RMM) {
        return false;
    }
    if (rm != env->host_rm) {
        env->host_rm = rm;
        update_modes(env);
        host_fpu_set_rm(rm);
    }
    return true;
}

/*
 * UF where the host detects tininess before rounding. It must be settled at once, operation by
 * operation: next to an earlier UF, a wrong one could not be told. So the host's is clear in
 * between.
 */
static bool underflow_pending(void)
{
    return host_fpu_flags() & FFLAG_UF;
}

static void settle_underflow(CPURISCVState *env, unsigned exact_flags)
{
    riscv_fflags_raise(env, (host_fpu_flags() & ~FFLAG_UF) | (exact_flags & FFLAG_UF));
    host_fpu_clear_flags();
}

/* ---- slow paths, by format ---- */

#define FPU_BITS 32
#include "target-riscv/fpu-slow.c.inc"
#undef FPU_BITS

#define FPU_BITS 64
#include "target-riscv/fpu-slow.c.inc"
#undef FPU_BITS

f32 riscv_f32_from_f64_slow(CPURISCVState *env, const RISCVOp *op, f64 a)
{
    RISCVRoundingMode rm = riscv_rounding_mode(env, op);
    unsigned flags = 0;
    uint64_t r;

    if (set_host_mode(env, rm)) {
        return riscv_f32_from_f64_host(env, a);
    }
    r = fp_exact_convert(FP_FORMAT_F64, FP_FORMAT_F32, riscv_f64_bits(a), rm, &flags);
    riscv_fflags_raise(env, flags);
    return riscv_f32_from_bits((uint32_t)r);
}

void riscv_f32_from_f64_tiny(CPURISCVState *env, f64 a)
{
    unsigned flags = 0;

    if (underflow_pending()) {
        fp_exact_convert(FP_FORMAT_F64, FP_FORMAT_F32, riscv_f64_bits(a), env->host_rm, &flags);
        settle_underflow(env, flags);
    }
}

uint16_t riscv_f16_arith_slow(CPURISCVState *env, const RISCVOp *op, FPKind kind, f32 a, f32 b,
                              f32 c)
{
    RISCVRoundingMode rm = riscv_rounding_mode(env, op);
    unsigned flags = 0;
    uint64_t r;

    if (set_host_mode(env, rm)) {
        return riscv_f16_arith_host(env, kind, a, b, c);
    }
    r = fp_exact(FP_FORMAT_F16, kind, riscv_f16_bits(a), riscv_f16_bits(b), riscv_f16_bits(c), rm,
                 &flags);
    riscv_fflags_raise(env, flags);
    return (uint16_t)r;
}
