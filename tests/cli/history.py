#!/usr/bin/env python3
"""Are the last instructions that -d postmortem=full shows those that were executed?

    history.py RVEMU ELF...    reports in TAP

Each program is stopped at some counts of instructions (-limit), and what is shown compared with
the end of the log of -d commits, in which every instruction that retired has a line. With -icount
both runs are the same.

SPDX-License-Identifier: MIT
"""
import os
import re
import subprocess
import sys
import tempfile

COUNTS = [40, 333, 1200, 4001, 10007, 25013]
MODES = ["interp", "interp,fuse=off,max-insns=1", "interp,max-insns=7"]
TIMEOUT = 60


def run(rvemu, elf, count, mode, *options):
    command = [rvemu, "-icount", "0,sleep=off", "-accel", mode, "-limit", f"insns={count}"]
    return subprocess.run([*command, *options, elf], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=TIMEOUT, check=False)


def shown(text):
    """Addresses of those that retired: fewer than 32 where blocks were thrown away (misa)."""
    return re.findall(r"^    0x([0-9a-f]{16})(?!.*\(trap\)$).*:  [0-9a-f]+  .*$", text, re.M)


def check(rvemu, elf, count, log):
    """None, or what is wrong; False where the program is not that long."""
    logged = run(rvemu, elf, count, "interp", "-d", "commits", "-D", log)
    if logged.returncode != 121:
        return False
    with open(log, encoding="utf-8") as file:
        executed = re.findall(r"^core   0: \d 0x([0-9a-f]{16})", file.read(), re.M)
    for mode in MODES:
        retired = shown(run(rvemu, elf, count, mode, "-d", "postmortem=full").stderr)
        if not retired or retired != executed[len(executed) - len(retired):]:
            return f"{mode}, {count}: {retired} is not the end of {executed[-32:]}"
    return None


def main(argv):
    rvemu, programs = os.path.abspath(argv[1]), argv[2:]
    failed = compared = 0
    print(f"1..{len(programs) + 1}")
    with tempfile.TemporaryDirectory() as folder:
        for number, elf in enumerate(programs, 1):
            results = [check(rvemu, elf, count, os.path.join(folder, "log")) for count in COUNTS]
            wrong = [result for result in results if result]
            compared += sum(result is None for result in results)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {os.path.basename(elf)}")
            for text in wrong:
                print("# " + text)
    few = compared < len(programs)
    print(f"{'not ok' if few else 'ok'} {len(programs) + 1} - {compared} places were compared")
    return 1 if failed or few else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
