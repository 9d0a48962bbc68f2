/*
 * Push and pop of register lists (zcmp.h).
 *
 * What does not belong here: single loads and stores (tlb.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/zcmp.h"

#include "target-riscv/insn.h"

const uint8_t riscv_zcmp_registers[RISCV_ZCMP_REGISTERS] = { 1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27 };

enum { SP = RISCV_ZCMP_SP };

void riscv_zcmp_push(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra)
{
    uint64_t addr = env->x[SP];
    unsigned count = riscv_zcmp_count(rlist);

    for (unsigned i = count; i-- > 0;) {
        addr -= 8;
        riscv_store_slow(env, op, addr, env->x[riscv_zcmp_registers[i]], 8);
    }
    env->events[RISCV_EVENT_STORE] += count; /* now that none can trap: the instruction may run again */
    env->x[SP] -= riscv_zcmp_frame(rlist, extra);
}

uint64_t riscv_zcmp_pop(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra)
{
    uint64_t top = env->x[SP] + riscv_zcmp_frame(rlist, extra), addr = top;
    uint64_t values[RISCV_ZCMP_REGISTERS];
    unsigned count = riscv_zcmp_count(rlist);

    for (unsigned i = count; i-- > 0;) {
        addr -= 8;
        values[i] = riscv_load_slow(env, op, addr, 8);
    }
    env->events[RISCV_EVENT_LOAD] += count;
    for (unsigned i = 0; i < count; i++) {
        env->x[riscv_zcmp_registers[i]] = values[i];
    }
    env->x[SP] = top;
    return values[0];
}
