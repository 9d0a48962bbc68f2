/*
 * The machinery of the option table, on a table of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "util/option.h"

#include <string.h>

#include "fatal.h"

/* Handlers append what they got to a GString. */
static OptionResult take(const OptionDef *option, const char *arg, void *opaque,
                         Error **errp G_GNUC_UNUSED)
{
    g_string_append_printf(opaque, "%s(%s)", option->name, arg ? arg : "");
    return OPTION_NEXT;
}

static OptionResult stop(const OptionDef *option, const char *arg, void *opaque, Error **errp)
{
    take(option, arg, opaque, errp);
    return OPTION_DONE;
}

static OptionResult refuse(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                           void *opaque G_GNUC_UNUSED, Error **errp)
{
    error_setg(errp, "'%s' will not do", arg ? arg : "nothing");
    return OPTION_ERROR;
}

static OptionResult take_bare(const char *word, void *opaque, Error **errp)
{
    if (g_str_equal(word, "bad")) {
        error_setg(errp, "bad word");
        return OPTION_ERROR;
    }
    g_string_append_printf(opaque, "[%s]", word);
    return g_str_equal(word, "last") ? OPTION_BARE : OPTION_NEXT;
}

static const OptionDef rows[] = {
    { .help = "First" },
    { .name = "file", .alias = "f", .arg = "FILE", .handler = take, .help = "a file" },
    { .name = "flag", .handler = take, .help = "a flag whose text is long enough to need a second "
                                               "line, and perhaps a third one on top of that one" },
    { .help = "Second" },
    { .name = "stop", .handler = stop, .help = "ends" },
    { .name = "a-long-name", .arg = "WITH-AN-ARGUMENT", .handler = refuse, .help = "refuses" },
    { .name = "no", .handler = refuse, .help = "refuses" },
};

/* What the handlers got from the words of line, which ends as `expected` says. */
static char *parse(const char *line, OptionResult expected, Error **errp)
{
    GString *got = g_string_new(NULL);
    g_autofree char *all = g_strdup_printf("program %s", line);
    g_auto(GStrv) argv = g_strsplit(all, " ", -1);

    OptionResult result = options_parse((int)g_strv_length(argv), argv, take_bare, got, errp);
    g_assert_cmpint(result, ==, expected);
    return g_string_free(got, FALSE);
}

static void test_spellings(void)
{
    static const struct {
        const char *line, *expected;
    } cases[] = {
        { "-file x -f y --file z", "file(x)file(y)file(z)" },
        { "--file=x -f=y -file=", "file(x)file(y)file()" },
        { "--file=a=b", "file(a=b)" },
        { "-flag --flag", "flag()flag()" },
        { "-file -flag", "file(-flag)" },
        { "x -flag y", "[x]flag()[y]" },
        { "- -flag", "[-]flag()" },
        { "-flag -- -flag -- x", "flag()[-flag][--][x]" },
        { "-flag last -flag -- -nonsense", "flag()[last][-flag][--][-nonsense]" },
        { "-- last -flag", "[last][-flag]" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = parse(cases[i].line, OPTION_NEXT, &error_abort);
        g_assert_cmpstr(got, ==, cases[i].expected);
    }
}

static void test_stops_early(void)
{
    g_autofree char *got = parse("-flag -stop -no", OPTION_DONE, &error_abort);
    g_assert_cmpstr(got, ==, "flag()stop()");
}

static void test_errors(void)
{
    static const struct {
        const char *line, *message, *hint;
    } cases[] = {
        { "-flagg", "unknown option '-flagg'", "did you mean '-flag'? '-help' lists all options" },
        { "--fil=x", "unknown option '--fil'", "did you mean '-file'? '-help' lists all options" },
        { "-zzzzzz", "unknown option '-zzzzzz'", "'-help' lists all options" },
        { "-flag -file", "option '-file' needs an argument", "-file FILE" },
        { "--flag=on", "option '--flag' takes no argument", "leave out '=on'" },
        { "-no", "-no: 'nothing' will not do", NULL },
        { "--a-long-name=x", "--a-long-name x: 'x' will not do", NULL },
        { "bad", "bad word", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;
        g_free(parse(cases[i].line, OPTION_ERROR, &err));
        expect_error(&err, cases[i].message, cases[i].hint);
    }
}

static void test_help(void)
{
    g_autofree char *help = options_help();
    g_auto(GStrv) lines = g_strsplit(help, "\n", -1);

    g_assert_true(g_str_has_prefix(help, "First:\n"
                                         "  -f, -file FILE          a file\n"
                                         "  -flag                   a flag whose text is "));
    g_assert_nonnull(strstr(help, "\n\nSecond:\n  -stop                   ends\n"));
    g_assert_nonnull(strstr(help, "\n  -a-long-name WITH-AN-ARGUMENT\n"
                                  "                          refuses\n"));
    for (char **line = lines; *line; line++) {
        g_assert_cmpuint(strlen(*line), <=, 80);
        g_assert_false(g_str_has_suffix(*line, " "));
    }
}

static void test_find(void)
{
    g_assert_true(option_find("file") == &rows[1]);
    g_assert_true(option_find("f") == &rows[1]);
    g_assert_null(option_find("First"));
    g_assert_null(option_find(""));
}

static void register_name_twice(void)
{
    static const OptionDef again = { .name = "f", .handler = take, .help = "" };
    options_register(&again, 1);
}

static void register_alias_twice(void)
{
    static const OptionDef again = { .name = "g", .alias = "flag", .handler = take, .help = "" };
    options_register(&again, 1);
}

static const FatalCase fatal_cases[] = {
    { "/option/twice/name", register_name_twice, "*option '-f' is registered twice*" },
    { "/option/twice/alias", register_alias_twice, "*option '-g' is registered twice*" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    options_register(rows, G_N_ELEMENTS(rows));
    g_test_add_func("/option/spellings", test_spellings);
    g_test_add_func("/option/stops-early", test_stops_early);
    g_test_add_func("/option/errors", test_errors);
    g_test_add_func("/option/help", test_help);
    g_test_add_func("/option/find", test_find);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
