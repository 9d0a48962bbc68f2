/*
 * The motion of the sun and its four large planets under their own gravity, in double. Masses,
 * places and velocities are rounded; units: the distance of the earth from the sun, days, the
 * mass of the sun.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define STEPS SIZE(300, 200000)
const uint64_t work_checksum = SIZE(0xa789723aef8da749, 0x28ce8e96e97a3441);

#define GRAVITY 2.959122e-4
#define DAYS_PER_STEP 3.5

struct body {
    double place[3];
    double velocity[3];
    double mass;
};

enum { BODIES = 5 };

static struct body bodies[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, 1},
    {{4.8414, -1.1603, -0.1036}, {1.6600e-3, 7.6990e-3, -6.9046e-5}, 9.5479e-4},
    {{8.3434, 4.1248, -0.4035}, {-2.7674e-3, 4.9985e-3, 2.3042e-5}, 2.8589e-4},
    {{12.8944, -15.1112, -0.2233}, {2.9646e-3, 2.3785e-3, -2.9659e-5}, 4.3662e-5},
    {{15.3797, -25.9193, 0.1793}, {2.6807e-3, 1.6282e-3, -9.5159e-5}, 5.1514e-5},
};

/* Change the velocities of both according to their distance. */
static void attract(struct body *a, struct body *b)
{
    double away[3], square = 0, pull;

    for (unsigned i = 0; i < 3; i++) {
        away[i] = a->place[i] - b->place[i];
        square += away[i] * away[i];
    }
    pull = GRAVITY * DAYS_PER_STEP / (square * __builtin_sqrt(square));
    for (unsigned i = 0; i < 3; i++) {
        a->velocity[i] -= away[i] * b->mass * pull;
        b->velocity[i] += away[i] * a->mass * pull;
    }
}

static __attribute__((noinline)) void step(void)
{
    for (unsigned i = 0; i < BODIES; i++) {
        for (unsigned j = i + 1; j < BODIES; j++) {
            attract(&bodies[i], &bodies[j]);
        }
    }
    for (unsigned i = 0; i < BODIES; i++) {
        for (unsigned k = 0; k < 3; k++) {
            bodies[i].place[k] += DAYS_PER_STEP * bodies[i].velocity[k];
        }
    }
}

static double energy(void)
{
    double sum = 0;

    for (unsigned i = 0; i < BODIES; i++) {
        const struct body *b = &bodies[i];

        for (unsigned k = 0; k < 3; k++) {
            sum += 0.5 * b->mass * b->velocity[k] * b->velocity[k];
        }
        for (unsigned j = i + 1; j < BODIES; j++) {
            double square = 0;

            for (unsigned k = 0; k < 3; k++) {
                double away = b->place[k] - bodies[j].place[k];

                square += away * away;
            }
            sum -= GRAVITY * b->mass * bodies[j].mass / __builtin_sqrt(square);
        }
    }
    return sum;
}

uint64_t work(void)
{
    double before = energy(), after, lost;
    uint64_t sum = 0;

    for (unsigned i = 0; i < STEPS; i++) {
        step();
    }
    after = energy();
    lost = (after - before) / before;
    CHECK(lost < 1e-3 && lost > -1e-3); /* energy is kept */
    for (unsigned i = 0; i < BODIES; i++) {
        for (unsigned k = 0; k < 3; k++) {
            uint64_t bits;

            __builtin_memcpy(&bits, &bodies[i].place[k], sizeof(bits));
            sum = mixed(sum, bits);
        }
    }
    return sum;
}
