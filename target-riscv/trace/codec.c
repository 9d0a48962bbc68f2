/*
 * Packing records of a commit trace into blocks, and getting them back: see codec.h.
 *
 * Encoder and decoder have the same state, and change it in the same way after each record. What does not belong here:
 * what an instruction computes (guess.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/trace/codec.h"

#include <string.h>

#include "target-riscv/decode.h"
#include "util/lazy-memory.h"

#define PLACE_BITS 16
#define PLACES (1u << PLACE_BITS)
#define POOL_WORDS (1u << 20) /* of one block: enough for the code of most programs */

/* How the values of a place's records are guessed. */
typedef enum PlaceKind {
    PLACE_SERIES, /* each goes on as it did: by Series */
    PLACE_RESULT, /* one register, computed */
    PLACE_LOAD,   /* its address is computed; if it writes a register, that is a series */
    PLACE_STORE,  /* address and value are computed */
} PlaceKind;

/* What comes after a record of that place. */
typedef enum PlaceNext {
    NEXT_LEARNED, /* what came after the last one */
    NEXT_STRAIGHT,
    NEXT_BRANCH,
    NEXT_JUMP,
    NEXT_INDIRECT,
} PlaceNext;

/* What is known of a place, in a table by hash: one takes another's entry. */
typedef struct Place {
    uint64_t where;
    uint32_t block;   /* number of the block that it is known in */
    uint32_t in_pool; /* its shape's words, then a Series for each value */
    uint64_t next;    /* NEXT_LEARNED */
    GuessFunc *guess;
    RISCVOp op;
    uint8_t kind;      /* PlaceKind */
    uint8_t next_kind; /* PlaceNext */
    uint8_t shape_words, values;
} Place;

/* A value's last one, the step by which it is guessed to go on, and the last step, which becomes that if it comes again. */
typedef struct Series {
    uint64_t last, step, seen;
} Series;
#define SERIES_WORDS (sizeof(Series) / sizeof(uint64_t))

struct Codec {
    CPURISCVState *env; /* guess.c's: registers as far as they are known */
    RISCVExtSet exts;
    Place *places;
    uint64_t *pool;
    uint32_t pool_used;
    uint32_t block;    /* number */
    Place *last;       /* of the record before; NULL: there is none */
    uint64_t expected; /* where the next one is */
    uint64_t check;    /* decoder: of the records so far */
    Guess guess;       /* of the current one */
    uint64_t guesses[RECORD_MAX_VALUES];
};

/* ---- state ---- */

Codec *codec_new(const RISCVExtSet *exts)
{
    Codec *codec = g_new0(Codec, 1);

    codec->env = g_new0(CPURISCVState, 1);
    codec->exts = *exts;
    codec->places = lazy_memory_new(PLACES * sizeof(Place));
    codec->pool =
        lazy_memory_new((POOL_WORDS + RECORD_MAX_WORDS * SERIES_WORDS) * sizeof(uint64_t));
    if (!codec->places || !codec->pool) {
        g_error("no memory for a commit trace");
    }
    codec_restart(codec);
    return codec;
}

void codec_free(Codec *codec)
{
    if (codec) {
        lazy_memory_free(codec->places, PLACES * sizeof(Place));
        lazy_memory_free(codec->pool,
                         (POOL_WORDS + RECORD_MAX_WORDS * SERIES_WORDS) * sizeof(uint64_t));
        g_free(codec->env);
        g_free(codec);
    }
}

void codec_restart(Codec *codec)
{
    memset(codec->env->x, 0, sizeof(codec->env->x));
    memset(codec->env->f, 0, sizeof(codec->env->f));
    codec->pool_used = 0;
    codec->block++;
    codec->last = NULL;
    codec->expected = 0;
    codec->check = 0;
}

static Place *place_of(Codec *codec, uint64_t where)
{
    /* Traps apart from their instruction. */
    uint64_t hash = (where >> 1 ^ where << 14) ^ where >> (PLACE_BITS + 1);

    return &codec->places[hash & (PLACES - 1)];
}

static uint64_t *shape_of(const Codec *codec, const Place *place)
{
    return &codec->pool[place->in_pool];
}

static Series *series_of(const Codec *codec, const Place *place)
{
    return (Series *)(shape_of(codec, place) + place->shape_words);
}

/* ---- a new shape ---- */

