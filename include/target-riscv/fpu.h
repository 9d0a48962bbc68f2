/*
 * Floating point on the host's FPU: what the bodies of F and D instructions use, and what the run
 * loop and the CSRs need to know about it.
 *
 * While guest code runs, that is between riscv_fpu_enter() and riscv_fpu_leave(), the host's
 * control register belongs to the guest: it rounds as env->host_rm says, and its accrued flags are
 * the guest's since the last fold into env->fflags. C code that computes with floating point in
 * between (a device) rounds as the guest does and leaves its flags to the guest, so such code is
 * called outside the pair.
 *
 * The compiler knows nothing of this. Each operation's operands and result pass HOST_FPU_BARRIER,
 * an empty volatile asm: what is between two of those is neither folded, merged with its like,
 * dropped nor moved across a change of the control register, whatever -frounding-math means to this
 * compiler.
 *
 * Belongs here: accessors for floating-point registers, operations with RISC-V's NaNs and flags.
 * Does not belong here: rows and bodies (target-riscv/insn/rv_{f,d,zf*}.c.inc), the slow paths
 * (fpu.c), what differs between hosts (fpu-<host>.h), arithmetic in integers (fpu-exact.h), half
 * precision (fpu-half.h).
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
 *   HOST_FPU_TINY_BEFORE   tininess may be detected before rounding: the host's UF cannot be
 *                          trusted where the result is the smallest normal number
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
 * fcsr, inside the pair or outside. A write makes FS dirty. Read FS only after riscv_fflags_read(),
 * which makes FS dirty if flags have accrued that only the host knew of.
 */
unsigned riscv_fflags_read(CPURISCVState *env);
void riscv_fflags_write(CPURISCVState *env, unsigned flags);
void riscv_frm_write(CPURISCVState *env, unsigned frm);

/* ---- rounding mode of an operation: op->imm is the instruction's rm ---- */

/*
 * What an operation does where its fast path, which is inlined, does not do: see "memory" in
 * insn.h. `call` is the operation out of line; a fast handler leaves it to the slow one.
 */
#ifdef RISCV_SLOW_ACCESS
#define FPU_MISS(call) ((void)flow, (call))
#else
#define FPU_MISS(call) ((void)env, flow->missed = true, 0)
#endif

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

/* What `op` asks for, never RISCV_RM_DYN. */
FPU_INLINE RISCVRoundingMode riscv_rounding_mode(CPURISCVState *env, const RISCVOp *op)
{
    riscv_rm_check(env, op);
    return op->imm == RISCV_RM_DYN ? env->frm : (RISCVRoundingMode)op->imm;
}

/*
 * For rounding in integers: what to add to `magnitude`, whose lowest `drop` bits (1 to 63) are then
 * cut off.
 */
FPU_INLINE uint64_t riscv_round_increment(uint64_t magnitude, unsigned drop, bool negative,
                                          RISCVRoundingMode rm)
{
    uint64_t half = 1ull << (drop - 1);

    if (G_LIKELY(rm == RISCV_RM_RNE)) {
        return half - 1 + (magnitude >> drop & 1);
    }
    if (rm == RISCV_RM_RMM) {
        return half;
    }
    return rm == (negative ? RISCV_RM_RDN : RISCV_RM_RUP) ? half + (half - 1) : 0;
}

/* Exceptions that the host's FPU does not see. */
FPU_INLINE void riscv_fflags_raise(CPURISCVState *env, unsigned flags)
{
    env->fflags |= flags;
    env->fs_dirty |= flags != 0;
}

/* ---- operations, by format: riscv_f32_add() and so on; half precision is in fpu-half.h ---- */

typedef float f32;
typedef double f64;

/* Names that fpu-{bits,ops}.h.inc and fpu-slow.c.inc make of FPU_BITS */
#define FPU_GLUE_(a, b, c) a##b##c
#define FPU_GLUE(a, b, c) FPU_GLUE_(a, b, c)
#define FPU_T FPU_GLUE(f, FPU_BITS, )
#define FPU_UINT FPU_GLUE(uint, FPU_BITS, _t)
#define FPU_FN(name) FPU_GLUE(riscv_f, FPU_BITS, _##name)
#define FPU_HOST(name) FPU_GLUE(host_f, FPU_BITS, _##name)
#define FPU_CONST(name) FPU_GLUE(F, FPU_BITS, _##name)
#define FPU_FORMAT FPU_GLUE(FP_FORMAT_F, FPU_BITS, )

