#!/usr/bin/env python3
"""Runs rvemu-suite on trees of small programs and looks at its reports.

    run.py RVEMU RVEMU-SUITE GEN-OPTIONS MAN-PAGE COMPLETION    reports in TAP

Programs that rvemu cannot be made to end like (a crash, a hang, any bytes) are run by a script in
its place, whose behaviour is in the file's name. Every option must be used by a command here.

SPDX-License-Identifier: MIT
"""
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

sys.path.append(str(pathlib.Path(__file__).parent.parent / "cli"))
import derived
import images

TIMEOUT = 60  # seconds; no command takes more than a few

# li t0, 1; .loop: addi t0, t0, 1; j .loop: goes on for ever, and is not dead
ENDLESS = images.words(0x00100293, 0x00128293, 0xFFDFF06F)

FAKE = r"""#!/bin/sh
for last; do :; done
case $last in
*/dumpdtb=*|dumpdtb=*) exit 0 ;;
*status-*) status=${last##*status-}; exit "${status%%[!0-9]*}" ;;
*crash*) kill -SEGV $$ ;;
*hang*) trap '' TERM; sleep 1000 ;;
*bytes*) printf 'a\000b\033[31m]]>&<"\377\r\nverdict: failed: test 9\n' ; printf 'x\001\002 <b>\n' >&2; exit 3 ;;
*flood*) head -c 300000 /dev/zero | tr '\0' .; echo the end; exit 3 ;;
*ended*) echo 'rvemu: ended by signal 15 (Terminated)' >&2; exit 143 ;;
*lines*) seq 50; seq 300 >&2; echo 'verdict: failed: test 3' >&2; exit 3 ;;
*liar*) echo 'verdict: failed: test 77' >&2; exit 0 ;;
*refused*) echo 'rvemu: warning: old' >&2; echo "rvemu: '$last' has nothing to load (look at it)" >&2; exit 1 ;;
*warned*) echo 'rvemu: warning: no tohost' >&2; exit 1 ;;
esac
"""


class Context:
    """The programs under test, and a fresh folder."""

    def __init__(self, rvemu, suite, folder):
        self.rvemu, self.suite, self.folder = rvemu, suite, pathlib.Path(folder)
        self.used = set()
        self.fake = self.folder / "fake-rvemu"
        self.fake.write_text(FAKE, encoding="ascii")
        self.fake.chmod(0o755)

    def write(self, name, data=None):
        """A file below the folder; without data a program that passes."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(program(0) if data is None else data)
        return path

    def command(self, *words, rvemu=None):
        self.used |= {str(word).split("=")[0].lstrip("-") for word in words if str(word)[0] == "-"}
        return [self.suite, "-rvemu", rvemu or self.rvemu, *map(str, words)]

    def run(self, *words, rvemu=None, **more):
        return subprocess.run(self.command(*words, rvemu=rvemu), cwd=self.folder, capture_output=True,
                              timeout=TIMEOUT, check=False, encoding="utf-8", **more)

    def run_fake(self, *words):
        return self.run(*words, rvemu=str(self.fake))


def program(code):
    return images.elf([(images.RAM, images.exit_with(code), 0x1008)])


def expect(actual, wanted, what):
    if actual != wanted:
        raise AssertionError(f"{what}: {actual!r}, not {wanted!r}")


def expect_in(part, text, what):
    if part not in text:
        raise AssertionError(f"{what} lacks {part!r}: {text[:2000]!r}")


def expect_error(done, message):
    """Status 2, nothing on standard output, one line with a hint; `...` stands for any text."""
    pattern = ".*".join(re.escape(part) for part in message.split("..."))
    expect(done.returncode, 2, "status")
    expect(done.stdout, "", "standard output")
    if not re.fullmatch(rf"rvemu-suite: {pattern} \([^\n]+\)\n", done.stderr):
        raise AssertionError(f"{done.stderr!r} is not {message!r}")


def rows(text):
    """The table: {group: [programs, passed, failed, ...]}."""
    found = {}
    for line in text.split("\n\n")[0].splitlines()[1:]:
        words = re.match(r"(.*?)((?: +\d+)+) +[\d.]+$", line)
        found[words[1]] = [int(word) for word in words[2].split()]
    return found


# ---- What is run, and how it ends ----

def test_passes(context):
    """programs that pass: a table by group, status 0"""
    context.write("rv64ui-p-add")
    context.write("rv64ui-p-sub")
    context.write("rv64um-v-mul")
    context.write("sub/deep/other.elf")
    done = context.run(".")
    expect(done.stderr, "", "standard error")
    expect(rows(done.stdout), {"rv64ui-p": [2, 2, 0], "rv64um-v": [1, 1, 0], "sub/deep": [1, 1, 0],
                               "total": [4, 4, 0]}, "table")
    expect_in("\n4 programs in ", done.stdout, "report")
    expect_in(": 4 passed, 0 failed\n", done.stdout, "report")
    expect(done.returncode, 0, "status")


def test_top_group(context):
    """programs at the top are of the group that is called as the folder"""
    context.write("tree/a.elf")
    expect(rows(context.run("tree/").stdout), {"tree": [1, 1, 0], "total": [1, 1, 0]}, "table")
    expect(rows(context.run("tree/a.elf").stdout), {"tree": [1, 1, 0], "total": [1, 1, 0]}, "table")


def test_order(context):
    """the order is that of group and name, whatever that of the folder is"""
    for name in ("z.elf", "b/y.elf", "a.elf", "b/c/x.elf", "rv64ui-p-b", "rv64ui-p-a"):
        context.write("tree/" + name)
    out = context.run("tree", "-tap").stdout
    expect(re.findall(r"^ok \d+ - (.*)$", out, re.M),
           ["b/y.elf", "b/c/x.elf", "rv64ui-p-a", "rv64ui-p-b", "a.elf", "z.elf"], "order")


def test_fails(context):
    """a program that fails is shown with rvemu's verdict and the command line that repeats it"""
    path = context.write("fail 5.elf", program(5))
    done = context.run(context.folder, "--", "-cpu", "rv64")
    expect(done.returncode, 1, "status")
    expect(rows(done.stdout)["total"], [1, 0, 1], "table")
    found = re.search(r"^FAIL fail 5\.elf: (.*)\n +(.*)$", done.stdout, re.M)
    expect_in("test 5 (tohost 0xb)", found[1], "line")
    again = subprocess.run(found[2], shell=True, capture_output=True, timeout=TIMEOUT, check=False)
    expect(again.returncode, 5, "status of " + found[2])
    expect_in("-cpu max -limit seconds=10 -cpu rv64 '" + str(path) + "'", found[2], "command")
    expect_in("| verdict: failed: test 5", done.stdout, "post-mortem")


