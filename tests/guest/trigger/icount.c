/*
 * Triggers of type icount: what counts as an instruction, and where the trap comes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trigger.h"

/*
 * uint64_t user_run(uint64_t tdata1, uint64_t traps): set trigger 0, enter user_code in user mode
 * and return where in it the last of so many traps came from; after the others it goes on, behind
 * the instruction unless it was an interrupt, which is then disabled.
 */
uint64_t user_run(uint64_t tdata1, uint64_t traps);
asm(".text\n"
    ".globl user_run\n"
    ".option push\n"
    ".option norvc\n"
    "user_run:\n"
    "lla t0, handler\n"
    "csrrw t1, mtvec, t0\n"
    "lla t2, user_code\n"
    "csrw mepc, t2\n"
    "li t0, 3 << 11\n"
    "csrc mstatus, t0\n"
    "csrw tselect, zero\n"
    "csrw tdata1, a0\n"
    "mret\n"
    "user_code:\n"
    "nop\n"   /* 0 */
    "ecall\n" /* 4 */
    "j 1f\n"  /* 8 */
    "unimp\n"
    "1: beqz zero, 2f\n" /* 16 */
    "unimp\n"
    "2: lw t0, (sp)\n" /* 24 */
    "nop\n"            /* 28 */
    "unimp\n"          /* 32 */
    ".balign 4\n"
    "handler:\n"
    "csrr t0, mepc\n"
    "addi a1, a1, -1\n"
    "beqz a1, 2f\n"
    "csrr a2, mcause\n"
    "bgez a2, 1f\n"
    "csrw mie, zero\n"
    "mret\n"
    "1: addi t0, t0, 4\n"
    "csrw mepc, t0\n"
    "mret\n"
    "2: sub a0, t0, t2\n"
    "csrw mtvec, t1\n"
    "li t0, 1 << 7\n" /* MPIE: MIE as it was */
    "csrr a1, mstatus\n"
    "and a1, a1, t0\n"
    "srli a1, a1, 4\n"
    "csrs mstatus, a1\n"
    "ret\n"
    ".option pop\n");

static void check_user(uint64_t count, unsigned traps, uint64_t offset)
{
    CHECK_EQ(user_run(ICOUNT | OTHER_U | COUNT(count), traps), offset);
    CHECK_EQ(csr_read(mcause), CAUSE_BREAKPOINT);
    CHECK_EQ(csr_read(mtval), 0);
    CHECK_EQ(csr_read(tdata1), ICOUNT | OTHER_U | ICOUNT_HIT);
    triggers_off();
}

static void check_counts(void)
{
    check_user(1, 1, 4);
    check_user(2, 2, 8); /* ecall does not retire, but traps; then in the handler nothing fires */
    check_user(3, 2, 16);
    check_user(4, 2, 24);
    check_user(5, 2, 28);
    check_user(6, 2, 32);
    check_user(7, 3, 36); /* the illegal instruction, too: before one that is not there */
}

/* It is pending when user mode begins. */
static void check_pending(void)
{
    CHECK_EQ(user_run(ICOUNT | OTHER_U | PENDING, 1), 0);
    CHECK_EQ(csr_read(mcause), CAUSE_BREAKPOINT);
    CHECK_EQ(csr_read(tdata1), ICOUNT | OTHER_U | ICOUNT_HIT);
    CHECK_EQ(user_run(ICOUNT | OTHER_U, 1), 4); /* 0 stays 0 */
    CHECK_EQ(csr_read(mcause), CAUSE_ECALL_U);
    CHECK_EQ(user_run(ICOUNT | OTHER_U | COUNT(20), 1), 4);
    CHECK_EQ(csr_read(tdata1), ICOUNT | OTHER_U | COUNT(18));
    CHECK_EQ(user_run(ICOUNT | OTHER_U | COUNT(2), 1), 4);
    CHECK_EQ(csr_read(mcause), CAUSE_ECALL_U);
    CHECK_EQ(csr_read(tdata1), ICOUNT | OTHER_U | PENDING);
    CHECK_EQ(user_run(ICOUNT | OTHER_S | PENDING, 1), 4); /* not for this mode */
    CHECK_EQ(csr_read(mcause), CAUSE_ECALL_U);
    triggers_off();
}

