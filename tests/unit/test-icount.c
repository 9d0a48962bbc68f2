/*
 * -icount's object: its argument, and how deadlines become numbers of instructions. What a guest
 * sees of it is in tests/guest/repeat.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/icount.h"

#include "expect.h"

typedef struct Fixture {
    VirtualClock *clock;
    ICount *icount;
    Timer *timer;
    unsigned rings;
} Fixture;

static void ring(void *opaque)
{
    ((Fixture *)opaque)->rings++;
}

static void set_up(Fixture *f, gconstpointer data)
{
    f->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    f->icount = icount_parse(data, &error_abort);
    icount_use_clock(f->icount, f->clock, false);
    f->timer = timer_new(f->clock, ring, f);
    virtual_clock_start(f->clock);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    timer_free(f->timer);
    virtual_clock_stop(f->clock);
    object_unref(f->icount);
    object_unref(f->clock);
}

static void test_no_deadline(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 0);
    g_assert_cmpuint(icount_deadline_ns(f->icount), ==, UINT64_MAX);
    g_assert_cmpint(icount_deadline(f->icount), ==, INT64_MAX);
    timer_mod(f->timer, UINT64_MAX - 1); /* more instructions than a budget can have */
    g_assert_cmpint(icount_deadline(f->icount), ==, INT64_MAX);
}

/* Rounded up: at the last instruction the deadline is reached or passed, and not before. */
static void test_deadline(Fixture *f, gconstpointer data)
{
    (void)data;
    timer_mod(f->timer, 1000);
    g_assert_cmpuint(icount_deadline_ns(f->icount), ==, 1000);
    g_assert_cmpint(icount_deadline(f->icount), ==, 125);
    icount_advance(f->icount, 1);
    g_assert_cmpint(icount_deadline(f->icount), ==, 125);
    icount_advance(f->icount, 7);
    g_assert_cmpint(icount_deadline(f->icount), ==, 124);
    icount_run_timers(f->icount);
    g_assert_cmpuint(f->rings, ==, 0);
    icount_advance(f->icount, 991);
    g_assert_cmpint(icount_deadline(f->icount), ==, 1);
    icount_advance(f->icount, 1);
    g_assert_cmpuint(virtual_clock_ns(f->clock), ==, 1000);
    g_assert_cmpint(icount_deadline(f->icount), ==, 0);
    icount_run_timers(f->icount);
    g_assert_cmpuint(f->rings, ==, 1);
    g_assert_cmpint(icount_deadline(f->icount), ==, INT64_MAX);
    timer_mod(f->timer, 5); /* past: due at once */
    g_assert_cmpint(icount_deadline(f->icount), ==, 0);
}

static void test_arguments(void)
{
    static const struct {
        const char *text, *shift;
        bool sleeps;
    } cases[] = {
        { "7", "7", true },
        { "auto", "auto", true },
        { "shift=10,sleep=off", "10", false },
        { "sleep=off", "auto", false },
        { "0,sleep=on", "0", true },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(ICount) icount = icount_parse(cases[i].text, &error_abort);
        g_autofree char *shift = object_property_print(OBJECT(icount), "shift", &error_abort);
        g_assert_cmpstr(shift, ==, cases[i].shift);
        g_assert_cmpint(icount_sleeps(icount), ==, cases[i].sleeps);
    }
}

static void test_errors(void)
{
    static const char *const wrong[] = { "11", "-1", "fast", "shift=", "align=on", "1,sleep=2", "" };

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(ICount) icount = NULL;
        Error *err = NULL;

        icount = icount_parse(wrong[i], &err);
        g_assert_null(icount);
        g_assert_nonnull(err);
        error_free(err);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add("/icount/no-deadline", Fixture, "0", set_up, test_no_deadline, tear_down);
    g_test_add("/icount/deadline", Fixture, "3", set_up, test_deadline, tear_down);
    g_test_add_func("/icount/arguments", test_arguments);
    g_test_add_func("/icount/errors", test_errors);
    return g_test_run();
}
