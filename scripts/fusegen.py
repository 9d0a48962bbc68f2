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


def read_pairs(path, insns):
    """Pairs in order, each once."""
    classes, pairs = {}, {}
    with open(path, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            where = '%s:%d' % (path, number)
            words = line.split('#')[0].split()
            if not words:
                continue
            if words[0] == 'class' and len(words) > 2:
                for name in words[2:]:
                    if name not in insns or insns[name].ending == 'END':
                        fail(where, '"%s" is %s' % (name, 'no instruction' if name not in insns else
                                                    'the end of a block and cannot be fused'))
                classes.setdefault(words[1], []).extend(words[2:])
            elif words[0] == 'pairs' and len(words) == 4 and words[2] == 'x':
                for name in (words[1], words[3]):
                    if name not in classes:
                        fail(where, 'there is no class "%s"' % name)
                for first in classes[words[1]]:
                    if insns[first].ending not in ('PLAIN', 'BRANCH'):
                        fail(where, '"%s" never goes straight on and cannot be first' % first)
                    pairs.update(dict.fromkeys((first, second) for second in classes[words[3]]))
            else:
                fail(where, 'cannot read "%s"' % line.strip())
    return list(pairs)


def variants(pairs, insns):
    """(first, second, what is handed over) for each handler."""
    for first, second in pairs:
        yield first, second, 'none'
        for register in ('rs1', 'rs2'):
            if 'rd' in insns[first].registers and register in insns[second].registers:
                yield first, second, register


def source(handlers, insns):
    lines = ['#include "target-riscv/interp/pairs.h"', '']
    lines += ['PAIR(%s, %s, %s, %s, %s)' % (insns[a].ending, insns[b].ending, forward, a, b)
              for a, b, forward in handlers]
    return '\n'.join(lines) + '\n'


def table(handlers):
    firsts = list(dict.fromkeys(a for a, b, forward in handlers))
    seconds = list(dict.fromkeys(b for a, b, forward in handlers))
    lines = ['#include "target-riscv/interp/interp.h"', '']
    lines += ['RISCVHandler riscv_pair_%s_%s_%s;' % handler for handler in handlers]
    for name, group in (('first', firsts), ('second', seconds)):
        lines += ['', '/* Place of an instruction in the table as %s of a pair, counted from 1; 0: never. */' % name,
                  'static const uint8_t %s_index[RISCV_INSN_COUNT] = {' % name]
        lines += ['    [RISCV_INSN_%s] = %d,' % (insn, i + 1) for i, insn in enumerate(group)] + ['};']
    lines += ['', 'static RISCVHandler *const pairs[3][%d][%d] = {' % (len(firsts) + 1, len(seconds) + 1)]
    lines += ['    [RISCV_FORWARD_%s][%d][%d] = riscv_pair_%s_%s_%s,' %
              (forward.upper(), firsts.index(a) + 1, seconds.index(b) + 1, a, b, forward)
              for a, b, forward in handlers] + ['};']
    lines += ['', 'RISCVHandler *riscv_pair_handler(unsigned first, unsigned second, RISCVForward forward)', '{',
              '    return pairs[forward][first_index[first]][second_index[second]];', '}']
    return '\n'.join(lines) + '\n'


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
    handlers = list(variants(read_pairs(args.def_file, insns), insns))[::args.every]
    for i in range(args.sources):
        write(args.output, 'pairs-%d.c' % i, source(handlers[i::args.sources], insns))
    write(args.output, 'pairs-table.c', table(handlers))


if __name__ == '__main__':
    main()
