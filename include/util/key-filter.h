/*
 * A set of keys that says yes to each of its members, and now and then to another one: a Bloom filter with one hash.
 * For searches that are most often in vain: they need not begin when this says no.
 *
 * What does not belong here: sets that know their members (index-set.h, GLib's hash tables).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_KEY_FILTER_H
#define UTIL_KEY_FILTER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KEY_FILTER_BITS 14 /* log2 of the number of bits: with a thousand keys it errs once in 16 times */

/* All zeros: empty. */
typedef struct KeyFilter {
    bool used;
    uint64_t bits[(1u << KEY_FILTER_BITS) / 64];
} KeyFilter;

static inline unsigned key_filter_hash(uint64_t key)
{
    return key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - KEY_FILTER_BITS); /* Fibonacci hashing */
}

static inline void key_filter_add(KeyFilter *filter, uint64_t key)
{
    unsigned hash = key_filter_hash(key);

    filter->used = true;
    filter->bits[hash / 64] |= UINT64_C(1) << (hash % 64);
}

/* False: it was not added since the filter was empty. */
static inline bool key_filter_may_have(const KeyFilter *filter, uint64_t key)
{
    unsigned hash = key_filter_hash(key);

    return filter->bits[hash / 64] >> (hash % 64) & 1;
}

static inline void key_filter_clear(KeyFilter *filter)
{
    if (filter->used) {
        memset(filter, 0, sizeof(*filter));
    }
}

#endif
