/*
 * Address translation: Sv39, Sv48, Sv57, with Svnapot, Svpbmt, Svade, Svadu, and pages of shadow
 * stacks.
 *
 * Paragraphs are of the privileged specification's supervisor-level chapter, "Virtual Address
 * Translation Process" if none is named. What does not belong here: the TLB (tlb.c) and protection
 * of physical memory (pmp.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"
#include "system/guest-ram.h"
#include "target-riscv/debug.h"
#include "util/bits.h"
#include "util/log.h"

#define VPN_BITS 9
#define NAPOT_BITS 4 /* 64 KiB: the only size that Svnapot defines */

/* One translation on its way. */
typedef struct Walk {
    CPURISCVState *env;
    uint64_t vaddr;
    RISCVAccess access;
    RISCVMMUIndex idx;
    hwaddr pte_addr;
    uint64_t pte;
    unsigned level; /* of pte: 0 is a 4 KiB page */
} Walk;

typedef enum WalkResult { WALK_OK, WALK_PAGE_FAULT, WALK_ACCESS_FAULT } WalkResult;

unsigned riscv_fault_cause(RISCVAccess access, bool page_fault)
{
    static const uint8_t causes[][2] = {
        [ACCESS_LOAD] = { EXC_LOAD_ACCESS, EXC_LOAD_PAGE_FAULT },
        [ACCESS_STORE] = { EXC_STORE_ACCESS, EXC_STORE_PAGE_FAULT },
        [ACCESS_FETCH] = { EXC_INSN_ACCESS, EXC_INSN_PAGE_FAULT },
        [ACCESS_CACHE] = { EXC_STORE_ACCESS, EXC_STORE_PAGE_FAULT },
        [ACCESS_SHADOW_LOAD] = { EXC_STORE_ACCESS, EXC_STORE_PAGE_FAULT },
        [ACCESS_SHADOW_STORE] = { EXC_STORE_ACCESS, EXC_STORE_PAGE_FAULT },
    };

    return causes[access][page_fault];
}

const char *riscv_access_name(RISCVAccess access)
{
    static const char *const names[] = {
        [ACCESS_LOAD] = "load", [ACCESS_STORE] = "store", [ACCESS_FETCH] = "fetch",
        [ACCESS_CACHE] = "cache block", [ACCESS_SHADOW_LOAD] = "shadow-stack load",
        [ACCESS_SHADOW_STORE] = "shadow-stack store",
    };

    return names[access];
}

/* ---- the entry itself ---- */

static uint64_t pte_ppn(uint64_t pte)
{
    return get_field(pte, PTE_PPN);
}

static bool pte_is_leaf(uint64_t pte)
{
    return pte & (PTE_R | PTE_W | PTE_X);
}

bool riscv_has_shadow_pages(const CPURISCVState *env)
{
    return riscv_ext_has(&env->ext, RISCV_EXT_Zicfiss) && (env->menvcfg & ENVCFG_SSE);
}

/* Of a leaf: a page of a shadow stack? Elsewhere the encoding is reserved. */
static bool pte_is_shadow(uint64_t pte)
{
    return (pte & (PTE_R | PTE_W | PTE_X)) == PTE_W;
}

/* Steps 3 to 5: valid, nothing reserved, a superpage aligned. */
static bool pte_is_legal(const CPURISCVState *env, uint64_t pte, unsigned level)
{
    bool pbmt = riscv_ext_has(&env->ext, RISCV_EXT_Svpbmt) && (env->menvcfg & MENVCFG_PBMTE);

    if (!(pte & PTE_V) || (pte & PTE_RESERVED)) {
        return false;
    }
    if (!pte_is_leaf(pte)) { /* the rest is "reserved for future standard use" */
        return level > 0 && !(pte & (PTE_U | PTE_A | PTE_D | PTE_PBMT | PTE_N));
    }
    if (!(pte & PTE_R) && (pte & PTE_W) && !(pte_is_shadow(pte) && riscv_has_shadow_pages(env))) {
        return false;
    }
    if ((pte & PTE_PBMT) && (!pbmt || (pte & PTE_PBMT) == PTE_PBMT)) {
        return false;
    }
    if (pte & PTE_N) { /* "Page table entry encodings when pte.N=1" */
        return riscv_ext_has(&env->ext, RISCV_EXT_Svnapot) && level == 0 &&
               extract64(pte_ppn(pte), 0, NAPOT_BITS) == 1u << (NAPOT_BITS - 1);
    }
    return !level || !extract64(pte_ppn(pte), 0, level * VPN_BITS);
}

