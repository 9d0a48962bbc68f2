/*
 * A hart's code cache: finding, linking and dropping blocks (target-riscv/code-cache.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/code-cache.h"

typedef struct Fixture {
    RISCVCodeCache *cache;
    GranuleMap *map;
    RAMBlock *ram; /* four pages */
} Fixture;

static RISCV_HANDLER(on_dropped)
{
    (void)env;
    (void)last;
    return op;
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->cache = riscv_cache_new();
    f->map = granule_map_new();
    f->ram = ram_block_new(4 * RAM_PAGE_SIZE, NULL);
    granule_map_add_block(f->map, f->ram);
    for (unsigned i = 0; i < 4; i++) {
        ram_mark_code(ram_page_begin_code(f->ram, i * RAM_PAGE_SIZE), ~0ull);
    }
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    riscv_cache_free(f->cache);
    ram_block_free(f->ram);
    granule_map_free(f->map);
}

/* A block of `ops` operations at `addr` that was decoded from the granule there. */
static RISCVBlock *add_block(Fixture *f, ram_addr_t addr, unsigned mode, unsigned ops)
{
    RISCVBlock *b = riscv_cache_alloc(f->cache);

    b->page = addr & ~(ram_addr_t)(RAM_PAGE_SIZE - 1);
    b->offset = addr % RAM_PAGE_SIZE;
    b->granules = 1ull << (b->offset >> GRANULE_BITS);
    b->mode = mode;
    for (unsigned i = 0; i < ops; i++) {
        f->cache->ops[b->first + i] = (RISCVOp){ .handler = NULL };
        f->cache->ops[b->first + i].link = &f->cache->ops[b->first + i];
        f->cache->info[b->first + i] = (RISCVOpInfo){ 0 };
    }
    riscv_cache_insert(f->cache, b, ops);
    return b;
}

static RISCVBlock *add_crossing(Fixture *f, ram_addr_t page, ram_addr_t page2)
{
    RISCVBlock *b = riscv_cache_alloc(f->cache);

    b->page = page;
    b->page2 = page2;
    b->offset = RAM_PAGE_SIZE - 2;
    b->granules = 1ull << 63;
    b->granules2 = 1;
    riscv_cache_insert(f->cache, b, 2);
    return b;
}

static RISCVBlock *find(Fixture *f, ram_addr_t addr, unsigned mode)
{
    return riscv_cache_find(f->cache, addr & ~(ram_addr_t)(RAM_PAGE_SIZE - 1), RAM_ADDR_ALL,
                            addr % RAM_PAGE_SIZE, mode);
}

static unsigned store_and_sync(Fixture *f, ram_addr_t addr)
{
    ram_note_store(f->ram, addr, 1);
    return riscv_cache_sync(f->cache, f->map, on_dropped);
}

static void test_find(Fixture *f, gconstpointer data)
{
    RISCVBlock *a = add_block(f, 0x100, 3, 4), *b = add_block(f, 0x100, 7, 4),
               *c = add_block(f, 0x1100, 3, 4);

    (void)data;
    g_assert_true(find(f, 0x100, 3) == a);
    g_assert_true(find(f, 0x100, 7) == b);
    g_assert_true(find(f, 0x1100, 3) == c);
    g_assert_null(find(f, 0x102, 3));
    g_assert_null(find(f, 0x100, 1));
    g_assert_null(riscv_cache_find(f->cache, 0, 0x1000, 0x100, 3));
}

static void test_drop_by_granule(Fixture *f, gconstpointer data)
{
    RISCVBlock *a = add_block(f, 0x100, 3, 4);
    const RISCVOp *first = &f->cache->ops[a->first];

    (void)data;
    add_block(f, 0x140, 3, 4);
    add_block(f, 0x1100, 3, 4);
    g_assert_cmpuint(store_and_sync(f, 0x200), ==, 0);
    g_assert_cmpuint(store_and_sync(f, 0x13f), ==, 1);
    g_assert_null(find(f, 0x100, 3));
    g_assert_true(first->handler == on_dropped);
    g_assert_nonnull(find(f, 0x140, 3));
    g_assert_nonnull(find(f, 0x1100, 3));
    g_assert_cmpuint(riscv_cache_sync(f->cache, f->map, on_dropped), ==, 0);
}

