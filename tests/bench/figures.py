"""What the times say: medians, guest MIPS, ratios, and the figures that rvemu is to reach.

SPDX-License-Identifier: MIT
"""
import collections
import math
import statistics

import measure


def median_of(series, field):
    """Median of "wall" or "cpu" in seconds; None if the program failed."""
    if series is None or series.error or not series.samples:
        return None
    return statistics.median(getattr(sample, field) for sample in series.samples)


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


Ratio = collections.namedtuple("Ratio", "median spread")


def ratio(fast, slow, field="wall"):
    """How many times as fast the runs `fast` are as the runs `slow`: median over the rounds, and half the
    range of the middle ones. The runs of one round are close in time: what disturbs one disturbs all."""
    if median_of(fast, field) is None or median_of(slow, field) is None:
        return None
    values = sorted(getattr(b, field) / max(getattr(a, field), 1e-6)
                    for a, b in zip(fast.samples, slow.samples))
    cut = len(values) // 4
    middle = values[cut:len(values) - cut]
    return Ratio(statistics.median(values), (middle[-1] - middle[0]) / 2)


class Results:
    """All series: results[program name][label], with the emulators and programs they belong to."""

    def __init__(self, emulators):
        self.emulators, self.programs, self.series, self.memory = emulators, [], {}, {}

    def add(self, programs, series):
        self.programs += programs
        self.series.update(series)

    def get(self, name, label):
        return self.series.get(name, {}).get(label)

    def instructions(self, name):
        """Of one run, counted by the first emulator that can; None if none can."""
        for emulator in self.emulators:
            series = self.get(name, emulator.label)
            if emulator.counts_instructions and series and not series.error and series.instructions:
                return statistics.median(series.instructions)
        return None

    def mips(self, name, label, field="wall"):
        """Millions of guest instructions in a second, without what the empty program takes."""
        time, empty = (median_of(self.get(n, label), field) for n in (name, measure.EMPTY))
        count = self.instructions(name)
        if time is None or empty is None or count is None or time <= empty:
            return None
        return count / 1e6 / (time - empty)

    def times(self, name, label, base, field="wall"):
        return ratio(self.get(name, label), self.get(name, base), field)

    def wrong(self):
        """A line for each thing that did not go as it should."""
        lines = []
        for program in self.programs:
            series = {e: self.get(program.name, e.label) for e in self.emulators}
            lines += [f"{program.name}: {e.label}: {s.error}" for e, s in series.items() if s.error]
            good = {e: s for e, s in series.items() if not s.error}
            lines += differences(program, "checksum",
                                 {e.label: s.checksum for e, s in good.items()})
            if program.harts == 1:  # with more, how long they wait for each other differs
                lines += differences(program, "instructions",
                                     {e.label: sorted(set(s.instructions))
                                      for e, s in good.items() if e.counts_instructions})
        return lines


def differences(program, what, values):
    if len(set(map(str, values.values()))) <= 1:
        return []
    return [f"{program.name}: {what} differ: " + ", ".join(f"{k} {v}" for k, v in values.items())]


Aim = collections.namedtuple("Aim", "what bound value by_cpu format reached")

# What follows from two programs: in words, bound, the fast one, the slow one, and how many times the
# work and how many times the processors the fast one has. By processor time this is what it would be if
# each hart had a processor to itself.
BETWEEN = (
    ("paging-u, of the speed of paging-m", 0.85, "paging-u", "paging-m", 1, 1),
    ("page-shared, of the speed of page-own", 0.9, "page-shared", "page-own", 1, 1),
    ("together, times alone", 1.9, "together", "alone", 2, 2),
)


def speed_aims(results, label):
    """The figures to reach that are ratios: (words, bound, what makes it for a field of Sample)."""
    integer = [p.name for p in measure.all_programs() if p.group == "integer"]

    def mean(field):
        ratios = [results.times(name, label, "spike", field) for name in integer]
        return geometric_mean([r.median for r in ratios]) if all(ratios) else None

    def over_spike(name):
        return lambda field: getattr(results.times(name, label, "spike", field), "median", None)

    def between(fast, slow, work, processors):
        def value(field):
            found = ratio(results.get(fast, label), results.get(slow, label), field)
            return found and found.median * work * (processors if field == "cpu" else 1)
        return value

    yield "integer programs, geometric mean, times Spike", 3.2, mean
    for name, bound in (("mix", 3.5), ("matmul", 5), ("nbody", 5)):
        yield f"{name}, times Spike", bound, over_spike(name)
    for what, bound, *programs in BETWEEN:
        yield what, bound, between(*programs)


def aims(results, label):
    """The figures to reach, as far as they were measured, for the emulator of this label."""
    found = []
    for what, bound, value_by in speed_aims(results, label):
        value, by_cpu = value_by("wall"), value_by("cpu")
        if value is not None:
            found.append(Aim(what, f"at least {bound}", value, by_cpu, "{:.2f}", value >= bound))
    empty = results.get(measure.EMPTY, label)
    wall, cpu, memory = median_of(empty, "wall"), median_of(empty, "cpu"), results.memory.get(label)
    if wall is not None:
        found.append(Aim("empty, ms", "at most 5", wall * 1e3, cpu * 1e3, "{:.1f}", wall <= 5e-3))
    if memory is not None:
        mib = memory / (1 << 20)
        found.append(Aim("empty, MiB", "at most 8", mib, None, "{:.1f}", mib <= 8))
    return found
