/*
 * Interrupts of the real-time clock and of the UART, and two resets between: what is hashed depends
 * on the instruction at which each interrupt comes and on the time that the machine goes on with.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define ROUNDS 300
#define RUNS 3

static struct {
    uint64_t runs, hash, start;
} *const kept = (void *)(RAM_BASE + 0x4000000);

static volatile uint64_t rounds;

static void mix(uint64_t v)
{
    uint64_t hash = (kept->hash ^ v) * 0x100000001b3;

    kept->hash = hash ^ hash >> 29;
}

static void set_next(void)
{
    rtc_set_alarm(rtc_time() + 3000 + (kept->hash & 0x1ffff));
}

static void serve_uart(void)
{
    mix(uart_iir); /* enough characters, or the timeout */
    while (uart_lsr & LSR_DR) {
        mix(uart_data);
    }
}

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    uint32_t source = plic_claim(CONTEXT_M(0));

    mix(csr_read(mepc));
    mix(csr_read(minstret));
    mix(rtc_time() - kept->start);
    mix(source);
    if (source == SOURCE_RTC) {
        rtc_clear_interrupt = 1;
        set_next();
        uart_data = rounds++; /* comes back by the loop */
    } else {
        serve_uart();
    }
    plic_claim(CONTEXT_M(0)) = source;
}

int main(void)
{
    uint64_t i = 0;

    if (kept->runs++ == 0) {
        kept->start = rtc_time();
    }
    uart_init(1);
    uart_mcr = MCR_LOOP;
    plic_priority(SOURCE_UART) = 1;
    plic_priority(SOURCE_RTC) = 2;
    plic_enable(CONTEXT_M(0)) = 1u << SOURCE_UART | 1u << SOURCE_RTC;
    csr_write(mtvec, handler);
    csr_write(mie, IRQ_BIT(IRQ_MEI));
    rtc_irq_enabled = 1;
    uart_ier = IER_RDI;
    set_next();
    csr_set(mstatus, MSTATUS_MIE);
    while (rounds < ROUNDS) {
        if (i++ % 64 == 0) {
            asm volatile("wfi" : : : "memory");
        }
    }
    csr_clear(mstatus, MSTATUS_MIE);
    mix(i);
    if (kept->runs < RUNS) {
        FINISHER = FINISHER_RESET;
        for (;;) {
            kept->hash++; /* no instruction more or less, either */
        }
    }
    put_hex(kept->hash);
    put_char(' ');
    put_dec(csr_read(time));
    put_char('\n');
    return 0;
}
