/*
 * The Error object and the lines the user reads.
 *
 * Does not belong here: anything that ends the program, but for errors sent to &error_abort.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/error.h"

#include <stdio.h>
#include <stdlib.h>

struct Error {
    GString *message;
    GString *hint; /* NULL: none */
    /* Where it was made; told only when the error turns out to be a mistake in rvemu. */
    const char *file;
    int line;
    const char *func;
};

Error *error_abort;
static bool quiet; /* of the process, as stderr is: no warnings */

/* One call of fputs, so that lines of several threads do not mix. */
static void print_line(const char *kind, const char *message, const char *hint)
{
    g_autofree char *line = hint ? g_strdup_printf("rvemu: %s%s (%s)\n", kind, message, hint)
                                 : g_strdup_printf("rvemu: %s%s\n", kind, message);
    fputs(line, stderr);
}

static void G_NORETURN abort_with(const Error *err)
{
    g_autofree char *text = g_strdup_printf("unexpected error in %s() at %s:%d: %s", err->func,
                                            err->file, err->line, err->message->str);
    print_line("", text, error_get_hint(err));
    fflush(NULL); /* abort() does not; the log may say more */
    abort();
}

static void G_GNUC_PRINTF(6, 0) setv(Error **errp, const char *file, int line, const char *func,
                                     const char *suffix, const char *fmt, va_list ap)
{
    if (!errp) {
        return;
    }
    g_assert(!*errp);

    Error *err = g_new0(Error, 1);
    err->message = g_string_new(NULL);
    g_string_vprintf(err->message, fmt, ap);
    if (suffix) {
        g_string_append_printf(err->message, ": %s", suffix);
    }
    err->file = file;
    err->line = line;
    err->func = func;
    if (errp == &error_abort) {
        abort_with(err);
    }
    *errp = err;
}

void error_setg_internal(Error **errp, const char *file, int line, const char *func,
                         const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    setv(errp, file, line, func, NULL, fmt, ap);
    va_end(ap);
}

void error_setg_errno_internal(Error **errp, const char *file, int line, const char *func,
                               int os_errno, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    setv(errp, file, line, func, g_strerror(os_errno), fmt, ap);
    va_end(ap);
}

void error_prepend(Error *const *errp, const char *fmt, ...)
{
    if (!errp || !*errp) {
        return;
    }

    va_list ap;
    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_string_prepend((*errp)->message, text);
}

void error_drop_prefix(Error *const *errp, const char *fmt, ...)
{
    if (!errp || !*errp) {
        return;
    }

    va_list ap;
    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (g_str_has_prefix((*errp)->message->str, text)) {
        g_string_erase((*errp)->message, 0, strlen(text));
    }
}

void error_append_hint(Error *const *errp, const char *fmt, ...)
{
    if (!errp || !*errp) {
        return;
    }

    va_list ap;
    va_start(ap, fmt);
    if (!(*errp)->hint) {
        (*errp)->hint = g_string_new(NULL);
    }
    g_string_append_vprintf((*errp)->hint, fmt, ap);
    va_end(ap);
}

void error_default_hint(Error *const *errp, const char *fmt, ...)
{
    if (!errp || !*errp || (*errp)->hint) {
        return;
    }

    va_list ap;
    va_start(ap, fmt);
    (*errp)->hint = g_string_new(NULL);
    g_string_vprintf((*errp)->hint, fmt, ap);
    va_end(ap);
}

void error_propagate(Error **dst_errp, Error *local_err)
{
    if (!local_err) {
        return;
    }
    if (dst_errp == &error_abort) {
        abort_with(local_err);
    }
    if (dst_errp && !*dst_errp) {
        *dst_errp = local_err;
    } else {
        error_free(local_err);
    }
}

Error *error_copy(const Error *err)
{
    Error *copy = g_new(Error, 1);

    *copy = *err;
    copy->message = g_string_new(err->message->str);
    copy->hint = err->hint ? g_string_new(err->hint->str) : NULL;
    return copy;
}

const char *error_get_pretty(const Error *err)
{
    return err->message->str;
}

const char *error_get_hint(const Error *err)
{
    return err->hint ? err->hint->str : NULL;
}

void error_free(Error *err)
{
    if (!err) {
        return;
    }
    g_string_free(err->message, TRUE);
    if (err->hint) {
        g_string_free(err->hint, TRUE);
    }
    g_free(err);
}

void error_report_err(Error *err)
{
    print_line("", error_get_pretty(err), error_get_hint(err));
    error_free(err);
}

void warn_report_err(Error *err)
{
    if (!quiet) {
        print_line("warning: ", error_get_pretty(err), error_get_hint(err));
    }
    error_free(err);
}

bool error_check_stdout(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return true;
    }
    error_report("not all could be written to standard output "
                 "(is there room for it, and is it open?)");
    return false;
}

static void G_GNUC_PRINTF(2, 0) report(const char *prefix, const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);

    print_line(prefix, text, NULL);
}

void error_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    report("", fmt, ap);
    va_end(ap);
}

void warn_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (!quiet) {
        report("warning: ", fmt, ap);
    }
    va_end(ap);
}

void info_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (!quiet) {
        report("", fmt, ap);
    }
    va_end(ap);
}

void error_set_quiet(bool on)
{
    quiet = on;
}
