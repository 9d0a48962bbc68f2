/*
 * Character devices (system/chardev*.c): on pipes, terminals, files and sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/chardev.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "expect.h"
#include "system/cpu.h"
#include "system/runstate.h"

#define PATIENCE (10 * G_USEC_PER_SEC)

/* A front end that notes what it gets. */
typedef struct Receiver {
    CharFrontend fe;
    GString *received;
    unsigned calls;
    size_t ask_again; /* in the callback */
    bool detach;      /* likewise */
} Receiver;

typedef struct Fixture {
    Chardev *chr;
    Receiver a, b;
    int input;  /* to write what the chardev reads */
    int output; /* to read what it writes */
    int fds[2]; /* the chardev's ends */
    char *folder;
} Fixture;

static void receive(void *opaque, const uint8_t *data, size_t len)
{
    Receiver *r = opaque;

    g_assert_true(bql_locked());
    r->calls++;
    g_string_append_len(r->received, (const char *)data, len);
    if (r->ask_again) {
        char_frontend_request_input(&r->fe, r->ask_again);
    }
    if (r->detach) {
        char_frontend_detach(&r->fe);
    }
}

static void attach(Receiver *r, Chardev *chr)
{
    r->received = g_string_new(NULL);
    bql_lock();
    char_frontend_attach(&r->fe, chr, receive, r);
    bql_unlock();
}

static void detach(Receiver *r)
{
    bql_lock();
    char_frontend_detach(&r->fe);
    bql_unlock();
    g_string_free(r->received, TRUE);
}

static void request(Receiver *r, size_t max)
{
    bql_lock();
    char_frontend_request_input(&r->fe, max);
    bql_unlock();
}

static void cancel(Receiver *r)
{
    bql_lock();
    char_frontend_cancel_input(&r->fe);
    bql_unlock();
}

static bool output(Fixture *f, const char *text)
{
    bql_lock();
    bool ok = char_frontend_write(&f->a.fe, text, strlen(text));
    bql_unlock();
    return ok;
}

static void make_pipe(int *reader, int *writer)
{
    int fds[2];

    g_assert_cmpint(pipe(fds), ==, 0);
    *reader = fds[0];
    *writer = fds[1];
}

static void no_folder(Fixture *f)
{
    f->folder = g_dir_make_tmp("rvemu-XXXXXX", NULL);
    g_assert_nonnull(f->folder);
}

/* A stdio on pipes, with two front ends; data: "mux" or NULL. */
static void set_up(Fixture *f, gconstpointer data)
{
    no_folder(f);
    runstate_clear();
    signal(SIGPIPE, SIG_IGN);
    make_pipe(&f->fds[0], &f->input);
    make_pipe(&f->output, &f->fds[1]);
    g_assert_cmpint(fcntl(f->output, F_SETFL, O_NONBLOCK), ==, 0);
    f->chr = CHARDEV(object_new("chardev-stdio"));
    object_property_set_int(OBJECT(f->chr), "input", f->fds[0], &error_abort);
    object_property_set_int(OBJECT(f->chr), "output", f->fds[1], &error_abort);
    object_property_set_bool(OBJECT(f->chr), "mux", data != NULL, &error_abort);
    chardev_open(f->chr, &error_abort);
    attach(&f->a, f->chr);
    attach(&f->b, f->chr);
}

/* Another character device takes the place of the one on pipes; what it says on stdout returns. */
static char *replace(Fixture *f, const char *format, ...) G_GNUC_PRINTF(2, 3);
static char *replace(Fixture *f, const char *format, ...)
{
    int saved = dup(STDOUT_FILENO);
    char said[200] = "";
    int reader, writer;
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    detach(&f->a);
    detach(&f->b);
    object_unref(f->chr);
    make_pipe(&reader, &writer);
    fflush(stdout);
    dup2(writer, STDOUT_FILENO);
    f->chr = CHARDEV(object_ref(chardev_create(text, &error_abort)));
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(writer);
    g_assert_cmpint(read(reader, said, sizeof(said) - 1), >=, 0);
    close(reader);
    attach(&f->a, f->chr);
    attach(&f->b, f->chr);
    return g_strdup(said);
}

