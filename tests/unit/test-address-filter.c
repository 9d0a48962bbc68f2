/*
 * Sets of addresses as the user writes them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/address-filter.h"

#include <string.h>

#include "expect.h"

/* "main" is [0x1000, 0x10ff]. */
static bool find_main(const char *name, uint64_t *first, uint64_t *last, void *opaque)
{
    g_assert_cmpstr(opaque, ==, "opaque");
    *first = 0x1000;
    *last = 0x10ff;
    return strcmp(name, "main") == 0;
}

static AddressFilter *parse(const char *text, Error **errp)
{
    return address_filter_parse(text, find_main, (void *)"opaque", errp);
}

static void expect_has(const char *text, uint64_t first, uint64_t last)
{
    g_autoptr(AddressFilter) filter = parse(text, &error_abort);

    g_assert_true(address_filter_has(filter, first, first));
    g_assert_true(address_filter_has(filter, last, last));
    g_assert_true(address_filter_has(filter, first - 1, first));
    g_assert_true(address_filter_has(filter, last, last + 1));
    g_assert_true(address_filter_has(filter, first - 1, last + 1));
    g_assert_false(address_filter_has(filter, first - 2, first - 1));
    g_assert_false(address_filter_has(filter, last + 1, last + 2));
}

static void test_forms(void)
{
    expect_has("0x80000000..0x80001000", 0x80000000, 0x80001000);
    expect_has("0x80000000+0x1000", 0x80000000, 0x80000fff);
    expect_has("0x80000000+4K", 0x80000000, 0x80000fff);
    expect_has("0x80000000-0x1000", 0x7ffff001, 0x80000000);
    expect_has("16..16", 16, 16);
    expect_has("main", 0x1000, 0x10ff);
    expect_has("main+16", 0x1000, 0x100f);
    expect_has("main-16", 0xff1, 0x1000);
    expect_has("main..0x2000", 0x1000, 0x2000);
    expect_has("0x10..main", 0x10, 0x1000);
    expect_has("0x10+2,main,0x3000+1", 0x3000, 0x3000);
    expect_has("0x10+2,main,0x3000+1", 0x10, 0x11);
    expect_has("0x10+2,main,0x3000+1", 0x1000, 0x10ff);
}

static void test_all(void)
{
    g_autoptr(AddressFilter) filter =
        address_filter_parse("0..0xffffffffffffffff", NULL, NULL, &error_abort);

    g_assert_true(address_filter_has(filter, 0, 0));
    g_assert_true(address_filter_has(filter, UINT64_MAX, UINT64_MAX));
    address_filter_free(NULL);
}

static void test_errors(void)
{
    static const char hint[] = "a range is FIRST..LAST, START+SIZE, END-SIZE or a symbol";
    static const char *const cases[][2] = {
        { "", "no symbol '' in what is loaded" },
        { "0x10", "'0x10' has no end" },
        { "0x10+1,", "no symbol '' in what is loaded" },
        { "mian", "no symbol 'mian' in what is loaded" },
        { "mian+4", "no symbol 'mian' in what is loaded" },
        { "0x10..mian", "no symbol 'mian' in what is loaded" },
        { "0x10..", "no symbol '' in what is loaded" },
        { "0x10..0xf", "'0x10..0xf' ends before it begins" },
        { "0xfffffffffffffff0+0x20", "'0xfffffffffffffff0+0x20' ends before it begins" },
        { "0x10-0x20", "'0x10-0x20' ends before it begins" },
        { "0x10+0", "empty range" },
        { "0x1g+1", "'0x1g' is not a number" },
        { "0x99999999999999999..1", "'0x99999999999999999' does not fit in 64 bits" },
    };
    Error *err = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_null(parse(cases[i][0], &err));
        expect_error(&err, cases[i][1], hint);
    }
    g_assert_null(parse("0x10+x", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "'x' is not a size"));
    error_free(err);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address-filter/forms", test_forms);
    g_test_add_func("/address-filter/all", test_all);
    g_test_add_func("/address-filter/errors", test_errors);
    return g_test_run();
}
