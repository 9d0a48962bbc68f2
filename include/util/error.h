/*
 * Errors that travel up to the caller, and the one line the user sees in the end.
 *
 * Belongs here: the Error object, how it is made, extended, handed on and reported.
 * Does not belong here: the debugging log (util/log.h), and any decision to leave the program.
 *
 * The rules for a function that takes `Error **errp`:
 *  - it is the last parameter; the function also tells success by its return value (true, or a
 *    pointer that is not NULL), so that a caller can pass errp on and test the return value;
 *  - on failure it sets *errp exactly once, on success it leaves it alone;
 *  - the caller passes NULL to ignore the error, &error_abort where an error would be a mistake in
 *    rvemu itself, or the address of an `Error *` that is NULL.
 * There is no "fatal" variant: only main may end the program.
 *
 * A message is one line without full stop and without newline. It names the file, option, property
 * or address. What to do about it goes into the hint.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_ERROR_H
#define UTIL_ERROR_H

#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>

typedef struct Error Error;

/*
 * Pass &error_abort where failure is impossible unless rvemu is wrong: the error is printed with
 * the place where it was made, then abort(). The variable itself stays NULL.
 */
extern Error *error_abort;

/*
 * Makes an error: the formatted message goes to *errp (which must be NULL before), if errp is not
 * NULL.
 */
#define error_setg(errp, fmt, ...) \
    error_setg_internal((errp), __FILE__, __LINE__, __func__, (fmt), ##__VA_ARGS__)

/* As error_setg, with ": " and the text of the errno value os_errno behind the message. */
#define error_setg_errno(errp, os_errno, fmt, ...) \
    error_setg_errno_internal((errp), __FILE__, __LINE__, __func__, (os_errno), (fmt), \
                              ##__VA_ARGS__)

void error_setg_internal(Error **errp, const char *file, int line, const char *func,
                         const char *fmt, ...) G_GNUC_PRINTF(5, 6);
void error_setg_errno_internal(Error **errp, const char *file, int line, const char *func,
                               int os_errno, const char *fmt, ...) G_GNUC_PRINTF(6, 7);

/* Puts text in front of the message of *errp. Nothing happens where errp or *errp is NULL. */
void error_prepend(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Takes that text from the front of the message of *errp, if it is there: callers know better. */
void error_drop_prefix(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Puts text behind the hint of *errp. Nothing happens where errp or *errp is NULL. */
void error_append_hint(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* As error_append_hint where there is no hint yet; an existing one knows better and stays. */
void error_default_hint(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/*
 * Hands local_err (may be NULL: nothing happens) on to dst_errp and takes ownership of it. It is
 * freed where dst_errp is NULL or already holds an error: the first error wins.
 */
void error_propagate(Error **dst_errp, Error *local_err);

/* An independent copy, to be freed by the caller. */
Error *error_copy(const Error *err);

/* The message; it belongs to err. */
const char *error_get_pretty(const Error *err);

/* The hint or NULL; it belongs to err. */
const char *error_get_hint(const Error *err);

/* Frees err; NULL is fine. */
void error_free(Error *err);

/* Prints "rvemu: MESSAGE (HINT)" as one line on stderr and frees err. */
void error_report_err(Error *err);

/* As error_report_err, as a warning: "rvemu: warning: MESSAGE (HINT)". */
void warn_report_err(Error *err);

/*
 * Prints "rvemu: " and the text as one line on stderr; for main and for mistakes found without an
 * Error.
 */
void error_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
/* Is all that was printed to stdout written? If not, that is reported. */
bool error_check_stdout(void);

/* Prints "rvemu: warning: " and the text as one line on stderr, as warn_report_err() does. */
void warn_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
/* What a user may want to know at start-up: "rvemu: MESSAGE". */
void info_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* -quiet: print no warnings and no information from now on. The main thread. */
void error_set_quiet(bool on);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Error, error_free)

#endif /* UTIL_ERROR_H */
