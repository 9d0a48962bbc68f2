/*
 * Start of a C program: by itself on the machine, where hart 0 gets a stack and goes on in
 * start_c() and the others sleep, or (PK) as a process of riscv-pk.
 *
 * SPDX-License-Identifier: MIT
 */
        .section .text.start, "ax"
        .globl  _start
_start:
#ifndef PK
        csrr    t0, mhartid
        bnez    t0, 1f
        la      sp, __stack
        li      t0, 1 << 13             /* mstatus.FS: floating point is on */
        csrs    mstatus, t0
#endif
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        la      tp, __tls_base
        mv      a0, sp
        j       start_c
#ifndef PK
1:      wfi
        j       1b

        .section .htif, "aw", @progbits
        .balign 64
        .globl  tohost, fromhost
tohost: .dword  0
        .balign 64
fromhost:
        .dword  0
#endif