/* Step 6: is the page one of those that `idx` may touch, by U and SUM? */
static bool pte_is_reachable(uint64_t pte, RISCVMMUIndex idx)
{
    return idx == MMU_IDX_U ? (pte & PTE_U) != 0 : !(pte & PTE_U) || idx == MMU_IDX_S_SUM;
}

/*
 * Step 7: "Shadow Stack Memory Protection" is broken, which is fatal, by anything but a load from a
 * shadow stack, and by its instructions elsewhere. A page that may only be read may become one yet:
 * "copy-on-write".
 */
static bool breaks_shadow_rules(uint64_t pte, RISCVAccess access)
{
    if (pte_is_shadow(pte)) {
        return access != ACCESS_LOAD && !riscv_access_is_shadow(access);
    }
    return riscv_access_is_shadow(access) && (pte & (PTE_W | PTE_X));
}

/* Steps 6 to 8: R, W and X as accesses of this kind have them. */
static uint64_t pte_permissions(const CPURISCVState *env, uint64_t pte, RISCVAccess access,
                                RISCVMMUIndex idx)
{
    uint64_t rwx = pte & (PTE_R | PTE_W | PTE_X);

    if (!pte_is_reachable(pte, idx)) {
        return 0;
    }
    if (pte_is_shadow(pte)) {
        return riscv_access_is_shadow(access) ? PTE_R | PTE_W : PTE_R;
    }
    if (riscv_access_is_shadow(access)) {
        return 0;
    }
    if ((env->mstatus & MSTATUS_MXR) && (pte & PTE_X)) {
        rwx |= PTE_R;
    }
    if (idx == MMU_IDX_S_SUM && (pte & PTE_U)) {
        /* "Irrespective of SUM, the supervisor may not execute code on pages with U=1." */
        rwx &= ~PTE_X;
    }
    return rwx;
}

/* log2 of the size of what the leaf `pte` maps. */
static unsigned pte_page_bits(uint64_t pte, unsigned level)
{
    return RISCV_PAGE_BITS + (pte & PTE_N ? NAPOT_BITS : level * VPN_BITS);
}

/* Physical address of vaddr by the leaf `pte`. */
static hwaddr pte_target(uint64_t pte, unsigned level, uint64_t vaddr)
{
    uint64_t offset_mask = BIT_ULL(pte_page_bits(pte, level)) - 1;

    return (pte_ppn(pte) << RISCV_PAGE_BITS & ~offset_mask) | (vaddr & offset_mask);
}

/* ---- the walk ---- */

static uint64_t *look_up_pte(const Walk *w, RISCVAccess access, bool *whole_page)
{
    AddressSpace *as = riscv_env_cs(w->env)->as;

    /*
     * "PMP checks are also applied to page-table accesses, for which the effective privilege mode
     * is S."
     */
    if (!riscv_pmp_check(w->env, w->pte_addr, sizeof(w->pte), access, PRIV_S, whole_page)) {
        return NULL;
    }
    return address_space_ram_ptr(as, w->pte_addr, sizeof(w->pte), access == ACCESS_STORE);
}

