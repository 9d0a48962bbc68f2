/*
 * The litmus tests, a million rounds of each.
 *
 * SPDX-License-Identifier: MIT
 */
#define ROUNDS 1000000
#include "litmus.c"
