/*
 * Input and output of character devices on file descriptors of the host.
 *
 * What does not belong here: where the descriptors come from.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chardev-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/cpu.h"
#include "system/runstate.h"

/* More than this is never asked of the host at once: it lies on the stack. */
#define INPUT_CHUNK 4096u

/*
 * Output that waits for a peer who does not read. What comes when it is full is lost, as on a
 * serial line without handshake: neither guest nor main loop wait for strangers.
 */
#define MAX_UNSENT (1024 * 1024)

/*
 * A pipe that poll() calls writable takes as much without blocking, in one write or in many: so the
 * host is asked once for many of a guest's single characters. (A terminal may take less, but who
 * stops it by Ctrl-S can start it again.)
 */
#define OUTPUT_CREDIT PIPE_BUF

/* How long a write that has to wait does so before it looks whether the program is to end. */
#define PATIENCE_MS 100

GSource *chardev_fd_watch(int fd, GIOCondition condition, GUnixFDSourceFunc fn,
                         gpointer opaque)
{
    GSource *source = g_unix_fd_source_new(fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(fn), opaque, NULL);
    g_source_attach(source, NULL);
    return source;
}

void chardev_fd_unwatch(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_clear_pointer(source, g_source_unref);
    }
}

/* ---- Output that waits ---- */

/* Wait until fd can be written; false, with errno set, when the program is to end first. */
static bool wait_for_room(int fd)
{
    struct pollfd room = { .fd = fd, .events = POLLOUT };

    while (poll(&room, 1, PATIENCE_MS) <= 0) {
        if (system_shutdown_requested()) {
            errno = EINTR;
            return false;
        }
    }
    return true;
}

