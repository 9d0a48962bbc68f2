/*
 * The six CSR instructions: old value, new value, x0 as source and destination, source and
 * destination the same, back to back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "check.inc"

        .text
        .globl  main
main:   csrr    s11, mscratch           /* the trap handler's: back before each check */
        li      s0, 0x0123456789abcdef

        csrw    mscratch, s0
        csrrw   a1, mscratch, zero
        csrr    a2, mscratch
        li      a3, 0xff00ff00ff00ff00
        csrrw   a4, mscratch, a3
        csrrs   a5, mscratch, s0
        csrr    a6, mscratch
        csrrc   a7, mscratch, s0
        csrr    s1, mscratch
        csrw    mscratch, s11
        check_reg 1, a1, 0x0123456789abcdef
        check_reg 2, a2, 0
        check_reg 3, a4, 0
        check_reg 4, a5, 0xff00ff00ff00ff00
        check_reg 5, a6, 0xff23ff67ffabffef
        check_reg 6, a7, 0xff23ff67ffabffef
        check_reg 7, s1, 0xfe00ba0076003200

        csrw    mscratch, s0            /* immediates: zero-extended, five bits */
        csrrwi  a1, mscratch, 31
        csrrsi  a2, mscratch, 0
        csrrsi  a3, mscratch, 8
        csrrci  a4, mscratch, 3
        csrrci  a5, mscratch, 0
        csrrwi  a6, mscratch, 0
        csrr    a7, mscratch
        csrw    mscratch, s11
        check_reg 8, a1, 0x0123456789abcdef
        check_reg 9, a2, 31
        check_reg 10, a3, 31
        check_reg 11, a4, 31
        check_reg 12, a5, 28
        check_reg 13, a6, 28
        check_reg 14, a7, 0

        csrw    mscratch, s0            /* the same register: it ends with the old value */
        li      a1, 5
        csrrw   a1, mscratch, a1
        li      a2, 10
        csrrs   a2, mscratch, a2
        li      a3, 1
        csrrc   a3, mscratch, a3
        csrr    a4, mscratch
        csrw    mscratch, s11
        check_reg 15, a1, 0x0123456789abcdef
        check_reg 16, a2, 5
        check_reg 17, a3, 15
        check_reg 18, a4, 14

        csrw    mscratch, s0            /* to x0: written all the same */
        csrrw   zero, mscratch, a4
        csrrs   zero, mscratch, s0
        csrr    a1, mscratch
        csrrc   zero, mscratch, a1
        csrrsi  zero, mscratch, 6
        csrr    a2, mscratch
        csrw    mscratch, s11
        check_reg 19, a1, 0x0123456789abcdef
        check_reg 20, a2, 6
        addi    a0, zero, 0
        check_reg 21, a0, 0

        csrrw   a1, mscratch, s0        /* swapped there and back */
        csrrw   a1, mscratch, a1
        csrrw   a1, mscratch, a1
        csrrw   a1, mscratch, a1
        csrr    a2, mscratch
        csrw    mscratch, s11
        check_reg 22, a1, 0x0123456789abcdef
        sub     a2, a2, s11
        check_reg 23, a2, 0
        li      a0, 0
        ret
