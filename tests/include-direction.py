#!/usr/bin/env python3
"""Does every #include follow the direction that the folders depend in?

    include-direction.py ROOT          checks the tree: one line for each include that does not
    include-direction.py --self-test   checks the check, on includes that must and must not pass

util <- qom <- system <- {target-riscv, hw-riscv} <- tools: a folder sees itself and what is left of it.
The one exception is a file of hw-riscv that defines a machine: it may include public headers of
target-riscv. Of other folders tools sees public headers only.

SPDX-License-Identifier: MIT
"""
import os
import re
import sys
import tempfile

SEES = {
    "util": {"util"},
    "qom": {"qom", "util"},
    "system": {"system", "qom", "util"},
    "target-riscv": {"target-riscv", "system", "qom", "util"},
    "hw-riscv": {"hw-riscv", "system", "qom", "util"},
    "tools": {"tools", "hw-riscv", "target-riscv", "system", "qom", "util"},
}
# include/hw holds the public headers of hw-riscv; the others have the name of their folder.
PUBLIC = {"hw": "hw-riscv", **{name: name for name in SEES if name not in ("hw-riscv", "tools")}}

SOURCE = re.compile(r"\.(c|h|inc|def)$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
MACHINE = re.compile(r"^(DEFINE_(VERSIONED_)?MACHINE(_OF|_TYPE)?\(|.*\bMACHINE_TYPE_NAME\()", re.M)


def folder_of(path):
    """The folder that a path below the root belongs to, or None."""
    parts = path.split(os.sep)
    if parts[0] == "include" and len(parts) > 2:
        return PUBLIC.get(parts[1])
    return parts[0] if parts[0] in SEES else None


def target_of(root, path, name, quoted):
    """(folder, public?) that an include leads to; None: a header of the host, or generated."""
    if quoted:
        beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
        if os.path.exists(os.path.join(root, beside)):
            return folder_of(beside) or beside, beside.startswith("include" + os.sep)
    first = name.split("/")[0]
    if first in PUBLIC and "/" in name:
        return PUBLIC[first], os.path.exists(os.path.join(root, "include", name))
    if first in SEES and "/" in name:
        return first, False
    if quoted and "/" in name:
        return name, False
    return None


def may_include(folder, machine, target, public):
    if machine and target == "target-riscv" and public:
        return True
    return target in SEES[folder] and (folder != "tools" or target == "tools" or public)


def check_file(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        text = file.read()
    folder = folder_of(path)
    machine = folder == "hw-riscv" and path.endswith(".c") and MACHINE.search(text)
    for found in INCLUDE.finditer(text):
        target = target_of(root, path, found[2], found[1] == '"')
        if target is None or may_include(folder, machine, *target):
            continue
        line = text.count("\n", 0, found.start()) + 1
        yield f'{path}:{line}: {folder} must not include "{found[2]}"'


def check_tree(root):
    """All violations, and the number of files looked at."""
    violations, files = [], 0
    for top in [*SEES, "include"]:
        for where, dirs, names in os.walk(os.path.join(root, top)):
            dirs.sort()
            for name in sorted(names):
                path = os.path.relpath(os.path.join(where, name), root)
                if SOURCE.search(name) and folder_of(path):
                    files += 1
                    violations += check_file(root, path)
    return violations, files


# path of a file, one line of it, must it pass?
SAMPLES = [
    ("util/a.c", '#include "util/a.h"', True),
    ("util/a.c", '#include <stdio.h>', True),
    ("util/a.c", '#include "qom/a.h"', False),
    ("util/a.c", '#include "generated.inc"', True),
    ("qom/a.c", '#include "util/a.h"', True),
    ("qom/a.c", '  #  include "system/a.h"', False),
    ("include/qom/b.h", '#include "system/a.h"', False),
    ("include/qom/b.h", '#include <system/a.h>', False),
    ("system/a.c", '#include "qom/a.h"', True),
    ("system/a.c", '#include "hw/a.h"', False),
    ("system/a.c", '#include "target-riscv/a.h"', False),
    ("system/a.c", '#include "../target-riscv/private.h"', False),
    ("system/a.c", '#include "elsewhere/a.h"', False),
    ("target-riscv/sub/a.c", '#include "system/a.h"', True),
    ("target-riscv/sub/a.c", '#include "../private.h"', True),
    ("target-riscv/sub/a.c", '#include "hw/a.h"', False),
    ("hw-riscv/a.c", '#include "hw/a.h"', True),
    ("hw-riscv/a.c", '#include "system/a.h"', True),
    ("hw-riscv/a.c", '#include "target-riscv/a.h"', False),
    ("hw-riscv/a.c", 'DEFINE_MACHINE("m", m_class_init)\n#include "target-riscv/a.h"', True),
    ("hw-riscv/a.c", 'DEFINE_MACHINE("m", m_class_init)\n#include "target-riscv/private.h"', False),
    ("hw-riscv/a.c", 'DEFINE_MACHINE("m", m_class_init)\n#include "../target-riscv/private.h"', False),
    ("tools/suite/a.c", '#include "system/a.h"', True),
    ("tools/suite/a.c", '#include "hw/a.h"', True),
    ("tools/suite/a.c", '#include "target-riscv/private.h"', False),
    ("tools/suite/a.c", '#include "../../target-riscv/private.h"', False),
    ("system/a.c", '#include "tools/suite/a.h"', False),
    ("system/a.c", '#include "../tools/suite/a.h"', False),
    ("include/hw/b.h", 'DEFINE_MACHINE("m", m_class_init)\n#include "target-riscv/a.h"', False),
]


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def self_test():
    wrong = 0
    for path, line, good in SAMPLES:
        with tempfile.TemporaryDirectory() as root:
            for folder in PUBLIC:
                write(root, f"include/{folder}/a.h", "")
            write(root, "target-riscv/private.h", "")
            write(root, path, line)
            violations, _ = check_tree(root)
        if (not violations) != good:
            print(f"{path}: {line!r}: {'passed' if not violations else violations}")
            wrong += 1
    print(f"{len(SAMPLES)} samples, {wrong} judged wrongly")
    return 1 if wrong else 0


def main(argv):
    if argv[1:] == ["--self-test"]:
        return self_test()
    violations, files = check_tree(argv[1])
    print("\n".join(violations + [f"{files} files, {len(violations)} wrong includes"]))
    return 1 if violations or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
