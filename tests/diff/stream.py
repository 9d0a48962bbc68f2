"""Random streams of legal instructions, and the program that runs one.

Belongs here: choosing instructions and operands, page tables, constants, the image. Encodings come from
the rows that the emulator itself is made of, by way of scripts/insngen.py. Does not belong here: which
values may differ (policy.py), running and comparing (diff.py), what surrounds a stream (harness.S).

A stream is a list of units: instructions that stay together and that leave the hart in a state in which
any unit can follow. The registers gp (the harness's) and x31 (loop counter) are never destinations; sp,
s0 and s1 point into the arena, or to where access is to fail.

SPDX-License-Identifier: MIT
"""
import glob
import os
import random
import re
import struct
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.path.insert(0, os.path.join(ROOT, 'scripts'))
sys.dont_write_bytecode = True

import insngen  # noqa: E402
import policy  # noqa: E402

M64 = (1 << 64) - 1
POINTERS = (2, 8, 9)
LOOP, TEMPORARY, GP = 31, 30, 3
DESTINATIONS = [n for n in range(31) if n not in POINTERS and n != GP]
NOP, SHORT_NOP, ECALL = 0x13, 0x0001, 0x73
PAGE = 4096

# Formats whose rs1 is an address; jalr, which shares one with loads, is treated by name.
MEMORY = {'L', 'S', 'FL', 'FS', 'LR', 'AMO', 'AMOCAS', 'CBO', 'CLW', 'CLD', 'CSW', 'CSD', 'CLWSP',
          'CLDSP', 'CSWSP', 'CSDSP', 'CFLD', 'CFSD', 'CFLDSP', 'CFSDSP', 'CLB', 'CSB', 'CLH', 'CSH'}
# What only units of their own contain: control transfers, what changes mode or sleeps, pairs, pointers.
SPECIAL_FORMATS = {'B', 'J', 'CJ', 'CB', 'CJR', 'CJALR', 'CSR', 'CSRI', 'CSP', 'CMPUSH', 'CMPOP',
                   'CMPOPZ', 'CMMVSA', 'CMMVA'}
SPECIAL = {'jalr', 'ecall', 'mret', 'sret', 'wfi', 'mnret', 'wrs_nto', 'wrs_sto',
           'lr_w', 'lr_d', 'sc_w', 'sc_d'}

DOUBLES = [0, 1 << 63, 0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
           0x7ff8000000000000, 0xfff8000000000000, 0x7ff0000000000001, 0xfff4000000000000, 1,
           0x000fffffffffffff, 0x0010000000000000, 0x800fffffffffffff, 0x7fefffffffffffff,
           0x3fefffffffffffff, 0x3ff0000000000001, 0x3fe0000000000000, 0x4330000000000000,
           0x43e0000000000000, 0xc3e0000000000000, 0x43f0000000000000, 0x41dfffffffc00000,
           0x41e0000000000000, 0xc1e0000000000000, 0x41efffffffe00000, 0x47efffffe0000000,
           0x47efffffefffffff, 0x3810000000000000, 0x380fffffffffffff, 0x36a0000000000000,
           0x40effc0000000000, 0x3f10000000000000, 0x4008000000000000]
SINGLES = [0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
           0xffa00000, 1, 0x007fffff, 0x00800000, 0x807fffff, 0x7f7fffff, 0x3f7fffff, 0x3f800001,
           0x3f000000, 0x4b000000, 0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0x5f800000,
           0x477fe000, 0x477ff000, 0x38800000, 0x33000000, 0x387fffff, 0x40400000]
HALVES = [0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 0xfd00, 1, 0x03ff, 0x0400, 0x83ff,
          0x7bff, 0x3bff, 0x3c01, 0x3800, 0x6400, 0x4200]
INTEGERS = [0, 1, 2, 3, 7, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
            0x80000000, 0xffffffff, 0x100000000, 1 << 62, (1 << 63) - 1, 1 << 63, M64, M64 - 1,
            0xffffffff80000000, 0xffffffff7fffffff, 0x5555555555555555, 0xaaaaaaaaaaaaaaaa,
            0x0123456789abcdef, 0x8000000000000001]


