/*
 * Two harts, each with its own timer, whose handler interrupts the other one; both sleep now and
 * then, so that sometimes neither has anything to do. What they hash depends on how instructions of
 * both and time go together: see repeat.py.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 3000

static volatile uint64_t shared, rounds[2];
static uint64_t hashes[2];

static void mix(uint64_t self, uint64_t v)
{
    uint64_t hash = (hashes[self] ^ v) * 0x100000001b3;

    hashes[self] = hash ^ hash >> 29;
}

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    uint64_t self = csr_read(mhartid), cause = csr_read(mcause);

    mix(self, csr_read(mepc));
    mix(self, csr_read(minstret));
    mix(self, clint_mtime);
    mix(self, shared);
    if (cause == (CAUSE_INTERRUPT | IRQ_MTI)) {
        clint_mtimecmp(self) = clint_mtime + 20 + (hashes[self] & 127);
        clint_msip(1 - self) = 1;
        rounds[self]++;
    } else {
        clint_msip(self) = 0;
    }
}

static uint64_t player(uint64_t self)
{
    csr_write(mtvec, handler);
    clint_mtimecmp(self) = clint_mtime + 10;
    csr_write(mie, IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MTI));
    csr_set(mstatus, MSTATUS_MIE);
    while (rounds[self] < ROUNDS) {
        for (uint64_t i = 0; i < (hashes[self] & 511); i++) {
            shared = shared + 1;
        }
        if (hashes[self] & 512) {
            asm volatile("wfi" : : : "memory");
        }
    }
    csr_write(mie, 0);
    csr_clear(mstatus, MSTATUS_MIE);
    return hashes[self];
}

int main(void)
{
    hart_start(1, player, 1);
    player(0);
    hart_wait(1);
    put_hex(hashes[0]);
    put_char(' ');
    put_hex(hashes[1]);
    put_char(' ');
    put_dec(shared);
    put_char(' ');
    put_dec(csr_read(time));
    put_char('\n');
    return 0;
}
