/*
 * HTIF's system calls, as the front-end server of Berkeley's simulators serves them to riscv-pk and
 * to programs of their own.
 *
 * Numbers, flags and structures are Linux's for RISC-V, and so are errors, which happen to be the
 * host's. Unlike Linux's, most names come with their size, NUL included. Addresses are physical.
 * What does not belong here: which files there are (htif-files.c).
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* struct statx */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "htif-files.h"
#include "htif-internal.h"
#include "util/bits.h"
#include "util/log.h"

/* Bytes that one call reads or writes at most, as the machine stands still meanwhile. */
#define MAX_TRANSFER (16 * MiB)
/* How much of it at a time: what is not all in memory is not written at all. */
#define CHUNK 4096

#define NUM_ARGS 7
/* Instead of a result: there is none yet, or never. */
#define NO_RESULT INT64_MIN

typedef struct Call {
    uint64_t block; /* its address */
    uint64_t args[NUM_ARGS];
} Call;

G_STATIC_ASSERT(G_BYTE_ORDER ==
                G_LITTLE_ENDIAN); /* the structures below go to the guest as they are */

/* What stat() and its kin return. */
typedef struct GuestStat {
    uint64_t dev;
    uint64_t ino;
    uint32_t mode;
    uint32_t nlink;
    uint32_t uid;
    uint32_t gid;
    uint64_t rdev;
    uint64_t pad1;
    uint64_t size;
    uint32_t blksize;
    uint32_t pad2;
    uint64_t blocks;
    struct {
        uint64_t sec;
        uint64_t nsec;
    } atime, mtime, ctime;
    uint32_t pad3[2];
} GuestStat;
G_STATIC_ASSERT(sizeof(GuestStat) == 128);

/* What statx() returns is the same on all machines. */
G_STATIC_ASSERT(sizeof(struct statx) == 256);

/* ---- The guest's memory ---- */

static int64_t put_guest(HTIFState *s, uint64_t addr, const void *data, size_t size, int64_t result)
{
    return address_space_write(s->as, addr, data, size) == MEMTX_OK ? result : -EFAULT;
}

/*
 * A name at `addr`, of at most `size` bytes, with NUL or without; 0 or minus errno. Nothing is read
 * far behind its end, where there may be no memory.
 */
