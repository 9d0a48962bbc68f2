/*
 * Pages of shadow stacks (Zicfiss): every combination of R, W, X, U against every kind of access,
 * from supervisor and user mode, with SUM, MXR and SSE. What must happen is computed from "Shadow
 * Stack Memory Protection". Then A and D, physical memory, what the TLB may keep, and what is
 * counted.
 *
 * SPDX-License-Identifier: MIT
 */
#include "events.h"
#include "pmp.h"
#include "shadow.h"

#define RET_RET 0x8082808280828082 /* four c.ret */
static uint64_t page[512] __attribute__((aligned(4096)));
static uint64_t other[512] __attribute__((aligned(4096)));
static struct space space;

/* ---- permissions ---- */

enum { PUSH, POP, SWAP, LOAD, RESERVE, STORE, ATOMIC, ZERO, CLEAN, FETCH, ACCESS_COUNT };
static const char *const access_names[] = {
    "sspush", "sspopchk", "ssamoswap", "load", "lr", "store", "amoadd", "cbo.zero", "cbo.clean",
    "fetch",
};

enum { OK, PAGE_FAULT, ACCESS_FAULT, IS_ILLEGAL };

static bool is_shadow(unsigned access)
{
    return access <= SWAP;
}

static unsigned expected(uint64_t pte, unsigned access, unsigned mode, bool sum, bool mxr, bool sse)
{
    bool r = pte & PTE_R, w = pte & PTE_W, x = pte & PTE_X, u = pte & PTE_U;
    bool shadow_page = w && !r && !x && sse;

    if (is_shadow(access) && !sse) {
        return access == SWAP ? IS_ILLEGAL : OK;
    }
    if ((w && !r && !shadow_page) || (!r && !w && !x)) {
        return PAGE_FAULT; /* reserved; a pointer in the last table */
    }
    if (mode == MODE_U ? !u : u && (access == FETCH || !sum)) {
        return PAGE_FAULT;
    }
    if (shadow_page) {
        return is_shadow(access) || access == LOAD || access == RESERVE ? OK : ACCESS_FAULT;
    }
    switch (access) {
    case PUSH:
    case POP:
    case SWAP:
        return w || x ? ACCESS_FAULT : PAGE_FAULT;
    case LOAD:
    case RESERVE:
    case CLEAN:
        return r || (mxr && x) ? OK : PAGE_FAULT;
    case FETCH:
        return x ? OK : PAGE_FAULT;
    default:
        return w ? OK : PAGE_FAULT;
    }
}

static uint64_t expected_cause(unsigned access, unsigned outcome)
{
    bool by_page = outcome == PAGE_FAULT;

    if (outcome == OK) {
        return NO_TRAP;
    }
    if (outcome == IS_ILLEGAL) {
        return CAUSE_ILLEGAL;
    }
    switch (access) {
    case FETCH:
        return by_page ? CAUSE_FETCH_PAGE : CAUSE_FETCH_ACCESS;
    case LOAD:
    case RESERVE:
        return by_page ? CAUSE_LOAD_PAGE : CAUSE_LOAD_ACCESS;
    default:
        return by_page ? CAUSE_STORE_PAGE : CAUSE_STORE_ACCESS;
    }
}

/* All at TEST_VA, and all but cbo.zero leave memory as it is. */
static uint64_t do_access(uint64_t access)
{
    switch (access) {
    case PUSH:
        TRY_LINK(SSPUSH_RA, RET_RET);
        break;
    case POP:
        TRY_LINK(SSPOPCHK_RA, RET_RET);
        break;
    case SWAP:
        try_ssamoswap_d(TEST_VA, RET_RET);
        break;
    case LOAD:
        try_ld(TEST_VA);
        break;
    case RESERVE:
        try_lr_d(TEST_VA);
        break;
    case STORE:
        try_sd(TEST_VA, RET_RET);
        break;
    case ATOMIC:
        try_amoadd_d(TEST_VA, 0);
        break;
    case ZERO:
        PROBE("cbo.zero (%0)", : : "r"(TEST_VA) : "memory");
        break;
    case CLEAN:
        PROBE("cbo.clean (%0)", : : "r"(TEST_VA) : "memory");
        break;
    default:
        try_call(TEST_VA, 0);
    }
    return 0;
}

