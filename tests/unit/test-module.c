/*
 * Module initialisation: announced functions run once, by kind, in order.
 *
 * The announcements below are made by constructors, before main(); main() looks that nothing has
 * run yet.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/module.h"

#include <string.h>

#include "fatal.h"

/* What ran, one letter per function. */
static char trace[32];

static void record(char letter)
{
    trace[strlen(trace)] = letter;
}

static void first_type(void)
{
    record('1');
}

static void late_type(void)
{
    record('9');
}

/*
 * Announces another function of its own kind, and asks for its kind while it runs: neither starts
 * it anew.
 */
static void second_type(void)
{
    record('2');
    register_module_init(late_type, MODULE_INIT_QOM);
    module_call_init(MODULE_INIT_QOM);
}

static void third_type(void)
{
    record('3');
}

static void trace_fn(void)
{
    record('t');
}

static void opts_fn(void)
{
    record('o');
}

static void block_fn(void)
{
    record('b');
}

type_init(first_type)
opts_init(opts_fn)
type_init(second_type)
trace_init(trace_fn)
type_init(third_type)
block_init(block_fn)

static void test_order(void)
{
    g_assert_cmpstr(trace, ==, "");
    module_call_init(MODULE_INIT_TRACE);
    g_assert_cmpstr(trace, ==, "t");
    module_call_init(MODULE_INIT_QOM);
    g_assert_cmpstr(trace, ==, "t1239");
    module_call_init(MODULE_INIT_QOM);
    g_assert_cmpstr(trace, ==, "t1239");
    module_call_init(MODULE_INIT_OPTS);
    module_call_init(MODULE_INIT_BLOCK);
    module_call_init(MODULE_INIT_TRACE);
    g_assert_cmpstr(trace, ==, "t1239ob");
}

/* A kind for which nothing was announced runs too, and is over then. */
static void announce_late(void)
{
    module_call_init(MODULE_INIT_MIGRATION);
    register_module_init(late_type, MODULE_INIT_MIGRATION);
}

static void wrong_kind(void)
{
    register_module_init(late_type, MODULE_INIT_MAX);
}

static const FatalCase fatal_cases[] = {
    { "/module/announce-late", announce_late,
      "rvemu: an init function of kind 4 was announced after its kind had run\n" },
    { "/module/wrong-kind", wrong_kind, "*assertion failed*type < MODULE_INIT_MAX*" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/module/order", test_order);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