static int get_name(HTIFState *s, uint64_t addr, uint64_t size, char name[HTIF_PATH_MAX])
{
    size_t done = 0;

    while (done < size && done < HTIF_PATH_MAX) {
        size_t n = MIN(64 - (addr + done) % 64, MIN(size, HTIF_PATH_MAX) - done);

        if (address_space_read(s->as, addr + done, name + done, n) != MEMTX_OK) {
            return -EFAULT;
        }
        if (memchr(name + done, 0, n)) {
            return 0;
        }
        done += n;
    }
    if (done >= HTIF_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    name[done] = 0;
    return 0;
}

/* ---- Reading and writing ---- */

/* The next chunk's bytes, or minus errno. At `offset`, or at the file's own position (-1). */
static int64_t read_chunk(HTIFState *s, int fd, uint64_t addr, size_t size, int64_t offset)
{
    uint8_t chunk[CHUNK];
    ssize_t n;

    if (!address_space_ram_ptr(s->as, addr, size, true)) {
        return -EFAULT; /* before the position moves */
    }
    n = offset < 0 ? read(fd, chunk, size) : pread(fd, chunk, size, offset);
    if (n < 0) {
        return -errno;
    }
    return put_guest(s, addr, chunk, n, n);
}

static int64_t write_chunk(HTIFState *s, int fd, uint64_t addr, size_t size, int64_t offset)
{
    uint8_t chunk[CHUNK];
    ssize_t n;

    if (address_space_read(s->as, addr, chunk, size) != MEMTX_OK) {
        return -EFAULT;
    }
    n = offset < 0 ? write(fd, chunk, size) : pwrite(fd, chunk, size, offset);
    return n < 0 ? -errno : n;
}

/* To one of the console's two outputs, `fd` 0 and 1. */
static int64_t console_chunk(HTIFState *s, int fd, uint64_t addr, size_t size, int64_t offset)
{
    uint8_t chunk[CHUNK];
    bool ok;

    (void)offset;
    if (address_space_read(s->as, addr, chunk, size) != MEMTX_OK) {
        return -EFAULT;
    }
    ok = fd == 0 ? char_frontend_write(&s->console, chunk, size)
                 : char_write_fd(s->error_fd, chunk, size);
    return ok ? (int64_t)size : -errno;
}

typedef int64_t ChunkFn(HTIFState *s, int fd, uint64_t addr, size_t size, int64_t offset);

/* Chunk by chunk, up to one that comes short. An error counts if it comes first. */
static int64_t transfer(HTIFState *s, ChunkFn *fn, int fd, uint64_t addr, uint64_t size,
                        int64_t offset)
{
    uint64_t left = MIN(size, MAX_TRANSFER);
    int64_t done = 0;

    while (left > 0) {
        size_t want = MIN(left, CHUNK);
        int64_t n = fn(s, fd, addr + done, want, offset < 0 ? offset : offset + done);

        if (n < 0) {
            return done ? done : n;
        }
        done += n;
        left -= n;
        if ((size_t)n < want) {
            break;
        }
    }
    return done;
}

/* What is there, when it is there: that may take a while. */
static int64_t read_console(HTIFState *s, const Call *call)
{
    uint64_t len = MIN(call->args[2], HTIF_MAX_READ);

    if (len == 0) {
        return 0;
    }
    if (!address_space_ram_ptr(s->as, call->args[1], len, true)) {
        return -EFAULT;
    }
    htif_queue_read(s, (HTIFRead){ .block = call->block, .buf = call->args[1], .len = len });
    return NO_RESULT;
}

static int64_t sys_read(HTIFState *s, const Call *call)
{
    const HTIFFile *file = htif_file(s->files, call->args[0]);

    switch (file ? file->kind : HTIF_FILE_CLOSED) {
    case HTIF_FILE_INPUT:
        return read_console(s, call);
    case HTIF_FILE_HOST:
        return transfer(s, read_chunk, file->fd, call->args[1], call->args[2], -1);
    default:
        return -EBADF;
    }
}

static int64_t sys_write(HTIFState *s, const Call *call)
{
    const HTIFFile *file = htif_file(s->files, call->args[0]);

    switch (file ? file->kind : HTIF_FILE_CLOSED) {
    case HTIF_FILE_OUTPUT:
        return transfer(s, console_chunk, 0, call->args[1], call->args[2], -1);
    case HTIF_FILE_ERRORS:
        return transfer(s, console_chunk, 1, call->args[1], call->args[2], -1);
    case HTIF_FILE_HOST:
        return transfer(s, write_chunk, file->fd, call->args[1], call->args[2], -1);
    default:
        return -EBADF;
    }
}

/* The host's descriptor of a file that has positions, or minus errno. */
static int seekable(HTIFState *s, uint64_t number)
{
    const HTIFFile *file = htif_file(s->files, number);

    if (!file) {
        return -EBADF;
    }
    return file->kind == HTIF_FILE_HOST ? file->fd : -ESPIPE;
}

static int64_t transfer_at(HTIFState *s, const Call *call, ChunkFn *fn)
{
    int fd = seekable(s, call->args[0]);
    int64_t offset = call->args[3];

    if (fd < 0) {
        return fd;
    }
    return offset < 0 ? -EINVAL : transfer(s, fn, fd, call->args[1], call->args[2], offset);
}

static int64_t sys_pread(HTIFState *s, const Call *call)
{
    return transfer_at(s, call, read_chunk);
}

static int64_t sys_pwrite(HTIFState *s, const Call *call)
{
    return transfer_at(s, call, write_chunk);
}

static int64_t sys_lseek(HTIFState *s, const Call *call)
{
    int fd = seekable(s, call->args[0]);
    off_t position;

    if (fd < 0) {
        return fd;
    }
    position = lseek(fd, call->args[1], call->args[2]);
    return position < 0 ? -errno : position;
}

static int64_t sys_ftruncate(HTIFState *s, const Call *call)
{
    int fd = seekable(s, call->args[0]);

    if (fd < 0) {
        return fd == -ESPIPE ? -EINVAL : fd;
    }
    return ftruncate(fd, call->args[1]) < 0 ? -errno : 0;
}

/* ---- Descriptors ---- */

static int64_t sys_openat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[1], call->args[2], name);

    return error ? error
                 : htif_file_open(s->files, call->args[0], name, call->args[3], call->args[4]);
}

static int64_t sys_close(HTIFState *s, const Call *call)
{
    return htif_file_close(s->files, call->args[0]);
}

static int64_t sys_fcntl(HTIFState *s, const Call *call)
{
    return htif_file_control(s->files, call->args[0], call->args[1], call->args[2]);
}

/* ---- What is known of a file ---- */

