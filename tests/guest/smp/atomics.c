/*
 * Two harts count in one word: with amoadd, with lr/sc, under a spin lock made of amoswap, under a
 * ticket lock, and with lr/sc on neighbouring words. No count may be lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 5000
#define HARTS 2

static struct {
    volatile uint64_t amo_d, lrsc_d;
    volatile uint32_t amo_w, lrsc_w;
    volatile uint32_t neighbour[HARTS];
    volatile uint64_t plain; /* under `lock` */
    volatile uint32_t lock;
    volatile uint64_t plain2; /* under the ticket lock */
    volatile uint32_t next, serving;
    volatile uint64_t maximum, bits;
} shared __attribute__((aligned(64)));

static volatile uint32_t ready;

static void lrsc_add_w(volatile uint32_t *p)
{
    uint32_t old, failed;

    do {
        asm volatile("lr.w %0, (%2)\n"
                     "addi %0, %0, 1\n"
                     "sc.w %1, %0, (%2)\n"
                     : "=&r"(old), "=&r"(failed)
                     : "r"(p)
                     : "memory");
    } while (failed);
}

static void lrsc_add_d(volatile uint64_t *p)
{
    uint64_t old, failed;

    do {
        asm volatile("lr.d.aq %0, (%2)\n"
                     "addi %0, %0, 1\n"
                     "sc.d.rl %1, %0, (%2)\n"
                     : "=&r"(old), "=&r"(failed)
                     : "r"(p)
                     : "memory");
    } while (failed);
}

static uint64_t work(uint64_t self)
{
    __atomic_fetch_add(&ready, 1, __ATOMIC_SEQ_CST);
    while (ready < HARTS) {
    }
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint32_t held, ticket;

        asm volatile("amoadd.d zero, %1, (%0)" : : "r"(&shared.amo_d), "r"(1ul) : "memory");
        asm volatile("amoadd.w zero, %1, (%0)" : : "r"(&shared.amo_w), "r"(1ul) : "memory");
        lrsc_add_d(&shared.lrsc_d);
        lrsc_add_w(&shared.lrsc_w);
        lrsc_add_w(&shared.neighbour[self]);

        do {
            asm volatile("amoswap.w.aq %0, %2, (%1)"
                         : "=r"(held)
                         : "r"(&shared.lock), "r"(1)
                         : "memory");
        } while (held);
        shared.plain++;
        asm volatile("amoswap.w.rl zero, zero, (%0)" : : "r"(&shared.lock) : "memory");

        asm volatile("amoadd.w.aqrl %0, %2, (%1)"
                     : "=r"(ticket)
                     : "r"(&shared.next), "r"(1)
                     : "memory");
        while (__atomic_load_n(&shared.serving, __ATOMIC_ACQUIRE) != ticket) {
        }
        shared.plain2++;
        __atomic_store_n(&shared.serving, ticket + 1, __ATOMIC_RELEASE);

        asm volatile("amomaxu.d zero, %1, (%0)"
                     :
                     : "r"(&shared.maximum), "r"(i * HARTS + self)
                     : "memory");
        asm volatile("amoxor.d zero, %1, (%0)"
                     :
                     : "r"(&shared.bits), "r"(1ul << (i % 32 + 32 * self))
                     : "memory");
    }
    return self + 1;
}

int main(void)
{
    uint64_t expected_bits = 0;

    hart_start(1, work, 1);
    work(0);
    hart_wait(1);
    CHECK_EQ(hart_by_id(1)->arg, 2);
    CHECK_EQ(shared.amo_d, HARTS * ROUNDS);
    CHECK_EQ(shared.amo_w, HARTS * ROUNDS);
    CHECK_EQ(shared.lrsc_d, HARTS * ROUNDS);
    CHECK_EQ(shared.lrsc_w, HARTS * ROUNDS);
    CHECK_EQ(shared.neighbour[0], ROUNDS);
    CHECK_EQ(shared.neighbour[1], ROUNDS);
    CHECK_EQ(shared.plain, HARTS * ROUNDS);
    CHECK_EQ(shared.plain2, HARTS * ROUNDS);
    CHECK_EQ(shared.maximum, ROUNDS * HARTS - 1);
    for (unsigned i = 0; i < ROUNDS; i++) {
        expected_bits ^= 1ul << i % 32 | 1ul << (i % 32 + 32);
    }
    CHECK_EQ(shared.bits, expected_bits);
    return 0;
}
