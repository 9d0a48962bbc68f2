/*
 * Reading commit traces: blocks of every hart, unpacked as they are needed, and their records in order.
 *
 * A trace is data of a stranger: nothing in it is believed. What does not belong here: how records are packed (codec.c),
 * what is made of them (tools/trace).
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include "system/loader.h"
#include "target-riscv/trace/codec.h"
#include "target-riscv/trace/file.h"
#include "util/cutils.h"

#define MAX_TEXT (256u << 20) /* bytes of the header's */

/* A block as the file has it. */
typedef struct BlockPlace {
    uint64_t offset; /* of what is packed */
    TraceBlockHeader header;
} BlockPlace;

/* A hart's blocks, and where in them reading is. */
typedef struct HartReader {
    uint64_t hart;
    GArray *blocks; /* of BlockPlace, in the file's order */
    guint next;     /* of them */
    Codec *codec;
    Block block;
    BlockCursor at;
    uint64_t check;
    uint64_t turn;
    bool ready; /* `words` has a record that has not been handed out */
    uint64_t words[RECORD_MAX_WORDS];
} HartReader;

struct RISCVTraceReader {
    char *filename;
    FILE *file;
    char *version; /* of rvemu, that wrote it */
    RISCVExtSet exts;
    Symbols *symbols;
    GPtrArray *harts; /* of HartReader */
    const char *cut_short;
    uint64_t end; /* bytes read until there */
    ZSTD_DCtx *zstd;
};

static bool damaged(const RISCVTraceReader *reader, uint64_t offset, const char *problem,
                    Error **errp)
{
    error_setg(errp, "%s: damaged at byte %" PRIu64 ": %s", reader->filename, offset, problem);
    error_append_hint(errp, "record the trace again");
    return false;
}

/* ---- the header ---- */

bool riscv_trace_is_trace(const char *filename)
{
    /* What is no file cannot be looked at without taking something away. */
    FILE *file = g_file_test(filename, G_FILE_TEST_IS_REGULAR) ? fopen(filename, "rb") : NULL;
    char magic[TRACE_MAGIC_SIZE];
    bool is = file && fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
              memcmp(magic, TRACE_MAGIC, sizeof(magic)) == 0;

    if (file) {
        fclose(file);
    }
    return is;
}

/* "VALUE SIZE g|l NAME" in place; false: it is something else. */
static bool parse_symbol(char *text, ElfSymbol *symbol)
{
    char *end;

    symbol->value = g_ascii_strtoull(text, &end, 16);
    if (*end != ' ') {
        return false;
    }
    symbol->size = g_ascii_strtoull(end + 1, &end, 16);
    if (*end != ' ' || (end[1] != 'g' && end[1] != 'l') || end[2] != ' ' || !end[3]) {
        return false;
    }
    symbol->global = end[1] == 'g';
    symbol->name = end + 3;
    return true;
}

static void take_line(RISCVTraceReader *reader, char *line, GArray *symbols)
{
    ElfSymbol symbol;
    int ext;

    if (g_str_has_prefix(line, TRACE_KEY_VERSION)) {
        g_free(reader->version);
        reader->version = g_strdup(line + strlen(TRACE_KEY_VERSION));
    } else if (g_str_has_prefix(line, TRACE_KEY_EXTENSION)) {
        ext = riscv_ext_by_name(line + strlen(TRACE_KEY_EXTENSION));
        if (ext >= 0) {
            riscv_ext_set(&reader->exts, ext, true);
        }
    } else if (g_str_has_prefix(line, TRACE_KEY_SYMBOL) &&
               parse_symbol(line + strlen(TRACE_KEY_SYMBOL), &symbol)) {
        g_array_append_val(symbols, symbol);
    }
}

/* `text` belongs to the symbols from now on, whose names are in it. */
static void take_text(RISCVTraceReader *reader, char *text)
{
    g_autoptr(GArray) symbols = g_array_new(FALSE, FALSE, sizeof(ElfSymbol));
    char *line = text;

    while (line && *line) {
        char *newline = strchr(line, '\n');

        if (newline) {
            *newline = 0;
        }
        take_line(reader, line, symbols);
        line = newline ? newline + 1 : NULL;
    }
    reader->symbols = symbols_new();
    symbols_add(reader->symbols, elf_image_of_symbols(symbols, text));
}

