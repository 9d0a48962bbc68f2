/*
 * PMP and translation: the walk's own reads (and its writes of A and D) are checked as supervisor's
 * accesses; a page fault comes before the access fault of the page itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"
#include "pmp.h"

static uint64_t page[512] __attribute__((aligned(4096))) = { 0x8082 };
static struct space space;

static uint64_t access_all(uint64_t cause) /* of the fetch; a load's and a store's follow from it */
{
    uint64_t load = cause == CAUSE_FETCH_ACCESS ? CAUSE_LOAD_ACCESS : CAUSE_LOAD_PAGE;

    try_ld(TEST_VA + 16);
    CHECK_TRAP(load, TEST_VA + 16);
    try_sd(TEST_VA + 16, 0);
    CHECK_TRAP(load + 2, TEST_VA + 16);
    try_amoadd_w(TEST_VA + 16, 0);
    CHECK_TRAP(load + 2, TEST_VA + 16);
    try_lr_d(TEST_VA + 16);
    CHECK_TRAP(load, TEST_VA + 16);
    try_call(TEST_VA, 0);
    CHECK_TRAP(cause, TEST_VA);
    return 0;
}

static uint64_t access_ok(uint64_t unused)
{
    try_ld(TEST_VA);
    CHECK_NO_TRAP();
    try_sd(TEST_VA, 0x8082);
    CHECK_NO_TRAP();
    try_call(TEST_VA, 0);
    CHECK_NO_TRAP();
    return unused;
}

static void set_pte(uint64_t flags)
{
    space_map(&space, TEST_VA, (uint64_t)page, 0, flags);
    sfence_all();
}

int main(void)
{
    uint64_t table;

    space = space_new(3);
    set_pte(PTE_RWX);
    table = (uint64_t)space_pte(&space, TEST_VA, 0) & -PAGE_SIZE;
    space_on(&space, 0);
    run_in(MODE_S, access_ok, 0);

    /* The last table. */
    pmp_set_napot(0, table, PAGE_SIZE, 0);
    run_in(MODE_S, access_all, CAUSE_FETCH_ACCESS);
    pmp_set_napot(0, table, PAGE_SIZE, PMP_R); /* reading is all it needs */
    run_in(MODE_S, access_ok, 0);
    /* A table on the way, one entry of it. */
    pmp_set_napot(0, (uint64_t)space_pte(&space, TEST_VA, 1), 8, 0);
    run_in(MODE_S, access_all, CAUSE_FETCH_ACCESS);
    /* X alone is not R. */
    pmp_set_napot(0, table, PAGE_SIZE, PMP_X);
    run_in(MODE_S, access_all, CAUSE_FETCH_ACCESS);

    /* The page itself. */
    pmp_set_napot(0, (uint64_t)page, PAGE_SIZE, 0);
    run_in(MODE_S, access_all, CAUSE_FETCH_ACCESS);
    set_pte(PTE_V | PTE_R | PTE_W | PTE_X); /* A clear: the page fault is first */
    run_in(MODE_S, access_all, CAUSE_FETCH_PAGE);
    set_pte(PTE_RWX | PTE_U);
    run_in(MODE_S, access_all, CAUSE_FETCH_PAGE);
    /* MXR is about pages: what PMP does not let be read is not read. */
    set_pte(PTE_RX & ~PTE_R);
    pmp_set_napot(0, (uint64_t)page, PAGE_SIZE, PMP_X);
    try_mprv_ld(TEST_VA, MODE_S, MSTATUS_MXR);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, TEST_VA);
    csr_clear(mstatus, MSTATUS_MXR);

    /* Writing A and D needs W on the table. */
    set_pte(PTE_V | PTE_R | PTE_W | PTE_X);
    pmp_set_napot(0, table, PAGE_SIZE, PMP_R);
    csr_set(menvcfg, MENVCFG_ADUE);
    sfence_all();
    run_in(MODE_S, access_all, CAUSE_FETCH_ACCESS);
    CHECK_EQ(*space_pte(&space, TEST_VA, 0) & (PTE_A | PTE_D), 0);
    pmp_set_napot(0, table, PAGE_SIZE, PMP_R | PMP_W);
    run_in(MODE_S, access_ok, 0);
    CHECK_EQ(*space_pte(&space, TEST_VA, 0) & (PTE_A | PTE_D), PTE_A | PTE_D);
    return 0;
}
