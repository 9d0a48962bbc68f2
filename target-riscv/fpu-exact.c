/*
 * IEEE 754 arithmetic in integers; see the header.
 *
 * Belongs here: unpacking, exact operation, one rounding. Does not belong here: speed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/fpu-exact.h"

#include "util/bits.h"

const FPConstant fp_constants[32] = {
    { 0, 4 },  { 0, 4 },  { -16, 4 }, { -15, 4 }, { -8, 4 }, { -7, 4 }, { -4, 4 }, { -3, 4 },
    { -2, 4 }, { -2, 5 }, { -2, 6 },  { -2, 7 },  { -1, 4 }, { -1, 5 }, { -1, 6 }, { -1, 7 },
    { 0, 4 },  { 0, 5 },  { 0, 6 },   { 0, 7 },   { 1, 4 },  { 1, 5 },  { 1, 6 },  { 2, 4 },
    { 3, 4 },  { 4, 4 },  { 7, 4 },   { 8, 4 },   { 15, 4 }, { 16, 4 }, { 0, 4 },  { 0, 4 },
};

typedef unsigned __int128 Significand;

/*
 * Where a finite number's highest one is in its significand: two bits are left above for sums.
 * Operands and exact products end far above bit 0; below that, bit 0 is sticky: set if anything
 * non-zero was there.
 */
#define TOP 125

typedef enum Class { ZERO, FINITE, INFINITE, QUIET, SIGNALING } Class;

typedef struct Number {
    Class class;
    bool negative;
    int exp; /* FINITE: value = significand * 2^(exp - TOP) */
    Significand sig;
} Number;

static const Number quiet_nan = { .class = QUIET };

static bool is_nan(const Number *n)
{
    return n->class >= QUIET;
}

/* value >> count, with a one in bit 0 for every one that falls out. */
static Significand shift_right_sticky(Significand value, unsigned count)
{
    if (count > 127) {
        return value != 0;
    }
    return value >> count | ((value & (((Significand)1 << count) - 1)) != 0);
}

/* The number sig * 2^(exp - TOP), whatever the position of sig's highest one. */
static Number make_number(bool negative, int exp, Significand sig)
{
    Number n = { .class = FINITE, .negative = negative };
    uint64_t high = (uint64_t)(sig >> 64);
    int top = high ? 127 - (int)clz64(high) : 63 - (int)clz64((uint64_t)sig);

    if (sig == 0) {
        n.class = ZERO;
        return n;
    }
    n.exp = exp + top - TOP;
    n.sig = top > TOP ? shift_right_sticky(sig, top - TOP) : sig << (TOP - top);
    return n;
}

static int bias(FPFormat format)
{
    return (1 << (format.exp_bits - 1)) - 1;
}

static Number unpack(FPFormat format, uint64_t bits)
{
    uint64_t frac = bits & (BIT_ULL(format.frac_bits) - 1);
    int max_exp = (1 << format.exp_bits) - 1;
    int exp = (int)(bits >> format.frac_bits) & max_exp;
    bool negative = bits >> (format.exp_bits + format.frac_bits) & 1;
    Number n = { .class = INFINITE, .negative = negative };

    if (exp == max_exp) {
        if (frac) {
            n.class = frac >> (format.frac_bits - 1) ? QUIET : SIGNALING;
        }
        return n;
    }
    if (exp) {
        frac |= BIT_ULL(format.frac_bits);
    } else {
        exp = 1; /* subnormal, or zero */
    }
    return make_number(negative, exp - bias(format) - format.frac_bits + TOP, frac);
}

/* sig / 2^drop rounded to an integer, and whether that was inexact; sig < 2^126. */
static Significand round_off(Significand sig, unsigned drop, bool negative, RISCVRoundingMode rm,
                             bool *inexact)
{
    drop = drop > 127 ? 127 : drop; /* less than a quarter all the same */
    Significand kept = sig >> drop;
    Significand rest = sig - (kept << drop);
    Significand half = (Significand)1 << drop >> 1;
    bool up;

    *inexact = rest != 0;
    switch (rm) {
    case RISCV_RM_RNE:
        up = rest > half || (rest == half && rest && (kept & 1));
        break;
    case RISCV_RM_RMM:
        up = rest >= half && rest;
        break;
    case RISCV_RM_RDN:
        up = rest && negative;
        break;
    case RISCV_RM_RUP:
        up = rest && !negative;
        break;
    default:
        up = false;
        break;
    }
    return kept + up;
}

static uint64_t overflow(FPFormat format, bool negative, RISCVRoundingMode rm, unsigned *flags)
{
    uint64_t infinity = (BIT_ULL(format.exp_bits) - 1) << format.frac_bits;
    bool to_largest = rm == RISCV_RM_RTZ || rm == (negative ? RISCV_RM_RUP : RISCV_RM_RDN);

    *flags |= FFLAG_OF | FFLAG_NX;
    return infinity - to_largest;
}

