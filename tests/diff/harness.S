/*
 * What is around a random stream of instructions: it starts the stream in passes, takes its traps, and
 * leaves the state as a signature.
 *
 * Belongs here: all code that is the same for every seed. Does not belong here: the stream, page tables,
 * constants and initial registers, which stream.py writes into the places named below.
 *
 * The stream may change every register but gp, which points at `pool`. A trap is logged and the stream
 * goes on behind the instruction; an ecall also changes mode and translation as a7 says (`control`). What
 * is pending is cleared when its interrupt has been taken. Nothing here needs more than I, since the stream
 * may switch off the rest (misa).
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

        /* t0 = hash of t0 and \word */
        .macro  hash word
        xor     t0, t0, \word
        slli    t1, t0, 5
        sub     t0, t1, t0
        srli    t1, t0, 29
        xor     t0, t0, t1
        .endm

        /* Where traps go: interrupts by their codes, 1, 5, 9 or 13; no other entry is right. */
        .macro  vectors handler
        .irp    code, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        .if     \code == 0 || \code & 3 == 1
        j       \handler
        .else
        j       .
        .endif
        .endr
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
        .globl  print_to, instret, arena_hash, tables_hash, log_hash, log_count, events_hash
        .globl  gone_wrong, vectored, status_logged, fences, state_enables
        .globl  pmp_addresses, pmp_configs, mseccfg_values
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
events_hash:    .space  8
signature_size:
resumed:        .space  8
pass:           .space  8
passes:         .space  8
controls:       .space  8 * 8
translation:    .space  8
repairs:        .space  8
delegation:     .space  8 * 2           /* exceptions, interrupts */
environment:    .space  8
vectored:       .space  8               /* bit 0: interrupts of M, 1: of S */
status_logged:  .space  8               /* bits of mstatus and sstatus */
fences:         .space  8               /* not 0: a fence with each change of satp */
state_enables:  .space  8
pmp_addresses:  .space  8 * 8           /* entries 8 to 15 */
pmp_configs:    .space  8 * 2           /* of the same, each behind a value of mseccfg */
mseccfg_values: .space  8 * 3
misa_whole:     .space  8
misa_value:     .space  8               /* the stream's */
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
        la      t0, skip /* until all is set up; not every CSR is everywhere */
        csrw    mtvec, t0
        csrr    t0, misa
        sd      t0, AT(misa_whole)
        sd      t0, AT(misa_value)
        li      t0, 1 << 42 /* MDT */
        csrc    mstatus, t0
        csrsi   0x744, 8 /* mnstatus.NMIE */
        li      t0, -1
        li      t1, 0x2004000 /* mtimecmp */
        sd      t0, 0(t1)
        csrw    0x14d, t0 /* stimecmp */
        csrw    mcounteren, t0
        csrw    scounteren, t0
        csrw    mie, zero
        ld      t0, AT(delegation)
        csrw    medeleg, t0
        ld      t0, (delegation + 8)(gp)
        csrw    mideleg, t0
        ld      t0, AT(environment)
        csrw    0x30a, t0 /* menvcfg */
        csrw    0x10a, t0 /* senvcfg */
        ld      t0, AT(state_enables)
        csrw    0x30c, t0 /* mstateen0 and the others */
        csrw    0x30d, t0
        csrw    0x30e, t0
        csrw    0x30f, t0
        csrw    mscratch, zero
        csrw    sscratch, zero
        csrw    sepc, zero
        csrw    scause, zero
        csrw    stval, zero
        csrw    mtval, zero

        csrw    pmpcfg0, zero
        la      t0, arena
        srli    t0, t0, 2
        .irp    n, 0,1,2,3,4,5,6,7
        csrw    pmpaddr\n, t0
        .endr
        .irp    n, 0,1,2,3,4,5,6,7
        ld      t0, (pmp_addresses + 8 * \n)(gp)
        csrw    0x3b8 + \n, t0
        .endr
        .irp    n, 0,8 /* entries that are good enough to go on here in lockdown, then all */
        ld      t0, (mseccfg_values + \n)(gp)
        csrw    0x747, t0
        ld      t0, (pmp_configs + \n)(gp)
        csrw    pmpcfg2, t0
        .endr
        ld      t0, (mseccfg_values + 16)(gp)
        csrw    0x747, t0

        ld      t2, AT(vectored)
        la      t0, m_vectors
        andi    t1, t2, 1
        or      t0, t0, t1
        csrw    mtvec, t0
        la      t0, s_vectors
        srli    t2, t2, 1
        or      t0, t0, t2
        csrw    stvec, t0

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

        .balign 64
