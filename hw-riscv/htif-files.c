/*
 * The files that a program's system calls reach.
 *
 * How a guest is kept inside its folder: the kernel looks up every name, from the folder's own
 * descriptor on, by openat2() with RESOLVE_BENEATH, which lets neither "..", nor a symbolic link,
 * nor a race with somebody who moves directories lead out. What is found is opened as a path first,
 * without any effect on it, and used only by that descriptor. Calls that name a thing to make,
 * remove or rename get its parent directory in this way, and the kernel does not follow a link in
 * the last part of the name. A slash in front means the folder, as after chroot().
 *
 * Nothing else is ever done by name. Which name a descriptor has within the folder is asked of
 * /proc; a wrong answer would only lead to another place inside.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* O_PATH, statx() */
#include "htif-files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Without mounts: /proc and its like are no files to give to a guest, whatever folder is opened.
 */
#define RESOLVE_INSIDE (RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV)
/* How often a look-up is tried again that somebody's rename got in the way of. */
#define LOOKUP_TRIES 64

/* Flags of openat() as the guest has them, and the host's. Others have no effect. */
#define GUEST_O_ACCMODE 3
#define GUEST_O_CREAT 0x40
#define GUEST_O_EXCL 0x80
#define GUEST_O_TRUNC 0x200
#define GUEST_O_APPEND 0x400
#define GUEST_O_NONBLOCK 0x800
#define GUEST_O_DIRECTORY 0x10000
#define GUEST_O_NOFOLLOW 0x20000
#define GUEST_O_CLOEXEC 0x80000
#define GUEST_O_PATH 0x200000

/* What fcntl() can do. */
#define GUEST_F_GETFD 1
#define GUEST_F_SETFD 2
#define GUEST_F_GETFL 3
#define GUEST_F_SETFL 4
#define GUEST_FD_CLOEXEC 1

struct HTIFFiles {
    int root; /* O_PATH; -1: no folder is open */
    int cwd;  /* O_PATH, the working directory; -1 likewise */
    bool read_only;
    bool told; /* that no folder is open */
    HTIFFile files[HTIF_MAX_FILES];
};

/* ---- The folder ---- */

/*
 * openat2() inside `root`: a descriptor, or minus errno. What leads outside is no matter of
 * different devices to the guest.
 */
static int open_inside(int root, const char *path, uint64_t flags, unsigned mode)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = mode,
        .resolve = RESOLVE_INSIDE,
    };

    for (int i = 0; i < LOOKUP_TRIES; i++) {
        int fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

        if (fd >= 0) {
            return fd;
        }
        if (errno != EAGAIN && errno != EINTR) {
            return errno == EXDEV ? -EACCES : -errno;
        }
    }
    return -EAGAIN;
}

