/*
 * The virtual clock, its timers and the timebase (system/clock.c, timebase.c).
 *
 * Most tests drive the clock by hand; the last ones let it run on the host's time, where nothing is
 * said about how late a timer may be.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/clock.h"

#include "system/cpu.h"

typedef struct Fixture {
    VirtualClock *clock;
    uint64_t now; /* of the source */
    GString *log;
} Fixture;

static uint64_t manual_source(void *opaque)
{
    return *(uint64_t *)opaque;
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->now = 1000000;
    f->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    virtual_clock_set_source(f->clock, manual_source, NULL, &f->now);
    f->log = g_string_new(NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    object_unref(f->clock);
    g_string_free(f->log, TRUE);
}

static void run_timers(VirtualClock *clock)
{
    bql_lock();
    virtual_clock_run_timers(clock);
    bql_unlock();
}

/* ---- The clock ---- */

static void test_stop_and_go(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 0);
    f->now += 50;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 0);
    virtual_clock_start(f->clock);
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 0);
    f->now += 7;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 7);
    virtual_clock_start(f->clock); /* it runs */
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 7);
    virtual_clock_stop(f->clock);
    f->now += 1000;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 7);
    virtual_clock_stop(f->clock);
    virtual_clock_start(f->clock);
    f->now += 3;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 10);
}

/* A source may be anything that does not decrease, also less than the clock. */
static void test_change_source(Fixture *f, gconstpointer data)
{
    (void)data;
    virtual_clock_start(f->clock);
    f->now += 5000;
    virtual_clock_stop(f->clock);
    f->now = 0;
    virtual_clock_set_source(f->clock, manual_source, NULL, &f->now);
    virtual_clock_start(f->clock);
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 5000);
    f->now = 10;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 5010);
}

static void count_call(void *opaque)
{
    ++*(uint64_t *)opaque;
}

/* Who drives the clock hears of an earlier deadline than it knows, and of no other. */
static void test_sooner(Fixture *f, gconstpointer data)
{
    Timer *a = timer_new(f->clock, count_call, &f->now), *b = timer_new(f->clock, count_call, &f->now);

    (void)data;
    f->now = 0;
    virtual_clock_set_source(f->clock, manual_source, count_call, &f->now);
    timer_mod(a, 5000); /* the clock stands still */
    g_assert_cmpuint(f->now, ==, 0);
    virtual_clock_start(f->clock);
    timer_mod(a, 1000);
    g_assert_cmpuint(f->now, ==, 1);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, 1000);
    timer_mod(b, 1000);
    timer_mod(a, 2000);
    g_assert_cmpuint(f->now, ==, 1);
    timer_mod(a, 999);
    g_assert_cmpuint(f->now, ==, 2);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, 999);
    timer_del(a);
    g_assert_cmpuint(f->now, ==, 2);
    timer_free(a);
    timer_free(b);
}

/* ---- Timers ---- */

typedef struct Alarm {
    Fixture *f;
    char name;
    Timer *timer;
    uint64_t again; /* set anew for this, if not 0 */
    Timer *deletes;
} Alarm;

static void ring(void *opaque)
{
    Alarm *alarm = opaque;

    g_assert_true(bql_locked());
    g_string_append_c(alarm->f->log, alarm->name);
    if (alarm->again) {
        timer_mod(alarm->timer, alarm->again);
    }
    if (alarm->deletes) {
        timer_del(alarm->deletes);
    }
}

static void add_alarms(Fixture *f, Alarm *alarms, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        alarms[i] = (Alarm) { .f = f, .name = 'a' + i };
        alarms[i].timer = timer_new(f->clock, ring, &alarms[i]);
    }
}

static void free_alarms(Alarm *alarms, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        timer_free(alarms[i].timer);
    }
}

static void advance(Fixture *f, uint64_t to, const char *expected)
{
    f->now += to - virtual_clock_ns(f->clock);
    run_timers(f->clock);
    g_assert_cmpstr(f->log->str, ==, expected);
    g_string_truncate(f->log, 0);
}

static void test_order(Fixture *f, gconstpointer data)
{
    Alarm alarms[4];

    (void)data;
    add_alarms(f, alarms, 4);
    virtual_clock_start(f->clock);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, UINT64_MAX);
    timer_mod(alarms[0].timer, 300);
    timer_mod(alarms[1].timer, 100);
    timer_mod(alarms[2].timer, 200);
    timer_mod(alarms[3].timer, 100);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, 100);
    advance(f, 99, "");
    advance(f, 100, "bd");
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, 200);
    advance(f, 1000, "ca");
    advance(f, 2000, "");
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, UINT64_MAX);
    free_alarms(alarms, 4);
}