/* Over and over in one place: the page's chain must not keep what was dropped. */
static void test_drop_again(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < 1000; i++) {
        RISCVBlock *b = add_block(f, 0x100, 3, 4);

        g_assert_cmpuint(b->next_in_page[0], ==, 0);
        g_assert_cmpuint(store_and_sync(f, 0x100), ==, 1);
    }
}

/* From any instruction but the first, whose block it is; exits have no length. */
static void test_rest(Fixture *f, gconstpointer data)
{
    RISCVBlock *other = add_block(f, 0x1100, 3, 1), *b = add_block(f, 0x100, 3, 3);
    RISCVOpInfo *info = &f->cache->info[b->first];

    (void)data;
    other->insns = 1;
    b->insns = 4;
    info[0] = (RISCVOpInfo){ .offset = 0x100, .retired = 0, .len = 4 };
    info[1] = (RISCVOpInfo){ .offset = 0x104, .retired = 1, .len = 4 };
    info[2] = (RISCVOpInfo){ .offset = 0x108, .retired = 2 };
    add_block(f, 0x200, 3, 1);
    g_assert_cmpuint(riscv_cache_rest(f->cache, 0, 0x100, 3), ==, 0);
    g_assert_cmpuint(riscv_cache_rest(f->cache, 0, 0x104, 3), ==, 3);
    g_assert_cmpuint(riscv_cache_rest(f->cache, 0, 0x108, 3), ==, 0);
    g_assert_cmpuint(riscv_cache_rest(f->cache, 0, 0x104, 1), ==, 0);
    g_assert_cmpuint(riscv_cache_rest(f->cache, 0x1000, 0x104, 3), ==, 0);
    g_assert_cmpuint(riscv_cache_rest(f->cache, 0x2000, 0x104, 3), ==, 0);
}

static void test_links(Fixture *f, gconstpointer data)
{
    RISCVBlock *target = add_block(f, 0x100, 3, 4), *from = add_block(f, 0x200, 3, 4);
    const RISCVOp *exit1 = &f->cache->ops[from->first + 1], *exit2 = exit1 + 2;

    (void)data;
    riscv_cache_link(f->cache, exit1, target);
    riscv_cache_link(f->cache, exit2, target);
    g_assert_true(exit1->link == &f->cache->ops[target->first]);
    g_assert_true(exit2->link == &f->cache->ops[target->first]);
    g_assert_cmpuint(store_and_sync(f, 0x100), ==, 1);
    g_assert_true(exit1->link == exit1);
    g_assert_true(exit2->link == exit2);
    g_assert_nonnull(find(f, 0x200, 3));
}

/* No link may go round the look at what a page is mapped to. */
static void test_no_link(Fixture *f, gconstpointer data)
{
    RISCVBlock *from = add_block(f, 0x200, 3, 4), *elsewhere = add_block(f, 0x1100, 3, 4),
               *crossing = add_crossing(f, 0, 0x1000);
    const RISCVOp *exit = &f->cache->ops[from->first + 1];

    (void)data;
    g_assert_false(riscv_cache_link(f->cache, exit, elsewhere));
    g_assert_false(riscv_cache_link(f->cache, exit, crossing));
    g_assert_true(exit->link == exit);
    g_assert_true(riscv_cache_link(f->cache, exit, from));
}

/* The same page twice in a row: the block is on it once, and goes whichever half is written. */
static void test_crossing_into_itself(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned second = 0; second < 2; second++) {
        add_crossing(f, 0, 0);
        g_assert_cmpuint(store_and_sync(f, 0x800), ==, 0);
        g_assert_cmpuint(store_and_sync(f, second ? 0 : 0xffe), ==, 1);
        g_assert_null(riscv_cache_find(f->cache, 0, 0, RAM_PAGE_SIZE - 2, 0));
    }
}

/* A block on two pages goes when either is written, and is gone from both chains. */
static void test_crossing(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned second = 0; second < 2; second++) {
        add_crossing(f, 0, 0x1000);
        g_assert_nonnull(riscv_cache_find(f->cache, 0, 0x1000, RAM_PAGE_SIZE - 2, 0));
        g_assert_null(find(f, RAM_PAGE_SIZE - 2, 0));
        g_assert_cmpuint(store_and_sync(f, second ? 0x1000 : 0xffe), ==, 1);
        g_assert_null(riscv_cache_find(f->cache, 0, 0x1000, RAM_PAGE_SIZE - 2, 0));
        g_assert_cmpuint(store_and_sync(f, second ? 0xffe : 0x1000), ==, 0);
    }
}

