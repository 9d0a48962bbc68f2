#!/usr/bin/env python3
"""gdb debugs a guest on rvemu.

    run.py RVEMU ELF SUITE [RVEMU OPTION...]

ELF is guest.S. SUITE is gdb: a real gdb-multiarch does what users do, in each test with an rvemu
and a gdb of its own; or packets: what no gdb would send. In TAP. Without gdb-multiarch the first
one is skipped. GDB_TEST names the only test to run.

SPDX-License-Identifier: MIT
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import mi
import rsp

TIMEOUT = 60
STATUS = 7  # that the guest ends with
RESET_PC = 0x1000
PHYSICAL = 0x80000000  # what HIGH is of
HIGH = 0xffffffffc0000000


class Failed(Exception):
    """Something else happened than the test expects."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


def equal(got, wanted, what):
    expect(got == wanted, f"{what}: {got!r}, not {wanted!r}")


class Bench:
    """An rvemu that waits for gdb, and gdbs."""

    def __init__(self, rvemu, elf, options, folder):
        self.command = [rvemu, *options]
        self.elf = elf
        self.address = os.path.join(folder, "gdb")
        self.process = None
        self.gdbs = []

    def start(self, *options, stdin=subprocess.DEVNULL):
        self.process = subprocess.Popen(
            [*self.command, "-gdb", f"unix:{self.address}", *options, "-kernel", self.elf],
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        expect("gdb can connect to unix:" in line, f"rvemu says {line!r}")

    def gdb(self):
        gdb = mi.Gdb(self.elf)
        self.gdbs.append(gdb)
        gdb.connect(self.address)
        return gdb

    def stopped_gdb(self, *options):
        """At the guest's very begin."""
        self.start("-S", *options)
        return self.gdb()

    def connection(self):
        return rsp.Connection(self.address)

    def finish(self, status=STATUS):
        """The guest comes to its end by itself."""
        _, err = self.process.communicate(timeout=TIMEOUT)
        equal(self.process.returncode, status, "rvemu's status")
        return err

    def runs(self):
        return self.process.poll() is None

    def uses_time(self):
        """Does the guest execute anything?"""
        def used():
            with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        before = used()
        for _ in range(100):
            time.sleep(0.02)
            if used() > before + 3:
                return True
        return False

    def end(self):
        for gdb in self.gdbs:
            gdb.kill()
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process.stderr.close()


def address_of(gdb, symbol):
    return gdb.number(f"&{symbol}")


def expect_pc(gdb, symbol, what="pc"):
    equal(hex(gdb.number("$pc")), hex(address_of(gdb, symbol)), f"{what} ({symbol})")


# ---- registers and memory ----

def test_registers(bench):
    """General and floating-point registers, pc, CSRs, privilege: read and written."""
    gdb = bench.stopped_gdb()
    equal(gdb.number("$pc"), RESET_PC, "pc after reset")
    equal(gdb.number("$priv"), 3, "privilege after reset")
    gdb.do("break m_loop")
    gdb.run()
    equal(gdb.do("output $fa0.double"), "1.5", "fa0")
    equal(gdb.do("output $fa1.double"), "3", "fa1")
    equal(gdb.number("$s1"), 10, "s1")
    expect(gdb.number("$mstatus") & 0x6000 == 0x6000, "mstatus.FS is not Dirty")
    equal(gdb.number("$mtvec"), address_of(gdb, "m_trap"), "mtvec")
    expect(gdb.number("$misa") >> 62 == 2, "misa")
    gdb.do("set $s1 = 3")
    gdb.do("set $zero = 5")
    gdb.do("set $fa2.double = 2.25")
    gdb.do("set $mscratch = 0x1234567890abcdef")
    gdb.do("set $fcsr = 0x61")
    gdb.do("maintenance flush register-cache")
    equal([gdb.number(f"${name}") for name in ("s1", "zero", "mscratch", "fcsr", "frm", "fflags")],
          [3, 0, 0x1234567890abcdef, 0x61, 3, 1], "what was written")
    equal(gdb.do("output $fa2.double"), "2.25", "fa2")
    gdb.do("set $fcsr = 0")
    gdb.do("set $priv = 0")
    gdb.refused("set $priv = 2")
    gdb.do("maintenance flush register-cache")
    equal(gdb.number("$priv"), 0, "privilege that was written")
    gdb.do("set $priv = 3")
    gdb.do("delete")
    gdb.do("break m_call")
    gdb.run()
    equal(gdb.number("$s0"), 3, "rounds of the loop after s1 was written")
    gdb.do("set $pc = m_exit")
    gdb.run()
    bench.finish()


def test_csrs(bench):
    """Every CSR that the hart has can be read, and doing so changes none."""
    gdb = bench.stopped_gdb("-cpu", "max")
    gdb.do("break m_loop")
    gdb.run()
    first = gdb.do("info registers csr")
    gdb.do("maintenance flush register-cache")
    equal(gdb.do("info registers csr"), first, "CSRs, the second time")
    names = first.split("\n")
    names = {line.split()[0] for line in names if line}
    wanted = {"mstatus", "misa", "satp", "sstatus", "sepc", "stval", "pmpaddr0", "pmpcfg0",
              "mcycle", "minstret", "cycle", "time", "mhartid", "menvcfg", "tselect", "tdata1",
              "stimecmp", "hpmcounter31"}
    expect(wanted <= names, f"missing: {sorted(wanted - names)}")
    gdb.do("set $mepc = 0x80000003")
    gdb.do("maintenance flush register-cache")
    equal(gdb.number("$mepc"), 0x80000002, "mepc, whose lowest bit is 0")
    gdb.refused("set $mhartid = 1")
    equal(gdb.number("$mhartid"), 0, "mhartid")


def test_memory(bench):
    """By virtual and by physical addresses, devices too, and the memory map."""
    gdb = bench.stopped_gdb()
    gdb.do("set {long}&count = 0x1122334455667788")
    equal(gdb.number("*(unsigned char*)&count"), 0x88, "the lowest byte")
    equal(gdb.number("*(unsigned*)((char*)&count + 4)"), 0x11223344, "the upper half")
    expect("rom" in gdb.do("monitor info memory"), "the map of memory has no rom")
    gdb.do("restore " + bench.elf + " binary 0x80100000 0 6000")
    with open(bench.elf, "rb") as file:
        start = file.read(6000)
    gdb.do("dump binary memory " + bench.address + ".dump 0x80100000 0x80100000+6000")
    with open(bench.address + ".dump", "rb") as file:
        expect(file.read() == start, "6000 bytes come back as others")
    rom = re.search(r"0x0*1000 0x.*", gdb.do("info mem"))[0]
    expect("ro" in rom.split(), f"ROM is not read-only in gdb's map: {rom}")
    gdb.refused("x/gx 0x70000000")
    equal(gdb.number("*(unsigned long*)0x0200bff8"), 0, "mtime, of a machine that has not run")
    gdb.do("break s_ecall")
    gdb.run()
    equal(gdb.number("*(long*)&s_count"), 1, "a variable by a kernel's address")
    virtual = address_of(gdb, "s_count")
    physical = virtual - HIGH + PHYSICAL
    expect(f"{physical:#x}" in gdb.do(f"monitor translate {virtual:#x}"), "translate")
    expect(f"{physical:#018x}: 01 00 00 00" in gdb.do(f"monitor phys {physical:#x} 16"), "phys")
    expect("not mapped" in gdb.do("monitor translate 0x123456789000"), "translate is wrong")
    gdb.refused("x/gx 0xc0000000")
    gdb.do("monitor phys on")
    gdb.refused("x/gx &s_count")
    equal(gdb.number(f"*(long*){physical:#x}"), 1, "a variable by its physical address")
    gdb.do("monitor phys off")
    gdb.do("break m_trap")
    gdb.run()
    equal(gdb.number("*(long*)&s_count"), 1, "a kernel's variable, in M mode")


# ---- breakpoints and steps ----

def test_modes(bench):
    """Breakpoints that were set before the MMU was on, in M, S and U mode."""
    gdb = bench.stopped_gdb()
    for symbol in ("m_function", "s_code", "s_return", "u_loop", "u_ecall"):
        gdb.do(f"break {symbol}")
    for symbol, priv in (("m_function", 3), ("s_code", 1), ("s_return", 1), ("u_loop", 0)):
        stop = gdb.run()
        expect('reason="breakpoint-hit"' in stop, f"{symbol}: {stop}")
        expect_pc(gdb, symbol)
        equal(gdb.number("$priv"), priv, f"privilege in {symbol}")
    gdb.do("delete 4")
    gdb.run()
    equal(gdb.number("$s0"), 1 << 20, "s0 behind the loop")
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


def test_loop(bench):
    """A breakpoint in a loop is met each time; conditions, temporary and hardware ones."""
    gdb = bench.stopped_gdb()
    gdb.do("hbreak m_loop")
    for i in range(4):
        gdb.run()
        equal(gdb.number("$s0"), i, "s0 at the begin of a round")
    gdb.do("delete")
    gdb.do("break m_stored if $s0 == 7")
    gdb.run()
    equal(gdb.number("$s0"), 7, "s0 by the condition")
    gdb.do("delete")
    gdb.do("tbreak m_loaded")
    gdb.run()
    expect_pc(gdb, "m_loaded")
    gdb.do("break m_function")
    gdb.run()
    equal(gdb.number("$s0"), 10, "s0 behind the loop")
    gdb.run("finish")
    equal(gdb.number("$pc"), address_of(gdb, "m_call") + 4, "pc behind the call")
    gdb.do("delete")
    gdb.do("set $pc = m_call")
    gdb.run("next")
    equal(gdb.number("$pc"), address_of(gdb, "m_call") + 4, "pc after next over a call")
    gdb.do("set $pc = m_call")
    gdb.run("step")
    expect_pc(gdb, "m_function", "step into a call")


def test_steps(bench):
    """Single steps: into a trap's handler and back, over wfi, LR and SC, xRET, breakpoints."""
    gdb = bench.stopped_gdb()
    gdb.do("break m_done")
    gdb.run()
    gdb.run("stepi")
    expect_pc(gdb, "s_code", "behind mret")
    equal(gdb.number("$priv"), 1, "privilege behind mret")
    gdb.do("break s_ecall")
    gdb.run()
    gdb.run("stepi")
    expect_pc(gdb, "m_trap", "behind ecall")
    equal(gdb.number("$priv"), 3, "privilege behind ecall")
    equal(gdb.number("$mepc"), address_of(gdb, "s_ecall"), "mepc")
    while gdb.number("$priv") == 3:
        gdb.run("stepi")
    expect_pc(gdb, "s_called", "behind the handler")
    gdb.do("break s_wfi")
    gdb.run("stepi")
    expect_pc(gdb, "s_wfi", "a step onto a breakpoint")
    gdb.run("stepi")
    expect_pc(gdb, "s_woken", "a step over wfi at a breakpoint")
    gdb.do("break s_reserve")
    gdb.run()
    while gdb.number("$pc") != address_of(gdb, "s_stored"):
        gdb.run("stepi")
    equal((gdb.number("$t2"), gdb.number("*(long*)&s_count")), (0, 2),
          "sc's result and what it stored")
    gdb.do("delete")
    gdb.run("stepi 5")
    gdb.do("break s_return")
    gdb.run()
    gdb.run("stepi")
    expect_pc(gdb, "u_code", "behind sret")
    equal(gdb.number("$priv"), 0, "privilege behind sret")


def test_step_interrupts(bench):
    """A step takes an interrupt when that is asked for, and else not."""
    gdb = bench.stopped_gdb()
    gdb.do("break s_wfi")
    gdb.run()
    gdb.do("monitor phys on")
    gdb.do("set {long}0x2004000 = 0")  # mtimecmp: the timer is due
    gdb.do("monitor phys off")
    gdb.do("maintenance flush register-cache")
    expect(gdb.number("$mip") & 0x80, "no timer interrupt is pending")
    gdb.run("stepi")
    equal(gdb.number("$priv"), 1, "privilege after a step with an interrupt pending")
    gdb.do("monitor step-interrupts on")
    gdb.run("stepi")
    equal(gdb.number("$priv"), 3, "privilege after a step that takes interrupts")
    expect(gdb.number("$mcause") >> 63, "mcause is no interrupt")


# ---- watchpoints ----

def test_watch(bench):
    """Watchpoints of each kind stop behind the access, and only for what they are for."""
    gdb = bench.stopped_gdb()
    gdb.do("watch *(long*)&count")
    for i in range(1, 3):
        stop = gdb.run()
        expect('reason="watchpoint-trigger"' in stop and f'new="{i}"' in stop, stop)
        expect_pc(gdb, "m_stored", "behind the store")
    gdb.do("delete")
    gdb.do("rwatch *(long*)&count")
    stop = gdb.run()
    expect('reason="read-watchpoint-trigger"' in stop, stop)
    expect_pc(gdb, "m_loaded", "behind the load")
    equal(gdb.number("$t1"), 2, "what was loaded")
    gdb.do("delete")
    gdb.do("awatch *(long*)&count")
    for symbol in ("m_stored", "m_loaded"):
        stop = gdb.run()
        expect('reason="access-watchpoint-trigger"' in stop, stop)
        expect_pc(gdb, symbol, "behind the access")
    gdb.do("delete")
    gdb.do("watch *((char*)&count + 16)")
    gdb.run()
    expect_pc(gdb, "m_added", "behind an AMO")
    gdb.do("delete")
    gdb.do("watch *(long*)&count if *(long*)&count == 9")
    gdb.run()
    equal(gdb.number("$s0"), 9, "s0 by the condition")
    gdb.do("delete")
    gdb.do("watch *(long*)&s_count")
    gdb.run()
    expect_pc(gdb, "s_ecall", "behind a store of S mode")
    gdb.run()
    expect_pc(gdb, "s_stored", "behind SC")
    gdb.do("delete")
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


def test_watch_steps(bench):
    """Single steps see watchpoints, too."""
    gdb = bench.stopped_gdb()
    gdb.do("break m_loop")
    gdb.run()
    gdb.do("watch *(long*)&count")
    reasons = []
    while gdb.number("$pc") != address_of(gdb, "m_loaded"):
        reasons.append("watchpoint-trigger" in gdb.run("stepi"))
    equal(reasons.count(True), 1, "steps that hit the watchpoint")


# ---- harts ----

def test_harts(bench):
    """Harts are threads: one steps while the other stands still, or runs; a stop names its hart."""
    gdb = bench.stopped_gdb("-smp", "2")
    threads = gdb.do("info threads")
    expect("hart 0, M-mode" in threads and "hart 1, M-mode" in threads, threads)
    gdb.do("thread 2")
    gdb.do("set scheduler-locking on")
    gdb.do("break second_loop")
    stop = gdb.run()
    expect('thread-id="2"' in stop, stop)
    gdb.do("delete")
    gdb.do("thread 1")
    equal(gdb.number("$pc"), RESET_PC, "pc of hart 0 after hart 1 has run alone")
    before = gdb.number("*(long*)&second_count")
    for _ in range(20):
        gdb.run("stepi")
    gdb.do("break u_loop")
    stop = gdb.run()
    expect('thread-id="1"' in stop, stop)
    equal(gdb.number("*(long*)&second_count"), before, "what hart 1 counts while hart 0 runs alone")
    gdb.do("thread 2")
    gdb.run("stepi 4")
    equal(gdb.number("*(long*)&second_count"), before + 1, "the same after a round of its own")
    gdb.do("thread 1")
    gdb.do("set $s1 = -1")  # a loop without end
    gdb.do("set scheduler-locking off")
    gdb.do("delete")
    gdb.do("watch *(long*)&second_count")
    stop = gdb.run()
    expect('thread-id="2"' in stop and "watchpoint-trigger" in stop, stop)
    gdb.do("delete")
    gdb.do("thread 1")
    for _ in range(10):
        gdb.run("stepi")
    gdb.do("set $s1 = $s0 + 1000000")
    gdb.do("break u_ecall")
    gdb.do("thread 2")
    stop = gdb.run()
    expect('thread-id="1"' in stop, stop)
    expect(gdb.number("*(long*)&second_count") > before + 10, "hart 1 did not run along")
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


# ---- sessions ----

def endless(bench, *options):
    """A guest that runs for ever, without gdb."""
    gdb = bench.stopped_gdb(*options)
    gdb.do("set $pc = count_for_ever")
    gdb.do("detach")
    gdb.quit()


def test_attach(bench):
    """gdb comes to a guest that runs, stops it by Ctrl-C, detaches, comes again."""
    endless(bench)
    expect(bench.uses_time(), "the guest does not run after detach")
    gdb = bench.gdb()
    first = gdb.number("*(long*)&second_count")
    expect(first > 0, "the guest has not counted")
    equal(gdb.number("*(long*)&second_count"), first, "what a stopped guest counts")
    expect(not bench.uses_time(), "the guest runs while gdb looks at it")
    gdb.do("continue&")
    expect(bench.uses_time(), "the guest does not run on")
    stop = gdb.interrupt()
    expect('signal-name="SIGINT"' in stop, stop)
    expect(gdb.number("*(long*)&second_count") > first, "the guest has not counted on")
    gdb.do("break second_loop")
    gdb.run()
    gdb.do("detach")
    gdb.quit()
    expect(bench.uses_time(), "the guest does not run after detach with a breakpoint")
    gdb = bench.gdb()
    gdb.do("set $pc = m_exit")
    stop = gdb.run()
    expect('reason="exited",exit-code="07"' in stop, stop)
    bench.finish()


def test_clock(bench):
    """Guest time stands still while the machine is stopped."""
    gdb = bench.stopped_gdb()
    gdb.do("break m_loop")
    gdb.run()
    before = gdb.number("$time")
    time.sleep(0.3)
    gdb.do("maintenance flush register-cache")
    equal(gdb.number("$time"), before, "time")


def test_vanish(bench):
    """A gdb that is gone without a word: the guest runs on, and its breakpoints are gone, too."""
    gdb = bench.stopped_gdb()
    gdb.do("break m_loop")
    gdb.run()
    gdb.kill()
    bench.finish()


def test_vanish_early(bench):
    """A guest that never ran waits for the next gdb."""
    bench.stopped_gdb().kill()
    gdb = bench.gdb()
    equal(gdb.number("$pc"), RESET_PC, "pc")
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


def ended_guest(bench):
    """A gdb that was told of a stop by the very store that ended the guest."""
    gdb = bench.stopped_gdb()
    gdb.do("break m_exit")
    gdb.run()
    gdb.do("awatch *(long*)&tohost")
    stop = gdb.run()
    expect('reason="access-watchpoint-trigger"' in stop, stop)
    expect_pc(gdb, "m_for_ever", "behind the store to tohost")
    return gdb


def test_exit_while_stopped(bench):
    """A guest that ended itself by the instruction that stopped it can be looked at until it is let go on."""
    gdb = ended_guest(bench)
    equal(gdb.number("*(long*)&count"), 10, "memory of the ended guest")
    expect("exited" in gdb.run(), "the ended guest is not told to be that")
    bench.finish()
    gdb.kill()
    gdb = bench.stopped_gdb()
    gdb.do("break m_exit")
    gdb.run()
    for _ in range(9):
        if gdb.number("$pc") != address_of(gdb, "m_for_ever"):
            gdb.run("stepi")
    expect_pc(gdb, "m_for_ever", "after steps")
    equal(gdb.number("$t1"), STATUS << 1 | 1, "a register of the ended guest")
    stop = gdb.run("stepi")
    expect('reason="exited",exit-code="07"' in stop, stop)
    bench.finish()


def test_ended_guest(bench):
    """What ends a run at once does so, too, while an ended guest is looked at; gdb's end is one of them."""
    ends = [lambda gdb: bench.process.send_signal(signal.SIGTERM), lambda gdb: gdb.do("monitor quit"),
            lambda gdb: gdb.do("kill"), lambda gdb: gdb.do("detach"), lambda gdb: gdb.kill()]
    for end in ends:
        gdb = ended_guest(bench)
        end(gdb)
        bench.finish()
        gdb.kill()


def test_kill(bench):
    """`kill` ends rvemu, and so does `monitor quit`."""
    gdb = bench.stopped_gdb()
    gdb.do("kill")
    bench.finish(0)
    gdb.kill()
    gdb = bench.stopped_gdb()
    gdb.do("monitor quit")
    bench.finish(0)


def test_reset(bench):
    """`monitor reset`: the machine is as at its begin, and breakpoints stay."""
    gdb = bench.stopped_gdb()
    gdb.do("break u_loop")
    gdb.run()
    expect_pc(gdb, "u_loop")
    gdb.do("break m_loop")
    gdb.do("monitor reset")
    gdb.do("maintenance flush register-cache")
    equal([gdb.number(name) for name in ("$pc", "$priv", "$satp")], [RESET_PC, 3, 0],
          "pc, privilege, satp")
    gdb.run()
    expect_pc(gdb, "m_loop")
    equal(gdb.number("*(long*)&count"), 0, "memory after reset")
    gdb.do("delete")
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


def test_limit(bench):
    """What would end the run stops the guest, and says so."""
    gdb = bench.stopped_gdb("-limit", "insns=50")
    stop = gdb.run()
    expect("SIGXCPU" in stop, stop)
    expect("50 instructions reached" in gdb.said, gdb.said)
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


def test_dead(bench):
    """A guest that can do nothing any more stops, and can be helped."""
    gdb = bench.stopped_gdb()
    gdb.do("set $pc = m_for_ever")
    for _ in range(2):
        stop = gdb.run()
        expect("SIGABRT" in stop, stop)
        expect_pc(gdb, "m_for_ever")
    expect("verdict: dead: hart 0 " in gdb.said, gdb.said)
    gdb.do("set $pc = m_exit")
    expect("exited" in gdb.run(), "the guest does not exit")
    bench.finish()


def test_monitor(bench):
    """`monitor`'s commands, wrong ones, too."""
    gdb = bench.stopped_gdb("-smp", "2")
    text = gdb.do("monitor help")
    for name in ("help", "info", "phys", "quit", "reset", "step-interrupts", "translate"):
        expect(f"\n{name}" in "\n" + text, f"help has no {name}")
    expect("2: hart 1, M-mode, at 0x1000, 0 instructions" in gdb.do("monitor info harts"),
           "info harts")
    expect(" hart 0, M-mode\n" in gdb.do("monitor info registers"), "info registers")
    expect(" hart 1, M-mode\n" in gdb.do("monitor info registers 2"), "info registers of a hart")
    expect("physical address 0x80000010" in gdb.do("monitor translate 0x80000010 2"),
           "translate for a hart")
    expect("s of guest time" in gdb.do("monitor info clock"), "info clock")
    gdb.do("break m_loop")
    gdb.run()
    point = f"{address_of(gdb, 'm_loop'):#018x}  software breakpoint"
    expect(point in gdb.do("monitor info points"), "info points")
    for wrong in ("info", "info what", "info registers 3", "info registers 0", "info harts 1",
                  "translate", "translate 1 3", "phys", "phys what", "phys 1 2 3", "reset now",
                  "step-interrupts 1"):
        expect("usage: " in gdb.do(f"monitor {wrong}"), f"'{wrong}' is not refused")
    expect("unknown command 'what'" in gdb.do("monitor what"), "'what' is not refused")
    expect("monitor help" in gdb.do("monitor 'x"), "a quote without end is not refused")


# ---- the page ----

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/debugging.md")


def normal(line):
    """Without what differs from run to run."""
    line = re.sub(r"\S*guest\.S", "guest.S", line.rstrip())
    return re.sub(r"(hart 1, M-mode), at .*|\d+(?= instructions)", r"\1", line)


def test_page(bench):
    """The session that docs/debugging.md shows."""
    with open(PAGE, encoding="utf-8") as file:
        shown = file.read().split("(The guest is that of the tests")[0].splitlines()
    shown = [line[4:] for line in shown if line.startswith("    ") and line[4:5] not in ("$", " ")]
    shown = shown[1:]  # rvemu's own line
    commands = [line.removeprefix("(gdb) ") for line in shown if line.startswith("(gdb) ")]
    expect(len(commands) > 10 and commands[0] == "target remote :1234", "the page has no session")
    bench.start("-S", "-smp", "2")
    words = [word for command in ["set pagination off", f"target remote {bench.address}",
                                  *commands[1:]] for word in ("-ex", command)]
    done = subprocess.run([mi.PROGRAM, "-nx", "-q", "-batch", *words, bench.elf], timeout=TIMEOUT,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    said = iter([normal(line) for line in done.stdout.splitlines()])
    monitor = [normal(line) for line in done.stderr.splitlines()]
    for line in shown:
        if line and not line.startswith("(gdb) ") and normal(line) not in monitor:
            expect(normal(line) in said, f"gdb does not say {line!r} there:\n{done.stdout}")
    bench.finish()


GDB_TESTS = [
    test_registers, test_csrs, test_memory, test_modes, test_loop, test_steps,
    test_step_interrupts, test_watch, test_watch_steps, test_harts, test_attach, test_clock,
    test_vanish, test_vanish_early, test_exit_while_stopped, test_ended_guest, test_kill,
    test_reset, test_limit, test_dead, test_monitor, test_page]


# ---- packets ----

# Well framed, and wrong: each is answered, by an error or by nothing, and the guest stays as it is.
MALFORMED = """
m m, mzz,4 m80000000 m80000000, m80000000,zz m80000000,4x m,4 m11111111111111111,4 x x1
x80000000,g M M80000000 M80000000,4 M80000000,4: M80000000,4:00 M80000000,4:zzzzzzzz
M80000000,2:000000 M80000000,ffffffff:00 X X80000000,4 X80000000,4:abc X80000000,4:abcde
X80000000,ffffffffffffffff:abcd p pzz p123456789abcdef01 p100000000 P P0 P0= P0=12 P0=zz
P0=00000000000000000 P2000=00 Pz=00 G G00 Gzz H Hx Hg Hgz Hgfffffff Hg-2 Hc99 T T0 T99 Tz Z Z0
Z0, Z0,1 Z0,zz,4 Z5,80000000,4 Z9,0,0 Z2,80000000,0 Z0,80000000,4;X1,0 z z0 z9,0,0 vCont;
vCont;x vCont;c:zz vCont;s:99 vCont;t vCont;r vCont;r1 vCont;r1, vCont;c;; vCont;C vCont;C5;
vCont;c:1;zz C Cz C5;zz S Sz S5,1 czz c1;2 szz qRcmd,1 qRcmd,zz qRcmd,68z qXfer:
qXfer:features:read:target.xml: qXfer:features:read:target.xml:0
qXfer:features:read:target.xml:0,zz qXfer:features:read:target.xml:ffffffff,10
qXfer:features:read:other.xml:0,10 qXfer:memory-map:read:x:0,10 qXfer:what:read::0,10
qThreadExtraInfo,99 qThreadExtraInfo, qThreadExtraInfo,zz
""".split()
# Not known: an empty answer. They do not make anybody a gdb.
UNKNOWN = ["", "vMustReplyEmpty", "qTStatus", "!", "R00", "bc", "QThreadEvents:1", "qOffsets",
           "vFile:open:61,0,0", "qCRC:0,4", "\x01\xff", "jThreads", "_M1", "QStartNoAckModes",
           "qC0", "vKilling"]


def started(bench, *options):
    bench.start("-S", *options)
    return bench.connection()


def hello(connection):
    """As gdb begins."""
    answer = connection.text("qSupported:swbreak+;hwbreak+;xmlRegisters=i386")
    expect("PacketSize=" in answer and "qXfer:features:read+" in answer, f"qSupported: {answer!r}")
    return answer


def test_malformed(bench):
    """Malformed packets change nothing."""
    connection = started(bench)
    hello(connection)
    registers = connection.text("g")
    memory = connection.text("m80000000,40")
    expect(len(registers) == 33 * 16, f"g has {len(registers)} digits")
    for data in MALFORMED:
        answer = connection.ask(data)
        expect(answer == b"" or answer[:1] == b"E", f"{data!r} is answered by {answer!r}")
    for data in UNKNOWN:
        equal(connection.ask(data), b"", f"the answer to {data!r}")
    equal(connection.text("g"), registers, "registers")
    equal(connection.text("m80000000,40"), memory, "memory")
    equal(connection.text("z0,1,4"), "OK", "removing what is not there")
    equal(connection.ask("c"), b"W07", "the guest's end")
    bench.finish()


def test_framing(bench):
    """Wrong checksums, noise, packets that are too long or cut off, acknowledgements."""
    connection = started(bench)
    connection.send(b"noise \x00\xff+++#12")
    connection.send(b"$qC#00")
    equal(connection.packet(), b"-", "the answer to a wrong checksum")
    connection.send(b"$qC#zz")
    equal(connection.packet(), b"-", "the answer to no checksum")
    connection.send(b"$qC}#" + b"%02x" % (sum(b"qC}") & 0xff))
    equal(connection.packet(), b"-", "the answer to an escape of nothing")
    connection.send(b"$qSup$qC")
    connection.send(rsp.framed("qC"))
    equal(connection.packet(), b"QC1", "the answer behind a packet that was cut off")
    connection.send(b"-")
    equal(connection.packet(), b"QC1", "the answer once more")
    connection.send(rsp.framed("m" + "0" * 100000))
    equal(connection.packet(), b"E07", "the answer to a packet that is too long")
    equal(connection.text("m80000000,4"), connection.text("m0000000080000000,4"), "memory")
    equal(connection.ask(b"X80100000,5:" + rsp.escaped(b"$#}*\x00")), b"OK", "X")
    equal(connection.text("m80100000,5"), "24237d2a00", "what X wrote")
    equal(connection.ask("x80100000,5"), b"b$#}*\x00", "x")
    equal(connection.text("M80100000,2:abCD"), "OK", "M")
    equal(connection.ask("x80100000,2"), b"b\xab\xcd", "what M wrote")
    equal(connection.text("QStartNoAckMode"), "OK", "QStartNoAckMode")
    connection.acks = False
    connection.send(b"$qC#00")
    equal(connection.packet(0.2), None, "the answer to a wrong checksum without acknowledgements")
    equal(connection.text("qC"), "QC1", "the next one")
    connection.send(rsp.framed("k"))
    bench.finish(0)


def test_strangers(bench):
    """Who makes no sense does not stop the guest, keep gdb away, or disturb it."""
    stranger = started(bench)
    stranger.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    expect(stranger.byte(0.2) is None, "noise is answered")
    for data in UNKNOWN:
        equal(stranger.ask(data), b"", f"the answer to {data!r}")
    gdb = bench.connection()
    hello(gdb)
    equal(stranger.byte(), b"", "what the first stranger hears")
    second = bench.connection()
    equal(second.byte(), b"", "what the second one hears")
    equal(gdb.text("qC"), "QC1", "gdb's answer")
    equal(gdb.text("P20=" + bytes(RESET_PC.to_bytes(8, "little")).hex()), "OK", "P")
    equal(gdb.text("D"), "OK", "D")
    gdb.close()
    bench.finish()


def test_half_open(bench):
    """Connections that are shut down, cut off in a packet or left alone."""
    bench.start("-S")
    for data in (b"", b"$", b"$qSupp", b"$qC#9", b"\x03", b"+", b"-", b"$m80000000,4}"):
        connection = bench.connection()
        connection.send(data)
        connection.close()
    for _ in range(3):
        connection = bench.connection()  # left open
    gdb = bench.connection()
    hello(gdb)
    equal(gdb.text("?")[:3], "T05", "why it stands still")
    gdb.send(rsp.framed("vCont;c") + b"$m8000")
    gdb.close()
    bench.finish()


def test_vanish_while_running(bench):
    """The connection breaks while the guest runs."""
    gdb = started(bench)
    hello(gdb)
    gdb.send(rsp.framed("Z0,ffffffffc0003010,4"))
    gdb.packet()
    gdb.send(rsp.framed("c"))
    stop = gdb.packet()
    expect(stop.startswith(b"T05thread:1;") and b"swbreak:;" in stop, f"the stop is {stop!r}")
    gdb.send(rsp.framed("vCont;s:1"))
    gdb.close()
    bench.finish()


def test_reader_that_does_not_read(bench):
    """Many requests whose answers nobody takes: the next gdb is served none the less."""
    gdb = started(bench)
    hello(gdb)
    gdb.text("QStartNoAckMode")
    gdb.socket.settimeout(0.5)
    try:
        for _ in range(100000):
            gdb.send(rsp.framed("m80000000,2000"))
    except TimeoutError:
        pass
    else:
        raise Failed("the server takes any number of requests")
    with open(f"/proc/{bench.process.pid}/status", encoding="ascii") as file:
        resident = int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1])
    expect(resident < 500000, f"rvemu has {resident} kB")
    gdb.close()
    gdb = bench.connection()
    hello(gdb)
    gdb.send(rsp.framed("c"))
    equal(gdb.packet(), b"W07", "the guest's end")
    bench.finish()


