/*
 * Count overflow and filtering by privilege mode (Sscofpmf, Smcntrpmf): the OF bits, the interrupt
 * and its delegation, scountovf, and that a mode can be left out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "events.h"
#include "guest.h"

#define IRQ_LCOFI 13
#define FAR 10000000 /* instructions in which an overflow must have been noticed */

static uint64_t memory;

/* `n` loads, stores and taken branches each. */
static uint64_t work(uint64_t n)
{
    uint64_t t;

    asm volatile("1: ld %1, (%2)\n"
                 "sd %1, (%2)\n"
                 "addi %0, %0, -1\n"
                 "bnez %0, 1b"
                 : "+&r"(n), "=&r"(t)
                 : "r"(&memory)
                 : "memory");
    return 0;
}

/* ---- filtering ---- */

static uint64_t counted_in(unsigned mode, uint64_t n)
{
    uint64_t before = csr_read(mhpmcounter3);

    if (mode == MODE_M) {
        work(n);
    } else {
        run_in(mode, work, n);
    }
    return csr_read(mhpmcounter3) - before;
}

static void check_filter(uint64_t event)
{
    static const uint64_t inhibit[] = { [MODE_U] = EVENT_UINH, [MODE_S] = EVENT_SINH,
                                        [MODE_M] = EVENT_MINH };
    static const unsigned modes[] = { MODE_U, MODE_S, MODE_M };
    const uint64_t all = EVENT_UINH | EVENT_SINH | EVENT_MINH;

    for (unsigned i = 0; i < ARRAY_LEN(modes); i++) {
        for (unsigned j = 0; j < ARRAY_LEN(modes); j++) {
            csr_write(mhpmevent3, event | EVENT_OF | (all & ~inhibit[modes[i]]));
            CHECK_EQ(csr_read(mhpmevent3), event | EVENT_OF | (all & ~inhibit[modes[i]]));
            if (i == j) {
                CHECK(counted_in(modes[j], 1000) >= 999); /* the last branch is not taken */
                CHECK(counted_in(modes[j], 1000) < 10000);
            } else {
                CHECK(counted_in(modes[j], 1000) < 500); /* what leads there is not left out */
            }
        }
    }
    csr_write(mhpmevent3, event | EVENT_OF | all);
    CHECK_EQ(counted_in(MODE_M, 1000), 0);
    CHECK_EQ(counted_in(MODE_S, 1000), 0);
    CHECK_EQ(counted_in(MODE_U, 1000), 0);
    csr_write(mhpmevent3, 0);
}

static uint64_t nothing(uint64_t x)
{
    return x;
}

/* In user mode exactly: work()'s, and what surrounds it in run_in(): jalr, ret, li, ecall. */
static void check_user_instret(void)
{
    uint64_t first, second, third;

    csr_write(0x322 /* minstretcfg */, EVENT_MINH | EVENT_SINH);
    CHECK_EQ(csr_read(0x322), EVENT_MINH | EVENT_SINH);
    CHECK_EQ(csr_read(minstret), csr_read(minstret));
    csr_write(minstret, 0);
    run_in(MODE_U, work, 1);
    first = csr_read(minstret);
    run_in(MODE_U, work, 1);
    second = csr_read(minstret) - first;
    CHECK_EQ(first, second);
    csr_write(minstret, 0);
    run_in(MODE_U, work, 101);
    third = csr_read(minstret);
    CHECK_EQ(third - first, 400);
    run_in(MODE_S, work, 1000);
    CHECK_EQ(csr_read(minstret), third);

    csr_write(minstret, 0);
    run_in(MODE_U, nothing, 1);
    CHECK_EQ(csr_read(minstret), 4); /* jalr, ret, li (two): not mret, which is machine mode's, nor ecall */

    csr_write(0x322 /* minstretcfg */, EVENT_UINH); /* mret counts where it comes from, ecall nowhere */
    csr_write(minstret, 0);
    run_in(MODE_U, work, 1);
    first = csr_read(minstret);
    csr_write(minstret, 0);
    run_in(MODE_U, work, 1000);
    CHECK_EQ(csr_read(minstret), first);
    csr_write(0x322 /* minstretcfg */, 0);
}

static void check_cycle_filter(void)
{
    uint64_t before;

    csr_write(0x321 /* mcyclecfg */, EVENT_MINH);
    before = csr_read(mcycle);
    work(100);
    CHECK_EQ(csr_read(mcycle), before);
    run_in(MODE_S, work, 100);
    CHECK(csr_read(mcycle) > before);
    csr_write(0x321 /* mcyclecfg */, -1ul);
    CHECK_EQ(csr_read(0x321 /* mcyclecfg */) & EVENT_OF, 0);
    csr_write(0x321 /* mcyclecfg */, 0);
    before = csr_read(mcycle);
    work(100);
    CHECK(csr_read(mcycle) > before);
}

/* ---- overflow ---- */

static void program(uint64_t event, uint64_t missing)
{
    csr_clear(mip, IRQ_BIT(IRQ_LCOFI));
    csr_write(mhpmevent3, EVENT_OF);
    csr_write(mhpmcounter3, -missing);
    csr_write(mhpmevent3, event);
}

