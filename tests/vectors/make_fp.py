#!/usr/bin/env python3
"""Makes the vectors of floating-point instructions (rv_f.vec, rv_d.vec); see make.py.

Belongs here: what each F and D instruction does in terms of softfloat.py, and operands to try.
Does not belong here: arithmetic (softfloat.py), integer instructions (make.py).

SPDX-License-Identifier: MIT
"""

import operator
import pathlib

from make import File, M64, UNMAPPED, extend
from softfloat import DOUBLE, RDN, RMM, RNE, RTZ, RUP, SINGLE, Flags

DYNAMIC = 7
BOX = 0xffffffff00000000
MODES = (RNE, RTZ, RDN, RUP, RMM)
SUFFIX = {SINGLE: '_s', DOUBLE: '_d'}


def boxed(value, form):
    return value | BOX if form is SINGLE else value


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

    def fp(self, name, operands, before, after, mode=None, flags=0, frm=0):
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
        self.add(name, {**operands, 'imm': 0}, {'mstatus': 0}, {'trap': '2,I'})


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
        move = 'fmv_x_w' if form is SINGLE else 'fmv_x_d'
        out.fp(move, {'rd': 10, 'rs1': 11}, {'f11': boxed(a, form)}, {'x10': extend(a, form.bits)})
        move = 'fmv_w_x' if form is SINGLE else 'fmv_d_x'
        out.fp(move, {'rd': 10, 'rs1': 11}, {'x11': a}, {'f10': boxed(a, form)})


def conversions(out, form):
    suffix = SUFFIX[form]
    one = form.emax << form.fraction_bits
    tenths = [one - (1 << form.fraction_bits), one - 1, one | form.quiet_bit,  # .5, 1 - ulp, 1.5
              (form.emax + 1 << form.fraction_bits) | form.quiet_bit >> 1]     # 2.5
    borders = [form.from_integer(1 << bits, RNE, Flags()) + step
               for bits in (31, 32, 63, 64) for step in (-1, 0, 1)]
    values = interesting(form) + [x | s for x in tenths + borders for s in (0, form.sign_bit)]
    integers = [0, 1, M64, 1 << 63, (1 << 63) - 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x1000001,
                (1 << 53) + 1, 0xfffffffffffffc01, 0x8000008000000001]
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


def between_formats(out):
    narrow = [DOUBLE.convert(a, SINGLE, RNE, Flags()) for a in interesting(SINGLE)]
    halfway = [x + step for x in narrow[4:7] for step in (1, 1 << 28, (1 << 28) + 1)]
    tiny = [0x380fffffe0000000, 0x380ffffff0000000, 0x36a0000000000000, 0x3690000000000000,
            0x47efffffefffffff, 0x47effffff0000000]
    for a in interesting(DOUBLE) + narrow + halfway + tiny:
        out.rounded('fcvt_s_d', {'rd': 10, 'rs1': 11}, {'f11': a},
                    lambda mode, flags: SINGLE.convert(a, DOUBLE, mode, flags), SINGLE)
    for a in interesting(SINGLE):
        out.rounded('fcvt_d_s', {'rd': 10, 'rs1': 11}, {'f11': a | BOX},
                    lambda mode, flags: DOUBLE.convert(a, SINGLE, mode, flags), DOUBLE)
    for name in ('fcvt_s_d', 'fcvt_d_s'):
        out.reserved_modes(name, {'rd': 10, 'rs1': 11})


def memory(out, form):
    load, store = ('flw', 'fsw') if form is SINGLE else ('fld', 'fsd')
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
    for name, operands in ((load, {'rd': 10, 'rs1': 11}), (store, {'rs2': 10, 'rs1': 11})):
        out.add(name, operands, {'mstatus': 0, 'x11': 'D'}, {'trap': '2,I'})


def unboxed(out):
    """A single that is not NaN-boxed counts as the canonical NaN, except to a store or a move."""
    loose = 0xfffffffe3f800000
    nan = SINGLE.nan | BOX
    before = {'f11': loose, 'f12': 0x3f800000 | BOX}
    operands = {'rd': 10, 'rs1': 11, 'rs2': 12}
    out.fp('fadd_s', operands, before, {'f10': nan}, RNE)
    out.fp('fmin_s', operands, before, {'f10': 0x3f800000 | BOX})
    out.fp('fsgnj_s', operands, before, {'f10': nan})
    out.fp('feq_s', operands, before, {'x10': 0})
    out.fp('flt_s', operands, before, {'x10': 0}, flags=16)
    out.fp('fclass_s', {'rd': 10, 'rs1': 11}, before, {'x10': 1 << 9})
    out.fp('fmv_x_w', {'rd': 10, 'rs1': 11}, before, {'x10': 0x3f800000})
    out.fp('fsw', {'rs2': 11, 'rs1': 12}, {**before, 'x12': 'D'}, {'m4[D]': 0x3f800000})


def make(form):
    out = Writer()
    memory(out, form)
    arithmetic(out, form)
    fused(out, form)
    comparisons(out, form)
    signs(out, form)
    conversions(out, form)
    if form is SINGLE:
        unboxed(out)
    else:
        between_formats(out)
    return out.lines


def main():
    folder = pathlib.Path(__file__).parent
    for name, form in (('rv_f', SINGLE), ('rv_d', DOUBLE)):
        lines = ['# Made by make_fp.py; make.py says how to read it.'] + make(form)
        (folder / (name + '.vec')).write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
