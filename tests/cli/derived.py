#!/usr/bin/env python3
"""Is what is derived from the table of options right: -help, manual page, completion for bash?

    derived.py RVEMU GEN-OPTIONS MAN-PAGE COMPLETION STATUSES    reports in TAP

SPDX-License-Identifier: MIT
"""
import os
import re
import shutil
import subprocess
import sys

# Words typed (the last one is being completed) and what must be offered, in any order.
COMPLETIONS = [
    (["-ke"], ["-kernel"]),
    (["--ver"], ["--version"]),
    (["-vers"], ["-version"]),
    (["-M", "sp"], ["spike"]),
    (["-machine", "no"], ["none"]),
    (["--machine", "he"], ["help"]),
    (["-accel", "tc"], ["tcg"]),
    (["-d", "in"], ["in_asm", "insns", "int"]),
    (["-M", "spike", "-cpu", "rv6"], ["rv64"]),
    (["-append", "x"], []),
    (["-kernel", "completed-f"], ["completed-file"]),
    (["completed-f"], ["completed-file"]),
    (["-M", "nonsense", "-cpu", "rv"], []),
]

SCRIPT = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_rvemu
((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
exit 0
"""


def run(*command, cwd=None):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


def check_completion(rvemu, completion, folder, words, expected):
    done = run("bash", "-c", SCRIPT, "completion", completion, rvemu, *words, cwd=folder)
    offered = done.stdout.split()
    if sorted(offered) != sorted(expected) or done.stderr:
        return f"offers {offered}, not {expected} {done.stderr}"
    return None


def check_help(rvemu, names):
    text = run(rvemu, "-help").stdout
    missing = [name for name in names if not re.search(rf"^ .*-{name}\b", text, re.M)]
    long = [line for line in text.splitlines() if len(line) > 80]
    return f"missing {missing}, longer than 80 columns {long}" if missing or long else None


def check_man(man_page, names):
    with open(man_page, encoding="utf-8") as file:
        text = file.read()
    # The name, and on the next line a help text.
    missing = [name for name in names
               if not re.search(r"\\fB" + re.escape(("-" + name).replace("-", r"\-"))
                                + r"\\fR.*\n[^.\n].{10,}\.\n", text)]
    marks = re.findall(r"@[A-Z_]+@", text)
    return f"missing {missing}, left over {marks}" if missing or marks else None


def check_statuses(rvemu, gen_options, man_page, page):
    """Each row of the table is in -help, in the manual page and in docs/statuses.md, and no other."""
    rows = run(gen_options, "statuses").stdout.splitlines()
    table = [line for line in open(page, encoding="utf-8").read().splitlines()
             if re.match(r"\| \d", line)]
    if not rows or table != rows:
        return f"docs/statuses.md has {table}, not {rows}"
    help_text = " ".join(run(rvemu, "-help").stdout.split())
    man_text = " ".join(open(man_page, encoding="utf-8").read().replace("\\-", "-")
                        .replace("\\(aq", "'").split())
    missing = []
    for row in rows:
        shown, text = row.strip("| ").split(" | ")
        missing += [f"-help: {row}" for _ in [0] if f"{shown} {text}" not in help_text]
        missing += [f"rvemu.1: {row}" for _ in [0] if f".B {shown} {text}." not in man_text]
    return f"missing {missing}" if missing else None


def check_roff(man_page):
    done = run("groff", "-man", "-ww", "-Tutf8", man_page)
    return done.stderr or None


def main(argv):
    rvemu, gen_options, man_page, completion, statuses = map(os.path.abspath, argv[1:6])
    folder = os.path.dirname(completion)
    with open(os.path.join(folder, "completed-file"), "w", encoding="ascii"):
        pass
    names = run(gen_options, "names").stdout.split()
    results = [("-help names every option, within 80 columns", check_help(rvemu, names)),
               ("the manual page explains every option", check_man(man_page, names)),
               ("exit statuses are the same everywhere",
                check_statuses(rvemu, gen_options, man_page, statuses))]
    if shutil.which("groff"):
        results.append(("the manual page is good troff", check_roff(man_page)))
    else:
        results.append(("the manual page is good troff # SKIP groff is not installed", None))
    for words, expected in COMPLETIONS:
        results.append((f"completion of {' '.join(['rvemu', *words])}",
                        check_completion(rvemu, completion, folder, words, expected)))
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        if wrong:
            print("# " + wrong.replace("\n", "\n# "))
    return 1 if any(wrong for _, wrong in results) or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
