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

    def is_taken(self, word, size):
        """Has one of them these bits, whatever its operands may be?"""
        return any(row.length() == 8 * size and word & row.mask == row.match for row in self.rows.values())

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

    def __init__(self, rng, insns, size, exclusions, setting, tables):
        self.rng, self.insns, self.size, self.exclusions = rng, insns, size, exclusions
        self.setting, self.tables = setting, tables
        self.excluded = {name: [condition for names, condition in exclusions if names.fullmatch(name)]
                         for name in insns.rows}
        self.units = []
        self.recent = [5, 6, 7]
        self.recent_f = [0, 1, 2]
        self.loop = None         # (first unit, units left)
        self.csrs = policy.csrs(insns.extensions, exclusions, setting.lockdown, setting.delegates)
        self.probes = policy.probes(insns.extensions, exclusions, setting.lockdown)
        self.free_numbers = policy.free_numbers(exclusions)
        self.plain = {}          # by extension
        self.memory = {}
        for row in insns.rows.values():
            if (row.format.name in SPECIAL_FORMATS or row.name in SPECIAL or
                    'always' in self.excluded[row.name] or
                    setting.masking and 'masked' in self.excluded[row.name]):
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

    def operands(self, row, base=None, allowed=True):
        """Random ones for a row, or such that it does not have; memory accesses get `base` as rs1."""
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
                if (self.insns.allowed(row, values) == allowed and self.destination_ok(row, values)
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
        if rng.random() < .06: # what pointer masking takes away
            offset ^= rng.getrandbits(16) << 48 & -1 << rng.choice((48, 57, 57, 55, 47))
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
        items = self.to_next(rd)
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
        if not self.setting.mxr:
            word &= ~(1 << 7)
        if self.setting.delegates: # its handler needs sret
            word &= ~(1 << 9)
        word |= rng.randrange(2) << 11
        if rng.random() < .4:
            word |= 1 << 12 | rng.randrange(32) << 13
        return word | (rng.random() < .4) << 18

    def mode_unit(self):
        word = self.control_word() << 12
        items = self.li(16, self.page_flags()) if word >> 24 & 1 else []
        return items + [Item('lui', rd=17, imm=word - (word >> 31 << 32)), Item('ecall')]

    def page_flags(self, rng=None):
        return policy.page_flags(rng or self.rng, self.exclusions, self.setting.shared)

    def to_next(self, rd):
        """rd = the address behind the unit."""
        return [Item('auipc', rd=rd, imm=0), Item('addi', rd=rd, rs1=rd, imm=0, after=4)]

    def access(self, name, csr, rs1=0, rd=0):
        return Item(name, rd=rd, rs1=rs1, imm=csr if isinstance(csr, int) else self.csrs[csr].number)

    def legal(self, name, value):
        """What of a value a program may write to the CSR of this name."""
        if name == 'mnstatus' and value >> 11 & 3 == 2 and self.never('mnpp_2'):
            value |= 1 << 11
        if name in ('mstatus', 'sstatus') and not self.setting.mxr:
            value &= ~(1 << 19)
        if name in ('menvcfg', 'senvcfg', 'mseccfg'):
            value = self.setting.unmasked(value)
        if name in ('mie', 'mip', 'sie', 'sip'):
            value &= ~policy.SOFTWARE | self.setting.software
        value &= policy.compared(name, self.exclusions)
        if name in ('mtvec', 'stvec') and self.never('tvec_2'):
            value &= ~2
        return value

    def before(self, name):
        """What comes before this CSR is written: SDT is not left set without DTE."""
        if name == 'menvcfg' and self.never('sdt_alone'):
            return self.li(TEMPORARY, policy.SDT) + [self.access('csrrc', 'mstatus', TEMPORARY)]
        return []

    def never(self, name, condition='always'):
        return policy.is_excluded(name, self.exclusions, condition)

    def return_unit(self):
        """mret, sret or mnret to the next unit, into whatever mode is there to return to."""
        returns = [('mret', 'mepc', 'mstatus', 0x1880 | 1 << 17),
                   ('sret', 'sepc', 'sstatus', 0x120 | policy.SDT)]
        if 'mnret' in self.insns.rows:
            returns.append(('mnret', 'mnepc', 'mnstatus', 0x1800))
        name, epc, status, bits = self.rng.choice(returns)
        rd = self.rng.choice([n for n in DESTINATIONS if n])
        items = []
        if self.rng.random() < .6:
            value = self.legal(status, self.rng.getrandbits(25) & bits)
            how = 'csrrw' if status == 'mnstatus' else self.rng.choice(('csrrs', 'csrrc'))
            items += self.li(rd, value) + [self.access(how, status, rd)]
        items += self.to_next(rd)
        items.append(self.access('csrrw', epc, rd))
        if name == 'sret' and self.never('sret_sdt'):
            items += self.li(TEMPORARY, policy.SDT) + [self.access('csrrc', status, TEMPORARY)]
        return items + [Item(name)]

    def csr_unit(self):
        rng = self.rng
        names = sorted(self.csrs)
        chosen = rng.choices(names, [self.csrs[name].weight for name in names])[0]
        csr = self.csrs[chosen]
        name = rng.choice(('csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci'))
        rd = self.register(None, 'x', True) if csr.read_mask else 0
        items, source = [], 0
        if csr.write is None:
            name = rng.choice(('csrrs', 'csrrc', 'csrrsi', 'csrrci'))
            if csr.number >> 10 == 3 and rng.random() < .2: # read-only ones
                source = rng.randrange(31)
        elif callable(csr.write) or csr.write != M64 or rng.random() < .5:
            value = csr.write(rng) if callable(csr.write) else random_value(rng) & csr.write
            if csr.write in (policy.SSTATUS, policy.MSTATUS) and rng.random() < .5:
                value = rng.getrandbits(64) & csr.write
            items += self.before(chosen) + self.li(TEMPORARY, self.legal(chosen, value))
            source = TEMPORARY
            if callable(csr.write):
                name = 'csrrw'
            if chosen == 'mnstatus' and self.never('mnpp_2'): # csrrs may make the two bits 2
                name = 'csrrw'
        else:
            source = self.register(None, 'x', False)
        if name.endswith('i') and csr.write is not None:
            source = self.legal(chosen, rng.randrange(32) & csr.write) if isinstance(csr.write, int) else 0
        items.append(Item(name, rd=rd, rs1=source, imm=csr.number))
        if csr.fence and csr.write is not None:
            items.append(Item('sfence_vma', rs1=0, rs2=0))
        return items + self.masked(rd, csr.read_mask)

    def masked(self, rd, mask):
        """Take from rd what is not to be compared."""
        if not rd or mask == M64:
            return []
        return self.li(TEMPORARY, mask) + [Item('and', rd=rd, rs1=rd, rs2=TEMPORARY)]

    def probe_unit(self):
        """In M mode: write, read, and put back before it matters."""
        rng = self.rng
        name = rng.choice(sorted(self.probes))
        csr = self.probes[name]
        guard, old, new = rng.sample([n for n in DESTINATIONS if n not in (0, TEMPORARY)], 3)
        items = [Item('addi', rd=guard, rs1=0, imm=0), self.access('csrrs', 0x301, rd=guard),
                 Item('beq', rs1=guard, rs2=0, target=len(self.units) + 1),
                 self.access('csrrs', csr.number, rd=old)]
        if csr.write is not None:
            value = csr.write(rng) if callable(csr.write) else random_value(rng) & csr.write
            if not callable(csr.write) and rng.random() < .4:
                value = rng.getrandbits(64) & csr.write
            items += self.before(name) + self.li(TEMPORARY, self.legal(name, value))
            items += [self.access('csrrw', csr.number, TEMPORARY), self.access('csrrs', csr.number, rd=new),
                      self.access('csrrw', csr.number, old)]
        items += [Item('sfence_vma', rs1=0, rs2=0)] if csr.fence else []
        return items + self.masked(old, csr.read_mask) + (
            [] if csr.write is None else self.masked(new, csr.read_mask)) + [
                Item('addi', rd=guard, rs1=0, imm=0)]

    def misa_unit(self):
        """Some instructions without an extension; all of four bytes, in case that is C."""
        rng = self.rng
        letters = 1 << rng.choice((0, 1, 2, 3, 5, 12))
        rd = rng.choice([n for n in DESTINATIONS if n not in (0, TEMPORARY)])
        items = self.li(TEMPORARY, letters)
        items.append(self.access('csrrc', 0x301, TEMPORARY))
        items.append(self.access('csrrs', 0x301, rd=rd))
        while rng.random() < .8:
            row = self.pick(self.plain)
            if row.length() == 32 and not self.never(row.name, 'misa'):
                values = self.operands(row)
                if values and values.get('rd') != TEMPORARY:
                    items.append(Item(row.name, **values))
        items.append(self.access('csrrs', 0x301, TEMPORARY))
        if any(self.size_of(item) != 4 for item in items):
            return []
        return items

    def size_of(self, item):
        return self.insns.rows[item.name].length() // 8

    def interrupt_unit(self):
        """Make something pending, with its enables as they are or set."""
        rng = self.rng
        bits = policy.SOFTWARE & rng.choice((1 << 1, 1 << 5, 1 << 9, 1 << 13, rng.getrandbits(14)))
        level = rng.choice('mms')
        if 'sscofpmf' not in self.insns.extensions:
            bits &= ~(1 << 13)
        items = self.li(TEMPORARY, self.legal('mie', bits))
        steps = [self.access('csrrs', level + 'ip', TEMPORARY), self.access('csrrs', level + 'ie', TEMPORARY)]
        if rng.random() < .5:
            steps.append(self.access('csrrsi', 'sstatus', 2))
        if rng.random() < .3:
            steps.append(self.access('csrrsi', 'mstatus', 8))
        rng.shuffle(steps)
        return items + steps

    def wait_unit(self):
        """
        wfi and wrs where something is pending and enabled, so that they end; as far as S mode sees that (in
        U mode, which does not, they trap), or M mode.
        """
        rng = self.rng
        level, first = rng.choice((('s', 1), ('m', 0)))
        one, two = rng.sample([n for n in DESTINATIONS if n not in (0, TEMPORARY)], 2)
        status = ('sstatus', 2) if level == 's' else ('mstatus', 8)
        items = [Item('addi', rd=one, rs1=0, imm=first), Item('addi', rd=two, rs1=0, imm=first)]
        items.append(self.access('csrrci', *status))
        items += self.li(TEMPORARY, self.setting.software & -self.setting.software)
        items += [self.access('csrrs', level + name, TEMPORARY) for name in ('ip', 'ie')]
        items += [self.access('csrrs', level + 'ip', rd=one), self.access('csrrs', level + 'ie', rd=two)]
        items += [Item('and', rd=one, rs1=one, rs2=two),
                  Item('beq', rs1=one, rs2=0, target=len(self.units) + 1)]
        names = [name for name in ('wfi', 'wrs_nto', 'wrs_sto')
                 if name in self.insns.rows and not self.never(name)]
        items.append(Item(rng.choice(names)))
        if rng.random() < .5:
            items.append(self.access('csrrsi', *status))
        return items + self.masked(one, policy.SOFTWARE) + self.masked(two, policy.SOFTWARE)

    def lent_unit(self):
        """Accesses of M mode with the rights of another (MPRV)."""
        rng = self.rng
        value = 1 << 17 | rng.choice((0, 0, 1, 1, 3)) << 11
        items = self.li(TEMPORARY, 0x1800) + [self.access('csrrc', 'mstatus', TEMPORARY)]
        items += self.li(TEMPORARY, value) + [self.access('csrrs', 'mstatus', TEMPORARY)]
        for _ in range(rng.randrange(1, 4)):
            items += self.memory_unit()
        return items + self.li(TEMPORARY, 1 << 17) + [self.access('csrrc', 'mstatus', TEMPORARY)]

    def table_unit(self):
        """
        Change an entry of the page tables, unless in U mode or where the fence is not allowed (TVM), and
        have the fence that this takes.
        """
        rng = self.rng
        pointer, value, guard = rng.sample([n for n in DESTINATIONS if n not in (0, TEMPORARY)], 3)
        address, entry, page = self.tables.change(rng, self.page_flags())
        items = [Item('addi', rd=guard, rs1=0, imm=-1), self.access('csrrs', 'satp', rd=guard),
                 Item('addi', rd=guard, rs1=guard, imm=1),
                 Item('beq', rs1=guard, rs2=0, target=len(self.units) + 1)]
        items += self.li(pointer, address) + self.li(value, entry)
        if rng.random() < .2:
            items.append(Item(rng.choice(('amoor_d', 'amoxor_d', 'amoand_d', 'amoswap_d')),
                              rd=guard, rs1=pointer, rs2=value, imm=0))
            page = None
            if items[-1].name == 'amoxor_d' or self.never(items[-1].name):
                return []
        else:
            items.append(Item('sd', rs1=pointer, rs2=value, imm=0))
        return items + self.fences(page, pointer, value) + [
            Item('addi', rd=guard, rs1=0, imm=0), Item('addi', rd=value, rs1=0, imm=0)]

    def fences(self, page, pointer, value):
        """For the page at this address (and where else the tables show it), or for everything."""
        rng = self.rng
        kind = rng.choice(('all', 'all', 'page', 'asid', 'inval'))
        name, items = 'sfence_vma', []
        if kind == 'inval' and 'sinval_vma' in self.insns.rows and not self.never('sfence_inval_ir'):
            name = 'sinval_vma'
        if kind == 'asid' and not self.setting.shared: # one by one
            for asid in self.tables.asids():
                items += self.li(value, asid) + [Item(name, rs1=0, rs2=value)]
        elif kind != 'all' and page is not None:
            for address in (page, page - (1 << 39)):
                items += self.li(pointer, address + rng.randrange(PAGE)) + [Item(name, rs1=pointer, rs2=0)]
        else:
            items = [Item(name, rs1=0, rs2=0)]
        if name == 'sinval_vma':
            items = [Item('sfence_w_inval')] + items + [Item('sfence_inval_ir')]
        return items

    def space_unit(self):
        """S mode goes to another of its page tables, or to none; M mode lends another."""
        rng = self.rng
        rd = rng.choice([n for n in DESTINATIONS if n not in (0, TEMPORARY)])
        guard = TEMPORARY # in U mode the register has nothing
        return [Item('addi', rd=guard, rs1=0, imm=0), self.access('csrrs', 'satp', rd=guard),
                Item('ld', rd=rd, rs1=GP, imm=self.tables.satp_field(rng.randrange(4))),
                self.access('csrrw', 'satp', rd), Item('xor', rd=rd, rs1=rd, rs2=guard),
                Item('addi', rd=guard, rs1=0, imm=0)]

    def counter_unit(self):
        """How far one counts."""
        rng = self.rng
        name, number = rng.choice((('instret', 0xc02), ('minstret', 0xb02), ('cycle', 0xc00),
                                   ('mcycle', 0xb00)))
        if self.never(name):
            return []
        one, two = rng.sample([n for n in DESTINATIONS if n not in (0, TEMPORARY)], 2)
        items = []
        if name == 'minstret' and rng.random() < .3:
            items += self.li(TEMPORARY, rng.choice((M64, M64 - 1, 0, rng.getrandbits(64))))
            items.append(self.access('csrrw', number, TEMPORARY))
        items.append(self.access('csrrs', number, rd=one))
        for _ in range(rng.randrange(4)):
            items += [item for item in self.plain_unit() if not {one, two} & set(item.operands.values())]
        return items + [self.access('csrrs', number, rd=two), Item('sub', rd=two, rs1=two, rs2=one),
                        Item('addi', rd=one, rs1=0, imm=0)]

    def seed_unit(self):
        """It must be written, and what it gives is random."""
        if 'zkr' not in self.insns.extensions or self.never('seed'):
            return []
        return [self.access(self.rng.choice(('csrrw', 'csrrw', 'csrrwi', 'csrrs', 'csrrsi', 'csrrc')), 0x15,
                            self.rng.choice((0, 0, 5)))]

    def missing_csr_unit(self):
        return [self.access(self.rng.choice(('csrrs', 'csrrs', 'csrrc', 'csrrsi', 'csrrw')),
                            self.rng.choice(self.free_numbers), rd=self.rng.choice((0, 5)))]

    def frame_unit(self):
        """push and pop of Zcmp."""
        rng = self.rng
        if 'cm_push' not in self.insns.rows or self.setting.masking and self.never('cm_push', 'masked'):
            return []
        frame = {'rs1': rng.randrange(4, 16), 'imm': rng.randrange(4) << 4}
        items = self.point(2) + ([Item('andi', rd=2, rs1=2, imm=-16)] if rng.random() < .8 else [])
        if self.never('cm_pop', 'crossing'):
            items += [Item('andi', rd=2, rs1=2, imm=-512), Item('addi', rd=2, rs1=2, imm=256)]
        kind = rng.choice(('push', 'pop', 'both', 'return', 'return'))
        if kind == 'return':
            items += self.to_next(1)
        if kind != 'pop':
            items.append(Item('cm_push', **frame))
        if kind in ('pop', 'both'):
            items.append(Item('cm_pop', **frame))
        if kind == 'return': # unless what is there, if it can be read, is not the way on
            count = frame['rs1'] - 3 + (frame['rs1'] == 15)
            slot = (count * 8 + 15) // 16 * 16 + frame['imm'] - 8
            items += [Item('addi', rd=5, rs1=1, imm=0), Item('ld', rd=5, rs1=2, imm=slot),
                      Item('bne', rs1=5, rs2=1, target=len(self.units) + 1)]
            name = rng.choice(('cm_popret', 'cm_popretz'))
            return items + [Item(name, **frame, **({'rd': 10} if name == 'cm_popretz' else {}))]
        return items + self.point(8) + self.point(9)

    def move_unit(self):
        """Moves of Zcmp, of pairs; s0 and s1 point into the arena."""
        if 'cm_mvsa01' not in self.insns.rows:
            return []
        if self.rng.random() < .5:
            return [Item('cm_mva01s', rd=10, rs3=11, rs1=self.rng.choice((8, 9, 18, 20, 23)),
                         rs2=self.rng.choice((8, 9, 19, 21, 22)))]
        one, two = self.rng.sample(range(18, 24), 2)
        return [Item('cm_mvsa01', rd=one, rs3=two, rs1=10, rs2=11)]

    def code_unit(self):
        """Store an instruction where it is fetched from next."""
        rd = self.rng.choice([n for n in DESTINATIONS if n not in (0, 4)])
        word, _ = self.insns.encode(self.rng.choice(('addi', 'xori', 'andi')), rd=rd,
                                    rs1=self.rng.randrange(31), imm=self.rng.randrange(-2048, 2048))
        items = self.li(4, word) + [Item('auipc', rd=TEMPORARY, imm=0)]
        return items + [Item('sw', rs1=TEMPORARY, rs2=4, imm=12), Item('fence_i'),
                        Item('addi', rd=rd, rs1=rd, imm=1)]

    def illegal_unit(self):
        """Encodings that no extension has taken, and those next to one that is."""
        rng = self.rng
        kind = rng.random()
        if kind < .2:
            return [Item(None, raw=rng.choice(policy.ILLEGAL))]
        if kind < .4:
            rows = [row for row in self.insns.rows.values() if row.condition]
            row = rng.choice(rows)
            values = self.operands(row, allowed=False)
            if values is None:
                return []
            word, size = self.insns.encode(row.name, **values)
            taken = [other for other in self.insns.rows.values()
                     if other.length() == 8 * size and word & other.mask == other.match]
            if len(taken) > 1:
                return []
        elif kind < .5:
            word, size = rng.getrandbits(32) | 3, 4
        elif kind < .6:
            word, size = rng.getrandbits(14) << 2 | rng.randrange(3), 2
        else:
            row = rng.choice(list(self.insns.rows.values()))
            values = self.operands(row)
            if values is None:
                return []
            word, size = self.insns.encode(row.name, **values)
            for _ in range(rng.randrange(1, 3)):
                word ^= 1 << rng.randrange(2 if size == 2 else 7, 8 * size)
        if kind >= .4 and self.insns.is_taken(word, size) or policy.is_foreign(word, size):
            return []
        return [Item(None, raw=word)]

    def make(self):
        """Units until the stream is `size` instructions long."""
        kinds = [(self.plain_unit, 58), (self.memory_unit, 20), (self.reservation_unit, 1),
                 (self.branch_unit, 7), (self.indirect_unit, 1), (self.lost_unit, .4),
                 (self.mode_unit, 1.2), (self.return_unit, .5), (self.csr_unit, 4), (self.code_unit, .4),
                 (self.illegal_unit, .5), (self.probe_unit, .5), (self.misa_unit, .2),
                 (self.interrupt_unit, .5), (self.wait_unit, .3), (self.lent_unit, .3), (self.table_unit, .6),
                 (self.space_unit, .3), (self.counter_unit, .3), (self.seed_unit, .05),
                 (self.missing_csr_unit, .1), (self.frame_unit, 2), (self.move_unit, 1)]
        if self.never('misa'):
            kinds = [(function, weight) for function, weight in kinds if function != self.misa_unit]
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


class Setting:
    """What a program finds when it begins: fields of the harness, but for its registers and memory."""

    def __init__(self, rng, exclusions):
        self.lockdown = rng.random() < .12   # PMP: what M mode may do is in locked entries (Smepmp)
        self.shared = rng.random() < .25     # pages may be global
        self.delegates = not self.lockdown and rng.random() < .7
        self.delegation = [rng.getrandbits(16) & mask if self.delegates else 0
                           for mask in (policy.DELEGABLE, policy.SOFTWARE)]
        # Both bits that make executable pages readable and those that mask pointers?
        self.masking = self.mxr = True
        if policy.is_excluded('pmm_mxr', exclusions):
            self.mxr = rng.random() < .6
            self.masking = not self.mxr
        self.software = policy.SOFTWARE
        if policy.is_excluded('priority', exclusions):
            self.software = 1 << rng.choice((1, 5, 9))
        self.tval_causes = policy.TVAL_CAUSES
        if self.masking and policy.is_excluded('pmm_tval', exclusions):
            self.tval_causes &= ~policy.ADDRESS_CAUSES
        self.shadows = not policy.is_excluded('shadow', exclusions)
        self.environment = self.unmasked(policy.environment(rng))
        self.state_enables = policy.state_enables(rng)
        self.vectored = rng.randrange(4)
        self.security = self.unmasked(policy.security(rng)) if rng.random() < .3 else 0
        self.security &= policy.compared('mseccfg', exclusions)

    def unmasked(self, value):
        """A value for menvcfg, senvcfg or mseccfg, without what the program does not use."""
        return value & ~((0 if self.masking else policy.PMM) | (0 if self.shadows else policy.SSE))

    def fill(self, elf):
        for name in ('environment', 'state_enables', 'vectored', 'tval_causes'):
            elf.put(elf.address(name), getattr(self, name))
        for number, value in enumerate(self.delegation):
            elf.put(elf.address('delegation') + 8 * number, value)
        elf.put(elf.address('fences'), self.shared)
        elf.put(elf.address('status_logged'), policy.STATUS_LOGGED)
        self.fill_pmp(elf)

    def fill_pmp(self, elf):
        """
        One entry that allows everything; or, in lockdown, code that all modes may execute (and M mode read)
        and data that all may change. M mode needs a locked entry, here the last, on its way there.
        """
        napot, tor, lock, r, w, x = 0x18, 8, 0x80, 1, 2, 4
        ends = [0] * 7 + [M64]
        before = after = (napot | r | w | x) << 56
        security = [0, self.security, self.security]
        if self.lockdown:
            ends = [elf.base] + [elf.symbols[name] for name in ('tohost', 'stream', 'tables', 'tables_end')]
            ends = [end >> 2 for end in ends] + [0, 0, M64]
            code, data = tor | lock | w | x, tor | w | x
            before = (napot | lock | r | x) << 56
            after = code << 8 | data << 16 | code << 24 | data << 32 | (self.security & 1) << 56
            security = [policy.RLB, policy.MML | policy.RLB, self.security | policy.MML]
        for number, value in enumerate(ends):
            elf.put(elf.address('pmp_addresses') + 8 * number, value)
        for name, values in (('pmp_configs', (before, after)), ('mseccfg_values', security)):
            for number, value in enumerate(values):
                elf.put(elf.address(name) + 8 * number, value)


class Program:
    """A seed's stream with all that belongs to it."""

    def __init__(self, seed, extensions, harness, size=2500, passes=4, emulators=()):
        self.rng = random.Random(seed)
        self.seed, self.harness, self.passes = seed, harness, passes
        elf = Elf(harness)
        exclusions = policy.exclusions(emulators)
        self.insns = Insns(extensions)
        self.setting = Setting(self.rng, exclusions)
        self.tables = Tables(elf, exclusions)
        self.generator = Generator(self.rng, self.insns, size, exclusions, self.setting, self.tables)
        self.controls = [self.generator.control_word() & ~(1 << 12) for _ in range(8)]
        self.controls[0] |= 0x30
        self.pool = [random_value(self.rng) for _ in range(512)]
        self.registers = [random_value(self.rng) for _ in range(64)]
        self.arena = self.rng.randbytes(65536)
        self.table_seed = self.rng.getrandbits(64)
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
        for name, value in (('passes', passes), ('stream_end', self.end), ('pte_flags', policy.PTE_FLAGS)):
            elf.put(elf.address(name), value)
        self.setting.fill(elf)
        self.tables.fill(elf, random.Random(self.table_seed), self.generator.page_flags)

    def listing(self, kept):
        """The units that are kept, as text."""
        lines = []
        for index in sorted(kept):
            for item in self.units[index]:
                word, size = self.encode(item)
                text = '.word' if item.name is None else self.insns.text(item.name, item.operands)
                lines.append('%x: %0*x  %s' % (item.address, size * 2, word, text))
        return '\n'.join(lines)


class Tables:
    """
    Page tables: one set for U and one for S, each with a root for Sv39, Sv48 and Sv57. Addresses are
    mapped to themselves; only the arena's pages have other flags, and there are other ways to it.
    """

    RWX, USER, AD, VALID = 0xe, 0x10, 0xc0, 1
    LEVELS = ('root5', 'root4', 'root3', 'level1', 'level0', 'napot')

    def __init__(self, elf, exclusions):
        self.exclusions = exclusions
        self.base, self.arena = elf.base, elf.address('arena')
        self.satps = elf.address('satps') - elf.address('pool')
        free = iter(range(elf.address('tables'), elf.address('tables_end'), PAGE))
        self.sets = {mode: {name: next(free) for name in self.LEVELS} for mode in 'su'}

    def satp_field(self, translation):
        """Where S mode's value for satp is, from gp."""
        return self.satps + 16 * translation

    def asids(self):
        return range(3, 9)

    def change(self, rng, flags):
        """(address of an entry, what it may become, the page that is mapped by it alone or None)"""
        tables = self.sets[rng.choice('ssu')]
        first = self.arena - self.base >> 12
        kind = rng.randrange(8)
        page = self.arena + rng.randrange(16) * PAGE
        if kind < 5: # its own page, or another one
            at = page - self.base >> 12
            frame = page if rng.random() < .6 else self.arena + rng.randrange(16) * PAGE
            return tables['level0'] + 8 * at, frame >> 2 | flags, page
        if kind < 6: # a superpage, aligned or not
            frame = self.base + rng.choice((0, 0, PAGE, 0x100000))
            return tables['level1'] + 8 * rng.randrange(1, 4), frame >> 2 | flags, None
        if kind < 7:
            at = tables['napot'] + 8 * (first + rng.randrange(16))
            frame = self.arena | rng.choice((8, 8, 8, 8, 4, 1)) * PAGE
            wrong = 0 if rng.random() < .8 or policy.is_excluded('pte_n', self.exclusions) else PAGE
            return at, (frame ^ wrong) >> 2 | flags | 1 << 63, None
        pointer = rng.choice((self.VALID, self.VALID, 0, self.VALID | rng.choice((0x10, 0x40, 0x80, 0x20))))
        return tables['level1'] + 8 * rng.choice((4, 5)), tables['level0'] >> 2 | pointer, None

    def fill(self, elf, rng, page_flags):
        for mode, leaf in (('s', 0), ('u', self.USER)):
            self.fill_upper(elf, rng, self.sets[mode], leaf)
            self.fill_pages(elf, rng, self.sets[mode], leaf, page_flags)
            tables = self.sets[mode]
            elf.put(elf.address('arena_ptes_' + mode), tables['level0'] + 8 * (self.arena - self.base >> 12))
            for translation, root in enumerate((0, tables['root3'], tables['root4'], tables['root5'])):
                number = translation * 2 + (mode == 'u')
                value = (7 + translation) << 60 | (number + 1) << 44 | root >> 12 if translation else 0
                elf.put(elf.address('satps') + 8 * number, value)

    @staticmethod
    def entry(elf, table, index, address, flags):
        elf.put(table + 8 * index, (address >> 12) << 10 | flags)

    def fill_upper(self, elf, rng, tables, leaf):
        valid, good, level1 = self.VALID, self.VALID | self.RWX | self.AD | leaf, tables['level1']
        for upper, lower in (('root5', 'root4'), ('root4', 'root3')):
            self.entry(elf, tables[upper], 0, tables[lower], valid)
            self.entry(elf, tables[upper], 511, tables[lower], valid)
        self.entry(elf, tables['root3'], 2, level1, valid)
        self.entry(elf, tables['root3'], 3, self.base, good)                    # 1 GiB further: the same
        self.entry(elf, tables['root3'], 4, self.base + (2 << 20), good)        # misaligned
        self.entry(elf, level1, 0, tables['level0'], valid)
        self.entry(elf, level1, 1, self.base, valid | rng.choice((6, 2, self.RWX)) | self.AD |
                   rng.choice((0, self.USER)))
        self.entry(elf, level1, 2, self.base + PAGE, good)                      # misaligned
        accessed = 0x40 if policy.is_excluded('pte_a', self.exclusions) else 0
        self.entry(elf, level1, 3, self.base,
                   valid | self.RWX | rng.choice((0, 0x40, 0x80)) | accessed | leaf)
        self.entry(elf, level1, 4, tables['level0'], valid | rng.choice((0x10, 0x40, 0x80))) # reserved there
        self.entry(elf, level1, 5, tables['napot'], valid)

    def fill_pages(self, elf, rng, tables, leaf, page_flags):
        good = self.VALID | self.RWX | self.AD
        supervisor = {elf.symbols['s_trap'] & -PAGE}
        supervisor.update(range(elf.symbols['trap_log'] & -PAGE, elf.symbols['pool'], PAGE))
        supervisor.update(range(elf.symbols['tables'], elf.symbols['tables_end'], PAGE))
        start, arena, stream = elf.address('pool'), self.arena, elf.address('stream')
        pages = sorted(supervisor | {start} | set(range(arena, elf.address('tables'), PAGE)))
        for page in pages:
            flags = good | (0 if page in supervisor else leaf)
            if arena <= page < stream and rng.random() < .4:
                flags = page_flags(rng)
            self.entry(elf, tables['level0'], (page - elf.base) >> 12, page, flags)
        for index in range(16): # the arena as one range of 64 KiB
            elf.put(tables['napot'] + 8 * ((arena - elf.base >> 12) + index),
                    (arena >> 12 | 8) << 10 | 1 << 63 | good | leaf)
