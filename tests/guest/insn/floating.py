"""What the floating-point instructions compute: exact arithmetic on fractions, rounded once.

Registers are 64-bit numbers. Functions return (result, flags). Written from IEEE 754 and the
manual's chapters on F, D, Zfh and Zfa; neither the host's floating point nor the emulator's is
used.

SPDX-License-Identifier: MIT
"""
from fractions import Fraction
from math import isqrt

from integer import M64, sext

NV, DZ, OF, UF, NX = 16, 8, 4, 2, 1
RNE, RTZ, RDN, RUP, RMM = range(5)
MODES = (RNE, RTZ, RDN, RUP, RMM)
MODE_NAMES = ("rne", "rtz", "rdn", "rup", "rmm")


class Format:
    """A binary format of IEEE 754: precision counts the bit that is not stored."""

    def __init__(self, letter, bits, precision):
        self.letter, self.bits, self.precision = letter, bits, precision
        self.fraction_bits = precision - 1
        self.bias = (1 << (bits - precision - 1)) - 1
        self.emin = 1 - self.bias
        self.emax = self.bias
        self.exponent_ones = (1 << (bits - precision)) - 1
        self.sign_bit = 1 << (bits - 1)
        self.infinity = self.exponent_ones << self.fraction_bits
        self.nan = self.infinity | 1 << (self.fraction_bits - 1)
        self.largest = self.infinity - 1

    def box(self, bits):
        """In a register: narrower values have ones above them."""
        return bits | M64 << self.bits & M64

    def unbox(self, register):
        """From a register: what is not boxed counts as the canonical NaN."""
        if register >> self.bits != M64 >> self.bits:
            return self.nan
        return register & ((1 << self.bits) - 1)

    def is_nan(self, bits):
        return bits & ~self.sign_bit > self.infinity

    def is_signaling(self, bits):
        return self.is_nan(bits) and not bits >> (self.fraction_bits - 1) & 1

    def is_infinite(self, bits):
        return bits & ~self.sign_bit == self.infinity

    def is_zero(self, bits):
        return bits & ~self.sign_bit == 0

    def sign(self, bits):
        return bits >> (self.bits - 1)

    def value(self, bits):
        """Of a finite number."""
        exponent = bits >> self.fraction_bits & self.exponent_ones
        fraction = bits & ((1 << self.fraction_bits) - 1)
        if exponent:
            fraction |= 1 << self.fraction_bits
        scale = max(exponent, 1) - self.bias - self.fraction_bits
        magnitude = fraction * Fraction(2) ** scale
        return -magnitude if self.sign(bits) else magnitude


HALF = Format("h", 16, 11)
SINGLE = Format("s", 32, 24)
DOUBLE = Format("d", 64, 53)


def round_to_multiple(magnitude, scale, negative, mode):
    """magnitude as a multiple of 2**scale, and whether that is inexact."""
    scaled = magnitude / Fraction(2) ** scale
    low = scaled.numerator // scaled.denominator
    rest = scaled - low
    half = Fraction(1, 2)
    up = {RNE: rest > half or (rest == half and low & 1), RTZ: False, RDN: negative and rest > 0,
          RUP: not negative and rest > 0, RMM: rest >= half}[mode]
    return low + bool(up), rest != 0


def exponent_of(magnitude):
    """e with 2**e <= magnitude < 2**(e + 1)."""
    e = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    return e if Fraction(2) ** e <= magnitude else e - 1


def overflowed(fmt, negative, mode):
    away = mode in (RNE, RMM) or mode == (RDN if negative else RUP)
    return (fmt.infinity if away else fmt.largest) | negative * fmt.sign_bit, OF | NX


def rounded(fmt, value, mode):
    """A number other than zero in the format: bits and flags."""
    negative, magnitude = value < 0, abs(value)
    natural = exponent_of(magnitude) - fmt.fraction_bits
    unbounded, _ = round_to_multiple(magnitude, natural, negative, mode)
    tiny = unbounded * Fraction(2) ** natural < Fraction(2) ** fmt.emin  # after rounding
    scale = max(natural, fmt.emin - fmt.fraction_bits)
    digits, inexact = round_to_multiple(magnitude, scale, negative, mode)
    if digits * Fraction(2) ** scale >= Fraction(2) ** (fmt.emax + 1):
        return overflowed(fmt, negative, mode)
    if digits >> fmt.precision:
        digits >>= 1
        scale += 1
    exponent = scale + fmt.bias + fmt.fraction_bits if digits >> fmt.fraction_bits else 0
    bits = exponent << fmt.fraction_bits | digits & ((1 << fmt.fraction_bits) - 1)
    return bits | negative * fmt.sign_bit, (NX if inexact else 0) | (UF if inexact and tiny else 0)


def exact_zero(fmt, mode):
    """The sum of a number and its negative."""
    return fmt.sign_bit if mode == RDN else 0


def invalid(fmt, *operands):
    """The canonical NaN, for an invalid operation or NaN operands."""
    return fmt.nan, NV if not operands or any(map(fmt.is_signaling, operands)) else 0


