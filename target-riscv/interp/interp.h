/*
 * What the interpreter's sources share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INTERP_INTERP_H
#define TARGET_RISCV_INTERP_INTERP_H

#include "system/accel.h"
#include "target-riscv/engine.h"

extern const RISCVHandlers riscv_handlers;

/* AccelClass.exec of the interpreter. */
CPUExecResult riscv_interp_exec(AccelState *accel, CPUState *cpu, int64_t budget);

#endif
