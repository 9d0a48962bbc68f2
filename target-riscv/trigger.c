/*
 * Triggers (trigger.h): what matches, and what comes of it.
 *
 * Paragraphs are of the Debug specification's chapter "Sdtrig", version 1.0. What it leaves open is
 * as in Spike. What does not belong here: which values their registers take (csr-trigger.c), and
 * who asks (tlb.c, interp/interp.c, trap.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/trigger.h"

#include <string.h>

#include "target-riscv/debug.h"
#include "target-riscv/listing.h"
#include "util/bits.h"

static unsigned type_of(uint64_t tdata1)
{
    return get_field(tdata1, TDATA1_TYPE);
}

/* Types 2 and 6, whose fields are at the same places but for those below. */
static bool is_mcontrol(uint64_t tdata1)
{
    return type_of(tdata1) == TRIGGER_MCONTROL || type_of(tdata1) == TRIGGER_MCONTROL6;
}

static bool selects_data(uint64_t tdata1)
{
    return tdata1 & (type_of(tdata1) == TRIGGER_MCONTROL ? MCONTROL_SELECT : MCONTROL6_SELECT);
}

/*
 * Does it fire when the instruction has retired? Type 6 does not say: as suggested, only where it
 * takes the data that was loaded ("Suggested Trigger Timings").
 */
static bool is_after(uint64_t tdata1)
{
    return type_of(tdata1) == TRIGGER_MCONTROL ? (tdata1 & MCONTROL_TIMING) != 0
                                               : selects_data(tdata1) && (tdata1 & MCONTROL_LOAD);
}

/* ---- when a trigger can match at all ---- */

/* Fields u, s and m are as far apart as the privileges. */
static bool enabled_in(uint64_t tdata1, RISCVPriv priv)
{
    return tdata1 >> (is_mcontrol(tdata1) ? MCONTROL_U_BIT : TRIGGER_U_BIT) >> priv & 1;
}

/*
 * "Native Triggers": two ways to keep a handler of breakpoints from being interrupted by another
 * one; the first needs S.
 */
static bool may_fire(const CPURISCVState *env)
{
    bool has_s = riscv_ext_has(&env->ext, RISCV_EXT_S);

    switch (env->priv) {
    case PRIV_M:
        return has_s ? env->mstatus & MSTATUS_MIE : env->tcontrol & TCONTROL_MTE;
    case PRIV_S:
        return !(env->medeleg >> EXC_BREAKPOINT & 1) || env->mstatus & MSTATUS_SIE;
    default:
        return true;
    }
}

/* textra64: "This trigger will only match or fire if". */
static bool in_context(const CPURISCVState *env, unsigned n)
{
    uint64_t extra = env->tdata3[n], svalue = get_field(extra, TEXTRA_SVALUE);
    uint64_t ignored = 0;

    if (get_field(extra, TEXTRA_MHSELECT) && env->mcontext != get_field(extra, TEXTRA_MHVALUE)) {
        return false;
    }
    switch (get_field(extra, TEXTRA_SSELECT)) {
    case SSELECT_SCONTEXT:
        for (unsigned i = 0; i < 4; i++) {
            ignored |= get_field(extra, TEXTRA_SBYTEMASK) >> i & 1 ? 0xffull << (8 * i) : 0;
        }
        return !((env->scontext ^ svalue) & ~ignored);
    case SSELECT_ASID:
        return get_field(env->satp, SATP_ASID) == extract64(svalue, 0, 16);
    default:
        return true;
    }
}

static bool is_armed(const CPURISCVState *env, unsigned n, RISCVPriv priv)
{
    return enabled_in(env->tdata1[n], priv) && in_context(env, n);
}

void riscv_triggers_update(CPURISCVState *env)
{
    bool fires = may_fire(env);

    env->triggers_on = env->debug_watched;
    env->triggers_access = env->debug_watched;
    env->triggers_watch = env->triggers_counting || env->triggers_after;
    for (unsigned n = 0; n < RISCV_TRIGGER_COUNT; n++) {
        uint64_t tdata1 = env->tdata1[n];

        env->triggers_on |= type_of(tdata1) != TRIGGER_DISABLED;
        if (!fires || !is_armed(env, n, env->priv)) {
            continue;
        }
        if (is_mcontrol(tdata1)) {
            env->triggers_access |= tdata1 & (MCONTROL_LOAD | MCONTROL_STORE);
            env->triggers_watch |= tdata1 & MCONTROL_EXECUTE || is_after(tdata1);
        } else if (type_of(tdata1) == TRIGGER_ICOUNT) {
            env->triggers_watch |= (tdata1 & (ICOUNT_COUNT | ICOUNT_PENDING)) != 0;
        }
    }
}

