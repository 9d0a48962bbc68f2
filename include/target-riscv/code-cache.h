/*
 * A hart's cache of decoded code: translation blocks, how they are found, linked and dropped.
 *
 * A block is straight-line code on one page, decoded once into operations (insn.h). Blocks are keyed by where
 * the code lies in RAM and by the mode bits that change its meaning; they hold page offsets, never absolute
 * addresses, since a page may be mapped twice. What does not belong here: how operations are executed
 * (target-riscv/interp) and how instructions become operations (translate.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_CODE_CACHE_H
#define TARGET_RISCV_CODE_CACHE_H

#include "target-riscv/insn.h"
#include "util/key-filter.h"

/*
 * env->mode: privilege in the low two bits, whether floating point is on (mstatus.FS != Off), whether every
 * block shall have one instruction only, so that the hart can stop at any of them, whether blocks count what
 * they do in env->events, and whether indirect jumps have to lead to landing pads (riscv_lpe()).
 */
#define RISCV_MODE_FS 4
#define RISCV_MODE_STEP 8
#define RISCV_MODE_EVENTS 16
#define RISCV_MODE_LPE 32
#define RISCV_MODE_COUNT 64

#define RISCV_BLOCK_MAX_INSNS 64 /* instructions in a block, at most */
#define RISCV_BLOCK_MAX_OPS (5 * RISCV_BLOCK_MAX_INSNS + 8) /* a branch has two exits, and two counts */

/*
 * What is known of an operation beyond what its handler needs, in an array beside the operations: enough to
 * rebuild pc and the retired count at any of them.
 */
typedef struct RISCVOpInfo {
    uint32_t raw;     /* the instruction's bits; for an exit: next exit linked to the same block, 0 ends */
    uint16_t offset;  /* of the instruction in its page; for an exit: of its target (0..4095) */
    uint8_t retired;  /* instructions of the block that retired before this one */
    uint8_t len;      /* bytes of the instruction */
} RISCVOpInfo;

typedef struct RISCVBlock {
    ram_addr_t page;      /* where the first byte's page lies; RAM_ADDR_ALL: the block was dropped */
    ram_addr_t page2;     /* the second page of an instruction that crosses; RAM_ADDR_ALL if none */
    uint64_t granules;    /* that the block was decoded from, in `page` */
    uint64_t granules2;   /* and in `page2` */
    uint16_t offset;      /* of its first instruction */
    uint8_t mode;         /* env->mode that it was decoded for */
    uint8_t insns;        /* instructions, those on paths that leave it before included */
    uint32_t first;       /* index of its first operation */
    uint32_t incoming;    /* first of the exits linked to it, 0: none */
    uint32_t next_hash;   /* chains by index, 0 ends */
    uint32_t next_in_page[2]; /* chain of blocks with code on `page`, and on `page2` */
} RISCVBlock;

#define RISCV_CONTEXT_COUNT 9 /* M mode, and eight address spaces: see RISCVContext */

#define RISCV_JUMP_SIZE (1u << 11)

/*
 * The jump tables: from virtual pc to a block's first operation; one for each mode in each context, and flushed with
 * the context's TLBs. An entry whose op is NULL has a pc that no instruction can have, or is 0 where
 * pc 0 does not come.
 */
typedef struct RISCVJump {
    uint64_t pc;
    const RISCVOp *op;
} RISCVJump;
#define RISCV_JUMP_NONE 1ull

#define RISCV_CACHE_OPS (1u << 18)
#define RISCV_CACHE_BLOCKS (1u << 15)
#define RISCV_HASH_SIZE (1u << 13)

typedef struct RISCVJumpTable {
    IndexSet used;            /* entries that may be valid */
    RISCVJump entries[RISCV_JUMP_SIZE];
} RISCVJumpTable;

