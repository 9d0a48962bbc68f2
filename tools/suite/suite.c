/*
 * What all reports need to know of tests and of the suite.
 *
 * What does not belong here: how any report looks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <string.h>

const char *run_end_text(RunEnd end)
{
#define END_TEXT(id, text) [END_##id] = (text),
    static const char *const texts[] = { RUN_ENDS(END_TEXT) };
#undef END_TEXT

    return texts[end];
}

const char *standing_heading(Standing standing)
{
#define STANDING_HEADING(id, heading, word) [STANDING_##id] = (heading),
    static const char *const headings[] = { STANDINGS(STANDING_HEADING) };
#undef STANDING_HEADING

    return headings[standing];
}

const char *standing_word(Standing standing)
{
#define STANDING_WORD(id, heading, word) [STANDING_##id] = (word),
    static const char *const words[] = { STANDINGS(STANDING_WORD) };
#undef STANDING_WORD

    return words[standing];
}

const char *file_kind_text(FileKind kind)
{
#define PASSED_OVER_TEXT(id, text) [FILE_##id] = (text),
    static const char *const texts[] = { PASSED_OVER(PASSED_OVER_TEXT) };
#undef PASSED_OVER_TEXT

    return texts[kind];
}

Standing test_standing(const Test *test)
{
    switch (test->end) {
    case END_NOT_RUN:
        return STANDING_NOT_RUN;
    case END_PASSED:
        return test->expectation ? STANDING_UNEXPECTED : STANDING_PASSED;
    default:
        return test->expectation ? STANDING_EXPECTED : STANDING_FAILED;
    }
}

void test_free(Test *test)
{
    g_free(test->path);
    g_free(test->name);
    g_free(test->group);
    g_free(test->reference);
    g_free(test->reason);
    g_free(test->command);
    g_free(test->post_mortem);
    g_free(test->output);
    g_free(test);
}

void suite_count(const Suite *suite, guint first, guint end, unsigned counts[N_STANDINGS])
{
    for (unsigned i = 0; i < N_STANDINGS; i++) {
        counts[i] = 0;
    }
    for (guint i = first; i < end; i++) {
        counts[test_standing(suite->tests->pdata[i])]++;
    }
}

bool suite_is_good(const Suite *suite)
{
    unsigned counts[N_STANDINGS];

    suite_count(suite, 0, suite->tests->len, counts);
    return counts[STANDING_PASSED] + counts[STANDING_EXPECTED] == suite->tests->len;
}

guint suite_group_end(const Suite *suite, guint first)
{
    const Test *test = suite->tests->pdata[first];
    guint end = first + 1;

    while (end < suite->tests->len &&
           g_str_equal(((const Test *)suite->tests->pdata[end])->group, test->group)) {
        end++;
    }
    return end;
}

double suite_seconds(const Suite *suite, guint first, guint end)
{
    double seconds = 0;

    for (guint i = first; i < end; i++) {
        seconds += ((const Test *)suite->tests->pdata[i])->seconds;
    }
    return seconds;
}

char *suite_summary(const unsigned counts[N_STANDINGS])
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < N_STANDINGS; i++) {
        if (counts[i] > 0 || i <= STANDING_FAILED) {
            g_string_append_printf(text, "%s%u %s", text->len ? ", " : "", counts[i],
                                   standing_heading(i));
        }
    }
    return g_string_free(text, FALSE);
}

char *suite_passed_over(const Suite *suite)
{
    g_autoptr(GString) kinds = g_string_new(NULL);
    unsigned total = 0;

    for (unsigned i = FILE_PROGRAM + 1; i < N_FILE_KINDS; i++) {
        total += suite->passed_over[i];
        if (suite->passed_over[i] > 0) {
            g_string_append_printf(kinds, "%s%u %s", kinds->len ? ", " : "", suite->passed_over[i],
                                   file_kind_text(i));
        }
    }
    return total == 0 ? NULL
                      : g_strdup_printf("%u file%s passed over: %s", total, total == 1 ? "" : "s",
                                        kinds->str);
}

static void remark_unused(const Suite *suite, GPtrArray *remarks)
{
    for (guint i = 0; i < suite->expectations->len; i++) {
        const Expectation *expectation = suite->expectations->pdata[i];

        if (!expectation->used) {
            g_ptr_array_add(remarks, g_strdup_printf("%s:%u: there is no program '%s'",
                                                     suite->options.expect, expectation->line,
                                                     expectation->pattern));
        }
    }
}

GPtrArray *suite_remarks(const Suite *suite)
{
    GPtrArray *remarks = g_ptr_array_new_with_free_func(g_free);
    char *passed_over = suite_passed_over(suite);

    remark_unused(suite, remarks);
    if (suite->filtered) {
        g_ptr_array_add(remarks, g_strdup_printf("%u left out by -filter", suite->filtered));
    }
    if (suite->options.signatures && suite->references < suite->tests->len) {
        g_ptr_array_add(remarks, g_strdup_printf("%u without a reference in %s",
                                                 suite->tests->len - suite->references,
                                                 suite->options.signatures));
    }
    if (passed_over) {
        g_ptr_array_add(remarks, passed_over);
    }
    if (suite->signal) {
        g_ptr_array_add(remarks, g_strdup_printf("cut short by signal %d (%s)", suite->signal,
                                                 strsignal(suite->signal)));
    }
    return remarks;
}