static void close_if_open(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

static void tear_down(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    detach(&f->a);
    detach(&f->b);
    object_unref(f->chr);
    chardevs_quiesce();
    object_root_cleanup();
    close_if_open(f->fds[0]);
    close_if_open(f->fds[1]);
    close_if_open(f->output);
    close_if_open(f->input);
    g_rmdir(f->folder);
    g_free(f->folder);
    runstate_clear();
}

static void type_in(int fd, const char *text)
{
    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
}

/* What the main loop has to do now. */
static void run_loop(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

/* What takes the host a moment, too. */
static void run_until_received(Receiver *r, const char *expected)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;

    while (!g_str_equal(r->received->str, expected) && g_get_monotonic_time() < end) {
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_cmpstr(r->received->str, ==, expected);
}

/* All that is there is `expected`. */
static void assert_output(int fd, const char *expected)
{
    char text[200] = "";
    ssize_t n = read(fd, text, sizeof(text) - 1);

    g_assert_true(n >= 0 || errno == EAGAIN);
    g_assert_cmpstr(text, ==, expected);
}

/* ---- Output ---- */

static void test_output(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_true(output(f, "hello"));
    assert_output(f->output, "hello");
    g_assert_true(output(f, ""));
    assert_output(f->output, "");
}

/* What comes of `size` bytes while the main loop writes them. */
static size_t read_while_written(int fd, size_t size)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    size_t seen = 0;

    while (seen < size && g_get_monotonic_time() < end) {
        char buf[4096];
        ssize_t n = read(fd, buf, sizeof(buf));

        seen += MAX(n, 0);
        g_main_context_iteration(NULL, FALSE);
    }
    return seen;
}

/* A slow reader stops nobody, nothing is lost. The descriptor, which others share, is as it was. */
static void test_output_slow(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strnfill(1000000, 'x');

    g_assert_true(output(f, text));
    g_assert_true(output(f, text));
    g_assert_cmpuint(read_while_written(f->output, 2000000), ==, 2000000);
    g_assert_false(fcntl(f->fds[1], F_GETFL) & O_NONBLOCK);
    g_assert_true(output(f, "y"));
    assert_output(f->output, "y");
}

/* Nobody reads any more: as SIGPIPE would have it, which is ignored. */
static void test_output_fails(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    close(f->output);
    f->output = -1;
    g_assert_false(output(f, "x"));
    g_assert_cmpint(errno, ==, EPIPE);
    g_assert_cmpint(runstate_exit_status(), ==, 128 + SIGPIPE);
}

/* Nobody reads any more what waits to be written. */
static void test_output_fails_later(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strnfill(1000000, 'x');

    g_assert_true(output(f, text));
    g_assert_false(system_shutdown_requested());
    close(f->output);
    f->output = -1;
    run_loop();
    g_assert_cmpint(runstate_exit_status(), ==, 128 + SIGPIPE);
}

/* ---- Input ---- */

/* Nothing is read before somebody asks, and no more than that. */
static void test_input(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "abcdef");
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 0);
    request(&f->a, 2);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1);
    g_assert_cmpstr(f->a.received->str, ==, "ab");
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1);
    assert_output(f->fds[0], "cdef"); /* left for others */

    request(&f->a, 100);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1);
    type_in(f->input, "xyz");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "abxyz");
}

/* A second request replaces the first one. */
static void test_input_less(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    request(&f->a, 100);
    request(&f->a, 1);
    type_in(f->input, "abc");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "a");
    g_assert_cmpuint(f->a.calls, ==, 1);
}

static void test_input_again(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "abc");
    f->a.ask_again = 1;
    request(&f->a, 1);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 3);
    g_assert_cmpstr(f->a.received->str, ==, "abc");
    f->a.ask_again = 0;
    type_in(f->input, "d");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "abcd");
}

static void test_cancel(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "abc");
    request(&f->a, 1);
    cancel(&f->a);
    run_loop();
    request(&f->a, 1);
    request(&f->a, 0);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 0);
    request(&f->a, 3);
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "abc");
}