def test_plain_packets(bench):
    """c, s, C, S with and without addresses, Hc, thread lists, vCont's range steps."""
    gdb = started(bench, "-smp", "2")
    hello(gdb)
    equal(gdb.text("qfThreadInfo"), "m1,2", "threads")
    equal(gdb.text("qsThreadInfo"), "l", "no more threads")
    equal(bytes.fromhex(gdb.text("qThreadExtraInfo,2")), b"hart 1, M-mode", "the second one")
    equal((gdb.text("T2"), gdb.text("T3")), ("OK", "E02"), "which ones are alive")
    equal(gdb.text("Hc1"), "OK", "Hc1")
    def pc(thread):
        equal(gdb.text(f"Hg{thread}"), "OK", "Hg")
        return int.from_bytes(bytes.fromhex(gdb.text("p20")), "little")
    first = pc(1)
    expect(gdb.ask("s").startswith(b"T05thread:1;"), "s")
    second = pc(1)
    equal(second, first + 4, "pc after s")
    equal(pc(2), first, "the other hart's pc")
    gdb.text("Hg1")
    expect(gdb.ask(f"s{first:x}").startswith(b"T05thread:1;"), "s with an address")
    equal(pc(1), second, "pc after that")
    expect(gdb.ask("S05").startswith(b"T05thread:1;"), "S")
    expect(gdb.ask(f"vCont;r{first:x},80000000:2").startswith(b"T05thread:2;"), "range steps")
    equal(pc(2), 0x80000000, "pc behind the range")
    gdb.text("Z1,80000004,4")
    stop = gdb.ask("vCont;r80000000,80001000:2")
    expect(stop.startswith(b"T05thread:2;") and b"hwbreak:;" in stop,
           f"a breakpoint in the range: {stop!r}")
    equal(pc(2), 0x80000004, "pc at the breakpoint in the range")
    equal(gdb.text("z1,80000004,4"), "OK", "z1")
    gdb.text("Hc-1")
    gdb.send(rsp.framed("C05"))
    equal(gdb.packet(), b"W07", "the guest's end")
    bench.finish()


