"""Small programs, and what `-d commits` has to say about each of their instructions.

A row is an instruction's bits, its assembly, and what follows its bits in the log; SILENT where it has
no line, because it traps. Programs lie at RAM, one instruction after another, and end by a store to
TOHOST.

SPDX-License-Identifier: MIT
"""
RAM = 0x80000000
TOHOST = RAM + 0x1040
SILENT = None

CLEARED = "".join(f" mem 0x{RAM + 0x1000 + i:016x} 0x00" for i in range(64))

# Of each kind of line one. It ends in U mode.
KINDS = [
    ("00001297", "auipc t0, 1", " x5  0x0000000080001000"),
    ("4095", "c.li ra, 5", " x1  0x0000000000000005"),
    ("0001", "c.nop", ""),
    ("00000013", "nop", ""),
    ("6309", "c.lui t1, 2", " x6  0x0000000000002000"),
    ("30032073", "csrs mstatus, t1", " c768_mstatus 0x0000000a00002000"),
    # FS becomes Dirty by the first write to a floating-point register, and flags show though they are set already.
    ("f2008553", "fmv.d.x fa0, ra", " f10 0x0000000000000005 c768_mstatus 0x8000000a00006000"),
    ("d20085d3", "fcvt.d.w fa1, ra", " f11 0x4014000000000000"),
    ("02a5f6d3", "fadd.d fa3, fa1, fa0", " c1_fflags 0x0000000000000001 f13 0x4014000000000000"),
    ("02a5f6d3", "fadd.d fa3, fa1, fa0", " c1_fflags 0x0000000000000001 f13 0x4014000000000000"),
    ("c20693d3", "fcvt.w.d t2, fa3, rtz", " x7  0x0000000000000005"),
    # What traps has no line, and takes no flags away.
    ("00000317", "auipc t1, 0", " x6  0x0000000080000026"),
    ("0349", "c.addi t1, 18", " x6  0x0000000080000038"),
    ("30531073", "csrw mtvec, t1", " c773_mtvec 0x0000000080000038"),
    ("00003507", "fld fa0, 0(zero)", SILENT),
    ("00000013", "nop", SILENT),
    ("001023f3", "frflags t2", " x7  0x0000000000000001"),
    ("003013f3", "fscsr t2, zero",
     " c1_fflags 0x0000000000000000 c2_frm 0x0000000000000000 x7  0x0000000000000001"),
    # Loads and stores of each size, one misaligned.
    ("0012b423", "sd ra, 8(t0)", " mem 0x0000000080001008 0x0000000000000005"),
    ("0082a403", "lw s0, 8(t0)", " x8  0x0000000000000005 mem 0x0000000080001008"),
    ("0082a003", "lw zero, 8(t0)", " mem 0x0000000080001008"),
    ("00129fa3", "sh ra, 31(t0)", " mem 0x000000008000101f 0x0005"),
    ("02128023", "sb ra, 32(t0)", " mem 0x0000000080001020 0x05"),
    ("00828e13", "addi t3, t0, 8", " x28 0x0000000080001008"),
    ("001e24af", "amoadd.w s1, ra, (t3)",
     " x9  0x0000000000000005 mem 0x0000000080001008 mem 0x0000000080001008 0x0000000a"),
    ("001e302f", "amoadd.d zero, ra, (t3)",
     " mem 0x0000000080001008 mem 0x0000000080001008 0x000000000000000f"),
    ("100e24af", "lr.w s1, (t3)", " x9  0x000000000000000f mem 0x0000000080001008"),
    ("181e24af", "sc.w s1, ra, (t3)", " x9  0x0000000000000000 mem 0x0000000080001008 0x00000005"),
    ("181e24af", "sc.w s1, ra, (t3)", " x9  0x0000000000000001"),
    ("281e24af", "amocas.w s1, ra, (t3)", " x9  0x0000000000000005 mem 0x0000000080001008"),
    ("281e24af", "amocas.w s1, ra, (t3)",
     " x9  0x0000000000000005 mem 0x0000000080001008 mem 0x0000000080001008 0x00000005"),
    ("02028e93", "addi t4, t0, 32", " x29 0x0000000080001020"),
    ("280ec62f", "amocas.q a2, zero, (t4)",
     " x12 0x0000000000000005 x13 0x0000000000000000 mem 0x0000000080001020"),
    ("280ec62f", "amocas.q a2, zero, (t4)",
     " x12 0x0000000000000005 x13 0x0000000000000000 mem 0x0000000080001020"
     " mem 0x0000000080001020 0x0000000000000000 mem 0x0000000080001028 0x0000000000000000"),
    ("0042a00f", "cbo.zero (t0)", CLEARED),
    # CSRs by the names of what they are views of; those that store nothing; misa, which does not let go of C here.
    ("10409073", "csrw sie, ra", " c260_sie 0x0000000000000000 c772_mie 0x0000000000000000"),
    ("30409073", "csrw mie, ra", " c772_mie 0x0000000000000000"),
    ("10001073", "csrw sstatus, zero", " c768_mstatus 0x0000000a00001800"),
    ("30001073", "csrw mstatus, zero", " c768_mstatus 0x0000000a00000000"),
    ("34416073", "csrsi mip, 2", " c777_mvip 0x0000000000000000 c836_mip 0x0000000000000002"),
    ("14417073", "csrci sip, 2", " c777_mvip 0x0000000000000002 c836_mip 0x0000000000000002"),
    ("b0309073", "csrw mhpmcounter3, ra", ""),
    ("3b109073", "csrw pmpaddr1, ra", " c945_pmpaddr1 0x0000000000000005"),
    ("00008537", "lui a0, 8", " x10 0x0000000000008000"),
    ("3a052073", "csrs pmpcfg0, a0", " c928_pmpcfg0 0x000000000000801f"),
    ("3b109073", "csrw pmpaddr1, ra", ""),
    ("f1402573", "csrr a0, mhartid", " x10 0x0000000000000000"),
    ("0001", "c.nop", ""),
    ("30127073", "csrci misa, 4", ""),
    # Control transfers.
    ("00100063", "beqz ra, .", ""),
    ("00009263", "bnez ra, .+4", ""),
    ("004000ef", "jal ra, .+4", " x1  0x00000000800000c6"),
    ("a009", "c.j .+2", ""),
    ("00000317", "auipc t1, 0", " x6  0x00000000800000c8"),
    ("0349", "c.addi t1, 18", " x6  0x00000000800000da"),
    ("ff8300e7", "jalr ra, -8(t1)", " x1  0x00000000800000d2"),
    ("34131073", "csrw mepc, t1", " c833_mepc 0x00000000800000da"),
    ("30200073", "mret", " c768_mstatus 0x0000000a00000080"),
    ("4505", "c.li a0, 1", " x10 0x0000000000000001"),
    ("04a2b023", "sd a0, 64(t0)", " mem 0x0000000080001040 0x0000000000000001"),
    ("a001", "c.j .", SILENT),
]