static uint64_t device_number(unsigned major, unsigned minor)
{
    return (major & 0xfff) << 8 | (minor & 0xff) | (uint64_t)(minor & ~0xffu) << 12 |
           (uint64_t)(major & ~0xfffu) << 32;
}

static int64_t put_stat(HTIFState *s, uint64_t addr, const struct statx *st)
{
    GuestStat guest = {
        .dev = device_number(st->stx_dev_major, st->stx_dev_minor),
        .ino = st->stx_ino,
        .mode = st->stx_mode,
        .nlink = st->stx_nlink,
        .uid = st->stx_uid,
        .gid = st->stx_gid,
        .rdev = device_number(st->stx_rdev_major, st->stx_rdev_minor),
        .size = st->stx_size,
        .blksize = st->stx_blksize,
        .blocks = st->stx_blocks,
        .atime = { st->stx_atime.tv_sec, st->stx_atime.tv_nsec },
        .mtime = { st->stx_mtime.tv_sec, st->stx_mtime.tv_nsec },
        .ctime = { st->stx_ctime.tv_sec, st->stx_ctime.tv_nsec },
    };

    return put_guest(s, addr, &guest, sizeof(guest), 0);
}

static int64_t stat_name(HTIFState *s, int dirfd, const char *name, int flags, uint64_t addr)
{
    struct statx st;
    int64_t result = htif_file_stat(s->files, dirfd, name, flags, STATX_BASIC_STATS, &st);

    return result < 0 ? result : put_stat(s, addr, &st);
}

static int64_t sys_fstat(HTIFState *s, const Call *call)
{
    return htif_file(s->files, call->args[0])
               ? stat_name(s, call->args[0], "", GUEST_AT_EMPTY_PATH, call->args[1])
               : -EBADF;
}

static int64_t sys_fstatat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[1], call->args[2], name);

    return error ? error : stat_name(s, call->args[0], name, call->args[4], call->args[3]);
}

static int64_t sys_lstat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[0], call->args[1], name);

    return error ? error
                 : stat_name(s, GUEST_AT_FDCWD, name, GUEST_AT_SYMLINK_NOFOLLOW, call->args[2]);
}

static int64_t sys_statx(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    struct statx st;
    int64_t result = get_name(s, call->args[1], call->args[2], name);

    if (result == 0) {
        result = htif_file_stat(s->files, call->args[0], name, call->args[3], call->args[4], &st);
    }
    return result < 0 ? result : put_guest(s, call->args[5], &st, sizeof(st), 0);
}

static int64_t sys_faccessat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[1], call->args[2], name);

    return error ? error : htif_file_access(s->files, call->args[0], name, call->args[3]);
}

static int64_t sys_readlinkat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    char text[HTIF_PATH_MAX];
    int64_t result = get_name(s, call->args[1], call->args[2], name);

    if (result == 0) {
        result = htif_file_read_link(s->files, call->args[0], name, text,
                                     MIN(call->args[4], sizeof(text)));
    }
    return result < 0 ? result : put_guest(s, call->args[3], text, result, result);
}

/* ---- Directories ---- */

static int64_t sys_mkdirat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[1], call->args[2], name);

    return error ? error : htif_file_make_directory(s->files, call->args[0], name, call->args[3]);
}

static int64_t sys_unlinkat(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[1], call->args[2], name);

    return error ? error : htif_file_unlink(s->files, call->args[0], name, call->args[3]);
}

/* The two names of a link or a rename: arguments 1 and 2, 4 and 5. */
static int get_names(HTIFState *s, const Call *call, char old_name[HTIF_PATH_MAX],
                     char new_name[HTIF_PATH_MAX])
{
    int error = get_name(s, call->args[1], call->args[2], old_name);

    return error ? error : get_name(s, call->args[4], call->args[5], new_name);
}

static int64_t sys_linkat(HTIFState *s, const Call *call)
{
    char old_name[HTIF_PATH_MAX];
    char new_name[HTIF_PATH_MAX];
    int error = get_names(s, call, old_name, new_name);

    return error ? error
                 : htif_file_link(s->files, call->args[0], old_name, call->args[3], new_name,
                                  call->args[6]);
}

static int64_t sys_renameat(HTIFState *s, const Call *call)
{
    char old_name[HTIF_PATH_MAX];
    char new_name[HTIF_PATH_MAX];
    int error = get_names(s, call, old_name, new_name);

    return error ? error
                 : htif_file_rename(s->files, call->args[0], old_name, call->args[3], new_name);
}

