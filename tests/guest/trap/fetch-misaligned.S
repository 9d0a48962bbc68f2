/*
 * Misaligned fetch: with compressed instructions turned off in misa, a jump or a taken branch to an
 * address that is not a multiple of four traps at the jump, before it writes its link register; a
 * branch that is not taken does not. mepc reads with bit 1 clear. misa.C cannot be cleared where it
 * would misalign pc.
 *
 * SPDX-License-Identifier: MIT
 */
#include "check.inc"

#define MISA_C 4

        .option norvc
        .option norelax
        .text

/* mcause, mepc, mtval to s1, s2, s3; continue at s4. */
        .balign 4
handler:
        csrr    s1, mcause
        csrr    s2, mepc
        csrr    s3, mtval
        csrw    mepc, s4
        mret

/* The jump at \jump to \target traps at the jump. */
        .macro  check_misaligned number, jump, target
        check_reg \number, s1, 0
        check_addr \number, s2, \jump
        check_addr \number, s3, \target
        .endm

        .macro  expect resume
        li      s1, -1
        lla     s4, \resume
        .endm

        .globl  main
        .balign 4
main:   csrr    s11, mtvec
        mv      s10, ra
        lla     t0, handler
        csrw    mtvec, t0

        /* In this place the next instruction is at 2 modulo 4: C stays on. */
        j       odd
        .balign 4
        .option rvc
        c.nop
        .option norvc
odd:    csrci   misa, MISA_C
        .option rvc
        c.nop
        .option norvc
        csrr    t0, misa
        andi    t0, t0, MISA_C
        check_reg 1, t0, MISA_C

        .balign 4
        csrci   misa, MISA_C
        csrr    t0, misa
        andi    t0, t0, MISA_C
        check_reg 2, t0, 0

        expect  2f
        li      t1, 77
1:      jal     t1, target
2:      check_misaligned 3, 1b, target
        check_reg 4, t1, 77

        expect  2f
        lla     t2, target
        li      t1, 77
1:      jalr    t1, 0(t2)
2:      check_misaligned 5, 1b, target
        check_reg 6, t1, 77

        expect  2f
        lla     t2, target
        mv      t1, t2
1:      jalr    t1, 0(t1)               /* link and base the same */
2:      check_misaligned 7, 1b, target
        sub     t1, t1, t2
        check_reg 8, t1, 0

        expect  2f
        lla     t2, aligned + 1         /* bit 0 is cleared before anything else looks */
        jalr    zero, 0(t2)
2:      check_reg 9, s1, -1             /* never: the code at `aligned` goes on below */

back:   expect  2f
        lla     t2, pair
1:      jalr    zero, 2(t2)
2:      check_misaligned 10, 1b, target

        li      a0, 1
        li      a1, 2
        .macro  check_branch number, op, ra, rb
        expect  2f
1:      \op     \ra, \rb, target
2:      check_misaligned \number, 1b, target
        .endm
        .macro  check_not_taken number, op, ra, rb
        expect  2f
        \op     \ra, \rb, target
2:      check_reg \number, s1, -1
        .endm
        check_branch 11, beq, a0, a0
        check_branch 12, bne, a0, a1
        check_branch 13, blt, a0, a1
        check_branch 14, bge, a1, a0
        check_branch 15, bltu, a0, a1
        check_branch 16, bgeu, a1, a0
        check_not_taken 17, beq, a0, a1
        check_not_taken 18, bne, a0, a0
        check_not_taken 19, blt, a1, a0
        check_not_taken 20, bge, a0, a1
        check_not_taken 21, bltu, a1, a0
        check_not_taken 22, bgeu, a0, a1

        /* A compressed instruction is illegal now. */
        expect  2f
1:      .2byte  0x0001, 0x0001
2:      check_reg 23, s1, 2
        check_addr 24, s2, 1b
        check_reg 25, s3, 1

        /* mepc and sepc: bit 1 is hidden while C is off, and there again when it is back. */
        li      t0, 0x1002
        csrw    mepc, t0
        csrr    t1, mepc
        check_reg 26, t1, 0x1000
        csrw    sepc, t0
        csrr    t1, sepc
        check_reg 27, t1, 0x1000
        csrsi   misa, MISA_C
        csrr    t1, mepc
        check_reg 28, t1, 0x1002
        csrci   misa, MISA_C

        /* mret with bit 1 of mepc set by hand goes to the multiple of four. */
        expect  2f
        lla     t0, 1f
        addi    t0, t0, 2
        csrw    mepc, t0
        li      t0, 3 << 11
        csrs    mstatus, t0
        mret
        .balign 4
1:      li      s1, 5
2:      check_reg 29, s1, 5

        csrsi   misa, MISA_C
        csrr    t0, misa
        andi    t0, t0, MISA_C
        check_reg 30, t0, MISA_C
        /* With C on the same jump is fine. */
        lla     t2, target
        jalr    t1, 0(t2)

        csrw    mtvec, s11
        mv      ra, s10
        li      a0, 0
        ret

        .balign 4
aligned:
        j       back
pair:   .2byte  1
target: jr      t1                      /* at 2 modulo 4 */
