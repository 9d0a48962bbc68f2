/*
 * The oracle of the floating-point test; see the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fpu-oracle.h"

#include <mpfr.h>

#define WIDE 200

typedef struct Format {
    int exp_bits, frac_bits;
} Format;

static Format format_of(FPUType type)
{
    return type == FPU_F16   ? (Format){ 5, 10 }
           : type == FPU_F32 ? (Format){ 8, 23 }
                             : (Format){ 11, 52 };
}

static int max_exp(Format f)
{
    return (1 << (f.exp_bits - 1)) - 1;
}

static uint64_t infinity_of(Format f)
{
    return ((1ull << f.exp_bits) - 1) << f.frac_bits;
}

static uint64_t sign_of(Format f)
{
    return 1ull << (f.exp_bits + f.frac_bits);
}

static uint64_t nan_of(Format f)
{
    return infinity_of(f) | 1ull << (f.frac_bits - 1);
}

static bool is_nan(Format f, uint64_t v)
{
    return (v & (sign_of(f) - 1)) > infinity_of(f);
}

static bool is_snan(Format f, uint64_t v)
{
    return is_nan(f, v) && !(v >> (f.frac_bits - 1) & 1);
}

/* ---- between bits and MPFR ---- */

/* `v`, which is not a NaN, exactly. */
static void to_mpfr(mpfr_t x, Format f, uint64_t v)
{
    uint64_t frac = v & ((1ull << f.frac_bits) - 1);
    int exp = (int)(v >> f.frac_bits) & ((1 << f.exp_bits) - 1);
    int sign = v & sign_of(f) ? -1 : 1;

    if (exp == (1 << f.exp_bits) - 1) {
        mpfr_set_inf(x, sign);
    } else if (!exp && !frac) {
        mpfr_set_zero(x, sign);
    } else {
        frac |= exp ? 1ull << f.frac_bits : 0;
        mpfr_set_ui_2exp(x, frac, (exp ? exp : 1) - max_exp(f) - f.frac_bits, MPFR_RNDZ);
        mpfr_setsign(x, x, sign < 0, MPFR_RNDZ);
    }
}

/* x to an integer; non-zero if that was inexact. */
static int to_integer(mpfr_t n, mpfr_t x, unsigned rm)
{
    static const mpfr_rnd_t modes[] = { MPFR_RNDN, MPFR_RNDZ, MPFR_RNDD, MPFR_RNDU };

    return rm == RISCV_RM_RMM ? mpfr_round(n, x) : mpfr_rint(n, x, modes[rm]);
}

/* x, in units of 2^lsb, to an integer number of units. */
static int to_units(mpfr_t n, mpfr_t x, long lsb, unsigned rm)
{
    mpfr_t scaled;
    int inexact;

    mpfr_init2(scaled, WIDE + 2);
    mpfr_div_2si(scaled, x, lsb, MPFR_RNDZ);
    inexact = to_integer(n, scaled, rm);
    mpfr_clear(scaled);
    return inexact;
}

static uint64_t round_finite(Format f, mpfr_t x, unsigned rm, uint8_t *flags)
{
    bool negative = mpfr_signbit(x);
    long exp = mpfr_get_exp(x) - 1, min = 1 - max_exp(f);
    long lsb = (exp < min ? min : exp) - f.frac_bits;
    uint64_t units, magnitude;
    mpfr_t n;

    mpfr_init2(n, WIDE + 2);
    if (exp < min) {
        to_units(n, x, exp - f.frac_bits, rm);
        mpfr_mul_2si(n, n, exp - f.frac_bits, MPFR_RNDZ);
        if (mpfr_get_exp(n) - 1 < min && to_units(n, x, lsb, rm)) {
            *flags |= FFLAG_UF;
        }
    }
    if (to_units(n, x, lsb, rm)) {
        *flags |= FFLAG_NX;
    }
    mpfr_abs(n, n, MPFR_RNDZ);
    units = mpfr_get_ui(n, MPFR_RNDZ);
    mpfr_clear(n);
    if (units == 1ull << (f.frac_bits + 1)) {
        units /= 2;
        lsb++;
    }
    if (lsb + f.frac_bits > max_exp(f)) {
        *flags |= FFLAG_OF | FFLAG_NX;
        bool away = rm == RISCV_RM_RNE || rm == RISCV_RM_RMM ||
                    rm == (negative ? RISCV_RM_RDN : RISCV_RM_RUP);
        magnitude = infinity_of(f) - !away;
    } else if (units < 1ull << f.frac_bits) {
        magnitude = units;
    } else {
        magnitude = (uint64_t)(lsb + f.frac_bits + max_exp(f)) << f.frac_bits |
                    (units - (1ull << f.frac_bits));
    }
    return magnitude | (negative ? sign_of(f) : 0);
}