def test_exact_steps(bench):
    """A step is one instruction, each time."""
    minstret = 65 + 0xb02
    gdb = started(bench)
    hello(gdb)
    for i in range(120):
        count = int.from_bytes(bytes.fromhex(gdb.text(f"p{minstret:x}")), "little")
        equal(count, i, "instructions after as many steps")
        expect(gdb.ask("vCont;s:1").startswith(b"T05"), "a step")
    equal(gdb.text("D"), "OK", "D")
    bench.finish()


def test_escapes(bench):
    """The console's escapes work while the guest is stopped."""
    bench.start("-S", "-serial", "mon:stdio", stdin=subprocess.PIPE)
    gdb = bench.connection()
    hello(gdb)
    bench.process.stdin.write("\x01x")
    bench.process.stdin.flush()
    bench.finish(0)


PACKET_TESTS = [
    test_malformed, test_framing, test_strangers, test_half_open, test_vanish_while_running,
    test_reader_that_does_not_read, test_plain_packets, test_exact_steps, test_escapes]


# ---- all of them ----

def attempt(test, bench):
    """None, or what is wrong."""
    try:
        test(bench)
    except (Failed, mi.Failed, rsp.Failed, subprocess.TimeoutExpired, OSError) as failed:
        return f"{type(failed).__name__}: {failed}"
    finally:
        bench.end()
    return None


def main(argv):
    rvemu, elf, suite, *options = argv[1:]
    only = os.environ.get("GDB_TEST")
    tests = {"gdb": GDB_TESTS, "packets": PACKET_TESTS}[suite]
    rvemu, elf = os.path.abspath(rvemu), os.path.abspath(elf)
    failed = 0

    if suite == "gdb" and not mi.PROGRAM:
        print("1..0 # SKIP no gdb-multiarch (Debian: apt install gdb-multiarch)")
        return 0
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    print(f"1..{len(tests)}")
    for i, test in enumerate(tests):
        if only and only not in test.__name__:
            continue
        with tempfile.TemporaryDirectory() as folder:
            wrong = attempt(test, Bench(rvemu, elf, options, folder))
        failed += wrong is not None
        name = test.__name__[5:].replace("_", " ")
        print(f"{'not ok' if wrong else 'ok'} {i + 1} - {name}", flush=True)
        if wrong:
            print("# " + wrong.replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
