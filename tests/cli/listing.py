#!/usr/bin/env python3
"""Compares the lines of `-d in_asm` with what objdump prints of the same program.

    listing.py RVEMU OBJDUMP ELF...    in TAP

Address, symbol, bits, mnemonic and operands of each instruction that is decoded must be objdump's,
the names of jumps' targets included. What objdump adds as a comment is not compared.

SPDX-License-Identifier: MIT
"""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run

# 0x0000000080000010 <main+0x10>:  00a58533  add     a0,a1,a0
LINE = re.compile(r"0x([0-9a-f]{16})(?: <([^>]*)>)?:  ([0-9a-f]+) +(\S+) *(.*)")
# 0000000080000000 <main>:
HEADING = re.compile(r"([0-9a-f]{16}) <(.*)>:")
INSN = re.compile(r"\s*([0-9a-f]+):\t([0-9a-f]+)\s+\t?(\S+)\s*([^#]*)")


def wanted(objdump, elf):
    """address -> (symbol, bits, mnemonic, operands)."""
    done = subprocess.run([objdump, "-d", elf], capture_output=True, check=True, text=True)
    lines, start, name = {}, 0, ""
    for line in done.stdout.split("\n"):
        if found := HEADING.match(line):
            start, name = int(found[1], 16), found[2]
        elif found := INSN.match(line):
            addr = int(found[1], 16)
            symbol = f"{name}+{addr - start:#x}" if addr != start else name
            lines[addr] = (symbol, found[2], found[3], found[4].strip())
    return lines


def listed(rvemu, elf):
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        subprocess.run([rvemu, "-d", "in_asm", "-D", log, elf], stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=run.TIMEOUT, check=True)
        with open(log, encoding="utf-8") as file:
            for line in file:
                found = LINE.fullmatch(line.rstrip())
                yield (int(found[1], 16), found[2], found[3], found[4], found[5].strip()) if found else line


def same(got, want):
    """binutils before 2.44 print some immediate forms under the name of the register form."""
    return got[0:2] + got[3:] == want[0:2] + want[3:] and want[2] in (got[2], got[2].replace("i", "", 1))


def test(rvemu, objdump, elf):
    lines, seen, jumps = wanted(objdump, elf), 0, 0
    for line in listed(rvemu, elf):
        if isinstance(line, str):
            return f"no line of a listing: {line}"
        if line[0] in lines and not line[3].startswith("csr"):  # of which binutils may know fewer names
            if not same(line[1:], lines[line[0]]):
                return f"{line[0]:x}: {line[1:]} is not {lines[line[0]]}"
            seen += 1
            jumps += "<" in line[4]
    return None if seen > 20 and jumps > 1 else f"only {seen} lines, {jumps} of jumps"


def main(argv):
    tap = run.Tap()
    for elf in argv[3:]:
        tap.report(os.path.basename(elf), run.attempt(test, argv[1], argv[2], elf))
    print(f"1..{tap.count}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
