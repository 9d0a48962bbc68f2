#!/usr/bin/env python3
"""Makes the instruction vectors (*.vec) from a model of each instruction in Python.

Belongs here: what integer instructions do, said a second time and independently of their bodies in
target-riscv/insn/, and the operands worth trying. It is run by hand (make.py [FILE.vec ...]) when
an instruction is added; the vectors are checked in and vectors.c runs them on a hart.

One vector a line:

    instruction operand=value ... | state before | state after

    operands     rd, rs1, rs2, rs3 and imm as the decoder gives them; those left out are 0
    x5= f5=      a register; what is not named before has a pattern of the runner's, and what is not
                 named after has not changed
    m8[D+16]=    memory, 1, 2, 4 or 8 bytes of it; again the data area is otherwise as it was
    pc=          after only; the next instruction if not named
    priv=        0, 1 or 3 (which it is before, if not named)
    NAME=        a CSR; of those only fflags is looked at when it is not named, and mstatus.FS is
                 Dirty before if mstatus is not named
    trap=C,T     after only: the exception C was taken, with tval T, in M mode; nothing else changed
    lr=A,N       before only: an lr.w (N = 4) or lr.d (N = 8) of address A has just been executed
    off=EXT,...  before only: the hart lacks these extensions
    on=EXT,...   before only: it has these, which would else be off
    halted=1     after only: the hart waits for an interrupt

A value is a number, or the instruction's address P, the data area's D or the trap handler's T, each
perhaps with + or - and a number; as tval also I, the instruction's bits.

SPDX-License-Identifier: MIT
"""

import pathlib
import sys

from ciphers import AES, AES_KEY, AES_UNARY, SHA2, SM3, SM4

M64 = (1 << 64) - 1
M32 = (1 << 32) - 1
MIN64, MAX64 = 1 << 63, (1 << 63) - 1
A, B = 0x0123456789abcdef, 0xfedcba98f6543210
UNMAPPED = 0x10


def signed(value, bits=64):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def extend(value, bits):
    """Sign-extended to 64 bits."""
    return signed(value, bits) & M64


def show(value):
    return value if isinstance(value, str) else hex(value & M64)


def state(items):
    return ' '.join('%s=%s' % (name, show(value)) for name, value in items.items())


class File:
    """The vectors of one .vec file."""

    def __init__(self):
        self.lines = []

    def add(self, name, operands, before=None, after=None):
        text = ' '.join('%s=%d' % item for item in operands.items())
        line = '%s %s | %s | %s' % (name, text, state(before or {}), state(after or {}))
        self.lines.append(' '.join(line.split()))


# Models: what an instruction computes, from register values as 64-bit patterns

def truncated_division(a, b):
    """Quotient and remainder of signed numbers, as RISC-V wants them."""
    if b == 0:
        return -1, a
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient, a - quotient * b


