/*
 * Sets of addresses: see include/util/address-filter.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/address-filter.h"

#include <string.h>

#include "util/cutils.h"

typedef struct AddressRange {
    uint64_t first, last;
} AddressRange;

struct AddressFilter {
    unsigned count;
    AddressRange ranges[];
};

/* How to find symbols. */
typedef struct Finder {
    AddressFilterFind *find;
    void *opaque;
} Finder;

static bool find_symbol(const Finder *finder, const char *name, uint64_t *first, uint64_t *last)
{
    return *name && finder->find && finder->find(name, first, last, finder->opaque);
}

/* An address, or a symbol's first. */
static bool parse_address(const char *text, const Finder *finder, uint64_t *addr, Error **errp)
{
    uint64_t last;

    if (g_ascii_isdigit(*text)) {
        return parse_uint64(text, addr, errp);
    }
    if (!find_symbol(finder, text, addr, &last)) {
        error_setg(errp, "no symbol '%s' in what is loaded", text);
        return false;
    }
    return true;
}

/* What is behind the start: its separator, and the other end or the size. */
static bool parse_end(const char *mark, const Finder *finder, AddressRange *range, Error **errp)
{
    uint64_t size;

    if (*mark == '.') {
        return parse_address(mark + 2, finder, &range->last, errp);
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

static bool parse_range(const char *text, const Finder *finder, AddressRange *range, Error **errp)
{
    const char *mark = strstr(text, "..");
    g_autofree char *start = NULL;

    if (!g_ascii_isdigit(*text) && find_symbol(finder, text, &range->first, &range->last)) {
        return true;
    }
    mark = mark ? mark : strpbrk(text, "+-");
    if (!mark) {
        if (g_ascii_isdigit(*text)) {
            error_setg(errp, "'%s' has no end", text);
            return false;
        }
        return parse_address(text, finder, &range->first, errp);
    }
    start = g_strndup(text, mark - text);
    if (!parse_address(start, finder, &range->first, errp) ||
        !parse_end(mark, finder, range, errp)) {
        return false;
    }
    if (range->last < range->first) {
        error_setg(errp, "'%s' ends before it begins", text);
        return false;
    }
    return true;
}

AddressFilter *address_filter_parse(const char *text, AddressFilterFind *find, void *opaque,
                                    Error **errp)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    unsigned count = MAX(g_strv_length(words), 1); /* of "" there are none */
    g_autoptr(AddressFilter) filter =
        g_malloc0(sizeof(AddressFilter) + count * sizeof(AddressRange));
    Finder finder = { find, opaque };

    for (filter->count = 0; filter->count < count; filter->count++) {
        const char *word = words[filter->count];

        if (!parse_range(word ? word : "", &finder, &filter->ranges[filter->count], errp)) {
            error_append_hint(errp, "a range is FIRST..LAST, START+SIZE, END-SIZE or a symbol");
            return NULL;
        }
    }
    return g_steal_pointer(&filter);
}

void address_filter_free(AddressFilter *filter)
{
    g_free(filter);
}

bool address_filter_has(const AddressFilter *filter, uint64_t first, uint64_t last)
{
    for (unsigned i = 0; i < filter->count; i++) {
        if (last >= filter->ranges[i].first && first <= filter->ranges[i].last) {
            return true;
        }
    }
    return false;
}
