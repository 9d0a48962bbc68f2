/*
 * A hart's cache of decoded code: see include/target-riscv/code-cache.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/code-cache.h"

#include "target-riscv/trace.h"
#include "util/bits.h"
#include "util/lazy-memory.h"

static void *new_table(size_t size)
{
    void *p = lazy_memory_new(size);

    if (!p) {
        g_error("cannot map %zu bytes for a hart's code cache", size);
    }
    return p;
}

RISCVCodeCache *riscv_cache_new(void)
{
    RISCVCodeCache *cache = new_table(sizeof(*cache));

    cache->ops = new_table(RISCV_CACHE_OPS * sizeof(RISCVOp));
    cache->info = new_table(RISCV_CACHE_OPS * sizeof(RISCVOpInfo));
    cache->blocks = new_table(RISCV_CACHE_BLOCKS * sizeof(RISCVBlock));
    cache->pages = g_hash_table_new(NULL, NULL);
    riscv_cache_flush(cache);
    return cache;
}

void riscv_cache_free(RISCVCodeCache *cache)
{
    if (cache) {
        g_hash_table_unref(cache->pages);
        lazy_memory_free(cache->ops, RISCV_CACHE_OPS * sizeof(RISCVOp));
        lazy_memory_free(cache->info, RISCV_CACHE_OPS * sizeof(RISCVOpInfo));
        lazy_memory_free(cache->blocks, RISCV_CACHE_BLOCKS * sizeof(RISCVBlock));
        lazy_memory_free(cache, sizeof(*cache));
    }
}

/* ---- jump tables ---- */

RISCVJump *riscv_cache_jumps(RISCVCodeCache *cache, unsigned context, unsigned mode)
{
    RISCVJump *entries = cache->jumps[context][mode].entries;

    if (!entries[0].op) { /* memory of zeros, maybe: pc 0 is one that an instruction can have, and comes here */
        entries[0].pc = RISCV_JUMP_NONE;
    }
    return entries;
}

/*
 * What a flush asks first: is there any jump to the page, or to the region of one of these sizes that it is a part of?
 */
static const uint8_t region_sizes[] = { RISCV_PAGE_BITS, 21, 30 }; /* log2: page, megapage, gigapage */

static uint64_t region_key(uint64_t vaddr, unsigned region_bits)
{
    return vaddr >> region_bits << region_bits | region_bits;
}

static void note_jump_to(KeyFilter *filter, uint64_t pc)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(region_sizes); i++) {
        key_filter_add(filter, region_key(pc, region_sizes[i]));
    }
}

/* May a jump lead to what depends on the 2^bits bytes around vaddr: that, or an instruction that begins before? */
static bool may_have_jump_to(const KeyFilter *filter, uint64_t vaddr, unsigned bits)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(region_sizes); i++) {
        unsigned size = region_sizes[i];

        if (bits <= size) {
            return key_filter_may_have(filter, region_key(vaddr, size)) ||
                   key_filter_may_have(filter, region_key(vaddr - BIT_ULL(size), size));
        }
    }
    return true;
}

void riscv_cache_enter_jump(RISCVCodeCache *cache, unsigned context, unsigned mode, uint64_t pc,
                            const RISCVOp *op)
{
    RISCVJumpTable *table = &cache->jumps[context][mode];
    unsigned i = riscv_jump_index(pc);

    table->entries[i] = (RISCVJump){ pc, op };
    index_set_add(&table->used, i);
    note_jump_to(&cache->jump_pages[context], pc);
    cache->jumps_used[context] |= 1ull << mode;
}

void riscv_cache_flush_jumps(RISCVCodeCache *cache, unsigned context)
{
    for (unsigned mode = 0; mode < RISCV_MODE_COUNT && cache->jumps_used[context] >> mode; mode++) {
        RISCVJumpTable *table = &cache->jumps[context][mode];
        unsigned i;

        while (cache->jumps_used[context] >> mode & 1 && index_set_pop(&table->used, &i)) {
            table->entries[i].pc = RISCV_JUMP_NONE;
        }
    }
    cache->jumps_used[context] = 0;
    key_filter_clear(&cache->jump_pages[context]);
}

/* Does what pc leads to depend on the 2^bits bytes around vaddr? An instruction may go on in the next page. */
static bool leads_to(uint64_t pc, uint64_t vaddr, unsigned bits)
{
    return !((pc ^ vaddr) >> bits) || !(((pc + 2) ^ vaddr) >> bits);
}

