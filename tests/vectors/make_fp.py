#!/usr/bin/env python3
"""Makes the vectors of floating-point instructions (rv_f.vec, rv_d.vec, rv_zf*.vec); see make.py.

Belongs here: what each instruction does in terms of softfloat.py, and operands to try.
Does not belong here: arithmetic (softfloat.py), integer instructions (make.py).

SPDX-License-Identifier: MIT
"""

import operator
import pathlib
from fractions import Fraction

from make import File, M64, UNMAPPED, extend
from softfloat import DOUBLE, HALF, RDN, RMM, RNE, RTZ, RUP, SINGLE, Flags

DYNAMIC = 7
MODES = (RNE, RTZ, RDN, RUP, RMM)
SUFFIX = {HALF: '_h', SINGLE: '_s', DOUBLE: '_d'}
MEMORY = {HALF: ('flh', 'fsh'), SINGLE: ('flw', 'fsw'), DOUBLE: ('fld', 'fsd')}
MOVES = {HALF: ('fmv_x_h', 'fmv_h_x'), SINGLE: ('fmv_x_w', 'fmv_w_x'),
         DOUBLE: ('fmv_x_d', 'fmv_d_x')}


def boxed(value, form):
    return value | M64 << form.bits & M64


def interesting(form):
    """Patterns of one format: specials, borders, ordinary numbers."""
    one = form.emax << form.fraction_bits
    positive = [0, 1, (1 << form.fraction_bits) - 1, 1 << form.fraction_bits, one, one + 1,
                one | form.quiet_bit, one + (3 << form.fraction_bits - 1), form.largest,
                form.infinity]
    return positive + [x | form.sign_bit for x in positive] + [form.nan, form.infinity + 1]


def pairs(form):
    values = interesting(form)
    odd = len(values) // 2 + 1
    return [(a, values[(index * odd + step) % len(values)])
            for step in (0, 5) for index, a in enumerate(values)]


class Writer(File):
    """Vectors of floating-point instructions."""

    def __init__(self):
        super().__init__()
        self.operands = {}  # of the first vector of each instruction

    def fp(self, name, operands, before, after, mode=None, flags=0, frm=0):
        self.operands.setdefault(name, operands)
        operands = dict(operands)
        if mode is not None:
            operands['imm'] = mode
        # Flags accumulate: what was there before stays.
        sticky = len(self.lines) % 32 if len(self.lines) % 3 == 0 else 0
        start = {key: value for key, value in (('frm', frm), ('fflags', sticky)) if value}
        if flags & ~sticky:
            after = {**after, 'fflags': sticky | flags}
        self.add(name, operands, {**before, **start}, after)

    def rounded(self, name, operands, before, result, form):
        """All modes if they matter, else one, perhaps by frm; result(mode, flags) is the model."""
        results = []
        for mode in MODES:
            flags = Flags()
            results.append((result(mode, flags), flags.bits))
        modes = MODES if results.count(results[0]) < 5 else MODES[len(self.lines) % 5:][:1]
        for mode in modes:
            value, flags = results[mode]
            after = {'f10': boxed(value, form)} if form else {'x10': value}
            dynamic = len(self.lines) % 4 == 0
            self.fp(name, operands, before, after, DYNAMIC if dynamic else mode, flags,
                    mode if dynamic else 0)

    def reserved_modes(self, name, operands):
        for imm, frm in ((5, 0), (6, 0), (DYNAMIC, 5), (DYNAMIC, 7)):
            self.add(name, {**operands, 'imm': imm}, {'frm': frm}, {'trap': '2,I'})

    def illegal(self, extensions):
        """Each instruction of this file without one of extensions(name), and with FS Off."""
        for name, operands in self.operands.items():
            for extension in extensions(name):
                self.add(name, operands, {'off': extension}, {'trap': '2,I'})
            self.add(name, operands, {'mstatus': 0}, {'trap': '2,I'})


def arithmetic(out, form):
    suffix = SUFFIX[form]
    operands = {'rd': 10, 'rs1': 11, 'rs2': 12}
    for name in ('add', 'sub', 'mul', 'div'):
        model = getattr(form, name)
        for a, b in pairs(form):
            out.rounded('f' + name + suffix, operands,
                        {'f11': boxed(a, form), 'f12': boxed(b, form)},
                        lambda mode, flags: model(a, b, mode, flags), form)
        out.reserved_modes('f' + name + suffix, operands)
    for a in interesting(form):
        out.rounded('fsqrt' + suffix, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, form)},
                    lambda mode, flags: form.sqrt(a, mode, flags), form)
    out.reserved_modes('fsqrt' + suffix, {'rd': 10, 'rs1': 11})


