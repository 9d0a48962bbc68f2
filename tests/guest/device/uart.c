/*
 * The UART driven by interrupts through the PLIC, both ways: what is read from standard input,
 * which is longer than the FIFO, goes back in capitals, until a full stop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define SIZE 1024 /* of the queue between the two; the input is shorter */

static char queue[SIZE];
static volatile uint64_t read_count, written, timeouts, fulls;
static volatile bool ended;

static void receive(void)
{
    while (uart_lsr & LSR_DR) {
        char c = uart_data;

        queue[read_count % SIZE] = c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
        read_count++;
        ended = ended || c == '.';
    }
}

/* One character for each interrupt; none left: off, until there is. */
static void send(void)
{
    if (written < read_count) {
        uart_data = queue[written++ % SIZE];
    } else {
        uart_ier = IER_RDI;
    }
}

static void serve_uart(void)
{
    for (;;) {
        switch (uart_iir & IIR_MASK) {
        case IIR_RDI:
            fulls++;
            receive();
            uart_ier = IER_RDI | IER_THRI;
            break;
        case IIR_TIMEOUT:
            timeouts++;
            receive();
            uart_ier = IER_RDI | IER_THRI;
            break;
        case IIR_THRI:
            send();
            break;
        default:
            return;
        }
    }
}

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    uint32_t source;

    if (csr_read(mcause) != (CAUSE_INTERRUPT | IRQ_MEI)) {
        FINISHER = FINISHER_FAIL(254);
    }
    while ((source = plic_claim(CONTEXT_M(0)))) {
        if (source == SOURCE_UART) {
            serve_uart();
        }
        plic_claim(CONTEXT_M(0)) = source;
    }
}

int main(void)
{
    timer_off();
    uart_init(5);
    plic_priority(SOURCE_UART) = 1;
    plic_enable(CONTEXT_M(0)) = 1u << SOURCE_UART;
    csr_write(mtvec, handler);
    csr_write(mie, IRQ_BIT(IRQ_MEI));
    uart_ier = IER_RDI;
    csr_set(mstatus, MSTATUS_MIE);
    while (!ended || written < read_count) {
        asm volatile("wfi" : : : "memory");
    }
    csr_clear(mstatus, MSTATUS_MIE);
    csr_write(mtvec, m_trap_entry);
    CHECK(fulls > 0);
    CHECK_EQ(uart_lsr, LSR_THRE | 0x40);
    return 0;
}