/* "This explicitly includes traps taken due to interrupts." */
static void check_interrupts(void)
{
    clint_msip(0) = 1;
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MSI))) {
    }
    csr_write(mie, IRQ_BIT(IRQ_MSI));
    CHECK_EQ(user_run(ICOUNT | OTHER_U | COUNT(1), 2), 0);
    CHECK_EQ(csr_read(mcause), CAUSE_BREAKPOINT);
    clint_msip(0) = 0;
    csr_write(mie, 0);
    triggers_off();
}

/* In machine mode: the write itself does not count, nor does a read count itself. */
static void check_machine(void)
{
    uint64_t v, after;

    csr_set(mstatus, MSTATUS_MIE);
    csr_write(tselect, 1);
    PROBE("lla %1, 1f\n"
          "csrw tdata1, %2\n"
          "nop\n"
          "csrr %0, tdata1\n"
          "1: nop",
          : "=&r"(v), "=&r"(after)
          : "r"(ICOUNT | OTHER_M | COUNT(2)));
    CHECK_TRAP(CAUSE_BREAKPOINT, 0);
    CHECK_EQ(trap()->epc, after);
    CHECK_EQ(v, ICOUNT | OTHER_M | COUNT(1));
    PROBE("csrw tdata1, %1\n"
          "nop\n"
          "csrrs %0, tdata1, x0\n"
          "csrw tdata1, zero",
          : "=&r"(v)
          : "r"(ICOUNT | OTHER_M | COUNT(10)));
    CHECK_NO_TRAP();
    CHECK_EQ(v, ICOUNT | OTHER_M | COUNT(9));
    /* what is written to it stands */
    PROBE("csrw tdata1, %1\n"
          "csrci tdata1, 0\n"
          "nop\n"
          "csrs tdata1, %2\n"
          "csrr %0, tdata1\n"
          "csrw tdata1, zero",
          : "=&r"(v)
          : "r"(ICOUNT | OTHER_M | COUNT(10)), "r"(ICOUNT_HIT));
    CHECK_NO_TRAP();
    CHECK_EQ(v, ICOUNT | OTHER_M | COUNT(8) | ICOUNT_HIT);
    csr_clear(mstatus, MSTATUS_MIE);
    PROBE("csrw tdata1, %1\nnop\nnop\ncsrr %0, tdata1",
          : "=&r"(v)
          : "r"(ICOUNT | OTHER_M | COUNT(1)));
    CHECK_NO_TRAP();
    CHECK_EQ(v, ICOUNT | OTHER_M | COUNT(1));
    triggers_off();
}

/* Two of them, one of which counts the other's trap. */
static void check_two(void)
{
    trigger_set(1, ICOUNT | OTHER_U | COUNT(10), 0);
    CHECK_EQ(user_run(ICOUNT | OTHER_U | COUNT(1), 1), 4);
    CHECK_EQ(trigger_get(1), ICOUNT | OTHER_U | COUNT(8));
    triggers_off();
}

/* Stepping over wfi: no interrupt is enabled. */
static void check_wait(void)
{
    uint64_t after;

    csr_set(mstatus, MSTATUS_MIE);
    PROBE("lla %0, 1f\ncsrw tdata1, %1\nwfi\n1: nop",
          : "=&r"(after)
          : "r"(ICOUNT | OTHER_M | COUNT(1)));
    CHECK_TRAP(CAUSE_BREAKPOINT, 0);
    CHECK_EQ(trap()->epc, after);
    triggers_off();
}

int main(void)
{
    check_counts();
    check_pending();
    check_interrupts();
    check_machine();
    check_two();
    check_wait();
    return 0;
}
