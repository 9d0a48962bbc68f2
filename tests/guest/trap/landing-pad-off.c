/*
 * Without Zicfilp its encodings are what they were: lpad is auipc with rd x0, no field that it adds
 * to a register can be set, and indirect jumps may lead anywhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define LPE (1ul << 2)
#define SPELP (1ul << 23)
#define MPELP (1ul << 41)

/* To what is no landing pad, over one and to one with another label. */
static uint64_t jump_around(uint64_t unused)
{
    uint64_t sum = 0;

    (void)unused;
    PROBE("li t2, 0\n"
          "lla a1, 1f\n"
          "jr a1\n"
          ".balign 4\n"
          "1: addi %0, %0, 1\n"
          "lla a1, 2f\n"
          "jalr a1\n"
          ".balign 4\n"
          "2: .word 0x12345017\n"
          "addi %0, %0, 2\n"
          ".word 0x00000017\n"
          ".word 0xfffff017\n"
          "addi %0, %0, 4",
          : "+r"(sum)
          :
          : "t2", "a1", "ra");
    CHECK_NO_TRAP();
    return sum;
}

int main(void)
{
    uint64_t ones = -1ul;

    CHECK_EQ(csr_warl(menvcfg, LPE) & LPE, 0);
    CHECK_EQ(csr_warl(senvcfg, LPE) & LPE, 0);
    PROBE("csrrs %0, mseccfg, %0", : "+r"(ones)); /* nothing else makes it exist here */
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    csr_set(mstatus, MPELP | SPELP);
    CHECK_EQ(csr_read(mstatus) & (MPELP | SPELP), 0);
    csr_set(sstatus, SPELP);
    CHECK_EQ(csr_read(sstatus) & SPELP, 0);
    CHECK_EQ(jump_around(0), 7);
    CHECK_EQ(run_in(MODE_S, jump_around, 0), 7);
    CHECK_EQ(run_in(MODE_U, jump_around, 0), 7);
    return 0;
}