def fused(out, form):
    values = interesting(form)
    operands = {'rd': 10, 'rs1': 11, 'rs2': 12, 'rs3': 13}
    for name, negate_product, negate_addend in (('fmadd', 0, 0), ('fmsub', 0, 1),
                                                ('fnmsub', 1, 0), ('fnmadd', 1, 1)):
        for a, b in pairs(form):
            c = values[(7 * a + 3 * b) % len(values)]
            # A NaN's sign means nothing, so that negating one here changes nothing.
            x = a ^ negate_product * form.sign_bit
            z = c ^ negate_addend * form.sign_bit
            out.rounded(name + SUFFIX[form], operands,
                        {'f11': boxed(a, form), 'f12': boxed(b, form), 'f13': boxed(c, form)},
                        lambda mode, flags: form.fma(x, b, z, mode, flags), form)
        out.reserved_modes(name + SUFFIX[form], operands)


def comparisons(out, form):
    suffix = SUFFIX[form]
    operands = {'rd': 10, 'rs1': 11, 'rs2': 12}
    for a, b in pairs(form) + [(0, form.sign_bit), (form.sign_bit, 0)]:
        before = {'f11': boxed(a, form), 'f12': boxed(b, form)}
        for name, choice in (('fmin', min), ('fmax', max)):
            flags = Flags()
            value = form.choose(a, b, flags, choice)
            out.fp(name + suffix, operands, before, {'f10': boxed(value, form)}, flags=flags.bits)
        for name, quiet, test in (('feq', True, operator.eq), ('flt', False, operator.lt),
                                  ('fle', False, operator.le)):
            flags = Flags()
            value = form.compare(a, b, flags, quiet, test)
            out.fp(name + suffix, operands, before, {'x10': value}, flags=flags.bits)


def signs(out, form):
    suffix, sign = SUFFIX[form], form.sign_bit
    for a, b in pairs(form):
        before = {'f11': boxed(a, form), 'f12': boxed(b, form)}
        for name, value in (('fsgnj', b & sign), ('fsgnjn', ~b & sign), ('fsgnjx', (a ^ b) & sign)):
            out.fp(name + suffix, {'rd': 10, 'rs1': 11, 'rs2': 12}, before,
                   {'f10': boxed(form.magnitude(a) | value, form)})
    for a in interesting(form):
        out.fp('fclass' + suffix, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, form)},
               {'x10': form.classify(a)})


def moves(out, form):
    to_x, from_x = MOVES[form]
    for a in interesting(form):
        out.fp(to_x, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, form)}, {'x10': extend(a, form.bits)})
        out.fp(from_x, {'rd': 10, 'rs1': 11}, {'x11': a}, {'f10': boxed(a, form)})


def conversions(out, form):
    suffix = SUFFIX[form]
    one = form.emax << form.fraction_bits
    tenths = [one - (1 << form.fraction_bits), one - 1, one | form.quiet_bit,  # .5, 1 - ulp, 1.5
              (form.emax + 1 << form.fraction_bits) | form.quiet_bit >> 1]     # 2.5
    borders = [form.from_integer(1 << bits, RNE, Flags()) + step
               for bits in (31, 32, 63, 64) for step in (-1, 0, 1)]
    values = interesting(form) + [x | s for x in tenths + borders for s in (0, form.sign_bit)]
    integers = [2049, 2051, 65504, 65519, 65520, 0, 1, M64, 1 << 63, (1 << 63) - 1, 0x7fffffff,
                0x80000000, 0xffffffff, 0x1000001, (1 << 53) + 1, 0xfffffffffffffc01,
                0x8000008000000001]
    for kind, signed, bits in (('w', True, 32), ('wu', False, 32), ('l', True, 64),
                               ('lu', False, 64)):
        name = 'fcvt_%s%s' % (kind, suffix)
        for a in values:
            out.rounded(name, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, form)},
                        lambda mode, flags:
                        extend(form.to_integer(a, signed, bits, mode, flags), bits), None)
        out.reserved_modes(name, {'rd': 10, 'rs1': 11})
        name = 'fcvt%s_%s' % (suffix, kind)
        for x in integers:
            number = x % (1 << bits)
            number -= (1 << bits) if signed and number >> (bits - 1) else 0
            out.rounded(name, {'rd': 10, 'rs1': 11}, {'x11': x},
                        lambda mode, flags: form.from_integer(number, mode, flags), form)
        out.reserved_modes(name, {'rd': 10, 'rs1': 11})