static uint64_t pack_finite(FPFormat format, const Number *n, RISCVRoundingMode rm, unsigned *flags)
{
    uint64_t infinity = (BIT_ULL(format.exp_bits) - 1) << format.frac_bits;
    unsigned drop = TOP - format.frac_bits;
    int min_exp = 1 - bias(format);
    int exp = n->exp < min_exp ? min_exp : n->exp;
    bool inexact, unused;
    Significand sig;

    if (n->exp > bias(format)) {
        return overflow(format, n->negative, rm, flags);
    }
    sig = round_off(n->sig, drop + (exp - n->exp), n->negative, rm, &inexact);
    if (inexact) {
        *flags |= FFLAG_NX;
        /*
         * Tiny after rounding: below the smallest normal number even if the exponent had no bound.
         */
        if (n->exp < min_exp - 1 ||
            (n->exp == min_exp - 1 &&
             round_off(n->sig, drop, n->negative, rm, &unused) >> (format.frac_bits + 1) == 0)) {
            *flags |= FFLAG_UF;
        }
    }
    /* Adding lets a carry out of the significand move on into the exponent, from subnormals too. */
    uint64_t bits = ((uint64_t)(exp + bias(format) - 1) << format.frac_bits) + (uint64_t)sig;
    return bits >= infinity ? overflow(format, n->negative, rm, flags) : bits;
}

static uint64_t pack(FPFormat format, const Number *n, RISCVRoundingMode rm, unsigned *flags)
{
    uint64_t infinity = (BIT_ULL(format.exp_bits) - 1) << format.frac_bits;
    uint64_t sign = (uint64_t)n->negative << (format.exp_bits + format.frac_bits);

    switch (n->class) {
    case ZERO:
        return sign;
    case FINITE:
        return sign | pack_finite(format, n, rm, flags);
    case INFINITE:
        return sign | infinity;
    default:
        return infinity | BIT_ULL(format.frac_bits - 1);
    }
}

static Number invalid(unsigned *flags)
{
    *flags |= FFLAG_NV;
    return quiet_nan;
}

static Number add_finite(const Number *a, const Number *b)
{
    const Number *big = a->exp > b->exp || (a->exp == b->exp && a->sig >= b->sig) ? a : b;
    const Number *small = big == a ? b : a;
    Significand sig = shift_right_sticky(small->sig, big->exp - small->exp);

    /*
     * Sticky is exact enough: where it swallowed ones, the exponents differ by more than one, and
     * the difference keeps its highest bit or the one below.
     */
    sig = big->negative == small->negative ? big->sig + sig : big->sig - sig;
    return make_number(big->negative, big->exp, sig);
}

static Number add(const Number *a, const Number *b, RISCVRoundingMode rm, unsigned *flags)
{
    if (is_nan(a) || is_nan(b)) {
        return a->class == SIGNALING || b->class == SIGNALING ? invalid(flags) : quiet_nan;
    }
    if (a->class == INFINITE || b->class == INFINITE) {
        bool opposite = a->class == b->class && a->negative != b->negative;
        return opposite ? invalid(flags) : a->class == INFINITE ? *a : *b;
    }
    if (a->class == FINITE && b->class == FINITE) {
        Number sum = add_finite(a, b);
        if (sum.class == FINITE) {
            return sum;
        }
    } else if (a->class == FINITE || b->class == FINITE) {
        return a->class == FINITE ? *a : *b;
    }
    /* A sum that is exactly zero: IEEE 754, 6.3. */
    Number zero = { .class = ZERO, .negative = rm == RISCV_RM_RDN };
    if (a->class == ZERO && a->negative == b->negative) {
        zero.negative = a->negative;
    }
    return zero;
}

/* The 64 highest bits of a number that was unpacked: all it has. */
static uint64_t high_bits(const Number *n)
{
    return (uint64_t)(n->sig >> (TOP - 63));
}

/* Exact: nothing of the product is lost. */
static Number multiply(const Number *a, const Number *b, unsigned *flags)
{
    bool negative = a->negative != b->negative;

    if (is_nan(a) || is_nan(b)) {
        return a->class == SIGNALING || b->class == SIGNALING ? invalid(flags) : quiet_nan;
    }
    if (a->class == INFINITE || b->class == INFINITE) {
        Number infinite = { .class = INFINITE, .negative = negative };
        return a->class == ZERO || b->class == ZERO ? invalid(flags) : infinite;
    }
    if (a->class == ZERO || b->class == ZERO) {
        return (Number){ .class = ZERO, .negative = negative };
    }
    return make_number(negative, a->exp + b->exp + TOP - 126,
                       (Significand)high_bits(a) * high_bits(b));
}

