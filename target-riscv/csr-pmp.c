/*
 * The CSRs of physical memory protection: packing, locks, legal values.
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

CSR_READ(pmpcfg)
{
    const uint8_t *cfg = &env->pmpcfg[first_entry(csr)];
    uint64_t value = 0;

    for (unsigned i = 0; i < 8; i++) {
        value |= (uint64_t)cfg[i] << 8 * i;
    }
    return value;
}

/* "The combinations with R=0 and W=1 are reserved": W is then taken as 0. */
static uint8_t legal_cfg(uint8_t cfg)
{
    cfg &= PMP_R | PMP_W | PMP_X | PMP_A | PMP_L;
    return cfg & PMP_R ? cfg : cfg & ~PMP_W;
}

CSR_WRITE(pmpcfg)
{
    uint8_t *cfg = &env->pmpcfg[first_entry(csr)];

    for (unsigned i = 0; i < 8; i++) {
        if (!(cfg[i] & PMP_L)) {
            cfg[i] = legal_cfg(value >> 8 * i);
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
    return (env->pmpcfg[i] & PMP_L) ||
           (i + 1 < RISCV_PMP_COUNT && (env->pmpcfg[i + 1] & PMP_L) &&
            (env->pmpcfg[i + 1] & PMP_A) == PMP_TOR);
}

CSR_WRITE(pmpaddr)
{
    unsigned i = csr->number - CSR_pmpaddr0;

    if (!address_is_locked(env, i)) {
        env->pmpaddr[i] = value & PMPADDR_MASK;
        riscv_pmp_update(env);
    }
}
