/*
 * Accelerator classes: names, aliases, lists, and -accel.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "fake-machine.h"

#include <stdlib.h>

static void test_find(void)
{
    g_assert_cmpstr(accel_find("swift")->name, ==, "swift");
    g_assert_true(accel_find("quick") == accel_find("swift"));
    g_assert_true(accel_find("rapid") == accel_find("swift"));
    /* Inherits neither alias nor default. */
    g_assert_cmpstr(accel_find("sloth")->name, ==, "sloth");
    g_assert_null(accel_find("sloth")->aliases);
    g_assert_null(accel_find("accel"));
    g_assert_true(accel_default() == accel_find("swift"));
}

static void test_parse(void)
{
    static const struct {
        const char *text, *name;
        bool single;
    } cases[] = {
        { "swift", "swift", false },
        { "accel=sloth", "sloth", false },
        { "rapid,thread=single", "swift", true },
        { "sloth,thread=multi", "sloth", false },
        { "kvm:hvf:sloth:swift", "sloth", false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(AccelState) accel = accel_parse(cases[i].text, &error_abort);
        g_assert_cmpstr(ACCEL_GET_CLASS(accel)->name, ==, cases[i].name);
        g_assert_cmpint(accel->single_thread, ==, cases[i].single);
    }
}

static void test_errors(void)
{
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        { "kvm", "unknown accelerator 'kvm'", "'-accel help' lists them" },
        { "kvm:hvf", "unknown accelerator 'kvm:hvf'", "'-accel help' lists them" },
        { "thread=single", "no accelerator is named",
          "write -accel NAME[,PROP=VALUE...]; '-accel help' lists the names" },
        { "swift,single", "'single' is not of the form KEY=VALUE",
          "a comma that belongs to a value is written twice" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;
        g_assert_null(accel_parse(cases[i].text, &err));
        expect_error(&err, cases[i].message, cases[i].hint);
    }

    Error *err = NULL;
    g_assert_null(accel_parse("swift,thread=many", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "property 'swift-accel.thread': "));
    g_assert_nonnull(strstr(error_get_pretty(err), "many"));
    error_free(err);
}

static void test_help(void)
{
    TextStream out;

    g_assert_cmpint(accel_help("swift", NULL, &error_abort), ==, OPTION_NEXT);

    g_assert_cmpint(accel_help("help", text_stream_open(&out), &error_abort), ==, OPTION_DONE);
    g_assert_cmpstr(text_stream_close(&out), ==,
                    "Supported accelerators are:\n"
                    "sloth                Runs\n"
                    "quick                Runs (alias of swift)\n"
                    "rapid                Runs (alias of swift)\n"
                    "swift                Runs (default)\n");
    free(out.text);

    g_assert_cmpint(accel_help("quick,help", text_stream_open(&out), &error_abort), ==,
                    OPTION_DONE);
    g_assert_true(g_str_has_prefix(text_stream_close(&out), "Properties of accelerator swift:\n"
                                                            "  thread=<AccelThread>    multi: "));
    g_assert_nonnull(strstr(out.text, "multi)\n"));
    free(out.text);
}

static void test_help_errors(void)
{
    Error *err = NULL;

    g_assert_cmpint(accel_help("kvm,help", NULL, &err), ==, OPTION_ERROR);
    expect_error(&err, "unknown accelerator 'kvm'", "'-accel help' lists them");
    g_assert_cmpint(accel_help("", NULL, &err), ==, OPTION_ERROR);
    g_clear_pointer(&err, error_free);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/accel/find", test_find);
    g_test_add_func("/accel/parse", test_parse);
    g_test_add_func("/accel/errors", test_errors);
    g_test_add_func("/accel/help", test_help);
    g_test_add_func("/accel/help-errors", test_help_errors);
    return g_test_run();
}
