/*
 * Commands written to tohost by two 32-bit stores, the lower half first: characters whose lower
 * half alone would be an exit or a system call, with nothing or a while between the stores; and at
 * last an exit by the lower half alone, with nothing behind it. run.py expects status 5.
 *
 * SPDX-License-Identifier: MIT
 */
        .equ    PUT_CHAR, 0x01010000

        .macro  put, c, between
        li      t1, \c
        sw      t1, 0(t0)
        .rept   \between
        addi    t3, t3, 1
        .endr
        sw      t2, 4(t0)
        .endm

        .text
        .globl  main
main:   lla     t0, tohost
        li      t2, PUT_CHAR
        put     'A', 0
        put     'B', 0
        put     'C', 1
        put     'D', 40
        put     'E', 62
        put     'a', 63
        /* A jump between them, and a page's end. */
        li      t1, 'f'
        sw      t1, 0(t0)
        j       1f
        .balign 4096
        nop
1:      sw      t2, 4(t0)
        /* Two pages. */
        li      t1, 'g'
        j       2f
        .balign 4096
        .skip   4088
2:      nop
        sw      t1, 0(t0)
        sw      t2, 4(t0)
        /* The upper half first, and both at once. */
        li      t1, 'h'
        sw      t2, 4(t0)
        sw      t1, 0(t0)
        slli    t3, t2, 32
        addi    t3, t3, 'i'
        sd      t3, 0(t0)
        /* A lower half that is taken away again. */
        li      t1, 7
        sw      t1, 0(t0)
        sw      zero, 0(t0)
        .rept   200
        nop
        .endr
        li      t1, '\n'
        sw      t1, 0(t0)
        sw      t2, 4(t0)
        li      t1, 5 << 1 | 1
        sw      t1, 0(t0)
        j       .
