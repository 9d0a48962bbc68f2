/*
 * The console (system/console.c), on pipes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/console.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "system/cpu.h"

typedef struct Fixture {
    Console *console;
    int input;  /* to write what the console reads */
    int output; /* to read what it writes */
    int errors;
    int fds[3]; /* the console's ends */
    GString *received;
    unsigned calls;
    size_t ask_again; /* in the callback */
} Fixture;

static void receive(void *opaque, const uint8_t *data, size_t len)
{
    Fixture *f = opaque;

    g_assert_true(bql_locked());
    f->calls++;
    g_string_append_len(f->received, (const char *)data, len);
    if (f->ask_again) {
        console_request_input(f->console, f->ask_again);
    }
}

static void make_pipe(int *reader, int *writer)
{
    int fds[2];

    g_assert_cmpint(pipe(fds), ==, 0);
    *reader = fds[0];
    *writer = fds[1];
}

static void set_fds(Fixture *f)
{
    static const char *const names[] = { "input", "output", "errors" };

    for (int i = 0; i < 3; i++) {
        object_property_set_int(OBJECT(f->console), names[i], f->fds[i], &error_abort);
    }
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    make_pipe(&f->fds[0], &f->input);
    make_pipe(&f->output, &f->fds[1]);
    make_pipe(&f->errors, &f->fds[2]);
    f->received = g_string_new(NULL);
    f->console = CONSOLE(object_new(TYPE_CONSOLE));
    set_fds(f);
    console_set_receiver(f->console, receive, f);
}

static void close_all(Fixture *f)
{
    for (int i = 0; i < 3; i++) {
        close(f->fds[i]);
    }
    close(f->output);
    close(f->errors);
    if (f->input >= 0) {
        close(f->input);
    }
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    object_unref(f->console);
    close_all(f);
    g_string_free(f->received, TRUE);
}

static void send(Fixture *f, const char *text)
{
    g_assert_cmpint(write(f->input, text, strlen(text)), ==, strlen(text));
}

/* What the main loop has to do now. */
static void run_loop(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static void request(Fixture *f, size_t max)
{
    bql_lock();
    console_request_input(f->console, max);
    bql_unlock();
}

static void assert_pipe(int fd, const char *expected)
{
    char text[100] = "";
    ssize_t n = read(fd, text, sizeof(text) - 1);

    g_assert_cmpint(n, ==, strlen(expected));
    g_assert_cmpstr(text, ==, expected);
}

static void test_output(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(console_write(f->console, "hello", 5));
    assert_pipe(f->output, "hello");
    g_assert_true(console_write_error(f->console, "oh", 2));
    assert_pipe(f->errors, "oh");
    g_assert_true(console_write(f->console, NULL, 0));
}

static gpointer drain(gpointer opaque)
{
    uint8_t buf[4096];
    size_t total = 0;
    ssize_t n;

    while ((n = read(*(int *)opaque, buf, sizeof(buf))) > 0) {
        total += n;
    }
    return GSIZE_TO_POINTER(total);
}

/* A reader that is slow, and a descriptor that does not wait: nothing is lost. */
static void test_output_nonblocking(Fixture *f, gconstpointer data)
{
    size_t size = 1000000;
    g_autofree char *text = g_strnfill(size, 'x');
    GThread *reader;

    (void)data;
    g_assert_cmpint(fcntl(f->fds[1], F_SETFL, O_NONBLOCK), ==, 0);
    reader = g_thread_new("reader", drain, &f->output);
    g_assert_true(console_write(f->console, text, size));
    close(f->fds[1]);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(reader)), ==, size);
}

static void test_output_fails(Fixture *f, gconstpointer data)
{
    (void)data;
    signal(SIGPIPE, SIG_IGN);
    close(f->output);
    f->output = open("/dev/null", O_RDONLY);
    g_assert_false(console_write(f->console, "x", 1));
    g_assert_cmpint(errno, ==, EPIPE);
}

