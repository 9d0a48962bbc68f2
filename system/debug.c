/*
 * Sets of breakpoints and watchpoints: see include/system/debug.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/debug.h"

#include <string.h>

DebugPoints *debug_points_new(void)
{
    DebugPoints *points = g_new(DebugPoints, 1);

    points->breakpoints = g_array_new(FALSE, FALSE, sizeof(DebugPoint));
    points->watchpoints = g_array_new(FALSE, FALSE, sizeof(DebugPoint));
    return points;
}

void debug_points_free(DebugPoints *points)
{
    if (points) {
        g_array_unref(points->breakpoints);
        g_array_unref(points->watchpoints);
        g_free(points);
    }
}

static GArray *points_of_kind(DebugPoints *points, DebugPointKind kind)
{
    return kind < DEBUG_WATCH_WRITE ? points->breakpoints : points->watchpoints;
}

static const DebugPoint *point_at(const GArray *array, guint i)
{
    return &g_array_index(array, DebugPoint, i);
}

/* Index of `point`, or the array's length. */
static guint find(const GArray *array, const DebugPoint *point)
{
    guint i = 0;

    while (i < array->len && (point_at(array, i)->kind != point->kind ||
                              point_at(array, i)->addr != point->addr ||
                              point_at(array, i)->size != point->size)) {
        i++;
    }
    return i;
}

void debug_points_add(DebugPoints *points, const DebugPoint *point)
{
    GArray *array = points_of_kind(points, point->kind);

    if (find(array, point) == array->len) {
        g_array_append_vals(array, point, 1);
    }
}

bool debug_points_remove(DebugPoints *points, const DebugPoint *point)
{
    GArray *array = points_of_kind(points, point->kind);
    guint i = find(array, point);

    if (i == array->len) {
        return false;
    }
    g_array_remove_index(array, i);
    return true;
}

void debug_points_clear(DebugPoints *points)
{
    g_array_set_size(points->breakpoints, 0);
    g_array_set_size(points->watchpoints, 0);
}

/* Whatever their order. */
static bool same_points(const GArray *a, const GArray *b)
{
    if (a->len != b->len) {
        return false;
    }
    for (guint i = 0; i < a->len; i++) {
        if (find(b, point_at(a, i)) == b->len) {
            return false;
        }
    }
    return true;
}

bool debug_points_equal(const DebugPoints *a, const DebugPoints *b)
{
    return same_points(a->breakpoints, b->breakpoints) &&
           same_points(a->watchpoints, b->watchpoints);
}

void debug_points_copy(DebugPoints *to, const DebugPoints *from)
{
    debug_points_clear(to);
    g_array_append_vals(to->breakpoints, from->breakpoints->data, from->breakpoints->len);
    g_array_append_vals(to->watchpoints, from->watchpoints->data, from->watchpoints->len);
}

const DebugPoint *debug_breakpoint_at(const DebugPoints *points, uint64_t pc)
{
    for (guint i = 0; points && i < points->breakpoints->len; i++) {
        if (point_at(points->breakpoints, i)->addr == pc) {
            return point_at(points->breakpoints, i);
        }
    }
    return NULL;
}

/* Do [a, a + a_size) and [b, b + b_size) have a byte in common? Both may end at 2^64. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
    return a - b < b_size || b - a < a_size;
}

const DebugPoint *debug_watchpoint_at(const DebugPoints *points, uint64_t addr, uint64_t size,
                                      bool load, bool store)
{
    for (guint i = 0; points && i < points->watchpoints->len; i++) {
        const DebugPoint *point = point_at(points->watchpoints, i);
        bool wanted = (load && point->kind != DEBUG_WATCH_WRITE) ||
                      (store && point->kind != DEBUG_WATCH_READ);

        if (wanted && overlap(addr, size, point->addr, point->size)) {
            return point;
        }
    }
    return NULL;
}
