/*
 * The gdb server's sockets: listening, the one connection, bytes in and out.
 *
 * What does not belong here: what packets mean (gdbstub.c).
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* accept4(), POLLRDHUP */

#include "gdbstub-internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chardev-fd.h"
#include "system/runstate.h"
#include "util/module.h"

#define LOOPBACK "127.0.0.1"
#define UNSENT_MAX (4 * GDB_PACKET_SIZE) /* who does not read is not read from */
#define FAREWELL_MS 200                  /* for gdb to take what is said last */

/* ---- output ---- */

static gboolean input_ready(gint fd, GIOCondition condition, gpointer opaque);
static gboolean output_ready(gint fd, GIOCondition condition, gpointer opaque);

/* What the socket does not take waits; an error will be seen by reading. */
static void flush_unsent(GdbServer *gdb)
{
    ssize_t n = 0;

    if (gdb->unsent->len) {
        n = send(gdb->fd, gdb->unsent->data, gdb->unsent->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    if (n > 0) {
        g_byte_array_remove_range(gdb->unsent, 0, n);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        g_byte_array_set_size(gdb->unsent, 0);
    }
}

/* Watch for what can be done next. */
static void watch_connection(GdbServer *gdb)
{
    bool reads = gdb->unsent->len <= UNSENT_MAX, writes = gdb->unsent->len > 0;

    if (!gdb->in_source && reads) {
        gdb->in_source = chardev_fd_watch(gdb->fd, G_IO_IN, input_ready, gdb);
    } else if (gdb->in_source && !reads) {
        chardev_fd_unwatch(&gdb->in_source);
    }
    if (!gdb->out_source && writes) {
        gdb->out_source = chardev_fd_watch(gdb->fd, G_IO_OUT, output_ready, gdb);
    } else if (gdb->out_source && !writes) {
        chardev_fd_unwatch(&gdb->out_source);
    }
}

static void send_bytes(GdbServer *gdb, const void *bytes, size_t size)
{
    if (gdb->fd >= 0) {
        g_byte_array_append(gdb->unsent, bytes, size);
        flush_unsent(gdb);
        watch_connection(gdb);
    }
}

void gdb_send(GdbServer *gdb, const void *data, size_t size)
{
    g_byte_array_set_size(gdb->last, 0);
    gdb_append_packet(gdb->last, data, size);
    send_bytes(gdb, gdb->last->data, gdb->last->len);
}

void gdb_send_text(GdbServer *gdb, const char *text)
{
    gdb_send(gdb, text, strlen(text));
}

void gdb_send_format(GdbServer *gdb, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, format);
    text = g_strdup_vprintf(format, ap);
    va_end(ap);
    gdb_send_text(gdb, text);
}

static gboolean output_ready(gint fd G_GNUC_UNUSED, GIOCondition condition G_GNUC_UNUSED,
                             gpointer opaque)
{
    GdbServer *gdb = opaque;

    flush_unsent(gdb);
    watch_connection(gdb);
    return G_SOURCE_CONTINUE;
}

/* ---- the connection ---- */

static void hang_up(GdbServer *gdb)
{
    chardev_fd_unwatch(&gdb->in_source);
    chardev_fd_unwatch(&gdb->out_source);
    if (gdb->fd >= 0) {
        close(gdb->fd);
        gdb->fd = -1;
    }
    g_byte_array_set_size(gdb->unsent, 0);
    g_byte_array_set_size(gdb->last, 0);
    gdb->parser.state = GDB_BETWEEN;
}

/* Without a word. */
static void end_session(GdbServer *gdb)
{
    hang_up(gdb);
    gdb_detach(gdb, gdb->was_running || gdb->session.resumed);
}

static void handle_input(GdbServer *gdb, GdbInput input)
{
    bool acks = !gdb->session.no_ack;

    switch (input) {
    case GDB_INPUT_NONE:
    case GDB_INPUT_ACK:
        break;
    case GDB_INPUT_NAK:
        if (acks) {
            send_bytes(gdb, gdb->last->data, gdb->last->len);
        }
        break;
    case GDB_INPUT_INTERRUPT:
        gdb_handle_interrupt(gdb);
        break;
    case GDB_INPUT_BAD:
        if (acks) {
            send_bytes(gdb, "-", 1);
        }
        break;
    case GDB_INPUT_TOO_LONG:
    case GDB_INPUT_PACKET:
        if (acks) {
            send_bytes(gdb, "+", 1);
        }
        if (input == GDB_INPUT_TOO_LONG) {
            gdb_send_text(gdb, "E07"); /* E2BIG */
        } else {
            gdb_handle_packet(gdb, (const char *)gdb->parser.data->data, gdb->parser.data->len);
        }
        break;
    }
}

static gboolean input_ready(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    GdbServer *gdb = opaque;
    uint8_t bytes[4096];
    ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        end_session(gdb);
    }
    for (ssize_t i = 0; i < n && gdb->fd >= 0; i++) {
        handle_input(gdb, gdb_parse(&gdb->parser, bytes[i]));
    }
    return G_SOURCE_CONTINUE;
}

