/*
 * Every combination of R, W, X, U against every kind of access: from supervisor and user mode, from
 * machine mode through MPRV, with SUM and MXR. What must happen is computed from the rules of 12.3
 * to 12.4.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

enum { FETCH, LOAD, STORE };
static const char *const access_names[] = { "fetch", "load", "store" };

#define RET_RET 0x8082808280828082 /* four c.ret */
static uint64_t page[512] __attribute__((aligned(4096))) = { RET_RET, RET_RET };
static struct space space;

static bool allowed(uint64_t pte, unsigned access, unsigned mode, bool sum, bool mxr)
{
    if (!(pte & PTE_R) && ((pte & PTE_W) || !(pte & PTE_X))) {
        return false; /* reserved; or, with none of the three, a pointer in the last table */
    }
    if (mode == MODE_U && !(pte & PTE_U)) {
        return false;
    }
    if (mode == MODE_S && (pte & PTE_U) && (access == FETCH || !sum)) {
        return false;
    }
    switch (access) {
    case FETCH:
        return pte & PTE_X;
    case LOAD:
        return (pte & PTE_R) || (mxr && (pte & PTE_X));
    default:
        return pte & PTE_W;
    }
}

static uint64_t do_access(uint64_t access)
{
    switch (access) {
    case FETCH:
        try_call(TEST_VA, 0);
        break;
    case LOAD:
        try_ld(TEST_VA);
        break;
    default:
        try_sd(TEST_VA, RET_RET);
        break;
    }
    return 0;
}

static void check_result(uint64_t pte, unsigned access, unsigned mode, bool ok)
{
    static const uint8_t causes[] = { CAUSE_FETCH_PAGE, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE };
    uint64_t expected = ok ? (uint64_t)NO_TRAP : causes[access];

    if (trap()->cause != expected || (!ok && trap()->tval != TEST_VA)) {
        put_access(access_names[access], mode, pte);
        CHECK_EQ(trap()->cause, expected);
        CHECK_EQ(trap()->tval, TEST_VA);
    }
}

static void check_entry(uint64_t pte, bool sum, bool mxr)
{
    uint64_t bits = (sum ? MSTATUS_SUM : 0) | (mxr ? MSTATUS_MXR : 0);

    csr_clear(mstatus, MSTATUS_SUM | MSTATUS_MXR);
    csr_set(mstatus, bits);
    for (unsigned access = FETCH; access <= STORE; access++) {
        for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
            run_in(mode, do_access, access);
            check_result(pte, access, mode, allowed(pte, access, mode, sum, mxr));
        }
    }
    for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
        try_mprv_ld(TEST_VA, mode, 0);
        check_result(pte, LOAD, mode, allowed(pte, LOAD, mode, sum, mxr));
        try_mprv_sd(TEST_VA, RET_RET, mode, 0);
        check_result(pte, STORE, mode, allowed(pte, STORE, mode, sum, mxr));
    }
}

int main(void)
{
    space = space_new(3);
    space_on(&space, 0);
    for (uint64_t flags = 0; flags <= (PTE_R | PTE_W | PTE_X | PTE_U); flags += PTE_R) {
        uint64_t pte = flags | PTE_V | PTE_A | PTE_D;

        space_map(&space, TEST_VA, (uint64_t)page, 0, pte);
        sfence_all();
        for (unsigned i = 0; i < 4; i++) {
            check_entry(pte, i & 1, i >> 1);
        }
    }

    /* MPRV with MPP = M is no translation; MPRV does not concern fetches. */
    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_RW | PTE_U);
    sfence_all();
    CHECK_EQ(try_mprv_ld((uint64_t)page, MODE_M, 0), RET_RET);
    CHECK_NO_TRAP();
    try_mprv_ld(TEST_VA, MODE_M, 0);
    CHECK_EQ(trap()->cause, CAUSE_LOAD_ACCESS);
    CHECK_EQ(try_mprv_ld(TEST_VA, MODE_U, 0), RET_RET); /* fetched by M while loads are U's */
    CHECK_NO_TRAP();
    return 0;
}