def random_value(rng):
    """An integer or the bits of a floating-point number, with a taste for corners."""
    kind = rng.randrange(10)
    if kind < 2:
        return rng.choice(INTEGERS)
    if kind < 4:
        return rng.choice(DOUBLES)
    if kind < 6:
        single = rng.choice(SINGLES) if rng.random() < .7 else rng.getrandbits(32)
        return 0xffffffff << 32 | single
    if kind < 7:
        half = rng.choice(HALVES) if rng.random() < .5 else rng.getrandbits(16)
        return 0xffffffffffff << 16 | half
    if kind < 8: # near a power of two
        return ((1 << rng.randrange(64)) + rng.choice((-1, 0, 1)) * (1 << rng.randrange(8))) & M64
    if kind < 9: # a double of moderate size
        return rng.getrandbits(1) << 63 | (1023 + rng.randrange(-70, 70)) << 52 | rng.getrandbits(52)
    return rng.getrandbits(64)


class Insns:
    """The rows that a hart with these extensions has, by name, and their encoder."""

    def __init__(self, extensions):
        self.extensions = {name.lower() for name in extensions}
        self.conditions = {}
        problems = insngen.Problems()
        target = os.path.join(ROOT, 'target-riscv', 'insn')
        names = insngen.read_extensions(os.path.join(ROOT, 'include', 'target-riscv', 'ext.def'))
        formats = insngen.read_formats(os.path.join(target, 'formats.def'), problems)
        paths = sorted(glob.glob(os.path.join(target, '*.c.inc')))
        rows = insngen.read_rows(paths, names, formats, problems)
        problems.stop_if_any()
        self.rows = {row.name: row for row in rows if 64 in row.xlens and self.is_on(row)}

    def is_on(self, row):
        return any(all((name.lower() in self.extensions) == wanted for name, wanted in term)
                   for term in row.terms)

    def allowed(self, row, operands):
        """Does the row's WHERE hold?"""
        if not row.condition:
            return True
        if row.name not in self.conditions:
            text = row.condition.replace('insn->', '').replace('(int)', '')
            text = text.replace('&&', ' and ').replace('||', ' or ')
            self.conditions[row.name] = compile(text, row.name, 'eval')
        return eval(self.conditions[row.name], {'xlen': 64}, operands)  # our own rows

    def encode(self, name, **operands):
        """(word, its length in bytes)"""
        row = self.rows[name]
        word = row.match
        for field in row.format.fields.values():
            value = operands.get(field.name, field.constant or 0)
            if field.constant is not None:
                assert value == field.constant, (name, operands)
                continue
            if field.saved:
                value = value - 8 if value < 16 else value - 16
            else:
                value -= field.plus
            for low, at, width in field.placed():
                word |= (value >> at & ((1 << width) - 1)) << low
        return word, row.length() // 8

    def text(self, name, operands):
        """Roughly as assembly has it."""
        row = self.rows[name]

        def operand(match):
            field = insngen.WORDS.get(match.group(0))
            if field not in operands:
                return match.group(0)
            kind = row.format.fields[field].kind
            if kind in 'xf' and field != 'imm':
                return kind + str(operands[field])
            return str(operands[field])
        return '%s %s' % (row.assembly(), re.sub(r'[a-z]\w*', operand, row.format.syntax))


class Item:
    """One instruction; `target` is the index of the unit that it branches to, if it does."""

    def __init__(self, name, target=None, after=None, **operands):
        self.name, self.target, self.operands = name, target, operands
        self.after = after   # la: the label behind the unit, from this many bytes before this item
        self.address = 0


