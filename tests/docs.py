#!/usr/bin/env python3
"""What the pages say exists: functions that docs/how-it-works.md names, and files that pages link to or name.

usage: docs.py SOURCE-ROOT

SPDX-License-Identifier: MIT
"""
import pathlib
import re
import sys

SOURCES = ("util", "qom", "system", "target-riscv", "hw-riscv", "include", "roms", "tools")
WALK = "docs/how-it-works.md"


def defined_names(root):
    """Everything that is written like a function's definition, declaration or macro."""
    text = []
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".c", ".h", ".inc", ".def"):
                text.append(path.read_text(encoding="utf-8"))
    return set(re.findall(r"^(?:#define |[A-Za-z_][\w\s*]*?)\b(\w+)\(", "\n".join(text), re.M))


def check_walk(root, complaints):
    page = (root / WALK).read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)\(\)`", page))
    known = defined_names(root)
    if len(named) < 20:
        complaints.append(f"{WALK}: names only {len(named)} functions: is this the page?")
    for name in sorted(named - known - {"main"}):
        complaints.append(f"{WALK}: there is no function {name}()")


def check_links(root, complaints):
    for page in [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in target and not (page.parent / target).exists():
                complaints.append(f"{page.relative_to(root)}: link to {target}, which does not exist")
        for name in re.findall(r"`(docs/[\w.-]+)`", text):
            if not (root / name).exists():
                complaints.append(f"{page.relative_to(root)}: names {name}, which does not exist")


def main():
    root = pathlib.Path(sys.argv[1])
    complaints = []
    check_walk(root, complaints)
    check_links(root, complaints)
    print("\n".join(complaints) or "all names and links exist")
    return 1 if complaints else 0


sys.exit(main())
