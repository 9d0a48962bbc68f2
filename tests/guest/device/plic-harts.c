/*
 * The PLIC with several harts, in contexts of both modes: each is woken by what is enabled for it;
 * of all that are woken by the same interrupt one has it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

#define HARTS 4
#define ROUNDS 200

static volatile uint64_t ready, served, winners[HARTS];
static volatile bool stop;

static uint64_t context_of(uint64_t id)
{
    return id % 2 ? CONTEXT_S(id) : CONTEXT_M(id);
}

/* Sleep until the line rises; true if the interrupt was this hart's, and is served. */
static bool serve(uint64_t id)
{
    uint64_t context = context_of(id);

    while (!(csr_read(mip) & csr_read(mie))) {
        asm volatile("wfi");
    }
    if (plic_claim(context) != SOURCE_UART) {
        return false;
    }
    winners[id]++;
    uart_ier = 0;
    plic_claim(context) = SOURCE_UART;
    __atomic_fetch_add(&served, 1, __ATOMIC_SEQ_CST);
    return true;
}

static uint64_t server(uint64_t id)
{
    csr_write(mie, IRQ_BIT(IRQ_MSI) | IRQ_BIT(id % 2 ? IRQ_SEI : IRQ_MEI));
    __atomic_fetch_add(&ready, 1, __ATOMIC_SEQ_CST);
    while (!stop) {
        serve(id);
    }
    csr_write(mie, 0);
    return 0;
}

/* Let `count` interrupts be served, one after the other. */
static void interrupt(uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t before = served;

        uart_ier = IER_THRI;
        while (served == before) {
            asm volatile("pause");
        }
        CHECK_EQ(served, before + 1);
        CHECK_EQ(plic_pending, 0);
    }
}

int main(void)
{
    uint64_t sum = 0;

    timer_off();
    plic_priority(SOURCE_UART) = 1;
    for (unsigned id = 1; id < HARTS; id++) {
        hart_start(id, server, id);
    }
    while (ready < HARTS - 1) {
        asm volatile("pause");
    }
    for (unsigned id = 1; id < HARTS; id++) { /* one at a time */
        plic_enable(context_of(id)) = 1u << SOURCE_UART;
        interrupt(10);
        CHECK_EQ(winners[id], 10);
        plic_enable(context_of(id)) = 0;
    }
    for (unsigned id = 1; id < HARTS; id++) { /* all of them */
        plic_enable(context_of(id)) = 1u << SOURCE_UART;
    }
    interrupt(ROUNDS);
    stop = true;
    fence();
    for (unsigned id = 1; id < HARTS; id++) {
        clint_msip(id) = 1;
        hart_wait(id);
        sum += winners[id];
    }
    CHECK_EQ(sum, 10 * (HARTS - 1) + ROUNDS);
    return 0;
}
