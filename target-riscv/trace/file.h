/*
 * What writer.c and reader.c have to agree on: the layout of a trace file. All numbers are little-endian.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_TRACE_FILE_H
#define TARGET_RISCV_TRACE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#define TRACE_MAGIC "rvemu\x1atc" /* and no zero */
#define TRACE_MAGIC_SIZE 8

/* At the beginning; then `packed` bytes, which zstd unpacks to `size` bytes of text. */
typedef struct TraceHeader {
    char magic[TRACE_MAGIC_SIZE];
    uint32_t version; /* CODEC_VERSION */
    uint32_t size, packed;
    uint32_t crc; /* trace_crc() of what is before it */
} TraceHeader;

/* The text: lines "KEY VALUE"; readers pass over keys that they do not know. */
#define TRACE_KEY_VERSION "rvemu "
#define TRACE_KEY_EXTENSION "ext "
#define TRACE_KEY_SYMBOL "symbol " /* value in hex, size in hex, 'g' or 'l', name */

#define TRACE_BLOCK_MAGIC UINT32_C(0x6b6c4276)
#define TRACE_END_MAGIC UINT32_C(0x646e4576) /* no block: `sequence` is the number of blocks */

/* Before each block; then `packed` bytes, which zstd unpacks to its three parts one after the other. */
typedef struct TraceBlockHeader {
    uint32_t magic;
    uint32_t packed;
    uint64_t hart;
    uint64_t sequence; /* the number of the turn that its first record is in */
    uint64_t check;    /* Block.check */
    uint32_t records, lengths, data;
    uint32_t crc;
} TraceBlockHeader;

/* zlib's CRC over a header, up to its `crc`. */
#define trace_crc(header) \
    ((uint32_t)crc32(0, (const void *)(header), offsetof(__typeof__(*(header)), crc)))

#endif