# Lists of registers: in the order of their numbers, and memory in that of the accesses.
LISTS = [
    ("00001297", "auipc t0, 1", " x5  0x0000000080001000"),
    ("02028113", "addi sp, t0, 32", " x2  0x0000000080001020"),
    ("00000097", "auipc ra, 0", " x1  0x0000000080000008"),
    ("00c9", "c.addi ra, 18", " x1  0x000000008000001a"),
    ("b852", "cm.push {ra, s0}, -16",
     " x2  0x0000000080001010 mem 0x0000000080001018 0x0000000000000000"
     " mem 0x0000000080001010 0x000000008000001a"),
    ("ba52", "cm.pop {ra, s0}, 16",
     " x1  0x000000008000001a x2  0x0000000080001020 x8  0x0000000000000000"
     " mem 0x0000000080001018 mem 0x0000000080001010"),
    ("b852", "cm.push {ra, s0}, -16",
     " x2  0x0000000080001010 mem 0x0000000080001018 0x0000000000000000"
     " mem 0x0000000080001010 0x000000008000001a"),
    ("ac66", "cm.mva01s s0, s1", " x10 0x0000000000000000 x11 0x0000000000000000"),
    ("ac26", "cm.mvsa01 s0, s1", " x8  0x0000000000000000 x9  0x0000000000000000"),
    ("bc52", "cm.popretz {ra, s0}, 16",
     " x1  0x000000008000001a x2  0x0000000080001020 x8  0x0000000000000000 x10 0x0000000000000000"
     " mem 0x0000000080001018 mem 0x0000000080001010"),
    ("4505", "c.li a0, 1", " x10 0x0000000000000001"),
    ("04a2b023", "sd a0, 64(t0)", " mem 0x0000000080001040 0x0000000000000001"),
    ("a001", "c.j .", SILENT),
]

