#!/usr/bin/env python3
"""Runs rvemu with command lines and compares status and output.

    run.py RVEMU GEN-OPTIONS    all of cases.py, sessions.py and consoles.py, in TAP

Every option of the table (as GEN-OPTIONS names it) must be used by a case, under each of its names.

SPDX-License-Identifier: MIT
"""
import os
import re
import subprocess
import sys
import tempfile

import cases
import consoles
import images
import sessions

TIMEOUT = 20  # seconds; no case takes one, sanitizers and a loaded machine aside


def matches(pattern, text):
    """Is text all of pattern, in which '...' stands for any text?"""
    parts = [re.escape(part) for part in pattern.split("...")]
    return re.fullmatch(".*".join(parts), text, re.S) is not None


def attempt(test, *args):
    """What the test says is wrong; that it takes too long, if it does."""
    try:
        return test(*args)
    except subprocess.TimeoutExpired as expired:
        return f"takes more than {expired.timeout} seconds"


def run_case(rvemu, case, folder):
    """None, or what is wrong."""
    done = subprocess.run([rvemu, *case.args], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT, check=False)
    out, err = done.stdout.decode(), done.stderr.decode()
    wrong = []
    if done.returncode != case.status:
        wrong.append(f"status {done.returncode}, not {case.status}")
    if not matches(case.out, out):
        wrong.append(f"stdout {out!r}\n#   is not {case.out!r}")
    if not matches(case.err, err):
        wrong.append(f"stderr {err!r}\n#   is not {case.err!r}")
    if case.status == 1 and not re.fullmatch(r"rvemu: [^\n]+ \([^\n]+\)\n", err):
        wrong.append("stderr is not one line with a hint")
    return "\n# ".join(wrong) or None


def unused_options(names, all_cases):
    """The options, as typed, that no case uses."""
    words = {word.split("=")[0].lstrip("-")
             for case in all_cases for word in case.args if word.startswith("-")}
    return [f"-{name}" for name in names if name not in words]


def option_names(gen_options):
    done = subprocess.run([gen_options, "names"], capture_output=True, check=True, text=True)
    return done.stdout.split()


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def report(self, name, wrong):
        self.count += 1
        self.failed += bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {self.count} - {name}")
        if wrong:
            print("# " + wrong)


def main(argv):
    rvemu, gen_options = map(os.path.abspath, argv[1:3])
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        images.write_all(folder)
        for case in cases.CASES:
            name = " ".join(["rvemu", *case.args]).replace("#", "no. ")
            tap.report(name[:150], attempt(run_case, rvemu, case, folder))
        for session in sessions.SESSIONS + consoles.SESSIONS:
            tap.report(session.__doc__, attempt(session, rvemu, folder))
    unused = unused_options(option_names(gen_options), cases.CASES)
    tap.report("every option is used by a case", " ".join(unused))
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
