#!/usr/bin/env python3
"""Is every extension proved by tests that there are, and that notice when it is missing?

    extensions.py tables  EXTGEN SOURCE BUILD RVEMU EXT.DEF CSR.DEF INSTRUCTIONS.TXT
    extensions.py needed  EXTGEN SOURCE BUILD EXT.DEF CSR.DEF INSTRUCTIONS.TXT
    extensions.py --self-test EXTGEN

tables: each test that a row of ext.def names is one of the build's, each file that it names exists,
each extension has something, and -cpu help says all of it.
needed: each guest program that a row names fails on a hart without that extension.

SPDX-License-Identifier: MIT
"""
import concurrent.futures
import importlib.util
import json
import os
import re
import subprocess
import sys

# Without a cross compiler the build has this test in place of all guest programs.
NO_GUESTS = "guest"
# One that needs no more than every program does: where this one fails, no other tells anything.
ANY_PROGRAM = "htif/status"
# Seconds for a program to end without an extension. Some never do, which is a failure as well.
PATIENCE = 3


def load(path):
    """A script as a module."""
    sys.path.insert(0, os.path.dirname(path))
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("extgen", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_tests(build):
    """Tests of the build by name: their commands."""
    with open(os.path.join(build, "meson-info", "intro-tests.json"), encoding="utf-8") as file:
        return {test["name"]: test for test in json.load(file)}


# ---- tables ----

def check_row(ext, tests, source):
    """What is wrong with one extension's row."""
    named = ext.derived_tests() + ext.tests
    wrong = [f"{ext.name}: there is no test '{name}'" for name in named if name not in tests]
    files = re.findall(r"[\w./-]+\.(?:c\.inc|c|def)\b", ext.holds or "")
    wrong += [f"{ext.name}: no file {path}" for path in files
              if not os.path.exists(os.path.join(source, path))]
    if not named and not ext.holds:
        wrong.append(f"{ext.name}: no test proves it (ext.def: TESTS or HOLDS)")
    if ext.holds and not files:
        wrong.append(f"{ext.name}: HOLDS names no file")
    return wrong


def check_help(ext, entries):
    """Does -cpu help, its entries by name, tell what the row says?"""
    text = entries.get(ext.name.lower(), "")
    parts = [f"{ext.description}, version {ext.version} ", *ext.tests, ext.lacks or ""]
    parts += [ext.holds] if ext.holds and not ext.tests else []
    return [f"{ext.name}: -cpu help does not say '{part}'" for part in parts if part not in text]


def help_entries(rvemu):
    done = subprocess.run([rvemu, "-cpu", "help"], capture_output=True, text=True, check=True)
    entries, name = {}, None
    for line in done.stdout.partition("\nExtensions")[2].splitlines():
        if match := re.match(r"  (\w+)\s+(.*)", line):
            name = match.group(1)
            entries[name] = match.group(2)
        elif name and line.startswith("      "):
            entries[name] += " " + line.strip()
    return entries


def check_tables(extensions, tests, source, rvemu):
    entries = help_entries(rvemu)
    return [line for ext in extensions.values()
            for line in check_row(ext, tests, source) + check_help(ext, entries)]


# ---- needed ----

def needs(extensions, name, other):
    """Does `name`, or something that it needs, need `other`, on a hart with all modes?"""
    required = [part.split("?")[-1] for part in extensions[name].requires if part[0] != "!"]
    return name == other or any(needs(extensions, part, other) for part in required)


def without(extensions, off, options):
    """A test's --cpu options for a hart that lacks `off`, whatever they turn on."""
    on = {option.removeprefix("--cpu=").removesuffix("=on") for option in options
          if option.endswith("=on")}
    names = {name.lower(): name for name in extensions}
    kept = [option for option in options if not option.endswith("=on")]
    parts = set()
    for prop in on:
        name = names.get(prop)
        if name and needs(extensions, name, off): # then the rest of what it brings along
            implied = [part.split("?")[-1] for part in extensions[name].implies]
            parts |= {part.lower() for part in implied if not needs(extensions, part, off)}
        else:
            parts.add(prop)
    return kept + [f"--cpu={part}=on" for part in sorted(parts)] + [f"--cpu={off.lower()}=off"]


def run_without(extensions, off, test, build):
    """The process that has run a test's program on a hart that lacks `off`."""
    command = [arg for arg in test["cmd"] if not arg.startswith("--cpu=")]
    options = [arg for arg in test["cmd"] if arg.startswith("--cpu=")]
    command[-1:-1] = [*without(extensions, off, options), f"--timeout={PATIENCE}"]
    return subprocess.run(command, cwd=build, capture_output=True, text=True, check=False)


def check_ext(extensions, ext, tests, build):
    """Each guest program that the row of `ext` names must fail for lack of it."""
    programs = [tests[name] for name in ext.tests
                if any(arg.endswith("tests/guest/run.py") for arg in tests[name]["cmd"])]
    if ext.holds or not programs:
        return 0, []
    # No guest program runs at all: nothing can be told.
    if run_without(extensions, ext.name, tests[ANY_PROGRAM], build).returncode != 0:
        return 0, []
    wrong = []
    for test in programs:
        done = run_without(extensions, ext.name, test, build)
        if done.returncode == 0:
            wrong.append(f"{ext.name}: {test['name']} passes without it")
        elif "rvemu: -" in done.stderr:
            wrong.append(f"{ext.name}: {test['name']} cannot start: {done.stderr.strip()}")
    return len(programs), wrong


def check_needed(extensions, tests, build):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda ext: check_ext(extensions, ext, tests, build),
                                extensions.values()))
    count = sum(runs for runs, _ in results)
    print(f"{count} programs run without an extension")
    return [line for _, wrong in results for line in wrong] + ([] if count else ["none was run"])


# ---- self-test ----

def self_test(extgen):
    """Rows that are wrong must be found so."""
    tests = {"vectors", "golden", "illegal", "test-csr", "a/b"}
    source = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    samples = [ # attributes, and how many problems they are
        ('TESTS("a/b")', 0),
        ('TESTS("a/c")', 1),
        ('TESTS("a/b,a/c,a/d")', 2),
        ("", 1),
        ('LACKS("much")', 1),
        ('HOLDS("so it is (system/main.c)")', 0),
        ('HOLDS("so it is (system/other.c)")', 1),
        ('HOLDS("so it is (tests/extensions.py)")', 1),
        ('HOLDS("so it is")', 1),
    ]
    wrong = 0
    for attributes, count in samples:
        ext = extgen.Extension(["A", "1.0", "0", "MAX", "", "", "An A"])
        for name, text in re.findall(r'(\w+)\("([^"]*)"\)', attributes):
            ext.set_attribute(name, text)
        found = check_row(ext, tests, source)
        if len(found) != count:
            print(f"{attributes}: {found}")
            wrong += 1
    print(f"{len(samples)} samples, {wrong} judged wrongly")
    return 1 if wrong else 0


def main(argv):
    extgen = load(argv[2])
    if argv[1] == "--self-test":
        return self_test(extgen)
    source, build = argv[3:5]
    extensions = extgen.read_all(*argv[-3:])
    tests = read_tests(build)
    if NO_GUESTS in tests:
        print("SKIP: the guest programs are not built")
        return 77
    if argv[1] == "tables":
        wrong = check_tables(extensions, tests, source, argv[5])
    else:
        wrong = check_needed(extensions, tests, build)
    print("\n".join([*wrong, f"{len(extensions)} extensions, {len(wrong)} wrong"]))
    return 1 if wrong or not extensions else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
