/*
 * Several interrupts at once: MSI, MTI, SEI, SSI, STI is the order in machine mode; what machine
 * mode takes comes before what is delegated; SEI, SSI, STI is the order in supervisor mode.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define S_IRQS (IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI))
#define M_IRQS (IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MTI))

static uint64_t do_nothing(uint64_t unused)
{
    return unused;
}

static uint64_t open_sie(uint64_t unused)
{
    csr_set(sstatus, MSTATUS_SIE);
    csr_clear(sstatus, MSTATUS_SIE);
    return unused;
}

static void raise_all(void)
{
    clint_msip(0) = 1;
    clint_mtimecmp(0) = 0;
    csr_set(mip, S_IRQS);
    while ((csr_read(mip) & (S_IRQS | M_IRQS)) != (S_IRQS | M_IRQS)) {
    }
    irq_log_reset();
    csr_write(mie, S_IRQS | M_IRQS);
}

/* The log is these causes in this order, a byte each from the top: irq | mode << 4. */
static bool log_is(uint64_t order, unsigned count)
{
    if (hart()->irq_count != count) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        uint64_t entry = hart()->irq_log[i];

        if ((entry >> 32 << 4 | (entry & 15)) != (order >> 8 * (count - 1 - i) & 255)) {
            return false;
        }
    }
    return true;
}

int main(void)
{
    csr_write(sscratch, hart());
    csr_write(stvec, s_trap_entry);

    csr_write(mideleg, 0);
    raise_all();
    csr_set(mstatus, MSTATUS_MIE);
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK(log_is(0x3337393135, 5));

    csr_write(mideleg, S_IRQS);
    raise_all();
    csr_set(mstatus, MSTATUS_MIE); /* delegated ones are never taken in machine mode */
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK(log_is(0x3337, 2));

    raise_all();
    csr_clear(mstatus, MSTATUS_SIE);
    run_in(MODE_S, do_nothing, 0); /* in S only with SIE */
    CHECK(log_is(0x3337, 2));
    run_in(MODE_S, open_sie, 0);
    CHECK(log_is(0x3337191115, 5));

    raise_all();
    run_in(MODE_U, do_nothing, 0); /* in U whatever SIE is */
    CHECK(log_is(0x3337191115, 5));

    csr_write(mideleg, IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_SEI));
    raise_all();
    run_in(MODE_U, do_nothing, 0);
    CHECK(log_is(0x3337351911, 5));

    csr_write(mideleg, IRQ_BIT(IRQ_STI));
    raise_all();
    run_in(MODE_S, do_nothing, 0);
    CHECK(log_is(0x33373931, 4));
    CHECK_EQ(csr_read(mie), IRQ_BIT(IRQ_STI)); /* still waiting */
    return 0;
}
