/*
 * The software TLB and everything a memory access does when the inline test of insn.h fails: translation,
 * misaligned and page-crossing accesses, devices, pages with special granules, atomics.
 *
 * What does not belong here: whose translations are kept (tlb-context.c), page tables (mmu.c) and physical
 * memory protection (pmp.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/guest-ram.h"
#include "target-riscv/csr.h"
#include "target-riscv/debug.h"
#include "target-riscv/engine.h"
#include "target-riscv/fpu.h"
#include "target-riscv/trigger.h"
#include "util/bits.h"
#include "util/log.h"

/* ---- where an access goes ---- */

/* Part of an access that lies on one page, resolved. */
typedef struct Place {
    uint8_t *host;     /* RAM or ROM; NULL: a device */
    RAMPage *special;  /* stores must be noted */
    uint64_t offset;   /* in RAM's block, or in the device's region */
    MemoryRegion *mr;
} Place;

/* Does `range` hold the whole page of `paddr`, so that an entry for the page is right? */
static bool range_holds_page(const FlatRange *range, hwaddr paddr)
{
    hwaddr page = paddr & RISCV_PAGE_MASK;

    return page >= range->addr && page - range->addr + RISCV_PAGE_SIZE <= range->size &&
           ((range->offset + (page - range->addr)) & ~RISCV_PAGE_MASK) == 0;
}

/* An entry for vaddr is about to be filled, as part of a page of 2^page_bits bytes. */
static void note_fill(CPURISCVState *env, RISCVMMUIndex idx, uint64_t vaddr, unsigned page_bits)
{
    RISCVContext *c = riscv_context(env, idx);

    c->tlbs_used |= 1u << idx;
    if (page_bits > RISCV_PAGE_BITS) {
        c->big_sizes |= BIT_ULL(page_bits);
        key_filter_add(&c->big_pages, riscv_big_page_key(vaddr, page_bits));
    }
}

/*
 * An entry is under the address that the instruction has, so that the inline test needs no masking: one page may have
 * entries under several addresses.
 */
static void note_masking(CPURISCVState *env, uint64_t vaddr)
{
    if (riscv_mask_address(env, vaddr) != vaddr) {
        riscv_context(env, env->data_mmu_idx)->tlbs_masked |= 1u << env->data_mmu_idx;
    }
}

/* Make `addend` the common one, until about as many fills as this takes steps had another one. */
static void adopt_addend(RISCVTLB *tlb, uintptr_t addend)
{
    tlb->common_addend = addend;
    tlb->common_score = 0;
    INDEX_SET_FOREACH(i, &tlb->used) {
        RISCVTLBEntry *e = &tlb->load[i];

        e->tag &= ~RISCV_TLB_UNCOMMON;
        e->tag |= e->addend == addend ? 0 : RISCV_TLB_UNCOMMON;
        tlb->common_score++;
    }
}

static void fill_load(RISCVTLB *tlb, unsigned i, uint64_t tag, uintptr_t addend)
{
    tlb->load[i] = (RISCVTLBEntry){ tag, addend };
    if (addend == tlb->common_addend) {
        tlb->common_score = MIN(tlb->common_score + 1, RISCV_TLB_SIZE);
    } else if (tlb->common_score) {
        tlb->common_score--;
        tlb->load[i].tag |= RISCV_TLB_UNCOMMON;
    } else {
        adopt_addend(tlb, addend);
    }
}

static void fill_tlb(CPURISCVState *env, uint64_t vaddr, const Place *place, bool writable,
                     unsigned page_bits)
{
    unsigned i = riscv_tlb_index(vaddr);
    RISCVTLB *tlb = env->tlb;
    uint64_t tag = vaddr & RISCV_PAGE_MASK;
    uintptr_t addend = (uintptr_t)place->host - vaddr;

    note_fill(env, env->data_mmu_idx, vaddr, page_bits);
    note_masking(env, vaddr);
    index_set_add(&tlb->used, i);
    tlb->page_bits[i] = page_bits;
    fill_load(tlb, i, tag, addend);
    if (writable) {
        /* Who makes the page special at this moment asks this hart to forget the entry, and waits until it has
         * (cpu_run_on_others). */
        if (place->special) {
            tag |= RISCV_TLB_SPECIAL;
            tlb->special[i] = place->special;
        }
        tlb->store[i] = (RISCVTLBEntry){ tag, addend };
    } else {
        tlb->store[i].tag = RISCV_TLB_INVALID; /* maybe of another page */
    }
}

