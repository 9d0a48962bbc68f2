/*
 * Small bare-metal programs keep code and data on one page. This one runs a stream cipher of the
 * RC4 kind, which stores twice for each byte, and counts the bytes; bench.ld puts its data on the
 * page of its code, or on one of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define BYTES SIZE(3000, 9000000)
const uint64_t work_checksum = SIZE(0xa9179c2fe5f483db, 0x3fb2e919be9a44ce);

#define CODE __attribute__((noinline, section(".beside.text")))
#define DATA __attribute__((section(".beside.data")))

static DATA uint8_t state[256] = {1};
static DATA uint8_t at = 1, other = 1; /* initialised: .beside.data is not .bss */
static DATA uint32_t counts[16] = {1};

CODE static uint8_t next_byte(void)
{
    uint8_t a, b;

    at++;
    a = state[at];
    other += a;
    b = state[other];
    state[at] = b;
    state[other] = a;
    return state[(uint8_t)(a + b)];
}

CODE static uint64_t stream(unsigned n)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++) {
        uint8_t byte = next_byte();

        sum = sum * 257 + byte;
        counts[byte >> 4]++;
    }
    return sum;
}

CODE static void set_key(uint64_t seed)
{
    uint8_t j = 0;

    for (unsigned i = 0; i < 256; i++) {
        state[i] = i;
    }
    for (unsigned i = 0; i < 256; i++) {
        uint8_t kept = state[i];

        j += kept + (seed >> (i % 8 * 8));
        state[i] = state[j];
        state[j] = kept;
    }
}

uint64_t work(void)
{
    uint64_t sum;

    set_key(0x0123456789abcdef);
    sum = stream(BYTES);
    for (unsigned i = 0; i < ARRAY_LEN(counts); i++) {
        sum = mixed(sum, counts[i]);
    }
    return sum;
}
