/*
 * Triggers on loads and stores: which accesses match, that nothing happens before the trap, and
 * what it tells. What mcontrol6 has beyond mcontrol, sizes and negated matches, is in mcontrol6.c;
 * data in data.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"
#include "trigger.h"

#define FAR 0x82000000ul /* memory that nothing else uses, behind the program's */
#define HERE(offset) (FAR + (offset))

static volatile uint64_t *const word = (uint64_t *)FAR;

/* Does that load, or store, trap, with the address as tval and trigger 0 hit? */
static bool load_hits(uint64_t addr)
{
    uint64_t hit;

    CHECK_EQ(try_lb(addr) == addr, trap()->cause == CAUSE_BREAKPOINT);
    hit = trigger_get(0) & HIT_AFTER;
    csr_clear(tdata1, HIT_AFTER);
    CHECK_EQ(hit, trap()->cause == CAUSE_BREAKPOINT ? HIT_BEFORE : 0);
    if (trap()->cause == CAUSE_BREAKPOINT) {
        CHECK_EQ(trap()->tval, addr);
    }
    return hit;
}

static void check_matches(void)
{
    static const struct {
        uint8_t match;
        uint64_t tdata2, addr;
        bool hits;
    } cases[] = {
        { EQUAL, HERE(8), HERE(8), true },
        { EQUAL, HERE(8), HERE(9), false },
        { EQUAL, HERE(8), HERE(0), false },
        { EQUAL, HERE(8), HERE(8 + PAGE_SIZE), false },
        { NAPOT, HERE(16 | 7), HERE(16), true },
        { NAPOT, HERE(16 | 7), HERE(31), true },
        { NAPOT, HERE(16 | 7), HERE(15), false },
        { NAPOT, HERE(16 | 7), HERE(32), false },
        { NAPOT, HERE(0x1fff), HERE(0x3ffe), true }, /* 16 KiB */
        { NAPOT, HERE(0x1fff), HERE(0x4000), false },
        { NAPOT, HERE(0), HERE(1), true }, /* two bytes */
        { NAPOT, HERE(0), HERE(2), false },
        { GREATER_EQUAL, HERE(0x1080), HERE(0x1080), true },
        { GREATER_EQUAL, HERE(0x1080), HERE(0x5000), true },
        { GREATER_EQUAL, HERE(0x1080), HERE(0x107f), false },
        { GREATER_EQUAL, HERE(0x1080), HERE(0xfff), false },
        { MASK_LOW, 0xfffff0fful << 32 | HERE(0x12), HERE(0x12), true },
        { MASK_LOW, 0xfffff0fful << 32 | HERE(0x12), HERE(0xe12), true },
        { MASK_LOW, 0xfffff0fful << 32 | HERE(0x12), HERE(0x13), false },
        { MASK_LOW, 0xfffff0fful << 32 | HERE(0x12), HERE(0x1012), false },
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        triggers_off();
        (void)*(volatile uint8_t *)cases[i].addr; /* known to the TLB */
        trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | MATCH(cases[i].match), cases[i].tdata2);
        CHECK_EQ(load_hits(cases[i].addr), cases[i].hits);
    }
    /* a device: no other load is below the program */
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | MATCH(LESS), CLINT_BASE + 1);
    try_lw(CLINT_BASE);
    CHECK_TRAP(CAUSE_BREAKPOINT, CLINT_BASE);
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | MATCH(LESS), CLINT_BASE);
    try_lw(CLINT_BASE);
    CHECK_NO_TRAP();
    /* the upper half: nothing is there, which the trap comes before */
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | MATCH(MASK_HIGH), 0xfful << 32 | 0x56);
    try_lb(0x1234567812345678);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, 0x1234567812345678);
    try_lb(0x1234565612345678);
    CHECK_TRAP(CAUSE_BREAKPOINT, 0x1234565612345678);
    triggers_off();
}

