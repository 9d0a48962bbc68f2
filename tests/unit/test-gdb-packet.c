/*
 * gdb's packets as bytes: framing, checksums, escapes, numbers; and sets of breakpoints.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "../../system/gdbstub-packet.h"
#include "system/debug.h"

/* What a parser makes of the text: a letter for each input that is one, and packets as they are. */
static char *parse_with(GdbParser *p, const char *bytes, size_t size)
{
    static const char letters[] = {
        [GDB_INPUT_ACK] = '+', [GDB_INPUT_NAK] = '-', [GDB_INPUT_INTERRUPT] = 'C',
        [GDB_INPUT_TOO_LONG] = 'L', [GDB_INPUT_BAD] = 'B',
    };
    GString *seen = g_string_new(NULL);

    for (size_t i = 0; i < size; i++) {
        GdbInput input = gdb_parse(p, bytes[i]);

        if (input == GDB_INPUT_PACKET) {
            g_assert_cmpuint(p->data->data[p->data->len], ==, 0);
            g_string_append_printf(seen, "<%s>", (const char *)p->data->data);
        } else if (input != GDB_INPUT_NONE) {
            g_string_append_c(seen, letters[input]);
        }
    }
    return g_string_free(seen, FALSE);
}

static void test_framing(void)
{
    static const struct {
        const char *bytes, *seen;
    } cases[] = {
        { "", "" },
        { "+-\x03", "+-C" },
        { "noise", "" },
        { "$#00", "<>" },
        { "$qC#b4", "<qC>" },
        { "$qC#B4", "<qC>" },
        { "+$qC#b4+$?#3f", "+<qC>+<?>" },
        { "$qC#b5", "B" },
        { "$qC#zz", "B" },
        { "$qC#b$qC#b4", "<qC>" },
        { "$qC$qC#b4", "<qC>" },
        { "$qC", "" },
        { "$a}\x03""b#43", "<a#b>" },
        { "$a\x03#64", "<a\x03>" }, /* Ctrl-C inside a packet is a byte of it */
        { "$a}#de", "B" },
        { "$a}#de$qC#b4", "B<qC>" },
        { "$+-#58", "<+->" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GdbParser p;
        g_autofree char *seen = NULL;

        gdb_parser_init(&p);
        seen = parse_with(&p, cases[i].bytes, strlen(cases[i].bytes));
        g_assert_cmpstr(seen, ==, cases[i].seen);
        gdb_parser_clear(&p);
    }
}

/* A packet of `size` letters. */
static GByteArray *long_packet(size_t size)
{
    g_autofree char *data = g_strnfill(size, 'a');
    GByteArray *packet = g_byte_array_new();

    gdb_append_packet(packet, (const uint8_t *)data, size);
    return packet;
}

static void test_size(void)
{
    static const struct {
        size_t size;
        const char *seen;
    } cases[] = {
        { GDB_PACKET_SIZE + 1, "L+" }, { 1u << 20, "L+" },
    };
    GdbParser p;

    gdb_parser_init(&p);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GByteArray) packet = long_packet(cases[i].size);
        g_autofree char *seen = NULL;

        g_byte_array_append(packet, (const uint8_t *)"+", 1);
        seen = parse_with(&p, (const char *)packet->data, packet->len);
        g_assert_cmpstr(seen, ==, cases[i].seen);
        g_assert_cmpuint(p.data->len, <=, GDB_PACKET_SIZE); /* the rest took no memory */
    }
    g_autoptr(GByteArray) longest = long_packet(GDB_PACKET_SIZE);
    g_autofree char *seen = parse_with(&p, (const char *)longest->data, longest->len);
    g_assert_cmpuint(strlen(seen), ==, GDB_PACKET_SIZE + 2);
    gdb_parser_clear(&p);
}

/* Every byte survives, and no byte that means something to the receiver is sent as it is. */
static void test_escapes(void)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();
    uint8_t bytes[256];
    GdbInput input = GDB_INPUT_NONE;
    GdbParser p;

    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = i;
    }
    gdb_append_packet(packet, bytes, sizeof(bytes));
    g_assert_null(memchr(packet->data + 1, '$', packet->len - 1));
    g_assert_null(memchr(packet->data, '*', packet->len));
    g_assert_cmpuint(packet->data[packet->len - 3], ==, '#');
    gdb_parser_init(&p);
    for (guint i = 0; i < packet->len; i++) {
        g_assert_cmpint(input, ==, GDB_INPUT_NONE);
        input = gdb_parse(&p, packet->data[i]);
    }
    g_assert_cmpint(input, ==, GDB_INPUT_PACKET);
    g_assert_cmpmem(p.data->data, p.data->len, bytes, sizeof(bytes));
    gdb_parser_clear(&p);
}

/* Any bytes at all: it comes back to where a packet is taken. */
static void test_noise(void)
{
    static const char alphabet[] = "$#}*+-\x03" "0a\xff";
    GdbParser p;

    gdb_parser_init(&p);
    for (unsigned round = 0; round < 2000; round++) {
        g_autofree char *seen = NULL;

        for (int i = g_test_rand_int_range(0, 40); i > 0; i--) {
            int n = g_test_rand_int_range(0, sizeof(alphabet) - 1);

            gdb_parse(&p, alphabet[n]);
        }
        seen = parse_with(&p, "$qC#b4", 6);
        g_assert_true(g_str_has_suffix(seen, "<qC>"));
    }
    gdb_parser_clear(&p);
}

