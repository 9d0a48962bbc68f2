/*
 * PMP and machine mode: without L an entry does not concern it; with L it does, and the entry stays
 * until reset. Also which values the registers hold.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

static uint64_t guarded[512] __attribute__((aligned(4096)));
static uint64_t code[512] __attribute__((aligned(4096))) = { 0x8082 };
static uint64_t above[512] __attribute__((aligned(4096)));

int main(void)
{
    uint64_t data = (uint64_t)guarded, fetch = (uint64_t)code;

    /* pmpaddr holds bits 55:2 of an address; the granularity is four bytes. */
    pmp_set_cfg(0, 0);
    pmp_set_addr(0, -1ul);
    CHECK_EQ(pmp_addr(0), (1ul << 54) - 1);
    pmp_set_addr(0, 0x123456789);
    CHECK_EQ(pmp_addr(0), 0x123456789);
    for (unsigned a = PMP_OFF; a <= PMP_NAPOT; a += PMP_TOR) {
        pmp_set_cfg(7, a | PMP_R);
        CHECK_EQ(pmp_cfg(7), a | PMP_R);
        pmp_set_cfg(7, 0);
    }
    pmp_set_cfg(7, 0x60 | PMP_R); /* bits 6:5 are zero */
    CHECK_EQ(pmp_cfg(7), PMP_R);
    pmp_set_cfg(7, PMP_W | PMP_X); /* W without R: reserved */
    CHECK((pmp_cfg(7) & (PMP_R | PMP_W)) != PMP_W);
    pmp_set_cfg(7, 0);
    PROBE("csrr t0, pmpcfg1", : : : "t0"); /* the odd ones are RV32's */
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);

    /* Without L: as if it were not there. */
    pmp_set_napot(0, data, 4096, 0);
    pmp_set_napot(1, fetch, 4096, 0);
    try_sd(data, 1);
    CHECK_NO_TRAP();
    try_call(fetch, 0);
    CHECK_NO_TRAP();
    /* But MPRV makes it S's access. */
    try_mprv_ld(data, MODE_S, 0);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, data);
    try_mprv_sd(data, 2, MODE_U, 0);
    CHECK_TRAP(CAUSE_STORE_ACCESS, data);

    /* Locked, read only. */
    pmp_set_napot(0, data, 4096, PMP_R | PMP_L);
    CHECK_EQ(try_ld(data), 1);
    CHECK_NO_TRAP();
    try_sd(data, 3);
    CHECK_TRAP(CAUSE_STORE_ACCESS, data);
    try_amoadd_d(data, 3);
    CHECK_TRAP(CAUSE_STORE_ACCESS, data);
    try_call(data, 0);
    CHECK_TRAP(CAUSE_FETCH_ACCESS, data);
    CHECK_EQ(guarded[0], 1);

    /* Neither half of a locked entry can be written. */
    pmp_set_cfg(0, PMP_NAPOT | PMP_R | PMP_W | PMP_X);
    CHECK_EQ(pmp_cfg(0), PMP_NAPOT | PMP_R | PMP_L);
    pmp_set_addr(0, 0);
    CHECK_EQ(pmp_addr(0), data >> 2 | (4096 / 8 - 1));
    /* Its neighbour in the same CSR can. */
    pmp_set_napot(1, fetch, 4096, PMP_R | PMP_L);
    CHECK_EQ(pmp_cfg(1), PMP_NAPOT | PMP_R | PMP_L);
    try_call(fetch, 0);
    CHECK_TRAP(CAUSE_FETCH_ACCESS, fetch);
    CHECK_EQ(try_ld(fetch), 0x8082);

    /* A locked TOR entry locks the address below it, and not that one's configuration. */
    pmp_set_addr(4, (uint64_t)above >> 2);
    pmp_set_addr(5, ((uint64_t)above + 8) >> 2);
    pmp_set_cfg(5, PMP_TOR | PMP_L);
    try_ld((uint64_t)above);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, above);
    try_ld((uint64_t)above + 8);
    CHECK_NO_TRAP();
    pmp_set_addr(4, 0);
    CHECK_EQ(pmp_addr(4), (uint64_t)above >> 2);
    pmp_set_cfg(4, PMP_R);
    CHECK_EQ(pmp_cfg(4), PMP_R);

    /* Locked and OFF: holds its values, and matches nothing. */
    pmp_set_addr(9, 0x1234);
    pmp_set_cfg(9, PMP_OFF | PMP_L);
    pmp_set_addr(9, 0);
    CHECK_EQ(pmp_addr(9), 0x1234);
    pmp_set_cfg(9, 0);
    CHECK_EQ(pmp_cfg(9), PMP_OFF | PMP_L);
    pmp_set_addr(8, 0x77);
    CHECK_EQ(pmp_addr(8), 0x77);
    return 0;
}
