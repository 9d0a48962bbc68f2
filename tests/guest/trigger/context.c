/*
 * Triggers that match in some contexts only (textra64): by scontext and parts of it, by mcontext,
 * by ASID.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"
#include "trigger.h"

#define SCONTEXT(v) ((uint64_t)(v) << 2 | 1)
#define BYTEMASK(n) ((uint64_t)(n) << 36)
#define ASID(v) ((uint64_t)(v) << 2 | 2)
#define MCONTEXT(v) ((uint64_t)(v) << 51 | 4ul << 48)

static volatile uint64_t word;

static bool hits(uint64_t extra)
{
    trigger_set3(0, MCONTROL6 | ON_LOAD | IN_M | IN_S, (uint64_t)&word, extra);
    try_ld((uint64_t)&word);
    return trap()->cause == CAUSE_BREAKPOINT;
}

static uint64_t load_word(uint64_t scontext)
{
    csr_write(0x5a8, scontext);
    try_ld((uint64_t)&word);
    return trap()->cause == CAUSE_BREAKPOINT;
}

int main(void)
{
    struct space s = space_new(3);

    csr_set(mstatus, MSTATUS_MIE);
    CHECK(hits(SCONTEXT(0)));
    CHECK(!hits(SCONTEXT(1)));
    CHECK(hits(0));
    CHECK(hits(1ul << 2)); /* sselect 0: svalue does not matter */
    csr_write(0x5a8, 0x12345678);
    CHECK(hits(SCONTEXT(0x12345678)));
    CHECK(!hits(SCONTEXT(0x12345679)));
    CHECK(hits(SCONTEXT(0x12345679) | BYTEMASK(1)));
    CHECK(hits(SCONTEXT(0x00005600) | BYTEMASK(13)));
    CHECK(!hits(SCONTEXT(0x00005700) | BYTEMASK(13)));
    csr_write(0x7a8, 0x1abc);
    CHECK(hits(MCONTEXT(0x1abc)));
    CHECK(!hits(MCONTEXT(0x0abc)));
    CHECK(hits(MCONTEXT(0x1abc) | SCONTEXT(0x12345678)));
    CHECK(!hits(MCONTEXT(0x1abc) | SCONTEXT(0)));
    /* it follows what supervisor mode writes */
    CHECK(hits(SCONTEXT(0x12345678)));
    CHECK_EQ(run_in(MODE_S, load_word, 5), false);
    CHECK_EQ(run_in(MODE_S, load_word, 0x12345678), true);
    space_on(&s, 7);
    CHECK(hits(ASID(7)));
    CHECK(!hits(ASID(6)));
    space_on(&s, 6);
    CHECK(hits(ASID(6)));
    space_off();
    triggers_off();
    return 0;
}
