/*
 * From a member to the structure that holds it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_CONTAINER_OF_H
#define UTIL_CONTAINER_OF_H

#include <stddef.h>

/* `ptr` points to member `member` of a `type`; the type of ptr is checked. */
#define container_of(ptr, type, member)                                                           \
    ({                                                                                            \
        const __typeof__(((type *)0)->member) *member_ = (ptr);                                   \
        (type *)(void *)((char *)(uintptr_t)member_ - offsetof(type, member));                    \
    })

#endif
