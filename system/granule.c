/*
 * RAM blocks and their special granules: see include/system/granule.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/granule.h"

#include <errno.h>
#include <string.h>

#include "util/lazy-memory.h"

#define RECORD_BITS 12
#define RECORD_COUNT (1u << RECORD_BITS)

typedef struct Watch {
    RAMBlock *block;
    uint64_t offset, size;
    RAMWatchFn *fn;
    void *opaque;
} Watch;

struct GranuleMap {
    GMutex lock;
    ram_addr_t next_base;
    GArray *watches; /* of Watch; changes only while no vCPU runs */

    /*
     * A ring of the newest records: record n, the store that made the generation n + 1, lies at
     * n % RECORD_COUNT as the address of its granule. `seen` is the newest generation that any hart has
     * looked at: a granule recorded after that need not be recorded again.
     */
    uint64_t generation; /* atomic */
    uint64_t seen;       /* atomic */
    ram_addr_t records[RECORD_COUNT];
};

static uint64_t page_table_size(const RAMBlock *block)
{
    return (block->size >> RAM_PAGE_BITS) * sizeof(RAMPage *);
}

RAMBlock *ram_block_new(uint64_t size, Error **errp)
{
    RAMBlock *block = g_new0(RAMBlock, 1);

    if (size == 0 || size > INT64_MAX - RAM_PAGE_SIZE) {
        error_setg(errp, "cannot allocate %" PRIu64 " bytes of guest memory", size);
        g_free(block);
        return NULL;
    }
    block->size = (size + RAM_PAGE_SIZE - 1) & ~(uint64_t)(RAM_PAGE_SIZE - 1);
    block->host = lazy_memory_new(block->size);
    if (block->host) {
        block->pages = lazy_memory_new(page_table_size(block));
    }
    if (!block->pages) {
        error_setg_errno(errp, errno, "cannot allocate %" PRIu64 " MiB of guest memory", size >> 20);
        error_append_hint(errp, "use a smaller -m");
        ram_block_free(block);
        return NULL;
    }
    return block;
}

void ram_block_free(RAMBlock *block)
{
    if (!block) {
        return;
    }
    for (RAMPage *page = block->special, *next; page; page = next) {
        next = page->next;
        g_free(page);
    }
    if (block->pages) {
        lazy_memory_free(block->pages, page_table_size(block));
    }
    lazy_memory_free(block->host, block->size);
    g_free(block);
}

GranuleMap *granule_map_new(void)
{
    GranuleMap *map = g_new0(GranuleMap, 1);

    g_mutex_init(&map->lock);
    map->watches = g_array_new(false, false, sizeof(Watch));
    return map;
}

void granule_map_free(GranuleMap *map)
{
    if (map) {
        g_array_unref(map->watches);
        g_mutex_clear(&map->lock);
        g_free(map);
    }
}

void granule_map_add_block(GranuleMap *map, RAMBlock *block)
{
    if (block->map == map) {
        return;
    }
    g_assert(!block->map);
    block->map = map;
    block->base = map->next_base;
    map->next_base += block->size;
}

/* The page at `offset`, made special if it is not yet. The map's lock is held. */
static RAMPage *special_page(RAMBlock *block, uint64_t offset)
{
    RAMPage **slot = &block->pages[offset >> RAM_PAGE_BITS];

    if (!*slot) {
        RAMPage *page = g_new0(RAMPage, 1);

        page->block = block;
        page->offset = offset & ~(uint64_t)(RAM_PAGE_SIZE - 1);
        page->next = block->special;
        block->special = page;
        __atomic_store_n(slot, page, __ATOMIC_RELEASE);
    }
    return *slot;
}

/* Bits of the granules that [first, last] touches; byte offsets in one page, inclusive. */
static uint64_t granule_bits(uint64_t first, uint64_t last)
{
    first >>= GRANULE_BITS;
    last >>= GRANULE_BITS;
    return (~0ull >> (63 - (last - first))) << first;
}

static void record_granules(GranuleMap *map, RAMPage *page, uint64_t hit)
{
    g_mutex_lock(&map->lock);
    for (; hit; hit &= hit - 1) {
        unsigned n = __builtin_ctzll(hit);
        uint64_t generation = map->generation;

        if (page->recorded[n] > map->seen) {
            continue;
        }
        map->records[generation % RECORD_COUNT] =
            page->block->base + page->offset + ((ram_addr_t)n << GRANULE_BITS);
        __atomic_store_n(&page->recorded[n], generation + 1, __ATOMIC_RELAXED);
        __atomic_store_n(&map->generation, generation + 1, __ATOMIC_SEQ_CST);
    }
    g_mutex_unlock(&map->lock);
}

/* Code granules of `page` in `hit` that nobody recorded since a hart last looked. */
static uint64_t unrecorded(const GranuleMap *map, const RAMPage *page, uint64_t hit)
{
    uint64_t seen = __atomic_load_n(&map->seen, __ATOMIC_SEQ_CST);
    uint64_t left = 0;

    for (; hit; hit &= hit - 1) {
        unsigned n = __builtin_ctzll(hit);

        if (__atomic_load_n(&page->recorded[n], __ATOMIC_RELAXED) <= seen) {
            left |= 1ull << n;
        }
    }
    return left;
}

