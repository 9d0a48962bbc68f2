/*
 * PMP entries for guest programs. Entry 15 is start.S's: everything allowed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_PMP_H
#define GUEST_PMP_H

#include "guest.h"

enum {
    PMP_R = 1 << 0,
    PMP_W = 1 << 1,
    PMP_X = 1 << 2,
    PMP_OFF = 0 << 3,
    PMP_TOR = 1 << 3,
    PMP_NA4 = 2 << 3,
    PMP_NAPOT = 3 << 3,
    PMP_L = 1 << 7,
};

/* Write configuration byte `entry`, 0 to 15; read it. */
void pmp_set_cfg(unsigned entry, uint8_t cfg);
uint8_t pmp_cfg(unsigned entry);
/* Write pmpaddr `entry` as it stands in the register (address >> 2); read it. */
void pmp_set_addr(unsigned entry, uint64_t value);
uint64_t pmp_addr(unsigned entry);
/* The naturally aligned range of `size` bytes, a power of two and at least 8. */
void pmp_set_napot(unsigned entry, uint64_t base, uint64_t size, uint8_t permissions);

#endif
