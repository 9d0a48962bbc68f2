/*
 * Runs the work of a benchmark program and reports it: see bench.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

uint64_t work_instructions;

int main(void);

int main(void)
{
    uint64_t start = csr_read(minstret);
    uint64_t sum = work();
    uint64_t instructions = csr_read(minstret) - start;

    put_text("checksum ");
    put_hex(sum);
    put_text(" instructions ");
    put_hex(work_instructions ? work_instructions : instructions);
    put_text("\n");
    return sum != work_checksum;
}
