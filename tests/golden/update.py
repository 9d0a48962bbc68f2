#!/usr/bin/env python3
"""Makes the golden disassembly (*.txt) from own assembly (*.s) with GNU binutils.

Belongs here: running assembler and disassembler and writing down what they said. It is run by hand
when assembly is added, never by the build or by the tests: what they compare with is checked in.

    update.py [--prefix riscv64-unknown-elf-] [FILE.s ...]

binutils 2.44 or later is wanted: older ones print some immediate forms under the name of the
register form.

SPDX-License-Identifier: MIT
"""

import argparse
import pathlib
import re
import subprocess
import tempfile

MARCH = ('rv64imafdc_zicsr_zifencei_zicond_zicbom_zicbop_zicboz_zihintpause_zba_zbb_zbc_zbs_zawrs'
         '_zfa_zfh_zbkb_zbkc_zbkx_zk_zks_zihintntl_zicfilp_zicfiss_zimop_zcmop_zcb_zacas_zabha_svinval')
START = 0x80000000


def disassemble(prefix, path, options):
    """(address, word, text) of each instruction."""
    command = [prefix + 'objdump', '-d', '--adjust-vma=%#x' % START] + options + [path]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        match = re.match(r'\s*([0-9a-f]+):\t([0-9a-f]+)\s+\t(.*)', line)
        if match:
            text = re.sub(r'\s*#.*', '', match.group(3)).strip()
            text = re.sub(r'\b([0-9a-f]+) <[^>]*>', r'0x\1', text)
            yield int(match.group(1), 16), match.group(2), text.replace('\t', ' ')


def update(prefix, source):
    with tempfile.TemporaryDirectory() as folder:
        path = folder + '/object'
        subprocess.run([prefix + 'as', '-march=' + MARCH, '-o', path, source], check=True)
        default = list(disassemble(prefix, path, []))
        plain = list(disassemble(prefix, path, ['-M', 'no-aliases']))
    version = subprocess.run([prefix + 'objdump', '--version'], check=True, capture_output=True,
                             text=True).stdout.splitlines()[0]
    lines = ['# Made by update.py from %s with %s.' % (source.name, version),
             '# address word | as printed by default | without aliases']
    for (address, word, text), (_, _, without) in zip(default, plain):
        lines.append('%x %s | %s | %s' % (address, word, text, without))
    source.with_suffix('.txt').write_text('\n'.join(lines) + '\n', encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description='Make golden disassembly from assembly.')
    parser.add_argument('--prefix', default='riscv64-unknown-elf-', help='of the binutils programs')
    parser.add_argument('sources', nargs='*', type=pathlib.Path)
    args = parser.parse_args()
    for source in args.sources or sorted(pathlib.Path(__file__).parent.glob('*.s')):
        update(args.prefix, source)


if __name__ == '__main__':
    main()