#define F16_SIGN 0x8000u
#define F16_INFINITY 0x7c00u
#define F16_CANONICAL_NAN 0x7e00u
#define F16_QUIET_BIT 0x0200u
#define F16_MIN_NORMAL 0x0400u
#define F16_FRAC_BITS 10
#define F16_BIAS 15
#define FPU_BITS 16
#include "target-riscv/fpu-bits.h.inc"
#undef FPU_BITS

#define F32_SIGN (1u << 31)
#define F32_INFINITY 0x7f800000u
#define F32_CANONICAL_NAN 0x7fc00000u
#define F32_QUIET_BIT 0x00400000u
#define F32_MIN_NORMAL 0x00800000u
#define F32_FRAC_BITS 23
#define F32_BIAS 127
#define FPU_BITS 32
#include "target-riscv/fpu-ops.h.inc"
#undef FPU_BITS

#define F64_SIGN (1ull << 63)
#define F64_INFINITY 0x7ff0000000000000ull
#define F64_CANONICAL_NAN 0x7ff8000000000000ull
#define F64_QUIET_BIT 0x0008000000000000ull
#define F64_MIN_NORMAL 0x0010000000000000ull
#define F64_FRAC_BITS 52
#define F64_BIAS 1023
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

FPU_INLINE f32 riscv_f32_from_f64(CPURISCVState *env, const RISCVOp *op, RISCVFlow *flow, f64 a)
{
    if (G_UNLIKELY(!riscv_rm_ready(env, op))) {
        return FPU_MISS(riscv_f32_from_f64_slow(env, op, a));
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

/*
 * fcvtmod: towards zero, modulo 2^32, with fcvt.w's exceptions. Numbers down to -2^31 - 1, without
 * that, are in range: they truncate to -2^31.
 */
FPU_INLINE int32_t riscv_f64_to_i32_modular(CPURISCVState *env, f64 a)
{
    uint64_t bits = riscv_f64_bits(a), sig = (bits & (F64_MIN_NORMAL - 1)) | F64_MIN_NORMAL;
    int shift = (int)(bits >> F64_FRAC_BITS & 0x7ff) - F64_BIAS - F64_FRAC_BITS;
    uint32_t low;

    if (G_LIKELY(riscv_f64_within(a, -0x1.00000002p31, 0x1p31))) {
        return (int32_t)riscv_f64_truncate(a);
    }
    riscv_fflags_raise(env, FFLAG_NV);
    low = shift > 31 ? 0 : (uint32_t)(shift < 0 ? sig >> -shift : sig << shift);
    return (int32_t)(bits & F64_SIGN ? -low : low);
}

/* ---- registers ---- */

/*
 * A register in halves, low one first. Single precision reads and writes it so: the value never
 * passes an integer register, and the test of the box is one comparison in memory. (All bits read
 * soon after such a write cost the host a failed store forwarding, but programs seldom mix widths
 * in a register.)
 */
FPU_INLINE char *riscv_f_half(CPURISCVState *env, unsigned reg, unsigned half)
{
    return (char *)&env->f[reg] + 4 * (half ^ (G_BYTE_ORDER == G_BIG_ENDIAN));
}

FPU_INLINE uint32_t riscv_f_low(CPURISCVState *env, unsigned reg)
{
    uint32_t low;

    memcpy(&low, riscv_f_half(env, reg, 0), sizeof(low));
    return low;
}

/* The upper half becomes all ones: unprivileged ISA, "NaN Boxing of Narrower Values". */
FPU_INLINE void riscv_set_f32_bits(CPURISCVState *env, unsigned reg, uint32_t bits)
{
    memcpy(riscv_f_half(env, reg, 0), &bits, sizeof(bits));
    memset(riscv_f_half(env, reg, 1), 0xff, sizeof(bits));
    env->fs_dirty = 1;
}

FPU_INLINE void riscv_set_f32(CPURISCVState *env, unsigned reg, f32 value)
{
    memcpy(riscv_f_half(env, reg, 0), &value, sizeof(value));
    memset(riscv_f_half(env, reg, 1), 0xff, sizeof(value));
    env->fs_dirty = 1;
}

FPU_INLINE bool riscv_f_boxed(CPURISCVState *env, unsigned reg)
{
    uint32_t high;

    memcpy(&high, riscv_f_half(env, reg, 1), sizeof(high));
    return high == UINT32_MAX;
}

/* What is not a boxed value is taken for the canonical NaN: the same chapter. */
FPU_INLINE uint32_t riscv_get_f32_bits(CPURISCVState *env, unsigned reg)
{
    return G_LIKELY(riscv_f_boxed(env, reg)) ? riscv_f_low(env, reg) : F32_CANONICAL_NAN;
}

FPU_INLINE f32 riscv_get_f32(CPURISCVState *env, unsigned reg)
{
    f32 value;

    memcpy(&value, riscv_f_half(env, reg, 0), sizeof(value));
    if (G_UNLIKELY(!riscv_f_boxed(env, reg))) {
        value = riscv_f32_from_bits(F32_CANONICAL_NAN);
        HOST_FPU_BARRIER(value); /* a branch, for the same reason as in canonical() */
    }
    return value;
}

FPU_INLINE f64 riscv_get_f64(CPURISCVState *env, unsigned reg)
{
    f64 value;

    memcpy(&value, &env->f[reg], sizeof(value));
    return value;
}

FPU_INLINE void riscv_set_f64(CPURISCVState *env, unsigned reg, f64 value)
{
    memcpy(&env->f[reg], &value, sizeof(value));
    env->fs_dirty = 1;
}

FPU_INLINE void riscv_set_f_raw(CPURISCVState *env, unsigned reg, uint64_t bits)
{
    env->f[reg] = bits;
    env->fs_dirty = 1;
}

/* A half is boxed by 48 ones. */
FPU_INLINE uint16_t riscv_get_f16_bits(CPURISCVState *env, unsigned reg)
{
    uint64_t bits = env->f[reg];

    return G_LIKELY(bits >> 16 == UINT64_MAX >> 16) ? (uint16_t)bits : F16_CANONICAL_NAN;
}

FPU_INLINE void riscv_set_f16_bits(CPURISCVState *env, unsigned reg, uint16_t bits)
{
    riscv_set_f_raw(env, reg, UINT64_MAX << 16 | bits);
}

/*
 * ---- accessors for bodies: a value, its bits, and the register as it is ----
 *
 * The value of a half is a single: F16(), WF16(). Arithmetic gives its bits, though (fpu-half.h).
 */

#define F16(field) riscv_f16_widen(riscv_get_f16_bits(env, OPERAND(field)))
#define F32(field) riscv_get_f32(env, OPERAND(field))
#define F64(field) riscv_get_f64(env, OPERAND(field))
#define FB16(field) riscv_get_f16_bits(env, OPERAND(field))
#define FB32(field) riscv_get_f32_bits(env, OPERAND(field))
#define FRAW16(field) ((uint16_t)env->f[OPERAND(field)])
#define FRAW32(field) riscv_f_low(env, OPERAND(field))
#define FRAW(field) (env->f[OPERAND(field)])

#define FPU_WRITE(type, set, field, value) \
    do {                                   \
        type value_ = (value);             \
        if (G_LIKELY(!flow->missed)) {     \
            set(env, OPERAND(field), value_); \
        }                                  \
    } while (0)
#define WF16(field, value) FPU_WRITE(uint16_t, riscv_set_f16_bits, field, riscv_f16_bits(value))
#define WF32(field, value) FPU_WRITE(f32, riscv_set_f32, field, value)
#define WF64(field, value) FPU_WRITE(f64, riscv_set_f64, field, value)
#define WFB16(field, value) FPU_WRITE(uint16_t, riscv_set_f16_bits, field, value)
#define WFB32(field, value) FPU_WRITE(uint32_t, riscv_set_f32_bits, field, value)
#define WFRAW(field, value) FPU_WRITE(uint64_t, riscv_set_f_raw, field, value)

/*
 * FP(f64_add, F64(rs1), F64(rs2)): an operation in the rounding mode that the instruction asks for.
 * FP_EXACT: one that has such a field, but no need that the host's mode is the same; FP_NO_RM: one
 * that has none.
 */
#define FP(function, ...) riscv_##function(env, op, flow, __VA_ARGS__)
#define FP_EXACT(function, ...) riscv_##function(env, op, __VA_ARGS__)
#define FP_NO_RM(function, ...) riscv_##function(env, __VA_ARGS__)

#include "target-riscv/fpu-half.h"

#endif
