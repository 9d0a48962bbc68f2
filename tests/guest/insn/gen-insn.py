#!/usr/bin/env python3
"""Writes a guest program that tests one group of instructions.

    gen-insn.py GROUP OUTPUT    the program, assembly with the C preprocessor
    gen-insn.py --list          the instructions of all groups, one in a line

A group's instructions are each tried with a table of operands (corners, all pairs of some of them, random ones) and
then mixed in streams. What must come out is computed here, in integer.py and floating.py. To add an instruction:
its function there, its name in GROUPS below.

SPDX-License-Identifier: MIT
"""
import itertools
import random
import sys

import floating
from emit import Program
from floating import DOUBLE, MODE_NAMES, MODES, SINGLE
from integer import (AMO, BINARY, BRANCH, IMMEDIATE, LOAD, M32, M64, SHIFT5, SHIFT6, STORE, UNARY, sext, word)
from streams import MIDDLE, emit_stream
from values import (CORNERS, FEW_CORNERS, IMMEDIATES, SHIFTS, float_corners, random_bits, random_value)

STREAMS, LENGTH = 40, 14  # per group; instructions of each

# What binutils 2.40 does not know: funct3 of funct7 = 7, opcode OP.
UNKNOWN = {"czero.eqz": 5, "czero.nez": 7}


def registers(mnemonic, *operands):
    if mnemonic in UNKNOWN:
        return f".insn r 0x33, {UNKNOWN[mnemonic]}, 7, {', '.join(operands)}"
    return f"{mnemonic} {', '.join(operands)}"


def x(n):
    return f"x{n}"


class Insn:
    """One instruction, or a family that differs in a suffix: its table and its part in streams."""

    def __init__(self, name):
        self.name = name

    def names(self):
        return [self.name]

    def tables(self, program, rng):
        """Emit the loops over tables."""

    def stream(self, machine):
        """Execute it once on `machine`; the assembly."""
        raise NotImplementedError


# ---- integer ----

class Binary(Insn):
    def tables(self, program, rng):
        pairs = list(itertools.product(FEW_CORNERS, repeat=2))
        pairs += [(random_value(rng), random_value(rng)) for _ in range(60)]
        rows = [(a, b, BINARY[self.name](a, b)) for a, b in pairs]
        program.table_loop(self.name, rows, lambda column: [
            f"ld a1, {column(0)}", f"ld a2, {column(1)}",
            registers(self.name, "a0", "a1", "a2")], [("a0", 2, "")])

    def stream(self, machine):
        rd, rs1, rs2 = machine.reg(), machine.reg(), machine.reg()
        machine.set_x(rd, BINARY[self.name](machine.x[rs1], machine.x[rs2]))
        return registers(self.name, x(rd), x(rs1), x(rs2))


class Unary(Insn):
    def tables(self, program, rng):
        values = CORNERS + [1 << n for n in range(64)] + [random_value(rng) for _ in range(40)]
        program.table_loop(self.name, [(a, UNARY[self.name](a)) for a in values], lambda column: [
            f"ld a1, {column(0)}", f"{self.name} a0, a1"], [("a0", 1, "")])

    def stream(self, machine):
        rd, rs1 = machine.reg(), machine.reg()
        machine.set_x(rd, UNARY[self.name](machine.x[rs1]))
        return f"{self.name} {x(rd)}, {x(rs1)}"


class Immediate(Insn):
    """With an immediate in the instruction: a loop for each of some."""

    def __init__(self, name, function, immediates):
        super().__init__(name)
        self.function, self.immediates = function, immediates

    def tables(self, program, rng):
        for imm in self.immediates:
            values = FEW_CORNERS + [imm & M64, ~imm & M64, random_value(rng), random_value(rng)]
            program.table_loop(f"{self.name} {imm}", [(a, self.function(a, imm)) for a in values],
                               lambda column, imm=imm: [f"ld a1, {column(0)}", f"{self.name} a0, a1, {imm}"],
                               [("a0", 1, "")])

    def stream(self, machine):
        rd, rs1, imm = machine.reg(), machine.reg(), machine.rng.choice(self.immediates)
        machine.set_x(rd, self.function(machine.x[rs1], imm))
        return f"{self.name} {x(rd)}, {x(rs1)}, {imm}"


