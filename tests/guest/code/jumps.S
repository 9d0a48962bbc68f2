/*
 * Jumps and what they leave in the link register; auipc; far branches; loops of jumps that a
 * decoder could take for endless straight code.
 *
 * SPDX-License-Identifier: MIT
 */
#include "check.inc"

        .option norvc
        .text
        .globl  main
        .balign 4
main:   mv      s10, ra

        jal     a0, 1f                  /* forward */
0:      li      a0, 1
1:      check_addr 1, a0, 0b

        j       2f                      /* backward */
1:      j       3f
2:      jal     a0, 1b
0:      nop
3:      check_addr 2, a0, 0b

        lla     a1, 1f                  /* indirect, with both extremes of the offset */
        addi    a1, a1, -2047
        jalr    a0, 2047(a1)
0:      nop
1:      check_addr 3, a0, 0b
        lla     a1, 1f
        li      a2, 2048
        add     a1, a1, a2
        jalr    a0, -2048(a1)
0:      nop
1:      check_addr 4, a0, 0b

        lla     a0, 1f                  /* link and base in one register: the base is read first */
        jalr    a0, 0(a0)
0:      nop
1:      check_addr 5, a0, 0b

        lla     a0, 1f + 1              /* the lowest bit of the target is dropped */
        jalr    zero, 0(a0)
        check_reg 6, zero, 1
1:      lla     a0, 1f
        jalr    zero, 1(a0)
        check_reg 7, zero, 1
1:
        auipc   a0, 0
0:      auipc   a1, 0
        sub     a1, a1, a0
        check_reg 8, a1, 4
        addi    a0, a0, 4
        check_addr 9, a0, 0b
1:      auipc   a0, 0xfffff
        auipc   a1, 0x7ffff
        sub     a1, a1, a0
        li      a2, 0x7ffff000 + 0x1000 + 4
        sub     a1, a1, a2
        check_reg 10, a1, 0
        auipc   zero, 1
        check_reg 11, zero, 0

        .option rvc                     /* the compressed ones link two bytes on */
        lla     a1, 1f
        li      ra, 0
        c.jalr  a1
0:      c.nop
1:      mv      a0, ra
        check_addr 12, a0, 0b
        c.j     1f
        c.li    a0, 1
1:      lla     a1, 1f
        c.jr    a1
        c.li    a0, 2
1:      lla     ra, 1f                  /* c.jalr through the register that it writes */
        c.jalr  ra
0:      c.nop
1:      mv      a0, ra
        check_addr 13, a0, 0b
        .option norvc

        li      a0, 0                   /* branches over four kilobytes, both ways */
        beqz    zero, far_forward
back_again:
        addi    a0, a0, 1
        j       near
        .space  4076
far_forward:
        addi    a0, a0, 2
        bnez    a0, back_again
near:   check_reg 14, a0, 3

        li      a0, 0                   /* jal over half a megabyte each way */
        jal     a1, very_far
0:      check_reg 15, a0, 1
        check_addr 16, a1, 0b
        j       chain
        .space  0x80000
very_far:
        li      a0, 1
        jal     zero, 0b

chain:  li      a0, 1000                /* jumps to jumps, around and around */
        j       2f
1:      j       3f
2:      addi    a0, a0, -1
        bnez    a0, 1b
        j       4f
3:      j       2b
4:      check_reg 17, a0, 0

        li      a0, 0                   /* into the middle of an instruction */
        lla     a1, hidden + 2
        jalr    ra, 0(a1)
        check_reg 18, a0, 21
        lla     a1, hidden
        jalr    ra, 0(a1)
        check_reg 19, a0, 0x45550000

        li      a0, 0
        mv      ra, s10
        ret

        .balign 4
hidden: .2byte  0x0537                  /* lui a0, ... with c.li a0, 21 as its upper half */
        .2byte  0x4555
        ret
