/*
 * The files that a program's system calls reach: a folder of the host, if one is opened to the
 * guest, and nothing outside it. With what the guest calls its descriptors.
 *
 * Functions that return int64_t or int give what the system call returns to the guest: its result,
 * or minus an errno value of Linux. Names are the guest's, `dirfd` and `number` its descriptors.
 * What does not belong here: the guest's memory and registers (htif-syscall.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HTIF_FILES_H
#define HTIF_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/* Linux's numbers, for RISC-V as for most machines. */
#define GUEST_AT_FDCWD (-100)
#define GUEST_AT_SYMLINK_NOFOLLOW 0x100
#define GUEST_AT_REMOVEDIR 0x200
#define GUEST_AT_EMPTY_PATH 0x1000

/* Bytes of a name with its NUL. */
#define HTIF_PATH_MAX 4096
/* Descriptors that a guest can have open at a time. */
#define HTIF_MAX_FILES 128

struct statx;

typedef enum HTIFFileKind {
    HTIF_FILE_CLOSED,
    HTIF_FILE_INPUT,  /* the console's: 0 */
    HTIF_FILE_OUTPUT, /* 1 */
    HTIF_FILE_ERRORS, /* 2 */
    HTIF_FILE_HOST,   /* a regular file or a folder */
} HTIFFileKind;

typedef struct HTIFFile {
    HTIFFileKind kind;
    int fd;       /* HTIF_FILE_HOST: the host's number */
    int flags;    /* access mode and O_APPEND, O_NONBLOCK, as the guest has them */
    int fd_flags; /* FD_CLOEXEC; the guest's own business */
} HTIFFile;

typedef struct HTIFFiles HTIFFiles;

/*
 * The folder `root`, NULL or empty for none; an error where it cannot be opened, or this host
 * cannot keep a guest inside it. Then as after a reset.
 */
HTIFFiles *htif_files_new(const char *root, bool read_only, Error **errp);
void htif_files_free(HTIFFiles *files); /* NULL is fine */
/* The console's three descriptors are open, and the folder is the working directory. */
void htif_files_reset(HTIFFiles *files);

/* NULL: no such descriptor is open. */
HTIFFile *htif_file(HTIFFiles *files, uint64_t number);

int64_t htif_file_open(HTIFFiles *files, int dirfd, const char *name, int flags, unsigned mode);
int64_t htif_file_close(HTIFFiles *files, uint64_t number);
int64_t htif_file_control(HTIFFiles *files, uint64_t number, int command, uint64_t arg);

/* Of a name, or with GUEST_AT_EMPTY_PATH and no name of the descriptor. */
int64_t htif_file_stat(HTIFFiles *files, int dirfd, const char *name, int flags, unsigned mask,
                       struct statx *st);
int64_t htif_file_access(HTIFFiles *files, int dirfd, const char *name, int mode);
/* Not terminated; the result is its length. */
int64_t htif_file_read_link(HTIFFiles *files, int dirfd, const char *name, char *text, size_t size);

int64_t htif_file_make_directory(HTIFFiles *files, int dirfd, const char *name, unsigned mode);
int64_t htif_file_unlink(HTIFFiles *files, int dirfd, const char *name, int flags);
int64_t htif_file_link(HTIFFiles *files, int old_dirfd, const char *old_name, int new_dirfd,
                       const char *new_name, int flags);
int64_t htif_file_rename(HTIFFiles *files, int old_dirfd, const char *old_name, int new_dirfd,
                         const char *new_name);

int64_t htif_file_change_directory(HTIFFiles *files, const char *name);
/* The working directory, from the folder on, with a slash in front; the result is its size. */
int64_t htif_file_working_directory(HTIFFiles *files, char path[HTIF_PATH_MAX]);

#endif