static Number divide(const Number *a, const Number *b, unsigned *flags)
{
    bool negative = a->negative != b->negative;

    if (is_nan(a) || is_nan(b)) {
        return a->class == SIGNALING || b->class == SIGNALING ? invalid(flags) : quiet_nan;
    }
    if (a->class == b->class && a->class != FINITE) {
        return invalid(flags); /* 0 / 0, inf / inf */
    }
    if (a->class == INFINITE || b->class == ZERO) {
        *flags |= a->class == INFINITE ? 0 : FFLAG_DZ;
        return (Number){ .class = INFINITE, .negative = negative };
    }
    if (a->class == ZERO || b->class == INFINITE) {
        return (Number){ .class = ZERO, .negative = negative };
    }
    /* The quotient of the significands, in 2^-63, lies between 2^62 and 2^64. */
    Significand dividend = (Significand)high_bits(a) << 63;
    Significand quotient = dividend / high_bits(b);
    bool rest = quotient * high_bits(b) != dividend;

    return make_number(negative, a->exp - b->exp + TOP - 63 - 60, quotient << 60 | rest);
}

static uint64_t integer_sqrt(Significand square)
{
    uint64_t root = 0;

    for (int bit = 63; bit >= 0; bit--) {
        uint64_t next = root | BIT_ULL(bit);
        if ((Significand)next * next <= square) {
            root = next;
        }
    }
    return root;
}

static Number square_root(const Number *a, unsigned *flags)
{
    if (a->class == SIGNALING || (a->negative && (a->class == FINITE || a->class == INFINITE))) {
        return invalid(flags);
    }
    if (a->class != FINITE) {
        return *a;
    }
    /* The significand as 1 <= s < 4, in 2^-126, with an even exponent; its root is in 2^-63. */
    unsigned odd = a->exp & 1;
    Significand square = (Significand)high_bits(a) << (63 + odd);
    Significand root = integer_sqrt(square);

    return make_number(false, (a->exp - (int)odd) / 2 + TOP - 63 - 60,
                       root << 60 | (root * root != square));
}

static Number multiply_add(const Number *a, const Number *b, const Number *c, RISCVRoundingMode rm,
                           unsigned *flags)
{
    Number product = multiply(a, b, flags);

    /*
     * Infinity times zero is invalid even if c is a quiet NaN: unprivileged ISA, FMA instructions.
     */
    return add(&product, c, rm, flags);
}

uint64_t fp_exact(FPFormat format, FPKind kind, uint64_t a, uint64_t b, uint64_t c,
                  RISCVRoundingMode rm, unsigned *flags)
{
    Number x = unpack(format, a), y = unpack(format, b), z = unpack(format, c), result;

    switch (kind) {
    case FP_SUB:
        y.negative = !y.negative;
        /* fall through */
    case FP_ADD:
        result = add(&x, &y, rm, flags);
        break;
    case FP_MUL:
        result = multiply(&x, &y, flags);
        break;
    case FP_DIV:
        result = divide(&x, &y, flags);
        break;
    case FP_SQRT:
        result = square_root(&x, flags);
        break;
    default:
        result = multiply_add(&x, &y, &z, rm, flags);
        break;
    }
    return pack(format, &result, rm, flags);
}

uint64_t fp_exact_convert(FPFormat from, FPFormat to, uint64_t a, RISCVRoundingMode rm,
                          unsigned *flags)
{
    Number n = unpack(from, a);

    if (n.class == SIGNALING) {
        n = invalid(flags);
    }
    return pack(to, &n, rm, flags);
}

uint64_t fp_exact_from_int(FPFormat to, bool negative, uint64_t magnitude, RISCVRoundingMode rm,
                           unsigned *flags)
{
    Number n = make_number(negative && magnitude, TOP, magnitude);

    return pack(to, &n, rm, flags);
}

uint64_t fp_exact_to_int(FPFormat from, uint64_t a, unsigned bits, bool is_signed,
                         RISCVRoundingMode rm, unsigned *flags)
{
    Number n = unpack(from, a);
    bool negative = n.negative && !is_nan(&n);
    uint64_t limit = is_signed  ? BIT_ULL(bits - 1) - !negative
                     : negative ? 0
                                : MAKE_64BIT_MASK(0, bits);
    bool inexact;

    if (n.class == ZERO) {
        return 0;
    }
    if (n.class == FINITE && n.exp < 64) {
        Significand value = round_off(n.sig, TOP - n.exp, negative, rm, &inexact);
        if (value <= limit) {
            *flags |= inexact ? FFLAG_NX : 0;
            return negative ? -(uint64_t)value : (uint64_t)value;
        }
    }
    *flags |= FFLAG_NV;
    return negative ? -limit : limit;
}
