"""Integer instructions and atomics under test: how their tables and their part in streams look.

SPDX-License-Identifier: MIT
"""
import itertools
import random

from insn import Insn, x
from integer import AMO, BINARY, BRANCH, BYTE, LOAD, M64, STORE, UNARY, sext, word
from streams import MIDDLE
from values import CORNERS, FEW_CORNERS, IMMEDIATES, random_value

# What binutils 2.40 does not know: funct3 of funct7 = 7, opcode OP.
UNKNOWN = {"czero.eqz": 5, "czero.nez": 7}


def registers(mnemonic, *operands):
    if mnemonic in UNKNOWN:
        return f".insn r 0x33, {UNKNOWN[mnemonic]}, 7, {', '.join(operands)}"
    return f"{mnemonic} {', '.join(operands)}"


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
                               lambda column, imm=imm: [
                                   f"ld a1, {column(0)}", f"{self.name} a0, a1, {imm}"],
                               [("a0", 1, "")])

    def stream(self, machine):
        rd, rs1, imm = machine.reg(), machine.reg(), machine.rng.choice(self.immediates)
        machine.set_x(rd, self.function(machine.x[rs1], imm))
        return f"{self.name} {x(rd)}, {x(rs1)}, {imm}"


class ByteOf(Insn):
    """Two registers and which byte of the second one."""

    def tables(self, program, rng):
        for number in range(4):
            pairs = list(itertools.product(FEW_CORNERS, repeat=2))[number::4]
            pairs += [(random_value(rng), random_value(rng)) for _ in range(40)]
            rows = [(a, b, BYTE[self.name](a, b, number)) for a, b in pairs]
            program.table_loop(f"{self.name} {number}", rows, lambda column, number=number: [
                f"ld a1, {column(0)}", f"ld a2, {column(1)}", f"{self.name} a0, a1, a2, {number}"],
                [("a0", 2, "")])

    def stream(self, machine):
        rd, rs1, rs2, number = machine.reg(), machine.reg(), machine.reg(), machine.rng.randrange(4)
        machine.set_x(rd, BYTE[self.name](machine.x[rs1], machine.x[rs2], number))
        return f"{self.name} {x(rd)}, {x(rs1)}, {x(rs2)}, {number}"


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
        pairs += [(a, a) for a in CORNERS]
        pairs += [(random_value(rng), random_value(rng)) for _ in range(20)]
        rows = [(a, b, int(BRANCH[self.name](a, b))) for a, b in pairs]
        program.table_loop(f"{self.name} forward", rows, lambda column: [
            f"ld a1, {column(0)}", f"ld a2, {column(1)}", "li a0, 1",
            f"{self.name} a1, a2, 1f", "li a0, 0", "1:"], [("a0", 2, "")])
        program.table_loop(f"{self.name} backward", rows, lambda column: [
            f"ld a1, {column(0)}", f"ld a2, {column(1)}", "j 2f", "1: li a0, 1", "j 3f",
            "2: li a0, 0", f"{self.name} a1, a2, 1b", "3:"], [("a0", 2, "")])

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
        """Through every size of offset, aligned and not; also into the base register."""
        size = LOAD[self.name][0]
        data = random.Random(self.name).randbytes(64)
        label = program.rows([[int.from_bytes(data[i:i + 8], "little")] for i in range(0, 64, 8)])
        for offset in IMMEDIATES:
            for at in (0, 8, 8 + size, 16 - size, 21):
                for rd in ("a0", "a1"):
                    value = self.expected(int.from_bytes(data[at:at + size], "little"))
                    lines = [f"lla a1, {label} + {at}", f"li a2, {offset}", "sub a1, a1, a2",
                             f"{self.name} {rd}, {offset}(a1)"]
                    program.table_loop(f"{self.name} offset {offset} byte {at}", [(value,)],
                                       lambda column, lines=lines: lines, [(rd, 0, "")])

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
                words = [int.from_bytes(data[i:i + 8], "little")
                         for data in (before, after) for i in (0, 8, 16)]
                program.table_loop(
                    f"{self.name} offset {offset} byte {at}", [(value, *words)],
                    lambda column, at=at, offset=offset: [
                        "lla a1, memory",
                        *(f"ld a2, {column(1 + i)}; sd a2, {8 * i}(a1)" for i in range(3)),
                        f"ld a2, {column(0)}", f"lla a3, memory + {at}", f"li a4, {offset}",
                        "sub a3, a3, a4", f"{self.name} a2, {offset}(a3)",
                        "ld a2, 0(a1)", "ld a3, 8(a1)", "ld a4, 16(a1)"],
                    [("a2", 4, ", bytes 0-7"), ("a3", 5, ", bytes 8-15"),
                     ("a4", 6, ", bytes 16-23")])

    def stream(self, machine):
        size, rs2 = STORE[self.name], machine.reg()
        offset = machine.rng.randrange(-MIDDLE, MIDDLE - size + 1)
        machine.store(offset, size, machine.x[rs2])
        return f"{self.name} {x(rs2)}, {offset}({x(machine.base)})"


