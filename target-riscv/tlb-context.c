/*
 * Whose translations the TLB holds: which address space and mode are current, and what a fence makes it forget.
 *
 * What does not belong here: filling the TLB, and accesses (tlb.c), page tables (mmu.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/csr.h"
#include "target-riscv/engine.h"
#include "target-riscv/trace.h"
#include "target-riscv/trigger.h"
#include "util/bits.h"
#include "util/lazy-memory.h"
#include "util/log.h"

#define TLBS_SIZE (RISCV_CONTEXT_COUNT * MMU_IDX_COUNT * sizeof(RISCVTLB))

/* ---- memory ---- */

/* Make memory of zeros a TLB without entries: page 0 alone hits an entry of zeros, and only the first one. */
static void prepare_tlb(RISCVTLB *tlb)
{
    tlb->load[0].tag = tlb->store[0].tag = tlb->fetch[0].tag = RISCV_TLB_INVALID;
}

static void prepare_space(RISCVContext *c)
{
    for (RISCVMMUIndex idx = 0; idx < MMU_IDX_M; idx++) {
        prepare_tlb(&c->tlbs[idx]);
    }
}

static void forget_shadow(RISCVContext *c)
{
    for (RISCVMMUIndex idx = 0; idx < MMU_IDX_COUNT; idx++) {
        c->shadow[idx].tag = RISCV_TLB_INVALID;
    }
}

void riscv_contexts_init(RISCVEngine *engine)
{
    RISCVTLB *tlbs = lazy_memory_new(TLBS_SIZE);

    if (!tlbs) {
        g_error("cannot map %zu bytes for a hart's TLB", TLBS_SIZE);
    }
    for (unsigned i = 0; i < RISCV_CONTEXT_COUNT; i++) {
        engine->contexts[i] = (RISCVContext){ .tlbs = tlbs + i * MMU_IDX_COUNT,
                                              .fetch_bits = RISCV_PAGE_BITS };
        forget_shadow(&engine->contexts[i]);
    }
    prepare_tlb(&engine->contexts[0].tlbs[MMU_IDX_M]);
    engine->context = &engine->contexts[1]; /* for satp after reset: 0 */
    engine->context->last_use = ++engine->context_uses;
    prepare_space(engine->context);
}

void riscv_contexts_free(RISCVEngine *engine)
{
    lazy_memory_free(engine->contexts[0].tlbs, TLBS_SIZE);
}

/* ---- forgetting ---- */

static void flush_tlb(RISCVTLB *tlb)
{
    unsigned i;

    while (index_set_pop(&tlb->used, &i)) {
        tlb->load[i].tag = tlb->store[i].tag = RISCV_TLB_INVALID;
    }
    while (index_set_pop(&tlb->fetch_used, &i)) {
        tlb->fetch[i].tag = RISCV_TLB_INVALID;
    }
}

static void flush_context(RISCVEngine *engine, RISCVContext *c)
{
    for (unsigned idx = 0; c->tlbs_used >> idx; idx++) {
        if (c->tlbs_used >> idx & 1) {
            flush_tlb(&c->tlbs[idx]);
        }
    }
    forget_shadow(c);
    c->tlbs_used = c->tlbs_masked = 0;
    c->big_sizes = 0;
    key_filter_clear(&c->big_pages);
    c->fetch_bits = RISCV_PAGE_BITS;
    riscv_cache_flush_jumps(engine->cache, c - engine->contexts);
}

static void flush_data_at(RISCVTLB *tlb, unsigned i, uint64_t vaddr)
{
    if (!((tlb->load[i].tag ^ vaddr) >> tlb->page_bits[i])) {
        tlb->load[i].tag = tlb->store[i].tag = RISCV_TLB_INVALID;
    }
}

static void flush_fetch_at(RISCVTLB *tlb, unsigned i, uint64_t vaddr)
{
    if (!((tlb->fetch[i].tag ^ vaddr) >> tlb->fetch[i].page_bits)) {
        tlb->fetch[i].tag = RISCV_TLB_INVALID;
    }
}

