/*
 * Product of square matrices of doubles, as it is written in a textbook.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define SIDE SIZE(20, 160)
#define ROUNDS SIZE(2, 8)
const uint64_t work_checksum = SIZE(0x9b253b6d021765f3, 0x3a4d2d2720f9f68e);

static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static __attribute__((noinline)) void multiply(void)
{
    for (unsigned i = 0; i < SIDE; i++) {
        for (unsigned j = 0; j < SIDE; j++) {
            double sum = 0;

            for (unsigned k = 0; k < SIDE; k++) {
                sum += a[i][k] * b[k][j];
            }
            c[i][j] = sum;
        }
    }
}

static void fill(double (*m)[SIDE], uint64_t *seed)
{
    for (unsigned i = 0; i < SIDE; i++) {
        for (unsigned j = 0; j < SIDE; j++) {
            m[i][j] = (double)(int32_t)random_next(seed) * 0x1p-31;
        }
    }
}

static uint64_t bits(double d)
{
    uint64_t u;

    __builtin_memcpy(&u, &d, sizeof(u));
    return u;
}

uint64_t work(void)
{
    uint64_t seed = 0xd0b1e, sum = 0;

    fill(a, &seed);
    fill(b, &seed);
    for (unsigned round = 0; round < ROUNDS; round++) {
        multiply();
        for (unsigned i = 0; i < SIDE; i++) {
            sum = mixed(sum, bits(c[i][SIDE - 1 - i]));
            a[i][round % SIDE] = c[i][i] * 0.125; /* the next product differs */
        }
    }
    return sum;
}
