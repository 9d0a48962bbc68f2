/*
 * Where a hart has been: the instructions that it executed last.
 *
 * Only where somebody wants to know (RISCVEngine.history): each block then begins with an operation
 * that notes it, with the count of instructions. A block is straight-line code, so that the count
 * when the next one began says all. What does not belong here: traps (stuck.h), and what is printed
 * of all this (post-mortem.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_HISTORY_H
#define TARGET_RISCV_HISTORY_H

#include "target-riscv/cpu.h"

typedef struct RISCVPastInsn {
    uint64_t pc;
    uint32_t raw;
    bool trapped; /* it did not retire */
} RISCVPastInsn;

/*
 * The last instructions before env->pc, at most `max`, the oldest first; returns how many. A hart
 * that is stuck (stuck.h) says what led there. It is fewer where the way back is lost: blocks were
 * thrown away, or code was changed. The hart stands still.
 */
unsigned riscv_history(CPURISCVState *env, RISCVPastInsn *out, unsigned max);

#define RISCV_NOTES 128

typedef struct RISCVNote {
    const RISCVOp *op; /* of the block: the one that notes */
    uint64_t page;     /* virtual address of the page it was on */
    uint64_t instret;  /* instructions that had retired */
} RISCVNote;

typedef struct RISCVHistory {
    RISCVNote notes[RISCV_NOTES]; /* by `count` modulo their number */
    uint64_t count;
} RISCVHistory;

RISCVHistory *riscv_history_new(void);
/* For the run loop: what the notes point to is no more. */
void riscv_history_forget(RISCVHistory *history);

#endif
