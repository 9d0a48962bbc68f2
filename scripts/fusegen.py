#!/usr/bin/env python3
"""Make the interpreter's fused pairs: handlers in several sources, so that they compile in parallel, and a table.

Reads target-riscv/interp/fuse.def and the list of instructions that insngen.py made; writes into --output
pairs-0.c ... pairs-(N-1).c and pairs-table.c. What a pair's handler looks like is in target-riscv/interp/pairs.h.

SPDX-License-Identifier: MIT
"""

import argparse
import os
import re
import sys


def fail(where, message):
    sys.exit('%s: %s' % (where, message))


class Insn:
    """An instruction: how it ends (PLAIN, BRANCH, ...) and which of rd, rs1, rs2 are integer registers."""

    def __init__(self, ending, registers):
        self.ending = ending
        self.registers = registers


def read_insns(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    body = re.search(r'#define RISCV_INSN_LIST\(X\)(.*?)\n\n', text, flags=re.S).group(1)
    return {name: Insn(ending, registers.split())
            for name, ending, registers in re.findall(r'X\((\w+), (\w+)\) /\* ([^*]*)\*/', body)}


class Fuse:
    """fuse.def: pairs in order, each once, and which instructions have which register known to be x0."""

    def __init__(self, path, insns):
        self.path, self.insns = path, insns
        self.classes, self.pairs, self.zero = {}, {}, {'rs1': set(), 'rs2': set()}
        with open(path, encoding='utf-8') as file:
            for number, line in enumerate(file, 1):
                self.where = '%s:%d' % (path, number)
                words = line.split('#')[0].split()
                if words:
                    self.read(words, line)

    def read(self, words, line):
        if words[0] == 'class' and len(words) > 2:
            self.classes.setdefault(words[1], []).extend(self.insn(name) for name in words[2:])
        elif words[0] == 'zero' and len(words) > 2 and words[1] in self.zero:
            self.zero[words[1]].update(self.insn(name, words[1]) for name in words[2:])
        elif words[0] == 'pairs' and len(words) == 4 and words[2] == 'x':
            self.read_pairs(words[1], words[3])
        else:
            fail(self.where, 'cannot read "%s"' % line.strip())

    def insn(self, name, register=None):
        if name not in self.insns or self.insns[name].ending == 'END':
            fail(self.where, '"%s" is %s' % (name, 'no instruction' if name not in self.insns else
                                             'the end of a block and cannot be fused'))
        if register and register not in self.insns[name].registers:
            fail(self.where, '"%s" has no integer register %s' % (name, register))
        return name

    def read_pairs(self, first_class, second_class):
        for name in (first_class, second_class):
            if name not in self.classes:
                fail(self.where, 'there is no class "%s"' % name)
        for first in self.classes[first_class]:
            if self.insns[first].ending not in ('PLAIN', 'BRANCH'):
                fail(self.where, '"%s" never goes straight on and cannot be first' % first)
            self.pairs.update(dict.fromkeys((first, second) for second in self.classes[second_class]))

    def sources(self, name, after_result):
        """RISCVSource of the handlers for `name`; after_result: the one before may write an integer register."""
        registers = self.insns[name].registers
        found = ['regs']
        found += [register for register in ('rs1', 'rs2') if after_result and register in registers]
        found += ['zero' + register[2] for register in ('rs1', 'rs2') if name in self.zero[register]]
        if 'rs1' in found and 'zero2' in found and self.insns[name].ending == 'BRANCH':
            found.append('rs1_zero2')
        return found

    def handlers(self):
        """(first, its source, second, its source) for each handler."""
        for first, second in self.pairs:
            for source1 in self.sources(first, True):
                for source2 in self.sources(second, 'rd' in self.insns[first].registers):
                    yield first, source1, second, source2


def source(handlers, insns):
    lines = ['#include "target-riscv/interp/pairs.h"', '']
    lines += ['PAIR(%s, %s, %s, %s, %s, %s)' %
              ((insns[handler[0]].ending, insns[handler[2]].ending) + handler) for handler in handlers]
    return '\n'.join(lines) + '\n'


def index_table(name, group):
    if len(group) > 255:
        fail('fuse.def', '%d variants do not fit %s' % (len(group), name))
    return (['', 'const uint8_t %s[RISCV_INSN_COUNT][RISCV_SOURCE_COUNT] = {' % name] +
            ['    [RISCV_INSN_%s][RISCV_SOURCE_%s] = %d,' % (insn, operands, i)
             for i, (insn, operands) in enumerate(group, 1)] + ['};'])


def table(handlers):
    """What interp.h declares under "tables of pairs"."""
    firsts = list(dict.fromkeys((a, source1) for a, source1, b, source2 in handlers))
    seconds = list(dict.fromkeys((b, source2) for a, source1, b, source2 in handlers))
    lines = ['#include "target-riscv/interp/interp.h"', '']
    lines += ['RISCVHandler riscv_pair_%s_%s_%s_%s;' % handler for handler in handlers]
    lines += index_table('riscv_pair_first', firsts) + index_table('riscv_pair_second', seconds)
    lines += ['', 'const unsigned riscv_pair_seconds = %d;' % (len(seconds) + 1),
              'RISCVHandler *const riscv_pairs[] = {']
    row, column = ({item: i for i, item in enumerate(group, 1)} for group in (firsts, seconds))
    lines += ['    [%d * %d + %d] = riscv_pair_%s_%s_%s_%s,' %
              (row[a, source1], len(seconds) + 1, column[b, source2], a, source1, b, source2)
              for a, source1, b, source2 in handlers]
    lines += ['    [%d] = NULL,' % ((len(firsts) + 1) * (len(seconds) + 1) - 1)]
    return '\n'.join(lines + ['};', ''])


def write(folder, name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description='Make the fused pairs of the interpreter.')
    parser.add_argument('--list', required=True, metavar='FILE', help='insn-list.h')
    parser.add_argument('--output', required=True, metavar='DIR')
    parser.add_argument('--sources', type=int, required=True, metavar='N', help='number of sources to make')
    parser.add_argument('--every', type=int, default=1, metavar='N', help='make only every Nth handler')
    parser.add_argument('def_file', metavar='FILE', help='fuse.def')
    args = parser.parse_args()

    insns = read_insns(args.list)
    handlers = list(Fuse(args.def_file, insns).handlers())[::args.every]
    for i in range(args.sources):
        write(args.output, 'pairs-%d.c' % i, source(handlers[i::args.sources], insns))
    write(args.output, 'pairs-table.c', table(handlers))


if __name__ == '__main__':
    main()
