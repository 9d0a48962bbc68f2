#!/usr/bin/env python3
"""Runs the programs of the public riscv-tests suite (github.com/riscv-software-src/riscv-tests).

    RISCV_TESTS=DIR run.py RVEMU-SUITE ACCEL

DIR is where they were built; ACCEL is the argument of -accel. Exit status: rvemu-suite's, or 77 if
RISCV_TESTS is not set.

SPDX-License-Identifier: MIT
"""
import os
import sys

LIMIT = "seconds=60"  # for one program; the slowest takes a few


def main():
    suite, accel = sys.argv[1:]
    folder = os.environ.get("RISCV_TESTS")
    if not folder:
        print("SKIP: RISCV_TESTS is not set: build riscv-tests (its isa/ folder), then\n"
              "RISCV_TESTS=DIR meson test --suite riscv-tests")
        sys.exit(77)
    known = os.path.join(os.path.dirname(os.path.abspath(__file__)), "known.txt")
    os.execv(suite, [suite, folder, "-limit", LIMIT, "-expect", known, "--", "-accel", accel])


main()