static void check_result(uint64_t pte, unsigned access, unsigned mode, unsigned outcome)
{
    uint64_t cause = expected_cause(access, outcome);
    bool at = trap()->tval == TEST_VA || outcome == OK || outcome == IS_ILLEGAL;

    if (trap()->cause != cause || !at) {
        put_access(access_names[access], mode, pte);
        CHECK_EQ(trap()->cause, cause);
        CHECK_EQ(trap()->tval, TEST_VA);
    }
}

static void check_access(uint64_t pte, unsigned access, unsigned mode, unsigned outcome, bool sse)
{
    uint64_t ssp = TEST_VA + (access == PUSH ? 8 : 0);
    uint64_t moved = access == PUSH ? -8 : access == POP ? 8 : 0;

    for (unsigned i = 0; i < 8; i++) {
        page[i] = RET_RET;
    }
    ssp_write(ssp);
    run_in(mode, do_access, access);
    check_result(pte, access, mode, outcome);
    CHECK_EQ(ssp_read(), ssp + (outcome == OK && sse ? moved : 0));
    CHECK_EQ(page[0], access == ZERO && outcome == OK ? 0 : RET_RET);
}

static void check_entry(uint64_t pte, bool sum, bool mxr, bool sse)
{
    csr_turn(mstatus, MSTATUS_SUM, sum);
    csr_turn(mstatus, MSTATUS_MXR, mxr);
    for (unsigned access = 0; access < ACCESS_COUNT; access++) {
        for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
            check_access(pte, access, mode, expected(pte, access, mode, sum, mxr, sse), sse);
        }
    }
}

static void check_permissions(void)
{
    for (uint64_t flags = 0; flags <= (PTE_R | PTE_W | PTE_X | PTE_U); flags += PTE_R) {
        uint64_t pte = flags | PTE_V | PTE_A | PTE_D;

        space_map(&space, TEST_VA, (uint64_t)page, 0, pte);
        sfence_all();
        for (unsigned i = 0; i < 8; i++) {
            sse_set(i >> 2, i >> 2);
            check_entry(pte, i & 1, i >> 1 & 1, i >> 2);
        }
    }
    csr_clear(mstatus, MSTATUS_SUM | MSTATUS_MXR);
    sse_set(true, true);
}

/* ---- A and D ---- */

static uint64_t leaf_after(uint64_t flags, unsigned access)
{
    ssp_write(TEST_VA + (access == PUSH ? 8 : 0));
    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_V | PTE_W | flags);
    sfence_all();
    page[0] = RET_RET;
    run_in(MODE_S, do_access, access);
    return *space_pte(&space, TEST_VA, 0) & (PTE_A | PTE_D);
}

static void check_accessed_dirty(void)
{
    static const uint8_t accesses[] = { PUSH, POP, SWAP };

    for (unsigned i = 0; i < ARRAY_LEN(accesses); i++) {
        csr_clear(menvcfg, MENVCFG_ADUE);
        CHECK_EQ(leaf_after(PTE_D, accesses[i]), PTE_D);
        CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
        if (accesses[i] != POP) { /* which loads only; that D matters to it is Spike's opinion */
            CHECK_EQ(leaf_after(PTE_A, accesses[i]), PTE_A);
            CHECK_TRAP(CAUSE_STORE_PAGE, TEST_VA);
        }
        CHECK_EQ(leaf_after(PTE_A | PTE_D, accesses[i]), PTE_A | PTE_D);
        CHECK_NO_TRAP();
        csr_set(menvcfg, MENVCFG_ADUE);
        CHECK_EQ(leaf_after(PTE_D, accesses[i]), PTE_A | PTE_D);
        CHECK_NO_TRAP();
        if (accesses[i] != POP) {
            CHECK_EQ(leaf_after(0, accesses[i]), PTE_A | PTE_D);
            CHECK_NO_TRAP();
        }
    }
    CHECK_EQ(leaf_after(0, LOAD), PTE_A);
    CHECK_NO_TRAP();
    csr_clear(menvcfg, MENVCFG_ADUE);
}