static bool read_text(RISCVTraceReader *reader, const TraceHeader *header, Error **errp)
{
    g_autofree char *packed = NULL;
    g_autofree char *text = NULL;

    if (header->crc != trace_crc(header) || header->size > MAX_TEXT || header->packed > MAX_TEXT) {
        return damaged(reader, 0, "no sensible header", errp);
    }
    packed = g_malloc(header->packed + 1);
    text = g_malloc(header->size + 1);
    if (fread(packed, 1, header->packed, reader->file) != header->packed) {
        return damaged(reader, sizeof(*header), "it ends here", errp);
    }
    if (ZSTD_decompress(text, header->size, packed, header->packed) != header->size) {
        return damaged(reader, sizeof(*header), "the header does not unpack", errp);
    }
    text[header->size] = 0;
    take_text(reader, g_steal_pointer(&text));
    return true;
}

static bool read_header(RISCVTraceReader *reader, Error **errp)
{
    TraceHeader header;

    if (fread(&header, 1, sizeof(header), reader->file) != sizeof(header) ||
        memcmp(header.magic, TRACE_MAGIC, sizeof(header.magic)) != 0) {
        error_setg(errp, "%s is no trace of rvemu", reader->filename);
        error_append_hint(errp, "'rvemu -trace-commits FILE' records one");
        return false;
    }
    if (header.version != CODEC_VERSION) {
        error_setg(errp, "%s has version %" PRIu32 ", and version %u is what can be read here",
                   reader->filename, header.version, CODEC_VERSION);
        error_append_hint(errp, "use the rvemu-trace that came with the rvemu that recorded it");
        return false;
    }
    return read_text(reader, &header, errp);
}

/* ---- finding blocks ---- */

static void hart_free(void *opaque)
{
    HartReader *hart = opaque;

    g_array_unref(hart->blocks);
    codec_free(hart->codec);
    trace_block_clear(&hart->block);
    g_free(hart);
}

static HartReader *hart_of(RISCVTraceReader *reader, uint64_t number)
{
    HartReader *hart;

    for (guint i = 0; i < reader->harts->len; i++) {
        hart = g_ptr_array_index(reader->harts, i);
        if (hart->hart == number) {
            return hart;
        }
    }
    hart = g_new0(HartReader, 1);
    hart->hart = number;
    hart->blocks = g_array_new(FALSE, FALSE, sizeof(BlockPlace));
    hart->codec = codec_new(&reader->exts);
    trace_block_init(&hart->block);
    g_ptr_array_add(reader->harts, hart);
    return hart;
}

static bool header_ok(const TraceBlockHeader *header)
{
    return header->magic == TRACE_BLOCK_MAGIC && header->crc == trace_crc(header) &&
           header->records <= BLOCK_RECORDS && header->lengths <= BLOCK_LENGTHS &&
           header->data <= BLOCK_DATA &&
           header->packed <= ZSTD_COMPRESSBOUND(BLOCK_RECORDS + BLOCK_LENGTHS + BLOCK_DATA);
}

#define MAX_HARTS 4096 /* far more than a machine has */

/* The headers of all blocks, up to the end or where it was cut off. */
static bool find_blocks(RISCVTraceReader *reader, Error **errp)
{
    BlockPlace place;
    uint64_t size;

    place.offset = ftello(reader->file);
    fseeko(reader->file, 0, SEEK_END);
    size = ftello(reader->file);
    for (reader->end = place.offset;; reader->end = place.offset + place.header.packed) {
        if (fseeko(reader->file, reader->end, SEEK_SET) ||
            fread(&place.header, 1, sizeof(place.header), reader->file) != sizeof(place.header)) {
            reader->cut_short = "the run was killed, or the file is not all there";
            return true;
        }
        if (place.header.magic == TRACE_END_MAGIC && place.header.crc == trace_crc(&place.header)) {
            return true;
        }
        place.offset = reader->end + sizeof(place.header);
        if (!header_ok(&place.header) || reader->harts->len > MAX_HARTS) {
            return damaged(reader, reader->end, "no block begins here", errp);
        }
        if (place.header.packed > size - place.offset) {
            reader->cut_short = "its last block is not all there";
            return true;
        }
        g_array_append_val(hart_of(reader, place.header.hart)->blocks, place);
    }
}

RISCVTraceReader *riscv_trace_open(const char *filename, Error **errp)
{
    g_autoptr(RISCVTraceReader) reader = g_new0(RISCVTraceReader, 1);

    reader->filename = g_strdup(filename);
    reader->harts = g_ptr_array_new_with_free_func(hart_free);
    reader->zstd = ZSTD_createDCtx();
    reader->file = fopen(filename, "rb");
    if (!reader->file) {
        error_setg_errno(errp, errno, "cannot open trace '%s'", filename);
        error_append_hint(errp, "'rvemu -trace-commits FILE' records one");
        return NULL;
    }
    if (!read_header(reader, errp) || !find_blocks(reader, errp)) {
        return NULL;
    }
    return g_steal_pointer(&reader);
}

