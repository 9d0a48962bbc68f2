/*
 * What mcontrol6 has and mcontrol has not: sizes, negated matches, and the opcodes of instructions
 * of any size.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trigger.h"

#define FAR 0x82000000ul

static void check_fields(void)
{
    static const uint8_t match[16] = { EQUAL,
                                       NAPOT,
                                       GREATER_EQUAL,
                                       LESS,
                                       MASK_LOW,
                                       MASK_HIGH,
                                       0,
                                       0,
                                       NOT | EQUAL,
                                       NOT | NAPOT,
                                       0,
                                       0,
                                       NOT | MASK_LOW,
                                       NOT | MASK_HIGH,
                                       0,
                                       0 };
    static const uint8_t size[8] = { ANY_SIZE, BITS_8, BITS_16, BITS_32, 0, BITS_64, BITS_128, 0 };

    for (unsigned n = 0; n < 16; n++) {
        CHECK_EQ(csr_warl(tdata1, MCONTROL6 | MATCH(n)), MCONTROL6 | MATCH(match[n]));
    }
    for (unsigned n = 0; n < 8; n++) {
        CHECK_EQ(csr_warl(tdata1, MCONTROL6 | SIZE(n)), MCONTROL6 | SIZE(size[n]));
    }
    /* all but dmode, action, vs, vu and the uncertain ones */
    CHECK_EQ(
        csr_warl(tdata1, TYPE(6) | (-1ul >> 4 & ~SIZE(7) & ~MATCH(15) & ~IN_M & ~IN_S & ~IN_U)),
        MCONTROL6 | HIT_AFTER | SELECT | CHAIN | ON_LOAD | ON_STORE | ON_EXECUTE);
    CHECK_EQ(csr_warl(tdata1, MCONTROL6 | IN_M | IN_S | IN_U), MCONTROL6 | IN_M | IN_S | IN_U);
    /* How a debugger finds out which ranges there are: up to 2^63 bytes. */
    csr_write(tdata1, 0);
    csr_write(tdata2, 0);
    CHECK_EQ(csr_warl(tdata1, MCONTROL6 | MATCH(NAPOT)), MCONTROL6 | MATCH(NAPOT));
    CHECK_EQ(csr_warl(tdata2, -1ul), -1ul & ~(1ul << 62));
    triggers_off();
}

static bool hits(void)
{
    return trap()->cause == CAUSE_BREAKPOINT;
}

static void check_sizes(void)
{
    static const uint8_t sizes[] = { ANY_SIZE, BITS_8, BITS_16, BITS_32, BITS_64, BITS_128 };

    for (unsigned i = 0; i < ARRAY_LEN(sizes); i++) {
        trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | SIZE(sizes[i]), FAR);
        try_lb(FAR);
        CHECK_EQ(hits(), sizes[i] == BITS_8 || !sizes[i]);
        try_lhu(FAR - 1); /* the size of the access, not of what is left of it */
        CHECK_EQ(hits(), sizes[i] == BITS_16 || !sizes[i]);
        try_lw(FAR - 3);
        CHECK_EQ(hits(), sizes[i] == BITS_32 || !sizes[i]);
        try_amoadd_d(FAR, 0);
        CHECK_EQ(hits(), sizes[i] == BITS_64 || !sizes[i]);
        trigger_set(0, MCONTROL6 | ON_STORE | IN_M | SIZE(sizes[i]), FAR);
        PROBE(".insn i 0x0f, 2, x0, %0, 4",
              :
              : "r"(FAR)); /* cbo.zero: "only triggers with size=0" */
        CHECK_EQ(hits(), !sizes[i]);
    }
    triggers_off();
}

