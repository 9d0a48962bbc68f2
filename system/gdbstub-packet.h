/*
 * gdb's remote protocol as bytes: packets in and out, hex numbers, escapes. gdb's manual, "Remote
 * Protocol", "Overview".
 *
 * What does not belong here: what a packet means, and sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_GDBSTUB_PACKET_H
#define SYSTEM_GDBSTUB_PACKET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes between $ and #, escapes included, that a packet can have. */
#define GDB_PACKET_SIZE 0x4000

typedef enum GdbInput {
    GDB_INPUT_NONE,      /* in the middle of something, or of nothing */
    GDB_INPUT_ACK,
    GDB_INPUT_NAK,
    GDB_INPUT_INTERRUPT, /* Ctrl-C */
    GDB_INPUT_PACKET,    /* parser->data has it */
    GDB_INPUT_TOO_LONG,  /* one that parser->data has only the begin of */
    GDB_INPUT_BAD,       /* its checksum is wrong, or none */
} GdbInput;

/* Zeros but for `data` are a parser between two packets. */
typedef struct GdbParser {
    enum { GDB_BETWEEN, GDB_IN_DATA, GDB_IN_ESCAPE, GDB_IN_SUM1, GDB_IN_SUM2 } state;
    uint8_t sum;      /* of what came since $ */
    uint8_t received; /* first digit of the checksum */
    bool bad_sum;     /* and it was none */
    size_t length;    /* bytes since $ */
    GByteArray *data; /* escapes resolved */
} GdbParser;

void gdb_parser_init(GdbParser *parser);
void gdb_parser_clear(GdbParser *parser);
GdbInput gdb_parse(GdbParser *parser, uint8_t byte);

/* Append `$data#checksum` to `to`, with what must be escaped escaped. */
void gdb_append_packet(GByteArray *to, const uint8_t *data, size_t size);

/* ---- text in packets ---- */

/* What is left of a packet; ends with `end`, which is a NUL, as every packet is a string, too. */
typedef struct GdbReader {
    const char *at;
    const char *end;
} GdbReader;

/*
 * All of these move behind what they took, and return false, staying, where there is nothing such.
 */
bool gdb_take_char(GdbReader *r, char c);
bool gdb_take_word(GdbReader *r, const char *word); /* that the rest begins with */
bool gdb_take_hex(GdbReader *r, uint64_t *value);    /* of 1 to 16 digits */
/* `count` bytes, two digits each. */
bool gdb_take_bytes(GdbReader *r, uint8_t *bytes, size_t count);
static inline bool gdb_at_end(const GdbReader *r)
{
    return r->at == r->end;
}

void gdb_append_hex(GString *to, const void *bytes, size_t count);

#endif