void riscv_triggers_reset(CPURISCVState *env)
{
    memset(env->tdata2, 0, sizeof(env->tdata2));
    memset(env->tdata3, 0, sizeof(env->tdata3));
    for (unsigned n = 0; n < RISCV_TRIGGER_COUNT; n++) {
        env->tdata1[n] = set_field(0, TDATA1_TYPE, TRIGGER_DISABLED);
    }
    env->triggers_counting = env->triggers_after = 0;
    riscv_triggers_update(env);
}

void riscv_trigger_written(CPURISCVState *env, unsigned n)
{
    env->triggers_counting &= ~(1u << n); /* "afterwards count contains the newly written value" */
    env->triggers_after &= ~(1u << n);
    riscv_triggers_update(env);
    if (is_mcontrol(env->tdata1[n]) && env->tdata1[n] & (MCONTROL_LOAD | MCONTROL_STORE)) {
        riscv_tlb_flush(env);
    }
}

/* ---- matching ---- */

/* Something that an instruction does. */
typedef struct Event {
    unsigned kinds; /* of access */
    uint64_t addr;
    unsigned bytes;       /* from there on, each with an address that is compared */
    unsigned size;        /* for field size; 0: there is no value of it for this */
    bool partial;         /* some of the bytes are not known yet */
    const uint64_t *data; /* NULL: not known, or none */
} Event;

/* Of `value` and tdata2 the low bits of `bits` are looked at. */
static bool compare(uint64_t tdata1, uint64_t tdata2, uint64_t value, uint64_t bits)
{
    uint64_t low = extract64(tdata2, 0, 32), mask = extract64(tdata2, 32, 32);

    value &= bits;
    switch (get_field(tdata1, MCONTROL_MATCH) & ~MATCH_NOT) {
    case MATCH_NAPOT:
        return !((value ^ tdata2) & bits & ~(tdata2 ^ (tdata2 + 1)));
    case MATCH_GE:
        return value >= (tdata2 & bits);
    case MATCH_LT:
        return value < (tdata2 & bits);
    case MATCH_MASK_LOW:
        return !(((value & mask) ^ low) & bits);
    case MATCH_MASK_HIGH:
        return !(((value >> 32 & mask) ^ low) & bits);
    default:
        return !((value ^ tdata2) & bits);
    }
}

/*
 * "Any compare value": each byte's address. A negated kind matches "when match=0 would not match":
 * when none does.
 */
static bool address_matches(uint64_t tdata1, uint64_t tdata2, const Event *event)
{
    bool negated = get_field(tdata1, MCONTROL_MATCH) & MATCH_NOT;

    for (unsigned i = 0; i < event->bytes; i++) {
        if (compare(tdata1, tdata2, event->addr + i, UINT64_MAX)) {
            return !negated;
        }
    }
    return negated && !event->partial;
}

static bool data_matches(uint64_t tdata1, uint64_t tdata2, const Event *event)
{
    bool negated = get_field(tdata1, MCONTROL_MATCH) & MATCH_NOT;

    return event->data &&
           compare(tdata1, tdata2, *event->data, MAKE_64BIT_MASK(0, 8 * event->size)) != negated;
}

static bool size_matches(uint64_t tdata1, const Event *event)
{
    static const uint8_t sizes[8] = { [1] = 1, [2] = 2, [3] = 4, [5] = 8, [6] = 16 };
    unsigned size = type_of(tdata1) == TRIGGER_MCONTROL6 ? get_field(tdata1, MCONTROL6_SIZE) : 0;

    return !size || sizes[size] == event->size;
}

static bool matches(const CPURISCVState *env, unsigned n, const Event *event)
{
    uint64_t tdata1 = env->tdata1[n];

    if (!is_mcontrol(tdata1) || !(tdata1 & event->kinds) || !is_armed(env, n, env->priv) ||
        !size_matches(tdata1, event)) {
        return false;
    }
    return (selects_data(tdata1) ? data_matches : address_matches)(tdata1, env->tdata2[n], event);
}

static bool is_chained(uint64_t tdata1)
{
    return is_mcontrol(tdata1) && tdata1 & MCONTROL_CHAIN;
}

/* Type 2: "a chain of triggers that don't all have the same timing value will never fire". */
static bool timings_fit(uint64_t tdata1, uint64_t next)
{
    return type_of(next) != TRIGGER_MCONTROL || is_after(tdata1) == is_after(next);
}

/*
 * The triggers, a bit for each, that fire on the event and at that time: all of their chain match.
 */
