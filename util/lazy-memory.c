/*
 * Memory that the host commits when it is touched: see include/util/lazy-memory.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/lazy-memory.h"

#include <sys/mman.h>

void *lazy_memory_new(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

void lazy_memory_free(void *p, size_t size)
{
    if (p) {
        munmap(p, size);
    }
}
