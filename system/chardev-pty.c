/*
 * The backend pty: a pseudo terminal, which a terminal program of the host opens.
 *
 * Output while nobody has it open is dropped. That somebody opens it is seen through inotify: the
 * master's end does not tell.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* ptsname_r() and the functions beside it */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <termios.h>
#include <unistd.h>

#include "chardev-fd.h"
#include "system/cpu.h"

#define TYPE_CHARDEV_PTY CHARDEV_PREFIX "pty"
OBJECT_DECLARE_SIMPLE_TYPE(ChardevPty, CHARDEV_PTY)

struct ChardevPty {
    ChardevFd parent_obj;

    int inotify_fd;
    GSource *opened_source;
};

/* What poll() says of the master: POLLHUP unless somebody has the slave open. */
static short pty_state(const ChardevPty *s)
{
    struct pollfd state = { .fd = s->parent_obj.in, .events = POLLIN };

    return poll(&state, 1, 0) < 0 ? POLLHUP : state.revents;
}

/* Who is gone may have left something to read. But nothing and nobody would keep poll() busy. */
static void chardev_pty_watch_input(Chardev *chr, bool on)
{
    ChardevFd *fd = CHARDEV_FD(chr);

    chardev_fd_watch_input(chr, on);
    if (on && (pty_state(CHARDEV_PTY(chr)) & (POLLHUP | POLLIN)) == POLLHUP) {
        chardev_fd_unwatch(&fd->in_source);
    }
}

static bool chardev_pty_write(Chardev *chr, const uint8_t *data, size_t len)
{
    if (pty_state(CHARDEV_PTY(chr)) & POLLHUP) {
        return true;
    }
    return chardev_fd_write(chr, data, len);
}

/* The next one to open it goes on. */
static void chardev_pty_hung_up(ChardevFd *s, int error G_GNUC_UNUSED)
{
    chardev_fd_unwatch(&s->in_source);
}

static gboolean slave_opened(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    Chardev *chr = opaque;
    char events[4096] G_GNUC_UNUSED;

    if (read(fd, events, sizeof(events)) > 0) {
        bql_lock();
        chardev_pty_watch_input(chr, CHARDEV_FD(chr)->watching);
        bql_unlock();
    }
    return G_SOURCE_CONTINUE;
}

/* Bytes pass as they are, and the master's end hangs up until somebody opens the other one. */
static bool prepare_slave(const char *name)
{
    int fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios mode;
    bool ok = fd >= 0 && tcgetattr(fd, &mode) == 0;

    if (ok) {
        cfmakeraw(&mode);
        ok = tcsetattr(fd, TCSAFLUSH, &mode) == 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static bool watch_slave(ChardevPty *s, const char *name)
{
    s->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return s->inotify_fd >= 0 && inotify_add_watch(s->inotify_fd, name, IN_OPEN) >= 0;
}

static bool chardev_pty_open(Chardev *chr, Error **errp)
{
    ChardevPty *s = CHARDEV_PTY(chr);
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    char name[64];

    if (master >= 0) {
        chardev_fd_set(CHARDEV_FD(s), master, master);
    }
    CHARDEV_FD(s)->lossy = true;
    CHARDEV_FD(s)->nonblocking = true;
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
        ptsname_r(master, name, sizeof(name)) != 0 || !prepare_slave(name) ||
        !watch_slave(s, name)) {
        error_setg_errno(errp, errno, "cannot make a pseudo terminal");
        error_append_hint(errp, "check that /dev/pts is mounted, and /proc/sys/kernel/pty");
        return false;
    }
    s->opened_source = chardev_fd_watch(s->inotify_fd, G_IO_IN, slave_opened, s);
    printf("char device redirected to %s (label %s)\n", name,
           object_get_canonical_path_component(OBJECT(s)));
    fflush(stdout);
    return true;
}

static void chardev_pty_instance_init(Object *obj)
{
    CHARDEV_PTY(obj)->inotify_fd = -1;
}

static void chardev_pty_instance_finalize(Object *obj)
{
    ChardevPty *s = CHARDEV_PTY(obj);

    chardev_fd_unwatch(&s->opened_source);
    if (s->inotify_fd >= 0) {
        close(s->inotify_fd);
    }
}

static void chardev_pty_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->desc = "A new pseudo terminal, whose name is printed";
    cc->open = chardev_pty_open;
    cc->write = chardev_pty_write;
    cc->watch_input = chardev_pty_watch_input;
    CHARDEV_FD_CLASS(oc)->hung_up = chardev_pty_hung_up;
}

static const TypeInfo chardev_pty_types[] = { {
    .name = TYPE_CHARDEV_PTY,
    .parent = TYPE_CHARDEV_FD,
    .instance_size = sizeof(ChardevPty),
    .instance_init = chardev_pty_instance_init,
    .instance_finalize = chardev_pty_instance_finalize,
    .class_init = chardev_pty_class_init,
} };

DEFINE_TYPES(chardev_pty_types)
