"""Runs that take more than a command line and its output: each returns None, or what is wrong.

SPDX-License-Identifier: MIT
"""
import os
import signal
import subprocess
import time

TIMEOUT = 20


def start(rvemu, folder, *args):
    return subprocess.Popen([rvemu, *args], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition):
    """True once condition() is, False after some time."""
    end = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def status_field(process, field):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(field + ":"):
                return line.split(":", 1)[1].strip()
    return None


def catches(process, number):
    """Has the process a handler for the signal (has it come to its main loop)?"""
    return int(status_field(process, "SigCgt") or "0", 16) >> (number - 1) & 1


def reaches_main_loop(process):
    """False, and the process is no more, where it does not."""
    if (wait_for(lambda: process.poll() is not None or catches(process, signal.SIGTERM))
            and process.poll() is None):
        return True
    process.kill()
    process.communicate()
    return False


def ended_by(rvemu, folder, number, text, *args):
    process = start(rvemu, folder, *args)
    if not reaches_main_loop(process):
        return "does not come to its main loop"
    process.send_signal(number)
    out, err = process.communicate(timeout=TIMEOUT)
    expected = f"rvemu: ended by signal {int(number)} ({text})\n"
    if (process.returncode, out, err.splitlines(True)[:1]) != (128 + number, "", [expected]):
        return f"status {process.returncode}, stdout {out!r}, stderr {err!r}"
    return None


def interrupt_idle(rvemu, folder):
    """-M none idles until SIGINT ends it with status 130"""
    return ended_by(rvemu, folder, signal.SIGINT, "Interrupt", "-M", "none")


def terminate_idle(rvemu, folder):
    """-M none idles until SIGTERM ends it with status 143"""
    return ended_by(rvemu, folder, signal.SIGTERM, "Terminated", "-M", "none")


def hang_up_idle(rvemu, folder):
    """-M none idles until SIGHUP ends it with status 129"""
    return ended_by(rvemu, folder, signal.SIGHUP, "Hangup", "-M", "none")


def terminate_running(rvemu, folder):
    """SIGTERM ends a guest that spins on two harts"""
    return ended_by(rvemu, folder, signal.SIGTERM, "Terminated", "-smp", "2", "count.elf")


def terminate_running_single(rvemu, folder):
    """SIGTERM ends a guest that spins on two harts of one thread"""
    return ended_by(rvemu, folder, signal.SIGTERM, "Terminated", "-smp", "2", "-accel",
                    "interp,thread=single", "count.elf")


def idle_costs_nothing(rvemu, folder):
    """-M none uses no host CPU while it idles"""
    process = start(rvemu, folder, "-M", "none")
    if not reaches_main_loop(process):
        return "does not come to its main loop"

    def cpu_ticks():
        with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = cpu_ticks()
    time.sleep(0.5)
    used = cpu_ticks() - before
    process.kill()
    process.communicate()
    return f"{used} ticks in half a second" if used > 5 else None


def process_name(rvemu, folder):
    """-name is the name of the process"""
    process = start(rvemu, folder, "-M", "none", "-name", "my-guest")
    if not reaches_main_loop(process):
        return "does not come to its main loop"
    name = status_field(process, "Name")
    process.kill()
    process.communicate()
    return None if name == "my-guest" else f"it is {name!r}"


def log_file(rvemu, folder):
    """-D sends the log of -d to a file"""
    path = os.path.join(folder, "log")
    wrong = ended_by(rvemu, folder, signal.SIGTERM, "Terminated", "-M", "none", "-d", "int",
                     "-D", "log")
    if wrong or os.path.exists(path):
        return wrong
    return "the file was not made"


def dump_dtb(rvemu, folder):
    """-M spike,dumpdtb=FILE writes a device tree and ends"""
    done = subprocess.run([rvemu, "-M", "spike,dumpdtb=out,,1.dtb", "-m", "64", "-smp", "2"],
                          cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    if (done.returncode, done.stdout, done.stderr) != (0, "", ""):
        return f"status {done.returncode}, stdout {done.stdout!r}, stderr {done.stderr!r}"
    with open(os.path.join(folder, "out,1.dtb"), "rb") as file:
        tree = file.read()
    if tree[:4] != b"\xd0\x0d\xfe\xed" or int.from_bytes(tree[4:8], "big") != len(tree):
        return "it is no device tree"
    # RAM at 2 GiB, 64 MiB long; a second hart
    if (b"\0\0\0\0\x80\0\0\0\0\0\0\0\x04\0\0\0" not in tree) or b"cpu@1\0" not in tree:
        return "it lacks the RAM or the second hart that were asked for"
    return None


def run_replaced(rvemu, folder, data, *args):
    """What becomes of replaced.elf when data comes after some time, and then the end of input."""
    process = subprocess.Popen([rvemu, *args, "replaced.elf"], cwd=folder, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.3)
    if process.poll() is not None:
        return "it ends before there was any input"
    process.stdin.write(data)
    err = process.communicate(timeout=TIMEOUT)[1].decode()
    return process.returncode, err.split(":")[1:2]


def input_wakes(rvemu, folder):
    """A guest that jumps to itself is not dead while input may come and change that"""
    for args in ((), ("-smp", "2"), ("-icount", "0")):
        seen = run_replaced(rvemu, folder, b"\x13\0\0\0", *args)
        if seen != (5, [" failed"]):
            return f"{args}: {seen}"
    return None


def input_ends(rvemu, folder):
    """When input has ended, such a guest is dead"""
    for args in ((), ("-smp", "2"), ("-icount", "0")):
        seen = run_replaced(rvemu, folder, b"", *args)
        if seen != (122, [" dead"]):
            return f"{args}: {seen}"
    return None


def signal_shows_place(rvemu, folder):
    """Where a guest is when a signal ends rvemu is shown"""
    process = start(rvemu, folder, "count.elf")
    if not reaches_main_loop(process):
        return "does not come to its main loop"
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=TIMEOUT)[1]
    return None if "\nhart 0: in M-mode at <main+0x" in err else err


def full_disk(rvemu, folder):
    """What cannot be written for want of room is said: lists, with status 1, and logs"""
    said = ("rvemu: not all could be written to standard output "
            "(is there room for it, and is it open?)\n")
    log = "rvemu: the log in '/dev/full' is not all there: No space left on device\n"
    wrong = []
    for args, status, err in ((["-M", "help"], 1, said), (["-help"], 1, said),
                              (["exit-0.elf"], 0, ""),
                              (["-d", "in_asm", "-D", "/dev/full", "exit-0.elf"], 0, log)):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([rvemu, *args], cwd=folder, stdin=subprocess.DEVNULL, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=TIMEOUT, check=False)
        if (done.returncode, done.stderr) != (status, err):
            wrong.append(f"{args}: {done.returncode}, {done.stderr!r}")
    return "; ".join(wrong) or None


SESSIONS = [full_disk, signal_shows_place, input_wakes, input_ends, interrupt_idle, terminate_idle, hang_up_idle, terminate_running,
            terminate_running_single, idle_costs_nothing, process_name, log_file, dump_dtb]