class UpperImmediate(Insn):
    def tables(self, program, rng):
        for imm in (0, 1, 0x7ffff, 0x80000, 0xfffff, 0x12345):
            program.table_loop(f"lui {imm:#x}", [(word(imm << 12),)],
                               lambda column, imm=imm: [f"lui a0, {imm:#x}"], [("a0", 0, "")])

    def stream(self, machine):
        rd, imm = machine.reg(), machine.rng.getrandbits(20)
        machine.set_x(rd, word(imm << 12))
        return f"lui {x(rd)}, {imm:#x}"


class Branch(Insn):
    def tables(self, program, rng):
        pairs = list(itertools.product(FEW_CORNERS, repeat=2))
        pairs += [(a, a) for a in CORNERS] + [(random_value(rng), random_value(rng)) for _ in range(20)]
        rows = [(a, b, int(BRANCH[self.name](a, b))) for a, b in pairs]
        program.table_loop(f"{self.name} forward", rows, lambda column: [
            f"ld a1, {column(0)}", f"ld a2, {column(1)}", "li a0, 1",
            f"{self.name} a1, a2, 1f", "li a0, 0", "1:"], [("a0", 2, "")])
        program.table_loop(f"{self.name} backward", rows, lambda column: [
            f"ld a1, {column(0)}", f"ld a2, {column(1)}", "j 2f", "1: li a0, 1", "j 3f", "2: li a0, 0",
            f"{self.name} a1, a2, 1b", "3:"], [("a0", 2, "")])

    def stream(self, machine):
        """Over an addition, or not."""
        rs1, rs2, rd = machine.reg(), machine.reg(), machine.reg()
        if not BRANCH[self.name](machine.x[rs1], machine.x[rs2]):
            machine.set_x(rd, machine.x[rd] + machine.x[rs1])
        return f"{self.name} {x(rs1)}, {x(rs2)}, 1f; add {x(rd)}, {x(rd)}, {x(rs1)}; 1:"


class Load(Insn):
    def expected(self, value):
        size, signed = LOAD[self.name]
        return sext(value, 8 * size) & M64 if signed else value

    def tables(self, program, rng):
        """Through every size of offset, aligned and not; the base register as destination as well."""
        size = LOAD[self.name][0]
        data = random.Random(self.name).randbytes(64)
        label = program.rows([[int.from_bytes(data[i:i + 8], "little")] for i in range(0, 64, 8)])
        for offset in IMMEDIATES:
            for at in (0, 8, 8 + size, 16 - size, 21):
                for rd in ("a0", "a1"):
                    value = self.expected(int.from_bytes(data[at:at + size], "little"))
                    program.table_loop(f"{self.name} offset {offset} byte {at}", [(value,)],
                                       lambda column, at=at, offset=offset, rd=rd: [
                                           f"lla a1, {label} + {at}", f"li a2, {offset}", "sub a1, a1, a2",
                                           f"{self.name} {rd}, {offset}(a1)"], [(rd, 0, "")])

    def stream(self, machine):
        size, rd = LOAD[self.name][0], machine.reg()
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        machine.set_x(rd, self.expected(machine.load(offset, size)))
        return f"{self.name} {x(rd)}, {offset}({x(machine.base)})"


class Store(Insn):
    def tables(self, program, rng):
        size = STORE[self.name]
        for offset in IMMEDIATES:
            for at in (0, 7, 8, 16 - size):
                before = rng.randbytes(24)
                value = rng.getrandbits(64)
                after = bytearray(before)
                after[at:at + size] = value.to_bytes(8, "little")[:size]
                words = [int.from_bytes(data[i:i + 8], "little") for data in (before, after) for i in (0, 8, 16)]
                program.table_loop(
                    f"{self.name} offset {offset} byte {at}", [(value, *words)],
                    lambda column, at=at, offset=offset: [
                        "lla a1, memory", *(f"ld a2, {column(1 + i)}; sd a2, {8 * i}(a1)" for i in range(3)),
                        f"ld a2, {column(0)}", f"lla a3, memory + {at}", f"li a4, {offset}", "sub a3, a3, a4",
                        f"{self.name} a2, {offset}(a3)", "ld a2, 0(a1)", "ld a3, 8(a1)", "ld a4, 16(a1)"],
                    [("a2", 4, ", bytes 0-7"), ("a3", 5, ", bytes 8-15"), ("a4", 6, ", bytes 16-23")])

    def stream(self, machine):
        size, rs2 = STORE[self.name], machine.reg()
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        machine.store(offset, size, machine.x[rs2])
        return f"{self.name} {x(rs2)}, {offset}({x(machine.base)})"


