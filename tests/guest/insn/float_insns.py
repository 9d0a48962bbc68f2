"""Floating-point instructions under test: tables with all rounding modes and flags, and streams.

SPDX-License-Identifier: MIT
"""
import itertools

import floating
from floating import DOUBLE, HALF, MODE_NAMES, MODES, SINGLE
from insn import Insn, x
from integer import M64
from streams import MIDDLE
from values import CORNERS, float_corners, random_bits, random_value

FMT = {"h": HALF, "s": SINGLE, "d": DOUBLE}
# name: (function, number of floating-point operands, rounds)
ARITHMETIC = {
    "fadd": (floating.add, 2, True), "fsub": (floating.sub, 2, True),
    "fmul": (floating.mul, 2, True),
    "fdiv": (floating.div, 2, True), "fsqrt": (floating.sqrt, 1, True),
    "fmadd": (floating.madd, 3, True), "fmsub": (floating.msub, 3, True),
    "fnmadd": (floating.nmadd, 3, True), "fnmsub": (floating.nmsub, 3, True),
    "fmin": (floating.fmin, 2, False), "fmax": (floating.fmax, 2, False),
    "fsgnj": (floating.sgnj, 2, False), "fsgnjn": (floating.sgnjn, 2, False),
    "fsgnjx": (floating.sgnjx, 2, False),
}
ADDITIONAL_ARITHMETIC = {
    "fminm": (floating.fminm, 2, False), "fmaxm": (floating.fmaxm, 2, False),
    "fround": (floating.fround, 1, True), "froundnx": (floating.froundnx, 1, True),
}
TO_INTEGER_RESULT = {"feq": (floating.feq, 2), "flt": (floating.flt, 2), "fle": (floating.fle, 2),
                     "fclass": (floating.classify, 1)}
ADDITIONAL_RESULT = {"fltq": (floating.fltq, 2), "fleq": (floating.fleq, 2)}
# Zfa's, which older assemblers do not know. name: (funct7 without fmt, funct3 or None for rm, rs2)
ADDITIONAL = {
    "fminm": (0x14, 2, None), "fmaxm": (0x14, 3, None), "fltq": (0x50, 5, None),
    "fleq": (0x50, 4, None), "fround": (0x20, None, 4), "froundnx": (0x20, None, 5),
    "fli": (0x78, 0, 1), "fcvtmod.w": (0x60, 1, 8),
}
FMT_FIELD = {"s": 0, "d": 1, "h": 2}
INTEGERS = {"w": (32, True), "wu": (32, False), "l": (64, True), "lu": (64, False)}