/* For reading w->pte, by what is remembered of its page. NULL: access fault. */
static const uint64_t *pte_ptr(const Walk *w)
{
    uint64_t page = w->pte_addr & RISCV_PAGE_MASK, offset = w->pte_addr & ~RISCV_PAGE_MASK;
    RISCVTablePage *known =
        &w->env->table_pages[page >> RISCV_PAGE_BITS & (RISCV_TABLE_PAGES - 1)];
    const uint8_t *ptr;
    bool whole_page;

    if (G_LIKELY(known->page == page && known->host)) {
        return (const uint64_t *)(known->host + offset);
    }
    ptr = (const uint8_t *)look_up_pte(w, ACCESS_LOAD, &whole_page);
    if (ptr && whole_page && address_space_ram_ptr(riscv_env_cs(w->env)->as, page, RISCV_PAGE_SIZE, false)) {
        *known = (RISCVTablePage){ page, ptr - offset };
    }
    return (const uint64_t *)ptr;
}

/* Who updates A and D: Svade and Svadu, "Machine Environment Configuration (menvcfg) Register". */
static bool updates_ad(const CPURISCVState *env)
{
    if (riscv_ext_has(&env->ext, RISCV_EXT_Svadu)) {
        return env->menvcfg & MENVCFG_ADUE;
    }
    return !riscv_ext_has(&env->ext, RISCV_EXT_Svade);
}

typedef enum ADResult { AD_DONE, AD_CHANGED, AD_PAGE_FAULT, AD_ACCESS_FAULT } ADResult;

/* Step 9. AD_CHANGED: somebody else wrote the entry meanwhile; look at it again. */
static ADResult set_ad(Walk *w)
{
    uint64_t wanted = w->pte | PTE_A | (riscv_access_is_store(w->access) ? PTE_D : 0);
    uint64_t *ptr;
    bool whole_page;

    if (wanted == w->pte) {
        return AD_DONE;
    }
    if (!updates_ad(w->env)) {
        return AD_PAGE_FAULT;
    }
    ptr = look_up_pte(w, ACCESS_STORE, &whole_page);
    if (!ptr) {
        return AD_ACCESS_FAULT;
    }
    if (!__atomic_compare_exchange_n(ptr, &w->pte, wanted, false, GUEST_SEQ_CST,
                                     __ATOMIC_RELAXED)) {
        return AD_CHANGED;
    }
    w->pte = wanted;
    address_space_note_store(riscv_env_cs(w->env)->as, w->pte_addr, sizeof(wanted));
    return AD_DONE;
}

static bool access_allowed(uint64_t rwx, RISCVAccess access)
{
    return rwx & (riscv_access_is_store(access) ? PTE_W : access == ACCESS_FETCH ? PTE_X : PTE_R);
}

/* Steps 6 to 8 for the leaf w->pte. */
static WalkResult judge_leaf(const Walk *w)
{
    uint64_t rwx = pte_permissions(w->env, w->pte, w->access, w->idx);

    if (pte_is_reachable(w->pte, w->idx) && breaks_shadow_rules(w->pte, w->access)) {
        return WALK_ACCESS_FAULT;
    }
    return access_allowed(rwx, w->access) ? WALK_OK : WALK_PAGE_FAULT;
}

/*
 * Read the entry at w->level of the table at `table`, and judge it: a leaf that allows the access,
 * or a pointer.
 */
static WalkResult walk_level(Walk *w, hwaddr table)
{
    unsigned shift = RISCV_PAGE_BITS + w->level * VPN_BITS;
    const uint64_t *ptr;
    WalkResult result;

    w->pte_addr = table + extract64(w->vaddr, shift, VPN_BITS) * sizeof(w->pte);
    for (;;) {
        ptr = pte_ptr(w);
        if (!ptr) {
            return WALK_ACCESS_FAULT;
        }
        w->pte = __atomic_load_n(ptr, GUEST_ACQUIRE);
        if (!pte_is_legal(w->env, w->pte, w->level)) {
            return WALK_PAGE_FAULT;
        }
        if (!pte_is_leaf(w->pte)) {
            return WALK_OK;
        }
        result = judge_leaf(w);
        if (result != WALK_OK) {
            return result;
        }
        switch (set_ad(w)) {
        case AD_DONE:
            return WALK_OK;
        case AD_PAGE_FAULT:
            return WALK_PAGE_FAULT;
        case AD_ACCESS_FAULT:
            return WALK_ACCESS_FAULT;
        case AD_CHANGED:
            break;
        }
    }
}

