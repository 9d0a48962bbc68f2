/*
 * System calls for files, each with what it does and what it refuses, in the folder that run.py
 * --folder makes: text (a line), sub/inner, links to them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call.h"

#define TEXT "a line of text\n"

static char buffer[8192];
static struct stat st;

static void read_and_seek(void)
{
    int64_t fd = sys_open("text", O_RDONLY);

    CHECK_EQ(fd, 3);
    CHECK_EQ(sys_read(fd, buffer, sizeof(buffer)), sizeof(TEXT) - 1);
    CHECK(same(buffer, TEXT, sizeof(TEXT) - 1));
    CHECK_EQ(sys_read(fd, buffer, sizeof(buffer)), 0);
    CHECK_EQ(sys_lseek(fd, 2, 0), 2);
    CHECK_EQ(sys_read(fd, buffer, 4), 4);
    CHECK(same(buffer, "line", 4));
    CHECK_EQ(sys_lseek(fd, -5, 1), 1);
    CHECK_EQ(sys_lseek(fd, 0, 2), sizeof(TEXT) - 1);
    CHECK_EQ(sys_lseek(fd, -100, 0), -EINVAL);
    CHECK_EQ(sys_lseek(fd, 0, 99), -EINVAL);
    CHECK_EQ(sys_pread(fd, buffer, 4, 10), 4);
    CHECK(same(buffer, "text", 4));
    CHECK_EQ(sys_pread(fd, buffer, 4, -1), -EINVAL);
    CHECK_EQ(sys_pread(fd, buffer, 4, 1000), 0);
    CHECK_EQ(sys_lseek(fd, 0, 1), sizeof(TEXT) - 1);
    CHECK_EQ(sys_write(fd, "x", 1), -EBADF);
    CHECK_EQ(sys_ftruncate(fd, 0), -EINVAL);
    CHECK_EQ(sys_close(fd), 0);
    CHECK_EQ(sys_close(fd), -EBADF);
    CHECK_EQ(sys_read(fd, buffer, 1), -EBADF);
}

/* An address without memory gets nothing, and moves nothing. */
static void addresses(void)
{
    int64_t fd = sys_open("text", O_RDWR);

    CHECK_EQ(call(SYS_READ, fd, 0x10, 4, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_READ, fd, -2ul, 4, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_WRITE, fd, 0x10, 4, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(sys_lseek(fd, 0, 1), 0);
    CHECK_EQ(call(SYS_FSTAT, fd, 0x10, 0, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_OPENAT, AT_FDCWD, 0x10, 5, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_OPENAT, AT_FDCWD, -1ul, 5, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_CHDIR, 0x10, 0, 0, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_GETCWD, 0x10, 100, 0, 0, 0, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_READLINKAT, AT_FDCWD, NAME("link"), 0x10, 100, 0, 0), -EFAULT);
    CHECK_EQ(call(SYS_STATX, AT_FDCWD, NAME("text"), 0, 0xfff, 0x10, 0), -EFAULT);
    CHECK_EQ(sys_close(fd), 0);
}

static void create_and_write(void)
{
    int64_t fd = sys_open("new", O_RDWR | O_CREAT | O_EXCL);

    CHECK_EQ(fd, 3);
    CHECK_EQ(sys_open("new", O_RDWR | O_CREAT | O_EXCL), -EEXIST);
    CHECK_EQ(sys_write(fd, "0123456789", 10), 10);
    CHECK_EQ(sys_pwrite(fd, "ab", 2, 4), 2);
    CHECK_EQ(sys_pwrite(fd, "ab", 2, -4), -EINVAL);
    CHECK_EQ(sys_lseek(fd, 0, 0), 0);
    CHECK_EQ(sys_read(fd, buffer, 100), 10);
    CHECK(same(buffer, "0123ab6789", 10));
    CHECK_EQ(sys_ftruncate(fd, 3), 0);
    CHECK_EQ(sys_ftruncate(fd, -3), -EINVAL);
    CHECK_EQ(sys_fstat(fd, &st), 0);
    CHECK_EQ(st.size, 3);
    CHECK_EQ(sys_close(fd), 0);

    fd = sys_open("new", O_WRONLY | O_APPEND);
    CHECK_EQ(sys_write(fd, "end", 3), 3);
    CHECK_EQ(sys_read(fd, buffer, 3), -EBADF);
    CHECK_EQ(sys_lseek(fd, 0, 1), 6);
    CHECK_EQ(sys_close(fd), 0);
    fd = sys_open("new", O_RDWR | O_TRUNC | O_CREAT);
    CHECK_EQ(sys_lseek(fd, 0, 2), 0);
    CHECK_EQ(sys_close(fd), 0);
    CHECK_EQ(sys_unlink("new"), 0);
    CHECK_EQ(sys_unlink("new"), -ENOENT);
    CHECK_EQ(sys_open("new", O_RDONLY), -ENOENT);
}

/* More than what goes at a time. */
static void large(void)
{
    static char data[100000];
    int64_t fd = sys_open("large", O_RDWR | O_CREAT);

    for (unsigned i = 0; i < sizeof(data); i++) {
        data[i] = i * 7 + i / 251;
    }
    CHECK_EQ(sys_write(fd, data, sizeof(data)), sizeof(data));
    CHECK_EQ(sys_pread(fd, data, sizeof(data) - 1, 1), sizeof(data) - 1);
    for (unsigned i = 0; i + 1 < sizeof(data); i++) {
        CHECK_EQ(data[i], (char)((i + 1) * 7 + (i + 1) / 251));
    }
    CHECK_EQ(sys_pread(fd, data, sizeof(data), 99999), 1);
    CHECK_EQ(sys_close(fd), 0);
    CHECK_EQ(sys_unlink("large"), 0);
}

static void flags(void)
{
    int64_t fd = sys_open("text", O_RDWR | O_CLOEXEC);

    CHECK_EQ(sys_fcntl(fd, F_GETFD, 0), 1);
    CHECK_EQ(sys_fcntl(fd, F_SETFD, 0), 0);
    CHECK_EQ(sys_fcntl(fd, F_GETFD, 0), 0);
    CHECK_EQ(sys_fcntl(fd, F_GETFL, 0), O_RDWR);
    CHECK_EQ(sys_fcntl(fd, F_SETFL, O_APPEND | O_TRUNC), 0);
    CHECK_EQ(sys_fcntl(fd, F_GETFL, 0), O_RDWR | O_APPEND);
    CHECK_EQ(sys_fcntl(fd, 77, 0), -EINVAL);
    CHECK_EQ(sys_fcntl(99, F_GETFL, 0), -EBADF);
    CHECK_EQ(sys_fcntl(0, F_GETFL, 0), O_RDONLY);
    CHECK_EQ(sys_fcntl(1, F_GETFL, 0), O_WRONLY);
    CHECK_EQ(sys_close(fd), 0);
    CHECK_EQ(sys_open("text", 3), -EINVAL);
    CHECK_EQ(sys_open("text", O_PATH), -EINVAL);
    CHECK_EQ(sys_open("sub", O_RDWR), -EISDIR);
    CHECK_EQ(sys_open("text", O_RDONLY | O_DIRECTORY), -ENOTDIR);
}

static void status(void)
{
    static uint32_t stx[64];
    int64_t fd = sys_open("text", O_RDONLY);

    CHECK_EQ(sys_fstat(fd, &st), 0);
    CHECK_EQ(st.mode, S_IFREG | 0644);
    CHECK_EQ(st.size, sizeof(TEXT) - 1);
    CHECK_EQ(st.nlink, 1);
    CHECK_EQ(st.mtime, 86400);
    CHECK_EQ(st.mtime_nsec, 5);
    CHECK_EQ(sys_fstatat(fd, "", &st, AT_EMPTY_PATH), 0);
    CHECK_EQ(st.size, sizeof(TEXT) - 1);
    CHECK_EQ(sys_fstatat(fd, "", &st, 0), -ENOENT);
    CHECK_EQ(sys_fstatat(fd, "x", &st, 0), -ENOTDIR);
    CHECK_EQ(sys_close(fd), 0);
    CHECK_EQ(sys_fstat(fd, &st), -EBADF);
    CHECK_EQ(sys_fstat(AT_FDCWD, &st), -EBADF);

    CHECK_EQ(sys_fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH), 0);
    CHECK_EQ(st.mode & S_IFMT, S_IFDIR);
    CHECK_EQ(sys_fstatat(AT_FDCWD, "link", &st, 0), 0);
    CHECK_EQ(st.mode & S_IFMT, S_IFREG);
    CHECK_EQ(sys_fstatat(AT_FDCWD, "link", &st, AT_SYMLINK_NOFOLLOW), 0);
    CHECK_EQ(st.mode & S_IFMT, S_IFLNK);
    CHECK_EQ(sys_fstatat(AT_FDCWD, "link", &st, 0x8000), -EINVAL);
    CHECK_EQ(sys_lstat("link", &st), 0);
    CHECK_EQ(st.mode & S_IFMT, S_IFLNK);
    CHECK_EQ(sys_lstat("none", &st), -ENOENT);

    CHECK_EQ(sys_statx(AT_FDCWD, "text", 0, 0x7ff, stx), 0);
    CHECK_EQ(stx[0] & 0x7ff, 0x7ff);
    CHECK_EQ(*(uint16_t *)&stx[7], S_IFREG | 0644);
    CHECK_EQ(stx[10], sizeof(TEXT) - 1);
    CHECK_EQ(stx[28], 86400);
    CHECK_EQ(sys_statx(AT_FDCWD, "none", 0, 0x7ff, stx), -ENOENT);
    CHECK_EQ(sys_statx(1, "", AT_EMPTY_PATH, 0x7ff, stx), 0);
    CHECK_EQ(*(uint16_t *)&stx[7] & S_IFMT, S_IFCHR);
}

static void console(void)
{
    for (unsigned fd = 0; fd < 3; fd++) {
        CHECK_EQ(sys_fstat(fd, &st), 0);
        CHECK_EQ(st.mode & S_IFMT, S_IFCHR);
        CHECK_EQ(st.size, 0);
        CHECK_EQ(sys_lseek(fd, 0, 0), -ESPIPE);
        CHECK_EQ(sys_pread(fd, buffer, 1, 0), -ESPIPE);
        CHECK_EQ(sys_pwrite(fd, buffer, 1, 0), -ESPIPE);
        CHECK_EQ(sys_ftruncate(fd, 0), -EINVAL);
        CHECK_EQ(sys_openat(fd, "text", O_RDONLY, 0), -ENOTDIR);
    }
    CHECK_EQ(sys_read(1, buffer, 1), -EBADF);
    CHECK_EQ(sys_write(0, buffer, 1), -EBADF);
    CHECK_EQ(sys_read(0, buffer, 100), 0); /* its end, and again */
    CHECK_EQ(sys_read(0, buffer, 100), 0);
    /* As programs redirect their output. */
    CHECK_EQ(sys_close(1), 0);
    CHECK_EQ(sys_write(1, "x", 1), -EBADF);
    CHECK_EQ(sys_open("output", O_RDWR | O_CREAT), 1);
    CHECK_EQ(sys_write(1, "output", 6), 6);
    CHECK_EQ(sys_pread(1, buffer, 10, 0), 6);
    CHECK_EQ(sys_unlink("output"), 0);
}

static void rights(void)
{
    CHECK_EQ(sys_access("text", 0), 0);
    CHECK_EQ(sys_access("text", 4), 0);
    CHECK_EQ(sys_access("link", 6), 0);
    CHECK_EQ(sys_access("text", 1), -EACCES);
    CHECK_EQ(sys_access("none", 0), -ENOENT);
    CHECK_EQ(sys_access("text", 8), -EINVAL);
    /* No file can get more than the usual bits. */
    CHECK_EQ(sys_close(sys_openat(AT_FDCWD, "program", O_WRONLY | O_CREAT, 07755)), 0);
    CHECK_EQ(sys_lstat("program", &st), 0);
    CHECK_EQ(st.mode, S_IFREG | 0755);
    CHECK_EQ(sys_mkdir("open", 07777), 0);
    CHECK_EQ(sys_lstat("open", &st), 0);
    CHECK_EQ(st.mode, S_IFDIR | 0755); /* run.py's umask is 022 */
    CHECK_EQ(sys_rmdir("open"), 0);
    CHECK_EQ(sys_unlink("program"), 0);
}

static void links(void)
{
    CHECK_EQ(sys_readlink("link", buffer, 100), 9);
    CHECK(same(buffer, "sub/inner", 9));
    CHECK_EQ(sys_readlink("link", buffer, 3), 3);
    CHECK_EQ(sys_readlink("text", buffer, 100), -EINVAL);
    CHECK_EQ(sys_readlink("none", buffer, 100), -ENOENT);
    CHECK_EQ(sys_open("link", O_RDONLY | O_NOFOLLOW), -ELOOP);
    CHECK_EQ(sys_close(sys_open("link", O_RDONLY)), 0);
    CHECK_EQ(sys_open("around", O_RDONLY), -ELOOP);
    CHECK_EQ(sys_link("text", "second"), 0);
    CHECK_EQ(sys_link("text", "second"), -EEXIST);
    CHECK_EQ(sys_lstat("second", &st), 0);
    CHECK_EQ(st.nlink, 2);
    CHECK_EQ(sys_rename("second", "sub/third"), 0);
    CHECK_EQ(sys_lstat("second", &st), -ENOENT);
    CHECK_EQ(sys_unlink("sub/third"), 0);
    CHECK_EQ(sys_rename("none", "some"), -ENOENT);
    CHECK_EQ(call(SYS_LINKAT, AT_FDCWD, NAME("text"), AT_FDCWD, NAME("x"), 0x400), -EINVAL);
    CHECK_EQ(sys_open("nowhere", O_RDONLY), -ENOENT);
    CHECK_EQ(sys_open("nowhere", O_RDWR | O_CREAT), -EEXIST);
}

static void directories(void)
{
    int64_t sub = sys_open("sub", O_RDONLY | O_DIRECTORY);
    int64_t fd = sys_openat(sub, "inner", O_RDONLY, 0);

    CHECK_EQ(sub, 3);
    CHECK_EQ(fd, 4);
    CHECK_EQ(sys_close(fd), 0);
    fd = sys_openat(sub, "../text", O_RDONLY, 0);
    CHECK_EQ(sys_close(fd), 0);
    CHECK_EQ(sys_close(sub), 0);
    CHECK_EQ(sys_openat(sub, "inner", O_RDONLY, 0), -EBADF);
    CHECK_EQ(sys_openat(-5, "text", O_RDONLY, 0), -EBADF);

    CHECK_EQ(sys_mkdir("sub/deep/", 0777), 0);
    CHECK_EQ(sys_mkdir("sub/deep", 0777), -EEXIST);
    CHECK_EQ(sys_mkdir("none/deep", 0777), -ENOENT);
    CHECK_EQ(sys_unlink("sub/deep"), -EISDIR);
    CHECK_EQ(sys_rmdir("sub"), -ENOTEMPTY);
    CHECK_EQ(sys_rmdir("text"), -ENOTDIR);
    CHECK_EQ(sys_unlink("text/"), -ENOTDIR);
    CHECK_EQ(sys_unlinkat(AT_FDCWD, "text", 1), -EINVAL);

    CHECK_EQ(sys_getcwd(buffer, 100), 2);
    CHECK(same(buffer, "/", 2));
    CHECK_EQ(sys_chdir("text"), -ENOTDIR);
    CHECK_EQ(sys_chdir("none"), -ENOENT);
    CHECK_EQ(sys_chdir("sub/deep"), 0);
    CHECK_EQ(sys_getcwd(buffer, 100), 10);
    CHECK(same(buffer, "/sub/deep", 10));
    CHECK_EQ(sys_getcwd(buffer, 9), -ERANGE);
    CHECK_EQ(sys_chdir(".."), 0);
    CHECK_EQ(sys_lstat("inner", &st), 0);
    CHECK_EQ(sys_rename("/sub/deep", "/elsewhere"), 0);
    CHECK_EQ(sys_chdir("/elsewhere"), 0);
    CHECK_EQ(sys_lstat("../sub/inner", &st), 0);
    CHECK_EQ(sys_chdir("/"), 0);
    CHECK_EQ(sys_rmdir("elsewhere"), 0);

    /* Where we are may be removed: then it has no name, and nothing is there. */
    CHECK_EQ(sys_mkdir("gone", 0777), 0);
    CHECK_EQ(sys_chdir("gone"), 0);
    CHECK_EQ(sys_rmdir("/gone"), 0);
    CHECK_EQ(sys_getcwd(buffer, 100), -ENOENT);
    CHECK_EQ(sys_open("../text", O_RDONLY), -ENOENT);
    CHECK_EQ(sys_fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH), 0);
    CHECK_EQ(st.nlink, 0);
    CHECK_EQ(sys_chdir("/"), 0);
}

