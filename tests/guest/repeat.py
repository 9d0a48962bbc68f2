#!/usr/bin/env python3
"""Runs one guest program several times, and wants the same from each run.

    repeat.py --emulator RVEMU [--harts N] [--cpu PROPERTY=VALUE...] [--timed] --icount ARG... ELF

With each --icount (`off`: thread=single alone) it runs twice as it is, and once in each other mode
of the engine. Exit status, console output and the number of instructions that each hart retired
have to be the same in all of them, and for all --icount. With --timed, the program depends on time:
then they are the same for each shift, whatever `sleep` is, but differ from one shift to another.

SPDX-License-Identifier: MIT
"""
import argparse
import re
import subprocess
import sys

MODES = ["", "", ",fuse=off", ",max-insns=1", ",max-insns=7", ",fuse=off,max-insns=1"]


def run(args, icount, mode):
    """All that has to be the same: status, output, instructions of each hart."""
    command = [args.emulator, "-smp", str(args.harts), "-d", "stats", "-cpu", ",".join(["rv64", *args.cpu]),
               "-kernel", args.elf]
    if icount == "off":
        command += ["-accel", "interp,thread=single" + mode]
    else:
        command += ["-accel", "interp" + mode, "-icount", icount]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                          check=False)
    retired = re.findall(r"hart (\d+): (\d+) instructions retired", done.stderr.decode())
    if done.returncode or len(retired) != args.harts:
        sys.exit(f"FAIL: status {done.returncode}: {' '.join(command)}\n"
                 f"{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode().strip(), sorted(retired)


def run_all(args, icount):
    """The one result of all modes."""
    results = [(run(args, icount, mode), mode) for mode in MODES]
    first = results[0][0]
    print(f"icount {icount}: {first[0]}; retired {' '.join(count for _, count in first[1])}")
    for result, mode in results:
        if result != first:
            sys.exit(f"FAIL: icount {icount}: '{mode}' differs: {result} is not {first}")
    return first


def arguments():
    parser = argparse.ArgumentParser(description="Run one guest program, again and again.")
    parser.add_argument("elf")
    parser.add_argument("--emulator", required=True)
    parser.add_argument("--harts", type=int, default=1)
    parser.add_argument("--cpu", action="append", default=[], metavar="PROPERTY=VALUE")
    parser.add_argument("--timed", action="store_true")
    parser.add_argument("--icount", action="append", required=True, metavar="SHIFT[,sleep=on|off]")
    return parser.parse_args()


def main():
    args = arguments()
    by_shift = {}
    for icount in args.icount:
        shift = icount.split(",")[0] if args.timed else ""
        result = run_all(args, icount)
        if by_shift.setdefault(shift, result) != result:
            sys.exit(f"FAIL: icount {icount} makes another result than {by_shift[shift]}")
    if len(set(map(str, by_shift.values()))) != len(by_shift):
        sys.exit("FAIL: the shift makes no difference")


main()