static WalkResult walk(Walk *w, unsigned mode)
{
    unsigned levels = mode - SATP_SV39 + 3;
    unsigned va_bits = RISCV_PAGE_BITS + levels * VPN_BITS;
    hwaddr table = get_field(w->env->satp, SATP_PPN) << RISCV_PAGE_BITS;

    /*
     * "must have bits 63-39 all equal to bit 38, or else a page-fault exception will occur" (Sv39)
     */
    if ((uint64_t)sextract64(w->vaddr, 0, va_bits) != w->vaddr) {
        return WALK_PAGE_FAULT;
    }
    for (w->level = levels - 1;; w->level--) {
        WalkResult result = walk_level(w, table);

        if (result != WALK_OK || pte_is_leaf(w->pte)) {
            return result;
        }
        table = pte_ppn(w->pte) << RISCV_PAGE_BITS;
    }
}

/* ---- pointer masking ---- */

/* The field that governs explicit accesses of `idx`: "by bits in ... registers of the next-higher privilege mode". */
static unsigned pmm(const CPURISCVState *env, RISCVMMUIndex idx)
{
    if (idx == MMU_IDX_M) {
        return get_field(env->mseccfg, ENVCFG_PMM);
    }
    if (env->mstatus & MSTATUS_MXR) { /* "When MXR is in effect ..., pointer masking does not apply." */
        return PMM_OFF;
    }
    if (idx == MMU_IDX_U && riscv_ext_has(&env->ext, RISCV_EXT_S)) {
        return get_field(env->senvcfg, ENVCFG_PMM);
    }
    return get_field(env->menvcfg, ENVCFG_PMM);
}

void riscv_update_masking(CPURISCVState *env)
{
    static const uint8_t bits[] = { [PMM_7_BITS] = 7, [PMM_16_BITS] = 16 };

    env->masked_bits = bits[pmm(env, env->data_mmu_idx)];
    env->masked_virtual =
        env->data_mmu_idx != MMU_IDX_M && get_field(env->satp, SATP_MODE) != SATP_BARE;
}

uint64_t riscv_masked_address(const CPURISCVState *env, uint64_t addr)
{
    unsigned width = 64 - env->masked_bits;

    return env->masked_virtual ? (uint64_t)sextract64(addr, 0, width) : extract64(addr, 0, width);
}

/* ---- translation ---- */

/* Page table's side: paddr and permissions, or false and *cause. */
static bool translate_page(CPURISCVState *env, uint64_t vaddr, RISCVAccess access,
                           RISCVMMUIndex idx, RISCVTranslation *out, unsigned *cause)
{
    unsigned mode = get_field(env->satp, SATP_MODE);
    Walk w = { .env = env, .vaddr = vaddr, .access = access, .idx = idx };
    WalkResult result;
    uint64_t rwx;

    if (idx == MMU_IDX_M || mode == SATP_BARE) {
        if (riscv_access_is_shadow(access)) { /* there are no pages that it could be allowed on */
            *cause = riscv_fault_cause(access, false);
            return false;
        }
        *out = (RISCVTranslation){ .paddr = vaddr, .readable = true, .writable = true,
                                   .executable = true, .page_bits = RISCV_PAGE_BITS };
        return true;
    }
    env->stats.walks++;
    result = walk(&w, mode);
    if (result == WALK_OK && riscv_access_is_shadow(access) && (w.pte & PTE_PBMT) == PTE_PBMT_IO) {
        result = WALK_ACCESS_FAULT; /* "not idempotent"; Spike and QEMU do not look */
    }
    if (result != WALK_OK) {
        *cause = riscv_fault_cause(access, result == WALK_PAGE_FAULT);
        return false;
    }
    rwx = pte_permissions(env, w.pte, access, idx);
    *out = (RISCVTranslation){
        .paddr = pte_target(w.pte, w.level, vaddr),
        .readable = rwx & PTE_R,
        .writable = (rwx & PTE_W) && (w.pte & PTE_D),
        .executable = rwx & PTE_X,
        .page_bits = pte_page_bits(w.pte, w.level),
    };
    return true;
}

