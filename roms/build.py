#!/usr/bin/env python3
"""Builds the ROM images from their sources.

    build.py            writes the reset vectors and guest.elf beside their sources
    build.py --check    builds them elsewhere and compares; exit status 77 (skipped) where the cross
                        compiler is missing or is not the one that built what is there

CROSS names the prefix of the tools, riscv64-unknown-elf- by default.

SPDX-License-Identifier: MIT
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CROSS = os.environ.get("CROSS", "riscv64-unknown-elf-")
SKIP = 77

CFLAGS = ["-march=rv64i_zicsr", "-mabi=lp64", "-mcmodel=medany", "-Os", "-std=gnu11", "-Wall", "-Wextra",
          "-ffreestanding", "-fno-builtin", "-fno-pic", "-fno-asynchronous-unwind-tables", "-mno-relax",
          "-nostdlib", "-static", "-Wl,--build-id=none"]


def tool(name, *args):
    subprocess.run([CROSS + name, *args], check=True, cwd=HERE)


def build_reset_vector(out):
    source = os.path.basename(out).replace(".bin", ".S")
    with tempfile.TemporaryDirectory() as tmp:
        elf = os.path.join(tmp, "reset-vector.elf")
        tool("gcc", *CFLAGS, "-Wl,-Ttext=0x1000", source, "-o", elf)
        tool("objcopy", "-O", "binary", "-j", ".text", elf, out)


def build_guest(out):
    tool("gcc", *CFLAGS, "-Wl,-z,max-page-size=64", "-T", "guest.ld", "guest-start.S", "guest.c",
         "-o", out)
    tool("objcopy", "--strip-all", "-K", "tohost", "-K", "fromhost", out)


IMAGES = {"reset-vector.bin": build_reset_vector, "reset-vector-spike.bin": build_reset_vector,
          "guest.elf": build_guest}


def compiler_of(elf):
    """What the compiler wrote into an ELF file about itself."""
    out = subprocess.run([CROSS + "readelf", "-p", ".comment", elf], check=True, cwd=HERE,
                         stdout=subprocess.PIPE, universal_newlines=True).stdout
    return [line.split("]")[-1].strip() for line in out.splitlines() if "GCC" in line]


def check():
    with tempfile.TemporaryDirectory() as tmp:
        for name, build in IMAGES.items():
            build(os.path.join(tmp, name))
        theirs, ours = compiler_of("guest.elf"), compiler_of(os.path.join(tmp, "guest.elf"))
        if theirs != ours:
            print(f"the images were built with {theirs}, the compiler here is {ours}")
            return SKIP
        status = 0
        for name in IMAGES:
            with open(os.path.join(HERE, name), "rb") as old, open(os.path.join(tmp, name), "rb") as new:
                if old.read() != new.read():
                    print(f"roms/{name} is not what its source makes: run roms/build.py")
                    status = 1
        return status


def main(args):
    if not shutil.which(CROSS + "gcc"):
        print(f"{CROSS}gcc is not installed (Debian: gcc-riscv64-unknown-elf)")
        return SKIP
    if args == ["--check"]:
        return check()
    for name, build in IMAGES.items():
        build(os.path.join(HERE, name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