def unsigned_division(a, b):
    return (a // b, a % b) if b else (M64, a)


def carry_less(a, b):
    """The 127-bit product."""
    product = 0
    for bit in range(64):
        if b >> bit & 1:
            product ^= a << bit
    return product


def rotate_right(value, count, bits):
    count %= bits
    text = format(value & ((1 << bits) - 1), '0%db' % bits)
    return int(text[bits - count:] + text[:bits - count], 2)


def elements(value, bits):
    """Of a register, the lowest first."""
    return [value >> at & ((1 << bits) - 1) for at in range(0, 64, bits)]


def crossbar(a, b, bits):
    table = dict(enumerate(elements(a, bits)))
    return sum(table.get(index, 0) << bits * at for at, index in enumerate(elements(b, bits)))


def leading_zeros(value, bits):
    return bits - (value & ((1 << bits) - 1)).bit_length()


def trailing_zeros(value, bits):
    text = format(value & ((1 << bits) - 1), '0%db' % bits)
    return len(text) - len(text.rstrip('0'))


def word(function):
    """The W form of an instruction: operands cut to 32 bits, the result sign-extended."""
    return lambda a, b: extend(function(a & M32, b & M32), 32)


REGISTER = {
    'add': lambda a, b: a + b,
    'sub': lambda a, b: a - b,
    'sll': lambda a, b: a << b % 64,
    'slt': lambda a, b: signed(a) < signed(b),
    'sltu': lambda a, b: a < b,
    'xor': lambda a, b: a ^ b,
    'srl': lambda a, b: a >> b % 64,
    'sra': lambda a, b: signed(a) >> b % 64,
    'or': lambda a, b: a | b,
    'and': lambda a, b: a & b,
    'addw': word(lambda a, b: a + b),
    'subw': word(lambda a, b: a - b),
    'sllw': word(lambda a, b: a << b % 32),
    'srlw': word(lambda a, b: a >> b % 32),
    'sraw': word(lambda a, b: signed(a, 32) >> b % 32),
}
MULTIPLY = {
    'mul': lambda a, b: a * b,
    'mulh': lambda a, b: signed(a) * signed(b) >> 64,
    'mulhsu': lambda a, b: signed(a) * b >> 64,
    'mulhu': lambda a, b: a * b >> 64,
    'div': lambda a, b: truncated_division(signed(a), signed(b))[0],
    'divu': lambda a, b: unsigned_division(a, b)[0],
    'rem': lambda a, b: truncated_division(signed(a), signed(b))[1],
    'remu': lambda a, b: unsigned_division(a, b)[1],
    'mulw': word(lambda a, b: a * b),
    'divw': word(lambda a, b: truncated_division(signed(a, 32), signed(b, 32))[0]),
    'divuw': word(lambda a, b: unsigned_division(a, b)[0]),
    'remw': word(lambda a, b: truncated_division(signed(a, 32), signed(b, 32))[1]),
    'remuw': word(lambda a, b: unsigned_division(a, b)[1]),
}
ADDRESS = {
    'sh1add': lambda a, b: 2 * a + b,
    'sh2add': lambda a, b: 4 * a + b,
    'sh3add': lambda a, b: 8 * a + b,
    'add_uw': lambda a, b: a % 2**32 + b,
    'sh1add_uw': lambda a, b: 2 * (a % 2**32) + b,
    'sh2add_uw': lambda a, b: 4 * (a % 2**32) + b,
    'sh3add_uw': lambda a, b: 8 * (a % 2**32) + b,
}
BITS = {
    'andn': lambda a, b: a & (b ^ M64),
    'orn': lambda a, b: a | (b ^ M64),
    'xnor': lambda a, b: a ^ b ^ M64,
    'min': lambda a, b: min(signed(a), signed(b)),
    'minu': min,
    'max': lambda a, b: max(signed(a), signed(b)),
    'maxu': max,
    'rol': lambda a, b: rotate_right(a, 64 - b % 64, 64),
    'ror': lambda a, b: rotate_right(a, b % 64, 64),
    'rolw': word(lambda a, b: rotate_right(a, 32 - b % 32, 32)),
    'rorw': word(lambda a, b: rotate_right(a, b % 32, 32)),
}
CARRY_LESS = {
    'clmul': carry_less,
    'clmulh': lambda a, b: carry_less(a, b) >> 64,
    'clmulr': lambda a, b: carry_less(a, b) >> 63,
}
PACK = {
    'pack': lambda a, b: b % 2**32 * 2**32 + a % 2**32,
    'packh': lambda a, b: b % 256 * 256 + a % 256,
    'packw': lambda a, b: extend(b % 2**16 * 2**16 + a % 2**16, 32),
}
CROSSBAR = {
    'xperm4': lambda a, b: crossbar(a, b, 4),
    'xperm8': lambda a, b: crossbar(a, b, 8),
}
SINGLE_BIT = {
    'bclr': lambda a, b: a & ~(1 << b % 64),
    'bext': lambda a, b: int(format(a, '064b')[63 - b % 64]),
    'binv': lambda a, b: a ^ 1 << b % 64,
    'bset': lambda a, b: a | 1 << b % 64,
}
CONDITIONAL = {
    'czero_eqz': lambda a, b: a if b else 0,
    'czero_nez': lambda a, b: 0 if b else a,
}
UNARY = {
    'clz': lambda a: leading_zeros(a, 64),
    'ctz': lambda a: trailing_zeros(a, 64),
    'cpop': lambda a: bin(a).count('1'),
    'sext_b': lambda a: extend(a, 8),
    'sext_h': lambda a: extend(a, 16),
    'clzw': lambda a: leading_zeros(a, 32),
    'ctzw': lambda a: trailing_zeros(a, 32),
    'cpopw': lambda a: bin(a & M32).count('1'),
    'zext_h': lambda a: a % 2**16,
    'orc_b': lambda a: sum(255 << at for at in range(0, 64, 8) if a >> at & 255),
    'rev8': lambda a: int.from_bytes(a.to_bytes(8, 'big'), 'little'),
}
REVERSE = {
    'brev8': lambda a: int(''.join(format(byte, '08b')[::-1] for byte in a.to_bytes(8, 'big')), 2),
}
IMMEDIATE = {
    'addi': lambda a, i: a + i,
    'slti': lambda a, i: signed(a) < i,
    'sltiu': lambda a, i: a < i & M64,
    'xori': lambda a, i: a ^ i & M64,
    'ori': lambda a, i: a | i & M64,
    'andi': lambda a, i: a & i,
    'addiw': lambda a, i: extend(a + i, 32),
}
SHIFT = {
    'slli': lambda a, i: a << i,
    'srli': lambda a, i: a >> i,
    'srai': lambda a, i: signed(a) >> i,
}
SHIFT_WORD = {
    'slliw': lambda a, i: extend(a << i, 32),
    'srliw': lambda a, i: extend(a % 2**32 >> i, 32),
    'sraiw': lambda a, i: extend(signed(a, 32) >> i, 32),
}
SHIFT_UNSIGNED_WORD = {'slli_uw': lambda a, i: a % 2**32 << i}
ROTATE = {'rori': lambda a, i: rotate_right(a, i, 64)}
ROTATE_WORD = {'roriw': lambda a, i: extend(rotate_right(a, i, 32), 32)}
SINGLE_BIT_IMMEDIATE = {name + 'i': function for name, function in SINGLE_BIT.items()}
BRANCH = {
    'beq': lambda a, b: a == b,
    'bne': lambda a, b: a != b,
    'blt': lambda a, b: signed(a) < signed(b),
    'bge': lambda a, b: signed(a) >= signed(b),
    'bltu': lambda a, b: a < b,
    'bgeu': lambda a, b: a >= b,
}
LOAD = {'lb': (1, True), 'lh': (2, True), 'lw': (4, True), 'ld': (8, True),
        'lbu': (1, False), 'lhu': (2, False), 'lwu': (4, False)}
STORE = {'sb': 1, 'sh': 2, 'sw': 4, 'sd': 8}
ATOMIC = {
    'amoswap': lambda old, new, bits: new,
    'amoadd': lambda old, new, bits: old + new,
    'amoxor': lambda old, new, bits: old ^ new,
    'amoand': lambda old, new, bits: old & new,
    'amoor': lambda old, new, bits: old | new,
    'amomin': lambda old, new, bits: min(signed(old, bits), signed(new, bits)),
    'amomax': lambda old, new, bits: max(signed(old, bits), signed(new, bits)),
    'amominu': lambda old, new, bits: min(old, new),
    'amomaxu': lambda old, new, bits: max(old, new),
}

PAIRS = [(0, 0), (1, M64), (M64, M64), (MIN64, M64), (M64, MIN64), (MIN64, 1), (MAX64, MAX64),
         (5, 0), (MIN64, 0), (A, B), (B, A), (0x80000000, M32), (0xffffffff80000000, M64),
         (0x7fffffff, 1), (0xdeadbeefcafebabe, 63), (0x8000000180000001, 33), (7, -3 & M64),
         (-7 & M64, 3), (0x100000000, 0x200000000)]
VALUES = [0, 1, M64, MIN64, MAX64, A, B, 0x80, 0x7f80, 0x80000000, 0xffffffff00000000, 0x10000,
          0x0000010000800001, 0x8000000000000100]
IMMEDIATES = [(0, 0), (0, -1), (M64, 1), (M64, -1), (MIN64, -2048), (MAX64, 2047), (A, 0x555),
              (B, -0x556), (0x7fffffff, 1), (0xffffffff80000000, -1), (2047, 2047)]
SHIFTS = [A, B, MIN64, 0x80000000, 0xffffffff7fffffff]


# Vectors by kind of instruction

def registers(models):
    file = File()
    for name, model in models.items():
        for a, b in PAIRS:
            file.add(name, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': a, 'x12': b},
                     {'x10': model(a, b)})
        file.add(name, {'rd': 31, 'rs1': 31, 'rs2': 31}, {'x31': A}, {'x31': model(A, A)})
        file.add(name, {'rd': 5, 'rs1': 6, 'rs2': 5}, {'x6': A, 'x5': B}, {'x5': model(A, B)})
        file.add(name, {'rd': 0, 'rs1': 6, 'rs2': 7}, {'x6': A, 'x7': B})
        file.add(name, {'rd': 1, 'rs1': 0, 'rs2': 7}, {'x7': B}, {'x1': model(0, B)})
    return file.lines


def unary(models):
    file = File()
    for name, model in models.items():
        for a in VALUES:
            file.add(name, {'rd': 10, 'rs1': 11}, {'x11': a}, {'x10': model(a)})
        file.add(name, {'rd': 15, 'rs1': 15}, {'x15': B}, {'x15': model(B)})
        file.add(name, {'rd': 0, 'rs1': 15}, {'x15': B})
    return file.lines


def illegal(extensions, names, **operands):
    """Each traps where the extensions (joined by commas) are off."""
    file = File()
    for name in names:
        file.add(name, {'rd': 10, 'rs1': 11, **operands}, {'off': extensions}, {'trap': '2,I'})
    return file.lines


def shared(one, other, names):
    """Each is there with either of two extensions, and traps without both."""
    file = File()
    immediate = {**ROTATE, **ROTATE_WORD, **AES_KEY}
    for name in names:
        model = {**BITS, **CARRY_LESS, **UNARY, **AES, **immediate}[name]
        second = {'imm': 9} if name in immediate else {} if name in UNARY else {'rs2': 12}
        before = {'x11': A, 'x12': 9}
        for off in (one, other):
            file.add(name, {'rd': 10, 'rs1': 11, **second}, {'off': off, **before},
                     {'x10': model(A, 9) if second else model(A)})
        file.add(name, {'rd': 10, 'rs1': 11, **second}, {'off': one + ',' + other, **before},
                 {'trap': '2,I'})
    return file.lines


def immediates(models, pairs):
    file = File()
    for name, model in models.items():
        for a, imm in pairs:
            file.add(name, {'rd': 10, 'rs1': 11, 'imm': imm}, {'x11': a}, {'x10': model(a, imm)})
        a, imm = pairs[-1]
        file.add(name, {'rd': 31, 'rs1': 31, 'imm': imm}, {'x31': a}, {'x31': model(a, imm)})
        file.add(name, {'rd': 0, 'rs1': 31, 'imm': imm}, {'x31': a})
        file.add(name, {'rd': 2, 'rs1': 0, 'imm': imm}, {}, {'x2': model(0, imm)})
    return file.lines


def shifts(models, bits):
    return immediates(models, [(a, count) for a in SHIFTS for count in (0, 1, 31, bits - 1)])


def aes_keys():
    """The number of the round is 0 to 10, and more is reserved."""
    file = File()
    for name, model in AES_KEY.items():
        for number in range(11):
            for a in (A, B, 0x9cf4f3c0ffeedd00):
                file.add(name, {'rd': 10, 'rs1': 11, 'imm': number}, {'x11': a},
                         {'x10': model(a, number)})
        for number in range(11, 16):
            file.add(name, {'rd': 10, 'rs1': 11, 'imm': number}, {}, {'trap': '2,I'})
    return file.lines


def sm4_bytes():
    file = File()
    for name, model in SM4.items():
        for number in range(4):
            for a, b in PAIRS:
                file.add(name, {'rd': 10, 'rs1': 11, 'rs2': 12, 'imm': number},
                         {'x11': a, 'x12': b}, {'x10': model(a, b, number)})
            file.add(name, {'rd': 7, 'rs1': 7, 'rs2': 7, 'imm': number}, {'x7': A},
                     {'x7': model(A, A, number)})
            file.add(name, {'rd': 0, 'rs1': 7, 'rs2': 7, 'imm': number}, {'x7': A})
    return file.lines


def branches():
    file = File()
    for name, taken in BRANCH.items():
        for a, b in PAIRS:
            for imm in (16, -64):
                file.add(name, {'rs1': 11, 'rs2': 12, 'imm': imm}, {'x11': a, 'x12': b},
                         {'pc': 'P%+d' % imm} if taken(a, b) else {})
        for imm in (-4096, 4094, 0):
            file.add(name, {'rs1': 9, 'rs2': 9, 'imm': imm}, {},
                     {'pc': 'P%+d' % imm} if taken(0, 0) else {})
        # A misaligned target matters only if the branch is taken.
        file.add(name, {'rs1': 11, 'rs2': 12, 'imm': 6}, {'off': 'Zca', 'x11': 1, 'x12': M64},
                 {'trap': '0,P+6'} if taken(1, M64) else {})
        file.add(name, {'rs1': 11, 'rs2': 12, 'imm': 6}, {'off': 'Zca', 'x11': M64, 'x12': M64},
                 {'trap': '0,P+6'} if taken(M64, M64) else {})
    return file.lines


def jumps():
    file = File()
    for imm in (8, -2, 0x7fe, -0x800, 0xffffe, -0x100000):
        file.add('jal', {'rd': 1, 'imm': imm}, {}, {'x1': 'P+4', 'pc': 'P%+d' % imm})
    file.add('jal', {'rd': 0, 'imm': 64}, {}, {'pc': 'P+64'})
    file.add('jal', {'rd': 1, 'imm': 64}, {'off': 'Zca'}, {'x1': 'P+4', 'pc': 'P+64'})
    file.add('jal', {'rd': 1, 'imm': 66}, {'off': 'Zca'}, {'trap': '0,P+66'})
    for address, imm, target in (('P+16', 0, 'P+16'), ('P', 2047, 'P+2046'), ('P', -2048, 'P-2048'),
                                 ('P+17', 0, 'P+16'), ('P+17', -1, 'P+16'), ('D', 4, 'D+4')):
        file.add('jalr', {'rd': 1, 'rs1': 6, 'imm': imm}, {'x6': address},
                 {'x1': 'P+4', 'pc': target})
    file.add('jalr', {'rd': 6, 'rs1': 6, 'imm': 8}, {'x6': 'P'}, {'x6': 'P+4', 'pc': 'P+8'})
    file.add('jalr', {'rd': 0, 'rs1': 1, 'imm': 0}, {'x1': 'P+256'}, {'pc': 'P+256'})
    file.add('jalr', {'rd': 1, 'rs1': 6, 'imm': 2}, {'off': 'Zca', 'x6': 'P+16'},
             {'trap': '0,P+18'})
    file.add('jalr', {'rd': 1, 'rs1': 6, 'imm': 1}, {'off': 'Zca', 'x6': 'P+16'},
             {'x1': 'P+4', 'pc': 'P+16'})
    for imm in (0x1000, -0x80000000, 0x7ffff000, -0x1000, 0):
        file.add('lui', {'rd': 10, 'imm': imm}, {}, {'x10': imm})
        file.add('auipc', {'rd': 10, 'imm': imm}, {}, {'x10': 'P%+d' % imm})
        file.add('lui', {'rd': 0, 'imm': imm})
        file.add('auipc', {'rd': 0, 'imm': imm})
    return file.lines


def loads():
    file = File()
    for name, (size, is_signed) in LOAD.items():
        for value in (0x8182838485868788, 0x7172737475767778, 0xff, M64, 0):
            loaded = value % (1 << 8 * size)
            expected = extend(loaded, 8 * size) if is_signed else loaded
            for imm, base in ((0, 'D+16'), (-2048, 'D+2064'), (2047, 'D-2031'), (3, 'D+16')):
                at = 'D+%d' % (19 if imm == 3 else 16)       # the last one is misaligned
                file.add(name, {'rd': 10, 'rs1': 11, 'imm': imm},
                         {'x11': base, 'm8[%s]' % at: value}, {'x10': expected})
        file.add(name, {'rd': 11, 'rs1': 11, 'imm': 0}, {'x11': 'D+16', 'm8[D+16]': 0x44},
                 {'x11': 0x44})
        file.add(name, {'rd': 0, 'rs1': 11, 'imm': 0}, {'x11': 'D+16', 'm8[D+16]': 0x44})
        for rd in (10, 0):
            file.add(name, {'rd': rd, 'rs1': 11, 'imm': 8}, {'x11': UNMAPPED - 8},
                     {'trap': '5,%#x' % UNMAPPED})
    return file.lines


def stores():
    file = File()
    for name, size in STORE.items():
        for value in (A, B, M64, 0):
            for imm, base in ((0, 'D+16'), (-2048, 'D+2064'), (2047, 'D-2031'), (3, 'D+16')):
                at = 'D+%d' % (19 if imm == 3 else 16)
                file.add(name, {'rs1': 11, 'rs2': 12, 'imm': imm}, {'x11': base, 'x12': value},
                         {'m%d[%s]' % (size, at): value % (1 << 8 * size)})
        file.add(name, {'rs1': 11, 'rs2': 0, 'imm': 0}, {'x11': 'D+16'}, {'m%d[D+16]' % size: 0})
        file.add(name, {'rs1': 11, 'rs2': 12, 'imm': 8}, {'x11': UNMAPPED - 8},
                 {'trap': '7,%#x' % UNMAPPED})
    return file.lines


def atomics():
    file = File()
    for name, model in ATOMIC.items():
        for suffix, bits in (('_w', 32), ('_d', 64)):
            size, mask = bits // 8, (1 << bits) - 1
            for index, (old, new) in enumerate(PAIRS):
                file.add(name + suffix, {'rd': 10, 'rs1': 11, 'rs2': 12, 'imm': index % 4},
                         {'x11': 'D+16', 'x12': new, 'm8[D+16]': old},
                         {'x10': extend(old, bits),
                          'm%d[D+16]' % size: model(old & mask, new & mask, bits) & mask})
            file.add(name + suffix, {'rd': 0, 'rs1': 11, 'rs2': 12},
                     {'x11': 'D+16', 'x12': A, 'm8[D+16]': B},
                     {'m%d[D+16]' % size: model(B & mask, A & mask, bits) & mask})
            file.add(name + suffix, {'rd': 12, 'rs1': 11, 'rs2': 12},
                     {'x11': 'D+16', 'x12': A, 'm8[D+16]': B},
                     {'x12': extend(B, bits),
                      'm%d[D+16]' % size: model(B & mask, A & mask, bits) & mask})
            for address, trap in (('D+18', '7,D+18'), (UNMAPPED, '7,%#x' % UNMAPPED)):
                file.add(name + suffix, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': address},
                         {'trap': trap})
    return file.lines


def narrow_atomics():
    file = File()
    for name, model in ATOMIC.items():
        for suffix, bits in (('_b', 8), ('_h', 16)):
            size, mask = bits // 8, (1 << bits) - 1
            for index, (old, new) in enumerate(PAIRS):
                at = 16 + size * index % 8
                file.add(name + suffix, {'rd': 10, 'rs1': 11, 'rs2': 12, 'imm': index % 4},
                         {'x11': 'D+%d' % at, 'x12': new, 'm%d[D+%d]' % (size, at): old & mask},
                         {'x10': extend(old, bits),
                          'm%d[D+%d]' % (size, at): model(old & mask, new & mask, bits) & mask})
            file.add(name + suffix, {'rd': 0, 'rs1': 11, 'rs2': 12},
                     {'x11': 'D+16', 'x12': A, 'm8[D+16]': B},
                     {'m%d[D+16]' % size: model(B & mask, A & mask, bits) & mask})
            if bits == 16:
                file.add(name + suffix, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': 'D+17'},
                         {'trap': '7,D+17'})
            file.add(name + suffix, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': UNMAPPED},
                     {'trap': '7,%#x' % UNMAPPED})
            file.add(name + suffix, {'rd': 10, 'rs1': 11}, {'off': 'Zabha'}, {'trap': '2,I'})
    return file.lines


def compare_and_swap(widths, extensions):
    """rd holds what memory is compared with; the format calls it rs3."""
    file = File()
    for suffix, bits in widths:
        name, size, mask = 'amocas_' + suffix, bits // 8, (1 << bits) - 1
        cell = 'm%d[D+16]' % size
        for index, (old, new) in enumerate(PAIRS):
            old &= mask
            for expected in (old, old ^ 1, old ^ 1 << (bits - 1), old ^ M64 & ~mask):
                after = {'x10': extend(old, bits)}
                if expected & mask == old:
                    after[cell] = new & mask
                file.add(name, {'rd': 10, 'rs3': 10, 'rs1': 11, 'rs2': 12, 'imm': index % 4},
                         {'x10': expected, 'x11': 'D+16', 'x12': new, cell: old}, after)
        # x0 compares as zero and stays it.
        file.add(name, {'rd': 0, 'rs3': 0, 'rs1': 11, 'rs2': 12},
                 {'x11': 'D+16', 'x12': A, cell: 0}, {cell: A & mask})
        file.add(name, {'rd': 0, 'rs3': 0, 'rs1': 11, 'rs2': 12},
                 {'x11': 'D+16', 'x12': A, cell: 1})
        file.add(name, {'rd': 10, 'rs3': 10, 'rs1': 11, 'rs2': 0},
                 {'x10': A, 'x11': 'D+16', cell: A & mask}, {'x10': extend(A, bits), cell: 0})
        file.add(name, {'rd': 10, 'rs3': 10, 'rs1': 11, 'rs2': 12}, {'x11': UNMAPPED},
                 {'trap': '7,%#x' % UNMAPPED})
        for off in extensions:
            file.add(name, {'rd': 10, 'rs3': 10, 'rs1': 11, 'rs2': 12}, {'off': off},
                     {'trap': '2,I'})
        if size > 1:
            file.add(name, {'rd': 10, 'rs3': 10, 'rs1': 11, 'rs2': 12}, {'x11': 'D+17'},
                     {'trap': '7,D+17'})
    return file.lines


def compare_and_swap_pairs():
    file = File()
    for index, (low, high) in enumerate(PAIRS):
        memory = {'m8[D+32]': low, 'm8[D+40]': high}
        for change_low, change_high in ((0, 0), (1, 0), (0, 1), (MIN64, 0), (0, MIN64)):
            same = not change_low and not change_high
            file.add('amocas_q', {'rd': 10, 'rs3': 10, 'rs1': 9, 'rs2': 12, 'imm': index % 4},
                     {'x10': low ^ change_low, 'x11': high ^ change_high, 'x12': A, 'x13': B,
                      'x9': 'D+32', **memory},
                     {'x10': low, 'x11': high, **({'m8[D+32]': A, 'm8[D+40]': B} if same else {})})
    # A pair that begins with x0 is zero, and stays so; x1 is not part of it.
    for rd, rs2, memory, after in (
            (0, 12, (0, 0), {'m8[D+32]': A, 'm8[D+40]': B}), (0, 12, (0, 5), {}),
            (0, 12, (5, 0), {}), (0, 0, (7, 0), {}),
            (10, 0, (3, 4), {'m8[D+32]': 0, 'm8[D+40]': 0})):
        file.add('amocas_q', {'rd': rd, 'rs3': rd, 'rs1': 9, 'rs2': rs2},
                 {'x1': 9, 'x10': 3, 'x11': 4, 'x12': A, 'x13': B, 'x9': 'D+32',
                  'm8[D+32]': memory[0], 'm8[D+40]': memory[1]}, after)
    file.add('amocas_q', {'rd': 30, 'rs3': 30, 'rs1': 9, 'rs2': 30},
             {'x30': A, 'x31': B, 'x9': 'D+32', 'm8[D+32]': A, 'm8[D+40]': B})
    for rd, rs2 in ((11, 12), (10, 13), (11, 13), (1, 0), (0, 1)):
        file.add('amocas_q', {'rd': rd, 'rs3': rd, 'rs1': 9, 'rs2': rs2}, {'x9': 'D+32'},
                 {'trap': '2,I'})
    file.add('amocas_q', {'rd': 10, 'rs3': 10, 'rs1': 9, 'rs2': 12}, {'off': 'Zacas'},
             {'trap': '2,I'})
    for address, trap in (('D+40', '7,D+40'), (0x1000, '7,0x1000')):
        file.add('amocas_q', {'rd': 10, 'rs3': 10, 'rs1': 9, 'rs2': 12}, {'x9': address},
                 {'trap': trap})
    return file.lines


def reservations():
    file = File()
    for suffix, bits in (('_w', 32), ('_d', 64)):
        size, mask = bits // 8, (1 << bits) - 1
        lr, sc = 'lr' + suffix, 'sc' + suffix
        for index, value in enumerate((A, B, M64, 0x80000000)):
            file.add(lr, {'rd': 10, 'rs1': 11, 'imm': index}, {'x11': 'D+8', 'm8[D+8]': value},
                     {'x10': extend(value, bits)})
            held = {'x11': 'D+8', 'x12': value, 'm8[D+8]': A, 'lr': 'D+8,%d' % size}
            file.add(sc, {'rd': 10, 'rs1': 11, 'rs2': 12, 'imm': index}, held,
                     {'x10': 0, 'm%d[D+8]' % size: value & mask})
        file.add(lr, {'rd': 11, 'rs1': 11}, {'x11': 'D+8', 'm8[D+8]': 5}, {'x11': 5})
        file.add(lr, {'rd': 0, 'rs1': 11}, {'x11': 'D+8'})
        file.add(lr, {'rd': 10, 'rs1': 11}, {'x11': 'D+6'}, {'trap': '5,D+6'})
        file.add(lr, {'rd': 10, 'rs1': 11}, {'x11': UNMAPPED}, {'trap': '5,%#x' % UNMAPPED})
        file.add(sc, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': 'D+8'}, {'x10': 1})
        file.add(sc, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': 'D+8', 'lr': 'D+16,%d' % size},
                 {'x10': 1})
        file.add(sc, {'rd': 0, 'rs1': 11, 'rs2': 0}, {'x11': 'D+8', 'lr': 'D+8,%d' % size},
                 {'m%d[D+8]' % size: 0})
        file.add(sc, {'rd': 10, 'rs1': 11, 'rs2': 12}, {'x11': 'D+6'}, {'trap': '7,D+6'})
        file.add(sc, {'rd': 10, 'rs1': 11, 'rs2': 12},
                 {'x11': UNMAPPED, 'lr': 'D+8,%d' % size}, {'trap': '7,%#x' % UNMAPPED})
    return file.lines


def csr_instructions():
    file = File()
    new = {'csrrw': lambda old, value: value, 'csrrs': lambda old, value: old | value,
           'csrrc': lambda old, value: old & ~value & M64}
    scratch, hart_id, cycle = 0x340, 0xf14, 0xc00
    for name, model in new.items():
        for old, value in ((0, A), (M64, B), (A, A)):
            file.add(name, {'rd': 10, 'rs1': 11, 'imm': scratch}, {'x11': value, 'mscratch': old},
                     {'x10': old, 'mscratch': model(old, value)})
            file.add(name + 'i', {'rd': 10, 'rs1': 21, 'imm': scratch}, {'mscratch': old},
                     {'x10': old, 'mscratch': model(old, 21)})
        file.add(name, {'rd': 11, 'rs1': 11, 'imm': scratch}, {'x11': A, 'mscratch': B},
                 {'x11': B, 'mscratch': model(B, A)})
        file.add(name, {'rd': 0, 'rs1': 11, 'imm': scratch}, {'x11': A, 'mscratch': B},
                 {'mscratch': model(B, A)})
        file.add(name + 'i', {'rd': 0, 'rs1': 31, 'imm': scratch}, {'mscratch': B},
                 {'mscratch': model(B, 31)})
        for form, zero in ((name, 0), (name + 'i', 0)):
            file.add(form, {'rd': 10, 'rs1': zero, 'imm': scratch}, {'mscratch': B},
                     {'x10': B, 'mscratch': model(B, 0)})
            # Reading a read-only CSR is no write, unless the instruction is csrrw or csrrwi.
            file.add(form, {'rd': 10, 'rs1': zero, 'imm': hart_id}, {},
                     {'trap': '2,I'} if name == 'csrrw' else {'x10': 0})
            file.add(form, {'rd': 10, 'rs1': 1, 'imm': cycle}, {'x1': 1}, {'trap': '2,I'})
            file.add(form, {'rd': 10, 'rs1': 1, 'imm': 0x5c0}, {}, {'trap': '2,I'})
            file.add(form, {'rd': 10, 'rs1': 1, 'imm': scratch}, {'priv': 1}, {'trap': '2,I'})
    return file.lines


def fences():
    file = File()
    for imm in (0x0ff, 0x033, 0x010 | 0x2, 0x00f, 0x933, 0):
        file.add('fence', {'imm': imm}, {'x11': A})
    for name in ('fence_tso', 'fence_i'):
        for priv in (3, 1, 0):
            file.add(name, {}, {'priv': priv})
    for priv, cause in ((3, 11), (1, 9), (0, 8)):
        file.add('ecall', {}, {'priv': priv}, {'trap': '%d,0' % cause})
        file.add('ebreak', {}, {'priv': priv}, {'trap': '3,P'})
    return file.lines


def pauses():
    file = File()
    for priv in (3, 1, 0):
        file.add('pause', {}, {'priv': priv})
    return file.lines


def waits():
    file = File()
    for name in ('wrs_nto', 'wrs_sto'):
        for priv in (3, 1, 0):
            file.add(name, {}, {'priv': priv})            # nothing is reserved: no wait
    tw = 1 << 21
    file.add('wrs_nto', {}, {'priv': 0, 'mstatus': tw, 'lr': 'D+8,8'}, {'trap': '2,I'})
    return file.lines


def privileged():
    file = File()
    spp, spie, sie, mpie, mie, mpp = 1 << 8, 1 << 5, 1 << 1, 1 << 7, 1 << 3, 3 << 11
    mprv, tvm, tw, tsr = 1 << 17, 1 << 20, 1 << 21, 1 << 22
    wide = 2 << 32 | 2 << 34                               # UXL and SXL: 64 bits, fixed
    s_mode = 1 << 11
    for before, after, priv in ((mpp | mpie, mpie | mie, 3), (s_mode | mprv, mpie, 1),
                                (0 | mie | mprv, mpie, 0), (mpp | mprv, mpie | mprv, 3)):
        file.add('mret', {}, {'mepc': 'D+64', 'mstatus': before | wide},
                 {'pc': 'D+64', 'priv': priv, 'mstatus': after | wide})
    for priv in (1, 0):
        file.add('mret', {}, {'priv': priv}, {'trap': '2,I'})
    for before, after, priv in ((spp | spie, spie | sie, 1), (sie | mprv, spie, 0), (spp, spie, 1)):
        for mode in (1, 3):
            file.add('sret', {}, {'priv': mode, 'sepc': 'D+64', 'mstatus': before | wide},
                     {'pc': 'D+64', 'priv': priv, 'mstatus': after | wide})
    file.add('sret', {}, {'priv': 0}, {'trap': '2,I'})
    file.add('sret', {}, {'priv': 1, 'mstatus': tsr}, {'trap': '2,I'})
    file.add('sret', {}, {'priv': 3, 'sepc': 'D', 'mstatus': tsr | spp},
             {'pc': 'D', 'priv': 1, 'mstatus': tsr | spie | wide})
    nmi = {'on': 'Smrnmi', 'mnepc': 'D+64'}
    for mode in (3, 1, 0):
        file.add('mnret', {}, {**nmi, 'mnstatus': mode << 11, 'mstatus': mprv | mie | wide},
                 {'pc': 'D+64', 'priv': mode, 'mstatus': (mprv if mode == 3 else 0) | mie | wide})
    for mode in (1, 0):
        file.add('mnret', {}, {**nmi, 'priv': mode}, {'trap': '2,I'})
    file.add('mnret', {}, {}, {'trap': '2,I'})             # off
    file.add('wfi', {}, {}, {'halted': 1})
    file.add('wfi', {}, {'mie': 2, 'mip': 2})
    file.add('wfi', {}, {'priv': 1, 'mideleg': 2, 'mie': 2, 'mip': 2})
    file.add('wfi', {}, {'priv': 1, 'mstatus': tw}, {'trap': '2,I'})
    file.add('wfi', {}, {'priv': 3, 'mstatus': tw}, {'halted': 1})
    for name in ('sfence_vma', 'sinval_vma'):
        for rs1, rs2 in ((0, 0), (11, 0), (0, 12), (11, 12)):
            for priv in (1, 3):
                file.add(name, {'rs1': rs1, 'rs2': rs2}, {'priv': priv, 'x11': 'D', 'x12': 7})
            file.add(name, {'rs1': rs1, 'rs2': rs2}, {'priv': 0}, {'trap': '2,I'})
            file.add(name, {'rs1': rs1, 'rs2': rs2}, {'priv': 1, 'mstatus': tvm}, {'trap': '2,I'})
            file.add(name, {'rs1': rs1, 'rs2': rs2}, {'priv': 3, 'mstatus': tvm})
    for name in ('sfence_w_inval', 'sfence_inval_ir'):
        for priv in (1, 3):
            file.add(name, {}, {'priv': priv})
        file.add(name, {}, {'priv': 0}, {'trap': '2,I'})
        # TVM does not matter to the two fences.
        file.add(name, {}, {'priv': 1, 'mstatus': tvm})
    return file.lines


def cache_blocks():
    file = File()
    zeros = {'m8[D+%d]' % at: 0 for at in range(64, 128, 8)}
    for address in ('D+64', 'D+65', 'D+127'):
        file.add('cbo_zero', {'rs1': 11}, {'x11': address}, zeros)
        for name in ('cbo_inval', 'cbo_clean', 'cbo_flush'):
            file.add(name, {'rs1': 11}, {'x11': address})
    for name in ('cbo_zero', 'cbo_inval', 'cbo_clean', 'cbo_flush'):
        file.add(name, {'rs1': 11}, {'x11': UNMAPPED}, {'trap': '7,%#x' % UNMAPPED})
        file.add(name, {'rs1': 11}, {'priv': 1, 'x11': 'D+64'}, {'trap': '2,I'})
        file.add(name, {'rs1': 11}, {'priv': 0, 'x11': 'D+64', 'menvcfg': 0xf0}, {'trap': '2,I'})
        file.add(name, {'rs1': 11}, {'priv': 0, 'x11': 'D+64', 'menvcfg': 0xf0, 'senvcfg': 0xf0},
                 zeros if name == 'cbo_zero' else {})
    for name in ('prefetch_i', 'prefetch_r', 'prefetch_w'):
        for address, imm in (('D', 0), ('D+1', -2048), (UNMAPPED, 2016), (M64, 32)):
            file.add(name, {'rs1': 11, 'imm': imm}, {'x11': address})
        file.add(name, {'rs1': 0, 'imm': 0}, {'priv': 0})
    return file.lines


def compressed_arithmetic(file):
    """Each as its base instruction, whose model it shares."""
    for name, base, values in (
            ('c_addi', 'addi', ((8, 1), (8, -32), (31, 31), (1, 0))),
            ('c_addiw', 'addiw', ((8, 1), (8, -32), (31, 31), (1, 0))),
            ('c_andi', 'andi', ((8, 1), (9, -32), (15, 31), (10, -1), (11, 0)))):
        for reg, imm in values:
            for a in (A, B, 0x7fffffff, M64):
                file.add(name, {'rd': reg, 'rs1': reg, 'imm': imm}, {'x%d' % reg: a},
                         {'x%d' % reg: IMMEDIATE[base](a, imm)})
    file.add('c_addi', {'rd': 0, 'rs1': 0, 'imm': 0})
    file.add('c_addi', {'rd': 0, 'rs1': 0, 'imm': 5})
    for name, model in SHIFT.items():
        for reg, count in ((8, 1), (15, 63), (9, 32), (10, 0)):
            for a in (A, B):
                file.add('c_' + name, {'rd': reg, 'rs1': reg, 'imm': count}, {'x%d' % reg: a},
                         {'x%d' % reg: model(a, count)})
    file.add('c_slli', {'rd': 31, 'rs1': 31, 'imm': 4}, {'x31': A}, {'x31': A << 4})
    for name in ('sub', 'xor', 'or', 'and', 'subw', 'addw', 'add'):
        for rd, rs2 in ((8, 9), (15, 8), (10, 10)):
            for a, b in ((A, B), (0x7fffffff, 1), (0, M64)):
                b = a if rd == rs2 else b
                file.add('c_' + name, {'rd': rd, 'rs1': rd, 'rs2': rs2},
                         {'x%d' % rd: a, 'x%d' % rs2: b}, {'x%d' % rd: REGISTER[name](a, b)})
    file.add('c_add', {'rd': 31, 'rs1': 31, 'rs2': 1}, {'x31': A, 'x1': B}, {'x31': A + B})
    file.add('c_add', {'rd': 0, 'rs1': 0, 'rs2': 1}, {'x1': B})
    for rd, rs in ((10, 11), (31, 1), (2, 2), (0, 3)):
        file.add('c_mv', {'rd': rd, 'rs1': rs}, {'x%d' % rs: B}, {'x%d' % rd: B} if rd else {})
    for rd, imm in ((10, 0), (31, -32), (1, 31), (0, 7)):
        file.add('c_li', {'rd': rd, 'imm': imm}, {}, {'x%d' % rd: imm} if rd else {})
    for rd, imm in ((10, 0x1000), (31, -0x20000), (1, 0x1f000), (0, 0x5000), (3, -0x1000)):
        file.add('c_lui', {'rd': rd, 'imm': imm}, {}, {'x%d' % rd: imm} if rd else {})
    for imm in (16, -16, -512, 496):
        file.add('c_addi16sp', {'rd': 2, 'rs1': 2, 'imm': imm}, {'x2': A}, {'x2': A + imm})
    for rd, imm in ((8, 4), (15, 1020), (10, 8), (11, 64)):
        file.add('c_addi4spn', {'rd': rd, 'rs1': 2, 'imm': imm}, {'x2': A}, {'x%d' % rd: A + imm})


def compressed_memory(file):
    value = 0x8182838485868788
    for size, load, store, letter in ((4, 'lw', 'sw', 'x'), (8, 'ld', 'sd', 'x'),
                                      (8, 'fld', 'fsd', 'f')):
        cut = value % (1 << 8 * size)
        for imm in (0, size, 16 * size, 31 * size):
            at, base = 'D+%d' % (imm % 128), 'D%+d' % (imm % 128 - imm)
            memory = {'m8[%s]' % at: value}
            file.add('c_' + load, {'rd': 8, 'rs1': 15, 'imm': imm},
                     {'x15': base, **memory}, {letter + '8': extend(cut, 8 * size)})
            file.add('c_' + store, {'rs2': 15, 'rs1': 8, 'imm': imm},
                     {'x8': base, letter + '15': value}, {'m%d[%s]' % (size, at): cut})
        for imm in (0, size, 8 * size, 63 * size):
            at, base = 'D+%d' % (imm % 128), 'D%+d' % (imm % 128 - imm)
            memory = {'m8[%s]' % at: value}
            file.add('c_' + load + 'sp', {'rd': 31, 'rs1': 2, 'imm': imm},
                     {'x2': base, **memory}, {letter + '31': extend(cut, 8 * size)})
            file.add('c_' + store + 'sp', {'rs2': 31, 'rs1': 2, 'imm': imm},
                     {'x2': base, letter + '31': value}, {'m%d[%s]' % (size, at): cut})
        for form in (load, load + 'sp'):
            base = 2 if form.endswith('sp') else 9
            file.add('c_' + form, {'rd': 8, 'rs1': base}, {'x%d' % base: UNMAPPED},
                     {'trap': '5,%#x' % UNMAPPED})
        for form in (store, store + 'sp'):
            base = 2 if form.endswith('sp') else 9
            file.add('c_' + form, {'rs2': 8, 'rs1': base}, {'x%d' % base: UNMAPPED},
                     {'trap': '7,%#x' % UNMAPPED})
    for name in ('c_fld', 'c_fsd', 'c_fldsp', 'c_fsdsp'):
        operand = 'rd' if 'fld' in name else 'rs2'
        base = 2 if name.endswith('sp') else 9
        file.add(name, {operand: 8, 'rs1': base}, {'mstatus': 0}, {'trap': '2,I'})


def compressed():
    file = File()
    compressed_arithmetic(file)
    compressed_memory(file)
    for imm in (16, -2, -2048, 2046, 0):
        file.add('c_j', {'imm': imm}, {}, {'pc': 'P%+d' % imm})
    for imm in (16, -2, -256, 254):
        for a in (0, 1, MIN64):
            taken = {'pc': 'P%+d' % imm}
            file.add('c_beqz', {'rs1': 9, 'imm': imm}, {'x9': a}, taken if a == 0 else {})
            file.add('c_bnez', {'rs1': 9, 'imm': imm}, {'x9': a}, taken if a != 0 else {})
    for reg in (1, 5, 31):
        for address, target in (('D+32', 'D+32'), ('P+65', 'P+64')):
            x = 'x%d' % reg
            file.add('c_jr', {'rs1': reg}, {x: address}, {'pc': target})
            file.add('c_jalr', {'rd': 1, 'rs1': reg}, {x: address}, {'x1': 'P+2', 'pc': target})
    for priv in (3, 1, 0):
        file.add('c_ebreak', {}, {'priv': priv}, {'trap': '3,P'})
    return file.lines


def simple_compressed():
    """Each as its base instruction, whose model it shares."""
    file = File()
    for name, size, is_signed in (('c_lbu', 1, False), ('c_lhu', 2, False), ('c_lh', 2, True)):
        for imm in range(0, 4, size):
            for value in (0x8182838485868788, 0x7172737475767778):
                cut = value >> 8 * imm & (1 << 8 * size) - 1
                file.add(name, {'rd': 8, 'rs1': 15, 'imm': imm}, {'x15': 'D+8', 'm8[D+8]': value},
                         {'x8': extend(cut, 8 * size) if is_signed else cut})
        file.add(name, {'rd': 9, 'rs1': 9}, {'x9': UNMAPPED}, {'trap': '5,%#x' % UNMAPPED})
    for name, size in (('c_sb', 1), ('c_sh', 2)):
        for imm in range(0, 4, size):
            for value in (A, B):
                file.add(name, {'rs1': 8, 'rs2': 15, 'imm': imm}, {'x8': 'D+8', 'x15': value},
                         {'m%d[D+%d]' % (size, 8 + imm): value % (1 << 8 * size)})
        file.add(name, {'rs1': 9, 'rs2': 9}, {'x9': UNMAPPED}, {'trap': '7,%#x' % UNMAPPED})
    for name, model, more, needs in (
            ('c_zext_b', lambda a: a % 256, {'imm': 255}, 'Zcb'),
            ('c_sext_b', UNARY['sext_b'], {}, 'Zbb'), ('c_zext_h', UNARY['zext_h'], {}, 'Zbb'),
            ('c_sext_h', UNARY['sext_h'], {}, 'Zbb'),
            ('c_zext_w', lambda a: a % 2**32, {}, 'Zba'),
            ('c_not', lambda a: a ^ M64, {'imm': -1}, 'Zcb')):
        for a in VALUES:
            reg = 8 + a % 8
            file.add(name, {'rd': reg, 'rs1': reg, **more}, {'x%d' % reg: a},
                     {'x%d' % reg: model(a)})
        for off in sorted({'Zcb', needs}):
            file.add(name, {'rd': 8, 'rs1': 8, **more}, {'off': off}, {'trap': '2,I'})
    for a, b in PAIRS:
        file.add('c_mul', {'rd': 8, 'rs1': 8, 'rs2': 15}, {'x8': a, 'x15': b}, {'x8': a * b})
    file.add('c_mul', {'rd': 12, 'rs1': 12, 'rs2': 12}, {'x12': B}, {'x12': B * B})
    for off in ('Zcb', 'Zmmul'):
        file.add('c_mul', {'rd': 8, 'rs1': 8, 'rs2': 15}, {'off': off}, {'trap': '2,I'})
    return file.lines


def may_be_operations():
    file = File()
    for number in range(32):
        file.add('mop_r', {'rd': 10, 'rs1': 11, 'imm': number}, {'x10': A, 'x11': B}, {'x10': 0})
    for number in range(8):
        file.add('mop_rr', {'rd': 10, 'rs1': 11, 'rs2': 12, 'imm': number}, {'x10': A}, {'x10': 0})
    for name in ('mop_r', 'mop_rr'):
        file.add(name, {'rd': 10, 'rs1': 10}, {'x10': A}, {'x10': 0})
        file.add(name, {'rd': 0, 'rs1': 10}, {'x10': A})
        file.add(name, {'rd': 10, 'rs1': 10}, {'off': 'Zimop'}, {'trap': '2,I'})
    for number in range(1, 16, 2):
        file.add('c_mop', {'imm': number}, {'x%d' % number: A})
        file.add('c_mop', {'imm': number}, {'off': 'Zcmop'}, {'trap': '2,I'})
    return file.lines


def shadow_stack_state(priv):
    """
    Shadow stacks are active in that mode. The data area begins with the root table: two gigapages
    of the same memory, code and data as they are, and 1 GiB further on pages of a shadow stack.
    """
    user = 0x10 if priv == 0 else 0
    return {'priv': priv, 'satp': 0x8000000000080006, 'menvcfg': 8, 'senvcfg': 8,
            'm8[D+16]': 0x200000cf | user, 'm8[D+24]': 0x200000c5 | user}


def shadow_stacks():
    file = File()
    for priv in (0, 1):
        on = shadow_stack_state(priv)
        for name, link in (('sspush', 1), ('sspush', 5), ('c_sspush', 1)):
            reg = 'x%d' % link
            before = {**on, 'ssp': 'D+0x40000088', reg: A}
            file.add(name, {'rs2': link}, before, {'ssp': 'D+0x40000080', 'm8[D+128]': A})
            file.add(name, {'rs2': link}, {**before, 'ssp': 'D+8'}, {'ssp': 'D+8', 'trap': '7,D'})
        for name, link in (('sspopchk', 1), ('sspopchk', 5), ('c_sspopchk', 5)):
            reg = 'x%d' % link
            before = {**on, 'ssp': 'D+0x40000080', 'm8[D+128]': B, reg: B}
            file.add(name, {'rs1': link}, before, {'ssp': 'D+0x40000088'})
            file.add(name, {'rs1': link}, {**before, reg: B ^ MIN64},
                     {'ssp': 'D+0x40000080', 'trap': '18,3'})
            file.add(name, {'rs1': link}, {**before, 'ssp': 'D'}, {'ssp': 'D', 'trap': '7,D'})
        for rd in (1, 10, 31):
            file.add('ssrdp', {'rd': rd}, {**on, 'ssp': M64}, {'ssp': M64 - 7, 'x%d' % rd: M64 - 7})
        for imm in range(4):
            operands = {'rd': 10, 'rs1': 11, 'rs2': 12, 'imm': imm}
            before = {**on, 'x11': 'D+0x40000080', 'x12': B, 'm8[D+128]': A}
            file.add('ssamoswap_d', operands, before, {'x10': A, 'm8[D+128]': B})
            file.add('ssamoswap_w', operands, before, {'x10': extend(A, 32), 'm4[D+128]': B & M32})
        before.update({'x11': 'D+0x40000084', 'm8[D+128]': B})
        file.add('ssamoswap_w', {**operands, 'rd': 0}, before, {'m4[D+132]': B & M32})
        file.add('ssamoswap_w', {'rd': 12, 'rs1': 11, 'rs2': 12}, before,
                 {'x12': extend(B >> 32, 32), 'm4[D+132]': B & M32})
        file.add('ssamoswap_d', operands, before, {'trap': '7,D+0x40000084'})
        file.add('ssamoswap_d', operands, {**before, 'x11': 'D+128'}, {'trap': '7,D+128'})
        inactive = {**on, ('menvcfg' if priv else 'senvcfg'): 0}
        may_be_shadow_stacks(file, inactive)
        for name in ('ssamoswap_w', 'ssamoswap_d'):
            file.add(name, operands, {**inactive, 'x11': 'D+0x40000080'}, {'trap': '2,I'})
    may_be_shadow_stacks(file, {'menvcfg': 8, 'senvcfg': 8})
    for name in ('ssamoswap_w', 'ssamoswap_d'):
        file.add(name, {'rd': 10, 'rs1': 11}, {'x11': 'D+128'}, {'trap': '7,D+128'})
        file.add(name, {'rd': 10, 'rs1': 11}, {'off': 'Zicfiss', 'x11': 'D+128'}, {'trap': '2,I'})
        file.add(name, {'rd': 10, 'rs1': 11}, {'off': 'S', 'x11': 'D+128'}, {'trap': '2,I'})
    may_be_shadow_stacks(file, {'off': 'Zicfiss'})
    for name, operands in SHADOW_MOPS:
        off = 'Zicfiss,' + ('Zcmop' if name.startswith('c_') else 'Zimop')
        file.add(name, operands, {'off': off}, {'trap': '2,I'})
    return file.lines


SHADOW_MOPS = [('sspush', {'rs2': 1}), ('sspush', {'rs2': 5}), ('c_sspush', {'rs2': 1}),
               ('sspopchk', {'rs1': 1}), ('sspopchk', {'rs1': 5}), ('c_sspopchk', {'rs1': 5}),
               ('ssrdp', {'rd': 10})]


def may_be_shadow_stacks(file, before):
    """They are not active: all that happens is that ssrdp writes zero."""
    for name, operands in SHADOW_MOPS:
        off = 'off' in before
        state = before if off else {**before, 'ssp': 'D+0x40000080'}
        after = {} if off else {'ssp': 'D+0x40000080'}
        if name == 'ssrdp':
            after['x10'] = 0
        file.add(name, operands, state, after)


def landing_pads():
    """Where none is expected: no-ops, as is auipc with rd x0."""
    file = File()
    for label in (0, 0x1000, 0x7ffff000, -0x80000000, -0x1000):
        for priv in (3, 1, 0):
            file.add('lpad', {'imm': label}, {'priv': priv, 'x7': A})
        file.add('lpad', {'imm': label}, {'off': 'Zicfilp', 'x7': A})
    return file.lines


def locality_hints():
    file = File()
    for level in ('p1', 'pall', 's1', 'all'):
        for priv in (3, 1, 0):
            file.add('ntl_' + level, {}, {'priv': priv})
            file.add('c_ntl_' + level, {}, {'priv': priv})
        for name in ('ntl_', 'c_ntl_'):    # still a hint
            file.add(name + level, {}, {'off': 'Zihintntl'})
    return file.lines


SAVED = [8, 9, *range(18, 28)]
PUSHED = {rlist: [1, *SAVED[:12 if rlist == 15 else rlist - 4]] for rlist in range(4, 16)}
FRAME = {4: 16, 5: 16, 6: 32, 7: 32, 8: 48, 9: 48, 10: 64, 11: 64, 12: 80, 13: 80, 14: 96, 15: 112}


def stack_frames():
    """In the state before, register n holds a multiple of n."""
    file = File()
    on = {'on': 'Zcmp', 'off': 'Zcd'}
    ram = 0x80000000
    for rlist, registers_ in PUSHED.items():
        values = {'x%d' % n: n * A for n in registers_}
        for extra in (0, 16, 32, 48):
            size = FRAME[rlist] + extra
            slots = [-8 * (at + 1) for at in range(len(registers_))]
            memory = {'m8[D+%d]' % (240 + slot): n * A for n, slot in zip(registers_[::-1], slots)}
            file.add('cm_push', {'rs1': rlist, 'imm': extra}, {**on, 'x2': 'D+240', **values},
                     {'x2': 'D+%d' % (240 - size), **memory})
            before = {**on, 'x2': 'D+%d' % (240 - size), **memory}
            popped = {'x2': 'D+240', **values}
            file.add('cm_pop', {'rs1': rlist, 'imm': extra}, before, popped)
            target = {'pc': A - 1}
            file.add('cm_popret', {'rs1': rlist, 'imm': extra}, before, {**popped, **target})
            file.add('cm_popretz', {'rd': 10, 'rs1': rlist, 'imm': extra}, before,
                     {**popped, 'x10': 0, **target})
    for name, rd, trap, sp in (('cm_push', 0, 7, ram + 16), ('cm_pop', 0, 5, ram - 16),
                               ('cm_popret', 0, 5, ram - 16), ('cm_popretz', 10, 5, ram - 16)):
        # Two accesses at the beginning of RAM, then one below it: no register has changed.
        file.add(name, {'rd': rd, 'rs1': 6}, {**on, 'x2': sp}, {'trap': '%d,%#x' % (trap, ram - 8)})
        for rlist in range(4):
            file.add(name, {'rd': rd, 'rs1': rlist}, on, {'trap': '2,I'})
        file.add(name, {'rd': rd, 'rs1': 4}, {'off': 'Zcd'}, {'trap': '2,I'})
    file.add('cm_push', {'rs1': 4}, {**on, 'x2': UNMAPPED}, {'trap': '7,%#x' % (UNMAPPED - 8)})
    for first, second in ((8, 9), (9, 8), (18, 23), (23, 8), (8, 22)):
        file.add('cm_mvsa01', {'rd': first, 'rs3': second, 'rs1': 10, 'rs2': 11},
                 {**on, 'x10': A, 'x11': B}, {'x%d' % first: A, 'x%d' % second: B})
        file.add('cm_mva01s', {'rd': 10, 'rs3': 11, 'rs1': first, 'rs2': second},
                 {**on, 'x%d' % first: A, 'x%d' % second: B}, {'x10': A, 'x11': B})
    file.add('cm_mvsa01', {'rd': 9, 'rs3': 9, 'rs1': 10, 'rs2': 11}, on, {'trap': '2,I'})
    file.add('cm_mva01s', {'rd': 10, 'rs3': 11, 'rs1': 9, 'rs2': 9}, {**on, 'x9': A},
             {'x10': A, 'x11': A})
    return file.lines


FILES = {
    'rv_i': lambda: (registers(REGISTER) + immediates(IMMEDIATE, IMMEDIATES) + shifts(SHIFT, 64)
                     + shifts(SHIFT_WORD, 32) + branches() + jumps() + loads() + stores()
                     + fences()),
    'rv_m': lambda: registers(MULTIPLY),
    'rv_a': lambda: atomics() + reservations(),
    'rv_zabha': lambda: (narrow_atomics()
                         + compare_and_swap((('b', 8), ('h', 16)), ('Zabha', 'Zacas'))),
    'rv_zacas': lambda: (compare_and_swap((('w', 32), ('d', 64)), ('Zacas',))
                         + compare_and_swap_pairs()),
    'rv_c': compressed,
    'rv_zicsr': csr_instructions,
    'rv_priv': privileged,
    'rv_zba': lambda: registers(ADDRESS) + shifts(SHIFT_UNSIGNED_WORD, 64),
    'rv_zbb': lambda: registers(BITS) + unary(UNARY) + shifts(ROTATE, 64) + shifts(ROTATE_WORD, 32),
    'rv_zbc': lambda: registers(CARRY_LESS),
    'rv_zbkb': lambda: (registers(PACK) + unary(REVERSE) + illegal('Zbkb', PACK, rs2=12)
                        + illegal('Zbkb', REVERSE)
                        + shared('Zbb', 'Zbkb', [
                            'andn', 'orn', 'xnor', 'rol', 'ror', 'rolw', 'rorw', *ROTATE,
                            *ROTATE_WORD, 'rev8'])
                        + shared('Zbc', 'Zbkc', ['clmul', 'clmulh'])),
    'rv_zbkx': lambda: registers(CROSSBAR) + illegal('Zbkx', CROSSBAR, rs2=12),
    'rv_zbs': lambda: registers(SINGLE_BIT) + shifts(SINGLE_BIT_IMMEDIATE, 64),
    'rv_zcb': simple_compressed,
    'rv_zcmp': stack_frames,
    'rv_zimop': may_be_operations,
    'rv_zicfilp': landing_pads,
    'rv_zicfiss': shadow_stacks,
    'rv_zihintntl': locality_hints,
    'rv_zkn': lambda: (registers(AES) + unary(AES_UNARY) + aes_keys() + unary(SHA2)
                       + illegal('Zkne', ['aes64es', 'aes64esm'], rs2=12)
                       + illegal('Zknd', ['aes64ds', 'aes64dsm'], rs2=12)
                       + illegal('Zknd', AES_UNARY) + illegal('Zknh', SHA2)
                       + shared('Zknd', 'Zkne', ['aes64ks1i', 'aes64ks2'])),
    'rv_zks': lambda: (sm4_bytes() + unary(SM3)
                       + illegal('Zksed', SM4, rs2=12) + illegal('Zksh', SM3)),
    'rv_zicond': lambda: registers(CONDITIONAL),
    'rv_zicbo': cache_blocks,
    'rv_zawrs': waits,
    'rv_zihintpause': pauses,
}


def main():
    folder = pathlib.Path(__file__).parent
    for name, make in FILES.items():
        if len(sys.argv) == 1 or name + '.vec' in sys.argv[1:]:
            lines = ['# Made by make.py, which says how to read it.'] + make()
            (folder / (name + '.vec')).write_text('\n'.join(lines) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
