/*
 * Errors: made, extended, handed on, reported.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>

#include "expect.h"
#include "fatal.h"

static void test_set(void)
{
    Error *err = NULL;

    error_setg(&err, "file '%s', line %d", "a.elf", 7);
    expect_error(&err, "file 'a.elf', line 7", NULL);

    error_setg(&err, "no arguments");
    expect_error(&err, "no arguments", NULL);

    error_setg_errno(&err, ENOENT, "cannot open '%s'", "a.elf");
    expect_error(&err, "cannot open 'a.elf': No such file or directory", NULL);
}

static void test_ignored(void)
{
    Error *err = NULL;

    error_setg(NULL, "nobody listens");
    error_setg_errno(NULL, ENOENT, "nobody listens");
    error_prepend(NULL, "x");
    error_prepend(&err, "x");
    error_append_hint(NULL, "x");
    error_append_hint(&err, "x");
    g_assert_null(err);
    error_free(NULL);
}

static void test_extend(void)
{
    Error *err = NULL;

    error_setg(&err, "unknown name '%s'", "spke");
    error_prepend(&err, "-M %s: ", "spke");
    error_append_hint(&err, "did you mean '%s'?", "spike");
    error_append_hint(&err, " -M help lists all");
    expect_error(&err, "-M spke: unknown name 'spke'",
                 "did you mean 'spike'? -M help lists all");
}

static void test_copy(void)
{
    Error *err = NULL;

    error_setg(&err, "first");
    g_autoptr(Error) plain = error_copy(err);
    error_append_hint(&err, "hint");
    Error *copy = error_copy(err);
    error_prepend(&err, "changed ");
    expect_error(&err, "changed first", "hint");
    expect_error(&copy, "first", "hint");
    g_assert_null(error_get_hint(plain));
}

static void test_propagate(void)
{
    Error *err = NULL, *first = NULL, *second = NULL;

    error_propagate(&err, NULL);
    g_assert_null(err);

    error_setg(&first, "first");
    error_setg(&second, "second");
    error_propagate(&err, first);
    g_assert_true(err == first);
    error_propagate(&err, second);
    expect_error(&err, "first", NULL);

    Error *third = NULL;
    error_setg(&third, "dropped");
    error_propagate(NULL, third);
}

static void report_all(void)
{
    Error *err = NULL;

    error_setg(&err, "plain");
    error_report_err(err);
    err = NULL;
    error_setg(&err, "with hint");
    error_append_hint(&err, "try this");
    error_report_err(err);
    err = NULL;
    error_setg(&err, "odd");
    error_append_hint(&err, "look");
    warn_report_err(err);
    error_report("text %d%%", 50);
    warn_report("no %s", "tohost");
}

static void test_report(void)
{
    if (g_test_subprocess()) {
        report_all();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("rvemu: plain\n"
                              "rvemu: with hint (try this)\n"
                              "rvemu: warning: odd (look)\n"
                              "rvemu: text 50%\n"
                              "rvemu: warning: no tohost\n");
}

static void set_abort(void)
{
    error_setg(&error_abort, "cannot %s", "happen");
}

static void propagate_abort(void)
{
    Error *err = NULL;

    error_setg(&err, "went wrong");
    error_append_hint(&err, "hint");
    error_propagate(&error_abort, err);
}

static void test_default_hint(void)
{
    Error *err = NULL;

    error_default_hint(NULL, "%d", 1);
    error_default_hint(&err, "%d", 1);
    g_assert_null(err);

    error_setg(&err, "wrong");
    error_default_hint(&err, "try %d", 2);
    g_assert_cmpstr(error_get_hint(err), ==, "try 2");
    error_default_hint(&err, "try %d", 3);
    g_assert_cmpstr(error_get_hint(err), ==, "try 2");
    error_free(err);
}

static void set_twice(void)
{
    Error *err = NULL;

    error_setg(&err, "one");
    error_setg(&err, "two");
}

static const FatalCase fatal_cases[] = {
    { "/error/abort/set", set_abort,
      "rvemu: unexpected error in set_abort() at *test-error.c:*: cannot happen\n" },
    { "/error/abort/propagate", propagate_abort,
      "rvemu: unexpected error in propagate_abort() at *test-error.c:*: went wrong (hint)\n" },
    { "/error/set-twice", set_twice, "*assertion failed*!*errp*" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/set", test_set);
    g_test_add_func("/error/ignored", test_ignored);
    g_test_add_func("/error/extend", test_extend);
    g_test_add_func("/error/default-hint", test_default_hint);
    g_test_add_func("/error/copy", test_copy);
    g_test_add_func("/error/propagate", test_propagate);
    g_test_add_func("/error/report", test_report);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
