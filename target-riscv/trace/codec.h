/*
 * Records of a commit trace as words, and how a block of them is made small.
 *
 * A record is: where it is (for an instruction its pc, for a trap epc with bit 0 set, for a turn
 * TURN_PLACE), its shape (raw bits in the low half, RECORD_* above; then keys of registers and
 * sizes of stores, four in a word), and its values: registers, addresses loaded from, address and
 * value of each store. Both sides of the codec guess each record from those before it in the block,
 * and the block has only what was guessed wrong:
 *
 *   control   a byte for each record: bit 0, not where it was expected; bit 1, another shape than
 *             that place had last; bits 2 to 7, which values were not guessed (for a record of more
 *             than 6 values these bits stand among the lengths)
 *   lengths   of each thing that was wrong, in bytes
 *   data      these bytes: the difference to the guess, zigzag; shapes as they are
 *
 * Guesses: the program is executed along (guess.c), for what is known of its registers by then;
 * what cannot be computed (loaded values, CSRs, floating point) is guessed to go on as it did at
 * that place. A guess must come out the same when the trace is read: CODEC_VERSION counts changes.
 *
 * What does not belong here: files (writer.c, reader.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_TRACE_CODEC_H
#define TARGET_RISCV_TRACE_CODEC_H

#include "target-riscv/commit-trace.h"
#include "target-riscv/engine.h"

#define CODEC_VERSION 1

/* ---- records ---- */

enum { RECORD_COMMIT, RECORD_TRAP, RECORD_TURN };
enum { CHUNK_END = 3 }; /* not a record: the writer's mark behind a chunk's last */

#define RECORD_PRIV(shape) ((shape) >> 32 & 3)
#define RECORD_LEN4(shape) ((shape) >> 34 & 1)
#define RECORD_FLEN8(shape) ((shape) >> 35 & 1)
#define RECORD_REGS(shape) ((unsigned)((shape) >> 36 & 31))
#define RECORD_LOADS(shape) ((unsigned)((shape) >> 41 & 31))
#define RECORD_STORES(shape) ((unsigned)((shape) >> 46 & 31))
#define RECORD_TO(shape) ((shape) >> 51 & 3) /* of a trap */
#define RECORD_TYPE(shape) ((unsigned)((shape) >> 62))

#define TURN_PLACE 3ull
#define TRAP_VALUES 2 /* cause, tval */

#define RECORD_MAX_KEYS (COMMIT_MAX_REGS + COMMIT_MAX_ACCESSES)
#define RECORD_MAX_SHAPE (1 + RECORD_MAX_KEYS / 4)
#define RECORD_MAX_VALUES (COMMIT_MAX_REGS + 3 * COMMIT_MAX_ACCESSES)
#define RECORD_MAX_WORDS (1 + RECORD_MAX_SHAPE + RECORD_MAX_VALUES)

/* Words of a shape, and values of a record with it. */
static inline unsigned record_shape_words(uint64_t shape)
{
    return 1 + (RECORD_REGS(shape) + RECORD_STORES(shape) + 3) / 4;
}

static inline unsigned record_values(uint64_t shape)
{
    switch (RECORD_TYPE(shape)) {
    case RECORD_COMMIT:
        return RECORD_REGS(shape) + RECORD_LOADS(shape) + 2 * RECORD_STORES(shape);
    case RECORD_TRAP:
        return TRAP_VALUES;
    default:
        return 1; /* the turn's number */
    }
}

/* Key `i` of a shape. */
static inline unsigned record_key(const uint64_t *shape, unsigned i)
{
    return shape[1 + i / 4] >> (16 * (i % 4)) & 0xffff;
}

/* To words, and back; how many words it is. */
unsigned record_from_commit(const RISCVCommit *commit, uint64_t *words);
unsigned record_from_trap(const RISCVTracedTrap *trap, uint64_t *words);
unsigned record_from_turn(uint64_t number, uint64_t *words);
void record_to_item(const uint64_t *words, RISCVTraceItem *item);
/* Could it be one of those that are made? */
bool record_shape_ok(const uint64_t *shape);

/* ---- blocks ---- */

#define BLOCK_RECORDS (1u << 18) /* at most */
#define BLOCK_LENGTHS (1u << 20) /* bytes, and these: */
#define BLOCK_DATA (1u << 22)

typedef struct Block {
    uint32_t records;
    uint32_t lengths, data; /* bytes used */
    uint64_t check;         /* of the records' words */
    uint8_t *bytes;         /* BLOCK_RECORDS of control, then lengths, then data */
} Block;

static inline uint8_t *block_lengths(const Block *block)
{
    return block->bytes + BLOCK_RECORDS;
}

static inline uint8_t *block_data(const Block *block)
{
    return block->bytes + BLOCK_RECORDS + BLOCK_LENGTHS;
}

void trace_block_init(Block *block);
void trace_block_clear(Block *block);

/* ---- the codec ---- */

typedef struct Codec Codec;

Codec *codec_new(const RISCVExtSet *exts);
void codec_free(Codec *codec);
/* A block begins: nothing is known. */
void codec_restart(Codec *codec);

/* Adds the record to the block; returns the words it had. */
unsigned codec_encode(Codec *codec, Block *block, const uint64_t *words);
/* The block has no room for another one. */
bool codec_is_full(const Codec *codec, const Block *block);

/* Where in a block a decoder is. */
typedef struct BlockCursor {
    uint32_t record, length, data;
} BlockCursor;
/* The next record; false: there is none, or the block is damaged. */
bool codec_decode(Codec *codec, const Block *block, BlockCursor *at, uint64_t *words);
/* Behind the last one: were they those that were encoded? */
bool codec_check(const Codec *codec, const Block *block);

/* ---- guess.c ---- */

/* What an instruction does, as far as its operands' values tell. */
typedef struct Guess {
    uint64_t result;  /* what it writes to its register, unless it loads that */
    uint64_t address; /* of its load or store */
    uint64_t stored;
    uint64_t target; /* of its jump */
    bool taken;
} Guess;
typedef void GuessFunc(CPURISCVState *env, const RISCVOp *op, Guess *guess);

/* NULL: it is not executed along. */
GuessFunc *guess_func(unsigned id);

#endif
