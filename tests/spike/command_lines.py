"""Command lines of rvemu-spike, and what must come of them.

SPDX-License-Identifier: MIT
"""
import os
import shlex
from typing import NamedTuple

import images
from guests import *


class Case(NamedTuple):
    args: list
    status: int
    out: str = ""
    err: str = ""
    files: dict = {}  # name: contents afterwards
    stdin: bytes = b""


def runs(line, status=0, **more):
    return Case(shlex.split(line), status, **more)


def refuses(line, message, status=1):
    """Says so in one line."""
    return Case(shlex.split(line), status, err=message + "\n")


FAILED = "*** FAILED *** (tohost = {})\n"
TRY = "\nTry 'rvemu-spike --help' for more information."


def log(name):
    """What Spike printed for the same program."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), encoding="utf-8") as file:
        return file.read()


def signed():
    """A signature of 20 bytes."""
    return elf(*exit_with(0), data=bytes(16) + bytes(range(1, 21)),
               more={"begin_signature": DATA + 16, "end_signature": DATA + 36})


def probe(page):
    """Ends with 1 if something is at that page, below 4 GiB, else by way of a trap with 2."""
    return elf(auipc(T2, 0), addi(T2, T2, 48), csrw(MTVEC, T2), lui(T0, page), slli(T0, T0, 32), srli(T0, T0, 32),
               lw(T1, T0, 0), *exit_with(1), *exit_with(2))


# What logs have to tell: a loop, a trap and the way back, memory, a compressed instruction, a timer interrupt.
LOGGED = elf(
    auipc(T3, 0), addi(T3, T3, 72), csrw(MTVEC, T3),                # 0
    point(T0), li(T1, 3), addi(T1, T1, -1), bne(T1, ZERO, -1),      # 3: point() is two
    sd(T1, T0, 24), ld(T2, T0, 24), 0x00214505, ECALL,              # 8: c.li a0, 1; c.addi sp, 8
    slli(T1, A0, 7), csrs(MIE, T1), li(T1, 8), csrs(MSTATUS, T1),   # 12
    j(0), SPIN,                                                     # 16: the interrupt comes here
    csrr(A1, MCAUSE), branch(4, A1, ZERO, 5),                       # 18: bltz
    csrr(A1, MEPC), addi(A1, A1, 4), csrw(MEPC, A1), MRET,          # 20
    *exit_with(5), more={"_start": RAM, "loop": RAM + 24, "handler": RAM + 72, "$x": RAM + 72})

FILES = {
    "logged.elf": LOGGED,
    "pass.elf": elf(*exit_with(0)),
    "fail.elf": elf(*exit_with(5)),
    "large.elf": elf(*exit_with(300)),
    "call-exit.elf": elf(*call(93, 7), SPIN, more={"_start": RAM}),
    "misaligned.elf": elf(auipc(T2, 0), addi(T2, T2, 44), csrw(MTVEC, T2), point(T0), ld(T1, T0, 33), *exit_with(1),
                          *exit_with(2)),
    "hello.elf": elf(*call(64, 1, [addi(T1, T0, 0x200)], 6), *exit_with(0),
                     data=bytes(0x200) + b"hello\n"),
    "two-words.elf": elf(point(T0), li(T1, 11), sw(T1, T0, 0), sw(ZERO, T0, 4), SPIN),
    "high-word.elf": elf(point(T0), lui(T1, 0x1010), li(T2, 0x41), sw(T2, T0, 0), sw(T1, T0, 4),
                         ld(T1, T0, 0), bne(T1, ZERO, -1), *exit_with(0)),
    "signed.elf": signed(),
    "spin.elf": elf(SPIN),
    "no-tohost.elf": elf(SPIN, symbols={}),
    "harts.elf": elf(csrr(A0, MHARTID), li(T1, 1), beq(A0, T1, 2), SPIN, *exit_with(4)),
    "hart-0.elf": elf(csrr(A0, MHARTID), bne(A0, ZERO, 0), *exit_with(3)),
    "finisher.elf": probe(0x100),
    "clint.elf": probe(0x2000),
    "ram-4m.elf": probe(0x80400),
    "ram-low.elf": probe(0x20),
    "junk": b"junk",
    "zeros": bytes(1000),
    "x86.elf": images.elf(machine=images.EM_X86_64),
    "class32.elf": images.patched(images.elf(), 4, b"\x01"),
}

RUNS = [
    runs("pass.elf"),
    runs("fail.elf", 5, err=FAILED.format(5)),
    runs("large.elf", 300 & 255, err=FAILED.format(300)),
    runs("call-exit.elf", 7),
    runs("hello.elf", out="hello\n"),
    runs("two-words.elf", 5, err=FAILED.format(5)),
    runs("high-word.elf", out="A"),
    runs("--instructions=20000 spin.elf"),
    runs("--instructions=20000 no-tohost.elf",
         err="warning: tohost and fromhost symbols not in ELF; can't communicate with target\n"),
    runs("--instructions=3 fail.elf"),
    runs("--instructions 4999 fail.elf"),
    runs("--instructions=5000 fail.elf", 5, err=FAILED.format(5)),
    runs("--instructions=10000 fail.elf", 5, err=FAILED.format(5)),
    runs("-p2 harts.elf", 4, err=FAILED.format(4)),
    runs("-p1 hart-0.elf", 3, err=FAILED.format(3)),
    runs("--pc=0x80000000 fail.elf", 5, err=FAILED.format(5)),
    runs("--log=log --pc 0x80000008 --instructions=1 pass.elf", files={"log": ""}),
    runs("--isa=rv64imac --priv=m pass.elf"),
    runs("--isa RV64GC_Zba_zicond --priv MU pass.elf"),
    runs("--isa=rv64im2p0_a2p1_zicsr pass.elf"),
    runs("--isa=rv64ifdc_zfh_zk_zks_smstateen_svadu_zicfiss pass.elf"),
    runs("--pmpregions=0 --pmpgranularity=4 --triggers=4 --blocksz=32 pass.elf"),
    runs("--real-time-clint --bootargs=x pass.elf"),
    runs("misaligned.elf", 2, err=FAILED.format(2)),
    runs("--isa=rv64i_zicclsm misaligned.elf", 1, err=FAILED.format(1)),
    runs("--misaligned misaligned.elf", 1, err=FAILED.format(1)),
    # RISCOF, riscv-dv and riscv-tests, as they call it.
    runs("--isa=rv64imac +signature=DUT-spike.signature +signature-granularity=4 signed.elf",
         files={"DUT-spike.signature": "04030201\n08070605\n0c0b0a09\n100f0e0d\n14131211\n"}),
    runs("--log-commits --isa=rv64imafdc --priv=m --misaligned -l call-exit.elf", 7,
         err="...\ncore   0: >>>>  _start\ncore   0: 0x0000000080000000 (0x00001297) auipc   t0, 0x1\n"
             "core   0: 3 0x0000000080000000 (0x00001297) x5  0x0000000080001000\n..."),
    runs("--isa=rv64gch fail.elf", 255, err="error: bad --isa option 'rv64gch'. unsupported extension: h\n"),
    runs("--isa=rv64gc_ziccid_zfh_zicboz_svnapot_zicntr_zba_zbb_zbs fail.elf", 5, err=FAILED.format(5)),
    runs("finisher.elf", 2, err=FAILED.format(2)),
    runs("clint.elf", 1, err=FAILED.format(1)),
    runs("ram-4m.elf", 1, err=FAILED.format(1)),
    runs("-m4 ram-4m.elf", 2, err=FAILED.format(2)),
    runs("-m0x80000000:0x400000 ram-4m.elf", 2, err=FAILED.format(2)),
    runs("-m0x80000000:0x300000,0x80200000:0x300000 ram-4m.elf", 1, err=FAILED.format(1)),
    runs("ram-low.elf", 2, err=FAILED.format(2)),
    runs("-m0x20000:0x1000,0x80000000:0x400000 ram-low.elf", 1, err=FAILED.format(1)),
    runs("-m0x80000100:0x10000 pass.elf",
         err="Warning: the memory at [0x80000100, 0x800100FF] has been realigned\n"
             "to the 4 KiB page size: [0x80000000, 0x80010FFF]\n"),
    runs("+signature=out.sig signed.elf",
         files={"out.sig": "100f0e0d0c0b0a090807060504030201\n00000000000000000000000014131211\n"}),
    runs("+signature=out.sig +signature-granularity=4 signed.elf",
         files={"out.sig": "04030201\n08070605\n0c0b0a09\n100f0e0d\n14131211\n"}),
    runs("--instructions=5000 +signature=out.sig +signature-granularity=8 signed.elf",
         files={"out.sig": "0807060504030201\n100f0e0d0c0b0a09\n0000000014131211\n"}),
    runs("+permissive +verbose --cycles=9 +permissive-off fail.elf", 5, err=FAILED.format(5)),
    runs("+target-argument=fail.elf", 5, err=FAILED.format(5)),
    runs("--log-commits -l --log=log --instructions=10006 logged.elf", files={"log": log("both.log")}),
    runs("--log-commits --instructions=10006 logged.elf", err=log("commits.log")),
    runs("-l --log log logged.elf", 5, err=FAILED.format(5), files={"log": log("insns.log")}),
    runs("--dump-dts -p2 -m64 --bootargs='a \"b\"' none.elf", out="/dts-v1/;\n\n/ {\n\t#address-cells = <0x02>;\n..."
         '\t\tbootargs = "a \\"b\\"";\n...\n\t\tcpu@1 {\n...\n\tmemory@80000000 {\n\t\tdevice_type = "memory";\n'
         "\t\treg = <0x00 0x80000000 0x00 0x4000000>;\n\t};\n...\t};\n};\n"),
    runs("-h", err="Usage: rvemu-spike ..."),
    runs("--help", err="Usage: rvemu-spike ..."),
    runs("+help", err="Usage: rvemu-spike ..."),
]

ERRORS = [
    refuses("", "...: no program is named, so there is nothing to run" + TRY),
    refuses("--foo", "...: unrecognized option --foo" + TRY),
    refuses("-H pass.elf", "...: unrecognized option -H" + TRY),
    refuses("-p 2 pass.elf", "...: argument required for option -p" + TRY),
    refuses("--isa", "...: argument required for option --isa" + TRY),
    refuses("--log-commits=x pass.elf", "...: no argument allowed for option --log-commits=x" + TRY),
    refuses("-p0 pass.elf", "-p: '0' is not a number of harts"),
    refuses("-ptwo pass.elf", "-p: 'two' is not a number of harts"),
    refuses("-mabc pass.elf", "-m: 'abc' is neither a number of MiB nor BASE:SIZE,... (...)"),
    refuses("-m0x1000:x pass.elf", "-m: 'x' is neither ... (...)"),
    refuses("-m0 pass.elf", "-m: Unsupported memory region {base = 0x80000000, size = 0x0} specified"),
    refuses("-m99999999999999999 pass.elf", "-m: Memory size too large", 255),
    refuses("--pc=here pass.elf", "--pc: 'here' is not an address"),
    refuses("--instructions=many pass.elf", "--instructions: 'many' is not a number of instructions"),
    refuses("--pmpregions=17 pass.elf", "--pmpregions: '17' is not a number from 0 to 16"),
    refuses("--pmpgranularity=8 pass.elf", "--pmpgranularity: there is no other choice than 4 here"),
    refuses("--triggers=2 pass.elf", "--triggers: there is no other choice than 4 here"),
    refuses("--blocksz=3 pass.elf", "--blocksz must be a power of 2 between 16 and 4096", 255),
    refuses("--isa=rv64zz pass.elf", "error: bad --isa option 'rv64zz'. 'rv64' must be followed by I or G", 255),
    refuses("--isa=rv64gc_zfoo pass.elf", "error: bad --isa option 'rv64gc_zfoo'. unsupported extension: zfoo", 255),
    refuses("--isa=rv64gcv pass.elf", "error: bad --isa option 'rv64gcv'. unsupported extension: v", 255),
    refuses("--isa=rv64ima_s pass.elf", "error: bad --isa option 'rv64ima_s'. unsupported extension: s", 255),
    refuses("--isa=rv64iam pass.elf", "error: bad --isa option 'rv64iam'. letters in another order, from m", 255),
    refuses("--isa=rv32gc pass.elf", "error: bad --isa option 'rv32gc'. harts with 32 bits are not there; ...", 255),
    refuses("--isa=x pass.elf", "error: bad --isa option 'x'. ISA strings must begin with RV64", 255),
    refuses("--priv=q pass.elf", "error: bad --priv option q (...)", 255),
    refuses("+permissive-off pass.elf", "Found +permissive-off when not parsing permissively", 255),
    refuses("+payload=x pass.elf", "+payload=x: that is not there"),
    refuses("+signature=x --verbose pass.elf", "...: unrecognized option --verbose" + TRY),
    refuses("--kernel=junk pass.elf one", "one: a program that starts a kernel (--kernel) gets no arguments"),
    refuses("nofile.elf", "rvemu: ...nofile.elf...No such file or directory...", 255),
    refuses("junk", "rvemu: ...", 255),
    refuses("x86.elf", "rvemu: ...'x86.elf'...", 255),
    refuses("class32.elf", "rvemu: ...'class32.elf'...", 255),
    refuses("-m0x90000000:0x100000 pass.elf", "rvemu: ...0x80000000...", 255),
    refuses("--initrd=nofile pass.elf", "rvemu: ...nofile...", 255),
    refuses("--dtb=junk pass.elf", "rvemu: ...junk...", 255),
    refuses("+signature=no/folder pass.elf", "rvemu: ...no/folder...", 255),
    refuses("+signature=x +signature-granularity=5 signed.elf", "rvemu: ...5...", 255),
]

CASES = RUNS + ERRORS
