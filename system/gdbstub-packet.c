/*
 * Packets of gdb's remote protocol: see gdbstub-packet.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "gdbstub-packet.h"

#include <stdio.h>
#include <string.h>

#define ESCAPE '}'
#define ESCAPE_XOR 0x20

void gdb_parser_init(GdbParser *parser)
{
    *parser = (GdbParser){ .data = g_byte_array_new() };
}

void gdb_parser_clear(GdbParser *parser)
{
    g_clear_pointer(&parser->data, g_byte_array_unref);
}

static void begin_packet(GdbParser *p)
{
    p->state = GDB_IN_DATA;
    p->sum = 0;
    p->bad_sum = false;
    p->length = 0;
    g_byte_array_set_size(p->data, 0);
}

static GdbInput between(GdbParser *p, uint8_t byte)
{
    switch (byte) {
    case '$':
        begin_packet(p);
        return GDB_INPUT_NONE;
    case '+':
        return GDB_INPUT_ACK;
    case '-':
        return GDB_INPUT_NAK;
    case 0x03:
        return GDB_INPUT_INTERRUPT;
    default: /* noise */
        return GDB_INPUT_NONE;
    }
}

/* A byte of the packet itself. */
static void take_data(GdbParser *p, uint8_t byte)
{
    bool escaped = p->state == GDB_IN_ESCAPE;

    p->sum += byte;
    p->length++;
    p->state = GDB_IN_DATA;
    if (!escaped && byte == ESCAPE) {
        p->state = GDB_IN_ESCAPE;
    } else if (p->length <= GDB_PACKET_SIZE) {
        uint8_t plain = escaped ? byte ^ ESCAPE_XOR : byte;

        g_byte_array_append(p->data, &plain, 1);
    }
}

static uint8_t digit(GdbParser *p, uint8_t byte)
{
    int value = g_ascii_xdigit_value(byte);

    p->bad_sum |= value < 0;
    return value & 0xf;
}

static GdbInput end_packet(GdbParser *p, uint8_t byte)
{
    uint8_t received = p->received << 4 | digit(p, byte);

    p->state = GDB_BETWEEN;
    if (p->bad_sum || received != p->sum) {
        return GDB_INPUT_BAD;
    }
    if (p->length > GDB_PACKET_SIZE) {
        return GDB_INPUT_TOO_LONG;
    }
    g_byte_array_append(p->data, (const uint8_t *)"", 1); /* a string, too */
    g_byte_array_set_size(p->data, p->data->len - 1);
    return GDB_INPUT_PACKET;
}

GdbInput gdb_parse(GdbParser *p, uint8_t byte)
{
    if (p->state == GDB_BETWEEN) {
        return between(p, byte);
    }
    if (byte == '$') { /* is escaped inside a packet: so the last one was cut off */
        begin_packet(p);
        return GDB_INPUT_NONE;
    }
    switch (p->state) {
    case GDB_IN_SUM1:
        p->received = digit(p, byte);
        p->state = GDB_IN_SUM2;
        return GDB_INPUT_NONE;
    case GDB_IN_SUM2:
        return end_packet(p, byte);
    default:
        if (byte == '#') {
            p->bad_sum = p->state == GDB_IN_ESCAPE; /* that escapes nothing */
            p->state = GDB_IN_SUM1;
        } else {
            take_data(p, byte);
        }
        return GDB_INPUT_NONE;
    }
}

void gdb_append_packet(GByteArray *to, const uint8_t *data, size_t size)
{
    uint8_t sum = 0;
    char tail[4];
    guint begin;

    g_byte_array_append(to, (const uint8_t *)"$", 1);
    begin = to->len;
    for (size_t i = 0; i < size; i++) {
        uint8_t escaped[2] = { ESCAPE, data[i] ^ ESCAPE_XOR };

        /* '*' would repeat what is before it. */
        if (data[i] == '$' || data[i] == '#' || data[i] == ESCAPE || data[i] == '*') {
            g_byte_array_append(to, escaped, 2);
        } else {
            g_byte_array_append(to, &data[i], 1);
        }
    }
    for (guint i = begin; i < to->len; i++) {
        sum += to->data[i];
    }
    snprintf(tail, sizeof(tail), "#%02x", sum);
    g_byte_array_append(to, (const uint8_t *)tail, 3);
}

/* ---- text in packets ---- */

bool gdb_take_char(GdbReader *r, char c)
{
    bool taken = r->at < r->end && *r->at == c;

    r->at += taken;
    return taken;
}

bool gdb_take_word(GdbReader *r, const char *word)
{
    size_t length = strlen(word);
    bool taken = (size_t)(r->end - r->at) >= length && !memcmp(r->at, word, length);

    r->at += taken ? length : 0;
    return taken;
}

bool gdb_take_hex(GdbReader *r, uint64_t *value)
{
    const char *begin = r->at, *p = begin;
    uint64_t result = 0;

    for (; p < r->end && g_ascii_isxdigit(*p); p++) {
        result = result << 4 | (uint64_t)g_ascii_xdigit_value(*p);
    }
    if (p == begin || p - begin > 16) {
        return false;
    }
    r->at = p;
    *value = result;
    return true;
}

bool gdb_take_bytes(GdbReader *r, uint8_t *bytes, size_t count)
{
    if ((size_t)(r->end - r->at) / 2 < count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int high = g_ascii_xdigit_value(r->at[2 * i]), low = g_ascii_xdigit_value(r->at[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = high << 4 | low;
    }
    r->at += 2 * count;
    return true;
}

void gdb_append_hex(GString *to, const void *bytes, size_t count)
{
    const uint8_t *p = bytes;

    for (size_t i = 0; i < count; i++) {
        g_string_append_printf(to, "%02x", p[i]);
    }
}
