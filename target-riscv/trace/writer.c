/*
 * Writing commit traces: each hart fills chunks with records, and a thread for each makes blocks of them.
 *
 * The hart does no more than it must: packing is the thread's. What does not belong here: how records are packed
 * (codec.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "target-riscv/fpu.h"
#include "target-riscv/trace/codec.h"
#include "target-riscv/trace/file.h"

#define CHUNK_WORDS (1u << 15)
#define CHUNKS 6             /* of a stream: so far may the hart be ahead of the thread */
#define RECORDS_IN_TURN 4096 /* where harts run at the same time */
#define LEVEL 1              /* zstd's fastest: the codec has left little to do */

struct RISCVTraceWriter {
    gatomicrefcount refs;
    char *filename;
    FILE *file;
    bool turns;
    uint64_t turn; /* atomic: number of the last one */
    RISCVExtSet exts;
    GMutex lock; /* of the file, and of these: */
    bool described;
    GString *text; /* the header's; NULL: it is written */
    uint64_t blocks;
    int error; /* errno of the first failure: nothing is written any more */
};

typedef struct Chunk {
    uint64_t words[CHUNK_WORDS];
} Chunk;

struct RISCVTraceStream {
    /* the hart's */
    uint64_t *at;  /* in the chunk that it fills */
    uint64_t *end; /* behind which no record begins */
    unsigned left_in_turn;
    RISCVTraceWriter *writer;
    uint64_t hart;
    /* between them: a ring, as ThreadSanitizer does not see into a GAsyncQueue */
    GMutex lock; /* of the two numbers */
    GCond changed;
    uint64_t filled, emptied; /* chunks, so far */
    Chunk *chunks[CHUNKS];
    GThread *thread;
    /* the thread's */
    Codec *codec;
    Block block;
    uint64_t turn, block_turn; /* now, and when the block began */
    ZSTD_CCtx *zstd;
    void *packed;
};

/* ---- the file ---- */

RISCVTraceWriter *riscv_trace_create(const char *filename, bool turns, Error **errp)
{
    FILE *file = fopen(filename, "wb");
    RISCVTraceWriter *writer;

    if (!file) {
        error_setg_errno(errp, errno, "cannot open trace file '%s'", filename);
        return NULL;
    }
    writer = g_new0(RISCVTraceWriter, 1);
    g_atomic_ref_count_init(&writer->refs);
    writer->filename = g_strdup(filename);
    writer->file = file;
    writer->turns = turns;
    writer->text = g_string_new(TRACE_KEY_VERSION RVEMU_VERSION "\n");
    g_mutex_init(&writer->lock);
    return writer;
}

RISCVTraceWriter *riscv_trace_writer_ref(RISCVTraceWriter *writer)
{
    g_atomic_ref_count_inc(&writer->refs);
    return writer;
}

/* The lock is held. A trace that cannot be written (disk full) must not stop the guest. */
static void put(RISCVTraceWriter *writer, const void *bytes, size_t size)
{
    if (!writer->error && fwrite(bytes, 1, size, writer->file) != size) {
        writer->error = errno ? errno : EIO;
    }
}

static void add_symbol(const ElfSymbol *symbol, void *opaque)
{
    for (const char *c = symbol->name; *c; c++) {
        if (g_ascii_iscntrl(*c)) {
            return; /* an ELF file can have any name */
        }
    }
    g_string_append_printf(opaque, TRACE_KEY_SYMBOL "%" PRIx64 " %" PRIx64 " %c %s\n",
                           symbol->value, symbol->size, symbol->global ? 'g' : 'l', symbol->name);
}

/* The lock is held. */
static void describe(RISCVTraceWriter *writer, const RISCVExtSet *exts, const Symbols *symbols)
{
    writer->exts = *exts;
    for (unsigned ext = 0; ext < RISCV_EXT_COUNT; ext++) {
        if (riscv_ext_has(exts, ext)) {
            g_string_append_printf(writer->text, TRACE_KEY_EXTENSION "%s\n",
                                   riscv_ext_info[ext].name);
        }
    }
    symbols_foreach(symbols, add_symbol, writer->text);
}

