/*
 * Access faults: fetches, loads, stores and atomics where there is nothing, also half on nothing
 * and beyond the 56 bits of a physical address. A load that faults leaves its register alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define HOLE 0x40000000ul /* no device and no memory on this machine */

static void check_access(uint64_t addr)
{
    CHECK_EQ(try_lb(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lbu(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lh(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lhu(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lw(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lwu(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_ld(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lr_w(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    CHECK_EQ(try_lr_d(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);

    try_sb(addr, 1);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    try_sh(addr, 1);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    try_sw(addr, 1);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    try_sd(addr, 1);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    CHECK_EQ(try_amoadd_w(addr, 1), addr);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    CHECK_EQ(try_amoadd_d(addr, 1), addr);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);

    PROBE("fld fa0, 0(%0)", : : "r"(addr));
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    PROBE("fsw fa0, 0(%0)", : : "r"(addr));
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);

    try_call(addr, 0);
    CHECK_TRAP(CAUSE_FETCH_ACCESS, addr);
    CHECK_EQ(trap()->epc, addr);
}

static uint64_t in_other_mode(uint64_t addr)
{
    check_access(addr);
    return 0;
}

int main(void)
{
    static const uint64_t nowhere[] = {
        HOLE,
        HOLE + 0xff8,
        RAM_BASE - 8,
        1ul << 55,
        1ul << 56 | RAM_BASE,
        1ul << 63 | RAM_BASE,
        -(uint64_t)0x80000000ul,
        -8ul,
    };
    volatile uint64_t *ram = (volatile uint64_t *)RAM_BASE;
    uint64_t first = *ram, value;

    for (unsigned i = 0; i < ARRAY_LEN(nowhere); i++) {
        check_access(nowhere[i]);
        run_in(MODE_S, in_other_mode, nowhere[i]);
        run_in(MODE_U, in_other_mode, nowhere[i]);
    }

    /*
     * Around address 0, where machines differ in what they have; a fault, if any, is this access's.
     */
    for (uint64_t addr = 0; addr < 8; addr++) {
        value = try_ld(addr);
        CHECK(trap()->cause == (uint64_t)NO_TRAP || (value == addr && trap()->tval <= addr + 7));
        value = try_lw(addr);
        CHECK(trap()->cause == (uint64_t)NO_TRAP || (value == addr && trap()->tval <= addr + 3));
        try_sh(addr, 0);
        CHECK(trap()->cause == (uint64_t)NO_TRAP || trap()->tval <= addr + 1);
    }

    /* Across the beginning of RAM: the half in RAM is not written. */
    value = try_ld(RAM_BASE - 4);
    CHECK_EQ(trap()->cause, CAUSE_LOAD_ACCESS);
    CHECK_EQ(value, RAM_BASE - 4);
    try_sd(RAM_BASE - 4, ~first);
    CHECK_EQ(trap()->cause, CAUSE_STORE_ACCESS);
    CHECK_EQ(*ram, first);
    try_sw(RAM_BASE - 1, ~first);
    CHECK_EQ(trap()->cause, CAUSE_STORE_ACCESS);
    CHECK_EQ(*ram, first);
    return 0;
}