def fma(fmt, a, b, c, mode):
    """a * b + c. Infinity times zero is invalid even when c is a quiet NaN."""
    sign = fmt.sign(a) ^ fmt.sign(b)
    if (fmt.is_infinite(a) and fmt.is_zero(b)) or (fmt.is_zero(a) and fmt.is_infinite(b)):
        return fmt.nan, NV
    if any(map(fmt.is_nan, (a, b, c))):
        return invalid(fmt, a, b, c)
    if fmt.is_infinite(a) or fmt.is_infinite(b):
        if fmt.is_infinite(c) and fmt.sign(c) != sign:
            return fmt.nan, NV
        return fmt.infinity | sign * fmt.sign_bit, 0
    if fmt.is_infinite(c):
        return c, 0
    total = fmt.value(a) * fmt.value(b) + fmt.value(c)
    if total:
        return rounded(fmt, total, mode)
    if (fmt.is_zero(a) or fmt.is_zero(b)) and sign == fmt.sign(c):
        return sign * fmt.sign_bit, 0
    return exact_zero(fmt, mode), 0


def add(fmt, a, b, mode):
    one = fmt.bias << fmt.fraction_bits
    return fma(fmt, a, one, b, mode)


def sub(fmt, a, b, mode):
    return add(fmt, a, b if fmt.is_nan(b) else b ^ fmt.sign_bit, mode)


def mul(fmt, a, b, mode):
    if fmt.is_nan(a) or fmt.is_nan(b):
        return invalid(fmt, a, b)
    sign = fmt.sign(a) ^ fmt.sign(b)
    if fmt.is_infinite(a) or fmt.is_infinite(b):
        if fmt.is_zero(a) or fmt.is_zero(b):
            return fmt.nan, NV
        return fmt.infinity | sign * fmt.sign_bit, 0
    if fmt.is_zero(a) or fmt.is_zero(b):
        return sign * fmt.sign_bit, 0
    return rounded(fmt, fmt.value(a) * fmt.value(b), mode)


def div(fmt, a, b, mode):
    sign = fmt.sign(a) ^ fmt.sign(b)
    if fmt.is_nan(a) or fmt.is_nan(b):
        return invalid(fmt, a, b)
    if (fmt.is_infinite(a) and fmt.is_infinite(b)) or (fmt.is_zero(a) and fmt.is_zero(b)):
        return fmt.nan, NV
    if fmt.is_infinite(a):
        return fmt.infinity | sign * fmt.sign_bit, 0
    if fmt.is_infinite(b) or fmt.is_zero(a):
        return sign * fmt.sign_bit, 0
    if fmt.is_zero(b):
        return fmt.infinity | sign * fmt.sign_bit, DZ
    return rounded(fmt, fmt.value(a) / fmt.value(b), mode)