/* Each request is answered, with nothing. */
static void test_end_of_input(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "a");
    close(f->input);
    f->input = -1;
    request(&f->a, 10);
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "a");
    for (unsigned i = 2; i < 5; i++) {
        request(&f->a, 10);
        run_loop();
        g_assert_cmpuint(f->a.calls, ==, i);
    }
    g_assert_cmpstr(f->a.received->str, ==, "a");
}

/* A descriptor that is not open is at its end. */
static void test_closed_input(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    close(f->fds[0]);
    f->fds[0] = -1;
    request(&f->a, 1);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1);
    g_assert_cmpstr(f->a.received->str, ==, "");
}

static gpointer request_one(gpointer opaque)
{
    g_usleep(2000);
    request(opaque, 1);
    return NULL;
}

static void test_request_from_thread(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    GThread *thread;

    type_in(f->input, "k");
    thread = g_thread_new("asker", request_one, &f->a);
    while (!f->a.calls) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_thread_join(thread);
    g_assert_cmpstr(f->a.received->str, ==, "k");
}

static void test_detach_in_callback(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->a.detach = true;
    type_in(f->input, "ab");
    request(&f->a, 1);
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "a");
    request(&f->b, 1);
    run_loop();
    g_assert_cmpstr(f->b.received->str, ==, "b");
}

/* Without a character device: what is written vanishes, nothing comes. */
static void test_unconnected(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    Receiver r = { 0 };

    attach(&r, NULL);
    request(&r, 1);
    bql_lock();
    g_assert_true(char_frontend_write(&r.fe, "x", 1));
    bql_unlock();
    type_in(f->input, "a");
    run_loop();
    g_assert_cmpuint(r.calls, ==, 0);
    cancel(&r);
    detach(&r);
}

/* ---- Several front ends ---- */

/* Input is for the one that asked last, also while it does not ask. */
static void test_owner(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    request(&f->a, 10);
    request(&f->b, 1);
    type_in(f->input, "xyz");
    run_loop();
    g_assert_cmpstr(f->b.received->str, ==, "x");
    g_assert_cmpuint(f->a.calls, ==, 0);
    request(&f->b, 1);
    run_loop();
    g_assert_cmpstr(f->b.received->str, ==, "xy");
    g_assert_cmpuint(f->a.calls, ==, 0);

    request(&f->a, 10); /* looks for input again: now it is last */
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "z");
    type_in(f->input, "w");
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1); /* waits for a, and b did not ask */
    request(&f->b, 5);
    run_loop();
    g_assert_cmpstr(f->b.received->str, ==, "xyw");
}

/* It goes back to the one before when the last one cancels or leaves. */
static void test_owner_leaves(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    request(&f->a, 1);
    request(&f->b, 1);
    cancel(&f->b);
    type_in(f->input, "1");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "1");

    request(&f->a, 1);
    request(&f->b, 1);
    bql_lock();
    char_frontend_detach(&f->b.fe);
    bql_unlock();
    type_in(f->input, "2");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "12");
    g_assert_cmpuint(f->b.calls, ==, 0);
}

/* ---- Escapes ---- */

static void test_escape_exit(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "\1x"); /* nobody has asked */
    run_loop();
    g_assert_true(system_shutdown_requested());
    g_assert_cmpint(runstate_exit_status(), ==, 0);
    assert_output(f->output, "rvemu: Terminated\n\r");
}

static void test_escape_help(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "\1h");
    run_loop();
    assert_output(f->output, "\n\rC-a h    print this help\n\rC-a x    exit emulator\n\r"
                             "C-a C-a  sends C-a\n\r");
    g_assert_false(system_shutdown_requested());
}

/* An escape may come in parts; Ctrl-A itself is one; one without meaning vanishes. */
static void test_escape_others(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    request(&f->a, 100);
    f->a.ask_again = 100;
    type_in(f->input, "a\1\1b\1");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "a\1b");
    type_in(f->input, "\1");
    run_loop();
    type_in(f->input, "c\1zd");
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "a\1b\1cd");
    g_assert_false(system_shutdown_requested());
    f->a.ask_again = 0;
}

