#!/usr/bin/env python3
"""The text of `-d commits`, that rvemu-trace prints the same, and what else it answers.

    run.py RVEMU RVEMU-TRACE GEN-OPTIONS    all of programs.py in several modes, then the answers, in TAP

SPDX-License-Identifier: MIT
"""
import gzip
import os
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import images
import programs
import run

TIMEOUT = 20  # seconds
SYMBOLS = {"tohost": programs.TOHOST, "fromhost": programs.TOHOST + 8, "start": programs.RAM}
MODES = ["interp", "interp,thread=single", "interp,max-insns=1", "interp -icount 0"]
CPUS = [
    ("kinds", programs.KINDS, "rv64,zacas=on"),
    ("lists", programs.LISTS, "rv64,zcd=off,zcmp=on"),
    ("non-maskable", programs.NON_MASKABLE, "rv64,smrnmi=on"),
    ("shadow stack", programs.SHADOW_STACK, "rv64,zicfiss=on,zcmop=on"),
    ("landing pads", programs.LANDING_PADS, "rv64,zicfilp=on"),
    ("single", programs.SINGLE, "rv64,d=off"),
]


def write_elf(path, program):
    data = images.elf([(programs.RAM, programs.code(program), 0x1100)], symbols=SYMBOLS)
    with open(path, "wb") as file:
        file.write(data)


# ---- the text ----

