/*
 * Quicksort of an array of pairs, comparing through a function pointer as qsort(3) does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define COUNT SIZE(1500, 120000)
#define ROUNDS SIZE(1, 4)
const uint64_t work_checksum = SIZE(0xa436eceb7f8655cc, 0x4666b0298f5e13bd);

struct pair {
    uint32_t key;
    uint32_t place;
};

typedef int (*compare_fn)(const void *a, const void *b);

static struct pair pairs[COUNT];

static int by_key(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;

    return x->place < y->place ? -1 : x->place > y->place;
}

static void swap(struct pair *a, struct pair *b)
{
    struct pair copy = *a;

    *a = *b;
    *b = copy;
}

static void insertion_sort(struct pair *p, long n, compare_fn compare)
{
    for (long i = 1; i < n; i++) {
        struct pair moving = p[i];
        long j = i;

        for (; j > 0 && compare(&p[j - 1], &moving) > 0; j--) {
            p[j] = p[j - 1];
        }
        p[j] = moving;
    }
}

/* The median of first, middle and last goes to the first place. */
static void choose_pivot(struct pair *p, long n, compare_fn compare)
{
    struct pair *middle = p + n / 2, *last = p + n - 1;

    if (compare(middle, last) > 0) {
        swap(middle, last);
    }
    if (compare(p, last) > 0) {
        swap(p, last);
    }
    if (compare(p, middle) < 0) {
        swap(p, middle);
    }
}

static __attribute__((noinline)) void sort(struct pair *p, long n, compare_fn compare)
{
    while (n > 10) {
        long i = 0, j = n;

        choose_pivot(p, n, compare);
        for (;;) {
            while (compare(&p[++i], p) < 0) {
            }
            while (compare(&p[--j], p) > 0) {
            }
            if (i >= j) {
                break;
            }
            swap(&p[i], &p[j]);
        }
        swap(p, &p[j]);
        if (j < n - j) { /* the smaller part first: the stack stays small */
            sort(p, j, compare);
            p += j + 1;
            n -= j + 1;
        } else {
            sort(p + j + 1, n - j - 1, compare);
            n = j;
        }
    }
    insertion_sort(p, n, compare);
}

uint64_t work(void)
{
    uint64_t seed = 0x1234567, sum = 0;
    volatile compare_fn orders[] = {by_key, by_place};

    for (unsigned i = 0; i < COUNT; i++) {
        pairs[i] = (struct pair){.key = random_next(&seed) >> 40, .place = i};
    }
    for (unsigned round = 0; round < ROUNDS; round++) {
        sort(pairs, COUNT, orders[0]);
        for (unsigned i = 1; i < COUNT; i++) {
            CHECK(pairs[i - 1].key <= pairs[i].key);
        }
        sum = mixed(sum, pairs[COUNT / 3].key + pairs[COUNT / 2].place);
        sort(pairs, COUNT, orders[1]);
        for (unsigned i = 0; i < COUNT; i++) {
            CHECK(pairs[i].place == i);
            pairs[i].key ^= random_next(&seed) & 0xffff;
        }
    }
    return sum;
}
