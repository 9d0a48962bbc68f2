/*
 * In place of an engine, one that only notes in the test's hart what it is told: see riscv-hart.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include "target-riscv/history.h"

#include "target-riscv/debug.h"

static TestHart *of_env(CPURISCVState *env)
{
    return env->engine; /* NULL while the hart is realized */
}

uint64_t riscv_instret(CPURISCVState *env, const RISCVOp *op)
{
    (void)op;
    return of_env(env) ? of_env(env)->retired : 0;
}

uint64_t riscv_op_pc(CPURISCVState *env, const RISCVOp *op)
{
    (void)op;
    return env->pc;
}

void riscv_raise(CPURISCVState *env, const RISCVOp *op, unsigned cause, uint64_t tval)
{
    TestHart *t = of_env(env);

    (void)op;
    t->raised = true;
    t->cause = cause;
    t->tval = tval;
    longjmp(t->leave, 1);
}

void riscv_raise_trigger(CPURISCVState *env, const RISCVOp *op, uint64_t tval)
{
    riscv_raise(env, op, EXC_BREAKPOINT, tval);
}

void riscv_raise_illegal(CPURISCVState *env, const RISCVOp *op)
{
    riscv_raise(env, op, EXC_ILLEGAL, 0);
}

unsigned riscv_history(CPURISCVState *env, RISCVPastInsn *out, unsigned max)
{
    (void)env;
    (void)out;
    (void)max;
    return 0;
}

void riscv_mode_changed(CPURISCVState *env)
{
    if (of_env(env)) {
        of_env(env)->mode_changes++;
    }
}

void riscv_ext_changed(CPURISCVState *env)
{
    if (of_env(env)) {
        of_env(env)->ext_changes++;
    }
}

void riscv_tlb_flush(CPURISCVState *env)
{
    if (of_env(env)) {
        of_env(env)->flushes++;
    }
}

void riscv_tlb_fence(CPURISCVState *env, const uint64_t *vaddr, const uint64_t *asid)
{
    TestHart *t = of_env(env);

    t->fences++;
    t->fence_by_vaddr = vaddr;
    t->fence_by_asid = asid;
    t->fence_vaddr = vaddr ? *vaddr : 0;
    t->fence_asid = asid ? *asid : 0;
}

void riscv_debug_points_changed(CPUState *cs)
{
    (void)cs;
}

void riscv_debug_access(CPURISCVState *env, const RISCVOp *op, unsigned kinds, uint64_t addr,
                        unsigned size)
{
    (void)env;
    (void)op;
    (void)kinds;
    (void)addr;
    (void)size;
}

unsigned riscv_debug_page(CPURISCVState *env, uint64_t page)
{
    (void)env;
    (void)page;
    return 0;
}

void riscv_record_trap(CPURISCVState *env, RISCVPriv from, uint64_t epc, uint64_t cause, uint64_t tval)
{
    (void)env;
    (void)from;
    (void)epc;
    (void)cause;
    (void)tval;
}
