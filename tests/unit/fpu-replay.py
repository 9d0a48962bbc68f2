#!/usr/bin/env python3
"""Runs vectors of test-fpu through test-fpu-replay where the oracle cannot be linked.

    fpu-replay.py DUMPER native REPLAYER        another host part of fpu.h on this machine
    fpu-replay.py DUMPER aarch64 SOURCE_ROOT    AArch64: cross-compiled, static, under qemu-user

Ends with 77 (skipped) and what to install where the second lacks its tools. FPU_SEED repeats a run.

SPDX-License-Identifier: MIT
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile

SOURCES = ('tests/unit/test-fpu-replay.c', 'tests/unit/fpu-harness.c', 'tests/unit/fpu-harness-slow.c',
           'target-riscv/fpu.c', 'target-riscv/fpu-exact.c')


def build_aarch64(root, folder):
    """The replayer, linked statically; returns how to run it. GLib's headers serve any 64-bit host."""
    compiler, emulator = 'aarch64-linux-gnu-gcc', 'qemu-aarch64'
    for tool, package in ((compiler, 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross'), (emulator, 'qemu-user')):
        if not shutil.which(tool):
            print('skipped: no %s; apt-get install %s' % (tool, package))
            sys.exit(77)
    glib = subprocess.run(['pkg-config', '--cflags', 'glib-2.0'], check=True, capture_output=True, text=True)
    program = os.path.join(folder, 'replay')
    subprocess.run([compiler, '-std=gnu11', '-O2', '-static', '-I' + root, '-I' + os.path.join(root, 'include')] +
                   glib.stdout.split() + [os.path.join(root, name) for name in SOURCES] + ['-o', program, '-lm'],
                   check=True)
    return [emulator, program]


def main():
    dumper, kind, where = sys.argv[1:]
    seed = os.environ.get('FPU_SEED') or str(random.randrange(1 << 32))
    print('FPU_SEED=%s' % seed, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        replayer = build_aarch64(where, folder) if kind == 'aarch64' else [where]
        vectors = os.path.join(folder, 'vectors')
        subprocess.run([dumper, '--dump', vectors, seed], check=True)
        sys.exit(subprocess.run(replayer + [vectors]).returncode)


if __name__ == '__main__':
    main()