def log_of(rvemu, program, cpu, options):
    """The lines of a run, from RAM on."""
    write_elf("program.elf", program)
    command = [rvemu, "-cpu", cpu, *options, "-d", "commits", "-D", "log", "-trace-commits", "trace", "program.elf"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
        if done.returncode:
            return [f"status {done.returncode}: {done.stderr.decode()}"]
    except subprocess.TimeoutExpired:
        pass  # the log says where it went wrong
    with open("log", encoding="utf-8") as file:
        return [line for line in file.read().split("\n") if line[14:30] >= f"{programs.RAM:016x}"]


def test_trace(trace):
    """Of the last run."""
    done = subprocess.run([trace, "trace"], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    with open("log", "rb") as file:
        same = file.read() == done.stdout
    return None if same and not done.returncode and not done.stderr else f"status {done.returncode}\n{done}"


def test_program(rvemu, program, cpu, mode):
    wanted = programs.lines(program)
    got = log_of(rvemu, program, cpu, ["-accel", *mode.split()])
    for want, line in zip(wanted, got + [""] * len(wanted)):
        if want != line:
            return f"{line}\nis not\n{want}"
    return None


def test_two_harts(rvemu, options):
    log = log_of(rvemu, programs.TWO_HARTS, "rv64", ["-smp", "2", *options])
    got = [line for line in log if line.startswith("core   1")]
    wanted = programs.lines(programs.TWO_HARTS, hart=1)
    spin = {"core   0: 3 0x0000000080000000 (0xf1402573) x10 0x0000000000000000",
            "core   0: 3 0x0000000080000004 (0xc101)"}
    others = {line for line in log if line.startswith("core   0")}
    return None if got[:len(wanted)] == wanted and others <= spin else "\n".join(got[:8] + sorted(others)[:8])


def test_off(rvemu):
    """Whatever else is logged, this is not."""
    write_elf("program.elf", programs.LISTS[:1] + programs.LISTS[-3:])
    done = subprocess.run([rvemu, "-d", "int", "program.elf"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT, check=False)
    return done.stderr.decode()


# ---- the comparer ----

BOOT = ["core   0: 3 0x0000000000001000 (0x00000297) x5  0x0000000000001000"]
OTHER_BOOT = ["core   0: 3 0x0000000000001004 (0x02028593) x11 0x0000000000001020", *BOOT]
LINES = programs.lines(programs.LISTS)
CHANGED = LINES[:5] + [LINES[5].replace("1018", "1028")] + LINES[6:]
STRANGE = [">>>>  _start", "core   0: 0x0000000080000000 (0x00001297) auipc   t0, 0x1",
           "core   0: exception trap_load_access_fault, epc 0x0000000080000000"]
TWO = [line.replace("core   0", f"core   {hart}") for line in LINES for hart in range(2)]
SPLIT = [line.replace("core   0", f"core   {hart}") for hart in range(2) for line in LINES]
# As a program in virtual memory does it, and what is no exit: an address, a command for another device, user mode.
ALIAS = "core   0: 1 0xffffffffffe00000 (0x04a2b023) mem 0xffffffffffe01040 0x0000000000000001"
NO_EXIT = [ALIAS.replace("0001\n", "0010\n").replace("0x0000000000000001", "0x0000000080001000"),
           ALIAS.replace("0x0000000000000001", "0x0101000000000041"), ALIAS.replace(": 1 ", ": 0 ")]

# name, one log, the other, options, status, what it prints (... is any text)
FINE, ERROR, DIFFERENT = 0, 1, 2
ANSWERS = [
    ("equal", LINES, LINES, [], FINE, f"{len(LINES)} instructions, no difference\n"),
    ("other boot ROM, other lines", BOOT + LINES, OTHER_BOOT + STRANGE + LINES, [], FINE, "... no difference\n"),
    ("after tohost", LINES + STRANGE + BOOT, LINES + LINES, ["--elf", "program.elf"], FINE, "... no difference\n"),
    ("after tohost, by address", LINES, LINES + LINES, ["--tohost", "0x80001040"], FINE, "... no difference\n"),
    ("tohost in virtual memory", LINES[:4] + [ALIAS], LINES[:4] + [ALIAS] + LINES, ["--elf", "program.elf"], FINE,
     "5 instructions, no difference\n"),
    ("no exit", LINES[:4] + NO_EXIT + LINES[4:], LINES[:4] + NO_EXIT + CHANGED[4:], ["--elf", "program.elf"], DIFFERENT,
     "...after 8 equal..."),
    ("where tohost is not known", LINES, LINES + LINES[:1], [], DIFFERENT, "...- a.log ends here\n+ core   0..."),
    ("different", BOOT + LINES, CHANGED, ["--context", "2"], DIFFERENT,
     f"first difference after 5 equal instructions:\n  {LINES[3]}    # addi ra,ra,18\n  {LINES[4]}    # ...\n"
     f"- {LINES[5]}    [a.log:7]\n-     ...\n+ {CHANGED[5]}    [b.log:6]\n+     ...\n"),
    ("different, shorter", LINES, LINES[:6], ["--elf", "program.elf"], DIFFERENT,
     f"...- {LINES[6]}    [a.log:7]\n-     ...\n+ b.log ends here\n"),
    ("other order of harts", TWO, SPLIT, [], DIFFERENT, "...after 1 equal..."),
    ("one hart", TWO, SPLIT, ["--hart", "1"], FINE, "... no difference\n"),
    ("nothing", STRANGE, BOOT, [], ERROR, "rvemu-trace: neither a.log nor b.log has an instruction to compare (...)\n"),
    ("other RAM", BOOT + LINES, LINES, ["--ram", "0x1000"], DIFFERENT, "...after 0 equal..."),
    ("no such file", LINES, LINES, ["--elf", "missing.elf"], ERROR, "rvemu-trace: ...missing.elf..."),
    ("no ELF", LINES, LINES, ["--elf", "a.log"], ERROR, "rvemu-trace: ...a.log..."),
    ("no symbol", LINES, LINES, ["--elf", "no-symbol.elf"], ERROR, "rvemu-trace: no-symbol.elf has no symbol tohost (...)\n"),
    ("damaged ELF", LINES, LINES, ["--elf", "damaged.elf"], ERROR, "rvemu-trace: 'damaged.elf' is truncated: ..."),
]


def test_answer(compare, packed, a, b, options, status, text):
    with open("a.log", "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in a))
    with (gzip.open if packed else open)("b.log", "wt", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in b))
    done = subprocess.run([compare, "--diff", *options, "a.log", "b.log"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT, check=False)
    output = done.stdout.decode() + done.stderr.decode()
    return None if done.returncode == status and run.matches(text, output) else f"status {done.returncode}\n{output}"


def test_pipe(trace):
    """A log that is no file is read from its first line on."""
    command = f"{trace} -diff <(cat log) <(gzip -c log)"
    done = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT,
                          check=False)
    lines = len(KINDS) + 1 # and the loop's at the end
    return None if done.returncode == 0 and int(done.stdout.split()[0]) >= lines else f"{done}"


def test_together(trace_program):
    """The log of the last program that ran, compared with what it should be."""
    with open("b.log", "w", encoding="utf-8") as file:
        file.write("\n".join(programs.lines(programs.SINGLE)) + "\n")
    done = subprocess.run([trace_program, "--diff", "trace", "b.log"],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).decode()


# ---- what else rvemu-trace answers; the trace is of KINDS ----

KINDS = programs.lines(programs.KINDS)


def lines_with(*texts):
    """Lines of the log that have one of the texts; what runs before RAM does not."""
    return "".join(line + "\n" for line in KINDS if any(text in line for text in texts))


IN_U = "".join(line + "\n" for line in KINDS if ": 0 " in line) + "..."  # and the loop at the end

# options, status, stdout, stderr
TOOL = [
    ("--pc 0x80000000..0x80000005 trace", FINE, "".join(line + "\n" for line in KINDS[:2]), ""),
    ("--pc 0x80000004+2,0x80000000+1 trace", FINE, "".join(line + "\n" for line in KINDS[:2]), ""),
    ("--pc start+4 trace", FINE, KINDS[0] + "\n", ""),
    ("--pc start+4 log", ERROR, "", "rvemu-trace: -pc start+4: no symbol 'start' in what is loaded (...)\n"),
    ("--pc start+4 --elf program.elf log", FINE, KINDS[0] + "\n", ""),
    ("--reg t3 trace", FINE, lines_with(" x28 "), ""),
    ("--reg x28,fa3 trace", FINE, lines_with(" x28 ", " f13 "), ""),
    ("--reg x28,fa3 log", FINE, lines_with(" x28 ", " f13 "), ""),
    ("--reg mie trace", FINE, lines_with("_mie "), ""),
    ("--reg c772_mie,fp trace", FINE, lines_with("_mie ", " x8 "), ""),
    ("--addr 0x80001008 --reg s1 trace", ERROR, "", "rvemu-trace: -addr 0x80001008: '0x80001008' has no end (...)\n"),
    ("--addr 0x8000100b+1 --reg s1 trace", FINE,
     "".join(line + "\n" for line in KINDS if " x9 " in line and " mem 0x0000000080001008" in line), ""),
    ("--addr 0x8000100f+1 --pc 0x80000004-1 trace", FINE, "", ""),
    ("--addr 0x8000103f+1 --pc start..0x800000ff trace", FINE, lines_with("(0x0042a00f)"), ""),
    ("--addr tohost trace", FINE, lines_with("0x0000000080001040 0x0000000000000001"), ""),
    ("--priv U trace", FINE, IN_U, ""),
    ("--priv u,S log", FINE, IN_U, ""),
    ("--hart 0 --reg t3 trace", FINE, lines_with(" x28 "), ""),
    ("--hart 1,2 trace", FINE, "", ""),
    ("--traps --pc 0x80000030..0x80000037 trace", FINE,
     "trap    0: load access fault, cause 0x5, epc 0x0000000080000030, tval 0x0000000000000000, "
     "from M to M\n", ""),
    ("--disas --reg t3 trace", FINE, lines_with(" x28 ")[:-1] + "    # addi t3,t0,8\n", ""),
    ("--disas --pc start+4 trace", FINE, KINDS[0] + "    # <start> auipc t0,0x1\n", ""),
    ("-a --reg t3 log", FINE, lines_with(" x28 ")[:-1] + "    # addi t3,t0,8\n", ""),
    ("--summary trace", FINE, "...  instructions\n...  of them load\n...  traps\n\nSymbols:\n...%  start\n...\n"
     "Instructions:\n...%  auipc\n...\nTraps:\n               1  100.0 %  load access fault, cause 0x5, from M to M\n", ""),
    ("--summary --top 1 trace", FINE, "...\nInstructions:\n...\n...others)\n...", ""),
    ("--summary --priv U trace", FINE, "...  instructions\n...               0  in M mode\n...", ""),
    ("-d trace log", FINE, "... no difference\n", ""),
    ("-diff -c 1 trace log", FINE, "... no difference\n", ""),
    ("-t --priv U --reg a0 trace", FINE, KINDS[-2] + "\n", ""),
    ("-s log", FINE, "...               0  traps\n...(no symbol)...", ""),
    ("--version", FINE, "rvemu-trace version ...\n", ""),
    ("-h", FINE, "Usage: ...", ""),
    ("--help", FINE, "Usage: ...-summary...-diff...", ""),
    ("", ERROR, "", "rvemu-trace: 0 files named, and 1 needed (...)\n"),
    ("trace log", ERROR, "", "rvemu-trace: 2 files named, and 1 needed (...)\n"),
    ("--diff trace", ERROR, "", "rvemu-trace: 1 files named, and 2 needed (...)\n"),
    ("--diff --summary trace log", ERROR, "", "rvemu-trace: -diff and -summary together (...)\n"),
    ("--diff trace log", FINE, "... no difference\n", ""),
    ("--diff --tohost x trace log", ERROR, "", "rvemu-trace: --tohost x: 'x' is not a number (...)\n"),
    ("--diff --ram '' trace log", ERROR, "", "rvemu-trace: --ram : '' is not a number (...)\n"),
    ("--nonsense trace", ERROR, "", "rvemu-trace: unknown option '--nonsense' (...)\n"),
    ("--top 0 trace", ERROR, "", "rvemu-trace: --top 0: not a number of lines (...)\n"),
    ("--context=-1 trace", ERROR, "", "rvemu-trace: --context -1: '-1' is not a number (...)\n"),
    ("--reg t9 trace", ERROR, "", "rvemu-trace: -reg t9: there is no register 't9' (...)\n"),
    ("--priv X trace", ERROR, "", "rvemu-trace: -priv X: there is no privilege 'X' (...)\n"),
    ("--hart a trace", ERROR, "", "rvemu-trace: -hart a: 'a' is not a number (...)\n"),
    ("missing", ERROR, "", "rvemu-trace: cannot open 'missing': No such file or directory (...)\n"),
    ("damaged", ERROR, "", "rvemu-trace: damaged: damaged at byte ... (...)\n"),
    ("cut", FINE, "", "rvemu-trace: warning: cut has no end after byte ...: its last block is not all there\n"),
    ("cut.gz", ERROR, "...", "rvemu-trace: cut.gz: the packed log is cut short (...)\n"),
]


def test_tool(trace, options, status, out, err):
    done = subprocess.run([trace, *shlex.split(options)], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT,
                          check=False)
    got = done.stdout.decode(), done.stderr.decode()
    fine = done.returncode == status and run.matches(out, got[0]) and run.matches(err, got[1])
    return None if fine else f"status {done.returncode}\n{got[0]}\n{got[1]}"


def unused_options(gen_options):
    """The options, as typed, that no test uses."""
    done = subprocess.run([gen_options, "names"], capture_output=True, check=True, text=True)
    texts = [options for options, *_ in TOOL] + [" ".join(answer[3]) for answer in ANSWERS]
    words = {word.split("=")[0].lstrip("-") for text in texts for word in text.split() if word.startswith("-")}
    return " ".join(name for name in done.stdout.split() if name not in words)


def test_output(trace):
    """Nobody reads it any more; it cannot be written."""
    with subprocess.Popen([trace, "log"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        if process.wait(TIMEOUT) not in (0, -13) or process.stderr.read():
            return f"status {process.returncode} without a reader"
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([trace, "trace"], stdout=full, stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
    wanted = b"rvemu-trace: cannot write the output: No space left on device (is there room for it?)\n"
    return None if (done.returncode, done.stderr) == (1, wanted) else f"{done}"


def write_files(rvemu):
    log_of(rvemu, programs.KINDS, "rv64,zacas=on", [])
    with open("trace", "rb") as file:
        data = file.read()
    with open("damaged", "wb") as file:
        file.write(data[:-60] + bytes(20) + data[-40:])
    with open("cut", "wb") as file:
        file.write(data[:-60])
    with open("log", "rb") as file:
        packed = gzip.compress(file.read())
    with open("cut.gz", "wb") as file:
        file.write(packed[:-100])


def main(argv):
    rvemu, trace, gen_options = map(os.path.abspath, argv[1:4])
    tap = run.Tap()

    def report(name, wrong):
        tap.report(name, wrong and "\n# ".join(line[:400] for line in wrong.split("\n")))

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, program, cpu in CPUS:
            for mode in MODES:
                report(f"{name}, {mode}", test_program(rvemu, program, cpu, mode))
                report(f"{name}, {mode}, trace", test_trace(trace))
        write_elf("single.elf", programs.SINGLE)
        report("log and comparer", test_together(trace))
        write_files(rvemu)
        for options, *answer in TOOL:
            report(f"rvemu-trace {options}", test_tool(trace, options, *answer))
        report("output of rvemu-trace", test_output(trace))
        report("logs from pipes", test_pipe(trace))
        report("every option is used", unused_options(gen_options))
        for options in [], ["-accel", "interp,thread=single"], ["-icount", "0"]:
            report(f"two harts {' '.join(options)}", test_two_harts(rvemu, options))
        report("off", test_off(rvemu))
        write_elf("program.elf", programs.LISTS)
        with open("no-symbol.elf", "wb") as file:
            file.write(images.elf(symbols={}))
        with open("damaged.elf", "wb") as file:
            file.write(images.elf()[:100])
        for name, *answer in ANSWERS:
            for packed in False, True:
                report(f"comparer: {name}{', packed' * packed}", test_answer(trace, packed, *answer))
        os.chdir("/")
    print(f"1..{tap.count}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