void riscv_cache_flush_jumps_to(RISCVCodeCache *cache, unsigned context, uint64_t vaddr, unsigned bits)
{
    if (!may_have_jump_to(&cache->jump_pages[context], vaddr, bits)) {
        return;
    }
    for (unsigned mode = 0; mode < RISCV_MODE_COUNT && cache->jumps_used[context] >> mode; mode++) {
        RISCVJumpTable *table = &cache->jumps[context][mode];

        if (!(cache->jumps_used[context] >> mode & 1)) {
            continue;
        }
        INDEX_SET_FOREACH(i, &table->used) {
            if (leads_to(table->entries[i].pc, vaddr, bits)) {
                table->entries[i].pc = RISCV_JUMP_NONE;
            }
        }
    }
}

/* ---- finding blocks ---- */

void riscv_cache_flush(RISCVCodeCache *cache)
{
    trace_riscv_code_flush(cache->block_count - 1);
    cache->flushes += cache->block_count > 1;
    cache->op_count = 1; /* index 0 ends chains */
    cache->block_count = 1;
    memset(cache->hash, 0, sizeof(cache->hash));
    g_hash_table_remove_all(cache->pages);
    for (unsigned context = 0; context < RISCV_CONTEXT_COUNT; context++) {
        riscv_cache_flush_jumps(cache, context);
    }
}

static uint32_t *hash_bucket(RISCVCodeCache *cache, ram_addr_t page, unsigned offset, unsigned mode)
{
    uint64_t key = (page | offset) * RISCV_MODE_COUNT + mode;

    return &cache->hash[(key * 0x9e3779b97f4a7c15ull) >> 51 & (RISCV_HASH_SIZE - 1)];
}

RISCVBlock *riscv_cache_find(RISCVCodeCache *cache, ram_addr_t page, ram_addr_t page2, unsigned offset,
                             unsigned mode)
{
    uint32_t i = *hash_bucket(cache, page, offset, mode);

    for (; i; i = cache->blocks[i].next_hash) {
        RISCVBlock *b = &cache->blocks[i];

        if (b->page == page && b->offset == offset && b->mode == mode && b->page2 == page2) {
            return b;
        }
    }
    return NULL;
}

RISCVBlock *riscv_cache_alloc(RISCVCodeCache *cache)
{
    RISCVBlock *block;

    if (cache->op_count + RISCV_BLOCK_MAX_OPS > RISCV_CACHE_OPS ||
        cache->block_count == RISCV_CACHE_BLOCKS) {
        riscv_cache_flush(cache);
    }
    block = &cache->blocks[cache->block_count];
    *block = (RISCVBlock){ .page2 = RAM_ADDR_ALL, .first = cache->op_count };
    return block;
}

static gpointer page_key(ram_addr_t page)
{
    return GSIZE_TO_POINTER((page >> RAM_PAGE_BITS) + 1);
}

/* Put `block` at the head of the chain of blocks with code on its page (which: 0) or second page (1). */
static void chain_in_page(RISCVCodeCache *cache, RISCVBlock *block, unsigned which)
{
    gpointer key = page_key(which ? block->page2 : block->page);

    block->next_in_page[which] = GPOINTER_TO_UINT(g_hash_table_lookup(cache->pages, key));
    g_hash_table_insert(cache->pages, key, GUINT_TO_POINTER(block - cache->blocks));
}

void riscv_cache_insert(RISCVCodeCache *cache, RISCVBlock *block, unsigned op_count)
{
    uint32_t index = block - cache->blocks;
    uint32_t *bucket = hash_bucket(cache, block->page, block->offset, block->mode);

    g_assert(index == cache->block_count && op_count <= RISCV_BLOCK_MAX_OPS);
    block->next_hash = *bucket;
    *bucket = index;
    chain_in_page(cache, block, 0);
    if (block->page2 != RAM_ADDR_ALL && block->page2 != block->page) {
        chain_in_page(cache, block, 1);
    }
    cache->block_count++;
    cache->op_count += op_count;
}

/* The same for one block; `end` is the index behind its operations. */
static unsigned rest_of_block(const RISCVCodeCache *cache, const RISCVBlock *block, uint32_t end,
                              unsigned offset)
{
    for (uint32_t i = block->first; i < end; i++) {
        const RISCVOpInfo *info = &cache->info[i];

        if (info->len && info->retired && info->offset == offset) {
            return block->insns - info->retired;
        }
    }
    return 0;
}

unsigned riscv_cache_rest(RISCVCodeCache *cache, ram_addr_t page, unsigned offset, unsigned mode)
{
    uint32_t i = GPOINTER_TO_UINT(g_hash_table_lookup(cache->pages, page_key(page)));

    while (i) {
        const RISCVBlock *b = &cache->blocks[i];
        uint32_t end = i + 1 < cache->block_count ? b[1].first : cache->op_count;
        unsigned rest = b->page == page && b->mode == mode ? rest_of_block(cache, b, end, offset) : 0;

        if (rest) {
            return rest;
        }
        i = b->next_in_page[b->page != page && b->page2 == page];
    }
    return 0;
}

