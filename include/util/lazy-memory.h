/*
 * Large pieces of zero-filled memory that the host commits page by page when they are touched.
 *
 * For guest RAM and for tables that are mostly empty. What does not belong here: ordinary allocation (GLib's).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_LAZY_MEMORY_H
#define UTIL_LAZY_MEMORY_H

#include <stddef.h>

/* `size` bytes, page-aligned; NULL with errno set when the host has no room for them. */
void *lazy_memory_new(size_t size);
/* `p` may be NULL; `size` is what it was made with. */
void lazy_memory_free(void *p, size_t size);

#endif
