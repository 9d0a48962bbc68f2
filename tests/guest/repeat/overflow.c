/*
 * At which instructions do count overflow interrupts arrive? Hashes minstret and mepc of some
 * thousand of them, by events of all kinds that instructions make. With an exact budget the hash
 * may not depend on anything: see repeat.py.
 *
 * SPDX-License-Identifier: MIT
 */
#include "events.h"
#include "guest.h"
#include "mix.h"

#define INTERRUPTS 2000
#define IRQ_LCOFI 13

static const uint64_t events[] = {
    EVENT_CYCLES, EVENT_LOADS, EVENT_STORES, EVENT_BRANCHES, EVENT_BRANCHES_TAKEN,
    EVENT_INSTRUCTIONS | EVENT_UINH, EVENT_LOADS | EVENT_SINH,
};
static volatile uint64_t count;

static void program(void)
{
    csr_write(mhpmevent3, 0);
    csr_write(mhpmcounter3, -1 - random_below(count % 10 ? 200 : 3000));
    csr_write(mhpmevent3, events[count % ARRAY_LEN(events)]);
}

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    CHECK_EQ(csr_read(mcause), CAUSE_INTERRUPT | IRQ_LCOFI);
    mix(csr_read(minstret));
    mix(csr_read(mepc));
    mix(csr_read(mhpmcounter3));
    csr_clear(mip, IRQ_BIT(IRQ_LCOFI));
    count++;
    program();
}

static uint64_t table[64];

static uint64_t work(void)
{
    uint64_t sum = 1;

    for (uint64_t i = 0; count < INTERRUPTS; i++) {
        uint64_t *p = &table[(sum ^ i) & 63];

        sum = sum * 6364136223846793005 + *p;
        if (sum & 1 << 20) {
            *p = sum;
        } else if (sum & 1 << 21) {
            __atomic_fetch_add(p, i, __ATOMIC_RELAXED);
        }
    }
    return sum;
}

int main(void)
{
    csr_write(mtvec, handler);
    csr_write(mie, IRQ_BIT(IRQ_LCOFI));
    program();
    csr_set(mstatus, MSTATUS_MIE);
    mix(work());
    csr_clear(mstatus, MSTATUS_MIE);
    put_hex(hash);
    put_text("\n");
    return 0;
}
