/*
 * A process whose output is kept.
 *
 * Each is the leader of a process group, so that it can be ended with all that it may have started,
 * and so that Ctrl-C reaches this program alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

static bool open_stream(Stream *stream, int *write_end, Error **errp)
{
    g_autoptr(GError) gerror = NULL;
    int fds[2];

    if (!g_unix_open_pipe(fds, FD_CLOEXEC, &gerror)) {
        error_setg(errp, "cannot make a pipe: %s", gerror->message);
        error_append_hint(errp, "run fewer at a time with -j");
        return false;
    }
    g_unix_set_fd_nonblocking(fds[0], TRUE, NULL);
    stream->fd = fds[0];
    stream->source = 0;
    *write_end = fds[1];
    capture_init(&stream->capture);
    return true;
}

static void close_stream(Stream *stream)
{
    if (stream->source) {
        g_source_remove(stream->source);
        stream->source = 0;
    }
    close(stream->fd);
    capture_clear(&stream->capture);
}

/* Reads what is there, up to a bound. False: nothing comes any more. */
static bool read_stream(Stream *stream)
{
    char bytes[16 * 1024];

    for (unsigned i = 0; i < 16; i++) {
        ssize_t size = read(stream->fd, bytes, sizeof(bytes));

        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return true;
        }
        if (size <= 0) {
            return false;
        }
        capture_add(&stream->capture, bytes, size);
    }
    return true;
}

static gboolean on_readable(int fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                            void *opaque)
{
    Stream *stream = opaque;

    if (read_stream(stream)) {
        return G_SOURCE_CONTINUE;
    }
    stream->source = 0;
    return G_SOURCE_REMOVE;
}

static void watch_stream(Stream *stream)
{
    stream->source = g_unix_fd_add(stream->fd, G_IO_IN | G_IO_HUP, on_readable, stream);
}

static int spawn(char **words, int out, int err, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int os_errno;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    os_errno = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return os_errno;
}

bool process_start(Process *process, char **words, GChildWatchFunc ended, void *opaque,
                   Error **errp)
{
    int out_end, err_end, os_errno;

    if (!open_stream(&process->out, &out_end, errp)) {
        return false;
    }
    if (!open_stream(&process->err, &err_end, errp)) {
        close(out_end);
        close_stream(&process->out);
        return false;
    }
    os_errno = spawn(words, out_end, err_end, &process->pid);
    close(out_end);
    close(err_end);
    if (os_errno) {
        process_clear(process);
        error_setg_errno(errp, os_errno, "cannot run '%s'", words[0]);
        error_append_hint(errp, "name the emulator with -rvemu, or run fewer at a time with -j");
        return false;
    }
    watch_stream(&process->out);
    watch_stream(&process->err);
    g_child_watch_add(process->pid, ended, opaque);
    return true;
}

void process_kill(const Process *process)
{
    kill(-process->pid, SIGKILL);
}

void process_read_rest(Process *process)
{
    read_stream(&process->out);
    read_stream(&process->err);
}

void process_clear(Process *process)
{
    close_stream(&process->out);
    close_stream(&process->err);
}