static PlaceNext next_kind(unsigned flags)
{
    if (flags & RISCV_INSN_FLAG_BRANCH) {
        return NEXT_BRANCH;
    }
    if (flags & RISCV_INSN_FLAG_JUMP) {
        return NEXT_JUMP;
    }
    return flags & RISCV_INSN_FLAG_JUMP_INDIRECT ? NEXT_INDIRECT : NEXT_STRAIGHT;
}

/* What a shape is when its instruction does what it says: integer result, load or store. */
static PlaceKind place_kind(uint64_t shape)
{
    unsigned regs = RECORD_REGS(shape), loads = RECORD_LOADS(shape), stores = RECORD_STORES(shape);

    if (regs == 1 && !loads && !stores) {
        return PLACE_RESULT;
    }
    if (regs <= 1 && loads == 1 && !stores) {
        return PLACE_LOAD;
    }
    return !regs && !loads && stores == 1 ? PLACE_STORE : PLACE_SERIES;
}

/* The instruction at a place is one to be executed along. */
static void place_insn(Codec *codec, Place *place, uint64_t shape)
{
    RISCVInsn insn;

    if (RECORD_TYPE(shape) != RECORD_COMMIT ||
        !riscv_decode((uint32_t)shape, &codec->exts, 64, &insn) ||
        insn.len != (RECORD_LEN4(shape) ? 4 : 2)) {
        return;
    }
    place->guess = guess_func(insn.id);
    if (place->guess) {
        place->op.handler = NULL;
        riscv_op_set_operands(&place->op, &insn, place->where & ~RISCV_PAGE_MASK);
        place->kind = place_kind(shape);
        place->next_kind = next_kind(riscv_insn_info[insn.id].flags);
    }
}

static void new_shape(Codec *codec, Place *place, uint64_t where, const uint64_t *shape)
{
    uint64_t learned =
        place->where == where && place->block == codec->block ? place->next : where + 4;

    *place = (Place){
        .where = where,
        .block = codec->block,
        .in_pool = codec->pool_used,
        .next = learned,
        .shape_words = record_shape_words(*shape),
        .values = record_values(*shape),
    };
    memcpy(shape_of(codec, place), shape, place->shape_words * sizeof(uint64_t));
    memset(series_of(codec, place), 0, place->values * sizeof(Series));
    codec->pool_used += place->shape_words + place->values * SERIES_WORDS;
    place_insn(codec, place, *shape);
}

/* ---- guesses ---- */

static uint64_t of_size(uint64_t value, unsigned size)
{
    return size < 8 ? value & ((1ull << (8 * size)) - 1) : value;
}

static void guess_values(Codec *codec, Place *place)
{
    uint64_t *guesses = codec->guesses;
    const Series *series = series_of(codec, place);

    if (place->guess) {
        codec->env->pc_page = place->where & RISCV_PAGE_MASK;
        place->guess(codec->env, &place->op, &codec->guess);
    }
    switch (place->kind) {
    case PLACE_RESULT:
        guesses[0] = codec->guess.result;
        break;
    case PLACE_LOAD:
        guesses[0] = series->last + series->step;
        guesses[place->values - 1] = codec->guess.address;
        break;
    case PLACE_STORE:
        guesses[0] = codec->guess.address;
        guesses[1] = of_size(codec->guess.stored, record_key(shape_of(codec, place), 0));
        break;
    default:
        for (unsigned i = 0; i < place->values; i++) {
            guesses[i] = series[i].last + series[i].step;
        }
    }
}

static void learn_series(Series *series, uint64_t value)
{
    uint64_t step = value - series->last;

    series->step = step == series->seen ? step : series->step;
    series->seen = step;
    series->last = value;
}

static void learn_registers(Codec *codec, const uint64_t *shape, const uint64_t *values)
{
    for (unsigned i = 0; i < RECORD_REGS(*shape); i++) {
        unsigned key = record_key(shape, i);

        if (COMMIT_KEY_KIND(key) == COMMIT_X) {
            codec->env->x[COMMIT_KEY_NUMBER(key)] = values[i];
        } else if (COMMIT_KEY_KIND(key) == COMMIT_F) {
            codec->env->f[COMMIT_KEY_NUMBER(key)] = values[i];
        }
    }
}

/* Where the next record is: `place` is that of the current one. */
static uint64_t expect(const Codec *codec, const Place *place, uint64_t shape)
{
    uint64_t straight = place->where + (RECORD_LEN4(shape) ? 4 : 2);

    switch (place->next_kind) {
    case NEXT_STRAIGHT:
        return straight;
    case NEXT_BRANCH:
        return codec->guess.taken ? place->where + (int64_t)place->op.imm : straight;
    case NEXT_JUMP:
        return place->where + (int64_t)place->op.imm;
    case NEXT_INDIRECT:
        return codec->guess.target;
    default:
        return place->next;
    }
}

