/*
 * A C program as anybody writes it: arguments, stdio, files, floating point.
 *
 *     program IN OUT      copies lines with their numbers, and standard input to standard output
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(9);
}

static int copy_lines(const char *from, const char *to)
{
    FILE *in = fopen(from, "r");
    FILE *out = fopen(to, "w");
    char line[100];
    int count = 0;

    if (!in || !out) {
        fail(in ? to : from);
    }
    while (fgets(line, sizeof(line), in)) {
        fprintf(out, "%d %s", ++count, line);
    }
    if (fclose(in) != 0 || fclose(out) != 0) {
        fail("closing");
    }
    return count;
}

/* Names that come and go. */
static void directories(const char *file)
{
    char name[100];
    struct stat st;

    if (mkdir("made", 0777) != 0 || rename(file, "made/file") != 0 || chdir("made") != 0 ||
        !getcwd(name, sizeof(name)) || stat("file", &st) != 0) {
        fail("made");
    }
    printf("%s/file has %ld bytes\n", name, (long)st.st_size);
    if (rename("file", "../renamed") != 0 || chdir("..") != 0 || rmdir("made") != 0) {
        fail("renamed");
    }
}

int main(int argc, char **argv)
{
    int c;

    for (int i = 1; i < argc; i++) {
        printf("%d: '%s'\n", i, argv[i]);
    }
    if (argc < 3) {
        return 2;
    }
    printf("%d lines\n", copy_lines(argv[1], argv[2]));
    directories(argv[2]);
    if (fopen("../secret", "r") || unlink("../secret") == 0) {
        fail("outside");
    }
    printf("2/3 is %.4f\n", 2.0 / 3);
    while ((c = getchar()) != EOF) {
        putchar(c);
    }
    fprintf(stderr, "done\n");
    return argc;
}
