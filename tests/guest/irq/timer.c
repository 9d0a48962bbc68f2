/*
 * The machine timer: mtime counts, MTIP is the comparison mtime >= mtimecmp and nothing else, its
 * interrupt, and the time CSR that shows mtime.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define PATIENCE 100000000u

static bool mtip_becomes(bool level)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (!!(csr_read(mip) & IRQ_BIT(IRQ_MTI)) == level) {
            return true;
        }
    }
    return false;
}

static uint64_t wait_for_irq(uint64_t unused)
{
    (void)unused;
    for (unsigned i = 0; i < PATIENCE && !hart()->irq_count; i++) {
        barrier();
    }
    return hart()->irq_count;
}

int main(void)
{
    uint64_t t0, t1;

    t0 = clint_mtime;
    for (unsigned i = 0; i < PATIENCE && clint_mtime == t0; i++) {
    }
    CHECK(clint_mtime > t0);

    t0 = clint_mtime;
    t1 = csr_read(time);
    CHECK(t1 >= t0);
    CHECK(clint_mtime >= t1);

    clint_mtimecmp(0) = -1ul;
    CHECK(mtip_becomes(false));
    clint_mtimecmp(0) = 0;
    CHECK(mtip_becomes(true));
    csr_clear(mip, IRQ_BIT(IRQ_MTI)); /* read-only */
    CHECK((csr_read(mip) & IRQ_BIT(IRQ_MTI)) != 0);
    clint_mtimecmp(0) = -1ul;
    CHECK(mtip_becomes(false));

    /* In the future: comes, and not before. */
    for (unsigned i = 0; i < 3; i++) {
        uint64_t when = clint_mtime + 2000;

        irq_log_reset();
        clint_mtimecmp(0) = when;
        csr_set(mie, IRQ_BIT(IRQ_MTI));
        csr_set(mstatus, MSTATUS_MIE);
        CHECK_EQ(i == 0 ? wait_for_irq(0) : run_in(i == 1 ? MODE_S : MODE_U, wait_for_irq, 0), 1);
        csr_clear(mstatus, MSTATUS_MIE);
        CHECK(clint_mtime >= when);
        CHECK_EQ(hart()->irq_log[0], IRQ_MTI | (uint64_t)MODE_M << 32);
        clint_mtimecmp(0) = -1ul;
        CHECK(mtip_becomes(false));
    }

    /* mtime can be written; the comparison follows. */
    clint_mtimecmp(0) = 0x1000000000000000;
    CHECK(mtip_becomes(false));
    clint_mtime = 0x1000000000000000;
    CHECK(clint_mtime >= 0x1000000000000000);
    CHECK(csr_read(time) >= 0x1000000000000000);
    CHECK(mtip_becomes(true));
    clint_mtime = 0;
    CHECK(clint_mtime < 0x1000000000000000);
    CHECK(mtip_becomes(false));
    return 0;
}
