/*
 * Pointer masking (Smmpm, Smnpm, Ssnpm): which bits of an address are ignored in which mode, by
 * which accesses, what a fault says, and that a change, a fence or MXR is seen at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define PMM_OFF (0ul << 32)
#define PMM_7 (2ul << 32)
#define PMM_16 (3ul << 32)
#define PMM_MASK (3ul << 32)

#define TAG_7 (0x55ul << 57) /* bits that PMM_7 and PMM_16 ignore */
#define TAG_16 (0xabul << 48) /* and that only the latter does */

static uint64_t page[512] __attribute__((aligned(4096)));
static uint64_t other[512] __attribute__((aligned(4096)));
static uint64_t *const word = &page[8];

/* What accesses at `addr` do; `bad` is the address that a fault would name, 0: there is none. */
static void check_accesses(uint64_t addr, uint64_t cause_load, uint64_t cause_store, uint64_t bad)
{
    uint64_t value = 0x1122334455667788;

    if (bad) {
        try_ld(addr);
        CHECK_TRAP(cause_load, bad);
        try_lr_w(addr);
        CHECK_TRAP(cause_load, bad);
        try_sd(addr, 0);
        CHECK_TRAP(cause_store, bad);
        try_amoadd_d(addr, 1);
        CHECK_TRAP(cause_store, bad);
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        try_sd(addr, value);
        CHECK_NO_TRAP();
        CHECK_EQ(try_ld(addr), value);
        CHECK_EQ(try_lbu(addr + 1), 0x77);
        CHECK_EQ(try_lw(addr + 2), 0x33445566); /* misaligned */
        CHECK_EQ(try_amoadd_d(addr, 1), value);
        CHECK_EQ(try_lr_d(addr), value + 1);
        CHECK_EQ(try_sc_d(addr, value + 2), 0);
        CHECK_EQ(try_ld(addr), value + 2);
        PROBE("cbo.zero (%0)", : : "r"(addr) : "memory");
        CHECK_NO_TRAP();
        CHECK_EQ(try_ld(addr), 0);
    }
}

static uint64_t good(uint64_t addr)
{
    check_accesses(addr, 0, 0, 0);
    return 0;
}

static uint64_t page_fault(uint64_t addr)
{
    check_accesses(addr, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, addr);
    return 0;
}

static uint64_t access_fault(uint64_t addr)
{
    check_accesses(addr, CAUSE_LOAD_ACCESS, CAUSE_STORE_ACCESS, addr);
    return 0;
}

static void check_machine(void)
{
    uint64_t addr = (uint64_t)word;

    CHECK_EQ(csr_warl(0x747 /* mseccfg */, PMM_7) & PMM_MASK, PMM_7);
    good(addr | TAG_7);
    good(addr);
    access_fault(addr | TAG_16);
    csr_write(0x747 /* mseccfg */, PMM_16);
    good(addr | TAG_7);
    good(addr | TAG_16);
    good(addr | 0xfffful << 48); /* physical addresses: filled with zeros */
    try_ld(addr | TAG_16 | 1ul << 47);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr | 1ul << 47); /* as it was masked */
    try_call(addr | TAG_7, 0); /* not for fetch */
    CHECK_TRAP(CAUSE_FETCH_ACCESS, addr | TAG_7);
    try_amoadd_d((addr | TAG_7) + 4, 0);
    CHECK_EQ(trap()->tval, addr + 4); /* misaligned, or an access fault */
    try_sd(addr | TAG_7, 1);
    csr_write(0x747 /* mseccfg */, PMM_OFF); /* at once */
    access_fault(addr | TAG_7);
}

/* For the mode whose PMM field `set` turns; addresses are physical there. */
static void check_bare(unsigned mode, void (*set)(uint64_t))
{
    uint64_t addr = (uint64_t)word;

    set(PMM_7);
    run_in(mode, good, addr | TAG_7);
    run_in(mode, access_fault, addr | TAG_16);
    set(PMM_16);
    run_in(mode, good, addr | TAG_16);
    CHECK_EQ(try_mprv_ld(addr | TAG_16, mode, 0), 0); /* MPRV: as that mode */
    CHECK_NO_TRAP();
    try_mprv_ld(addr | TAG_16, mode, MSTATUS_MXR);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, addr | TAG_16);
    csr_clear(mstatus, MSTATUS_MXR);
    access_fault(addr | TAG_7); /* machine mode itself: not */
    set(PMM_OFF);
    run_in(mode, access_fault, addr | TAG_7);
}