/*
 * For the instructions of shadow stacks alone, and one page at a time is enough for a stack. A page
 * that may not be stored to, or whose stores must be noted, is translated each time.
 */
static void fill_shadow(CPURISCVState *env, uint64_t vaddr, const Place *place, bool writable)
{
    RISCVTLBEntry *e = &riscv_context(env, env->data_mmu_idx)->shadow[env->data_mmu_idx];

    if (writable && !place->special) {
        *e = (RISCVTLBEntry){ vaddr & RISCV_PAGE_MASK, (uintptr_t)place->host - vaddr };
    }
}

/* Keep where the page is, but for accesses that triggers have to see, each one. */
static void fill(CPURISCVState *env, uint64_t vaddr, const Place *place, RISCVAccess access, bool writable,
                 unsigned page_bits)
{
    if (G_UNLIKELY(env->triggers_on)) {
        unsigned watched = riscv_trigger_page(env, env->data_mmu_idx, riscv_mask_address(env, vaddr));

        if (watched & MCONTROL_LOAD) {
            return;
        }
        writable = writable && !watched;
    }
    if (riscv_access_is_shadow(access)) {
        fill_shadow(env, vaddr, place, writable);
    } else {
        fill_tlb(env, vaddr, place, writable, page_bits);
    }
}

/* An exception of an access to `vaddr`: "the hardware writes the transformed address to stval" (pointer masking). */
static G_NORETURN void raise_at(CPURISCVState *env, const RISCVOp *op, unsigned cause, uint64_t vaddr)
{
    riscv_raise(env, op, cause, riscv_mask_address(env, vaddr));
}

static void log_bad_access(const CPURISCVState *env, RISCVAccess access, hwaddr paddr, unsigned size,
                           const char *problem)
{
    log_mask(LOG_GUEST_ERROR, "hart %" PRIu64 ": %s of %u bytes at physical address 0x%" PRIx64 ": %s\n",
             env->hartid, riscv_access_name(access), size, paddr, problem);
}

/*
 * Resolve [vaddr, vaddr + size), which lies on one page; raises page and access faults with vaddr as tval.
 * Fills the TLB where the answer holds for the whole page.
 */
static Place resolve(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr, unsigned size,
                     RISCVAccess access)
{
    RISCVTranslation tr;
    const FlatRange *range;
    Place place = { 0 };
    RAMBlock *ram;
    unsigned cause;

    if (!riscv_translate(env, riscv_mask_address(env, vaddr), size, access, env->data_mmu_idx, &tr, &cause)) {
        raise_at(env, op, cause, vaddr);
    }
    range = address_space_lookup(riscv_env_cs(env)->as, tr.paddr);
    if (!range || tr.paddr - range->addr + size > range->size ||
        (riscv_access_is_store(access) && range->read_only)) {
        log_bad_access(env, access, tr.paddr, size,
                       range && range->read_only ? "read-only" : "nothing is there");
        raise_at(env, op, riscv_fault_cause(access, false), vaddr);
    }
    place.mr = range->mr;
    place.offset = range->offset + (tr.paddr - range->addr);
    ram = range->mr->ram;
    if (ram) {
        place.host = ram->host + place.offset;
        place.special = ram_page_special(ram, place.offset);
        if (tr.whole_page && tr.readable && range_holds_page(range, tr.paddr)) {
            fill(env, vaddr, &place, access, tr.writable && !range->read_only, tr.page_bits);
        }
    }
    return place;
}

/* ---- what runs code of others: the guest's floating-point state must not be theirs (fpu.h) ---- */

static void log_bad_device_access(const Place *place, const char *access, unsigned size)
{
    log_mask(LOG_GUEST_ERROR, "%s: refuses to %s %u bytes at 0x%" PRIx64 "\n", place->mr->name, access,
             size, place->offset);
}

static MemTxResult device_read(CPURISCVState *env, const Place *place, unsigned size, uint64_t *value)
{
    MemTxResult result;

    riscv_fpu_leave(env);
    result = memory_region_dispatch_read(place->mr, place->offset, size, value);
    if (result != MEMTX_OK) {
        log_bad_device_access(place, "read", size);
    }
    riscv_fpu_enter(env);
    return result;
}