m_vectors:
        vectors m_trap

        .balign 4
m_trap:
        save_all x_regs
        csrr    t0, mcycle
        ld      t1, AT(resumed)
        ld      t2, AT(instret)
        sub     t0, t0, t1
        add     t2, t2, t0
        sd      t2, AT(instret)
        csrr    a1, mepc
        csrr    t0, misa
        ld      t1, AT(misa_whole)
        sd      t0, AT(misa_value)
        beq     t0, t1, 1f
        csrw    misa, t1
1:      csrr    a0, mcause
        csrr    a2, mtval
        csrr    a3, mstatus
        ld      t0, AT(status_logged)
        and     a3, a3, t0
        ori     a3, a3, 4
        li      t0, 16 /* double trap */
        bne     a0, t0, 1f
        csrr    t0, 0x34b /* mtval2 */
        slli    t0, t0, 32
        or      a3, a3, t0
1:      jal     log_trap
        mv      s1, a1
        bgez    a0, 1f
        li      t0, 1
        sll     t0, t0, a0
        csrc    mip, t0
        csrr    t1, mip
        and     t1, t1, t0
        beqz    t1, m_return
        csrc    mie, t0
        j       m_return
1:      ld      s0, (x_regs + 8 * 17)(gp)
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
 * arena page 28:25 in the tables of U (29 clear) or S to have the flags in a6, 30 SIE and MIE.
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
        srli    t3, t0, 18
        andi    t3, t3, 1
        slli    t4, t3, 1
        or      t1, t1, t4
        slli    t4, t3, 7
        or      t1, t1, t4
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
        ld      t0, AT(fences)
        beqz    t0, m_return
        sfence.vma
m_return:
        csrw    mepc, s1
        ld      t0, AT(misa_value)
        csrr    t1, misa
        beq     t0, t1, 1f
        csrw    misa, t0
1:      csrr    t0, mcycle
        addi    t0, t0, 64 /* with what follows, and what precedes in m_trap */
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
        li      t0, 1 << 42 /* MDT: this is no handler any more */
        csrc    mstatus, t0
        la      t0, skip /* what PMP does not even let M read is zero */
        csrw    mtvec, t0
        li      t0, -1
        csrw    mcountinhibit, t0
        li      t0, 0
        .irp    n, 3,4,5,6
        csrr    t3, mhpmcounter\n
        hash    t3
        .endr
        sd      t0, AT(events_hash)
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
1:      li      t3, 0
        ld      t3, 0(a1)
        hash    t3
        addi    a1, a1, 8
        bltu    a1, a2, 1b
        mv      a0, t0
        ret

        .balign 4
skip:
        csrr    t6, mepc
        addi    t6, t6, 4
        csrw    mepc, t6
        mret

digits: .ascii  "0123456789abcdef"

/* S mode: on a page of its own, which is mapped in all page tables. */
        .balign 4096
s_vectors:
        vectors s_trap
s_trap:
        save_all s_regs
        csrr    a0, scause
        csrr    a1, sepc
        csrr    a2, stval
        csrr    a3, sstatus
        ld      t0, AT(status_logged)
        and     a3, a3, t0
        jal     log_trap
        bgez    a0, 1f
        li      t0, 1
        sll     t0, t0, a0
        csrc    sip, t0
        csrr    t1, sip
        and     t1, t1, t0
        beqz    t1, 2f
        csrc    sie, t0
        j       2f
1:      li      t0, 1 << 18
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
2:      load_all s_regs
        sret

/* a0 cause, a1 epc, a2 tval, a3 status (and bit 2 in M mode); these stay as they are */
log_trap:
        ld      t0, AT(tval_causes)
        srl     t0, t0, a0
        andi    t0, t0, 1
        bnez    t0, 1f
        li      a2, 0
1:      ld      t0, AT(log_hash)
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
