/*
 * Filters of keys (include/util/key-filter.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

#include "util/key-filter.h"

/* As page numbers are: close to one another, in a few places. */
static uint64_t member(unsigned i)
{
    return (i % 4 * UINT64_C(0x3ffffffe00000) + i) << 12;
}

static unsigned count_members(const KeyFilter *filter, unsigned first, unsigned count)
{
    unsigned n = 0;

    for (unsigned i = first; i < first + count; i++) {
        n += key_filter_may_have(filter, member(i));
    }
    return n;
}

static void test_members(void)
{
    KeyFilter filter = { 0 };

    g_assert_cmpuint(count_members(&filter, 0, 4000), ==, 0);
    for (unsigned i = 0; i < 1000; i++) {
        key_filter_add(&filter, member(i));
    }
    g_assert_cmpuint(count_members(&filter, 0, 1000), ==, 1000);
    /* One in 16 by chance; a filter that says yes to all would be of no use. */
    g_assert_cmpuint(count_members(&filter, 1000, 3000), <, 3000 / 8);
}

static void test_clear(void)
{
    KeyFilter filter = { 0 };

    key_filter_add(&filter, member(7));
    key_filter_clear(&filter);
    g_assert_cmpuint(count_members(&filter, 0, 1000), ==, 0);
    key_filter_clear(&filter);
    key_filter_add(&filter, 0);
    g_assert_true(key_filter_may_have(&filter, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key-filter/members", test_members);
    g_test_add_func("/key-filter/clear", test_clear);
    return g_test_run();
}
