/*
 * Delegation of exceptions: what medeleg sends to supervisor mode and what stays, the supervisor's
 * CSRs after it, and that a trap never goes to a less privileged mode.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define HOLE 0x40000000ul

/* One exception of each kind that needs no page table, and the cause that it has from user mode. */
static uint64_t do_fetch(uint64_t unused)
{
    return try_call(HOLE, unused);
}
static uint64_t do_illegal(uint64_t unused)
{
    PROBE(".4byte 0xc0001073"); /* csrw cycle, x0 */
    return unused;
}
static uint64_t do_break(uint64_t unused)
{
    PROBE("ebreak");
    return unused;
}
static uint64_t do_load(uint64_t unused)
{
    try_lw(HOLE);
    return unused;
}
static uint64_t do_store(uint64_t unused)
{
    try_sw(HOLE, 0);
    return unused;
}
static uint64_t do_ecall(uint64_t unused)
{
    PROBE("li a7, 0\n ecall", : : : "a7");
    return unused;
}

static const struct {
    uint64_t (*run)(uint64_t);
    unsigned cause;
    uint64_t tval;
} kinds[] = {
    { do_fetch, CAUSE_FETCH_ACCESS, HOLE }, { do_illegal, CAUSE_ILLEGAL, 0xc0001073 },
    { do_load, CAUSE_LOAD_ACCESS, HOLE },   { do_store, CAUSE_STORE_ACCESS, HOLE },
    { do_break, CAUSE_BREAKPOINT, 0 },      { do_ecall, CAUSE_ECALL_U, 0 },
};

#define DELEGABLE                                                                  \
    (1ul << CAUSE_FETCH_ACCESS | 1ul << CAUSE_ILLEGAL | 1ul << CAUSE_BREAKPOINT |  \
     1ul << CAUSE_LOAD_ACCESS | 1ul << CAUSE_STORE_ACCESS | 1ul << CAUSE_ECALL_U | \
     1ul << CAUSE_FETCH_PAGE | 1ul << CAUSE_LOAD_PAGE | 1ul << CAUSE_STORE_PAGE |  \
     1ul << CAUSE_LOAD_MISALIGNED | 1ul << CAUSE_STORE_MISALIGNED)

static void check_kind(unsigned i, unsigned from, unsigned expected_mode)
{
    unsigned cause = kinds[i].cause == CAUSE_ECALL_U ? CAUSE_ECALL_U + from : kinds[i].cause;
    struct trap *t = trap();

    from == MODE_M ? kinds[i].run(0) : run_in(from, kinds[i].run, 0);
    CHECK_EQ(t->cause, cause);
    CHECK_EQ(t->mode, expected_mode);
    if (cause != CAUSE_BREAKPOINT) {
        CHECK_EQ(t->tval, kinds[i].tval);
    }
    if (expected_mode == MODE_S) {
        CHECK_EQ(!!(t->status & MSTATUS_SPP), from == MODE_S);
        CHECK(!(t->status & MSTATUS_SIE));
    } else {
        CHECK_EQ(t->status & MSTATUS_MPP, MSTATUS_MPP_OF(from));
    }
}

int main(void)
{
    /* ecall from M can never be delegated; what can, can. */
    delegate(-1ul);
    CHECK_EQ(csr_read(medeleg) & 1ul << CAUSE_ECALL_M, 0);
    CHECK_EQ(csr_read(medeleg) & DELEGABLE, DELEGABLE);

    delegate(DELEGABLE);
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
        bool ecall = kinds[i].cause == CAUSE_ECALL_U; /* ecall from S is not in DELEGABLE */

        check_kind(i, MODE_U, MODE_S);
        check_kind(i, MODE_S, ecall ? MODE_M : MODE_S);
        check_kind(i, MODE_M, MODE_M);
    }
    /* One by one: the others stay in machine mode. */
    for (unsigned only = 0; only < ARRAY_LEN(kinds); only++) {
        delegate(1ul << kinds[only].cause);
        for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
            check_kind(i, MODE_U, i == only ? MODE_S : MODE_M);
        }
    }

    /* The stack of sstatus: SPIE = SIE, and machine mode's part of mstatus is not touched. */
    delegate(DELEGABLE);
    csr_set(sstatus, MSTATUS_SIE);
    csr_set(mstatus, MSTATUS_MPIE);
    run_in(MODE_S, do_illegal, 0);
    CHECK_EQ(trap()->status & (MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_SIE),
             MSTATUS_SPP | MSTATUS_SPIE);
    CHECK((csr_read(sstatus) & (MSTATUS_SIE | MSTATUS_SPIE)) == (MSTATUS_SIE | MSTATUS_SPIE));
    CHECK_EQ(csr_read(sstatus) & MSTATUS_SPP, 0); /* sret leaves the least privileged mode there */
    csr_clear(sstatus, MSTATUS_SIE);
    run_in(MODE_S, do_illegal, 0);
    CHECK_EQ(trap()->status & (MSTATUS_SPIE | MSTATUS_SIE), 0);
    return 0;
}