void riscv_trace_describe(RISCVTraceWriter *writer, const RISCVExtSet *exts, const Symbols *symbols)
{
    g_mutex_lock(&writer->lock);
    if (!writer->described) {
        writer->described = true;
        describe(writer, exts, symbols);
    }
    g_mutex_unlock(&writer->lock);
}

/* The lock is held. */
static void put_header(RISCVTraceWriter *writer)
{
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(writer->text->len);
    g_autofree void *packed = g_malloc(bound);
    TraceHeader header = { .magic = TRACE_MAGIC,
                           .version = CODEC_VERSION,
                           .size = writer->text->len };

    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    header.packed = ZSTD_compress2(zstd, packed, bound, writer->text->str, writer->text->len);
    header.crc = trace_crc(&header);
    ZSTD_freeCCtx(zstd);
    put(writer, &header, sizeof(header));
    put(writer, packed, header.packed);
    g_string_free(writer->text, TRUE);
    writer->text = NULL;
}

void riscv_trace_writer_unref(RISCVTraceWriter *writer)
{
    TraceBlockHeader end = { .magic = TRACE_END_MAGIC };

    if (!writer || !g_atomic_ref_count_dec(&writer->refs)) {
        return;
    }
    if (writer->text) {
        put_header(writer);
    }
    end.sequence = writer->blocks;
    end.crc = trace_crc(&end);
    put(writer, &end, sizeof(end));
    if (fclose(writer->file) && !writer->error) {
        writer->error = errno;
    }
    if (writer->error) {
        error_report("the trace in '%s' ends early: %s", writer->filename,
                     g_strerror(writer->error));
    }
    g_mutex_clear(&writer->lock);
    g_free(writer->filename);
    g_free(writer);
}

/* ---- the thread ---- */

#define PACKED_BOUND ZSTD_COMPRESSBOUND(BLOCK_RECORDS + BLOCK_LENGTHS + BLOCK_DATA)

/* The parts close together; what was behind them does not matter any more. */
static size_t close_up(Block *block)
{
    uint8_t *to = block->bytes;

    memmove(to + block->records, block_lengths(block), block->lengths);
    memmove(to + block->records + block->lengths, block_data(block), block->data);
    return (size_t)block->records + block->lengths + block->data;
}

static void end_block(RISCVTraceStream *stream)
{
    RISCVTraceWriter *writer = stream->writer;
    Block *block = &stream->block;
    TraceBlockHeader header = {
        .magic = TRACE_BLOCK_MAGIC,
        .hart = stream->hart,
        .sequence = stream->block_turn,
        .check = block->check,
        .records = block->records,
        .lengths = block->lengths,
        .data = block->data,
    };
    size_t packed;

    if (block->records == 0) {
        return;
    }
    packed =
        ZSTD_compress2(stream->zstd, stream->packed, PACKED_BOUND, block->bytes, close_up(block));
    header.packed = ZSTD_isError(packed) ? 0 : packed;
    header.crc = trace_crc(&header);
    g_mutex_lock(&writer->lock);
    if (writer->text) {
        put_header(writer);
    }
    put(writer, &header, sizeof(header));
    put(writer, stream->packed, header.packed);
    fflush(writer->file); /* whoever kills the run shall have it */
    writer->blocks++;
    g_mutex_unlock(&writer->lock);
    block->records = block->lengths = block->data = 0;
    block->check = 0;
    stream->block_turn = stream->turn;
    codec_restart(stream->codec);
}

/* True: it was the stream's last chunk. */
static bool pack_chunk(RISCVTraceStream *stream, const uint64_t *words)
{
    while (RECORD_TYPE(words[1]) != CHUNK_END) {
        if (RECORD_TYPE(words[1]) == RECORD_TURN) {
            stream->turn = words[2];
            if (stream->block.records == 0) {
                stream->block_turn = stream->turn;
            }
        }
        words += codec_encode(stream->codec, &stream->block, words);
        if (codec_is_full(stream->codec, &stream->block)) {
            end_block(stream);
        }
    }
    return words[0];
}

static const Chunk *wait_for_chunk(RISCVTraceStream *stream)
{
    g_mutex_lock(&stream->lock);
    while (stream->filled == stream->emptied) {
        g_cond_wait(&stream->changed, &stream->lock);
    }
    g_mutex_unlock(&stream->lock);
    return stream->chunks[stream->emptied % CHUNKS];
}