void riscv_trace_reader_free(RISCVTraceReader *reader)
{
    if (!reader) {
        return;
    }
    if (reader->file) {
        fclose(reader->file);
    }
    g_ptr_array_unref(reader->harts);
    symbols_free(reader->symbols);
    ZSTD_freeDCtx(reader->zstd);
    g_free(reader->version);
    g_free(reader->filename);
    g_free(reader);
}

const RISCVExtSet *riscv_trace_exts(const RISCVTraceReader *reader)
{
    return &reader->exts;
}

const Symbols *riscv_trace_symbols(const RISCVTraceReader *reader)
{
    return reader->symbols;
}

char *riscv_trace_cut_short(const RISCVTraceReader *reader)
{
    return reader->cut_short ? g_strdup_printf("%s has no end after byte %" PRIu64 ": %s",
                                               reader->filename, reader->end, reader->cut_short)
                             : NULL;
}

/* ---- records ---- */

/* The parts to where the codec wants them: from the last one on, as they overlap. */
static void spread(Block *block)
{
    const uint8_t *from = block->bytes + block->records;

    memmove(block_data(block), from + block->lengths, block->data);
    memmove(block_lengths(block), from, block->lengths);
}

static bool unpack(RISCVTraceReader *reader, const BlockPlace *place, Block *block, Error **errp)
{
    g_autofree void *packed = g_malloc(place->header.packed + 1);
    size_t size = (size_t)place->header.records + place->header.lengths + place->header.data;

    if (fseeko(reader->file, place->offset, SEEK_SET) ||
        fread(packed, 1, place->header.packed, reader->file) != place->header.packed) {
        return damaged(reader, place->offset, "it cannot be read", errp);
    }
    if (ZSTD_decompressDCtx(reader->zstd, block->bytes, size, packed, place->header.packed) !=
        size) {
        return damaged(reader, place->offset, "the block does not unpack", errp);
    }
    block->records = place->header.records;
    block->lengths = place->header.lengths;
    block->data = place->header.data;
    block->check = place->header.check;
    spread(block);
    return true;
}

static bool next_block(RISCVTraceReader *reader, HartReader *hart, Error **errp)
{
    const BlockPlace *place = &g_array_index(hart->blocks, BlockPlace, hart->next);

    if (!unpack(reader, place, &hart->block, errp)) {
        return false;
    }
    hart->next++;
    hart->at = (BlockCursor){ 0 };
    hart->turn = place->header.sequence;
    codec_restart(hart->codec);
    return true;
}

/*
 * Guesses made with other instructions than the writer's lead to other records: what the block unpacked to is right,
 * and still it is not what was recorded.
 */
static bool wrong_guess(const RISCVTraceReader *reader, const HartReader *hart, Error **errp)
{
    const BlockPlace *place = &g_array_index(hart->blocks, BlockPlace, hart->next - 1);

    error_setg(errp,
               "%s: the block at byte %" PRIu64
               " is damaged, or this is not the rvemu-trace of rvemu %s",
               reader->filename, place->offset, reader->version ? reader->version : "(unknown)");
    error_append_hint(errp, "use that one, or record the trace again");
    return false;
}

/* Fill hart->words, unless the hart has no more: then !hart->ready. */
static bool fetch(RISCVTraceReader *reader, HartReader *hart, Error **errp)
{
    while (!hart->ready) {
        if (hart->at.record == hart->block.records) {
            if (hart->next > 0 && !codec_check(hart->codec, &hart->block)) {
                return wrong_guess(reader, hart, errp);
            }
            if (hart->next == hart->blocks->len) {
                return true;
            }
            if (!next_block(reader, hart, errp)) {
                return false;
            }
            continue;
        }
        if (!codec_decode(hart->codec, &hart->block, &hart->at, hart->words)) {
            return wrong_guess(reader, hart, errp);
        }
        if (RECORD_TYPE(hart->words[1]) == RECORD_TURN) {
            hart->turn = hart->words[2];
        } else {
            hart->ready = true;
        }
    }
    return true;
}

bool riscv_trace_next(RISCVTraceReader *reader, RISCVTraceItem *item, Error **errp)
{
    HartReader *first = NULL;

    for (guint i = 0; i < reader->harts->len; i++) {
        HartReader *hart = g_ptr_array_index(reader->harts, i);

        if (!hart->ready && !fetch(reader, hart, errp)) {
            return false;
        }
        if (hart->ready && (!first || hart->turn < first->turn)) {
            first = hart;
        }
    }
    if (!first) {
        return false;
    }
    record_to_item(first->words, item);
    item->hart = item->commit.hart = first->hart;
    first->ready = false;
    return true;
}
