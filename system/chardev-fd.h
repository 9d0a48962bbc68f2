/*
 * The base of the backends that are file descriptors of the host in the end: all of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_CHARDEV_FD_H
#define SYSTEM_CHARDEV_FD_H

#include <glib-unix.h>

#include "chardev-internal.h"

#define TYPE_CHARDEV_FD "chardev-fd"
OBJECT_DECLARE_TYPE(ChardevFd, ChardevFdClass, CHARDEV_FD)

struct ChardevFd {
    Chardev parent_obj;

    int32_t in;    /* read from; -1: nothing comes now */
    int32_t out;   /* written to; -1: what is written vanishes. Both may be the same */
    bool owned;    /* both are closed when they are replaced */
    bool lossy;    /* a peer who does not read loses output; else the hart that writes waits */
    bool socket;   /* `out` is one */
    bool nonblocking; /* `out` is */

    size_t credit; /* bytes that `out` takes without blocking, where it would */

    bool watching; /* input is wanted */
    GSource *in_source;
    GSource *out_source;
    GByteArray *unsent; /* what `out` did not take at once */
    GPtrArray *held;    /* of CPUState *: they wait until that is less */
};

struct ChardevFdClass {
    ChardevClass parent_class;
    /*
     * Nobody is at the other end any more: read() said so (error: its errno, or 0 for end of file).
     * The base's delivers the end of input. Main loop, big lock held.
     */
    void (*hung_up)(ChardevFd *s, int error);
    /* What was to be written is lost, and so will be what follows. Big lock held. */
    void (*write_failed)(ChardevFd *s, int error);
};

/* Go on with these descriptors, which belong to the chardev from now on; -1: none. */
void chardev_fd_set(ChardevFd *s, int in, int out);
/* The same without an end: reading says at once that there is nothing. False and an error. */
bool chardev_fd_set_null_input(ChardevFd *s, int out, Error **errp);

/* The base's methods, for a class that does more. */
void chardev_fd_watch_input(Chardev *chr, bool on);
bool chardev_fd_write(Chardev *chr, const uint8_t *data, size_t len);
bool chardev_fd_has_unsent(Chardev *chr);
void chardev_fd_quiesce(Chardev *chr);

/*
 * The pipe or terminal that is open as fd, once more for writing, and so that it does not block:
 * fd itself is shared with other programs, which expect that it does. -1: it is neither, or cannot
 * be opened.
 */
int chardev_fd_reopen(int fd);

/*
 * Call fn from the main loop whenever fd can be read. The caller destroys the source and drops its
 * reference: chardev_fd_unwatch().
 */
GSource *chardev_fd_watch(int fd, GIOCondition condition, GUnixFDSourceFunc fn,
                          gpointer opaque);
void chardev_fd_unwatch(GSource **source);

#endif
