/*
 * Tests of mistakes that must end the program: each runs in a process of its own, which must die
 * and say why on stderr.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_FATAL_H
#define TESTS_UNIT_FATAL_H

#include <glib.h>

typedef struct FatalCase {
    const char *path;     /* the test's name */
    void (*mistake)(void);
    const char *expected; /* pattern (* and ?) for all of stderr */
} FatalCase;

static void run_fatal_case(gconstpointer data)
{
    const FatalCase *fatal = data;

    if (g_test_subprocess()) {
        fatal->mistake();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(fatal->expected);
}

/* cases must live as long as the tests run. */
static inline void add_fatal_cases(const FatalCase *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g_test_add_data_func(cases[i].path, &cases[i], run_fatal_case);
    }
}

#endif /* TESTS_UNIT_FATAL_H */