class Generator:
    """Makes the units of one stream."""

    def __init__(self, rng, insns, size, exclusions):
        self.rng, self.insns, self.size, self.exclusions = rng, insns, size, exclusions
        self.excluded = {name: [condition for names, condition in exclusions if names.fullmatch(name)]
                         for name in insns.rows}
        self.units = []
        self.recent = [5, 6, 7]
        self.recent_f = [0, 1, 2]
        self.loop = None         # (first unit, units left)
        self.tsr = False
        self.csrs = policy.csrs(insns.extensions, exclusions)
        self.plain = {}          # by extension
        self.memory = {}
        for row in insns.rows.values():
            if (row.format.name in SPECIAL_FORMATS or row.name in SPECIAL or
                    'always' in self.excluded[row.name]):
                continue
            into = self.memory if row.format.name in MEMORY else self.plain
            into.setdefault(row.extension, []).append(row)

    # ---- operands ----

    def register(self, field, kind, write):
        rng = self.rng
        recent = self.recent if kind == 'x' else self.recent_f
        if not write and rng.random() < .45:
            value = rng.choice(recent)
        elif kind == 'f':
            value = rng.randrange(32)
        else:
            value = rng.choice(DESTINATIONS) if write else rng.randrange(31)
        if write and value:
            recent[rng.randrange(3)] = value
        return value

    def fits(self, field, value):
        if field.saved:
            return value in (8, 9) or 18 <= value <= 23
        return 0 <= value - field.plus < 1 << field.width()

    def immediate(self, field):
        rng = self.rng
        width = field.width() - field.shift
        raw = rng.choice((rng.getrandbits(width), rng.getrandbits(min(width, 4)),
                          (1 << rng.randrange(width)), (1 << width) - 1)) & ((1 << width) - 1)
        if field.kind == 's' and raw >> (width - 1):
            raw -= 1 << width
        return (raw << field.shift) + field.plus

    def operands(self, row, base=None):
        """Random ones for a row; memory accesses get `base` as rs1."""
        for _ in range(200):
            values, taken = {}, {}
            for field in row.format.fields.values():
                if field.constant is not None:
                    values[field.name] = field.constant
                    continue
                key = (tuple(field.pieces), field.plus)
                if field.name == 'imm':
                    values['imm'] = self.immediate(field)
                    if row.format.name.endswith('M') and field.mask() == 0x7000:
                        values['imm'] = self.rng.choice((7, 7, 7, 7, 0, 1, 2, 3, 4, 5, 6))
                elif key in taken:
                    values[field.name] = taken[key]
                elif field.kind == 'u':
                    values[field.name] = self.rng.getrandbits(field.width())
                elif field.name == 'rs1' and base is not None:
                    values['rs1'] = base
                else:
                    values[field.name] = self.register(field, field.kind, field.name == 'rd')
                taken[key] = values[field.name]
                if field.name != 'imm' and not self.fits(field, values[field.name]):
                    break
            else:
                if (self.insns.allowed(row, values) and self.destination_ok(row, values)
                        and not self.is_excluded(row, values)):
                    return values
        return None

    def is_excluded(self, row, values):
        return any(condition not in policy.ADDRESSES and eval(condition, {}, values)
                   for condition in self.excluded[row.name])

    def destination_ok(self, row, values):
        field = row.format.fields.get('rd')
        if not field or field.kind != 'x':
            return True
        pair = row.name == 'amocas_q'
        return values['rd'] in DESTINATIONS and (not pair or values['rd'] + 1 in DESTINATIONS)

    # ---- pieces ----

    def li(self, rd, value):
        """lui, addiw, slli, addi"""
        value = (value & M64) - ((value & M64) >> 63 << 64)
        low = (value & 0xfff) - ((value & 0x800) << 1)
        if -2048 <= value < 2048:
            return [Item('addi', rd=rd, rs1=0, imm=value)]
        if -1 << 31 <= value < 1 << 31:
            high = (value - low) & 0xffffffff
            items = [Item('lui', rd=rd, imm=high - (high >> 31 << 32))]
            return items + ([Item('addiw', rd=rd, rs1=rd, imm=low)] if low else [])
        items = self.li(rd, (value - low) >> 12)
        items.append(Item('slli', rd=rd, rs1=rd, imm=12))
        return items + ([Item('addi', rd=rd, rs1=rd, imm=low)] if low else [])

    def point(self, register):
        """Make it point somewhere in the arena, often near a page's end; or elsewhere."""
        rng = self.rng
        page = rng.randrange(1, 15) * PAGE
        kind = rng.random()
        near = rng.randrange(-12, 8)
        offset = page + (near if kind < .35 else rng.randrange(0, PAGE, 8) if kind < .8
                         else rng.randrange(PAGE))
        items = []
        if rng.random() < .12: # elsewhere: seen through a superpage or NAPOT, or nothing
            offset += rng.choice((0x200000, 0x400000, 0x600000, 0x800000, 0xa00000, 0xa00000, 1 << 30,
                                  2 << 30, 1 << 38, 1 << 39, 1 << 47, 1 << 56, 1 << 63, -1 << 39))
        offset += 0xc000 # arena - pool
        items += self.li(register, offset)
        items.append(Item('add', rd=register, rs1=register, rs2=GP))
        return items

    def pick(self, table):
        """By extension first, so that small ones are not drowned; I three times as often."""
        names = sorted(table)
        weights = [policy.WEIGHTS.get(name, 1) * min(len(table[name]), 12) ** .5 for name in names]
        return self.rng.choice(table[self.rng.choices(names, weights)[0]])

    # ---- units ----

    def plain_unit(self):
        row = self.pick(self.plain)
        values = self.operands(row)
        if values is None:
            return []
        items = []
        for name, field in row.format.fields.items():
            if name != 'rd' and field.kind == 'f' and self.rng.random() < .4:
                loads = [load for load in ('fld', 'flw', 'flh') if load in self.insns.rows]
                imm = self.rng.randrange(256) * 8
                items.append(Item(self.rng.choice(loads), rd=values[name], rs1=GP, imm=imm))
            elif name in ('rs1', 'rs2') and field.kind == 'x' and self.rng.random() < .1:
                if values[name] in DESTINATIONS and values[name] != values.get('rd'):
                    items.append(Item('ld', rd=values[name], rs1=GP, imm=self.rng.randrange(256) * 8))
        return items + [Item(row.name, **values)]

    def memory_unit(self):
        row = self.pick(self.memory)
        field = row.format.fields['rs1']
        base = self.rng.choice([n for n in POINTERS if self.fits(field, n)] if field.constant is None
                               else [field.constant])
        values = self.operands(row, base)
        if values is None:
            return []
        items = self.point(base) if self.rng.random() < .5 else []
        if base == 2 and 'c_addi16sp' in self.insns.rows and self.rng.random() < .1:
            items.append(Item('c_addi16sp', rd=2, rs1=2, imm=self.rng.choice((-512, -16, 16, 496))))
        atomic = row.format.name in ('AMO', 'AMOCAS')
        if 'misaligned' in self.excluded[row.name] or atomic and self.rng.random() < .8:
            size = {'b': 1, 'h': 2, 'w': 4, 'd': 8, 'q': 16}[row.name[-1]] if atomic else 64
            items = self.point(base) + [Item('andi', rd=base, rs1=base, imm=-size)]
        if 'crossing' in self.excluded[row.name]:
            items = self.point(base) + [Item('andi', rd=base, rs1=base, imm=-64)]
            if values['imm'] % 64 > 56:
                values['imm'] &= ~7
        into = row.format.fields.get('rd')
        if into and into.kind == 'x' and into.constant is None and self.rng.random() < .05:
            hazard = dict(values, rd=base)  # a load of its own base
            if self.fits(into, base) and row.format.name not in ('AMOCAS',):
                return items + [Item(row.name, **hazard)] + self.point(base)
        return items + [Item(row.name, **values)]

    def reservation_unit(self):
        size = self.rng.choice('wd')
        if 'always' in self.excluded.get('sc_' + size, ['always']):
            return []
        base = self.rng.choice(POINTERS)
        items = self.point(base) + [Item('andi', rd=base, rs1=base, imm=-8)]
        rd = self.register(None, 'x', True)
        items.append(Item('lr_' + size, rd=rd, rs1=base, imm=self.rng.randrange(4)))
        if self.rng.random() < .5:
            items.append(Item('addi', rd=rd, rs1=rd, imm=1))
        if self.rng.random() < .1: # elsewhere: must fail
            items.append(Item('addi', rd=base, rs1=base, imm=1024))
        rd = self.register(None, 'x', True)
        items.append(Item('sc_' + size, rd=rd, rs1=base, rs2=self.register(None, 'x', False),
                          imm=self.rng.randrange(4)))
        # Another one finds no reservation.
        return items + ([Item('sc_' + size, rd=rd, rs1=base, rs2=rd, imm=0)]
                        if self.rng.random() < .2 else [])

    def branch_unit(self):
        index = len(self.units)
        target = index + self.rng.randrange(1, 5)
        names = [row.name for row in self.insns.rows.values()
                 if row.format.name in ('B', 'J', 'CJ', 'CB')]
        row = self.insns.rows[self.rng.choice(names)]
        values = self.operands(row)
        if values is None:
            return []
        return [Item(row.name, target=target, **values)]

    def indirect_unit(self):
        """To the unit that follows; the bit 0 of a target is cleared."""
        rd = self.rng.choice([n for n in DESTINATIONS if n])
        odd = self.rng.randrange(2)
        items = [Item('auipc', rd=rd, imm=0), Item('addi', rd=rd, rs1=rd, imm=0, after=4)]
        short = [name for name in ('c_jr', 'c_jalr') if name in self.insns.rows]
        if short and self.rng.random() < .4:
            return items + [Item(self.rng.choice(short), rs1=rd)]
        return items + [Item('jalr', rd=self.rng.choice(DESTINATIONS), rs1=rd, imm=odd)]

    def lost_unit(self):
        """A jump to where nothing is: ra is the way back."""
        rd = self.rng.choice([n for n in DESTINATIONS if n > 1])
        value = self.rng.choice((self.rng.getrandbits(64) | 1 << 45, 0x100, 0x7fffffff0, 1 << 38))
        return self.li(rd, value) + [Item('jalr', rd=1, rs1=rd, imm=self.rng.randrange(-8, 8))]

    def control_word(self):
        rng = self.rng
        word = rng.randrange(4) | rng.randrange(4) << 2
        word |= (3 if rng.random() < .93 else rng.randrange(4)) << 4
        for bit in range(6, 11): # SUM, MXR, TVM, TSR, TW
            word |= (rng.random() < .25) << bit
        if not self.tsr:
            word &= ~(1 << 9)
        word |= rng.randrange(2) << 11
        if rng.random() < .4:
            word |= 1 << 12 | rng.randrange(32) << 13
        return word

    def mode_unit(self):
        word = self.control_word() << 12
        items = self.li(16, policy.page_flags(self.rng, self.exclusions)) if word >> 24 & 1 else []
        return items + [Item('lui', rd=17, imm=word - (word >> 31 << 32)), Item('ecall')]

    def return_unit(self):
        """mret or sret to the next unit, into whatever mode is there to return to."""
        name, epc = self.rng.choice((('mret', 'mepc'), ('sret', 'sepc')))
        rd = self.rng.choice([n for n in DESTINATIONS if n])
        items = []
        if self.rng.random() < .6:
            status, bits = ('mstatus', 0x1880) if name == 'mret' else ('sstatus', 0x120)
            value = self.rng.getrandbits(13) & bits
            items += self.li(rd, value) + [Item('csrrs', rd=0, rs1=rd, imm=self.csrs[status].number)]
        items += [Item('auipc', rd=rd, imm=0), Item('addi', rd=rd, rs1=rd, imm=0, after=4)]
        items += [Item('csrrw', rd=0, rs1=rd, imm=self.csrs[epc].number), Item(name)]
        return items

    def csr_unit(self):
        rng = self.rng
        names = sorted(self.csrs)
        csr = self.csrs[rng.choices(names, [self.csrs[name].weight for name in names])[0]]
        name = rng.choice(('csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci'))
        rd = self.register(None, 'x', True) if csr.read_mask else 0
        items, source = [], 0
        if csr.write is None:
            name = rng.choice(('csrrs', 'csrrc', 'csrrsi', 'csrrci'))
        elif callable(csr.write) or csr.write != M64 or rng.random() < .5:
            value = csr.write(rng) if callable(csr.write) else random_value(rng) & csr.write
            items += self.li(TEMPORARY, value)
            source = TEMPORARY
            if callable(csr.write):
                name = 'csrrw'
        else:
            source = self.register(None, 'x', False)
        if name.endswith('i'):
            source = rng.randrange(32) & csr.write if isinstance(csr.write, int) else 0
        items.append(Item(name, rd=rd, rs1=source, imm=csr.number))
        if rd and csr.read_mask != M64:
            items += self.li(TEMPORARY, csr.read_mask) + [Item('and', rd=rd, rs1=rd, rs2=TEMPORARY)]
        return items

    def code_unit(self):
        """Store an instruction where it is fetched from next."""
        rd = self.rng.choice([n for n in DESTINATIONS if n not in (0, 4)])
        word, _ = self.insns.encode(self.rng.choice(('addi', 'xori', 'andi')), rd=rd,
                                    rs1=self.rng.randrange(31), imm=self.rng.randrange(-2048, 2048))
        items = self.li(4, word) + [Item('auipc', rd=TEMPORARY, imm=0)]
        return items + [Item('sw', rs1=TEMPORARY, rs2=4, imm=12), Item('fence_i'),
                        Item('addi', rd=rd, rs1=rd, imm=1)]

    def illegal_unit(self):
        """Encodings that no extension has taken."""
        return [Item(None, raw=self.rng.choice(policy.ILLEGAL))]

    def make(self):
        """Units until the stream is `size` instructions long."""
        kinds = [(self.plain_unit, 58), (self.memory_unit, 20), (self.reservation_unit, 1),
                 (self.branch_unit, 7), (self.indirect_unit, 1), (self.lost_unit, .4),
                 (self.mode_unit, 1.2), (self.return_unit, .5), (self.csr_unit, 4), (self.code_unit, .4),
                 (self.illegal_unit, .3)]
        functions, weights = zip(*kinds)
        count = 0
        self.units.append([item for register in POINTERS for item in self.point(register)])
        while count < self.size:
            if not self.loop and self.rng.random() < .012:
                self.units.append([Item('addi', rd=LOOP, rs1=0, imm=self.rng.randrange(2, 7))])
                self.loop = (len(self.units), len(self.units) + self.rng.randrange(2, 25))
            elif self.loop and len(self.units) >= self.loop[1]:
                unit = [Item('addi', rd=LOOP, rs1=LOOP, imm=-1),
                        Item('blt', target=self.loop[0], rs1=0, rs2=LOOP)]
                self.loop = None
                self.units.append(unit)
            else:
                unit = self.rng.choices(functions, weights)[0]()
                if unit:
                    self.units.append(unit)
            count += len(self.units[-1])
        return self.units


