/*
 * Triggers on data: of stores before they are done, of loads when they are; with chains, and the
 * two times of mcontrol.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trigger.h"

#define FAR 0x82000000ul
#define STORES MCONTROL6 | ON_STORE | IN_M
#define LOADS MCONTROL6 | ON_LOAD | IN_M
#define MAGIC 0x123456789abcdef0ul

static volatile uint64_t *const word = (uint64_t *)FAR;

/*
 * Store, with one trigger on stores; is it hit? Nothing else is stored meanwhile: the compiler
 * saves registers where it likes, with any of these values.
 */
static __attribute__((noinline)) bool hits(void store(uint64_t addr, uint64_t v), uint64_t addr,
                                           uint64_t v, uint64_t tdata1, uint64_t tdata2)
{
    uint64_t hit;

    trigger_set(0, STORES | SELECT | tdata1, tdata2);
    store(addr, v);
    hit = csr_read(tdata1) & HIT_AFTER;
    csr_write(tdata1, 0);
    if (hit) {
        CHECK_EQ(hit, HIT_BEFORE);
        CHECK_TRAP(CAUSE_BREAKPOINT, addr);
    } else {
        CHECK_NO_TRAP();
    }
    return hit;
}

static void check_stores(void)
{
    *word = 1;
    CHECK(hits(try_sd, FAR, MAGIC, 0, MAGIC));
    CHECK(hits(try_sd, FAR + 8, MAGIC, 0, MAGIC)); /* anywhere */
    CHECK(hits(try_sd, FAR + 4, MAGIC, 0, MAGIC));
    CHECK_EQ(*word, 1);
    CHECK(!hits(try_sd, FAR, MAGIC + 1, 0, MAGIC));
    CHECK_EQ(*word, MAGIC + 1);
    CHECK(hits(try_sw, FAR, 0xfffffffffedcba98, 0,
               0xfedcba98)); /* what is beyond the size counts as zero */
    CHECK(hits(try_sd, FAR, 0x1212345678, MATCH(MASK_LOW), 0x00ffff00ul << 32 | 0x00345600));
    CHECK(!hits(try_sd, FAR, 0x1212345778, MATCH(MASK_LOW), 0x00ffff00ul << 32 | 0x00345600));
    CHECK(hits(try_sd, FAR, 0x123400000077, MATCH(MASK_HIGH), 0xffffful << 32 | 0x1234));
    CHECK(!hits(try_sd, FAR, 0x123500000077, MATCH(MASK_HIGH), 0xffffful << 32 | 0x1234));
    CHECK(hits(try_sd, FAR, 0x7fffffff00abcdef, MATCH(NAPOT), 0x7fffffff007fffff));
    CHECK(!hits(try_sd, FAR, 0x7fffffff01abcdef, MATCH(NAPOT), 0x7fffffff007fffff));
}

/*
 * The load is done, with its register; then the trap. What matches is what is loaded, without a
 * sign.
 */
static __attribute__((noinline)) void check_load(void)
{
    uint64_t v = 0, after, tdata1;

    trigger_set(0, LOADS | SELECT, 0x9abcdef0);
    PROBE("lla %1, 1f\nlw %0, (%2)\n1: nop", : "+&r"(v), "=&r"(after) : "r"(FAR));
    tdata1 = csr_read(tdata1);
    csr_write(tdata1, 0);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    CHECK_EQ(trap()->epc, after);
    CHECK_EQ(v, 0xffffffff9abcdef0);
    CHECK_EQ(tdata1, (LOADS | SELECT) | HIT_AFTER);
}

static __attribute__((noinline)) void check_other_loads(void)
{
    uint64_t lr, missed, fault, bits, traps = 0;

    trigger_set(0, LOADS | SELECT, MAGIC);
    lr = try_lr_d(FAR);
    traps += trap()->cause == CAUSE_BREAKPOINT;
    PROBE("fld fa0, (%0)", : : "r"(FAR));
    traps += trap()->cause == CAUSE_BREAKPOINT;
    missed = try_ld(FAR + 8);
    traps += trap()->cause == CAUSE_BREAKPOINT;
    try_ld(0x40000000); /* ends in a fault and has not loaded anything */
    fault = trap()->cause;
    csr_write(tdata1, 0);
    asm("fmv.x.d %0, fa0" : "=r"(bits));
    CHECK_EQ(traps, 2);
    CHECK_EQ(fault, CAUSE_LOAD_ACCESS);
    CHECK_EQ(lr, MAGIC);
    CHECK_EQ(bits, MAGIC);
    CHECK_EQ(missed, 2);
}

/* A value at a place. */
static void check_chains(void)
{
    *word = word[1] = MAGIC;
    trigger_set(1, LOADS | CHAIN, FAR);
    trigger_set(2, LOADS | SELECT, MAGIC);
    try_ld(FAR + 8);
    CHECK_NO_TRAP();
    CHECK_EQ(try_ld(FAR), MAGIC);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    *word = 0;
    try_ld(FAR);
    CHECK_NO_TRAP();
    trigger_set(1, STORES | CHAIN, FAR + 8);
    trigger_set(2, STORES | SELECT, 7);
    try_sd(FAR, 7);
    CHECK_NO_TRAP();
    try_sd(FAR + 8, 8);
    CHECK_NO_TRAP();
    try_sd(FAR + 8, 7);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR + 8);
    CHECK_EQ(word[1], 8);
    CHECK_EQ(trigger_get(1) & HIT_AFTER, HIT_BEFORE);
    CHECK_EQ(trigger_get(2) & HIT_AFTER, HIT_BEFORE);
    triggers_off();
}

/* Type 2 lets software choose when, and has one bit for hits. */
static void check_times(void)
{
    uint64_t after;

    *word = 5;
    trigger_set(0, MCONTROL | ON_STORE | IN_M | MCONTROL_TIMING, FAR);
    PROBE("lla %0, 1f\nsd zero, (%1)\n1: nop", : "=&r"(after) : "r"(FAR));
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    CHECK_EQ(trap()->epc, after);
    CHECK_EQ(*word, 0);
    CHECK_EQ(trigger_get(0), MCONTROL | ON_STORE | IN_M | MCONTROL_TIMING | MCONTROL_HIT);
    trigger_set(0, MCONTROL | ON_STORE | IN_M, FAR);
    try_sd(FAR, 6);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    CHECK_EQ(*word, 0);
    /* both: the one that comes first */
    trigger_set(1, MCONTROL | ON_STORE | IN_M | MCONTROL_TIMING, FAR);
    try_sd(FAR, 6);
    CHECK_TRAP(CAUSE_BREAKPOINT, FAR);
    CHECK_EQ(*word, 0);
    triggers_off();
}

int main(void)
{
    csr_set(mstatus, MSTATUS_MIE);
    check_stores();
    *word = MAGIC;
    word[1] = 2;
    check_load();
    check_other_loads();
    check_chains();
    check_times();
    return 0;
}
