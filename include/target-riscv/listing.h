/*
 * `-d insns`: what a hart executes, as Spike's -l has it; see listing.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_LISTING_H
#define TARGET_RISCV_LISTING_H

#include "target-riscv/cpu.h"

typedef struct RISCVListing RISCVListing;

/* env->listing; NULL where nothing is listed. riscv_listing_free(NULL) is fine. */
RISCVListing *riscv_listing_new(void);
void riscv_listing_free(RISCVListing *listing);

/*
 * The instruction `raw` at `pc` begins. It is listed by riscv_listing_put() when it is over, or by a
 * trap of its own, and not at all where it is dropped, to be begun anew.
 */
void riscv_listing_begin(RISCVListing *listing, uint64_t pc, uint32_t raw);
void riscv_listing_drop(RISCVListing *listing);
void riscv_listing_put(CPURISCVState *env);
/* The hart is about to take a trap, at env->pc; by a trigger, which comes first. */
void riscv_listing_trigger(CPURISCVState *env);
void riscv_listing_trap(CPURISCVState *env, uint64_t cause, uint64_t tval);

#endif
