/*
 * The hart's counters (counters.h): what runs when, and overflow.
 *
 * Nothing counts for them while instructions run. A source is what the engine keeps anyhow or, for
 * what blocks count, only while a counter asks for it. A counter that runs is kept as an offset to
 * its source, and as its value while it stands still.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/counters.h"

#include <string.h>

#include "target-riscv/csr.h"
#include "util/bits.h"

enum { CYCLE = 0, TIME = 1, INSTRET = 2 };

/* What two counters that are not programmable have in place of a selector: mcyclecfg and minstretcfg. */
static uint64_t *selector_of(CPURISCVState *env, unsigned n)
{
    return &env->mhpmevent[n == CYCLE ? CSR_mcyclecfg & 31 : n];
}

static RISCVPMUEvent event_of(CPURISCVState *env, unsigned n)
{
    return n == CYCLE ? PMU_CYCLES : n == INSTRET ? PMU_INSTRUCTIONS : env->mhpmevent[n] & MHPMEVENT_EVENT;
}

static uint64_t source(const CPURISCVState *env, RISCVPMUEvent event, uint64_t instret)
{
    switch (event) {
    case PMU_CYCLES: /* a cycle is an instruction, as in Spike */
    case PMU_INSTRUCTIONS:
        return instret;
    case PMU_LOADS:
        return env->events[RISCV_EVENT_LOAD];
    case PMU_LOAD_TLB_MISSES:
        return env->stats.tlb_misses[ACCESS_LOAD];
    case PMU_STORES:
        return env->events[RISCV_EVENT_STORE];
    case PMU_STORE_TLB_MISSES:
        return env->stats.tlb_misses[ACCESS_STORE];
    case PMU_FETCH_TLB_MISSES:
        return env->stats.tlb_misses[ACCESS_FETCH];
    case PMU_BRANCHES:
        return env->events[RISCV_EVENT_BRANCH];
    case PMU_BRANCHES_TAKEN:
        return env->events[RISCV_EVENT_BRANCH] - env->events[RISCV_EVENT_NOT_TAKEN];
    default:
        return 0;
    }
}

static bool event_exists(uint64_t event)
{
    static const uint32_t events[] = {
        PMU_CYCLES, PMU_INSTRUCTIONS, PMU_LOADS, PMU_LOAD_TLB_MISSES, PMU_STORES,
        PMU_STORE_TLB_MISSES, PMU_FETCH_TLB_MISSES, PMU_BRANCHES, PMU_BRANCHES_TAKEN,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(events); i++) {
        if (events[i] == event) {
            return true;
        }
    }
    return false;
}

/* Only blocks that were decoded for it count these. */
static bool counted_in_blocks(RISCVPMUEvent event)
{
    return event == PMU_LOADS || event == PMU_STORES || event == PMU_BRANCHES ||
           event == PMU_BRANCHES_TAKEN;
}

/* ---- stopping and starting ---- */

static bool selected(CPURISCVState *env, unsigned n)
{
    return n != TIME && event_of(env, n) != PMU_NONE && !(env->mcountinhibit >> n & 1);
}

static void stop(CPURISCVState *env, unsigned n, uint64_t instret)
{
    if (env->counters_running >> n & 1) {
        env->counters[n] += source(env, event_of(env, n), instret);
        env->counters_running &= ~BIT_ULL(n);
    }
}

static void start(CPURISCVState *env, unsigned n, uint64_t instret)
{
    if (!(env->counters_running >> n & 1)) {
        env->counters[n] -= source(env, event_of(env, n), instret);
        env->counters_running |= BIT_ULL(n);
    }
}

static uint64_t inhibits_in(RISCVPriv priv)
{
    return priv == PRIV_M ? MHPMEVENT_MINH : priv == PRIV_S ? MHPMEVENT_SINH : MHPMEVENT_UINH;
}

/* An overflow is to be noticed: not while OF is set, nor on a counter that has no OF. */
static void arm(CPURISCVState *env, unsigned n, uint64_t instret)
{
    bool wanted = n > INSTRET && riscv_ext_has(&env->ext, RISCV_EXT_Sscofpmf) && selected(env, n) &&
                  !(env->mhpmevent[n] & MHPMEVENT_OF);

    if (wanted && !(env->counters_armed >> n & 1)) {
        env->counters_seen[n] = riscv_counter_read(env, n, instret);
    }
    env->counters_armed = (env->counters_armed & ~BIT_ULL(n)) | (uint32_t)wanted << n;
}