/* ---- physical memory ---- */

static void expect(unsigned access, uint64_t cause)
{
    ssp_write(TEST_VA + (access == PUSH ? 8 : 0));
    page[0] = RET_RET;
    run_in(MODE_S, do_access, access);
    if (cause == (uint64_t)NO_TRAP) {
        CHECK_NO_TRAP();
    } else {
        CHECK_TRAP(cause, TEST_VA);
    }
}

static void check_memory(void)
{
    /* "read-write permission" */
    static const uint8_t permissions[] = { 0, PMP_R, PMP_X, PMP_R | PMP_X, PMP_R | PMP_W };

    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_SHADOW);
    for (unsigned i = 0; i < ARRAY_LEN(permissions); i++) {
        uint64_t cause = permissions[i] & PMP_W ? (uint64_t)NO_TRAP : CAUSE_STORE_ACCESS;

        pmp_set_napot(0, (uint64_t)page, PAGE_SIZE, permissions[i]);
        sfence_all();
        for (unsigned access = PUSH; access <= SWAP; access++) {
            expect(access, cause);
            expect(access, cause);
        }
        expect(LOAD, permissions[i] & PMP_R ? (uint64_t)NO_TRAP : CAUSE_LOAD_ACCESS);
    }
    pmp_set_cfg(0, PMP_OFF);

    /* Without translation there is no such page. */
    csr_write(satp, 0);
    for (unsigned access = PUSH; access <= SWAP; access++) {
        expect(access, CAUSE_STORE_ACCESS);
    }
    space_on(&space, 1);
}

/*
 * "Not idempotent": no stack can be in a device, nor in memory that the page table makes like one.
 * (Spike does not mind; so this comes last.)
 */
static void check_idempotent(void)
{
    csr_set(menvcfg, MENVCFG_PBMTE);
    for (unsigned i = 0; i < 2; i++) {
        i ? space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_SHADOW | PTE_PBMT_IO)
          : space_map(&space, TEST_VA, CLINT_BASE, 0, PTE_SHADOW);
        sfence_all();
        for (unsigned access = PUSH; access <= SWAP; access++) {
            expect(access, CAUSE_STORE_ACCESS);
        }
        expect(LOAD, NO_TRAP);
    }
}

/* Page sizes, types and NAPOT are those of any page. */
static void check_sizes(void)
{
    static uint64_t range[16 * 512] __attribute__((aligned(0x10000)));
    uint64_t napot = ((uint64_t)range | 0x8000) >> 12 << 10 | PTE_N | PTE_SHADOW;
    uint64_t mega = (uint64_t)range & -MEGAPAGE_SIZE, offset = (uint64_t)range - mega;

    for (unsigned i = 0; i < 16; i++) {
        *space_pte(&space, TEST_VA + MEGAPAGE_SIZE + i * PAGE_SIZE, 0) = napot;
    }
    space_map(&space, TEST_VA + 2 * MEGAPAGE_SIZE, mega, 1, PTE_SHADOW);
    csr_set(menvcfg, MENVCFG_PBMTE);
    space_map(&space, TEST_VA, (uint64_t)range, 0, PTE_SHADOW | PTE_PBMT_NC);
    sfence_all();
    for (unsigned i = 0; i < 3; i++) {
        unsigned n = i ? 5 : 0; /* the first one is a single page */
        uint64_t va = TEST_VA + i * MEGAPAGE_SIZE + (i == 2 ? offset : 0) + n * PAGE_SIZE;
        uint64_t *word = &range[n * 512];

        *word = 1;
        ssp_write(va);
        CHECK_EQ(run_in(MODE_S, try_ld, va), 1);
        CHECK_NO_TRAP();
        *word = RET_RET;
        run_in(MODE_S, do_access, POP);
        CHECK_NO_TRAP();
        *word = 0;
        run_in(MODE_S, do_access, PUSH);
        CHECK_NO_TRAP();
        CHECK_EQ(*word, RET_RET);
    }
    csr_clear(menvcfg, MENVCFG_PBMTE);
}

