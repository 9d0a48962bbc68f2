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
#include <sys/stat.h>
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
 * Where nothing may be lost, so much may wait until the hart that wrote it has to. It goes no
 * further than the block that it is in, with what that writes.
 */
#define HOLD_LIMIT (64 * 1024)

/*
 * A pipe that poll() calls writable takes as much without blocking, in one write or in many: so the
 * host is asked once for many of a guest's single characters. (For descriptors that block. A
 * terminal may take less: see chardev_fd_reopen().)
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

/* ---- Output that waits: not a chardev's ---- */

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

bool char_write_fd(int fd, const void *data, size_t len)
{
    for (size_t done = 0; done < len;) {
        if (!wait_for_room(fd)) {
            return false;
        }
        ssize_t n = write(fd, (const uint8_t *)data + done, MIN(len - done, OUTPUT_CREDIT));
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        done += MAX(n, 0);
    }
    return true;
}

/* ---- Output that is queued ---- */

/* How much of `len` may be written now. */
static size_t output_room(ChardevFd *s, size_t len)
{
    struct pollfd room = { .fd = s->out, .events = POLLOUT };

    if (s->nonblocking) {
        return len;
    }
    if (s->credit == 0 && poll(&room, 1, 0) > 0) {
        s->credit = OUTPUT_CREDIT;
    }
    return MIN(len, s->credit);
}

/* As much as the host takes at once; false, with errno set, where it never will. */
static bool write_some(ChardevFd *s, const uint8_t *data, size_t len, size_t *done)
{
    size_t room;

    *done = 0;
    while ((room = output_room(s, len - *done)) > 0) {
        ssize_t n = s->socket ? send(s->out, data + *done, room, MSG_NOSIGNAL)
                              : write(s->out, data + *done, room);

        if (n > 0) {
            *done += n;
            s->credit -= MIN(s->credit, (size_t)n);
        } else if (n < 0 && errno != EINTR) {
            s->credit = 0;
            return errno == EAGAIN;
        }
    }
    return true;
}

static void release_writers(ChardevFd *s)
{
    g_ptr_array_set_size(s->held, 0);
}

static void hold_writer(ChardevFd *s)
{
    CPUState *cpu = cpu_hold_current();

    if (cpu) {
        g_ptr_array_add(s->held, cpu);
    }
}

static void drop_unsent(ChardevFd *s)
{
    chardev_fd_unwatch(&s->out_source);
    g_byte_array_set_size(s->unsent, 0);
    release_writers(s);
}

/* What can be written of what waits; the error is the one that the next write will have, too. */
static void write_unsent(ChardevFd *s)
{
    size_t done;

    if (!write_some(s, s->unsent->data, s->unsent->len, &done)) {
        int error = errno;

        drop_unsent(s);
        CHARDEV_FD_CLASS(object_get_class(OBJECT(s)))->write_failed(s, error);
        return;
    }
    g_byte_array_remove_range(s->unsent, 0, done);
    if (s->unsent->len <= HOLD_LIMIT / 2) {
        release_writers(s);
    }
    if (s->unsent->len == 0) {
        chardev_fd_unwatch(&s->out_source);
    }
}

static gboolean output_possible(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                                gpointer opaque)
{
    ChardevFd *s = opaque;

    bql_lock();
    if (s->out_source) {
        write_unsent(s);
    }
    bql_unlock();
    return G_SOURCE_CONTINUE;
}

bool chardev_fd_write(Chardev *chr, const uint8_t *data, size_t len)
{
    ChardevFd *s = CHARDEV_FD(chr);
    size_t done = 0;

    if (s->out < 0) {
        return true;
    }
    if (s->lossy && s->unsent->len + len > MAX_UNSENT) {
        errno = EAGAIN;
        return false;
    }
    if (s->unsent->len == 0 && !write_some(s, data, len, &done)) {
        int error = errno;

        CHARDEV_FD_CLASS(object_get_class(OBJECT(s)))->write_failed(s, error);
        errno = error;
        return s->lossy; /* a peer who is gone: reading tells about that */
    }
    g_byte_array_append(s->unsent, data + done, len - done);
    if (s->unsent->len > 0 && !s->out_source) {
        s->out_source = chardev_fd_watch(s->out, G_IO_OUT, output_possible, s);
    }
    if (!s->lossy && s->unsent->len > HOLD_LIMIT) {
        hold_writer(s);
    }
    return true;
}

bool chardev_fd_has_unsent(Chardev *chr)
{
    return !CHARDEV_FD(chr)->lossy && CHARDEV_FD(chr)->unsent->len > 0;
}

/* The guest's last words reach a peer who reads them. */
void chardev_fd_quiesce(Chardev *chr)
{
    ChardevFd *s = CHARDEV_FD(chr);
    struct pollfd room = { .fd = s->out, .events = POLLOUT };

    while (s->unsent->len > 0 && poll(&room, 1, PATIENCE_MS) > 0) {
        write_unsent(s);
    }
    drop_unsent(s);
}

static void chardev_fd_write_failed(ChardevFd *s G_GNUC_UNUSED, int error G_GNUC_UNUSED)
{
}

int chardev_fd_reopen(int fd)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    struct stat st;

    if (fstat(fd, &st) < 0 || !(S_ISFIFO(st.st_mode) || isatty(fd))) {
        return -1;
    }
    return open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
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
    drop_unsent(s);
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

static void release_writer(void *cpu)
{
    cpu_release(cpu);
}

static void chardev_fd_instance_init(Object *obj)
{
    ChardevFd *s = CHARDEV_FD(obj);

    s->in = s->out = -1;
    s->unsent = g_byte_array_new();
    s->held = g_ptr_array_new_with_free_func(release_writer);
}

static void chardev_fd_instance_finalize(Object *obj)
{
    ChardevFd *s = CHARDEV_FD(obj);

    close_descriptors(s);
    g_byte_array_unref(s->unsent);
    g_ptr_array_unref(s->held);
}

static void chardev_fd_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    CHARDEV_CLASS(oc)->write = chardev_fd_write;
    CHARDEV_CLASS(oc)->watch_input = chardev_fd_watch_input;
    CHARDEV_CLASS(oc)->has_unsent = chardev_fd_has_unsent;
    CHARDEV_CLASS(oc)->quiesce = chardev_fd_quiesce;
    CHARDEV_FD_CLASS(oc)->write_failed = chardev_fd_write_failed;
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