def test_ends(context):
    """each kind of end is told: limit, dead guest, file that cannot be run"""
    context.write("endless.elf", images.elf([(images.RAM, ENDLESS, 0x1008)]))
    context.write("dead.elf", images.elf([(images.RAM, images.SPIN, 0x1008)]))
    context.write("truncated.elf", program(0)[:200])
    context.write("good.elf")
    out = context.run(".", "-limit", "insns=10000000,seconds=20").stdout
    expect(rows(out)["total"], [4, 1, 3], "table")
    expect_in("FAIL endless.elf: limit: 10000000 instructions", out, "report")
    expect_in("FAIL dead.elf: dead: hart 0 jumps to itself", out, "report")
    expect_in("FAIL truncated.elf: cannot be run: ", out, "report")


def test_statuses(context):
    """the status decides, not what a program prints"""
    for name in ("status-0", "status-1", "status-57", "status-119", "status-120", "status-121", "status-122",
                 "status-134", "crash", "ended", "liar", "refused", "warned"):
        context.write(name)
    done = context.run_fake(".")
    fails = dict(re.findall(r"^FAIL (\S+): (.*)$", done.stdout, re.M))
    expect(rows(done.stdout)["total"], [13, 2, 11], "table")
    expect(fails.pop("refused"), "cannot be run: './refused' has nothing to load (look at it)", "refused")
    expect(fails.pop("crash"), "rvemu ended by signal 11 (Segmentation fault)", "crash")
    expect(fails.pop("warned"), "status 1", "warned")
    expect(fails.pop("ended"), "ended by signal 15 (Terminated)", "ended")
    for name, text in fails.items():
        expect(text, "status " + name.split("-")[1], name)
    out = context.run_fake(".", "-tap").stdout
    ends = {end[1]: end[2] for end in
            re.finditer(r"^not ok \d+ - (\S+)\n  ---\n.*\n  end: '(.*)'$", out, re.M)}
    expect(ends, {"status-1": "failed", "status-57": "failed", "status-119": "failed",
                  "status-120": "rvemu crashed", "status-121": "limit reached", "status-122": "dead guest",
                  "status-134": "rvemu crashed", "crash": "rvemu crashed", "ended": "rvemu crashed",
                  "refused": "cannot be run", "warned": "failed"}, "ends")