static unsigned find_firing(const CPURISCVState *env, const Event *event, bool after)
{
    unsigned firing = 0, chain = 0;
    bool match = true;

    for (unsigned n = 0; n < RISCV_TRIGGER_COUNT; n++) {
        uint64_t tdata1 = env->tdata1[n];

        match = match && matches(env, n, event) &&
                (!chain || timings_fit(env->tdata1[n - 1], tdata1));
        chain |= 1u << n;
        if (!is_chained(tdata1)) { /* the last one's action is taken */
            firing |= match && is_after(tdata1) == after ? chain : 0;
            chain = 0;
            match = true;
        }
    }
    return firing;
}

static void note_hits(CPURISCVState *env, unsigned firing, bool after)
{
    for (unsigned n = 0; n < RISCV_TRIGGER_COUNT; n++) {
        uint64_t *tdata1 = &env->tdata1[n];

        if (!(firing >> n & 1)) {
            continue;
        }
        switch (type_of(*tdata1)) {
        case TRIGGER_MCONTROL:
            *tdata1 |= MCONTROL_HIT;
            break;
        case TRIGGER_MCONTROL6: /* "before" and "immediately after" */
            *tdata1 = (*tdata1 & ~MCONTROL6_HIT1) | MCONTROL6_HIT0 | (after ? MCONTROL6_HIT1 : 0);
            break;
        case TRIGGER_ICOUNT:
            *tdata1 = (*tdata1 & ~ICOUNT_PENDING) | ICOUNT_HIT;
            break;
        default:
            *tdata1 |= TRAP_TRIGGER_HIT;
        }
    }
}

/*
 * True: a trigger fires at once. What fires afterwards waits until the instruction has retired;
 * where both match, it matches again when the instruction is executed again
 * ("implementation-dependent", mcontrol.timing).
 */
static bool fires(CPURISCVState *env, const Event *event)
{
    unsigned before = may_fire(env) ? find_firing(env, event, false) : 0, after;

    if (before) {
        note_hits(env, before, false);
        return true;
    }
    after = may_fire(env) ? find_firing(env, event, true) : 0;
    if (after && !env->triggers_after) {
        env->trigger_tval = event->addr;
        env->trigger_instret = riscv_instret(env, NULL);
    }
    env->triggers_after |= after;
    return false;
}

/* ---- loads and stores ---- */

/*
 * "Pointer masking is also applied ... when matching address triggers". tval is the lowest address,
 * as in Spike.
 */
static void check_access(CPURISCVState *env, const RISCVOp *op, Event event)
{
    event.addr = riscv_mask_address(env, event.addr);
    if (fires(env, &event)) {
        riscv_raise_trigger(env, op, event.addr);
    }
    if (G_UNLIKELY(env->debug_watched & event.kinds)) {
        riscv_debug_access(env, op, event.kinds, event.addr, event.bytes);
    }
}

void riscv_trigger_access(CPURISCVState *env, const RISCVOp *op, unsigned kinds, uint64_t addr,
                          unsigned size, const uint64_t *data)
{
    check_access(env, op, (Event){ .kinds = kinds, .addr = addr, .bytes = size, .size = size,
                                   .data = data });
}

/* "Cache Operations": a store, which only triggers without size and data match. */
void riscv_trigger_cache_block(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    check_access(env, op,
                 (Event){ .kinds = MCONTROL_STORE, .addr = addr & -(uint64_t)size, .bytes = size });
}

/* Can an address on the page be matched? Yes, where that takes more than a look. */
static bool may_match_page(uint64_t tdata1, uint64_t tdata2, uint64_t page)
{
    if (selects_data(tdata1)) {
        return true;
    }
    switch (get_field(tdata1, MCONTROL_MATCH)) {
    case MATCH_EQUAL:
        return !((page ^ tdata2) & RISCV_PAGE_MASK);
    case MATCH_NAPOT:
        return !((page ^ tdata2) & RISCV_PAGE_MASK & ~(tdata2 ^ (tdata2 + 1)));
    case MATCH_GE:
        return page + (RISCV_PAGE_SIZE - 1) >= tdata2;
    case MATCH_LT:
        return page < tdata2;
    default:
        return true;
    }
}

/* M mode gets at other modes' memory by MPRV, and then uses their TLB. */
static bool may_match_index(uint64_t tdata1, RISCVMMUIndex idx)
{
    RISCVPriv priv = idx == MMU_IDX_M ? PRIV_M : idx == MMU_IDX_U ? PRIV_U : PRIV_S;

    return enabled_in(tdata1, PRIV_M) || enabled_in(tdata1, priv);
}

