/*
 * What is around a random stream of instructions: it starts the stream in passes, takes its traps, and
 * leaves the state as a signature.
 *
 * Belongs here: all code that is the same for every seed. Does not belong here: the stream, page tables,
 * constants and initial registers, which stream.py writes into the places named below.
 *
 * The stream may change every register but gp, which points at `pool`. A trap is logged and the stream
 * goes on behind the instruction; an ecall also changes mode and translation as a7 says (`control`).
 *
 * SPDX-License-Identifier: MIT
 */
#define AT(field) (field)(gp)
#define LOG_ENTRIES 256
#define REPAIRS 4096

        .macro  save_all to
        .irp    n, 1,2,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        sd      x\n, (\to + 8 * \n)(gp)
        .endr
        .endm

        .macro  load_all from
        .irp    n, 1,2,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        ld      x\n, (\from + 8 * \n)(gp)
        .endr
        .endm

        .macro  f_all insn
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        \insn   f\n, (f_regs + 8 * \n)(gp)
        .endr
        .endm

        /* t0 = hash of t0 and \word; t2 is the multiplier */
        .macro  hash word
        xor     t0, t0, \word
        mul     t0, t0, t2
        srli    t1, t0, 29
        xor     t0, t0, t1
        .endm

        .macro  multiplier
        li      t2, 0x9e3779b97f4a7c15
        .endm

        /* address of a doubleword; changes t6 */
        .macro  index to, number, base
        slli    t6, \number, 3
        add     \to, t6, \base
        .endm

/*
 * The state, as offsets from gp. What stream.py reads or writes has a global name.
 */
        .globl  x_regs, f_regs, fcsr_value, pass_hash, passes, controls, delegation, environment
        .globl  stream_end, satps, arena_ptes_u, arena_ptes_s, pte_flags, tval_causes, print_from
        .globl  print_to, instret, arena_hash, tables_hash, log_hash, log_count
        .globl  gone_wrong
        .struct -2048
x_regs:         .space  8 * 32
f_regs:         .space  8 * 32
fcsr_value:     .space  8
pass_hash:      .space  8 * 8
arena_hash:     .space  8
tables_hash:    .space  8
log_hash:       .space  8
log_count:      .space  8
gone_wrong:     .space  8
instret:        .space  8
signature_size:
resumed:        .space  8
pass:           .space  8
passes:         .space  8
controls:       .space  8 * 8
translation:    .space  8
repairs:        .space  8
delegation:     .space  8
environment:    .space  8
stream_end:     .space  8
satps:          .space  8 * 8
arena_ptes_u:   .space  8
arena_ptes_s:   .space  8
pte_flags:      .space  8
tval_causes:    .space  8
print_from:     .space  8
print_to:       .space  8
s_regs:         .space  8 * 32

        .section .data, "aw", @progbits
        .balign 4096
        .globl  tohost, fromhost
        .size   tohost, 8
        .size   fromhost, 8
tohost: .dword  0
        .balign 64
fromhost:
        .dword  0

        .globl  begin_signature, end_signature, trap_log, pool, arena, stream, tables, tables_end
        .balign 4096
        .space  2048
begin_signature:
trap_log:
        .space  32 * LOG_ENTRIES
begin_state:
        .space  2048
        .set    end_signature, begin_state + 2048 + signature_size
pool:   .space  4096
        .balign 65536
arena:  .space  65536
stream: .space  131072
tables: .space  4096 * 16
tables_end:

        .section .text, "ax", @progbits
        .globl  _start
_start:
        la      gp, pool
        la      t0, m_trap
        csrw    mtvec, t0
        la      t0, s_trap
        csrw    stvec, t0
        li      t0, -1 /* the last entry of PMP allows everything that the ones before say nothing of */
        csrw    pmpaddr15, t0
        li      t0, 0x1f << 56
        csrw    pmpcfg2, t0
        csrw    pmpcfg0, zero
        .irp    n, 0,1,2,3,4,5,6,7
        csrw    pmpaddr\n, zero
        .endr
        csrw    mie, zero
        csrw    mideleg, zero
        ld      t0, AT(delegation)
        csrw    medeleg, t0
        ld      t0, AT(environment)
        csrw    0x30a, t0 /* menvcfg */
        csrw    0x10a, t0 /* senvcfg */
        li      t0, 7
        csrw    mcounteren, t0
        csrw    scounteren, t0
        csrw    mscratch, zero
        csrw    sscratch, zero
        csrw    sepc, zero
        csrw    scause, zero
        csrw    stval, zero

