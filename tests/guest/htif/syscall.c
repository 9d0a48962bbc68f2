/*
 * System calls of device 0: write to the console's two outputs, what is wrong with one, and exit,
 * whose status run.py expects to be 3.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

extern volatile uint64_t tohost, fromhost;

#define SYS_WRITE 64
#define SYS_EXIT 93
#define EBADF 9
#define ENOSYS 38

static int64_t call(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2)
{
    static volatile uint64_t block[8] __attribute__((aligned(64)));

    block[0] = number;
    block[1] = a0;
    block[2] = a1;
    block[3] = a2;
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

int main(void)
{
    static const char text[] = "written by a system call\n";
    static const char parts[] = "and in two parts\n";

    CHECK_EQ(call(SYS_WRITE, 1, (uint64_t)text, sizeof(text) - 1), sizeof(text) - 1);
    CHECK_EQ(call(SYS_WRITE, 1, (uint64_t)parts, 4), 4);
    CHECK_EQ(call(SYS_WRITE, 1, (uint64_t)parts + 4, sizeof(parts) - 5), sizeof(parts) - 5);
    CHECK_EQ(call(SYS_WRITE, 1, (uint64_t)parts, 0), 0);
    CHECK_EQ(call(SYS_WRITE, 99, (uint64_t)text, 1), -EBADF);
    call(SYS_EXIT, 3, 0, 0);
    return 1;
}
