#!/usr/bin/env python3
"""Measures how long Linux takes to its first process, and what several harts are worth to it.

    linux.py --rvemu build/rvemu [--spike FILE] [--qemu FILE] [--runs N] [--load SECONDS]

Debian's kernel with busybox (scripts/guests; RVEMU_GUESTS names their cache), on rvemu with one hart and with four, on
Spike and on QEMU's machine virt with one; each round runs all of them, one after another. With --load rounds of work
are counted that one hart, and two, do in that time. docs/benchmark.md says what the figures mean.

SPDX-License-Identifier: MIT
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GUESTS = os.path.join(HERE, "..", "..", "scripts", "guests")
UP = "guest: up after"
LIMIT = 300  # seconds for one run
SPIKE_ISA = "rv64gc_zba_zbb_zbs_zicbom_zicboz_sstc_svinval_svnapot_svpbmt_zicntr_zihpm"


def commands(args, cache, initrd):
    """{name: function of the job: command line}."""
    image = os.path.join(cache, "Image")

    def rvemu(harts):
        return lambda job: [args.rvemu, "-M", "spike", "-m", "1G", "-smp", str(harts), "-L", cache, "-kernel", image,
                            "-initrd", initrd, "-append", f"console=ttyS0 {job}"]
    found = {"rvemu, 1 hart": rvemu(1), "rvemu, 2 harts": rvemu(2), "rvemu, 4 harts": rvemu(4)}
    if args.qemu:
        found["QEMU"] = lambda job: [args.qemu, "-M", "virt", "-m", "1G", "-nographic", "-monitor", "none",
                                     "-kernel", image, "-initrd", initrd, "-append", f"console=ttyS0 {job}"]
    if args.spike:
        found["Spike"] = lambda job: [args.spike, "-m1024", f"--isa={SPIKE_ISA}", f"--kernel={image}",
                                      f"--initrd={initrd}", f"--bootargs=console=ttyS0 {job}", args.firmware]
    return found


def run_until(command, pattern):
    """Seconds until the console says it, and what it says; the emulator is ended then."""
    start, log = time.monotonic(), ""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        while not (match := re.search(pattern, log)):
            data = os.read(process.stdout.fileno(), 65536)
            if not data or time.monotonic() - start > LIMIT:
                sys.exit(f"{command[0]} does not say {pattern!r}:\n{log[-2000:]}")
            log += data.decode(errors="replace")
        return time.monotonic() - start, match
    finally:
        process.kill()
        process.wait()


def measure_boot(found, runs):
    times = {name: [] for name in found}
    for _ in range(runs):
        for name, command in found.items():
            times[name].append(run_until(command("job=idle"), UP)[0])
    first = statistics.median(next(iter(times.values())))
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:15} {median:6.2f} s to the first process ({min(values):.2f} to {max(values):.2f}), "
              f"{median / first:.2f} times the first")


def measure_load(found, seconds):
    rounds = {}
    for harts in ("rvemu, 1 hart", "rvemu, 2 harts"):
        match = run_until(found[harts](f"job=load seconds={seconds}"), r"guest: rounds: (\d+)\s")[1]
        rounds[harts] = int(match[1])
        print(f"{harts:15} {rounds[harts]:4} rounds of work in {seconds} s")
    print(f"two harts do {rounds['rvemu, 2 harts'] / rounds['rvemu, 1 hart']:.2f} times as much as one")


def main():
    parser = argparse.ArgumentParser(description="Measure Linux.")
    parser.add_argument("--rvemu", required=True, metavar="FILE")
    parser.add_argument("--spike", metavar="FILE")
    parser.add_argument("--qemu", metavar="FILE", help="qemu-system-riscv64")
    parser.add_argument("--firmware", metavar="FILE", help="OpenSBI's fw_jump.elf, for Spike",
                        default="/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.elf")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--load", type=int, default=0, metavar="SECONDS")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        initrd = os.path.join(folder, "initrd.gz")
        command = [GUESTS, "--initramfs", initrd]
        if "RVEMU_GUESTS" in os.environ:
            command += ["--cache", os.environ["RVEMU_GUESTS"]]
        cache = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip().splitlines()[-1]
        found = commands(args, cache, initrd)
        measure_boot(found, args.runs)
        if args.load:
            measure_load(found, args.load)


if __name__ == "__main__":
    main()
