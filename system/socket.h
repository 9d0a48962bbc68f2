/*
 * Sockets of the host: from what the user calls an address to connected or listening descriptors.
 *
 * What does not belong here: what passes through them (chardev-socket.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_SOCKET_H
#define SYSTEM_SOCKET_H

#include <glib.h>
#include <stdbool.h>

#include "util/error.h"

/* path: a socket in the file system; NULL: TCP, with a port and perhaps a host. */
typedef struct SocketAddress {
    const char *path;
    const char *host;  /* NULL or "": any to listen on, this one to connect to */
    const char *port;
    int family;        /* of TCP: AF_INET, AF_INET6, or AF_UNSPEC for both */
} SocketAddress;

/* A descriptor, blocking; -1 and an error. It may take as long as the network does. */
int socket_connect(const SocketAddress *address, Error **errp);

/*
 * One descriptor for each address that it stands for, not blocking, closed with the array. NULL and
 * an error. A socket that a former program left in the file system is replaced.
 */
GArray *socket_listen(const SocketAddress *address, Error **errp);

/* "tcp:127.0.0.1:4444" or "unix:PATH" of a descriptor's own end; the caller frees it. */
char *socket_name(int fd);

#endif
