#!/usr/bin/env python3
"""Guest programs recorded as text and as a trace at once: rvemu-trace prints the text, byte for byte.

    guests.py RVEMU RVEMU-TRACE ELF...    in TAP

SPDX-License-Identifier: MIT
"""
import filecmp
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import run

SINGLE = ["-accel", "interp,thread=single"]
MODES = [SINGLE, [*SINGLE, "-smp", "3"], ["-icount", "0", "-smp", "2"]]
BYTES_PER_INSTRUCTION = 4  # at most, where there are enough for the file's beginning not to count
MANY = 50000


def test(programs, elf, mode):
    rvemu, trace = programs
    with tempfile.TemporaryDirectory() as folder:
        log, packed, printed = (os.path.join(folder, name) for name in ("log", "packed", "printed"))
        done = subprocess.run([rvemu, "-cpu", "max", *mode, "-d", "commits", "-D", log, "-trace-commits", packed, elf],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=run.TIMEOUT, check=False)
        if done.returncode:
            return f"status {done.returncode}: {done.stderr.decode()}"
        with open(printed, "wb") as file:
            done = subprocess.run([trace, packed], stdout=file, stderr=subprocess.PIPE, timeout=run.TIMEOUT, check=False)
        if done.returncode or done.stderr:
            return f"status {done.returncode}: {done.stderr.decode()}"
        if not filecmp.cmp(log, printed, shallow=False):
            return "the trace is not the log"
        with open(log, "rb") as file:
            count = sum(1 for _ in file)
        size = os.path.getsize(packed)
    if count < 100 or count > MANY and size > count * BYTES_PER_INSTRUCTION:
        return f"{size} bytes for {count} instructions"
    return None


def test_symbols(programs, elf):
    """Every instruction in RAM has a symbol, also behind a label without a size."""
    rvemu, trace = programs
    with tempfile.TemporaryDirectory() as folder:
        packed = os.path.join(folder, "packed")
        subprocess.run([rvemu, "-cpu", "max", "-trace-commits", packed, elf], stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=run.TIMEOUT, check=True)
        done = subprocess.run([trace, "-disas", "-pc", "0x80000000..0x8fffffff", packed], capture_output=True,
                              timeout=run.TIMEOUT, check=True, text=True)
    without = [line for line in done.stdout.splitlines() if "    # <" not in line]
    return without[0] if without else None


def main(argv):
    tap = run.Tap()
    for elf in argv[3:]:
        for mode in MODES:
            if "smp" in os.path.basename(elf) and "-smp" not in mode:
                continue  # it would wait for the other hart
            name = f"{os.path.basename(elf)} {' '.join(mode)}"
            tap.report(name, run.attempt(test, argv[1:3], os.path.abspath(elf), mode))
    vectored = [elf for elf in argv[3:] if "trap_vectored" in elf]
    for elf in vectored:
        tap.report(f"symbols of {os.path.basename(elf)}", run.attempt(test_symbols, argv[1:3], os.path.abspath(elf)))
    print(f"1..{tap.count}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
