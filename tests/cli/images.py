"""Files for the cases: good and bad images, made from scratch.

SPDX-License-Identifier: MIT
"""
import gzip
import os
import struct

RAM = 0x80000000
HIGH = 0xFFFFFFFF80000000

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


# Prints '>' and then what it reads, until it reads a q; then status 7 (with fromhost behind tohost).
ECHO = words(
    0x00001297, 0x00100313, 0x03831313,  # auipc t0, 1; li t1, 1; slli t1, t1, 56: read
    0x10100393, 0x03039393, 0x03E00513,  # li t2, 0x101; slli t2, t2, 48: write; li a0, '>'
    0x00756533, 0x00A2B023, 0x0062B023,  # or a0, a0, t2; sd a0, 0(t0); sd t1, 0(t0)
    0x0082B503, 0xFE050EE3, 0x0002B423,  # ld a0, 8(t0); beqz a0, .-4; sd zero, 8(t0)
    0x0FF57513, 0x07100E13, 0xFFC510E3,  # zext.b a0, a0; li t3, 'q'; bne a0, t3, .-32
    0x00F00513, 0x00A2B023, 0x0000006F)  # li a0, 15; sd a0, 0(t0); j .

# Reads 4 bytes from the console to where it jumps to itself meanwhile; behind that, status 5.
REPLACED = words(
    0x00001297, 0x02028313, 0x03F00393, 0x00733023,  # auipc t0, 1; addi t1, t0, 32; li t2, 63; sd t2, 0(t1)
    0x00033423, 0x00000E17, 0x018E0E13, 0x01C33823,  # sd zero, 8(t1); auipc t3, 0; addi t3, t3, 24; sd t3, 16(t1)
    0x00400E93, 0x01D33C23, 0x0062B023, 0x0000006F,  # li t4, 4; sd t4, 24(t1); sd t1, 0(t0); j .
    0x00B00513, 0x00A2B023, 0x0000006F)              # li a0, 11; sd a0, 0(t0); j .

# Counts without end.
COUNT = words(0x00000013, 0x00128293, 0x00530333, 0xFF9FF06F)  # nop; addi t0, t0, 1; add t1, t1, t0; j .-8

# Prints dots without end.
FLOOD = words(
    0x00001297, 0x10100393, 0x03039393,  # auipc t0, 1; li t2, 0x101; slli t2, t2, 48
    0x02E38393, 0x0072B023, 0xFFDFF06F)  # addi t2, t2, '.'; sd t2, 0(t0); j .-4


# Hart 0 does that; hart 1 sends an x by the second UART now and then.
FLOOD_AND_SEND = words(
    0xF14022F3, 0x00029E63,              # csrr t0, mhartid; bnez t0, .+28
) + FLOOD + words(
    0x00010337, 0xFFF30313, 0xFE031EE3,  # lui t1, 0x10; addi t1, t1, -1; bnez t1, .-4
    0x100013B7, 0x07800E13, 0x01C38023,  # lui t2, 0x10001; li t3, 'x'; sb t3, 0(t2)
    0xFE9FF06F)                          # j .-24

# Test finisher: reset; power-off.
RESET = words(0x001002B7, 0x00007337, 0x77730313,  # lui t0, 0x100; lui t1, 7; addi t1, t1, 0x777
              0x0062A023, 0x0000006F)              # sw t1, 0(t0); j .
POWER_OFF = words(0x001002B7, 0x00005337, 0x55530313,  # lui t0, 0x100; lui t1, 5; addi t1, t1, 0x555
                  0x0062A023, 0x0000006F)              # sw t1, 0(t0); j .


# Test finisher: status 5.
FINISH_5 = words(0x001002B7, 0x00053337, 0x33330313,  # lui t0, 0x100; lui t1, 0x53; addi t1, t1, 0x333
                 0x0062A023, 0x0000006F)              # sw t1, 0(t0); j .

# System call exit, with 1000000, by the eight doublewords at RAM + 0x1020.
CALL_EXIT = words(0x00001297, 0x02028313, 0x05D00393,  # auipc t0, 1; addi t1, t0, 32; li t2, 93
                  0x00733023, 0x000F43B7, 0x24038393,  # sd t2, 0(t1); lui t2, 244; addi t2, t2, 576
                  0x00733423, 0x0062B023, 0x0000006F)  # sd t2, 8(t1); sd t1, 0(t0); j .

