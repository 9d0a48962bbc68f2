/*
 * The accelerator "interp": the QOM type by which start-up finds the interpreter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/machine.h"
#include "system/verdict.h"
#include "target-riscv/history.h"
#include "target-riscv/interp/commits.h"
#include "target-riscv/interp/interp.h"
#include "target-riscv/listing.h"
#include "util/log.h"
#include "util/module.h"

#define TYPE_INTERP_ACCEL "interp" ACCEL_SUFFIX
OBJECT_DECLARE_SIMPLE_TYPE(InterpState, INTERP_ACCEL)

struct InterpState {
    AccelState parent_obj;
    bool fuse;
    uint32_t max_insns;
    RISCVTraceWriter *trace; /* `-trace-commits`, or NULL */
};

static const Property interp_properties[] = {
    DEFINE_PROP_BOOL("fuse", InterpState, fuse, true,
                     "run common pairs of instructions by one handler; off helps to find a fault"),
    DEFINE_PROP_UINT32("max-insns", InterpState, max_insns, RISCV_BLOCK_MAX_INSNS,
                       "instructions decoded into a block, at most", .min = 1,
                       .max = RISCV_BLOCK_MAX_INSNS),
};

static bool interp_init_machine(AccelState *accel, MachineState *machine, Error **errp)
{
    InterpState *interp = INTERP_ACCEL(accel);

    if (machine->trace_commits) {
        interp->trace = riscv_trace_create(machine->trace_commits, accel->single_thread, errp);
        if (!interp->trace) {
            error_prepend(errp, "-trace-commits %s: ", machine->trace_commits);
            error_append_hint(errp, "name a file that can be written");
            return false;
        }
    }
    return true;
}

static bool interp_cpu_init(AccelState *accel, CPUState *cpu, Error **errp)
{
    const InterpState *interp = INTERP_ACCEL(accel);
    RISCVEngine *engine = g_new0(RISCVEngine, 1);

    (void)errp;
    engine->cache = riscv_cache_new();
    riscv_contexts_init(engine);
    engine->handlers = &riscv_handlers;
    engine->fuse = interp->fuse;
    if (log_enabled(LOG_COMMITS | LOG_INSNS) || interp->trace) {
        engine->handlers = &riscv_commit_handlers;
        engine->commits = riscv_commit_notes_new(RISCV_CPU(cpu)->env.hartid, log_enabled(LOG_COMMITS), interp->trace);
        engine->fuse = false; /* there are no such pairs */
        engine->fresh_code = accel->spike_turns; /* Spike keeps no decoded instructions while it logs */
    }
    if (log_enabled(LOG_INSNS)) {
        RISCV_CPU(cpu)->env.listing = riscv_listing_new();
    }
    engine->max_insns = interp->max_insns;
    engine->count_events = log_enabled(LOG_STATS);
    engine->history_insns = verdict_history_insns();
    if (engine->history_insns) {
        engine->history = riscv_history_new();
    }
    RISCV_CPU(cpu)->env.engine = engine;
    riscv_mode_changed(&RISCV_CPU(cpu)->env);
    return true;
}

static void interp_cpu_cleanup(AccelState *accel, CPUState *cpu)
{
    CPURISCVState *env = &RISCV_CPU(cpu)->env;
    RISCVEngine *engine = env->engine;

    (void)accel;
    if (engine->count_events) {
        riscv_log_stats(env);
    }
    riscv_commit_notes_free(engine->commits);
    riscv_listing_free(env->listing);
    env->listing = NULL;
    riscv_contexts_free(engine);
    riscv_cache_free(engine->cache);
    g_free(engine->history);
    g_free(engine);
    env->engine = NULL;
}

/* Harts have given up theirs: the file ends. */
static void interp_finalize(Object *obj)
{
    riscv_trace_writer_unref(INTERP_ACCEL(obj)->trace);
}

static void interp_class_init(ObjectClass *oc, const void *data)
{
    static const char *const aliases[] = { "tcg", NULL };
    AccelClass *ac = ACCEL_CLASS(oc);

    (void)data;
    ac->aliases = aliases;
    ac->desc = "cached-decode interpreter";
    ac->is_default = true;
    ac->init_machine = interp_init_machine;
    ac->cpu_init = interp_cpu_init;
    ac->cpu_cleanup = interp_cpu_cleanup;
    ac->exec = riscv_interp_exec;
    ac->budget_left = riscv_interp_budget_left;
    object_class_add_properties(oc, interp_properties, G_N_ELEMENTS(interp_properties));
}

static const TypeInfo interp_type_info = {
    .name = TYPE_INTERP_ACCEL,
    .parent = TYPE_ACCEL,
    .instance_size = sizeof(InterpState),
    .instance_finalize = interp_finalize,
    .class_init = interp_class_init,
};

static void interp_register_types(void)
{
    type_register_static(&interp_type_info);
}

type_init(interp_register_types)
