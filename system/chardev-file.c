/*
 * The backends file and null.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "chardev-fd.h"

#define TYPE_CHARDEV_NULL CHARDEV_PREFIX "null"
#define TYPE_CHARDEV_FILE CHARDEV_PREFIX "file"
OBJECT_DECLARE_SIMPLE_TYPE(ChardevFile, CHARDEV_FILE)

struct ChardevFile {
    ChardevFd parent_obj;

    char *path;
    char *input_path;
    bool append;
};

/* ---- file ---- */

static int open_file(const char *path, int flags, const char *what, Error **errp)
{
    int fd = open(path, flags | O_CLOEXEC, 0666);

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot open '%s' to %s", path, what);
        error_append_hint(errp, "check its name and permissions");
    }
    return fd;
}

static bool chardev_file_open(Chardev *chr, Error **errp)
{
    ChardevFile *s = CHARDEV_FILE(chr);
    int in = -1;
    int out;

    if (!s->path) {
        error_setg(errp, "no file is named");
        error_append_hint(errp, "add path=FILE");
        return false;
    }
    out = open_file(s->path, O_WRONLY | O_CREAT | (s->append ? O_APPEND : O_TRUNC), "write it",
                    errp);
    if (out < 0) {
        return false;
    }
    if (!s->input_path && chardev_fd_set_null_input(CHARDEV_FD(s), out, errp)) {
        return true;
    }
    if (s->input_path) {
        in = open_file(s->input_path, O_RDONLY, "read it", errp);
    }
    if (in < 0) {
        close(out);
        return false;
    }
    chardev_fd_set(CHARDEV_FD(s), in, out);
    return true;
}

static const Property chardev_file_properties[] = {
    DEFINE_PROP_STRING("path", ChardevFile, path, NULL, "file that output is written to"),
    DEFINE_PROP_BOOL("append", ChardevFile, append, false, "keep what the file contains already"),
    DEFINE_PROP_STRING("input-path", ChardevFile, input_path, NULL,
                       "file that input is read from; without it there is none"),
};

static void chardev_file_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    CHARDEV_CLASS(oc)->desc = "A file, and another one for input";
    CHARDEV_CLASS(oc)->open = chardev_file_open;
    object_class_add_properties(oc, chardev_file_properties, G_N_ELEMENTS(chardev_file_properties));
}

/* ---- null ---- */

static bool chardev_null_open(Chardev *chr, Error **errp)
{
    return chardev_fd_set_null_input(CHARDEV_FD(chr), -1, errp);
}

static void chardev_null_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    CHARDEV_CLASS(oc)->desc = "Nothing: output vanishes, input is at its end";
    CHARDEV_CLASS(oc)->open = chardev_null_open;
}

static const TypeInfo chardev_file_types[] = {
    {
        .name = TYPE_CHARDEV_FILE,
        .parent = TYPE_CHARDEV_FD,
        .instance_size = sizeof(ChardevFile),
        .class_init = chardev_file_class_init,
    },
    {
        .name = TYPE_CHARDEV_NULL,
        .parent = TYPE_CHARDEV_FD,
        .instance_size = sizeof(ChardevFd),
        .class_init = chardev_null_class_init,
    },
};

DEFINE_TYPES(chardev_file_types)