void riscv_counters_update(CPURISCVState *env, uint64_t instret)
{
    uint64_t inhibits = inhibits_in(env->priv), filters = 0;
    bool in_blocks = env->counters_in_blocks;

    riscv_counters_check(env, instret);
    env->counters_in_blocks = false;
    for (unsigned n = 0; n < RISCV_COUNTER_COUNT; n++) {
        bool on = selected(env, n);

        if (on) {
            filters |= *selector_of(env, n);
            env->counters_in_blocks |= counted_in_blocks(event_of(env, n));
        }
        (on && !(*selector_of(env, n) & inhibits) ? start : stop)(env, n, instret);
        arm(env, n, instret);
    }
    env->counters_filtered = filters & MHPMEVENT_INH;
    if (env->counters_in_blocks != in_blocks) {
        riscv_mode_changed(env);
    }
}

/* ---- values ---- */

uint64_t riscv_counter_read(CPURISCVState *env, unsigned n, uint64_t instret)
{
    bool runs = env->counters_running >> n & 1;

    return env->counters[n] + (runs ? source(env, event_of(env, n), instret) : 0);
}

void riscv_counter_write(CPURISCVState *env, unsigned n, uint64_t value, uint64_t instret)
{
    bool runs = env->counters_running >> n & 1;

    riscv_counters_check(env, instret);
    env->counters[n] = value - (runs ? source(env, event_of(env, n), instret) : 0);
    env->counters_seen[n] = value;
}

void riscv_counter_select(CPURISCVState *env, unsigned n, uint64_t selector, uint64_t instret)
{
    if (n > INSTRET && !event_exists(selector & MHPMEVENT_EVENT)) {
        selector &= ~MHPMEVENT_EVENT;
    }
    riscv_counters_check(env, instret);
    stop(env, n, instret);
    env->counters_armed &= ~BIT_ULL(n);
    *selector_of(env, n) = selector;
    riscv_counters_update(env, instret);
}

uint64_t riscv_counter_selector(CPURISCVState *env, unsigned n, uint64_t instret)
{
    riscv_counters_check(env, instret);
    return *selector_of(env, n);
}

void riscv_counters_reset(CPURISCVState *env, uint64_t instret)
{
    memset(env->counters, 0, sizeof(env->counters));
    memset(env->mhpmevent, 0, sizeof(env->mhpmevent));
    env->counters_running = env->counters_armed = 0;
    riscv_counters_update(env, instret);
}

/* ---- overflow: Sscofpmf, "Count Overflow Control" ---- */

void riscv_counters_check(CPURISCVState *env, uint64_t instret)
{
    for (uint32_t left = env->counters_armed; left; left &= left - 1) {
        unsigned n = ctz32(left);
        uint64_t value = riscv_counter_read(env, n, instret);

        if (value < env->counters_seen[n]) {
            env->mhpmevent[n] |= MHPMEVENT_OF;
            env->counters_armed &= ~BIT_ULL(n);
            __atomic_fetch_or(&env->mip, MIP_LCOFIP, __ATOMIC_SEQ_CST);
        }
        env->counters_seen[n] = value;
    }
}

/*
 * An instruction is one cycle, but has several loads, stores and TLB misses at most (push and pop
 * of Zcmp: 13), and far fewer on average: so it is right to look again when a sixteenth of what is
 * missing has passed, but not after each few.
 */
static uint64_t instructions_for(RISCVPMUEvent event, uint64_t missing)
{
    enum { SHARE = 16, FEWEST = 128 };

    return event == PMU_CYCLES || event == PMU_INSTRUCTIONS ? missing : MAX(missing / SHARE, FEWEST);
}

int64_t riscv_counters_deadline(CPURISCVState *env, uint64_t instret)
{
    uint64_t deadline = INT64_MAX;

    for (uint32_t left = env->counters_armed & env->counters_running; left; left &= left - 1) {
        unsigned n = ctz32(left);
        uint64_t missing = -riscv_counter_read(env, n, instret);

        if (missing) {
            deadline = MIN(deadline, instructions_for(event_of(env, n), missing));
        }
    }
    return deadline;
}