# Without D a floating-point register is shown with 32 bits.
SINGLE = [
    ("6309", "c.lui t1, 2", " x6  0x0000000000002000"),
    ("30032073", "csrs mstatus, t1", " c768_mstatus 0x0000000a00002000"),
    ("4095", "c.li ra, 5", " x1  0x0000000000000005"),
    ("f0008553", "fmv.w.x fa0, ra", " f10 0x00000005 c768_mstatus 0x8000000a00006000"),
    ("00001297", "auipc t0, 1", " x5  0x000000008000100c"),
    ("0082a587", "flw fa1, 8(t0)", " f11 0x00000000 mem 0x0000000080001014"),
    ("4505", "c.li a0, 1", " x10 0x0000000000000001"),
    ("02a2aa23", "sw a0, 52(t0)", " mem 0x0000000080001040 0x00000001"),
    ("a001", "c.j .", SILENT),
]

# The return from a non-maskable interrupt, here to U mode.
NON_MASKABLE = [
    ("00001297", "auipc t0, 1", " x5  0x0000000080001000"),
    ("74445073", "csrwi mnstatus, 8", " c1860_mnstatus 0x0000000000000008"),
    ("00000317", "auipc t1, 0", " x6  0x0000000080000008"),
    ("0339", "c.addi t1, 14", " x6  0x0000000080000016"),
    ("74131073", "csrw mnepc, t1", " c1857_mnepc 0x0000000080000016"),
    ("70200073", "mnret", " c768_mstatus 0x0000000a00000000 c1860_mnstatus 0x0000000000000008"),
    ("4505", "c.li a0, 1", " x10 0x0000000000000001"),
    ("04a2b023", "sd a0, 64(t0)", " mem 0x0000000080001040 0x0000000000000001"),
    ("a001", "c.j .", SILENT),
]

# A shadow stack of U mode. It begins with the root table: RAM twice, the second time as pages of shadow stacks.
SHADOW_STACK = [
    ("00002297", "auipc t0, 2", " x5  0x0000000080002000"),
    ("20000337", "lui t1, 0x20000", " x6  0x0000000020000000"),
    ("0df30393", "addi t2, t1, 223", " x7  0x00000000200000df"),
    ("0072b823", "sd t2, 16(t0)", " mem 0x0000000080002010 0x00000000200000df"),
    ("0d530393", "addi t2, t1, 213", " x7  0x00000000200000d5"),
    ("0072bc23", "sd t2, 24(t0)", " mem 0x0000000080002018 0x00000000200000d5"),
    ("00c2d393", "srli t2, t0, 12", " x7  0x0000000000080002"),
    ("fff00593", "li a1, -1", " x11 0xffffffffffffffff"),
    ("03f59593", "slli a1, a1, 63", " x11 0x8000000000000000"),
    ("00b3e3b3", "or t2, t2, a1", " x7  0x8000000000080002"),
    ("18039073", "csrw satp, t2", " c384_satp 0x8000000000080002"),
    ("30a46073", "csrsi menvcfg, 8", " c778_menvcfg 0x0000000000000008"),
    ("10a46073", "csrsi senvcfg, 8", " c266_senvcfg 0x0000000000000008"),
    ("40000e37", "lui t3, 0x40000", " x28 0x0000000040000000"),
    ("005e0e33", "add t3, t3, t0", " x28 0x00000000c0002000"),
    ("011e1073", "csrw ssp, t3", " c17_ssp 0x00000000c0002000"),
    ("00000317", "auipc t1, 0", " x6  0x0000000080000040"),
    ("01030313", "addi t1, t1, 16", " x6  0x0000000080000050"),
    ("34131073", "csrw mepc, t1", " c833_mepc 0x0000000080000050"),
    ("30200073", "mret", " c768_mstatus 0x0000000a00000080"),
    ("ce504073", "sspush t0", " c17_ssp 0x00000000c0001ff8 mem 0x00000000c0001ff8 0x0000000080002000"),
    ("6081", "c.sspush ra", " c17_ssp 0x00000000c0001ff0 mem 0x00000000c0001ff0 0x0000000000000000"),
    ("cdc0c073", "sspopchk ra", " c17_ssp 0x00000000c0001ff8 mem 0x00000000c0001ff0"),
    ("00028093", "mv ra, t0", " x1  0x0000000080002000"),
    ("cdc0c073", "sspopchk ra", " c17_ssp 0x00000000c0002000 mem 0x00000000c0001ff8"),
    ("cdc04673", "ssrdp a2", " x12 0x00000000c0002000"),
    ("48ce36af", "ssamoswap.d a3, a2, (t3)",
     " x13 0x0000000000000000 mem 0x00000000c0002000 mem 0x00000000c0002000 0x00000000c0002000"),
    ("48de272f", "ssamoswap.w a4, a3, (t3)",
     " x14 0xffffffffc0002000 mem 0x00000000c0002000 mem 0x00000000c0002000 0x00000000"),
    ("00100513", "li a0, 1", " x10 0x0000000000000001"),
    ("00001317", "auipc t1, 1", " x6  0x0000000080001072"),
    ("fca33723", "sd a0, -50(t1)", " mem 0x0000000080001040 0x0000000000000001"),
    ("a001", "c.j .", SILENT),
]