# As firmware does with the information that a2 leads to: if it is that, and the mode is S, on to where it says.
GO_ON = words(0x00063283, 0x49425337, 0x34F30313, 0x00629C63,  # ld t0, 0(a2); li t1, 0x4942534f; bne t0, t1, .+24
              0x01863303, 0xFFF30313, 0x00031663,  # ld t1, 24(a2); addi t1, t1, -1; bnez t1, .+12
              0x01063283, 0x00028067, 0x0000006F)  # ld t0, 16(a2); jr t0; j .


def symbol_sections(symbols, offset, size):
    """A symbol table with its strings, placed at offset of the file, and the section headers behind it."""
    strings, table = b"\0", bytes(24)
    for name, value in symbols.items():
        table += struct.pack("<IBBHQQ", len(strings), 0x11, 0, 0xFFF1, value, size)
        strings += name.encode() + b"\0"
    names = b"\0.symtab\0.strtab\0.shstrtab\0"
    headers = bytes(64)
    headers += struct.pack("<IIQQQQIIQQ", 1, 2, 0, 0, offset, len(table), 2, 1, 8, 24)
    headers += struct.pack("<IIQQQQIIQQ", 9, 3, 0, 0, offset + len(table), len(strings), 0, 0, 1, 0)
    headers += struct.pack("<IIQQQQIIQQ", 17, 3, 0, 0, offset + len(table) + len(strings), len(names), 0, 0, 1, 0)
    return table + strings + names, headers


def attributes(arch):
    """The section .riscv.attributes: the stack's alignment, and arch."""
    pairs = b"\x04\x10\x05" + arch.encode() + b"\0"
    file = b"\x01" + struct.pack("<I", 5 + len(pairs)) + pairs
    vendor = b"riscv\0" + file
    return b"A" + struct.pack("<I", 4 + len(vendor)) + vendor


def elf(segments=((RAM, SPIN, 0x1008),), entry=RAM, machine=EM_RISCV, kind=ET_EXEC,
        symbols={"tohost": TOHOST}, symbol_size=8, flags=7, arch=None):
    """A 64-bit little-endian ELF file; segments are (address, contents, size in memory or None). All symbols have the
    same size. arch is what it says that it is compiled for.
    """
    header = 64 + 56 * len(segments)
    table, data = b"", b""
    for addr, contents, memsize in segments:
        size = len(contents)
        table += struct.pack("<IIQQQQQQ", 1, flags, header + len(data), addr, addr, size,
                             size if memsize is None else memsize, 4)
        data += contents
    more, sections = symbol_sections(symbols, header + len(data), symbol_size)
    if arch:
        said = attributes(arch)
        sections += struct.pack("<IIQQQQIIQQ", 0, 0x70000003, 0, 0, header + len(data + more), len(said), 0, 0, 1, 0)
        more += said
    data += more
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    return ident + struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, entry, 64, header + len(data), 0, 64,
                               56, len(segments), 64, 5 if arch else 4, 3) + table + data + sections


def signed(begin, end):
    """Status 5, and a signature that is its own code."""
    return elf([(RAM, exit_with(5), 0x1008)],
               symbols={"tohost": TOHOST, "begin_signature": begin, "end_signature": end})


def patched(data, offset, value):
    return data[:offset] + value + data[offset + len(value):]


def image(text_offset=0x200000, image_size=0x3000, magic=b"RSC\x05", pe_machine=None):
    """A Linux Image whose code is that of exit-5.elf, with an EFI stub's PE header if a machine is given."""
    header = words(0x0400006F, 0)  # j .+64
    header += struct.pack("<QQQIIQQ4sI", text_offset, image_size, 0, 2, 0, 0, 0, magic, 68)
    if pe_machine is None:
        return header + FINISH_5
    return b"MZ" + header[2:] + bytes(4) + b"PE\0\0" + struct.pack("<HH", pe_machine, 1) + bytes(16)


IMAGE = image()
IMAGE_GZ = gzip.compress(IMAGE, mtime=0)

