/*
 * What a benchmark program is written with. A program is a work() that returns a checksum, and
 * that checksum written down; bench.c calls it, counts its instructions and reports both on the
 * console. The exit status is 0 if the checksum is the right one.
 *
 * What start-up, harts, page tables and console offer is that of the other guest programs:
 * guest.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_H
#define BENCH_H

#include "guest.h"

/* Amount of work and its checksum: of the run in the tests, of the run that is measured. */
#ifdef BENCH_SMALL
#define SIZE(small, full) (small)
#else
#define SIZE(small, full) (full)
#endif

uint64_t work(void);
extern const uint64_t work_checksum;

/*
 * Instructions of all harts, without those spent waiting for the others' end. If work() leaves it 0,
 * the instructions of hart 0 count.
 */
extern uint64_t work_instructions;

/* Pseudo-random numbers, the same in each run: xorshift64. The state must not be 0. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *state = x;
    return x;
}

/* Take `value` into a checksum, in which order counts. */
static inline uint64_t mixed(uint64_t sum, uint64_t value)
{
    sum = (sum ^ value) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

#endif
