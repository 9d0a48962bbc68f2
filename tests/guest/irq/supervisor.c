/*
 * Interrupts as supervisor mode sees them: sip and sie are masked by mideleg; of sip only SSIP can
 * be written; and which bits of mideleg, mie and mip exist.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define S_IRQS (IRQ_BIT(IRQ_SSI) | IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI))
#define M_IRQS (IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MTI) | IRQ_BIT(IRQ_MEI))

static uint64_t read_sip(uint64_t unused)
{
    (void)unused;
    return csr_read(sip);
}
static uint64_t write_sip(uint64_t v)
{
    csr_write(sip, v);
    return csr_read(sip);
}
static uint64_t write_sie(uint64_t v)
{
    csr_write(sie, v);
    return csr_read(sie);
}

int main(void)
{
    timer_off();
    CHECK_EQ(csr_warl(mideleg, -1ul) & (S_IRQS | M_IRQS), S_IRQS);
    CHECK_EQ(csr_warl(mie, -1ul) & (S_IRQS | M_IRQS), S_IRQS | M_IRQS);
    csr_write(mie, 0);
    CHECK_EQ(csr_warl(mip, -1ul) & (S_IRQS | M_IRQS), S_IRQS);
    CHECK_EQ(csr_warl(mip, 0) & (S_IRQS | M_IRQS), 0);

    csr_write(mideleg, 0);
    csr_write(mip, S_IRQS);
    csr_write(mie, S_IRQS);
    CHECK_EQ(run_in(MODE_S, read_sip, 0), 0);

    csr_write(mie, M_IRQS);
    for (unsigned irq = IRQ_SSI; irq <= IRQ_SEI; irq += 4) {
        csr_write(mideleg, IRQ_BIT(irq));
        csr_write(mip, S_IRQS);
        csr_write(mie, M_IRQS);
        CHECK_EQ(run_in(MODE_S, read_sip, 0), IRQ_BIT(irq));
        CHECK_EQ(run_in(MODE_S, write_sie, -1ul),
                 IRQ_BIT(irq)); /* and the rest of mie is as it was */
        CHECK_EQ(csr_read(mie) & (S_IRQS | M_IRQS), IRQ_BIT(irq) | M_IRQS);
        CHECK_EQ(run_in(MODE_S, write_sie, 0), 0);
        CHECK_EQ(csr_read(mie) & (S_IRQS | M_IRQS), M_IRQS);
    }

    csr_write(mideleg, S_IRQS);
    csr_write(mip, S_IRQS);
    CHECK_EQ(run_in(MODE_S, write_sip, 0), IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI));
    CHECK_EQ(csr_read(mip) & S_IRQS, IRQ_BIT(IRQ_STI) | IRQ_BIT(IRQ_SEI));
    csr_write(mip, 0);
    CHECK_EQ(run_in(MODE_S, write_sip, -1ul), IRQ_BIT(IRQ_SSI));

    /* Not delegated: not writable either. */
    csr_write(mideleg, 0);
    csr_write(mip, 0);
    CHECK_EQ(run_in(MODE_S, write_sip, -1ul), 0);
    CHECK_EQ(csr_read(mip) & S_IRQS, 0);
    return 0;
}