def additional(name, rd, sources, mode=None):
    """Assembly of an instruction of Zfa; sources are registers, and a constant's number as one."""
    stem, _, letter = name.rpartition(".")
    funct7, funct3, rs2 = ADDITIONAL[stem]
    if funct3 is None:
        funct3 = 7 if mode is None else MODE_NAMES.index(mode)
    operands = [rd, *sources] + ([] if rs2 is None else [x(rs2)])
    return f".insn r 0x53, {funct3}, {funct7 | FMT_FIELD[letter]:#x}, {', '.join(operands)}"


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
        if self.fmt is not DOUBLE:  # boxed wrongly: NaN
            for _ in range(8):
                case = list(rng.choice(cases))
                place = rng.randrange(self.operands)
                case[place] &= ~(1 << rng.randrange(self.fmt.bits, 64)) & M64
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
        if self.name.rpartition(".")[0] in ADDITIONAL:
            return additional(self.name, rd, sources, mode)
        suffix = f", {mode}" if mode else ""
        return f"{self.name} {rd}, {', '.join(sources)}{suffix}"

    def loop(self, program, rows, what, mode):
        """`mode` is in the instruction; None: dynamic, in frm."""
        load = "ld a{0}, {1}" if self.source == "x" else "fld fa{0}, {1}"
        sources = [f"{'a' if self.source == 'x' else 'fa'}{n + 1}" for n in range(self.operands)]
        rd = "a0" if self.result == "x" else "fa0"
        other = mode and (MODE_NAMES.index(mode) + 2) % 5  # frm, which must not matter then
        program.table_loop(what, rows, lambda column: [
            *(load.format(n + 1, column(n)) for n in range(self.operands)),
            *([f"ld a4, {column(3)}", "fsrm a4"] if mode is None else [f"fsrmi {other}"]),
            "fsflagsi 0",
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
        result, flags = self.compute([files[n] for n in numbers],
                                     machine.frm if mode is None else mode)
        machine.flags |= flags
        sources = [f"{self.source}{n}" for n in numbers]
        if self.result == "x":
            rd = machine.reg()
            machine.set_x(rd, result)
        else:
            rd = machine.freg()
            machine.f[rd] = result
        suffix = None if mode is None else MODE_NAMES[mode]
        return self.assembly(f"{self.result}{rd}", sources, suffix)


class Arithmetic(Floating):
    def __init__(self, name, letter):
        super().__init__(f"{name}.{letter}", FMT[letter])
        self.function, self.operands, self.rounds = {**ARITHMETIC, **ADDITIONAL_ARITHMETIC}[name]

    def compute(self, registers_, mode):
        bits, flags = self.function(self.fmt, *map(self.fmt.unbox, registers_), mode)
        return self.fmt.box(bits), flags

    def cases(self, rng):
        chosen = super().cases(rng)
        if self.operands == 3:  # c near -a * b: most digits cancel
            for _ in range(60):
                a, b = random_bits(self.fmt, rng), random_bits(self.fmt, rng)
                product, _ = floating.mul(self.fmt, a, b, rng.choice(MODES))
                product ^= self.fmt.sign_bit * rng.getrandbits(1)
                chosen.append([a, b, product ^ rng.choice((0, 1))])
        return chosen


class IntegerResult(Floating):
    result = "x"

    def __init__(self, name, letter):
        super().__init__(f"{name}.{letter}", FMT[letter])
        self.function, self.operands = {**TO_INTEGER_RESULT, **ADDITIONAL_RESULT}[name]

    def compute(self, registers_, mode):
        return self.function(self.fmt, *map(self.fmt.unbox, registers_))


class ToInteger(Floating):
    result, rounds = "x", True

    def __init__(self, to, letter):
        super().__init__(f"fcvt.{to}.{letter}", FMT[letter])
        self.bits, self.signed = INTEGERS[to]

    def compute(self, registers_, mode):
        operand = self.fmt.unbox(registers_[0])
        return floating.to_integer(self.fmt, operand, self.bits, self.signed, mode)

    def cases(self, rng):
        chosen = super().cases(rng)
        for power in (0, 1, 2, 9, 10, 31, 32, 52, 63, 64):  # halves, and the ends of the ranges
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
        near = [(1 << n) + delta & M64
                for n in (11, 12, 16, 24, 25, 53, 54, 63) for delta in (-2, -1, 0, 1, 2, 3)]
        return [[a] for a in CORNERS + near + [random_value(rng) for _ in range(60)]]


class Modular(Floating):
    """fcvtmod.w.d"""

    result = "x"

    def __init__(self):
        super().__init__("fcvtmod.w.d", DOUBLE)

    def compute(self, registers_, mode):
        return floating.to_integer_modular(self.fmt, registers_[0], 32)

    def cases(self, rng):
        chosen = super().cases(rng)
        for _ in range(200):  # of all sizes about those whose low bits count
            exponent = rng.choice((30, 31, rng.randrange(-2, 90)))
            sign = rng.getrandbits(1) << 63
            chosen.append([sign | (exponent + 1023) << 52 | rng.getrandbits(52)])
        for low in (1 << 31) - 1, 1 << 31, (1 << 31) + 1:  # the ends of the range of int32_t
            for part in (0, 0.5):
                chosen.append([floating.number(DOUBLE, -(low + floating.Fraction(part)))])
                chosen.append([floating.number(DOUBLE, low + floating.Fraction(part))])
        return chosen


class Constant(Insn):
    """fli"""

    def __init__(self, letter):
        super().__init__(f"fli.{letter}")
        self.fmt = FMT[letter]

    def value(self, n):
        return self.fmt.box(floating.constant(self.fmt, n))

    def tables(self, program, rng):
        program.emit("fsflagsi 0")
        for n in range(32):
            program.emit(additional(self.name, "fa0", [x(n)]), "fmv.x.d a0, fa0",
                         f"li a6, {self.value(n):#x}", f"li s2, {n}")
            program.expect("a0", self.name)
        program.emit("frflags a0", "li a6, 0")
        program.expect("a0", f"{self.name}, flags")

    def stream(self, machine):
        n, rd = machine.rng.randrange(32), machine.freg()
        machine.f[rd] = self.value(n)
        return additional(self.name, f"f{rd}", [x(n)])


class Convert(Floating):
    def __init__(self, to, source):
        super().__init__(f"fcvt.{to}.{source}", FMT[source])
        self.to = FMT[to]
        self.rounds = self.to.precision < self.fmt.precision

    def compute(self, registers_, mode):
        bits, flags = floating.convert(self.to, self.fmt, self.fmt.unbox(registers_[0]), mode)
        return self.to.box(bits), flags

    def cases(self, rng):
        chosen = super().cases(rng)
        if self.rounds:  # about what fits into the other format
            to, bits = self.to, self.fmt.fraction_bits
            tie, least = 1 << (bits - to.precision), to.emin - to.fraction_bits
            for exponent in (least - 2, least - 1, least, to.emin - 1, to.emin, to.emin + 1, 0,
                             to.emax, to.emax + 1):
                for fraction in (0, 1, tie, tie + 1, 3 * tie, (1 << bits) - 1, (1 << bits) - tie):
                    sign = rng.getrandbits(1) << (self.fmt.bits - 1)
                    chosen.append([(exponent + self.fmt.bias) << bits | fraction | sign])
        return chosen


class Move(Floating):
    """fmv: bits as they are, whatever they mean."""

    def __init__(self, name):
        to, source = name.split(".")[1:]
        super().__init__(name, DOUBLE)
        self.result, self.source = ("x", "f") if to == "x" else ("f", "x")
        self.moved = DOUBLE if "d" in (to, source) else HALF if "h" in (to, source) else SINGLE

    def compute(self, registers_, mode):
        value, bits = registers_[0], self.moved.bits
        if self.result == "x":
            return floating.raw_move(value, bits), 0
        return self.moved.box(value & ((1 << bits) - 1)), 0


MEMORY = {"flh": HALF, "fsh": HALF, "flw": SINGLE, "fsw": SINGLE, "fld": DOUBLE, "fsd": DOUBLE}


class FloatLoad(Insn):
    def stream(self, machine):
        fmt, rd = MEMORY[self.name], machine.freg()
        size = fmt.bits // 8
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        machine.f[rd] = fmt.box(machine.load(offset, size))
        return f"{self.name} f{rd}, {offset}({x(machine.base)})"


class FloatStore(Insn):
    def stream(self, machine):
        size, rs2 = MEMORY[self.name].bits // 8, machine.freg()
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        machine.store(offset, size, machine.f[rs2])
        return f"{self.name} f{rs2}, {offset}({x(machine.base)})"
