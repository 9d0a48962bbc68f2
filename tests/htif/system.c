/*
 * What picolibc leaves to the system, by HTIF: the functions of POSIX below its stdio, and
 * what comes before main() and behind it. Any C program linked with this and crt.S runs by itself,
 * or, compiled with PK, on riscv-pk.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio-bufio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT_CWD (-100)

int main(int argc, char **argv, char **envp);
void start_c(const uint64_t *sp);

#ifdef PK
static int64_t call(uint64_t number, const uint64_t args[7])
{
    register uint64_t a0 asm("a0") = args[0];
    register uint64_t a1 asm("a1") = args[1];
    register uint64_t a2 asm("a2") = args[2];
    register uint64_t a3 asm("a3") = args[3];
    register uint64_t a4 asm("a4") = args[4];
    register uint64_t a7 asm("a7") = number;

    asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a7) : "memory");
    return a0;
}

#define NAME(name) (uintptr_t)(name)
#else
extern volatile uint64_t tohost, fromhost;

static int64_t call(uint64_t number, const uint64_t args[7])
{
    volatile uint64_t block[8] = { number };

    for (int i = 0; i < 7; i++) {
        block[1 + i] = args[i];
    }
    __sync_synchronize();
    tohost = (uintptr_t)block;
    while (fromhost == 0) {
    }
    fromhost = 0;
    __sync_synchronize();
    return block[0];
}

#define NAME(name) (uintptr_t)(name), strlen(name) + 1
#endif

#define CALL(number, ...) call(number, (const uint64_t[7]) { __VA_ARGS__ })

/* Linux's numbers above 34 are not picolibc's. */
static int64_t result_of(int64_t result)
{
    static const struct {
        short host;
        short error;
    } others[] = { { 36, ENAMETOOLONG }, { 38, ENOSYS }, { 39, ENOTEMPTY }, { 40, ELOOP } };

    if (result >= 0) {
        return result;
    }
    errno = -result;
    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (others[i].host == -result) {
            errno = others[i].error;
        }
    }
    return -1;
}

/* ---- Files ---- */

int open(const char *name, int flags, ...)
{
    int host = (flags & (O_ACCMODE | O_APPEND | O_CREAT | O_TRUNC)) | (flags & O_EXCL ? 0x80 : 0);
    va_list ap;
    int mode;

    va_start(ap, flags);
    mode = flags & O_CREAT ? va_arg(ap, int) : 0;
    va_end(ap);
    return result_of(CALL(56, AT_CWD, NAME(name), host, mode));
}

int close(int fd)
{
    return result_of(CALL(57, fd));
}

ssize_t read(int fd, void *data, size_t size)
{
    return result_of(CALL(63, fd, (uintptr_t)data, size));
}

ssize_t write(int fd, const void *data, size_t size)
{
    return result_of(CALL(64, fd, (uintptr_t)data, size));
}

off_t lseek(int fd, off_t offset, int whence)
{
    return result_of(CALL(62, fd, offset, whence));
}

int stat(const char *name, struct stat *st)
{
    uint64_t host[16];
    int64_t result = result_of(CALL(79, AT_CWD, NAME(name), (uintptr_t)host, 0));

    if (result == 0) {
        *st = (struct stat) { .st_mode = (uint32_t)host[2], .st_size = host[6] };
    }
    return result;
}

int unlink(const char *name)
{
    return result_of(CALL(35, AT_CWD, NAME(name), 0));
}

int rename(const char *old, const char *new)
{
    return result_of(CALL(38, AT_CWD, NAME(old), AT_CWD, NAME(new)));
}

int mkdir(const char *name, mode_t mode)
{
    return result_of(CALL(34, AT_CWD, NAME(name), mode));
}

int rmdir(const char *name)
{
    return result_of(CALL(35, AT_CWD, NAME(name), 0x200));
}

int chdir(const char *name)
{
    return result_of(CALL(49, (uintptr_t)name));
}

char *getcwd(char *name, size_t size)
{
    return result_of(CALL(17, (uintptr_t)name, size)) < 0 ? NULL : name;
}

/* ---- The standard files ---- */

#define STANDARD_FILE(name, fd, flag, flags)                                                     \
    static char name##_buffer[512];                                                              \
    static struct __file_bufio name##_file =                                                     \
        FDEV_SETUP_BUFIO(fd, name##_buffer, sizeof(name##_buffer), read, write, lseek, close, flag, \
                         flags);                                                                 \
    FILE *const name = &name##_file.xfile.cfile.file;

STANDARD_FILE(stdin, 0, __SRD, 0)
STANDARD_FILE(stdout, 1, __SWR, __BLBF)
STANDARD_FILE(stderr, 2, __SWR, __BLBF)

/* ---- The program ---- */

void _exit(int status)
{
    CALL(93, status);
    for (;;) {
    }
}

void start_c(const uint64_t *sp)
{
#ifndef PK
    static uint64_t vars[512];

    sp = vars;
    if (CALL(2011, (uintptr_t)vars, sizeof(vars)) < 0) {
        _exit(126);
    }
#endif
    exit(main((int)sp[0], (char **)&sp[1], (char **)&sp[2 + (int)sp[0]]));
}
