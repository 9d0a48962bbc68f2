/*
 * Requests to the main loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/runstate.h"

#include <glib.h>

static void test_status(void)
{
    static const struct {
        int status, expected;
    } cases[] = {
        { 0, 0 }, { 1, 1 }, { 255, 255 }, { 256, 255 }, { 257, 1 }, { -1, 255 }, { 1 << 16, 255 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_false(system_shutdown_requested());
        system_shutdown_request(cases[i].status);
        g_assert_true(system_shutdown_requested());
        g_assert_cmpint(runstate_exit_status(), ==, cases[i].expected);
        runstate_clear();
    }
}

static void test_first_wins(void)
{
    system_shutdown_request(3);
    system_shutdown_request(0);
    g_assert_cmpint(runstate_exit_status(), ==, 3);
    runstate_clear();
}

static void test_reset(void)
{
    g_assert_false(system_reset_requested());
    g_assert_false(runstate_take_reset());
    system_reset_request();
    system_reset_request();
    g_assert_true(system_reset_requested());
    g_assert_false(system_shutdown_requested());
    g_assert_true(runstate_take_reset());
    g_assert_false(system_reset_requested());
    g_assert_false(runstate_take_reset());
}

static gpointer request_later(gpointer opaque)
{
    g_usleep(20000);
    system_shutdown_request(GPOINTER_TO_INT(opaque));
    return NULL;
}

/* A request from another thread ends the main loop's sleep. */
static void test_wakes(void)
{
    GThread *thread = g_thread_new("request", request_later, GINT_TO_POINTER(5));

    while (!system_shutdown_requested()) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_thread_join(thread);
    g_assert_cmpint(runstate_exit_status(), ==, 5);
    runstate_clear();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/runstate/status", test_status);
    g_test_add_func("/runstate/first-wins", test_first_wins);
    g_test_add_func("/runstate/reset", test_reset);
    g_test_add_func("/runstate/wakes", test_wakes);
    return g_test_run();
}
