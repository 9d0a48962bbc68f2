/*
 * rvemu-suite: runs every RISC-V program of a tree and reports how each ended.
 *
 * From the command line to the status; each step is a file of its own. Does not belong here:
 * anything of the emulator, which is a process of its own for each program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <signal.h>
#include <stdio.h>

/* Statuses: docs/suites.md. */
#define STATUS_GOOD 0
#define STATUS_BAD 1
#define STATUS_UNUSABLE 2
#define STATUS_SIGNAL 128 /* and the number */

static void report_error(Error *err)
{
    const char *hint = error_get_hint(err);

    fprintf(stderr, SUITE_NAME ": %s%s%s%s\n", error_get_pretty(err), hint ? " (" : "",
            hint ? hint : "", hint ? ")" : "");
    error_free(err);
}

static void suite_clear(Suite *suite)
{
    suite_options_clear(&suite->options);
    g_ptr_array_unref(suite->tests);
    g_ptr_array_unref(suite->expectations);
}

/* What is wrong with a report's file should not be found out after the run. */
static bool check_reports(const SuiteOptions *options, Error **errp)
{
    return (!options->junit || check_report("-junit", options->junit, errp)) &&
           (!options->html || check_report("-html", options->html, errp));
}

static bool prepare(Suite *suite, Error **errp)
{
    return suite_find_rvemu(&suite->options, errp) && suite_find(suite, errp) &&
           suite_read_expectations(suite, errp) && suite_filter(suite, errp) &&
           suite_find_references(suite, errp) && suite_probe(suite, errp) &&
           check_reports(&suite->options, errp);
}

/* ---- The run ---- */

typedef struct Watcher {
    Progress progress;
    guint tap_next;
} Watcher;

static void on_ended(const Suite *suite, guint done, void *opaque)
{
    Watcher *watcher = opaque;

    progress_show(&watcher->progress, suite, done);
    if (suite->options.tap) {
        report_tap_ended(suite, &watcher->tap_next);
    }
}

static bool run(Suite *suite, Error **errp)
{
    Watcher watcher = { 0 };
    bool ok;

    progress_init(&watcher.progress);
    if (suite->options.tap) {
        report_tap_begin(suite);
    }
    ok = suite_run(suite, on_ended, &watcher, errp);
    progress_clear(&watcher.progress);
    if (ok && suite->options.tap) {
        report_tap_end(suite, &watcher.tap_next);
    } else if (ok) {
        report_table(suite);
    }
    return ok;
}

static bool report(const Suite *suite, Error **errp)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        error_setg(errp, "the report cannot be written to standard output");
        error_append_hint(errp, "is there room, and does the reader read all of it?");
        return false;
    }
    return (!suite->options.junit || report_junit(suite, errp)) &&
           (!suite->options.html || report_html(suite, errp));
}

static int status_of(const Suite *suite)
{
    if (suite->signal) {
        return STATUS_SIGNAL + suite->signal;
    }
    return suite_is_good(suite) ? STATUS_GOOD : STATUS_BAD;
}

int main(int argc, char **argv)
{
    Error *err = NULL;
    Suite suite = {
        .tests = g_ptr_array_new_with_free_func((GDestroyNotify)test_free),
        .expectations = g_ptr_array_new_with_free_func((GDestroyNotify)expectation_free),
    };
    int status = STATUS_GOOD;

    signal(SIGPIPE, SIG_IGN); /* programs that run have to be waited for, and files removed */
    suite_options_init(&suite.options);
    if (suite_options_parse(&suite.options, argc, argv, &err) && prepare(&suite, &err) &&
        run(&suite, &err) && report(&suite, &err)) {
        status = status_of(&suite);
    } else if (err) {
        report_error(err);
        status = STATUS_UNUSABLE;
    }
    suite_clear(&suite);
    return status;
}