static void test_mod_and_del(Fixture *f, gconstpointer data)
{
    Alarm alarms[3];

    (void)data;
    add_alarms(f, alarms, 3);
    virtual_clock_start(f->clock);
    timer_mod(alarms[0].timer, 100);
    timer_mod(alarms[0].timer, 500);
    timer_mod(alarms[1].timer, 400);
    timer_mod(alarms[1].timer, 50);
    timer_mod(alarms[2].timer, 60);
    timer_del(alarms[2].timer);
    timer_del(alarms[2].timer);
    advance(f, 200, "b");
    timer_mod(alarms[1].timer, 10); /* is past: soon */
    advance(f, 200, "b");
    timer_mod(alarms[1].timer, UINT64_MAX); /* never */
    advance(f, UINT64_MAX / 4, "a");
    timer_mod(alarms[0].timer, UINT64_MAX / 2);
    free_alarms(alarms, 3); /* also one that waits */
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, UINT64_MAX);
    timer_free(NULL);
}

static void test_in_callback(Fixture *f, gconstpointer data)
{
    Alarm alarms[3];

    (void)data;
    add_alarms(f, alarms, 3);
    virtual_clock_start(f->clock);
    alarms[0].again = 150;
    alarms[0].deletes = alarms[1].timer;
    timer_mod(alarms[0].timer, 100);
    timer_mod(alarms[1].timer, 101);
    timer_mod(alarms[2].timer, 102);
    advance(f, 110, "ac");
    advance(f, 150, "a");

    /* Set for right now in every call: the others and the caller go on. */
    alarms[2].again = 1;
    timer_mod(alarms[2].timer, 120);
    advance(f, 200, "ca");
    advance(f, 200, "ca");

    /* Gone although its time has come too. */
    timer_mod(alarms[1].timer, 180);
    advance(f, 200, "ca");
    free_alarms(alarms, 3);
}

/* A clock that stands still lets nobody wake. */
static void test_stopped(Fixture *f, gconstpointer data)
{
    Alarm alarm[1];

    (void)data;
    add_alarms(f, alarm, 1);
    timer_mod(alarm->timer, 0);
    run_timers(f->clock);
    g_assert_cmpstr(f->log->str, ==, "");
    virtual_clock_start(f->clock);
    run_timers(f->clock);
    g_assert_cmpstr(f->log->str, ==, "a");
    free_alarms(alarm, 1);
}

/* ---- The timebase ---- */

static Timebase *new_timebase(VirtualClock *clock, uint64_t frequency)
{
    Timebase *tb = TIMEBASE(object_new(TYPE_TIMEBASE));

    g_assert_cmpuint(timebase_frequency(tb), ==, 10000000);
    object_property_set_link(OBJECT(tb), "clock", OBJECT(clock), &error_abort);
    object_property_set_uint(OBJECT(tb), "frequency", frequency, &error_abort);
    g_assert_true(timebase_clock(tb) == clock);
    return tb;
}

static void test_timebase(Fixture *f, gconstpointer data)
{
    Timebase *tb = new_timebase(f->clock, 10000000);

    (void)data;
    virtual_clock_start(f->clock);
    g_assert_cmpuint(timebase_read(tb), ==, 0);
    f->now += 99;
    g_assert_cmpuint(timebase_read(tb), ==, 0);
    f->now += 1;
    g_assert_cmpuint(timebase_read(tb), ==, 1);
    f->now += NANOSECONDS_PER_SECOND;
    g_assert_cmpuint(timebase_read(tb), ==, 10000001);

    timebase_write(tb, UINT64_MAX);
    g_assert_cmphex(timebase_read(tb), ==, UINT64_MAX);
    f->now += 200;
    g_assert_cmphex(timebase_read(tb), ==, 1); /* it wraps */
    timebase_write(tb, 5);
    g_assert_cmphex(timebase_read(tb), ==, 5);
    object_unref(tb);
}

static void test_frequency_range(Fixture *f, gconstpointer data)
{
    Timebase *tb = new_timebase(f->clock, 1);
    Error *err = NULL;

    (void)data;
    g_assert_false(object_property_set_uint(OBJECT(tb), "frequency", 0, &err));
    g_assert_nonnull(err);
    g_clear_pointer(&err, error_free);
    g_assert_false(
        object_property_set_uint(OBJECT(tb), "frequency", NANOSECONDS_PER_SECOND + 1, &err));
    g_assert_nonnull(err);
    error_free(err);
    object_unref(tb);
}

