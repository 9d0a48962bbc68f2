/*
 * tohost written by two 32-bit stores, the lower first, again and again: as programs that also run
 * on RV32 end. run.py expects status 5.
 *
 * SPDX-License-Identifier: MIT
 */
        .text
        .globl  main
main:   lla     t0, tohost
        li      t1, 5 << 1 | 1
1:      sw      t1, 0(t0)
        sw      zero, 4(t0)
        j       1b
