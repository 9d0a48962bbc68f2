/*
 * Strict parsers: what they take, what they refuse and what they say then.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/cutils.h"

#include "expect.h"
#include "util/bits.h"

static void test_uint64(void)
{
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {
        { "0", 0 },
        { "007", 7 },
        { "18446744073709551615", UINT64_MAX },
        { "0xffffffffffffffff", UINT64_MAX },
        { "0XaB", 0xab },
        { "0x0", 0 },
    };
    static const char *const bad[] = { "",   "x",  "-1", "+1", " 1",   "1 ",   "0x",
                                       "0xg", "1k", "0b1", "1.5", "1e3", "0x1 ", "ff" };
    uint64_t value = 42;
    Error *err = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_true(parse_uint64(good[i].text, &value, &error_abort));
        g_assert_cmphex(value, ==, good[i].value);
    }
    value = 42;
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *message = g_strdup_printf("'%s' is not a number", bad[i]);
        g_assert_false(parse_uint64(bad[i], &value, &err));
        expect_error(&err, message, NULL);
    }
    g_assert_false(parse_uint64("18446744073709551616", &value, &err));
    expect_error(&err, "'18446744073709551616' does not fit in 64 bits", NULL);
    g_assert_false(parse_uint64("0x10000000000000000", &value, &err));
    expect_error(&err, "'0x10000000000000000' does not fit in 64 bits", NULL);
    g_assert_cmpuint(value, ==, 42); /* failures left it alone */
}

static void test_int64(void)
{
    int64_t value = 42;
    Error *err = NULL;

    g_assert_true(parse_int64("-9223372036854775808", &value, &error_abort));
    g_assert_cmpint(value, ==, INT64_MIN);
    g_assert_true(parse_int64("+9223372036854775807", &value, &error_abort));
    g_assert_cmpint(value, ==, INT64_MAX);
    g_assert_true(parse_int64("-0x10", &value, &error_abort));
    g_assert_cmpint(value, ==, -16);
    g_assert_true(parse_int64("-0", &value, &error_abort));
    g_assert_cmpint(value, ==, 0);
    g_assert_false(parse_int64("9223372036854775808", &value, &err));
    expect_error(&err, "'9223372036854775808' does not fit in 64 bits", NULL);
    g_assert_false(parse_int64("-9223372036854775809", &value, &err));
    expect_error(&err, "'-9223372036854775809' does not fit in 64 bits", NULL);
    g_assert_false(parse_int64("-", &value, &err));
    expect_error(&err, "'-' is not a number", NULL);
    g_assert_false(parse_int64("--1", &value, &err));
    expect_error(&err, "'--1' is not a number", NULL);
}

static void test_size(void)
{
    static const struct {
        const char *text;
        uint64_t unit, size;
    } good[] = {
        { "128M", 1, 128 * MiB }, { "128", MiB, 128 * MiB }, { "4096B", MiB, 4096 },
        { "1k", 1, KiB },         { "2g", MiB, 2 * GiB },    { "1T", 1, TiB },
        { "15E", 1, UINT64_C(15) << 60 }, { "1P", 1, UINT64_C(1) << 50 },
        { "0x10K", 1, 16 * KiB }, { "0x1b", 1, 0x1b },       { "0", 1, 0 },
        { "1.5G", 1, 3 * GiB / 2 }, { "0.5", MiB, 512 * KiB }, { "1.000000000000000000000k", 1, KiB },
        { "0.0009765625K", 1, 1 }, { "15.999999999999999999E", 1, UINT64_MAX - 1 },
    };
    static const char *const bad[] = { "", "M", "1MM", "1MiB", "-1", "1.5", "1.5B", "1.G", ".5G",
                                       "0x1.8G", "1.5.5G", "1 M", "12Q", "0x" };
    uint64_t size = 42;
    Error *err = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_true(parse_size(good[i].text, good[i].unit, &size, &error_abort));
        g_assert_cmphex(size, ==, good[i].size);
    }
    size = 42;
    for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *message = g_strdup_printf("'%s' is not a size", bad[i]);
        g_assert_false(parse_size(bad[i], 1, &size, &err));
        expect_error(&err, message, "a number, then one of B, K, M, G, T, P, E or nothing; of bytes "
                                    "a whole one");
    }
    g_assert_false(parse_size("16E", 1, &size, &err));
    expect_error(&err, "size '16E' does not fit in 64 bits", NULL);
    g_assert_false(parse_size("17592186044416", MiB, &size, &err));
    expect_error(&err, "size '17592186044416' does not fit in 64 bits", NULL);
    g_assert_false(parse_size("99999999999999999999K", 1, &size, &err));
    expect_error(&err, "size '99999999999999999999K' does not fit in 64 bits", NULL);
    g_assert_cmpuint(size, ==, 42);
}

static void test_format_size(void)
{
    static const struct {
        uint64_t size;
        const char *text;
    } cases[] = {
        { 0, "0" },           { 1000, "1000" },     { 1024, "1K" },
        { 128 * MiB, "128M" }, { MiB + KiB, "1025K" }, { UINT64_C(1) << 63, "8E" },
        { UINT64_MAX, "18446744073709551615" },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t back;
        g_autofree char *text = format_size(cases[i].size);
        g_assert_cmpstr(text, ==, cases[i].text);
        g_assert_true(parse_size(text, 1, &back, &error_abort));
        g_assert_cmphex(back, ==, cases[i].size);
    }
}

static void test_bool(void)
{
    static const char *const on[] = { "on", "yes", "true", "y" };
    static const char *const off[] = { "off", "no", "false", "n" };
    bool value = false;
    Error *err = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(on); i++) {
        g_assert_true(parse_bool(on[i], &value, &error_abort));
        g_assert_true(value);
        g_assert_true(parse_bool(off[i], &value, &error_abort));
        g_assert_false(value);
    }
    g_assert_false(parse_bool("maybe", &value, &err));
    expect_error(&err, "'maybe' is neither on nor off", NULL);
    g_assert_false(parse_bool("", &value, &err));
    expect_error(&err, "'' is neither on nor off", NULL);
}

static void test_help(void)
{
    g_assert_true(is_help_option("help"));
    g_assert_true(is_help_option("?"));
    g_assert_false(is_help_option("helpme"));
    g_assert_false(is_help_option(""));
}

static void test_nearest(void)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    g_assert_null(nearest_name("spike", names));
    g_ptr_array_add(names, (char *)"spike");
    g_ptr_array_add(names, (char *)"virt");
    g_ptr_array_add(names, (char *)"none");
    g_ptr_array_add(names, (char *)"sifive_u");
    g_assert_cmpstr(nearest_name("spke", names), ==, "spike");
    g_assert_cmpstr(nearest_name("Spike", names), ==, "spike");
    g_assert_cmpstr(nearest_name("vrt", names), ==, "virt");
    g_assert_cmpstr(nearest_name("sifive_e", names), ==, "sifive_u");
    g_assert_cmpstr(nearest_name("sifvie_u", names), ==, "sifive_u");
    g_assert_cmpstr(nearest_name("spikexx", names), ==, "spike");
    g_assert_null(nearest_name("smile", names));
    g_assert_null(nearest_name("microvm", names));
    g_assert_null(nearest_name("", names));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cutils/uint64", test_uint64);
    g_test_add_func("/cutils/int64", test_int64);
    g_test_add_func("/cutils/size", test_size);
    g_test_add_func("/cutils/format-size", test_format_size);
    g_test_add_func("/cutils/bool", test_bool);
    g_test_add_func("/cutils/help", test_help);
    g_test_add_func("/cutils/nearest", test_nearest);
    return g_test_run();
}
