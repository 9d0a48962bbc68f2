/*
 * Supervisor-level CSRs, most of them views of machine-level ones.
 *
 * Paragraphs are of the privileged specification's supervisor-level chapter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include "util/bits.h"

CSR_READ(sstatus)
{
    return riscv_mstatus(env) & (csr_sstatus_mask(env) | MSTATUS_UXL | MSTATUS_SD);
}

CSR_WRITE(sstatus)
{
    uint64_t writable = csr_sstatus_mask(env);

    csr_set_mstatus(env, (env->mstatus & ~writable) | (value & writable));
}

/* sip and sie show what is delegated; of sip only SSIP and LCOFIP can be written. */
CSR_READ(sip)
{
    return riscv_mip(env) & env->mideleg;
}

CSR_WRITE(sip)
{
    csr_set_mip(env, mask & env->mideleg & (MIP_SSIP | MIP_LCOFIP), value);
}

CSR_READ(sie)
{
    return env->mie & env->mideleg;
}

CSR_WRITE(sie)
{
    __atomic_store_n(&env->mie, (env->mie & ~env->mideleg) | (value & env->mideleg),
                     __ATOMIC_RELAXED);
}

/*
 * "When menvcfg.SSE is 0, the ... senvcfg.SSE fields are read-only zero." What it was before comes
 * back with menvcfg.SSE, as in Spike ("CSR Field Modulation" leaves that open).
 */
CSR_READ(senvcfg)
{
    return env->senvcfg & ~(env->menvcfg & ENVCFG_SSE ? 0 : ENVCFG_SSE);
}

CSR_WRITE(senvcfg)
{
    uint64_t changed = env->senvcfg;

    if (!(env->menvcfg & ENVCFG_SSE)) {
        value = (value & ~ENVCFG_SSE) | (env->senvcfg & ENVCFG_SSE);
    }
    env->senvcfg = csr_legal_envcfg(value & csr_envcfg_mask(env)) |
                   csr_legal_pmm(env, RISCV_EXT_Ssnpm, value);
    changed ^= env->senvcfg;
    if (changed & ENVCFG_PMM) { /* "takes effect immediately" */
        riscv_tlb_fence(env, NULL, NULL);
    }
    if (changed & (ENVCFG_PMM | ENVCFG_LPE)) {
        riscv_mode_changed(env);
    }
}

bool riscv_sse_permits(const CPURISCVState *env)
{
    return env->priv == PRIV_M ||
           ((env->menvcfg & ENVCFG_SSE) && (env->priv == PRIV_S || (env->senvcfg & ENVCFG_SSE)));
}

/* "Shadow Stack Pointer (ssp) CSR access control". */
CSR_CHECK(ssp)
{
    return riscv_sse_permits(env);
}

/* mstatus.TVM: Privileged ISA, "Virtualization Support in mstatus Register". */
CSR_CHECK(satp)
{
    return env->priv == PRIV_M || !(env->mstatus & MSTATUS_TVM);
}

/*
 * "If satp is written with an unsupported MODE, the entire write has no effect." Otherwise it takes
 * effect at once; what is known of other address spaces stays.
 */
CSR_WRITE(satp)
{
    uint64_t mode = get_field(value, SATP_MODE);

    if (mode != SATP_BARE && (mode < SATP_SV39 || mode > env->max_satp)) {
        return;
    }
    if (env->max_satp == SATP_BARE) {
        value = 0;
    }
    env->satp = value;
    riscv_mode_changed(env);
}

/* Below M it takes menvcfg.STCE and mcounteren.TM ("mcounteren": the same bit as for `time`). */
CSR_CHECK(stimecmp)
{
    return env->priv == PRIV_M ||
           ((env->menvcfg & MENVCFG_STCE) && (env->mcounteren & COUNTER_TM));
}

CSR_WRITE(stimecmp)
{
    __atomic_store_n(&env->stimecmp, value, __ATOMIC_RELAXED);
    riscv_stimer_update(env);
}
