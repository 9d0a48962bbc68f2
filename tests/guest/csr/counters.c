/*
 * Who may read the counters: mcounteren for supervisor mode, that and scounteren for user mode;
 * mcycle and the counters 3 to 31; none of the user's views can be written. (minstret: instret.S)
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/* Bit n: counter n of 0xc00... could be read without a trap. */
static uint64_t readable(uint64_t unused)
{
    uint64_t set = 0, v;

    (void)unused;
#define TRY(n)                                \
    PROBE("csrr %0, 0xc00 + " #n, : "=r"(v)); \
    set |= (uint64_t)(trap()->cause == (uint64_t)NO_TRAP) << n;
    TRY(0)
    TRY(1) TRY(2) TRY(3) TRY(4) TRY(5) TRY(6) TRY(7) TRY(8) TRY(9) TRY(10) TRY(11) TRY(12) TRY(13)
        TRY(14) TRY(15) TRY(16) TRY(17) TRY(18) TRY(19) TRY(20) TRY(21) TRY(22) TRY(23) TRY(24)
            TRY(25) TRY(26) TRY(27) TRY(28) TRY(29) TRY(30) TRY(31) return set;
}

static uint64_t wait_for_cycles(void)
{
    uint64_t start = csr_read(mcycle);

    for (unsigned i = 0; i < 1000; i++) {
        barrier();
    }
    return csr_read(mcycle) - start;
}

int main(void)
{
    const uint64_t all = 0xffffffff;
    uint64_t v;

    csr_write(mcounteren, 0);
    csr_write(scounteren, -1ul);
    CHECK_EQ(readable(0), all); /* machine mode needs no leave */
    CHECK_EQ(run_in(MODE_S, readable, 0), 0);
    CHECK_EQ(run_in(MODE_U, readable, 0), 0);
    csr_write(mcounteren, -1ul);
    CHECK_EQ(csr_read(mcounteren), all);
    CHECK_EQ(run_in(MODE_S, readable, 0), all);
    CHECK_EQ(run_in(MODE_U, readable, 0), all);
    csr_write(scounteren, 0);
    CHECK_EQ(run_in(MODE_S, readable, 0), all);
    CHECK_EQ(run_in(MODE_U, readable, 0), 0);
    for (unsigned n = 0; n < 32; n++) {
        csr_write(mcounteren, 1ul << n);
        csr_write(scounteren, all ^ 1ul << n);
        CHECK_EQ(run_in(MODE_S, readable, 0), 1ul << n);
        CHECK_EQ(run_in(MODE_U, readable, 0), 0);
        csr_write(scounteren, 1ul << n);
        CHECK_EQ(run_in(MODE_U, readable, 0), 1ul << n);
        csr_write(mcounteren, all);
        CHECK_EQ(run_in(MODE_U, readable, 0), 1ul << n);
    }

    /* Cycles go on, can be written, and can be stopped. */
    CHECK(wait_for_cycles() != 0);
    csr_write(mcycle, 0x1000000000000);
    v = csr_read(mcycle);
    CHECK(v >= 0x1000000000000 && v < 0x1000000000000 + 10000000000);
    CHECK(csr_read(cycle) >= v);
    csr_set(mcountinhibit, 1);
    CHECK_EQ(wait_for_cycles(), 0);
    csr_write(mcycle, 77);
    CHECK_EQ(csr_read(mcycle), 77);
    csr_clear(mcountinhibit, 1);
    CHECK(wait_for_cycles() != 0);

    /* Events: none is chosen after a write of zero, and the counter then stands where it is put. */
    csr_write(mhpmevent3, 0);
    csr_write(mhpmcounter3, 5);
    v = csr_read(mhpmcounter3);
    CHECK(v == 5 || v == 0); /* may be read-only zero */
    CHECK_EQ(csr_read(hpmcounter3), v);
    csr_write(mhpmevent31, 0);
    (void)csr_read(mhpmcounter31);
    return 0;
}
