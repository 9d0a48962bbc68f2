"""Operands: the corners of the number ranges, and random ones near them.

SPDX-License-Identifier: MIT
"""
from floating import DOUBLE, HALF, SINGLE
from integer import M64

CORNERS = [value & M64 for value in (
    0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff,
    0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x100000000,
    0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, 0x123456789abcdef0,
    0x5555555555555555, 0xaaaaaaaaaaaaaaaa, 0x00ff00ff00ff00ff, 0xff0000000000ff00,
    -1, -2, -3, -0x80, -0x8000, -0x7fffffff, -0x80000000, -0x80000001)]

# For every pair of them to be tried.
FEW_CORNERS = [value & M64 for value in (
    0, 1, 2, 31, 32, 63, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff,
    0x8000000000000000, 0x123456789abcdef0, 0xa5a5a5a55a5a5a5a, -1, -2, -0x80000000)]

IMMEDIATES = [0, 1, -1, 2, -2, 7, 0x555, -0x556, 0x7fe, 0x7ff, -0x7ff, -0x800]
SHIFTS = [0, 1, 2, 7, 8, 15, 16, 30, 31, 32, 33, 47, 48, 62, 63]


def random_value(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return rng.choice(CORNERS)
    if kind == 1:
        return rng.getrandbits(64)
    if kind == 2:
        return rng.getrandbits(rng.randrange(1, 65))
    return -rng.getrandbits(rng.randrange(1, 64)) & M64


def number(fmt, sign, exponent, fraction):
    return sign << (fmt.bits - 1) | (exponent + fmt.bias) << fmt.fraction_bits | fraction


def float_corners(fmt):
    """Of both signs: zero, subnormals, normals at the ends, small integers, infinity, both NaNs."""
    ones = (1 << fmt.fraction_bits) - 1
    three = number(fmt, 0, 1, 1 << (fmt.fraction_bits - 1))
    positive = [0, 1, ones, ones + 1, ones + 2, number(fmt, 0, 0, 0), number(fmt, 0, 0, 1),
                number(fmt, 0, -1, ones), number(fmt, 0, 1, 0), three,
                number(fmt, 0, fmt.precision, 1), fmt.largest, fmt.infinity, fmt.nan,
                fmt.infinity | 1, fmt.nan | ones >> 3]
    return positive + [bits | fmt.sign_bit for bits in positive]


def random_bits(fmt, rng):
    """A number of the format: mostly of moderate size, so that operands are near one another."""
    kind = rng.randrange(8)
    if kind == 0:
        return rng.choice(float_corners(fmt))
    if kind == 1:
        return rng.getrandbits(fmt.bits)
    if kind == 2:  # subnormal
        return rng.getrandbits(1) << (fmt.bits - 1) | rng.getrandbits(fmt.fraction_bits)
    fraction = rng.getrandbits(fmt.fraction_bits)
    if kind < 5:  # few digits: exact results, and ties
        fraction &= -1 << rng.randrange(fmt.fraction_bits)
    return number(fmt, rng.getrandbits(1), rng.randrange(-8, 9), fraction)


def random_float(rng):
    """A register: a double, a single, a half, rarely neither."""
    kind = rng.randrange(16)
    if kind == 0:
        return rng.getrandbits(64)
    fmt = HALF if kind < 4 else SINGLE if kind < 9 else DOUBLE
    return fmt.box(random_bits(fmt, rng))
