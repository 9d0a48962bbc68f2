/*
 * The UART without interrupts: the loop, with FIFOs, and the line, without; however late a
 * character is read, none is lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

static void send(const char *text)
{
    for (; *text; text++) {
        while (!(uart_lsr & LSR_THRE)) {
        }
        uart_data = *text;
    }
}

static char receive(void)
{
    while (!(uart_lsr & LSR_DR)) {
    }
    return uart_data;
}

int main(void)
{
    static const char expected[] = "the first line of input is longer than sixteen characters";

    uart_init(5);
    uart_mcr = MCR_LOOP;
    send("loop");
    CHECK_EQ(receive(), 'l');
    CHECK_EQ(receive(), 'o');
    CHECK_EQ(receive(), 'o');
    CHECK_EQ(receive(), 'p');
    CHECK_EQ(uart_lsr & LSR_DR, 0);
    uart_mcr = 0;
    uart_fcr = 0;
    for (unsigned i = 0; i + 1 < sizeof(expected); i++) {
        CHECK_EQ(receive(), expected[i]);
        for (volatile unsigned j = 0; j < 1000; j++) {
        }
    }
    send("It came.\n");
    return 0;
}
