/*
 * What a debugger asks of a hart (system/debug.h), where the engine comes by.
 *
 * Not the debug mode of the Debug specification, which the guest could see: while a debugger has
 * stopped the machine, nothing of the hart runs. What does not belong here: triggers, which are the
 * guest's own (trigger.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_DEBUG_H
#define TARGET_RISCV_DEBUG_H

#include "target-riscv/cpu.h"

/* CPUClass.debug_points_changed. */
void riscv_debug_points_changed(CPUState *cs);

/*
 * A block that may begin at a breakpoint is entered at `pc`. True: the hart has to stop there; it
 * has noted why.
 */
bool riscv_stops_at(CPURISCVState *env, uint64_t pc);
/*
 * Before an access to [addr, addr + size), while env->debug_watched says that such are watched;
 * kinds as in trigger.h. For one that is this leaves for the run loop, and the hart stops in front
 * of `op`.
 */
void riscv_debug_access(CPURISCVState *env, const RISCVOp *op, unsigned kinds, uint64_t addr,
                        unsigned size);
/* The kinds of access that are watched for on the page at `page`. */
unsigned riscv_debug_page(CPURISCVState *env, uint64_t page);

/* mmu.c. CPUClass.debug_translate. */
bool riscv_debug_translate(CPUState *cs, uint64_t vaddr, hwaddr *paddr);

/* gdb.c: the rest of CPUClass's hooks for debuggers. */
void riscv_gdb_class_init(CPUClass *cc);

#endif