/* What was read ahead is kept for who asks, in portions as asked for, and then input ends. */
static void test_read_ahead(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    type_in(f->input, "abc");
    run_loop();
    assert_output(f->output, "");
    close(f->input);
    f->input = -1;
    run_loop();
    request(&f->a, 2);
    g_assert_cmpuint(f->a.calls, ==, 0); /* from the main loop only */
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "ab");
    request(&f->a, 2);
    request(&f->b, 2);
    cancel(&f->b);
    run_loop();
    g_assert_cmpstr(f->a.received->str, ==, "abc");
    g_assert_cmpuint(f->a.calls, ==, 2);
    request(&f->a, 2);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 3);
    g_assert_cmpstr(f->a.received->str, ==, "abc");
}

/* Reading ahead has a limit, and goes on when somebody asks: nothing is lost. */
static void test_read_ahead_limit(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    size_t size = 200000;
    size_t written = 0;
    g_autofree char *text = g_strnfill(size, 'x');
    ssize_t n;

    g_assert_cmpint(fcntl(f->input, F_SETFL, O_NONBLOCK), ==, 0);
    for (int i = 0; i < 100; i++) { /* until neither pipe nor chardev take more */
        n = write(f->input, text, size - written);
        written += MAX(n, 0);
        run_loop();
    }
    g_assert_cmpuint(written, <, size);
    f->a.ask_again = 1000;
    request(&f->a, 1000);
    while (written < size) {
        run_loop();
        n = write(f->input, text, size - written);
        written += MAX(n, 0);
    }
    run_loop();
    g_assert_cmpuint(f->a.received->len, ==, size);
    f->a.ask_again = 0;
}

/* ---- Terminals ---- */

typedef struct TerminalCase {
    const char *signal;
    bool isig, ixon;
} TerminalCase;

/* Single keys while the chardev lives, and as before afterwards. */
static void check_terminal(Fixture *f, const TerminalCase *expected)
{
    struct termios before, during, after;
    int master, slave;

    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        g_test_skip("no pseudo terminal");
        return;
    }
    tcgetattr(slave, &before);
    g_assert_true(before.c_lflag & ICANON);
    g_free(replace(f, "stdio,id=t,input=%d,output=%d,signal=%s", slave, f->fds[1],
                   expected->signal));
    tcgetattr(slave, &during);
    g_assert_true(during.c_lflag & ICANON); /* nobody asked yet */
    type_in(master, "q");
    request(&f->a, 1);
    run_until_received(&f->a, "q"); /* without a newline */
    tcgetattr(slave, &during);
    g_assert_false(during.c_lflag & (ICANON | ECHO));
    g_assert_cmpint(!!(during.c_lflag & ISIG), ==, expected->isig);
    g_assert_cmpint(!!(during.c_iflag & IXON), ==, expected->ixon);
    g_assert_false(during.c_iflag & ICRNL);
    g_assert_true(during.c_oflag & OPOST);

    chardevs_quiesce();
    tcgetattr(slave, &after);
    g_assert_cmphex(after.c_lflag, ==, before.c_lflag);
    g_assert_cmphex(after.c_iflag, ==, before.c_iflag);
    g_assert_cmpint(after.c_cc[VMIN], ==, before.c_cc[VMIN]);
    g_free(replace(f, "null,id=n"));
    object_root_cleanup();
    close(slave);
    close(master);
}

static void test_terminal(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    check_terminal(f, &(TerminalCase) { .signal = "on", .isig = true, .ixon = true });
}

static void test_terminal_raw(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    check_terminal(f, &(TerminalCase) { .signal = "off" });
}

/* Finalizing is enough. */
static void test_terminal_finalize(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    struct termios mode;
    int master, slave;

    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        g_test_skip("no pseudo terminal");
        return;
    }
    g_free(replace(f, "stdio,id=t,input=%d,output=%d", slave, f->fds[1]));
    request(&f->a, 1);
    tcgetattr(slave, &mode);
    g_assert_false(mode.c_lflag & ICANON);
    g_free(replace(f, "null,id=n"));
    object_root_cleanup();
    tcgetattr(slave, &mode);
    g_assert_true(mode.c_lflag & ICANON);
    close(slave);
    close(master);
}

