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

/* env->mode: privilege in the low two bits, and whether floating point is on (mstatus.FS != Off). */
#define RISCV_MODE_FS 4
#define RISCV_MODE_COUNT 8

#define RISCV_BLOCK_MAX_INSNS 64 /* instructions in a block, at most */
#define RISCV_BLOCK_MAX_OPS (3 * RISCV_BLOCK_MAX_INSNS + 8) /* with exits and their data */

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
    uint32_t first;       /* index of its first operation */
    uint32_t incoming;    /* first of the exits linked to it, 0: none */
    uint32_t next_hash;   /* chains by index, 0 ends */
    uint32_t next_in_page[2]; /* chain of blocks with code on `page`, and on `page2` */
} RISCVBlock;

#define RISCV_JUMP_BITS 10
#define RISCV_JUMP_SIZE (1u << RISCV_JUMP_BITS)

/*
 * The jump table: from virtual pc to a block's first operation; one for each mode. Void after a TLB flush. An
 * entry whose op is NULL has a pc that no instruction can have.
 */
typedef struct RISCVJump {
    uint64_t pc;
    const RISCVOp *op;
} RISCVJump;
#define RISCV_JUMP_NONE 1ull

#define RISCV_CACHE_OPS (1u << 18)
#define RISCV_CACHE_BLOCKS (1u << 15)
#define RISCV_HASH_SIZE (1u << 13)

typedef struct RISCVCodeCache {
    RISCVJump jumps[RISCV_MODE_COUNT][RISCV_JUMP_SIZE];
    uint8_t jumps_used;       /* a bit for each mode whose table may have entries */
    RISCVOp *ops;             /* RISCV_CACHE_OPS of them, committed lazily, filled from the start */
    RISCVOpInfo *info;        /* as many */
    RISCVBlock *blocks;       /* index 0 is not used */
    uint32_t op_count, block_count;
    uint64_t flushes;         /* how often the cache was emptied: pointers into it from before are void */
    uint32_t hash[RISCV_HASH_SIZE]; /* by page, offset and mode: block indices */
    GHashTable *pages;        /* page number -> first block with code on it */
    uint64_t generation;      /* up to which stores to code were looked at */
} RISCVCodeCache;

RISCVCodeCache *riscv_cache_new(void);
void riscv_cache_free(RISCVCodeCache *cache);

static inline uint32_t riscv_jump_index(uint64_t pc)
{
    return (pc >> 1 ^ pc >> (RISCV_JUMP_BITS + 1)) & (RISCV_JUMP_SIZE - 1);
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
void riscv_cache_flush_jumps(RISCVCodeCache *cache); /* mappings changed: blocks stay */
void riscv_cache_enter_jump(RISCVCodeCache *cache, unsigned mode, uint64_t pc, const RISCVOp *op);
/*
 * Drop the blocks on granules that were written since the last call; returns how many. `dropped` is what the
 * first operation of such a block becomes: whoever still has a pointer to it leaves for the run loop.
 */
unsigned riscv_cache_sync(RISCVCodeCache *cache, GranuleMap *map, RISCVHandler *dropped);

#endif
