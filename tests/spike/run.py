#!/usr/bin/env python3
"""Runs rvemu-spike with Spike's command lines and compares status, output and files.

    run.py RVEMU-SPIKE GEN-OPTIONS    all of command_lines.py, in TAP

Every option of the table (as GEN-OPTIONS names it) must be taken by a case, or is refused here, by name.

SPDX-License-Identifier: MIT
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import run as cli

sys.path.insert(0, HERE)
import command_lines as cases

TIMEOUT = 20  # seconds


def write_files(folder):
    for name, contents in cases.FILES.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(contents)


def contents_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        return str(error)


def run_case(program, case):
    """None, or what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder)
        done = subprocess.run([program, *case.args], cwd=folder, input=case.stdin, capture_output=True,
                              timeout=TIMEOUT, check=False)
        found = {name: contents_of(os.path.join(folder, name)) for name in case.files}
    out, err = done.stdout.decode(), done.stderr.decode()
    wrong = []
    if done.returncode != case.status:
        wrong.append(f"status {done.returncode}, not {case.status}")
    for what, pattern, text in [("stdout", case.out, out), ("stderr", case.err, err),
                                *((name, case.files[name], found[name]) for name in case.files)]:
        if not cli.matches(pattern, text):
            wrong.append(f"{what} {text!r}\n#   is not {pattern!r}")
    return "\n# ".join(wrong) or None


def refusal(name, takes_argument):
    """Of an option that no case uses: its name, and why."""
    word = f"-{name}" + takes_argument * ("=x" if name.startswith("-") else "x")
    return cases.Case([word, "pass.elf"], 1, err=f"{word}: ...\n")


def options_of(gen_options):
    done = subprocess.run([gen_options, "names"], capture_output=True, check=True, text=True)
    return done.stdout.split()


def refusals(program, gen_options):
    used = {word.split("=")[0] for case in cases.CASES for word in case.args}
    used |= {word[:2] for case in cases.CASES for word in case.args if word[0:1] == "-" != word[1:2]}
    help_text = subprocess.run([program, "--help"], capture_output=True, check=True, text=True).stderr
    for name in options_of(gen_options):
        if f"-{name}" not in used:
            yield refusal(name, f" -{name}=" in help_text)


def main(argv):
    program, gen_options = map(os.path.abspath, argv[1:3])
    tap = cli.Tap()
    for case in [*cases.CASES, *refusals(program, gen_options)]:
        name = " ".join(["rvemu-spike", *case.args])
        tap.report(name[:150], cli.attempt(run_case, program, case))
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
