/*
 * Dead guests: see include/system/dead.h.
 *
 * When in doubt, a guest is alive: there are two looks. The first one, from the main loop while
 * vCPU threads run, sees only what these have left for others to see; the second one, when all have
 * been stopped, looks at everything. Nothing in between can be missed: timers and input from outside are
 * the main loop's own doing, or that of a vCPU thread which then stands still as well.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/dead.h"

#include "system/machine.h"
#include "system/runstate.h"
#include "system/verdict.h"

/* The registry: there is one main loop. */
static uint32_t suspected; /* atomic */

void dead_suspect(void)
{
    __atomic_store_n(&suspected, 1, __ATOMIC_SEQ_CST);
    g_main_context_wakeup(NULL);
}

static bool timers_wait(void)
{
    return virtual_clock_has_timers(current_machine->clock) ||
           virtual_clock_has_timers(wall_clock_timers(current_machine->wall_clock));
}

void dead_suspect_cpu(CPUState *cpu)
{
    const CPUClass *cc = CPU_GET_CLASS(cpu);
    unsigned wakes = cc->wakes ? cc->wakes(cpu) : CPU_WAKES_NOW;

    if (wakes & CPU_WAKES_NOW || (wakes & (CPU_WAKES_TIMER | CPU_WAKES_LINE) && timers_wait())) {
        return;
    }
    dead_suspect();
}

static int add_acts(Object *obj, void *opaque)
{
    unsigned *acts = opaque;

    if (object_dynamic_cast(obj, TYPE_DEVICE) && DEVICE_GET_CLASS(obj)->may_act) {
        *acts |= DEVICE_GET_CLASS(obj)->may_act(DEVICE(obj));
    }
    return 0;
}

/* Could something wake one of the CPUs, all of which are stuck? The big lock is held. */
static bool something_may_come(void)
{
    const GPtrArray *list = cpu_list();
    unsigned wakes = 0, acts = 0;

    for (guint i = 0; i < list->len; i++) {
        CPUState *cpu = list->pdata[i];

        wakes |= CPU_GET_CLASS(cpu)->wakes(cpu);
    }
    object_child_foreach_recursive(OBJECT(current_machine), add_acts, &acts);
    return wakes & CPU_WAKES_NOW || acts & DEVICE_ACTS_ON_MEMORY ||
           (wakes & CPU_WAKES_LINE && acts & DEVICE_ACTS_ON_LINES) ||
           (wakes & (CPU_WAKES_TIMER | CPU_WAKES_LINE) && timers_wait());
}

static bool may_be_dead(void)
{
    bool dead;

    if (!cpus_stuck()) {
        return false;
    }
    bql_lock();
    dead = !something_may_come();
    bql_unlock();
    return dead;
}

bool dead_decides_first(void)
{
    bool may_be = may_be_dead();

    if (may_be) {
        dead_suspect();
    }
    return may_be;
}

/* No vCPU runs: what each of them does, or NULL where one is not stuck after all. */
static char *describe_all(void)
{
    enum { NAMED = 4 };
    const GPtrArray *list = cpu_list();
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        CPUState *cpu = list->pdata[i];
        g_autofree char *one = CPU_GET_CLASS(cpu)->describe_stuck(cpu);

        if (!one) {
            return NULL;
        }
        if (i < NAMED) {
            g_string_append_printf(text, "%shart %u %s", i ? "; " : "", i, one);
        }
    }
    if (list->len > NAMED) {
        g_string_append_printf(text, "; and so on for %u more", list->len - NAMED);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Something else is about to happen to the machine, or it stands still. */
static bool request_waits(void)
{
    return system_shutdown_requested() || system_reset_requested() || system_stop_requested() ||
           !vm_running();
}

void dead_check(void)
{
    g_autofree char *text = NULL;

    if (!__atomic_exchange_n(&suspected, 0, __ATOMIC_SEQ_CST) || request_waits() ||
        !run_limit_ends_dead(current_machine->limit) || !may_be_dead()) {
        return;
    }
    cpus_pause();
    text = describe_all();
    bql_lock();
    if (something_may_come() || request_waits()) {
        g_clear_pointer(&text, g_free);
    }
    bql_unlock();
    cpus_resume();
    if (text) {
        verdict_dead(NULL, 0, "%s", text);
    }
}
