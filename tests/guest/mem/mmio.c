/*
 * Device registers through loads and stores: halves of a register, and what a device does not offer
 * is an access fault (or reads as nothing) but never a change of the register.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define MTIMECMP (CLINT_BASE + 0x4000ul)

int main(void)
{
    uint64_t v = 0x0123456789abcdef;

    clint_mtimecmp(0) = v;
    CHECK_EQ(clint_mtimecmp(0), v);
    CHECK_EQ(try_lwu(MTIMECMP), 0x89abcdef);
    CHECK_EQ(try_lw(MTIMECMP), (uint64_t)(int32_t)0x89abcdef);
    CHECK_EQ(try_lwu(MTIMECMP + 4), 0x01234567);
    try_sw(MTIMECMP, 0x11111111);
    CHECK_EQ(clint_mtimecmp(0), 0x0123456711111111);
    try_sw(MTIMECMP + 4, 0x22222222);
    CHECK_EQ(clint_mtimecmp(0), 0x2222222211111111);

    CHECK_EQ(clint_msip(0), 0);
    clint_msip(0) = 0xffffffff; /* one bit is there */
    CHECK_EQ(clint_msip(0), 1);
    clint_msip(0) = 0;

    /*
     * Misaligned, and across two registers: the device has no such access (PMA, Privileged 3.6.1).
     */
    clint_mtimecmp(0) = v;
    try_sd(MTIMECMP + 4, 0);
    CHECK(trap()->cause == CAUSE_STORE_ACCESS || trap()->cause == CAUSE_STORE_MISALIGNED);
    try_sw(MTIMECMP + 2, 0);
    CHECK(trap()->cause == CAUSE_STORE_ACCESS || trap()->cause == CAUSE_STORE_MISALIGNED);
    CHECK_EQ(clint_mtimecmp(0), v);
    try_ld(MTIMECMP + 1);
    CHECK(trap()->cause == CAUSE_LOAD_ACCESS || trap()->cause == CAUSE_LOAD_MISALIGNED);

    /* No hart has this number. */
    try_lw(CLINT_BASE + 0x3ffc);
    CHECK(trap()->cause == (uint64_t)NO_TRAP || trap()->cause == CAUSE_LOAD_ACCESS);
    return 0;
}
