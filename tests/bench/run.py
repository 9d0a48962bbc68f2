#!/usr/bin/env python3
"""Runs the benchmark: guest programs under rvemu and, in the same minute, under QEMU and Spike.

    run.py      everything, for build/rvemu (as "make bench" does)
    run.py --rvemu old=PATH --rvemu new=PATH --runs 3 --only mix,qsort
                two builds of rvemu side by side, without the others
    run.py --rvemu multi=PATH --rvemu "single=PATH -accel interp,thread=single"
                two ways to run one build

The programs are those of the first rvemu's build folder (ninja -C BUILD bench-programs makes them), or
of --programs. Spike takes part where the environment variable SPIKE names it, qemu-system-riscv64 where
it is installed. docs/benchmark.md says how to read the table. Exit status 1: something failed, or
results differ.

SPDX-License-Identifier: MIT
"""
import argparse
import itertools
import os
import re
import shlex
import shutil
import sys

import chart
import figures
import measure
import report

EMPTY_RUNS = MEMORY_RUNS = 9
PAIRED = {"mmu", "layout", "harts"}  # groups whose programs are compared with one another


def rvemu_of(words):
    """[LABEL=]COMMAND with its options."""
    label, command = re.fullmatch(r"(?:([\w.+-]+)=)?(.+)", words, re.S).groups()
    return measure.Emulator(label or "rvemu", "rvemu", shlex.split(command))


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rvemu", action="append", type=rvemu_of, metavar="[LABEL=]COMMAND",
                        help="rvemu, with options if you like; again for another (default: build/rvemu)")
    parser.add_argument("--peers", metavar="LIST",
                        help="of 'spike,qemu', or 'none' (default: both; with several rvemus none)")
    parser.add_argument("--only", metavar="LIST", help="names of programs")
    parser.add_argument("--runs", type=int, default=5, metavar="N",
                        help="of each program (default: 5)")
    parser.add_argument("--limit", type=float, default=60, metavar="SECONDS", help="for one run")
    parser.add_argument("--programs", metavar="DIR", help="where the programs are")
    parser.add_argument("--small", action="store_true",
                        help="run the tests' small sizes: no useful times")
    parser.add_argument("--json", metavar="FILE", help="write all samples and figures")
    parser.add_argument("--svg", metavar="FILE", help="write a bar chart")
    args = parser.parse_args(argv)
    if args.runs < 1 or args.limit <= 0:
        parser.error("--runs and --limit must be positive")
    if args.rvemu is None:
        args.rvemu = [rvemu_of(shlex.quote(os.path.join(measure.HERE, "../../build/rvemu")))]
    if len({e.label for e in args.rvemu} | {"spike", "qemu"}) != len(args.rvemu) + 2:
        parser.error("--rvemu: each needs a label of its own (old=PATH, new=PATH), and not spike or qemu")
    for emulator in args.rvemu:
        if not shutil.which(emulator.command[0]):
            parser.error(f"--rvemu: {emulator.command[0]} is not a program")
    return parser, args


def select(parser, names):
    """The programs of these names, the empty one first; all without names."""
    programs = measure.all_programs()
    wanted = names.split(",") if names else [p.name for p in programs]
    unknown = set(wanted) - {p.name for p in programs}
    if unknown:
        parser.error(f"--only: no program is called {', '.join(sorted(unknown))}; there are "
                     + ", ".join(p.name for p in programs))
    return [p for p in programs if p.name in wanted or p.name == measure.EMPTY]


def program_files(parser, args, programs):
    """A function from program to file."""
    folder = args.programs
    if not folder:
        rvemu = os.path.realpath(shutil.which(args.rvemu[0].command[0]))
        folder = os.path.join(os.path.dirname(rvemu), "tests/bench")
    size = "-small" if args.small else ""

    def elf_of(program):
        return os.path.join(folder, f"{program.name}{size}.elf")

    for program in programs:
        if not os.path.exists(elf_of(program)):
            parser.error(f"no {elf_of(program)} (ninja -C BUILD bench-programs builds the programs;"
                         " they need riscv64-unknown-elf-gcc)")
    return elf_of


def find_peers(parser, args):
    names = args.peers or ("spike,qemu" if len(args.rvemu) == 1 else "none")
    names = [] if names == "none" else names.split(",")
    if set(names) - {"spike", "qemu"}:
        parser.error("--peers: spike and qemu are known")
    return measure.find_peers(names)


def batches(programs):
    """Programs that are compared with one another together, the others one by one."""
    def key(program):
        return program.group if program.group in PAIRED else program.name
    return [list(batch) for _, batch in itertools.groupby(programs, key)]


def run(results, programs, args, elf_of):
    table = report.Table(results)
    table.head(args.runs)
    for batch in batches(programs):
        empty = batch[0].name == measure.EMPTY
        runs = max(args.runs, EMPTY_RUNS) if empty else args.runs
        results.add(batch, measure.measure(batch, results.emulators, runs, args.limit, elf_of))
        if empty:
            for emulator in results.emulators:
                command = emulator.command_for(1, elf_of(batch[0]))
                results.memory[emulator.label] = max(
                    measure.peak_memory(command) for _ in range(MEMORY_RUNS))
        else:
            for program in batch:
                table.row(program.name)
    table.empty()
    table.geometric_means()
    table.aims()


def write_file(parser, path, content):
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        parser.error(f"{path}: {error.strerror}")


def main(argv):
    sys.stdout.reconfigure(line_buffering=True)
    parser, args = arguments(argv)
    programs = select(parser, args.only)
    elf_of = program_files(parser, args, programs)
    results = figures.Results(args.rvemu + find_peers(parser, args))
    run(results, programs, args, elf_of)
    if args.json:
        write_file(parser, args.json, report.as_json(results, args.runs))
    if args.svg:
        write_file(parser, args.svg, chart.as_svg(results))
    wrong = results.wrong()
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