/* The only name without its size. */
static int64_t sys_chdir(HTIFState *s, const Call *call)
{
    char name[HTIF_PATH_MAX];
    int error = get_name(s, call->args[0], HTIF_PATH_MAX, name);

    return error ? error : htif_file_change_directory(s->files, name);
}

static int64_t sys_getcwd(HTIFState *s, const Call *call)
{
    char path[HTIF_PATH_MAX];
    int64_t size = htif_file_working_directory(s->files, path);

    if (size < 0) {
        return size;
    }
    return (uint64_t)size > call->args[1] ? -ERANGE : put_guest(s, call->args[0], path, size, size);
}

/* ---- The program ---- */

static int64_t sys_exit(HTIFState *s, const Call *call)
{
    int32_t status = call->args[0];

    /* A negative one is what a shell would see of it, unless that were success. */
    htif_end_program(s, status >= 0 ? status : (status & 0xff) ? status & 0xff : 255, true);
    return NO_RESULT;
}

/*
 * argc, argv[] with a null pointer behind it, and one more for an empty environment, all of them
 * doublewords; then the arguments themselves.
 */
static int64_t sys_getmainvars(HTIFState *s, const Call *call)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    uint64_t argc = s->arguments ? g_strv_length(s->arguments) : 0;
    uint64_t next = call->args[0] + (argc + 3) * sizeof(uint64_t);
    const uint64_t ends[2] = { 0, 0 };

    g_byte_array_append(bytes, (const uint8_t *)&argc, sizeof(argc));
    for (uint64_t i = 0; i < argc; i++) {
        g_byte_array_append(bytes, (const uint8_t *)&next, sizeof(next));
        next += strlen(s->arguments[i]) + 1;
    }
    g_byte_array_append(bytes, (const uint8_t *)ends, sizeof(ends));
    for (uint64_t i = 0; i < argc; i++) {
        g_byte_array_append(bytes, (const uint8_t *)s->arguments[i], strlen(s->arguments[i]) + 1);
    }
    return bytes->len > call->args[1] ? -ENOMEM
                                      : put_guest(s, call->args[0], bytes->data, bytes->len, 0);
}

/* ---- The table ---- */

static const struct {
    unsigned number;
    const char *name;
    int64_t (*fn)(HTIFState *s, const Call *call);
} calls[] = {
    { 17, "getcwd", sys_getcwd },
    { 25, "fcntl", sys_fcntl },
    { 34, "mkdirat", sys_mkdirat },
    { 35, "unlinkat", sys_unlinkat },
    { 37, "linkat", sys_linkat },
    { 38, "renameat", sys_renameat },
    { 46, "ftruncate", sys_ftruncate },
    { 48, "faccessat", sys_faccessat },
    { 49, "chdir", sys_chdir },
    { 56, "openat", sys_openat },
    { 57, "close", sys_close },
    { 62, "lseek", sys_lseek },
    { 63, "read", sys_read },
    { 64, "write", sys_write },
    { 67, "pread", sys_pread },
    { 68, "pwrite", sys_pwrite },
    { 78, "readlinkat", sys_readlinkat },
    { 79, "fstatat", sys_fstatat },
    { 80, "fstat", sys_fstat },
    { 93, "exit", sys_exit },
    { 291, "statx", sys_statx },
    { 1039, "lstat", sys_lstat },
    { 2011, "getmainvars", sys_getmainvars },
};

static int64_t call_number(HTIFState *s, uint64_t number, const Call *call)
{
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (calls[i].number == number) {
            return calls[i].fn(s, call);
        }
    }
    log_mask(LOG_UNIMP, "htif: system call %" PRIu64 " is not implemented\n", number);
    return -ENOSYS;
}

/* The answer's device, command and payload, all in all. */
#define SYSCALL_ANSWER 1

void htif_finish_syscall(HTIFState *s, uint64_t block, int64_t result)
{
    put_guest(s, block, &result, sizeof(result), 0);
    htif_answer(s, SYSCALL_ANSWER);
}

void htif_do_syscall(HTIFState *s, uint64_t block)
{
    Call call = { .block = block };
    uint64_t words[1 + NUM_ARGS];
    int64_t result;

    if (address_space_read(s->as, block, words, sizeof(words)) != MEMTX_OK) {
        log_mask(LOG_GUEST_ERROR, "htif: no memory for a system call at 0x%" PRIx64 "\n", block);
        htif_answer(s, SYSCALL_ANSWER);
        return;
    }
    memcpy(call.args, words + 1, sizeof(call.args));
    result = call_number(s, words[0], &call);
    if (result != NO_RESULT) {
        htif_finish_syscall(s, block, result);
    }
}