next_pass:
        ld      t0, AT(pass)
        index   t0, t0, gp
        ld      s0, controls(t0)
        la      s1, stream
        li      t0, 3 << 13
        csrs    mstatus, t0
        f_all   fld
        ld      t0, AT(fcsr_value)
        fscsr   t0
        j       control

        .balign 4
m_trap:
        save_all x_regs
        csrr    t0, minstret
        ld      t1, AT(resumed)
        ld      t2, AT(instret)
        sub     t0, t0, t1
        add     t2, t2, t0
        sd      t2, AT(instret)
        csrr    a0, mcause
        csrr    a1, mepc
        csrr    a2, mtval
        csrr    a3, mstatus
        srli    a3, a3, 11
        andi    a3, a3, 3
        ori     a3, a3, 4
        jal     log_trap
        mv      s1, a1
        ld      s0, (x_regs + 8 * 17)(gp)
        li      t0, 1
        beq     a0, t0, fetch_fault
        li      t0, 12
        beq     a0, t0, fetch_fault
        la      t0, s_trap
        la      t1, s_trap_end
        bltu    s1, t0, 1f
        bltu    s1, t1, repair /* PMP kept it from the state */
1:      lhu     t0, 0(s1)
        not     t0, t0
        andi    t0, t0, 3
        seqz    t0, t0
        slli    t0, t0, 1
        addi    t0, t0, 2
        add     t2, s1, t0
        li      t0, 8
        bltu    a0, t0, 2f
        li      t0, 11
        bgtu    a0, t0, 2f
        ld      t0, AT(stream_end) /* an ecall */
        beq     s1, t0, pass_end
        mv      s1, t2
        j       control
2:      mv      s1, t2
        j       m_return

/* A jump to nowhere has left the way on in ra; else the translation or PMP took the stream away. */
fetch_fault:
        la      t0, stream
        ld      t1, AT(stream_end)
        bltu    s1, t0, 1f
        bleu    s1, t1, repair
1:      ld      s1, (x_regs + 8)(gp)
        bltu    s1, t0, lost
        bgtu    s1, t1, lost
        j       set_root
repair:
        csrw    pmpcfg0, zero
        ld      t0, AT(repairs)
        addi    t0, t0, 1
        sd      t0, AT(repairs)
        li      t1, REPAIRS
        bgtu    t0, t1, lost
        j       set_root

/*
 * s0, as lui leaves it. Bits 13:12 mode (0 U, 1 S, M), 15:14 translation (Bare, Sv39, Sv48, Sv57),
 * 17:16 FS, 18 SUM, 19 MXR, 20 TVM, 21 TSR, 22 TW, 23 menvcfg.ADUE, 24 change the page table entry of
 * arena page 28:25 in the tables of U (29 clear) or S to have the flags in a6.
 */
control:
        srli    t0, s0, 12
        andi    t1, t0, 3
        sltiu   t2, t1, 2
        xori    t2, t2, 1
        or      t1, t1, t2
        slli    t1, t1, 11
        srli    t2, t0, 4
        andi    t3, t2, 3
        slli    t3, t3, 13
        or      t1, t1, t3
        srli    t2, t2, 2 /* SUM, MXR, TVM, TSR, TW */
        andi    t3, t2, 7
        slli    t3, t3, 18
        or      t1, t1, t3
        andi    t3, t2, 8
        slli    t3, t3, 22 - 3
        or      t1, t1, t3
        andi    t3, t2, 16
        slli    t3, t3, 21 - 4
        or      t1, t1, t3
        csrw    mstatus, t1
        srli    t1, t0, 2
        andi    t1, t1, 3
        sd      t1, AT(translation)
        li      t1, 1
        slli    t1, t1, 61
        csrc    0x30a, t1
        srli    t2, t0, 11
        andi    t2, t2, 1
        slli    t2, t2, 61
        csrs    0x30a, t2
        srli    t1, t0, 12
        andi    t2, t1, 1
        beqz    t2, set_root
        srli    t1, t1, 1
        andi    t2, t1, 15
        andi    t1, t1, 16
        ld      t3, AT(arena_ptes_u)
        beqz    t1, 1f
        ld      t3, AT(arena_ptes_s)
1:      index   t3, t2, t3
        ld      t4, 0(t3)
        ld      t5, AT(pte_flags)
        ld      t6, (x_regs + 8 * 16)(gp)
        and     t6, t6, t5
        not     t5, t5
        and     t4, t4, t5
        or      t4, t4, t6
        sd      t4, 0(t3)
        sfence.vma

