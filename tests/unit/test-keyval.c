/*
 * Taking "NAME,key=value" apart.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "util/keyval.h"

/* keyvals as "key=value|key=value". */
static char *joined(const GPtrArray *keyvals)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];
        g_string_append_printf(text, "%s%s=%s", i ? "|" : "", kv->key, kv->value);
    }
    return g_string_free(text, FALSE);
}

static void test_forms(void)
{
    static const struct {
        const char *text, *implied, *expected;
    } cases[] = {
        { "spike", "type", "type=spike" },
        { "spike,a=1,b=2", "type", "type=spike|a=1|b=2" },
        { "type=spike,a=", "type", "type=spike|a=" },
        { "a=1,type=spike", "type", "a=1|type=spike" },
        { "a=x=y", NULL, "a=x=y" },
        { "a=x,,y,b=,,", NULL, "a=x,y|b=," },
        { "a=1,,,b=2", NULL, "a=1,|b=2" },
        { "x,,y", "file", "file=x,y" },
        { "help", "type", "help=on" },
        { "?", "type", "help=on" },
        { "spike,help", "type", "type=spike|help=on" },
        { "a=help", NULL, "a=help" },
        { "a=1,a=2", NULL, "a=1|a=2" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) keyvals = keyval_parse(cases[i].text, cases[i].implied, &error_abort);
        g_autofree char *text = joined(keyvals);
        g_assert_cmpstr(text, ==, cases[i].expected);
    }
}

static void test_errors(void)
{
    static const char comma[] = "a comma that belongs to a value is written twice";
    static const struct {
        const char *text, *implied, *message, *hint;
    } cases[] = {
        { "", "type", "empty part between commas", comma },
        { "spike,", "type", "empty part between commas", comma },
        { ",a=1", "type", "empty part between commas", comma },
        { "a=1,b", "type", "'b' is not of the form KEY=VALUE", comma },
        { "b", NULL, "'b' is not of the form KEY=VALUE", comma },
        { "=1", "type", "'=1' is not of the form KEY=VALUE", comma },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;
        g_autoptr(GPtrArray) keyvals = keyval_parse(cases[i].text, cases[i].implied, &err);
        g_assert_null(keyvals);
        expect_error(&err, cases[i].message, cases[i].hint);
    }
}

static void test_get_and_steal(void)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse("spike,a=1,b=2,a=3", "type", &error_abort);

    g_assert_cmpstr(keyval_get(keyvals, "a"), ==, "3");
    g_assert_null(keyval_get(keyvals, "c"));
    g_assert_false(keyval_wants_help(keyvals));

    g_autofree char *a = keyval_steal(keyvals, "a");
    g_autofree char *c = keyval_steal(keyvals, "c");
    g_autofree char *rest = joined(keyvals);
    g_assert_cmpstr(a, ==, "3");
    g_assert_null(c);
    g_assert_cmpstr(rest, ==, "type=spike|b=2");

    g_autoptr(GPtrArray) help = keyval_parse("spike,?", "type", &error_abort);
    g_assert_true(keyval_wants_help(help));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keyval/forms", test_forms);
    g_test_add_func("/keyval/errors", test_errors);
    g_test_add_func("/keyval/get-and-steal", test_get_and_steal);
    return g_test_run();
}