def test_watchdog(context):
    """an rvemu that does not keep to its limit is killed, with what it started"""
    context.write("hang")
    start = time.monotonic()
    done = context.run_fake(".", "-limit", "seconds=1")
    if not 6 < time.monotonic() - start < 30:
        raise AssertionError(f"took {time.monotonic() - start:.1f} s")
    expect(re.findall(r"^FAIL (.*)$", done.stdout, re.M),
           ["hang: no end: still running after 7 s, with -limit seconds=1"], "failure")
    expect(working_in(context.folder), [], "processes left behind")


def working_in(folder):
    """Process ids of what has this as its working folder."""
    time.sleep(0.1)  # a killed process is there until its parent knows
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/cwd") == os.path.realpath(folder):
                found.append(int(entry))
        except OSError:
            pass
    return found


def test_limit(context):
    """-limit always has seconds"""
    context.write("status-1")
    for given, made in (("insns=5", "insns=5,seconds=10"), ("7", "7,seconds=10"), ("seconds=3", "seconds=3"),
                        ("dead=off,seconds=4,insns=2", "dead=off,seconds=4,insns=2")):
        expect_in(f" -limit {made} ", context.run_fake(".", "-limit", given).stdout, "command")


def test_harts(context):
    """programs called mt-... get two harts"""
    context.write("mt-status-2")
    expect_in(" -cpu max -smp 2 -limit ", context.run_fake(".").stdout, "command")


def test_passed_over(context):
    """files that are no program are passed over, and counted"""
    context.write("good.elf")
    context.write("good.dump", b"80000000 <_start>:\n")
    context.write("empty", b"")
    context.write("object.o", images.elf(kind=images.ET_REL))
    context.write("core", images.elf(kind=images.ET_CORE))
    context.write("host", images.elf(machine=images.EM_X86_64))
    context.write("library.so", images.elf(kind=3, entry=0))
    context.write("position-independent", images.elf([(0, images.exit_with(0), 0x1008)], kind=3, entry=0x10))
    context.write("rv32", images.patched(program(0), 4, b"\x01"))
    context.write("big-endian", images.patched(images.patched(program(0), 5, b"\x02"), 18, b"\0\xf3"))
    os.mkfifo(context.folder / "fifo")
    os.symlink("..", context.folder / "around")
    os.symlink("good.elf", context.folder / "link.elf")
    done = context.run_fake(context.folder)
    expect_in("\n9 files passed over: 6 not RISC-V ELF, 1 not linked, 2 not 64-bit little-endian\n",
              done.stdout, "report")
    expect(rows(done.stdout)["total"], [3, 3, 0], "table")


def test_paths(context):
    """several folders and files: names as given, none twice"""
    context.write("a/x.elf")
    context.write("b/x.elf")
    out = context.run("a", "b/x.elf", "b//", "-tap").stdout
    expect(re.findall(r"^ok \d+ - (.*)$", out, re.M), ["a/x.elf", "b/x.elf"], "names")


def test_filter(context):
    """-filter leaves out what does not match"""
    for name in ("rv64ui-p-add", "rv64ui-p-addi", "rv64um-p-mul"):
        context.write(name)
    done = context.run(".", "--filter", "^rv64ui-.*add$")
    expect(rows(done.stdout), {"rv64ui-p": [1, 1, 0], "total": [1, 1, 0]}, "table")
    expect_in("\n2 left out by -filter\n", done.stdout, "report")


def test_parallel(context):
    """-j N runs N at a time; as many at once do not take the time of all"""
    for number in range(4):
        context.write(f"sleep-{number}")
    context.fake.write_text("#!/bin/sh\ncase $* in *dumpdtb*) ;; *) sleep 0.5 ;; esac\n", encoding="ascii")
    times = []
    for jobs in ("-j4", "--jobs=1"):
        start = time.monotonic()
        expect(context.run_fake(".", jobs).returncode, 0, "status")
        times.append(time.monotonic() - start)
    if times[1] < 2 or times[0] > times[1] - 0.5:
        raise AssertionError(f"four at a time take {times[0]:.2f} s, one at a time {times[1]:.2f} s")


def test_rvemu_beside(context):
    """the rvemu beside this program is the one that runs without -rvemu"""
    context.write("bad.elf", program(9))
    done = subprocess.run([context.suite, context.folder], capture_output=True, timeout=TIMEOUT, check=False,
                          encoding="utf-8")
    expect_in(f"\n    {os.path.dirname(os.path.realpath(context.suite))}/rvemu -cpu max ", done.stdout, "command")