static GdbReader reader(const char *text)
{
    return (GdbReader){ text, text + strlen(text) };
}

static void test_numbers(void)
{
    uint64_t value = 5;
    uint8_t bytes[3];
    GdbReader r = reader("1F,ffffffffffffffff;00:zz");

    g_assert_true(gdb_take_hex(&r, &value));
    g_assert_cmphex(value, ==, 0x1f);
    g_assert_false(gdb_take_hex(&r, &value));
    g_assert_true(gdb_take_char(&r, ','));
    g_assert_false(gdb_take_char(&r, ','));
    g_assert_true(gdb_take_hex(&r, &value));
    g_assert_cmphex(value, ==, UINT64_MAX);
    g_assert_true(gdb_take_word(&r, ";00:"));
    g_assert_false(gdb_take_hex(&r, &value));
    g_assert_false(gdb_take_bytes(&r, bytes, 1));
    g_assert_false(gdb_take_word(&r, "zzz"));
    g_assert_true(gdb_take_word(&r, "zz"));
    g_assert_true(gdb_at_end(&r));
    g_assert_false(gdb_take_char(&r, 'z'));
    r = reader("10000000000000000"); /* 2^64 */
    g_assert_false(gdb_take_hex(&r, &value));
    r = reader("0aFf7");
    g_assert_false(gdb_take_bytes(&r, bytes, 3));
    g_assert_true(gdb_take_bytes(&r, bytes, 2));
    g_assert_cmphex(bytes[0], ==, 0x0a);
    g_assert_cmphex(bytes[1], ==, 0xff);
    g_assert_false(gdb_at_end(&r));
    g_assert_false(gdb_take_bytes(&r, bytes, SIZE_MAX));
}

/* ---- breakpoints and watchpoints ---- */

static DebugPoints *some_points(void)
{
    static const DebugPoint points[] = {
        { DEBUG_BREAK_SOFTWARE, 0x1000, 4 }, { DEBUG_BREAK_HARDWARE, UINT64_MAX - 1, 2 },
        { DEBUG_WATCH_WRITE, 0x2000, 8 }, { DEBUG_WATCH_READ, 0x3000, 1 },
        { DEBUG_WATCH_ACCESS, UINT64_MAX - 3, 4 },
    };
    DebugPoints *set = debug_points_new();

    for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
        debug_points_add(set, &points[i]);
        debug_points_add(set, &points[i]);
    }
    return set;
}

static void test_points(void)
{
    DebugPoints *set = some_points(), *other = debug_points_new();
    DebugPoint point = { DEBUG_BREAK_SOFTWARE, 0x1000, 4 };

    g_assert_cmpuint(set->breakpoints->len, ==, 2);
    g_assert_cmpuint(set->watchpoints->len, ==, 3);
    g_assert_null(debug_breakpoint_at(NULL, 0x1000));
    g_assert_nonnull(debug_breakpoint_at(set, 0x1000));
    g_assert_null(debug_breakpoint_at(set, 0x1002));
    g_assert_cmpint(debug_breakpoint_at(set, UINT64_MAX - 1)->kind, ==, DEBUG_BREAK_HARDWARE);
    debug_points_copy(other, set);
    g_assert_true(debug_points_equal(set, other));
    g_assert_true(debug_points_remove(other, &point));
    g_assert_false(debug_points_remove(other, &point));
    g_assert_false(debug_points_equal(set, other));
    debug_points_add(other, &point); /* at another place */
    g_assert_true(debug_points_equal(set, other));
    debug_points_clear(other);
    g_assert_null(debug_breakpoint_at(other, 0x1000));
    debug_points_free(set);
    debug_points_free(other);
}

static void test_watchpoints(void)
{
    static const struct {
        uint64_t addr, size;
        bool load, store, found;
    } cases[] = {
        { 0x2000, 8, false, true, true },
        { 0x2000, 8, true, false, false },
        { 0x1fff, 1, false, true, false },
        { 0x1fff, 2, false, true, true },
        { 0x2007, 1, false, true, true },
        { 0x2008, 8, false, true, false },
        { 0x1ff0, 0x100, false, true, true },
        { 0x3000, 1, true, false, true },
        { 0x3000, 1, false, true, false },
        { 0x2ffd, 4, true, true, true },
        { UINT64_MAX, 1, true, false, true },
        { UINT64_MAX, 1, false, true, true },
        { UINT64_MAX - 7, 8, true, false, true },
        { UINT64_MAX - 7, 4, true, false, false },
        { 0, 8, true, true, false },
    };
    DebugPoints *set = some_points();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(debug_watchpoint_at(set, cases[i].addr, cases[i].size, cases[i].load,
                                            cases[i].store) != NULL,
                        ==, cases[i].found);
    }
    debug_points_free(set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gdb/framing", test_framing);
    g_test_add_func("/gdb/size", test_size);
    g_test_add_func("/gdb/escapes", test_escapes);
    g_test_add_func("/gdb/noise", test_noise);
    g_test_add_func("/gdb/numbers", test_numbers);
    g_test_add_func("/gdb/points", test_points);
    g_test_add_func("/gdb/watchpoints", test_watchpoints);
    return g_test_run();
}
