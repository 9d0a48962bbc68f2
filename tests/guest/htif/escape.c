/*
 * A folder is opened to the guest: every call is tried on what lies outside, by "..", by absolute
 * names, by symbolic links to there and by links to links, and on what is no file. run.py --folder
 * makes the folder, and checks afterwards that nothing outside has changed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "call.h"

/* Names of the file "secret" beside the folder, which must lead nowhere. */
static const char *const secrets[] = {
    "../secret",
    "sub/../../secret",
    "./sub/.././../secret",
    "../folder/../secret",
    "/../secret",
    "//../secret",
    "out",            /* -> ../secret */
    "absolute",       /* -> the same by its absolute name */
    "chain",          /* -> out */
    "outside/secret", /* -> .. */
    "sub/up/secret",  /* -> ../.. */
    "outside/folder/outside/secret",
};

/* Names in the directories of Linux, and links to them. */
static const char *const foreign[] = {
    "/etc/passwd",
    "/proc/self/exe",
    "proc/self/mem", /* proc -> /proc */
    "proc/self/root/etc/passwd",
    "descriptor", /* -> /proc/self/fd/0 */
    "etc/passwd", /* etc -> /etc */
};

static char buffer[256];

/* Nothing is there: nothing to be found out, read, written, made or moved. */
static void nothing_at(const char *name)
{
    static uint32_t stx[64];
    struct stat st;

    CHECK(sys_open(name, O_RDONLY) < 0);
    CHECK(sys_open(name, O_RDWR) < 0);
    CHECK(sys_open(name, O_RDWR | O_CREAT) < 0);
    CHECK(sys_open(name, O_WRONLY | O_CREAT | O_TRUNC) < 0);
    CHECK(sys_fstatat(AT_FDCWD, name, &st, 0) < 0);
    CHECK(sys_statx(AT_FDCWD, name, 0, 0x7ff, stx) < 0);
    CHECK(sys_access(name, 0) < 0);
    CHECK(sys_chdir(name) < 0);
}

/* The same for what a call does with the name itself, unless that is a link of ours. */
static void nothing_beyond(const char *name)
{
    struct stat st;

    CHECK(sys_lstat(name, &st) < 0);
    CHECK(sys_readlink(name, buffer, sizeof(buffer)) < 0);
    CHECK(sys_link(name, "stolen") < 0);
    CHECK(sys_rename(name, "stolen") < 0);
    CHECK(sys_link("text", name) < 0);
    CHECK(sys_rename("text", name) < 0);
    CHECK(sys_mkdir(name, 0777) < 0);
    CHECK(sys_unlink(name) < 0);
    CHECK(sys_rmdir(name) < 0);
    CHECK(sys_lstat("stolen", &st) < 0);
}

static bool is_link(const char *name)
{
    struct stat st;

    return sys_lstat(name, &st) == 0 && (st.mode & S_IFMT) == S_IFLNK;
}

static void try_names(const char *const *names, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        nothing_at(names[i]);
        if (!is_link(names[i])) {
            nothing_beyond(names[i]);
        }
    }
}

/* A link to the outside may be moved and linked to, which makes no way out of it. */
static void moved_links(void)
{
    CHECK_EQ(sys_link("out", "moved"), 0);
    nothing_at("moved");
    CHECK_EQ(sys_rename("moved", "sub/moved"), 0); /* there it leads to folder/secret, or would */
    nothing_at("sub/moved");
    CHECK_EQ(sys_unlink("sub/moved"), 0);
    CHECK_EQ(sys_rename("outside", "sub/outside"), 0); /* -> .. leads into the folder now */
    CHECK_EQ(sys_close(sys_open("sub/outside/text", O_RDONLY)), 0);
    nothing_at("sub/outside/../secret");
    CHECK_EQ(sys_rename("sub/outside", "outside"), 0);
}

/* Deep down, and from an open directory, ".." ends at the folder, too. */
static void from_below(void)
{
    int64_t fd = sys_open("sub", O_RDONLY | O_DIRECTORY);
    struct stat st;

    CHECK(sys_openat(fd, "../../secret", O_RDONLY, 0) < 0);
    CHECK(sys_openat(fd, "/etc/passwd", O_RDONLY, 0) < 0);
    CHECK_EQ(sys_chdir("sub"), 0);
    nothing_at("../../secret");
    nothing_beyond("../../secret");
    CHECK(sys_chdir("../..") < 0);
    /* What is open, and where we are, stays inside when it moves. */
    CHECK_EQ(sys_mkdir("/a", 0777), 0);
    CHECK_EQ(sys_rename("/sub", "/a/sub"), 0);
    CHECK_EQ(sys_fstatat(fd, "../../text", &st, 0), 0);
    CHECK_EQ(sys_fstatat(AT_FDCWD, "../../text", &st, 0), 0);
    CHECK(sys_openat(fd, "../../../secret", O_RDONLY, 0) < 0);
    nothing_at("../../../secret");
    CHECK_EQ(sys_rename("/a/sub", "/sub"), 0);
    CHECK_EQ(sys_rmdir("/a"), 0);
    nothing_at("../../secret");
    CHECK_EQ(sys_chdir("/"), 0);
    CHECK(sys_chdir("..") < 0);
    CHECK(sys_mkdir("..", 0777) < 0);
    CHECK(sys_rmdir("..") < 0);
    CHECK(sys_rename("sub", "..") < 0);
    CHECK(sys_rename("..", "x") < 0);
    CHECK_EQ(sys_close(fd), 0);
}

/* A call would wait for the other end of the pipe, or do the device something. */
static void no_files(void)
{
    struct stat st;

    CHECK_EQ(sys_open("pipe", O_RDONLY), -EACCES);
    CHECK_EQ(sys_open("pipe", O_WRONLY), -EACCES);
    CHECK_EQ(sys_open("pipe", O_RDWR | O_CREAT), -EACCES);
    CHECK_EQ(sys_open("socket", O_RDWR), -EACCES);
    CHECK_EQ(sys_lstat("pipe", &st), 0);
}

int main(void)
{
    try_names(secrets, ARRAY_LEN(secrets));
    try_names(foreign, ARRAY_LEN(foreign));
    moved_links();
    from_below();
    no_files();
    return 0;
}