/* Each byte of the access counts, wherever the trigger's is; neither memory nor register change. */
static void check_bytes(void)
{
    for (unsigned offset = 0; offset <= 16; offset++) {
        bool hits = offset < 15 && offset + 8 > 10; /* bytes 10 to 14 are watched by two triggers */

        *word = word[1] = word[2] = 0;
        trigger_set(0, MCONTROL6 | ON_LOAD | ON_STORE | IN_M, HERE(10));
        trigger_set(1, MCONTROL6 | ON_LOAD | ON_STORE | IN_M, HERE(14));
        CHECK_EQ(try_ld(HERE(offset)), hits ? HERE(offset) : 0);
        CHECK_EQ(trap()->cause, hits ? CAUSE_BREAKPOINT : NO_TRAP);
        try_sd(HERE(offset), -1ul);
        CHECK_EQ(trap()->cause, hits ? CAUSE_BREAKPOINT : NO_TRAP);
        if (hits) {
            CHECK_EQ(trap()->tval, HERE(offset));
        }
        CHECK_EQ(trigger_get(0) & HIT_AFTER, offset <= 10 && offset + 8 > 10 ? HIT_BEFORE : 0);
        CHECK_EQ(trigger_get(1) & HIT_AFTER, offset <= 14 && offset + 8 > 14 ? HIT_BEFORE : 0);
        triggers_off();
        CHECK_EQ((*word | word[1] | word[2]) != 0, !hits);
    }
}

/* Into the page with the trigger, and out of it. */
static void check_crossing(void)
{
    static const struct {
        uint64_t watched, addr;
        bool hits;
    } cases[] = {
        { HERE(0x1003), HERE(0xffc), true },  { HERE(0x1003), HERE(0xffb), false },
        { HERE(0xfff), HERE(0xffc), true },   { HERE(0xffb), HERE(0xffc), false },
        { HERE(0x1004), HERE(0xffc), false },
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t cause = cases[i].hits ? CAUSE_BREAKPOINT : (uint64_t)NO_TRAP;

        trigger_set(0, MCONTROL6 | ON_LOAD | ON_STORE | IN_M, cases[i].watched);
        try_ld(cases[i].addr);
        CHECK_EQ(trap()->cause, cause);
        try_sd(cases[i].addr, 0);
        CHECK_EQ(trap()->cause, cause);
        triggers_off();
    }
}

/* A trigger on one kind lets the other be, on the same page, too. */
static void check_kinds(void)
{
    trigger_set(0, MCONTROL6 | ON_STORE | IN_M, FAR);
    try_ld(FAR);
    CHECK_NO_TRAP();
    try_sw(FAR, 5);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    try_sw(HERE(8), 6);
    CHECK_NO_TRAP();
    CHECK_EQ(try_lw(HERE(8)), 6);
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M, FAR);
    try_sd(FAR, 7);
    CHECK_NO_TRAP();
    try_ld(FAR);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    triggers_off();
    CHECK_EQ(try_ld(FAR), 7);
    CHECK_NO_TRAP();
}

static void check_atomics(void)
{
    *word = 3;
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M, FAR);
    try_amoadd_d(FAR, 1); /* a load and a store */
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    try_lr_d(FAR);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    try_amoadd_w(HERE(8), 1);
    CHECK_NO_TRAP();
    trigger_set(0, MCONTROL6 | ON_STORE | IN_M, HERE(7));
    try_amoadd_d(FAR, 1);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    try_amoadd_w(FAR, 1);
    CHECK_NO_TRAP();
    CHECK_EQ(try_lr_d(FAR), 4);
    CHECK_NO_TRAP();
    try_sc_d(FAR, 9);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    try_amoadd_d(HERE(4), 1); /* before the access is found to be misaligned */
    CHECK_TRAP(CAUSE_BREAKPOINT, HERE(4));
    triggers_off();
    CHECK_EQ(*word, 4);
}