/* x was computed towards zero with MPFR's ternary value. */
static uint64_t round_mpfr(Format f, mpfr_t x, int ternary, unsigned rm, uint8_t *flags)
{
    uint64_t sign = mpfr_signbit(x) ? sign_of(f) : 0;

    if (mpfr_inf_p(x)) {
        return infinity_of(f) | sign;
    }
    if (mpfr_zero_p(x)) {
        return sign;
    }
    if (ternary) {
        mpfr_prec_round(x, WIDE + 2, MPFR_RNDZ);
        if (sign) {
            mpfr_nextbelow(x);
        } else {
            mpfr_nextabove(x);
        }
    }
    return round_finite(f, x, rm, flags);
}

/* ---- arithmetic ---- */

static int compute(mpfr_t r, FPUMeaning meaning, mpfr_t a, mpfr_t b, mpfr_t c, mpfr_rnd_t rnd)
{
    switch (meaning) {
    case FPU_ADD:
        return mpfr_add(r, a, b, rnd);
    case FPU_SUB:
        return mpfr_sub(r, a, b, rnd);
    case FPU_MUL:
        return mpfr_mul(r, a, b, rnd);
    case FPU_DIV:
        return mpfr_div(r, a, b, rnd);
    case FPU_SQRT:
        return mpfr_sqrt(r, a, rnd);
    default:
        return mpfr_fma(r, a, b, c, rnd);
    }
}

static bool is_fma(FPUMeaning meaning)
{
    return meaning >= FPU_FMADD && meaning <= FPU_FNMADD;
}

/* Operands are numbers. */
static uint64_t arithmetic_of_numbers(Format f, FPUVector *v, FPUMeaning meaning)
{
    mpfr_t a, b, c, r;
    uint64_t result;
    int ternary;

    mpfr_inits2(WIDE, a, b, c, r, (mpfr_ptr)0);
    to_mpfr(a, f, v->a);
    to_mpfr(b, f, v->b);
    to_mpfr(c, f, v->c);
    if (meaning == FPU_FNMADD || meaning == FPU_FNMSUB) {
        mpfr_neg(a, a, MPFR_RNDZ);
    }
    if (meaning == FPU_FNMADD || meaning == FPU_FMSUB) {
        mpfr_neg(c, c, MPFR_RNDZ);
    }
    ternary = compute(r, meaning, a, b, c, MPFR_RNDZ);
    if (mpfr_zero_p(r) && v->rm == RISCV_RM_RDN) {
        compute(r, meaning, a, b, c, MPFR_RNDD); /* for the sign of an exact zero */
    }
    if (mpfr_nan_p(r)) {
        v->flags |= FFLAG_NV;
        result = nan_of(f);
    } else {
        if (meaning == FPU_DIV && mpfr_inf_p(r) && !mpfr_inf_p(a)) {
            v->flags |= FFLAG_DZ;
        }
        result = round_mpfr(f, r, ternary, v->rm, &v->flags);
    }
    mpfr_clears(a, b, c, r, (mpfr_ptr)0);
    return result;
}

static uint64_t arithmetic(Format f, FPUVector *v, FPUMeaning meaning)
{
    bool binary = meaning != FPU_SQRT, ternary = is_fma(meaning);
    uint64_t a = v->a & (sign_of(f) - 1), b = v->b & (sign_of(f) - 1);

    if (is_snan(f, v->a) || (binary && is_snan(f, v->b)) || (ternary && is_snan(f, v->c)) ||
        (ternary && ((a == infinity_of(f) && b == 0) || (a == 0 && b == infinity_of(f))))) {
        v->flags |= FFLAG_NV;
        return nan_of(f);
    }
    if (is_nan(f, v->a) || (binary && is_nan(f, v->b)) || (ternary && is_nan(f, v->c))) {
        return nan_of(f);
    }
    return arithmetic_of_numbers(f, v, meaning);
}

/* ---- conversions ---- */

static uint64_t float_to_float(Format from, Format to, FPUVector *v)
{
    uint64_t result;
    mpfr_t x;

    if (is_nan(from, v->a)) {
        v->flags |= is_snan(from, v->a) ? FFLAG_NV : 0;
        return nan_of(to);
    }
    mpfr_init2(x, WIDE);
    to_mpfr(x, from, v->a);
    result = round_mpfr(to, x, 0, v->rm, &v->flags);
    mpfr_clear(x);
    return result;
}

static uint64_t int_to_float(FPUType from, Format to, FPUVector *v)
{
    uint64_t result;
    mpfr_t x;

    mpfr_init2(x, WIDE);
    if (from == FPU_I32 || from == FPU_I64) {
        mpfr_set_si(x, from == FPU_I32 ? (int32_t)v->a : (int64_t)v->a, MPFR_RNDZ);
    } else {
        mpfr_set_ui(x, from == FPU_U32 ? (uint32_t)v->a : v->a, MPFR_RNDZ);
    }
    result = round_mpfr(to, x, 0, v->rm, &v->flags);
    mpfr_clear(x);
    return result;
}

