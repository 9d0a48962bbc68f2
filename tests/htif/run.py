#!/usr/bin/env python3
"""Runs C programs that use files by HTIF.

    run.py RVEMU PROGRAM PROCESS RACE    in TAP

PROGRAM (program.c) and RACE (race.c) run by themselves, PROCESS (program.c as well) on riscv-pk, if
the environment variable RISCV_PK names that.

SPDX-License-Identifier: MIT
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading

TIMEOUT = 60    # seconds
RACES = 2000    # rounds of RACE, each some tens of calls
ATTEMPTS = 10   # until a race was one


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def start(rvemu, folder, *args, option=""):
    return subprocess.Popen([rvemu, "-M", f"htif-root={folder}{option}", *args], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process, text=""):
    try:
        out, err = process.communicate(text, timeout=TIMEOUT)
    finally:
        process.kill()
    return process.returncode, out, err


def expect(what, seen, right, more=""):
    if seen != right:
        raise AssertionError(f"{what} is {seen!r}, not {right!r} {more}".rstrip())


def check_program(rvemu, top, *program):
    """arguments, files, directories, floating point, console"""
    folder = os.path.join(top, "folder")
    os.mkdir(folder)
    write(f"{folder}/in", "first\nsecond\n")
    write(f"{top}/secret", "secret")
    if len(program) > 1: # riscv-pk, which looks for the process in the folder
        shutil.copy(program[1], f"{folder}/process")
        program = (program[0], "process")
    status, out, err = finish(start(rvemu, folder, *program, "in", "two words"), "typed\nno end")
    expect("standard output", out,
           "1: 'in'\n2: 'two words'\n2 lines\n/made/file has 17 bytes\n2/3 is 0.6667\ntyped\nno end")
    expect("standard error's first line", err.split("\n")[0], "done")
    expect("the status", status, 3)
    expect("the file", read(f"{folder}/renamed"), "1 first\n2 second\n")
    expect("what is beside the folder", read(f"{top}/secret"), "secret")


def check_read_only(rvemu, top, program):
    """a folder only for reading"""
    write(f"{top}/in", "first\n")
    status, _, err = finish(start(rvemu, top, program, "in", "out", option=",htif-ro=on"))
    expect("standard error's first line", err.split("\n")[0], "out: Read-only file system")
    expect("the status", status, 9)
    expect("what is in the folder", os.listdir(top), ["in"])


def check_limit(rvemu, top, program):
    """a file that may not become as large as the guest wants"""
    write(f"{top}/in", "first\n")
    command = [rvemu, "-M", f"htif-root={top}", program, "in", "out"]
    done = subprocess.run(["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT)
    expect("the outcome", (done.returncode, done.stderr.split("\n")[0]), (9, "closing: File too large"))


def make_race(top):
    """Every file inside holds "inside", every one beside the folder "outside"."""
    folder = os.path.join(top, "folder")
    for name in ("folder/directory", "folder/a/moved"):
        os.makedirs(f"{top}/{name}")
    os.symlink("..", f"{folder}/link")
    os.rename(f"{folder}/directory", f"{folder}/swapped")
    for name in ("swapped/file", "a/file", "file"):
        write(f"{folder}/{name}", "inside")
    os.mkdir(f"{top}/a")
    for name in ("file", "a/file"):
        write(f"{top}/{name}", "outside")
    return folder


def swap(folder, end):
    """A directory and a link to the outside, which take turns; and a directory that goes out."""
    def move(old, new):
        os.rename(os.path.join(folder, old), os.path.join(folder, new))
    while not end.is_set():
        move("swapped", "directory")
        move("link", "swapped")
        move("a/moved", "../moved")
        move("swapped", "link")
        move("directory", "swapped")
        move("../moved", "a/moved")


def race(rvemu, top, program):
    """How often each name led to a file, and how often to none."""
    folder = make_race(top)
    end = threading.Event()
    swapper = threading.Thread(target=swap, args=(folder, end))
    swapper.start()
    try:
        status, out, err = finish(start(rvemu, folder, program, str(RACES)))
    finally:
        end.set()
        swapper.join()
    expect("outcome", (status, err), (0, ""), out)
    expect("what is beside the folder", sorted(os.listdir(top)), ["a", "file", "folder"])
    expect("what is in a directory there", os.listdir(f"{top}/a"), ["file"])
    expect("a file outside", read(f"{top}/file"), "outside")
    return [tuple(map(int, line.split())) for line in out.splitlines()]


def check_race(rvemu, top, program):
    """links that come and directories that go while names are looked up"""
    for attempt in range(ATTEMPTS):
        folder = os.path.join(top, str(attempt))
        os.mkdir(folder)
        counts = race(rvemu, folder, program)
        if all(found and missing for found, missing in counts):
            return
    raise AssertionError(f"no race: {counts}")


def main(argv):
    rvemu, program, process, racer = map(os.path.abspath, argv[1:5])
    pk = os.environ.get("RISCV_PK")
    tests = [("a program by itself: " + check_program.__doc__, check_program, [program]),
             (check_read_only.__doc__, check_read_only, [program]),
             (check_limit.__doc__, check_limit, [program]),
             (check_race.__doc__, check_race, [racer]),
             ("a process of riscv-pk: " + check_program.__doc__, check_program, [pk, process])]
    failed = False
    print(f"1..{len(tests)}")
    for number, (name, test, args) in enumerate(tests, 1):
        if None in args:
            print(f"ok {number} - {name} # SKIP RISCV_PK names no file")
            continue
        with tempfile.TemporaryDirectory() as top:
            try:
                test(rvemu, os.path.realpath(top), *args)
                print(f"ok {number} - {name}")
            except (AssertionError, subprocess.TimeoutExpired) as wrong:
                failed = True
                print(f"not ok {number} - {name}")
                print(f"# {wrong}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
