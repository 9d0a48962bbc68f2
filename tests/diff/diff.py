#!/usr/bin/env python3
"""The differential tester: random programs, run by every mode of the engine and by other emulators.

    diff.py --harness ELF [--seeds FIRST:COUNT] [--size N] [--passes N] [--time SECONDS] RVEMU

SPIKE= and QEMU= in the environment name others to compare with; with --find, those on the path are taken
where they do not. A seed always makes the same program
from the same instruction table, extensions and --size. Where two disagree, the program is cut down to the
fewest instructions with which they still do, and these are shown.

Belongs here: running, comparing, shrinking. Does not belong here: what is run (stream.py), what may
differ (policy.py, known.txt).

Exit status: 0 no difference, 1 some, 77 nothing to compare.

SPDX-License-Identifier: MIT
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import policy
import stream

TIMEOUT = 30  # seconds for a run, which takes a fraction of one
PROGRAMS = {'SPIKE': 'spike', 'QEMU': 'qemu-system-riscv64'}

MODES = {
    'rvemu': [],
    'fuse=off': ['-accel', 'interp,fuse=off'],
    'max-insns=1': ['-accel', 'interp,max-insns=1'],
    'fuse=off,max-insns=1': ['-accel', 'interp,fuse=off,max-insns=1'],
    'thread=single': ['-accel', 'interp,thread=single'],
    'icount': ['-icount', '0'],
}

# What has no name in another emulator's list of extensions: it cannot be off there, or comes with another
# name, or says something about a whole platform.
BASE = set('i s u svbare sv39 sv48 sv57 ziccamoa ziccif ziccrse ziccid zic64b zkt za64rs za128rs '
           'zihintntl zihintpause zicsr zifencei zk zkn zks zicclsm ssccptr sscounterenw ssstateen '
           'sstvala sstvecd ssu64xl supm svvptc zmmul'.split())


class State:
    """What a program left: named values, and the log of its traps."""

    def __init__(self, words):
        names = ['x%d' % n for n in range(32)] + ['f%d' % n for n in range(32)] + ['fcsr']
        names += ['registers after pass %d' % n for n in range(8)]
        names += ['memory', 'page tables', 'trap log', 'traps', 'lost', 'instret', 'events']
        self.log = [words[at:at + 4] for at in range(0, len(words) - len(names), 4)]
        self.values = dict(zip(names, words[-len(names):]))
        self.log = self.log[:self.values['traps']]

    def differences(self, other, ignored):
        return [name for name in self.values
                if name not in ignored and self.values[name] != other.values[name]]


class Emulator:
    """A command that runs a program, and how its state is read."""

    ignored = ('events',) # what a number of one means is up to the implementation
    printed = False

    def __init__(self, name):
        self.name = name

    def command(self, elf, signature):
        raise NotImplementedError

    def run(self, program, folder, kept=None, passes=None):
        """The State, or how it failed."""
        elf = os.path.join(folder, 'program-%x' % id(self))
        with open(elf, 'wb') as file:
            file.write(program.image(kept, self.printed, passes))
        command = self.command(elf, elf + '.sig')
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False,
                                  timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return 'no end after %d s' % TIMEOUT
        if done.returncode:
            return 'status %d: %s' % (done.returncode, done.stderr.decode(errors='replace')[-300:])
        return self.read(done.stdout, elf + '.sig')

    def read(self, output, signature):
        with open(signature, encoding='ascii') as file:
            return State([int(line, 16) for line in file])


class Rvemu(Emulator):
    ignored = ()

    def __init__(self, name, path, cpu, options):
        super().__init__(name)
        self.path, self.cpu, self.options = path, cpu, options

    def command(self, elf, signature):
        machine = 'spike,signature=%s,signature-granularity=8' % signature
        return [self.path, '-M', machine, '-m', '128M', '-cpu', self.cpu, *self.options, '-kernel', elf]


class Spike(Emulator):
    """Knows extensions by --isa; says which one it does not know."""

    def __init__(self, path, extensions):
        super().__init__('Spike')
        self.path = path
        self.missing = set()
        while True:
            done = subprocess.run([path, '--isa=' + self.isa(extensions), '--dump-dts', '/dev/null'],
                                  capture_output=True, check=False)
            match = re.search(r"unsupported extension:? '?(\w+)", done.stderr.decode())
            if not match:
                break
            self.missing.add(match.group(1))
        self.extensions = extensions

    def isa(self, extensions):
        there = [name for name in extensions if name not in self.missing]
        letters = ''.join(c for c in 'mafdcb' if c in there)
        return 'rv64i' + ''.join(sorted(letters, key='mafdcb'.index)) + ''.join(
            '_' + name for name in there if len(name) > 1 and (name not in BASE or name == 'zicclsm'))

    def command(self, elf, signature):
        return [self.path, '-m128', '--isa=' + self.isa(self.extensions), '+signature=' + signature,
                '+signature-granularity=8', elf]


class Qemu(Emulator):
    """Knows extensions as properties; the state is printed, for not every version writes signatures."""

    ignored = ('events', 'instret') # counts what the host does, without -icount
    printed = True

    def __init__(self, path, extensions):
        super().__init__('QEMU')
        self.path, self.extensions = path, extensions
        self.missing = {'sstc'} # its machine spike has no time for a hart to compare with
        self.counters = ',pmu-mask=0xfffffff8'
        while True:
            done = subprocess.run([path, '-M', 'spike', '-cpu', self.cpu(), '-S', '-display', 'none',
                                   '-monitor', 'stdio', '-bios', 'none'],
                                  input=b'quit\n', capture_output=True, check=False)
            match = re.search(r"[Pp]roperty '[\w-]+\.([\w-]+)' not found", done.stderr.decode())
            if not match or match.group(1) in self.missing:
                break
            self.missing.add(match.group(1))
            if 'pmu-mask' in self.missing:
                self.counters = ''

    def cpu(self):
        off = [name for name in ('v', 'h') if name not in self.missing] + [
            name for name in ('sstc', 'c') if name not in self.extensions or name in self.missing]
        return 'rv64' + self.counters + ''.join(',%s=off' % name for name in off) + ''.join(
            ',%s=on' % name for name in self.extensions if name not in BASE and name not in self.missing)

    def command(self, elf, signature):
        return [self.path, '-M', 'spike', '-m', '128M', '-cpu', self.cpu(), '-display', 'none',
                '-monitor', 'none', '-serial', 'stdio', '-bios', elf]

    def read(self, output, signature):
        text = output.decode('ascii', errors='replace').strip()
        if len(text) % 16 or not re.fullmatch('[0-9a-f]+', text):
            return 'no state: %r' % text[-80:]
        return State([int(text[at:at + 16], 16) for at in range(0, len(text), 16)])


def default_extensions(path):
    """Those that the CPU model max has."""
    done = subprocess.run([path, '-cpu', 'help'], capture_output=True, check=True, text=True)
    text = re.sub(r'\n {20,}', ' ', done.stdout)
    rows = re.findall(r'^  ([a-z][a-z0-9]*) .*?, version [0-9.]+ \(([^()]*)\)', text, re.M)
    assert rows, 'cannot read what -cpu help says'
    return [name for name, models in rows if 'max' in models]


def find_peers(find):
    """(class, path) of the other emulators that there are."""
    found = []
    for name, kind in (('SPIKE', Spike), ('QEMU', Qemu)):
        path = os.environ.get(name) or find and shutil.which(PROGRAMS[name])
        if not path:
            print('SKIP: no %s: not compared with it (%s=PROGRAM names one)' % (PROGRAMS[name], name))
        elif 'svade' in kind(path, ['svade']).missing:
            print('SKIP: %s is too old: it always updates A and D in page tables' % path)
        else:
            found.append((kind, path))
    return found


class Harts:
    """All that take part, set up alike, in one of the configurations."""

    def __init__(self, args, found, extensions, configuration):
        on, off, gone, self.share = configuration
        wanted = [name for name in extensions if name not in off + gone] + on
        self.peers = [kind(path, wanted) for kind, path in found]
        missing = set().union(*(peer.missing for peer in self.peers)) | set(args.off.split(',')) - {''}
        self.off = sorted(missing & set(wanted))
        self.extensions = [name for name in wanted if name not in missing]
        for peer in self.peers:
            peer.extensions = self.extensions
        without = off + [name for name in self.off if name not in on]
        cpu = 'max' + ''.join(',%s=off' % name for name in without)
        cpu += ''.join(',%s=on' % name for name in on if name not in missing)
        self.modes = [Rvemu(name, args.rvemu, cpu, options) for name, options in MODES.items()]
        if args.must_differ:
            self.peers = []
            self.modes[1:] = [Rvemu(args.must_differ, args.rvemu, cpu + ',' + args.must_differ, [])]
        self.others = self.modes[1:] + self.peers


class Comparison:
    """Programs, run and compared, and what was counted."""

    def __init__(self, args):
        self.args = args
        found, extensions = find_peers(args.find), default_extensions(args.rvemu)
        harts = [Harts(args, found, extensions, configuration) for configuration in policy.CONFIGURATIONS]
        self.off = harts[0].off
        self.harts = [one for one in harts for _ in range(one.share)] # by a seed's remainder
        self.instructions = {other.name: 0 for other in harts[0].others}
        self.traps = self.lost = 0
        self.longest = 0 # of the programs that differ, in units

    def program(self, seed, harts):
        return stream.Program(seed, harts.extensions, self.args.harness, self.args.size, self.args.passes,
                              [peer.name for peer in harts.peers])

    def run_seed(self, seed):
        """The reports of what differs."""
        harts = self.harts[seed % len(self.harts)]
        program = self.program(seed, harts)
        reports = []
        with tempfile.TemporaryDirectory(prefix='diff-') as folder:
            first = harts.modes[0].run(program, folder)
            if isinstance(first, State):
                self.traps += first.values['traps']
                self.lost += first.values['lost']
            else:
                reports.append('seed %d: rvemu: %s' % (seed, first))
            for other in harts.others:
                result = other.run(program, folder)
                names = compare(first, result, other)
                if names:
                    reports.append(self.report(program, harts.modes[0], other, names, folder))
                elif isinstance(first, State):
                    self.instructions[other.name] += first.values['instret']
        return reports

    def report(self, program, first, other, names, folder):
        """Cut the program down and say what is left."""
        def differs(kept, passes=None):
            results = [emulator.run(program, folder, kept, passes) for emulator in (first, other)]
            return compare(*results, other), results

        kept = set(range(len(program.units)))
        lines = ['seed %d: rvemu and %s differ in: %s' % (program.seed, other.name, ', '.join(names))]
        passes = None
        if self.args.shrink:
            kept, passes = shrink(kept, differs)
        self.longest = max(self.longest, len(kept))
        names, results = differs(kept, passes)
        if not names:
            return '\n'.join(lines + ['... but not when it is run again'])
        if len(kept) < 100:
            lines.append('with these instructions%s:' % (' in %d passes' % passes if passes else ''))
            lines.append(program.listing(kept))
        lines.append(', '.join('%s %s' % (name, value) for name, value in vars(program.setting).items()))
        lines.append('control ' + ' '.join('%x' % word for word in program.controls))
        lines += describe(results, names, other)
        return '\n'.join(lines)


def compare(first, second, other):
    """The names of what differs."""
    if isinstance(first, str) or isinstance(second, str):
        return [] if first == second else ['the end: %s; %s' % tuple(
            result if isinstance(result, str) else 'normal' for result in (first, second))]
    return first.differences(second, other.ignored)


def describe(results, names, other):
    """Values that differ, and the first trap that does."""
    if any(isinstance(result, str) for result in results):
        return names
    one, two = (result.values for result in results)
    lines = ['%-24s rvemu %016x, %s %016x' % (name, one[name], other.name, two[name]) for name in names]
    for number, (one, two) in enumerate(zip(results[0].log, results[1].log)):
        if one != two:
            lines.append('trap %d (cause, epc, tval, from): rvemu %s, %s %s' % (
                number, ' '.join('%x' % word for word in one),
                other.name, ' '.join('%x' % word for word in two)))
            break
    return lines


def shrink(kept, differs):
    """The shortest beginning that differs, then without what is not needed."""
    passes = 1 if differs(kept, 1)[0] else None
    low, high = 0, len(kept) # units [0, high) differ, [0, low) do not
    while high - low > 1:
        middle = (low + high) // 2
        if differs(set(range(middle)), passes)[0]:
            high = middle
        else:
            low = middle
    kept = list(range(high))
    size = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept):
            fewer = kept[:at] + kept[at + size:]
            if differs(set(fewer), passes)[0]:
                kept = fewer
            else:
                at += size
        if size == 1:
            return set(kept), passes
        size = max(1, size // 2)


def arguments():
    parser = argparse.ArgumentParser(description='Compare engine modes and emulators on random programs.')
    parser.add_argument('rvemu')
    parser.add_argument('--harness', required=True, help='the ELF made of harness.S')
    parser.add_argument('--seeds', default='1:20', metavar='FIRST:COUNT')
    parser.add_argument('--size', type=int, default=2500, help='instructions in a stream')
    parser.add_argument('--passes', type=int, default=4, help='how often it is run through, up to 8')
    parser.add_argument('--time', type=float, help='begin no program after so many seconds')
    parser.add_argument('--find', action='store_true', help='compare with what is on the path, too')
    parser.add_argument('--off', default='', metavar='EXT,...', help='extensions to leave out')
    parser.add_argument('--jobs', type=int, default=1)
    parser.add_argument('--must-differ', metavar='PROPERTY=VALUE',
                        help='test of the tester: compare with a hart that has this, and want a short report')
    parser.add_argument('--no-shrink', dest='shrink', action='store_false')
    return parser.parse_args()


def main():
    args = arguments()
    comparison = Comparison(args)
    if comparison.off:
        print('without, since not all have them: %s' % ' '.join(comparison.off))
    first, count = (int(text) for text in args.seeds.split(':'))
    begun, failed, done = time.monotonic(), 0, 0

    def one(seed):
        if args.time and time.monotonic() - begun > args.time:
            return None
        return comparison.run_seed(seed)

    with ThreadPoolExecutor(args.jobs) as pool:
        for reports in pool.map(one, range(first, first + count)):
            done += reports is not None
            for report in reports or []:
                failed += 1
                print(report, flush=True)
    print('%d programs (%d lost their way), %d differences; instructions compared: %s; traps: %d; %.1f s' % (
        done, comparison.lost, failed,
        ', '.join('%s %d' % item for item in comparison.instructions.items()),
        comparison.traps, time.monotonic() - begun))
    if args.must_differ:
        failed = failed != done or comparison.longest > 8
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
