/*
 * The list of trace events, and which are selected: see include/util/trace.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/trace.h"

#include <string.h>

#include "util/cutils.h"

static GPtrArray *events; /* a registry: of TraceEvent *, by name */

static int compare_events(const void *a, const void *b)
{
    return strcmp((*(TraceEvent *const *)a)->name, (*(TraceEvent *const *)b)->name);
}

void trace_register(TraceEvent *const *more, size_t count)
{
    if (!events) {
        events = g_ptr_array_new();
    }
    for (size_t i = 0; i < count; i++) {
        g_ptr_array_add(events, more[i]);
    }
    g_ptr_array_sort(events, compare_events);
}

static void error_no_event(Error **errp, const char *pattern)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest;

    for (guint i = 0; events && i < events->len; i++) {
        g_ptr_array_add(names, (void *)((TraceEvent *)events->pdata[i])->name);
    }
    nearest = nearest_name(pattern, names);
    error_setg(errp, "there is no trace event '%s'", pattern);
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'? ", nearest);
    }
    error_append_hint(errp, "'-trace help' lists them");
}

static bool enable(const char *pattern)
{
    bool found = false;

    for (guint i = 0; events && i < events->len; i++) {
        TraceEvent *event = events->pdata[i];

        if (g_pattern_match_simple(pattern, event->name)) {
            __atomic_store_n(&event->enabled, true, __ATOMIC_RELAXED);
            found = true;
        }
    }
    return found;
}

bool trace_enable(const char *patterns, Error **errp)
{
    g_auto(GStrv) all = g_strsplit(patterns, ",", -1);

    if (!all[0]) {
        error_no_event(errp, "");
        return false;
    }
    for (char **pattern = all; *pattern; pattern++) {
        if (!enable(*pattern)) {
            error_no_event(errp, *pattern);
            return false;
        }
    }
    return true;
}

void trace_disable_all(void)
{
    for (guint i = 0; events && i < events->len; i++) {
        __atomic_store_n(&((TraceEvent *)events->pdata[i])->enabled, false, __ATOMIC_RELAXED);
    }
}

char *trace_help(void)
{
    GString *help =
        g_string_new("Trace events (patterns, comma separated; '*' stands for any text):\n");

    for (guint i = 0; events && i < events->len; i++) {
        const TraceEvent *event = events->pdata[i];

        g_string_append_printf(help, "%-27s %s\n", event->name, event->format);
    }
    return g_string_free(help, FALSE);
}