def edges(form):
    """Numbers beside those of the format: tiny ones, ties, and what is too large."""
    least = Fraction(2) ** (form.emin - form.fraction_bits)
    smallest = Fraction(2) ** form.emin
    beyond = Fraction(2) ** (form.emax + 1)
    last = beyond / (1 << form.precision)
    return [least / 4, least / 2, least * 3 / 4, least * 3 / 2, smallest - least / 2,
            smallest - least * 3 / 8, smallest - least / 4, smallest - least / 8, beyond - last,
            beyond - last * 3 / 4, beyond - last / 2, beyond]


def between_formats(out, wide, narrow):
    to_narrow = 'fcvt%s%s' % (SUFFIX[narrow], SUFFIX[wide])
    to_wide = 'fcvt%s%s' % (SUFFIX[wide], SUFFIX[narrow])
    same = [wide.convert(a, narrow, RNE, Flags()) for a in interesting(narrow)]
    tie = 1 << (wide.precision - narrow.precision - 1)
    beside = [x + step for x in same[4:7] for step in (1, tie, tie + 1)]
    beside += [wide.round(x, RTZ, Flags()) for x in edges(narrow)]
    for a in interesting(wide) + same + beside:
        out.rounded(to_narrow, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, wide)},
                    lambda mode, flags: narrow.convert(a, wide, mode, flags), narrow)
    for a in interesting(narrow):
        out.rounded(to_wide, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, narrow)},
                    lambda mode, flags: wide.convert(a, narrow, mode, flags), wide)
    for name in (to_narrow, to_wide):
        out.reserved_modes(name, {'rd': 10, 'rs1': 11})


def memory(out, form):
    load, store = MEMORY[form]
    size = form.bits // 8
    value = 0x8182838485868788
    cut = value % (1 << form.bits)
    for imm, base, at in ((0, 'D+16', 'D+16'), (-2048, 'D+2064', 'D+16'), (2047, 'D-2031', 'D+16'),
                          (3, 'D+16', 'D+19')):
        out.fp(load, {'rd': 10, 'rs1': 11, 'imm': imm}, {'x11': base, 'm8[%s]' % at: value},
               {'f10': boxed(cut, form)})
        out.fp(store, {'rs2': 10, 'rs1': 11, 'imm': imm}, {'x11': base, 'f10': value},
               {'m%d[%s]' % (size, at): cut})
    state = {'x11': UNMAPPED}
    out.add(load, {'rd': 10, 'rs1': 11}, state, {'trap': '5,%#x' % UNMAPPED})
    out.add(store, {'rs2': 10, 'rs1': 11}, state, {'trap': '7,%#x' % UNMAPPED})


def unboxed(out, form):
    """What is not NaN-boxed counts as the canonical NaN, except to a store or a move."""
    suffix = SUFFIX[form]
    one = form.emax << form.fraction_bits
    loose = boxed(one, form) ^ 1 << form.bits
    nan = boxed(form.nan, form)
    before = {'f11': loose, 'f12': boxed(one, form)}
    operands = {'rd': 10, 'rs1': 11, 'rs2': 12}
    out.fp('fadd' + suffix, operands, before, {'f10': nan}, RNE)
    out.fp('fmin' + suffix, operands, before, {'f10': boxed(one, form)})
    out.fp('fsgnj' + suffix, operands, before, {'f10': nan})
    out.fp('feq' + suffix, operands, before, {'x10': 0})
    out.fp('flt' + suffix, operands, before, {'x10': 0}, flags=16)
    out.fp('fclass' + suffix, {'rd': 10, 'rs1': 11}, before, {'x10': 1 << 9})


