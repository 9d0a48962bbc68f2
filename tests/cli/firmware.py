#!/usr/bin/env python3
"""Starts a small kernel by the firmware of the host (-bios default, OpenSBI).

    firmware.py RVEMU    reports in TAP; skipped where the host has no firmware

The kernel is started in supervisor mode with the device tree in a1, says so by SBI, and switches off.

SPDX-License-Identifier: MIT
"""
import gzip
import os
import subprocess
import sys
import tempfile

import images

TIMEOUT = 60  # seconds; it takes one

HEADER = images.image()[4:64]
GREETING = "The kernel is here.\n"


def say(text):
    """For each character: li a7, 1 (console_putchar); li a0, character; ecall."""
    return b"".join(images.words(0x00100893, ord(c) << 20 | 0x513, 0x00000073) for c in text)


# The start of a device tree is d0 0d fe ed. Where it is not there is silence.
KERNEL = images.words(0x0400006F) + HEADER + images.words(
    0x0005A283, 0xEDFE1337, 0xDD030313,  # lw t0, 0(a1); lui t1, 0xedfe1; addi t1, t1, -0x230
    0x00628463, 0x0000006F,              # beq t0, t1, .+8; j .
) + say(GREETING) + images.words(
    0x535258B7, 0x35488893, 0x00000813,  # li a7, 0x53525354 (system reset); li a6, 0
    0x00000513, 0x00000593, 0x00000073,  # li a0, 0 (shut down); li a1, 0; ecall
    0x0000006F)                          # j .

RUNS = [
    ["-kernel", "Image"],
    ["-kernel", "Image.gz", "-smp", "4"],
    ["-kernel", "Image", "-smp", "2", "-accel", "interp,thread=single", "-initrd", "Image.gz"],
    ["-kernel", "Image", "-accel", "interp,fuse=off,max-insns=1", "-append", "quiet"],
    ["-bios", "default", "-kernel", "Image", "-cpu", "max", "-m", "4G", "-icount", "0"],
]


def find_firmware(rvemu):
    """None, or that there is none."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(KERNEL)
        file.flush()
        done = subprocess.run([rvemu, file.name, "-M", "dumpdtb=/dev/null"], capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
    return done.stderr if "no firmware: " in done.stderr else None


def run(rvemu, options, folder):
    """None, or what is wrong."""
    try:
        done = subprocess.run([rvemu, *options], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired as expired:
        return f"takes more than {TIMEOUT} seconds; says {expired.stdout!r}"
    said = done.stdout.replace("\r", "")
    if done.returncode or done.stderr or not said.endswith(GREETING) or "OpenSBI" not in said:
        return f"status {done.returncode}, says {said[-500:]!r}, {done.stderr!r}"
    return None


def main():
    rvemu = os.path.abspath(sys.argv[1])
    failed = 0
    missing = find_firmware(rvemu)
    if missing:
        print(f"1..0 # SKIP {missing}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name, data in ("Image", KERNEL), ("Image.gz", gzip.compress(KERNEL)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        for number, options in enumerate(RUNS, 1):
            wrong = run(rvemu, options, folder)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {' '.join(options)}")
            if wrong:
                print("# " + wrong)
    print(f"1..{len(RUNS)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
