/*
 * Physical memory protection: which entry matches an access, and what it allows.
 *
 * Paragraphs are of the privileged specification's "Physical Memory Protection". What does not
 * belong here: the CSRs and their locks (csr-pmp.c), page tables (mmu.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

#define PMP_RWX (PMP_R | PMP_W | PMP_X)

static const RISCVPMPEntry matches_nothing = { 1, 0 };

/* "Address Matching". pmpaddr holds bits 55:2 of an address. */
static RISCVPMPEntry decode_entry(const CPURISCVState *env, unsigned i)
{
    uint64_t addr = env->pmpaddr[i];
    uint64_t below = i ? env->pmpaddr[i - 1] : 0;
    uint64_t low_ones;

    switch (env->pmpcfg[i] & PMP_A) {
    case PMP_TOR:
        if (below >= addr) {
            return matches_nothing;
        }
        return (RISCVPMPEntry){ below << 2, (addr << 2) - 1 };
    case PMP_NA4:
        return (RISCVPMPEntry){ addr << 2, (addr << 2) + 3 };
    case PMP_NAPOT:
        low_ones = addr ^ (addr + 1); /* trailing ones and the zero above them */
        return (RISCVPMPEntry){ (addr & ~low_ones) << 2, (addr | low_ones) << 2 | 3 };
    default:
        return matches_nothing;
    }
}

void riscv_pmp_update(CPURISCVState *env)
{
    env->pmp_active = 0;
    for (unsigned i = 0; i < RISCV_PMP_COUNT; i++) {
        env->pmp[i] = decode_entry(env, i);
        env->pmp_active += env->pmp[i].first <= env->pmp[i].last;
    }
    memset(env->table_pages, 0, sizeof(env->table_pages));
    riscv_tlb_flush(env);
}

static bool overlaps(const RISCVPMPEntry *entry, uint64_t first, uint64_t last)
{
    return entry->first <= last && first <= entry->last;
}

static bool contains(const RISCVPMPEntry *entry, uint64_t first, uint64_t last)
{
    return entry->first <= first && last <= entry->last;
}

/* What an entry means when mseccfg.MML is set, by its R, W, X and (bit 3) L: Smepmp's table. */
static unsigned lockdown_permissions(uint8_t cfg, RISCVPriv priv)
{
    enum { R = PMP_R, W = PMP_W, X = PMP_X, L = 8 };
    static const struct {
        uint8_t machine, others;
    } permissions[16] = {
        [X] = { 0, X },           [W] = { R | W, R },         [W | X] = { R | W, R | W },
        [R] = { 0, R },           [R | X] = { 0, R | X },     [R | W] = { 0, R | W },
        [R | W | X] = { 0, R | W | X },
        [L | X] = { X, 0 },       [L | W] = { X, X },         [L | W | X] = { R | X, X },
        [L | R] = { R, 0 },       [L | R | X] = { R | X, 0 }, [L | R | W] = { R | W, 0 },
        [L | R | W | X] = { R, R },
    };
    unsigned i = (cfg & PMP_RWX) | (cfg & PMP_L ? L : 0);

    return priv == PRIV_M ? permissions[i].machine : permissions[i].others;
}

static unsigned entry_permissions(const CPURISCVState *env, uint8_t cfg, RISCVPriv priv)
{
    if (env->mseccfg & MSECCFG_MML) {
        return lockdown_permissions(cfg, priv);
    }
    return priv == PRIV_M && !(cfg & PMP_L) ? PMP_RWX : cfg & PMP_RWX;
}

/* Where no entry matches, if there are any: mseccfg.MMWP and MML take from machine mode what it otherwise has. */
static unsigned default_permissions(const CPURISCVState *env, RISCVPriv priv)
{
    if (env->pmp_regions == 0) {
        return PMP_RWX;
    }
    if (priv != PRIV_M || (env->mseccfg & MSECCFG_MMWP)) {
        return 0;
    }
    return env->mseccfg & MSECCFG_MML ? PMP_R | PMP_W : PMP_RWX;
}

unsigned riscv_pmp_permissions(const CPURISCVState *env, hwaddr paddr, unsigned size,
                               RISCVPriv priv, bool *whole_page)
{
    uint64_t last = paddr + size - 1;
    uint64_t page_first = paddr & RISCV_PAGE_MASK;
    uint64_t page_last = paddr | ~RISCV_PAGE_MASK;

    *whole_page = true;
    for (unsigned i = 0; env->pmp_active && i < RISCV_PMP_COUNT; i++) {
        const RISCVPMPEntry *entry = &env->pmp[i];

        if (!overlaps(entry, page_first, page_last)) {
            continue;
        }
        if (!contains(entry, page_first, page_last)) {
            *whole_page = false;
        }
        if (overlaps(entry, paddr, last)) {
            /*
             * "The matching PMP entry must match all bytes ..., irrespective of the L, R, W, and X
             * bits."
             */
            if (!contains(entry, paddr, last)) {
                return 0;
            }
            return entry_permissions(env, env->pmpcfg[i], priv);
        }
    }
    return default_permissions(env, priv);
}

bool riscv_pmp_check(CPURISCVState *env, hwaddr paddr, unsigned size, RISCVAccess access,
                     RISCVPriv priv, bool *whole_page)
{
    unsigned needed = riscv_pmp_needed(access);

    return (riscv_pmp_permissions(env, paddr, size, priv, whole_page) & needed) == needed;
}
