/*
 * A set of small numbers that is emptied in the time that its members take: which entries of a table are in use.
 *
 * What does not belong here: sets of anything else (GLib's hash tables).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_INDEX_SET_H
#define UTIL_INDEX_SET_H

#include <stdbool.h>
#include <stdint.h>

#define INDEX_SET_MAX 4096u /* members are below */

/* All zeros: empty. */
typedef struct IndexSet {
    uint64_t words;                   /* bit n: bits[n] is not 0 */
    uint64_t bits[INDEX_SET_MAX / 64];
} IndexSet;

static inline void index_set_add(IndexSet *set, unsigned i)
{
    set->words |= UINT64_C(1) << (i / 64);
    set->bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* The lowest member from `from` on, or INDEX_SET_MAX. */
static inline unsigned index_set_next(const IndexSet *set, unsigned from)
{
    unsigned n = from / 64;
    uint64_t words;

    if (from >= INDEX_SET_MAX) {
        return INDEX_SET_MAX;
    }
    if (set->bits[n] >> from % 64) {
        return from + __builtin_ctzll(set->bits[n] >> from % 64);
    }
    words = set->words & (~UINT64_C(1) << n);
    if (!words) {
        return INDEX_SET_MAX;
    }
    n = __builtin_ctzll(words);
    return n * 64 + __builtin_ctzll(set->bits[n]);
}

/* Take the lowest member out; false when there is none. */
static inline bool index_set_pop(IndexSet *set, unsigned *i)
{
    unsigned n;

    if (!set->words) {
        return false;
    }
    n = __builtin_ctzll(set->words);
    *i = n * 64 + __builtin_ctzll(set->bits[n]);
    set->bits[n] &= set->bits[n] - 1;
    if (!set->bits[n]) {
        set->words &= set->words - 1;
    }
    return true;
}

#define INDEX_SET_FOREACH(i, set)                                                                 \
    for (unsigned i = index_set_next(set, 0); i < INDEX_SET_MAX; i = index_set_next(set, i + 1))

#endif
