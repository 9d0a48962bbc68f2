/*
 * The PLIC's way to a hart: both contexts, threshold, claim and completion as the hart's mip shows
 * them; interrupts taken in M and in S mode; WFI; and that mip.SEIP is the line or software's bit.
 * The UART's transmitter, which is always empty, is the source.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define LINES (csr_read(mip) & (IRQ_BIT(IRQ_MEI) | IRQ_BIT(IRQ_SEI)))

/* Let the source be high, or low. */
static void source(bool high)
{
    uart_ier = 0;
    if (high) {
        uart_ier = IER_THRI;
    }
}

static void check_context(unsigned context, unsigned irq)
{
    plic_priority(SOURCE_UART) = 3;
    plic_enable(context) = 1u << SOURCE_UART;
    CHECK_EQ(LINES, 0);
    source(true);
    CHECK_EQ(LINES, IRQ_BIT(irq));
    CHECK_EQ(plic_pending, 1u << SOURCE_UART);
    plic_threshold(context) = 3;
    CHECK_EQ(LINES, 0);
    plic_threshold(context) = 2;
    CHECK_EQ(LINES, IRQ_BIT(irq));
    CHECK_EQ(plic_claim(context), SOURCE_UART);
    CHECK_EQ(LINES, 0);
    CHECK_EQ(plic_claim(context), 0);
    plic_claim(context) = SOURCE_UART; /* completes it; it is still high */
    CHECK_EQ(LINES, IRQ_BIT(irq));
    source(false);
    CHECK_EQ(LINES, IRQ_BIT(irq)); /* nothing is taken back */
    CHECK_EQ(plic_claim(context), SOURCE_UART);
    plic_claim(context) = SOURCE_UART;
    CHECK_EQ(LINES, 0);
    plic_threshold(context) = 0;
    plic_enable(context) = 0;
}

/* In the mode of the context: sleep until the interrupt comes, then serve it. */
static uint64_t wait_and_serve(uint64_t context)
{
    uint64_t claimed;

    source(true);
    while (!hart()->irq_count) {
        asm volatile("wfi");
    }
    claimed = plic_claim(context);
    source(false);
    plic_claim(context) = claimed;
    return claimed;
}

static void check_interrupts(void)
{
    irq_log_reset();
    plic_enable(CONTEXT_M(0)) = 1u << SOURCE_UART;
    csr_write(mie, IRQ_BIT(IRQ_MEI));
    csr_set(mstatus, MSTATUS_MIE);
    CHECK_EQ(wait_and_serve(CONTEXT_M(0)), SOURCE_UART);
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_log[0], IRQ_MEI | (uint64_t)MODE_M << 32);
    plic_enable(CONTEXT_M(0)) = 0;

    irq_log_reset();
    delegate(0);
    plic_enable(CONTEXT_S(0)) = 1u << SOURCE_UART;
    csr_write(mideleg, IRQ_BIT(IRQ_SEI));
    csr_write(mie, IRQ_BIT(IRQ_SEI));
    csr_set(mstatus, MSTATUS_SIE);
    CHECK_EQ(run_in(MODE_S, wait_and_serve, CONTEXT_S(0)), SOURCE_UART);
    csr_clear(mstatus, MSTATUS_SIE);
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_log[0], IRQ_SEI | (uint64_t)MODE_S << 32);
    csr_write(mie, 0);
}

/*
 * SEIP reads as the line or software's bit, and an instruction that sets or clears bits works on
 * the latter alone (Privileged ISA, "Machine Interrupt (mip and mie) Registers").
 */
static void check_seip(void)
{
    uint64_t seip = IRQ_BIT(IRQ_SEI), old;

    plic_enable(CONTEXT_S(0)) = 1u << SOURCE_UART;
    source(true);
    asm volatile("csrrs %0, mip, %1" : "=r"(old) : "r"(IRQ_BIT(IRQ_SSI)));
    CHECK_EQ(old & seip, seip);
    csr_clear(mip, seip | IRQ_BIT(IRQ_SSI));
    CHECK_EQ(LINES, seip); /* the line's */
    plic_enable(CONTEXT_S(0)) = 0;
    CHECK_EQ(LINES, 0); /* the line's bit has not become software's */
    csr_set(mip, seip);
    CHECK_EQ(LINES, seip);
    plic_enable(CONTEXT_S(0)) = 1u << SOURCE_UART;
    plic_enable(CONTEXT_S(0)) = 0;
    CHECK_EQ(LINES, seip); /* software's */
    csr_clear(mip, seip);
    CHECK_EQ(LINES, 0);
    source(false);
    CHECK_EQ(plic_pending, 1u << SOURCE_UART);
}

int main(void)
{
    timer_off();
    check_context(CONTEXT_M(0), IRQ_MEI);
    check_context(CONTEXT_S(0), IRQ_SEI);
    check_interrupts();
    check_seip();
    return 0;
}