# ---- atomics ----

ORDERINGS = {"": 0, ".rl": 1, ".aq": 2, ".aqrl": 3}
# funct5 of those that binutils 2.40 does not know for every size.
AMO_FUNCT5 = {"amoadd": 0, "amoswap": 1, "amoxor": 4, "amocas": 5, "amoor": 8, "amoand": 12,
              "amomin": 16, "amomax": 20, "amominu": 24, "amomaxu": 28}


class Atomic(Insn):
    """An AMO of 1, 2, 4 or 8 bytes, plain and with each ordering."""

    def __init__(self, name, size):
        super().__init__(f"{name}.{'bhwd'[size.bit_length() - 1]}")
        self.function, self.size = AMO.get(name), size
        self.funct5 = AMO_FUNCT5[name]

    def text(self, ordering, rd, rs2, address):
        funct7 = self.funct5 << 2 | ORDERINGS[ordering]
        if self.size < 4 or self.function is None:
            return f".insn r 0x2f, {self.size.bit_length() - 1}, {funct7}, {rd}, {address}, {rs2}"
        return f"{self.name}{ordering} {rd}, {rs2}, ({address})"

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
                self.text(ordering, "a0", "a2", "a4"), "ld a5, 0(a4)"],
                [("a0", 2, ", result"), ("a5", 3, ", memory")])
            pairs = pairs[::7]
        for at in range(self.size, 8, self.size):  # the other parts of a doubleword
            rows = [self.row(a, b) for a, b in pairs]
            turn = lambda v, at=at: (v << 8 * at | v >> (64 - 8 * at)) & M64
            rows = [(turn(old), v, rd, turn(new)) for old, v, rd, new in rows]
            program.table_loop(f"{self.name} offset {at}", rows, lambda column, at=at: [
                "lla a4, memory", f"ld a1, {column(0)}", "sd a1, 0(a4)", f"ld a2, {column(1)}",
                f"addi a3, a4, {at}", self.text("", "a0", "a2", "a3"), "ld a5, 0(a4)"],
                [("a0", 2, ", result"), ("a5", 3, ", memory")])

    def stream(self, machine):
        rd, rs2 = machine.reg(), machine.reg()
        old, new = self.apply(machine.load(0, self.size), machine.x[rs2])
        machine.store(0, self.size, new)
        machine.set_x(rd, old)
        ordering = machine.rng.choice(("", ".aq", ".rl", ".aqrl"))
        return self.text(ordering, x(rd), x(rs2), x(machine.base))


