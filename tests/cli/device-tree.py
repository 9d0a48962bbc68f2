#!/usr/bin/env python3
"""The device tree as the device tree compiler sees it: it has to find nothing to warn of.

    device-tree.py RVEMU    reports in TAP; skipped where there is no dtc

SPDX-License-Identifier: MIT
"""
import os
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 60  # seconds; it takes one

MACHINES = [
    [],
    ["-cpu", "max", "-smp", "4"],
    ["-smp", "sockets=2,cores=2,threads=2", "-m", "3G"],
    ["-smp", "128", "-cpu", "rv64,s=off", "-serial", "null", "-serial", "null", "-serial", "null"],
]


def check(rvemu, options):
    """None, or what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "tree")
        subprocess.run([rvemu, "-M", f"spike,dumpdtb={tree}", *options], timeout=TIMEOUT, check=True)
        done = subprocess.run(["dtc", "-I", "dtb", "-O", "dts", "-o", os.devnull, tree], capture_output=True,
                              text=True, timeout=TIMEOUT, check=False)
    return done.stderr or (f"dtc: status {done.returncode}" if done.returncode else None)


def main():
    if not shutil.which("dtc"):
        print("1..0 # SKIP there is no dtc (Debian: device-tree-compiler)")
        return 0
    failed = 0
    for number, options in enumerate(MACHINES, 1):
        wrong = check(os.path.abspath(sys.argv[1]), options)
        failed += wrong is not None
        print(f"{'not ok' if wrong else 'ok'} {number} - {' '.join(options) or 'no option'}")
        if wrong:
            print("# " + wrong.strip().replace("\n", "\n# "))
    print(f"1..{len(MACHINES)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
