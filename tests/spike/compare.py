#!/usr/bin/env python3
"""Runs rvemu-spike and a real Spike with the same command lines and compares everything.

    SPIKE=FILE [RISCV_TESTS=DIR] compare.py RVEMU-SPIKE

The command lines are those of command_lines.py that both take; with RISCV_TESTS all executables there
for RV64, too, with logs, on one, two and four harts. One line for each that differs, and a total. Exit
status: 0 all equal, 1 some not, 77 SPIKE is not set.

SPDX-License-Identifier: MIT
"""
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "cli")]
import command_lines

TIMEOUT = 60  # seconds
ISA = "rv64gc_ziccid_zfh_zicboz_svnapot_zicntr_zba_zbb_zbkb_zbkx_zbc_zbs_zicond_zicclsm"
LOGS = [["--log-commits", "--log=log"], ["--log-commits", "-p2", "--log=log"], ["-l", "-p4", "--log=log"]]
OTHERS = {"-h", "--help", "+help", "--dump-dts", "--misaligned", "--isa=rv64gch"}  # each one's own


def outcome(program, args, folder):
    """Status, output and all files."""
    done = subprocess.run([program, *args], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIMEOUT, check=False)
    found = {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


def first_difference(a, b):
    if not isinstance(a, bytes) or not isinstance(b, bytes):
        return f"{a!r} is not {b!r}"
    for number, (x, y) in enumerate(zip(a.split(b"\n"), b.split(b"\n")), 1):
        if x != y:
            return f"line {number}: {x.decode(errors='replace')!r} is not {y.decode(errors='replace')!r}"
    return f"{len(a)} bytes, not {len(b)}"


def differs(program, spike, args, files):
    """None, or how what rvemu-spike does is not what Spike does."""
    outcomes = []
    for which in program, spike:
        with tempfile.TemporaryDirectory() as folder:
            for name, contents in files.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(contents)
            outcomes.append(outcome(which, args, folder))
    ours, theirs = outcomes
    for name in {**ours, **theirs}:
        if ours.get(name) != theirs.get(name):
            return f"{name}: {first_difference(ours.get(name), theirs.get(name))}"
    return None


def find_programs(folder):
    """Every RV64 executable below the folder."""
    for parent, _, names in sorted(os.walk(folder)):
        for path in sorted(os.path.join(parent, name) for name in names):
            with open(path, "rb") as file:
                head = file.read(20)
            if head[:6] == b"\x7fELF\x02\x01" and head[16:20] == b"\x02\0\xf3\0":
                yield os.path.abspath(path)


def jobs():
    for case in command_lines.RUNS:
        if not OTHERS & set(case.args):
            yield case.args, command_lines.FILES
    folder = os.environ.get("RISCV_TESTS")
    for path in find_programs(folder) if folder else []:
        for options in LOGS:
            yield [f"--isa={ISA}", *options, path], {}


def main():
    program, spike = os.path.abspath(sys.argv[1]), os.environ.get("SPIKE")
    if not spike:
        print("SKIP: SPIKE does not name a Spike to compare with")
        return 77
    work = list(jobs())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = list(pool.map(lambda job: differs(program, spike, *job), work))
    for (args, _), problem in zip(work, problems):
        if problem:
            print(f"DIFFERS {' '.join(args)}: {problem}")
    bad = sum(problem is not None for problem in problems)
    print(f"{len(work) - bad} equal, {bad} different")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
