/*
 * Sstc: stimecmp drives STIP while menvcfg.STCE is set, and who may touch it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define STIP IRQ_BIT(IRQ_STI)

static bool stip_becomes(bool level)
{
    for (unsigned i = 0; i < 100000000; i++) {
        if (!!(csr_read(mip) & STIP) == level) {
            return true;
        }
    }
    return false;
}

static uint64_t write_stimecmp(uint64_t v)
{
    PROBE("csrw stimecmp, %0", : : "r"(v));
    return 0;
}

static uint64_t wait_for_irq(uint64_t delay)
{
    csr_write(stimecmp, csr_read(time) + delay);
    csr_set(sie, STIP);
    csr_set(sstatus, MSTATUS_SIE);
    while (!hart()->irq_count) {
        barrier();
    }
    csr_clear(sstatus, MSTATUS_SIE);
    return csr_read(time) >= csr_read(stimecmp);
}

int main(void)
{
    csr_write(mcounteren, -1ul);

    /* Off: STIP is machine mode's to write, and supervisor mode has no stimecmp. */
    csr_clear(menvcfg, MENVCFG_STCE);
    csr_write(stimecmp, 0);
    CHECK(stip_becomes(false));
    csr_set(mip, STIP);
    CHECK((csr_read(mip) & STIP) != 0);
    csr_clear(mip, STIP);
    CHECK_EQ(csr_read(mip) & STIP, 0);
    run_in(MODE_S, write_stimecmp, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);

    csr_set(menvcfg, MENVCFG_STCE);
    CHECK((csr_read(menvcfg) & MENVCFG_STCE) != 0);
    CHECK(stip_becomes(true)); /* time >= 0 */
    csr_clear(mip, STIP);
    CHECK((csr_read(mip) & STIP) != 0);
    csr_write(stimecmp, -1ul);
    CHECK(stip_becomes(false));
    csr_set(mip, STIP);
    CHECK_EQ(csr_read(mip) & STIP, 0);
    CHECK_EQ(csr_read(stimecmp), -1ul);

    run_in(MODE_S, write_stimecmp, 12345);
    CHECK_NO_TRAP();
    CHECK_EQ(csr_read(stimecmp), 12345);
    run_in(MODE_U, write_stimecmp, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    csr_write(mcounteren, ~2ul); /* TM clear: no stimecmp in S */
    run_in(MODE_S, write_stimecmp, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    csr_write(mcounteren, -1ul);

    /* The interrupt, delegated; the handler clears its enable. */
    csr_write(stimecmp, -1ul);
    CHECK(stip_becomes(false));
    csr_write(sscratch, hart());
    csr_write(stvec, s_trap_entry);
    csr_write(mideleg, STIP);
    irq_log_reset();
    CHECK_EQ(run_in(MODE_S, wait_for_irq, 3000), 1);
    CHECK_EQ(hart()->irq_log[0], IRQ_STI | (uint64_t)MODE_S << 32);
    CHECK_EQ(csr_read(scause), CAUSE_INTERRUPT | IRQ_STI);
    return 0;
}
