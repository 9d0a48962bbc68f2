/*
 * Two harts whose results depend on how their instructions interleave: a counter that both of them
 * increment without a lock, and software interrupts that each sends the other. It asks for no time,
 * so its output has to repeat with thread=single as well as with -icount: see repeat.py.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 60000

static volatile uint64_t shared, interrupts[2];
static uint64_t hashes[2];

static void mix(uint64_t *hash, uint64_t v)
{
    *hash = (*hash ^ v) * 0x100000001b3;
    *hash ^= *hash >> 29;
}

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    uint64_t self = csr_read(mhartid);

    clint_msip(self) = 0;
    mix(&hashes[self], csr_read(mepc));
    mix(&hashes[self], csr_read(minstret));
    mix(&hashes[self], shared);
    interrupts[self]++;
}

static uint64_t player(uint64_t other)
{
    uint64_t sum = 0;

    csr_write(mtvec, handler);
    csr_write(mie, IRQ_BIT(IRQ_MSI));
    csr_set(mstatus, MSTATUS_MIE);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t v = shared;

        sum = (sum ^ v) * 0x100000001b3;
        shared = v + 1;
        if ((sum & 1023) == 0) {
            clint_msip(other) = 1;
        } else if ((sum & 4095) == 1) {
            clint_msip(1 - other) = 1; /* to itself: interrupted before the next instruction */
        } else if ((sum & 4095) == 2) {
            asm volatile(".insn i 0x0f, 0, x0, x0, 0x010"); /* pause: the turn is over */
        }
    }
    csr_clear(mstatus, MSTATUS_MIE);
    return sum;
}

static uint64_t second_player(uint64_t other)
{
    return player(other);
}

int main(void)
{
    uint64_t sum;

    hart_start(1, second_player, 0);
    sum = player(1);
    hart_wait(1);
    CHECK(shared >= ROUNDS && shared < 2 * ROUNDS); /* increments were lost: they did interleave */
    CHECK(interrupts[0] > 0 && interrupts[1] > 0);
    mix(&sum, hart_by_id(1)->arg);
    mix(&sum, hashes[0]);
    mix(&sum, hashes[1]);
    mix(&sum, shared);
    mix(&sum, csr_read(minstret));
    put_hex(sum);
    put_char(' ');
    put_dec(shared);
    put_char('\n');
    return 0;
}
