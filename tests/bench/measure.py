"""Running emulators and taking their times.

Belongs here: what is run, how, and what came out of each run. Not here: what the times mean (figures.py,
report.py).

SPDX-License-Identifier: MIT
"""
import collections
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MEMORY = 128  # MiB, for every emulator
EMPTY = "empty"  # the program whose time is subtracted from the others'

Program = collections.namedtuple("Program", "name source harts group option what")


def all_programs():
    """The rows of programs.txt."""
    with open(os.path.join(HERE, "programs.txt"), encoding="utf-8") as file:
        rows = [line.split(maxsplit=5) for line in file
                if line.strip() and not line.startswith("#")]
    return [Program(name, source, int(harts), group, option, what.strip())
            for name, source, harts, group, option, what in rows]


class Emulator:
    """A command that runs a program; its kind says with which options."""

    def __init__(self, label, kind, command):
        self.label, self.kind, self.command = label, kind, command

    def command_for(self, harts, elf):
        if self.kind == "spike":
            return [*self.command, "--isa=rv64gc", f"-p{harts}", f"-m{MEMORY}", elf]
        options = ["-M", "spike", "-smp", str(harts), "-m", str(MEMORY)]
        if self.kind == "qemu":
            options += ["-display", "none", "-monitor", "none", "-serial", "stdio", "-bios", "none"]
        return [*self.command, *options, "-kernel", elf]

    def version(self):
        flag = {"rvemu": "-version", "qemu": "--version", "spike": "--help"}[self.kind]
        done = subprocess.run([*self.command, flag], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              encoding="utf-8", errors="replace", check=False)
        return done.stdout.split("\n", 1)[0].strip()

    @property
    def counts_instructions(self):
        """Is minstret the number of instructions? QEMU's without -icount is the host's clock."""
        return self.kind != "qemu"


def find_peers(names):
    """Those of the other emulators that are there: Spike where SPIKE names it, QEMU where installed."""
    commands = {"spike": os.environ.get("SPIKE"), "qemu": shutil.which("qemu-system-riscv64")}
    return [Emulator(name, name, [commands[name]]) for name in names if commands[name]]


Sample = collections.namedtuple("Sample", "wall cpu status output")


def run_once(command, limit):
    """Run to the end, or for `limit` seconds: then status is None. Times are in seconds."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.STDOUT)
        timer = threading.Timer(limit, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read(4096).decode(errors="replace")
    over = wall >= limit and process.returncode < 0
    return Sample(wall, usage.ru_utime + usage.ru_stime, None if over else process.returncode,
                  output)


def peak_memory(command):
    """The most memory that a short run held, in bytes.

    Read while it runs: what wait4() says includes this process, from which the other was forked.
    """
    peak = 0
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
                    found = re.search(r"VmHWM:\s*(\d+) kB", file.read())
            except OSError:
                break
            if found:
                peak = int(found[1]) * 1024
    return peak


class Series:
    """The runs of one program under one emulator. `error` says what was wrong with the last."""

    def __init__(self):
        self.samples, self.checksum, self.instructions, self.error = [], None, [], None

    def add(self, sample, limit, silent):
        report = re.search(r"checksum (0x\w+) instructions (0x\w+)", sample.output)
        if sample.status is None:
            self.error = f"no end after {limit:g} s"
        elif sample.status != 0:
            self.error = f"status {sample.status}: {' '.join(sample.output.split())[:200]}"
        elif report:
            self.checksum = report[1]
            self.instructions.append(int(report[2], 16))
        elif not silent:
            self.error = f"no checksum on the console: {sample.output[:200]!r}"
        if not self.error:
            self.samples.append(sample)


def measure(batch, emulators, runs, limit, elf_of):
    """Run each program of the batch under each emulator, in turn; {program name: {label: Series}}.

    One round runs everything once, so that what is compared is seconds apart; the order turns from
    round to round. An emulator that failed a program does not get it again.
    """
    results = {program.name: {emulator.label: Series() for emulator in emulators}
               for program in batch}
    for i in range(runs):
        first = i % len(emulators)
        for program in batch:
            for emulator in emulators[first:] + emulators[:first]:
                series = results[program.name][emulator.label]
                if not series.error:
                    sample = run_once(emulator.command_for(program.harts, elf_of(program)), limit)
                    series.add(sample, limit, program.name == EMPTY)
    return results