static MemTxResult device_write(CPURISCVState *env, const Place *place, unsigned size, uint64_t value)
{
    MemTxResult result;

    riscv_fpu_leave(env);
    result = memory_region_dispatch_write(place->mr, place->offset, size, value);
    if (result != MEMTX_OK) {
        log_bad_device_access(place, "write", size);
    }
    riscv_fpu_enter(env);
    return result;
}

/*
 * Must it be acted on before the next instruction that a part of [addr, addr + size), which lies in `page` (NULL: no
 * special one), is stored to?
 */
static bool is_watched(const CPURISCVState *env, const RAMPage *page, uint64_t addr, unsigned size)
{
    uint64_t first = addr >> GRANULE_BITS & 63, last = (addr + size - 1) >> GRANULE_BITS & 63;
    uint64_t granules;

    if (!page) {
        return false;
    }
    granules = ((const RISCVEngine *)env->engine)->fresh_code ? page->special : page->watched;
    return (granules >> first | granules >> last) & 1;
}

/* Before a store, when its place is known. */
static void prepare_store(CPURISCVState *env, const RISCVOp *op, const Place *place, unsigned size)
{
    if (!place->host || is_watched(env, place->special, place->offset, size)) {
        riscv_run_alone(env, op);
    }
}

/* The granule at `addr` of `page` has a record: see `noted`. */
static void remember_note(CPURISCVState *env, const RAMPage *page, uint64_t addr)
{
    uint64_t granule = 1ull << (addr >> GRANULE_BITS & 63);

    if (page->watched & granule || !cpus_on_one_thread()) {
        return;
    }
    if (env->noted_page != page) {
        env->noted_page = page;
        env->noted = 0;
    }
    env->noted |= granule;
}

/* `size` bytes of `page` were written, at the page offset of `addr`. */
static void note_store(CPURISCVState *env, const RAMPage *page, uint64_t addr, unsigned size)
{
    uint64_t offset = page->offset + (addr & ~RISCV_PAGE_MASK);

    __asm__ volatile("" : : : "memory"); /* the store comes first, see ram_mark_code() */
    if (!ram_page_hit(page, offset, size)) {
        return;
    }
    env->stats.special_stores++;
    if (!page->watched) {
        ram_note_store(page->block, offset, size);
        if (size <= GRANULE_SIZE - offset % GRANULE_SIZE) {
            remember_note(env, page, addr);
        }
        return;
    }
    riscv_fpu_leave(env);
    ram_note_store(page->block, offset, size);
    riscv_fpu_enter(env);
}

/*
 * Guest memory, where neither size nor alignment is a constant. An aligned access is one access of the host: other
 * harts look on, and memcpy() of a variable size may copy in pieces, or store the same bytes twice, the second
 * time over what another hart has stored in between.
 */
static uint64_t load_host(const uint8_t *p, unsigned size)
{
    uint64_t value = 0;

    switch ((uintptr_t)p % size ? 0 : size) {
    case 1:
        return __atomic_load_n(p, __ATOMIC_RELAXED);
    case 2:
        return __atomic_load_n((const uint16_t *)p, __ATOMIC_RELAXED);
    case 4:
        return __atomic_load_n((const uint32_t *)p, __ATOMIC_RELAXED);
    case 8:
        return __atomic_load_n((const uint64_t *)p, __ATOMIC_RELAXED);
    default: /* misaligned, maybe one part of what crosses a page */
        guest_ram_copy(&value, p, size);
        return value;
    }
}

static void store_host(uint8_t *p, uint64_t value, unsigned size)
{
    switch ((uintptr_t)p % size ? 0 : size) {
    case 1:
        __atomic_store_n(p, value, __ATOMIC_RELAXED);
        break;
    case 2:
        __atomic_store_n((uint16_t *)p, value, __ATOMIC_RELAXED);
        break;
    case 4:
        __atomic_store_n((uint32_t *)p, value, __ATOMIC_RELAXED);
        break;
    case 8:
        __atomic_store_n((uint64_t *)p, value, __ATOMIC_RELAXED);
        break;
    default: /* misaligned, maybe one part of what crosses a page */
        guest_ram_copy(p, &value, size);
    }
}

/* ---- loads ---- */

static uint64_t load_place(CPURISCVState *env, const RISCVOp *op, const Place *place, uint64_t vaddr,
                           unsigned size)
{
    uint64_t value = 0;

    if (place->host) {
        value = load_host(place->host, size);
    } else if (device_read(env, place, size, &value) != MEMTX_OK) {
        raise_at(env, op, EXC_LOAD_ACCESS, vaddr);
    }
    env->stats.tlb_misses[ACCESS_LOAD]++;
    env->stats.device_accesses += !place->host;
    return value;
}

