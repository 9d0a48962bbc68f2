/*
 * The two functions that the compiler calls on its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memset(void *to, int c, size_t n);

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    char *t = to;
    const char *f = from;

    while (n--) {
        *t++ = *f++;
    }
    return to;
}

void *memset(void *to, int c, size_t n)
{
    char *t = to;

    while (n--) {
        *t++ = c;
    }
    return to;
}
