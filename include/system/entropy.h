/*
 * Random bits from the host.
 *
 * Every one that a guest gets comes through here, so that a run can be recorded. What does not belong
 * here: what a guest gets them by.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_ENTROPY_H
#define SYSTEM_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Fill `size` bytes (at most 256) that are fit for keys. Never waits: false while the host has not
 * gathered enough yet. Any thread.
 */
bool entropy_get(void *bytes, size_t size);

#endif
