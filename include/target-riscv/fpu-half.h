/*
 * Half precision in terms of single and double, which every host has: part of fpu.h.
 *
 * In flight a half is the single of the same value, so comparisons, minimum and maximum, and
 * conversions to integers are single precision's. Arithmetic is done in double on the host and then
 * rounded to half here, in integers. That gives what one rounding gives:
 * - sums and products of two halves are exact in double;
 * - a quotient or square root that is neither a half nor the middle between two (subnormal ones
 *   included) is away from all of these by more than 2^-26 of itself, being made of small integers,
 *   and double's rounding moves it by less than 2^-51;
 * - a product plus a half is exact below 32. Above, what double drops can only come from a product
 *   that is less than 2^-30 of the sum, which then is close to a half and far from every middle.
 * Whether a result is tiny may be told from the double, too; that bits were dropped, the host says.
 *
 * Belongs here: operations on halves. Does not belong here: registers and accessors (fpu.h), what
 * needs bits only (fpu-bits.h.inc).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_FPU_HALF_H
#define TARGET_RISCV_FPU_HALF_H

#include "target-riscv/fpu.h"

/* ---- between halves and singles ---- */

/* How far the exponents' codings are apart. */
enum { F16_TO_F32 = F32_BIAS - F16_BIAS, F16_TO_F64 = F64_BIAS - F16_BIAS };

/* Raises nothing: a signaling NaN becomes one. */
FPU_INLINE f32 riscv_f16_widen(uint16_t bits)
{
    uint32_t magnitude = bits & ~F16_SIGN, sign = (bits & F16_SIGN) << 16;
    uint32_t wide = magnitude << (F32_FRAC_BITS - F16_FRAC_BITS);

    if (G_LIKELY(magnitude - F16_MIN_NORMAL < F16_INFINITY - F16_MIN_NORMAL)) {
        wide += (uint32_t)F16_TO_F32 << F32_FRAC_BITS;
    } else if (magnitude >= F16_INFINITY) {
        wide |= F32_INFINITY;
    } else {
        wide = riscv_f32_bits((f32)(int)magnitude * 0x1p-24f);
    }
    return riscv_f32_from_bits(sign | wide);
}

/* The way back, for what is a half. */
FPU_INLINE uint16_t riscv_f16_bits(f32 a)
{
    uint32_t bits = riscv_f32_bits(a), magnitude = bits & ~F32_SIGN;
    uint16_t sign = bits >> 16 & F16_SIGN;

    if (magnitude >= F32_INFINITY) {
        return sign | F16_INFINITY |
               (magnitude >> (F32_FRAC_BITS - F16_FRAC_BITS) & (F16_MIN_NORMAL - 1));
    }
    if (magnitude >> F32_FRAC_BITS <= F16_TO_F32) {
        return sign | (uint16_t)(int)(riscv_f32_from_bits(magnitude) * 0x1p24f);
    }
    magnitude -= (uint32_t)F16_TO_F32 << F32_FRAC_BITS;
    return sign | (uint16_t)(magnitude >> (F32_FRAC_BITS - F16_FRAC_BITS));
}

/* ---- from double, rounded ---- */

FPU_INLINE uint16_t riscv_f16_overflow(CPURISCVState *env, uint16_t sign, RISCVRoundingMode rm)
{
    bool to_largest = rm == RISCV_RM_RTZ || rm == (sign ? RISCV_RM_RUP : RISCV_RM_RDN);

    riscv_fflags_raise(env, FFLAG_OF | FFLAG_NX);
    return sign | (F16_INFINITY - to_largest);
}

/* `magnitude` is a double below the smallest normal half. */
FPU_INLINE uint16_t riscv_f16_round_tiny(CPURISCVState *env, uint64_t magnitude, bool negative,
                                         RISCVRoundingMode rm)
{
    enum { FRAC = F64_FRAC_BITS - F16_FRAC_BITS };
    unsigned exp = magnitude >> F64_FRAC_BITS;
    uint64_t sig = (magnitude & (F64_MIN_NORMAL - 1)) | (exp ? F64_MIN_NORMAL : 0);
    unsigned drop = FRAC + F16_TO_F64 + 1 - (exp ? exp : 1);
    unsigned flags = FFLAG_NX;

    drop = MIN(drop, 63); /* less than a half of the last place all the same */
    if (sig & ((1ull << drop) - 1)) {
        /* Tiny after rounding: below the smallest normal half even if the exponent had no bound. */
        if (exp < F16_TO_F64 ||
            sig + riscv_round_increment(sig, FRAC, negative, rm) < F64_MIN_NORMAL * 2) {
            flags |= FFLAG_UF;
        }
        riscv_fflags_raise(env, flags);
    }
    return (uint16_t)((sig + riscv_round_increment(sig, drop, negative, rm)) >> drop);
}