/* Nothing is read before somebody asks, and no more than that. */
static void test_input(Fixture *f, gconstpointer data)
{
    (void)data;
    send(f, "abcdef");
    run_loop();
    g_assert_cmpuint(f->calls, ==, 0);
    request(f, 2);
    run_loop();
    g_assert_cmpuint(f->calls, ==, 1);
    g_assert_cmpstr(f->received->str, ==, "ab");
    run_loop();
    g_assert_cmpuint(f->calls, ==, 1);
    assert_pipe(f->fds[0], "cdef"); /* left for others */

    request(f, 100);
    run_loop();
    g_assert_cmpuint(f->calls, ==, 1);
    send(f, "xyz");
    run_loop();
    g_assert_cmpstr(f->received->str, ==, "abxyz");
}

static void test_input_again(Fixture *f, gconstpointer data)
{
    (void)data;
    send(f, "abc");
    f->ask_again = 1;
    request(f, 1);
    run_loop();
    g_assert_cmpuint(f->calls, ==, 3);
    g_assert_cmpstr(f->received->str, ==, "abc");
    f->ask_again = 0;
    send(f, "d");
    run_loop();
    g_assert_cmpstr(f->received->str, ==, "abcd");
}

static void test_cancel(Fixture *f, gconstpointer data)
{
    (void)data;
    send(f, "abc");
    request(f, 1);
    bql_lock();
    console_cancel_input(f->console);
    bql_unlock();
    run_loop();
    g_assert_cmpuint(f->calls, ==, 0);
    request(f, 3);
    run_loop();
    g_assert_cmpstr(f->received->str, ==, "abc");
}

static void test_end_of_input(Fixture *f, gconstpointer data)
{
    (void)data;
    send(f, "a");
    close(f->input);
    f->input = -1;
    request(f, 10);
    run_loop();
    g_assert_cmpstr(f->received->str, ==, "a");
    for (unsigned i = 2; i < 5; i++) { /* each request is answered, with nothing */
        request(f, 10);
        run_loop();
        g_assert_cmpuint(f->calls, ==, i);
    }
    g_assert_cmpstr(f->received->str, ==, "a");
}

/* A descriptor that is not open is at its end. */
static void test_closed_input(Fixture *f, gconstpointer data)
{
    (void)data;
    close(f->fds[0]);
    request(f, 1);
    run_loop();
    g_assert_cmpuint(f->calls, ==, 1);
    g_assert_cmpstr(f->received->str, ==, "");
    f->fds[0] = open("/dev/null", O_RDONLY);
}

static gpointer request_one(gpointer opaque)
{
    g_usleep(2000);
    request(opaque, 1);
    return NULL;
}

static void test_request_from_thread(Fixture *f, gconstpointer data)
{
    GThread *thread;

    (void)data;
    send(f, "k");
    thread = g_thread_new("asker", request_one, f);
    while (!f->calls) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_thread_join(thread);
    g_assert_cmpstr(f->received->str, ==, "k");
}

/* A terminal gives single keys while the console lives, and is as before afterwards. */
static void test_terminal(Fixture *f, gconstpointer data)
{
    struct termios before, during, after;
    int master, slave;

    (void)data;
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0) {
        g_test_skip("no pseudo terminal");
        return;
    }
    tcgetattr(slave, &before);
    g_assert_true(before.c_lflag & ICANON);
    object_property_set_int(OBJECT(f->console), "input", slave, &error_abort);
    tcgetattr(slave, &during);
    g_assert_true(during.c_lflag & ICANON); /* nobody asked yet */
    g_assert_cmpint(write(master, "q", 1), ==, 1);
    request(f, 1);
    while (!f->calls) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_assert_cmpstr(f->received->str, ==, "q"); /* without a newline */
    tcgetattr(slave, &during);
    g_assert_false(during.c_lflag & (ICANON | ECHO));
    g_assert_true(during.c_lflag & ISIG);
    object_unref(f->console);
    tcgetattr(slave, &after);
    g_assert_cmphex(after.c_lflag, ==, before.c_lflag);
    f->console = CONSOLE(object_new(TYPE_CONSOLE));
    close(slave);
    close(master);
}

#define ADD(name, fn) g_test_add("/console/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("output", test_output);
    ADD("output-nonblocking", test_output_nonblocking);
    ADD("output-fails", test_output_fails);
    ADD("input", test_input);
    ADD("input-again", test_input_again);
    ADD("cancel", test_cancel);
    ADD("end-of-input", test_end_of_input);
    ADD("closed-input", test_closed_input);
    ADD("request-from-thread", test_request_from_thread);
    ADD("terminal", test_terminal);
    return g_test_run();
}
