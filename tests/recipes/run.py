#!/usr/bin/env python3
"""Carries out the chapter "Recipes" of README.md in a copy of the tree, as a reader would.

    run.py ROOT [OPTION...]    TAP; the options go to the copy's `meson setup`

A block of code is preceded by a line that says where it goes, which is one of

    In `PATH`, a new file:
    In `PATH`, at the end:
    In `PATH`, after `PART OF A LINE`:

and a block of language "console" has commands ("$ ...") with what they print below them, in which
"..." stands for any text. What is added at the end of a file has an empty line before it. rvemu is
built in the folder "build" before commands run. Any other block in the chapter is an error, and so
is a recipe that is missing. In the end those tests pass that look at the tree and the program as a
whole: an addition costs what its recipe says, and no line of a test more.

SPDX-License-Identifier: MIT
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

RECIPES = ["An instruction", "A CSR", "A device", "A machine"]
WHOLE = ["--suite", "cli", "--suite", "style"]
CROSS = os.environ.get("CROSS", "riscv64-unknown-elf-")
TIMEOUT = 600  # seconds for one command, on a busy machine with sanitizers

BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
PLACE = re.compile(r"In `(?P<path>[^`]+)`, "
                   r"(?P<how>a new file|at the end|after `(?P<anchor>[^`]+)`):")


class Failed(Exception):
    """What README says did not come true."""


def copy_tree(root, to):
    """What git knows or would add; without git everything but folders with a build."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=root, capture_output=True, check=False)
    if listed.returncode != 0:
        shutil.copytree(root, to, ignore=lambda folder, names: [
            name for name in names if os.path.exists(os.path.join(folder, name, "build.ninja"))])
        return
    for path in filter(None, listed.stdout.decode().split("\0")):
        source, target = os.path.join(root, path), os.path.join(to, path)
        if os.path.exists(source):  # it may be about to be removed
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy2(source, target)


def run(command, folder):
    """Exit status and everything printed."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


def must(command, folder):
    status, output = run(command, folder)
    if status != 0:
        raise Failed(f"{' '.join(command)}: status {status}\n{output}")


# ---- reading ----

def chapter(readme):
    found = re.search(r"^## Recipes\n(.*?)(?=^## |\Z)", readme, re.M | re.S)
    if not found:
        raise Failed('README.md has no chapter "## Recipes"')
    return found[1]


def blocks(text):
    for block in BLOCK.finditer(text):
        above = text[:block.start()].rstrip().rpartition("\n")[2]
        yield block["language"], above, block["text"]


def recipes(text):
    """{title: [block, ...]}, a block as (language, line above it, text)."""
    parts = re.split(r"^### (.*)\n", text, flags=re.M)
    found = {title: list(blocks(body)) for title, body in zip(parts[1::2], parts[2::2])}
    if list(found) != RECIPES:
        raise Failed(f"the recipes are {list(found)}, not {RECIPES}")
    if text.count("```") != 2 * sum(map(len, found.values())):
        raise Failed("a block is not opened or closed as it should be, or is not part of a recipe")
    for title, recipe in found.items():
        languages = [language for language, _, _ in recipe]
        if languages[-1:] != ["console"] or set(languages) == {"console"}:
            raise Failed(f"{title}: there must be something to write, then something to run")
    return found


# ---- doing ----

def write(text, above, folder):
    place = PLACE.fullmatch(above)
    if not place:
        raise Failed(f"{above!r} does not say where the block below it goes")
    path = os.path.join(folder, place["path"])
    if os.path.exists(path) == (place["how"] == "a new file"):
        raise Failed(f"{place['path']} {'exists' if os.path.exists(path) else 'does not exist'}")
    lines = []
    if place["how"] != "a new file":
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
    at = len(lines)
    if place["anchor"]:
        after = [number for number, line in enumerate(lines, 1) if place["anchor"] in line]
        if len(after) != 1:
            raise Failed(f"{place['path']}: {len(after)} lines have {place['anchor']!r}, not one")
        at = after[0]
    elif lines:
        lines.append("\n")
        at += 1
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines[:at] + [text] + lines[at:])


def same(pattern, text):
    """Is text what the pattern says? Blanks at the end of a line do not count."""
    tidy = [re.sub(r"[ \t]+$", "", side, flags=re.M) for side in (pattern, text)]
    return re.fullmatch(".*".join(map(re.escape, tidy[0].split("..."))), tidy[1], re.S)


def execute(text, folder):
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, expected = part.split("\n", 1)
        _, output = run(["sh", "-c", command], folder)
        if not same(expected, output):
            raise Failed(f"$ {command}\n{output}-- that is not\n{expected}")


def carry_out(recipe, folder):
    for language, above, text in recipe:
        if language == "console":
            must(["ninja", "-j2", "-C", "build", "rvemu"], folder)
            execute(text, folder)
        else:
            write(text, above, folder)


def attempt(step, *args):
    """What the step returns; where it fails, the rest of the recipes makes no sense either."""
    try:
        return step(*args)
    except (Failed, subprocess.TimeoutExpired) as wrong:
        print("# " + str(wrong).rstrip().replace("\n", "\n# "))
        print("Bail out! README.md, Recipes: see above")
        sys.exit(1)


def main(root, *options):
    if not shutil.which(CROSS + "gcc"):
        print(f"1..0 # SKIP {CROSS}gcc is not installed (Debian: gcc-riscv64-unknown-elf)")
        return
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        todo = attempt(recipes, attempt(chapter, file.read()))
    print(f"1..{len(todo) + 1}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "rvemu")
        copy_tree(root, tree)
        attempt(must, ["meson", "setup", "build", "--buildtype=debug", "-Dpairs=sample", *options], tree)
        for number, (title, recipe) in enumerate(todo.items(), 1):
            attempt(carry_out, recipe, tree)
            print(f"ok {number} - {title}", flush=True)
        attempt(must, ["meson", "test", "-C", "build", "--print-errorlogs", *WHOLE], tree)
        print(f"ok {len(todo) + 1} - the tests of the whole", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
