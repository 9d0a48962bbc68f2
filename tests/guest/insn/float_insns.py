"""Floating-point instructions under test: tables with all rounding modes and flags, and streams.

SPDX-License-Identifier: MIT
"""
import itertools

import floating
from floating import DOUBLE, MODE_NAMES, MODES, SINGLE
from insn import Insn, x
from integer import M32, M64
from streams import MIDDLE
from values import CORNERS, float_corners, random_bits, random_value

FMT = {"s": SINGLE, "d": DOUBLE}
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
                product ^= self.fmt.sign_bit * rng.getrandbits(1)
                chosen.append([a, b, product ^ rng.choice((0, 1))])
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
        operand = self.fmt.unbox(registers_[0])
        return floating.to_integer(self.fmt, operand, self.bits, self.signed, mode)

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
        near = [(1 << n) + delta & M64
                for n in (24, 25, 53, 54, 63) for delta in (-2, -1, 0, 1, 2, 3)]
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
                for fraction in (0, 1, 1 << 28, (1 << 28) + 1, 3 << 28, (1 << 52) - 1,
                                 (1 << 52) - (1 << 28)):
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