/* Each mode has page tables of its own, and each of these with each translation an ASID. */
set_root:
        csrr    t0, mstatus
        srli    t0, t0, 11
        andi    t0, t0, 3
        seqz    t0, t0
        ld      t1, AT(translation)
        slli    t1, t1, 1
        add     t1, t1, t0
        index   t0, t1, gp
        ld      t0, satps(t0)
        csrw    satp, t0
m_return:
        csrw    mepc, s1
        csrr    t0, minstret
        addi    t0, t0, 63 /* with what follows, and what precedes in m_trap */
        sd      t0, AT(resumed)
        load_all x_regs
        mret

pass_end:
        li      t0, 3 << 13
        csrs    mstatus, t0
        f_all   fsd
        frcsr   t0
        sd      t0, AT(fcsr_value)
        addi    a1, gp, x_regs
        addi    a2, gp, fcsr_value + 8
        jal     hash_range
        ld      t0, AT(pass)
        index   t1, t0, gp
        sd      a0, pass_hash(t1)
        addi    t0, t0, 1
        sd      t0, AT(pass)
        ld      t1, AT(passes)
        bltu    t0, t1, next_pass
        j       finish

lost:
        li      t0, 1
        sd      t0, AT(gone_wrong)
finish:
        la      a1, arena
        la      a2, stream
        jal     hash_range
        sd      a0, AT(arena_hash)
        la      a1, tables
        la      a2, tables_end
        jal     hash_range
        sd      a0, AT(tables_hash)
        ld      s0, AT(print_from) /* for who cannot write a signature */
        ld      s1, AT(print_to)
1:      bgeu    s0, s1, 3f
        ld      s2, 0(s0)
        li      s3, 60
2:      srl     a0, s2, s3
        andi    a0, a0, 15
        la      t0, digits
        add     a0, a0, t0
        lbu     a0, 0(a0)
        jal     put_char
        addi    s3, s3, -4
        bgez    s3, 2b
        addi    s0, s0, 8
        j       1b
3:      li      t0, 1
        la      t1, tohost
        sd      t0, 0(t1)
        j       3b

put_char:
        la      t0, tohost
        li      t1, 0x0101
        slli    t1, t1, 48
        or      a0, a0, t1
        sd      a0, 0(t0)
1:      ld      t1, 0(t0)
        bnez    t1, 1b
        la      t0, fromhost
        sd      zero, 0(t0)
        ret

/* a0 = hash of the memory from a1 to a2 */
hash_range:
        li      t0, 0
        multiplier
1:      ld      t3, 0(a1)
        hash    t3
        addi    a1, a1, 8
        bltu    a1, a2, 1b
        mv      a0, t0
        ret

digits: .ascii  "0123456789abcdef"

/* S mode: on a page of its own, which is mapped in all page tables. */
        .balign 4096
s_trap:
        save_all s_regs
        csrr    a0, scause
        csrr    a1, sepc
        csrr    a2, stval
        csrr    a3, sstatus
        srli    a3, a3, 8
        andi    a3, a3, 1
        jal     log_trap
        li      t0, 1 << 18
        csrrs   t1, sstatus, t0
        lhu     t0, 0(a1)
        csrw    sstatus, t1
        not     t0, t0
        andi    t0, t0, 3
        seqz    t0, t0
        slli    t0, t0, 1
        addi    t0, t0, 2
        add     a1, a1, t0
        csrw    sepc, a1
        load_all s_regs
        sret

/* a0 cause, a1 epc, a2 tval, a3 what it was trapped from and into; these stay as they are */
log_trap:
        ld      t0, AT(tval_causes)
        srl     t0, t0, a0
        andi    t0, t0, 1
        bnez    t0, 1f
        li      a2, 0
1:      ld      t0, AT(log_hash)
        multiplier
        hash    a0
        hash    a1
        hash    a2
        hash    a3
        sd      t0, AT(log_hash)
        ld      t0, AT(log_count)
        addi    t1, t0, 1
        sd      t1, AT(log_count)
        li      t1, LOG_ENTRIES
        bgeu    t0, t1, 2f
        slli    t0, t0, 5
        la      t1, trap_log
        add     t0, t0, t1
        sd      a0, 0(t0)
        sd      a1, 8(t0)
        sd      a2, 16(t0)
        sd      a3, 24(t0)
2:      ret
s_trap_end:
