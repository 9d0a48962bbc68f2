/*
 * Floating point on the host's FPU: what the bodies of F and D instructions use, and what the run loop and
 * the CSRs need to know about it.
 *
 * While guest code runs, that is between riscv_fpu_enter() and riscv_fpu_leave(), the host's control
 * register belongs to the guest: it rounds as env->host_rm says, and its accrued flags are the guest's
 * since the last fold into env->fflags. C code that computes with floating point in between (a device) rounds
 * as the guest does and leaves its flags to the guest, so such code is called outside the pair.
 *
 * The compiler knows nothing of this. Each operation's operands and result pass HOST_FPU_BARRIER, an empty
 * volatile asm: what is between two of those is neither folded, merged with its like, dropped nor moved across
 * a change of the control register, whatever -frounding-math means to this compiler.
 *
 * Belongs here: accessors for floating-point registers, operations with RISC-V's NaNs and flags.
 * Does not belong here: rows and bodies (target-riscv/insn/rv_{f,d}.c.inc), the slow paths (fpu.c), what
 * differs between hosts (fpu-<host>.h), arithmetic in integers (fpu-exact.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_FPU_H
#define TARGET_RISCV_FPU_H

#include <string.h>

#include "target-riscv/fpu-exact.h"
#include "target-riscv/insn.h"

/*
 * A host part defines:
 *   HOST_FPU_TINY_BEFORE   UF as the host raises it cannot be trusted where the result is the smallest
 *                          normal number: tininess may be detected before rounding
 *   HOST_FPU_DEFAULT_NAN   NaN results of arithmetic are canonical already
 *   HOST_FPU_BARRIER(v)    see above; v is a float or double variable
 *   host_fpu_save, host_fpu_restore       the control register, for code that is not the guest's
 *   host_fpu_begin(rm)     no flags, no traps, subnormals are numbers, rounding mode rm (0 to 3)
 *   host_fpu_set_rm(rm)    the rounding mode alone
 *   host_fpu_flags, host_fpu_clear_flags  accrued exceptions, in fflags' coding
 *   host_{f32,f64}_sqrt, host_{f32,f64}_fma, host_has_fma
 */
#if defined(RISCV_FPU_GENERIC)
#include "target-riscv/fpu-generic.h"
#elif defined(__x86_64__)
#include "target-riscv/fpu-x86.h"
#elif defined(__aarch64__)
#include "target-riscv/fpu-aarch64.h"
#else
#include "target-riscv/fpu-generic.h"
#endif

#define FPU_INLINE static inline __attribute__((always_inline))
#define FPU_SLOW G_GNUC_INTERNAL __attribute__((cold, noinline))

/* ---- the run loop and the CSRs (fpu.c) ---- */

/* Around guest execution, in the thread that runs it. Not nested. */
void riscv_fpu_enter(CPURISCVState *env);
void riscv_fpu_leave(CPURISCVState *env);

/*
 * fcsr, inside the pair or outside. A write makes FS dirty. Read FS only after riscv_fflags_read(), which
 * makes FS dirty if flags have accrued that only the host knew of.
 */
unsigned riscv_fflags_read(CPURISCVState *env);
void riscv_fflags_write(CPURISCVState *env, unsigned flags);
void riscv_frm_write(CPURISCVState *env, unsigned frm);

/* ---- rounding mode of an operation: op->imm is the instruction's rm ---- */

/* Does the host round now as `op` asks? */
FPU_INLINE bool riscv_rm_ready(const CPURISCVState *env, const RISCVOp *op)
{
    return env->rm_ready >> op->imm & 1;
}

/* For operations that no mode can change: a reserved one is an illegal instruction all the same. */
FPU_INLINE void riscv_rm_check(CPURISCVState *env, const RISCVOp *op)
{
    if (G_UNLIKELY(!(env->rm_legal >> op->imm & 1))) {
        riscv_raise_illegal(env, op);
    }
}

/* Exceptions that the host's FPU does not see. */
FPU_INLINE void riscv_fflags_raise(CPURISCVState *env, unsigned flags)
{
    env->fflags |= flags;
    env->fs_dirty |= flags != 0;
}

/* ---- operations, by format: riscv_f32_add() and so on ---- */

typedef float f32;
typedef double f64;

