/*
 * What a program prints, kept within bounds and made fit to be shown.
 *
 * SPDX-License-Identifier: MIT
 */
#include "capture.h"

#include <inttypes.h>

#define HEAD_SIZE (16 * 1024)
#define TAIL_SIZE (48 * 1024)

#define CONTROL_PICTURES 0x2400 /* Unicode's block of them, in ASCII's order */
#define PICTURE_OF_DELETE 0x2421
#define REPLACEMENT 0xfffd

void capture_init(Capture *capture)
{
    *capture = (Capture){ .head = g_string_new(NULL), .tail = g_string_new(NULL) };
}

void capture_clear(Capture *capture)
{
    g_string_free(capture->head, TRUE);
    g_string_free(capture->tail, TRUE);
    *capture = (Capture){ 0 };
}

/* The tail may grow to twice its size, so that few additions move it. */
void capture_add(Capture *capture, const char *bytes, gsize size)
{
    gsize in_head = MIN(size, HEAD_SIZE - capture->head->len);

    g_string_append_len(capture->head, bytes, in_head);
    g_string_append_len(capture->tail, bytes + in_head, size - in_head);
    if (capture->tail->len > 2 * TAIL_SIZE) {
        gsize surplus = capture->tail->len - TAIL_SIZE;

        g_string_erase(capture->tail, 0, surplus);
        capture->left_out += surplus;
    }
}

char *capture_text(const Capture *capture)
{
    gsize surplus = capture->tail->len > TAIL_SIZE ? capture->tail->len - TAIL_SIZE : 0;
    uint64_t left_out = capture->left_out + surplus;
    g_autoptr(GString) all = g_string_new_len(capture->head->str, capture->head->len);

    if (left_out > 0) {
        g_string_append_printf(all, "\n... %" PRIu64 " bytes left out ...\n", left_out);
    }
    g_string_append_len(all, capture->tail->str + surplus, capture->tail->len - surplus);
    return text_printable(all->str, all->len);
}

/*
 * XML 1.0 has no way to write control characters, terminals obey them, and no report shows the
 * noncharacters U+FFFE and U+FFFF, which UTF-8 can hold but XML cannot.
 */
static gunichar picture_of(gunichar c)
{
    if (c == '\n' || c == '\t') {
        return c;
    }
    if (c < ' ') {
        return CONTROL_PICTURES + c;
    }
    if (c == 0x7f) {
        return PICTURE_OF_DELETE;
    }
    return g_unichar_iscntrl(c) || (c & 0xfffe) == 0xfffe ? REPLACEMENT : c;
}

char *text_printable(const char *bytes, gsize size)
{
    g_autofree char *valid = g_utf8_make_valid(bytes, size);
    GString *text = g_string_sized_new(size);

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        if (at[0] != '\r' || at[1] != '\n') {
            g_string_append_unichar(text, picture_of(g_utf8_get_char(at)));
        }
    }
    return g_string_free(text, FALSE);
}
