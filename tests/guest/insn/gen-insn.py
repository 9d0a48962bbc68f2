#!/usr/bin/env python3
"""Writes a guest program that tests one group of instructions.

    gen-insn.py GROUP OUTPUT    the program, assembly with the C preprocessor
    gen-insn.py --list          the instructions of all groups, one in a line

A group's instructions are each tried with a table of operands (corners, all pairs of some of them,
random ones) and then mixed in streams. What must come out is computed here, in integer.py and
floating.py. To add an instruction: its function there, its name in GROUPS below.

SPDX-License-Identifier: MIT
"""
import random
import sys

from compressed_insns import compressed
from emit import Program
from float_insns import (ARITHMETIC, INTEGERS, TO_INTEGER_RESULT, Arithmetic, Convert, FloatLoad,
                         FloatStore, FromInteger, IntegerResult, Move, ToInteger)
from integer import AMO, BRANCH, IMMEDIATE, LOAD, SHIFT5, SHIFT6, STORE
from integer_insns import (Atomic, Binary, Branch, Immediate, Load, Reserved, Store, Unary,
                           UpperImmediate)
from streams import emit_stream
from values import IMMEDIATES, SHIFTS

STREAMS, LENGTH = 40, 14  # per group; instructions of each


def binary(names):
    return [Binary(name) for name in names.split()]


def unary(names):
    return [Unary(name) for name in names.split()]


def immediate(names, table, values):
    return [Immediate(name, table[name], values) for name in names.split()]


def single_or_double(letter):
    return ([Arithmetic(name, letter) for name in ARITHMETIC] +
            [IntegerResult(name, letter) for name in TO_INTEGER_RESULT] +
            [ToInteger(name, letter) for name in INTEGERS] +
            [FromInteger(name, letter) for name in INTEGERS])


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
    "a": lambda: ([Atomic(name, size) for name in AMO for size in (4, 8)] +
                  [Reserved(4), Reserved(8)]),
    "f": lambda: single_or_double("s") + [
        Move("fmv.x.w"), Move("fmv.w.x"), FloatLoad("flw"), FloatStore("fsw")],
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
    "zbs": lambda: (binary("bclr bext binv bset") +
                    immediate("bclri bexti binvi bseti", SHIFT6, SHIFTS)),
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
        insns = [insn for group in GROUPS.values() for insn in group()]
        print("\n".join(name for insn in insns for name in insn.names()))
        return
    group, output = sys.argv[1:]
    with open(output, "w", encoding="ascii") as file:
        file.write(generate(group))


main()