static void check_flag(uint64_t event)
{
    program(event, 1000000);
    work(10);
    CHECK_EQ(csr_read(0xda0 /* scountovf */) & 1 << 3, 0);
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_LCOFI), 0);

    program(event, 10);
    work(20);
    CHECK_EQ(csr_read(mhpmevent3), event | EVENT_OF);
    CHECK_EQ(csr_read(0xda0 /* scountovf */) & 1 << 3, 1 << 3);
    CHECK(csr_read(mip) & IRQ_BIT(IRQ_LCOFI));
    CHECK(csr_read(mhpmcounter3) < 1000); /* and goes on */
    csr_clear(mip, IRQ_BIT(IRQ_LCOFI));
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_LCOFI), 0);

    csr_write(mhpmevent3, event); /* OF clear: no second overflow of the same */
    work(20);
    CHECK_EQ(csr_read(mhpmevent3), event);

    csr_write(mhpmcounter3, -10ul); /* OF set: no interrupt */
    csr_write(mhpmevent3, event | EVENT_OF);
    work(20);
    CHECK(csr_read(mhpmcounter3) < 1000);
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_LCOFI), 0);
    csr_write(mhpmcounter3, -1ul); /* a write is no overflow */
    csr_write(mhpmevent3, 0);
    csr_write(mhpmcounter3, 0);
    CHECK_EQ(csr_read(mhpmevent3), 0);
}

/* Loops until the interrupt has come; how many instructions later than `missing`, about. */
static uint64_t wait_for_interrupt(uint64_t unused)
{
    (void)unused;
    for (uint64_t i = 0; i < FAR; i++) {
        *(volatile uint64_t *)&memory = i;
        if (hart()->irq_count) {
            return i;
        }
    }
    return FAR;
}

static void check_interrupt(unsigned mode, uint64_t event, uint64_t missing)
{
    uint64_t rounds;

    program(event, missing);
    irq_log_reset();
    csr_set(mie, IRQ_BIT(IRQ_LCOFI));
    csr_set(mstatus, MSTATUS_MIE | MSTATUS_SIE);
    rounds = mode == MODE_M ? wait_for_interrupt(0) : run_in(mode, wait_for_interrupt, 0);
    csr_clear(mstatus, MSTATUS_MIE | MSTATUS_SIE);
    CHECK(rounds < missing + 1000);
    CHECK_EQ(hart()->irq_count, 1);
    CHECK_EQ(hart()->irq_log[0] & 0xffffffff, IRQ_LCOFI);
    CHECK_EQ(csr_read(mhpmevent3), event | EVENT_OF);
    csr_write(mhpmevent3, 0);
    csr_clear(mip, IRQ_BIT(IRQ_LCOFI));
}

static uint64_t read_scountovf(uint64_t unused)
{
    (void)unused;
    return csr_read(0xda0 /* scountovf */);
}

static uint64_t clear_sip(uint64_t unused)
{
    (void)unused;
    csr_clear(sip, IRQ_BIT(IRQ_LCOFI));
    return csr_read(sip);
}

static void check_supervisor(void)
{
    program(EVENT_INSTRUCTIONS, 10);
    work(20);
    csr_write(mcounteren, -1ul);
    CHECK_EQ(run_in(MODE_S, read_scountovf, 0), 1 << 3);
    csr_write(mcounteren, ~(1ul << 3));
    CHECK_EQ(run_in(MODE_S, read_scountovf, 0), 0);
    csr_write(mcounteren, -1ul);
    csr_write(mhpmevent3, 0);

    csr_write(mideleg, IRQ_BIT(IRQ_LCOFI));
    CHECK_EQ(csr_read(mideleg), IRQ_BIT(IRQ_LCOFI));
    delegate(0);
    CHECK_EQ(run_in(MODE_S, clear_sip, 0), 0);
    CHECK_EQ(csr_read(mip) & IRQ_BIT(IRQ_LCOFI), 0);
    check_interrupt(MODE_U, EVENT_INSTRUCTIONS, 5000);
    CHECK_EQ(hart()->irq_log[0] >> 32, MODE_S);
    check_interrupt(MODE_S, EVENT_BRANCHES_TAKEN, 5000);
    CHECK_EQ(hart()->irq_log[0] >> 32, MODE_S);
    csr_write(mideleg, 0);
    csr_set(mip, IRQ_BIT(IRQ_LCOFI)); /* not its own any more */
    CHECK_EQ(run_in(MODE_S, clear_sip, 0), 0);
    CHECK(csr_read(mip) & IRQ_BIT(IRQ_LCOFI));
    csr_clear(mip, IRQ_BIT(IRQ_LCOFI));
}

static uint64_t try_scountovf(uint64_t unused)
{
    uint64_t v;

    (void)unused;
    PROBE("csrr %0, 0xda0", : "=r"(v));
    return 0;
}

int main(void)
{
    static const uint64_t events[] = { EVENT_CYCLES, EVENT_INSTRUCTIONS, EVENT_LOADS, EVENT_STORES,
                                       EVENT_BRANCHES, EVENT_BRANCHES_TAKEN };

    run_in(MODE_U, try_scountovf, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    for (unsigned i = 0; i < ARRAY_LEN(events); i++) {
        check_filter(events[i]);
        check_flag(events[i]);
        check_interrupt(MODE_M, events[i], 100);
        check_interrupt(MODE_U, events[i], 3000);
        CHECK_EQ(hart()->irq_log[0] >> 32, MODE_M);
        check_interrupt(MODE_M, events[i] | EVENT_UINH, 100000);
    }
    check_user_instret();
    check_cycle_filter();
    check_supervisor();
    return 0;
}