typedef struct RISCVCodeCache {
    uint64_t jumps_used[RISCV_CONTEXT_COUNT]; /* a bit for each mode whose table may have entries */
    KeyFilter jump_pages[RISCV_CONTEXT_COUNT]; /* what those jumps are to (code-cache.c) */
    RISCVOp *ops;             /* RISCV_CACHE_OPS of them, committed lazily, filled from the start */
    RISCVOpInfo *info;        /* as many */
    RISCVBlock *blocks;       /* index 0 is not used */
    uint32_t op_count, block_count;
    uint64_t flushes;         /* how often blocks were all thrown away: pointers into it from before are void */
    uint32_t hash[RISCV_HASH_SIZE]; /* by page, offset and mode: block indices */
    GHashTable *pages;        /* page number -> first block with code on it */
    uint64_t generation;      /* up to which stores to code were looked at */
    uint64_t unlinks;         /* exits whose block was dropped, so far */
    RISCVJumpTable jumps[RISCV_CONTEXT_COUNT][RISCV_MODE_COUNT];
} RISCVCodeCache;

RISCVCodeCache *riscv_cache_new(void);
void riscv_cache_free(RISCVCodeCache *cache);

static inline uint32_t riscv_jump_index(uint64_t pc)
{
    return pc >> 1 & (RISCV_JUMP_SIZE - 1); /* the place in the page: nothing that costs more finds more */
}

static inline uint32_t riscv_op_index(const RISCVCodeCache *cache, const RISCVOp *op)
{
    return op - cache->ops;
}

static inline RISCVOpInfo *riscv_op_info(const RISCVCodeCache *cache, const RISCVOp *op)
{
    return &cache->info[riscv_op_index(cache, op)];
}

/* Block decoded from that place for that mode, or NULL. */
RISCVBlock *riscv_cache_find(RISCVCodeCache *cache, ram_addr_t page, ram_addr_t page2, unsigned offset,
                             unsigned mode);
/* Whose operation `op` is, and the index behind that block's last one; NULL: no block's that is kept. */
const RISCVBlock *riscv_cache_block_of(const RISCVCodeCache *cache, const RISCVOp *op, uint32_t *end);
/*
 * Instructions that follow in a block which has the one at that place, but does not begin with it, up to its end;
 * 0: there is no such block.
 */
unsigned riscv_cache_rest(RISCVCodeCache *cache, ram_addr_t page, unsigned offset, unsigned mode);
/*
 * Room for a new block and RISCV_BLOCK_MAX_OPS operations; flushes the cache when it is full, so that no
 * pointer into it survives this call. The caller fills in block and operations, then calls
 * riscv_cache_insert() with the number of operations used. A block that is not inserted is overwritten by the next.
 */
RISCVBlock *riscv_cache_alloc(RISCVCodeCache *cache);
void riscv_cache_insert(RISCVCodeCache *cache, RISCVBlock *block, unsigned op_count);

/*
 * Let `exit` (an exit slot to its own page) go to `block` directly from now on, whatever mappings become; false
 * where that would be wrong: the block crosses into a second page, or is on another page of RAM than the exit.
 */
bool riscv_cache_link(RISCVCodeCache *cache, const RISCVOp *exit, RISCVBlock *block);
void riscv_cache_flush(RISCVCodeCache *cache);       /* everything goes */

/* The jump table of `mode` in `context`, ready for use. */
RISCVJump *riscv_cache_jumps(RISCVCodeCache *cache, unsigned context, unsigned mode);
void riscv_cache_enter_jump(RISCVCodeCache *cache, unsigned context, unsigned mode, uint64_t pc,
                            const RISCVOp *op);
/* Mappings changed: every jump in `context` goes, or those to code in the 2^bits bytes around `vaddr`. Blocks stay. */
void riscv_cache_flush_jumps(RISCVCodeCache *cache, unsigned context);
void riscv_cache_flush_jumps_to(RISCVCodeCache *cache, unsigned context, uint64_t vaddr, unsigned bits);
/*
 * Drop the blocks on granules that were written since the last call; returns how many. `dropped` is what the
 * first operation of such a block becomes: whoever still has a pointer to it leaves for the run loop.
 */
unsigned riscv_cache_sync(RISCVCodeCache *cache, GranuleMap *map, RISCVHandler *dropped);

#endif
