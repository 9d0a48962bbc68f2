/*
 * Comparing errors with what a user should read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_EXPECT_H
#define TESTS_UNIT_EXPECT_H

#include <glib.h>

#include "util/error.h"

/* Takes *err, which must be set, and compares its message and hint (NULL: none). */
static inline void expect_error(Error **err, const char *message, const char *hint)
{
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, message);
    g_assert_cmpstr(error_get_hint(*err), ==, hint);
    g_clear_pointer(err, error_free);
}

#endif /* TESTS_UNIT_EXPECT_H */
