/*
 * Instruction counting: see include/system/icount.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/icount.h"

#include "system/accel.h"
#include "util/keyval.h"
#include "util/module.h"

/*
 * shift=auto. QEMU's adapts to the host's speed, and so no two runs are alike. Here it is a fixed
 * value, too: 1 GHz, the order of what the interpreter does, so that guest time is not far from the
 * host's.
 */
#define AUTO_SHIFT 0

struct ICount {
    Object parent_obj;

    int setting; /* property shift, an index into shift_names */
    bool sleep;
    bool by_rounds; /* time goes on by icount_end_round() alone */
    VirtualClock *clock;
    uint64_t ns;    /* atomic: time since the start, without what `cpu` has done since icount_enter() */
    CPUState *cpu;  /* atomic: the one in exec(), or NULL */
    int64_t budget; /* that exec() got */
};

static unsigned shift(const ICount *icount)
{
    return icount->setting ? icount->setting - 1 : AUTO_SHIFT;
}

/* ---- The clock ---- */

/* Nanoseconds of what `cpu`, which this thread runs, has executed of its budget. */
static uint64_t used_ns(const ICount *icount, CPUState *cpu)
{
    AccelState *accel = current_accel();
    int64_t left = icount->by_rounds ? icount->budget
                                     : ACCEL_GET_CLASS(accel)->budget_left(accel, cpu);

    return (uint64_t)(icount->budget - left) << shift(icount);
}

/* Other threads see the time of the last icount_enter(), icount_leave() or icount_advance(). */
static uint64_t icount_source(void *opaque)
{
    const ICount *icount = opaque;
    uint64_t ns = __atomic_load_n(&icount->ns, __ATOMIC_RELAXED);
    CPUState *cpu = __atomic_load_n(&icount->cpu, __ATOMIC_RELAXED);

    return cpu && cpu->thread == g_thread_self() ? ns + used_ns(icount, cpu) : ns;
}

/* A budget, or a sleep, was meant to end at a later deadline than there is now. */
static void icount_sooner(void *opaque)
{
    const ICount *icount = opaque;
    CPUState *cpu = __atomic_load_n(&icount->cpu, __ATOMIC_RELAXED);

    if (!cpu && cpu_list()->len) {
        cpu = g_ptr_array_index(cpu_list(), 0); /* all of them sleep on the same condition */
    }
    if (cpu) {
        cpu_kick(cpu);
    }
}

void icount_use_clock(ICount *icount, VirtualClock *clock, bool by_rounds)
{
    icount->by_rounds = by_rounds;
    icount->clock = clock;
    virtual_clock_set_source(clock, icount_source, icount_sooner, icount);
}

bool icount_sleeps(const ICount *icount)
{
    return icount->sleep;
}

uint64_t icount_deadline_ns(ICount *icount)
{
    uint64_t deadline = virtual_clock_deadline_ns(icount->clock);
    uint64_t now = virtual_clock_ns(icount->clock);

    return deadline == UINT64_MAX ? UINT64_MAX : deadline > now ? deadline - now : 0;
}

int64_t icount_deadline(ICount *icount)
{
    uint64_t ns = icount_deadline_ns(icount);
    uint64_t count = ns >> shift(icount);

    if (ns & ((1ull << shift(icount)) - 1)) {
        count++;
    }
    return ns == UINT64_MAX ? INT64_MAX : MIN(count, (uint64_t)INT64_MAX);
}

void icount_run_timers(ICount *icount)
{
    bql_lock();
    virtual_clock_run_timers(icount->clock);
    bql_unlock();
}

/* Only the thread that runs the harts writes it. */
void icount_advance(ICount *icount, uint64_t ns)
{
    __atomic_store_n(&icount->ns, icount->ns + ns, __ATOMIC_RELAXED);
}

void icount_end_round(ICount *icount, int64_t insns)
{
    icount_advance(icount, (uint64_t)insns << shift(icount));
    icount_run_timers(icount);
}

void icount_enter(ICount *icount, CPUState *cpu, int64_t budget)
{
    icount->budget = budget;
    __atomic_store_n(&icount->cpu, cpu, __ATOMIC_RELAXED);
}

void icount_leave(ICount *icount)
{
    uint64_t ns = used_ns(icount, icount->cpu);

    __atomic_store_n(&icount->cpu, NULL, __ATOMIC_RELAXED);
    icount_advance(icount, ns);
}

/* ---- -icount ---- */

ICount *icount_parse(const char *text, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "shift", errp);
    g_autoptr(ICount) icount = NULL;

    if (!keyvals) {
        return NULL;
    }
    icount = ICOUNT(object_new(TYPE_ICOUNT));
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!object_property_parse(OBJECT(icount), kv->key, kv->value, errp)) {
            error_default_hint(errp, "for example -icount 3, or -icount shift=auto,sleep=off");
            return NULL;
        }
    }
    return g_steal_pointer(&icount);
}

/* ---- The type ---- */

static const char *const shift_names[] = { "auto", "0", "1", "2", "3", "4",
                                           "5",    "6", "7", "8", "9", "10", NULL };
static const EnumLookup shift_lookup = { "ICountShift", shift_names };

static int get_shift(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return ICOUNT(obj)->setting;
}

static bool set_shift(Object *obj, int value, Error **errp G_GNUC_UNUSED)
{
    ICOUNT(obj)->setting = value;
    return true;
}

static const Property icount_properties[] = {
    DEFINE_PROP_BOOL("sleep", ICount, sleep, true,
                     "while no hart has anything to do, wait as long as guest time says"),
};

static void icount_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    object_class_add_properties(oc, icount_properties, G_N_ELEMENTS(icount_properties));
    object_class_property_add_enum(oc, "shift", &shift_lookup, get_shift, set_shift);
    object_class_property_set_description(oc, "shift",
                                          "an instruction takes 2 to the power of this ns");
}

static const TypeInfo icount_info = {
    .name = TYPE_ICOUNT,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(ICount),
    .class_init = icount_class_init,
};

static void icount_register_types(void)
{
    type_register_static(&icount_info);
}

type_init(icount_register_types)
