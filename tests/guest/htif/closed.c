/*
 * No folder is opened: there are no files, wherever the program looks; the console is there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call.h"

int main(void)
{
    static const char *const names[] = { "closed.c",       "/",        ".", "..", "/etc/passwd",
                                         "/proc/self/exe", "/dev/null" };
    static char buffer[100];
    static struct stat st;

    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        CHECK_EQ(sys_open(names[i], O_RDONLY), -EACCES);
        CHECK_EQ(sys_open(names[i], O_RDWR | O_CREAT), -EACCES);
        CHECK_EQ(sys_lstat(names[i], &st), -EACCES);
        CHECK_EQ(sys_access(names[i], 0), -EACCES);
        CHECK_EQ(sys_readlink(names[i], buffer, sizeof(buffer)), -EACCES);
        CHECK_EQ(sys_mkdir(names[i], 0777), -EACCES);
        CHECK_EQ(sys_unlink(names[i]), -EACCES);
        CHECK_EQ(sys_rename(names[i], "x"), -EACCES);
        CHECK_EQ(sys_link(names[i], "x"), -EACCES);
        CHECK_EQ(sys_chdir(names[i]), -EACCES);
    }
    CHECK_EQ(sys_fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH), -EBADF);
    CHECK_EQ(sys_getcwd(buffer, sizeof(buffer)), 2);
    CHECK_EQ(sys_fstat(1, &st), 0);
    CHECK_EQ(sys_read(0, buffer, sizeof(buffer)), 0);
    CHECK_EQ(sys_write(1, "written\n", 8), 8);
    return 0;
}