# ---- atomics ----

class Atomic(Insn):
    """An AMO of 4 or 8 bytes, plain and with each ordering."""

    def __init__(self, name, size):
        super().__init__(f"{name}.{'w' if size == 4 else 'd'}")
        self.function, self.size = AMO[name], size

    def apply(self, old, value):
        """The value of rd and what memory becomes, from the doubleword or word that is there."""
        bits = 8 * self.size
        mask = (1 << bits) - 1
        return sext(old, bits) & M64, self.function(old & mask, value & mask, bits) & mask

    def row(self, memory, value):
        rd, new = self.apply(memory, value)
        return memory, value, rd, memory & ~((1 << 8 * self.size) - 1) | new

    def tables(self, program, rng):
        pairs = list(itertools.product(FEW_CORNERS, repeat=2))
        for ordering in ("", ".aq", ".rl", ".aqrl"):
            rows = [self.row(a, b) for a, b in pairs]
            program.table_loop(f"{self.name}{ordering}", rows, lambda column, ordering=ordering: [
                "lla a4, memory", f"ld a1, {column(0)}", "sd a1, 0(a4)", f"ld a2, {column(1)}",
                f"{self.name}{ordering} a0, a2, (a4)", "ld a5, 0(a4)"],
                [("a0", 2, ", result"), ("a5", 3, ", memory")])
            pairs = pairs[::7]
        if self.size == 4:  # the other half of a doubleword
            rows = [self.row(a, b) for a, b in pairs]
            rows = [tuple((v << 32 | v >> 32) & M64 if i in (0, 3) else v for i, v in enumerate(row))
                    for row in rows]
            program.table_loop(f"{self.name} upper", rows, lambda column: [
                "lla a4, memory", f"ld a1, {column(0)}", "sd a1, 0(a4)", f"ld a2, {column(1)}",
                "addi a3, a4, 4", f"{self.name} a0, a2, (a3)", "ld a5, 0(a4)"],
                [("a0", 2, ", result"), ("a5", 3, ", memory")])

    def stream(self, machine):
        rd, rs2 = machine.reg(), machine.reg()
        old, new = self.apply(machine.load(0, self.size), machine.x[rs2])
        machine.store(0, self.size, new)
        machine.set_x(rd, old)
        ordering = machine.rng.choice(("", ".aq", ".rl", ".aqrl"))
        return f"{self.name}{ordering} {x(rd)}, {x(rs2)}, ({x(machine.base)})"


class Reserved(Insn):
    """LR and SC as a pair, repeated until it succeeds."""

    def __init__(self, size):
        self.suffix = "w" if size == 4 else "d"
        super().__init__(f"lr.{self.suffix}")
        self.size = size

    def names(self):
        return [f"lr.{self.suffix}", f"sc.{self.suffix}"]

    def tables(self, program, rng):
        mask = (1 << 8 * self.size) - 1
        rows = [(a, b, sext(a, 8 * self.size) & M64, a & ~mask | b & mask)
                for a, b in itertools.product(FEW_CORNERS, repeat=2)]
        for ordering in ("", ".aq", ".rl", ".aqrl"):
            program.table_loop(f"lr/sc.{self.suffix}{ordering}", rows, lambda column, ordering=ordering: [
                "lla a4, memory", f"ld a1, {column(0)}", "sd a1, 0(a4)", f"ld a2, {column(1)}",
                f"1: lr.{self.suffix}{ordering} a0, (a4)", f"sc.{self.suffix}{ordering} a1, a2, (a4)",
                "bnez a1, 1b", "ld a5, 0(a4)"], [("a0", 2, ", result"), ("a5", 3, ", memory")])

    def stream(self, machine):
        rd, rs2 = machine.short_reg(), machine.reg()
        rd = rd if rd != rs2 else 5 if machine.base != 5 else 6  # rd counts attempts, rs2 must last
        rs2 = rs2 if rs2 != rd else 0
        machine.store(0, self.size, machine.x[rs2])
        machine.set_x(rd, 0)
        b = x(machine.base)
        return (f"1: lr.{self.suffix} {x(rd)}, ({b}); sc.{self.suffix} {x(rd)}, {x(rs2)}, ({b}); "
                f"bnez {x(rd)}, 1b")


