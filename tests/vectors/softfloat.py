"""IEEE 754 arithmetic as RISC-V wants it, in exact fractions: short and independent of any FPU.

Belongs here: formats, rounding, flags and NaN rules (unprivileged ISA manual, chapters F, D, Zfh
and Zfa).
Does not belong here: instructions and vectors (make_fp.py).

An operation takes and returns bit patterns and adds to the flags of the Result that it is given.

SPDX-License-Identifier: MIT
"""

from fractions import Fraction
from math import isqrt

NX, UF, OF, DZ, NV = 1, 2, 4, 8, 16
RNE, RTZ, RDN, RUP, RMM = range(5)


class Flags:
    """Exceptions raised so far."""

    def __init__(self):
        self.bits = 0

    def add(self, bits):
        self.bits |= bits


class Format:
    def __init__(self, bits, precision):
        self.bits, self.precision = bits, precision
        self.fraction_bits = precision - 1
        self.emax = (1 << (bits - precision - 1)) - 1
        self.emin = 1 - self.emax
        self.sign_bit = 1 << (bits - 1)
        self.infinity = ((1 << (bits - precision)) - 1) << self.fraction_bits
        self.quiet_bit = 1 << (self.fraction_bits - 1)
        self.nan = self.infinity | self.quiet_bit
        self.largest = self.infinity - 1

    # What a pattern is

    def negative(self, a):
        return bool(a & self.sign_bit)

    def magnitude(self, a):
        return a & (self.sign_bit - 1)

    def is_nan(self, a):
        return self.magnitude(a) > self.infinity

    def is_signaling(self, a):
        return self.is_nan(a) and not a & self.quiet_bit

    def is_infinite(self, a):
        return self.magnitude(a) == self.infinity

    def is_zero(self, a):
        return self.magnitude(a) == 0

    def value(self, a):
        """Of a finite number, as a Fraction."""
        exponent = self.magnitude(a) >> self.fraction_bits
        digits = a & ((1 << self.fraction_bits) - 1)
        if exponent:
            digits |= 1 << self.fraction_bits
        scale = max(exponent, 1) - self.emax - self.fraction_bits
        number = digits * Fraction(2) ** scale
        return -number if self.negative(a) else number

    # From a number to a pattern

    def zero(self, negative):
        return self.sign_bit if negative else 0

    def round(self, number, mode, flags):
        """The pattern of a number other than 0."""
        negative, number = number < 0, abs(number)
        exponent = log2_floor(number)
        digits, inexact = round_digits(number, exponent - self.fraction_bits, negative, mode)
        # Tininess is detected after rounding, as if the exponent had no lower bound.
        tiny = digits * Fraction(2) ** (exponent - self.fraction_bits) < Fraction(2) ** self.emin
        exponent = max(exponent, self.emin)
        digits, inexact = round_digits(number, exponent - self.fraction_bits, negative, mode)
        if inexact:
            flags.add(NX | (UF if tiny else 0))
        if digits >> self.precision:
            digits, exponent = digits >> 1, exponent + 1
        if exponent > self.emax:
            flags.add(OF | NX)
            away = mode in (RNE, RMM) or mode == (RDN if negative else RUP)
            return self.zero(negative) | (self.infinity if away else self.largest)
        biased = exponent + self.emax if digits >> self.fraction_bits else 0
        digits &= (1 << self.fraction_bits) - 1
        return self.zero(negative) | biased << self.fraction_bits | digits

    def nan_result(self, flags, *operands):
        if any(self.is_signaling(a) for a in operands):
            flags.add(NV)
        return self.nan

    def invalid(self, flags):
        flags.add(NV)
        return self.nan

    # Arithmetic

    def add(self, a, b, mode, flags):
        if self.is_nan(a) or self.is_nan(b):
            return self.nan_result(flags, a, b)
        if self.is_infinite(a):
            return self.invalid(flags) if self.is_infinite(b) and a != b else a
        if self.is_infinite(b):
            return b
        return self.sum(self.value(a), self.value(b), self.negative(a), self.negative(b), mode,
                        flags)

    def sum(self, x, y, x_negative, y_negative, mode, flags):
        """Of finite numbers, with the sign of a zero."""
        if x + y:
            return self.round(x + y, mode, flags)
        if not x and x_negative == y_negative:
            return self.zero(x_negative)
        return self.zero(mode == RDN)

    def sub(self, a, b, mode, flags):
        return self.add(a, b if self.is_nan(b) else b ^ self.sign_bit, mode, flags)

    def mul(self, a, b, mode, flags):
        negative = self.negative(a) != self.negative(b)
        if self.is_nan(a) or self.is_nan(b):
            return self.nan_result(flags, a, b)
        if self.is_infinite(a) or self.is_infinite(b):
            if self.is_zero(a) or self.is_zero(b):
                return self.invalid(flags)
            return self.zero(negative) | self.infinity
        if self.is_zero(a) or self.is_zero(b):
            return self.zero(negative)
        return self.round(self.value(a) * self.value(b), mode, flags)

    def div(self, a, b, mode, flags):
        negative = self.negative(a) != self.negative(b)
        if self.is_nan(a) or self.is_nan(b):
            return self.nan_result(flags, a, b)
        if self.is_infinite(a):
            if self.is_infinite(b):
                return self.invalid(flags)
            return self.zero(negative) | self.infinity
        if self.is_infinite(b):
            return self.zero(negative)
        if self.is_zero(b):
            if self.is_zero(a):
                return self.invalid(flags)
            flags.add(DZ)
            return self.zero(negative) | self.infinity
        if self.is_zero(a):
            return self.zero(negative)
        return self.round(self.value(a) / self.value(b), mode, flags)

    def sqrt(self, a, mode, flags):
        if self.is_nan(a):
            return self.nan_result(flags, a)
        if self.is_zero(a):
            return a
        if self.negative(a):
            return self.invalid(flags)
        if self.is_infinite(a):
            return a
        # 256 bits of the root, and one more that says whether it goes on.
        number = self.value(a)
        shift = 256 - log2_floor(number) // 2
        scaled = number * Fraction(4) ** shift
        root = isqrt(scaled.numerator)
        exact = root * root == scaled
        return self.round(Fraction(2 * root + (not exact), 2) / Fraction(2) ** shift, mode, flags)

    def fma(self, a, b, c, mode, flags):
        """a * b + c, rounded once."""
        if self.is_infinite(a) and self.is_zero(b) or self.is_zero(a) and self.is_infinite(b):
            return self.invalid(flags)
        if self.is_nan(a) or self.is_nan(b) or self.is_nan(c):
            return self.nan_result(flags, a, b, c)
        negative = self.negative(a) != self.negative(b)
        if self.is_infinite(a) or self.is_infinite(b):
            if self.is_infinite(c) and self.negative(c) != negative:
                return self.invalid(flags)
            return self.zero(negative) | self.infinity
        if self.is_infinite(c):
            return c
        return self.sum(self.value(a) * self.value(b), self.value(c), negative, self.negative(c),
                        mode, flags)

    # Comparison

    def order(self, a):
        """Patterns that are no NaN in order, -0 before 0."""
        return ~self.magnitude(a) if self.negative(a) else self.magnitude(a)

    def choose(self, a, b, flags, choice):
        if self.is_signaling(a) or self.is_signaling(b):
            flags.add(NV)
        numbers = [x for x in (a, b) if not self.is_nan(x)]
        return choice(numbers, key=self.order) if numbers else self.nan

    def choose_or_nan(self, a, b, flags, choice):
        value = self.choose(a, b, flags, choice)
        return self.nan if self.is_nan(a) or self.is_nan(b) else value

    def compare(self, a, b, flags, quiet, test):
        if self.is_nan(a) or self.is_nan(b):
            if not quiet or self.is_signaling(a) or self.is_signaling(b):
                flags.add(NV)
            return 0
        key = [0 if self.is_zero(x) else self.order(x) for x in (a, b)]
        return int(test(*key))

    def classify(self, a):
        if self.is_nan(a):
            return 1 << 8 if self.is_signaling(a) else 1 << 9
        if self.is_infinite(a):
            kind = 0
        elif self.is_zero(a):
            kind = 3
        else:
            kind = 1 if self.magnitude(a) >> self.fraction_bits else 2
        return 1 << (kind if self.negative(a) else 7 - kind)

    # Conversion

    def to_integer(self, a, signed, bits, mode, flags):
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        if self.is_nan(a) or self.is_infinite(a):
            flags.add(NV)
            return low if self.negative(a) and not self.is_nan(a) else high
        digits, inexact = round_digits(abs(self.value(a)), 0, self.negative(a), mode)
        number = -digits if self.negative(a) else digits
        if not low <= number <= high:
            flags.add(NV)
            return low if number < low else high
        flags.add(NX if inexact else 0)
        return number

    def to_integer_modular(self, a, bits, flags):
        """Towards zero, modulo 2 ** bits, with the flags of to_integer."""
        self.to_integer(a, True, bits, RTZ, flags)
        if self.is_nan(a) or self.is_infinite(a):
            return 0
        digits, _ = round_digits(abs(self.value(a)), 0, False, RTZ)
        return (-digits if self.negative(a) else digits) % (1 << bits)

    def to_integral(self, a, may_raise, mode, flags):
        """An integer in this format; NX only if may_raise."""
        if self.is_nan(a):
            return self.nan_result(flags, a)
        if self.is_infinite(a):
            return a
        digits, inexact = round_digits(abs(self.value(a)), 0, self.negative(a), mode)
        if inexact and may_raise:
            flags.add(NX)
        magnitude = self.round(Fraction(digits), RTZ, Flags()) if digits else 0
        return magnitude | self.zero(self.negative(a))

    def from_integer(self, number, mode, flags):
        return self.round(Fraction(number), mode, flags) if number else 0

    def convert(self, a, source, mode, flags):
        if source.is_nan(a):
            return self.nan if not source.is_signaling(a) else self.invalid(flags)
        if source.is_infinite(a):
            return self.zero(source.negative(a)) | self.infinity
        if source.is_zero(a):
            return self.zero(source.negative(a))
        return self.round(source.value(a), mode, flags)


def log2_floor(number):
    """The exponent of a positive Fraction."""
    guess = number.numerator.bit_length() - number.denominator.bit_length()
    return guess if Fraction(2) ** guess <= number else guess - 1


def round_digits(number, exponent, negative, mode):
    """A number that is not negative as a multiple of 2 ** exponent, and whether that is inexact."""
    scaled = number / Fraction(2) ** exponent
    digits = scaled.numerator // scaled.denominator
    rest = scaled - digits
    half = Fraction(1, 2)
    up = {RNE: rest > half or rest == half and digits & 1, RTZ: False, RDN: negative and rest,
          RUP: not negative and rest, RMM: rest >= half}[mode]
    return digits + bool(up), bool(rest)


HALF = Format(16, 11)
SINGLE = Format(32, 24)
DOUBLE = Format(64, 53)
