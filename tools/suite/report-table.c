/*
 * The report for people: a table by group, what went wrong with its post-mortem, a total.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_SHOWN 20        /* failures with their post-mortem; of others, a line */
#define MAX_POST_MORTEM 120 /* lines */
#define MAX_OUTPUT 20

#define RED "\033[31m"
#define GREEN "\033[32m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* Writes text in a colour, where that can be seen. */
static void put_coloured(const char *colour, const char *text)
{
    bool able = terminal_is_able(STDOUT_FILENO) && !g_getenv("NO_COLOR");

    printf("%s%s%s", able ? colour : "", text, able ? PLAIN : "");
}

/* ---- The table ---- */

static int name_width(const Suite *suite)
{
    glong width = strlen("total");

    for (guint i = 0; i < suite->tests->len; i++) {
        width = MAX(width, g_utf8_strlen(((const Test *)suite->tests->pdata[i])->group, -1));
    }
    return width;
}

/* Passed and failed always have a column; the others where there is something to tell. */
static bool has_column(const unsigned totals[N_STANDINGS], unsigned standing)
{
    return standing <= STANDING_FAILED || totals[standing] > 0;
}

/* A line for the tests of [first, end); totals are for the columns. */
static void put_row(const Suite *suite, const char *name, int width, guint first, guint end,
                    const unsigned totals[N_STANDINGS])
{
    int padding = width - (int)g_utf8_strlen(name, -1);
    unsigned counts[N_STANDINGS];

    suite_count(suite, first, end, counts);
    printf("%s%*s  %8u", name, padding, "", end - first);
    for (unsigned i = 0; i < N_STANDINGS; i++) {
        if (has_column(totals, i)) {
            printf("  %*u", (int)MAX(strlen(standing_heading(i)), 6), counts[i]);
        }
    }
    printf("  %8.2f\n", suite_seconds(suite, first, end));
}

static void put_headings(int width, const unsigned totals[N_STANDINGS])
{
    printf("%-*s  %8s", width, "group", "programs");
    for (unsigned i = 0; i < N_STANDINGS; i++) {
        if (has_column(totals, i)) {
            printf("  %6s", standing_heading(i));
        }
    }
    printf("  %8s\n", "seconds");
}

static void put_table(const Suite *suite, const unsigned totals[N_STANDINGS])
{
    int width = name_width(suite);
    guint end;

    put_headings(width, totals);
    for (guint first = 0; first < suite->tests->len; first = end) {
        end = suite_group_end(suite, first);
        put_row(suite, ((const Test *)suite->tests->pdata[first])->group, width, first, end,
                totals);
    }
    put_row(suite, "total", width, 0, suite->tests->len, totals);
}

/* ---- Failures ---- */

/* The last lines of a text, each behind a bar. */
static void put_lines(const char *title, const char *text, guint max)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);

    while (count > 0 && !*lines[count - 1]) {
        count--;
    }
    if (count > 0) {
        printf("    %s\n", title);
    }
    if (count > max) {
        printf("    | ... %u lines before ...\n", count - max);
    }
    for (guint i = count > max ? count - max : 0; i < count; i++) {
        printf("    | %s\n", lines[i]);
    }
}

static void put_failure(const Test *test, bool whole)
{
    if (whole) {
        putchar('\n');
    }
    put_coloured(RED BOLD, "FAIL");
    printf(" %s: %s\n", test->name, test->reason);
    if (!whole) {
        return;
    }
    if (test->command) {
        printf("    %s\n", test->command);
    }
    if (test->post_mortem) {
        put_lines("standard error:", test->post_mortem, MAX_POST_MORTEM);
        put_lines("standard output:", test->output, MAX_OUTPUT);
    }
}

static void put_failures(const Suite *suite)
{
    unsigned shown = 0;

    for (guint i = 0; i < suite->tests->len; i++) {
        const Test *test = suite->tests->pdata[i];

        if (test_standing(test) == STANDING_FAILED) {
            if (shown == MAX_SHOWN) {
                putchar('\n');
            }
            put_failure(test, shown++ < MAX_SHOWN);
        }
    }
    if (shown > MAX_SHOWN) {
        printf("%u failures without their output here; -html FILE shows it for all\n",
               shown - MAX_SHOWN);
    }
}

/* ---- Known failures ---- */

static void put_known(const Suite *suite, Standing standing)
{
    for (guint i = 0; i < suite->tests->len; i++) {
        const Test *test = suite->tests->pdata[i];

        if (test_standing(test) != standing) {
            continue;
        }
        if (standing == STANDING_UNEXPECTED) {
            put_coloured(RED BOLD, "PASS");
            printf(" %s, but %s:%u says that it fails: %s\n", test->name, suite->options.expect,
                   test->expectation->line, test->expectation->reason);
        } else {
            printf("%s %s (%s)\n", standing_heading(standing), test->name,
                   test->expectation->reason);
        }
    }
}

/* ---- All of it ---- */

static void put_total(const Suite *suite, const unsigned totals[N_STANDINGS])
{
    g_autofree char *summary = suite_summary(totals);
    g_autoptr(GPtrArray) remarks = suite_remarks(suite);

    printf("%u programs in %.2f s: ", suite->tests->len, suite->seconds);
    put_coloured(suite_is_good(suite) ? GREEN : RED BOLD, summary);
    putchar('\n');
    for (guint i = 0; i < remarks->len; i++) {
        puts(remarks->pdata[i]);
    }
}

void report_table(const Suite *suite)
{
    unsigned totals[N_STANDINGS];

    suite_count(suite, 0, suite->tests->len, totals);
    put_table(suite, totals);
    put_failures(suite);
    if (totals[STANDING_EXPECTED] + totals[STANDING_UNEXPECTED] > 0) {
        putchar('\n');
    }
    put_known(suite, STANDING_EXPECTED);
    put_known(suite, STANDING_UNEXPECTED);
    putchar('\n');
    put_total(suite, totals);
}