/* ---- what may be kept ---- */

static uint64_t push_twice(uint64_t value)
{
    TRY_LINK(SSPUSH_RA, value);
    CHECK_NO_TRAP();
    TRY_LINK(SSPUSH_RA, value + 1);
    CHECK_NO_TRAP();
    return 0;
}

static uint64_t store_then_push(uint64_t fence_by_asid)
{
    uint64_t *pte = space_pte(&space, TEST_VA, 0);

    push_twice(1);
    CHECK_EQ(page[511], 1);
    CHECK_EQ(page[510], 2);
    try_sd(TEST_VA + 8, 0); /* the other kind of entry must not help */
    CHECK_TRAP(CAUSE_STORE_ACCESS, TEST_VA + 8);

    *pte = PTE_OF(other) | PTE_SHADOW;
    fence_by_asid ? sfence_va_asid(TEST_VA, 1) : sfence_va(TEST_VA);
    push_twice(3);
    CHECK_EQ(other[509], 3);
    CHECK_EQ(other[508], 4);

    *pte = PTE_OF(other) | PTE_RW;
    fence_by_asid ? sfence_asid(1) : sfence_all();
    TRY_LINK(SSPUSH_RA, 5);
    CHECK_TRAP(CAUSE_STORE_ACCESS, TEST_VA + PAGE_SIZE - 5 * 8);
    try_sd(TEST_VA + 8, 6);
    CHECK_NO_TRAP();
    TRY_LINK(SSPUSH_RA, 5); /* and the other way round */
    CHECK_TRAP(CAUSE_STORE_ACCESS, TEST_VA + PAGE_SIZE - 5 * 8);
    *pte = PTE_OF(page) | PTE_SHADOW;
    sfence_all();
    return 0;
}

static uint64_t check_across(uint64_t unused)
{
    (void)unused;
    push_twice(7); /* on either side of the border */
    CHECK_EQ(other[0], 7);
    CHECK_EQ(page[511], 8);
    TRY_LINK(SSPOPCHK_RA, 8);
    CHECK_NO_TRAP();
    TRY_LINK(SSPOPCHK_T0, 7);
    CHECK_NO_TRAP();
    return 0;
}

/* "Changes to xSSE take effect immediately": no fence. */
static void check_switch(void)
{
    for (unsigned i = 0; i < 2; i++) {
        expect(LOAD, NO_TRAP);
        expect(PUSH, NO_TRAP);
        sse_set(false, false);
        expect(LOAD, CAUSE_LOAD_PAGE);
        expect(STORE, CAUSE_STORE_PAGE);
        page[0] = 0;
        run_in(MODE_S, do_access, PUSH);
        CHECK_NO_TRAP();
        CHECK_EQ(page[0], 0);
        sse_set(true, true);
    }
}

/* Other address spaces have stacks of their own. A user's is the supervisor's with SUM only. */
static void check_spaces(void)
{
    struct space second = space_new(3);

    space_map(&second, TEST_VA, (uint64_t)other, 0, PTE_SHADOW);
    for (unsigned i = 0; i < 3; i++) {
        csr_write(satp, space_satp(i & 1 ? &second : &space, 1 + (i & 1)));
        ssp_write(TEST_VA + 8);
        page[0] = other[0] = 0;
        run_in(MODE_S, do_access, PUSH);
        CHECK_NO_TRAP();
        CHECK_EQ(page[0], i & 1 ? 0 : RET_RET);
        CHECK_EQ(other[0], i & 1 ? RET_RET : 0);
    }
    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_SHADOW | PTE_U);
    sfence_all();
    for (unsigned i = 0; i < 2; i++) {
        csr_set(mstatus, MSTATUS_SUM);
        expect(PUSH, NO_TRAP);
        csr_clear(mstatus, MSTATUS_SUM);
        expect(PUSH, CAUSE_STORE_PAGE);
        ssp_write(TEST_VA + 8);
        run_in(MODE_U, do_access, PUSH);
        CHECK_NO_TRAP();
    }
}