/* With a size that nothing else here has. */
static void check_negated(void)
{
    static const struct {
        uint8_t match;
        uint64_t tdata2, addr;
        bool hits;
    } cases[] = {
        { EQUAL, FAR, FAR, false },
        { EQUAL, FAR + 1, FAR, false }, /* either byte */
        { EQUAL, FAR, FAR + 2, true },
        { NAPOT, FAR | 0xfff, FAR + 0x1ffe, false },
        { NAPOT, FAR | 0xfff, FAR + 0x2000, true },
        { MASK_LOW, 0xffful << 32 | 0x10, FAR + 0x3010, false },
        { MASK_LOW, 0xffful << 32 | 0x10, FAR + 0x3012, true },
        { MASK_HIGH, 0xful << 32, FAR, false },
        { MASK_HIGH, 0xful << 32 | 1, FAR, true },
    };

    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        trigger_set(0, MCONTROL6 | ON_LOAD | IN_M | SIZE(BITS_16) | MATCH(NOT | cases[i].match),
                    cases[i].tdata2);
        try_lhu(cases[i].addr);
        CHECK_EQ(hits(), cases[i].hits);
    }
    trigger_set(0, MCONTROL6 | ON_STORE | IN_M | SIZE(BITS_16) | SELECT | MATCH(NOT | EQUAL),
                0x77771234);
    /* "Comparisons only look at the lower N bits of the compare values and of tdata2." */
    try_sh(FAR, 0x1234);
    CHECK_EQ(hits(), false);
    try_sh(FAR, 0x1235);
    CHECK_EQ(hits(), true);
    triggers_off();
}

extern char code[];
asm(".text\n"
    ".balign 32\n"
    ".option push\n"
    ".option norvc\n"
    "code: addi a0, a0, 1\n" /* 0x00150513 */
    "nop\n"                  /* 0x00000013 */
    "j 1f\n"                 /* 0x0080006f */
    "unimp\n"
    "1:\n"
    ".option rvc\n"
    "c.addi a0, 1\n" /* 0x0505, at 16 */
    "c.jr ra\n"
    ".option pop\n"
    ".balign 32\n");

static void check_opcode(uint64_t tdata1, uint64_t opcode, int offset)
{
    trigger_set(1, MCONTROL6 | ON_EXECUTE | IN_M | MATCH(NAPOT) | CHAIN,
                (uint64_t)code | 15); /* its 32 bytes */
    trigger_set(2, MCONTROL6 | ON_EXECUTE | IN_M | SELECT | tdata1, opcode);
    try_call((uint64_t)code, 0);
    CHECK_EQ(trap()->cause, offset < 0 ? (uint64_t)NO_TRAP : CAUSE_BREAKPOINT);
    if (offset >= 0) {
        CHECK_EQ(trap()->epc, (uint64_t)code + offset);
        CHECK_EQ(trap()->tval, trap()->epc);
    }
    triggers_off();
}

static void check_opcodes(void)
{
    check_opcode(0, 0x00150513, 0);
    check_opcode(0, 0x00000013, 4);
    check_opcode(0, 0x0080006f, 8);
    check_opcode(0, 0x00010505, 16); /* of a compressed one only 16 bits are looked at */
    check_opcode(0, 0x00250513, -1);
    check_opcode(SIZE(BITS_32), 0x0080006f, 8);
    check_opcode(SIZE(BITS_16), 0x0080006f, -1);
    check_opcode(SIZE(BITS_16), 0x0505, 16);
    check_opcode(MATCH(MASK_LOW), 0x7ful << 32 | 0x6f, 8); /* any jal */
    check_opcode(MATCH(NOT | MASK_LOW), 0x7ful << 32 | 0x13, 8);
    trigger_set(0, MCONTROL6 | ON_EXECUTE | IN_M | SIZE(BITS_16), (uint64_t)code + 4);
    try_call((uint64_t)code, 0);
    CHECK_NO_TRAP();
    trigger_set(0, MCONTROL6 | ON_EXECUTE | IN_M | SIZE(BITS_32), (uint64_t)code + 4);
    try_call((uint64_t)code, 0);
    CHECK_TRAP(CAUSE_BREAKPOINT, (uint64_t)code + 4);
    triggers_off();
}

int main(void)
{
    csr_set(mstatus, MSTATUS_MIE);
    check_fields();
    check_sizes();
    check_negated();
    check_opcodes();
    return 0;
}
