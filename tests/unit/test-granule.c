/*
 * RAM blocks, records of stores to code, and watches (system/granule.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/granule.h"

#include <string.h>

typedef struct Fixture {
    GranuleMap *map;
    RAMBlock *a, *b;
    GArray *dirty; /* of Dirty */
} Fixture;

typedef struct Dirty {
    ram_addr_t page;
    uint64_t granules;
} Dirty;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->map = granule_map_new();
    f->a = ram_block_new(2 * RAM_PAGE_SIZE, NULL);
    f->b = ram_block_new(100, NULL); /* one page */
    granule_map_add_block(f->map, f->a);
    granule_map_add_block(f->map, f->b);
    f->dirty = g_array_new(false, false, sizeof(Dirty));
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    g_array_unref(f->dirty);
    ram_block_free(f->a);
    ram_block_free(f->b);
    granule_map_free(f->map);
}

static void collect(ram_addr_t page, uint64_t granules, void *opaque)
{
    Dirty d = { page, granules };

    g_array_append_val((GArray *)opaque, d);
}

/* What was recorded since `since`, into f->dirty; returns the generation now. */
static uint64_t look(Fixture *f, uint64_t since)
{
    g_array_set_size(f->dirty, 0);
    return granule_map_for_each_dirty(f->map, since, collect, f->dirty);
}

static void assert_dirty(Fixture *f, guint n, ram_addr_t page, uint64_t granules)
{
    g_assert_cmpuint(n, <, f->dirty->len);
    g_assert_cmphex(g_array_index(f->dirty, Dirty, n).page, ==, page);
    g_assert_cmphex(g_array_index(f->dirty, Dirty, n).granules, ==, granules);
}

static void test_blocks(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(f->a->base, ==, 0);
    g_assert_cmpuint(f->b->base, ==, 2 * RAM_PAGE_SIZE);
    g_assert_cmpuint(f->b->size, ==, RAM_PAGE_SIZE);
    g_assert_cmpuint(f->a->host[2 * RAM_PAGE_SIZE - 1], ==, 0);
    granule_map_add_block(f->map, f->a); /* again: no new place */
    g_assert_cmpuint(f->a->base, ==, 0);
}

static void test_too_large(void)
{
    Error *err = NULL;

    g_assert_null(ram_block_new(0, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "0 bytes"));
    error_free(err);
    err = NULL;
    g_assert_null(ram_block_new(1ull << 60, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "MiB of guest memory"));
    error_free(err);
}

static void test_plain_store(Fixture *f, gconstpointer data)
{
    (void)data;
    ram_note_store(f->a, 8, 8);
    g_assert_cmpuint(granule_map_generation(f->map), ==, 0);
    g_assert_null(ram_page_special(f->a, 8));
}

static void test_code_store(Fixture *f, gconstpointer data)
{
    RAMPage *page = ram_page_begin_code(f->a, RAM_PAGE_SIZE + 0x80);
    uint64_t now;

    (void)data;
    g_assert_true(page == ram_page_special(f->a, RAM_PAGE_SIZE));
    g_assert_null(ram_page_special(f->a, 0));
    g_assert_false(page->settled);
    g_assert_cmphex(ram_mark_code(page, 1ull << 2), ==, 1ull << 2);
    g_assert_cmphex(ram_mark_code(page, 3ull << 2), ==, 3ull << 2); /* until somebody settles them */
    ram_settle_code(page, 1ull << 2);
    g_assert_cmphex(ram_mark_code(page, 1ull << 2), ==, 0);
    g_assert_true(ram_page_hit(page, 0x80, 1));
    g_assert_true(ram_page_hit(page, 0x7c, 8)); /* reaches into the granule */
    g_assert_false(ram_page_hit(page, 0x78, 8));
    g_assert_true(ram_page_hit(page, 0xc0, 8));
    g_assert_false(ram_page_hit(page, 0x100, 8));

    ram_note_store(f->a, RAM_PAGE_SIZE + 0x78, 8);
    g_assert_cmpuint(granule_map_generation(f->map), ==, 0);
    ram_note_store(f->a, RAM_PAGE_SIZE + 0xb8, 8);
    now = look(f, 0);
    g_assert_cmpuint(now, ==, 1);
    g_assert_cmpuint(f->dirty->len, ==, 1);
    assert_dirty(f, 0, RAM_PAGE_SIZE, 1ull << 2);
    look(f, now);
    g_assert_cmpuint(f->dirty->len, ==, 0);
}