/* ---- Files ---- */

static void test_file(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *out = g_build_filename(f->folder, "out", NULL);
    g_autofree char *in = g_build_filename(f->folder, "in", NULL);
    g_autofree char *contents = NULL;

    g_file_set_contents(out, "old\n", -1, NULL);
    g_file_set_contents(in, "input", -1, NULL);
    g_free(replace(f, "file,id=keep,append=on,path=%s", out));
    g_assert_true(output(f, "new\n"));
    request(&f->a, 10);
    run_until_received(&f->a, "");
    g_assert_cmpuint(f->a.calls, ==, 0);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1); /* at its end */
    g_file_get_contents(out, &contents, NULL, NULL);
    g_assert_cmpstr(contents, ==, "old\nnew\n");
    g_clear_pointer(&contents, g_free);

    f->a.calls = 0;
    g_free(replace(f, "file,id=replace,path=%s,input-path=%s", out, in));
    g_assert_true(output(f, "newer\n"));
    request(&f->a, 3);
    run_until_received(&f->a, "inp");
    f->a.ask_again = 3;
    request(&f->a, 3);
    run_until_received(&f->a, "input");
    f->a.ask_again = 0;
    g_file_get_contents(out, &contents, NULL, NULL);
    g_assert_cmpstr(contents, ==, "newer\n");
    g_remove(out);
    g_remove(in);
}

static void test_null(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *said = replace(f, "null,id=nothing");

    g_assert_cmpstr(said, ==, "");
    g_assert_true(output(f, "vanishes"));
    request(&f->a, 10);
    run_loop();
    g_assert_cmpuint(f->a.calls, ==, 1);
    g_assert_cmpstr(f->a.received->str, ==, "");
}

/* ---- Pseudo terminals ---- */

static int open_slave(const char *name)
{
    int fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK);

    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void test_pty(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *said = replace(f, "pty,id=line");
    char name[100] = "";
    int slave;

    g_assert_cmpint(sscanf(said, "char device redirected to %99s (label line)\n", name), ==, 1);
    request(&f->a, 100);
    f->a.ask_again = 100;
    g_assert_true(output(f, "nobody reads this"));
    for (int i = 0; i < 3; i++) { /* one after the other */
        slave = open_slave(name);
        assert_output(slave, "");
        g_assert_true(output(f, "hello\n"));
        assert_output(slave, "hello\n"); /* as it is */
        type_in(slave, "key");
        run_until_received(&f->a, i == 0 ? "key" : i == 1 ? "keykey" : "keykeykey");
        close(slave);
        run_loop();
        g_assert_true(output(f, "nobody reads this"));
    }
    slave = open_slave(name); /* comes and goes before anybody looks */
    type_in(slave, "!");
    close(slave);
    run_until_received(&f->a, "keykeykey!");
    f->a.ask_again = 0;
}

/* ---- Sockets ---- */

static void fill_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un) { .sun_family = AF_UNIX };
    g_strlcpy(address->sun_path, path, sizeof(address->sun_path));
}

static int connect_to(const char *path)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address;

    fill_address(&address, path);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(fcntl(fd, F_SETFL, O_NONBLOCK), ==, 0);
    return fd;
}

static char *serve(Fixture *f)
{
    char *path = g_build_filename(f->folder, "socket", NULL);
    g_autofree char *said = replace(f, "socket,id=s,server=on,wait=off,path=%s", path);
    g_autofree char *expected =
        g_strdup_printf("char device listening on unix:%s (label s)\n", path);

    g_assert_cmpstr(said, ==, expected);
    return path;
}

/* What the host tells the main loop, until the front end's output arrives at fd. */
static void output_until_seen(Fixture *f, int fd)
{
    gint64 end = g_get_monotonic_time() + PATIENCE;
    char c = 0;

    while (read(fd, &c, 1) != 1 && g_get_monotonic_time() < end) {
        run_loop();
        g_assert_true(output(f, "."));
    }
    g_assert_cmpint(c, ==, '.');
}

