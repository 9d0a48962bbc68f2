/*
 * A hash of what a program sees, and numbers that are random but the same in every run.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_MIX_H
#define GUEST_MIX_H

#include <stdint.h>

static uint64_t hash = 0xcbf29ce484222325, seed = 1;

static inline void mix(uint64_t v)
{
    hash = (hash ^ v) * 0x100000001b3;
    hash ^= hash >> 29;
}

static inline uint64_t random_below(uint64_t n)
{
    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (seed >> 33) % n;
}

#endif