# ---- floating point ----

FMT = {"s": SINGLE, "d": DOUBLE}
# name: (function, number of floating-point operands, rounds)
ARITHMETIC = {
    "fadd": (floating.add, 2, True), "fsub": (floating.sub, 2, True), "fmul": (floating.mul, 2, True),
    "fdiv": (floating.div, 2, True), "fsqrt": (floating.sqrt, 1, True),
    "fmadd": (floating.madd, 3, True), "fmsub": (floating.msub, 3, True),
    "fnmadd": (floating.nmadd, 3, True), "fnmsub": (floating.nmsub, 3, True),
    "fmin": (floating.fmin, 2, False), "fmax": (floating.fmax, 2, False),
    "fsgnj": (floating.sgnj, 2, False), "fsgnjn": (floating.sgnjn, 2, False), "fsgnjx": (floating.sgnjx, 2, False),
}
TO_INTEGER_RESULT = {"feq": (floating.feq, 2), "flt": (floating.flt, 2), "fle": (floating.fle, 2),
                     "fclass": (floating.classify, 1)}
INTEGERS = {"w": (32, True), "wu": (32, False), "l": (64, True), "lu": (64, False)}


class Floating(Insn):
    """Operands a, b, c from floating-point or integer registers, a result in either, flags."""

    operands = 1           # how many
    source = "f"           # "x": the operand is an integer register
    result = "f"           # "x": so is the result
    rounds = False

    def __init__(self, name, fmt):
        super().__init__(name)
        self.fmt = fmt     # of the operands

    def compute(self, registers_, mode):
        """Result register and flags."""
        raise NotImplementedError

    def cases(self, rng):
        """Operands as numbers of the format, not boxed: lists of self.operands."""
        corners = float_corners(self.fmt)
        if self.operands == 1:
            chosen = [[a] for a in corners]
        elif self.operands == 2:
            chosen = [list(pair) for pair in itertools.product(corners, repeat=2)]
            chosen = rng.sample(chosen, 300)
        else:
            chosen = [[rng.choice(corners) for _ in range(3)] for _ in range(150)]
        chosen += [[random_bits(self.fmt, rng) for _ in range(self.operands)] for _ in range(120)]
        return chosen

    def boxed_cases(self, rng):
        cases = [[self.fmt.box(value) for value in case] for case in self.cases(rng)]
        if self.fmt is SINGLE:  # boxed wrongly: NaN
            for _ in range(8):
                case = list(rng.choice(cases))
                place = rng.randrange(self.operands)
                case[place] &= ~(1 << rng.randrange(32, 64)) & M64
                cases.append(case)
        return cases

    def rows(self, rng):
        """(a, b, c, mode, result, flags), by mode."""
        rows = []
        for n, case in enumerate(self.boxed_cases(rng)):
            modes = MODES if self.rounds and n % 4 == 0 else [rng.choice(MODES)]
            for mode in modes:
                result, flags = self.compute(case, mode)
                rows.append((*(case + [0, 0])[:3], mode, result, flags))
        return sorted(rows, key=lambda row: row[3])

    def assembly(self, rd, sources, mode=None):
        suffix = f", {mode}" if mode else ""
        return f"{self.name} {rd}, {', '.join(sources)}{suffix}"

    def loop(self, program, rows, what, mode):
        """`mode` is in the instruction; None: dynamic, in frm."""
        load = "ld a{0}, {1}" if self.source == "x" else "fld fa{0}, {1}"
        sources = [f"{'a' if self.source == 'x' else 'fa'}{n + 1}" for n in range(self.operands)]
        rd = "a0" if self.result == "x" else "fa0"
        frm = [f"ld a4, 24({'s0'})", "fsrm a4"] if mode is None else [f"fsrmi {(MODE_NAMES.index(mode) + 2) % 5}"]
        program.table_loop(what, rows, lambda column: [
            *(load.format(n + 1, column(n)) for n in range(self.operands)), *frm, "fsflagsi 0",
            self.assembly(rd, sources, mode), "frflags a5",
            *([] if self.result == "x" else ["fmv.x.d a0, fa0"])],
            [("a0", 4, ""), ("a5", 5, ", flags")])

    def tables(self, program, rng):
        rows = self.rows(rng)
        self.loop(program, rows, self.name, None)
        if self.rounds:
            for mode in MODES:
                chosen = [row for row in rows if row[3] == mode]
                name = MODE_NAMES[mode]
                self.loop(program, chosen, f"{self.name} {name}", name)

    def stream(self, machine):
        rng = machine.rng
        take = machine.reg if self.source == "x" else machine.freg
        numbers = [take() for _ in range(self.operands)]
        mode = rng.choice(MODES) if self.rounds and rng.randrange(3) == 0 else None
        files = machine.x if self.source == "x" else machine.f
        result, flags = self.compute([files[n] for n in numbers], machine.frm if mode is None else mode)
        machine.flags |= flags
        sources = [f"{self.source}{n}" for n in numbers]
        if self.result == "x":
            rd = machine.reg()
            machine.set_x(rd, result)
        else:
            rd = machine.freg()
            machine.f[rd] = result
        return self.assembly(f"{self.result}{rd}", sources, MODE_NAMES[mode] if mode is not None else None)


