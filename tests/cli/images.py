"""Files for the cases: good and bad images, made from scratch.

SPDX-License-Identifier: MIT
"""
import os
import struct

RAM = 0x80000000

EM_386, EM_X86_64, EM_RISCV = 3, 62, 243
ET_REL, ET_EXEC, ET_CORE = 1, 2, 4


def words(*insns):
    return b"".join(struct.pack("<I", insn) for insn in insns)


# Spins in place: j .
SPIN = words(0x0000006F)

TOHOST = RAM + 0x1000


def exit_with(code):
    """auipc t0, 1; li t1, code << 1 | 1; sd t1, 0(t0); j ."""
    return words(0x00001297, (code << 1 | 1) << 20 | 0x00000313, 0x0062B023, 0x0000006F)


# What a log of mistakes has to tell, and then status 5 (with tohost at RAM + 0x1018):
WILD = words(
    0x00000317, 0x01830313, 0x30531073,  # auipc t1, 0; addi t1, t1, 24; csrw mtvec, t1
    0x02001337, 0x00032383,              # lui t1, 0x2001; lw t2, 0(t1): msip of hart 1024
    0x00002383,                          # lw t2, 0(zero): traps to the next one
    0x00001297, 0x00700313, 0x03831313,  # auipc t0, 1; li t1, 7; slli t1, t1, 56
    0x0062B023, 0x0002B383, 0xFE039EE3,  # sd t1, 0(t0): HTIF device 7; ld t2, 0(t0); bnez t2, .-4
    0x00B00313, 0x0062B023, 0x0000006F)  # li t1, 11; sd t1, 0(t0); j .


# 100 times: a load, an aligned store, a store that crosses into another page; LR, SC and AMO once;
# then status 5.
ACCESSES = words(
    0x00001297, 0x06400393, 0x00003E37,  # auipc t0, 1; li t2, 100; lui t3, 3
    0x01C282B3, 0xFFC28E93,              # add t0, t0, t3; addi t4, t0, -4
    0x0002BF03, 0x01E2B423, 0x01EEB023,  # ld t5, 0(t0); sd t5, 8(t0); sd t5, 0(t4)
    0xFFF38393, 0xFE0398E3,              # addi t2, t2, -1; bnez t2, .-16
    0x1002BF2F, 0x19E2BFAF, 0x01E2BF2F,  # lr.d t5, (t0); sc.d t6, t5, (t0); amoadd.d t5, t5, (t0)
    0x41C282B3, 0x00B00313, 0x0002BF03,  # sub t0, t0, t3; li t1, 11; ld t5, 0(t0)
    0x0062B023,                          # sd t1, 0(t0)
    0x0000006F)                          # j .


def symbol_sections(symbols, offset):
    """A symbol table with its strings, placed at offset of the file, and the section headers behind it."""
    strings, table = b"\0", bytes(24)
    for name, value in symbols.items():
        table += struct.pack("<IBBHQQ", len(strings), 0x11, 0, 0xFFF1, value, 8)
        strings += name.encode() + b"\0"
    headers = bytes(64)
    headers += struct.pack("<IIQQQQIIQQ", 0, 2, 0, 0, offset, len(table), 2, 1, 8, 24)
    headers += struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, offset + len(table), len(strings), 0, 0, 1, 0)
    return table + strings, headers


def elf(segments=((RAM, SPIN, 0x1008),), entry=RAM, machine=EM_RISCV, kind=ET_EXEC,
        symbols={"tohost": TOHOST}):
    """A 64-bit little-endian ELF file; segments are (address, contents, size in memory or None)."""
    header = 64 + 56 * len(segments)
    table, data = b"", b""
    for addr, contents, memsize in segments:
        size = len(contents)
        table += struct.pack("<IIQQQQQQ", 1, 7, header + len(data), addr, addr, size,
                             size if memsize is None else memsize, 4)
        data += contents
    more, sections = symbol_sections(symbols, header + len(data))
    data += more
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    return ident + struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, entry, 64, header + len(data), 0, 64,
                               56, len(segments), 64, 3, 2) + table + data + sections


def signed(begin, end):
    """Status 5, and a signature that is its own code."""
    return elf([(RAM, exit_with(5), 0x1008)],
               symbols={"tohost": TOHOST, "begin_signature": begin, "end_signature": end})


def patched(data, offset, value):
    return data[:offset] + value + data[offset + len(value):]


FILES = {
    "spin.elf": elf(),
    "no-tohost.elf": elf(symbols={}),
    "exit-0.elf": elf([(RAM, exit_with(0), 0x1008)]),
    "exit-5.elf": elf([(RAM, exit_with(5), 0x1008)]),
    "exit-256.elf": elf([(RAM, exit_with(256), 0x1008)]),
    "exit-300.elf": elf([(RAM, exit_with(300), 0x1008)]),
    "accesses.elf": elf([(RAM, ACCESSES, 0x5000)]),
    "wild.elf": elf([(RAM, WILD, 0x1020)], symbols={"tohost": RAM + 0x1018}),
    "signature.elf": signed(RAM, RAM + 12),
    "empty-signature.elf": signed(RAM + 8, RAM + 8),
    "backward-signature.elf": signed(RAM + 8, RAM),
    "wild-signature.elf": signed(RAM, 0xFFFFFFFFFFFFFFF0),
    "begin-signature.elf": elf([(RAM, exit_with(5), 0x1008)],
                               symbols={"tohost": TOHOST, "begin_signature": RAM}),
    "empty": b"",
    "text": b"Hello, this is no program at all.\n" * 4,
    "header.elf": elf()[:40],
    "truncated.elf": elf()[:64 + 56 + 2],
    "class32.elf": patched(elf(), 4, b"\x01"),
    "big-endian.elf": patched(elf(), 5, b"\x02"),
    "x86.elf": elf(machine=EM_X86_64),
    "object.elf": elf(kind=ET_REL),
    "overlap.elf": elf([(RAM, SPIN * 4, None), (RAM + 8, SPIN, None)]),
    "low.elf": elf([(0x1000000000, SPIN, None)], entry=0x1000000000),
    "large.elf": elf([(RAM, SPIN, 0x40000000)]),
    "wrap.elf": elf([(RAM, SPIN, 0xFFFFFFFFFFFFFFF0)]),
    "no-segment.elf": patched(elf(), 64, b"\x04"), # a note
    "entry.elf": elf(entry=RAM + 0x100000),
    "bad.dtb": b"\xd0\x0d\xfe\xed" + bytes(60),
}


def write_all(folder):
    for name, data in FILES.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    os.mkdir(os.path.join(folder, "folder"))