static bool translate(CPURISCVState *env, uint64_t vaddr, unsigned size, RISCVAccess access,
                      RISCVMMUIndex idx, RISCVTranslation *out, unsigned *cause)
{
    RISCVPriv priv = idx == MMU_IDX_M ? PRIV_M : idx == MMU_IDX_U ? PRIV_U : PRIV_S;
    unsigned pmp, needed = riscv_pmp_needed(access);

    if (!translate_page(env, vaddr, access, idx, out, cause)) {
        return false;
    }
    pmp = riscv_pmp_permissions(env, out->paddr, size, priv, &out->whole_page);
    out->readable &= (pmp & PMP_R) != 0;
    out->writable &= (pmp & PMP_W) != 0;
    out->executable &= (pmp & PMP_X) != 0;
    if ((pmp & needed) != needed) {
        *cause = riscv_fault_cause(access, false);
        return false;
    }
    return true;
}

static void log_translation(const CPURISCVState *env, uint64_t vaddr, RISCVAccess access,
                            RISCVMMUIndex idx, const RISCVTranslation *out)
{
    static const char *const indices[] = { "U", "S", "S with SUM", "M" };

    if (!out) {
        log_printf("hart %" PRIu64 ": %s 0x%016" PRIx64 " (%s) faults\n", env->hartid, riscv_access_name(access),
                   vaddr, indices[idx]);
        return;
    }
    log_printf("hart %" PRIu64 ": %s 0x%016" PRIx64 " (%s) -> 0x%016" PRIx64 " %c%c%c%s\n", env->hartid,
               riscv_access_name(access), vaddr, indices[idx], out->paddr, out->readable ? 'r' : '-',
               out->writable ? 'w' : '-', out->executable ? 'x' : '-',
               out->whole_page ? "" : ", page split by PMP");
}

bool riscv_translate(CPURISCVState *env, uint64_t vaddr, unsigned size, RISCVAccess access,
                     RISCVMMUIndex idx, RISCVTranslation *out, unsigned *cause)
{
    bool ok = translate(env, vaddr, size, access, idx, out, cause);

    if (log_enabled(LOG_MMU) && log_filter_passes(vaddr)) {
        log_translation(env, vaddr, access, idx, ok ? out : NULL);
    }
    return ok;
}

/* ---- a debugger's ---- */

/* The leaf for vaddr, or the first entry that leads nowhere. Nothing is checked and nothing is set. */
static bool find_leaf(Walk *w, unsigned levels)
{
    hwaddr table = get_field(w->env->satp, SATP_PPN) << RISCV_PAGE_BITS;

    for (w->level = levels - 1;; w->level--) {
        unsigned shift = RISCV_PAGE_BITS + w->level * VPN_BITS;
        hwaddr addr = table + extract64(w->vaddr, shift, VPN_BITS) * sizeof(w->pte);

        if (address_space_read(riscv_env_cs(w->env)->as, addr, &w->pte, sizeof(w->pte)) != MEMTX_OK ||
            !pte_is_legal(w->env, w->pte, w->level)) {
            return false;
        }
        if (pte_is_leaf(w->pte)) {
            return true;
        }
        table = pte_ppn(w->pte) << RISCV_PAGE_BITS;
    }
}

/* In M mode addresses are physical; where there is nothing, what satp says may be what is meant. */
bool riscv_debug_translate(CPUState *cs, uint64_t vaddr, hwaddr *paddr)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    unsigned mode = get_field(env->satp, SATP_MODE), levels = mode - SATP_SV39 + 3;
    Walk w = { .env = env, .vaddr = vaddr };

    if (mode == SATP_BARE || (env->priv == PRIV_M && address_space_lookup(cs->as, vaddr))) {
        *paddr = vaddr;
        return true;
    }
    if ((uint64_t)sextract64(vaddr, 0, RISCV_PAGE_BITS + levels * VPN_BITS) != vaddr || !find_leaf(&w, levels)) {
        return false;
    }
    *paddr = pte_target(w.pte, w.level, vaddr);
    return true;
}
