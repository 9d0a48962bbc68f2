/*
 * System calls by HTIF, with the numbers, flags and errors that they have.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HTIF_CALL_H
#define HTIF_CALL_H

#include "guest.h"

enum {
    SYS_GETCWD = 17,
    SYS_FCNTL = 25,
    SYS_MKDIRAT = 34,
    SYS_UNLINKAT = 35,
    SYS_LINKAT = 37,
    SYS_RENAMEAT = 38,
    SYS_FTRUNCATE = 46,
    SYS_FACCESSAT = 48,
    SYS_CHDIR = 49,
    SYS_OPENAT = 56,
    SYS_CLOSE = 57,
    SYS_LSEEK = 62,
    SYS_READ = 63,
    SYS_WRITE = 64,
    SYS_PREAD = 67,
    SYS_PWRITE = 68,
    SYS_READLINKAT = 78,
    SYS_FSTATAT = 79,
    SYS_FSTAT = 80,
    SYS_EXIT = 93,
    SYS_STATX = 291,
    SYS_LSTAT = 1039,
    SYS_GETMAINVARS = 2011,
};

enum {
    ENOENT = 2,
    EBADF = 9,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EEXIST = 17,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    EMFILE = 24,
    ESPIPE = 29,
    EROFS = 30,
    ERANGE = 34,
    ENAMETOOLONG = 36,
    ENOSYS = 38,
    ENOTEMPTY = 39,
    ELOOP = 40,
};

enum {
    O_RDONLY = 0,
    O_WRONLY = 1,
    O_RDWR = 2,
    O_CREAT = 0x40,
    O_EXCL = 0x80,
    O_TRUNC = 0x200,
    O_APPEND = 0x400,
    O_DIRECTORY = 0x10000,
    O_NOFOLLOW = 0x20000,
    O_CLOEXEC = 0x80000,
    O_PATH = 0x200000,
};

enum { AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000 };
enum { F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4 };
enum {
    S_IFMT = 0170000,
    S_IFCHR = 0020000,
    S_IFDIR = 0040000,
    S_IFREG = 0100000,
    S_IFLNK = 0120000
};

struct stat {
    uint64_t dev, ino;
    uint32_t mode, nlink, uid, gid;
    uint64_t rdev, pad1, size;
    uint32_t blksize, pad2;
    uint64_t blocks, atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    uint32_t unused[2];
};

extern volatile uint64_t tohost, fromhost;

static inline int64_t call(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
                           uint64_t a4, uint64_t a5, uint64_t a6)
{
    static volatile uint64_t block[8] __attribute__((aligned(64)));
    const uint64_t words[8] = { number, a0, a1, a2, a3, a4, a5, a6 };

    for (unsigned i = 0; i < 8; i++) {
        block[i] = words[i];
    }
    fence();
    tohost = (uint64_t)block;
    while (fromhost == 0) {
    }
    CHECK_EQ(fromhost, 1);
    CHECK_EQ(tohost, 0);
    fromhost = 0;
    fence();
    return block[0];
}

static inline uint64_t name_size(const char *name)
{
    uint64_t size = 0;

    while (name[size++]) {
    }
    return size;
}

static inline bool same(const char *a, const char *b, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++) {
        if (a[i] != b[i]) {
            return false;
        }
    }
    return true;
}

#define NAME(name) (uint64_t)(name), name_size(name)

#define sys_openat(dir, name, flags, mode) call(SYS_OPENAT, dir, NAME(name), flags, mode, 0, 0)
#define sys_open(name, flags) sys_openat(AT_FDCWD, name, flags, 0644)
#define sys_close(fd) call(SYS_CLOSE, fd, 0, 0, 0, 0, 0, 0)
#define sys_read(fd, buf, size) call(SYS_READ, fd, (uint64_t)(buf), size, 0, 0, 0, 0)
#define sys_write(fd, buf, size) call(SYS_WRITE, fd, (uint64_t)(buf), size, 0, 0, 0, 0)
#define sys_pread(fd, buf, size, at) call(SYS_PREAD, fd, (uint64_t)(buf), size, at, 0, 0, 0)
#define sys_pwrite(fd, buf, size, at) call(SYS_PWRITE, fd, (uint64_t)(buf), size, at, 0, 0, 0)
#define sys_lseek(fd, offset, whence) call(SYS_LSEEK, fd, offset, whence, 0, 0, 0, 0)
#define sys_ftruncate(fd, size) call(SYS_FTRUNCATE, fd, size, 0, 0, 0, 0, 0)
#define sys_fcntl(fd, command, arg) call(SYS_FCNTL, fd, command, arg, 0, 0, 0, 0)
#define sys_fstat(fd, st) call(SYS_FSTAT, fd, (uint64_t)(st), 0, 0, 0, 0, 0)
#define sys_fstatat(dir, name, st, flags) \
    call(SYS_FSTATAT, dir, NAME(name), (uint64_t)(st), flags, 0, 0)
#define sys_lstat(name, st) call(SYS_LSTAT, NAME(name), (uint64_t)(st), 0, 0, 0, 0)
#define sys_statx(dir, name, flags, mask, st) \
    call(SYS_STATX, dir, NAME(name), flags, mask, (uint64_t)(st), 0)
#define sys_access(name, mode) call(SYS_FACCESSAT, AT_FDCWD, NAME(name), mode, 0, 0, 0)
#define sys_readlink(name, buf, size) \
    call(SYS_READLINKAT, AT_FDCWD, NAME(name), (uint64_t)(buf), size, 0, 0)
#define sys_mkdir(name, mode) call(SYS_MKDIRAT, AT_FDCWD, NAME(name), mode, 0, 0, 0)
#define sys_unlinkat(dir, name, flags) call(SYS_UNLINKAT, dir, NAME(name), flags, 0, 0, 0)
#define sys_unlink(name) sys_unlinkat(AT_FDCWD, name, 0)
#define sys_rmdir(name) sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR)
#define sys_link(old, new) call(SYS_LINKAT, AT_FDCWD, NAME(old), AT_FDCWD, NAME(new), 0)
#define sys_rename(old, new) call(SYS_RENAMEAT, AT_FDCWD, NAME(old), AT_FDCWD, NAME(new), 0)
#define sys_chdir(name) call(SYS_CHDIR, (uint64_t)(name), 0, 0, 0, 0, 0, 0)
#define sys_getcwd(buf, size) call(SYS_GETCWD, (uint64_t)(buf), size, 0, 0, 0, 0, 0)

#endif