static void give_back_chunk(RISCVTraceStream *stream)
{
    g_mutex_lock(&stream->lock);
    stream->emptied++;
    g_cond_signal(&stream->changed);
    g_mutex_unlock(&stream->lock);
}

static void *pack(void *opaque)
{
    RISCVTraceStream *stream = opaque;
    bool last;

    stream->codec = codec_new(&stream->writer->exts);
    trace_block_init(&stream->block);
    stream->zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(stream->zstd, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(stream->zstd, ZSTD_c_checksumFlag, 1);
    stream->packed = g_malloc(PACKED_BOUND);
    do {
        last = pack_chunk(stream, wait_for_chunk(stream)->words);
        give_back_chunk(stream);
    } while (!last);
    end_block(stream);
    g_free(stream->packed);
    ZSTD_freeCCtx(stream->zstd);
    trace_block_clear(&stream->block);
    codec_free(stream->codec);
    return NULL;
}

/* ---- the hart ---- */

/* Room for a record at the end of each chunk, and for the mark behind the last one. */
#define CHUNK_SPARE (RECORD_MAX_WORDS + 2)

static void begin_chunk(RISCVTraceStream *stream)
{
    Chunk *chunk = stream->chunks[stream->filled % CHUNKS];

    stream->at = chunk->words;
    stream->end = chunk->words + CHUNK_WORDS - CHUNK_SPARE;
}

RISCVTraceStream *riscv_trace_stream_new(RISCVTraceWriter *writer, uint64_t hart)
{
    RISCVTraceStream *stream = g_new0(RISCVTraceStream, 1);

    stream->writer = riscv_trace_writer_ref(writer);
    stream->hart = hart;
    g_mutex_init(&stream->lock);
    g_cond_init(&stream->changed);
    for (unsigned i = 0; i < CHUNKS; i++) {
        stream->chunks[i] = g_new(Chunk, 1);
    }
    begin_chunk(stream);
    return stream;
}

static void hand_over(RISCVTraceStream *stream, bool last)
{
    uint64_t host_fpu = host_fpu_save(); /* a new thread inherits it */

    stream->at[0] = last;
    stream->at[1] = (uint64_t)CHUNK_END << 62;
    if (!stream->thread) {
        stream->thread = g_thread_new("trace", pack, stream);
    }
    g_mutex_lock(&stream->lock);
    stream->filled++;
    g_cond_signal(&stream->changed);
    while (stream->filled - stream->emptied == CHUNKS) {
        g_cond_wait(&stream->changed, &stream->lock);
    }
    g_mutex_unlock(&stream->lock);
    host_fpu_restore(host_fpu);
}

void riscv_trace_stream_end(RISCVTraceStream *stream)
{
    if (!stream) {
        return;
    }
    hand_over(stream, true);
    g_thread_join(stream->thread);
    for (unsigned i = 0; i < CHUNKS; i++) {
        g_free(stream->chunks[i]);
    }
    g_cond_clear(&stream->changed);
    g_mutex_clear(&stream->lock);
    riscv_trace_writer_unref(stream->writer);
    g_free(stream);
}

/* Behind each record. */
static inline void advance(RISCVTraceStream *stream, unsigned words)
{
    stream->at += words;
    if (G_UNLIKELY(stream->at >= stream->end)) {
        hand_over(stream, false);
        begin_chunk(stream);
    }
}

void riscv_trace_turn(RISCVTraceStream *stream)
{
    uint64_t number = __atomic_add_fetch(&stream->writer->turn, 1, __ATOMIC_SEQ_CST);

    stream->left_in_turn = RECORDS_IN_TURN;
    advance(stream, record_from_turn(number, stream->at));
}

void riscv_trace_commit(RISCVTraceStream *stream, const RISCVCommit *commit)
{
    if (--stream->left_in_turn == 0 && !stream->writer->turns) {
        riscv_trace_turn(stream);
    }
    advance(stream, record_from_commit(commit, stream->at));
}

void riscv_trace_trap(RISCVTraceStream *stream, const RISCVTracedTrap *trap)
{
    advance(stream, record_from_trap(trap, stream->at));
}
