/*
 * The virtual clock and its timers.
 *
 * The clock is one word: what to subtract from its source while it runs, or where it stands. So it
 * is read without lock. Timers wait in order of deadline; the first one arms a timerfd that the
 * main loop watches (GLib's own timeouts are rounded up to whole milliseconds, too coarse for a
 * guest's timer).
 *
 * What does not belong here: the counter that guests see (timebase.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/clock.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "system/cpu.h"
#include "system/dead.h"
#include "util/module.h"

struct VirtualClock {
    Object parent_obj;

    ClockSourceFn *source; /* NULL: the host's monotonic clock, and timers by `fd` */
    ClockSoonerFn *sooner; /* or NULL */
    void *source_opaque;   /* of both */

    /*
     * Atomic. Bit 0: runs. The rest, signed: source minus clock while it runs, the clock while it
     * stands still. 63 bits of nanoseconds are 146 years.
     */
    uint64_t state;

    GMutex lock;       /* guards what follows */
    GSequence *timers; /* of Timer *, by deadline; those that are waiting */
    GSequence *due;    /* of Timer *, those that virtual_clock_run_timers() is about to call */
    uint64_t armed;    /* deadline that `fd`, or the source's owner, waits for; UINT64_MAX: none */
    int fd;
    GSource *watch;    /* of `fd`, in the main context */
};

struct Timer {
    VirtualClock *clock;
    TimerFn *fn;
    void *opaque;
    uint64_t deadline;
    GSequenceIter *place; /* in clock->timers or clock->due, or NULL; guarded by clock->lock */
};

#define STATE_RUNS 1u

uint64_t host_clock_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

static uint64_t source_ns(const VirtualClock *clock)
{
    return clock->source ? clock->source(clock->source_opaque) : host_clock_ns();
}

static uint64_t load_state(const VirtualClock *clock)
{
    return __atomic_load_n(&clock->state, __ATOMIC_RELAXED);
}

/* The part of `state` without its flag. */
static uint64_t state_value(uint64_t state)
{
    return (uint64_t)((int64_t)state >> 1);
}

static void store_state(VirtualClock *clock, uint64_t value, bool runs)
{
    __atomic_store_n(&clock->state, value << 1 | (runs ? STATE_RUNS : 0), __ATOMIC_RELAXED);
}

uint64_t virtual_clock_ns(VirtualClock *clock)
{
    uint64_t state = load_state(clock);

    return state & STATE_RUNS ? source_ns(clock) - state_value(state) : state_value(state);
}

/* ---- Waking up the main loop; the lock is held ---- */

static uint64_t first_deadline(const VirtualClock *clock)
{
    GSequenceIter *first = g_sequence_get_begin_iter(clock->timers);

    return g_sequence_iter_is_end(first) ? UINT64_MAX : ((Timer *)g_sequence_get(first))->deadline;
}

static void set_fd(VirtualClock *clock, uint64_t deadline)
{
    struct itimerspec when = { 0 };

    if (deadline != UINT64_MAX) {
        uint64_t host;

        /* Beyond the range of the host's clock is as good as never. Zero would disarm the timer. */
        if (__builtin_add_overflow(deadline, state_value(load_state(clock)), &host)) {
            host = INT64_MAX;
        }
        host = CLAMP(host, 1, (uint64_t)INT64_MAX);
        when.it_value.tv_sec = host / NANOSECONDS_PER_SECOND;
        when.it_value.tv_nsec = host % NANOSECONDS_PER_SECOND;
    }
    timerfd_settime(clock->fd, TFD_TIMER_ABSTIME, &when, NULL);
    clock->armed = deadline;
}

/*
 * Make sure that the main loop wakes up for the first timer. That it may wake up for one that went
 * away costs less than a system call at each change. True: the source's owner has to be told.
 */
static bool rearm(VirtualClock *clock)
{
    uint64_t deadline = first_deadline(clock);

    if (!(load_state(clock) & STATE_RUNS) || deadline >= clock->armed) {
        return false;
    }
    if (!clock->source) {
        set_fd(clock, deadline);
    }
    return clock->sooner;
}

static gboolean fd_ready(gint fd, GIOCondition condition, gpointer opaque)
{
    VirtualClock *clock = opaque;
    uint64_t expirations;

    (void)condition;
    if (read(fd, &expirations, sizeof(expirations)) == sizeof(expirations)) {
        g_mutex_lock(&clock->lock);
        clock->armed = UINT64_MAX;
        g_mutex_unlock(&clock->lock);
    }
    bql_lock();
    virtual_clock_run_timers(clock);
    bql_unlock();
    return G_SOURCE_CONTINUE;
}

/* ---- The clock ---- */

void virtual_clock_start(VirtualClock *clock)
{
    g_mutex_lock(&clock->lock);
    if (!(load_state(clock) & STATE_RUNS)) {
        store_state(clock, source_ns(clock) - state_value(load_state(clock)), true);
        rearm(clock);
    }
    g_mutex_unlock(&clock->lock);
}

void virtual_clock_stop(VirtualClock *clock)
{
    g_mutex_lock(&clock->lock);
    if (load_state(clock) & STATE_RUNS) {
        store_state(clock, virtual_clock_ns(clock), false);
        if (!clock->source) {
            set_fd(clock, UINT64_MAX);
        }
    }
    g_mutex_unlock(&clock->lock);
}

