/*
 * The timebase: what a guest sees of the virtual clock.
 *
 * What does not belong here: the registers through which it is seen, and the comparators (CLINT,
 * Sstc).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/clock.h"

#include "util/module.h"

struct Timebase {
    Object parent_obj;

    VirtualClock *clock;
    uint64_t frequency;
    uint64_t offset;  /* atomic: counter minus ticks of the clock, modulo 2^64 */
    GList *notifiers; /* of Notifier; under the big lock */
};

typedef struct Notifier {
    TimebaseNotifyFn *fn;
    void *opaque;
} Notifier;

uint64_t timebase_frequency(Timebase *tb)
{
    return tb->frequency;
}

VirtualClock *timebase_clock(Timebase *tb)
{
    return tb->clock;
}

/* Ticks of the clock since it stood at 0, whatever was written to the counter. */
static uint64_t clock_ticks(const Timebase *tb)
{
    uint64_t ns = virtual_clock_ns(tb->clock);

    if (NANOSECONDS_PER_SECOND % tb->frequency == 0) {
        return ns / (NANOSECONDS_PER_SECOND / tb->frequency);
    }
    return (unsigned __int128)ns * tb->frequency / NANOSECONDS_PER_SECOND;
}

uint64_t timebase_read(Timebase *tb)
{
    return clock_ticks(tb) + __atomic_load_n(&tb->offset, __ATOMIC_RELAXED);
}

void timebase_write(Timebase *tb, uint64_t ticks)
{
    __atomic_store_n(&tb->offset, ticks - clock_ticks(tb), __ATOMIC_RELAXED);
    for (GList *l = tb->notifiers, *next; l; l = next) {
        Notifier *notifier = l->data;

        next = l->next;
        notifier->fn(notifier->opaque);
    }
}

uint64_t timebase_deadline_ns(Timebase *tb, uint64_t ticks)
{
    uint64_t offset = __atomic_load_n(&tb->offset, __ATOMIC_RELAXED);
    uint64_t now = clock_ticks(tb);
    unsigned __int128 ns;

    if (ticks <= now + offset) {
        return 0;
    }
    /* The first nanosecond at which clock_ticks() is now + (ticks - (now + offset)). */
    ns = (unsigned __int128)now + (ticks - (now + offset));
    if (ns > UINT64_MAX) {
        return UINT64_MAX;
    }
    ns = (ns * NANOSECONDS_PER_SECOND + tb->frequency - 1) / tb->frequency;
    return ns < UINT64_MAX ? (uint64_t)ns : UINT64_MAX;
}

void timebase_add_notifier(Timebase *tb, TimebaseNotifyFn *fn, void *opaque)
{
    Notifier *notifier = g_new(Notifier, 1);

    *notifier = (Notifier) { fn, opaque };
    tb->notifiers = g_list_append(tb->notifiers, notifier);
}

void timebase_remove_notifier(Timebase *tb, TimebaseNotifyFn *fn, void *opaque)
{
    for (GList *l = tb->notifiers; l; l = l->next) {
        Notifier *notifier = l->data;

        if (notifier->fn == fn && notifier->opaque == opaque) {
            tb->notifiers = g_list_delete_link(tb->notifiers, l);
            g_free(notifier);
            return;
        }
    }
}

/* ---- The type ---- */

static const Property timebase_properties[] = {
    DEFINE_PROP_UINT64("frequency", Timebase, frequency, 10000000, "ticks per second",
                       .min = 1, .max = NANOSECONDS_PER_SECOND),
    DEFINE_PROP_LINK("clock", Timebase, clock, TYPE_VIRTUAL_CLOCK, VirtualClock,
                     "the clock that moves the counter"),
};

static void timebase_instance_finalize(Object *obj)
{
    Timebase *tb = TIMEBASE(obj);

    g_list_free_full(tb->notifiers, g_free);
}

static void timebase_class_init(ObjectClass *oc, const void *data)
{
    (void)data;
    object_class_add_properties(oc, timebase_properties, G_N_ELEMENTS(timebase_properties));
}

static const TypeInfo timebase_info = {
    .name = TYPE_TIMEBASE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Timebase),
    .instance_finalize = timebase_instance_finalize,
    .class_init = timebase_class_init,
};

static void timebase_register_types(void)
{
    type_register_static(&timebase_info);
}

type_init(timebase_register_types)
