/*
 * Opens files of its folder while somebody swaps directories for links to the outside, and moves
 * them there. See run.py for what lies where: every file inside begins with "inside".
 *
 *     race COUNT
 *
 * Says how often it got a file and how often it did not. Status 1: a file from outside.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Directories that change under our feet. */
static const char *const names[] = { "swapped/file", "a/moved/../file", "a/moved/../../a/file" };

#define NUM_NAMES (sizeof(names) / sizeof(names[0]))

static void read_one(const char *name, unsigned *found, unsigned *missing)
{
    char text[8] = "";
    int fd = open(name, O_RDONLY);

    if (fd < 0) {
        (*missing)++;
        return;
    }
    (*found)++;
    if (read(fd, text, 6) != 6 || memcmp(text, "inside", 6) != 0) {
        printf("'%s' is '%s'\n", name, text);
        exit(1);
    }
    close(fd);
}

/* What would be seen outside afterwards. */
static void change(void)
{
    int fd = open("swapped/made", O_WRONLY | O_CREAT, 0666);

    if (fd >= 0) {
        write(fd, "inside", 6);
        close(fd);
    }
    mkdir("swapped/folder", 0777);
    rename("swapped/made", "swapped/renamed");
    unlink("swapped/renamed");
    rmdir("swapped/folder");
    mkdir("a/moved/../folder", 0777);
    rmdir("a/moved/../folder");
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 0;
    unsigned found[NUM_NAMES] = { 0 };
    unsigned missing[NUM_NAMES] = { 0 };

    for (int i = 0; i < count; i++) {
        for (unsigned j = 0; j < NUM_NAMES; j++) {
            read_one(names[j], &found[j], &missing[j]);
        }
        change();
    }
    for (unsigned j = 0; j < NUM_NAMES; j++) {
        printf("%u %u\n", found[j], missing[j]);
    }
    return 0;
}
