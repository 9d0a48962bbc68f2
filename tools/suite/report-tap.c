/*
 * The report for programs that read the Test Anything Protocol (testanything.org, version 14).
 *
 * A known failure is a test "# TODO": such a one may fail. What a program leaves is in the YAML
 * block behind its line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* A description or reason: # begins a directive there, and \ escapes. A line stays one. */
static void put_description(const char *text)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text == '\n' ? ' ' : *text);
    }
}

/* In single quotes YAML knows but one special character, which is written twice. */
static void put_value(const char *key, const char *value)
{
    printf("  %s: '", key);
    for (; *value; value++) {
        fputs(*value == '\'' ? "''" : (char[]){ *value == '\n' ? ' ' : *value, '\0' }, stdout);
    }
    printf("'\n");
}

/* A literal block; the 2 says that what is more than two blanks belongs to the text. */
static void put_block(const char *key, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);

    if (count > 0 && !*lines[count - 1]) {
        count--;
    }
    if (count == 0) {
        return;
    }
    printf("  %s: |2\n", key);
    for (guint i = 0; i < count; i++) {
        printf("    %s\n", lines[i]);
    }
}

static void put_diagnostics(const Test *test)
{
    printf("  ---\n");
    put_value("message", test->reason);
    put_value("end", run_end_text(test->end));
    if (test->command) {
        put_value("command", test->command);
    }
    if (test->post_mortem) {
        put_block("stderr", test->post_mortem);
        put_block("stdout", test->output);
    }
    printf("  ...\n");
}

static void put_test(const Test *test, guint number)
{
    printf("%s %u - ", test->end == END_PASSED ? "ok" : "not ok", number);
    put_description(test->name);
    if (test->expectation) {
        printf(" # TODO ");
        put_description(test->expectation->reason);
    }
    putchar('\n');
    if (test->end != END_PASSED) {
        put_diagnostics(test);
    }
}

void report_tap_begin(const Suite *suite)
{
    printf("TAP version 14\n1..%u\n", suite->tests->len);
    fflush(stdout);
}

void report_tap_ended(const Suite *suite, guint *next)
{
    while (*next < suite->tests->len) {
        const Test *test = suite->tests->pdata[*next];

        if (test->end == END_NOT_RUN) {
            break;
        }
        ++*next;
        put_test(test, *next);
    }
    fflush(stdout);
}

void report_tap_end(const Suite *suite, guint *next)
{
    g_autoptr(GPtrArray) remarks = suite_remarks(suite);

    for (; *next < suite->tests->len; ++*next) { /* a signal came: others may have ended */
        const Test *test = suite->tests->pdata[*next];

        if (test->end != END_NOT_RUN) {
            put_test(test, *next + 1);
        }
    }
    for (guint i = 0; i < remarks->len; i++) {
        printf("# %s\n", (const char *)remarks->pdata[i]);
    }
    if (suite->signal) {
        printf("Bail out! Signal %d (%s)\n", suite->signal, strsignal(suite->signal));
    }
}
