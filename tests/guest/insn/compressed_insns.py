"""Compressed instructions under test: in streams only, since what they expand to has tables.

SPDX-License-Identifier: MIT
"""
from insn import Insn, x
from integer import BINARY, IMMEDIATE, M32, SHIFT6, UNARY, sext, word
from streams import MIDDLE


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
    """Through the base register, which is sp or one of the eight; None where it does not fit."""
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
    """To the address loaded just before, over an addition; a link is then made a known number."""
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
    short = {"c." + name: c_binary(b[name], True)
             for name in ("sub", "xor", "or", "and", "subw", "addw")}
    immediates = {
        "c.addi": c_immediate(i["addi"], False, not_zero),
        "c.addiw": c_immediate(i["addiw"], False, small),
        "c.li": c_immediate(lambda old, imm: imm, False, small),
        "c.andi": c_immediate(i["andi"], True, small),
        "c.slli": c_immediate(SHIFT6["slli"], False, amount),
        "c.srli": c_immediate(SHIFT6["srli"], True, amount),
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


class SimpleCompressed(Compressed):
    """Zcb, as the bits: binutils 2.40 does not know it."""

    def stream(self, machine):
        return f".2byte {self.function(machine):#06x}"


def zcb_unary(code, result):
    """rd = result(rd)."""
    def function(machine):
        rd = c_register(machine, True)
        machine.set_x(rd, result(machine.x[rd]))
        return 0x9c61 | (rd - 8) << 7 | code << 2
    return function


def zcb_mul(machine):
    rd, rs2 = c_register(machine, True), c_register(machine, True)
    machine.set_x(rd, BINARY["mul"](machine.x[rd], machine.x[rs2]))
    return 0x9c41 | (rd - 8) << 7 | (rs2 - 8) << 2


def zcb_memory(funct, size, load, signed=False):
    """Offsets are 0 to 3. Bit 6 is the lowest bit of one, or whether a halfword is signed."""
    def function(machine):
        if machine.base == 2:
            return 0x0001  # c.nop
        offset = machine.rng.randrange(0, 4, size)
        bits = offset >> 1 << 5 | (offset & 1 if size == 1 else signed) << 6
        n = c_register(machine, True)
        if load:
            value = machine.load(offset, size)
            machine.set_x(n, sext(value, 8 * size) if signed else value)
        else:
            machine.store(offset, size, machine.x[n])
        return 0x8000 | funct << 10 | (machine.base - 8) << 7 | bits | (n - 8) << 2
    return function


def simple_compressed():
    insns = {
        "c.zext.b": zcb_unary(0, lambda a: a & 0xff), "c.sext.b": zcb_unary(1, UNARY["sext.b"]),
        "c.zext.h": zcb_unary(2, UNARY["zext.h"]), "c.sext.h": zcb_unary(3, UNARY["sext.h"]),
        "c.zext.w": zcb_unary(4, lambda a: a & M32), "c.not": zcb_unary(5, lambda a: ~a),
        "c.mul": zcb_mul,
        "c.lbu": zcb_memory(0, 1, True), "c.lhu": zcb_memory(1, 2, True),
        "c.lh": zcb_memory(1, 2, True, True),
        "c.sb": zcb_memory(2, 1, False), "c.sh": zcb_memory(3, 2, False),
    }
    return [SimpleCompressed(name, f) for name, f in insns.items()]