/* Where the host has a descriptor: its length, or minus errno. */
static int path_of(int fd, char path[HTIF_PATH_MAX])
{
    char link[32];
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    length = readlink(link, path, HTIF_PATH_MAX);
    if (length < 0) {
        return -errno;
    }
    if (length == HTIF_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    path[length] = 0;
    return length;
}

/* The name of directory `fd` from the folder on, empty for the folder itself; 0 or minus errno. */
static int path_inside(const HTIFFiles *files, int fd, char path[HTIF_PATH_MAX])
{
    char root[HTIF_PATH_MAX];
    int root_length = path_of(files->root, root);
    int length = path_of(fd, path);
    struct stat st;

    if (fstat(fd, &st) < 0 || st.st_nlink == 0) {
        return -ENOENT; /* it was removed, and has no name any more */
    }
    if (root_length < 0 || length < 0) {
        return MIN(root_length, length);
    }
    if (root_length == 1) { /* "/" */
        root_length = 0;
    }
    if (length < root_length || memcmp(path, root, root_length) != 0 ||
        (path[root_length] != '/' && path[root_length])) {
        return -ENOENT; /* somebody moved one of them */
    }
    while (path[root_length] == '/') {
        root_length++;
    }
    memmove(path, path + root_length, length - root_length + 1);
    return 0;
}

static bool open_root(HTIFFiles *files, const char *root, Error **errp)
{
    char path[HTIF_PATH_MAX];
    int fd;

    files->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (files->root < 0) {
        error_setg_errno(errp, errno, "htif-root=%s", root);
        error_append_hint(errp, "name a folder whose files the guest may use");
        return false;
    }
    fd = open_inside(files->root, ".", O_PATH | O_DIRECTORY, 0);
    if (fd < 0 || path_of(files->root, path) < 0) {
        error_setg(errp, "htif-root=%s: this host cannot keep a guest inside a folder", root);
        error_append_hint(errp, "that needs openat2(), of Linux 5.6, and /proc; without "
                                "htif-root= the guest has no files");
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    files->cwd = fd;
    signal(SIGXFSZ, SIG_IGN); /* a file that would become too large is an error, and the guest's */
    return true;
}

HTIFFiles *htif_files_new(const char *root, bool read_only, Error **errp)
{
    HTIFFiles *files = g_new0(HTIFFiles, 1);

    files->root = -1;
    files->cwd = -1;
    files->read_only = read_only;
    if (root && root[0] && !open_root(files, root, errp)) {
        htif_files_free(files);
        return NULL;
    }
    htif_files_reset(files);
    return files;
}

static void close_file(HTIFFile *file)
{
    if (file->kind == HTIF_FILE_HOST) {
        close(file->fd);
    }
    *file = (HTIFFile){ .kind = HTIF_FILE_CLOSED };
}

void htif_files_reset(HTIFFiles *files)
{
    for (int i = 0; i < HTIF_MAX_FILES; i++) {
        close_file(&files->files[i]);
    }
    files->files[0] = (HTIFFile){ .kind = HTIF_FILE_INPUT, .flags = O_RDONLY };
    files->files[1] = (HTIFFile){ .kind = HTIF_FILE_OUTPUT, .flags = O_WRONLY };
    files->files[2] = (HTIFFile){ .kind = HTIF_FILE_ERRORS, .flags = O_WRONLY };
    if (files->root >= 0) {
        close(files->cwd);
        files->cwd = openat(files->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
}

void htif_files_free(HTIFFiles *files)
{
    if (!files) {
        return;
    }
    for (int i = 0; i < HTIF_MAX_FILES; i++) {
        close_file(&files->files[i]);
    }
    if (files->cwd >= 0) {
        close(files->cwd);
    }
    if (files->root >= 0) {
        close(files->root);
    }
    g_free(files);
}

/* ---- Names ---- */

/* A program that looks for its files in vain has a user who wonders why. */
static int no_folder(HTIFFiles *files, const char *name)
{
    if (!files->told) {
        g_autofree char *shown = g_strescape(name, NULL);

        warn_report("the guest asks for the file '%s', but no folder is open to it: "
                    "-M spike,htif-root=DIR opens one",
                    shown);
        files->told = true;
    }
    return -EACCES;
}

/* The directory that names are relative to: the host's descriptor, or minus errno. */
static int directory_of(HTIFFiles *files, int dirfd)
{
    const HTIFFile *file;

    if (dirfd == GUEST_AT_FDCWD) {
        return files->cwd;
    }
    file = htif_file(files, dirfd < 0 ? HTIF_MAX_FILES : dirfd);
    if (!file) {
        return -EBADF;
    }
    return file->kind == HTIF_FILE_HOST ? file->fd : -ENOTDIR;
}

/* The name from the folder on, into `path`; 0 or minus errno. */
static int find_path(HTIFFiles *files, int dirfd, const char *name, char path[HTIF_PATH_MAX])
{
    size_t length = 0;
    int fd;
    int result;

    if (files->root < 0) {
        return no_folder(files, name);
    }
    if (!name[0]) {
        return -ENOENT;
    }
    path[0] = 0;
    if (name[0] != '/') {
        fd = directory_of(files, dirfd);
        result = fd < 0 ? fd : path_inside(files, fd, path);
        if (result < 0) {
            return result;
        }
        length = strlen(path);
        if (length) {
            path[length++] = '/';
        }
    }
    while (*name == '/') {
        name++;
    }
    return g_strlcpy(path + length, length || *name ? name : ".", HTIF_PATH_MAX - length) <
                   HTIF_PATH_MAX - length
               ? 0
               : -ENAMETOOLONG;
}

/* What the name leads to, opened as a path (O_PATH and `flags`). */
static int open_path(HTIFFiles *files, int dirfd, const char *name, int flags)
{
    char path[HTIF_PATH_MAX];
    int result = find_path(files, dirfd, name, path);

    return result < 0 ? result : open_inside(files->root, path, O_PATH | flags, 0);
}

/* A name's last part, and the directory that it is or would be in. */
typedef struct Place {
    char path[HTIF_PATH_MAX];
    const char *name; /* in `path` */
    int dir;
} Place;

/* `path` is split into the two, and slashes at its end are taken away. */
static const char *split_path(char *path, const char **name)
{
    size_t length = strlen(path);
    char *slash;

    while (length > 1 && path[length - 1] == '/') {
        path[--length] = 0;
    }
    slash = strrchr(path, '/');
    if (!slash) {
        *name = path;
        return ".";
    }
    *slash = 0;
    *name = slash + 1;
    return path;
}

/* A slash behind a name asks for a directory. */
static int check_slash(const Place *place)
{
    struct stat st;

    return fstatat(place->dir, place->name, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(st.st_mode)
               ? 0
               : -ENOTDIR;
}

/* 0, and a place that has to be closed; or minus errno. */
static int open_place(HTIFFiles *files, int dirfd, const char *name, Place *place)
{
    int result = find_path(files, dirfd, name, place->path);
    const char *parent;

    if (result < 0) {
        return result;
    }
    parent = split_path(place->path, &place->name);
    if (strcmp(place->name, "..") == 0) {
        return -EACCES; /* what is named so may be outside */
    }
    place->dir = open_inside(files->root, parent, O_PATH | O_DIRECTORY, 0);
    if (place->dir < 0) {
        return place->dir;
    }
    result = g_str_has_suffix(name, "/") ? check_slash(place) : 0;
    if (result < 0) {
        close(place->dir);
    }
    return result;
}

/* Of a host's function that returns -1 and sets errno. */
static int64_t result_of(int64_t result)
{
    return result < 0 ? -errno : result;
}

/* What is to be returned, behind close(). */
static int64_t close_and_return(int fd, int64_t result)
{
    close(fd);
    return result;
}

/* ---- Descriptors ---- */

HTIFFile *htif_file(HTIFFiles *files, uint64_t number)
{
    return number < HTIF_MAX_FILES && files->files[number].kind != HTIF_FILE_CLOSED
               ? &files->files[number]
               : NULL;
}

static int new_number(const HTIFFiles *files)
{
    for (int i = 0; i < HTIF_MAX_FILES; i++) {
        if (files->files[i].kind == HTIF_FILE_CLOSED) {
            return i;
        }
    }
    return -EMFILE;
}

static int host_flags(int flags)
{
    static const struct {
        int guest;
        int host;
    } table[] = {
        { GUEST_O_TRUNC, O_TRUNC },
        { GUEST_O_APPEND, O_APPEND },
        { GUEST_O_DIRECTORY, O_DIRECTORY },
    };
    /*
     * No call may wait: not for the holder of a lease, nor for data in a file that the kernel makes
     * up. O_SYNC and its like are left out for that reason.
     */
    int host = (flags & GUEST_O_ACCMODE) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        host |= flags & table[i].guest ? table[i].host : 0;
    }
    return host;
}

/* A path descriptor becomes one to read and write by. */
static int reopen(int fd, int flags)
{
    char link[32];
    struct stat st;

    if (fstat(fd, &st) < 0) {
        return -errno;
    }
    if (S_ISLNK(st.st_mode)) {
        return -ELOOP;
    }
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
        return -EACCES; /* devices, pipes and sockets are none of the guest's */
    }
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    return result_of(open(link, host_flags(flags)));
}

static int open_existing(HTIFFiles *files, const char *path, int flags)
{
    int nofollow = flags & GUEST_O_NOFOLLOW ? O_NOFOLLOW : 0;
    int fd = open_inside(files->root, path, O_PATH | nofollow, 0);

    if (fd < 0) {
        return fd;
    }
    if ((flags & GUEST_O_CREAT) && (flags & GUEST_O_EXCL)) {
        return close_and_return(fd, -EEXIST);
    }
    return close_and_return(fd, reopen(fd, flags));
}

/* A new regular file. */
static int create_file(HTIFFiles *files, const char *path, int flags, unsigned mode)
{
    return files->read_only
               ? -EROFS
               : open_inside(files->root, path, host_flags(flags) | O_CREAT | O_EXCL | O_NOFOLLOW,
                             mode & 0777);
}

/*
 * What is there is looked at before it is opened, and what is not is created with O_EXCL, so that
 * no pipe or device comes in between. So a link to nowhere creates nothing.
 */
static int open_file(HTIFFiles *files, const char *path, int flags, unsigned mode)
{
    int fd = -EAGAIN;

    for (int i = 0; i < LOOKUP_TRIES; i++) {
        fd = open_existing(files, path, flags);
        if (fd != -ENOENT || !(flags & GUEST_O_CREAT)) {
            return fd;
        }
        fd = create_file(files, path, flags, mode);
        if (fd != -EEXIST || (flags & GUEST_O_EXCL)) {
            return fd;
        }
    }
    return fd;
}

int64_t htif_file_open(HTIFFiles *files, int dirfd, const char *name, int flags, unsigned mode)
{
    const int shown = GUEST_O_ACCMODE | GUEST_O_APPEND | GUEST_O_NONBLOCK;
    char path[HTIF_PATH_MAX];
    int result = find_path(files, dirfd, name, path);
    int number = new_number(files);
    int fd;

    if (result < 0 || number < 0) {
        return result < 0 ? result : number;
    }
    if ((flags & GUEST_O_ACCMODE) == GUEST_O_ACCMODE || (flags & GUEST_O_PATH)) {
        return -EINVAL;
    }
    if (files->read_only && (flags & (GUEST_O_ACCMODE | GUEST_O_TRUNC))) {
        return -EROFS;
    }
    fd = open_file(files, path, flags, mode);
    if (fd < 0) {
        return fd;
    }
    files->files[number] = (HTIFFile){
        .kind = HTIF_FILE_HOST,
        .fd = fd,
        .flags = flags & shown,
        .fd_flags = flags & GUEST_O_CLOEXEC ? GUEST_FD_CLOEXEC : 0,
    };
    return number;
}

int64_t htif_file_close(HTIFFiles *files, uint64_t number)
{
    HTIFFile *file = htif_file(files, number);

    if (!file) {
        return -EBADF;
    }
    close_file(file);
    return 0;
}

static int64_t set_flags(HTIFFile *file, int flags)
{
    const int settable = GUEST_O_APPEND | GUEST_O_NONBLOCK;
    int host = O_NONBLOCK | (flags & GUEST_O_APPEND ? O_APPEND : 0);

    if (file->kind == HTIF_FILE_HOST && fcntl(file->fd, F_SETFL, host) < 0) {
        return -errno;
    }
    file->flags = (file->flags & ~settable) | (flags & settable);
    return 0;
}

int64_t htif_file_control(HTIFFiles *files, uint64_t number, int command, uint64_t arg)
{
    HTIFFile *file = htif_file(files, number);

    if (!file) {
        return -EBADF;
    }
    switch (command) {
    case GUEST_F_GETFD:
        return file->fd_flags;
    case GUEST_F_SETFD:
        file->fd_flags = arg & GUEST_FD_CLOEXEC;
        return 0;
    case GUEST_F_GETFL:
        return file->flags;
    case GUEST_F_SETFL:
        return set_flags(file, arg);
    default:
        return -EINVAL;
    }
}

/* ---- What is known of a file ---- */

/* The console is the same on every host: a character device, so that output comes line by line. */
static void console_stat(const HTIFFile *file, struct statx *st)
{
    *st = (struct statx){
        .stx_mask = STATX_BASIC_STATS,
        .stx_blksize = 1024,
        .stx_nlink = 1,
        .stx_mode = S_IFCHR | 0620,
        .stx_ino = 1 + (file->kind - HTIF_FILE_INPUT),
    };
}

static int64_t descriptor_stat(HTIFFiles *files, int number, unsigned mask, struct statx *st)
{
    int dir = number == GUEST_AT_FDCWD ? files->cwd : -1;
    const HTIFFile *file = htif_file(files, number < 0 ? HTIF_MAX_FILES : number);

    if (file && file->kind != HTIF_FILE_HOST) {
        console_stat(file, st);
        return 0;
    }
    if (!file && dir < 0) {
        return -EBADF;
    }
    return result_of(statx(file ? file->fd : dir, "", AT_EMPTY_PATH, mask, st));
}

int64_t htif_file_stat(HTIFFiles *files, int dirfd, const char *name, int flags, unsigned mask,
                       struct statx *st)
{
    const int known =
        GUEST_AT_SYMLINK_NOFOLLOW | GUEST_AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE;
    int fd;

    if (flags & ~known) {
        return -EINVAL;
    }
    if (!name[0] && (flags & GUEST_AT_EMPTY_PATH)) {
        return descriptor_stat(files, dirfd, mask, st);
    }
    fd = open_path(files, dirfd, name, flags & GUEST_AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0);
    return fd < 0 ? fd : close_and_return(fd, result_of(statx(fd, "", AT_EMPTY_PATH, mask, st)));
}

int64_t htif_file_access(HTIFFiles *files, int dirfd, const char *name, int mode)
{
    char link[32];
    int fd = open_path(files, dirfd, name, 0);

    if (fd < 0) {
        return fd;
    }
    if (files->read_only && (mode & W_OK)) {
        return close_and_return(fd, -EROFS);
    }
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    return close_and_return(fd, result_of(access(link, mode)));
}

int64_t htif_file_read_link(HTIFFiles *files, int dirfd, const char *name, char *text, size_t size)
{
    int fd = open_path(files, dirfd, name, O_NOFOLLOW);
    struct stat st;

    if (fd < 0) {
        return fd;
    }
    if (fstat(fd, &st) < 0 || !S_ISLNK(st.st_mode)) {
        return close_and_return(fd, -EINVAL);
    }
    return close_and_return(fd, result_of(readlinkat(fd, "", text, size)));
}

/* ---- Changes to directories ---- */

int64_t htif_file_make_directory(HTIFFiles *files, int dirfd, const char *name, unsigned mode)
{
    Place place;
    int result = open_place(files, dirfd, name, &place);

    if (result < 0) {
        return result;
    }
    return close_and_return(
        place.dir,
        files->read_only ? -EROFS : result_of(mkdirat(place.dir, place.name, mode & 0777)));
}

int64_t htif_file_unlink(HTIFFiles *files, int dirfd, const char *name, int flags)
{
    Place place;
    int result = open_place(files, dirfd, name, &place);

    if (result < 0) {
        return result;
    }
    if (files->read_only || (flags & ~GUEST_AT_REMOVEDIR)) {
        return close_and_return(place.dir, files->read_only ? -EROFS : -EINVAL);
    }
    return close_and_return(place.dir,
                            result_of(unlinkat(place.dir, place.name, flags ? AT_REMOVEDIR : 0)));
}

/* Both places of a link or a rename; 0 or minus errno. */
static int open_places(HTIFFiles *files, int old_dirfd, const char *old_name, int new_dirfd,
                       const char *new_name, Place places[2])
{
    int result = open_place(files, old_dirfd, old_name, &places[0]);

    if (result < 0) {
        return result;
    }
    result = open_place(files, new_dirfd, new_name, &places[1]);
    if (result == 0 && files->read_only) {
        close(places[1].dir);
        result = -EROFS;
    }
    if (result < 0) {
        close(places[0].dir);
    }
    return result;
}

static int64_t close_places(const Place places[2], int64_t result)
{
    close(places[0].dir);
    return close_and_return(places[1].dir, result);
}

/* Another name for what the old name itself is, be that a symbolic link. */
int64_t htif_file_link(HTIFFiles *files, int old_dirfd, const char *old_name, int new_dirfd,
                       const char *new_name, int flags)
{
    Place places[2];
    int result =
        flags ? -EINVAL : open_places(files, old_dirfd, old_name, new_dirfd, new_name, places);

    return result < 0 ? result
                      : close_places(places, result_of(linkat(places[0].dir, places[0].name,
                                                              places[1].dir, places[1].name, 0)));
}

int64_t htif_file_rename(HTIFFiles *files, int old_dirfd, const char *old_name, int new_dirfd,
                         const char *new_name)
{
    Place places[2];
    int result = open_places(files, old_dirfd, old_name, new_dirfd, new_name, places);

    return result < 0 ? result
                      : close_places(places, result_of(renameat(places[0].dir, places[0].name,
                                                                places[1].dir, places[1].name)));
}

/* ---- The working directory ---- */

int64_t htif_file_change_directory(HTIFFiles *files, const char *name)
{
    int fd = open_path(files, GUEST_AT_FDCWD, name, O_DIRECTORY);

    if (fd < 0) {
        return fd;
    }
    close(files->cwd);
    files->cwd = fd;
    return 0;
}

int64_t htif_file_working_directory(HTIFFiles *files, char path[HTIF_PATH_MAX])
{
    char inside[HTIF_PATH_MAX] = "";
    int result = files->root < 0 ? 0 : path_inside(files, files->cwd, inside);
    int length;

    if (result < 0) {
        return result;
    }
    length = snprintf(path, HTIF_PATH_MAX, "/%s", inside);
    return length < HTIF_PATH_MAX ? length + 1 : -ENAMETOOLONG;
}
