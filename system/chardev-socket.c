/*
 * The backend socket: TCP or Unix, as the server of one client at a time, or as a client.
 *
 * A client of ours that leaves is not the end of input: the next one goes on, and what the guest
 * writes meanwhile is dropped. A server that leaves us is.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* accept4(), POLLRDHUP */

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chardev-fd.h"
#include "socket.h"
#include "system/cpu.h"

#define TYPE_CHARDEV_SOCKET CHARDEV_PREFIX "socket"
OBJECT_DECLARE_SIMPLE_TYPE(ChardevSocket, CHARDEV_SOCKET)

enum { AUTO, ON, OFF };
static const char *const auto_names[] = { "auto", "on", "off", NULL };
static const EnumLookup auto_lookup = { "OnOffAuto", auto_names };

struct ChardevSocket {
    ChardevFd parent_obj;

    char *host;
    char *port;
    char *path;
    bool server;
    int wait, ipv4, ipv6; /* AUTO, ON, OFF */

    GArray *listeners;     /* of int; NULL: a client */
    GPtrArray *accepting;  /* of GSource *: while there is no client */
    GSource *leaving;      /* sees the peer leave, also while no input is wanted */
};

/* ---- The peer ---- */

/*
 * The other end is closed, perhaps with data on the way: reading will come to the end, unless there
 * is nothing to be read any more.
 */
static gboolean peer_leaves(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    ChardevSocket *s = opaque;
    uint8_t byte;

    bql_lock();
    if (s->leaving) {
        ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

        chardev_fd_unwatch(&s->leaving);
        if (n <= 0) {
            CHARDEV_FD_CLASS(object_get_class(OBJECT(s)))->hung_up(CHARDEV_FD(s), n ? errno : 0);
        }
    }
    bql_unlock();
    return G_SOURCE_CONTINUE;
}

static void use_peer(ChardevSocket *s, int fd)
{
    int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* of a Unix socket it fails */
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    s->leaving = chardev_fd_watch(fd, (GIOCondition)POLLRDHUP, peer_leaves, s);
    chardev_fd_set(CHARDEV_FD(s), fd, fd);
}

/* ---- Server ---- */

static void stop_accepting(ChardevSocket *s)
{
    g_ptr_array_set_size(s->accepting, 0);
}

static bool accept_peer(ChardevSocket *s, int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0) {
        stop_accepting(s); /* others wait until this one is gone */
        use_peer(s, fd);
    }
    return fd >= 0;
}

static gboolean peer_comes(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    ChardevSocket *s = opaque;

    bql_lock();
    if (CHARDEV_FD(s)->in < 0) {
        accept_peer(s, fd);
    }
    bql_unlock();
    return G_SOURCE_CONTINUE;
}

static void start_accepting(ChardevSocket *s)
{
    for (guint i = 0; i < s->listeners->len; i++) {
        int fd = g_array_index(s->listeners, int, i);

        g_ptr_array_add(s->accepting, chardev_fd_watch(fd, G_IO_IN, peer_comes, s));
    }
}

/* Before anything runs. */
static void wait_for_peer(ChardevSocket *s)
{
    g_autofree struct pollfd *fds = g_new0(struct pollfd, s->listeners->len);

    for (guint i = 0; i < s->listeners->len; i++) {
        fds[i] = (struct pollfd) { .fd = g_array_index(s->listeners, int, i), .events = POLLIN };
    }
    while (CHARDEV_FD(s)->in < 0) {
        poll(fds, s->listeners->len, -1);
        for (guint i = 0; i < s->listeners->len && CHARDEV_FD(s)->in < 0; i++) {
            accept_peer(s, fds[i].fd);
        }
    }
}

static bool open_server(ChardevSocket *s, const SocketAddress *address, Error **errp)
{
    bool wait = s->wait != OFF;

    s->listeners = socket_listen(address, errp);
    if (!s->listeners) {
        return false;
    }
    for (guint i = 0; i < s->listeners->len; i++) {
        g_autofree char *name = socket_name(g_array_index(s->listeners, int, i));

        printf("char device listening on %s (label %s)%s\n", name,
               object_get_canonical_path_component(OBJECT(s)),
               wait ? ", waiting for a client" : "");
    }
    fflush(stdout);
    if (wait) {
        wait_for_peer(s);
    } else {
        start_accepting(s);
    }
    return true;
}

static void chardev_socket_hung_up(ChardevFd *fd, int error G_GNUC_UNUSED)
{
    ChardevSocket *s = CHARDEV_SOCKET(fd);

    chardev_fd_unwatch(&s->leaving);
    if (s->listeners) {
        chardev_fd_set(fd, -1, -1);
        start_accepting(s);
    } else if (fd->out < 0 || !chardev_fd_set_null_input(fd, -1, NULL)) {
        chardev_deliver(CHARDEV(fd), NULL, 0);
    }
}

/* ---- Opening ---- */