/* A push onto a page of code is a store to code as any other. */
static uint64_t push(uint64_t value)
{
    TRY_LINK(SSPUSH_RA, value);
    CHECK_NO_TRAP();
    return 0;
}

static void check_code(void)
{
    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_SHADOW);
    sfence_all();
    for (uint64_t i = 0; i < 4; i++) {
        ssp_write(TEST_VA + 8);
        run_in(MODE_S, push, 0x808200050513 | i << 20); /* addi a0, a0, i; ret */
        fence_i();
        CHECK_EQ(try_call((uint64_t)page, 5), 5 + i);
    }
}

/* ---- counters ---- */

static uint64_t three_pushes_two_pops_one_swap(uint64_t unused)
{
    (void)unused;
    asm volatile("li ra, 5\n" SSPUSH_RA "\n" SSPUSH_RA "\n" SSPUSH_RA "\n"
                 SSPOPCHK_RA "\n" SSPOPCHK_RA "\n"
                 "mv a2, %0\n" SSAMOSWAP_D
                 : : "r"(TEST_VA) : "ra", "a0", "a1", "a2", "memory");
    return 0;
}

static uint64_t none_of_them(uint64_t unused)
{
    (void)unused;
    asm volatile("" : : : "ra", "a0", "a1", "a2", "memory"); /* so ra is saved here, too */
    return 0;
}

static void count(uint64_t (*fn)(uint64_t), uint64_t *loads, uint64_t *stores)
{
    *loads = csr_read(mhpmcounter3);
    *stores = csr_read(mhpmcounter4);
    run_in(MODE_S, fn, 0);
    *loads = csr_read(mhpmcounter3) - *loads;
    *stores = csr_read(mhpmcounter4) - *stores;
}

/* They are loads and stores as others are; ssamoswap is a store, as all AMOs. */
static void check_events(void)
{
    uint64_t loads, stores, other_loads, other_stores;

    csr_write(mhpmevent3, EVENT_LOADS);
    csr_write(mhpmevent4, EVENT_STORES);
    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_SHADOW);
    sfence_all();
    ssp_write(TEST_VA + 64);
    count(none_of_them, &other_loads, &other_stores);
    count(three_pushes_two_pops_one_swap, &loads, &stores);
    CHECK_EQ(ssp_read(), TEST_VA + 56);
    CHECK_EQ(loads - other_loads, 2);
    CHECK_EQ(stores - other_stores, 4);
}

int main(void)
{
    space = space_new(3);
    csr_set(menvcfg, MENVCFG_CBZE | MENVCFG_CBCFE);
    csr_set(senvcfg, MENVCFG_CBZE | MENVCFG_CBCFE);
    space_on(&space, 1);
    check_permissions();
    check_accessed_dirty();
    check_memory();
    check_sizes();

    space_map(&space, TEST_VA, (uint64_t)page, 0, PTE_SHADOW);
    space_map(&space, TEST_VA + PAGE_SIZE, (uint64_t)other, 0, PTE_SHADOW);
    sfence_all();
    for (uint64_t i = 0; i < 2; i++) {
        ssp_write(TEST_VA + PAGE_SIZE);
        run_in(MODE_S, store_then_push, i);
    }
    ssp_write(TEST_VA + PAGE_SIZE + 8);
    run_in(MODE_S, check_across, 0);
    check_switch();
    check_spaces();
    check_code();
    check_idempotent();
    check_events();
    return 0;
}
