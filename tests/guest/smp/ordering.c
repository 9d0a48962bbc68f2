/*
 * Memory ordering between two harts: store buffering with fences, message passing with release and
 * acquire, read and write coherence. What RVWMO forbids must not be seen.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define ROUNDS 2000

static struct {
    volatile uint64_t x __attribute__((aligned(64)));
    volatile uint64_t y __attribute__((aligned(64)));
    volatile uint64_t r[2] __attribute__((aligned(64)));
    volatile uint64_t arrived __attribute__((aligned(64)));
} shared;

static void meet(uint64_t n) /* both harts have come here n times */
{
    __atomic_fetch_add(&shared.arrived, 1, __ATOMIC_SEQ_CST);
    while (shared.arrived < 2 * n) {
    }
    fence();
}

/* Each stores to one word and loads the other: with fences, one of them sees the other's store. */
static uint64_t store_buffering(uint64_t self)
{
    volatile uint64_t *mine = self ? &shared.y : &shared.x, *other = self ? &shared.x : &shared.y;
    uint64_t meeting = 0, bad = 0;

    for (uint64_t i = 1; i <= ROUNDS; i++) {
        meet(++meeting);
        *mine = i;
        fence();
        shared.r[self] = *other;
        meet(++meeting);
        if (shared.r[0] != i && shared.r[1] != i) {
            bad++;
        }
    }
    meet(++meeting);
    return bad;
}

/* Hart 0 writes x and then y; hart 1 that sees y sees x. */
static uint64_t message_passing(uint64_t self)
{
    uint64_t bad = 0, last = 0;

    if (self == 0) {
        for (uint64_t i = 1; i <= ROUNDS; i++) {
            shared.x = i;
            __atomic_store_n(&shared.y, i, __ATOMIC_RELEASE);
        }
        return 0;
    }
    while (last < ROUNDS) {
        uint64_t flag = __atomic_load_n(&shared.y, __ATOMIC_ACQUIRE), data = shared.x;

        if (data < flag || flag < last) {
            bad++;
        }
        last = flag;
    }
    return bad;
}

/*
 * A word that only grows never shrinks in the eyes of the other; a doubleword is never seen in
 * halves.
 */
static uint64_t coherence(uint64_t self)
{
    uint64_t bad = 0, last = 0;

    if (self == 0) {
        for (uint64_t i = 1; i <= ROUNDS; i++) {
            shared.x = i << 32 | i;
        }
        return 0;
    }
    while (last >> 32 < ROUNDS) {
        uint64_t now = shared.x;

        if (now < last || now >> 32 != (uint32_t)now) {
            bad++;
        }
        last = now;
    }
    return bad;
}

static uint64_t both(uint64_t (*fn)(uint64_t))
{
    uint64_t bad;

    shared.x = shared.y = shared.arrived = 0;
    hart_start(1, fn, 1);
    bad = fn(0);
    hart_wait(1);
    return bad + hart_by_id(1)->arg;
}

int main(void)
{
    CHECK_EQ(both(store_buffering), 0);
    CHECK_EQ(both(message_passing), 0);
    CHECK_EQ(both(coherence), 0);
    return 0;
}