class Elf:
    """The harness: bytes that can be changed, and its symbols."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            self.data = bytearray(file.read())
        self.symbols = {}
        phoff, shoff = struct.unpack_from('<QQ', self.data, 32)
        shentsize, shnum = struct.unpack_from('<HH', self.data, 58)
        self.offset, self.base = struct.unpack_from('<QQ', self.data, phoff + 8)
        sections = [struct.unpack_from('<IIQQQQII', self.data, shoff + n * shentsize)
                    for n in range(shnum)]
        for _, kind, _, _, offset, size, link, _ in sections:
            if kind == 2: # SHT_SYMTAB
                names = sections[link][4]
                for at in range(offset, offset + size, 24):
                    name, _, _, _, value, _ = struct.unpack_from('<IBBHQQ', self.data, at)
                    end = self.data.index(0, names + name)
                    self.symbols[self.data[names + name:end].decode()] = value

    def address(self, name):
        """Of a symbol; fields of the state are relative to gp."""
        value = self.symbols[name]
        return value if value < 1 << 63 else (self.symbols['pool'] + value) & M64

    def put(self, address, value, size=8):
        at = address - self.base + self.offset
        self.data[at:at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, 'little')


class Program:
    """A seed's stream with all that belongs to it."""

    def __init__(self, seed, extensions, harness, size=2500, passes=4, emulators=()):
        self.rng = random.Random(seed)
        self.seed, self.harness, self.passes = seed, harness, passes
        self.insns = Insns(extensions)
        self.generator = Generator(self.rng, self.insns, size, policy.exclusions(emulators))
        self.delegation = self.rng.getrandbits(16) & policy.DELEGABLE if self.rng.random() < .7 else 0
        self.generator.tsr = not self.delegation
        self.controls = [self.generator.control_word() & ~(1 << 12) for _ in range(8)]
        self.controls[0] |= 0x30
        self.pool = [random_value(self.rng) for _ in range(512)]
        self.registers = [random_value(self.rng) for _ in range(64)]
        self.arena = self.rng.randbytes(65536)
        self.table_seed = self.rng.getrandbits(64)
        self.environment = policy.environment(self.rng)
        self.units = self.generator.make()
        self.lay_out()

    def size_of(self, item):
        if item.name is None:
            return 4 if item.operands['raw'] & 3 == 3 else 2
        return self.insns.rows[item.name].length() // 8

    def lay_out(self):
        """Addresses, then branches."""
        at = Elf(self.harness).address('stream')
        starts = []
        for unit in self.units:
            starts.append(at)
            for item in unit:
                item.address = at
                at += self.size_of(item)
        self.end = at
        starts.append(at)
        for index, unit in enumerate(self.units):
            for item in unit:
                if item.target is not None:
                    self.aim(item, index, starts)
                elif item.after is not None:
                    item.operands['imm'] = starts[index + 1] - item.address + item.after

    def aim(self, item, index, starts):
        """At a target that is within reach, if need be a nearer one."""
        field = self.insns.rows[item.name].format.fields['imm']
        reach = 1 << (field.width() - 1)
        target = min(item.target, len(self.units))
        while not -reach <= starts[target] - item.address < reach:
            target += 1 if target <= index else -1
        item.operands['imm'] = starts[target] - item.address

    def encode(self, item):
        if item.name is None:
            return item.operands['raw'], self.size_of(item)
        return self.insns.encode(item.name, **item.operands)

    def image(self, kept=None, printed=False, passes=None):
        """The ELF file's bytes. Units that are not kept are nops, so that all others stay in place."""
        elf = Elf(self.harness)
        for index, unit in enumerate(self.units):
            for item in unit:
                word, size = self.encode(item)
                if kept is not None and index not in kept:
                    word = NOP if size == 4 else SHORT_NOP
                elf.put(item.address, word, size)
        elf.put(self.end, ECALL, 4)
        self.fill(elf, passes or self.passes)
        if printed:
            elf.put(elf.address('print_from'), elf.address('begin_signature'))
            elf.put(elf.address('print_to'), elf.address('end_signature'))
        return elf.data

    def fill(self, elf, passes):
        for number in range(32):
            value = 0 if number in (0, GP, LOOP) else self.registers[number]
            if number in POINTERS: # until the stream sets them, if that has not been cut away
                value = elf.address('arena') + 32768
            elf.put(elf.address('x_regs') + 8 * number, value)
            elf.put(elf.address('f_regs') + 8 * number, self.registers[32 + number])
        for number, value in enumerate(self.pool):
            elf.put(elf.address('pool') + 8 * number, value)
        at = elf.address('arena') - elf.base + elf.offset
        elf.data[at:at + len(self.arena)] = self.arena
        for number, control in enumerate(self.controls):
            elf.put(elf.address('controls') + 8 * number, control << 12)
        for name, value in (('passes', passes), ('delegation', self.delegation),
                            ('environment', self.environment), ('stream_end', self.end),
                            ('tval_causes', policy.TVAL_CAUSES), ('pte_flags', policy.PTE_FLAGS)):
            elf.put(elf.address(name), value)
        make_tables(elf, random.Random(self.table_seed), self.generator.exclusions)

    def listing(self, kept):
        """The units that are kept, as text."""
        lines = []
        for index in sorted(kept):
            for item in self.units[index]:
                word, size = self.encode(item)
                text = '.word' if item.name is None else self.insns.text(item.name, item.operands)
                lines.append('%x: %0*x  %s' % (item.address, size * 2, word, text))
        return '\n'.join(lines)