/*
 * Table "Domains of float-to-integer conversions and behavior for invalid inputs" of the
 * unprivileged ISA.
 */
static uint64_t float_to_int(Format from, FPUType to, FPUVector *v)
{
    static const struct {
        uint64_t min, max;
    } limits[] = {
        [FPU_I32] = { INT32_MIN, INT32_MAX },
        [FPU_U32] = { 0, UINT32_MAX },
        [FPU_I64] = { INT64_MIN, INT64_MAX },
        [FPU_U64] = { 0, UINT64_MAX },
    };
    bool is_signed = to == FPU_I32 || to == FPU_I64, inexact;
    uint64_t result;
    mpfr_t x;

    if (is_nan(from, v->a)) {
        v->flags |= FFLAG_NV;
        return limits[to].max;
    }
    mpfr_init2(x, WIDE);
    to_mpfr(x, from, v->a);
    inexact = mpfr_number_p(x) && to_integer(x, x, v->rm);
    if ((is_signed ? mpfr_cmp_si(x, (int64_t)limits[to].min) : mpfr_cmp_ui(x, 0)) < 0) {
        v->flags |= FFLAG_NV;
        result = limits[to].min;
    } else if (mpfr_cmp_ui(x, limits[to].max) > 0) {
        v->flags |= FFLAG_NV;
        result = limits[to].max;
    } else {
        v->flags |= inexact ? FFLAG_NX : 0;
        result = is_signed ? (uint64_t)mpfr_get_si(x, MPFR_RNDZ) : mpfr_get_ui(x, MPFR_RNDZ);
    }
    mpfr_clear(x);
    return result;
}

/* fcvtmod: fcvt.w's flags; the result is the integer modulo 2^32, or 0 where there is none. */
static uint64_t modular(Format from, FPUVector *v)
{
    uint64_t result = 0;
    mpfr_t x, wrap;

    v->rm = RISCV_RM_RTZ;
    float_to_int(from, FPU_I32, v);
    v->rm = 0;
    if ((v->a & infinity_of(from)) == infinity_of(from)) {
        return 0;
    }
    mpfr_init2(x, WIDE * 6); /* every double below 2^1024 has its units here */
    mpfr_init2(wrap, WIDE);
    to_mpfr(x, from, v->a);
    mpfr_trunc(x, x);
    mpfr_set_ui_2exp(wrap, 1, 32, MPFR_RNDZ);
    mpfr_fmod(x, x, wrap, MPFR_RNDZ);
    result = (uint32_t)mpfr_get_si(x, MPFR_RNDZ);
    mpfr_clears(x, wrap, (mpfr_ptr)0);
    return result;
}

/* To an integer in the format; infinity and zero are themselves. */
static uint64_t round_to_integral(Format f, FPUVector *v, bool may_raise)
{
    uint8_t unused = 0;
    uint64_t result;
    mpfr_t x;

    if (is_nan(f, v->a)) {
        v->flags |= is_snan(f, v->a) ? FFLAG_NV : 0;
        return nan_of(f);
    }
    mpfr_init2(x, WIDE);
    to_mpfr(x, f, v->a);
    if (mpfr_number_p(x) && to_integer(x, x, v->rm)) {
        v->flags |= may_raise ? FFLAG_NX : 0;
    }
    mpfr_setsign(x, x, (v->a & sign_of(f)) != 0, MPFR_RNDZ); /* of a zero, too */
    result = round_mpfr(f, x, 0, RISCV_RM_RTZ, &unused);
    mpfr_clear(x);
    return result;
}

static uint64_t convert(const FPUInsn *insn, FPUVector *v)
{
    if (!fpu_is_float(insn->to)) {
        return float_to_int(format_of(insn->from), insn->to, v);
    }
    if (!fpu_is_float(insn->from)) {
        return int_to_float(insn->from, format_of(insn->to), v);
    }
    return float_to_float(format_of(insn->from), format_of(insn->to), v);
}

/* ---- the rest ---- */

/* -1, 0, 1; 2: unordered. */
static int compare(Format f, uint64_t a, uint64_t b)
{
    mpfr_t x, y;
    int order;

    if (is_nan(f, a) || is_nan(f, b)) {
        return 2;
    }
    mpfr_inits2(WIDE, x, y, (mpfr_ptr)0);
    to_mpfr(x, f, a);
    to_mpfr(y, f, b);
    order = mpfr_cmp(x, y);
    mpfr_clears(x, y, (mpfr_ptr)0);
    return order < 0 ? -1 : order > 0;
}

