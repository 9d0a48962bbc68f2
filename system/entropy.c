/*
 * Random bits from the host: the kernel's generator.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/entropy.h"

#include <sys/random.h>

bool entropy_get(void *bytes, size_t size)
{
    /* "Up to 256 bytes will always return as many bytes as requested", and no signal interrupts that. */
    return getrandom(bytes, size, GRND_NONBLOCK) == (ssize_t)size;
}
