# The program for tests of gdb. Hart 0: a loop in M mode, then S mode with paging, then U mode,
# whose environment call ends the run with status 7. Hart 1 counts for ever.
#
# SPDX-License-Identifier: MIT

#define CLINT 0x02000000
#define MTIMECMP 0x4000
#define MTIME 0xbff8
#define TICKS 10000         /* a millisecond */
#define EXIT_STATUS 7
#define LOOPS 10
#define MSTATUS_FS 0x2000
#define MSTATUS_MPP 0x1800
#define MSTATUS_MPP_S 0x800
#define SSTATUS_SPP 0x100
#define MIE_MTIE 0x80
#define PTE_S 0xcf          /* valid, read, write, execute, accessed, dirty */
#define PTE_U 0xdf          /* and user */
#define PTE_RAM ((0x80000000 >> 2))

    .option norvc

# ---- M mode ----

    .text
    .globl _start, m_code, m_loop, m_function, m_call, m_done, m_trap, m_timer, m_exit, m_for_ever
_start:
    csrr t0, mhartid
    bnez t0, count_for_ever
m_code:
    la sp, m_stack
    la t0, m_trap
    csrw mtvec, t0
    li t0, MSTATUS_FS
    csrs mstatus, t0
    la t0, fp_value
    fld fa0, (t0)
    fadd.d fa1, fa0, fa0
    li s0, 0
    li s1, LOOPS
m_loop:
    addi s0, s0, 1
    la t0, count
    sd s0, (t0)             # the store that is watched
m_stored:
    ld t1, (t0)             # the load
m_loaded:
    lw t2, 8(t0)            # near it
    addi t0, t0, 16
    amoadd.d t2, s0, (t0)   # and both
m_added:
    bne s0, s1, m_loop
m_call:
    jal m_function
    # Paging: S mode's view of RAM, U mode's, and RAM where it is.
    la t0, page_table
    srli t0, t0, 12
    li t1, 8 << 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma
    li t0, -1               # all memory is theirs
    csrw pmpaddr1, t0
    li t0, 0x1f00
    csrs pmpcfg0, t0
    # A timer interrupt now and then, to wake S mode.
    li t0, MIE_MTIE
    csrs mie, t0
    li t0, CLINT
    li t1, MTIMECMP
    add t0, t0, t1
    sd zero, (t0)
    li t0, MSTATUS_MPP
    csrc mstatus, t0
    li t0, MSTATUS_MPP_S
    csrs mstatus, t0
    la t0, s_address
    ld t0, (t0)
    csrw mepc, t0
m_done:
    mret

m_function:
    addi a0, a0, 1
    slli a1, a0, 2
    ret

# Interrupts: the timer's, the next one in TICKS. Environment calls: S mode's do nothing, U mode's
# ends the run.
m_trap:
    csrw mscratch, t0
    csrr t0, mcause
    bltz t0, m_timer
    addi t0, t0, -8
    beqz t0, m_exit
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    csrr t0, mscratch
    mret
m_timer:
    sd t1, -8(sp)
    sd t2, -16(sp)
    li t0, CLINT + MTIME
    ld t1, (t0)
    li t2, TICKS
    add t1, t1, t2
    li t0, CLINT + MTIMECMP
    sd t1, (t0)
    ld t2, -16(sp)
    ld t1, -8(sp)
    csrr t0, mscratch
    mret
m_exit:
    la t0, tohost
    li t1, EXIT_STATUS << 1 | 1
    sd t1, (t0)
m_for_ever:
    j m_for_ever

    .globl count_for_ever, second_loop
count_for_ever:
    la t0, second_count
second_loop:
    ld t1, (t0)
    addi t1, t1, 1
    sd t1, (t0)
    j second_loop

# ---- S mode ----

    .section .s_text, "ax"
    .globl s_code, s_ecall, s_wfi, s_reserve, s_stored, s_return
s_code:
    la t0, s_count
    li t1, 1
    sd t1, (t0)
s_ecall:
    ecall
s_called:
    nop
s_wfi:
    wfi
s_woken:
    la t0, s_count
s_reserve:
    lr.d t1, (t0)
    addi t1, t1, 1
    sc.d t2, t1, (t0)
s_stored:
    bnez t2, s_reserve
    li t0, SSTATUS_SPP
    csrc sstatus, t0
    la t0, u_address
    ld t0, (t0)
    csrw sepc, t0
s_return:
    sret

    .balign 8
u_address: .dword u_code
    .globl s_count
    .type s_count, @object
    .size s_count, 8
s_count: .dword 0

# ---- U mode ----

    .section .u_text, "ax"
    .globl u_code, u_loop, u_ecall
u_code:
    li s0, 0
    li s1, 1 << 20
u_loop:
    addi s0, s0, 1
    bne s0, s1, u_loop
u_ecall:
    ecall
    j .

# ---- data ----

    .data
    .balign 4096
    .globl page_table
page_table:                 # each entry is a gigabyte
    .dword 0
    .dword PTE_RAM | PTE_U  # LOW
    .dword PTE_RAM | PTE_S  # RAM
    .fill 508, 8, 0
    .dword PTE_RAM | PTE_S  # HIGH
    .globl count, second_count
    .type count, @object
    .size count, 8
count: .dword 0, 0, 0
    .type second_count, @object
    .size second_count, 8
second_count: .dword 0
fp_value: .double 1.5
s_address: .dword s_code
    .balign 64
    .globl tohost, fromhost
tohost: .dword 0
    .balign 64
fromhost: .dword 0
    .space 1024
m_stack:
