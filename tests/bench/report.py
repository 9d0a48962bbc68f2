"""The results in words: a table that grows while it is measured, the figures to reach, and JSON.

SPDX-License-Identifier: MIT
"""
import json
import os
import platform
import time

import figures
import measure

CELL, RATIO_CELL = 15, 19


def number(value, form="{:.0f}"):
    return "-" if value is None else form.format(value)


class Table:
    """MIPS of each emulator, by wall-clock and by processor time, and ratios of their speeds."""

    def __init__(self, results, write=print):
        self.results, self.write = results, write
        own = [e for e in results.emulators if e.kind == "rvemu"]
        peers = [e for e in results.emulators if e.kind != "rvemu"]
        self.pairs = [(e, base) for base in own[:1] + peers for e in own if e is not base]

    def head(self, runs):
        self.write(f"median of {runs} runs; {host()}; load {os.getloadavg()[0]:.1f}")
        self.write("MIPS: millions of guest instructions in a second, and in a second of processor"
                   " time; ratios: wall, +- spread, processor")
        cells = [e.label.center(CELL) for e in self.results.emulators]
        cells += [f"{e.label}/{base.label}".center(RATIO_CELL) for e, base in self.pairs]
        self.write(f"{'program':12}{'Minsn':>6} " + " ".join(cells))

    def row(self, name):
        results = self.results
        count = results.instructions(name)
        cells = [self.mips_cell(name, e.label) for e in results.emulators]
        cells += [self.ratio_cell(name, e.label, base.label) for e, base in self.pairs]
        self.write(f"{name:12}{number(count and count / 1e6):>6} " + " ".join(cells))

    def mips_cell(self, name, label):
        if self.results.get(name, label).error:
            return "failed".rjust(7).ljust(CELL)
        wall, cpu = (self.results.mips(name, label, field) for field in ("wall", "cpu"))
        return f"{number(wall):>7}{number(cpu):>7} "

    def ratio_cell(self, name, label, base):
        wall, cpu = (self.results.times(name, label, base, field) for field in ("wall", "cpu"))
        if wall is None:
            return "-".rjust(6).ljust(RATIO_CELL)
        return f"{wall.median:6.2f} +-{wall.spread:.2f}{cpu.median:6.2f} "

    def empty(self):
        """What the empty program takes."""
        for emulator in self.results.emulators:
            series = self.results.get(measure.EMPTY, emulator.label)
            wall, cpu = (figures.median_of(series, field) for field in ("wall", "cpu"))
            memory = self.results.memory.get(emulator.label)
            self.write(f"empty program under {emulator.label}: "
                       f"{number(wall and wall * 1e3, '{:.1f}')} ms, "
                       f"{number(cpu and cpu * 1e3, '{:.1f}')} ms of processor time, "
                       f"{number(memory and memory / (1 << 20), '{:.1f}')} MiB")

    def geometric_means(self):
        names = [p.name for p in self.results.programs if p.group == "integer"]
        for emulator, base in self.pairs:
            ratios = [self.results.times(name, emulator.label, base.label) for name in names]
            good = [r.median for r in ratios if r]
            if good:
                self.write(f"integer programs ({len(good)}), geometric mean "
                           f"{emulator.label}/{base.label}: {figures.geometric_mean(good):.2f}")

    def aims(self):
        for emulator in self.results.emulators:
            if emulator.kind != "rvemu":
                continue
            for aim in figures.aims(self.results, emulator.label):
                line = (f"{emulator.label}: {aim.what}: {aim.format.format(aim.value)}, "
                        f"{aim.bound}: {'reached' if aim.reached else 'not reached'}")
                if aim.by_cpu is not None:
                    line += f"; by processor time {aim.format.format(aim.by_cpu)}"
                self.write(line)


def host():
    """The processor, in a few words."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":", 1)[1].strip()
                         for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} x {model}"


def as_json(results, runs):
    """Everything that was measured, samples included, and what follows from it."""
    def series_json(name, label):
        series = results.get(name, label)
        return {
            "wall_s": [round(s.wall, 6) for s in series.samples],
            "cpu_s": [round(s.cpu, 6) for s in series.samples],
            "mips": results.mips(name, label),
            "mips_cpu": results.mips(name, label, "cpu"),
            "checksum": series.checksum,
            "instructions": series.instructions,
            "error": series.error,
        }

    labels = [e.label for e in results.emulators]
    own = [e.label for e in results.emulators if e.kind == "rvemu"]
    return json.dumps({
        "date": time.strftime("%Y-%m-%d %H:%M %z"),
        "host": host(),
        "runs": runs,
        "emulators": [{"label": e.label, "kind": e.kind, "command": e.command,
                       "version": e.version(), "empty_bytes": results.memory.get(e.label)}
                      for e in results.emulators],
        "programs": [{
            "name": p.name, "what": p.what, "harts": p.harts, "group": p.group,
            "instructions": results.instructions(p.name),
            "emulators": {label: series_json(p.name, label) for label in labels},
            "ratios": {f"{a}/{b}": {
                field: getattr(results.times(p.name, a, b, field), "median", None)
                for field in ("wall", "cpu")} for a in own for b in labels if a != b},
        } for p in results.programs],
        "aims": {label: [{"what": a.what, "bound": a.bound, "value": a.value, "by_cpu": a.by_cpu,
                          "reached": a.reached}
                         for a in figures.aims(results, label)] for label in own},
        "wrong": results.wrong(),
    }, indent=1) + "\n"
