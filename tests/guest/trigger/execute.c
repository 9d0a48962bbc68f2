/*
 * Triggers on execution: addresses and opcodes, that the instruction has not been executed, and
 * what else might have come first.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"
#include "trigger.h"

#define ON MCONTROL6 | ON_EXECUTE | IN_M

/* Each adds one to a0; named by their offsets. */
extern char code[];
asm(".text\n"
    ".balign 64\n"
    ".option push\n"
    ".option norvc\n"
    "code:\n"
    "addi a0, a0, 1\n"
    "addi a0, a0, 1\n" /* 4 */
    "nop\n"            /* 8 */
    "j 1f\n"           /* 12 */
    "unimp\n"
    "1:\n"
    ".option rvc\n"
    "c.addi a0, 1\n" /* 20 */
    "c.nop\n"        /* 22 */
    "c.addi a0, 1\n" /* 24 */
    ".option norvc\n"
    "beqz zero, 2f\n" /* 26 */
    "unimp\n"
    "2:\n"
    "addi a0, a0, 1\n" /* 34 */
    "ret\n"            /* 38 */
    ".option pop\n");
#define AT(offset) ((uint64_t)code + (offset))
#define ALL_STEPS 5

/*
 * Run it from the start: what a0 was in the end, or when a trigger fired; that must be at `offset`,
 * or not at all (-1).
 */
static uint64_t run_to(int offset)
{
    uint64_t a0 = try_call((uint64_t)code, 0);

    if (offset < 0) {
        CHECK_NO_TRAP();
    } else {
        CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
        CHECK_EQ(trap()->epc, AT(offset));
        CHECK_EQ(trap()->tval, AT(offset));
    }
    return a0;
}

static void check_places(void)
{
    static const struct {
        uint8_t offset, steps;
    } places[] = { { 0, 0 },  { 4, 1 },  { 8, 2 },  { 12, 2 }, { 20, 2 },
                   { 22, 3 }, { 24, 3 }, { 26, 4 }, { 34, 4 }, { 38, 5 } };

    CHECK_EQ(run_to(-1), ALL_STEPS);
    for (unsigned i = 0; i < ARRAY_LEN(places); i++) {
        trigger_set(1, ON, AT(places[i].offset));
        CHECK_EQ(run_to(places[i].offset), places[i].steps);
        CHECK_EQ(trigger_get(1), (ON) | HIT_BEFORE);
        CHECK_EQ(trigger_get(0), DISABLED);
    }
    trigger_set(1, ON, AT(16)); /* never reached */
    CHECK_EQ(run_to(-1), ALL_STEPS);
    trigger_set(1, MCONTROL6 | ON_LOAD | ON_STORE | IN_M, AT(0)); /* fetching is no load */
    CHECK_EQ(run_to(-1), ALL_STEPS);
    trigger_set(1, MCONTROL | ON_EXECUTE | IN_M, AT(24));
    CHECK_EQ(run_to(24), 3);
    CHECK_EQ(trigger_get(1), MCONTROL | ON_EXECUTE | IN_M | MCONTROL_HIT);
    triggers_off();
}

static void check_ranges(void)
{
    trigger_set(0, ON | MATCH(NAPOT), AT(19)); /* 16 to 23 */
    CHECK_EQ(run_to(20), 2);
    trigger_set(0, ON | MATCH(NAPOT), AT(0x1f)); /* all of it */
    CHECK_EQ(run_to(0), 0);
    /* from the last compressed instruction on: two triggers in a chain */
    trigger_set(0, ON | MATCH(GREATER_EQUAL) | CHAIN, AT(24));
    trigger_set(1, ON | MATCH(LESS), AT(40));
    CHECK_EQ(run_to(24), 3);
    CHECK_EQ(trigger_get(0) & HIT_AFTER, HIT_BEFORE);
    CHECK_EQ(trigger_get(1) & HIT_AFTER, HIT_BEFORE);
    /* a chain that does not end */
    trigger_set(0, 0, 0);
    trigger_set(1, 0, 0);
    trigger_set(3, ON | CHAIN, AT(4));
    CHECK_EQ(run_to(-1), ALL_STEPS);
    triggers_off();
}

