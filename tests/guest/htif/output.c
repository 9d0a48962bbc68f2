/*
 * Console output: every byte value, in order, reaches the host. What it must be is in output.txt.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

int main(void)
{
    put_text("Hello, host!\n");
    put_hex(0);
    put_text(" ");
    put_hex(0xfedcba9876543210);
    put_text(" ");
    put_dec(0);
    put_text(" ");
    put_dec(1234567890);
    put_text("\n");
    for (unsigned c = 0; c < 256; c++) {
        put_char(c);
    }
    for (unsigned i = 0; i < 1000; i++) {
        put_text("0123456789");
    }
    return 0;
}
