/*
 * A folder that is opened for reading (htif-ro=on): what would change it is refused, with that
 * error and no other.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call.h"

int main(void)
{
    static char buffer[100];
    struct stat st;
    int64_t fd = sys_open("text", O_RDONLY);

    CHECK_EQ(fd, 3);
    CHECK_EQ(sys_read(fd, buffer, sizeof(buffer)), 15);
    CHECK_EQ(sys_ftruncate(fd, 0), -EINVAL);
    CHECK_EQ(sys_write(fd, "x", 1), -EBADF);
    CHECK_EQ(sys_pwrite(fd, "x", 1, 0), -EBADF);
    CHECK_EQ(sys_open("text", O_WRONLY), -EROFS);
    CHECK_EQ(sys_open("text", O_RDWR), -EROFS);
    CHECK_EQ(sys_open("text", O_RDONLY | O_TRUNC), -EROFS);
    CHECK_EQ(sys_open("text", O_RDONLY | O_CREAT), 4);
    CHECK_EQ(sys_open("new", O_RDONLY | O_CREAT), -EROFS);
    CHECK_EQ(sys_open("new", O_RDWR | O_CREAT), -EROFS);
    CHECK_EQ(sys_mkdir("new", 0777), -EROFS);
    CHECK_EQ(sys_unlink("text"), -EROFS);
    CHECK_EQ(sys_rmdir("sub"), -EROFS);
    CHECK_EQ(sys_link("text", "new"), -EROFS);
    CHECK_EQ(sys_rename("text", "new"), -EROFS);
    CHECK_EQ(sys_access("text", 2), -EROFS);
    CHECK_EQ(sys_access("text", 4), 0);
    CHECK_EQ(sys_lstat("new", &st), -ENOENT);
    CHECK_EQ(sys_chdir("sub"), 0);
    return 0;
}
