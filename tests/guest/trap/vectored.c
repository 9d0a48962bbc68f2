/*
 * Vectored mode of mtvec and stvec: interrupts enter at base + 4 * cause, exceptions at the base.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/*
 * Two tables of 16 entries. Each counts in `entered` and goes on to the common handler. tp is
 * swapped with the scratch register for the time of it, as the common handler expects to find it.
 */
asm(".macro entry scratch, handler, number\n"
    ".balign 4\n"
    "csrrw tp, \\scratch, tp\n"
    "sd t5, 0(tp)\n" /* no register is kept there: mregs[0], sregs[0] */
    "sd t6, 256(tp)\n"
    "lla t5, entered + 8 * \\number\n"
    "ld t6, 0(t5)\n"
    "addi t6, t6, 1\n"
    "sd t6, 0(t5)\n"
    "ld t5, 0(tp)\n"
    "ld t6, 256(tp)\n"
    "csrrw tp, \\scratch, tp\n"
    "j \\handler\n"
    ".endm\n"
    ".macro table name, scratch, handler\n"
    ".balign 256\n"
    ".option push\n .option norvc\n"
    "\\name:\n"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "j \\name\\()_\\n\n"
    ".endr\n"
    ".option pop\n"
    ".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
    "\\name\\()_\\n: entry \\scratch, \\handler, \\n\n"
    ".endr\n"
    ".endm\n"
    ".text\n"
    "table m_table, mscratch, m_trap_entry\n"
    "table s_table, sscratch, s_trap_entry\n");
_Static_assert(HART_MREGS == 0 && HART_SREGS == 256, "the numbers above");

void m_table(void);
void s_table(void);
volatile uint64_t entered[16]; /* how often each entry was */

static uint64_t do_nothing(uint64_t unused)
{
    return unused;
}
static uint64_t do_illegal(uint64_t unused)
{
    PROBE(".4byte 0xc0001073"); /* csrw cycle, x0 */
    return unused;
}

/*
 * Raise supervisor interrupt `irq`, taken in `mode` from user mode; how often was its own entry
 * entered?
 */
static uint64_t entered_by(unsigned irq, unsigned mode)
{
    uint64_t before = entered[irq];

    irq_log_reset();
    csr_write(mideleg, mode == MODE_S ? IRQ_BIT(irq) : 0);
    csr_set(mip, IRQ_BIT(irq));
    csr_set(mie, IRQ_BIT(irq));
    run_in(MODE_U, do_nothing, 0);
    csr_clear(mip, IRQ_BIT(irq));
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_log[0], irq | (uint64_t)mode << 32);
    return entered[irq] - before;
}

int main(void)
{
    static const uint8_t irqs[] = { IRQ_SSI, IRQ_STI, IRQ_SEI };

    csr_write(sscratch, hart());
    csr_write(stvec, (uint64_t)s_table + 1);
    csr_write(mtvec, (uint64_t)m_table + 1);
    CHECK_EQ(csr_read(mtvec), (uint64_t)m_table + 1);
    CHECK_EQ(csr_read(stvec), (uint64_t)s_table + 1);
    for (unsigned i = 0; i < ARRAY_LEN(irqs); i++) {
        CHECK_EQ(entered_by(irqs[i], MODE_M), 1);
        CHECK_EQ(entered_by(irqs[i], MODE_S), 1);
    }

    entered[0] = 0;
    do_illegal(0);
    CHECK_TRAP(CAUSE_ILLEGAL, 0xc0001073);
    CHECK_EQ(entered[0], 1);
    csr_write(medeleg, 1ul << CAUSE_ILLEGAL);
    entered[0] = 0;
    run_in(MODE_U, do_illegal, 0);
    CHECK_TRAP(CAUSE_ILLEGAL, 0xc0001073);
    CHECK_EQ(trap()->mode, MODE_S);
    CHECK_EQ(entered[0], 2); /* and the ecall by which run_in() ends, in machine mode */

    /* Modes 2 and 3 are reserved: never read back. */
    CHECK((csr_warl(mtvec, (uint64_t)m_table + 2) & 3) < 2);
    CHECK((csr_warl(mtvec, (uint64_t)m_table + 3) & 3) < 2);
    CHECK((csr_warl(stvec, (uint64_t)s_table + 2) & 3) < 2);

    /* Direct mode: everything through the base. */
    csr_write(mtvec, m_table);
    csr_write(stvec, s_table);
    for (unsigned i = 0; i < ARRAY_LEN(irqs); i++) {
        CHECK_EQ(entered_by(irqs[i], MODE_M), 0);
        CHECK_EQ(entered_by(irqs[i], MODE_S), 0);
    }
    return 0;
}