FILES = {
    "Image": IMAGE,
    "Image-large": image(image_size=0x40000000),
    "Image-arm": image(magic=b"ARM\x64"),
    "Image-short": image(pe_machine=0x5064) + b".text\0\0\0" +
                   struct.pack("<IIII", 0x1000, 0, 0x200, 0x80) + bytes(16),
    "zImage": patched(bytes(0x400), 0x24, struct.pack("<I", 0x016F2818)),
    "bzImage": patched(bytes(0x400), 0x1FE, b"\x55\xaa\xeb\x66HdrS"),
    "Image-x86": image(magic=bytes(4), pe_machine=0x8664),
    "program.efi": image(magic=bytes(4), pe_machine=0x5064),
    "Image.gz": IMAGE_GZ,
    "Image-truncated.gz": IMAGE_GZ[:-9],
    "Image-bomb.gz": gzip.compress(IMAGE + bytes(0x1000000), mtime=0),
    "Image-large.gz": gzip.compress(image(image_size=0x40000000), mtime=0),
    "text.gz": gzip.compress(b"Hello, this is no kernel." * 4, mtime=0),
    "vmlinux": patched(elf([(RAM, FINISH_5, 0x1008)], entry=HIGH, symbols={}), 64 + 16,
                       struct.pack("<QQ", HIGH, 0)),  # the segment's virtual and physical address
    "fw_dynamic.bin": GO_ON,
    "large.img": bytes(0x8000000),
    "spin.elf": elf(),
    "no-tohost.elf": elf(symbols={}),
    "symbols.elf": elf([(RAM, words(0x0080006F, 0x00000013) + exit_with(5), 0x1010)],
                       symbols={"tohost": TOHOST + 8, "_start": RAM, "finish": RAM + 8}),
    "flood-and-send.elf": elf([(RAM, FLOOD_AND_SEND, 0x1010)], symbols={"tohost": TOHOST + 8}),
    "exit-0.elf": elf([(RAM, exit_with(0), 0x1008)]),
    "exit-5.elf": elf([(RAM, exit_with(5), 0x1008)]),
    "named.elf": elf([(RAM, exit_with(5), 0x1008)], symbols={"tohost": TOHOST, "main": RAM}, symbol_size=16),
    "lacks.elf": elf(arch="rv64imafdcv_zicsr2p0_zbkb1p0_zba1p0_xtheadba1p0"),
    "has.elf": elf(arch="rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0_ziccid1p0_zba1p0_b1p0"),
    "not-code.elf": elf([(RAM, exit_with(5), 0x1008)], flags=6),
    "exit-118.elf": elf([(RAM, exit_with(118), 0x1008)]),
    "exit-half.elf": elf([(RAM, words(0x00001297, 0x00700313, 0x0062A023, 0x0000006F), 0x1008)]), # sw, not sd
    "exit-119.elf": elf([(RAM, exit_with(119), 0x1008)]),
    "finish-5.elf": elf([(RAM, FINISH_5, 0x1008)], symbols={"tohost": TOHOST, "finish": RAM}, symbol_size=0x20),
    "call-exit.elf": elf([(RAM, CALL_EXIT, 0x1060)], symbols={"tohost": TOHOST, "main": RAM}, symbol_size=0x28),
    "exit-256.elf": elf([(RAM, exit_with(256), 0x1008)]),
    "exit-300.elf": elf([(RAM, exit_with(300), 0x1008)]),
    "echo.elf": elf([(RAM, ECHO, 0x1010)],
                    symbols={"tohost": TOHOST, "fromhost": TOHOST + 8}),
    "flood.elf": elf([(RAM, FLOOD, 0x1008)]),
    "replaced.elf": elf([(RAM, REPLACED, 0x1060)], symbols={"tohost": TOHOST, "fromhost": TOHOST + 8}),
    "wait.elf": elf([(RAM, words(0x10500073, 0xFFDFF06F), 0x1008)]),  # wfi; j .-4
    "trap.elf": elf([(RAM, words(0x00000297, 0x00C28293, 0x30529073, 0), 0x1008)]),  # auipc t0, 0; addi t0, t0, 12; csrw mtvec, t0
    "count.elf": elf([(RAM, COUNT, 0x1008)], symbols={"tohost": TOHOST, "main": RAM}, symbol_size=0x10),
    "reset.elf": elf([(RAM, RESET, 0x1008)]),
    "power-off.elf": elf([(RAM, POWER_OFF, 0x1008)]),
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