unsigned riscv_trigger_page(CPURISCVState *env, RISCVMMUIndex idx, uint64_t vaddr)
{
    unsigned kinds = env->debug_watched ? riscv_debug_page(env, vaddr & RISCV_PAGE_MASK) : 0;

    for (unsigned n = 0; n < RISCV_TRIGGER_COUNT; n++) {
        uint64_t tdata1 = env->tdata1[n];

        if (is_mcontrol(tdata1) && may_match_index(tdata1, idx) &&
            may_match_page(tdata1, env->tdata2[n], vaddr & RISCV_PAGE_MASK)) {
            kinds |= tdata1 & (MCONTROL_LOAD | MCONTROL_STORE);
        }
    }
    return kinds;
}

/* ---- instructions ---- */

/* Triggers of type icount that have something in `field` and can match now. */
static unsigned find_icounts(const CPURISCVState *env, uint64_t field)
{
    unsigned found = 0;

    for (unsigned n = 0; may_fire(env) && n < RISCV_TRIGGER_COUNT; n++) {
        uint64_t tdata1 = env->tdata1[n];

        if (type_of(tdata1) == TRIGGER_ICOUNT && tdata1 & field && is_armed(env, n, env->priv)) {
            found |= 1u << n;
        }
    }
    return found;
}

void riscv_triggers_count(CPURISCVState *env)
{
    env->triggers_counting |= find_icounts(env, ICOUNT_COUNT);
}

/* An instruction retired or trapped: either matches, and both together once. */
static void count_down(CPURISCVState *env)
{
    for (unsigned n = 0; n < RISCV_TRIGGER_COUNT; n++) {
        uint64_t *tdata1 = &env->tdata1[n];

        if (env->triggers_counting >> n & 1) {
            uint64_t count = get_field(*tdata1, ICOUNT_COUNT) - 1;

            *tdata1 = set_field(*tdata1, ICOUNT_COUNT, count) | (count ? 0 : ICOUNT_PENDING);
        }
    }
    env->triggers_counting = 0;
}

static bool take_breakpoint(CPURISCVState *env, uint64_t tval)
{
    env->wfi = false;
    if (G_UNLIKELY(env->listing)) {
        riscv_listing_trigger(env);
    }
    riscv_take_trap(env, EXC_BREAKPOINT, tval);
    return true;
}

bool riscv_triggers_settle(CPURISCVState *env)
{
    unsigned after = env->triggers_after;

    count_down(env);
    env->triggers_after = 0;
    if (after && riscv_instret(env, NULL) != env->trigger_instret && may_fire(env)) {
        note_hits(env, after, true);
        riscv_triggers_count(env);
        return take_breakpoint(env, env->trigger_tval);
    }
    if (find_icounts(env, ICOUNT_PENDING)) { /* who steps over wfi need not wait for an interrupt */
        env->wfi = false;
    }
    riscv_triggers_update(env);
    return false;
}

/* "Priority": addresses come before faults of the fetch. */
bool riscv_triggers_before_fetch(CPURISCVState *env)
{
    Event event = { .kinds = MCONTROL_EXECUTE, .addr = env->pc, .bytes = 2, .partial = true };
    unsigned pending;

    count_down(env);
    riscv_triggers_count(env);
    pending = find_icounts(env, ICOUNT_PENDING);
    note_hits(env, pending, false);
    if (pending) {
        return take_breakpoint(env, 0);
    }
    return fires(env, &event) && take_breakpoint(env, env->pc);
}

bool riscv_triggers_before_insn(CPURISCVState *env, uint32_t raw, unsigned len)
{
    uint64_t data = raw;
    Event event = {
        .kinds = MCONTROL_EXECUTE, .addr = env->pc, .bytes = len, .size = len, .data = &data
    };

    return fires(env, &event) && take_breakpoint(env, env->pc);
}

/* ---- traps ---- */

/*
 * Types itrigger and etrigger ask for the mode that the trap was taken from, but fire in the one of
 * its handler, and so never where that is machine mode: "Both options prevent etrigger and itrigger
 * from having any effect on exceptions and interrupts that are handled in M-mode." (In Spike they
 * have.)
 */
void riscv_triggers_after_trap(CPURISCVState *env, uint64_t cause, RISCVPriv from)
{
    unsigned type = cause & RISCV_CAUSE_INTERRUPT ? TRIGGER_ITRIGGER : TRIGGER_ETRIGGER, firing = 0;

    for (unsigned n = 0; may_fire(env) && n < RISCV_TRIGGER_COUNT; n++) {
        if (type_of(env->tdata1[n]) == type && is_armed(env, n, from) &&
            env->tdata2[n] >> (cause & 63) & 1) {
            firing |= 1u << n;
        }
    }
    if (firing) {
        note_hits(env, firing, true);
        take_breakpoint(env, 0);
    }
}
