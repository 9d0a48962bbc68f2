/*
 * PMP address matching: OFF, TOR, NA4, NAPOT of all sizes, in bytes of a buffer, against a model
 * that is computed from the registers; the lowest entry decides; permissions for each kind of
 * access.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

/* Covered word by word. Everything outside is open by entry 15. */
#define WORDS 64
static uint32_t buffer[WORDS] __attribute__((aligned(4096)));
static uint8_t stay_open[4096] __attribute__((aligned(4096)));

/* Of each entry: decoded by decode(), since the lower modes cannot read the registers. */
static uint64_t range_first[16], range_last[16];
static uint8_t permissions[16];

static void decode(void)
{
    for (unsigned i = 0; i < 16; i++) {
        uint64_t addr = pmp_addr(i), ones;

        permissions[i] = pmp_cfg(i);
        range_first[i] = 1; /* nothing */
        range_last[i] = 0;
        switch (pmp_cfg(i) & PMP_NAPOT) {
        case PMP_TOR:
            range_first[i] = i ? pmp_addr(i - 1) << 2 : 0;
            range_last[i] = (addr << 2) - 1;
            if (addr == 0) {
                range_first[i] = 1, range_last[i] = 0;
            }
            break;
        case PMP_NA4:
            range_first[i] = addr << 2;
            range_last[i] = (addr << 2) + 3;
            break;
        case PMP_NAPOT:
            ones = addr ^ (addr + 1); /* trailing ones and the zero above them */
            range_first[i] = (addr & ~ones) << 2;
            range_last[i] = ((addr | ones) << 2) | 3;
            break;
        }
    }
}

/* May a mode below M make this access? An entry that matches only a part of it forbids it. */
static bool allowed(uint64_t addr, unsigned size, uint8_t permission)
{
    for (unsigned i = 0; i < 16; i++) {
        uint64_t last = addr + size - 1;

        if (range_first[i] <= range_last[i] && addr <= range_last[i] && last >= range_first[i]) {
            return addr >= range_first[i] && last <= range_last[i] && (permissions[i] & permission);
        }
    }
    return false;
}

static void check_one(uint64_t addr, unsigned size)
{
    bool ok = allowed(addr, size, PMP_R);

    size == 8 ? try_ld(addr) : size == 4 ? try_lw(addr) : size == 2 ? try_lh(addr) : try_lb(addr);
    CHECK_EQ(trap()->cause, ok ? (uint64_t)NO_TRAP : CAUSE_LOAD_ACCESS);
    CHECK(ok || trap()->tval == addr);

    ok = allowed(addr, size, PMP_W);
    size == 8   ? try_sd(addr, 0)
    : size == 4 ? try_sw(addr, 0)
    : size == 2 ? try_sh(addr, 0)
                : try_sb(addr, 0);
    CHECK_EQ(trap()->cause, ok ? (uint64_t)NO_TRAP : CAUSE_STORE_ACCESS);
    CHECK(ok || trap()->tval == addr);
}

static uint64_t check_buffer(uint64_t unused)
{
    uint64_t base = (uint64_t)buffer;

    for (unsigned offset = 0; offset < sizeof(buffer); offset += 4) {
        check_one(base + offset, 4);
        check_one(base + offset + 3, 1);
        check_one(base + offset + 2, 2);
        if (offset % 8 == 0) {
            check_one(base + offset, 8);
        }
    }
    try_ld((uint64_t)stay_open);
    CHECK_NO_TRAP();
    return unused;
}

static void check_setting(void)
{
    decode();
    run_in(MODE_S, check_buffer, 0);
    run_in(MODE_U, check_buffer, 0);
}

static void all_off(void)
{
    for (unsigned i = 0; i < 15; i++) {
        pmp_set_cfg(i, 0);
        pmp_set_addr(i, 0);
    }
}

int main(void)
{
    uint64_t base = (uint64_t)buffer;

    all_off();
    check_setting();

    for (unsigned rwx = 0; rwx < 8; rwx++) { /* W without R is reserved and need not be held */
        if ((rwx & (PMP_R | PMP_W)) == PMP_W) {
            continue;
        }
        for (uint64_t size = 8; size <= 128; size *= 2) {
            pmp_set_napot(0, base + 128, size, rwx);
            check_setting();
        }
        all_off();
        pmp_set_addr(3, (base + 20) >> 2);
        pmp_set_cfg(3, PMP_NA4 | rwx);
        check_setting();
        pmp_set_addr(2, (base + 4) >> 2); /* OFF: the lower bound of entry 3 */
        pmp_set_addr(3, (base + 76) >> 2);
        pmp_set_cfg(3, PMP_TOR | rwx);
        check_setting();
        pmp_set_addr(2, (base + 76) >> 2); /* empty: both bounds the same */
        check_setting();
        pmp_set_addr(2, (base + 80) >> 2); /* and upside down */
        check_setting();
        all_off();
    }

    /* The lowest entry wins, whatever it says. */
    pmp_set_addr(1, (base + 16) >> 2);
    pmp_set_cfg(1, PMP_NA4 | PMP_R);
    pmp_set_napot(2, base, 32, 0);
    pmp_set_napot(3, base, 256, PMP_R | PMP_W);
    check_setting();
    pmp_set_napot(0, base, 64, PMP_R | PMP_W | PMP_X);
    check_setting();
    all_off();

    /* TOR in entry 0 starts at address 0. */
    pmp_set_addr(0, (base + 8) >> 2);
    pmp_set_cfg(0, PMP_TOR | PMP_R | PMP_W | PMP_X);
    pmp_set_napot(1, base, 64, 0);
    check_setting();
    all_off();

    /* A chain of TOR entries. */
    for (unsigned i = 4; i < 12; i++) {
        pmp_set_addr(i, (base + 12 * i) >> 2);
        pmp_set_cfg(i, PMP_TOR | (i % 2 ? PMP_R : i % 4 ? PMP_R | PMP_W : 0));
    }
    pmp_set_cfg(4, 0);
    check_setting();
    return 0;
}