/* ---- listening ---- */

/* And nobody has noticed yet? */
static bool peer_has_left(const GdbServer *gdb)
{
    struct pollfd pfd = { .fd = gdb->fd, .events = POLLRDHUP };

    return poll(&pfd, 1, 0) > 0;
}

/* Who has not said anything sensible makes room; gdb itself is not disturbed. */
static gboolean peer_comes(gint listener, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    GdbServer *gdb = opaque;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), on = 1;

    if (fd < 0) {
        return G_SOURCE_CONTINUE;
    }
    if (gdb_server_attached(gdb) && !peer_has_left(gdb)) {
        close(fd);
        return G_SOURCE_CONTINUE;
    }
    end_session(gdb);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* of a Unix socket it fails */
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    gdb->fd = fd;
    watch_connection(gdb);
    return G_SOURCE_CONTINUE;
}

/* "HOST:PORT" into its two parts, which the caller frees; a host with colons stands in brackets. */
static bool split_tcp(const char *text, char **host, char **port)
{
    const char *colon = strrchr(text, ':');
    size_t length;

    if (!colon || !colon[1]) {
        return false;
    }
    length = colon - text;
    if (length > 2 && text[0] == '[' && colon[-1] == ']') {
        *host = g_strndup(text + 1, length - 2);
    } else {
        *host = length ? g_strndup(text, length) : g_strdup(LOOPBACK);
    }
    *port = g_strdup(colon + 1);
    return true;
}

static bool listen_on(GdbServer *gdb, const char *text, Error **errp)
{
    g_autofree char *host = NULL, *port = NULL;
    SocketAddress address = { 0 };

    if (g_str_has_prefix(text, "unix:") && text[strlen("unix:")]) {
        gdb->path = g_strdup(text + strlen("unix:"));
        address.path = gdb->path;
    } else if (g_str_has_prefix(text, "tcp:") && split_tcp(text + strlen("tcp:"), &host, &port)) {
        address.host = host;
        address.port = port;
    } else {
        error_setg(errp, "'%s' is no place to wait for gdb", text);
        error_append_hint(errp, "write tcp::PORT, tcp:HOST:PORT, unix:PATH, or none");
        return false;
    }
    gdb->listeners = socket_listen(&address, errp);
    return gdb->listeners != NULL;
}

static void announce(GdbServer *gdb, bool waits)
{
    for (guint i = 0; i < gdb->listeners->len; i++) {
        g_autofree char *name = socket_name(g_array_index(gdb->listeners, int, i));

        info_report("gdb can connect to %s%s", name, waits ? "; the guest waits for it" : "");
    }
}

