/*
 * Register lists and stack frames of Zcmp's push and pop.
 *
 * A list, a number from 4 to 15, is ra and as many of s0, s1 ... as its number says. What does not
 * belong here: rows (target-riscv/insn/rv_zcmp.c.inc).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_ZCMP_H
#define TARGET_RISCV_ZCMP_H

#include "target-riscv/cpu.h"

enum { RISCV_ZCMP_SP = 2, RISCV_ZCMP_REGISTERS = 13 };

/* In the order of the list. The last one is stored on top, right below the caller's frame. */
extern const uint8_t riscv_zcmp_registers[RISCV_ZCMP_REGISTERS];

/* Registers in the list. The last list has s10 and s11: there is none with the former alone. */
static inline unsigned riscv_zcmp_count(unsigned rlist)
{
    return rlist - 3 + (rlist == 15);
}

/* Bytes that the stack pointer moves by: room for the list in units of 16, and `extra`. */
static inline unsigned riscv_zcmp_frame(unsigned rlist, unsigned extra)
{
    return (riscv_zcmp_count(rlist) * 8 + 15) / 16 * 16 + extra;
}

/*
 * cm.push and cm.pop. Every access comes before the first register changes: whatever trap one of
 * them raises, the instruction can be executed again. Popping returns the new ra.
 */
void riscv_zcmp_push(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra);
uint64_t riscv_zcmp_pop(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra);

#endif
