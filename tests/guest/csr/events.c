/*
 * Programmable counters (Zihpm): what each event counts, that others do not disturb it, and that a
 * counter stands still where it shall.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#include "events.h"

#define ROUNDS 100

static uint64_t memory[512 * 4] __attribute__((aligned(4096)));

/*
 * ROUNDS times: three loads, two stores, and six branches of which three are taken (the loop's own
 * one is not in the last round). The counter is read before and after without any of them.
 */
#define COUNT_LOOP(counter)                                                              \
    ({                                                                                   \
        uint64_t before_, after_, n_ = ROUNDS, t_;                                       \
        asm volatile("csrr %0, " #counter "\n"                                           \
                     "1: ld %3, 0(%4)\n"                                                 \
                     "lbu %3, 8(%4)\n"                                                   \
                     "lr.d %3, (%4)\n"                                                   \
                     "sd %3, 16(%4)\n"                                                   \
                     "amoadd.w %3, %3, (%4)\n"                                           \
                     "beqz %2, 2f\n"                                                     \
                     "bltz %2, 2f\n"                                                     \
                     "bnez %2, 2f\n"                                                     \
                     "nop\n"                                                             \
                     "2: beq zero, zero, 3f\n"                                           \
                     "nop\n"                                                             \
                     "3: blt %2, zero, 3b\n"                                             \
                     "addi %2, %2, -1\n"                                                 \
                     "bnez %2, 1b\n"                                                     \
                     "csrr %1, " #counter                                                \
                     : "=&r"(before_), "=&r"(after_), "+&r"(n_), "=&r"(t_)               \
                     : "r"(memory)                                                       \
                     : "memory");                                                        \
        after_ - before_;                                                                \
    })

#define INSNS_A_ROUND 12

static void check_kinds(void)
{
    csr_write(mhpmevent3, EVENT_LOADS);
    csr_write(mhpmevent4, EVENT_STORES);
    csr_write(mhpmevent5, EVENT_BRANCHES);
    csr_write(mhpmevent6, EVENT_BRANCHES_TAKEN);
    csr_write(mhpmevent7, EVENT_INSTRUCTIONS);
    csr_write(mhpmevent31, EVENT_LOADS);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQ(COUNT_LOOP(mhpmcounter3), 3 * ROUNDS);
        CHECK_EQ(COUNT_LOOP(mhpmcounter4), 2 * ROUNDS);
        CHECK_EQ(COUNT_LOOP(mhpmcounter5), 6 * ROUNDS);
        CHECK_EQ(COUNT_LOOP(mhpmcounter6), 3 * ROUNDS - 1);
        CHECK_EQ(COUNT_LOOP(mhpmcounter7), INSNS_A_ROUND * ROUNDS + 1);
        CHECK_EQ(COUNT_LOOP(mhpmcounter31), 3 * ROUNDS);
        CHECK_EQ(COUNT_LOOP(hpmcounter3), 3 * ROUNDS);
        CHECK_EQ(COUNT_LOOP(mhpmcounter8), 0);
    }
}

static void check_values(void)
{
    uint64_t value;

    csr_write(mhpmevent3, EVENT_LOADS);
    CHECK_EQ(csr_read(mhpmevent3), EVENT_LOADS);
    CHECK_EQ(csr_warl(mhpmevent8, 0x12345678), 0); /* there is no such event */
    CHECK_EQ(csr_warl(mhpmcounter8, -5ul), -5ul);
    CHECK_EQ(csr_read(hpmcounter8), -5ul);

    csr_write(mhpmcounter3, -1ul);
    value = *(volatile uint64_t *)memory;
    CHECK_EQ(csr_read(mhpmcounter3), 0); /* wraps */

    csr_set(mcountinhibit, 1 << 3);
    value = csr_read(mhpmcounter3);
    CHECK_EQ(COUNT_LOOP(mhpmcounter3), 0);
    CHECK_EQ(csr_read(mhpmcounter3), value);
    csr_write(mhpmcounter3, 1000);
    CHECK_EQ(csr_read(mhpmcounter3), 1000);
    csr_clear(mcountinhibit, 1 << 3);
    CHECK_EQ(COUNT_LOOP(mhpmcounter3), 3 * ROUNDS);

    csr_write(mhpmcounter3, 1000); /* another event goes on from there */
    csr_write(mhpmevent3, EVENT_STORES);
    CHECK_EQ(COUNT_LOOP(mhpmcounter3), 2 * ROUNDS);
    CHECK(csr_read(mhpmcounter3) >= 1000 + 2 * ROUNDS);
    csr_write(mhpmevent3, 0);
    value = csr_read(mhpmcounter3);
    CHECK_EQ(COUNT_LOOP(mhpmcounter3), 0);
    CHECK_EQ(csr_read(mhpmcounter3), value);
}

/* A page is missed once; after a fence, again. `kind` is the counter to look at. */
static uint64_t touch(uint64_t store)
{
    uint64_t misses = store ? csr_read(hpmcounter4) : csr_read(hpmcounter3);

    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = 0; j < 8; j++) {
            volatile uint64_t *p = (volatile uint64_t *)TEST_VA + 512 * i + j;

            if (store) {
                *p = i;
            } else {
                (void)*p;
            }
        }
    }
    return (store ? csr_read(hpmcounter4) : csr_read(hpmcounter3)) - misses;
}

static uint64_t fetch(uint64_t unused)
{
    uint64_t misses = csr_read(hpmcounter5);

    (void)unused;
    for (unsigned i = 0; i < 4; i++) {
        try_call(TEST_VA + PAGE_SIZE * (4 + i), 0);
    }
    return csr_read(hpmcounter5) - misses;
}

static void check_misses(void)
{
    struct space space = space_new(3);

    csr_write(mhpmevent3, EVENT_LOAD_TLB_MISSES);
    csr_write(mhpmevent4, EVENT_STORE_TLB_MISSES);
    csr_write(mhpmevent5, EVENT_FETCH_TLB_MISSES);
    csr_write(mcounteren, -1ul);
    csr_write(scounteren, -1ul);
    for (uint64_t i = 0; i < 4; i++) {
        memory[512 * i] = 0x8082808280828082;
        space_map(&space, TEST_VA + i * PAGE_SIZE, (uint64_t)(memory + 512 * i), 0, PTE_RW);
        space_map(&space, TEST_VA + (4 + i) * PAGE_SIZE, (uint64_t)(memory + 512 * i), 0, PTE_RX);
    }
    space_on(&space, 1);
    CHECK(run_in(MODE_S, touch, 0) >= 4);
    CHECK(run_in(MODE_S, touch, 0) <= 1); /* maybe the stack's page */
    sfence_all();
    CHECK(run_in(MODE_S, touch, 1) >= 4);
    CHECK(run_in(MODE_S, touch, 1) <= 1);
    for (unsigned i = 0; i < 4; i++) {
        memory[512 * i] = 0x8082808280828082;
    }
    fence_i();
    sfence_all();
    CHECK(run_in(MODE_S, fetch, 0) >= 4);
    CHECK(run_in(MODE_S, fetch, 0) <= 2);
    space_off();
}

int main(void)
{
    check_kinds();
    check_values();
    check_misses();
    return 0;
}