/* Clients come and go; the line stays. */
static void test_socket(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = serve(f);
    int fd;

    g_assert_true(output(f, "nobody reads this"));
    request(&f->a, 100);
    f->a.ask_again = 100;
    fd = connect_to(path);
    type_in(fd, "one");
    run_until_received(&f->a, "one");
    g_assert_true(output(f, "hello\n"));
    assert_output(fd, "hello\n");
    close(fd);
    run_loop();
    g_assert_true(output(f, "nobody reads this"));

    fd = connect_to(path);
    type_in(fd, "two");
    run_until_received(&f->a, "onetwo");
    g_assert_cmpuint(f->a.calls, ==, 2); /* no end of input between them */
    assert_output(fd, "");
    close(fd);
    f->a.ask_again = 0;
    chardevs_quiesce();
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* That a client leaves is noticed while no input is asked for; but what it sent is not lost. */
static void test_socket_leave(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = serve(f);
    int first = connect_to(path);
    int second = connect_to(path); /* waits */

    run_loop();
    output_until_seen(f, first);
    close(first);
    output_until_seen(f, second);
    type_in(second, "last words");
    close(second);
    run_loop();
    request(&f->a, 100);
    run_until_received(&f->a, "last words");
}

static gpointer drain_all(gpointer opaque)
{
    int fd = GPOINTER_TO_INT(opaque);

    fcntl(fd, F_SETFL, 0);
    uint8_t buf[4096];
    size_t total = 0;
    ssize_t n;

    while ((n = read(fd, buf, sizeof(buf))) > 0) {
        total += n;
    }
    return GSIZE_TO_POINTER(total);
}

/* A client that does not read stops nobody; what is kept for it is bounded, and reaches it. */
static void test_socket_slow(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = serve(f);
    g_autofree char *block = g_strnfill(10000, 'x');
    int fd = connect_to(path);
    size_t taken = 0;

    run_loop();
    while (output(f, block)) {
        taken += strlen(block);
        g_assert_cmpuint(taken, <, 100000000);
    }
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_cmpuint(taken, >, 1000000);
    GThread *reader = g_thread_new("reader", drain_all, GINT_TO_POINTER(fd));
    chardevs_quiesce(); /* the end of the program */
    detach(&f->a);
    detach(&f->b);
    object_unref(f->chr);
    object_root_cleanup();
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(reader)), ==, taken);
    close(fd);
    f->chr = CHARDEV(object_ref(chardev_create("null,id=n", &error_abort)));
    attach(&f->a, f->chr);
    attach(&f->b, f->chr);
}

/* The same, by the main loop. */
static void test_socket_queue(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = serve(f);
    g_autofree char *block = g_strnfill(1000000, 'x');
    int fd = connect_to(path);

    run_loop();
    g_assert_true(output(f, block));
    g_assert_cmpuint(read_while_written(fd, strlen(block)), ==, strlen(block));
    close(fd);
}

/* As a client: when the server leaves, input is at its end. */
static void test_socket_client(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(f->folder, "server", NULL);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    g_autofree char *said = NULL;
    struct sockaddr_un address;
    int fd;

    fill_address(&address, path);
    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(listener, 1), ==, 0);
    said = replace(f, "socket,id=c,path=%s", path);
    g_assert_cmpstr(said, ==, "");
    fd = accept(listener, NULL, NULL);
    g_assert_true(output(f, "hello"));
    assert_output(fd, "hello");
    type_in(fd, "x");
    request(&f->a, 10);
    run_until_received(&f->a, "x");
    close(fd);
    f->a.calls = 0;
    for (unsigned i = 1; i < 3; i++) {
        request(&f->a, 10);
        while (f->a.calls < i) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_assert_true(output(f, "nobody reads this"));
    }
    g_assert_cmpstr(f->a.received->str, ==, "x");
    close(listener);
    g_remove(path);
}

/* ---- -serial ---- */

