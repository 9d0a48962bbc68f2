/*
 * What `-d stats` says about a hart at the end. docs/engine.md explains the lines.
 *
 * What does not belong here: counting itself, which is where the counted thing happens (RISCVStats, RISCVEvent).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/interp/interp.h"
#include "util/log.h"

/* One line, indented by depth. */
static void line(unsigned depth, const char *name, uint64_t value)
{
    log_printf("%*s%-*s%16" PRIu64 "\n", 2 * depth, "", 40 - 2 * depth, name, value);
}

static void line_ratio(unsigned depth, const char *name, uint64_t value, uint64_t of)
{
    log_printf("%*s%-*s%18.1f\n", 2 * depth, "", 40 - 2 * depth, name, of ? (double)value / of : 0.0);
}

static void log_blocks(const CPURISCVState *env)
{
    const RISCVStats *s = &env->stats;
    const RISCVEngine *engine = env->engine;

    line(1, "blocks decoded", s->blocks_decoded);
    line(2, "instructions decoded", s->insns_decoded);
    line_ratio(2, "instructions per block", s->insns_decoded, s->blocks_decoded);
    line(2, "fused pairs", s->pairs);
    line_ratio(2, "microseconds spent decoding", s->decode_ns, 1000);
    line(1, "blocks dropped", s->blocks_dropped);
    line(2, "looks at stores to code", s->syncs);
    line(1, "code cache flushes", engine->cache->flushes);
    line(1, "exits linked", s->links);
    line(2, "unlinked", engine->cache->unlinks);
    line(1, "jump-table misses", s->jump_misses);
    line(1, "block look-ups", s->lookups);
}

/* Pages that accesses of one kind asked for: what crosses into another page asks for two. */
static void log_accesses(const CPURISCVState *env, RISCVAccess access, const char *name, uint64_t count)
{
    uint64_t misses = env->stats.tlb_misses[access];

    line(1, name, count);
    line(2, "TLB hits", count - misses);
    line(2, "TLB misses", misses);
}

static void log_memory(const CPURISCVState *env)
{
    const RISCVStats *s = &env->stats;

    line(1, "branches", env->events[RISCV_EVENT_BRANCH]);
    line(2, "taken", env->events[RISCV_EVENT_BRANCH] - env->events[RISCV_EVENT_NOT_TAKEN]);
    line(1, "loads", env->events[RISCV_EVENT_LOAD]);
    line(1, "stores", env->events[RISCV_EVENT_STORE]);
    log_accesses(env, ACCESS_LOAD, "pages loaded from", env->events[RISCV_EVENT_LOAD] + s->crossings[ACCESS_LOAD]);
    log_accesses(env, ACCESS_STORE, "pages stored to",
                 env->events[RISCV_EVENT_STORE] + s->crossings[ACCESS_STORE]);
    log_accesses(env, ACCESS_FETCH, "pages fetched from", s->fetches);
    line(1, "page-table walks", s->walks);
    line(1, "device accesses", s->device_accesses);
    line(1, "misaligned accesses", s->misaligned + s->crossings[ACCESS_LOAD] + s->crossings[ACCESS_STORE]);
    line(2, "across pages", s->crossings[ACCESS_LOAD] + s->crossings[ACCESS_STORE]);
    line(1, "stores to code or watched", s->special_stores);
}

static void log_flushes(const CPURISCVState *env)
{
    static const char *const names[] = {
        [RISCV_FLUSH_EVERYTHING] = "all, for PMP",
        [RISCV_FLUSH_SPACES] = "all address spaces",
        [RISCV_FLUSH_ASID] = "one address space",
        [RISCV_FLUSH_PAGE] = "a page",
        [RISCV_FLUSH_PAGE_ASID] = "a page of one address space",
        [RISCV_FLUSH_REUSE] = "for another address space",
    };
    uint64_t sum = 0;

    for (unsigned i = 0; i < RISCV_FLUSH_COUNT; i++) {
        sum += env->stats.tlb_flushes[i];
    }
    line(1, "TLB flushes", sum);
    for (unsigned i = 0; i < RISCV_FLUSH_COUNT; i++) {
        line(2, names[i], env->stats.tlb_flushes[i]);
    }
    line(1, "address space switches", env->stats.satp_switches);
}

void riscv_log_stats(const CPURISCVState *env)
{
    log_printf("hart %" PRIu64 ": %" PRIu64 " instructions retired\n", env->hartid, env->instret_end - env->budget);
    line(1, "exceptions", env->stats.exceptions);
    line(1, "interrupts", env->stats.interrupts);
    log_blocks(env);
    log_memory(env);
    log_flushes(env);
}