/* Blocks lie in the order of their operations. */
const RISCVBlock *riscv_cache_block_of(const RISCVCodeCache *cache, const RISCVOp *op, uint32_t *end)
{
    uint32_t index = riscv_op_index(cache, op), first = 1, last = cache->block_count;

    if (op < cache->ops || index >= cache->op_count) {
        return NULL;
    }
    while (last - first > 1) {
        uint32_t middle = first + (last - first) / 2;

        if (cache->blocks[middle].first <= index) {
            first = middle;
        } else {
            last = middle;
        }
    }
    *end = first + 1 < cache->block_count ? cache->blocks[first + 1].first : cache->op_count;
    return &cache->blocks[first];
}

/*
 * May `exit` be linked to `block`? A link survives a change of mappings. So not where what lies behind the exit
 * depends on one: the second page of a block that crosses, and another page than the exit's, which its own
 * address got since the exit's block was entered (a page table was changed, and not fenced yet).
 */
static bool may_link(const RISCVCodeCache *cache, const RISCVOp *exit, const RISCVBlock *block)
{
    uint32_t end;
    const RISCVBlock *from = riscv_cache_block_of(cache, exit, &end);

    return block->page2 == RAM_ADDR_ALL && from && from->page == block->page;
}

bool riscv_cache_link(RISCVCodeCache *cache, const RISCVOp *exit, RISCVBlock *block)
{
    uint32_t index = riscv_op_index(cache, exit);

    if (!may_link(cache, exit, block)) {
        return false;
    }
    cache->info[index].raw = block->incoming;
    block->incoming = index;
    cache->ops[index].link = &cache->ops[block->first];
    return true;
}

static void drop_block(RISCVCodeCache *cache, RISCVBlock *block, RISCVHandler *dropped)
{
    uint32_t *slot = hash_bucket(cache, block->page, block->offset, block->mode);
    uint32_t index = block - cache->blocks;

    while (*slot != index) {
        slot = &cache->blocks[*slot].next_hash;
    }
    *slot = block->next_hash;
    for (uint32_t i = block->incoming; i;) {
        uint32_t next = cache->info[i].raw;

        cache->ops[i].link = &cache->ops[i];
        cache->info[i].raw = 0;
        cache->unlinks++;
        i = next;
    }
    block->incoming = 0;
    block->page = RAM_ADDR_ALL;
    cache->ops[block->first].handler = dropped;
    /* A block may begin with what has no operation, a nop: then the first one is another instruction's. */
    cache->info[block->first].offset = block->offset;
}

/* What the block was decoded from on `page`; both its pages may be that one, mapped twice in a row. */
static uint64_t granules_on(const RISCVBlock *block, ram_addr_t page)
{
    return (block->page == page ? block->granules : 0) |
           (block->page2 == page ? block->granules2 : 0);
}

typedef struct SyncState {
    RISCVCodeCache *cache;
    RISCVHandler *dropped;
    unsigned count;
} SyncState;

static void drop_granules(ram_addr_t page, uint64_t granules, void *opaque)
{
    SyncState *s = opaque;
    RISCVCodeCache *cache = s->cache;
    uint32_t head, *slot = &head;

    if (page == RAM_ADDR_ALL) {
        s->count += cache->block_count - 1;
        riscv_cache_flush(cache);
        return;
    }
    head = GPOINTER_TO_UINT(g_hash_table_lookup(cache->pages, page_key(page)));
    while (*slot) {
        RISCVBlock *b = &cache->blocks[*slot];
        bool second = b->page != page && b->page2 == page;

        if (b->page != RAM_ADDR_ALL && granules_on(b, page) & granules) {
            drop_block(cache, b, s->dropped);
            s->count++;
        }
        if (b->page == RAM_ADDR_ALL) { /* dropped now, or through its other page */
            *slot = b->next_in_page[second];
        } else {
            slot = &b->next_in_page[second];
        }
    }
    g_hash_table_insert(cache->pages, page_key(page), GUINT_TO_POINTER(head));
}

unsigned riscv_cache_sync(RISCVCodeCache *cache, GranuleMap *map, RISCVHandler *dropped)
{
    SyncState s = { cache, dropped, 0 };

    if (granule_map_generation(map) != cache->generation) {
        cache->generation = granule_map_for_each_dirty(map, cache->generation, drop_granules, &s);
    }
    return s.count;
}