/* Bytes of [addr, addr + size) on the first page. */
static unsigned first_part(uint64_t addr, unsigned size)
{
    return MIN(size, RISCV_PAGE_SIZE - (addr & ~RISCV_PAGE_MASK));
}

static uint64_t load_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    unsigned first = first_part(addr, size);
    const RISCVTLBEntry *e = &env->tlb->load[riscv_tlb_index(addr)];
    uint64_t low, high;
    Place p1, p2;

    if (addr & (size - 1) && !env->misaligned) {
        raise_at(env, op, EXC_LOAD_MISALIGNED, addr);
    }
    if (first == size && (e->tag & ~RISCV_TLB_UNCOMMON) == (addr & RISCV_PAGE_MASK)) {
        env->stats.misaligned += (addr & (size - 1)) != 0;
        return load_host((const uint8_t *)(uintptr_t)(addr + e->addend), size);
    }
    p1 = resolve(env, op, addr, first, ACCESS_LOAD);
    if (!p1.host) {
        riscv_run_alone(env, op);
    }
    if (first == size) {
        env->stats.misaligned += (addr & (size - 1)) != 0;
        return load_place(env, op, &p1, addr, size);
    }
    p2 = resolve(env, op, addr + first, size - first, ACCESS_LOAD);
    if (!p2.host) {
        riscv_run_alone(env, op);
    }
    low = load_place(env, op, &p1, addr, first);
    high = load_place(env, op, &p2, addr + first, size - first);
    env->stats.crossings[ACCESS_LOAD]++;
    return low | high << (8 * first);
}

uint64_t riscv_load_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    uint64_t value;

    riscv_ask_triggers(env, op, MCONTROL_LOAD, addr, size, NULL);
    value = load_slow(env, op, addr, size);
    riscv_ask_triggers(env, op, MCONTROL_LOAD, addr, size, &value);
    return value;
}

/* ---- stores ---- */

static void store_place(CPURISCVState *env, const RISCVOp *op, const Place *place, uint64_t vaddr,
                        uint64_t value, unsigned size)
{
    if (!place->host) {
        if (device_write(env, place, size, value) != MEMTX_OK) {
            raise_at(env, op, EXC_STORE_ACCESS, vaddr);
        }
        env->stats.device_accesses++;
    } else {
        store_host(place->host, value, size);
        if (place->special) {
            note_store(env, place->special, place->offset, size);
        }
    }
    env->stats.tlb_misses[ACCESS_STORE]++;
}

/*
 * The page has a store entry, but the inline test failed: it is special, or the access is misaligned.
 * Returns false when there is no entry or the access crosses into the next page.
 */
static bool store_by_entry(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                           unsigned size)
{
    unsigned i = riscv_tlb_index(addr);
    const RISCVTLBEntry *e = &env->tlb->store[i];
    RAMPage *page;

    if ((e->tag & ~RISCV_TLB_SPECIAL) != (addr & RISCV_PAGE_MASK) ||
        first_part(addr, size) != size) {
        return false;
    }
    page = e->tag & RISCV_TLB_SPECIAL ? env->tlb->special[i] : NULL;
    if (is_watched(env, page, addr, size)) {
        riscv_run_alone(env, op);
    }
    store_host((uint8_t *)(uintptr_t)(addr + e->addend), value, size);
    env->stats.misaligned += (addr & (size - 1)) != 0;
    if (page) {
        note_store(env, page, addr, size);
    }
    return true;
}

void riscv_store_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                      unsigned size)
{
    unsigned first = first_part(addr, size);
    Place p1, p2;

    if (env->store_done) {
        RAMPage *page = env->tlb->special[riscv_tlb_index(addr)];

        env->store_done = 0;
        if (is_watched(env, page, addr, size)) {
            riscv_run_alone(env, op); /* stores the same once more, before anybody has looked */
        }
        note_store(env, page, addr, size);
        return;
    }
    riscv_ask_triggers(env, op, MCONTROL_STORE, addr, size, &value);
    if (addr & (size - 1) && !env->misaligned) {
        raise_at(env, op, EXC_STORE_MISALIGNED, addr);
    }
    if (store_by_entry(env, op, addr, value, size)) {
        return;
    }
    p1 = resolve(env, op, addr, first, ACCESS_STORE);
    prepare_store(env, op, &p1, first);
    if (first == size) {
        env->stats.misaligned += (addr & (size - 1)) != 0;
        store_place(env, op, &p1, addr, value, size);
        return;
    }
    p2 = resolve(env, op, addr + first, size - first, ACCESS_STORE);
    prepare_store(env, op, &p2, size - first);
    store_place(env, op, &p1, addr, value, first);
    store_place(env, op, &p2, addr + first, value >> (8 * first), size - first);
    env->stats.crossings[ACCESS_STORE]++;
}

