/*
 * The registers of triggers: how many there are, and what each takes (mcontrol6's own fields are in
 * mcontrol6.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "trigger.h"

#define ALL (-1ul)
#define ALL_BUT_TYPE (ALL >> 4)

static void check_select(void)
{
    CHECK_EQ(csr_read(tselect), 0);
    for (unsigned n = 0; n < TRIGGER_COUNT; n++) {
        CHECK_EQ(csr_warl(tselect, n), n);
        CHECK_EQ(csr_read(tdata1), DISABLED);
        CHECK_EQ(csr_read(tdata2), 0);
        CHECK_EQ(csr_read(tdata3), 0);
        CHECK_EQ(csr_read(tinfo), 1ul << 24 | 1ul << 15 | 0x7c);
    }
    CHECK_EQ(csr_warl(tselect, TRIGGER_COUNT), TRIGGER_COUNT - 1);
    CHECK_EQ(csr_warl(tselect, ALL), TRIGGER_COUNT - 1);
    csr_write(tinfo, 0);
    CHECK_EQ(csr_read(tinfo), 1ul << 24 | 1ul << 15 | 0x7c);
}

static void check_types(void)
{
    static const uint8_t missing[] = { 0, 1, 7, 8, 12, 14, 15 };

    for (unsigned i = 0; i < ARRAY_LEN(missing); i++) {
        csr_write(tdata1, MCONTROL6);
        CHECK_EQ(csr_warl(tdata1, TYPE(missing[i]) | ALL_BUT_TYPE), DISABLED);
    }
    /* no mode is enabled: nothing fires */
    CHECK_EQ(csr_warl(tdata1, MCONTROL), MCONTROL);
    CHECK_EQ(csr_warl(tdata1, ICOUNT | COUNT(16383) | PENDING | ICOUNT_HIT),
             ICOUNT | COUNT(16383) | PENDING | ICOUNT_HIT);
    csr_write(tdata1, ITRIGGER);
    csr_write(tdata2, 0);
    CHECK_EQ(csr_warl(tdata1, ITRIGGER | (ALL_BUT_TYPE & ~0x3f)),
             ITRIGGER | TRAP_HIT | 1ul << 10 | 0x2c0);
    CHECK_EQ(csr_warl(tdata1, ETRIGGER | (ALL_BUT_TYPE & ~0x3f)), ETRIGGER | TRAP_HIT | 0x2c0);
    CHECK_EQ(csr_warl(tdata1, MCONTROL6 | 1ul << 59), MCONTROL6); /* dmode is the debugger's */
    csr_write(tdata1, 0);
}

/* Type 2: no NAPOT, which maskmax says. Data that is loaded is looked at behind the load. */
static void check_mcontrol(void)
{
    static const uint8_t legal[16] = { EQUAL, EQUAL, GREATER_EQUAL, LESS, MASK_LOW, MASK_HIGH };

    for (unsigned n = 0; n < 16; n++) {
        CHECK_EQ(csr_warl(tdata1, MCONTROL | MATCH(n)), MCONTROL | MATCH(legal[n]));
    }
    CHECK_EQ(csr_warl(tdata1, MCONTROL | ON_STORE | CHAIN | IN_U | IN_S | MCONTROL_TIMING |
                                  MCONTROL_SELECT),
             MCONTROL | ON_STORE | CHAIN | IN_U | IN_S | MCONTROL_TIMING | MCONTROL_SELECT);
    CHECK_EQ(csr_warl(tdata1, MCONTROL | ON_LOAD | MCONTROL_TIMING),
             MCONTROL | ON_LOAD | MCONTROL_TIMING);
    CHECK_EQ(csr_warl(tdata1, MCONTROL | ON_LOAD), MCONTROL | ON_LOAD);
    CHECK_EQ(csr_warl(tdata1, MCONTROL | ON_LOAD | MCONTROL_SELECT),
             MCONTROL | ON_LOAD | MCONTROL_SELECT | MCONTROL_TIMING);
    CHECK_EQ(csr_warl(tdata1, MCONTROL | ON_EXECUTE | MCONTROL_TIMING), MCONTROL | ON_EXECUTE);
    CHECK_EQ(csr_warl(tdata1, MCONTROL | MCONTROL_HIT), MCONTROL | MCONTROL_HIT);
    csr_write(tdata1, 0);
}

static void check_data(void)
{
    csr_write(tdata1, 0);
    CHECK_EQ(csr_warl(tdata2, ALL), ALL);
    CHECK_EQ(csr_warl(tdata3, ALL & ~3ul), 0xfffc00f3fffffffc);
    CHECK_EQ(csr_warl(tdata3, 3), 0); /* sselect 3 is reserved */
    CHECK_EQ(csr_warl(tdata3, 2), 2);
    CHECK_EQ(csr_warl(tdata3, 1), 1);
    CHECK_EQ(csr_warl(tdata3, 0), 0);
    csr_write(tdata3, 0x1230000000000005);
    csr_write(tdata2, 0x5678);
    csr_write(tdata1, ETRIGGER);
    csr_write(tdata1, MCONTROL6); /* "must not modify the contents of other tdata registers" */
    CHECK_EQ(csr_read(tdata2), 0x5678);
    CHECK_EQ(csr_read(tdata3), 0x1230000000000005);
    csr_write(tselect, 0);
    CHECK_EQ(csr_read(tdata2), 0);
    CHECK_EQ(csr_read(tdata1), DISABLED);
    triggers_off();
}

static void check_contexts(void)
{
    uint64_t v;

    CHECK_EQ(csr_read(0x5a8), 0); /* scontext */
    CHECK_EQ(csr_warl(0x5a8, ALL), 0xffffffff);
    CHECK_EQ(csr_read(0x7a8), 0); /* mcontext */
    CHECK_EQ(csr_warl(0x7a8, ALL), 0x1fff);
    csr_write(0x5a8, 0);
    csr_write(0x7a8, 0);
    PROBE("csrr %0, 0x7a5", : "=r"(v)); /* no tcontrol: there is mstatus.SIE */
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    PROBE("csrr %0, 0x6a8", : "=r"(v)); /* no hcontext */
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
}

/* Which registers can be read from below. */
static uint64_t readable(uint64_t unused)
{
    uint64_t set = 0, v;

    (void)unused;
#define TRY(csr, bit)                   \
    PROBE("csrr %0, " #csr, : "=r"(v)); \
    set |= trap()->cause == (uint64_t)NO_TRAP ? (bit) : 0;
    TRY(tselect, 1)
    TRY(tdata1, 2)
    TRY(tdata2, 4)
    TRY(tdata3, 8)
    TRY(tinfo, 16)
    TRY(0x7a8, 32)
    TRY(0x5a8, 64)
    return set;
}

int main(void)
{
    check_select();
    check_types();
    check_mcontrol();
    check_data();
    check_contexts();
    CHECK_EQ(readable(0), 127);
    CHECK_EQ(run_in(MODE_S, readable, 0), 64);
    CHECK_EQ(run_in(MODE_U, readable, 0), 0);
    return 0;
}