class Arithmetic(Floating):
    def __init__(self, name, letter):
        super().__init__(f"{name}.{letter}", FMT[letter])
        self.function, self.operands, self.rounds = ARITHMETIC[name]

    def compute(self, registers_, mode):
        bits, flags = self.function(self.fmt, *map(self.fmt.unbox, registers_), mode)
        return self.fmt.box(bits), flags

    def cases(self, rng):
        chosen = super().cases(rng)
        if self.operands == 3:  # c near -a * b: most digits cancel
            for _ in range(60):
                a, b = random_bits(self.fmt, rng), random_bits(self.fmt, rng)
                product, _ = floating.mul(self.fmt, a, b, rng.choice(MODES))
                chosen.append([a, b, product ^ self.fmt.sign_bit * rng.getrandbits(1) ^ rng.choice((0, 1))])
        return chosen


class IntegerResult(Floating):
    result = "x"

    def __init__(self, name, letter):
        super().__init__(f"{name}.{letter}", FMT[letter])
        self.function, self.operands = TO_INTEGER_RESULT[name]

    def compute(self, registers_, mode):
        return self.function(self.fmt, *map(self.fmt.unbox, registers_))


class ToInteger(Floating):
    result, rounds = "x", True

    def __init__(self, to, letter):
        super().__init__(f"fcvt.{to}.{letter}", FMT[letter])
        self.bits, self.signed = INTEGERS[to]

    def compute(self, registers_, mode):
        return floating.to_integer(self.fmt, self.fmt.unbox(registers_[0]), self.bits, self.signed, mode)

    def cases(self, rng):
        chosen = super().cases(rng)
        for power in (0, 1, 2, 31, 32, 52, 63, 64):  # halves, and the ends of the ranges
            for delta in (-1.5, -1, -0.5, -0.25, 0, 0.25, 0.5, 1):
                for sign in (1, -1):
                    value = floating.Fraction(sign) * (2 ** power + floating.Fraction(delta))
                    chosen.append([floating.rounded(self.fmt, value, 1)[0] if value else 0])
        return chosen