/* ---- atomics ---- */

/*
 * Of the two exceptions that a misaligned atomic may raise ("A", Load-Reserved/Store-Conditional),
 * Spike's: an access fault where misaligned loads and stores work, since nothing should emulate
 * this one.
 */
static unsigned misaligned_atomic_cause(const CPURISCVState *env, RISCVAccess access)
{
    if (env->misaligned) {
        return riscv_fault_cause(access, false);
    }
    return access == ACCESS_LOAD ? EXC_LOAD_MISALIGNED : EXC_STORE_MISALIGNED;
}

/* An aligned operand in RAM; faults are those of `access`, misaligned ones included. */
static Place resolve_atomic(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size,
                            RISCVAccess access)
{
    Place place;

    if (addr & (size - 1)) {
        raise_at(env, op, misaligned_atomic_cause(env, access), addr);
    }
    place = resolve(env, op, addr, size, access);
    if (!place.host) { /* PMA AMONone and RsrvNone: Privileged ISA, "Atomicity PMAs" */
        raise_at(env, op, riscv_fault_cause(access, false), addr);
    }
    return place;
}

/* By `e`, where it is the entry for that page; else translated anew. */
static void *atomic_ptr(CPURISCVState *env, const RISCVOp *op, const RISCVTLBEntry *e, uint64_t addr,
                        unsigned size, RISCVAccess access)
{
    RISCVEngine *engine = env->engine;

    if (e->tag == (addr & (RISCV_PAGE_MASK | (size - 1)))) {
        engine->atomic_page = NULL;
        return (void *)(uintptr_t)(addr + e->addend);
    } else {
        Place place = resolve_atomic(env, op, addr, size, access);

        prepare_store(env, op, &place, size);
        env->stats.tlb_misses[riscv_access_is_store(access) ? ACCESS_STORE : ACCESS_LOAD]++;
        engine->atomic_page = place.special;
        engine->atomic_offset = place.offset;
        return place.host;
    }
}

static void *store_ptr(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    return atomic_ptr(env, op, &env->tlb->store[riscv_tlb_index(addr)], addr, size, ACCESS_STORE);
}

/* Triggers see the address of an AMO, but not what it loads and stores. */
void *riscv_atomic_ptr(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    riscv_ask_triggers(env, op, MCONTROL_LOAD | MCONTROL_STORE, addr, size, NULL);
    return store_ptr(env, op, addr, size);
}

void *riscv_shadow_ptr(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size,
                       RISCVAccess access)
{
    RISCVMMUIndex idx = env->data_mmu_idx;
    unsigned kind = riscv_access_is_store(access) ? MCONTROL_STORE : MCONTROL_LOAD;

    if (G_UNLIKELY(env->debug_watched & kind)) { /* triggers are not asked */
        riscv_debug_access(env, op, kind, riscv_mask_address(env, addr), size);
    }
    return atomic_ptr(env, op, &riscv_context(env, idx)->shadow[idx], addr, size, access);
}

void riscv_atomic_done(CPURISCVState *env, unsigned size)
{
    RISCVEngine *engine = env->engine;

    if (G_UNLIKELY(engine->atomic_page)) {
        note_store(env, engine->atomic_page, engine->atomic_offset, size);
    }
}

static uint64_t load_atomic(const void *host, unsigned size)
{
    return size == 4 ? __atomic_load_n((const uint32_t *)host, GUEST_SEQ_CST)
                     : __atomic_load_n((const uint64_t *)host, GUEST_SEQ_CST);
}

