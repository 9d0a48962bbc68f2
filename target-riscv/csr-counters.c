/*
 * Counters: cycle, time, instret, what enables and what inhibits them.
 *
 * What does not belong here: counting (counters.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include "target-riscv/counters.h"

/*
 * The retired count once the writing instruction has retired: "Any CSR write takes effect after the
 * writing instruction has otherwise completed" (Privileged ISA, "Hardware Performance Monitor"), so
 * that the next instruction reads exactly what was written.
 */
static uint64_t count_after(CPURISCVState *env, const RISCVOp *op)
{
    return riscv_instret(env, op) + (op ? 1 : 0);
}

static unsigned counter_number(const RISCVCSR *csr)
{
    return csr->number & 31;
}

/* "A legal implementation is to make both the counter and its corresponding event selector be read-only 0." */
static bool is_missing(const CPURISCVState *env, const RISCVCSR *csr)
{
    return counter_number(csr) > 2 && !env_has(env, RISCV_EXT_Zihpm);
}

CSR_READ(counter)
{
    return riscv_counter_read(env, counter_number(csr), riscv_instret(env, op));
}

CSR_WRITE(counter)
{
    if (!is_missing(env, csr)) {
        riscv_counter_write(env, counter_number(csr), value, count_after(env, op));
    }
}

/* The counter that a selector is for: mcyclecfg, the first one, is mcycle's. */
static unsigned selected_counter(const RISCVCSR *csr)
{
    return csr->number == CSR_mcyclecfg ? CSR_mcycle & 31 : counter_number(csr);
}

/* The bits of a selector: "if the associated privilege mode is not implemented, the bit is read-only zero". */
static uint64_t selector_mask(const CPURISCVState *env, const RISCVCSR *csr)
{
    uint64_t filters = MHPMEVENT_MINH | (env_has(env, RISCV_EXT_S) ? MHPMEVENT_SINH : 0) |
                       (env_has(env, RISCV_EXT_U) ? MHPMEVENT_UINH : 0);

    if (csr->number == CSR_mcyclecfg || csr->number == CSR_minstretcfg) {
        return filters;
    }
    return MHPMEVENT_EVENT | (env_has(env, RISCV_EXT_Sscofpmf) ? MHPMEVENT_OF | filters : 0);
}

CSR_READ(mhpmevent)
{
    return riscv_counter_selector(env, selected_counter(csr), riscv_instret(env, op));
}

CSR_WRITE(mhpmevent)
{
    if (!is_missing(env, csr)) {
        riscv_counter_select(env, selected_counter(csr), value & selector_mask(env, csr),
                             count_after(env, op));
    }
}

/* "In S/HS-mode, scountovf bit X is readable when mcounteren bit X is set, and otherwise reads as zero." */
CSR_READ(scountovf)
{
    uint64_t instret = riscv_instret(env, op), value = 0;

    for (unsigned n = 3; n < RISCV_COUNTER_COUNT; n++) {
        value |= (riscv_counter_selector(env, n, instret) & MHPMEVENT_OF) >> 63 << n;
    }
    return env->priv == PRIV_M ? value : value & env->mcounteren;
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

/* mcycle and minstret exist without Zicntr too; time cannot be inhibited. */
CSR_WRITE(mcountinhibit)
{
    uint64_t instret = count_after(env, op);

    riscv_counters_check(env, instret);
    env->mcountinhibit = value & (counter_mask(env) | COUNTER_CY | COUNTER_IR) & ~COUNTER_TM;
    riscv_counters_update(env, instret);
}
