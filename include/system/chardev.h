/*
 * Character devices: where a guest's serial lines and consoles end on the host.
 *
 * A backend (terminal, file, pty, socket, nothing) is an object of a type below TYPE_CHARDEV; it is
 * made by -chardev or -serial and lives under its id in /chardevs. A front end is a device's end of
 * it: a CharFrontend embedded in the device. What does not belong here: any device's registers.
 *
 * Input is read from the host only when a front end asks for it, so that what nobody wants stays
 * for whoever comes next (the shell). All of it passes chardev_deliver(), from the main loop: the
 * one place where it could be recorded and played back.
 *
 * The functions of front ends are called with the big lock held.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_CHARDEV_H
#define SYSTEM_CHARDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "qom/object.h"
#include "util/option.h"

#define TYPE_CHARDEV "chardev"
OBJECT_DECLARE_TYPE(Chardev, ChardevClass, CHARDEV)

/* ---- Front ends: for devices ---- */

/*
 * Takes input: called from the main loop, big lock held, once for each request, with at least one
 * byte and at most as many as were asked for, or with none at the end of input. It may ask again.
 */
typedef void CharInputFn(void *opaque, const uint8_t *data, size_t len);

/* A device's end of a character device, embedded in the device and zeroed at first. */
typedef struct CharFrontend {
    /* private: */
    Chardev *chr;    /* a reference; NULL: not attached */
    CharInputFn *fn;
    void *opaque;
    size_t wanted;   /* bytes asked for; 0: nothing */
    bool reads_text;
} CharFrontend;

/*
 * Connect the front end to `chr`, which any number may share. NULL: what is written vanishes, and
 * no input comes.
 */
void char_frontend_attach(CharFrontend *fe, Chardev *chr, CharInputFn *fn, void *opaque);
/*
 * What it reads is text, not a line's characters: Enter typed at a terminal of the host, which
 * sends '\r', is '\n', unless the guest is to get every key (signal=off). For devices whose
 * programs do not expect to be a terminal's driver.
 */
void char_frontend_read_text(CharFrontend *fe);
/* Undo it, and forget a request. Also for one that is not attached. */
void char_frontend_detach(CharFrontend *fe);

/*
 * Ask for up to `max` bytes (0: cancel), once. A second request before the answer replaces the
 * first.
 *
 * Of several front ends of a character device the one that asked last has its input: also between
 * an answer and its next request, while input waits. Only when it cancels or is detached does input
 * go to the one that asked before it. So a device asks when the guest looks for input there
 * (a UART: when its receiver is read, polled or enabled; asking again costs nothing), and never at
 * realize or reset: it would take away what is meant for another.
 */
void char_frontend_request_input(CharFrontend *fe, size_t max);
/* Forget the request. */
void char_frontend_cancel_input(CharFrontend *fe);

/* Has it asked for input that may come? */
bool char_frontend_waits(const CharFrontend *fe);

/*
 * Write all of it, without waiting; false, with errno set, where the host does not take it. Where
 * its reader is slow and must lose nothing, the hart that runs in this thread goes no further until
 * he has caught up, while others, devices and the main loop do. With nobody at the other end (a
 * socket without client) it vanishes, and that is true.
 */
bool char_frontend_write(CharFrontend *fe, const void *data, size_t len);

/*
 * The same to a descriptor of the host, which stays as it is. It waits for the reader, but not once
 * the program is to end (EINTR).
 */
bool char_write_fd(int fd, const void *data, size_t len);

/* ---- For start-up ---- */

/*
 * Make and open the character device that -chardev's argument "BACKEND,id=ID[,PROP=VALUE...]"
 * describes. It is in /chardevs under its id, and belongs to that container. NULL and an error.
 */
Chardev *chardev_create(const char *text, Error **errp);

/*
 * Print to f what -chardev's argument asks for: "help" the backends, "BACKEND,help" the properties
 * of one. OPTION_DONE if it did, OPTION_NEXT if text asks for neither.
 */
OptionResult chardev_help(const char *text, FILE *f, Error **errp);

/*
 * The same for -serial's argument: stdio, pty, null, file:PATH, tcp:HOST:PORT and unix:PATH (made
 * under `id`), mon: before one of these (with the escapes of Ctrl-A), chardev:ID (an existing one),
 * none (*chr is NULL). nographic: stdio stands for mon:stdio.
 */
bool chardev_create_serial(const char *text, const char *id, bool nographic, Chardev **chr,
                           Error **errp);

/* Open one that was made otherwise, once its properties are set. */
bool chardev_open(Chardev *chr, Error **errp);

/* Does output that may not be lost wait for its reader? The main loop writes it. */
bool chardevs_have_unsent(void);

/*
 * No more input is read, and the terminal is as it was before: for all that are in /chardevs, when
 * the main loop ends.
 */
void chardevs_quiesce(void);

#endif
