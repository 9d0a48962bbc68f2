#!/usr/bin/env python3
"""The first difference between two logs of committed instructions.

    rvemu -d commits -D a.log test.elf
    spike --log-commits --log=b.log test.elf
    compare-commits.py --elf test.elf a.log b.log

A log is what `rvemu -d commits` or Spike's --log-commits writes, plain or compressed by gzip. Each hart
is compared from the first instruction that it executes in RAM (what the boot ROM does is the
simulator's business) to the store to tohost that ends the program: for that, --elf or --tohost says
where it is. Other lines (Spike's -l) are passed over. Both files are read once, a line at a time.

Exit status: 0 no difference, 1 a difference, 2 a log or an option is no good.

SPDX-License-Identifier: MIT
"""
import argparse
import collections
import gzip
import itertools
import re
import struct
import sys

# core   0: 3 0x0000000080000000 (0x00000297) ...
HART = slice(4, 8)
MODE = slice(10, 11)
MARK = slice(11, 14)  # " 0x": no other line of a log has it there
PC = slice(14, 30)
ALIAS = (1 << 21) - 1  # bits of an address that a large page keeps


class Problem(Exception):
    """A file that is not what it should be."""


def elf_symbol(path, wanted):
    """The value of a symbol of a 64-bit little-endian ELF."""
    with open(path, "rb") as file:
        image = file.read()
    if image[:6] != b"\x7fELF\x02\x01":
        raise Problem(f"{path} is no 64-bit little-endian ELF")
    try:
        offset, size, count = struct.unpack_from("<Q10xHH", image, 40)
        sections = [struct.unpack_from("<IIQQQQIIQQ", image, offset + i * size) for i in range(count)]
        for section in sections:
            if section[1] != 2:  # SHT_SYMTAB
                continue
            names = sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], section[9]):
                name, value = struct.unpack_from("<I4xQ", image, at)
                if image[names + name:].startswith(wanted.encode() + b"\0"):
                    return value
    except (struct.error, IndexError, ValueError) as error:
        raise Problem(f"{path}: damaged ELF") from error
    raise Problem(f"{path} has no symbol {wanted}")


class Exit:
    """Recognises the store by which a program ends: an odd value to tohost, for device 0.

    In an address space of its own the supervisor sees tohost elsewhere; large pages keep the low bits.
    """
    STORE = re.compile(rb" mem 0x([0-9a-f]+) 0x([0-9a-f]+)")

    def __init__(self, tohost):
        self.tohost = tohost
        self.tail = b"%03x 0x" % (tohost & 0xfff)

    def __call__(self, line):
        return self.tail in line and any(self.ends(line, *store) for store in self.STORE.findall(line))

    def ends(self, line, addr, value):
        addr = int(addr, 16)
        alias = line[MODE] != b"0" and (addr ^ self.tohost) & ALIAS == 0
        return (addr == self.tohost or alias) and len(value) >= 8 and int(value, 16) & 1 and int(value, 16) >> 56 == 0


def open_log(path):
    if path == "-":
        return sys.stdin.buffer
    file = open(path, "rb")
    if file.peek(2)[:2] == b"\x1f\x8b":
        return gzip.open(file)
    return file


def commits(path, args, is_exit):
    """(line number, line) of each instruction to compare."""
    started = set()
    with open_log(path) as file:
        for number, line in enumerate(file, 1):
            if line[MARK] != b" 0x" or not line.startswith(b"core"):
                continue
            hart = line[HART]
            if hart not in started:
                if int(line[PC], 16) < args.ram:
                    continue
                started.add(hart)
            if args.hart is not None and int(hart) != args.hart:
                continue
            yield number, line.rstrip()
            if is_exit and is_exit(line):
                return


def compare(args, is_exit):
    """Print what there is to say; the exit status."""
    before = collections.deque(maxlen=args.context)
    count = 0
    for a, b in itertools.zip_longest(commits(args.a, args, is_exit), commits(args.b, args, is_exit)):
        if a is None or b is None or a[1] != b[1]:
            print(f"first difference after {count} equal instructions:")
            for line in before:
                print(" ", line.decode(errors="replace"))
            for sign, path, item in (("-", args.a, a), ("+", args.b, b)):
                print(f"{sign} {item[1].decode(errors='replace')}    [{path}:{item[0]}]" if item
                      else f"{sign} {path} ends here")
            return 1
        before.append(a[1])
        count += 1
    if count == 0:
        raise Problem(f"neither {args.a} nor {args.b} has an instruction to compare")
    print(f"{count} instructions, no difference")
    return 0


def number(text):
    return int(text, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("a", help="a log ('-': standard input)")
    parser.add_argument("b", help="the other one")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--elf", help="the program: its symbol tohost says where both end")
    end.add_argument("--tohost", type=number, metavar="ADDR", help="the same without the program")
    parser.add_argument("--ram", type=number, metavar="ADDR", default=0x80000000,
                        help="where RAM begins (default: 0x80000000)")
    parser.add_argument("--hart", type=int, metavar="N", help="compare this hart alone")
    parser.add_argument("--context", type=int, metavar="N", default=8,
                        help="equal lines to show before the difference (default: 8)")
    args = parser.parse_args()
    try:
        tohost = elf_symbol(args.elf, "tohost") if args.elf else args.tohost
        return compare(args, None if tohost is None else Exit(tohost))
    except (Problem, OSError, EOFError, gzip.BadGzipFile, ValueError) as error:
        print(f"compare-commits.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
