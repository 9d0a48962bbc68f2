#!/usr/bin/env python3
"""Runs the ELFs of the public riscv-tests suite (github.com/riscv-software-src/riscv-tests).

    RISCV_TESTS=DIR run.py RVEMU ACCEL

DIR is searched for ELF executables of RV64, whatever their names; dumps, objects and anything else
are passed over. ACCEL is the argument of -accel. Programs of a group that is named after an extension which `rvemu -cpu help` does
not list are counted as skipped. One line for each program that fails, and a total. Exit status: 0
none failed, 1 some did, 77 RISCV_TESTS is not set.

SPDX-License-Identifier: MIT
"""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TIMEOUT = 60  # seconds for one program; the slowest takes a few

# What a program needs beyond one default hart, by its name: the first pattern that matches decides.
# A group of the suite is "rv64", the privilege it is about, and an extension.
NEEDS = [
    (r"mt-", {"harts": 2}),
    (r"vec-", {"extension": "v"}),
    (r"rv64mzicbo-", {"extension": "zicboz"}),
    (r"rv64uziccid-", {}),  # says something about caches, not about instructions
    (r"rv64[ums](?P<extension>[a-z0-9]+)-", {}),
]


def is_program(path):
    """An ELF file for RV64, little-endian, that can be executed."""
    try:
        with open(path, "rb") as file:
            head = file.read(20)
    except OSError:
        return False
    return (head[:6] == b"\x7fELF\x02\x01" and
            int.from_bytes(head[16:18], "little") == 2 and  # ET_EXEC
            int.from_bytes(head[18:20], "little") == 243)  # EM_RISCV


def find_programs(folder):
    found = []
    for parent, _, names in os.walk(folder):
        found += [os.path.join(parent, name) for name in names]
    return sorted(path for path in found if is_program(path))


def needs_of(path):
    for pattern, needs in NEEDS:
        match = re.match(pattern, os.path.basename(path))
        if match:
            return {**needs, **match.groupdict()}
    return {}


def extensions_of(rvemu):
    done = subprocess.run([rvemu, "-cpu", "help"], capture_output=True, check=True, text=True)
    return set(re.findall(r"^  ([a-z][a-z0-9]*) ", done.stdout, re.MULTILINE))


def run(rvemu, accel, path):
    """None, or how it failed."""
    needs = needs_of(path)
    command = [rvemu, "-M", "spike", "-accel", accel, "-smp", str(needs.get("harts", 1)), "-kernel", path]
    if "extension" in needs:
        command += ["-cpu", f"rv64,+{needs['extension']}"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT} s"
    if done.returncode == 0:
        return None
    text = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
    return f"status {done.returncode}" + (f": {text[-1]}" if text else "")


def main():
    rvemu, accel = sys.argv[1:]
    folder = os.environ.get("RISCV_TESTS")
    if not folder:
        print("SKIP: RISCV_TESTS is not set: build riscv-tests (its isa/ folder), then\n"
              "RISCV_TESTS=DIR meson test --suite riscv-tests")
        sys.exit(77)
    programs = find_programs(folder)
    if not programs:
        sys.exit(f"no RV64 executable in {folder} (set RISCV_TESTS to where riscv-tests was built)")
    extensions = extensions_of(rvemu)
    runnable = [path for path in programs if needs_of(path).get("extension", "i") in extensions]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = list(pool.map(lambda path: run(rvemu, accel, path), runnable))
    for path, problem in zip(runnable, problems):
        if problem:
            print(f"FAIL {os.path.relpath(path, folder)}: {problem}")
    failed = sum(problem is not None for problem in problems)
    missing = sorted({needs_of(path)["extension"] for path in programs if path not in runnable})
    skipped = f"{len(programs) - len(runnable)} skipped"
    if missing:
        skipped += f" (no extension {', '.join(missing)})"
    print(f"{len(runnable) - failed} passed, {failed} failed, {skipped}")
    sys.exit(1 if failed else 0)


main()
