#!/usr/bin/env python3
"""Writes a guest program that tests one group of instructions.

    gen-insn.py GROUP OUTPUT    the program, assembly with the C preprocessor
    gen-insn.py --list          the instructions of all groups, one in a line

A group's instructions are each tried with a table of operands (corners, all pairs of some of them,
random ones) and then mixed in streams. What must come out is computed here, in integer.py and
floating.py. To add an instruction: its function there, its name in GROUPS below.

SPDX-License-Identifier: MIT
"""
import pathlib
import random
import sys

sys.path.append(str(pathlib.Path(__file__).parents[2] / "vectors"))  # ciphers.py
from compressed_insns import compressed, simple_compressed
from emit import Program
from float_insns import (ADDITIONAL_ARITHMETIC, ADDITIONAL_RESULT, ARITHMETIC, INTEGERS,
                         TO_INTEGER_RESULT, Arithmetic, Constant, Convert, FloatLoad, FloatStore,
                         FromInteger, IntegerResult, Modular, Move, ToInteger)
from integer import AMO, BRANCH, BYTE, IMMEDIATE, LOAD, ROUND, SHIFT5, SHIFT6, STORE
from integer_insns import (Atomic, Binary, Branch, ByteOf, CompareAndSwap, CompareAndSwapPair,
                           Immediate, Load, Reserved, Store, Unary, UpperImmediate)
from streams import emit_stream
from values import IMMEDIATES, SHIFTS

COMPRESSED = ("c", "zcb")
STREAMS, LENGTH = 40, 14  # per group; instructions of each


def binary(names):
    return [Binary(name) for name in names.split()]


def unary(names):
    return [Unary(name) for name in names.split()]


def immediate(names, table, values):
    return [Immediate(name, table[name], values) for name in names.split()]


def floating_point(letter):
    return ([Arithmetic(name, letter) for name in ARITHMETIC] +
            [IntegerResult(name, letter) for name in TO_INTEGER_RESULT] +
            [ToInteger(name, letter) for name in INTEGERS] +
            [FromInteger(name, letter) for name in INTEGERS])


def additional(letter):
    return ([Arithmetic(name, letter) for name in ADDITIONAL_ARITHMETIC] +
            [IntegerResult(name, letter) for name in ADDITIONAL_RESULT] + [Constant(letter)])


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
    "f": lambda: floating_point("s") + [
        Move("fmv.x.w"), Move("fmv.w.x"), FloatLoad("flw"), FloatStore("fsw")],
    "d": lambda: floating_point("d") + [
        Convert("s", "d"), Convert("d", "s"), Move("fmv.x.d"), Move("fmv.d.x"), FloatLoad("fld"),
        FloatStore("fsd")],
    "zfh": lambda: floating_point("h") + [
        Convert("h", "s"), Convert("s", "h"), Convert("h", "d"), Convert("d", "h"),
        Move("fmv.x.h"), Move("fmv.h.x"), FloatLoad("flh"), FloatStore("fsh")],
    "zfa": lambda: additional("s") + additional("d") + additional("h") + [Modular()],
    "c": compressed,
    "zabha": lambda: ([Atomic(name, size) for name in AMO for size in (1, 2)] +
                      [CompareAndSwap(1), CompareAndSwap(2)]),
    "zacas": lambda: [CompareAndSwap(4), CompareAndSwap(8), CompareAndSwapPair()],
    "zcb": simple_compressed,
    "zba": lambda: (binary("add.uw sh1add sh2add sh3add sh1add.uw sh2add.uw sh3add.uw") +
                    immediate("slli.uw", SHIFT6, SHIFTS)),
    "zbb": lambda: (binary("andn orn xnor max maxu min minu rol rolw ror rorw") +
                    unary("clz clzw ctz ctzw cpop cpopw sext.b sext.h zext.h orc.b rev8") +
                    immediate("rori", SHIFT6, SHIFTS) + immediate("roriw", SHIFT5, SHORT_SHIFTS)),
    "zbc": lambda: binary("clmul clmulh clmulr"),
    "zbkb": lambda: (binary("andn orn xnor pack packh packw rol rolw ror rorw") +
                     unary("brev8 rev8") + immediate("rori", SHIFT6, SHIFTS) +
                     immediate("roriw", SHIFT5, SHORT_SHIFTS)),
    "zbkc": lambda: binary("clmul clmulh"),
    "zbkx": lambda: binary("xperm4 xperm8"),
    "zbs": lambda: (binary("bclr bext binv bset") +
                    immediate("bclri bexti binvi bseti", SHIFT6, SHIFTS)),
    "zkn": lambda: (binary("aes64ds aes64dsm aes64es aes64esm aes64ks2") + unary("aes64im") +
                    immediate("aes64ks1i", ROUND, range(11)) +
                    unary(" ".join(f"sha{width}{function}" for width in (256, 512)
                                   for function in ("sig0", "sig1", "sum0", "sum1")))),
    "zks": lambda: [ByteOf(name) for name in BYTE] + unary("sm3p0 sm3p1"),
    "zicond": lambda: binary("czero.eqz czero.nez"),
}


def generate(group):
    rng = random.Random(group)  # the same program each time
    program = Program(group)
    insns = GROUPS[group]()
    program.emit(".option norvc" if group not in COMPRESSED else ".option rvc")
    for insn in insns:
        program.begin_check()
        insn.tables(program, rng)
    program.begin_check()
    bases = [2, *range(8, 16)] if group in COMPRESSED else list(range(1, 32))
    for n in range(STREAMS * 3 if group in COMPRESSED else STREAMS):
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