/* The bits of a compressed instruction, at one place of two. */
static void check_opcode(void)
{
    trigger_set(0, ON | SELECT | CHAIN, 0x0505); /* c.addi a0, 1 */
    trigger_set(1, ON | MATCH(GREATER_EQUAL) | CHAIN, AT(22));
    trigger_set(2, ON | MATCH(LESS), AT(40));
    CHECK_EQ(run_to(24), 3);
    trigger_set(1, ON | MATCH(GREATER_EQUAL) | CHAIN, AT(0));
    CHECK_EQ(run_to(20), 2);
    trigger_set(0, ON | SELECT | CHAIN, 0x0509); /* c.addi a0, 2 */
    CHECK_EQ(run_to(-1), ALL_STEPS);
    triggers_off();
}

/* The address comes before a fault of the fetch; other addresses have that fault. */
static void check_faults(void)
{
    trigger_set(0, ON, 0x40000000);
    try_call(0x40000000, 0);
    CHECK_TRAP(CAUSE_BREAKPOINT, 0x40000000);
    CHECK_EQ(trap()->epc, 0x40000000);
    try_call(0x40000004, 0);
    CHECK_TRAP(CAUSE_FETCH_ACCESS, 0x40000004);
    trigger_set(0, ON, AT(16)); /* an illegal instruction */
    try_call(AT(16), 0);
    CHECK_TRAP(CAUSE_BREAKPOINT, AT(16));
    triggers_off();
}

/* An instruction of which one half is on the next page. */
static void check_crossing(void)
{
    uint16_t *page = (uint16_t *)page_new(), *next = (uint16_t *)page_new();
    uint16_t *first = page < next ? page : next, *last = first + PAGE_SIZE / 2;

    CHECK_EQ(page + PAGE_SIZE / 2 == next || next + PAGE_SIZE / 2 == page, true);
    last[-2] = 0x0505; /* c.addi a0, 1 */
    last[-1] = 0x0513; /* addi a0, a0, 2 */
    last[0] = 0x0025;
    last[1] = 0x8082; /* ret */
    fence_i();
    CHECK_EQ(try_call((uint64_t)(last - 2), 0), 3);
    CHECK_NO_TRAP();
    trigger_set(0, ON, (uint64_t)(last - 1));
    CHECK_EQ(try_call((uint64_t)(last - 2), 0), 1);
    CHECK_TRAP(CAUSE_BREAKPOINT, (uint64_t)(last - 1));
    trigger_set(0, ON, (uint64_t)last); /* its second half is an address of it as well */
    CHECK_EQ(try_call((uint64_t)(last - 2), 0), 1);
    CHECK_EQ(trap()->cause, CAUSE_BREAKPOINT);
    CHECK_EQ(trap()->epc, (uint64_t)(last - 1));
    trigger_set(0, ON, (uint64_t)(last + 1));
    CHECK_EQ(try_call((uint64_t)(last - 2), 0), 3);
    CHECK_TRAP(CAUSE_BREAKPOINT, (uint64_t)(last + 1));
    triggers_off();
}

static uint64_t call_code(uint64_t unused)
{
    (void)unused;
    try_call((uint64_t)code, 0);
    return trap()->cause;
}

static void check_modes(void)
{
    static const uint8_t modes[] = { MODE_U, MODE_S, MODE_M };

    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        trigger_set(2, MCONTROL6 | ON_EXECUTE | IN_U << modes[i], AT(34));
        for (unsigned j = 0; j < ARRAY_LEN(modes); j++) {
            CHECK_EQ(run_in(modes[j], call_code, 0), i == j ? CAUSE_BREAKPOINT : (uint64_t)NO_TRAP);
        }
    }
    triggers_off();
}

int main(void)
{
    csr_set(mstatus, MSTATUS_MIE);
    check_places();
    check_ranges();
    check_opcode();
    check_faults();
    check_crossing();
    check_modes();
    return 0;
}