/* A granule is recorded once until somebody has looked, then again. */
static void test_record_once(Fixture *f, gconstpointer data)
{
    RAMPage *page = ram_page_begin_code(f->a, 0);
    uint64_t first;

    (void)data;
    ram_mark_code(page, 3);
    for (int i = 0; i < 10; i++) {
        ram_note_store(f->a, 4, 4);
    }
    g_assert_cmpuint(granule_map_generation(f->map), ==, 1);
    first = look(f, 0);
    ram_note_store(f->a, 4, 4);
    ram_note_store(f->a, 68, 4);
    g_assert_cmpuint(granule_map_generation(f->map), ==, 3);
    look(f, first);
    g_assert_cmpuint(f->dirty->len, ==, 2);
    assert_dirty(f, 0, 0, 1);
    assert_dirty(f, 1, 0, 2);
    look(f, 0); /* another hart, which has not looked at all yet */
    g_assert_cmpuint(f->dirty->len, ==, 3);
}

static void test_store_across_pages(Fixture *f, gconstpointer data)
{
    (void)data;
    ram_mark_code(ram_page_begin_code(f->a, 0), 1ull << 63);
    ram_mark_code(ram_page_begin_code(f->a, RAM_PAGE_SIZE), 1);
    ram_note_store(f->a, RAM_PAGE_SIZE - 4, 8);
    look(f, 0);
    g_assert_cmpuint(f->dirty->len, ==, 2);
    assert_dirty(f, 0, 0, 1ull << 63);
    assert_dirty(f, 1, RAM_PAGE_SIZE, 1);
}

/* Who lags behind the ring is told to drop everything. */
static void test_overrun(Fixture *f, gconstpointer data)
{
    uint64_t seen = 0;

    (void)data;
    ram_mark_code(ram_page_begin_code(f->b, 0), ~0ull);
    for (int i = 0; i < 5000; i++) {
        ram_note_store(f->b, 0, 1);
        seen = look(f, seen);
        g_assert_cmpuint(f->dirty->len, ==, 1);
        assert_dirty(f, 0, 2 * RAM_PAGE_SIZE, 1);
    }
    look(f, 0);
    g_assert_cmpuint(f->dirty->len, ==, 1);
    assert_dirty(f, 0, RAM_ADDR_ALL, ~0ull);
}

static void count_watch(void *opaque, uint64_t offset, uint64_t size)
{
    (void)offset;
    (void)size;
    ++*(int *)opaque;
}

static void test_watch(Fixture *f, gconstpointer data)
{
    int hits = 0;

    (void)data;
    ram_watch_add(f->a, 0x1038, 16, count_watch, &hits); /* over two granules */
    g_assert_true(ram_page_special(f->a, 0x1000)->settled);
    ram_note_store(f->a, 0x1030, 8); /* same granule, not watched */
    g_assert_cmpint(hits, ==, 0);
    ram_note_store(f->a, 0x1038, 8);
    ram_note_store(f->a, 0x1047, 1);
    ram_note_store(f->a, 0x1000, 0x100);
    g_assert_cmpint(hits, ==, 3);
    ram_note_store(f->a, 0x1048, 8);
    g_assert_cmpint(hits, ==, 3);
    ram_watch_remove(f->a, count_watch, &hits);
    ram_note_store(f->a, 0x1038, 8);
    g_assert_cmpint(hits, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, fn) g_test_add(path, Fixture, NULL, set_up, fn, tear_down)
    ADD("/granule/blocks", test_blocks);
    g_test_add_func("/granule/too-large", test_too_large);
    ADD("/granule/plain-store", test_plain_store);
    ADD("/granule/code-store", test_code_store);
    ADD("/granule/record-once", test_record_once);
    ADD("/granule/store-across-pages", test_store_across_pages);
    ADD("/granule/overrun", test_overrun);
    ADD("/granule/watch", test_watch);
    return g_test_run();
}