# ---- Known failures ----

def test_expectations(context):
    """-expect: a known failure is no failure, one that passes is"""
    for name in ("sub/known-status-3.elf", "known-status-4", "better-status-0", "other-status-0"):
        context.write(name)
    known = context.write("known", b"# comment\n\n  known-status-3\t there is no such thing  \r\n"
                          b"*-status-4 b\xc3\xb6se\nknown-* not the first\n")
    done = context.run_fake(".", "-expect", known)
    expect(rows(done.stdout)["total"], [4, 2, 0, 2], "table")
    expect_in("failed as expected sub/known-status-3.elf (there is no such thing)\n", done.stdout, "report")
    expect_in("failed as expected known-status-4 (b\u00f6se)\n", done.stdout, "report")
    expect(done.returncode, 0, "status")
    known.write_text("better-* used to fail\nnever-* gone\n*-status-[34] no such pattern\n./known* by path\n"
                     "known-status-4 x\nsub/* y\n", encoding="ascii")
    done = context.run_fake(".", "-expect", known)
    expect(rows(done.stdout)["total"], [4, 1, 0, 2, 1], "table")
    expect_in(f"PASS better-status-0, but {known}:1 says that it fails: used to fail\n", done.stdout, "report")
    for line, name in ((2, "never-*"), (3, "*-status-[34]"), (4, "./known*")):
        expect_in(f"{known}:{line}: there is no program '{name}'\n", done.stdout, "report")
    expect(done.returncode, 1, "status")


def test_expectation_filtered(context):
    """-expect: what -filter leaves out is there all the same"""
    context.write("a-status-0")
    context.write("b-status-1")
    known = context.write("known", b"b-* reason\n")
    done = context.run_fake(".", "-expect", known, "-filter", "^a")
    expect("there is no" in done.stdout, False, "remark")
    expect(done.returncode, 0, "status")


# ---- Signatures ----

def signed(name, context, code=0):
    """A program whose signature is its own code, 16 bytes."""
    data = images.elf([(images.RAM, images.exit_with(code), 0x1008)],
                      symbols={"tohost": images.TOHOST, "begin_signature": images.RAM,
                               "end_signature": images.RAM + 16})
    return context.write(name, data)


def reference(size):
    code = images.exit_with(0)
    return [code[i:i + size][::-1].hex() for i in range(0, 16, size)]


def test_signatures(context):
    """-signature compares with references, of any granularity, wherever they lie"""
    for number, (name, size) in enumerate([("refs/a.signature", 4), ("refs/b.elf.reference_output", 8),
                                           ("refs/sub/c.elf.signature", 16), ("refs/d.reference_output", 4)]):
        path = ("sub/" if number > 1 else "") + "abcd"[number] + ".elf"
        signed("tree/" + path, context)
        lines = reference(size)
        context.write(name, ("\r\n".join(lines).upper() + "\n\n").encode())
    context.write("tree/none.elf")
    done = context.run("tree", "-signature", "refs")
    expect(rows(done.stdout)["total"], [5, 5, 0], "table")
    expect_in("\n1 without a reference in refs\n", done.stdout, "report")


def test_signature_differs(context):
    """-signature shows the first difference; a status that is not 0 is told before that"""
    for name in "abcde":
        signed(f"tree/{name}.elf", context, 7 if name == "c" else 0)
    good = reference(4)
    wrong = good[:2] + ["deadbeef"] + good[3:]
    context.write("refs/a.signature", "\n".join(wrong).encode())
    context.write("refs/b.signature", "\n".join(good[:3]).encode())
    context.write("refs/c.signature", "\n".join(good).encode())
    context.write("refs/d.signature", b"this is no signature\n")
    context.write("refs/e.signature", "\n".join(good[:1] + ["\x1b[31m"]).encode())
    with tempfile.TemporaryDirectory(dir=context.folder, prefix="with,comma") as temporary:
        out = context.run("tree", "-signature", "refs", env={**os.environ, "TMPDIR": temporary}).stdout
        expect(os.listdir(temporary), [], "temporary files")
    fails = dict(re.findall(r"^FAIL (\S+): (.*)$", out, re.M))
    expect(fails["a.elf"], f"signature differs: line 3 is {good[2]}, not deadbeef (refs/a.signature)", "a")
    expect(fails["b.elf"], "signature differs: it has 4 lines, its reference 3 (refs/b.signature)", "b")
    expect_in("failed: test 7", fails["c.elf"], "c")
    expect(fails["d.elf"], "cannot be run: 'refs/d.signature' is no signature: its first line is not 8, 16 or 32 "
           "digits long", "d")
    expect_in(f"line 2 is {good[1]}, not \u241b[31m", fails["e.elf"], "e")