# Where an indirect jump must lead to a landing pad: one that does, and one that does not.
LANDING_PADS = [
    ("00001297", "auipc t0, 1", " x5  0x0000000080001000"),
    ("123453b7", "lui t2, 0x12345", " x7  0x0000000012345000"),
    ("40000313", "li t1, 0x400", " x6  0x0000000000000400"),
    ("74731073", "csrw mseccfg, t1", " c1863_mseccfg 0x0000000000000400"),
    ("00000517", "auipc a0, 0", " x10 0x0000000080000010"),
    ("00c500e7", "jalr ra, 12(a0)", " x1  0x0000000080000018"),
    ("00000013", "nop", SILENT),
    ("12345017", "lpad 0x12345", ""),
    ("00000317", "auipc t1, 0", " x6  0x0000000080000020"),
    ("01830313", "addi t1, t1, 24", " x6  0x0000000080000038"),
    ("30531073", "csrw mtvec, t1", " c773_mtvec 0x0000000080000038"),
    ("00000517", "auipc a0, 0", " x10 0x000000008000002c"),
    ("00850067", "jr 8(a0)", ""),
    ("00000013", "nop", SILENT),
    ("342025f3", "csrr a1, mcause", " x11 0x0000000000000012"),
    ("74701073", "csrw mseccfg, zero", " c1863_mseccfg 0x0000000000000000"),
    ("300025f3", "csrr a1, mstatus", " x11 0x0000020a00001800"),
    ("6309", "c.lui t1, 2", " x6  0x0000000000002000"),
    ("80030313", "addi t1, t1, -2048", " x6  0x0000000000001800"),
    ("30033073", "csrc mstatus, t1", " c768_mstatus 0x0000020a00000000"),
    ("00000317", "auipc t1, 0", " x6  0x000000008000004e"),
    ("0341", "c.addi t1, 16", " x6  0x000000008000005e"),
    ("0001", "c.nop", ""),
    ("34131073", "csrw mepc, t1", " c833_mepc 0x000000008000005e"),
    ("30200073", "mret", " c768_mstatus 0x0000000a00000080"),
    ("4505", "c.li a0, 1", " x10 0x0000000000000001"),
    ("04a2b023", "sd a0, 64(t0)", " mem 0x0000000080001040 0x0000000000000001"),
    ("a001", "c.j .", SILENT),
]

# Hart 1 alone ends the program.
TWO_HARTS = [
    ("f1402573", "csrr a0, mhartid", " x10 0x0000000000000001"),
    ("c101", "c.beqz a0, .", ""),
    ("00001297", "auipc t0, 1", " x5  0x0000000080001006"),
    ("02a2ad23", "sw a0, 58(t0)", " mem 0x0000000080001040 0x00000001"),
    ("a001", "c.j .", SILENT),
]


def code(program):
    """Its bytes."""
    return b"".join(bytes.fromhex(bits)[::-1] for bits, _, _ in program)


def lines(program, hart=0):
    """The log of it, from its first instruction to the store to tohost; U mode is behind the return."""
    pc, mode, text = RAM, 3, []
    for bits, assembly, what in program:
        if what is not SILENT:
            text.append(f"core{hart:4}: {mode} 0x{pc:016x} (0x{bits}){what}")
        if assembly in ("mret", "mnret"):
            mode = 0
        pc += len(bits) // 2
    return text
