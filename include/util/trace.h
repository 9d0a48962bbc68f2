/*
 * Trace events: what happens in devices and harts, a line in the log for each that -trace selects.
 *
 * An event is a line of its folder's file `trace-events`, from which scripts/tracegen.py makes an
 * inline function trace_NAME() in "FOLDER/trace.h". One that is not selected costs a load and a
 * test. What does not belong here: any particular event.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_TRACE_H
#define UTIL_TRACE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/log.h"

typedef struct TraceEvent {
    const char *name;
    const char *format; /* of its arguments, for the list */
    bool enabled;       /* atomic */
} TraceEvent;

static inline bool trace_event_enabled(const TraceEvent *event)
{
    return G_UNLIKELY(__atomic_load_n(&event->enabled, __ATOMIC_RELAXED));
}

/* Adds a folder's events to the list; for functions announced with trace_init(). */
void trace_register(TraceEvent *const *events, size_t count);

/*
 * Selects events by patterns with commas between them, in which '*' stands for any text and '?' for
 * a character, besides those selected already. False and an error where a pattern has no event.
 */
bool trace_enable(const char *patterns, Error **errp);
/* Selects none. */
void trace_disable_all(void);

/* All events and what they show, one per line; the caller frees it. */
char *trace_help(void);

#endif
