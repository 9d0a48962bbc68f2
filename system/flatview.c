/*
 * Address spaces: the tree of regions flattened into disjoint ranges, and looking up an address.
 *
 * What does not belong here: the tree itself (memory.c) and what an access does (memory-access.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "flatview.h"

/*
 * Where a region lies in the address space. An alias moves its target down by any amount and a
 * container may be 2^64 bytes long, so both ends need more than 64 bits, and a sign.
 */
typedef __int128 WideAddr;

typedef struct Span {
    WideAddr start;
    WideAddr end; /* exclusive */
} Span;

/* Aliases nest, but a deeper nesting than this can only be a circle. */
#define MAX_DEPTH 64

static Span span_of_region(const MemoryRegion *mr, WideAddr base)
{
    WideAddr size = mr->size == UINT64_MAX ? (WideAddr)1 << 64 : (WideAddr)mr->size;

    return (Span) { base, base + size };
}

static Span span_intersect(Span a, Span b)
{
    return (Span) { MAX(a.start, b.start), MIN(a.end, b.end) };
}

static WideAddr range_end(const FlatRange *range)
{
    return (WideAddr)range->addr + (range->size == UINT64_MAX ? (WideAddr)1 << 64 : range->size);
}

/* Insert `span` of `mr`, whose first byte lies at `base`, before the index `at` of `ranges`. */
static void insert_range(GArray *ranges, guint at, MemoryRegion *mr, WideAddr base, Span span)
{
    WideAddr size = span.end - span.start;
    FlatRange range = {
        .addr = span.start,
        .size = size > UINT64_MAX ? UINT64_MAX : size,
        .mr = mr,
        .offset = span.start - base,
        .read_only = mr->read_only,
    };

    g_array_insert_val(ranges, at, range);
}

/* Show `mr` wherever `span` is not taken yet by a region that wins over it. */
static void fill_gaps(GArray *ranges, MemoryRegion *mr, WideAddr base, Span span)
{
    for (guint i = 0; i < ranges->len && span.start < span.end; i++) {
        const FlatRange *taken = &g_array_index(ranges, FlatRange, i);
        Span gap = { span.start, MIN(span.end, (WideAddr)taken->addr) };

        span.start = MAX(span.start, range_end(taken));
        if (gap.start < gap.end) {
            insert_range(ranges, i, mr, base, gap);
            i++; /* over the range that was found taken */
        }
    }
    if (span.start < span.end) {
        insert_range(ranges, ranges->len, mr, base, span);
    }
}

/*
 * Add what `mr`, whose first byte lies at `base`, shows inside `clip`, beneath what is there
 * already.
 */
static void render(GArray *ranges, MemoryRegion *mr, WideAddr base, Span clip, unsigned depth)
{
    g_assert(depth < MAX_DEPTH);
    clip = span_intersect(clip, span_of_region(mr, base));
    if (!mr->enabled || clip.start >= clip.end) {
        return;
    }
    if (mr->alias) {
        render(ranges, mr->alias, base - mr->alias_offset, clip, depth + 1);
        return;
    }
    for (GList *l = mr->subregions; l; l = l->next) {
        MemoryRegion *sub = l->data;

        render(ranges, sub, base + sub->addr, clip, depth + 1);
    }
    if (mr->ram || mr->ops) {
        fill_gaps(ranges, mr, base, clip);
    }
}

/*
 * Neighbours that continue each other (a region cut by another that left again) become one range.
 */
static void merge_neighbours(GArray *ranges)
{
    for (guint i = 1; i < ranges->len;) {
        FlatRange *a = &g_array_index(ranges, FlatRange, i - 1);
        const FlatRange *b = &g_array_index(ranges, FlatRange, i);

        if (a->mr == b->mr && range_end(a) == b->addr && a->offset + a->size == b->offset &&
            b->size < UINT64_MAX - a->size) {
            a->size += b->size;
            g_array_remove_index(ranges, i);
        } else {
            i++;
        }
    }
}

void address_space_flatten(AddressSpace *as)
{
    GArray *ranges = g_array_new(FALSE, FALSE, sizeof(FlatRange));
    GArray *old = as->ranges;

    if (as->root) {
        render(ranges, as->root, 0, (Span) { 0, (WideAddr)1 << 64 }, 0);
        merge_neighbours(ranges);
    }
    for (guint i = 0; i < ranges->len; i++) {
        const FlatRange *range = &g_array_index(ranges, FlatRange, i);

        if (range->mr->ram) {
            granule_map_add_block(as->granules, range->mr->ram);
        }
    }
    as->ranges = ranges;
    if (old) {
        g_array_unref(old);
    }
}

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name)
{
    g_assert(!root->as);
    as->name = g_strdup(name);
    as->root = root;
    as->ranges = NULL;
    as->granules = granule_map_new();
    root->as = as;
    address_space_flatten(as);
}

void address_space_destroy(AddressSpace *as)
{
    if (as->root) {
        as->root->as = NULL;
        as->root = NULL;
    }
    g_clear_pointer(&as->ranges, g_array_unref);
    g_clear_pointer(&as->granules, granule_map_free);
    g_clear_pointer(&as->name, g_free);
}

const FlatRange *address_space_lookup(const AddressSpace *as, hwaddr addr)
{
    const FlatRange *ranges = (const FlatRange *)as->ranges->data;
    guint first = 0, last = as->ranges->len;

    while (first < last) {
        guint middle = first + (last - first) / 2;
        const FlatRange *range = &ranges[middle];

        if (addr < range->addr) {
            last = middle;
        } else if (addr - range->addr >= range->size) {
            first = middle + 1;
        } else {
            return range;
        }
    }
    return NULL;
}