def test_signature_missing(context):
    """-signature: a program without the symbols cannot be run so"""
    context.write("tree/a.elf")
    context.write("refs/a.signature", b"00000000\n")
    expect_in("FAIL a.elf: cannot be run: ", context.run("tree", "-signature", "refs").stdout, "report")


# ---- Reports for programs ----

def write_mixed(context):
    """One of each standing, and a program whose output has every kind of odd byte."""
    for name in ("status-0", "status-3", "known-status-4", "better-status-0", "bytes", "flood", "x # y\\z-status-2"):
        context.write("tree/" + name)
    return context.write("known", b"known-* a # reason <&>\nbetter-* reason\n")


def test_tap(context):
    """-tap: version 14, with directives and a YAML block for what did not pass"""
    known = write_mixed(context)
    done = context.run_fake("tree", "-tap", "-expect", known)
    lines = done.stdout.splitlines()
    expect(lines[:2], ["TAP version 14", "1..7"], "beginning")
    points = [line for line in lines if re.match(r"(not )?ok ", line)]
    expect(points, ["ok 1 - better-status-0 # TODO reason", "not ok 2 - bytes", "not ok 3 - flood",
                    "not ok 4 - known-status-4 # TODO a \\# reason <&>", "ok 5 - status-0", "not ok 6 - status-3",
                    "not ok 7 - x \\# y\\\\z-status-2"], "test points")
    expect(lines.count("  ---"), 5, "blocks")
    expect(lines.count("  ..."), 5, "blocks")
    block = done.stdout.split("not ok 2 - bytes\n")[1].split("\nnot ok")[0].splitlines()
    expect(block[:3], ["  ---", "  message: 'status 3'", "  end: 'failed'"], "block")
    expect(block[4:], ["  stderr: |2", "    x\u2401\u2402 <b>", "  stdout: |2", "    a\ufffdb\u241b[31m]]>&<\"\ufffd",
                       "    verdict: failed: test 9", "  ..."], "block")
    expect(done.returncode, 1, "status")


def test_flood(context):
    """of much output the beginning and the end are kept"""
    context.write("flood")
    out = context.run_fake(".", "-tap").stdout
    kept = sum(len(line) for line in out.splitlines())
    expect_in(" bytes left out ...\n", out, "report")
    expect_in("....the end\n", out, "report")
    if not 60000 < kept < 70000:
        raise AssertionError(f"{kept} bytes are kept")


def test_junit(context):
    """-junit: XML that a parser takes, with counts that agree with it"""
    known = write_mixed(context)
    done = context.run_fake("tree", "-junit", "report.xml", "-expect", known)
    expect(done.returncode, 1, "status")
    root = xml.etree.ElementTree.parse(context.folder / "report.xml").getroot()
    expect({key: root.get(key) for key in ("name", "tests", "failures", "errors", "skipped")},
           {"name": "rvemu-suite", "tests": "7", "failures": "5", "errors": "0", "skipped": "1"}, "totals")
    expect([suite.get("name") for suite in root], ["tree"], "groups")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    expect({name: [child.tag for child in case] for name, case in cases.items()},
           {"better-status-0": ["failure"], "bytes": ["failure", "system-out", "system-err"],
            "flood": ["failure", "system-out"], "known-status-4": ["skipped"], "status-0": [],
            "status-3": ["failure"], "x # y\\z-status-2": ["failure"]}, "results")
    expect(cases["bytes"].find("system-out").text, "a\ufffdb\u241b[31m]]>&<\"\ufffd\nverdict: failed: test 9\n",
           "output")
    expect(cases["known-status-4"].find("skipped").get("message"),
           "failed as expected: a # reason <&> (status 4)", "known failure")
    expect(cases["status-3"].find("failure").get("message"), "status 3", "failure")


