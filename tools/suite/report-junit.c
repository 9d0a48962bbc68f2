/*
 * The report in JUnit's XML, as continuous integration reads it: a <testsuite> for each group.
 *
 * The format has no word for a known failure: such a one is <skipped>, with its reason; and one
 * that passes is a <failure>, as it is for the exit status.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

static void append_attribute(GString *xml, const char *name, const char *value)
{
    g_string_append_printf(xml, " %s=\"", name);
    append_escaped(xml, value);
    g_string_append_c(xml, '"');
}

static void append_seconds(GString *xml, double seconds)
{
    g_string_append_printf(xml, " time=\"%.3f\"", seconds);
}

static void append_element(GString *xml, const char *name, const char *text)
{
    if (text && *text) {
        g_string_append_printf(xml, "      <%s>", name);
        append_escaped(xml, text);
        g_string_append_printf(xml, "</%s>\n", name);
    }
}

static void append_failure(GString *xml, const char *message, const char *type, const char *text)
{
    g_string_append(xml, "      <failure");
    append_attribute(xml, "message", message);
    append_attribute(xml, "type", type);
    g_string_append_c(xml, '>');
    append_escaped(xml, text);
    g_string_append(xml, "</failure>\n");
}

static void append_skipped(GString *xml, const char *message)
{
    g_string_append(xml, "      <skipped");
    append_attribute(xml, "message", message);
    g_string_append(xml, "/>\n");
}

static void append_result(GString *xml, const Test *test)
{
    g_autofree char *known = NULL;

    switch (test_standing(test)) {
    case STANDING_PASSED:
    case N_STANDINGS:
        break;
    case STANDING_FAILED:
        append_failure(xml, test->reason, run_end_text(test->end),
                       test->command ? test->command : "");
        append_element(xml, "system-out", test->output);
        append_element(xml, "system-err", test->post_mortem);
        break;
    case STANDING_EXPECTED:
        known = g_strdup_printf("%s: %s (%s)", standing_heading(STANDING_EXPECTED),
                                test->expectation->reason, test->reason);
        append_skipped(xml, known);
        break;
    case STANDING_UNEXPECTED:
        append_failure(xml, test->expectation->reason, standing_heading(STANDING_UNEXPECTED), "");
        break;
    case STANDING_NOT_RUN:
        append_skipped(xml, standing_heading(STANDING_NOT_RUN));
        break;
    }
}

static void append_test(GString *xml, const Test *test)
{
    g_string_append(xml, "    <testcase");
    append_attribute(xml, "classname", test->group);
    append_attribute(xml, "name", test->name);
    append_seconds(xml, test->seconds);
    g_string_append(xml, ">\n");
    append_result(xml, test);
    g_string_append(xml, "    </testcase>\n");
}

/* The attributes that <testsuites> and <testsuite> share, for the tests of [first, end). */
static void append_totals(GString *xml, const Suite *suite, const char *name, double seconds,
                          guint first, guint end)
{
    unsigned counts[N_STANDINGS];

    suite_count(suite, first, end, counts);
    append_attribute(xml, "name", name);
    g_string_append_printf(xml, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\"",
                           end - first, counts[STANDING_FAILED] + counts[STANDING_UNEXPECTED],
                           counts[STANDING_EXPECTED] + counts[STANDING_NOT_RUN]);
    append_seconds(xml, seconds);
    g_string_append(xml, ">\n");
}

static void append_group(GString *xml, const Suite *suite, guint first, guint end)
{
    g_string_append(xml, "  <testsuite");
    append_totals(xml, suite, ((const Test *)suite->tests->pdata[first])->group,
                  suite_seconds(suite, first, end), first, end);
    for (guint i = first; i < end; i++) {
        append_test(xml, suite->tests->pdata[i]);
    }
    g_string_append(xml, "  </testsuite>\n");
}

bool report_junit(const Suite *suite, Error **errp)
{
    g_autoptr(GString) xml =
        g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    guint end;

    append_totals(xml, suite, SUITE_NAME, suite->seconds, 0, suite->tests->len);
    for (guint first = 0; first < suite->tests->len; first = end) {
        end = suite_group_end(suite, first);
        append_group(xml, suite, first, end);
    }
    g_string_append(xml, "</testsuites>\n");
    return write_report("-junit", suite->options.junit, xml, errp);
}
