/*
 * Push and pop of register lists (zcmp.h).
 *
 * What does not belong here: single loads and stores (tlb.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/zcmp.h"

#include "target-riscv/insn.h"

/* In the order of the list. The last one is stored on top, right below the caller's frame. */
static const uint8_t registers[] = { 1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27 };

enum { SP = 2 };

void riscv_zcmp_push(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra)
{
    uint64_t addr = env->x[SP];

    for (unsigned i = riscv_zcmp_count(rlist); i-- > 0;) {
        addr -= 8;
        riscv_store_slow(env, op, addr, env->x[registers[i]], 8);
        env->events[RISCV_EVENT_STORE]++;
    }
    env->x[SP] -= riscv_zcmp_frame(rlist, extra);
}

uint64_t riscv_zcmp_pop(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra)
{
    uint64_t top = env->x[SP] + riscv_zcmp_frame(rlist, extra), addr = top;
    uint64_t values[G_N_ELEMENTS(registers)];
    unsigned count = riscv_zcmp_count(rlist);

    for (unsigned i = count; i-- > 0;) {
        addr -= 8;
        values[i] = riscv_load_slow(env, op, addr, 8);
        env->events[RISCV_EVENT_LOAD]++;
    }
    for (unsigned i = 0; i < count; i++) {
        env->x[registers[i]] = values[i];
    }
    env->x[SP] = top;
    return values[0];
}