void virtual_clock_set_source(VirtualClock *clock, ClockSourceFn *fn, ClockSoonerFn *sooner,
                              void *opaque)
{
    g_assert(!(load_state(clock) & STATE_RUNS));
    clock->source = fn;
    clock->sooner = sooner;
    clock->source_opaque = opaque;
}

uint64_t virtual_clock_deadline_ns(VirtualClock *clock)
{
    uint64_t deadline;

    g_mutex_lock(&clock->lock);
    deadline = first_deadline(clock);
    if (clock->source) {
        clock->armed = deadline;
    }
    g_mutex_unlock(&clock->lock);
    return deadline;
}

bool virtual_clock_has_timers(VirtualClock *clock)
{
    bool some;

    g_mutex_lock(&clock->lock);
    some = !g_sequence_is_empty(clock->timers) || !g_sequence_is_empty(clock->due);
    g_mutex_unlock(&clock->lock);
    return some;
}

/* The lock is held. */
static void remove_locked(Timer *timer)
{
    if (timer->place) {
        g_sequence_remove(timer->place);
        timer->place = NULL;
    }
}

/*
 * Move the timers whose time has come to `due`. What their callbacks set does not come in between.
 */
static void collect_due(VirtualClock *clock)
{
    uint64_t now = virtual_clock_ns(clock);
    GSequenceIter *first = g_sequence_get_begin_iter(clock->timers), *end = first;

    while (!g_sequence_iter_is_end(end) && ((Timer *)g_sequence_get(end))->deadline <= now) {
        end = g_sequence_iter_next(end);
    }
    if (load_state(clock) & STATE_RUNS) {
        g_sequence_move_range(g_sequence_get_end_iter(clock->due), first, end);
    }
}

static Timer *pop_due(VirtualClock *clock)
{
    GSequenceIter *first = g_sequence_get_begin_iter(clock->due);
    Timer *timer = NULL;

    if (!g_sequence_iter_is_end(first)) {
        timer = g_sequence_get(first);
        remove_locked(timer);
    }
    return timer;
}

void virtual_clock_run_timers(VirtualClock *clock)
{
    Timer *timer;

    g_assert(bql_locked());
    g_mutex_lock(&clock->lock);
    collect_due(clock);
    while ((timer = pop_due(clock))) {
        g_mutex_unlock(&clock->lock);
        timer->fn(timer->opaque);
        g_mutex_lock(&clock->lock);
    }
    rearm(clock);
    g_mutex_unlock(&clock->lock);
    if (!virtual_clock_has_timers(clock)) {
        dead_suspect(); /* it may have been all that a hart could wait for */
    }
}

/* ---- Timers ---- */

static gint compare_deadlines(gconstpointer a, gconstpointer b, gpointer unused)
{
    uint64_t da = ((const Timer *)a)->deadline, db = ((const Timer *)b)->deadline;

    (void)unused;
    return da < db ? -1 : da > db;
}

Timer *timer_new(VirtualClock *clock, TimerFn *fn, void *opaque)
{
    Timer *timer = g_new0(Timer, 1);

    timer->clock = VIRTUAL_CLOCK(object_ref(clock));
    timer->fn = fn;
    timer->opaque = opaque;
    return timer;
}

void timer_mod(Timer *timer, uint64_t deadline_ns)
{
    VirtualClock *clock = timer->clock;
    bool sooner = false;

    g_mutex_lock(&clock->lock);
    remove_locked(timer);
    if (deadline_ns != UINT64_MAX) {
        timer->deadline = deadline_ns;
        timer->place = g_sequence_insert_sorted(clock->timers, timer, compare_deadlines, NULL);
        sooner = rearm(clock);
    }
    g_mutex_unlock(&clock->lock);
    if (sooner) {
        clock->sooner(clock->source_opaque);
    }
}

void timer_del(Timer *timer)
{
    timer_mod(timer, UINT64_MAX);
}

void timer_free(Timer *timer)
{
    if (timer) {
        timer_del(timer);
        object_unref(timer->clock);
        g_free(timer);
    }
}

/* ---- The type ---- */

static void virtual_clock_instance_init(Object *obj)
{
    VirtualClock *clock = VIRTUAL_CLOCK(obj);

    g_mutex_init(&clock->lock);
    clock->timers = g_sequence_new(NULL);
    clock->due = g_sequence_new(NULL);
    clock->armed = UINT64_MAX;
    clock->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (clock->fd < 0) {
        g_error("cannot create a timer of the host: %s", g_strerror(errno));
    }
    clock->watch = g_unix_fd_source_new(clock->fd, G_IO_IN);
    g_source_set_callback(clock->watch, G_SOURCE_FUNC(fd_ready), clock, NULL);
    g_source_attach(clock->watch, NULL);
}

static void virtual_clock_instance_finalize(Object *obj)
{
    VirtualClock *clock = VIRTUAL_CLOCK(obj);

    g_source_destroy(clock->watch);
    g_source_unref(clock->watch);
    close(clock->fd);
    g_sequence_free(clock->timers);
    g_sequence_free(clock->due);
    g_mutex_clear(&clock->lock);
}

static const TypeInfo virtual_clock_info = {
    .name = TYPE_VIRTUAL_CLOCK,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(VirtualClock),
    .instance_init = virtual_clock_instance_init,
    .instance_finalize = virtual_clock_instance_finalize,
};

static void clock_register_types(void)
{
    type_register_static(&virtual_clock_info);
}

type_init(clock_register_types)
