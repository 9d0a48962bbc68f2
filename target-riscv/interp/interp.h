/*
 * What the interpreter's sources share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_INTERP_H
#define TARGET_RISCV_INTERP_INTERP_H

#include "system/accel.h"
#include "target-riscv/engine.h"
#include "target-riscv/insn-list.h"

extern const RISCVHandlers riscv_handlers;

/* handlers-slow.c: the instruction with every access as a call; see RISCVFlow.missed. */
#define ENTRY(name, kind) RISCVHandler riscv_slow_##name;
RISCV_INSN_LIST(ENTRY)
#undef ENTRY

/* RISCVHandlers.pair; made by scripts/fusegen.py from fuse.def. */
RISCVHandler *riscv_pair_handler(unsigned first, unsigned second, RISCVForward forward);

/* Leave for the run loop instead of taking the exit in `slot`. */
RISCVHandler riscv_leave_by_exit;

/* AccelClass.exec of the interpreter. */
CPUExecResult riscv_interp_exec(AccelState *accel, CPUState *cpu, int64_t budget);

#endif