def sqrt(fmt, a, mode):
    if fmt.is_nan(a):
        return invalid(fmt, a)
    if fmt.is_zero(a):
        return a, 0
    if fmt.sign(a):
        return fmt.nan, NV
    if fmt.is_infinite(a):
        return a, 0
    value = fmt.value(a)
    shift = 2 * (2 * fmt.precision + fmt.bias)  # even, and far more digits than are kept
    scaled = value * 2 ** shift
    root = isqrt(scaled.numerator // scaled.denominator)
    exact = scaled.denominator == 1 and root * root == scaled.numerator
    # A root that is not exact lies between two integers: any number between them rounds the same.
    approximation = Fraction(2 * root + (not exact), 2) / 2 ** (shift // 2)
    return rounded(fmt, approximation, mode)


def madd(fmt, a, b, c, mode):
    return fma(fmt, a, b, c, mode)


def msub(fmt, a, b, c, mode):
    return fma(fmt, a, b, c if fmt.is_nan(c) else c ^ fmt.sign_bit, mode)


def nmsub(fmt, a, b, c, mode):
    return fma(fmt, a if fmt.is_nan(a) else a ^ fmt.sign_bit, b, c, mode)


def nmadd(fmt, a, b, c, mode):
    return fma(fmt, a if fmt.is_nan(a) else a ^ fmt.sign_bit, b,
               c if fmt.is_nan(c) else c ^ fmt.sign_bit, mode)


def order(fmt, bits):
    """Numbers in their order, -0 before +0; for anything but NaN."""
    magnitude = bits & ~fmt.sign_bit
    return -magnitude - 1 if fmt.sign(bits) else magnitude


def fmin(fmt, a, b, _mode):
    return extreme(fmt, a, b, min)


def fmax(fmt, a, b, _mode):
    return extreme(fmt, a, b, max)


def extreme(fmt, a, b, choose):
    flags = NV if fmt.is_signaling(a) or fmt.is_signaling(b) else 0
    numbers = [x for x in (a, b) if not fmt.is_nan(x)]
    if not numbers:
        return fmt.nan, flags
    return choose(numbers, key=lambda bits: order(fmt, bits)), flags


def fminm(fmt, a, b, mode):
    return nan_or(fmt, a, b, fmin(fmt, a, b, mode))


def fmaxm(fmt, a, b, mode):
    return nan_or(fmt, a, b, fmax(fmt, a, b, mode))


def nan_or(fmt, a, b, result):
    return (fmt.nan, result[1]) if fmt.is_nan(a) or fmt.is_nan(b) else result


def compare(fmt, a, b, test, quiet):
    if fmt.is_nan(a) or fmt.is_nan(b):
        signals = not quiet or fmt.is_signaling(a) or fmt.is_signaling(b)
        return 0, NV if signals else 0
    if fmt.is_zero(a) and fmt.is_zero(b):
        return int(test(0, 0)), 0
    return int(test(order(fmt, a), order(fmt, b))), 0


def feq(fmt, a, b):
    return compare(fmt, a, b, lambda x, y: x == y, True)


def flt(fmt, a, b):
    return compare(fmt, a, b, lambda x, y: x < y, False)


def fle(fmt, a, b):
    return compare(fmt, a, b, lambda x, y: x <= y, False)


def fltq(fmt, a, b):
    return compare(fmt, a, b, lambda x, y: x < y, True)


def fleq(fmt, a, b):
    return compare(fmt, a, b, lambda x, y: x <= y, True)


def sgnj(fmt, a, b, _mode):
    return a & ~fmt.sign_bit | b & fmt.sign_bit, 0


def sgnjn(fmt, a, b, _mode):
    return a & ~fmt.sign_bit | ~b & fmt.sign_bit, 0


def sgnjx(fmt, a, b, _mode):
    return a ^ b & fmt.sign_bit, 0


def classify(fmt, a):
    if fmt.is_nan(a):
        return 1 << (8 if fmt.is_signaling(a) else 9), 0
    if fmt.is_infinite(a):
        place = 0
    elif fmt.is_zero(a):
        place = 3
    else:
        place = 1 if a & fmt.infinity else 2
    return 1 << (place if fmt.sign(a) else 7 - place), 0


def to_integer(fmt, a, bits, signed, mode):
    """Saturated where it does not fit; 32-bit results are sign-extended, unsigned ones too."""
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    flags = 0
    if fmt.is_nan(a) or a == fmt.infinity:
        number, flags = high, NV
    elif fmt.is_infinite(a):
        number, flags = low, NV
    else:
        value = fmt.value(a)
        magnitude, inexact = round_to_multiple(abs(value), 0, value < 0, mode)
        number = -magnitude if value < 0 else magnitude
        if not low <= number <= high:
            number, flags = (low if number < low else high), NV
        elif inexact:
            flags = NX
    return sext(number, bits) & M64, flags


def to_integer_modular(fmt, a, bits):
    """The integer part modulo 2**bits; flags are those of saturation."""
    flags = to_integer(fmt, a, bits, True, RTZ)[1]
    if fmt.is_nan(a) or fmt.is_infinite(a):
        return 0, flags
    magnitude = int(abs(fmt.value(a)))
    return sext(-magnitude if fmt.sign(a) else magnitude, bits) & M64, flags


def fround(fmt, a, mode):
    return froundnx(fmt, a, mode)[0], NV if fmt.is_signaling(a) else 0


def froundnx(fmt, a, mode):
    if fmt.is_nan(a):
        return invalid(fmt, a)
    if fmt.is_infinite(a):
        return a, 0
    sign = fmt.sign(a)
    magnitude, inexact = round_to_multiple(abs(fmt.value(a)), 0, sign, mode)
    bits = rounded(fmt, Fraction(magnitude), RTZ)[0] if magnitude else 0
    return bits | sign * fmt.sign_bit, NX if inexact else 0


def constant(fmt, n):
    """What fli loads for n."""
    special = {0: number(fmt, -1), 1: 1 << fmt.fraction_bits, 30: fmt.infinity, 31: fmt.nan}
    powers = {2: -16, 3: -15, 4: -8, 5: -7, 6: -4, 7: -3, 23: 2, 24: 3, 25: 4, 26: 7, 27: 8, 28: 15,
              29: 16}
    if n in special:
        return special[n]
    if n in powers:
        return number(fmt, Fraction(2) ** powers[n])
    # 8 to 22: quarters from 1/4 on, each power of two in four steps
    return number(fmt, Fraction(4 + n % 4, 4) * Fraction(2) ** (n // 4 - 4))


def number(fmt, value):
    return rounded(fmt, Fraction(value), RNE)[0]


def from_integer(fmt, register, bits, signed, mode):
    number = sext(register, bits) if signed else register & ((1 << bits) - 1)
    return rounded(fmt, Fraction(number), mode) if number else (0, 0)


def convert(to, source, a, mode):
    if source.is_nan(a):
        return to.nan, NV if source.is_signaling(a) else 0
    sign = source.sign(a) * to.sign_bit
    if source.is_infinite(a):
        return to.infinity | sign, 0
    if source.is_zero(a):
        return sign, 0
    return rounded(to, source.value(a), mode)


def raw_move(register, bits):
    """fmv.x.w, fmv.x.h and the stores look at the low part, boxed or not."""
    return sext(register, bits) & M64
