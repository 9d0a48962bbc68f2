/*
 * SiFive's test finisher: a register that ends the run, or starts it anew.
 *
 *   0x0   store 0x5555: end with status 0; 0x3333, and a status in bits 31:16: end with that, or
 *         with 1 if it is 0; 0x7777: reset; other values do nothing
 *
 * Everything in its range reads as zero; stores elsewhere are ignored. Accesses are 2 or 4 bytes
 * wide and aligned.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_SIFIVE_TEST_H
#define HW_SIFIVE_TEST_H

#include "system/device.h"

#define TYPE_SIFIVE_TEST "sifive-test"
OBJECT_DECLARE_SIMPLE_TYPE(SiFiveTestState, SIFIVE_TEST)

#define SIFIVE_TEST_SIZE 0x1000

/* The lower half of what is stored. */
enum { SIFIVE_TEST_FAIL = 0x3333, SIFIVE_TEST_PASS = 0x5555, SIFIVE_TEST_RESET = 0x7777 };

/* It has no properties. Region 0 is SIFIVE_TEST_SIZE bytes long. */

#endif
