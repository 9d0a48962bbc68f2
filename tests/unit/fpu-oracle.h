/*
 * What a floating-point instruction must give, by MPFR and the specification's words.
 *
 * Arithmetic is done once, 200 bits wide, towards zero; if that was inexact, one more bit is set
 * below ("round to odd"), which no later rounding can tell from the exact value. A small rounder
 * then goes to the format in each of RISC-V's five modes. Nothing here is shared with the code
 * under test but the table of instructions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_FPU_ORACLE_H
#define TESTS_UNIT_FPU_ORACLE_H

#include "fpu-harness.h"

/* Fill in v->result and v->flags from the rest. */
void fpu_oracle(FPUVector *v);

#endif
