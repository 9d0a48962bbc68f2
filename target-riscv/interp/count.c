/*
 * Counting what instructions do, by operations of their own that decoding puts between them where somebody asked
 * for it: so it costs nothing otherwise.
 *
 * What does not belong here: which instructions count as what (../translate.c), what is counted without it
 * (RISCVStats).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/dispatch.h"

RISCV_HANDLER(riscv_op_count)
{
    env->events[op->rd]++;
    NEXT(op + 1, last);
}
