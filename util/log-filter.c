/*
 * -dfilter: the addresses of guest code that the log is limited to.
 *
 * What does not belong here: what is logged of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/log.h"

#include <string.h>

#include "util/cutils.h"

typedef struct LogRange {
    uint64_t first, last;
} LogRange;

/* One per process, as the log is. Set while no other thread asks. */
static LogRange *ranges;
unsigned log_filter_count;

/* An address, or a symbol's first. */
static bool parse_address(const char *text, LogFindSymbol *find, uint64_t *addr, Error **errp)
{
    uint64_t last;

    if (g_ascii_isdigit(*text)) {
        return parse_uint64(text, addr, errp);
    }
    if (!*text || !find || !find(text, addr, &last)) {
        error_setg(errp, "no symbol '%s' in what is loaded", text);
        return false;
    }
    return true;
}

/* What is behind the start: its separator, and the other end or the size. */
static bool parse_end(const char *mark, LogFindSymbol *find, LogRange *range, Error **errp)
{
    uint64_t size;

    if (*mark == '.') {
        return parse_address(mark + 2, find, &range->last, errp);
    }
    if (!parse_size(mark + 1, 1, &size, errp)) {
        return false;
    }
    if (size == 0) {
        error_setg(errp, "empty range");
        return false;
    }
    if (*mark == '+') {
        range->last = range->first + (size - 1);
    } else {
        range->last = range->first;
        range->first -= size - 1;
    }
    return true;
}

static bool parse_range(const char *text, LogFindSymbol *find, LogRange *range, Error **errp)
{
    const char *mark = strstr(text, "..");
    g_autofree char *start = NULL;

    if (!g_ascii_isdigit(*text) && *text && find && find(text, &range->first, &range->last)) {
        return true;
    }
    mark = mark ? mark : strpbrk(text, "+-");
    if (!mark) {
        if (g_ascii_isdigit(*text)) {
            error_setg(errp, "'%s' has no end", text);
            return false;
        }
        return parse_address(text, find, &range->first, errp);
    }
    start = g_strndup(text, mark - text);
    if (!parse_address(start, find, &range->first, errp) || !parse_end(mark, find, range, errp)) {
        return false;
    }
    if (range->last < range->first) {
        error_setg(errp, "'%s' ends before it begins", text);
        return false;
    }
    return true;
}

bool log_set_filter(const char *text, LogFindSymbol *find, Error **errp)
{
    g_auto(GStrv) words = text ? g_strsplit(text, ",", -1) : NULL;
    unsigned count = text ? MAX(g_strv_length(words), 1) : 0;
    g_autofree LogRange *parsed = g_new0(LogRange, count + 1);

    for (unsigned i = 0; i < count; i++) {
        if (!parse_range(words[i] ? words[i] : "", find, &parsed[i], errp)) {
            error_append_hint(errp, "a range is FIRST..LAST, START+SIZE, END-SIZE or a symbol");
            return false;
        }
    }
    g_free(ranges);
    ranges = g_steal_pointer(&parsed);
    log_filter_count = count;
    return true;
}

bool log_filter_has(uint64_t addr)
{
    for (unsigned i = 0; i < log_filter_count; i++) {
        if (addr >= ranges[i].first && addr <= ranges[i].last) {
            return true;
        }
    }
    return false;
}
