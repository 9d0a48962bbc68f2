/*
 * Counters: cycle, time, instret, what enables and what inhibits them.
 *
 * Nothing counts while instructions run: mcycle and minstret are kept as an offset to the hart's
 * retired count, and as the value itself while they are inhibited. A cycle is an instruction, as in
 * Spike.
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

/*
 * The retired count once the writing instruction has retired: "Any CSR write takes effect after the
 * writing instruction has otherwise completed" (Privileged ISA, "Hardware Performance Monitor"), so
 * that the next instruction reads exactly what was written.
 */
static uint64_t count_after(CPURISCVState *env, const RISCVOp *op)
{
    return riscv_instret(env, op) + (op ? 1 : 0);
}

static uint64_t read_counter(CPURISCVState *env, const RISCVOp *op, uint64_t kept, uint64_t inhibit)
{
    return env->mcountinhibit & inhibit ? kept : kept + riscv_instret(env, op);
}

static uint64_t kept_for(CPURISCVState *env, const RISCVOp *op, uint64_t value, uint64_t inhibit)
{
    return env->mcountinhibit & inhibit ? value : value - count_after(env, op);
}

CSR_READ(mcycle)
{
    return read_counter(env, op, env->mcycle, COUNTER_CY);
}

CSR_WRITE(mcycle)
{
    env->mcycle = kept_for(env, op, value, COUNTER_CY);
}

CSR_READ(minstret)
{
    return read_counter(env, op, env->minstret, COUNTER_IR);
}

CSR_WRITE(minstret)
{
    env->minstret = kept_for(env, op, value, COUNTER_IR);
}

CSR_READ(time)
{
    return timebase_read(riscv_env_cpu(env)->timebase);
}

/* Bits of the counters that there are, in the order of their numbers. */
static uint64_t counter_mask(const CPURISCVState *env)
{
    return (env_has(env, RISCV_EXT_Zicntr) ? COUNTER_CY | COUNTER_TM | COUNTER_IR : 0) |
           (env_has(env, RISCV_EXT_Zihpm) ? COUNTER_HPM : 0);
}

/* mcounteren and scounteren. */
CSR_WRITE(counteren)
{
    *csr_field(env, csr) = value & counter_mask(env);
}

CSR_CHECK(counter)
{
    uint64_t bit = 1ull << (csr->number & 31);

    return env->priv == PRIV_M ||
           ((env->mcounteren & bit) &&
            (env->priv == PRIV_S || !env_has(env, RISCV_EXT_S) || (env->scounteren & bit)));
}

/* Stop or restart a counter: from a value to an offset, or back. */
static void inhibit_counter(CPURISCVState *env, const RISCVOp *op, uint64_t *kept, uint64_t changed,
                            uint64_t inhibit)
{
    if (changed & inhibit) {
        uint64_t now = count_after(env, op);

        *kept = env->mcountinhibit & inhibit ? *kept - now : *kept + now;
    }
}

/* mcycle and minstret exist without Zicntr too; time cannot be inhibited. */
CSR_WRITE(mcountinhibit)
{
    uint64_t changed;

    value &= (counter_mask(env) | COUNTER_CY | COUNTER_IR) & ~COUNTER_TM;
    changed = value ^ env->mcountinhibit;
    inhibit_counter(env, op, &env->mcycle, changed, COUNTER_CY);
    inhibit_counter(env, op, &env->minstret, changed, COUNTER_IR);
    env->mcountinhibit = value;
}
