/*
 * Sets of small numbers (util/index-set.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/index-set.h"

#include <glib.h>

static const unsigned members[] = { 0, 1, 63, 64, 127, 1000, 4031, 4032, INDEX_SET_MAX - 1 };

static void fill(IndexSet *set)
{
    for (unsigned i = G_N_ELEMENTS(members); i > 0; i--) {
        index_set_add(set, members[i - 1]);
        index_set_add(set, members[i - 1]);
    }
}

static void test_next(void)
{
    IndexSet set = { 0 };
    unsigned n = 0;

    for (unsigned from = 0; from <= INDEX_SET_MAX; from++) {
        g_assert_cmpuint(index_set_next(&set, from), ==, INDEX_SET_MAX);
    }
    fill(&set);
    for (unsigned from = 0; from < INDEX_SET_MAX; from++) {
        g_assert_cmpuint(index_set_next(&set, from), ==, members[n]);
        n += from == members[n];
    }
    g_assert_cmpuint(index_set_next(&set, INDEX_SET_MAX), ==, INDEX_SET_MAX);
}

static void test_foreach(void)
{
    IndexSet set = { 0 };
    unsigned n = 0;

    fill(&set);
    INDEX_SET_FOREACH(i, &set) {
        g_assert_cmpuint(i, ==, members[n++]);
    }
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(members));
}

static void test_pop(void)
{
    IndexSet set = { 0 };
    unsigned i, n = 0;

    fill(&set);
    while (index_set_pop(&set, &i)) {
        g_assert_cmpuint(i, ==, members[n++]);
    }
    g_assert_cmpuint(n, ==, G_N_ELEMENTS(members));
    for (i = 0; i < G_N_ELEMENTS(set.bits); i++) {
        g_assert_cmphex(set.bits[i], ==, 0);
    }
    g_assert_cmphex(set.words, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/index-set/next", test_next);
    g_test_add_func("/index-set/foreach", test_foreach);
    g_test_add_func("/index-set/pop", test_pop);
    return g_test_run();
}