uint64_t riscv_load_reserved(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    const RISCVTLBEntry *e = &env->tlb->load[riscv_tlb_index(addr)];
    void *host = (void *)(uintptr_t)(addr + e->addend);
    uint64_t value;

    riscv_ask_triggers(env, op, MCONTROL_LOAD, addr, size, NULL);
    if ((e->tag & ~RISCV_TLB_UNCOMMON) != (addr & (RISCV_PAGE_MASK | (size - 1)))) {
        host = resolve_atomic(env, op, addr, size, ACCESS_LOAD).host;
        env->stats.tlb_misses[ACCESS_LOAD]++;
    }
    env->reservation = host;
    env->reservation_size = size;
    env->reservation_value = load_atomic(host, addr % 8 ? size : 8); /* for an sc.d, too */
    value = size == 4 ? (uint32_t)env->reservation_value : env->reservation_value;
    riscv_ask_triggers(env, op, MCONTROL_LOAD, addr, size, &value);
    return value;
}

/*
 * The reservation holds if memory still has the value that it had at LR: a change back in between
 * goes unseen (the documented deviation, as in QEMU). As in Spike, LR and SC may be of different
 * sizes at the same address. Then all of the doubleword counts: the reservation set "includes all
 * bytes of the addressed data word or doubleword" of LR, and no store to it may go unnoticed.
 */
static bool exchange_reserved(CPURISCVState *env, void *host, uint64_t value, unsigned size)
{
    uint64_t old = env->reservation_value;

    if (size == 4 && env->reservation_size == 4) {
        uint32_t old32 = old;

        return __atomic_compare_exchange_n((uint32_t *)host, &old32, (uint32_t)value, false,
                                           GUEST_SEQ_CST, __ATOMIC_RELAXED);
    }
    return __atomic_compare_exchange_n((uint64_t *)host, &old,
                                       size == 4 ? deposit64(old, 0, 32, value) : value, false,
                                       GUEST_SEQ_CST, __ATOMIC_RELAXED);
}

uint64_t riscv_store_conditional(CPURISCVState *env, const RISCVOp *op, uint64_t addr,
                                 uint64_t value, unsigned size)
{
    void *host;
    bool stored;

    /* "It is UNSPECIFIED whether failing sc instructions are stores." */
    riscv_ask_triggers(env, op, MCONTROL_STORE, addr, size, &value);
    host = store_ptr(env, op, addr, size); /* faults even when it would not store, as Spike */
    stored = env->reservation_size && env->reservation == host && exchange_reserved(env, host, value, size);
    env->reservation_size = 0;
    if (stored) {
        riscv_atomic_done(env, size);
    }
    return !stored;
}

/* ---- fetch ---- */

bool riscv_fetch_page(CPURISCVState *env, uint64_t vaddr, unsigned size, RISCVFetchTLBEntry *out,
                      bool *whole_page, unsigned *cause)
{
    RISCVMMUIndex idx = riscv_fetch_index(env);
    RISCVContext *c = riscv_context(env, idx);
    RISCVFetchTLBEntry *e = &c->tlbs[idx].fetch[riscv_fetch_tlb_index(vaddr)];
    RISCVTranslation tr;
    const FlatRange *range;

    *whole_page = true;
    if (e->tag == (vaddr & RISCV_PAGE_MASK)) {
        env->stats.fetches++;
        *out = *e;
        return true;
    }
    if (!riscv_translate(env, vaddr, size, ACCESS_FETCH, idx, &tr, cause)) {
        return false;
    }
    range = address_space_lookup(riscv_env_cs(env)->as, tr.paddr);
    if (!range || !range->mr->ram || !range_holds_page(range, tr.paddr)) {
        log_bad_access(env, ACCESS_FETCH, tr.paddr, size, range ? "no memory" : "nothing is there");
        *cause = EXC_INSN_ACCESS;
        return false;
    }
    env->stats.fetches++;
    env->stats.tlb_misses[ACCESS_FETCH]++;
    out->tag = vaddr & RISCV_PAGE_MASK;
    out->ram = range->mr->ram;
    out->ram_offset = range->offset + ((tr.paddr & RISCV_PAGE_MASK) - range->addr);
    out->host = out->ram->host + out->ram_offset;
    out->page_bits = tr.page_bits;
    *whole_page = tr.whole_page;
    if (tr.whole_page) {
        note_fill(env, idx, vaddr, tr.page_bits);
        index_set_add(&c->tlbs[idx].fetch_used, riscv_fetch_tlb_index(vaddr));
        c->fetch_bits = MAX(c->fetch_bits, tr.page_bits);
        *e = *out;
    }
    return true;
}