/* What one leaf entry gave to `tlb`: one of its own entries, or, of a `big` page, any number. */
static void flush_page_of_tlb(RISCVTLB *tlb, uint64_t vaddr, bool big)
{
    if (!big) {
        flush_data_at(tlb, riscv_tlb_index(vaddr), vaddr);
        flush_fetch_at(tlb, riscv_fetch_tlb_index(vaddr), vaddr);
        return;
    }
    INDEX_SET_FOREACH(i, &tlb->used) {
        flush_data_at(tlb, i, vaddr);
    }
    INDEX_SET_FOREACH(i, &tlb->fetch_used) {
        flush_fetch_at(tlb, i, vaddr);
    }
}

static bool in_big_page(const RISCVContext *c, uint64_t vaddr)
{
    for (uint64_t left = c->big_sizes; left; left &= left - 1) {
        if (key_filter_may_have(&c->big_pages, riscv_big_page_key(vaddr, ctz64(left)))) {
            return true;
        }
    }
    return false;
}

static void flush_page(RISCVEngine *engine, RISCVContext *c, uint64_t vaddr)
{
    bool big = in_big_page(c, vaddr);

    forget_shadow(c);
    for (unsigned idx = 0; c->tlbs_used >> idx; idx++) {
        if (c->tlbs_masked >> idx & 1) {
            flush_tlb(&c->tlbs[idx]);
        } else if (c->tlbs_used >> idx & 1) {
            flush_page_of_tlb(&c->tlbs[idx], vaddr, big);
        }
    }
    c->tlbs_masked = 0;
    riscv_cache_flush_jumps_to(engine->cache, c - engine->contexts, vaddr, c->fetch_bits);
}

static void note_flush(CPURISCVState *env, RISCVFlush kind)
{
    static const char *const names[] = {
        [RISCV_FLUSH_EVERYTHING] = "everything", [RISCV_FLUSH_SPACES] = "every address space",
        [RISCV_FLUSH_ASID] = "an address space", [RISCV_FLUSH_PAGE] = "a page",
        [RISCV_FLUSH_PAGE_ASID] = "a page of an address space",
        [RISCV_FLUSH_REUSE] = "an address space, for another one",
    };

    env->stats.tlb_flushes[kind]++;
    trace_riscv_tlb_flush(env->hartid, names[kind]);
    log_mask(LOG_MMU, "hart %" PRIu64 ": TLB forgets %s\n", env->hartid, names[kind]);
}

void riscv_tlb_flush(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;

    for (unsigned i = 0; engine && i < RISCV_CONTEXT_COUNT; i++) {
        flush_context(engine, &engine->contexts[i]);
    }
    note_flush(env, RISCV_FLUSH_EVERYTHING);
}

/* ASIDs mean nothing where nothing is translated. */
static bool is_bare(uint64_t satp)
{
    return get_field(satp, SATP_MODE) == SATP_BARE;
}

/* "ignored by the implementation": what is above the ASID's bits in sfence.vma's rs2. */
static bool has_asid(const RISCVContext *c, uint64_t asid)
{
    return !is_bare(c->satp) && get_field(c->satp, SATP_ASID) == extract64(asid, 0, 16);
}

void riscv_tlb_fence(CPURISCVState *env, const uint64_t *vaddr, const uint64_t *asid)
{
    RISCVEngine *engine = env->engine;

    for (unsigned i = 1; engine && i < RISCV_CONTEXT_COUNT; i++) {
        RISCVContext *c = &engine->contexts[i];

        if (asid && !has_asid(c, *asid)) {
            continue;
        }
        if (vaddr) {
            flush_page(engine, c, *vaddr);
        } else {
            flush_context(engine, c);
        }
    }
    note_flush(env, vaddr ? (asid ? RISCV_FLUSH_PAGE_ASID : RISCV_FLUSH_PAGE)
                          : (asid ? RISCV_FLUSH_ASID : RISCV_FLUSH_SPACES));
}

static void forget_stores(RISCVTLB *tlb, uint64_t host)
{
    INDEX_SET_FOREACH(i, &tlb->used) {
        RISCVTLBEntry *e = &tlb->store[i];

        if ((e->tag & RISCV_PAGE_MASK) + e->addend == host) {
            e->tag = RISCV_TLB_INVALID;
        }
    }
}