def test_html(context):
    """-html: a page that has every program and asks for nothing else"""
    known = write_mixed(context)
    context.run_fake("tree", "-html", "report.html", "-expect", known)
    page = (context.folder / "report.html").read_text(encoding="utf-8")
    expect(re.findall(r'<li class="test ([\w-]+)"', page),
           ["unexpected", "failed", "failed", "expected", "passed", "failed", "failed"], "standings")
    expect(re.findall(r"@[A-Z]+@", page), [], "marks")
    expect(re.findall(r'(?:src|href|url)\s*[=(]', page), [], "references to other files")
    expect_in("a\ufffdb\u241b[31m]]&gt;&amp;&lt;&quot;\ufffd", page, "page")
    expect_in("<h1>7 programs: 1 passed, 4 failed, 1 failed as expected, 1 passed unexpectedly</h1>", page, "page")


def test_many_failures(context):
    """of many failures 20 are shown with what they left"""
    for number in range(25):
        context.write(f"{number:02}-status-2")
    out = context.run_fake(".").stdout
    expect(out.count("\nFAIL "), 25, "failures")
    expect(out.count(" -limit "), 20, "command lines")
    expect_in("5 failures without their output here; -html FILE shows it for all\n", out, "report")


def test_long_failure(context):
    """of a long post-mortem the end is shown, of output less"""
    context.write("lines")
    out = context.run_fake(".").stdout
    expect(out.count("\n    | "), 121 + 21, "lines")
    expect_in("    standard error:\n    | ... 181 lines before ...\n    | 182\n", out, "post-mortem")
    expect_in("    | 300\n    | verdict: failed: test 3\n    standard output:\n    | ... 30 lines before ...\n    | 31\n",
              out, "output")


# ---- On a terminal, and cut short ----