/* The record at `place` was this one. */
static void learn(Codec *codec, Place *place, const uint64_t *shape, const uint64_t *values)
{
    Series *series = series_of(codec, place);

    if (codec->last && codec->last->block == codec->block) {
        codec->last->next = place->where;
    }
    if (place->kind == PLACE_SERIES) {
        for (unsigned i = 0; i < place->values; i++) {
            learn_series(&series[i], values[i]);
        }
    } else if (place->kind == PLACE_LOAD) {
        learn_series(series, values[0]);
    }
    learn_registers(codec, shape, values);
    codec->expected = expect(codec, place, *shape);
    codec->last = place;
}

static uint64_t check_sum(uint64_t sum, const uint64_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        sum = (sum << 7 | sum >> 57) + words[i];
    }
    return sum;
}

/* ---- blocks ---- */

void trace_block_init(Block *block)
{
    /* A value is stored as 8 bytes, of which only some count. */
    block->bytes = lazy_memory_new(BLOCK_RECORDS + BLOCK_LENGTHS + BLOCK_DATA + sizeof(uint64_t));
    if (!block->bytes) {
        g_error("no memory for a commit trace");
    }
    block->records = block->lengths = block->data = 0;
    block->check = 0;
}

void trace_block_clear(Block *block)
{
    lazy_memory_free(block->bytes, BLOCK_RECORDS + BLOCK_LENGTHS + BLOCK_DATA + sizeof(uint64_t));
}

bool codec_is_full(const Codec *codec, const Block *block)
{
    return block->records == BLOCK_RECORDS ||
           block->lengths + 2 * RECORD_MAX_WORDS > BLOCK_LENGTHS ||
           block->data + RECORD_MAX_WORDS * sizeof(uint64_t) > BLOCK_DATA ||
           codec->pool_used + RECORD_MAX_WORDS * SERIES_WORDS > POOL_WORDS;
}

/* ---- encoding ---- */

enum {
    CONTROL_PLACE = 1,
    CONTROL_SHAPE = 2,
    CONTROL_VALUES = 2 /* first bit of the values' */,
    CONTROL_MAX_VALUES = 6
};

static void put_difference(Block *block, uint64_t value, uint64_t guess)
{
    uint64_t difference = value - guess;
    uint64_t zigzag = difference << 1 ^ -(difference >> 63);
    unsigned length = (64 - __builtin_clzll(zigzag | 1) + 7) / 8;

    memcpy(block_data(block) + block->data, &zigzag, sizeof(zigzag));
    block_lengths(block)[block->lengths++] = length;
    block->data += length;
}

/* Which values are not as guessed, a bit each, for records with many. */
static void put_long_mask(Block *block, const uint64_t *values, const uint64_t *guesses,
                          unsigned count)
{
    uint8_t *mask = block_lengths(block) + block->lengths;
    unsigned bytes = (count + 7) / 8;

    memset(mask, 0, bytes);
    for (unsigned i = 0; i < count; i++) {
        mask[i / 8] |= (values[i] != guesses[i]) << (i % 8);
    }
    block->lengths += bytes;
}

static Place *find_place(Codec *codec, uint64_t where, const uint64_t *shape, unsigned words)
{
    Place *place = place_of(codec, where);
    const uint64_t *known = shape_of(codec, place);

    if (place->where != where || place->block != codec->block || place->shape_words != words ||
        known[0] != shape[0]) {
        return NULL;
    }
    for (unsigned i = 1; i < words; i++) {
        if (known[i] != shape[i]) {
            return NULL;
        }
    }
    return place;
}

unsigned codec_encode(Codec *codec, Block *block, const uint64_t *words)
{
    uint64_t where = words[0];
    const uint64_t *shape = &words[1];
    unsigned shape_words = record_shape_words(*shape);
    const uint64_t *values = shape + shape_words;
    Place *place = find_place(codec, where, shape, shape_words);
    unsigned control = 0;

    if (where != codec->expected) {
        control |= CONTROL_PLACE;
        put_difference(block, where, codec->expected);
    }
    if (!place) {
        control |= CONTROL_SHAPE;
        memcpy(block_data(block) + block->data, shape, shape_words * sizeof(uint64_t));
        block->data += shape_words * sizeof(uint64_t);
        place = place_of(codec, where);
        new_shape(codec, place, where, shape);
    }
    guess_values(codec, place);
    if (place->values > CONTROL_MAX_VALUES) {
        put_long_mask(block, values, codec->guesses, place->values);
    }
    for (unsigned i = 0; i < place->values; i++) {
        if (values[i] != codec->guesses[i]) {
            control |= i < CONTROL_MAX_VALUES ? 1u << (CONTROL_VALUES + i) : 0;
            put_difference(block, values[i], codec->guesses[i]);
        }
    }
    if (place->values > CONTROL_MAX_VALUES) {
        control &= CONTROL_PLACE | CONTROL_SHAPE;
    }
    block->bytes[block->records++] = control;
    learn(codec, place, shape, values);
    block->check = check_sum(block->check, words, 1 + shape_words + place->values);
    return 1 + shape_words + place->values;
}

