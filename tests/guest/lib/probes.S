/*
 * Functions of one access each, during which a trap is expected (guest.h): the handler records it
 * and continues at the label that stands in struct hart.
 *
 * SPDX-License-Identifier: MIT
 */
#include "layout.h"

        .text
        .macro  expect label
        li      t0, NO_TRAP
        sd      t0, HART_CAUSE(tp)
        lla     t0, \label
        sd      t0, HART_RESUME(tp)
        .endm

        .macro  probe name, insn:vararg
        .globl  try_\name
try_\name:
        expect  1f
        .option push
        .option norvc
        \insn
        .option pop
1:      sd      zero, HART_RESUME(tp)
        ret
        .endm

        probe   lb, lb a0, 0(a0)
        probe   lbu, lbu a0, 0(a0)
        probe   lh, lh a0, 0(a0)
        probe   lhu, lhu a0, 0(a0)
        probe   lw, lw a0, 0(a0)
        probe   lwu, lwu a0, 0(a0)
        probe   ld, ld a0, 0(a0)
        probe   sb, sb a1, 0(a0)
        probe   sh, sh a1, 0(a0)
        probe   sw, sw a1, 0(a0)
        probe   sd, sd a1, 0(a0)
        probe   lr_w, lr.w a0, (a0)
        probe   lr_d, lr.d a0, (a0)
        probe   sc_w, sc.w a0, a1, (a0)
        probe   sc_d, sc.d a0, a1, (a0)
        probe   amoadd_w, amoadd.w a0, a1, (a0)
        probe   amoadd_d, amoadd.d a0, a1, (a0)

        .globl  try_call
try_call:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        mv      t1, a0
        mv      a0, a1
        expect  1f
        jalr    t1
1:      sd      zero, HART_RESUME(tp)
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

/*
 * MPRV = 1 and MPP = mode in t2 are in force for one instruction only. After a trap the handler has
 * cleared MPRV; t3 puts mstatus back as it was in both cases.
 */
        .macro  mprv mode, bits
        csrr    t3, mstatus
        li      t1, 3 << 11
        not     t1, t1
        and     t2, t3, t1
        slli    t1, \mode, 11
        or      t2, t2, t1
        li      t1, 1 << 17
        or      t2, t2, t1
        or      t2, t2, \bits
        .endm

        .globl  try_mprv_ld
try_mprv_ld:
        mprv    a1, a2
        expect  1f
        csrw    mstatus, t2
        ld      a0, 0(a0)
1:      csrw    mstatus, t3
        sd      zero, HART_RESUME(tp)
        ret

        .globl  try_mprv_sd
try_mprv_sd:
        mprv    a2, a3
        expect  1f
        csrw    mstatus, t2
        sd      a1, 0(a0)
1:      csrw    mstatus, t3
        sd      zero, HART_RESUME(tp)
        ret
