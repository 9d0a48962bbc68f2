/*
 * IEEE 754 arithmetic in integers: for what no host FPU does, in any binary format up to 64 bits.
 *
 * Used where the host cannot give RISC-V's answer: rounding to nearest with ties to maximum
 * magnitude, fused multiply-add on hosts without it, tininess after rounding, conversions to
 * integers.
 *
 * Belongs here: pure functions of operands, format and rounding mode. Does not belong here: the
 * host's FPU, the guest's state, NaN boxing (fpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_FPU_EXACT_H
#define TARGET_RISCV_FPU_EXACT_H

#include <stdbool.h>
#include <stdint.h>

/* Rounding modes as frm and rm have them; 5 and 6 are reserved, and so is 7 in frm. */
typedef enum RISCVRoundingMode {
    RISCV_RM_RNE,
    RISCV_RM_RTZ,
    RISCV_RM_RDN,
    RISCV_RM_RUP,
    RISCV_RM_RMM,
    RISCV_RM_DYN = 7
} RISCVRoundingMode;

/* Accrued exceptions as fflags has them. */
enum {
    FFLAG_NX = 1 << 0,
    FFLAG_UF = 1 << 1,
    FFLAG_OF = 1 << 2,
    FFLAG_DZ = 1 << 3,
    FFLAG_NV = 1 << 4,
    FFLAG_MASK = 0x1f
};

/* An interchange format: one sign bit, then these. */
typedef struct FPFormat {
    uint8_t exp_bits;  /* at most 11 */
    uint8_t frac_bits; /* at most 52 */
} FPFormat;

#define FP_FORMAT_F16 ((FPFormat){ 5, 10 })
#define FP_FORMAT_F32 ((FPFormat){ 8, 23 })
#define FP_FORMAT_F64 ((FPFormat){ 11, 52 })

/*
 * The constants of fli, by the number in the instruction (unprivileged ISA, Zfa, table "Immediate
 * values"): quarters / 4 * 2^exp, but for those that have a name here.
 */
typedef struct FPConstant {
    int8_t exp;
    uint8_t quarters; /* 4 to 7 */
} FPConstant;

enum { FP_CONSTANT_MINUS_ONE = 0, FP_CONSTANT_MIN = 1, FP_CONSTANT_INF = 30, FP_CONSTANT_NAN = 31 };

extern const FPConstant fp_constants[32];

typedef enum FPKind { FP_ADD, FP_SUB, FP_MUL, FP_DIV, FP_SQRT, FP_FMA } FPKind;

/*
 * All of them: operands and results are the format's bits, right-aligned; NaN results are
 * canonical; exceptions are added to *flags.
 */

/*
 * a + b, a - b, a * b, a / b, sqrt(a) or a * b + c, rounded once. Operands that `kind` lacks are
 * ignored.
 */
uint64_t fp_exact(FPFormat format, FPKind kind, uint64_t a, uint64_t b, uint64_t c,
                  RISCVRoundingMode rm, unsigned *flags);
uint64_t fp_exact_convert(FPFormat from, FPFormat to, uint64_t a, RISCVRoundingMode rm,
                          unsigned *flags);
uint64_t fp_exact_from_int(FPFormat to, bool negative, uint64_t magnitude, RISCVRoundingMode rm,
                           unsigned *flags);
/*
 * As fcvt to an integer of `bits` (32, 64): out of range gives NV and the nearest limit, NaN the
 * largest value. The result is the two's complement in the low bits; those above are unspecified.
 */
uint64_t fp_exact_to_int(FPFormat from, uint64_t a, unsigned bits, bool is_signed,
                         RISCVRoundingMode rm, unsigned *flags);

#endif