class FromInteger(Floating):
    source, rounds = "x", True

    def __init__(self, source, letter):
        super().__init__(f"fcvt.{letter}.{source}", FMT[letter])
        self.bits, self.signed = INTEGERS[source]
        self.rounds = not (letter == "d" and self.bits == 32)  # always exact

    def compute(self, registers_, mode):
        bits, flags = floating.from_integer(self.fmt, registers_[0], self.bits, self.signed, mode)
        return self.fmt.box(bits), flags

    def boxed_cases(self, rng):
        near = [(1 << n) + delta & M64 for n in (24, 25, 53, 54, 63) for delta in (-2, -1, 0, 1, 2, 3)]
        return [[a] for a in CORNERS + near + [random_value(rng) for _ in range(60)]]


class Convert(Floating):
    rounds = True

    def __init__(self, to, source):
        super().__init__(f"fcvt.{to}.{source}", FMT[source])
        self.to = FMT[to]
        self.rounds = to == "s"

    def compute(self, registers_, mode):
        bits, flags = floating.convert(self.to, self.fmt, self.fmt.unbox(registers_[0]), mode)
        return self.to.box(bits), flags

    def cases(self, rng):
        chosen = super().cases(rng)
        if self.fmt is DOUBLE:  # about what fits into the other format
            for exponent in (-151, -150, -149, -127, -126, -125, 0, 127, 128):
                for fraction in (0, 1, 1 << 28, (1 << 28) + 1, 3 << 28, (1 << 52) - 1, (1 << 52) - (1 << 28)):
                    chosen.append([(exponent + 1023) << 52 | fraction | rng.getrandbits(1) << 63])
        return chosen


class Move(Floating):
    """fmv: bits as they are, whatever they mean."""

    def __init__(self, name):
        to, source = name.split(".")[1:]
        super().__init__(name, DOUBLE)
        self.result, self.source = ("x", "f") if to == "x" else ("f", "x")
        self.width = 64 if "d" in (to, source) else 32

    def compute(self, registers_, mode):
        value = registers_[0]
        if self.width == 32:
            value = floating.raw_move_word(value) if self.result == "x" else SINGLE.box(value & M32)
        return value, 0


class FloatLoad(Insn):
    def stream(self, machine):
        size, rd = (4 if self.name == "flw" else 8), machine.freg()
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        value = machine.load(offset, size)
        machine.f[rd] = SINGLE.box(value) if size == 4 else value
        return f"{self.name} f{rd}, {offset}({x(machine.base)})"


class FloatStore(Insn):
    def stream(self, machine):
        size, rs2 = (4 if self.name == "fsw" else 8), machine.freg()
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        machine.store(offset, size, machine.f[rs2])
        return f"{self.name} f{rs2}, {offset}({x(machine.base)})"


# ---- compressed ----

class Compressed(Insn):
    """Given by a function of a Machine, as in a stream; a table would repeat what it expands to."""

    def __init__(self, name, function):
        super().__init__(name)
        self.function = function

    def stream(self, machine):
        return f"{self.name} {self.function(machine)}"


def c_register(machine, short):
    """A destination: not x0."""
    while True:
        rd = machine.short_reg() if short else machine.reg()
        if rd:
            return rd


def c_immediate(expand, short, choose):
    """rd = expand(rd, immediate)."""
    def function(machine):
        rd, imm = c_register(machine, short), choose(machine.rng)
        machine.set_x(rd, expand(machine.x[rd], imm))
        return f"{x(rd)}, {imm}"
    return function


def c_binary(expand, short):
    """rd = expand(rd, rs2)."""
    def function(machine):
        rd, rs2 = c_register(machine, short), c_register(machine, short)
        machine.set_x(rd, expand(machine.x[rd], machine.x[rs2]))
        return f"{x(rd)}, {x(rs2)}"
    return function


def c_lui(machine):
    rd = c_register(machine, True)
    imm = machine.rng.choice([*range(1, 32), *range(0xfffe0, 0x100000)])
    machine.set_x(rd, word(imm << 12))
    return f"{x(rd)}, {imm:#x}"


def c_addi4spn(machine):
    rd, imm = c_register(machine, True), 4 * machine.rng.randrange(1, 256)
    if machine.base == 2:
        machine.set_x(rd, 0)  # an address, different in each environment: not kept
        return f"{x(rd)}, sp, {imm}; li {x(rd)}, 0"
    machine.set_x(rd, machine.x[2] + imm)
    return f"{x(rd)}, sp, {imm}"


