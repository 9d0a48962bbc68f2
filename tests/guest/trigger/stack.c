/*
 * Triggers on instructions that access a stack: cm.push and cm.pop, whose accesses match one by one
 * (Zcmp), and those of shadow stacks (Zicfiss).
 *
 * SPDX-License-Identifier: MIT
 */
#include "shadow.h"
#include "trigger.h"

#define TOP 0x82000000ul
#define AT(n) (TOP - 8 * (uint64_t)(n)) /* ra is at 3, s0 at 2, s1 at 1 */

/*
 * Execute cm.push {ra,s0-s1},-32, or cm.pop {ra,s0-s1},32, with those values of sp, ra and s0,
 * while a trap is expected; returns sp, and puts ra and s0 into `found`.
 */
uint64_t try_push(uint64_t sp, uint64_t ra, uint64_t s0);
uint64_t try_pop(uint64_t sp, uint64_t ra, uint64_t s0);
uint64_t found[2];
/* clang-format off */
asm(".text\n"
    ".macro try name, code\n"
    ".globl \\name\n"
    "\\name:\n"
    "mv t1, ra\nmv t2, sp\nmv t3, s0\nmv t4, s1\n"
    "li t0, " ASM_NUMBER(NO_TRAP) "\n"
    "sd t0, " ASM_FIELD(HART_CAUSE)
    "lla t0, 1f\n"
    "sd t0, " ASM_FIELD(HART_RESUME)
    "mv sp, a0\nmv ra, a1\nmv s0, a2\n"
    ".2byte \\code\n"
    "1: csrw tdata1, zero\n"
    "sd zero, " ASM_FIELD(HART_RESUME)
    "mv a0, sp\n"
    "lla t0, found\n"
    "sd ra, 0(t0)\nsd s0, 8(t0)\n"
    "mv ra, t1\nmv sp, t2\nmv s0, t3\nmv s1, t4\n"
    "ret\n"
    ".endm\n"
    "try try_push, 0xb862\n"
    "try try_pop, 0xba62\n");
/* clang-format on */

static volatile uint64_t *const stack = (uint64_t *)AT(3);

static void check_push(void)
{
    CHECK_EQ(try_push(TOP, 1, 2), TOP - 32);
    CHECK_NO_TRAP();
    CHECK_EQ(stack[1], 2);
    trigger_set(0, MCONTROL6 | ON_STORE | IN_M, AT(2));
    CHECK_EQ(try_push(TOP, 3, 4), TOP);
    CHECK_TRAP(CAUSE_BREAKPOINT, AT(2));
    CHECK_EQ(stack[1], 2);
    trigger_set(0, MCONTROL6 | ON_STORE | IN_M | SELECT | SIZE(BITS_64), 0x12345678);
    CHECK_EQ(try_push(TOP, 0x12345678, 4), TOP);
    CHECK_TRAP(CAUSE_BREAKPOINT, AT(3));
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M, AT(2));
    CHECK_EQ(try_push(TOP, 3, 4), TOP - 32);
    CHECK_NO_TRAP();
}

static void check_pop(void)
{
    stack[0] = 0x5678;
    stack[1] = 0x1234;
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M, AT(3));
    CHECK_EQ(try_pop(TOP - 32, 1, 2), TOP - 32);
    CHECK_TRAP(CAUSE_BREAKPOINT, AT(3));
    CHECK_EQ(found[0], 1);
    CHECK_EQ(found[1], 2);
    /* by what is loaded: when all of it is done */
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | SELECT, 0x1234);
    CHECK_EQ(try_pop(TOP - 32, 1, 2), TOP);
    CHECK_TRAP(CAUSE_BREAKPOINT, AT(2));
    CHECK_EQ(found[0], 0x5678);
    CHECK_EQ(found[1], 0x1234);
}

static uint64_t push_link(uint64_t value)
{
    TRY_LINK(SSPUSH_RA, value);
    return trap()->cause;
}

static uint64_t pop_link(uint64_t value)
{
    TRY_LINK(SSPOPCHK_RA, value);
    return trap()->cause;
}

static uint64_t swap(uint64_t addr)
{
    try_ssamoswap_d(addr, 5);
    return trap()->cause;
}

static void check_shadow_stack(void)
{
    struct space s = space_new(3);

    space_map(&s, TEST_VA, TOP, 0, PTE_SHADOW);
    space_on(&s, 1);
    sse_set(true, true);
    ssp_write(TEST_VA + 64);
    CHECK_EQ(run_in(MODE_S, push_link, 7), NO_TRAP); /* known to the TLB */
    CHECK_EQ(ssp_read(), TEST_VA + 56);
    trigger_set(0, MCONTROL6 | ON_STORE | IN_S, TEST_VA + 48);
    CHECK_EQ(run_in(MODE_S, pop_link, 7), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, push_link, 7), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, push_link, 8), CAUSE_BREAKPOINT);
    CHECK_EQ(trap()->tval, TEST_VA + 48);
    CHECK_EQ(ssp_read(), TEST_VA + 56);
    CHECK_EQ(run_in(MODE_S, swap, TEST_VA + 48), CAUSE_BREAKPOINT);
    trigger_set(0, MCONTROL6 | ON_LOAD | IN_S, TEST_VA + 56);
    CHECK_EQ(run_in(MODE_S, push_link, 8), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, pop_link, 8), NO_TRAP);
    CHECK_EQ(run_in(MODE_S, pop_link, 7), CAUSE_BREAKPOINT);
    CHECK_EQ(ssp_read(), TEST_VA + 56);
    CHECK_EQ(run_in(MODE_S, swap, TEST_VA + 56), CAUSE_BREAKPOINT);
    trigger_set(0, MCONTROL6 | ON_STORE | IN_S | SELECT, 0x1234567812345678);
    CHECK_EQ(run_in(MODE_S, push_link, 0x1234567812345678), CAUSE_BREAKPOINT);
    CHECK_EQ(trap()->tval, TEST_VA + 48);
    space_off();
    triggers_off();
}

int main(void)
{
    csr_set(mstatus, MSTATUS_MIE);
    check_push();
    check_pop();
    check_shadow_stack();
    return 0;
}