static void set_menvcfg(uint64_t pmm)
{
    csr_clear(menvcfg, PMM_MASK);
    csr_set(menvcfg, pmm);
    CHECK_EQ(csr_read(menvcfg) & PMM_MASK, pmm);
}

static void set_senvcfg(uint64_t pmm)
{
    csr_clear(senvcfg, PMM_MASK);
    csr_set(senvcfg, pmm);
    CHECK_EQ(csr_read(senvcfg) & PMM_MASK, pmm);
}

/* Both halves of the address space: the ignored bits become copies of the highest one left. */
static struct space space;
#define HIGH_VA (0xfffffffff0000000ul)

static uint64_t check_fence(uint64_t unused)
{
    uint64_t *pte = space_pte(&space, TEST_VA, 0);

    (void)unused;
    page[0] = 1;
    other[0] = 2;
    CHECK_EQ(try_ld(TEST_VA | TAG_7), 1);
    CHECK_EQ(try_ld(TEST_VA), 1);
    *pte = PTE_OF(other) | PTE_RW;
    sfence_va(TEST_VA);
    CHECK_EQ(try_ld(TEST_VA | TAG_7), 2);
    CHECK_EQ(try_ld(TEST_VA), 2);
    *pte = PTE_OF(page) | PTE_RW;
    sfence_va_asid(TEST_VA, 1);
    CHECK_EQ(try_ld(TEST_VA | TAG_7), 1);
    csr_set(sstatus, MSTATUS_MXR);
    try_ld(TEST_VA | TAG_7);
    CHECK_TRAP(CAUSE_LOAD_PAGE, TEST_VA | TAG_7);
    csr_clear(sstatus, MSTATUS_MXR);
    CHECK_EQ(try_ld(TEST_VA | TAG_7), 1);
    return 0;
}

static uint64_t masked_fault(uint64_t addr)
{
    check_accesses(addr, CAUSE_LOAD_PAGE, CAUSE_STORE_PAGE, addr << 7 >> 7);
    return 0;
}

/* A load across two pages: each part is masked. */
static uint64_t across(uint64_t addr)
{
    return try_ld(addr);
}

static void check_translated(void)
{
    uint64_t offset = (uint64_t)word & (PAGE_SIZE - 1);

    space = space_new(3);
    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_RW);
    space_map(&space, TEST_VA + PAGE_SIZE, (uint64_t)other, 0, PTE_RW);
    space_map(&space, HIGH_VA, (uint64_t)page, 0, PTE_RW);
    space_on(&space, 1);
    run_in(MODE_S, page_fault, (TEST_VA + offset) | TAG_7);
    set_menvcfg(PMM_7);
    run_in(MODE_S, good, (TEST_VA + offset) | TAG_7);
    run_in(MODE_S, good, (HIGH_VA + offset) & ~TAG_7);
    run_in(MODE_S, good, (HIGH_VA + offset) & ~(0x7ful << 57));
    run_in(MODE_S, page_fault, (TEST_VA + offset) | TAG_16);
    run_in(MODE_S, masked_fault, (TEST_VA + 5 * PAGE_SIZE) | TAG_7);
    page[511] = 0x1111111111111111;
    other[0] = 0x2222222222222222;
    CHECK_EQ(run_in(MODE_S, across, (TEST_VA + PAGE_SIZE - 3) | TAG_7), 0x2222222222111111);
    run_in(MODE_S, check_fence, 0);
    set_menvcfg(PMM_16);
    run_in(MODE_S, good, (TEST_VA + offset) | TAG_16);
    run_in(MODE_S, good, (HIGH_VA + offset) & ~(0xfffful << 48));
    set_menvcfg(PMM_OFF);
    run_in(MODE_S, page_fault, (TEST_VA + offset) | TAG_7);
    space_off();
}

int main(void)
{
    uint64_t legal = csr_warl(0x747 /* mseccfg */, 1ul << 32);

    CHECK((legal & PMM_MASK) != 1ul << 32); /* reserved */
    CHECK((csr_warl(menvcfg, 1ul << 32) & PMM_MASK) != 1ul << 32);
    CHECK((csr_warl(senvcfg, 1ul << 32) & PMM_MASK) != 1ul << 32);
    csr_write(0x747 /* mseccfg */, 0);
    csr_write(menvcfg, MENVCFG_CBZE);
    csr_write(senvcfg, MENVCFG_CBZE);
    check_machine();
    check_bare(MODE_S, set_menvcfg);
    check_bare(MODE_U, set_senvcfg);
    check_translated();
    return 0;
}