#define JUMP_VADDR 0x4080603000ull
#define OTHER_CONTEXT 2

static void enter_jump(Fixture *f, uint64_t pc)
{
    riscv_cache_enter_jump(f->cache, 1, 1, pc, &f->cache->ops[1]);
    g_assert_cmphex(riscv_cache_jumps(f->cache, 1, 1)[riscv_jump_index(pc)].pc, ==, pc);
}

/* Is the jump to `pc` gone after a flush of what `vaddr` is in? */
static bool flush_drops(Fixture *f, uint64_t pc, unsigned context, uint64_t vaddr, unsigned bits)
{
    enter_jump(f, pc);
    riscv_cache_flush_jumps_to(f->cache, context, vaddr, bits);
    return riscv_cache_jumps(f->cache, 1, 1)[riscv_jump_index(pc)].pc != pc;
}

/* A flush takes the jumps to the page, and of the instruction that goes on there; no other ones. */
static void test_flush_jumps(Fixture *f, gconstpointer data)
{
    static const unsigned sizes[] = { 12, 16, 21, 30, 39 };
    uint64_t pc = JUMP_VADDR + 0x124;

    (void)data;
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        uint64_t size = 1ull << sizes[i], first = pc & -size;

        g_assert_true(flush_drops(f, first - 2, 1, first, sizes[i]));
        g_assert_true(flush_drops(f, pc, 1, first, sizes[i]));
        g_assert_true(flush_drops(f, pc, 1, first + size - 1, sizes[i]));
        g_assert_false(flush_drops(f, pc, 1, first - 1, sizes[i]));
        g_assert_false(flush_drops(f, pc, 1, first + size, sizes[i]));
        g_assert_false(flush_drops(f, first - 4, 1, first, sizes[i]));
        g_assert_false(flush_drops(f, pc, OTHER_CONTEXT, pc, sizes[i]));
        riscv_cache_flush_jumps(f->cache, 1);
    }
}

/* Each mode has a table of its own, and a flush takes them all. */
static void test_jumps_by_mode(Fixture *f, gconstpointer data)
{
    unsigned i = riscv_jump_index(JUMP_VADDR);

    (void)data;
    for (unsigned mode = 0; mode < RISCV_MODE_COUNT; mode++) {
        g_assert_cmphex(riscv_cache_jumps(f->cache, 1, mode)[i].pc, !=, JUMP_VADDR);
        riscv_cache_enter_jump(f->cache, 1, mode, JUMP_VADDR, &f->cache->ops[1]);
    }
    riscv_cache_flush_jumps(f->cache, 1);
    for (unsigned mode = 0; mode < RISCV_MODE_COUNT; mode++) {
        g_assert_cmphex(riscv_cache_jumps(f->cache, 1, mode)[i].pc, ==, RISCV_JUMP_NONE);
    }
}

static void test_full(Fixture *f, gconstpointer data)
{
    unsigned n = 0;

    (void)data;
    riscv_cache_flush(f->cache);
    g_assert_cmpuint(f->cache->flushes, ==, 0); /* nothing was thrown away */
    while (f->cache->flushes == 0) {
        add_block(f, 2 * (n % 2048), n / 2048 % 8, 100);
        g_assert_cmpuint(n++, <=, RISCV_CACHE_OPS / 100 + 1);
    }
    g_assert_cmpuint(f->cache->block_count, ==, 2); /* the one that did not fit before */
    g_assert_nonnull(find(f, 2 * ((n - 1) % 2048), (n - 1) / 2048 % 8));
    g_assert_null(find(f, 0, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, fn) g_test_add(path, Fixture, NULL, set_up, fn, tear_down)
    ADD("/code-cache/find", test_find);
    ADD("/code-cache/drop-by-granule", test_drop_by_granule);
    ADD("/code-cache/drop-again", test_drop_again);
    ADD("/code-cache/rest", test_rest);
    ADD("/code-cache/links", test_links);
    ADD("/code-cache/no-link", test_no_link);
    ADD("/code-cache/crossing-into-itself", test_crossing_into_itself);
    ADD("/code-cache/crossing", test_crossing);
    ADD("/code-cache/flush-jumps", test_flush_jumps);
    ADD("/code-cache/jumps-by-mode", test_jumps_by_mode);
    ADD("/code-cache/full", test_full);
    return g_test_run();
}