/* Exceptions of the rounding alone; a NaN of either kind becomes the canonical one. */
FPU_INLINE uint16_t riscv_f16_round(CPURISCVState *env, f64 a, RISCVRoundingMode rm)
{
    enum { DROP = F64_FRAC_BITS - F16_FRAC_BITS };
    uint64_t bits = riscv_f64_bits(a), magnitude = bits & ~F64_SIGN, rounded;
    uint16_t sign = bits >> 48 & F16_SIGN;

    if (G_UNLIKELY(magnitude >= F64_INFINITY)) {
        return magnitude > F64_INFINITY ? F16_CANONICAL_NAN : sign | F16_INFINITY;
    }
    if (G_UNLIKELY(magnitude >> F64_FRAC_BITS <= F16_TO_F64)) {
        return sign | riscv_f16_round_tiny(env, magnitude, sign, rm);
    }
    magnitude -= (uint64_t)F16_TO_F64 << F64_FRAC_BITS;
    rounded = (magnitude + riscv_round_increment(magnitude, DROP, sign, rm)) >> DROP;
    if (G_UNLIKELY(rounded >= F16_INFINITY)) {
        return riscv_f16_overflow(env, sign, rm);
    }
    if (magnitude & ((1ull << DROP) - 1)) {
        riscv_fflags_raise(env, FFLAG_NX);
    }
    return sign | (uint16_t)rounded;
}

/* ---- arithmetic; results are bits ---- */

FPU_SLOW uint16_t riscv_f16_arith_slow(CPURISCVState *env, const RISCVOp *op, FPKind kind, f32 a,
                                       f32 b, f32 c);

/* Raises NV for a signaling NaN, as arithmetic has to. */
FPU_INLINE f64 riscv_f16_operand(f32 a)
{
    f64 r;

    HOST_FPU_BARRIER(a);
    r = a;
    HOST_FPU_BARRIER(r);
    return r;
}

/* On the host, in the mode that it is set to. */
FPU_INLINE uint16_t riscv_f16_arith_host(CPURISCVState *env, FPKind kind, f32 a, f32 b, f32 c)
{
    f64 x = riscv_f16_operand(a), y = kind == FP_SQRT ? 0 : riscv_f16_operand(b), r;

    if (kind == FP_FMA) {
        f64 z = riscv_f16_operand(c);
        r = riscv_f64_arith_host(env, FP_MUL, x, y, 0);
        r = riscv_f64_arith_host(env, FP_ADD, r, z, 0);
    } else {
        r = riscv_f64_arith_host(env, kind, x, y, 0);
    }
    return riscv_f16_round(env, r, env->host_rm);
}

FPU_INLINE uint16_t riscv_f16_arith(CPURISCVState *env, const RISCVOp *op, RISCVFlow *flow,
                                    FPKind kind, f32 a, f32 b, f32 c)
{
    if (G_UNLIKELY(!riscv_rm_ready(env, op))) {
        return FPU_MISS(riscv_f16_arith_slow(env, op, kind, a, b, c));
    }
    return riscv_f16_arith_host(env, kind, a, b, c);
}

/* ---- conversions ---- */

FPU_INLINE f32 riscv_f32_from_f16(CPURISCVState *env, const RISCVOp *op, f32 a)
{
    riscv_rm_check(env, op);
    if (G_UNLIKELY(riscv_f32_is_nan(riscv_f32_bits(a)))) {
        riscv_f32_raise_if_signaling(env, a, a);
        return riscv_f32_from_bits(F32_CANONICAL_NAN);
    }
    return a;
}

FPU_INLINE uint16_t riscv_f16_from_f32(CPURISCVState *env, const RISCVOp *op, f32 a)
{
    f64 wide = riscv_f64_from_f32(env, op, a);

    return riscv_f16_round(env, wide, riscv_rounding_mode(env, op));
}

FPU_INLINE uint16_t riscv_f16_from_f64(CPURISCVState *env, const RISCVOp *op, f64 a)
{
    RISCVRoundingMode rm = riscv_rounding_mode(env, op);

    riscv_f64_raise_if_signaling(env, a, a);
    return riscv_f16_round(env, a, rm);
}

/* Integers beyond all halves are cut, so that those in question are exact as doubles. */
FPU_INLINE uint16_t riscv_f16_from_i64(CPURISCVState *env, const RISCVOp *op, int64_t a)
{
    int64_t limit = 1 << 20;

    return riscv_f16_round(env, (f64)CLAMP(a, -limit, limit), riscv_rounding_mode(env, op));
}

FPU_INLINE uint16_t riscv_f16_from_u64(CPURISCVState *env, const RISCVOp *op, uint64_t a)
{
    return riscv_f16_from_i64(env, op, (int64_t)MIN(a, 1 << 20));
}

#endif
