/*
 * Byte loops over text: length, search for a character, comparison, copy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ROUNDS SIZE(2, 420)
const uint64_t work_checksum = SIZE(0x38f3a4787060d4aa, 0x2f4b448acdea3df9);

#define LINES 512
#define LINE_SIZE 128

static char lines[LINES][LINE_SIZE];
static char copy[LINE_SIZE];

static __attribute__((noinline)) size_t length(const char *s)
{
    const char *end = s;

    while (*end) {
        end++;
    }
    return end - s;
}

static __attribute__((noinline)) const char *find(const char *s, char wanted)
{
    for (; *s != wanted; s++) {
        if (!*s) {
            return NULL;
        }
    }
    return s;
}

static __attribute__((noinline)) int compare(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;

    for (; n > 0; n--, x++, y++) {
        if (*x != *y) {
            return *x - *y;
        }
    }
    return 0;
}

static __attribute__((noinline)) char *copied(char *to, const char *from)
{
    while ((*to = *from)) {
        to++;
        from++;
    }
    return to;
}

static void fill(uint64_t *seed)
{
    for (unsigned i = 0; i < LINES; i++) {
        unsigned n = 20 + random_next(seed) % (LINE_SIZE - 24);

        for (unsigned j = 0; j < n; j++) {
            lines[i][j] = "etaoin shrdlu"[random_next(seed) % 13];
        }
        lines[i][n] = '\0';
    }
}

static uint64_t one_round(unsigned round)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < LINES; i++) {
        size_t n = length(lines[i]);
        const char *at = find(lines[i], 'x');

        sum += n + (at ? at - lines[i] : 0);
        sum += copied(copy, lines[i]) - copy;
        lines[i][round % n] ^= 1; /* somewhere the copy differs */
        sum += compare(lines[i], copy, n);
        lines[i][round % n] ^= 1;
        for (at = lines[i]; (at = find(at, ' ')); at++) {
            sum += at - lines[i];
        }
    }
    return sum;
}

uint64_t work(void)
{
    uint64_t seed = 0xbeef, sum = 0;

    fill(&seed);
    for (unsigned i = 0; i < ROUNDS; i++) {
        sum = mixed(sum, one_round(i));
    }
    return sum;
}
