/*
 * Reset of every hart: a stack, the trap handler, memory open to all modes; then hart 0 calls
 * main(), the others wait for hart_start(). Also run_in() and the entry of traps; what they mean is
 * in trap.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "layout.h"

        .section .text.start, "ax"
        .globl _start
_start:
        csrw    mie, zero
        csrw    menvcfg, zero           /* firmware may have left something */
        lla     t0, 1f
        csrw    mtvec, t0
        csrw    satp, zero              /* traps where there is no supervisor mode */
        .balign 4
1:      csrr    s0, mhartid
        li      t0, MAX_HARTS
        bgeu    s0, t0, park
        li      t0, HART_SIZE
        mul     t0, t0, s0
        lla     tp, harts
        add     tp, tp, t0
        csrw    mscratch, tp
        sd      s0, HART_ID(tp)

        addi    t1, s0, 1               /* stacks grow down from the end of the hart's part */
        li      t0, STACK_SIZE
        mul     t0, t0, t1
        lla     sp, stacks
        add     sp, sp, t0
        li      t0, TRAP_STACK_SIZE * 2
        mul     t0, t0, t1
        lla     t1, trap_stacks
        add     t0, t0, t1
        sd      t0, HART_M_SP(tp)
        li      t1, TRAP_STACK_SIZE
        sub     t0, t0, t1
        sd      t0, HART_S_SP(tp)

        lla     t0, m_trap_entry
        csrw    mtvec, t0
        li      t0, -1                  /* PMP entry 15: NAPOT, all of memory, RWX */
        csrw    pmpaddr15, t0
        li      t0, 0x1f << 56
        csrw    pmpcfg2, t0
        li      t0, 1 << 13             /* mstatus.FS = Initial */
        csrw    mstatus, t0
        fscsr   zero
        bnez    s0, wait_for_work
        call    main
        call    run_end

wait_for_work:
        ld      t0, HART_ENTRY(tp)
        bnez    t0, 1f
        pause
        j       wait_for_work
1:      fence   r, rw
        call    hart_run
        j       wait_for_work

park:   wfi
        j       park

        .text
/*
 * Save all registers but x0 in the hart's area at \regs, call \handler on the trap stack at \stack,
 * and put them back.
 */
        .macro  trap_entry name, scratch, regs, stack, handler, ret
        .globl  \name
        .balign 4
\name:  csrrw   tp, \scratch, tp
        sd      x1, \regs + 8(tp)
        sd      x2, \regs + 16(tp)
        sd      x3, \regs + 24(tp)
        .irp    r, 5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        sd      x\r, \regs + 8 * \r(tp)
        .endr
        csrr    t0, \scratch
        sd      t0, \regs + 32(tp)
        csrw    \scratch, tp
        ld      sp, \stack(tp)
        call    \handler
        .irp    r, 1,2,3,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        ld      x\r, \regs + 8 * \r(tp)
        .endr
        ld      tp, \regs + 32(tp)
        \ret
        .endm

        trap_entry m_trap_entry, mscratch, HART_MREGS, HART_M_SP, m_trap, mret
        trap_entry s_trap_entry, sscratch, HART_SREGS, HART_S_SP, s_trap, sret

/* uint64_t run_in(unsigned mode, uint64_t (*fn)(uint64_t), uint64_t arg) */
        .globl  run_in, run_in_return
run_in: addi    sp, sp, -112
        sd      ra, 0(sp)
        .irp    r, 0,1,2,3,4,5,6,7,8,9,10,11
        sd      s\r, 8 + 8 * \r(sp)
        .endr
        sd      sp, HART_CALL_SP(tp)

        csrr    t0, mstatus             /* MPP = mode; MPIE = MIE, so mret keeps it */
        li      t1, (3 << 11) | (1 << 7)
        not     t1, t1
        and     t0, t0, t1
        andi    t1, t0, 1 << 3
        slli    t1, t1, 4
        or      t0, t0, t1
        slli    t1, a0, 11
        or      t0, t0, t1
        csrw    mstatus, t0

        lla     t0, 1f
        bnez    a0, 2f
        ld      t1, HART_USER_OFFSET(tp)
        add     t0, t0, t1
        add     a1, a1, t1
        add     sp, sp, t1
        add     tp, tp, t1
2:      csrw    mepc, t0
        mv      a0, a2
        mret
1:      jalr    a1
        li      a7, CALL_RETURN
        ecall
        ebreak

run_in_return:                          /* the trap handler goes on here; sp = HART_CALL_SP */
        ld      ra, 0(sp)
        .irp    r, 0,1,2,3,4,5,6,7,8,9,10,11
        ld      s\r, 8 + 8 * \r(sp)
        .endr
        addi    sp, sp, 112
        ret

        .bss
        .balign 64
        .globl  harts
harts:  .space  HART_SIZE * MAX_HARTS
        .balign 16
stacks: .space  STACK_SIZE * MAX_HARTS
trap_stacks:
        .space  TRAP_STACK_SIZE * 2 * MAX_HARTS