/* The deadline is the first nanosecond at which the counter is there, at any frequency. */
static void test_deadline(Fixture *f, gconstpointer data)
{
    static const uint64_t frequencies[] = {
        1, 3, 32768, 10000000, 24000000, 999999999, 1000000000
    };
    uint64_t start = f->now;

    (void)data;
    virtual_clock_start(f->clock);
    for (size_t i = 0; i < G_N_ELEMENTS(frequencies); i++) {
        Timebase *tb = new_timebase(f->clock, frequencies[i]);

        for (int n = 0; n < 200; n++) {
            uint64_t now = (uint64_t)g_test_rand_int_range(0, INT32_MAX) * 16;
            uint64_t ticks, deadline;

            f->now = start + now;
            timebase_write(tb, (uint64_t)(uint32_t)g_test_rand_int() << 31);
            ticks = timebase_read(tb) + 1 + g_test_rand_int_range(0, 1000000);
            deadline = timebase_deadline_ns(tb, ticks);
            g_assert_cmpuint(deadline, >, now);
            f->now = start + deadline;
            g_assert_cmpuint(timebase_read(tb), >=, ticks);
            f->now--;
            g_assert_cmpuint(timebase_read(tb), <, ticks);
        }
        object_unref(tb);
    }
}

static void test_deadline_range(Fixture *f, gconstpointer data)
{
    Timebase *tb = new_timebase(f->clock, 10000000);

    (void)data;
    virtual_clock_start(f->clock);
    f->now += 1000000;
    g_assert_cmpuint(timebase_deadline_ns(tb, 0), ==, 0);
    g_assert_cmpuint(timebase_deadline_ns(tb, timebase_read(tb)), ==, 0);
    g_assert_cmpuint(timebase_deadline_ns(tb, UINT64_MAX), ==, UINT64_MAX);
    g_assert_cmpuint(timebase_deadline_ns(tb, UINT64_MAX / 100), <, UINT64_MAX);
    g_assert_cmpuint(timebase_deadline_ns(tb, UINT64_MAX / 100 + 1), ==, UINT64_MAX);
    /* Long ago, in a counter that is about to wrap. */
    timebase_write(tb, UINT64_MAX);
    g_assert_cmpuint(timebase_deadline_ns(tb, UINT64_MAX), ==, 0);
    g_assert_cmpuint(timebase_deadline_ns(tb, 0), ==, 0);
    timebase_write(tb, 0);
    g_assert_cmpuint(timebase_deadline_ns(tb, 1), ==, 1000100);
    object_unref(tb);
}

static void count(void *opaque)
{
    ++*(unsigned *)opaque;
}

static void test_notifiers(Fixture *f, gconstpointer data)
{
    Timebase *tb = new_timebase(f->clock, 10000000);
    unsigned a = 0, b = 0;

    (void)data;
    timebase_add_notifier(tb, count, &a);
    timebase_add_notifier(tb, count, &b);
    timebase_write(tb, 1);
    timebase_remove_notifier(tb, count, &a);
    timebase_write(tb, 2);
    g_assert_cmpuint(a, ==, 1);
    g_assert_cmpuint(b, ==, 2);
    object_unref(tb); /* and what is left with it */
}

/* ---- On the host's time, in the main loop ---- */

static void set_flag(void *opaque)
{
    *(bool *)opaque = true;
}

static void wait_for(bool *flag)
{
    while (!*flag) {
        g_main_context_iteration(NULL, TRUE);
    }
}

static void test_host_time(void)
{
    VirtualClock *clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    bool soon = false, late = false, never = false;
    Timer *a = timer_new(clock, set_flag, &late);
    Timer *b = timer_new(clock, set_flag, &soon);
    Timer *c = timer_new(clock, set_flag, &never);

    timer_mod(a, 20000000);
    timer_mod(b, 1000000);
    timer_mod(c, UINT64_MAX - 1);
    virtual_clock_start(clock);
    wait_for(&soon);
    g_assert_cmpuint(virtual_clock_ns(clock), >=, 1000000);
    g_assert_false(late);
    wait_for(&late);
    g_assert_cmpuint(virtual_clock_ns(clock), >=, 20000000);
    g_assert_false(never);

    /* Less than a millisecond is no reason to wait for one: see the head of clock.c. */
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < 50; i++) {
        uint64_t start = virtual_clock_ns(clock);

        soon = false;
        timer_mod(b, start + 50000);
        wait_for(&soon);
        best = MIN(best, virtual_clock_ns(clock) - start);
    }
    g_assert_cmpuint(best, >=, 50000);
    g_assert_cmpuint(best, <, 1000000);
    virtual_clock_stop(clock);
    timer_free(a);
    timer_free(b);
    timer_free(c);
    object_unref(clock);
}