def unboxed_moves(out, form):
    loose = boxed(0, form) ^ 1 << form.bits | 0x123
    out.fp(MOVES[form][0], {'rd': 10, 'rs1': 11}, {'f11': loose}, {'x10': 0x123})
    out.fp(MEMORY[form][1], {'rs2': 11, 'rs1': 12}, {'f11': loose, 'x12': 'D'},
           {'m%d[D]' % (form.bits // 8): 0x123})


CONSTANTS = (-1, 'min', '1/65536', '1/32768', '1/256', '1/128', '1/16', '1/8', '1/4', '5/16', '3/8',
             '7/16', '1/2', '5/8', '3/4', '7/8', 1, '5/4', '3/2', '7/4', 2, '5/2', 3, 4, 8, 16, 128,
             256, 32768, 65536, 'inf', 'nan')


def constants(out, form):
    named = {'min': 1 << form.fraction_bits, 'inf': form.infinity, 'nan': form.nan}
    for number, constant in enumerate(CONSTANTS):
        value = named.get(constant)
        if value is None:
            value = form.round(Fraction(constant), RNE, Flags())
        out.fp('fli' + SUFFIX[form], {'rd': 10, 'rs1': number}, {}, {'f10': boxed(value, form)})


def additional(out, form):
    """Zfa."""
    suffix = SUFFIX[form]
    constants(out, form)
    for a, b in pairs(form) + [(0, form.sign_bit), (form.sign_bit, 0)]:
        before = {'f11': boxed(a, form), 'f12': boxed(b, form)}
        operands = {'rd': 10, 'rs1': 11, 'rs2': 12}
        for name, choice in (('fminm', min), ('fmaxm', max)):
            flags = Flags()
            value = form.choose_or_nan(a, b, flags, choice)
            out.fp(name + suffix, operands, before, {'f10': boxed(value, form)}, flags=flags.bits)
        for name, test in (('fltq', operator.lt), ('fleq', operator.le)):
            flags = Flags()
            value = form.compare(a, b, flags, True, test)
            out.fp(name + suffix, operands, before, {'x10': value}, flags=flags.bits)
    eighths = [Fraction(n, 8) for n in (1, 3, 4, 5, 7, 8, 9, 11, 12, 13, 20, 28)]
    large = [Fraction(2) ** n + step for n in (form.fraction_bits - 1, form.fraction_bits)
             for step in (Fraction(-1, 2), Fraction(1, 2), Fraction(3, 2))]
    values = [form.round(x, RTZ, Flags()) for x in eighths + large]
    for name, may_raise in (('fround', False), ('froundnx', True)):
        for a in interesting(form) + values + [x | form.sign_bit for x in values]:
            out.rounded(name + suffix, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, form)},
                        lambda mode, flags: form.to_integral(a, may_raise, mode, flags), form)
        out.reserved_modes(name + suffix, {'rd': 10, 'rs1': 11})


def modular(out):
    form = DOUBLE
    numbers = [Fraction(n) + step for n in (0, 1, 1 << 31, (1 << 32) + 5, (1 << 52) - 1)
               for step in (Fraction(-3, 2), Fraction(-1, 2), 0, Fraction(1, 2))]
    numbers += [Fraction(0x12345678abcdef) * (1 << n) for n in (0, 9, 20, 29, 30, 31, 32, 60)]
    values = [form.round(x, RTZ, Flags()) for x in numbers if x]
    for a in interesting(form) + values + [x ^ form.sign_bit for x in values]:
        flags = Flags()
        value = form.to_integer_modular(a, 32, flags)
        out.fp('fcvtmod_w_d', {'rd': 10, 'rs1': 11, 'imm': RTZ}, {'f11': a},
               {'x10': extend(value, 32)}, flags=flags.bits)


def base(form):
    """F, D, and of Zfh what is like them."""
    out = Writer()
    if form is not HALF:
        memory(out, form)
        moves(out, form)
    arithmetic(out, form)
    fused(out, form)
    comparisons(out, form)
    signs(out, form)
    conversions(out, form)
    if form is not DOUBLE:
        unboxed(out, form)
    if form is SINGLE:
        unboxed_moves(out, form)
    if form is DOUBLE:
        between_formats(out, DOUBLE, SINGLE)
    out.illegal(lambda name: [{HALF: 'Zfh', SINGLE: 'F', DOUBLE: 'D'}[form]])
    return out.lines


def half_minimal():
    out = Writer()
    memory(out, HALF)
    moves(out, HALF)
    unboxed_moves(out, HALF)
    between_formats(out, SINGLE, HALF)
    between_formats(out, DOUBLE, HALF)
    out.illegal(lambda name: ['Zfhmin'] + ['D'] * ('_d' in name))
    return out.lines


def all_additional():
    out = Writer()
    for form in (HALF, SINGLE, DOUBLE):
        additional(out, form)
    modular(out)
    needed = {'_h': ['Zfa', 'Zfh'], '_s': ['Zfa'], '_d': ['Zfa', 'D']}
    out.illegal(lambda name: needed[name[-2:]])
    return out.lines


FILES = {'rv_f': lambda: base(SINGLE), 'rv_d': lambda: base(DOUBLE), 'rv_zfhmin': half_minimal,
         'rv_zfh': lambda: base(HALF), 'rv_zfa': all_additional}


def main():
    folder = pathlib.Path(__file__).parent
    for name, make in FILES.items():
        lines = ['# Made by make_fp.py; make.py says how to read it.'] + make()
        (folder / (name + '.vec')).write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