def make_tables(elf, rng, exclusions):
    """
    Page tables: one set for U and one for S, each with a root for Sv39, Sv48 and Sv57. Addresses are
    mapped to themselves; only the arena's pages have other flags, and there are other ways to it.
    """
    free = iter(range(elf.address('tables'), elf.address('tables_end'), PAGE))
    satps = elf.address('satps')
    rwx, user, ad, valid = 0xe, 0x10, 0xc0, 1

    def entry(table, index, address, flags):
        elf.put(table + 8 * index, (address >> 12) << 10 | flags)

    for mode, leaf in (('s', 0), ('u', user)):
        root5, root4, root3, level1, level0, napot = (next(free) for _ in range(6))
        entry(root5, 0, root4, valid)
        entry(root5, 511, root4, valid)
        entry(root4, 0, root3, valid)
        entry(root4, 511, root3, valid)
        entry(root3, 2, level1, valid)
        entry(root3, 3, elf.base, valid | rwx | ad | leaf)               # 1 GiB further: the same
        entry(root3, 4, elf.base + (2 << 20), valid | rwx | ad | leaf)   # misaligned
        entry(level1, 0, level0, valid)
        entry(level1, 1, elf.base, valid | rng.choice((6, 2, rwx)) | ad | rng.choice((0, user)))
        entry(level1, 2, elf.base + PAGE, valid | rwx | ad | leaf)       # misaligned
        accessed = 0x40 if policy.is_excluded('pte_a', exclusions) else 0
        entry(level1, 3, elf.base, valid | rwx | rng.choice((0, 0x40, 0x80)) | accessed | leaf)
        entry(level1, 4, level0, valid | rng.choice((0x10, 0x40, 0x80))) # reserved in a pointer
        entry(level1, 5, napot, valid)
        supervisor = {elf.symbols['s_trap']}
        supervisor.update(range(elf.symbols['trap_log'] & -PAGE, elf.symbols['pool'], PAGE))
        start, arena, stream = elf.address('pool'), elf.address('arena'), elf.address('stream')
        pages = sorted(supervisor) + [start] + list(range(arena, elf.address('tables'), PAGE))
        for page in pages:
            flags = valid | rwx | ad | leaf
            if page in supervisor:
                flags = valid | rwx | ad
            elif arena <= page < stream and rng.random() < .4:
                flags = policy.page_flags(rng, exclusions)
            entry(level0, (page - elf.base) >> 12, page, flags)
        for index in range(16): # the arena as one range of 64 KiB
            elf.put(napot + 8 * ((arena - elf.base >> 12) + index),
                    (arena >> 12 | 8) << 10 | 1 << 63 | valid | rwx | ad | leaf)
        elf.put(elf.address('arena_ptes_' + mode), level0 + 8 * (arena - elf.base >> 12))
        for translation, root in enumerate((0, root3, root4, root5)):
            number = translation * 2 + (mode == 'u')
            value = (7 + translation) << 60 | (number + 1) << 44 | root >> 12 if translation else 0
            elf.put(satps + 8 * number, value)
