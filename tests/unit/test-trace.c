/*
 * Trace events: the list, patterns, and what an event costs while it is off: nothing is evaluated by it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/trace.h"

#include <string.h>

#include "expect.h"

static TraceEvent write_event = { .name = "dev_write", .format = "value 0x%x" };
static TraceEvent read_event = { .name = "dev_read", .format = "" };
static TraceEvent other_event = { .name = "other", .format = "n %u" };

static void expect_enabled(bool write, bool read, bool other)
{
    g_assert_cmpint(trace_event_enabled(&write_event), ==, write);
    g_assert_cmpint(trace_event_enabled(&read_event), ==, read);
    g_assert_cmpint(trace_event_enabled(&other_event), ==, other);
}

static void test_patterns(void)
{
    expect_enabled(false, false, false);
    g_assert_true(trace_enable("dev_r*", &error_abort));
    expect_enabled(false, true, false);
    g_assert_true(trace_enable("dev_write", &error_abort));
    expect_enabled(true, true, false);
    trace_disable_all();
    expect_enabled(false, false, false);
    g_assert_true(trace_enable("oth?r,dev_*", &error_abort));
    expect_enabled(true, true, true);
    trace_disable_all();
    g_assert_true(trace_enable("*", &error_abort));
    expect_enabled(true, true, true);
    trace_disable_all();
}

static void test_errors(void)
{
    Error *err = NULL;

    g_assert_false(trace_enable("dev_raed", &err));
    expect_error(&err, "there is no trace event 'dev_raed'",
                 "did you mean 'dev_read'? '-trace help' lists them");
    g_assert_false(trace_enable("", &err));
    expect_error(&err, "there is no trace event ''", "'-trace help' lists them");
    g_assert_false(trace_enable("other,", &err));
    expect_error(&err, "there is no trace event ''", "'-trace help' lists them");
    trace_disable_all();
}

static void test_help(void)
{
    g_autofree char *help = trace_help();

    g_assert_nonnull(
        strstr(help, "\ndev_read                    \ndev_write                   value 0x%x\n"
                     "other                       n %u\n"));
}

int main(int argc, char **argv)
{
    TraceEvent *const events[] = { &write_event, &other_event };
    TraceEvent *const more[] = { &read_event };

    g_test_init(&argc, &argv, NULL);
    trace_register(events, G_N_ELEMENTS(events));
    trace_register(more, G_N_ELEMENTS(more));
    g_test_add_func("/trace/patterns", test_patterns);
    g_test_add_func("/trace/errors", test_errors);
    g_test_add_func("/trace/help", test_help);
    return g_test_run();
}
