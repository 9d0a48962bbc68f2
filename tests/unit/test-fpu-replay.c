/*
 * Runs floating-point instructions against a file of vectors that test-fpu --dump made: for hosts
 * where the oracle is not to be had, and for other host parts of fpu.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fpu-harness.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    FPUVector batch[256];
    FPUHarness h;
    size_t count;
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    bool failed;

    if (!f) {
        fprintf(stderr, "usage: test-fpu-replay VECTORS (written by test-fpu --dump)\n");
        return 2;
    }
    fpu_harness_init(&h);
    while ((count = fread(batch, sizeof(batch[0]), G_N_ELEMENTS(batch), f)) > 0) {
        fpu_run_vectors(&h, batch, count);
    }
    fclose(f);
    printf("%u runs, %u failures\n", h.runs, h.failures);
    failed = h.failures || !h.runs;
    fpu_harness_free(&h);
    return failed;
}
