/*
 * The argument of -m: a size, or a list of regions.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "spike.h"

#define PAGE_SIZE 4096u
#define RAM_BASE 0x80000000u
#define MIB_BITS 20

/* [first, last], both within a page's bounds. */
typedef struct Region {
    uint64_t first, last;
} Region;

/* Make whole pages of it, aloud where that makes a difference, and note it. */
static bool add_region(GArray *regions, uint64_t base, uint64_t size, Error **errp)
{
    uint64_t start = base - base % PAGE_SIZE;
    uint64_t whole = size + base % PAGE_SIZE;

    whole += -whole % PAGE_SIZE;
    if (whole != size) {
        fprintf(stderr,
                "Warning: the memory at [0x%" PRIX64 ", 0x%" PRIX64 "] has been realigned\n"
                "to the 4 KiB page size: [0x%" PRIX64 ", 0x%" PRIX64 "]\n",
                base, base + size - 1, start, start + whole - 1);
    }
    if (whole == 0 || start + whole - 1 < start) {
        error_setg(errp, "Unsupported memory region {base = 0x%" PRIX64 ", size = 0x%" PRIX64
                   "} specified", start, whole);
        return false;
    }
    g_array_append_val(regions, ((Region) { start, start + whole - 1 }));
    return true;
}

static int compare(const void *a, const void *b)
{
    const Region *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

/* Sorted, and those that overlap as one. */
static void merge(GArray *regions)
{
    Region *list = (Region *)regions->data;
    guint count = 0;

    qsort(list, regions->len, sizeof(Region), compare);
    for (guint i = 0; i < regions->len; i++) {
        if (count > 0 && list[i].first <= list[count - 1].last) {
            list[count - 1].last = MAX(list[count - 1].last, list[i].last);
        } else {
            list[count++] = list[i];
        }
    }
    g_array_set_size(regions, count);
}

/* BASE:SIZE[,BASE:SIZE...]; numbers as strtoull() reads them. */
static SpikeResult parse_regions(const char *text, GArray *regions, Error **errp)
{
    for (;;) {
        char *end;
        uint64_t base = strtoull(text, &end, 0), size;

        if (end == text || *end != ':') {
            break;
        }
        text = end + 1;
        size = strtoull(text, &end, 0);
        if (end == text || (*end && *end != ',')) {
            break;
        }
        if (!add_region(regions, base, size, errp)) {
            return SPIKE_USAGE;
        }
        if (!*end) {
            return SPIKE_RUN;
        }
        text = end + 1;
    }
    error_setg(errp, "'%s' is neither a number of MiB nor BASE:SIZE,...", text);
    error_append_hint(errp, "for example -m512, or -m0x80000000:0x100000");
    return SPIKE_USAGE;
}

static SpikeResult parse(const char *text, GArray *regions, Error **errp)
{
    char *end;
    uint64_t size = strtoull(text, &end, 0);

    if (*end || end == text) {
        return parse_regions(text, regions, errp);
    }
    if (size << MIB_BITS >> MIB_BITS != size) {
        error_setg(errp, "Memory size too large");
        return SPIKE_ABORT;
    }
    return add_region(regions, RAM_BASE, size << MIB_BITS, errp) ? SPIKE_RUN : SPIKE_USAGE;
}

char *spike_parse_memory(const char *text, SpikeResult *result, Error **errp)
{
    g_autoptr(GArray) regions = g_array_new(FALSE, FALSE, sizeof(Region));
    g_autoptr(GString) map = g_string_new(NULL);

    *result = parse(text, regions, errp);
    if (*result != SPIKE_RUN) {
        return NULL;
    }
    merge(regions);
    for (guint i = 0; i < regions->len; i++) {
        const Region *region = &g_array_index(regions, Region, i);

        g_string_append_printf(map, "%s0x%" PRIx64 ":0x%" PRIx64, i ? "," : "", region->first,
                               region->last - region->first + 1);
    }
    return g_string_free(g_steal_pointer(&map), FALSE);
}
