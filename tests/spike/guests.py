"""Guest programs, put together instruction by instruction.

SPDX-License-Identifier: MIT
"""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import images

RAM = images.RAM
DATA = RAM + 0x1000  # where tohost is, fromhost behind it
ZERO, RA, SP, T0, T1, T2, A0, A1, A7, T3, T4 = 0, 1, 2, 5, 6, 7, 10, 11, 17, 28, 29
MEPC, MCAUSE, MTVEC, MIE, MSTATUS, MHARTID, TIME, INSTRET = 0x341, 0x342, 0x305, 0x304, 0x300, 0xF14, 0xC01, 0xC02


def i_type(opcode, funct, rd, rs1, imm):
    return (imm & 0xFFF) << 20 | rs1 << 15 | funct << 12 | rd << 7 | opcode


def addi(rd, rs1, imm):
    return i_type(0x13, 0, rd, rs1, imm)


def li(rd, imm):
    return addi(rd, ZERO, imm)


def slli(rd, rs1, shift):
    return i_type(0x13, 1, rd, rs1, shift)


def srli(rd, rs1, shift):
    return i_type(0x13, 5, rd, rs1, shift)


def ld(rd, rs1, imm):
    return i_type(0x03, 3, rd, rs1, imm)


def lw(rd, rs1, imm):
    return i_type(0x03, 2, rd, rs1, imm)


def csrr(rd, csr):
    return i_type(0x73, 2, rd, ZERO, csr)


def csrw(csr, rs1):
    return i_type(0x73, 1, ZERO, rs1, csr)


def csrs(csr, rs1):
    return i_type(0x73, 2, ZERO, rs1, csr)


def auipc(rd, pages):
    return pages << 12 | rd << 7 | 0x17


def lui(rd, pages):
    return pages << 12 | rd << 7 | 0x37


def add(rd, rs1, rs2):
    return rs2 << 20 | rs1 << 15 | rd << 7 | 0x33


def store(funct, rs2, rs1, imm):
    return (imm & 0xFE0) << 20 | rs2 << 20 | rs1 << 15 | funct << 12 | (imm & 0x1F) << 7 | 0x23


def sw(rs2, rs1, imm):
    return store(2, rs2, rs1, imm)


def sd(rs2, rs1, imm):
    return store(3, rs2, rs1, imm)


def branch(funct, rs1, rs2, words):
    """To the instruction that is so many further on."""
    imm = 4 * words & 0x1FFF
    return (imm >> 12) << 31 | (imm >> 5 & 0x3F) << 25 | rs2 << 20 | rs1 << 15 | funct << 12 | \
        (imm >> 1 & 0xF) << 8 | (imm >> 11 & 1) << 7 | 0x63


def beq(rs1, rs2, words):
    return branch(0, rs1, rs2, words)


def bne(rs1, rs2, words):
    return branch(1, rs1, rs2, words)


def j(words):
    imm = 4 * words & 0x1FFFFF
    return (imm >> 20) << 31 | (imm >> 1 & 0x3FF) << 21 | (imm >> 11 & 1) << 20 | (imm >> 12 & 0xFF) << 12 | 0x6F


WFI, MRET, FENCE_I, ECALL = 0x10500073, 0x30200073, 0x0000100F, 0x00000073
SPIN = j(0)


def point(rd):
    """rd = DATA: two instructions, which elf() knows the place of."""
    return ("point", rd)


def assemble(insns):
    words = []
    for insn in insns:
        if isinstance(insn, tuple):
            words += [auipc(insn[1], 1), addi(insn[1], insn[1], -4 * len(words))]
        else:
            words.append(insn)
    return struct.pack(f"<{len(words)}I", *words)


def elf(*insns, symbols=None, data=b"", more={}):
    """A program at RAM with a page of code and two of data, which is at DATA."""
    contents = assemble(insns).ljust(DATA - RAM, b"\0") + data
    names = {"tohost": DATA, "fromhost": DATA + 8} if symbols is None else symbols
    return images.elf([(RAM, contents, 0x3000)], symbols={**names, **more})


def exit_with(code):
    """Five instructions; register t0 points to DATA."""
    return [point(T0), li(T1, code << 1 | 1), sd(T1, T0, 0), SPIN]


def call(number, *args):
    """The block of a system call at DATA + 0x100, its address in tohost, and a wait for fromhost."""
    insns = [point(T0)]
    for i, value in enumerate((number, *args)):
        insns += [*(value if isinstance(value, list) else [li(T1, value)]), sd(T1, T0, 0x100 + 8 * i)]
    insns += [addi(T1, T0, 0x100), sd(T1, T0, 0), ld(T1, T0, 8), beq(T1, ZERO, -1), sd(ZERO, T0, 8)]
    return insns
