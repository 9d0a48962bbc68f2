/*
 * Slow handlers: what a handler goes on in when an accessor's fast path does not do (RISCVFlow.missed).
 *
 * They are the same bodies with every access as a call. What does not belong here: fast handlers.
 *
 * SPDX-License-Identifier: MIT
 */
#define RISCV_SLOW_ACCESS
#include "target-riscv/interp/dispatch.h"

/* Of the instructions that go straight on; no other has an access that can miss. */
#define SLOW_PLAIN(name)                                                                          \
    RISCV_HANDLER(riscv_slow_##name)                                                              \
    {                                                                                             \
        RISCVFlow flow = RISCV_FLOW(op);                                                          \
                                                                                                  \
        insn_##name(env, op, &flow);                                                              \
        NEXT(op + 1, flow.result);                                                                \
    }
#define SLOW_BRANCH(name)
#define SLOW_JUMP(name)
#define SLOW_JUMP_INDIRECT(name)
#define SLOW_END(name)

#define ENTRY(name, kind) SLOW_##kind(name)
RISCV_INSN_LIST(ENTRY)