static uint64_t min_max(Format f, FPUVector *v, bool max, bool nan_wins)
{
    int order = compare(f, v->a, v->b);

    if (is_snan(f, v->a) || is_snan(f, v->b)) {
        v->flags |= FFLAG_NV;
    }
    if (order == 2 && nan_wins) {
        return nan_of(f);
    }
    if (order == 2) {
        return !is_nan(f, v->a) ? v->a : !is_nan(f, v->b) ? v->b : nan_of(f);
    }
    if (order == 0) { /* zeros may differ in sign: -0 is less */
        order = (v->a & sign_of(f)) ? -1 : 1;
    }
    return (order < 0) != max ? v->a : v->b;
}

static uint64_t relation(Format f, FPUVector *v, FPUMeaning meaning)
{
    int order = compare(f, v->a, v->b);
    bool signals = meaning == FPU_LT || meaning == FPU_LE;
    bool less = meaning == FPU_LT || meaning == FPU_LTQ;

    if (order == 2 && (signals || is_snan(f, v->a) || is_snan(f, v->b))) {
        v->flags |= FFLAG_NV;
    }
    return meaning == FPU_EQ ? order == 0 : less ? order == -1 : order <= 0;
}

static uint64_t classify(Format f, uint64_t v)
{
    uint64_t magnitude = v & (sign_of(f) - 1);
    bool negative = v & sign_of(f);

    if (is_nan(f, v)) {
        return is_snan(f, v) ? 0x100 : 0x200;
    }
    if (magnitude == infinity_of(f)) {
        return negative ? 0x001 : 0x080;
    }
    if (magnitude >> f.frac_bits) {
        return negative ? 0x002 : 0x040;
    }
    if (magnitude) {
        return negative ? 0x004 : 0x020;
    }
    return negative ? 0x008 : 0x010;
}

static uint64_t sign_injection(Format f, FPUVector *v, FPUMeaning meaning)
{
    bool a = v->a & sign_of(f), b = v->b & sign_of(f);
    bool sign = meaning == FPU_SGNJ ? b : meaning == FPU_SGNJN ? !b : a != b;

    return (v->a & (sign_of(f) - 1)) | (sign ? sign_of(f) : 0);
}

/* fli's table, as decimal numbers. */
static uint64_t constant(Format f, unsigned n)
{
    static const char *const values[] = {
        "-1.0", "min",    "0x1p-16", "0x1p-15", "0x1p-8", "0x1p-7", "0.0625", "0.125",
        "0.25", "0.3125", "0.375",   "0.4375",  "0.5",    "0.625",  "0.75",   "0.875",
        "1.0",  "1.25",   "1.5",     "1.75",    "2.0",    "2.5",    "3",      "4",
        "8",    "16",     "128",     "256",     "32768",  "65536",  "inf",    "nan",
    };
    uint8_t unused = 0;
    uint64_t result;
    mpfr_t x;

    if (n == 1 || n == 31) {
        return n == 1 ? 1ull << f.frac_bits : nan_of(f);
    }
    mpfr_init2(x, WIDE);
    mpfr_set_str(x, values[n], 0, MPFR_RNDZ);
    result = round_mpfr(f, x, 0, RISCV_RM_RNE, &unused);
    mpfr_clear(x);
    return result;
}

static uint64_t value_of(const FPUInsn *insn, FPUVector *v)
{
    Format f = format_of(insn->from);

    switch (insn->meaning) {
    case FPU_CVT:
        return convert(insn, v);
    case FPU_ROUND:
    case FPU_ROUNDNX:
        return round_to_integral(f, v, insn->meaning == FPU_ROUNDNX);
    case FPU_MODULAR:
        return modular(f, v);
    case FPU_CONSTANT:
        return constant(f, v->a);
    case FPU_MIN:
    case FPU_MAX:
        return min_max(f, v, insn->meaning == FPU_MAX, false);
    case FPU_MINM:
    case FPU_MAXM:
        return min_max(f, v, insn->meaning == FPU_MAXM, true);
    case FPU_EQ:
    case FPU_LT:
    case FPU_LE:
    case FPU_LTQ:
    case FPU_LEQ:
        return relation(f, v, insn->meaning);
    case FPU_SGNJ:
    case FPU_SGNJN:
    case FPU_SGNJX:
        return sign_injection(f, v, insn->meaning);
    case FPU_CLASS:
        return classify(f, v->a);
    case FPU_MOVE:
        return v->a;
    default:
        return arithmetic(f, v, insn->meaning);
    }
}

void fpu_oracle(FPUVector *v)
{
    const FPUInsn *insn = &fpu_insns[v->insn];

    v->flags = 0;
    v->result = fpu_in_register(insn->to, value_of(insn, v));
}
