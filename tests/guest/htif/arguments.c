/*
 * The arguments of the command line, which getmainvars() puts into memory: run.py gives them as
 * words, or in -append.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call.h"

static const char *const expected[] = { "one", "two words", "-smp", "", "it's \"x\"", "-M=1" };

#define ARGC (1 + ARRAY_LEN(expected))

static void check_text(const char *text, const char *right)
{
    CHECK(same(text, right, name_size(right)));
}

int main(void)
{
    static union {
        uint64_t words[100];
        char bytes[800];
    } vars;
    uint64_t size;
    const char *last;

    vars.words[99] = 0x55;
    CHECK_EQ(call(SYS_GETMAINVARS, (uint64_t)&vars, sizeof(vars), 0, 0, 0, 0, 0), 0);
    CHECK_EQ(vars.words[0], ARGC);
    CHECK_EQ(vars.words[1 + ARGC], 0); /* the end of argv[] */
    CHECK_EQ(vars.words[2 + ARGC], 0); /* and of envp[] */
    CHECK_EQ(vars.words[1], (uint64_t)&vars.words[3 + ARGC]);
    for (unsigned i = 0; i < ARRAY_LEN(expected); i++) {
        check_text((const char *)vars.words[2 + i], expected[i]);
    }
    CHECK_EQ(vars.words[99], 0x55);

    /* The room that they need, and no byte less. */
    last = (const char *)vars.words[ARGC];
    size = (uint64_t)last + name_size(last) - (uint64_t)&vars;
    CHECK_EQ(call(SYS_GETMAINVARS, (uint64_t)&vars, size - 1, 0, 0, 0, 0, 0), -ENOMEM);
    CHECK_EQ(call(SYS_GETMAINVARS, (uint64_t)&vars, size, 0, 0, 0, 0, 0), 0);
    CHECK_EQ(call(SYS_GETMAINVARS, 0x10, size, 0, 0, 0, 0, 0), -EFAULT);
    return 0;
}