/* *credit: how much fd takes without being asked. */
static bool write_waiting(int fd, size_t *credit, const uint8_t *data, size_t len)
{
    while (len > 0) {
        if (*credit == 0 && !wait_for_room(fd)) {
            return false;
        }
        *credit = *credit ? *credit : OUTPUT_CREDIT;

        ssize_t n = write(fd, data, MIN(len, *credit));
        if (n >= 0) {
            data += n;
            len -= n;
            *credit -= n;
        } else if (errno == EAGAIN) {
            *credit = 0;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool char_write_fd(int fd, const void *data, size_t len)
{
    size_t credit = 0;

    return write_waiting(fd, &credit, data, len);
}

/* ---- Output that is queued ---- */

/*
 * As much as the host takes at once. An error other than "not now" is that of a peer who is gone:
 * reading tells about that, and what was for him is dropped.
 */
static size_t write_some(ChardevFd *s, const uint8_t *data, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = s->socket ? send(s->out, data + done, len - done, MSG_NOSIGNAL)
                              : write(s->out, data + done, len - done);

        if (n > 0) {
            done += n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else {
            return n < 0 && errno == EAGAIN ? done : len;
        }
    }
    return done;
}

static gboolean output_possible(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                                gpointer opaque)
{
    ChardevFd *s = opaque;

    bql_lock();
    if (s->out_source) {
        g_byte_array_remove_range(s->unsent, 0, write_some(s, s->unsent->data, s->unsent->len));
        if (s->unsent->len == 0) {
            chardev_fd_unwatch(&s->out_source);
        }
    }
    bql_unlock();
    return G_SOURCE_CONTINUE;
}

static bool write_queued(ChardevFd *s, const uint8_t *data, size_t len)
{
    if (s->unsent->len + len > MAX_UNSENT) {
        errno = EAGAIN;
        return false;
    }
    if (s->unsent->len == 0) {
        size_t n = write_some(s, data, len);

        data += n;
        len -= n;
    }
    g_byte_array_append(s->unsent, data, len);
    if (s->unsent->len > 0 && !s->out_source) {
        s->out_source = chardev_fd_watch(s->out, G_IO_OUT, output_possible, s);
    }
    return true;
}

bool chardev_fd_write(Chardev *chr, const uint8_t *data, size_t len)
{
    ChardevFd *s = CHARDEV_FD(chr);

    if (s->out < 0) {
        return true;
    }
    return s->queued ? write_queued(s, data, len) : write_waiting(s->out, &s->credit, data, len);
}

/* The guest's last words reach a peer who reads them. */
void chardev_fd_quiesce(Chardev *chr)
{
    ChardevFd *s = CHARDEV_FD(chr);
    struct pollfd room = { .fd = s->out, .events = POLLOUT };

    while (s->unsent->len > 0 && poll(&room, 1, PATIENCE_MS) > 0) {
        g_byte_array_remove_range(s->unsent, 0, write_some(s, s->unsent->data, s->unsent->len));
    }
}

/* ---- Input ---- */

/* Input is there, or at its end, or the descriptor is closed: read() tells. */
static void take_input(ChardevFd *s, size_t room)
{
    uint8_t data[INPUT_CHUNK];
    ssize_t n = read(s->in, data, MIN(room, sizeof(data)));

    if (n > 0) {
        chardev_deliver(CHARDEV(s), data, n);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        CHARDEV_FD_CLASS(object_get_class(OBJECT(s)))->hung_up(s, n == 0 ? 0 : errno);
    }
}

static gboolean input_possible(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                               gpointer opaque)
{
    g_autoptr(ChardevFd) s = CHARDEV_FD(object_ref(opaque));

    bql_lock();
    size_t room = s->in_source ? chardev_input_room(CHARDEV(s)) : 0;
    if (room > 0) {
        take_input(s, room);
    }
    bql_unlock();
    return G_SOURCE_CONTINUE; /* a request may come at any moment: watch_input() ends it */
}

void chardev_fd_watch_input(Chardev *chr, bool on)
{
    ChardevFd *s = CHARDEV_FD(chr);

    s->watching = on;
    if (!on || s->in < 0) {
        chardev_fd_unwatch(&s->in_source);
    } else if (!s->in_source) {
        s->in_source = chardev_fd_watch(s->in, G_IO_IN | G_IO_HUP | G_IO_ERR, input_possible, s);
    }
}

static void chardev_fd_hung_up(ChardevFd *s, int error G_GNUC_UNUSED)
{
    chardev_deliver(CHARDEV(s), NULL, 0);
}

/* ---- The descriptors ---- */

static void close_descriptors(ChardevFd *s)
{
    chardev_fd_unwatch(&s->in_source);
    chardev_fd_unwatch(&s->out_source);
    g_byte_array_set_size(s->unsent, 0);
    if (s->owned && s->in >= 0) {
        close(s->in);
    }
    if (s->owned && s->out >= 0 && s->out != s->in) {
        close(s->out);
    }
    s->in = s->out = -1;
    s->credit = 0;
}

void chardev_fd_set(ChardevFd *s, int in, int out)
{
    close_descriptors(s);
    s->owned = true;
    s->in = in;
    s->out = out;
    CHARDEV_GET_CLASS(s)->watch_input(CHARDEV(s), s->watching);
}

bool chardev_fd_set_null_input(ChardevFd *s, int out, Error **errp)
{
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (in < 0) {
        error_setg_errno(errp, errno, "cannot open '/dev/null'");
        error_append_hint(errp, "check that it is there, and the limit of open files");
        return false;
    }
    chardev_fd_set(s, in, out);
    return true;
}

/* ---- The type ---- */

static void chardev_fd_instance_init(Object *obj)
{
    ChardevFd *s = CHARDEV_FD(obj);

    s->in = s->out = -1;
    s->unsent = g_byte_array_new();
}

static void chardev_fd_instance_finalize(Object *obj)
{
    ChardevFd *s = CHARDEV_FD(obj);

    close_descriptors(s);
    g_byte_array_unref(s->unsent);
}

static void chardev_fd_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    CHARDEV_CLASS(oc)->write = chardev_fd_write;
    CHARDEV_CLASS(oc)->watch_input = chardev_fd_watch_input;
    CHARDEV_CLASS(oc)->quiesce = chardev_fd_quiesce;
    CHARDEV_FD_CLASS(oc)->hung_up = chardev_fd_hung_up;
}

static const TypeInfo chardev_fd_types[] = { {
    .name = TYPE_CHARDEV_FD,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(ChardevFd),
    .instance_init = chardev_fd_instance_init,
    .instance_finalize = chardev_fd_instance_finalize,
    .abstract = true,
    .class_size = sizeof(ChardevFdClass),
    .class_init = chardev_fd_class_init,
} };

DEFINE_TYPES(chardev_fd_types)