/*
 * A timer far away must not keep the main loop busy: deadlines near the end of the range do not
 * wrap.
 */
static void test_far_away(void)
{
    VirtualClock *clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    bool rang = false;
    Timer *timer = timer_new(clock, set_flag, &rang);

    virtual_clock_start(clock);
    for (unsigned bits = 64; bits >= 62; bits--) { /* each is earlier, so it takes effect */
        timer_mod(timer, (UINT64_MAX >> (64 - bits)) - 1);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        g_usleep(2000);
        g_assert_false(g_main_context_pending(NULL));
    }
    g_assert_false(rang);
    timer_free(timer);
    object_unref(clock);
}

typedef struct Setter {
    Timer *timer;
    VirtualClock *clock;
} Setter;

static gpointer set_from_thread(gpointer opaque)
{
    Setter *setter = opaque;

    g_usleep(5000); /* the main loop sleeps by now, most likely */
    timer_mod(setter->timer, virtual_clock_ns(setter->clock));
    return NULL;
}

/* Setting a timer wakes up a main loop that has nothing to wait for. */
static void test_other_thread(void)
{
    VirtualClock *clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    bool rang = false;
    Setter setter = { timer_new(clock, set_flag, &rang), clock };
    GThread *thread;

    virtual_clock_start(clock);
    thread = g_thread_new("setter", set_from_thread, &setter);
    wait_for(&rang);
    g_thread_join(thread);
    timer_free(setter.timer);
    object_unref(clock);
}

static void test_stop_disarms(void)
{
    VirtualClock *clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    bool rang = false;
    Timer *timer = timer_new(clock, set_flag, &rang);

    virtual_clock_start(clock);
    timer_mod(timer, virtual_clock_ns(clock) + 1000000);
    virtual_clock_stop(clock);
    g_usleep(3000);
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    g_assert_false(rang);
    virtual_clock_start(clock);
    wait_for(&rang);
    timer_free(timer);
    object_unref(clock);
}

/* Many threads set timers while the main loop runs them. */
typedef struct Stress {
    VirtualClock *clock;
    Timer *timer;
    gint fired, done; /* atomic */
} Stress;

static void stress_fired(void *opaque)
{
    g_atomic_int_inc(&((Stress *)opaque)->fired);
}

static gpointer stress_thread(gpointer opaque)
{
    Stress *s = opaque;

    for (int i = 0; i < 20000; i++) {
        timer_mod(s->timer, virtual_clock_ns(s->clock) + i % 3 * 1000);
    }
    g_atomic_int_set(&s->done, true);
    g_main_context_wakeup(NULL);
    return NULL;
}

static void test_stress(void)
{
    VirtualClock *clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    Stress stress[4];
    GThread *threads[4];

    virtual_clock_start(clock);
    for (int i = 0; i < 4; i++) {
        stress[i] = (Stress) { .clock = clock };
        stress[i].timer = timer_new(clock, stress_fired, &stress[i]);
        threads[i] = g_thread_new("stress", stress_thread, &stress[i]);
    }
    for (int i = 0; i < 4; i++) {
        while (!g_atomic_int_get(&stress[i].done) || !g_atomic_int_get(&stress[i].fired) ||
               virtual_clock_deadline_ns(clock) != UINT64_MAX) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_thread_join(threads[i]);
    }
    for (int i = 0; i < 4; i++) {
        timer_free(stress[i].timer);
    }
    object_unref(clock);
}

#define ADD(name, fn) g_test_add("/clock/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("stop-and-go", test_stop_and_go);
    ADD("change-source", test_change_source);
    ADD("sooner", test_sooner);
    ADD("order", test_order);
    ADD("mod-and-del", test_mod_and_del);
    ADD("in-callback", test_in_callback);
    ADD("stopped", test_stopped);
    ADD("timebase", test_timebase);
    ADD("frequency-range", test_frequency_range);
    ADD("deadline", test_deadline);
    ADD("deadline-range", test_deadline_range);
    ADD("notifiers", test_notifiers);
    g_test_add_func("/clock/host-time", test_host_time);
    g_test_add_func("/clock/far-away", test_far_away);
    g_test_add_func("/clock/other-thread", test_other_thread);
    g_test_add_func("/clock/stop-disarms", test_stop_disarms);
    g_test_add_func("/clock/stress", test_stress);
    return g_test_run();
}
