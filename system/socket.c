/*
 * Connecting to, and listening on, TCP and Unix sockets.
 *
 * GIO could do it, but to link it is to start a quarter slower, sockets or not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* What the user wrote, for messages. */
static char *describe(const SocketAddress *address)
{
    return address->path ? g_strdup_printf("unix:%s", address->path)
                         : g_strdup_printf("tcp:%s:%s", address->host ? address->host : "",
                                           address->port);
}

static bool fill_path(const SocketAddress *address, struct sockaddr_un *un, Error **errp)
{
    *un = (struct sockaddr_un) { .sun_family = AF_UNIX };
    if (strlen(address->path) >= sizeof(un->sun_path)) {
        error_setg(errp, "path '%s' is too long for a socket", address->path);
        error_append_hint(errp, "it can have %zu characters", sizeof(un->sun_path) - 1);
        return false;
    }
    strcpy(un->sun_path, address->path);
    return true;
}

/* A service's name, or a number: getaddrinfo() takes one that is too large modulo 65536. */
static bool check_port(const SocketAddress *address, Error **errp)
{
    guint64 number;

    if (g_ascii_isdigit(address->port[0]) &&
        !g_ascii_string_to_unsigned(address->port, 10, 0, UINT16_MAX, &number, NULL)) {
        error_setg(errp, "'%s' is no port", address->port);
        error_append_hint(errp, "a port is a number from 0 to 65535");
        return false;
    }
    return true;
}

static struct addrinfo *resolve(const SocketAddress *address, int flags, Error **errp)
{
    struct addrinfo hints = {
        .ai_flags = flags,
        .ai_family = address->family,
        .ai_socktype = SOCK_STREAM,
    };
    const char *host = address->host && *address->host ? address->host : NULL;
    struct addrinfo *list;
    int error;

    if (!check_port(address, errp)) {
        return NULL;
    }
    error = getaddrinfo(host, address->port, &hints, &list);
    if (error) {
        error_setg(errp, "cannot resolve '%s:%s': %s", host ? host : "", address->port,
                   error == EAI_SYSTEM ? g_strerror(errno) : gai_strerror(error));
        error_append_hint(errp, "check host and port");
        return NULL;
    }
    return list;
}

/* ---- Connecting ---- */

static int connect_one(int family, const struct sockaddr *addr, socklen_t len)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, addr, len) != 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static int connect_tcp(const SocketAddress *address, Error **errp)
{
    struct addrinfo *list = resolve(address, 0, errp);
    int fd = -1;

    if (!list) {
        return -1;
    }
    for (struct addrinfo *info = list; info && fd < 0; info = info->ai_next) {
        fd = connect_one(info->ai_family, info->ai_addr, info->ai_addrlen);
    }
    int error = errno;
    freeaddrinfo(list);
    errno = error;
    return fd;
}

int socket_connect(const SocketAddress *address, Error **errp)
{
    Error *err = NULL;
    struct sockaddr_un un;
    int fd = -1;

    if (!address->path) {
        fd = connect_tcp(address, &err);
    } else if (fill_path(address, &un, &err)) {
        fd = connect_one(AF_UNIX, (struct sockaddr *)&un, sizeof(un));
    }
    if (fd < 0 && !err) {
        g_autofree char *name = describe(address);

        error_setg_errno(&err, errno, "cannot connect to '%s'", name);
        error_append_hint(&err, "start the server first, or be one with server=on");
    }
    error_propagate(errp, err);
    return fd;
}

/* ---- Listening ---- */

static void close_element(void *fd)
{
    close(*(int *)fd);
}

static int listen_one(int family, const struct sockaddr *addr, socklen_t len)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0) {
        return -1;
    }
    if (family != AF_UNIX) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (family == AF_INET6) { /* IPv4 has a socket of its own */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    }
    if (bind(fd, addr, len) != 0 || listen(fd, 1) != 0) {
        int error = errno;

        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* On every address, of those that this host has: it may lack IPv6. False with errno. */
static bool listen_tcp(struct addrinfo *list, GArray *fds)
{
    for (struct addrinfo *info = list; info; info = info->ai_next) {
        int fd = listen_one(info->ai_family, info->ai_addr, info->ai_addrlen);

        if (fd >= 0) {
            g_array_append_val(fds, fd);
        } else if (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL) {
            return false;
        }
    }
    return fds->len > 0;
}

static bool listen_path(const struct sockaddr_un *un, GArray *fds)
{
    struct stat st;

    if (stat(un->sun_path, &st) == 0 && S_ISSOCK(st.st_mode)) {
        unlink(un->sun_path);
    }
    int fd = listen_one(AF_UNIX, (const struct sockaddr *)un, sizeof(*un));
    if (fd < 0) {
        return false;
    }
    g_array_append_val(fds, fd);
    return true;
}

GArray *socket_listen(const SocketAddress *address, Error **errp)
{
    g_autoptr(GArray) fds = g_array_new(FALSE, FALSE, sizeof(int));
    struct addrinfo *list = NULL;
    struct sockaddr_un un;
    bool ok;

    g_array_set_clear_func(fds, close_element);
    if (address->path) {
        if (!fill_path(address, &un, errp)) {
            return NULL;
        }
        ok = listen_path(&un, fds);
    } else {
        list = resolve(address, AI_PASSIVE, errp);
        if (!list) {
            return NULL;
        }
        ok = listen_tcp(list, fds);
    }
    if (!ok) {
        g_autofree char *name = describe(address);

        error_setg_errno(errp, errno, "cannot listen on '%s'", name);
        error_append_hint(errp, "choose another %s", address->path ? "path" : "host or port");
    }
    g_clear_pointer(&list, freeaddrinfo);
    return ok ? g_steal_pointer(&fds) : NULL;
}

char *socket_name(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_un un;
        struct sockaddr_storage storage;
    } addr = { 0 };
    socklen_t len = sizeof(addr);
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (getsockname(fd, &addr.any, &len) != 0) {
        return g_strdup("?");
    }
    if (addr.any.sa_family == AF_UNIX) {
        return g_strdup_printf("unix:%.*s", (int)sizeof(addr.un.sun_path), addr.un.sun_path);
    }
    if (getnameinfo(&addr.any, len, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return g_strdup("tcp:?");
    }
    return g_strdup_printf(addr.any.sa_family == AF_INET6 ? "tcp:[%s]:%s" : "tcp:%s:%s", host,
                           port);
}
