/*
 * Verdicts: which one counts, what it says, and who is asked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/verdict.h"

#include <signal.h>

#include "system/runstate.h"

static void assert_verdict(VerdictKind kind, int status, const char *text)
{
    const Verdict *verdict = verdict_get();
    g_autofree char *described = NULL;

    g_assert_nonnull(verdict);
    described = verdict_describe(verdict);
    g_assert_cmpint(verdict->kind, ==, kind);
    g_assert_cmpstr(described, ==, text);
    g_assert_cmpint(runstate_exit_status(), ==, status);
    runstate_clear();
    g_assert_null(verdict_get());
}

static void test_guest(void)
{
    verdict_guest_exit(NULL, 0, 0, "test 0 (tohost 0x%x)", 1);
    assert_verdict(VERDICT_PASSED, 0, NULL);
    verdict_guest_exit(NULL, 0, 5, "test 5 (tohost 0x%x)", 11);
    assert_verdict(VERDICT_FAILED, 5, "test 5 (tohost 0xb)");
    verdict_guest_exit(NULL, 0, 118, "x");
    assert_verdict(VERDICT_FAILED, 118, "x");
    verdict_guest_exit(NULL, 0, 119, "x");
    assert_verdict(VERDICT_FAILED, 119, "x");
    verdict_guest_exit(NULL, 0, UINT64_MAX, "x");
    assert_verdict(VERDICT_FAILED, 119, "x");
}

static void test_user(void)
{
    verdict_quit();
    assert_verdict(VERDICT_PASSED, 0, NULL);
    verdict_signal(SIGTERM);
    assert_verdict(VERDICT_SIGNAL, 143, "ended by signal 15 (Terminated)");
    verdict_signal(SIGPIPE);
    assert_verdict(VERDICT_SIGNAL, 141, NULL);
}

static void test_first_counts(void)
{
    verdict_guest_exit(NULL, 0, 7, "first");
    verdict_guest_exit(NULL, 0, 0, "second");
    verdict_signal(SIGINT);
    g_assert_true(verdict_dead(NULL, 0, "third"));
    g_assert_cmpuint(verdict_get()->code, ==, 7);
    assert_verdict(VERDICT_FAILED, 7, "first");
}

static bool take(const Verdict *verdict, void *opaque)
{
    GString *asked = opaque;

    g_string_append_printf(asked, "%s;", verdict->text);
    return verdict->kind == VERDICT_LIMIT;
}

/* It is asked about limits and dead guests only, and what it takes does not end the run. */
static void test_debugger(void)
{
    g_autoptr(GString) asked = g_string_new(NULL);

    verdict_set_debugger(take, asked);
    g_assert_false(verdict_limit(NULL, 0, "%d instructions reached", 5));
    g_assert_null(verdict_get());
    g_assert_false(system_shutdown_requested());
    g_assert_true(verdict_dead(NULL, 0, "no hart can go on"));
    assert_verdict(VERDICT_DEAD, 122, "no hart can go on");
    g_assert_cmpstr(asked->str, ==, "5 instructions reached;no hart can go on;");

    verdict_set_debugger(take, asked);
    verdict_guest_exit(NULL, 0, 5, "x");
    assert_verdict(VERDICT_FAILED, 5, "x");
    g_assert_true(verdict_limit(NULL, 0, "later")); /* the debugger went with the run */
    assert_verdict(VERDICT_LIMIT, 121, "later");
    g_assert_cmpstr(asked->str, ==, "5 instructions reached;no hart can go on;");
}

static void test_place(void)
{
    g_autofree char *place = verdict_place(0x80000010); /* without a machine there are no symbols */

    g_assert_cmpstr(place, ==, "0x80000010");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/guest", test_guest);
    g_test_add_func("/verdict/user", test_user);
    g_test_add_func("/verdict/first-counts", test_first_counts);
    g_test_add_func("/verdict/debugger", test_debugger);
    g_test_add_func("/verdict/place", test_place);
    return g_test_run();
}
