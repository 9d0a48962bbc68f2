#!/usr/bin/env python3
"""Runs one guest program and compares exit status and console output.

    run.py [OPTIONS] ELF

A guest program ends with status 0, or with the number of the check that failed. Exit status here:
0 passed, 1 failed (it says why), 77 skipped: --machine names an emulator that lacks what the
program is about.

The same programs run on other emulators, to see who is right:
    run.py --machine spike --emulator spike ELF
    run.py --machine qemu --emulator qemu-system-riscv64 ELF

SPDX-License-Identifier: MIT
"""
import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile

# What rvemu's default CPU has, as Spike spells it; misaligned access is Zicclsm there.
SPIKE_ISA = ("rv64gc_zba_zbb_zbc_zbs_zicntr_zihpm_zicond_zicbom_zicbop_zicboz_zawrs_zihintpause"
             "_zihintntl_zfa"
             "_svinval_svnapot_svpbmt_sstc_svade_svadu")


def rvemu_command(args):
    cpu = "rv64" + "".join(f",{prop}" for prop in args.cpu)
    program = [args.elf, *args.argument] if args.argument else ["-kernel", args.elf]
    return [args.emulator, "-M", "spike", "-smp", str(args.harts), "-cpu", cpu, "-accel", args.accel,
            *history_option(args), *args.option, *folder_option(args), *program]


def history_option(args):
    """While a run is young, blocks begin with a note for the post-mortem; here they are as later on in one mode."""
    return ["-d", "postmortem=off"] if args.accel == "interp" else []


def folder_option(args):
    return ["-M", f"htif-root={args.folder},htif-ro={args.folder_ro}"] if args.folder else []


def added(args):
    """Extensions that --cpu adds."""
    return [prop.removesuffix("=on") for prop in args.cpu if prop.endswith("=on")]


def spike_command(args):
    names = added(args) + ([] if "misaligned=off" in args.cpu else ["zicclsm"])
    isa = "_".join([SPIKE_ISA, *names])
    return [args.emulator, f"-p{args.harts}", f"--isa={isa}", args.elf]


def qemu_command(args):
    other = [prop for prop in args.cpu if prop.removesuffix("=on") not in added(args)]
    if other:
        print(f"SKIP: QEMU has no {','.join(other)}")
        sys.exit(77)
    return [args.emulator, "-M", "spike", "-smp", str(args.harts), "-cpu", "max", "-bios", "none",
            "-nographic", "-kernel", args.elf]


COMMANDS = {"rvemu": rvemu_command, "spike": spike_command, "qemu": qemu_command}


def arguments():
    parser = argparse.ArgumentParser(description="Run one guest program.")
    parser.add_argument("elf")
    parser.add_argument("--emulator", required=True)
    parser.add_argument("--machine", choices=COMMANDS, default="rvemu")
    parser.add_argument("--harts", type=int, default=1)
    parser.add_argument("--cpu", action="append", default=[], metavar="PROPERTY=VALUE")
    parser.add_argument("--accel", default="interp", help="accelerator and its properties")
    parser.add_argument("--option", action="append", default=[], metavar="WORD",
                        help="of rvemu's command line")
    parser.add_argument("--argument", action="append", default=[], metavar="WORD",
                        help="for the program, on rvemu's command line")
    parser.add_argument("--status", type=int, default=0, help="exit status that is right")
    parser.add_argument("--stdin", metavar="FILE", help="console input")
    parser.add_argument("--stdout", metavar="FILE", help="console output that is right; or none")
    parser.add_argument("--show", action="store_true", help="print console output; any is right")
    parser.add_argument("--folder", action="store_const", const="on",
                        help="open a folder to it, made as make_folder() does")
    parser.add_argument("--folder-ro", choices=["on", "off"], default="off",
                        help="only for reading")
    parser.add_argument("--timeout", type=float, default=60, help="seconds")
    return parser.parse_args()


def read(path):
    if path is None:
        return b""
    with open(path, "rb") as file:
        return file.read()


def make_folder(top):
    """What a guest finds in its folder, and, in secret beside that, must not find."""
    folder = os.path.join(top, "folder")
    secret = os.path.join(top, "secret")
    os.makedirs(os.path.join(folder, "sub"))
    for path, text in ((secret, "secret\n"), (f"{folder}/text", "a line of text\n"),
                       (f"{folder}/sub/inner", "inner\n")):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    os.utime(f"{folder}/text", ns=(0, 86400 * 10**9 + 5))
    for name, target in (("link", "sub/inner"), ("around", "around"), ("nowhere", "missing"),
                         ("out", "../secret"), ("absolute", secret), ("chain", "out"),
                         ("outside", ".."), ("sub/up", "../.."), ("proc", "/proc"),
                         ("descriptor", "/proc/self/fd/0"), ("etc", "/etc")):
        os.symlink(target, os.path.join(folder, name))
    os.mkfifo(f"{folder}/pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{folder}/socket")
    return folder


def tree(top):
    """Everything below: kind, links, and contents or target."""
    found = {}
    for folder, folders, files in os.walk(top):
        for name in folders + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            contents = None
            if os.path.islink(path):
                contents = os.readlink(path)
            elif os.path.isfile(path):
                contents = read(path)
            found[path] = (status.st_mode, status.st_nlink, contents)
    return found


@contextlib.contextmanager
def prepared_folder(args, wrong):
    """Sets args.folder to where it is. A guest has to leave everything as it was."""
    if not args.folder:
        yield
        return
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as top:
        args.folder = make_folder(os.path.realpath(top))
        before = tree(top)
        yield
        after = tree(top)
        wrong += [f"{path}: {before.get(path)} became {after.get(path)}"
                  for path in sorted(before.keys() | after.keys())
                  if before.get(path) != after.get(path)]


def main():
    args = arguments()
    wrong = []
    with prepared_folder(args, wrong):
        run(args, wrong)
    if wrong:
        sys.exit(f"FAIL: {'; '.join(wrong)}")


def run(args, wrong):
    command = COMMANDS[args.machine](args)
    try:
        done = subprocess.run(command, input=read(args.stdin), stdout=subprocess.PIPE,
                              timeout=args.timeout, check=False)
    except subprocess.TimeoutExpired as expired:
        sys.exit(f"FAIL: no end after {args.timeout:g} s: {' '.join(command)}\n"
                 f"{(expired.stdout or b'')[:2000].decode(errors='replace')}")
    if done.returncode != args.status:
        wrong.append(f"status {done.returncode} is not {args.status}")
    if args.show:
        print(done.stdout.decode(errors="replace"))
    elif done.stdout != read(args.stdout):
        wrong.append("console: " + done.stdout[:2000].decode(errors="replace").rstrip())
    if wrong:
        wrong.append(" ".join(command))


main()
