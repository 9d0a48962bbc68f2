/*
 * Accesses to guest RAM, where harts race by the guest's own design: the one place that tells
 * ThreadSanitizer so.
 *
 * It does not look at them. So no such race is reported; nor does what a guest's locks put in order
 * count as order for the emulator's own data, or a guest with many locks would hide the emulator's
 * races. In any other build these are memcpy(), memset() and C's orders. A plain access is to be
 * made by these functions, an atomic one with one of these orders, or relaxed.
 *
 * What does not belong here: where in RAM an access goes (memory.h, target-riscv/tlb.c), and who is
 * told of a store (granule.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_GUEST_RAM_H
#define SYSTEM_GUEST_RAM_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "util/tsan.h"

#ifndef UTIL_TSAN

#define GUEST_SEQ_CST __ATOMIC_SEQ_CST
#define GUEST_ACQUIRE __ATOMIC_ACQUIRE

/* One access of the host where `size` is a constant 1, 2, 4 or 8, and both are aligned to that. */
static inline __attribute__((always_inline)) void guest_ram_copy(void *to, const void *from,
                                                                 size_t size)
{
    memcpy(to, from, size);
}

static inline void guest_ram_clear(void *to, size_t size)
{
    memset(to, 0, size);
}

#else

/*
 * ThreadSanitizer sees atomic accesses in any function. A relaxed one puts nothing in order, and
 * none conflicts with what it does not see. On x86-64 the host's instructions stay what they are:
 * a load, and an exchange, is the same for each order. Elsewhere the guest needs the real one.
 */
#ifdef __x86_64__
#define GUEST_SEQ_CST __ATOMIC_RELAXED
#define GUEST_ACQUIRE __ATOMIC_RELAXED
#else
#define GUEST_SEQ_CST __ATOMIC_SEQ_CST
#define GUEST_ACQUIRE __ATOMIC_ACQUIRE
#endif

/* volatile: else a compiler makes memcpy() of it, which ThreadSanitizer sees. */
#define GUEST_RAM_COPY_AS(type, to, from) (*(volatile type *)(to) = *(const volatile type *)(from))

UTIL_TSAN_UNSEEN static void guest_ram_copy(void *to, const void *from, size_t size)
{
    switch (((uintptr_t)to | (uintptr_t)from) & (size - 1) ? 0 : size) {
    case 2:
        GUEST_RAM_COPY_AS(uint16_t, to, from);
        break;
    case 4:
        GUEST_RAM_COPY_AS(uint32_t, to, from);
        break;
    case 8:
        GUEST_RAM_COPY_AS(uint64_t, to, from);
        break;
    default:
        for (size_t i = 0; i < size; i++) {
            GUEST_RAM_COPY_AS(uint8_t, (uint8_t *)to + i, (const uint8_t *)from + i);
        }
    }
}

UTIL_TSAN_UNSEEN static void guest_ram_clear(void *to, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((volatile uint8_t *)to)[i] = 0;
    }
}

#endif

#endif
