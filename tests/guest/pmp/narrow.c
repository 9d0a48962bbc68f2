/*
 * PMP regions narrower than a page: data and code beside forbidden bytes in one page, accesses
 * across the border of a region, misaligned ones among them. Nothing is written by an access that
 * fails.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

static uint64_t page[2][512] __attribute__((aligned(4096)));

#define FORBIDDEN 64 /* bytes at this offset: eight of them */

static uint64_t data_access(uint64_t base)
{
    for (unsigned round = 0; round < 3; round++) { /* after the first, a TLB may know the page */
        CHECK_EQ(try_ld(base + FORBIDDEN - 8), 7);
        CHECK_NO_TRAP();
        try_sd(base + FORBIDDEN + 8, 9);
        CHECK_NO_TRAP();
        try_lw(base + FORBIDDEN);
        CHECK_TRAP(CAUSE_LOAD_ACCESS, base + FORBIDDEN);
        try_sb(base + FORBIDDEN + 7, 1);
        CHECK_TRAP(CAUSE_STORE_ACCESS, base + FORBIDDEN + 7);
        /* Over either border: 4 of 8 bytes are forbidden. */
        try_ld(base + FORBIDDEN - 4);
        CHECK_EQ(trap()->cause, CAUSE_LOAD_ACCESS);
        try_sd(base + FORBIDDEN - 4, -1ul);
        CHECK_EQ(trap()->cause, CAUSE_STORE_ACCESS);
        try_ld(base + FORBIDDEN + 4);
        CHECK_EQ(trap()->cause, CAUSE_LOAD_ACCESS);
        try_sd(base + FORBIDDEN + 4, -1ul);
        CHECK_EQ(trap()->cause, CAUSE_STORE_ACCESS);
        try_sh(base + FORBIDDEN - 1, -1ul);
        CHECK_EQ(trap()->cause, CAUSE_STORE_ACCESS);
        try_amoadd_w(base + FORBIDDEN, 1);
        CHECK_TRAP(CAUSE_STORE_ACCESS, base + FORBIDDEN);
        try_amoadd_w(base + FORBIDDEN + 8, 0);
        CHECK_NO_TRAP();
    }
    return 0;
}

/* A page of `addi a0, a0, 1` (4 bytes each), ended by `ret`; ten of them from `start`. */
static void fill_code(uint64_t start)
{
    uint32_t *code = (uint32_t *)start;

    for (unsigned i = 0; i < 10; i++) {
        code[i] = 0x00150513;
    }
    code[10] = 0x00008067;
    fence_i();
}

static uint64_t call(uint64_t addr)
{
    return try_call(addr, 100);
}

int main(void)
{
    uint64_t base = (uint64_t)page, code;

    page[0][FORBIDDEN / 8 - 1] = 7;
    page[0][FORBIDDEN / 8] = 8;
    pmp_set_napot(0, base + FORBIDDEN, 8, 0);
    run_in(MODE_S, data_access, base);
    run_in(MODE_U, data_access, base);
    CHECK_EQ(page[0][FORBIDDEN / 8 - 1], 7);
    CHECK_EQ(page[0][FORBIDDEN / 8], 8);
    CHECK_EQ(page[0][FORBIDDEN / 8 + 1], 9);

    /* Two entries that both allow it: an access that lies in both fails all the same. */
    pmp_set_napot(0, base, 64, PMP_R | PMP_W);
    pmp_set_napot(1, base + 64, 64, PMP_R | PMP_W);
    try_mprv_ld(base + 56, MODE_U, 0);
    CHECK_NO_TRAP();
    try_mprv_ld(base + 64, MODE_U, 0);
    CHECK_NO_TRAP();
    pmp_set_addr(0, (base + 64) >> 2);
    pmp_set_cfg(0, PMP_NA4 | PMP_R | PMP_W);
    try_mprv_ld(base + 64, MODE_U, 0); /* aligned, and entry 0 matches only its first half */
    CHECK_TRAP(CAUSE_LOAD_ACCESS, base + 64);
    pmp_set_cfg(0, 0);
    pmp_set_cfg(1, 0);

    /* Code that runs into a word that must not be executed. */
    for (unsigned i = 0; i < 2; i++) {
        code = base + (i ? 4096 - 20 : 128); /* within a page; across a border */
        fill_code(code);
        CHECK_EQ(run_in(MODE_U, call, code), 110);
        pmp_set_addr(0, (code + 20) >> 2);
        pmp_set_cfg(0, PMP_NA4 | PMP_R);
        CHECK_EQ(run_in(MODE_U, call, code), 105); /* five before the trap */
        CHECK_TRAP(CAUSE_FETCH_ACCESS, code + 20);
        CHECK_EQ(trap()->epc, code + 20);
        CHECK_EQ(run_in(MODE_U, call, code + 24), 104);
        CHECK_EQ(call(code), 110); /* machine mode may */
        pmp_set_cfg(0, PMP_NA4 | PMP_R | PMP_X);
        CHECK_EQ(run_in(MODE_U, call, code), 110);
        pmp_set_cfg(0, 0);
        CHECK_EQ(run_in(MODE_U, call, code), 110);
    }

    /* An instruction of which only half may be fetched. */
    fill_code(base + 128 + 2);
    pmp_set_addr(0, (base + 148) >> 2);
    pmp_set_cfg(0, PMP_NA4);
    run_in(MODE_S, call, base + 130);
    CHECK_EQ(trap()->cause, CAUSE_FETCH_ACCESS);
    CHECK_EQ(trap()->epc, base + 146);
    pmp_set_cfg(0, 0);
    CHECK_EQ(run_in(MODE_S, call, base + 130), 110);

    /* Across the border of a page into a forbidden word. */
    page[0][511] = 0x1234;
    page[1][0] = 0;
    pmp_set_addr(0, (base + 4096) >> 2);
    pmp_set_cfg(0, PMP_NA4);
    try_mprv_sd(base + 4096 - 4, -1ul, MODE_S, 0);
    CHECK_EQ(trap()->cause, CAUSE_STORE_ACCESS);
    CHECK_EQ(page[0][511], 0x1234);
    CHECK_EQ(try_ld(base + 4096),
             base + 4096); /* half in the entry: not even for M, and without L */
    CHECK_TRAP(CAUSE_LOAD_ACCESS, base + 4096);
    CHECK_EQ(*(volatile uint32_t *)page[1], 0);
    try_mprv_ld(base + 4096 - 4, MODE_S, 0);
    CHECK_EQ(trap()->cause, CAUSE_LOAD_ACCESS);
    return 0;
}
