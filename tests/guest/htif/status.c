/*
 * The exit status is the payload of tohost without its lowest bit: run.py expects 42.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

int main(void)
{
    return 42;
}
