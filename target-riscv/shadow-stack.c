/*
 * Shadow stacks (Zicfiss): where they are active, and what their instructions do.
 *
 * Paragraphs are of "Shadow Stack (Zicfiss)", in the unprivileged and the privileged specification.
 * What does not belong here: pages of shadow stacks (mmu.c), how one is accessed (tlb.c), who may
 * access ssp (csr-supervisor.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/csr.h"
#include "target-riscv/insn.h"
#include "target-riscv/trigger.h"

/* xSSE. It is never on in M mode, nor without S mode: then nobody can write senvcfg. */
bool riscv_shadow_active(const CPURISCVState *env)
{
    return env->priv != PRIV_M && riscv_sse_permits(env);
}

/* ssp is always aligned to XLEN, so that the access fault for a misaligned one cannot come up. */
void riscv_shadow_push(CPURISCVState *env, const RISCVOp *op, uint64_t value)
{
    uint64_t *host;

    if (!riscv_shadow_active(env)) {
        return;
    }
    riscv_ask_triggers(env, op, MCONTROL_STORE, env->ssp - sizeof(*host), sizeof(*host), &value);
    host = riscv_shadow_ptr(env, op, env->ssp - sizeof(*host), sizeof(*host), ACCESS_SHADOW_STORE);
    __atomic_store_n(host, value, __ATOMIC_RELAXED);
    riscv_atomic_done(env, sizeof(*host));
    env->ssp -= sizeof(*host);
    env->events[RISCV_EVENT_STORE]++;
}

/*
 * D stays as it is: sspopchk loads "identically to the existing load instructions". (Spike wants it
 * set; QEMU does not.)
 */
void riscv_shadow_pop_check(CPURISCVState *env, const RISCVOp *op, uint64_t value)
{
    const uint64_t *host;
    uint64_t loaded;

    if (!riscv_shadow_active(env)) {
        return;
    }
    riscv_ask_triggers(env, op, MCONTROL_LOAD, env->ssp, sizeof(*host), NULL);
    host = riscv_shadow_ptr(env, op, env->ssp, sizeof(*host), ACCESS_SHADOW_LOAD);
    loaded = __atomic_load_n(host, __ATOMIC_RELAXED);
    riscv_ask_triggers(env, op, MCONTROL_LOAD, env->ssp, sizeof(*host), &loaded);
    if (loaded != value) {
        riscv_raise(env, op, EXC_SOFTWARE_CHECK, SOFTWARE_CHECK_SHADOW_STACK);
    }
    env->ssp += sizeof(*host);
    env->events[RISCV_EVENT_LOAD]++;
}

/* Legal in M mode: with mstatus.MPRV it reaches shadow stacks. As guest atomics are, SEQ_CST. */
uint64_t riscv_shadow_swap(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                           unsigned size)
{
    uint64_t old;
    void *host;

    if (!riscv_sse_permits(env) || !riscv_ext_has(&env->ext, RISCV_EXT_S)) {
        riscv_raise_illegal(env, op);
    }
    riscv_ask_triggers(env, op, MCONTROL_LOAD | MCONTROL_STORE, addr, size, NULL);
    host = riscv_shadow_ptr(env, op, addr, size, ACCESS_SHADOW_STORE);
    old = size == 4 ? __atomic_exchange_n((uint32_t *)host, (uint32_t)value, GUEST_SEQ_CST)
                    : __atomic_exchange_n((uint64_t *)host, value, GUEST_SEQ_CST);
    riscv_atomic_done(env, size);
    return old;
}
