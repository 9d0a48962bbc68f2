#!/usr/bin/env python3
"""Boots Linux and looks at what it does.

    run.py RVEMU GUESTS THREADS JOB [RVEMU OPTION...]

GUESTS is scripts/guests, THREADS the program of that name. JOB is one of the functions below whose name begins with
job_. Where the guests cannot be had this ends with status 77 (skipped) and says why. RVEMU_GUESTS names their cache.

SPDX-License-Identifier: MIT
"""
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "gdb"))
import mi

STATUS_SKIP = 77
CTRL_C = "\x03"
TIMEOUT = 900  # of the whole run; nothing here is about speed
# What the kernel says when something is wrong with it.
WARNING = re.compile(r"WARNING:|BUG:|Oops|Kernel panic|Call Trace|rcu: .*stall|soft lockup|hung task")
KERNEL = 0x80200000  # where it is loaded
HARTS = re.compile(r"guest: up after \S+ s, harts: (\d+)")


class Failed(Exception):
    """The guest did something else."""


class Guest:
    """A running rvemu; `log` is what its console has said so far."""

    def __init__(self, command, terminal=False):
        self.log = ""
        self.input = None
        self.end = time.monotonic() + TIMEOUT
        if terminal:
            self.input, theirs = pty.openpty()
            self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
            os.close(theirs)
            self.output = self.input
        else:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=subprocess.STDOUT)
            self.output = self.process.stdout.fileno()

    def ready(self, seconds):
        return bool(select.select([self.output], [], [], max(0, seconds))[0])

    def read(self):
        """More of the console; False at its end."""
        if not self.ready(self.end - time.monotonic()):
            raise Failed(f"nothing more happens within {TIMEOUT} s")
        try:
            data = os.read(self.output, 65536)
        except OSError:  # a pseudo terminal whose other side was closed
            data = b""
        self.log += data.decode(errors="replace").replace("\r", "")
        return bool(data)

    def wait_for(self, pattern, start=0):
        """The position behind the first match from `start` on."""
        while not (match := re.search(pattern, self.log[start:])):
            if not self.read():
                raise Failed(f"ends without saying {pattern!r}")
        return start + match.end()

    def type(self, text):
        os.write(self.input, text.encode())

    def type_until(self, text, pattern, start):
        """Type it again and again, since nobody knows when the guest's terminal is ready to take it for what it is."""
        while not re.search(pattern, self.log[start:]):
            self.type(text)
            if self.ready(1) and not self.read():
                raise Failed(f"ends without saying {pattern!r}")
        return self.wait_for(pattern, start)

    def finish(self, status=0):
        while self.read():
            pass
        result = self.process.wait(timeout=60)
        if result != status:
            raise Failed(f"ends with status {result}, not {status}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Bench:
    """How guests are started: the emulator, its options, and the images."""

    def __init__(self, rvemu, cache, initrd, options):
        self.rvemu = rvemu
        self.cache = cache
        self.folder = os.path.dirname(initrd)
        self.image = os.path.join(cache, "Image")
        self.initrd = initrd
        self.options = options
        self.guest = None  # the last one

    def start(self, job, *options, terminal=False):
        command = [self.rvemu, "-M", "spike", "-m", "1G", "-L", self.cache, "-kernel", self.image, "-initrd", self.initrd,
                   "-append", f"console=ttyS0 job={job}", *self.options, *options]
        self.guest = Guest(command, terminal)
        return self.guest

    def harts(self):
        return int(self.options[self.options.index("-smp") + 1]) if "-smp" in self.options else 1


def expect(condition, what):
    if not condition:
        raise Failed(what)


def job_info(bench):
    """Every hart is there, the clock is the host's, and a power-off ends rvemu with status 0."""
    guest = bench.start("info")
    guest.finish()
    harts = bench.harts()
    found = HARTS.search(guest.log)
    expect(found and int(found[1]) == harts, f"nproc is not {harts}")
    expect(f"guest: harts in cpuinfo: {harts}\n" in guest.log, f"/proc/cpuinfo has not {harts} harts")
    expect("isa: rv64imafdc" in guest.log, "/proc/cpuinfo has no ISA")
    date = re.search(r"guest: date: (\d+)", guest.log)
    expect(date and abs(int(date[1]) - time.time()) < TIMEOUT, "date is not the host's")
    return guest


def job_load(bench, seconds=10):
    """Processes, pipes, sorting, hashes, floating point, threads: each round as the first one."""
    guest = bench.start(f"load seconds={seconds}")
    guest.finish()
    rounds = re.search(r"guest: rounds: (\d+)", guest.log)
    expect(rounds and int(rounds[1]) > bench.harts(), "no rounds")
    expect("round differs" not in guest.log, "a round differs from the first one")
    return guest


def job_load_long(bench):
    return job_load(bench, 60)


def job_shell(bench):
    """Somebody logs in at the console, types commands, interrupts one, and switches the machine off."""
    guest = bench.start("shell", terminal=True)
    at = guest.wait_for("login: ")
    guest.type("root\n")
    at = guest.wait_for("# ", at)
    guest.type("echo $((6 * 7)) > /tmp/answer; cat /tmp/answer | tr 4 X\n")
    at = guest.wait_for(r"\nX2\n.*# ", at)
    guest.type("sleep 10000\n")
    at = guest.wait_for("sleep 10000\n", at)
    guest.type_until(CTRL_C, "# ", at)
    guest.type("poweroff -f\n")
    guest.finish()
    return guest


def job_reboot(bench):
    """After a reset everything is as at the beginning; with -no-reboot rvemu ends."""
    guest = bench.start("reboot", "-no-reboot")
    guest.finish()
    guest = bench.start("reboot")
    at = guest.wait_for("guest: reboots\n")
    at = guest.wait_for("Linux version", at)
    guest.wait_for("guest: reboots\n", at)
    guest.process.send_signal(signal.SIGTERM)
    guest.finish(128 + signal.SIGTERM)
    return guest


def job_gdb(bench):
    """gdb and a kernel: from its first instruction, by virtual addresses before there are any, to the login."""
    if not mi.PROGRAM:
        print("SKIP: no gdb-multiarch (Debian: apt install gdb-multiarch)")
        sys.exit(STATUS_SKIP)
    address = os.path.join(bench.folder, "gdb")
    guest = bench.start("shell", "-S", "-gdb", f"unix:{address}", terminal=True)
    guest.wait_for("gdb can connect")
    gdb = mi.Gdb(seconds=TIMEOUT)
    try:
        gdb.connect(address)
        follow_kernel(guest, gdb)
    except mi.Failed as failed:
        raise Failed(str(failed)) from None
    finally:
        gdb.kill()
    guest.finish()
    return guest


def follow_kernel(guest, gdb):
    gdb.do(f"hbreak *{KERNEL:#x}")
    gdb.run()
    expect((gdb.number("$pc"), gdb.number("$priv"), gdb.number("$satp")) == (KERNEL, 1, 0), "not at the kernel's begin")
    gdb.do("delete")
    gdb.do("continue&")
    guest.wait_for("login: ")
    gdb.interrupt()
    gdb.do("thread 1")
    # An idle hart is in the kernel.
    handler = gdb.number("$stvec")
    satp = gdb.number("$satp")
    expect(handler >> 63 and satp >> 60, f"no kernel's address space: stvec {handler:#x}, satp {satp:#x}")
    expect("<error" not in gdb.do(f"x/8i {handler:#x}"), "no code in memory at the kernel's trap handler")
    expect(gdb.do("backtrace").startswith("#0  0x"), "no backtrace")

    gdb.do("monitor reset")
    gdb.do("maintenance flush register-cache")
    expect(gdb.number("$satp") == 0, "satp after reset")
    gdb.do(f"break *{handler:#x}")
    gdb.run()
    expect(gdb.number("$pc") == handler and gdb.number("$satp") >> 60, "the kernel's first trap does not stop")
    gdb.do("delete")
    stack = gdb.number("$sp")
    for _ in range(3):
        gdb.run("stepi")
    expect(gdb.number("$pc") >> 63, "steps lead out of the kernel")
    gdb.do(f"watch *(long*){stack - 0x118:#x}")  # where the handler puts registers
    stop = gdb.run()
    expect("watchpoint-trigger" in stop and gdb.number("$pc") >> 63, f"nothing is stored on the stack: {stop}")
    gdb.do("delete")
    gdb.do("continue&")
    at = guest.wait_for("login: ", len(guest.log))
    guest.type("root\n")
    at = guest.wait_for("# ", at)
    guest.type("poweroff -f\n")
    expect('reason="exited-normally"' in gdb.stopped(), "gdb does not see the end")


def job_installer(bench):
    """Debian's installer, a whole distribution in its root file system, asks for a language and takes the answer."""
    folder = os.path.join(bench.cache, "netboot")
    bench.image, bench.initrd = os.path.join(folder, "linux"), os.path.join(folder, "initrd.gz")
    guest = bench.start("none", terminal=True)
    at = guest.wait_for("Select a language")
    guest.type_until("\r", "Select your location", at)
    guest.process.send_signal(signal.SIGTERM)
    guest.finish(128 + signal.SIGTERM)
    return guest


JOBS = {name[4:].replace("_", "-"): function for name, function in list(globals().items())
        if name.startswith("job_")}


def run_job(function, bench):
    guest = function(bench)
    warning = WARNING.search(guest.log)
    if warning:
        raise Failed(f"the kernel says {warning[0]!r}")


def fetch(guests, initrd, threads, job):
    """The folder with the guests."""
    command = [guests, "--initramfs", initrd, "--add", f"bin/threads={threads}"]
    if job == "installer":
        command.append("--netboot")
    if "RVEMU_GUESTS" in os.environ:
        command += ["--cache", os.environ["RVEMU_GUESTS"]]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    last = (result.stdout.strip().splitlines() or ["no message"])[-1]
    if result.returncode == STATUS_SKIP:
        print(f"SKIP: {last}")
        sys.exit(STATUS_SKIP)
    if result.returncode:
        sys.exit(f"{guests}: status {result.returncode}: {last}")
    return last


def main():
    rvemu, guests, threads, job, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        initrd = os.path.join(folder, "initrd.gz")
        cache = fetch(guests, initrd, threads, job)
        bench = Bench(rvemu, cache, initrd, options)
        try:
            run_job(JOBS[job], bench)
        except Failed as error:
            print(bench.guest.log[-8000:])
            sys.exit(f"{job} {' '.join(options)}: {error}")
        finally:
            bench.guest.kill()


if __name__ == "__main__":
    main()
