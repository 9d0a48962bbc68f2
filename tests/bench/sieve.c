/*
 * Sieve of Eratosthenes: a byte for each odd number.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ODDS SIZE(20000, 4 << 20) /* bytes */
#define ROUNDS SIZE(1, 6)
const uint64_t work_checksum = SIZE(4203, 564163); /* primes below 2 * ODDS, 2 among them */

static uint8_t crossed[ODDS]; /* [i] is 2 * i + 1 */

static __attribute__((noinline)) uint64_t primes(void)
{
    uint64_t count = 1; /* 2 */

    for (uint64_t i = 0; i < ODDS; i++) {
        crossed[i] = 0;
    }
    for (uint64_t i = 1; i < ODDS; i++) {
        if (crossed[i]) {
            continue;
        }
        count++;
        uint64_t prime = 2 * i + 1;
        for (uint64_t multiple = prime * prime / 2; multiple < ODDS; multiple += prime) {
            crossed[multiple] = 1;
        }
    }
    return count;
}

uint64_t work(void)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        count = primes();
        barrier();
    }
    return count;
}