static void check_float(void)
{
    uint64_t bits;

    *word = 0x4000000000000000;
    trigger_set(0, MCONTROL6 | ON_LOAD | ON_STORE | IN_M, HERE(4));
    PROBE("fmv.d.x fa0, zero\nfld fa0, (%0)", : : "r"(FAR));
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    PROBE("flw fa1, (%0)", : : "r"(FAR));
    CHECK_NO_TRAP();
    PROBE("fsd fa0, (%0)", : : "r"(FAR));
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    asm("fmv.x.d %0, fa0" : "=r"(bits));
    CHECK_EQ(bits, 0);
    triggers_off();
    CHECK_EQ(*word, 0x4000000000000000);
}

/* Any address of the block. The tval of these is the block's. */
static void check_cache_blocks(void)
{
    word[8] = 1;
    trigger_set(0, MCONTROL6 | ON_STORE | IN_M, HERE(64 + 17));
    PROBE(".insn i 0x0f, 2, x0, %0, 4", : : "r"(HERE(64 + 40))); /* cbo.zero */
    CHECK_TRAP(CAUSE_BREAKPOINT, HERE(64));
    PROBE(".insn i 0x0f, 2, x0, %0, 2", : : "r"(HERE(64))); /* cbo.flush */
    CHECK_TRAP(CAUSE_BREAKPOINT, HERE(64));
    PROBE(".insn i 0x0f, 2, x0, %0, 4", : : "r"(HERE(0)));
    CHECK_NO_TRAP();
    PROBE("prefetch.w (%0)", : : "r"(HERE(64)));
    CHECK_NO_TRAP();
    CHECK_EQ(word[8], 1);
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M, HERE(64 + 17));
    PROBE(".insn i 0x0f, 2, x0, %0, 0", : : "r"(HERE(64))); /* cbo.inval */
    CHECK_NO_TRAP();
    triggers_off();
}

static uint64_t load_here(uint64_t addr)
{
    try_lw(addr);
    return trap()->cause;
}

static void check_modes(void)
{
    static const uint8_t modes[] = { MODE_U, MODE_S, MODE_M };

    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        trigger_set(0, MCONTROL6 | ON_LOAD | IN_U << modes[i], FAR);
        for (unsigned j = 0; j < ARRAY_LEN(modes); j++) {
            CHECK_EQ(run_in(modes[j], load_here, FAR),
                     i == j ? CAUSE_BREAKPOINT : (uint64_t)NO_TRAP);
        }
    }
    triggers_off();
}

/*
 * It is the mode that the hart is in which counts, not the one that MPRV names; and the address is
 * virtual.
 */
static void check_translated(void)
{
    struct space s = space_new(3);

    space_map(&s, TEST_VA, FAR, 0, PTE_RWX);
    space_on(&s, 1);
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_S, TEST_VA + 4);
    CHECK_EQ(run_in(MODE_S, load_here, TEST_VA + 8), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, load_here, TEST_VA + 4), CAUSE_BREAKPOINT);
    CHECK_EQ(run_in(MODE_S, load_here, FAR + 4), NO_TRAP);
    try_mprv_ld(TEST_VA, MODE_S, 0);
    CHECK_NO_TRAP();
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M, TEST_VA + 4);
    CHECK_EQ(run_in(MODE_S, load_here, TEST_VA + 4), NO_TRAP);
    try_mprv_ld(TEST_VA, MODE_S, 0);
    CHECK_TRAP(CAUSE_BREAKPOINT, TEST_VA);
    /* before a page fault */
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_S, TEST_VA + PAGE_SIZE);
    CHECK_EQ(run_in(MODE_S, load_here, TEST_VA + PAGE_SIZE), CAUSE_BREAKPOINT);
    CHECK_EQ(run_in(MODE_S, load_here, TEST_VA + PAGE_SIZE + 4), CAUSE_LOAD_PAGE);
    space_off();
    triggers_off();
}

int main(void)
{
    csr_set(mstatus, MSTATUS_MIE); /* triggers fire in machine mode only then */
    check_matches();
    check_bytes();
    check_crossing();
    check_kinds();
    check_atomics();
    check_float();
    check_cache_blocks();
    check_modes();
    check_translated();
    return 0;
}
