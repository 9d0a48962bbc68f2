/*
 * What the reports that are files have in common: escaping, and how a file is written.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <errno.h>
#include <stdio.h>

void append_escaped(GString *to, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            g_string_append(to, "&amp;");
            break;
        case '<':
            g_string_append(to, "&lt;");
            break;
        case '>': /* XML forbids "]]>" in text */
            g_string_append(to, "&gt;");
            break;
        case '"':
            g_string_append(to, "&quot;");
            break;
        default:
            g_string_append_c(to, *text);
        }
    }
}

void append_escapedf(GString *to, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    append_escaped(to, text);
}

static bool report_error(const char *option, const char *file, int os_errno, Error **errp)
{
    error_setg_errno(errp, os_errno, "%s %s", option, file);
    error_append_hint(errp, "name a file that can be written");
    return false;
}

/* In place: the file may be a device. */
bool write_report(const char *option, const char *file, const GString *text, Error **errp)
{
    FILE *f = fopen(file, "we");
    bool ok = f && fwrite(text->str, 1, text->len, f) == text->len && fflush(f) == 0;
    int os_errno = errno;

    if (f) {
        fclose(f);
    }
    return ok || report_error(option, file, os_errno, errp);
}

bool check_report(const char *option, const char *file, Error **errp)
{
    FILE *f = fopen(file, "ae");

    if (!f) {
        return report_error(option, file, errno, errp);
    }
    fclose(f);
    return true;
}
