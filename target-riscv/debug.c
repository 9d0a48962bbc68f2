/*
 * A debugger's breakpoints and watchpoints: see include/target-riscv/debug.h.
 *
 * A breakpoint is an operation in front of its instruction, with which a block begins. A page on
 * which something is watched is not filled into the TLB for such accesses, so that each comes here.
 * The hart stops in front of the access, as gdb expects it of RISC-V: gdb then lets it happen by a
 * step. What does not belong here: registers (gdb.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/debug.h"

#include "target-riscv/engine.h"
#include "target-riscv/trigger.h"

/* Kinds of access that some watchpoint is for. */
static unsigned watched_kinds(const DebugPoints *points)
{
    unsigned kinds = 0;

    for (guint i = 0; points && i < points->watchpoints->len; i++) {
        DebugPointKind kind = g_array_index(points->watchpoints, DebugPoint, i).kind;

        kinds |= (kind != DEBUG_WATCH_READ ? MCONTROL_STORE : 0) |
                 (kind != DEBUG_WATCH_WRITE ? MCONTROL_LOAD : 0);
    }
    return kinds;
}

void riscv_debug_points_changed(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    unsigned before = env->debug_watched;

    env->debug_watched = watched_kinds(cs->debug.points);
    riscv_triggers_update(env);
    if (before || env->debug_watched) {
        riscv_tlb_flush(env);
    }
    riscv_blocks_void(env);
}

unsigned riscv_debug_page(CPURISCVState *env, uint64_t page)
{
    const DebugPoints *points = riscv_env_cs(env)->debug.points;

    return (debug_watchpoint_at(points, page, RISCV_PAGE_SIZE, true, false) ? MCONTROL_LOAD : 0) |
           (debug_watchpoint_at(points, page, RISCV_PAGE_SIZE, false, true) ? MCONTROL_STORE : 0);
}

bool riscv_stops_at(CPURISCVState *env, uint64_t pc)
{
    CPUState *cs = riscv_env_cs(env);
    const DebugPoint *point =
        cs->debug.single_step ? NULL : debug_breakpoint_at(cs->debug.points, pc);

    if (point) {
        cs->debug.event = (DebugEvent){ DEBUG_EVENT_BREAKPOINT, point->kind, pc };
        __atomic_store_n(&cs->exit_request, 1, __ATOMIC_RELAXED);
    }
    return point != NULL;
}

void riscv_debug_access(CPURISCVState *env, const RISCVOp *op, unsigned kinds, uint64_t addr,
                        unsigned size)
{
    CPUState *cs = riscv_env_cs(env);
    const DebugPoint *point = debug_watchpoint_at(cs->debug.points, addr, size,
                                                  kinds & MCONTROL_LOAD, kinds & MCONTROL_STORE);

    if (point) {
        cs->debug.event =
            (DebugEvent){ DEBUG_EVENT_WATCHPOINT, point->kind, MAX(addr, point->addr) };
        __atomic_store_n(&cs->exit_request, 1, __ATOMIC_RELAXED);
        riscv_leave_before(env, op);
    }
}
