/*
 * System calls of device 0: write to the console's two outputs, what is wrong with one, and exit,
 * whose status run.py expects to be 3.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call.h"

int main(void)
{
    static const char text[] = "written by a system call\n";
    static const char parts[] = "and in two parts\n";

    CHECK_EQ(sys_write(1, text, sizeof(text) - 1), sizeof(text) - 1);
    CHECK_EQ(sys_write(1, parts, 4), 4);
    CHECK_EQ(sys_write(1, parts + 4, sizeof(parts) - 5), sizeof(parts) - 5);
    CHECK_EQ(sys_write(1, parts, 0), 0);
    CHECK_EQ(sys_write(99, text, 1), -EBADF);
    call(SYS_EXIT, 3, 0, 0, 0, 0, 0, 0);
    return 1;
}
