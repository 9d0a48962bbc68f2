/*
 * Which fused handler runs two instructions.
 *
 * What does not belong here: the handlers (pairs.h) and which of them there are (fuse.def).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/interp.h"

/* The row or column for `source`, or for one that makes use of less: to read env->x is always right. */
static unsigned place(const uint8_t places[RISCV_SOURCE_COUNT], RISCVSource source)
{
    if (source == RISCV_SOURCE_rs1_zero2 && !places[source]) {
        source = RISCV_SOURCE_rs1;
    }
    return places[source] ? places[source] : places[RISCV_SOURCE_regs];
}

RISCVHandler *riscv_pair_handler(unsigned first, RISCVSource source1, unsigned second, RISCVSource source2)
{
    unsigned row = place(riscv_pair_first[first], source1);
    unsigned column = place(riscv_pair_second[second], source2);

    return riscv_pairs[row * riscv_pair_seconds + column];
}
