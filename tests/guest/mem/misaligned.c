/*
 * Misaligned loads and stores in hardware: every width at every offset around the border of a page,
 * with the bytes beside them intact. Atomics and device registers do not take them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define PAGE 4096
static uint8_t bytes[2 * PAGE] __attribute__((aligned(PAGE)));

static void fill(void)
{
    for (unsigned i = 0; i < 64; i++) {
        bytes[PAGE - 32 + i] = 0x80 + i * 3;
    }
}

/* The little-endian number of `size` bytes at offset `at`. */
static uint64_t number_at(unsigned at, unsigned size)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < size; i++) {
        v |= (uint64_t)bytes[at + i] << 8 * i;
    }
    return v;
}

static uint64_t sign_extend(uint64_t v, unsigned size)
{
    unsigned shift = 64 - 8 * size;

    return (uint64_t)((int64_t)(v << shift) >> shift);
}

static void check_loads(unsigned at)
{
    uint64_t addr = (uint64_t)bytes + at, f;

    CHECK_EQ(try_lh(addr), sign_extend(number_at(at, 2), 2));
    CHECK_EQ(try_lhu(addr), number_at(at, 2));
    CHECK_EQ(try_lw(addr), sign_extend(number_at(at, 4), 4));
    CHECK_EQ(try_lwu(addr), number_at(at, 4));
    CHECK_EQ(try_ld(addr), number_at(at, 8));
    CHECK_NO_TRAP();
    PROBE("fld fa0, 0(%1)\n fmv.x.d %0, fa0", : "=r"(f) : "r"(addr));
    CHECK_EQ(f, number_at(at, 8));
    PROBE("flw fa0, 0(%1)\n fmv.x.d %0, fa0", : "=r"(f) : "r"(addr));
    CHECK_EQ(f, number_at(at, 4) | 0xffffffff00000000);
    CHECK_NO_TRAP();
}

/* Bytes around [at, at + size) are what fill() made them. */
static bool others_intact(unsigned at, unsigned size)
{
    for (unsigned i = 0; i < 64; i++) {
        unsigned offset = PAGE - 32 + i;

        if ((offset < at || offset >= at + size) && bytes[offset] != (uint8_t)(0x80 + i * 3)) {
            return false;
        }
    }
    return true;
}

static void check_stores(unsigned at)
{
    uint64_t addr = (uint64_t)bytes + at, v = 0x1122334455667788;

    fill();
    try_sh(addr, v);
    CHECK_EQ(number_at(at, 2), (uint16_t)v);
    CHECK(others_intact(at, 2));
    fill();
    try_sw(addr, v);
    CHECK_EQ(number_at(at, 4), (uint32_t)v);
    CHECK(others_intact(at, 4));
    fill();
    try_sd(addr, v);
    CHECK_EQ(number_at(at, 8), v);
    CHECK(others_intact(at, 8));
    fill();
    PROBE("fmv.d.x fa0, %1\n fsd fa0, 0(%0)", : : "r"(addr), "r"(v));
    CHECK_EQ(number_at(at, 8), v);
    CHECK(others_intact(at, 8));
    fill();
    PROBE("fmv.d.x fa0, %1\n fsw fa0, 0(%0)", : : "r"(addr), "r"(v));
    CHECK_EQ(number_at(at, 4), (uint32_t)v);
    CHECK(others_intact(at, 4));
    CHECK_NO_TRAP();
}

/*
 * Atomics are not emulated: they raise an access fault, as on Spike (address-misaligned exceptions
 * would be right as well: "A", Load-Reserved/Store-Conditional).
 */
static void check_atomics(unsigned at)
{
    uint64_t addr = (uint64_t)bytes + at;

    fill();
    CHECK_EQ(try_amoadd_d(addr, 1), addr);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    CHECK_EQ(try_lr_d(addr), addr);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    try_lr_d((uint64_t)bytes + (at & ~7u));
    CHECK_EQ(try_sc_d(addr, 1), addr);
    CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
    if (at & 3) {
        CHECK_EQ(try_amoadd_w(addr, 1), addr);
        CHECK_TRAP(CAUSE_STORE_ACCESS, addr);
        CHECK_EQ(try_lr_w(addr), addr);
        CHECK_TRAP(CAUSE_LOAD_ACCESS, addr);
    }
    CHECK(others_intact(at, 0));
}

int main(void)
{
    for (unsigned at = PAGE - 16; at < PAGE + 16; at++) {
        fill();
        check_loads(at);
        check_stores(at);
        if (at & 7) {
            check_atomics(at);
        }
    }
    return 0;
}
