/*
 * Extensions turned off in misa: their instructions are illegal until they are back. (C: fetch-
 * misaligned.S)
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static uint64_t word;

#define CHECK_OFF(...)                          \
    do {                                        \
        PROBE(__VA_ARGS__);                     \
        CHECK_EQ(trap()->cause, CAUSE_ILLEGAL); \
    } while (0)
#define CHECK_ON(...)       \
    do {                    \
        PROBE(__VA_ARGS__); \
        CHECK_NO_TRAP();    \
    } while (0)

int main(void)
{
    uint64_t all = csr_read(misa), v;

    CHECK_EQ(all >> 62, 2); /* MXL: 64 bits */
    CHECK_EQ(all & (MISA('I') | MISA('M') | MISA('A') | MISA('F') | MISA('D') | MISA('C') |
                    MISA('S') | MISA('U')),
             MISA('I') | MISA('M') | MISA('A') | MISA('F') | MISA('D') | MISA('C') | MISA('S') |
                 MISA('U'));

    csr_write(misa, all & ~MISA('M'));
    CHECK_EQ(csr_read(misa) & MISA('M'), 0);
    CHECK_OFF("mul t0, t0, t0", : : : "t0");
    CHECK_OFF("divw t0, t0, t0", : : : "t0");
    CHECK_ON("add t0, t0, t0", : : : "t0");
    csr_write(misa, all);
    CHECK_ON("mul t0, t0, t0", : : : "t0");

    csr_write(misa, all & ~MISA('A'));
    CHECK_EQ(csr_read(misa) & MISA('A'), 0);
    CHECK_OFF("amoadd.w t0, t0, (%0)", : : "r"(&word) : "t0");
    CHECK_OFF("lr.d t0, (%0)", : : "r"(&word) : "t0");
    csr_write(misa, all);
    CHECK_ON("amoadd.w t0, t0, (%0)", : : "r"(&word) : "t0");

    csr_write(misa, all & ~MISA('D'));
    CHECK_EQ(csr_read(misa) & (MISA('D') | MISA('F')), MISA('F'));
    CHECK_OFF("fadd.d fa0, fa0, fa0");
    CHECK_OFF("fld fa0, 0(%0)", : : "r"(&word));
    CHECK_OFF("mv a0, %0\n c.fld fa0, 0(a0)", : : "r"(&word) : "a0");
    CHECK_ON("fadd.s fa0, fa0, fa0");

    /* D cannot be there without F. */
    csr_write(misa, all & ~MISA('F'));
    CHECK_EQ(csr_read(misa) & (MISA('D') | MISA('F')), 0);
    CHECK_OFF("fadd.s fa0, fa0, fa0");
    CHECK_OFF("flw fa0, 0(%0)", : : "r"(&word));
    CHECK_OFF("csrr %0, fcsr", : "=r"(v));
    csr_write(misa, all);
    CHECK_EQ(csr_read(misa), all);
    csr_set(mstatus, MSTATUS_FS_INITIAL);
    CHECK_ON("fadd.d fa0, fa0, fa0");

    /* MXL is fixed, and so is I. */
    csr_write(misa, 0x4000000000000000 | all);
    CHECK_EQ(csr_read(misa), all);
    return 0;
}
