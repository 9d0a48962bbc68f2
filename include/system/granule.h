/*
 * RAM blocks and their special granules.
 *
 * A granule is 64 bytes of guest RAM; a 4 KiB page has 64 of them, one bit each. Two kinds are special:
 * granules that hold decoded code (a store there is recorded, and `fence.i` drops the blocks on what was
 * recorded), and watched granules (a store there calls somebody: HTIF's tohost, watchpoints). A store to a
 * page with a special granule looks at the granule's bit, and comes to ram_note_store() if that is set.
 * What does not belong here: blocks themselves (they are the harts') and address decoding (memory.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_GRANULE_H
#define SYSTEM_GRANULE_H

#include <glib.h>
#include <stdbool.h>
#include <inttypes.h>

#include "util/error.h"

#define GRANULE_BITS 6
#define GRANULE_SIZE (1u << GRANULE_BITS)
#define RAM_PAGE_BITS 12
#define RAM_PAGE_SIZE (1u << RAM_PAGE_BITS)

/* Position of a byte among all RAM of one GranuleMap: what code caches use as physical key. */
typedef uint64_t ram_addr_t;

typedef struct GranuleMap GranuleMap;

/*
 * A page of RAM with at least one special granule. Bitmaps have bit n for the granule at n * 64. Read
 * without lock (atomically), written under the map's lock; never freed before its block is.
 */
typedef struct RAMPage {
    struct RAMBlock *block;
    struct RAMPage *next; /* in RAMBlock.special */
    uint64_t offset;      /* of the page in `block` */
    uint64_t special; /* code | watched: what a store looks at */
    uint64_t code;
    uint64_t code_settled; /* of `code`: cpus_memory_barrier() came after the mark */
    uint64_t watched;
    uint32_t settled; /* atomic: no hart has a write-TLB entry that does not know that the page is special */
    uint64_t recorded[RAM_PAGE_SIZE / GRANULE_SIZE]; /* generation of the newest record of each granule */
} RAMPage;

/* A piece of host memory that is guest RAM or ROM. */
typedef struct RAMBlock {
    uint8_t *host;
    uint64_t size;    /* bytes, a multiple of RAM_PAGE_SIZE */
    GranuleMap *map;  /* set when the block is first seen in an address space */
    ram_addr_t base;  /* of its first byte in `map`; page-aligned */
    RAMPage **pages;  /* by page number; NULL: nothing special there. Committed lazily */
    RAMPage *special; /* all of those pages, in a list: looking through `pages` would commit it */
} RAMBlock;

/* Zero-filled and committed lazily; `size` is rounded up to whole pages. NULL with errp set on failure. */
RAMBlock *ram_block_new(uint64_t size, Error **errp);
void ram_block_free(RAMBlock *block);

GranuleMap *granule_map_new(void);
void granule_map_free(GranuleMap *map);
/* Give `block` its place in `map`; a second call with the same map does nothing. */
void granule_map_add_block(GranuleMap *map, RAMBlock *block);

/* The page at `offset` if stores to it must look for special granules, else NULL. */
static inline RAMPage *ram_page_special(const RAMBlock *block, uint64_t offset)
{
    return __atomic_load_n(&block->pages[offset >> RAM_PAGE_BITS], __ATOMIC_ACQUIRE);
}

/* Does a store of `size` bytes at `offset` of `page`, which it does not leave, hit a special granule? */
static inline bool ram_page_hit(const RAMPage *page, uint64_t offset, unsigned size)
{
    unsigned first = (offset & (RAM_PAGE_SIZE - 1)) >> GRANULE_BITS;
    unsigned last = ((offset & (RAM_PAGE_SIZE - 1)) + size - 1) >> GRANULE_BITS;
    uint64_t special = __atomic_load_n(&page->special, __ATOMIC_RELAXED);

    return (special >> first | special >> last) & 1;
}

/* A store of `size` bytes at `offset` has happened. Safe from any thread. */
void ram_note_store(RAMBlock *block, uint64_t offset, uint64_t size);

/*
 * Code. ram_page_begin_code() makes the page special. Unless it is settled already, the caller then takes
 * away every hart's write-TLB entry for it, waits for that, and sets `settled`. It marks the granules with
 * ram_mark_code() and only then reads the code, so that no store goes unrecorded. Of the granules that it returns,
 * another hart may have looked at the mark too early, with its store still in its host's store buffer:
 * cpus_memory_barrier() and ram_settle_code() come between marking those and reading.
 */
RAMPage *ram_page_begin_code(RAMBlock *block, uint64_t offset);
uint64_t ram_mark_code(RAMPage *page, uint64_t granules);
void ram_settle_code(RAMPage *page, uint64_t granules);

/* Increases whenever a store hits a code granule. */
uint64_t granule_map_generation(const GranuleMap *map);
/*
 * Call fn(page, granules, opaque) for each page written since generation `since`; `page` is the ram_addr_t
 * of its first byte. With granules all ones when the record no longer reaches back that far, page is
 * RAM_ADDR_ALL. Returns the generation up to which this was complete.
 */
#define RAM_ADDR_ALL (~(ram_addr_t)0)
typedef void GranuleDirtyFn(ram_addr_t page, uint64_t granules, void *opaque);
uint64_t granule_map_for_each_dirty(GranuleMap *map, uint64_t since, GranuleDirtyFn *fn, void *opaque);

/*
 * Watches. `fn` is called after a store that touches [offset, offset + size), in the storing thread,
 * without the big lock. Must be set before vCPUs run or in the stopped world.
 */
typedef void RAMWatchFn(void *opaque, uint64_t offset, uint64_t size);
void ram_watch_add(RAMBlock *block, uint64_t offset, uint64_t size, RAMWatchFn *fn, void *opaque);
void ram_watch_remove(RAMBlock *block, RAMWatchFn *fn, void *opaque);

#endif
