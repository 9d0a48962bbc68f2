/*
 * LR/SC: what makes an SC fail and what it must do then. A store by another hart between the two; a
 * second SC; an SC without LR, or to another address; where LR and SC are of different sizes, a
 * store to the half of the doubleword that only one of them reaches. A failed SC writes nothing and gives a non-
 * zero result. And what must not make it fail for ever: stores 64 bytes away (Za64rs, Ziccrse).
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static volatile uint64_t word[16] __attribute__((aligned(64)));
static volatile uint64_t turn; /* even: hart 0's, odd: hart 1's */

static void pass_turn(uint64_t to)
{
    __atomic_store_n(&turn, to, __ATOMIC_RELEASE);
}

static void await_turn(uint64_t t)
{
    while (__atomic_load_n(&turn, __ATOMIC_ACQUIRE) != t) {
    }
}

#define ROUNDS 200

/* Hart 1 changes word[0] in each of its turns, by a store, an atomic and an lr/sc pair in turn. */
static uint64_t disturb(uint64_t unused)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t failed = 1;

        await_turn(2 * i + 1);
        switch (i % 3) {
        case 0:
            word[0] = 0x1000 + i;
            break;
        case 1:
            asm volatile("amoadd.d zero, %1, (%0)" : : "r"(word), "r"(5ul) : "memory");
            break;
        default:
            while (failed) {
                asm volatile("lr.d t0, (%1)\n addi t0, t0, 3\n sc.d %0, t0, (%1)"
                             : "=&r"(failed)
                             : "r"(word)
                             : "t0", "memory");
            }
        }
        pass_turn(2 * i + 2);
    }
    return unused;
}

/* Hart 1 changes the upper half of word[0] alone. */
static uint64_t disturb_upper_half(uint64_t first_turn)
{
    for (uint64_t i = 0; i < ROUNDS; i++) {
        await_turn(first_turn + 2 * i + 1);
        ((volatile uint32_t *)word)[1]++;
        pass_turn(first_turn + 2 * i + 2);
    }
    return 0;
}

static void check_sizes(void)
{
    uint64_t first_turn = turn, failed;

    word[0] = 0x123456789abcdef0;
    hart_start(1, disturb_upper_half, first_turn);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t after;

        if (i % 2) {
            CHECK_EQ(try_lr_w((uint64_t)word), 0xffffffff9abcdef0);
        } else {
            CHECK_EQ(try_lr_d((uint64_t)word), word[0]);
        }
        pass_turn(first_turn + 2 * i + 1);
        await_turn(first_turn + 2 * i + 2);
        after = word[0];
        CHECK((i % 2 ? try_sc_d((uint64_t)word, 1) : try_sc_w((uint64_t)word, 1)) != 0);
        CHECK_EQ(word[0], after);
    }
    hart_wait(1);
    /* Without a store between, each may succeed, and stores no more than it says. */
    try_lr_d((uint64_t)word);
    if (try_sc_w((uint64_t)word, 1) == 0) {
        CHECK_EQ(word[0], 0x1234567800000001 + ((uint64_t)ROUNDS << 32));
    }
    word[0] = 2;
    try_lr_w((uint64_t)word);
    failed = try_sc_d((uint64_t)word, UINT64_MAX);
    CHECK_EQ(word[0], failed ? 2 : UINT64_MAX);
}

static volatile bool stop;

/* Hart 1 stores to the 64 bytes after those that word[0] is in, again and again. */
static uint64_t disturb_beside(uint64_t unused)
{
    while (!stop) {
        word[8]++;
    }
    return unused;
}

static void check_beside(void)
{
    hart_start(1, disturb_beside, 0);
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        unsigned attempts = 0;

        do {
            CHECK(attempts++ < 1000);
            try_lr_d((uint64_t)word);
        } while (try_sc_d((uint64_t)word, i) != 0);
        CHECK_EQ(word[0], i);
    }
    stop = true;
    hart_wait(1);
    word[8] = 0;
}

int main(void)
{
    uint64_t v;

    hart_start(1, disturb, 0);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        uint64_t before = word[0], after;

        CHECK_EQ(try_lr_d((uint64_t)word), before);
        pass_turn(2 * i + 1);
        await_turn(2 * i + 2);
        after = word[0];
        CHECK(after != before);
        CHECK(try_sc_d((uint64_t)word, 0x7777) != 0);
        CHECK_EQ(word[0], after);
    }
    hart_wait(1);
    check_sizes();
    check_beside();

    /* Alone: succeeds, at the latest after a few attempts. */
    word[0] = 1;
    for (unsigned i = 0; i < 100; i++) {
        try_lr_d((uint64_t)word);
        if (try_sc_d((uint64_t)word, 2) == 0) {
            break;
        }
    }
    CHECK_EQ(word[0], 2);
    /* The reservation is used up. */
    CHECK(try_sc_d((uint64_t)word, 3) != 0);
    CHECK_EQ(word[0], 2);
    /* Another address than the LR's, far from it. */
    try_lr_d((uint64_t)word);
    CHECK(try_sc_d((uint64_t)&word[12], 4) != 0);
    CHECK_EQ(word[12], 0);
    /* And that SC has ended the reservation as well. */
    CHECK(try_sc_d((uint64_t)word, 5) != 0);
    CHECK_EQ(word[0], 2);
    /* rd = x0 and rd = rs2 are fine. */
    do {
        asm volatile("lr.w zero, (%1)\n li %0, 9\n sc.w %0, %0, (%1)"
                     : "=&r"(v)
                     : "r"(word)
                     : "memory");
    } while (v);
    CHECK_EQ(word[0], 9);
    return 0;
}
