/*
 * The entropy source (Zkr): what a poll of CSR seed returns, and who may poll it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define MSECCFG_USEED (1ul << 8)
#define MSECCFG_SSEED (1ul << 9)
#define SEED_ES16 2
#define POLLS 64
#define CSRRW_A0 0x01501573 /* csrrw a0, seed, x0 */

static uint64_t poll_once(void)
{
    uint64_t value;

    do {
        asm volatile("csrrw %0, 0x015, x0" : "=r"(value));
        CHECK_EQ(value >> 32, 0);
        CHECK((value >> 30) == SEED_ES16 || (value & 0xffff) == 0);
    } while (value >> 30 != SEED_ES16);
    return value;
}

static uint64_t try_seed(uint64_t unused)
{
    (void)unused;
    PROBE("csrrw a0, 0x015, x0", : : : "a0");
    return 0;
}

static void check_access(uint64_t enabled)
{
    csr_write(0x747, enabled);
    CHECK_EQ(csr_read(0x747), enabled);
    run_in(MODE_S, try_seed, 0);
    if (enabled & MSECCFG_SSEED) {
        CHECK_NO_TRAP();
    } else {
        CHECK_TRAP(CAUSE_ILLEGAL, CSRRW_A0);
    }
    run_in(MODE_U, try_seed, 0);
    if (enabled & MSECCFG_USEED) {
        CHECK_NO_TRAP();
    } else {
        CHECK_TRAP(CAUSE_ILLEGAL, CSRRW_A0);
    }
}

int main(void)
{
    uint64_t ones = 0, zeros = 0;

    for (unsigned i = 0; i < POLLS; i++) {
        uint64_t value = poll_once();

        ones |= value;
        zeros |= ~value;
    }
    CHECK_EQ(ones & 0xffff, 0xffff);
    CHECK_EQ(zeros & 0xffff, 0xffff);

    /* A read alone is illegal, in machine mode too. */
    PROBE("csrrs a0, 0x015, x0", : : : "a0");
    CHECK_TRAP(CAUSE_ILLEGAL, 0x01502573);
    PROBE("csrrc a0, 0x015, x0", : : : "a0");
    CHECK_TRAP(CAUSE_ILLEGAL, 0x01503573);
    PROBE("csrrsi a0, 0x015, 0", : : : "a0");
    CHECK_TRAP(CAUSE_ILLEGAL, 0x01506573);
    PROBE("csrrci a0, 0x015, 0", : : : "a0");
    CHECK_TRAP(CAUSE_ILLEGAL, 0x01507573);
    /* Whatever is written is not looked at. */
    PROBE("csrrw a0, 0x015, sp", : : : "a0");
    CHECK_NO_TRAP();
    PROBE("csrrs a0, 0x015, sp", : : : "a0");
    CHECK_NO_TRAP();
    PROBE("csrrwi a0, 0x015, 5", : : : "a0");
    CHECK_NO_TRAP();
    PROBE("csrrwi x0, 0x015, 0", : : : "a0");
    CHECK_NO_TRAP();

    check_access(0);
    check_access(MSECCFG_SSEED);
    check_access(MSECCFG_USEED);
    check_access(MSECCFG_SSEED | MSECCFG_USEED);
    return 0;
}
