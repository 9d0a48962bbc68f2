/*
 * Compare-and-swap (Zacas) and narrow atomics (Zabha) by two harts at once: no update gets lost, be
 * the other hart's an atomic or a plain store, beside or on the same bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 20000

struct pair {
    uint64_t low, high;
};

/* Both return what was there. */

static struct pair cas_q(volatile struct pair *p, struct pair expected, struct pair desired)
{
    register uint64_t a0 asm("a0") = expected.low, a1 asm("a1") = expected.high;
    register uint64_t a2 asm("a2") = desired.low, a3 asm("a3") = desired.high;

    asm volatile(".insn r 0x2f, 4, 0x17, a0, %4, a2" /* amocas.q.aqrl */
                 : "+r"(a0), "+r"(a1)
                 : "r"(a2), "r"(a3), "r"(p)
                 : "memory");
    return (struct pair){ a0, a1 };
}

static uint64_t cas_d(volatile uint64_t *p, uint64_t expected, uint64_t desired)
{
    asm volatile(".insn r 0x2f, 3, 0x17, %0, %2, %1" /* amocas.d.aqrl */
                 : "+&r"(expected)
                 : "r"(desired), "r"(p)
                 : "memory");
    return expected;
}

static volatile struct pair shared __attribute__((aligned(16)));
static volatile struct pair mixed __attribute__((aligned(16)));
static volatile uint64_t counter;
static union {
    uint8_t bytes[8];
    uint16_t halves[4];
    uint64_t all;
} lanes;

/* high is always ~low. */
static uint64_t count_pairs(uint64_t unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct pair seen = { shared.low, shared.high }, now;

        for (;;) {
            now = cas_q(&shared, seen, (struct pair){ seen.low + 1, ~(seen.low + 1) });
            CHECK_EQ(now.high, ~now.low);
            if (now.low == seen.low && now.high == seen.high) {
                break;
            }
            seen = now;
        }
    }
    return 0;
}

static uint64_t count_doubles(uint64_t step)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t seen = counter, now;

        while ((now = cas_d(&counter, seen, seen + step)) != seen) {
            seen = now;
        }
    }
    return 0;
}

/* Hart 1 changes the upper half only; what hart 0 stores to the lower one must stay. */
static uint64_t change_high(uint64_t unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct pair seen = { mixed.low, mixed.high }, now;

        for (;;) {
            now = cas_q(&mixed, seen, (struct pair){ seen.low, seen.high + 1 });
            if (now.low == seen.low && now.high == seen.high) {
                break;
            }
            seen = now;
        }
    }
    return 0;
}

static void store_low(void)
{
    for (unsigned i = 1; i <= ROUNDS; i++) {
        mixed.low = i;
        CHECK_EQ(mixed.low, i);
    }
}

#define AMOADD(funct3, p, value)                                                                  \
    asm volatile(".insn r 0x2f, " #funct3 ", 0x03, x0, %0, %1" /* amoadd.b or .h, .aqrl */         \
                 :                                                                                \
                 : "r"(p), "r"((uint64_t)(value))                                                 \
                 : "memory")

/* Each hart has its own bytes of a doubleword. */
static uint64_t add_lanes(uint64_t hart)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        AMOADD(0, &lanes.bytes[hart], 1);
        AMOADD(0, &lanes.bytes[2 + hart], 3);
        AMOADD(1, &lanes.halves[2 + hart], 1);
    }
    return 0;
}

int main(void)
{
    shared.high = ~0ul;
    hart_start(1, count_pairs, 0);
    count_pairs(0);
    hart_wait(1);
    CHECK_EQ(shared.low, 2 * ROUNDS);
    CHECK_EQ(shared.high, ~(2ul * ROUNDS));

    hart_start(1, count_doubles, 1ul << 32);
    count_doubles(1);
    hart_wait(1);
    CHECK_EQ(counter, ROUNDS * ((1ul << 32) + 1));

    hart_start(1, change_high, 0);
    store_low();
    hart_wait(1);
    CHECK_EQ(mixed.low, ROUNDS);
    CHECK_EQ(mixed.high, ROUNDS);

    hart_start(1, add_lanes, 1);
    add_lanes(0);
    hart_wait(1);
    for (unsigned hart = 0; hart < 2; hart++) {
        CHECK_EQ(lanes.bytes[hart], ROUNDS % 256);
        CHECK_EQ(lanes.bytes[2 + hart], 3 * ROUNDS % 256);
        CHECK_EQ(lanes.halves[2 + hart], ROUNDS % 65536);
    }
    return 0;
}