/* ---- decoding ---- */

static bool get_difference(const Block *block, BlockCursor *at, uint64_t guess, uint64_t *value)
{
    uint64_t zigzag = 0;
    unsigned length;

    if (at->length >= block->lengths) {
        return false;
    }
    length = block_lengths(block)[at->length++];
    if (length > sizeof(zigzag) || length > block->data - at->data) {
        return false;
    }
    memcpy(&zigzag, block_data(block) + at->data, length);
    at->data += length;
    *value = guess + (zigzag >> 1 ^ -(zigzag & 1));
    return true;
}

static bool get_words(const Block *block, BlockCursor *at, uint64_t *words, unsigned count)
{
    if (count * sizeof(uint64_t) > block->data - at->data) {
        return false;
    }
    memcpy(words, block_data(block) + at->data, count * sizeof(uint64_t));
    at->data += count * sizeof(uint64_t);
    return true;
}

static bool get_shape(Codec *codec, const Block *block, BlockCursor *at, uint64_t where,
                      uint64_t *shape)
{
    if (codec->pool_used > POOL_WORDS || !get_words(block, at, shape, 1) ||
        record_shape_words(*shape) > RECORD_MAX_SHAPE ||
        !get_words(block, at, shape + 1, record_shape_words(*shape) - 1) ||
        !record_shape_ok(shape)) {
        return false;
    }
    new_shape(codec, place_of(codec, where), where, shape);
    return true;
}

/* The bits of values that were not guessed. */
static bool get_mask(const Block *block, BlockCursor *at, unsigned control, unsigned count,
                     uint8_t *mask)
{
    unsigned bytes = (count + 7) / 8;

    if (count <= CONTROL_MAX_VALUES) {
        mask[0] = control >> CONTROL_VALUES;
        return mask[0] >> count == 0;
    }
    if (bytes > block->lengths - at->length) {
        return false;
    }
    memcpy(mask, block_lengths(block) + at->length, bytes);
    at->length += bytes;
    return true;
}

static bool get_values(Codec *codec, const Block *block, BlockCursor *at, unsigned control,
                       const Place *place, uint64_t *values)
{
    uint8_t mask[RECORD_MAX_VALUES / 8 + 1];

    if (!get_mask(block, at, control, place->values, mask)) {
        return false;
    }
    for (unsigned i = 0; i < place->values; i++) {
        values[i] = codec->guesses[i];
        if (mask[i / 8] >> (i % 8) & 1 && !get_difference(block, at, values[i], &values[i])) {
            return false;
        }
    }
    return true;
}

static bool decode(Codec *codec, const Block *block, BlockCursor *at, uint64_t *words)
{
    unsigned control = block->bytes[at->record];
    Place *place;

    words[0] = codec->expected;
    if (control & CONTROL_PLACE && !get_difference(block, at, words[0], &words[0])) {
        return false;
    }
    if (control & CONTROL_SHAPE && !get_shape(codec, block, at, words[0], &words[1])) {
        return false;
    }
    place = place_of(codec, words[0]);
    if (place->where != words[0] || place->block != codec->block) {
        return false;
    }
    memcpy(&words[1], shape_of(codec, place), place->shape_words * sizeof(uint64_t));
    guess_values(codec, place);
    if (!get_values(codec, block, at, control, place, &words[1] + place->shape_words)) {
        return false;
    }
    learn(codec, place, &words[1], &words[1] + place->shape_words);
    codec->check = check_sum(codec->check, words, 1 + place->shape_words + place->values);
    return true;
}

bool codec_decode(Codec *codec, const Block *block, BlockCursor *at, uint64_t *words)
{
    return at->record < block->records && decode(codec, block, at, words) && ++at->record;
}

bool codec_check(const Codec *codec, const Block *block)
{
    return codec->check == block->check;
}
