/*
 * The test finisher ends the run with a status.
 *
 * SPDX-License-Identifier: MIT
 */
#include "device.h"

int main(void)
{
    CHECK_EQ(FINISHER, 0);
    FINISHER = 0x1234; /* means nothing */
    FINISHER = FINISHER_FAIL(42);
    for (;;) {
        asm volatile("wfi");
    }
}
