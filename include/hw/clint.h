/*
 * CLINT, the core-local interruptor: software and timer interrupts of each hart.
 *
 *   0x0000 + 4 * i   msip of hart i: bit 0 is its machine software interrupt
 *   0x4000 + 8 * i   mtimecmp of hart i: its machine timer interrupt is pending while mtime is
 *                    at least that
 *   0xbff8           mtime
 *
 * Everything else in its range reads as zero and ignores stores, as in Spike. Accesses are 4 or 8
 * bytes wide and aligned; one of 8 bytes to msip is that to two harts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_CLINT_H
#define HW_CLINT_H

#include "system/clock.h"
#include "system/device.h"

#define TYPE_CLINT "clint"
OBJECT_DECLARE_SIMPLE_TYPE(CLINTState, CLINT)

#define CLINT_SIZE 0xc0000
/* mtime takes the place of the 4096th mtimecmp. */
#define CLINT_MAX_HARTS 4095

#define CLINT_MSIP 0x0
#define CLINT_MTIMECMP 0x4000
#define CLINT_MTIME 0xbff8

/*
 * Properties: "num-harts" (1 to CLINT_MAX_HARTS), link "timebase". Output pin 2 * i is the software
 * interrupt of hart i, 2 * i + 1 its timer interrupt. Region 0 is CLINT_SIZE bytes long.
 */
#define CLINT_PIN_SOFTWARE(hart) (2 * (hart))
#define CLINT_PIN_TIMER(hart) (2 * (hart) + 1)

#endif
