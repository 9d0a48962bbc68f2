/*
 * State enables (Smstateen): what supervisor mode may use at machine mode's leave, and that reset
 * and user mode leave nothing open.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define MSTATEEN_SE (1ul << 63)
#define MSTATEEN0_ENVCFG (1ul << 62)

enum { SSTATEEN0 = 1, SSTATEEN1 = 2, SSTATEEN2 = 4, SSTATEEN3 = 8, SENVCFG = 16 };

/* Which of the registers can be read and written without a trap. */
static uint64_t accessible(uint64_t unused)
{
    uint64_t set = 0, v;

    (void)unused;
#define TRY(csr, bit)                                                  \
    PROBE("csrr %0, " #csr, : "=r"(v));                                \
    if (trap()->cause == (uint64_t)NO_TRAP) {                          \
        PROBE("csrw " #csr ", zero", :);                               \
        CHECK_NO_TRAP();                                               \
        set |= (bit);                                                  \
    } else {                                                           \
        CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);                        \
        PROBE("csrw " #csr ", zero", :);                               \
        CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);                        \
    }
    TRY(0x10c, SSTATEEN0)
    TRY(0x10d, SSTATEEN1)
    TRY(0x10e, SSTATEEN2)
    TRY(0x10f, SSTATEEN3)
    TRY(0x10a, SENVCFG)
    return set;
}

static void check_enables(uint64_t m0, uint64_t others, uint64_t expected)
{
    csr_write(0x30c, m0);
    csr_write(0x30d, others);
    csr_write(0x30e, others);
    csr_write(0x30f, others);
    CHECK_EQ(accessible(0), 31);
    CHECK_EQ(run_in(MODE_S, accessible, 0), expected);
    CHECK_EQ(run_in(MODE_U, accessible, 0), 0);
}

int main(void)
{
    CHECK_EQ(csr_read(0x30c), 0);
    CHECK_EQ(csr_read(0x30f), 0);
    check_enables(0, 0, 0);
    check_enables(MSTATEEN_SE, 0, SSTATEEN0);
    check_enables(MSTATEEN0_ENVCFG, 0, SENVCFG);
    check_enables(0, MSTATEEN_SE, SSTATEEN1 | SSTATEEN2 | SSTATEEN3);
    check_enables(-1ul, -1ul, 31);
    csr_write(0x30e, 0);
    CHECK_EQ(run_in(MODE_S, accessible, 0), 31 & ~SSTATEEN2);

    /* FCSR is for floating point in x registers, which misa.F excludes. */
    CHECK_EQ(csr_warl(0x30c, -1ul) & 2, 0);
    CHECK_EQ(csr_warl(0x10c, -1ul) & 2, 0);

    csr_write(0x30c, 0);
    return 0;
}