/* Names that fpu-ops.h.inc and fpu-slow.c.inc make of FPU_BITS */
#define FPU_GLUE_(a, b, c) a##b##c
#define FPU_GLUE(a, b, c) FPU_GLUE_(a, b, c)
#define FPU_T FPU_GLUE(f, FPU_BITS, )
#define FPU_UINT FPU_GLUE(uint, FPU_BITS, _t)
#define FPU_FN(name) FPU_GLUE(riscv_f, FPU_BITS, _##name)
#define FPU_HOST(name) FPU_GLUE(host_f, FPU_BITS, _##name)
#define FPU_CONST(name) FPU_GLUE(F, FPU_BITS, _##name)
#define FPU_FORMAT FPU_GLUE(FP_FORMAT_F, FPU_BITS, )

#define F32_SIGN (1u << 31)
#define F32_INFINITY 0x7f800000u
#define F32_CANONICAL_NAN 0x7fc00000u
#define F32_QUIET_BIT 0x00400000u
#define F32_MIN_NORMAL 0x00800000u
#define FPU_BITS 32
#include "target-riscv/fpu-ops.h.inc"
#undef FPU_BITS

#define F64_SIGN (1ull << 63)
#define F64_INFINITY 0x7ff0000000000000ull
#define F64_CANONICAL_NAN 0x7ff8000000000000ull
#define F64_QUIET_BIT 0x0008000000000000ull
#define F64_MIN_NORMAL 0x0010000000000000ull
#define FPU_BITS 64
#include "target-riscv/fpu-ops.h.inc"
#undef FPU_BITS

FPU_SLOW f32 riscv_f32_from_f64_slow(CPURISCVState *env, const RISCVOp *op, f64 a);
FPU_SLOW void riscv_f32_from_f64_tiny(CPURISCVState *env, f64 a);

FPU_INLINE f32 riscv_f32_from_f64_host(CPURISCVState *env, f64 a)
{
    f32 r;

    HOST_FPU_BARRIER(a);
    r = (f32)a;
    HOST_FPU_BARRIER(r);
    if (HOST_FPU_TINY_BEFORE && G_UNLIKELY(riscv_f32_maybe_tiny(r))) {
        riscv_f32_from_f64_tiny(env, a);
    }
    return riscv_f32_canonical(r);
}

FPU_INLINE f32 riscv_f32_from_f64(CPURISCVState *env, const RISCVOp *op, f64 a)
{
    if (G_UNLIKELY(!riscv_rm_ready(env, op))) {
        return riscv_f32_from_f64_slow(env, op, a);
    }
    return riscv_f32_from_f64_host(env, a);
}

/* The next three are exact. */
FPU_INLINE f64 riscv_f64_from_f32(CPURISCVState *env, const RISCVOp *op, f32 a)
{
    f64 r;

    riscv_rm_check(env, op);
    HOST_FPU_BARRIER(a);
    r = a;
    HOST_FPU_BARRIER(r);
    return riscv_f64_canonical(r);
}

FPU_INLINE f64 riscv_f64_from_i32(CPURISCVState *env, const RISCVOp *op, int32_t a)
{
    riscv_rm_check(env, op);
    return a;
}

FPU_INLINE f64 riscv_f64_from_u32(CPURISCVState *env, const RISCVOp *op, uint32_t a)
{
    riscv_rm_check(env, op);
    return (int64_t)a;
}

/* ---- NaN boxing: unprivileged ISA, "NaN Boxing of Narrower Values" ---- */

FPU_INLINE uint32_t riscv_unbox_f32(uint64_t v)
{
    return G_LIKELY(v >> 32 == UINT32_MAX) ? (uint32_t)v : F32_CANONICAL_NAN;
}

FPU_INLINE uint64_t riscv_box_f32(uint32_t v)
{
    return v | 0xffffffffull << 32;
}

/* ---- accessors for bodies ---- */

#define FRAW(field) (env->f[op->field])                     /* all bits: loads, stores, moves */
#define FB32(field) riscv_unbox_f32(FRAW(field))            /* the bits of a single */
#define F32(field) riscv_f32_from_bits(FB32(field))         /* its value */
#define F64(field) riscv_f64_from_bits(FRAW(field))
#define WFRAW(field, value) (env->f[op->field] = (value), env->fs_dirty = 1)
#define WFB32(field, value) WFRAW(field, riscv_box_f32(value))
#define WF32(field, value) WFB32(field, riscv_f32_bits(value))
#define WF64(field, value) WFRAW(field, riscv_f64_bits(value))

/* FP(f64_add, F64(rs1), F64(rs2)): an operation that has a rounding mode; FP_NO_RM: one that has none. */
#define FP(function, ...) riscv_##function(env, op, __VA_ARGS__)
#define FP_NO_RM(function, ...) riscv_##function(env, __VA_ARGS__)

#endif
