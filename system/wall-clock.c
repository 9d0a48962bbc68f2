/*
 * The date and time of day: see include/system/wall-clock.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/wall-clock.h"

#include <string.h>
#include <time.h>

#include "util/keyval.h"
#include "util/module.h"

typedef enum WallClockSource { SOURCE_HOST, SOURCE_VM } WallClockSource;

struct WallClock {
    Object parent_obj;

    char *base;      /* as written; NULL: utc */
    int64_t date;    /* where base is a date: it, in seconds since 1970 */
    int source;
    bool source_set; /* by the user */

    VirtualClock *clock;
    int64_t offset;  /* ns since 1970 less what the source says */
};

static const char *const source_names[] = { "host", "vm", NULL };

static const char *base_name(const WallClock *wall)
{
    return wall->base ? wall->base : "utc";
}

/* ---- Time ---- */

/* The host's time of day enters here and nowhere else. */
static int64_t host_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * (int64_t)NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

static int64_t local_offset_ns(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();

    return g_date_time_get_utc_offset(now) * 1000;
}

static int64_t source_ns(const WallClock *wall)
{
    return wall->source == SOURCE_VM ? (int64_t)virtual_clock_ns(wall->clock) : host_ns();
}

static int64_t start_ns(const WallClock *wall)
{
    if (strcmp(base_name(wall), "utc") == 0) {
        return host_ns();
    }
    if (strcmp(base_name(wall), "localtime") == 0) {
        return host_ns() + local_offset_ns();
    }
    return wall->date * (int64_t)NANOSECONDS_PER_SECOND;
}

bool wall_clock_start(WallClock *wall, VirtualClock *clock, bool by_instructions, Error **errp)
{
    if (by_instructions && wall->source_set && wall->source == SOURCE_HOST) {
        error_setg(errp, "-rtc clock=host cannot go with -icount, where instructions move time");
        error_append_hint(errp, "leave out clock=host: -icount selects clock=vm");
        return false;
    }
    if (by_instructions) {
        wall->source = SOURCE_VM;
    }
    wall->clock = clock;
    wall->offset = start_ns(wall) - source_ns(wall);
    return true;
}

int64_t wall_clock_ns(const WallClock *wall)
{
    return source_ns(wall) + wall->offset;
}

uint64_t wall_clock_deadline_ns(const WallClock *wall, int64_t ns)
{
    /* Guest time that goes on meanwhile makes the host's deadline late, never early. */
    int64_t rest = ns - wall_clock_ns(wall);
    uint64_t now = virtual_clock_ns(wall->clock);

    if (wall->source == SOURCE_VM) {
        return MAX(ns - wall->offset, 0);
    }
    return now + MAX(rest, 0);
}

VirtualClock *wall_clock_timers(const WallClock *wall)
{
    return wall->clock;
}

/* ---- -rtc ---- */

WallClock *wall_clock_parse(const char *text, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, NULL, errp);
    g_autoptr(WallClock) wall = NULL;

    if (!keyvals) {
        return NULL;
    }
    wall = WALL_CLOCK(object_new(TYPE_WALL_CLOCK));
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!object_property_parse(OBJECT(wall), kv->key, kv->value, errp)) {
            return NULL;
        }
    }
    return g_steal_pointer(&wall);
}

char *wall_clock_print(const WallClock *wall)
{
    return g_strdup_printf("base=%s,clock=%s", base_name(wall), source_names[wall->source]);
}

/*
 * Seconds of a date with or without time of day, in UTC unless it says otherwise. The years are
 * those that nanoseconds since 1970 can express.
 */
static bool parse_date(const char *text, int64_t *seconds)
{
    g_autofree char *whole = g_strconcat(text, strchr(text, 'T') ? "" : "T00:00:00", NULL);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(whole, utc);

    if (!date || g_date_time_get_year(date) < 1970 || g_date_time_get_year(date) > 2261) {
        return false;
    }
    *seconds = g_date_time_to_unix(date);
    return true;
}

/* ---- The type ---- */

static char *get_base(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return g_strdup(base_name(WALL_CLOCK(obj)));
}

static bool set_base(Object *obj, const char *value, Error **errp)
{
    WallClock *wall = WALL_CLOCK(obj);

    if (strcmp(value, "utc") != 0 && strcmp(value, "localtime") != 0 &&
        !parse_date(value, &wall->date)) {
        error_setg(errp, "'%s' is neither utc nor localtime nor a date from 1970 to 2261", value);
        error_append_hint(errp, "for example base=2024-02-29 or base=2024-02-29T12:30:00");
        return false;
    }
    g_free(wall->base);
    wall->base = g_strdup(value);
    return true;
}

static const EnumLookup source_lookup = { "WallClockSource", source_names };

static int get_source(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return WALL_CLOCK(obj)->source;
}

static bool set_source(Object *obj, int value, Error **errp G_GNUC_UNUSED)
{
    WALL_CLOCK(obj)->source = value;
    WALL_CLOCK(obj)->source_set = true;
    return true;
}

static void wall_clock_instance_finalize(Object *obj)
{
    g_free(WALL_CLOCK(obj)->base);
}

static void wall_clock_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    object_class_property_add_str(oc, "base", get_base, set_base);
    object_class_property_set_description(oc, "base", "what it starts with");
    object_class_property_add_enum(oc, "clock", &source_lookup, get_source, set_source);
    object_class_property_set_description(oc, "clock", "what it goes on with");
}

static const TypeInfo wall_clock_types[] = { {
    .name = TYPE_WALL_CLOCK,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(WallClock),
    .instance_finalize = wall_clock_instance_finalize,
    .class_init = wall_clock_class_init,
} };

DEFINE_TYPES(wall_clock_types)
