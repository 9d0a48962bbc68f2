/*
 * A hart whose property misaligned is off: loads, stores and atomics that are not aligned trap, and
 * change nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static uint64_t word[4] __attribute__((aligned(64))) = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };

int main(void)
{
    uint64_t base = (uint64_t)word;

    for (unsigned offset = 1; offset < 8; offset++) {
        uint64_t addr = base + offset;

        CHECK_EQ(try_ld(addr), addr);
        CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
        try_sd(addr, 0);
        CHECK_TRAP(CAUSE_STORE_MISALIGNED, addr);
        PROBE("fld fa0, 0(%0)", : : "r"(addr));
        CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
        PROBE("fsd fa0, 0(%0)", : : "r"(addr));
        CHECK_TRAP(CAUSE_STORE_MISALIGNED, addr);
        CHECK_EQ(try_amoadd_d(addr, 1), addr);
        CHECK_TRAP(CAUSE_STORE_MISALIGNED, addr);
        CHECK_EQ(try_lr_d(addr), addr);
        CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
        CHECK_EQ(try_sc_d(addr, 1), addr);
        CHECK_TRAP(CAUSE_STORE_MISALIGNED, addr);
        if (offset & 3) {
            CHECK_EQ(try_lw(addr), addr);
            CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
            CHECK_EQ(try_lwu(addr), addr);
            CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
            try_sw(addr, 0);
            CHECK_TRAP(CAUSE_STORE_MISALIGNED, addr);
        } else {
            try_lw(addr);
            CHECK_NO_TRAP();
        }
        if (offset & 1) {
            CHECK_EQ(try_lh(addr), addr);
            CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
            CHECK_EQ(try_lhu(addr), addr);
            CHECK_TRAP(CAUSE_LOAD_MISALIGNED, addr);
            try_sh(addr, 0);
            CHECK_TRAP(CAUSE_STORE_MISALIGNED, addr);
        } else {
            try_lh(addr);
            CHECK_NO_TRAP();
        }
        try_lb(addr);
        CHECK_NO_TRAP();
    }
    CHECK_EQ(word[0], 0x0706050403020100);
    CHECK_EQ(word[1], 0x0f0e0d0c0b0a0908);
    return 0;
}
