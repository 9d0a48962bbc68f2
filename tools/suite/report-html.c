/*
 * The report as a page for a browser: page.html with its marks replaced.
 *
 * Groups and failures are <details>, which a browser opens by itself, by click and by keyboard; the
 * page's script only filters. What does not belong here: how it looks (page.html).
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <string.h>

#include "page.h"

/* ---- The head of the page ---- */

static void append_headline(GString *page, const Suite *suite)
{
    unsigned counts[N_STANDINGS];
    g_autofree char *summary = NULL;

    suite_count(suite, 0, suite->tests->len, counts);
    summary = suite_summary(counts);
    g_string_append_printf(page, "%u programs: %s", suite->tests->len, summary);
}

/* The parts are as wide as there are tests. */
static void append_bar_of(GString *page, const Suite *suite, guint first, guint end)
{
    unsigned counts[N_STANDINGS];

    suite_count(suite, first, end, counts);
    for (unsigned i = 0; i < N_STANDINGS; i++) {
        if (counts[i] > 0) {
            g_string_append_printf(page, "<span class=\"%s\" style=\"flex-grow:%u\"></span>",
                                   standing_word(i), counts[i]);
        }
    }
}

static void append_bar(GString *page, const Suite *suite)
{
    append_bar_of(page, suite, 0, suite->tests->len);
}

static void G_GNUC_PRINTF(3, 4) append_fact(GString *page, const char *name, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_string_append_printf(page, "<dt>%s</dt><dd>", name);
    append_escaped(page, text);
    g_string_append(page, "</dd>");
}

static void append_facts(GString *page, const Suite *suite)
{
    g_autofree char *command = suite_command_text(suite);
    g_autoptr(GPtrArray) remarks = suite_remarks(suite);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *date = g_date_time_format(now, "%Y-%m-%d %H:%M:%S UTC");

    append_fact(page, "ended", "%s, after %.2f s", date, suite->seconds);
    append_fact(page, "each run by", "%s", command);
    if (suite->options.filter) {
        append_fact(page, "filter", "%s", g_regex_get_pattern(suite->options.filter));
    }
    if (suite->options.signatures) {
        append_fact(page, "references", "%s", suite->options.signatures);
    }
    if (suite->options.expect) {
        append_fact(page, "known failures", "%s", suite->options.expect);
    }
    for (guint i = 0; i < remarks->len; i++) {
        append_fact(page, "remark", "%s", (const char *)remarks->pdata[i]);
    }
}

/* ---- A test ---- */

static const char *mark_of(Standing standing)
{
    switch (standing) {
    case STANDING_PASSED:
    case STANDING_UNEXPECTED:
        return "✓";
    case STANDING_NOT_RUN:
        return "–";
    default:
        return "✗";
    }
}

static void append_element(GString *page, const char *before, const char *text, const char *after)
{
    g_string_append(page, before);
    append_escaped(page, text);
    g_string_append(page, after);
}

static void append_line(GString *page, const Test *test)
{
    Standing standing = test_standing(test);

    g_string_append_printf(page, "<span class=\"mark\" aria-hidden=\"true\">%s</span>",
                           mark_of(standing));
    append_element(page, "<span class=\"name\">", test->name, "</span><span class=\"why\">");
    if (standing != STANDING_PASSED && standing != STANDING_FAILED) {
        g_string_append_printf(page, "%s%s", standing_heading(standing),
                               test->expectation ? ": " : "");
    } else {
        append_element(page, "<span class=\"words\">", standing_heading(standing), "</span> ");
    }
    if (test->expectation) {
        append_escaped(page, test->expectation->reason);
    } else if (test->reason) {
        append_escaped(page, test->reason);
    }
    g_string_append_printf(page, "</span><span class=\"time\">%.3f s</span>", test->seconds);
}

static void append_text(GString *page, const char *title, const char *class, const char *text)
{
    if (text && *text) {
        g_string_append_printf(page, "<h3>%s</h3><pre class=\"%s\" tabindex=\"0\">\n", title,
                               class);
        append_escaped(page, text);
        g_string_append(page, "</pre>");
    }
}

static void append_test(GString *page, const Test *test, guint number)
{
    const char *word = standing_word(test_standing(test));

    g_string_append_printf(page, "<li class=\"test %s\" data-standing=\"%s\" id=\"t%u\">", word,
                           word, number);
    if (test->reason) {
        g_string_append(page, "<details><summary>");
        append_line(page, test);
        g_string_append(page, "</summary><div class=\"more\">");
        if (test->expectation) { /* then the line has the reason why that is known */
            append_text(page, "How it ended", "reason", test->reason);
        }
        append_text(page, "Command", "command", test->command);
        append_text(page, "Standard error", "post-mortem", test->post_mortem);
        append_text(page, "Standard output", "output", test->output);
        g_string_append(page, "</div></details></li>\n");
    } else {
        g_string_append(page, "<p>");
        append_line(page, test);
        g_string_append(page, "</p></li>\n");
    }
}

/* ---- Groups ---- */

/* What needs attention is open from the start. */
static void append_group(GString *page, const Suite *suite, guint first, guint end)
{
    unsigned counts[N_STANDINGS];
    g_autofree char *summary = NULL;

    suite_count(suite, first, end, counts);
    summary = suite_summary(counts);
    g_string_append_printf(page, "<details class=\"group\"%s><summary>",
                           counts[STANDING_FAILED] + counts[STANDING_UNEXPECTED] > 0 ? " open"
                                                                                     : "");
    append_element(page, "<h2>", ((const Test *)suite->tests->pdata[first])->group, "</h2>");
    append_element(page, "<span class=\"counts\">", summary, "</span>");
    g_string_append(page, "<span class=\"bar\" aria-hidden=\"true\">");
    append_bar_of(page, suite, first, end);
    g_string_append(page, "</span></summary>\n<ul class=\"tests\">\n");
    for (guint i = first; i < end; i++) {
        append_test(page, suite->tests->pdata[i], i + 1);
    }
    g_string_append(page, "</ul></details>\n");
}

static void append_groups(GString *page, const Suite *suite)
{
    guint end;

    for (guint first = 0; first < suite->tests->len; first = end) {
        end = suite_group_end(suite, first);
        append_group(page, suite, first, end);
    }
}

/* ---- The page ---- */

static const struct Mark {
    const char *text;
    void (*append)(GString *page, const Suite *suite);
} marks[] = {
    { "@TITLE@", append_headline }, { "@HEADLINE@", append_headline }, { "@BAR@", append_bar },
    { "@FACTS@", append_facts },    { "@GROUPS@", append_groups },
};

bool report_html(const Suite *suite, Error **errp)
{
    g_autofree char *template = g_strndup((const char *)suite_page, suite_page_size);
    g_autoptr(GString) page = g_string_new(NULL);
    const char *rest = template;

    for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++) { /* each is there, once, in this order */
        const char *at = strstr(rest, marks[i].text);

        g_assert(at);
        g_string_append_len(page, rest, at - rest);
        marks[i].append(page, suite);
        rest = at + strlen(marks[i].text);
    }
    g_string_append(page, rest);
    return write_report("-html", suite->options.html, page, errp);
}
