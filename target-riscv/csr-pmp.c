/*
 * The CSRs of physical memory protection: packing, locks, legal values; and mseccfg.
 *
 * What does not belong here: matching addresses (pmp.c). Paragraphs are of "Physical Memory
 * Protection CSRs" and "Locking and Privilege Mode".
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

/* pmpcfg0 holds entries 0-7, pmpcfg2 8-15. */
static unsigned first_entry(const RISCVCSR *csr)
{
    return (csr->number - CSR_pmpcfg0) * 4;
}

CSR_CHECK(pmp)
{
    return env->pmp_regions > 0;
}

CSR_READ(pmpcfg)
{
    const uint8_t *cfg = &env->pmpcfg[first_entry(csr)];
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        value |= (uint64_t)cfg[i] << 8 * i;
    }
    return value;
}

/* "When mseccfg.RLB is 1, locked PMP rules may be removed or modified" (Smepmp). */
static bool is_locked(const CPURISCVState *env, unsigned i)
{
    return (env->pmpcfg[i] & PMP_L) && !(env->mseccfg & MSECCFG_RLB);
}

/* "The combinations with R=0 and W=1 are reserved" but for mseccfg.MML: W is then taken as 0. */
static uint8_t legal_cfg(const CPURISCVState *env, uint8_t cfg)
{
    cfg &= PMP_R | PMP_W | PMP_X | PMP_A | PMP_L;
    return cfg & PMP_R || env->mseccfg & MSECCFG_MML ? cfg : cfg & ~PMP_W;
}

/*
 * "Adding a rule with executable privileges that either is M-mode-only or a locked Shared-Region is
 * not possible" under MML without RLB. (LRWX = 1111 is data.)
 */
static bool is_refused(const CPURISCVState *env, uint8_t cfg)
{
    unsigned rwx = cfg & (PMP_R | PMP_W | PMP_X);

    return (env->mseccfg & (MSECCFG_MML | MSECCFG_RLB)) == MSECCFG_MML && (cfg & PMP_L) &&
           rwx != (PMP_R | PMP_W | PMP_X) && ((rwx & PMP_X) || rwx == PMP_W);
}

CSR_WRITE(pmpcfg)
{
    uint8_t *cfg = &env->pmpcfg[first_entry(csr)];

    for (unsigned i = 0; i < 8 && first_entry(csr) + i < env->pmp_regions; i++) {
        uint8_t new = legal_cfg(env, value >> 8 * i);

        if (!is_locked(env, first_entry(csr) + i) && !is_refused(env, new)) {
            cfg[i] = new;
        }
    }
    riscv_pmp_update(env);
}

CSR_READ(pmpaddr)
{
    return env->pmpaddr[csr->number - CSR_pmpaddr0];
}

/* A locked entry whose range begins where this one ends locks this address as well. */
static bool address_is_locked(const CPURISCVState *env, unsigned i)
{
    return is_locked(env, i) ||
           (i + 1 < RISCV_PMP_COUNT && is_locked(env, i + 1) &&
            (env->pmpcfg[i + 1] & PMP_A) == PMP_TOR);
}

CSR_WRITE(pmpaddr)
{
    unsigned i = csr->number - CSR_pmpaddr0;

    if (i < env->pmp_regions && !address_is_locked(env, i)) {
        env->pmpaddr[i] = value & PMPADDR_MASK;
        riscv_pmp_update(env);
    }
}

/* ---- mseccfg ---- */

static bool any_locked(const CPURISCVState *env)
{
    for (unsigned i = 0; i < RISCV_PMP_COUNT; i++) {
        if (env->pmpcfg[i] & PMP_L) {
            return true;
        }
    }
    return false;
}

/* MML and MMWP are sticky; RLB, once clear, stays so while an entry is locked. */
static uint64_t legal_smepmp(const CPURISCVState *env, uint64_t value)
{
    uint64_t old = env->mseccfg;

    if (!env_has(env, RISCV_EXT_Smepmp)) {
        return 0;
    }
    if (!(old & MSECCFG_RLB) && any_locked(env)) {
        value &= ~MSECCFG_RLB;
    }
    return (value & (MSECCFG_MML | MSECCFG_MMWP | MSECCFG_RLB)) | (old & (MSECCFG_MML | MSECCFG_MMWP));
}

/* "If Zkr or S-mode is not implemented, SSEED is read-only zero", and so for USEED. */
static uint64_t seed_mask(const CPURISCVState *env)
{
    if (!env_has(env, RISCV_EXT_Zkr)) {
        return 0;
    }
    return (env_has(env, RISCV_EXT_U) ? MSECCFG_USEED : 0) |
           (env_has(env, RISCV_EXT_S) ? MSECCFG_SSEED : 0);
}

CSR_WRITE(mseccfg)
{
    uint64_t old = env->mseccfg;

    env->mseccfg = (value & seed_mask(env)) | legal_smepmp(env, value) |
                   csr_legal_pmm(env, RISCV_EXT_Smmpm, value);
    if (env_has(env, RISCV_EXT_Zicfilp)) {
        env->mseccfg |= value & MSECCFG_MLPE;
    }
    if ((old ^ env->mseccfg) & (MSECCFG_MML | MSECCFG_MMWP | ENVCFG_PMM)) {
        riscv_pmp_update(env); /* forgets machine mode's translations as well */
    }
    riscv_mode_changed(env);
}

/* "It exists if any extension that adds a field to mseccfg is implemented." */
CSR_CHECK(mseccfg)
{
    return env_has(env, RISCV_EXT_Zkr) || env_has(env, RISCV_EXT_Smepmp) ||
           env_has(env, RISCV_EXT_Smmpm) || env_has(env, RISCV_EXT_Zicfilp);
}