static void test_serial(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    Error *err = NULL;
    Chardev *chr;

    g_free(replace(f, "null,id=nothing"));
    g_assert_true(chardev_create_serial("none", "serial0", false, &chr, &error_abort));
    g_assert_null(chr);
    g_assert_true(chardev_create_serial("null", "serial0", false, &chr, &error_abort));
    g_assert_cmpstr(object_get_typename(OBJECT(chr)), ==, "chardev-null");
    g_assert_true(object_resolve_path("/chardevs/serial0", NULL) == OBJECT(chr));
    g_assert_false(object_property_get_bool(OBJECT(chr), "mux", &error_abort));
    g_assert_true(chardev_create_serial("chardev:nothing", "serial1", false, &chr, &error_abort));
    g_assert_true(chr == f->chr);
    g_assert_true(chardev_create_serial("mon:null", "serial2", false, &chr, &error_abort));
    g_assert_true(object_property_get_bool(OBJECT(chr), "mux", &error_abort));

    g_assert_false(chardev_create_serial("null", "serial0", false, &chr, &err));
    expect_error(&err, "there is a character device 'serial0' already", "choose another id");
    g_assert_null(chr);
}

/* The properties behind -serial stdio, mon:stdio, and stdio with -nographic. */
static void test_serial_stdio(Fixture *f G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *text;
        bool nographic, escapes;
    } rows[] = {
        { "stdio", false, false },
        { "mon:stdio", false, true },
        { "stdio", true, true },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        Chardev *chr;

        chardev_create_serial(rows[i].text, "serial0", rows[i].nographic, &chr, &error_abort);
        g_assert_cmpint(object_property_get_bool(OBJECT(chr), "mux", &error_abort), ==,
                        rows[i].escapes);
        g_assert_cmpint(object_property_get_bool(OBJECT(chr), "signal", &error_abort), ==,
                        !rows[i].escapes);
        object_unparent(OBJECT(chr));
    }
}

#define ADD(name, fn) g_test_add("/chardev/" name, Fixture, NULL, set_up, fn, tear_down)
#define ADD_MUX(name, fn) g_test_add("/chardev/" name, Fixture, "mux", set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("output", test_output);
    ADD("output-slow", test_output_slow);
    ADD("output-fails", test_output_fails);
    ADD("output-fails-later", test_output_fails_later);
    ADD("input", test_input);
    ADD("input-less", test_input_less);
    ADD("input-again", test_input_again);
    ADD("cancel", test_cancel);
    ADD("end-of-input", test_end_of_input);
    ADD_MUX("mux-end-of-input", test_end_of_input);
    ADD("closed-input", test_closed_input);
    ADD("request-from-thread", test_request_from_thread);
    ADD_MUX("mux-request-from-thread", test_request_from_thread);
    ADD("detach-in-callback", test_detach_in_callback);
    ADD_MUX("mux-detach-in-callback", test_detach_in_callback);
    ADD("unconnected", test_unconnected);
    ADD("owner", test_owner);
    ADD_MUX("mux-owner", test_owner);
    ADD("owner-leaves", test_owner_leaves);
    ADD_MUX("mux-owner-leaves", test_owner_leaves);
    ADD_MUX("escape-exit", test_escape_exit);
    ADD_MUX("escape-help", test_escape_help);
    ADD_MUX("escape-others", test_escape_others);
    ADD_MUX("read-ahead", test_read_ahead);
    ADD_MUX("read-ahead-limit", test_read_ahead_limit);
    ADD("terminal", test_terminal);
    ADD("terminal-raw", test_terminal_raw);
    ADD("terminal-finalize", test_terminal_finalize);
    ADD("file", test_file);
    ADD("null", test_null);
    ADD("pty", test_pty);
    ADD("socket", test_socket);
    ADD("socket-leave", test_socket_leave);
    ADD("socket-slow", test_socket_slow);
    ADD("socket-queue", test_socket_queue);
    ADD("socket-client", test_socket_client);
    ADD("serial", test_serial);
    ADD("serial-stdio", test_serial_stdio);
    return g_test_run();
}
