/*
 * What a debugger asks of vCPUs (breakpoints, watchpoints, single steps), and why they stopped.
 *
 * Nothing in guest memory changes for a breakpoint: whoever executes guest code knows the
 * addresses. What does not belong here: a debugger's protocol (gdbstub.h), and how an engine
 * notices (target-riscv).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_DEBUG_H
#define SYSTEM_DEBUG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Numbered as gdb's packets Z and z number them. */
typedef enum DebugPointKind {
    DEBUG_BREAK_SOFTWARE,
    DEBUG_BREAK_HARDWARE,
    DEBUG_WATCH_WRITE,
    DEBUG_WATCH_READ,
    DEBUG_WATCH_ACCESS,
    DEBUG_POINT_KINDS
} DebugPointKind;

/* Virtual addresses: whatever is mapped there, and in every mode of the CPU. */
typedef struct DebugPoint {
    DebugPointKind kind;
    uint64_t addr;
    uint64_t size; /* bytes watched, not 0; of no meaning for breakpoints */
} DebugPoint;

/* Changes only while no vCPU runs, which then hear of it: cpus_debug_points_changed(). */
typedef struct DebugPoints {
    GArray *breakpoints; /* of DebugPoint */
    GArray *watchpoints; /* of DebugPoint */
} DebugPoints;

DebugPoints *debug_points_new(void);
void debug_points_free(DebugPoints *points);
/* Adding what is there already does nothing; false: there was nothing to remove. */
void debug_points_add(DebugPoints *points, const DebugPoint *point);
bool debug_points_remove(DebugPoints *points, const DebugPoint *point);
void debug_points_clear(DebugPoints *points);
bool debug_points_equal(const DebugPoints *a, const DebugPoints *b);
void debug_points_copy(DebugPoints *to, const DebugPoints *from);

/* The breakpoint at `pc`, or NULL. points may be NULL: there are none. */
const DebugPoint *debug_breakpoint_at(const DebugPoints *points, uint64_t pc);
/* One that watches for such an access to a byte of [addr, addr + size), or NULL. */
const DebugPoint *debug_watchpoint_at(const DebugPoints *points, uint64_t addr, uint64_t size,
                                      bool load, bool store);

/* Why a vCPU stopped. */
typedef enum DebugEventKind {
    DEBUG_EVENT_NONE,       /* since others did, or since somebody asked */
    DEBUG_EVENT_STEP,       /* the step is done */
    DEBUG_EVENT_BREAKPOINT, /* before the instruction at a breakpoint */
    DEBUG_EVENT_WATCHPOINT, /* before the instruction that would make an access that is watched */
} DebugEventKind;

typedef struct DebugEvent {
    DebugEventKind kind;
    DebugPointKind point; /* of the two last ones */
    uint64_t addr;        /* pc, or the first byte watched that would be accessed */
} DebugEvent;

/*
 * The debugger's part of a vCPU. The debugger writes it while no vCPU runs; `event` is the vCPU's
 * own while it does.
 */
typedef struct CPUDebug {
    const DebugPoints *points; /* NULL: none */
    bool held;                 /* stays where it is while others run */
    bool single_step; /* stop behind an instruction or a trap, not looking at breakpoints, */
    uint64_t step_first;       /* and if step_size is not 0, once it has left */
    uint64_t step_size;        /* [step_first, step_first + step_size) */
    bool step_interrupts;      /* take interrupts while single_step */
    DebugEvent event;
} CPUDebug;

#endif
