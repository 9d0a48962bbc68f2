/*
 * The hart's counters: mcycle, minstret and the programmable ones, and what they can count.
 *
 * What does not belong here: who may read them (target-riscv/csr-counters.c), how blocks count what
 * instructions do (RISCVEvent).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_COUNTERS_H
#define TARGET_RISCV_COUNTERS_H

#include "target-riscv/cpu.h"

/*
 * Event numbers in mhpmevent. Where the SBI specification has a code for an event ("Performance
 * Monitoring Unit Extension"), it is that; the others are of its raw type.
 */
typedef enum RISCVPMUEvent {
    PMU_NONE = 0,
    PMU_CYCLES = 1,
    PMU_INSTRUCTIONS = 2,
    PMU_LOADS = 0x10018,             /* DTLB, read access */
    PMU_LOAD_TLB_MISSES = 0x10019,   /* DTLB, read miss */
    PMU_STORES = 0x1001a,            /* DTLB, write access */
    PMU_STORE_TLB_MISSES = 0x1001b,  /* DTLB, write miss */
    PMU_FETCH_TLB_MISSES = 0x10021,  /* ITLB, read miss */
    PMU_BRANCHES = 0x20001,
    PMU_BRANCHES_TAKEN = 0x20002,
} RISCVPMUEvent;

/* The value of counter `n` when `instret` instructions have retired since reset. */
uint64_t riscv_counter_read(CPURISCVState *env, unsigned n, uint64_t instret);
void riscv_counter_write(CPURISCVState *env, unsigned n, uint64_t value, uint64_t instret);
/*
 * Select what counter `n` counts and in which modes: bits as in mhpmevent; event numbers that there
 * are not become PMU_NONE. (mcyclecfg and minstretcfg: their event does not matter.)
 */
void riscv_counter_select(CPURISCVState *env, unsigned n, uint64_t selector, uint64_t instret);
/* As it was selected, with OF up to date. */
uint64_t riscv_counter_selector(CPURISCVState *env, unsigned n, uint64_t instret);
/* After the privilege mode or mcountinhibit changed: let counters stop and go on. */
void riscv_counters_update(CPURISCVState *env, uint64_t instret);
/* While env->counters_armed: set OF and mip.LCOFIP for what has overflowed. */
void riscv_counters_check(CPURISCVState *env, uint64_t instret);
/* Instructions to run at most before riscv_counters_check() shall be called again. */
int64_t riscv_counters_deadline(CPURISCVState *env, uint64_t instret);
/* All counters zero; mcycle and minstret go. */
void riscv_counters_reset(CPURISCVState *env, uint64_t instret);

#endif
