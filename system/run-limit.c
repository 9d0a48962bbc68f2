/*
 * Limits of a run: see include/system/run-limit.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/run-limit.h"

#include <inttypes.h>

#include "system/dead.h"
#include "system/verdict.h"
#include "util/keyval.h"
#include "util/module.h"

struct RunLimit {
    Object parent_obj;

    uint64_t insns;
    uint32_t seconds;
    bool dead;
    uint64_t used; /* atomic: instructions */
    bool reached;  /* atomic: the verdict on them was given; a debugger may have taken it */
    guint timer;   /* GLib source; 0: none */
};

bool run_limit_ends_dead(const RunLimit *limit)
{
    return !limit || limit->dead;
}

/* ---- Seconds ---- */

static gboolean seconds_over(gpointer opaque)
{
    RunLimit *limit = opaque;

    limit->timer = 0;
    verdict_limit(NULL, 0, "%u s passed", limit->seconds);
    return G_SOURCE_REMOVE;
}

void run_limit_start(RunLimit *limit)
{
    if (limit && limit->seconds) {
        limit->timer = g_timeout_add_full(G_PRIORITY_HIGH, limit->seconds * 1000, seconds_over,
                                          limit, NULL);
    }
}

void run_limit_stop(RunLimit *limit)
{
    if (limit && limit->timer) {
        g_source_remove(limit->timer);
        limit->timer = 0;
    }
}

/* ---- Instructions ---- */

static bool counts(const RunLimit *limit)
{
    return limit && limit->insns && !__atomic_load_n(&limit->reached, __ATOMIC_RELAXED);
}

/* At least 1, which does no harm: somebody else has seen to the verdict. */
int64_t run_limit_budget(const RunLimit *limit, int64_t budget, bool *exact)
{
    enum { BLOCK = 64 }; /* instructions by which one that is not exact may go too far */
    uint64_t used, left;

    if (!counts(limit)) {
        return budget;
    }
    used = __atomic_load_n(&limit->used, __ATOMIC_RELAXED);
    left = used < limit->insns ? limit->insns - used : 1;
    if (left > (uint64_t)budget + BLOCK) {
        return budget;
    }
    *exact = true;
    return MIN((uint64_t)budget, left);
}

void run_limit_count(RunLimit *limit, CPUState *cpu, uint64_t insns)
{
    if (!counts(limit)) {
        return;
    }
    if (__atomic_add_fetch(&limit->used, insns, __ATOMIC_RELAXED) < limit->insns ||
        (limit->dead && dead_decides_first())) {
        return;
    }
    if (!__atomic_exchange_n(&limit->reached, true, __ATOMIC_RELAXED)) {
        verdict_limit(cpu, CPU_GET_CLASS(cpu)->get_pc(cpu), "%" PRIu64 " instructions reached",
                      limit->insns);
    }
}

/* ---- -limit ---- */

RunLimit *run_limit_parse(const char *text, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "insns", errp);
    g_autoptr(RunLimit) limit = NULL;

    if (!keyvals) {
        return NULL;
    }
    limit = RUN_LIMIT(object_new(TYPE_RUN_LIMIT));
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!object_property_parse(OBJECT(limit), kv->key, kv->value, errp)) {
            error_default_hint(errp, "for example -limit insns=1000000, or -limit "
                                     "seconds=10,dead=off");
            return NULL;
        }
    }
    return g_steal_pointer(&limit);
}

char *run_limit_print(const RunLimit *limit)
{
    return g_strdup_printf("insns=%" PRIu64 ",seconds=%u,dead=%s", limit->insns, limit->seconds,
                           limit->dead ? "on" : "off");
}

/* ---- The type ---- */

#define MAX_SECONDS 1000000 /* in milliseconds it fits in GLib's type */

static const Property run_limit_properties[] = {
    DEFINE_PROP_UINT64("insns", RunLimit, insns, 0,
                       "instructions that all harts retire together; 0: any number"),
    DEFINE_PROP_UINT32("seconds", RunLimit, seconds, 0, "of the host's time; 0: any number",
                       .max = MAX_SECONDS),
    DEFINE_PROP_BOOL("dead", RunLimit, dead, true,
                     "end where no hart can ever do anything again; off: wait for the user"),
};

static void run_limit_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    object_class_add_properties(oc, run_limit_properties, G_N_ELEMENTS(run_limit_properties));
}

static const TypeInfo run_limit_info = {
    .name = TYPE_RUN_LIMIT,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(RunLimit),
    .class_init = run_limit_class_init,
};

static void run_limit_register_types(void)
{
    type_register_static(&run_limit_info);
}

type_init(run_limit_register_types)
