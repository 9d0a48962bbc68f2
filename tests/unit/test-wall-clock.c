/*
 * The date and time that a guest finds (system/wall-clock.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/wall-clock.h"

#include "expect.h"

#define SECOND ((int64_t)NANOSECONDS_PER_SECOND)

typedef struct Fixture {
    uint64_t now;
    VirtualClock *clock;
} Fixture;

static uint64_t guest_time(void *opaque)
{
    return ((Fixture *)opaque)->now;
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    virtual_clock_set_source(f->clock, guest_time, NULL, f);
    virtual_clock_start(f->clock);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    object_unref(f->clock);
}

static WallClock *start(Fixture *f, const char *text, bool by_instructions)
{
    WallClock *wall = wall_clock_parse(text, &error_abort);

    g_assert_true(wall_clock_start(wall, f->clock, by_instructions, &error_abort));
    return wall;
}

/* About the host's time of day, plus `seconds`. */
static void expect_host_time(const WallClock *wall, int64_t seconds)
{
    int64_t difference = wall_clock_ns(wall) - (g_get_real_time() * 1000 + seconds * SECOND);

    g_assert_cmpint(ABS(difference), <, 2 * SECOND);
}

static void test_dates(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } dates[] = {
        { "base=1970-01-01", 0 },
        { "base=2006-06-17T16:01:21", 1150560081 },
        { "base=2024-02-29", 1709164800 },
        { "base=2024-02-29T12:30:00Z", 1709209800 },
        { "base=2024-02-29T12:30:00+02:00", 1709202600 },
        { "base=2261-12-31T23:59:59", 9214646399 },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
        g_autofree char *text = g_strconcat(dates[i].text, ",clock=vm", NULL);
        g_autoptr(WallClock) wall = start(f, text, false);
        g_autofree char *printed = wall_clock_print(wall);
        int64_t date = wall_clock_ns(wall);

        g_assert_cmpint(date, ==, dates[i].seconds * SECOND);
        g_assert_cmpstr(printed, ==, text);
        f->now += 12345;
        g_assert_cmpint(wall_clock_ns(wall), ==, date + 12345);
    }
}

/* What lies ahead, and what is past. */
static void test_deadline(Fixture *f, gconstpointer data)
{
    g_autoptr(WallClock) wall = NULL;

    (void)data;
    f->now = 500;
    wall = start(f, "base=1970-01-02,clock=vm", false);
    g_assert_true(wall_clock_timers(wall) == f->clock);
    g_assert_cmpuint(wall_clock_deadline_ns(wall, 86400 * SECOND + 100), ==, 600);
    f->now = 700;
    g_assert_cmpuint(wall_clock_deadline_ns(wall, 86400 * SECOND + 100), ==, 600);
    g_assert_cmpuint(wall_clock_deadline_ns(wall, 0), ==, 0);
}

static void test_host(Fixture *f, gconstpointer data)
{
    g_autoptr(WallClock) wall = start(f, "clock=host", false);
    uint64_t deadline;

    (void)data;
    expect_host_time(wall, 0);
    f->now = 1000 * SECOND; /* guest time does not count */
    expect_host_time(wall, 0);
    deadline = wall_clock_deadline_ns(wall, wall_clock_ns(wall) + 10 * SECOND);
    g_assert_cmpuint(deadline, >, 1009 * SECOND);
    g_assert_cmpuint(deadline, <=, 1010 * SECOND);
    g_assert_cmpuint(wall_clock_deadline_ns(wall, 0), ==, 1000 * SECOND);
}

/* The host's clock goes on from another date. */
static void test_host_from_date(Fixture *f, gconstpointer data)
{
    g_autoptr(WallClock) wall = start(f, "base=2000-01-01", false);

    (void)data;
    g_usleep(20000);
    g_assert_cmpint(wall_clock_ns(wall), >, 946684800 * SECOND + 15000000);
    g_assert_cmpint(wall_clock_ns(wall), <, 946684810 * SECOND);
}

static void test_guest_time(Fixture *f, gconstpointer data)
{
    g_autoptr(WallClock) wall = start(f, "base=utc,clock=vm", false);

    (void)data;
    expect_host_time(wall, 0);
    f->now += 1000 * SECOND;
    expect_host_time(wall, 1000);
}

static void test_local_time(Fixture *f, gconstpointer data)
{
    g_autoptr(WallClock) wall = NULL;
    g_autofree char *zone = g_strdup(g_getenv("TZ"));

    (void)data;
    g_setenv("TZ", "XYZ-05:30", true);
    wall = start(f, "base=localtime", false);
    expect_host_time(wall, 5 * 3600 + 30 * 60);
    if (zone) {
        g_setenv("TZ", zone, true);
    } else {
        g_unsetenv("TZ");
    }
}

/* Where instructions move time they move the date as well. */
static void test_by_instructions(Fixture *f, gconstpointer data)
{
    g_autoptr(WallClock) wall = start(f, "base=2000-01-01", true);
    g_autoptr(WallClock) other = wall_clock_parse("clock=host", &error_abort);
    g_autoptr(WallClock) same = start(f, "base=2000-01-01,clock=vm", true);
    Error *err = NULL;

    (void)data;
    g_usleep(20000);
    g_assert_cmpint(wall_clock_ns(wall), ==, 946684800 * SECOND);
    g_assert_cmpint(wall_clock_ns(same), ==, 946684800 * SECOND);
    g_assert_false(wall_clock_start(other, f->clock, true, &err));
    expect_error(&err, "-rtc clock=host cannot go with -icount, where instructions move time",
                 "leave out clock=host: -icount selects clock=vm");
}

static void test_refused(void)
{
    static const char *const texts[] = {
        "base=now", "base=", "base=1969-12-31", "base=2262-01-01", "base=2023-02-29",
        "base=2024-02-29T25:00:00", "base=20 February", "clock=rt", "clock=", "driftfix=slew",
        "utc", "",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        Error *err = NULL;

        g_assert_null(wall_clock_parse(texts[i], &err));
        g_assert_nonnull(err);
        error_free(err);
    }
}

#define ADD(name, fn) g_test_add("/wall-clock/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("dates", test_dates);
    ADD("deadline", test_deadline);
    ADD("host", test_host);
    ADD("host-from-date", test_host_from_date);
    ADD("guest-time", test_guest_time);
    ADD("local-time", test_local_time);
    ADD("by-instructions", test_by_instructions);
    g_test_add_func("/wall-clock/refused", test_refused);
    return g_test_run();
}
