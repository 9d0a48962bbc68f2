/*
 * NS16550A, the UART of the PC: a serial line with FIFOs of 16 characters.
 *
 *   offset  load                        store
 *   0       RBR, the next character     THR, a character to send
 *   1       IER, interrupt enables      the same
 *   2       IIR, which interrupt        FCR, FIFO control
 *   3       LCR, line control           the same
 *   4       MCR, modem control          the same
 *   5       LSR, line status            (ignored)
 *   6       MSR, modem status           (ignored)
 *   7       SCR, kept for software      the same
 *
 * With LCR.DLAB set 0 and 1 are the divisor's lower and upper byte, loads and stores. Everything
 * else in its range reads as zero and ignores stores. Accesses are one byte wide.
 *
 * Sending takes no time, so the transmitter is always empty. Receiving takes none, either: a
 * character is there as soon as the host has it and the FIFO has room, whatever the divisor says;
 * so the line loses none, and there are no errors on it but an overrun in loopback. What the
 * divisor does decide is the character timeout. Characters have eight bits whatever LCR says. At
 * the other end of the line CTS, DSR and DCD are always on and RI is off.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_NS16550A_H
#define HW_NS16550A_H

#include "system/chardev.h"
#include "system/clock.h"
#include "system/device.h"

#define TYPE_NS16550A "ns16550a"
OBJECT_DECLARE_SIMPLE_TYPE(NS16550AState, NS16550A)

#define NS16550A_SIZE 0x100
#define NS16550A_FIFO 16 /* characters */

/* What its node is called, by the address of region 0. */
#define NS16550A_NODE "serial@%" PRIx64

enum {
    NS16550A_RBR = 0, NS16550A_THR = 0, NS16550A_DLL = 0,
    NS16550A_IER = 1, NS16550A_DLM = 1,
    NS16550A_IIR = 2, NS16550A_FCR = 2,
    NS16550A_LCR = 3,
    NS16550A_MCR = 4,
    NS16550A_LSR = 5,
    NS16550A_MSR = 6,
    NS16550A_SCR = 7,
};

/*
 * Properties: links "chardev" (none: what is sent vanishes) and "clock" (what the character timeout
 * is measured with), "clock-frequency" (Hz: 16 times the divisor times the baud rate). Output pin 0
 * is the interrupt. Region 0 is NS16550A_SIZE bytes long.
 */

#endif
