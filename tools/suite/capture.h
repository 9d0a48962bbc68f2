/*
 * What a program prints, as far as it is worth keeping.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SUITE_CAPTURE_H
#define SUITE_CAPTURE_H

#include <glib.h>
#include <stdint.h>

/* The first bytes and the last ones; a program may print without end. */
typedef struct Capture {
    GString *head;
    GString *tail;     /* what came behind the head; its last bytes count */
    uint64_t left_out; /* bytes between the two that are lost */
} Capture;

void capture_init(Capture *capture);
void capture_clear(Capture *capture);
void capture_add(Capture *capture, const char *bytes, gsize size);

/*
 * All of it, with a line that tells how much is missing where something is, fit to be shown by
 * text_printable(); the caller frees it.
 */
char *capture_text(const Capture *capture);

/*
 * Bytes as text that can stand in any report and on any terminal: valid UTF-8, lines end with a
 * newline, and control characters but newline and tab are pictures of themselves. The caller frees
 * it.
 */
char *text_printable(const char *bytes, gsize size);

#endif /* SUITE_CAPTURE_H */
