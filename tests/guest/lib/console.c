/*
 * Console and end of the run through HTIF: tohost takes device (bits 63:56), command (55:48) and
 * payload.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

extern volatile uint64_t tohost, fromhost;

#define HTIF_PUT_CHAR (1ul << 56 | 1ul << 48)

void put_char(char c)
{
    static int lock;

    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) {
    }
    while (tohost) {
        fromhost = 0; /* the host may wait for its answer to be taken */
    }
    tohost = HTIF_PUT_CHAR | (uint8_t)c;
    while (tohost) {
    }
    fromhost = 0;
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

void put_text(const char *text)
{
    while (*text) {
        put_char(*text++);
    }
}

void put_hex(uint64_t v)
{
    put_text("0x");
    for (int shift = 60; shift >= 0; shift -= 4) {
        if (v >> shift || shift == 0) {
            put_char("0123456789abcdef"[v >> shift & 15]);
        }
    }
}

void put_dec(uint64_t v) /* without division: M may be off in misa */
{
    static const uint32_t powers[] = { 1000000000, 100000000, 10000000, 1000000, 100000,
                                       10000,      1000,      100,      10,      1 };
    bool started = false;

    for (unsigned i = 0; i < ARRAY_LEN(powers); i++) {
        char digit = '0';

        for (; v >= powers[i]; v -= powers[i]) {
            digit++;
        }
        started = started || digit != '0' || powers[i] == 1;
        if (started) {
            put_char(digit);
        }
    }
}

void run_end(unsigned status)
{
    for (;;) {
        tohost = (uint64_t)status << 1 | 1;
    }
}
