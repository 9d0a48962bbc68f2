/*
 * Console input: the bytes of input.txt come one for each request, none is lost, none is seen
 * without having been asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

extern volatile uint64_t tohost, fromhost;

#define GET_CHAR (1ul << 56)

static const char expected[] = "Two lines, of which\nthe second has no end: \0\1\xfe\xff";

static uint64_t answer(void)
{
    uint64_t v;

    while ((v = fromhost) == 0) {
    }
    fromhost = 0;
    return v;
}

int main(void)
{
    for (unsigned i = 0; i + 1 < sizeof(expected); i++) {
        for (unsigned j = 0; j < 100; j++) {
            CHECK_EQ(fromhost, 0);
        }
        tohost = GET_CHAR;
        CHECK_EQ(answer(), GET_CHAR | 0x100 | (uint8_t)expected[i]);
        CHECK_EQ(tohost, 0);
    }
    return 0;
}