def c_addi16sp(machine):
    imm = 16 * machine.rng.choice([n for n in range(-32, 32) if n])
    if machine.base == 2:
        return f"sp, {imm}; addi sp, sp, {-imm}"
    machine.set_x(2, machine.x[2] + imm)
    return f"sp, {imm}"


def c_memory(size, load, sp, floats=False):
    """Through the base register, which is sp or one of the eight; a nop's worth where it is the wrong one."""
    def function(machine):
        if (machine.base == 2) != sp:
            return None
        offset = size * machine.rng.randrange(0, min(MIDDLE, (64 if sp else 32) * size) // size)
        if floats:
            n = 8 + machine.freg() % 8
            if load:
                machine.f[n] = machine.load(offset, size)
            else:
                machine.store(offset, size, machine.f[n])
            return f"f{n}, {offset}({x(machine.base)})"
        n = c_register(machine, not sp)
        if load:
            machine.set_x(n, sext(machine.load(offset, size), 8 * size))
        else:
            machine.store(offset, size, machine.x[n])
        return f"{x(n)}, {offset}({x(machine.base)})"
    return function


def c_branch(taken):
    def function(machine):
        rs1, rd = c_register(machine, True), c_register(machine, True)
        if not taken(machine.x[rs1]):
            machine.set_x(rd, machine.x[rd] + 1)
        return f"{x(rs1)}, 1f; c.addi {x(rd)}, 1; 1:"
    return function


def c_jump(machine):
    return f"1f; c.addi {x(c_register(machine, False))}, 1; 1:"


def c_jump_register(link):
    """To the address that is loaded just before, over an addition; ra (a link) is then made a known number."""
    def function(machine):
        rs1 = c_register(machine, True)
        machine.set_x(rs1, 0)
        if link:
            machine.set_x(1, 0)
        return f"{x(rs1)}; c.addi {x(rs1)}, 1; 1: li {x(rs1)}, 0" + ("; li ra, 0" if link else "")
    return function


def small(rng):
    return rng.randrange(-32, 32)


def not_zero(rng):
    return rng.choice([n for n in range(-32, 32) if n])


def amount(rng):
    return rng.randrange(1, 64)


class CompressedMemory(Compressed):
    """Where the base register does not fit the form: an instruction that does nothing."""

    def stream(self, machine):
        operands = self.function(machine)
        return f"{self.name} {operands}" if operands else "c.nop"


class CompressedJumpRegister(Compressed):
    def stream(self, machine):
        operands = self.function(machine)
        register = operands.split(";")[0]
        return f"lla {register}, 1f; {self.name} {operands}"


def compressed():
    b, i = BINARY, IMMEDIATE
    move = {"c.mv": c_binary(lambda old, v: v, False), "c.add": c_binary(b["add"], False)}
    short = {"c." + name: c_binary(b[name], True) for name in ("sub", "xor", "or", "and", "subw", "addw")}
    immediates = {
        "c.addi": c_immediate(i["addi"], False, not_zero), "c.addiw": c_immediate(i["addiw"], False, small),
        "c.li": c_immediate(lambda old, imm: imm, False, small), "c.andi": c_immediate(i["andi"], True, small),
        "c.slli": c_immediate(SHIFT6["slli"], False, amount), "c.srli": c_immediate(SHIFT6["srli"], True, amount),
        "c.srai": c_immediate(SHIFT6["srai"], True, amount),
    }
    others = {"c.lui": c_lui, "c.addi4spn": c_addi4spn, "c.addi16sp": c_addi16sp, "c.j": c_jump,
              "c.beqz": c_branch(lambda v: v == 0), "c.bnez": c_branch(lambda v: v != 0),
              "c.nop": lambda machine: ""}
    memory = {
        "c.lw": c_memory(4, True, False), "c.ld": c_memory(8, True, False),
        "c.sw": c_memory(4, False, False), "c.sd": c_memory(8, False, False),
        "c.lwsp": c_memory(4, True, True), "c.ldsp": c_memory(8, True, True),
        "c.swsp": c_memory(4, False, True), "c.sdsp": c_memory(8, False, True),
        "c.fld": c_memory(8, True, False, True), "c.fsd": c_memory(8, False, False, True),
        "c.fldsp": c_memory(8, True, True, True), "c.fsdsp": c_memory(8, False, True, True),
    }
    jumps = {"c.jr": c_jump_register(False), "c.jalr": c_jump_register(True)}
    return ([Compressed(name, f) for name, f in {**move, **short, **immediates, **others}.items()] +
            [CompressedMemory(name, f) for name, f in memory.items()] +
            [CompressedJumpRegister(name, f) for name, f in jumps.items()])


# ---- groups ----

def binary(names):
    return [Binary(name) for name in names.split()]


def unary(names):
    return [Unary(name) for name in names.split()]


def immediate(names, table, values):
    return [Immediate(name, table[name], values) for name in names.split()]


def single_or_double(letter):
    return ([Arithmetic(name, letter) for name in ARITHMETIC] +
            [IntegerResult(name, letter) for name in TO_INTEGER_RESULT] +
            [ToInteger(name, letter) for name in INTEGERS] + [FromInteger(name, letter) for name in INTEGERS])


SHORT_SHIFTS = [n for n in SHIFTS if n < 32]
GROUPS = {
    "i-alu": lambda: binary("add sub sll slt sltu xor srl sra or and addw subw sllw srlw sraw"),
    "i-immediate": lambda: (
        immediate("addi slti sltiu xori ori andi addiw", IMMEDIATE, IMMEDIATES) +
        immediate("slli srli srai", SHIFT6, SHIFTS) +
        immediate("slliw srliw sraiw", SHIFT5, SHORT_SHIFTS) + [UpperImmediate("lui")]),
    "i-branch": lambda: [Branch(name) for name in BRANCH],
    "i-memory": lambda: [Load(name) for name in LOAD] + [Store(name) for name in STORE],
    "m": lambda: binary("mul mulh mulhsu mulhu div divu rem remu mulw divw divuw remw remuw"),
    "a": lambda: [Atomic(name, size) for name in AMO for size in (4, 8)] + [Reserved(4), Reserved(8)],
    "f": lambda: single_or_double("s") + [Move("fmv.x.w"), Move("fmv.w.x"), FloatLoad("flw"), FloatStore("fsw")],
    "d": lambda: single_or_double("d") + [
        Convert("s", "d"), Convert("d", "s"), Move("fmv.x.d"), Move("fmv.d.x"), FloatLoad("fld"),
        FloatStore("fsd")],
    "c": compressed,
    "zba": lambda: (binary("add.uw sh1add sh2add sh3add sh1add.uw sh2add.uw sh3add.uw") +
                    immediate("slli.uw", SHIFT6, SHIFTS)),
    "zbb": lambda: (binary("andn orn xnor max maxu min minu rol rolw ror rorw") +
                    unary("clz clzw ctz ctzw cpop cpopw sext.b sext.h zext.h orc.b rev8") +
                    immediate("rori", SHIFT6, SHIFTS) + immediate("roriw", SHIFT5, SHORT_SHIFTS)),
    "zbc": lambda: binary("clmul clmulh clmulr"),
    "zbs": lambda: binary("bclr bext binv bset") + immediate("bclri bexti binvi bseti", SHIFT6, SHIFTS),
    "zicond": lambda: binary("czero.eqz czero.nez"),
}


def generate(group):
    rng = random.Random(group)  # the same program each time
    program = Program(group)
    insns = GROUPS[group]()
    program.emit(".option norvc" if group != "c" else ".option rvc")
    for insn in insns:
        program.begin_check()
        insn.tables(program, rng)
    program.begin_check()
    bases = [2, *range(8, 16)] if group == "c" else list(range(1, 32))
    for n in range(STREAMS * 3 if group == "c" else STREAMS):
        emit_stream(program, rng, [insn.stream for insn in insns], bases, LENGTH, f"stream {n}")
    return program.text()


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(name for group in GROUPS.values() for insn in group() for name in insn.names()))
        return
    group, output = sys.argv[1:]
    with open(output, "w", encoding="ascii") as file:
        file.write(generate(group))


main()
