/*
 * The backend stdio: standard input and output, most often a terminal.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "chardev-fd.h"
#include "system/verdict.h"
#include "terminal.h"

#define TYPE_CHARDEV_STDIO CHARDEV_PREFIX "stdio"
OBJECT_DECLARE_SIMPLE_TYPE(ChardevStdio, CHARDEV_STDIO)

struct ChardevStdio {
    ChardevFd parent_obj;

    int32_t input;
    int32_t output;
    bool signal;
    int reopened; /* `output` once more, or -1 */
    Terminal terminal;
};

static int uses_input(Object *obj, void *opaque)
{
    const ChardevStdio *s = opaque;
    Object *other = object_dynamic_cast(obj, TYPE_CHARDEV_STDIO);

    return other && CHARDEV(other)->opened && CHARDEV_STDIO(other)->input == s->input;
}

static bool chardev_stdio_open(Chardev *chr, Error **errp)
{
    ChardevStdio *s = CHARDEV_STDIO(chr);
    Object *chardevs = container_get(object_get_root(), CHARDEVS_PATH);

    if (object_child_foreach(chardevs, uses_input, s)) {
        error_setg(errp, "standard input has one character device already");
        error_append_hint(errp, "give that one an id and name it by -serial chardev:ID");
        return false;
    }
    terminal_init(&s->terminal, s->input, s->signal);
    chr->keys_for_text = s->terminal.is_terminal && s->signal;
    s->reopened = chardev_fd_reopen(s->output);
    CHARDEV_FD(s)->in = s->input; /* not ours to close */
    CHARDEV_FD(s)->out = s->reopened < 0 ? s->output : s->reopened;
    CHARDEV_FD(s)->nonblocking = s->reopened >= 0;
    return true;
}

/* A guest wants each key as it comes, and echoes by itself. */
static void chardev_stdio_watch_input(Chardev *chr, bool on)
{
    if (on) {
        terminal_enter(&CHARDEV_STDIO(chr)->terminal);
    }
    chardev_fd_watch_input(chr, on);
}

/* SIGPIPE is ignored: end as it would have done. */
static void chardev_stdio_write_failed(ChardevFd *s G_GNUC_UNUSED, int error)
{
    if (error == EPIPE) {
        verdict_signal(SIGPIPE);
    }
}

static void chardev_stdio_quiesce(Chardev *chr)
{
    chardev_fd_quiesce(chr);
    terminal_leave(&CHARDEV_STDIO(chr)->terminal);
}

static void chardev_stdio_instance_init(Object *obj)
{
    CHARDEV_STDIO(obj)->reopened = -1;
}

static void chardev_stdio_instance_finalize(Object *obj)
{
    ChardevStdio *s = CHARDEV_STDIO(obj);

    if (s->reopened >= 0) {
        close(s->reopened);
    }
    terminal_cleanup(&s->terminal);
}

static const Property chardev_stdio_properties[] = {
    DEFINE_PROP_BOOL("signal", ChardevStdio, signal, true,
                     "Ctrl-C ends rvemu and Ctrl-Z stops it; off: the guest gets them"),
    DEFINE_PROP_INT32("input", ChardevStdio, input, STDIN_FILENO, "file descriptor read from",
                      .min = 0, .max = INT32_MAX),
    DEFINE_PROP_INT32("output", ChardevStdio, output, STDOUT_FILENO, "file descriptor written to",
                      .min = 0, .max = INT32_MAX),
};

static void chardev_stdio_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->desc = "Standard input and output";
    cc->open = chardev_stdio_open;
    cc->watch_input = chardev_stdio_watch_input;
    cc->quiesce = chardev_stdio_quiesce;
    CHARDEV_FD_CLASS(oc)->write_failed = chardev_stdio_write_failed;
    object_class_add_properties(oc, chardev_stdio_properties,
                                G_N_ELEMENTS(chardev_stdio_properties));
}

static const TypeInfo chardev_stdio_types[] = { {
    .name = TYPE_CHARDEV_STDIO,
    .parent = TYPE_CHARDEV_FD,
    .instance_size = sizeof(ChardevStdio),
    .instance_init = chardev_stdio_instance_init,
    .instance_finalize = chardev_stdio_instance_finalize,
    .class_init = chardev_stdio_class_init,
} };

DEFINE_TYPES(chardev_stdio_types)
