/*
 * The escapes that Ctrl-A begins on a character device with mux=on, which is what -nographic has.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "chardev-internal.h"
#include "system/verdict.h"

#define ESCAPE 0x01 /* Ctrl-A */

/* Lines end with "\n\r": a terminal that puts '\r' before each '\n' itself shows no empty lines. */
static void say(Chardev *chr, const char *text)
{
    CHARDEV_GET_CLASS(chr)->write(chr, (const uint8_t *)text, strlen(text));
}

/* The character behind Ctrl-A. One that means nothing vanishes with it, as in QEMU. */
static void do_escape(Chardev *chr, uint8_t c)
{
    switch (c) {
    case ESCAPE:
        g_byte_array_append(chr->ahead, &c, 1);
        break;
    case 'x':
        say(chr, "rvemu: Terminated\n\r");
        chr->quit = true;
        verdict_quit();
        break;
    case 'h':
    case '?':
        say(chr, "\n\r"
                 "C-a h    print this help\n\r"
                 "C-a x    exit emulator\n\r"
                 "C-a C-a  sends C-a\n\r");
        break;
    default:
        break;
    }
}

void chardev_filter_escapes(Chardev *chr, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (chr->escape) {
            chr->escape = false;
            do_escape(chr, data[i]);
        } else if (data[i] == ESCAPE) {
            chr->escape = true;
        } else {
            g_byte_array_append(chr->ahead, &data[i], 1);
        }
    }
}