def test_terminal(context):
    """a terminal on standard error gets a line that shows how far it is, and is cleared in the end"""
    for number in range(3):
        context.write(f"{number}-status-{number}")
    master, slave = pty.openpty()
    with subprocess.Popen(context.command(".", rvemu=str(context.fake)), cwd=context.folder, stdout=subprocess.PIPE,
                          stderr=slave, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(slave)
        out = process.communicate(timeout=TIMEOUT)[0].decode()
    shown = b""
    while select.select([master], [], [], 1)[0]:
        try:
            shown += os.read(master, 65536)
        except OSError:
            break
    os.close(master)
    expect_in("] 3/3, 2 failed", shown.decode(), "progress")
    expect(shown.endswith(b"\r\x1b[K"), True, "cleared")
    expect(b"\n" in shown, False, "one line")
    expect("\x1b" in out, False, "colours in a file")


def test_dumb_terminal(context):
    """colours and progress are for terminals that have them"""
    context.write("status-1")
    for env, wanted in (({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False),
                        ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        master, slave = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
        with subprocess.Popen(context.command(".", rvemu=str(context.fake)), cwd=context.folder, stdout=slave,
                              stderr=subprocess.DEVNULL, env={**environment, **env}) as process:
            os.close(slave)
            process.wait(TIMEOUT)
        text = os.read(master, 65536)
        os.close(master)
        expect(b"\x1b[31m\x1b[1mFAIL\x1b[0m" in text, wanted, f"colours with {env}")


def running(pattern):
    """Process ids of what has pattern in its command line."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and pattern in pathlib.Path("/proc", entry, "cmdline").read_bytes():
                found.append(int(entry))
        except OSError:
            pass
    return found


def interrupt(context, number, *words):
    """Cuts a run short when 'early' has ended and 'late' runs."""
    context.write("a-status-1")
    context.write("b-hang")
    context.write("c-hang")
    marker = os.fsencode(context.folder)
    with tempfile.TemporaryDirectory(dir=context.folder) as temporary:
        with subprocess.Popen(context.command(context.folder, "-j2", *words, rvemu=str(context.fake)),
                              cwd=context.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "TMPDIR": temporary}) as process:
            deadline = time.monotonic() + TIMEOUT
            while len(running(marker + b"/b-hang")) + len(running(marker + b"/c-hang")) < 2:
                if time.monotonic() > deadline:
                    raise AssertionError("it does not start")
                time.sleep(0.02)
            process.send_signal(number)
            out = process.communicate(timeout=TIMEOUT)[0].decode()
        expect(os.listdir(temporary), [], "temporary files")
    expect(working_in(context.folder), [], "processes left behind")
    return process.returncode, out


def test_interrupt(context):
    """Ctrl-C ends what runs, and what was run until then is reported"""
    status, out = interrupt(context, signal.SIGINT, "-junit", "report.xml")
    expect(status, 130, "status")
    expect(rows(out)["total"], [3, 0, 1, 2], "table")
    expect_in("FAIL a-status-1: status 1\n", out, "report")
    expect_in("\ncut short by signal 2 (Interrupt)\n", out, "report")
    root = xml.etree.ElementTree.parse(context.folder / "report.xml").getroot()
    expect((root.get("tests"), root.get("skipped")), ("3", "2"), "XML")


def test_interrupt_tap(context):
    """a signal makes TAP end with Bail out!"""
    status, out = interrupt(context, signal.SIGTERM, "-tap")
    expect(status, 143, "status")
    expect(out.splitlines()[-1], "Bail out! Signal 15 (Terminated)", "end")


def test_nohup(context):
    """a signal that is ignored from the start stays ignored"""
    context.fake.write_text("#!/bin/sh\ncase $* in *dumpdtb*) ;; *) kill -HUP $PPID; sleep 0.2 ;; esac\n",
                            encoding="ascii")
    context.write("a")
    context.write("b")
    done = context.run_fake(".", "-j1")
    expect(done.returncode, 129, "status")
    ignored = subprocess.run(["nohup", *context.command(".", "-j1", rvemu=str(context.fake))], cwd=context.folder,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    expect(ignored.returncode, 0, "status with nohup")


# ---- What is refused ----

def test_errors(context):
    """each mistake in the command line: status 2, one line, a hint"""
    context.write("tree/a-status-0")
    context.write("text", b"no program")
    context.write("lines", b"a-status-0 reason\n\nb-status-1\n")
    context.write("latin", b"a-status-0 b\xf6se\n")
    context.write("empty/text", b"no program")
    context.write("refs/other.signature", b"00000000\n")
    cases = [
        ([], "no folder and no ELF file is named"),
        (["--", "-cpu", "rv64"], "no folder and no ELF file is named"),
        (["nowhere"], "there is no 'nowhere'"),
        (["text"], "'text' is no program for 64-bit RISC-V: not RISC-V ELF"),
        (["empty"], "no program for 64-bit RISC-V in 'empty'; 1 file passed over: 1 not RISC-V ELF"),
        (["tree", "-fliter", "x"], "unknown option '-fliter'"),
        (["tree", "-filter", "("], "-filter (: not a regular expression: ..."),
        (["tree", "-filter", "zzz"], "-filter zzz: the name of no program matches"),
        (["tree", "-j"], "option '-j' needs an argument"),
        (["tree", "-j0"], "-j 0: not a number of programs that can run at a time"),
        (["tree", "-j", "many"], "-j many: ..."),
        (["tree", "-limit", "seconds=x"], "-limit seconds=x: seconds: ..."),
        (["tree", "-limit", "seconds=0"], "-limit seconds=0: a run of 0 seconds would have no end"),
        (["tree", "-limit", "insns=1,x"], "-limit insns=1,x: ..."),
        (["tree", "-expect", "nowhere"], "-expect: ...nowhere...: No such file or directory"),
        (["tree", "-expect", "latin"], "-expect: 'latin' is no text in UTF-8"),
        (["tree", "-expect", "lines"], "lines:3: no reason behind 'b-status-1'"),
        (["tree", "-signature", "refs"], "-signature refs: there is no reference for any of the 1 programs"),
        (["tree", "-junit", "nowhere/x"], "-junit nowhere/x: No such file or directory"),
        (["tree", "-html", "tree"], "-html tree: Is a directory"),
        (["tree", "-tap=1"], "option '-tap' takes no argument"),
    ]
    for words, message in cases:
        try:
            expect_error(context.run_fake(*words), message)
        except AssertionError as problem:
            raise AssertionError(f"{words}: {problem}") from None


def test_rvemu_errors(context):
    """an rvemu that is not there, and options that it does not take, are found before the run"""
    context.write("tree/a.elf")
    expect_error(context.run("tree", rvemu="./nowhere"), "...nowhere...")
    expect_error(context.run("tree", "--", "-nonsense"),
                 "'...' does not take these options: rvemu: unknown option '-nonsense' (...)")
    expect_error(context.run("tree", "-limit", "insns=many"), "'...' does not take these options: rvemu: ...")


def test_unreadable(context):
    """a file that cannot be read is not passed over"""
    context.write("tree/a.elf").chmod(0)
    if os.geteuid() == 0:
        return "root reads every file"
    expect_error(context.run("tree"), "cannot read 'tree/a.elf': Permission denied")
    return None


def test_full(context):
    """a report that cannot be written to standard output is an error"""
    context.write("status-0")
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(context.command(".", rvemu=str(context.fake)), cwd=context.folder, stdout=full,
                              stderr=subprocess.PIPE, timeout=TIMEOUT, check=False, encoding="utf-8")
    expect_in("rvemu-suite: the report cannot be written to standard output (", done.stderr, "standard error")
    expect(done.returncode, 2, "status")


def test_full_file(context):
    """a report that cannot be written to its file is an error; a device stays what it is"""
    context.write("status-0")
    for option in ("-junit", "-html"):
        done = context.run_fake(".", option, "/dev/full")
        expect_in(f"rvemu-suite: {option} /dev/full: No space left on device (", done.stderr, "standard error")
        expect(done.returncode, 2, "status")
        expect(context.run_fake(".", option, "/dev/null").returncode, 0, "status")
    expect([pathlib.Path(path).is_char_device() for path in ("/dev/full", "/dev/null")], [True, True], "devices")


def test_no_temporary_folder(context):
    """signatures need a folder for temporary files"""
    signed("tree/a.elf", context)
    context.write("refs/a.signature", "\n".join(reference(4)).encode())
    expect_error(context.run("tree", "-signature", "refs", env={**os.environ, "TMPDIR": "/nowhere"}),
                 "no folder for signatures: ...")


def test_help(context):
    """-help and -version"""
    for option in ("-help", "--help", "-h"):
        done = context.run(option)
        expect_in("Usage: rvemu-suite [OPTION...] DIR|ELF... ", done.stdout, "help")
        expect((done.returncode, done.stderr), (0, ""), option)
    done = context.run("-version")
    expect((done.returncode, done.stderr), (0, ""), "-version")
    expect(bool(re.fullmatch(r"rvemu-suite version [\d.]+\n", done.stdout)), True, "-version")


# ---- What is derived from the table of options ----

COMPLETIONS = [
    (["-fil"], ["-filter"]),
    (["--sig"], ["--signature"]),
    (["-expect", "completed-f"], ["completed-file"]),
    (["completed-f"], ["completed-file"]),
    (["-filter", "x"], []),
    (["completed-file", "--", "-ke"], ["-kernel"]),
    (["-j", "2", "--", "-M", "sp"], ["spike"]),
]

SCRIPT = """
source "$1"; source "$2"; PATH="$3:$PATH"; shift 3
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_rvemu_suite
((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
exit 0
"""


def derived_tests(context, gen_options, man_page, completion):
    """(name, what is wrong or None) of each."""
    names = derived.run(gen_options, "names").stdout.split()
    yield "-help names every option, within 80 columns", derived.check_help(context.suite, names)
    yield "the manual page explains every option", derived.check_man(man_page, names)
    if derived.shutil.which("groff"):
        yield "the manual page is good troff", derived.check_roff(man_page)
    unused = [f"-{name}" for name in names if name not in context.used]
    yield "every option is used by a test", " ".join(unused)
    (context.folder / "completed-file").touch()
    for words, wanted in COMPLETIONS:
        done = derived.run("bash", "-c", SCRIPT, "completion", completion, completion.parent / "rvemu",
                           os.path.dirname(context.rvemu), "rvemu-suite", *words, cwd=context.folder)
        wrong = f"offers {done.stdout.split()} {done.stderr}"
        yield (f"completion of rvemu-suite {' '.join(words)}",
               wrong if done.stdout.split() != wanted or done.stderr else None)


# ---- All of them ----

def attempt(test, context):
    """(what is wrong or None, why it was skipped or None)"""
    try:
        return None, test(context)
    except Exception as problem:  # also a report that cannot be parsed, or that is not there
        return f"{type(problem).__name__}: {problem}", None


def main(argv):
    rvemu, suite, gen_options, man_page, completion = map(os.path.abspath, argv[1:6])
    tests = [test for name, test in sorted(globals().items()) if name.startswith("test_")]
    used, results = set(), []
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="suite-test-") as folder:
            context = Context(rvemu, suite, folder)
            wrong, skipped = attempt(test, context)
            used |= context.used
        results.append((test.__doc__ + (f" # SKIP {skipped}" if skipped else ""), wrong))
    with tempfile.TemporaryDirectory(prefix="suite-test-") as folder:
        context = Context(rvemu, suite, folder)
        context.used = used | {"rvemu"}
        results += derived_tests(context, gen_options, man_page, pathlib.Path(completion))
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        if wrong:
            print("# " + wrong.replace("\n", "\n# "))
    return 1 if any(wrong for _, wrong in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
