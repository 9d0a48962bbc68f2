#!/usr/bin/env python3
"""Tests the benchmark's runner: run-test.py RUN.PY

The emulators are shell scripts here, and so are the programs: an "emulator" executes what it is
given.

SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

RUN = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.dirname(RUN))
sys.dont_write_bytecode = True

import figures  # noqa: E402
import measure  # noqa: E402

EMULATOR = '#!/bin/sh\nme=$(basename "$0")\nfor program; do :; done\n. "$program"\n'
GOOD = '''echo "checksum 0x12 instructions 0xf4240"
i=0
while [ $i -lt 99999 ]; do i=$((i+1)); done
'''
SVG = "{http://www.w3.org/2000/svg}"


class Runner(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        self.addCleanup(self.temporary.cleanup)
        for name in ("rvemu", "other", "spike", "qemu-system-riscv64"):
            self.write(name, EMULATOR)
        for program in measure.all_programs():
            self.write(program.name + ".elf", "exit 0" if program.name == measure.EMPTY else GOOD)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o755)

    def run_it(self, *args, rvemus=("rvemu",)):
        rvemu = [word for name in rvemus for word in ("--rvemu", f"{name}={self.path(name)}")]
        environment = {**os.environ, "SPIKE": self.path("spike"),
                       "PATH": self.folder + os.pathsep + os.environ["PATH"]}
        return subprocess.run([sys.executable, "-B", RUN, *rvemu, "--programs", self.folder,
                               "--runs", "2", *args], env=environment, capture_output=True,
                              encoding="utf-8", timeout=60, check=False)

    def check_wrong(self, text, *args):
        done = self.run_it("--only", "mix", *args)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(text, done.stdout)

    def test_all_good(self):
        done = self.run_it("--only", "mix,atomics",
                           "--json", self.path("out.json"), "--svg", self.path("out.svg"))
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        with open(self.path("out.json"), encoding="utf-8") as file:
            out = json.load(file)
        self.assertEqual([e["kind"] for e in out["emulators"]], ["rvemu", "spike", "qemu"])
        self.assertEqual([p["name"] for p in out["programs"]], ["empty", "mix", "atomics"])
        mix = out["programs"][1]
        self.assertEqual(mix["instructions"], 1000000)
        self.assertEqual(len(mix["emulators"]["qemu"]["wall_s"]), 2)
        self.assertGreater(mix["emulators"]["rvemu"]["mips"], 0)
        self.assertIn("rvemu/spike", mix["ratios"])
        chart = xml.etree.ElementTree.parse(self.path("out.svg")).getroot()
        bars = chart.findall(f"{SVG}rect/{SVG}title")
        self.assertEqual(len(bars), 6)
        self.assertRegex(done.stdout, r"mix, times Spike: [\d.]+, at least 3.5: (not )?reached; by ")

    def test_two_builds(self):
        done = self.run_it("--only", "mix", rvemus=("rvemu", "other"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("other/rvemu", done.stdout)
        self.assertNotIn("spike", done.stdout)

    def test_checksums_differ(self):
        self.write("mix.elf", '[ $me = spike ] && set 0x13 || set 0x12\n'
                              'echo "checksum $1 instructions 0x5"')
        self.check_wrong("mix: checksum differ: rvemu 0x12, spike 0x13, qemu 0x12")

    def test_instructions_differ(self):
        self.write("mix.elf", '[ $me = rvemu ] && set 5 || set 6\n'
                              'echo "checksum 0x1 instructions 0x$1"')
        self.check_wrong("mix: instructions differ: rvemu [5], spike [6]")

    def test_status(self):
        self.write("mix.elf", '[ $me = rvemu ] && { echo no luck; exit 3; };' + GOOD)
        self.check_wrong("mix: rvemu: status 3: no luck")

    def test_no_checksum(self):
        self.write("mix.elf", "echo hello")
        self.check_wrong("mix: rvemu: no checksum on the console")

    def test_limit(self):
        self.write("mix.elf", "exec sleep 50")
        self.check_wrong("mix: rvemu: no end after 0.3 s", "--limit", "0.3")

    def test_command_line(self):
        for args, text in ((["--only", "mixed"], "no program is called mixed"),
                           (["--runs", "0"], "must be positive"),
                           (["--peers", "bochs"], "spike and qemu are known"),
                           (["--rvemu", "rvemu=" + self.path("other")], "a label of its own"),
                           (["--rvemu", "x=" + self.path("none")], "is not a program"),
                           (["--programs", "/nowhere"], "no /nowhere/empty.elf")):
            done = self.run_it(*args)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(text, done.stderr)


def series(*walls):
    made = measure.Series()
    for wall in walls:
        made.add(measure.Sample(wall, wall / 2, 0, "checksum 0x1 instructions 0x100"), 1, False)
    return made


class Figures(unittest.TestCase):
    def test_ratio_is_of_the_rounds(self):
        found = figures.ratio(series(1, 10, 3), series(2, 20, 12))
        self.assertEqual(found, (2, 1))
        self.assertIsNone(figures.ratio(series(1), measure.Series()))

    def test_aims(self):
        results = figures.Results([measure.Emulator(k, k, []) for k in ("rvemu", "spike")])
        programs = measure.all_programs()
        results.add(programs, {p.name: {"rvemu": series(1), "spike": series(4)} for p in programs})
        results.series["together"]["rvemu"] = series(1.25)
        results.series["paging-m"]["rvemu"] = series(0.9)
        results.series["empty"]["rvemu"] = series(0.004)
        results.memory["rvemu"] = 9 << 20
        aims = [(round(a.value, 3), a.reached) for a in figures.aims(results, "rvemu")]
        self.assertEqual(aims, [(4, True), (4, True), (4, False), (4, False), (0.9, True),
                                (1, True), (1.6, False), (4, True), (9, False)])

    def test_mips_without_the_empty_program(self):
        results = figures.Results([measure.Emulator("rvemu", "rvemu", [])])
        results.add([], {"empty": {"rvemu": series(0.5)}, "mix": {"rvemu": series(1.5, 2.5, 1.5)}})
        self.assertAlmostEqual(results.mips("mix", "rvemu"), 256e-6)


unittest.main()