/* As in QEMU: to name one of the two is to leave out the other, unless that is named as well. */
static bool choose_family(const ChardevSocket *s, int *family, Error **errp)
{
    bool ipv4 = s->ipv4 == ON || (s->ipv4 == AUTO && s->ipv6 != ON);
    bool ipv6 = s->ipv6 == ON || (s->ipv6 == AUTO && s->ipv4 != ON);

    if (!ipv4 && !ipv6) {
        error_setg(errp, "ipv4=off and ipv6=off leave no protocol");
        error_append_hint(errp, "leave out one of them");
        return false;
    }
    *family = ipv4 && ipv6 ? AF_UNSPEC : ipv4 ? AF_INET : AF_INET6;
    return true;
}

static bool check_properties(const ChardevSocket *s, Error **errp)
{
    if (!s->path && !s->port) {
        error_setg(errp, "no address is named");
        error_append_hint(errp, "add host=HOST,port=PORT, or path=PATH");
    } else if (s->path && (s->host || s->port || s->ipv4 != AUTO || s->ipv6 != AUTO)) {
        error_setg(errp, "path=%s is one address, and host, port, ipv4, ipv6 are another", s->path);
        error_append_hint(errp, "leave out path, or the others");
    } else if (!s->server && s->wait != AUTO) {
        error_setg(errp, "only a server waits for its client");
        error_append_hint(errp, "leave out wait, or add server=on");
    } else {
        return true;
    }
    return false;
}

static bool chardev_socket_open(Chardev *chr, Error **errp)
{
    ChardevSocket *s = CHARDEV_SOCKET(chr);
    SocketAddress address = { .path = s->path, .host = s->host, .port = s->port };

    CHARDEV_FD(s)->lossy = true;
    CHARDEV_FD(s)->nonblocking = true;
    CHARDEV_FD(s)->socket = true;
    if (!check_properties(s, errp) || !choose_family(s, &address.family, errp)) {
        return false;
    }
    if (s->server) {
        return open_server(s, &address, errp);
    }
    int fd = socket_connect(&address, errp);
    if (fd >= 0) {
        use_peer(s, fd);
    }
    return fd >= 0;
}

/* ---- The type ---- */

static void free_source(void *opaque)
{
    GSource *source = opaque;

    chardev_fd_unwatch(&source);
}

static void chardev_socket_instance_init(Object *obj)
{
    CHARDEV_SOCKET(obj)->accepting = g_ptr_array_new_with_free_func(free_source);
}

static void chardev_socket_instance_finalize(Object *obj)
{
    ChardevSocket *s = CHARDEV_SOCKET(obj);

    chardev_fd_unwatch(&s->leaving);
    g_ptr_array_unref(s->accepting);
    if (s->listeners) {
        g_array_unref(s->listeners);
    }
}

/* finalize could not: strings are gone when it runs. */
static void chardev_socket_quiesce(Chardev *chr)
{
    ChardevSocket *s = CHARDEV_SOCKET(chr);

    chardev_fd_quiesce(chr);
    if (s->listeners && s->path) {
        unlink(s->path);
    }
}

static const Property chardev_socket_properties[] = {
    DEFINE_PROP_STRING("host", ChardevSocket, host, NULL, "name or number of a host"),
    DEFINE_PROP_STRING("port", ChardevSocket, port, NULL, "name or number of a TCP port"),
    DEFINE_PROP_STRING("path", ChardevSocket, path, NULL, "of a Unix socket"),
    DEFINE_PROP_BOOL("server", ChardevSocket, server, false, "listen instead of connecting"),
    DEFINE_PROP_ENUM("wait", ChardevSocket, wait, AUTO, &auto_lookup,
                     "a server's first client comes before the guest starts; auto: it does"),
    DEFINE_PROP_ENUM("ipv4", ChardevSocket, ipv4, AUTO, &auto_lookup, "use IPv4"),
    DEFINE_PROP_ENUM("ipv6", ChardevSocket, ipv6, AUTO, &auto_lookup, "use IPv6"),
};

static void chardev_socket_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    CHARDEV_CLASS(oc)->desc = "A TCP or Unix socket";
    CHARDEV_CLASS(oc)->open = chardev_socket_open;
    CHARDEV_CLASS(oc)->quiesce = chardev_socket_quiesce;
    CHARDEV_FD_CLASS(oc)->hung_up = chardev_socket_hung_up;
    object_class_add_properties(oc, chardev_socket_properties,
                                G_N_ELEMENTS(chardev_socket_properties));
}

static const TypeInfo chardev_socket_types[] = { {
    .name = TYPE_CHARDEV_SOCKET,
    .parent = TYPE_CHARDEV_FD,
    .instance_size = sizeof(ChardevSocket),
    .instance_init = chardev_socket_instance_init,
    .instance_finalize = chardev_socket_instance_finalize,
    .class_init = chardev_socket_class_init,
} };

DEFINE_TYPES(chardev_socket_types)
