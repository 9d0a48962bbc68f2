/*
 * Environment p of the generated programs: machine mode, physical addresses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

void insn_tests(void); /* returns if all checks pass */

int main(void)
{
    insn_tests();
    return 0;
}