class CompareAndSwap(Atomic):
    """amocas of 1 to 8 bytes: what rd holds decides whether it stores."""

    def __init__(self, size):
        super().__init__("amocas", size)

    def row(self, memory, value, expected):
        mask = (1 << 8 * self.size) - 1
        same = (memory ^ expected) & mask == 0
        after = memory & ~mask | value & mask if same else memory
        return memory, value, expected, sext(memory, 8 * self.size) & M64, after

    def tables(self, program, rng):
        rows = []
        for memory, value in itertools.product(FEW_CORNERS, repeat=2):
            wrong = memory ^ 1 << rng.randrange(8 * self.size)
            rows += [self.row(memory, value, expected) for expected in (
                memory, wrong, memory ^ M64 << 4 * self.size & M64, value)]
        for ordering in ORDERINGS:
            program.table_loop(f"{self.name}{ordering}", rows, lambda column, ordering=ordering: [
                "lla a4, memory", f"ld a1, {column(0)}", "sd a1, 0(a4)", f"ld a2, {column(1)}",
                f"ld a0, {column(2)}", self.text(ordering, "a0", "a2", "a4"), "ld a5, 0(a4)"],
                [("a0", 3, ", result"), ("a5", 4, ", memory")])
            rows = rows[::7]

    def stream(self, machine):
        """Sometimes what is compared has just been loaded."""
        rd, rs2 = machine.reg(), machine.reg()
        memory = sext(machine.load(0, self.size), 8 * self.size)
        load = ""
        if machine.rng.getrandbits(1) and rd:
            machine.set_x(rd, memory)
            load = f"l{self.name[-1]} {x(rd)}, 0({x(machine.base)}); "
        mask = (1 << 8 * self.size) - 1
        if (machine.x[rd] ^ memory) & mask == 0:
            machine.store(0, self.size, machine.x[rs2])
        machine.set_x(rd, memory)
        ordering = machine.rng.choice(list(ORDERINGS))
        return load + self.text(ordering, x(rd), x(rs2), x(machine.base))


class CompareAndSwapPair(CompareAndSwap):
    """amocas.q: two pairs of registers, each of which may be x0's."""

    def __init__(self):
        super().__init__(8)
        self.name, self.size = "amocas.q", 16

    def tables(self, program, rng):
        rows = []
        for low, high in itertools.product(FEW_CORNERS, repeat=2):
            value = [rng.getrandbits(64), rng.getrandbits(64)]
            for flip_low, flip_high in ((0, 0), (1 << rng.randrange(64), 0),
                                        (0, 1 << rng.randrange(64))):
                same = not flip_low and not flip_high
                after = value if same else [low, high]
                rows.append((low, high, *value, low ^ flip_low, high ^ flip_high, *after))
        program.table_loop(self.name, rows, lambda column: [
            "lla a6, memory", f"ld a1, {column(0)}", "sd a1, 0(a6)", f"ld a1, {column(1)}",
            "sd a1, 8(a6)", f"ld a2, {column(2)}", f"ld a3, {column(3)}", f"ld a4, {column(4)}",
            f"ld a5, {column(5)}", self.text("", "a4", "a2", "a6"), "ld a0, 0(a6)", "ld a1, 8(a6)"],
            [("a4", 0, ", low result"), ("a5", 1, ", high result"), ("a0", 6, ", low memory"),
             ("a1", 7, ", high memory")])

    def stream(self, machine):
        rd, rs2 = (n & ~1 if n | 1 != machine.base | 1 else 0
                   for n in (machine.reg(), machine.reg()))
        memory = [machine.load(0, 8), machine.load(8, 8)]
        pair = lambda n: [machine.x[n], machine.x[n + 1]] if n else [0, 0]
        load = ""
        if machine.rng.getrandbits(1) and rd:
            machine.set_x(rd, memory[0])
            machine.set_x(rd + 1, memory[1])
            load = "".join(f"ld {x(rd + i)}, {8 * i}({x(machine.base)}); " for i in (0, 1))
        if pair(rd) == memory:
            machine.store(0, 8, pair(rs2)[0])
            machine.store(8, 8, pair(rs2)[1])
        if rd:
            machine.set_x(rd, memory[0])
            machine.set_x(rd + 1, memory[1])
        ordering = machine.rng.choice(list(ORDERINGS))
        return load + self.text(ordering, x(rd), x(rs2), x(machine.base))


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
            suffix = self.suffix + ordering
            program.table_loop(f"lr/sc.{suffix}", rows, lambda column, suffix=suffix: [
                "lla a4, memory", f"ld a1, {column(0)}", "sd a1, 0(a4)", f"ld a2, {column(1)}",
                f"1: lr.{suffix} a0, (a4)", f"sc.{suffix} a1, a2, (a4)",
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
