/*
 * The console on file descriptors of the host: see include/system/console.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/console.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "system/cpu.h"
#include "util/module.h"

/* More than this is never asked of the host at once: it lies on the stack. */
#define INPUT_CHUNK 4096u

struct Console {
    Object parent_obj;

    int32_t input_fd;
    int32_t output_fd;
    int32_t error_fd;

    ConsoleInputFn *fn;
    void *opaque;
    size_t wanted;   /* bytes asked for; 0: nothing */
    GSource *source; /* watches input_fd while something is wanted */

    bool terminal_changed;
    struct termios terminal; /* as it was */
};

/* ---- Output ---- */

static bool write_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n > 0) {
            data += n;
            len -= n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd room = { .fd = fd, .events = POLLOUT };

            poll(&room, 1, -1);
        } else if (n < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool console_write(Console *console, const void *data, size_t len)
{
    return write_all(console->output_fd, data, len);
}

bool console_write_error(Console *console, const void *data, size_t len)
{
    return write_all(console->error_fd, data, len);
}

/* ---- Input ---- */

/* A guest wants each key as it comes, and echoes by itself. Signals (Ctrl-C) stay the host's. */
static void prepare_terminal(Console *console)
{
    struct termios raw;

    if (console->terminal_changed || !isatty(console->input_fd) ||
        tcgetattr(console->input_fd, &console->terminal) != 0) {
        return;
    }
    raw = console->terminal;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    console->terminal_changed = tcsetattr(console->input_fd, TCSANOW, &raw) == 0;
}

static void restore_terminal(Console *console)
{
    if (console->terminal_changed) {
        tcsetattr(console->input_fd, TCSANOW, &console->terminal);
    }
}

static void stop_watching(Console *console)
{
    if (console->source) {
        g_source_destroy(console->source);
        g_clear_pointer(&console->source, g_source_unref);
    }
}

/* Input is there, or at its end, or the descriptor is closed: read() tells. */
static void take_input(Console *console)
{
    uint8_t data[INPUT_CHUNK];
    size_t wanted = console->wanted;
    ssize_t n = read(console->input_fd, data, MIN(wanted, sizeof(data)));

    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    console->wanted = 0;
    if (console->fn) {
        console->fn(console->opaque, data, MAX(n, 0));
    }
    if (!console->wanted) { /* the receiver may have asked for more */
        stop_watching(console);
    }
}

static gboolean input_ready(gint fd, GIOCondition condition, gpointer opaque)
{
    Console *console = opaque;

    (void)fd;
    (void)condition;
    bql_lock();
    if (console->wanted) {
        take_input(console);
    }
    bql_unlock();
    return G_SOURCE_CONTINUE; /* a request may come at any moment: only stop_watching() ends it */
}

void console_set_receiver(Console *console, ConsoleInputFn *fn, void *opaque)
{
    console->fn = fn;
    console->opaque = opaque;
}

void console_request_input(Console *console, size_t max)
{
    console->wanted = max;
    if (!console->source) {
        prepare_terminal(console);
        console->source = g_unix_fd_source_new(console->input_fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
        g_source_set_callback(console->source, G_SOURCE_FUNC(input_ready), console, NULL);
        g_source_attach(console->source, NULL);
    }
}

void console_cancel_input(Console *console)
{
    console->wanted = 0;
    stop_watching(console);
}

/* ---- The type ---- */

static const Property console_properties[] = {
    DEFINE_PROP_INT32("input", Console, input_fd, STDIN_FILENO, "file descriptor read from",
                      .min = 0, .max = INT32_MAX),
    DEFINE_PROP_INT32("output", Console, output_fd, STDOUT_FILENO, "file descriptor written to",
                      .min = 0, .max = INT32_MAX),
    DEFINE_PROP_INT32("errors", Console, error_fd, STDERR_FILENO,
                      "file descriptor that error messages of the guest are written to", .min = 0,
                      .max = INT32_MAX),
};

static void console_instance_finalize(Object *obj)
{
    Console *console = CONSOLE(obj);

    stop_watching(console);
    restore_terminal(console);
}

static void console_class_init(ObjectClass *oc, const void *data)
{
    (void)data;
    object_class_add_properties(oc, console_properties, G_N_ELEMENTS(console_properties));
}

static const TypeInfo console_info = {
    .name = TYPE_CONSOLE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Console),
    .instance_finalize = console_instance_finalize,
    .class_init = console_class_init,
};

static void console_register_types(void)
{
    type_register_static(&console_info);
}

type_init(console_register_types)