static void start_accepting(GdbServer *gdb)
{
    for (guint i = 0; i < gdb->listeners->len; i++) {
        int fd = g_array_index(gdb->listeners, int, i);

        g_ptr_array_add(gdb->accepting, chardev_fd_watch(fd, G_IO_IN, peer_comes, gdb));
    }
}

bool gdb_server_create(MachineState *machine, Error **errp)
{
    bool wanted = machine->gdb && !g_str_equal(machine->gdb, "none");
    g_autoptr(GdbServer) gdb = NULL;

    if (!wanted) {
        if (!machine->autostart) {
            error_setg(errp, "-S: nobody could start the guest");
            error_append_hint(errp, "let gdb do it: add -s, or -gdb");
        }
        return machine->autostart;
    }
    gdb = GDB_SERVER(object_new(TYPE_GDB_SERVER));
    if (!listen_on(gdb, machine->gdb, errp)) {
        error_prepend(errp, "-gdb %s: ", machine->gdb);
        return false;
    }
    start_accepting(gdb);
    announce(gdb, !machine->autostart);
    vm_set_stop_notifier(gdb_machine_stopped, gdb);
    verdict_set_debugger(gdb_take_verdict, gdb);
    object_property_add_child(OBJECT(machine), "gdb-server", OBJECT(gdb));
    machine->gdb_server = gdb;
    return true;
}

/* ---- the end ---- */

static void wait_until_sent(GdbServer *gdb)
{
    struct pollfd pfd = { .fd = gdb->fd, .events = POLLOUT };

    while (gdb->unsent->len && poll(&pfd, 1, FAREWELL_MS) > 0 && !(pfd.revents & POLLERR)) {
        flush_unsent(gdb);
    }
}

void gdb_server_end(GdbServer *gdb, int status)
{
    if (!gdb) {
        return;
    }
    vm_set_stop_notifier(NULL, NULL);
    verdict_set_debugger(NULL, NULL);
    g_ptr_array_set_size(gdb->accepting, 0);
    if (gdb->fd >= 0 && gdb->session.waiting) {
        gdb_send_format(gdb, "W%02x", (unsigned)status & 0xff);
        wait_until_sent(gdb);
    }
    hang_up(gdb);
    if (gdb->path && gdb->listeners) {
        unlink(gdb->path);
    }
    __atomic_store_n(&gdb->attached, 0, __ATOMIC_SEQ_CST);
}

/* ---- the type ---- */

static void free_source(void *opaque)
{
    GSource *source = opaque;

    chardev_fd_unwatch(&source);
}

static void gdb_server_instance_init(Object *obj)
{
    GdbServer *gdb = GDB_SERVER(obj);

    gdb->fd = -1;
    gdb->accepting = g_ptr_array_new_with_free_func(free_source);
    gdb->unsent = g_byte_array_new();
    gdb->last = g_byte_array_new();
    gdb_parser_init(&gdb->parser);
    gdb->points = debug_points_new();
    gdb->in_force = debug_points_new();
    g_mutex_init(&gdb->verdict_lock);
}

static void gdb_server_instance_finalize(Object *obj)
{
    GdbServer *gdb = GDB_SERVER(obj);

    gdb_server_end(gdb, 0);
    g_ptr_array_unref(gdb->accepting);
    if (gdb->listeners) {
        g_array_unref(gdb->listeners);
    }
    g_byte_array_unref(gdb->unsent);
    g_byte_array_unref(gdb->last);
    gdb_parser_clear(&gdb->parser);
    debug_points_free(gdb->points);
    debug_points_free(gdb->in_force);
    g_mutex_clear(&gdb->verdict_lock);
    g_free(gdb->verdict);
    g_free(gdb->path);
}

static const TypeInfo gdb_server_info = {
    .name = TYPE_GDB_SERVER,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(GdbServer),
    .instance_init = gdb_server_instance_init,
    .instance_finalize = gdb_server_instance_finalize,
};

static void gdb_server_register_types(void)
{
    type_register_static(&gdb_server_info);
}

type_init(gdb_server_register_types)
