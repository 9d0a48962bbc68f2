#!/usr/bin/env python3
"""Carries out what README.md shows outside its chapter "Recipes", in the build that there is.

    readme.py ROOT BUILD    TAP

A block of language "console" has commands with what they print (recipes/run.py). They run in a
folder that has the build as "build", and the tests beside it.

SPDX-License-Identifier: MIT
"""
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "recipes"))
import run


def chapters(readme):
    """(title, what is in it) of all chapters but Recipes."""
    parts = re.split(r"^##? (.*)\n", readme, flags=re.M)
    return [(title, body) for title, body in zip(parts[1::2], parts[2::2]) if title != "Recipes"]


def carry_out(body, folder):
    for language, _, text in run.blocks(body):
        if language == "console":
            run.execute(text, folder)


def main(root, build):
    if not shutil.which(run.CROSS + "gcc"):
        print(f"1..0 # SKIP {run.CROSS}gcc is not installed (Debian: gcc-riscv64-unknown-elf)")
        return
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        todo = [(title, body) for title, body in chapters(file.read()) if "```console" in body]
    print(f"1..{len(todo)}")
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(build, os.path.join(folder, "build"))
        os.symlink(os.path.join(root, "tests"), os.path.join(folder, "tests"))
        for number, (title, body) in enumerate(todo, 1):
            try:
                carry_out(body, folder)
                print(f"ok {number} - {title}")
            except run.Failed as wrong:
                print(f"not ok {number} - {title}\n# " + str(wrong).rstrip().replace("\n", "\n# "))


if __name__ == "__main__":
    main(*sys.argv[1:])
