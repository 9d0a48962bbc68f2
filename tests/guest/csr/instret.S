/*
 * minstret counts every instruction that retires and none that traps, whatever lies between two
 * readings. A reading gives the count before itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "check.inc"

        .macro  begin
        csrr    s1, minstret
        .endm

        /* `count` instructions since begin, not counting its own. */
        .macro  retired number, count
        csrr    s2, minstret
        sub     s2, s2, s1
        addi    s2, s2, -1
        check_reg \number, s2, \count
        .endm

        .text
        .balign 4
skip:   csrr    s3, mepc                /* trap handler: 5 instructions; skips one */
        addi    s3, s3, 4
        csrw    mepc, s3
        nop
        mret

        .globl  main
main:   csrr    s11, mtvec
        mv      s10, ra
        lla     s9, word

        begin
        retired 1, 0
        begin
        nop
        retired 2, 1
        begin
        .rept   500                     /* longer than any block of an emulator */
        addi    s3, s3, 1
        .endr
        retired 3, 500

        begin
        c.li    s3, 3
        c.mv    a5, s3
        addi    a5, a5, 1
        lui     s4, 7
        retired 4, 4

        begin                           /* branches taken and not, jumps, calls */
        beqz    zero, 1f
        nop
1:      bnez    zero, 1f
        j       1f
        nop
1:      jal     ra, 2f
        j       3f
2:      ret
3:      retired 5, 6

        li      s3, 1000                /* a loop */
        begin
1:      addi    s3, s3, -1
        bnez    s3, 1b
        retired 6, 2000

        li      s3, 300                 /* loops inside one another, with memory */
        begin
1:      li      s4, 5
2:      sd      s4, 0(s9)
        ld      s5, 0(s9)
        addi    s4, s4, -1
        bnez    s4, 2b
        addi    s3, s3, -1
        bnez    s3, 1b
        retired 7, 300 * (1 + 5 * 4 + 2)

        begin
        amoadd.d s3, s4, (s9)
        lr.w    s3, (s9)
        sc.w    s3, s4, (s9)
        fence
        fence.i
        csrr    s3, mstatus
        csrw    mstatus, s3
        sfence.vma
        mul     s3, s3, s3
        div     s3, s3, s4
        retired 8, 10

        begin
        fmv.d.x fa0, s4
        fadd.d  fa0, fa0, fa0
        fsqrt.d fa1, fa0
        fsd     fa1, 0(s9)
        frflags s3
        retired 9, 5

        lla     t0, skip                /* an exception retires nothing: only its handler does */
        csrw    mtvec, t0
        begin
        ecall
        retired 10, 5
        begin
        .option push
        .option norvc
        nop
        ebreak
        nop
        .4byte  0xffffffff
        .option pop
        retired 11, 2 * 5 + 2
        li      s4, 0x40000000          /* nothing is there */
        .option push
        .option norvc
        begin
        ld      s5, 8(s4)
        addi    s5, s5, 1
        sd      s5, 8(s4)
        amoadd.d s5, s5, (s4)
        retired 12, 3 * 5 + 1
        .option pop
        csrw    mtvec, s11

        /* What is written is what the next instruction reads; the write itself is not counted. */
        csrr    s8, minstret
        li      s3, 0x1234
        csrw    minstret, s3
        csrr    s4, minstret
        csrr    s5, minstret
        check_reg 13, s4, 0x1234
        check_reg 14, s5, 0x1235
        li      s3, -1
        csrw    minstret, s3
        nop
        csrr    s4, minstret
        csrrw   s5, minstret, s8
        csrr    s6, minstret
        check_reg 15, s4, 0
        check_reg 16, s5, 1
        sub     s6, s6, s8
        check_reg 17, s6, 0
        csrw    minstret, s3            /* bits set and cleared count as writes */
        csrs    minstret, zero          /* ... but this one does not */
        csrr    s4, minstret
        check_reg 18, s4, 0
        csrwi   minstret, 8
        csrrsi  s4, minstret, 1
        csrr    s5, minstret
        check_reg 19, s4, 8
        check_reg 20, s5, 9

        /* The user's view is the same counter. */
        csrr    s4, minstret
        csrr    s5, instret
        sub     s5, s5, s4
        check_reg 21, s5, 1

        /* Stopped, and going on from where it stopped. */
        li      s3, 100
        csrw    minstret, s3
        csrsi   mcountinhibit, 4
        csrr    s4, minstret
        nop
        nop
        csrr    s5, minstret
        sub     s6, s5, s4
        check_reg 22, s6, 0
        li      s3, 50
        csrw    minstret, s3            /* can be written while it stands still */
        nop
        csrr    s4, minstret
        check_reg 23, s4, 50
        li      s3, 1000                /* across many blocks */
1:      addi    s3, s3, -1
        bnez    s3, 1b
        csrr    s4, minstret
        check_reg 24, s4, 50
        csrci   mcountinhibit, 4
        csrr    s4, minstret
        nop
        nop
        csrr    s5, minstret
        sub     s4, s5, s4
        check_reg 25, s4, 3
        sltiu   s5, s5, 56              /* 50, and the few that ran since */
        check_reg 26, s5, 1

        mv      ra, s10
        li      a0, 0
        ret

        .bss
        .balign 8
word:   .dword  0