void riscv_tlb_forget_stores(CPURISCVState *env, const RAMPage *page)
{
    RISCVEngine *engine = env->engine;
    uint64_t host = (uintptr_t)page->block->host + page->offset;

    for (unsigned i = 0; i < RISCV_CONTEXT_COUNT; i++) {
        RISCVContext *c = &engine->contexts[i];

        forget_shadow(c);
        for (unsigned idx = 0; c->tlbs_used >> idx; idx++) {
            if (c->tlbs_used >> idx & 1) {
                forget_stores(&c->tlbs[idx], host);
            }
        }
    }
}

/* ---- selecting ---- */

/* Two of them cannot be kept apart by what a fence names: one has to go when the other comes. */
static bool same_asid(uint64_t satp1, uint64_t satp2)
{
    return is_bare(satp1) ? is_bare(satp2)
                          : !is_bare(satp2) && get_field(satp1 ^ satp2, SATP_ASID) == 0;
}

/*
 * The context for `satp`: the one that has been it, else one with the same ASID, else the one that was used least
 * recently. Software that gives an ASID another table has to fence ("it may be necessary to execute an
 * SFENCE.VMA instruction ... if an ASID is reused"); that it is not needed here helps who forgets.
 */
static RISCVContext *find_context(RISCVEngine *engine, uint64_t satp)
{
    RISCVContext *oldest = &engine->contexts[1];

    for (unsigned i = 1; i < RISCV_CONTEXT_COUNT; i++) {
        RISCVContext *c = &engine->contexts[i];

        if (c->last_use && same_asid(c->satp, satp)) {
            return c;
        }
        if (c->last_use < oldest->last_use) {
            oldest = c;
        }
    }
    return oldest;
}

static void select_context(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;
    RISCVContext *c = find_context(engine, env->satp);

    if (c->satp != env->satp || !c->last_use) {
        if (c->tlbs_used) {
            note_flush(env, RISCV_FLUSH_REUSE);
        }
        flush_context(engine, c);
        c->satp = env->satp;
        prepare_space(c);
    }
    c->last_use = ++engine->context_uses;
    engine->context = c;
    env->stats.satp_switches++;
}

static RISCVMMUIndex data_mmu_index(const CPURISCVState *env)
{
    RISCVPriv priv = env->priv;

    if (priv == PRIV_M && env->mstatus & MSTATUS_MPRV && env->mnstatus & MNSTATUS_NMIE) {
        priv = extract64(env->mstatus, 11, 2); /* MPP */
    }
    switch (priv) {
    case PRIV_U:
        return MMU_IDX_U;
    case PRIV_S:
        return env->mstatus & MSTATUS_SUM ? MMU_IDX_S_SUM : MMU_IDX_S;
    default:
        return MMU_IDX_M;
    }
}

void riscv_mode_changed(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;
    RISCVContext *fetch;

    env->data_mmu_idx = data_mmu_index(env);
    riscv_update_masking(env);
    if (G_UNLIKELY(env->triggers_on)) {
        riscv_triggers_update(env);
    }
    env->mode = env->priv | (env->mstatus & MSTATUS_FS ? RISCV_MODE_FS : 0);
    if (!engine) { /* before realize */
        return;
    }
    env->mode |= (engine->step ? RISCV_MODE_STEP : 0) |
                 (engine->count_events || env->counters_in_blocks ? RISCV_MODE_EVENTS : 0) |
                 (riscv_lpe(env) ? RISCV_MODE_LPE : 0);
    if (G_UNLIKELY(engine->context->satp != env->satp)) {
        select_context(env);
    }
    env->tlb = &riscv_context(env, env->data_mmu_idx)->tlbs[env->data_mmu_idx];
    fetch = riscv_context(env, riscv_fetch_index(env));
    env->jumps = riscv_cache_jumps(engine->cache, fetch - engine->contexts, env->mode);
}

void riscv_blocks_void(CPURISCVState *env)
{
    RISCVEngine *engine = env->engine;

    if (engine) {
        riscv_cache_flush(engine->cache);
    }
}

void riscv_ext_changed(CPURISCVState *env)
{
    riscv_blocks_void(env);
    env->target_misaligned = riscv_ext_has(&env->ext, RISCV_EXT_Zca) ? 0 : 2; /* IALIGN */
    riscv_mode_changed(env);
}
