/*
 * The A and D bits. With menvcfg.ADUE clear (Svade) an access that needs one of them set faults;
 * with it set (Svadu) the bits are written, but only by an access that is allowed. Where the bit
 * cannot be set there is no Svadu, which status 100 says.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define RET_RET 0x8082808280828082 /* four c.ret */
static uint64_t page[512] __attribute__((aligned(4096))) = { RET_RET, RET_RET };
static struct space space;
static uint64_t *pte;

static void set_pte(uint64_t flags)
{
    *pte = PTE_OF(page) | flags;
    sfence_all();
}

static uint64_t flags_now(void)
{
    return *(volatile uint64_t *)pte & 0x3ff;
}

#define RWX (PTE_V | PTE_R | PTE_W | PTE_X)

static uint64_t svade(uint64_t unused)
{
    set_pte(RWX);
    CHECK_EQ(try_ld(TEST_VA), TEST_VA);
    CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA);
    try_sd(TEST_VA, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
    try_call(TEST_VA, 0);
    CHECK_TRAP(CAUSE_FETCH_PAGE, TEST_VA);
    CHECK_EQ(flags_now(), RWX);

    set_pte(RWX | PTE_A);
    CHECK_EQ(try_ld(TEST_VA), RET_RET);
    CHECK_NO_TRAP();
    try_call(TEST_VA, 0);
    CHECK_NO_TRAP();
    try_sd(TEST_VA, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
    try_amoadd_d(TEST_VA, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
    CHECK_EQ(try_ld(TEST_VA), RET_RET);
    CHECK_EQ(try_lr_d(TEST_VA), RET_RET);
    CHECK_NO_TRAP();
    CHECK_EQ(flags_now(), RWX | PTE_A);

    set_pte(RWX | PTE_D); /* D alone does not help */
    try_sd(TEST_VA, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
    set_pte(RWX | PTE_A | PTE_D);
    try_sd(TEST_VA, RET_RET);
    CHECK_NO_TRAP();
    return unused;
}

static uint64_t svadu(uint64_t unused)
{
    set_pte(RWX);
    CHECK_EQ(try_ld(TEST_VA), RET_RET);
    CHECK_NO_TRAP();
    CHECK_EQ(flags_now(), RWX | PTE_A);
    try_sd(TEST_VA, RET_RET); /* after a load has put the page into the TLB */
    CHECK_NO_TRAP();
    CHECK_EQ(flags_now(), RWX | PTE_A | PTE_D);

    set_pte(RWX);
    try_sd(TEST_VA, RET_RET);
    CHECK_EQ(flags_now(), RWX | PTE_A | PTE_D);
    set_pte(RWX);
    try_call(TEST_VA, 0);
    CHECK_NO_TRAP();
    CHECK_EQ(flags_now(), RWX | PTE_A);
    set_pte(RWX);
    try_amoadd_w(TEST_VA, 0);
    CHECK_EQ(flags_now(), RWX | PTE_A | PTE_D);
    set_pte(RWX);
    CHECK_EQ(try_lr_w(TEST_VA), (uint64_t)(int32_t)RET_RET);
    CHECK((flags_now() & ~PTE_D) == (RWX | PTE_A));
    CHECK_EQ(try_sc_w(TEST_VA, (uint32_t)RET_RET), 0);
    CHECK_EQ(flags_now(), RWX | PTE_A | PTE_D);

    /* What is not allowed leaves no trace. */
    set_pte(PTE_V | PTE_R);
    try_sd(TEST_VA, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
    CHECK_EQ(flags_now() & PTE_D, 0);
    try_call(TEST_VA, 0);
    CHECK_TRAP(CAUSE_FETCH_PAGE, TEST_VA);
    set_pte(RWX | PTE_U); /* SUM is clear */
    try_ld(TEST_VA);
    CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA);
    CHECK_EQ(flags_now(), RWX | PTE_U);
    set_pte(PTE_R | PTE_W); /* not valid */
    try_sd(TEST_VA, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
    CHECK_EQ(flags_now(), PTE_R | PTE_W);
    CHECK_EQ(page[0], RET_RET);
    return unused;
}

int main(void)
{
    space = space_new(3);
    pte = space_pte(&space, TEST_VA, 0);
    space_on(&space, 0);

    CHECK_EQ(csr_read(menvcfg) & MENVCFG_ADUE, 0);
    run_in(MODE_S, svade, 0);
    if (!(csr_warl(menvcfg, MENVCFG_ADUE) & MENVCFG_ADUE)) {
        return 100;
    }
    sfence_all();
    run_in(MODE_S, svadu, 0);
    csr_clear(menvcfg, MENVCFG_ADUE);
    sfence_all();
    run_in(MODE_S, svade, 0);
    return 0;
}
