/*
 * Harts that go round for ever without effect, and the traps that a hart took last.
 *
 * There are two ways to be stuck but for WFI: a loop of jumps and no-ops, which decoding finds
 * (translate.c) and puts an operation into, and a trap whose handler's first instruction raises the
 * same one again. What does not belong here: whether the guest as a whole is dead (system/dead.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_STUCK_H
#define TARGET_RISCV_STUCK_H

#include "target-riscv/cpu.h"
#include "target-riscv/decode.h"

/*
 * Is the instruction at `offset` of a page of code, decoded as `insn`, a jump that is always taken
 * and leads back to itself, or to before it with nothing in between that has an effect? `page` has
 * the page's bytes.
 */
bool riscv_loop_is_empty(const uint8_t *page, unsigned offset, const RISCVInsn *insn,
                         const RISCVExtSet *exts);

/* The bytes of the page of code at `pc`; NULL: there are none. The hart stands still. */
const uint8_t *riscv_code_page(CPURISCVState *env, uint64_t pc, RISCVPriv priv);
/* The bits at `offset` of a page of code; those behind the page's end are 0. */
uint32_t riscv_bits_at(const uint8_t *page, unsigned offset);

/*
 * The hart, in its own thread, is in such a loop; once for each time that it gets there
 * (env->spins is set from then on).
 */
void riscv_spin_begins(CPURISCVState *env);

/* A trap was taken from `from` and pc `epc`, for which the hart is now in its handler. */
void riscv_note_trap(CPURISCVState *env, RISCVPriv from, uint64_t epc, uint64_t cause,
                     uint64_t tval);

/* Nothing is known of the past any more: reset, or a debugger. */
void riscv_forget_past(CPURISCVState *env);

/* CPUClass.wakes and CPUClass.describe_stuck */
unsigned riscv_cpu_wakes(CPUState *cs);
char *riscv_cpu_describe_stuck(CPUState *cs);

#endif
