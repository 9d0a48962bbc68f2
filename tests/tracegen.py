#!/usr/bin/env python3
"""What scripts/tracegen.py must refuse, with file and line, and what it must take.

    tracegen.py TRACEGEN    in TAP

SPDX-License-Identifier: MIT
"""
import os
import subprocess
import sys
import tempfile

# the file, what is said about it (None: it is fine)
CASES = [
    ('a(void) ""\n\n# a comment\nb(uint64_t x, const char *name) "x 0x%" PRIx64 " name %s"\n', None),
    ('a(int percent) "percent %d %%"\n', None),
    ("nonsense\n", "events:1: not an event: "),
    ('a(void) ""\na(void) ""\n', "events:2: a comes twice"),
    ('a(int) "x %d"\n', "events:1: 'int' is no parameter"),
    ('\na(int x) "x"\n', "events:2: the format is not for 1 arguments"),
    ('a(void) "x %d"\n', "events:1: the format is not for 0 arguments"),
    ('a(int x) "x %d\n', "events:1: not an event: "),
    ('A(void) ""\n', "events:1: not an event: "),
]


def run(tracegen, kind):
    return subprocess.run([sys.executable, tracegen, kind, "folder", "events"], capture_output=True,
                          check=False, text=True)


def check(tracegen, text, message):
    with open("events", "w", encoding="utf-8") as file:
        file.write(text)
    for kind in "header", "source":
        done = run(tracegen, kind)
        if message is None and (done.returncode or not done.stdout):
            return f"{kind}: {done.stderr}"
        if message is not None and (not done.returncode or not done.stderr.startswith(message) or done.stdout):
            return f"{kind}: status {done.returncode}: {done.stderr}"
    return None


def main(argv):
    tracegen, failed = os.path.abspath(argv[1]), 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, (text, message) in enumerate(CASES, 1):
            wrong = check(tracegen, text, message)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {message or 'fine'}")
            if wrong:
                print("# " + wrong)
        os.chdir("/")
    print(f"1..{len(CASES)}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
