/*
 * Known failures: the file of --expect.
 *
 * A line is a name or a pattern, and behind white space the reason why such a program fails. An
 * empty line, and one that begins with #, says nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <string.h>

void expectation_free(Expectation *expectation)
{
    g_pattern_spec_free(expectation->spec);
    g_free(expectation->pattern);
    g_free(expectation->reason);
    g_free(expectation);
}

static bool take_line(Suite *suite, const char *line, unsigned number, Error **errp)
{
    g_auto(GStrv) words = g_strsplit_set(line, " \t", 2);
    Expectation *expectation;

    if (!words[1] || !*g_strchug(words[1])) {
        error_setg(errp, "%s:%u: no reason behind '%s'", suite->options.expect, number, words[0]);
        error_append_hint(errp, "say why it fails, so that one knows when it should not any more");
        return false;
    }
    expectation = g_new0(Expectation, 1);
    expectation->pattern = g_strdup(words[0]);
    expectation->spec = g_pattern_spec_new(words[0]);
    expectation->reason = g_strdup(words[1]);
    expectation->line = number;
    g_ptr_array_add(suite->expectations, expectation);
    return true;
}

static bool parse(Suite *suite, const char *text, Error **errp)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);

        if (*line && *line != '#' && !take_line(suite, line, i + 1, errp)) {
            return false;
        }
    }
    return true;
}

/* By its whole name, or the file's, which may do without ".elf". */
static bool matches(const Expectation *expectation, const Test *test)
{
    g_autofree char *base = g_path_get_basename(test->name);

    if (g_pattern_spec_match_string(expectation->spec, test->name) ||
        g_pattern_spec_match_string(expectation->spec, base)) {
        return true;
    }
    if (!g_str_has_suffix(base, ".elf")) {
        return false;
    }
    base[strlen(base) - strlen(".elf")] = '\0';
    return g_pattern_spec_match_string(expectation->spec, base);
}

/* Of several lines about a program the first is told; all are used. */
static void apply(const Suite *suite, Test *test)
{
    for (guint i = 0; i < suite->expectations->len; i++) {
        Expectation *expectation = suite->expectations->pdata[i];

        if (matches(expectation, test)) {
            expectation->used = true;
            test->expectation = test->expectation ? test->expectation : expectation;
        }
    }
}

bool suite_read_expectations(Suite *suite, Error **errp)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) gerror = NULL;
    gsize size;

    if (!suite->options.expect) {
        return true;
    }
    if (!g_file_get_contents(suite->options.expect, &text, &size, &gerror)) {
        error_setg(errp, "-expect: %s", gerror->message);
        error_append_hint(errp, "give a file with known failures");
        return false;
    }
    if (!g_utf8_validate(text, size, NULL)) {
        error_setg(errp, "-expect: '%s' is no text in UTF-8", suite->options.expect);
        error_append_hint(errp, "give a file with known failures");
        return false;
    }
    if (!parse(suite, text, errp)) {
        return false;
    }
    for (guint i = 0; i < suite->tests->len; i++) {
        apply(suite, suite->tests->pdata[i]);
    }
    return true;
}
