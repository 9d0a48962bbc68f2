/*
 * The hart's triggers: breakpoints on instructions, watchpoints, counting of instructions, and
 * traps that trap once more.
 *
 * As software on the hart uses them: there is no debug mode, so all that a trigger does is to raise
 * a breakpoint exception. What does not belong here: their registers (csr-trigger.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_TRIGGER_H
#define TARGET_RISCV_TRIGGER_H

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"

/*
 * Kinds of access are MCONTROL_LOAD, MCONTROL_STORE and MCONTROL_EXECUTE, and both of the first two
 * for an AMO.
 */

/* All are off. */
void riscv_triggers_reset(CPURISCVState *env);
/*
 * What env->triggers_* say of the mode that the hart is in; call after a change of what decides
 * that. _written() after a write to trigger n's registers: it also forgets what the trigger was
 * about to do, and translations that bypass it.
 */
void riscv_triggers_update(CPURISCVState *env);
void riscv_trigger_written(CPURISCVState *env, unsigned n);

/* ---- loads and stores ---- */

/*
 * Before an access to [addr, addr + size), with what it stores, or when a load has its data and
 * nothing else has changed: raises a breakpoint exception, or not. data is NULL where it is not
 * known, as with AMOs. (_access: when there are triggers to be asked.)
 */
void riscv_trigger_access(CPURISCVState *env, const RISCVOp *op, unsigned kinds, uint64_t addr,
                          unsigned size, const uint64_t *data);
static inline void riscv_ask_triggers(CPURISCVState *env, const RISCVOp *op, unsigned kinds,
                                      uint64_t addr, unsigned size, const uint64_t *data)
{
    if (G_UNLIKELY(env->triggers_access & kinds)) {
        riscv_trigger_access(env, op, kinds, addr, size, data);
    }
}

/* The same for an operation on the cache block around addr. */
void riscv_trigger_cache_block(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size);
/*
 * The kinds of access to the page of vaddr (pointer masking done) under that MMU index that must
 * not find an entry in the TLB, so that each is looked at.
 */
unsigned riscv_trigger_page(CPURISCVState *env, RISCVMMUIndex idx, uint64_t vaddr);

/* ---- the run loop, while env->triggers_watch: true says that a trap was taken ---- */

/* An instruction, or a trap, is over: before anything else is looked at. */
bool riscv_triggers_settle(CPURISCVState *env);
/* The instruction at env->pc is next; and that is it. */
bool riscv_triggers_before_fetch(CPURISCVState *env);
bool riscv_triggers_before_insn(CPURISCVState *env, uint32_t raw, unsigned len);
/* It begins now, or an interrupt is about to be taken: triggers of type icount count it. */
void riscv_triggers_count(CPURISCVState *env);

/* A trap from that mode was taken. May take another one. */
void riscv_triggers_after_trap(CPURISCVState *env, uint64_t cause, RISCVPriv from);

#endif