static void note_page_store(RAMBlock *block, RAMPage *page, uint64_t offset, uint64_t size)
{
    uint64_t in_page = offset & (RAM_PAGE_SIZE - 1);
    uint64_t bits = granule_bits(in_page, in_page + size - 1);
    uint64_t hit = __atomic_load_n(&page->code, __ATOMIC_ACQUIRE) & bits;

    if (hit) {
        hit = unrecorded(block->map, page, hit);
        if (hit) {
            record_granules(block->map, page, hit);
        }
    }
    if (page->watched & bits) {
        const GArray *watches = block->map->watches;

        for (guint i = 0; i < watches->len; i++) {
            const Watch *w = &g_array_index(watches, Watch, i);

            if (w->block == block && offset < w->offset + w->size && w->offset < offset + size) {
                w->fn(w->opaque, offset, size);
            }
        }
    }
}

void ram_note_store(RAMBlock *block, uint64_t offset, uint64_t size)
{
    /* The store itself must be visible before marks and `seen` are read, or a hart that decodes or looks right now
     * could take the old bytes and never be told again. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    while (size) {
        uint64_t left = RAM_PAGE_SIZE - (offset & (RAM_PAGE_SIZE - 1));
        uint64_t n = MIN(size, left);
        RAMPage *page = ram_page_special(block, offset);

        if (page) {
            note_page_store(block, page, offset, n);
        }
        offset += n;
        size -= n;
    }
}

RAMPage *ram_page_begin_code(RAMBlock *block, uint64_t offset)
{
    RAMPage *page = ram_page_special(block, offset);

    if (!page) {
        g_mutex_lock(&block->map->lock);
        page = special_page(block, offset);
        g_mutex_unlock(&block->map->lock);
    }
    return page;
}

uint64_t ram_mark_code(RAMPage *page, uint64_t granules)
{
    uint64_t unsettled = granules & ~__atomic_load_n(&page->code_settled, __ATOMIC_ACQUIRE);

    if (unsettled) {
        __atomic_fetch_or(&page->code, granules, __ATOMIC_SEQ_CST);
        __atomic_fetch_or(&page->special, granules, __ATOMIC_SEQ_CST);
    }
    return unsettled;
}

void ram_settle_code(RAMPage *page, uint64_t granules)
{
    __atomic_fetch_or(&page->code_settled, granules, __ATOMIC_RELEASE);
}

uint64_t granule_map_generation(const GranuleMap *map)
{
    return __atomic_load_n(&map->generation, __ATOMIC_SEQ_CST);
}

uint64_t granule_map_for_each_dirty(GranuleMap *map, uint64_t since, GranuleDirtyFn *fn, void *opaque)
{
    g_autofree ram_addr_t *records = NULL;
    uint64_t now, count;

    g_mutex_lock(&map->lock);
    now = map->generation;
    if (now > map->seen) {
        __atomic_store_n(&map->seen, now, __ATOMIC_SEQ_CST);
    }
    count = now - since;
    if (count <= RECORD_COUNT) {
        records = g_new(ram_addr_t, count);
        for (uint64_t i = 0; i < count; i++) {
            records[i] = map->records[(since + i) % RECORD_COUNT];
        }
    }
    g_mutex_unlock(&map->lock);

    if (count > RECORD_COUNT) {
        fn(RAM_ADDR_ALL, ~0ull, opaque);
        return now;
    }
    for (uint64_t i = 0; i < count; i++) {
        fn(records[i] & ~(ram_addr_t)(RAM_PAGE_SIZE - 1),
           1ull << (records[i] % RAM_PAGE_SIZE >> GRANULE_BITS), opaque);
    }
    return now;
}

void ram_watch_add(RAMBlock *block, uint64_t offset, uint64_t size, RAMWatchFn *fn, void *opaque)
{
    Watch watch = { block, offset, size, fn, opaque };
    GranuleMap *map = block->map;

    g_assert(map && size && offset + size <= block->size);
    g_mutex_lock(&map->lock);
    g_array_append_val(map->watches, watch);
    for (uint64_t at = offset & ~(uint64_t)(GRANULE_SIZE - 1); at < offset + size; at += GRANULE_SIZE) {
        RAMPage *page = special_page(block, at);

        page->watched |= granule_bits(at % RAM_PAGE_SIZE, at % RAM_PAGE_SIZE);
        page->special |= page->watched;
        page->settled = true; /* no vCPU runs, and none starts with TLB entries */
    }
    g_mutex_unlock(&map->lock);
}

void ram_watch_remove(RAMBlock *block, RAMWatchFn *fn, void *opaque)
{
    GArray *watches = block->map->watches;

    /* Granules stay marked: another watch may need them, and a mark without a watch only costs time. */
    for (guint i = watches->len; i-- > 0;) {
        const Watch *w = &g_array_index(watches, Watch, i);

        if (w->block == block && w->fn == fn && w->opaque == opaque) {
            g_array_remove_index_fast(watches, i);
        }
    }
}
