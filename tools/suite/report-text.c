/*
 * What the reports that are files have in common: escaping, and how a file is written.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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

bool write_report(const char *option, const char *file, const GString *text, Error **errp)
{
    g_autoptr(GError) gerror = NULL;

    if (!g_file_set_contents(file, text->str, text->len, &gerror)) {
        error_setg(errp, "%s %s: %s", option, file, gerror->message);
        error_append_hint(errp, "name a file that can be written");
        return false;
    }
    return true;
}

bool check_report(const char *option, const char *file, Error **errp)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0) {
        error_setg_errno(errp, errno, "%s %s", option, file);
        error_append_hint(errp, "name a file that can be written");
        return false;
    }
    close(fd);
    return true;
}