static void names(void)
{
    static char name[5000];

    CHECK_EQ(call(SYS_OPENAT, AT_FDCWD, (uint64_t) "text!", 4, 0, 0, 0, 0), 3); /* no NUL */
    CHECK_EQ(call(SYS_CLOSE, 3, 0, 0, 0, 0, 0, 0), 0);
    CHECK_EQ(sys_open("", O_RDONLY), -ENOENT);
    CHECK_EQ(call(SYS_OPENAT, AT_FDCWD, (uint64_t) "text", 0, 0, 0, 0, 0), -ENOENT);
    for (unsigned i = 0; i < sizeof(name) - 1; i++) {
        name[i] = 'x';
    }
    CHECK_EQ(sys_open(name, O_RDONLY), -ENAMETOOLONG);
    CHECK_EQ(call(SYS_OPENAT, AT_FDCWD, (uint64_t)name, -1ul, 0, 0, 0, 0), -ENAMETOOLONG);
    name[300] = 0;
    CHECK_EQ(sys_open(name, O_RDWR | O_CREAT), -ENAMETOOLONG);
}

/* There is an end to descriptors, and what is closed can be had again. */
static void many(void)
{
    int64_t fd;
    int64_t last = 0;

    while ((fd = sys_open("text", O_RDONLY)) >= 0) {
        last = fd;
    }
    CHECK_EQ(fd, -EMFILE);
    CHECK_EQ(last, 127);
    CHECK_EQ(sys_close(77), 0);
    CHECK_EQ(sys_open("text", O_RDONLY), 77);
    for (fd = 3; fd <= last; fd++) {
        CHECK_EQ(sys_close(fd), 0);
    }
}

int main(void)
{
    read_and_seek();
    addresses();
    create_and_write();
    large();
    flags();
    status();
    rights();
    links();
    directories();
    names();
    many();
    console();
    CHECK_EQ(call(9999, 0, 0, 0, 0, 0, 0, 0), -ENOSYS);
    return 0;
}
