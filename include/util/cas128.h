/*
 * Compare-and-swap of sixteen bytes, which the compiler would leave to a library with locks.
 *
 * What does not belong here: what C's own atomics can do.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_CAS128_H
#define UTIL_CAS128_H

#include <inttypes.h>

typedef unsigned __int128 uint128_t;

/*
 * If *p, which is aligned, holds `expected`, make it `desired`, atomically as every thread sees it
 * and in one order for all of them. Returns what was there.
 */
#if defined(__x86_64__)
/* cmpxchg16b: every host has it but the first processors of 2003 to 2005. */
static inline uint128_t cas128(uint128_t *p, uint128_t expected, uint128_t desired)
{
    uint64_t low = expected, high = expected >> 64;

    __asm__ volatile("lock cmpxchg16b %0"
                     : "+m"(*p), "+a"(low), "+d"(high)
                     : "b"((uint64_t)desired), "c"((uint64_t)(desired >> 64))
                     : "memory", "cc");
    return (uint128_t)high << 64 | low;
}
#elif defined(__aarch64__)
/* The pair that was loaded is one value only if the store succeeds: so one follows in any case. */
static inline uint128_t cas128(uint128_t *p, uint128_t expected, uint128_t desired)
{
    uint64_t low, high, new_low, new_high;
    uint32_t failed;

    __asm__ volatile("1: ldaxp %[low], %[high], %[mem]\n"
                     "cmp %[low], %[expected_low]\n"
                     "ccmp %[high], %[expected_high], #0, eq\n"
                     "csel %[new_low], %[desired_low], %[low], eq\n"
                     "csel %[new_high], %[desired_high], %[high], eq\n"
                     "stlxp %w[failed], %[new_low], %[new_high], %[mem]\n"
                     "cbnz %w[failed], 1b\n"
                     "dmb ish"
                     : [low] "=&r"(low), [high] "=&r"(high), [new_low] "=&r"(new_low),
                       [new_high] "=&r"(new_high), [failed] "=&r"(failed), [mem] "+Q"(*p)
                     : [expected_low] "r"((uint64_t)expected),
                       [expected_high] "r"((uint64_t)(expected >> 64)),
                       [desired_low] "r"((uint64_t)desired),
                       [desired_high] "r"((uint64_t)(desired >> 64))
                     : "memory", "cc");
    return (uint128_t)high << 64 | low;
}
#else
/*
 * No such host is supported so far. The library's function is right among its own callers; stores of
 * other threads to one half may get lost.
 */
static inline uint128_t cas128(uint128_t *p, uint128_t expected, uint128_t desired)
{
    __atomic_compare_exchange_n(p, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return expected;
}
#endif

#endif
