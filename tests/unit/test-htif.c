/*
 * HTIF (hw-riscv/htif*.c): words in RAM and registers, with a console on pipes.
 *
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* nftw() */
#include "hw/htif.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "expect.h"
#include "system/cpu.h"
#include "system/runstate.h"
#include "util/bits.h"

#define RAM 0x80000000u
#define RAM_SIZE (64 * KiB)
#define MMIO 0x1000000u
#define TOHOST (RAM + 0x1000)
#define FROMHOST (RAM + 0x40)
#define BLOCK (RAM + 0x2000)
#define BUFFER (RAM + 0x3000)

typedef struct Fixture {
    MemoryRegion root, ram;
    AddressSpace as;
    Chardev *chardev;
    HTIFState *htif;
    hwaddr tohost, fromhost; /* where the guest stores */
    int input, output, errors; /* the test's ends of the pipes */
    int fds[3];
} Fixture;

static void make_pipe(int *reader, int *writer)
{
    int fds[2];

    g_assert_cmpint(pipe(fds), ==, 0);
    *reader = fds[0];
    *writer = fds[1];
}

static void set_up_console(Fixture *f)
{
    make_pipe(&f->fds[0], &f->input);
    make_pipe(&f->output, &f->fds[1]);
    make_pipe(&f->errors, &f->fds[2]);
    g_assert_cmpint(fcntl(f->output, F_SETFL, O_NONBLOCK), ==, 0);
    g_assert_cmpint(fcntl(f->errors, F_SETFL, O_NONBLOCK), ==, 0);
    f->chardev = CHARDEV(object_new("chardev-stdio"));
    object_property_set_int(OBJECT(f->chardev), "input", f->fds[0], &error_abort);
    object_property_set_int(OBJECT(f->chardev), "output", f->fds[1], &error_abort);
    chardev_open(f->chardev, &error_abort);
}

/* Memory and an HTIF that is not realized yet. */
static void set_up_base(Fixture *f, gconstpointer data)
{
    (void)data;
    runstate_clear();
    memory_region_init(&f->root, NULL, "root", UINT64_MAX);
    memory_region_init_ram(&f->ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(&f->root, RAM, &f->ram);
    address_space_init(&f->as, &f->root, "test");
    set_up_console(f);
    f->htif = HTIF(object_new(TYPE_HTIF));
    htif_set_address_space(f->htif, &f->as);
    object_property_set_link(OBJECT(f->htif), "chardev", OBJECT(f->chardev), &error_abort);
    object_property_set_int(OBJECT(f->htif), "errors", f->fds[2], &error_abort);
}

static void set_words(Fixture *f, hwaddr tohost, hwaddr fromhost)
{
    f->tohost = tohost;
    f->fromhost = fromhost;
    object_property_set_uint(OBJECT(f->htif), "tohost", tohost, &error_abort);
    object_property_set_uint(OBJECT(f->htif), "fromhost", fromhost, &error_abort);
}

static void set_up(Fixture *f, gconstpointer data)
{
    set_up_base(f, data);
    set_words(f, TOHOST, FROMHOST);
    device_realize(DEVICE(f->htif), &error_abort);
}

static void set_up_mmio(Fixture *f, gconstpointer data)
{
    set_up_base(f, data);
    f->tohost = MMIO + HTIF_TOHOST;
    f->fromhost = MMIO + HTIF_FROMHOST;
    device_realize(DEVICE(f->htif), &error_abort);
    memory_region_add_subregion(&f->root, MMIO, device_get_mmio(DEVICE(f->htif), 0));
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    device_unrealize(DEVICE(f->htif));
    object_unref(f->htif);
    object_unref(f->chardev);
    object_unref(&f->ram);
    address_space_destroy(&f->as);
    object_unref(&f->root);
    for (int i = 0; i < 3; i++) {
        close(f->fds[i]);
    }
    close(f->output);
    close(f->errors);
    if (f->input >= 0) {
        close(f->input);
    }
    runstate_clear();
}

static void store(Fixture *f, hwaddr addr, unsigned size, uint64_t value)
{
    g_assert_false(bql_locked());
    g_assert_cmpint(address_space_store(&f->as, addr, size, value), ==, MEMTX_OK);
    g_assert_false(bql_locked());
}

static uint64_t load(Fixture *f, hwaddr addr, unsigned size)
{
    uint64_t value = 0;

    g_assert_cmpint(address_space_load(&f->as, addr, size, &value), ==, MEMTX_OK);
    return value;
}

static void command(Fixture *f, uint64_t value)
{
    store(f, f->tohost, 8, value);
}

#define CONSOLE_READ UINT64_C(0x0100000000000000)
#define CONSOLE_WRITE(c) (UINT64_C(0x0101000000000000) | (uint8_t)(c))

static void assert_pipe(int fd, const char *expected)
{
    char text[200] = "";
    ssize_t n = read(fd, text, sizeof(text) - 1);

    g_assert_cmpint(MAX(n, 0), ==, strlen(expected));
    g_assert_cmpstr(text, ==, expected);
}

static void run_loop(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static void type_in(Fixture *f, const char *text)
{
    g_assert_cmpint(write(f->input, text, strlen(text)), ==, strlen(text));
    run_loop();
}

static void end_input(Fixture *f)
{
    close(f->input);
    f->input = -1;
    run_loop();
}

/* ---- Exit ---- */

static void test_exit(Fixture *f, gconstpointer data)
{
    (void)data;
    command(f, 0);
    g_assert_false(system_shutdown_requested());
    command(f, 42 << 1 | 1);
    g_assert_true(system_shutdown_requested());
    g_assert_cmpint(runstate_exit_status(), ==, 42);
    g_assert_cmphex(load(f, f->tohost, 8), ==, 0);
    command(f, 43 << 1 | 1); /* nobody hears */
    command(f, CONSOLE_WRITE('x'));
    g_assert_cmpint(runstate_exit_status(), ==, 42);
    assert_pipe(f->output, "");
}

static void assert_exit_status(Fixture *f, uint64_t value, int status)
{
    bql_lock();
    device_reset(DEVICE(f->htif));
    bql_unlock();
    runstate_clear();
    store(f, f->tohost, 8, 0);
    command(f, value);
    g_assert_cmpint(runstate_exit_status(), ==, status);
}

/* Failure is never taken for success, however large the code. */
static void test_exit_codes(Fixture *f, gconstpointer data)
{
    (void)data;
    assert_exit_status(f, 1, 0);
    assert_exit_status(f, 3, 1);
    assert_exit_status(f, 118 << 1 | 1, 118);
    assert_exit_status(f, 119 << 1 | 1, 119);
    assert_exit_status(f, 256 << 1 | 1, 119);
    assert_exit_status(f, UINT64_C(1) << 40 | 1, 119);
    assert_exit_status(f, (UINT64_C(1) << 48) - 1, 119);
}

/* Which stores make a command: see tohost_stored() in htif.c. */
static void test_exit_by_halves(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, f->tohost, 4, 5 << 1 | 1);
    g_assert_cmpint(runstate_exit_status(), ==, 5);
    store(f, f->tohost + 4, 4, 0);
    g_assert_cmpint(runstate_exit_status(), ==, 5);
}

static void test_console_by_halves(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, f->tohost + 4, 4, 0x01010000);
    assert_pipe(f->output, "");
    store(f, f->tohost, 4, 'A');
    assert_pipe(f->output, "A");
    g_assert_cmphex(load(f, f->tohost, 8), ==, 0);
    /* A command whose lower half is 0. */
    store(f, f->tohost + 4, 4, 0x01000000);
    store(f, f->tohost, 4, 0);
    type_in(f, "k");
    g_assert_cmphex(load(f, f->fromhost, 8), ==, CONSOLE_READ | 0x100 | 'k');
    g_assert_false(system_shutdown_requested());
}

static void test_exit_by_byte(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, f->tohost, 1, 7 << 1 | 1);
    g_assert_cmpint(runstate_exit_status(), ==, 7);
}

/* ---- Console ---- */

static void test_write(Fixture *f, gconstpointer data)
{
    const char *text = "hello\n";

    (void)data;
    for (const char *p = text; *p; p++) {
        command(f, CONSOLE_WRITE(*p));
        g_assert_cmphex(load(f, f->tohost, 8), ==, 0);
    }
    assert_pipe(f->output, text);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0); /* no answer */
    command(f, CONSOLE_WRITE('x') | 0x4100); /* only one byte of the payload counts */
    assert_pipe(f->output, "x");
}

static void test_read(Fixture *f, gconstpointer data)
{
    (void)data;
    command(f, CONSOLE_READ);
    g_assert_cmphex(load(f, f->tohost, 8), ==, 0);
    run_loop();
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
    type_in(f, "ab");
    g_assert_cmphex(load(f, f->fromhost, 8), ==, CONSOLE_READ | 0x100 | 'a');

    /* An answer waits until the one before was taken. */
    command(f, CONSOLE_READ);
    run_loop();
    g_assert_cmphex(load(f, f->fromhost, 8), ==, CONSOLE_READ | 0x100 | 'a');
    store(f, f->fromhost, 8, 0);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, CONSOLE_READ | 0x100 | 'b');
    store(f, f->fromhost, 4, 0); /* half of it is not all of it */
    g_assert_cmphex(load(f, f->fromhost, 8), ==, CONSOLE_READ);
    store(f, f->fromhost + 4, 4, 0);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
}

/* Several reads, answered in order; and no input is taken before it is asked for. */
static void test_reads(Fixture *f, gconstpointer data)
{
    (void)data;
    type_in(f, "xyz");
    command(f, CONSOLE_READ);
    command(f, CONSOLE_READ);
    run_loop();
    g_assert_cmphex(load(f, f->fromhost, 8) & 0xff, ==, 'x');
    store(f, f->fromhost, 8, 0);
    g_assert_cmphex(load(f, f->fromhost, 8) & 0xff, ==, 'y');
    store(f, f->fromhost, 8, 0);
    assert_pipe(f->fds[0], "z");
}

/* At its end, characters are waited for in vain; what else reads is told. */
static void test_end_of_input(Fixture *f, gconstpointer data)
{
    (void)data;
    command(f, CONSOLE_READ);
    end_input(f);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
    store(f, BLOCK, 8, 63);
    store(f, BLOCK + 8, 8, 0);
    store(f, BLOCK + 16, 8, BUFFER);
    store(f, BLOCK + 24, 8, 10);
    command(f, BLOCK);
    run_loop();
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 1);
    g_assert_cmphex(load(f, BLOCK, 8), ==, 0);
}

/* More commands than answers are taken for: tohost is left until there is room. */
static void test_flood(Fixture *f, gconstpointer data)
{
    unsigned taken = 0;

    (void)data;
    store(f, f->fromhost, 8, 99); /* the guest does not look */
    store(f, BLOCK, 8, 12345);
    for (; taken < 10000 && load(f, f->tohost, 8) == 0; taken++) {
        command(f, BLOCK);
    }
    g_assert_cmpuint(taken, <, 10000);
    store(f, f->fromhost, 8, 0);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 1);
    g_assert_cmphex(load(f, f->tohost, 8), ==, 0); /* there is room now */
    for (unsigned answers = 1; answers < taken; answers++) {
        store(f, f->fromhost, 8, 0);
        g_assert_cmphex(load(f, f->fromhost, 8), ==, 1);
    }
    store(f, f->fromhost, 8, 0);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);

    /* Reads that wait for input count as well. */
    for (taken = 0; taken < 10000 && load(f, f->tohost, 8) == 0; taken++) {
        command(f, CONSOLE_READ);
    }
    g_assert_cmpuint(taken, <, 10000);
}

static void test_unknown(Fixture *f, gconstpointer data)
{
    (void)data;
    command(f, UINT64_C(0x0102000000000000));
    command(f, UINT64_C(0x0200000000000001));
    command(f, UINT64_C(0x0001000000000001));
    command(f, UINT64_C(0xff00000000000003));
    g_assert_cmphex(load(f, f->tohost, 8), ==, 0);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
    g_assert_false(system_shutdown_requested());
}

/* ---- System calls ---- */

static void start_syscall(Fixture *f, uint64_t number, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t words[] = { number, a, b, c, 0, 0, 0, 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        store(f, BLOCK + 8 * i, 8, words[i]);
    }
    command(f, BLOCK);
}

/* The result; the answer is taken. */
static int64_t end_syscall(Fixture *f)
{
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 1);
    store(f, f->fromhost, 8, 0);
    return load(f, BLOCK, 8);
}

static int64_t do_syscall(Fixture *f, uint64_t number, uint64_t a, uint64_t b, uint64_t c)
{
    start_syscall(f, number, a, b, c);
    return end_syscall(f);
}

static void test_syscall_write(Fixture *f, gconstpointer data)
{
    (void)data;
    address_space_write(&f->as, BUFFER, "some text", 9);
    g_assert_cmpint(do_syscall(f, 64, 1, BUFFER, 9), ==, 9);
    assert_pipe(f->output, "some text");
    g_assert_cmpint(do_syscall(f, 64, 2, BUFFER + 5, 4), ==, 4);
    assert_pipe(f->errors, "text");
    assert_pipe(f->output, "");
    g_assert_cmpint(do_syscall(f, 64, 1, BUFFER, 0), ==, 0);
    g_assert_cmpint(do_syscall(f, 64, 0, BUFFER, 1), ==, -EBADF);
    g_assert_cmpint(do_syscall(f, 64, 3, BUFFER, 1), ==, -EBADF);
    g_assert_cmpint(do_syscall(f, 64, 1, 0, 1), ==, -EFAULT);
    g_assert_cmpint(do_syscall(f, 64, 1, UINT64_MAX - 3, 8), ==, -EFAULT);
    g_assert_cmpint(do_syscall(f, 64, 1, RAM + RAM_SIZE - 4, 8), ==, -EFAULT);
    assert_pipe(f->output, "");
}

static gpointer drain(gpointer opaque)
{
    Fixture *f = opaque;
    uint8_t buf[4096];
    size_t total = 0;

    while (!system_shutdown_requested()) {
        ssize_t n = read(f->output, buf, sizeof(buf));

        total += MAX(n, 0);
    }
    return GSIZE_TO_POINTER(total);
}

/* As much as there is memory for, and no more: a length is only a number. */
static void test_syscall_write_large(Fixture *f, gconstpointer data)
{
    GThread *reader = g_thread_new("reader", drain, f);

    (void)data;
    g_assert_cmpint(do_syscall(f, 64, 1, BUFFER, UINT64_MAX), ==, RAM_SIZE - 0x3000);
    g_usleep(100000);
    command(f, 1);
    g_assert_cmpuint(GPOINTER_TO_SIZE(g_thread_join(reader)), ==, RAM_SIZE - 0x3000);
}

static void test_syscall_read(Fixture *f, gconstpointer data)
{
    char text[8] = "";

    (void)data;
    start_syscall(f, 63, 0, BUFFER, 5);
    run_loop();
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
    type_in(f, "abc");
    g_assert_cmpint(end_syscall(f), ==, 3);
    address_space_read(&f->as, BUFFER, text, 5);
    g_assert_cmpstr(text, ==, "abc");

    type_in(f, "1234567");
    start_syscall(f, 63, 0, BUFFER, 5);
    run_loop();
    g_assert_cmpint(end_syscall(f), ==, 5);
    address_space_read(&f->as, BUFFER, text, 6);
    g_assert_cmpstr(text, ==, "12345");

    g_assert_cmpint(do_syscall(f, 63, 1, BUFFER, 5), ==, -EBADF);
    g_assert_cmpint(do_syscall(f, 63, 0, BUFFER, 0), ==, 0);
    g_assert_cmpint(do_syscall(f, 63, 0, 0x1234, 5), ==, -EFAULT);
    assert_pipe(f->fds[0], "67"); /* nothing of it was lost */
}

static void test_syscall_exit(Fixture *f, gconstpointer data)
{
    (void)data;
    start_syscall(f, 93, 17, 0, 0);
    g_assert_cmpint(runstate_exit_status(), ==, 17);
}

static void test_syscall_unknown(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(do_syscall(f, 1024, 0, 0, 0), ==, -ENOSYS);
    g_assert_cmpint(do_syscall(f, UINT64_MAX, 0, 0, 0), ==, -ENOSYS);
    g_assert_cmpint(do_syscall(f, 0, 0, 0, 0), ==, -ENOSYS);
}

/* A block where there is no memory is answered all the same. */
static void test_syscall_bad_block(Fixture *f, gconstpointer data)
{
    static const uint64_t blocks[] = { 2, 0x1000, RAM - 8, RAM + RAM_SIZE - 56, RAM + RAM_SIZE,
                                       0xfffffffffffe };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        command(f, blocks[i]);
        g_assert_cmphex(load(f, f->fromhost, 8), ==, 1);
        store(f, f->fromhost, 8, 0);
    }
}

/* A block, or a buffer, on the words themselves: odd, but defined, and it ends. */
static void test_syscall_on_words(Fixture *f, gconstpointer data)
{
    (void)data;
    command(f, f->tohost);
    command(f, f->fromhost);
    command(f, f->tohost - 8);
    store(f, f->fromhost, 8, 0);
    start_syscall(f, 63, 0, f->tohost, 8);
    type_in(f, "\x0b\0\0\0\0\0\0\0");
    g_assert_cmpint(write(f->input, "\x0b\0\0\0\0\0\0\0", 8), ==, 8);
    run_loop();
    g_assert_true(system_shutdown_requested());
}

/* ---- Where the words are ---- */

static void check_words(Fixture *f, hwaddr tohost, hwaddr fromhost)
{
    set_words(f, tohost, fromhost);
    device_realize(DEVICE(f->htif), &error_abort);
    command(f, CONSOLE_WRITE('w'));
    assert_pipe(f->output, "w");
    g_assert_cmpint(do_syscall(f, 4711, 0, 0, 0), ==, -ENOSYS);
}

static void test_words_reversed(Fixture *f, gconstpointer data)
{
    (void)data;
    check_words(f, RAM + 0x5008, RAM + 0x5000);
}

static void test_words_misaligned(Fixture *f, gconstpointer data)
{
    (void)data;
    check_words(f, RAM + 0x5003, RAM + 0x5ffd);
}

static void test_words_at_the_ends(Fixture *f, gconstpointer data)
{
    (void)data;
    check_words(f, RAM, RAM + RAM_SIZE - 8);
}

static void test_words_outside(Fixture *f, gconstpointer data)
{
    Error *err = NULL;

    (void)data;
    set_words(f, RAM - 4, FROMHOST);
    g_assert_false(device_realize(DEVICE(f->htif), &err));
    expect_error(&err, "HTIF: tohost at 0x7ffffffc is not in RAM", "check the linker script");
    set_words(f, TOHOST, RAM + RAM_SIZE - 4);
    g_assert_false(device_realize(DEVICE(f->htif), &err));
    expect_error(&err, "HTIF: fromhost at 0x8000fffc is not in RAM", "check the linker script");
    store(f, TOHOST, 8, 3); /* nobody watches */
    g_assert_false(system_shutdown_requested());
}

/* Without fromhost there is nobody to answer, however much is asked. */
static void test_no_fromhost(Fixture *f, gconstpointer data)
{
    (void)data;
    set_words(f, TOHOST, HTIF_NO_ADDR);
    device_realize(DEVICE(f->htif), &error_abort);
    for (int i = 0; i < 1000; i++) {
        command(f, BLOCK);
        g_assert_cmphex(load(f, TOHOST, 8), ==, 0);
    }
    command(f, 9 << 1 | 1);
    g_assert_cmpint(runstate_exit_status(), ==, 9);
}

static void test_unrealize(Fixture *f, gconstpointer data)
{
    (void)data;
    device_unrealize(DEVICE(f->htif));
    command(f, 3);
    g_assert_false(system_shutdown_requested());
    g_assert_cmphex(load(f, TOHOST, 8), ==, 3);
}

static void test_reset(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, f->fromhost, 8, 5);
    start_syscall(f, 12345, 0, 0, 0);
    command(f, CONSOLE_READ);
    bql_lock();
    device_reset(DEVICE(f->htif));
    bql_unlock();
    store(f, f->fromhost, 8, 0);
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
    g_assert_cmpint(write(f->input, "x", 1), ==, 1);
    run_loop();
    g_assert_cmphex(load(f, f->fromhost, 8), ==, 0);
}

/* A store by a device, which has the big lock already. */
static void test_store_under_lock(Fixture *f, gconstpointer data)
{
    (void)data;
    bql_lock();
    g_assert_cmpint(address_space_store(&f->as, f->tohost, 8, 6 << 1 | 1), ==, MEMTX_OK);
    bql_unlock();
    g_assert_cmpint(runstate_exit_status(), ==, 6);
}

static gpointer write_many(gpointer opaque)
{
    Fixture *f = opaque;

    for (int i = 0; i < 1000; i++) {
        command(f, CONSOLE_WRITE('.'));
    }
    return NULL;
}

/* Harts that store at the same time: no command is seen twice, nothing hangs. */
static void test_threads(Fixture *f, gconstpointer data)
{
    GThread *threads[4];
    uint8_t buf[8192];
    ssize_t n;

    (void)data;
    for (int i = 0; i < 4; i++) {
        threads[i] = g_thread_new("hart", write_many, f);
    }
    for (int i = 0; i < 4; i++) {
        g_thread_join(threads[i]);
    }
    n = read(f->output, buf, sizeof(buf));
    g_assert_cmpint(n, >=, 1000); /* one may store over another's command */
    g_assert_cmpint(n, <=, 4000);
}

/* ---- Registers ---- */

static void test_mmio_refused(Fixture *f, gconstpointer data)
{
    uint64_t value;

    (void)data;
    g_assert_cmpint(address_space_load(&f->as, MMIO, 1, &value), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_store(&f->as, MMIO + 8, 2, 3), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_store(&f->as, MMIO + 4, 8, 3), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_store(&f->as, MMIO + 16, 4, 3), ==, MEMTX_DECODE_ERROR);
    g_assert_false(system_shutdown_requested());
}

/* ---- Signature ---- */

typedef struct Signature {
    Fixture base;
    char *folder, *path;
} Signature;

static void set_up_signature(Signature *s, gconstpointer data)
{
    Object *htif;

    set_up_base(&s->base, data);
    s->folder = g_dir_make_tmp("rvemu-XXXXXX", NULL);
    s->path = g_build_filename(s->folder, "signature", NULL);
    htif = OBJECT(s->base.htif);
    set_words(&s->base, TOHOST, FROMHOST);
    object_property_set_str(htif, "signature", s->path, &error_abort);
    object_property_set_uint(htif, "begin-signature", BUFFER, &error_abort);
    object_property_set_uint(htif, "end-signature", BUFFER + 20, &error_abort);
    for (int i = 0; i < 40; i++) {
        s->base.ram.ram->host[BUFFER - RAM + i] = i + 0xa0;
    }
}

static void tear_down_signature(Signature *s, gconstpointer data)
{
    tear_down(&s->base, data);
    remove(s->path);
    remove(s->folder);
    g_free(s->path);
    g_free(s->folder);
}

static void check_signature(Signature *s, unsigned granularity, const char *expected)
{
    g_autofree char *text = NULL;

    object_property_set_uint(OBJECT(s->base.htif), "signature-granularity", granularity,
                             &error_abort);
    device_realize(DEVICE(s->base.htif), &error_abort);
    command(&s->base, 1);
    g_assert_cmpint(runstate_exit_status(), ==, 0);
    g_assert_true(g_file_get_contents(s->path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, expected);
}

static void test_signature_4(Signature *s, gconstpointer data)
{
    (void)data;
    check_signature(s, 4, "a3a2a1a0\na7a6a5a4\nabaaa9a8\nafaeadac\nb3b2b1b0\n");
}

static void test_signature_8(Signature *s, gconstpointer data)
{
    (void)data;
    check_signature(s, 8, "a7a6a5a4a3a2a1a0\nafaeadacabaaa9a8\n00000000b3b2b1b0\n");
}

static void test_signature_16(Signature *s, gconstpointer data)
{
    (void)data;
    check_signature(s, 16, "afaeadacabaaa9a8a7a6a5a4a3a2a1a0\n000000000000000000000000b3b2b1b0\n");
}

static void expect_no_signature(Signature *s, const char *format, const char *hint)
{
    g_autofree char *message = g_strdup_printf(format, s->path);
    Error *err = NULL;

    g_assert_false(device_realize(DEVICE(s->base.htif), &err));
    expect_error(&err, message, hint);
    g_assert_false(g_file_test(s->path, G_FILE_TEST_EXISTS));
}

static void set_range(Signature *s, uint64_t begin, uint64_t end)
{
    object_property_set_uint(OBJECT(s->base.htif), "begin-signature", begin, &error_abort);
    object_property_set_uint(OBJECT(s->base.htif), "end-signature", end, &error_abort);
}

static void test_signature_errors(Signature *s, gconstpointer data)
{
    const char *leave_out =
        "begin_signature and end_signature say what to write; leave signature= out for "
        "a program without";

    (void)data;
    set_range(s, HTIF_NO_ADDR, BUFFER);
    expect_no_signature(s, "signature=%s: the program has no symbol begin_signature", leave_out);
    set_range(s, BUFFER, HTIF_NO_ADDR);
    expect_no_signature(s, "signature=%s: the program has no symbol end_signature", leave_out);
    set_range(s, BUFFER, BUFFER);
    expect_no_signature(
        s,
        "signature=%s: end_signature at 0x80003000 is not behind begin_signature at "
        "0x80003000",
        "check the program's data section");
    set_range(s, BUFFER, BUFFER - 1);
    expect_no_signature(
        s,
        "signature=%s: end_signature at 0x80002fff is not behind begin_signature at "
        "0x80003000",
        "check the program's data section");
    set_range(s, BUFFER, RAM + RAM_SIZE + 1);
    expect_no_signature(s, "signature=%s: 0x80003000-0x80010000 is not in RAM",
                        "check where the linker script puts begin_signature and end_signature");
    set_range(s, BUFFER, BUFFER + 16);
    object_property_set_uint(OBJECT(s->base.htif), "signature-granularity", 5, &error_abort);
    expect_no_signature(s, "signature-granularity=5 is none of 4, 8 and 16", "16 is the default");
}

static void test_signature_no_file(Signature *s, gconstpointer data)
{
    g_autofree char *path = g_build_filename(s->folder, "no", "such", NULL);
    g_autofree char *message = g_strdup_printf(
        "cannot write the signature to '%s': No such file or directory", path);
    Error *err = NULL;

    (void)data;
    object_property_set_str(OBJECT(s->base.htif), "signature", path, &error_abort);
    g_assert_false(device_realize(DEVICE(s->base.htif), &err));
    expect_error(&err, message, "signature= takes the name of a file that can be created");
}

/* A signature that cannot be written makes the run a failure. */
static void test_signature_full(Signature *s, gconstpointer data)
{
    (void)data;
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
        g_test_skip("no /dev/full");
        return;
    }
    if (g_test_subprocess()) {
        object_property_set_str(OBJECT(s->base.htif), "signature", "/dev/full", &error_abort);
        device_realize(DEVICE(s->base.htif), &error_abort);
        command(&s->base, 1);
        g_assert_cmpint(runstate_exit_status(), ==, 1);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(
        "*cannot write the signature to '/dev/full': No space left on device (*");
}

/* ---- Whatever a guest stores ---- */

static hwaddr random_addr(Fixture *f)
{
    static const hwaddr places[] = { TOHOST, TOHOST + 4, FROMHOST, FROMHOST + 4, BLOCK, BUFFER, RAM,
                                     RAM + RAM_SIZE - 8, 0, UINT64_MAX - 7, TOHOST - 8 };

    (void)f;
    return places[g_test_rand_int_range(0, G_N_ELEMENTS(places))] + g_test_rand_int_range(0, 3) * 4;
}

static uint64_t random_value(Fixture *f)
{
    switch (g_test_rand_int_range(0, 6)) {
    case 0:
        return random_addr(f);
    case 1:
        return g_test_rand_int_range(60, 66);
    case 2:
        return CONSOLE_READ;
    case 3:
        return CONSOLE_WRITE('?');
    case 4:
        return g_test_rand_int_range(0, 3);
    default:
        return (uint64_t)(uint32_t)g_test_rand_int() << g_test_rand_int_range(0, 33);
    }
}

static void test_hostile(Fixture *f, gconstpointer data)
{
    uint8_t buf[65536];

    (void)data;
    fcntl(f->fds[0], F_SETFL, O_NONBLOCK); /* the guest may have read all there was */
    for (int i = 0; i < 100000; i++) {
        unsigned size = 1u << g_test_rand_int_range(0, 4);

        address_space_store(&f->as, random_addr(f), size, random_value(f));
        if (i % 64 == 0) {
            while (read(f->output, buf, sizeof(buf)) > 0 || read(f->errors, buf, sizeof(buf)) > 0) {
            }
            g_assert_cmpint(write(f->input, "in", 2), ==, 2);
            run_loop();
            if (read(f->fds[0], buf, g_test_rand_int_range(1, 3)) < 0) {
                continue;
            }
        }
        if (system_shutdown_requested()) {
            runstate_clear();
            bql_lock();
            device_reset(DEVICE(f->htif));
            bql_unlock();
        }
    }
}

/* ---- Files: what they can do, guest programs test ---- */

typedef struct Files {
    Fixture base;
    char *top;    /* a folder with a file, and ... */
    char *folder; /* ... the folder that is opened to the guest */
} Files;

static void set_up_files(Files *s, gconstpointer data)
{
    g_autofree char *file = NULL;

    set_up_base(&s->base, data);
    set_words(&s->base, TOHOST, FROMHOST);
    s->top = g_dir_make_tmp("rvemu-XXXXXX", NULL);
    s->folder = g_build_filename(s->top, "folder", NULL);
    file = g_build_filename(s->top, "file", NULL);
    g_assert_cmpint(mkdir(s->folder, 0777), ==, 0);
    g_assert_true(g_file_set_contents(file, "outside", -1, NULL));
    object_property_set_str(OBJECT(s->base.htif), "root", s->folder, &error_abort);
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void tear_down_files(Files *s, gconstpointer data)
{
    tear_down(&s->base, data);
    nftw(s->top, remove_entry, 10, FTW_DEPTH | FTW_PHYS);
    g_free(s->top);
    g_free(s->folder);
}

/* The name lies in BUFFER. */
static int64_t open_file(Files *s, const char *name, int flags)
{
    uint64_t words[] = { 56, -100, BUFFER, strlen(name) + 1, flags, 0666, 0, 0 };

    address_space_write(&s->base.as, BUFFER, name, strlen(name) + 1);
    address_space_write(&s->base.as, BLOCK, words, sizeof(words));
    command(&s->base, BLOCK);
    return end_syscall(&s->base);
}

static void test_files_reset(Files *s, gconstpointer data)
{
    Fixture *f = &s->base;

    (void)data;
    device_realize(DEVICE(f->htif), &error_abort);
    g_assert_cmpint(open_file(s, "new", 0x42), ==, 3);
    g_assert_cmpint(do_syscall(f, 57, 0, 0, 0), ==, 0); /* close() the console's input */
    bql_lock();
    device_reset(DEVICE(f->htif));
    bql_unlock();
    g_assert_cmpint(do_syscall(f, 57, 3, 0, 0), ==, -EBADF);
    g_assert_cmpint(do_syscall(f, 57, 0, 0, 0), ==, 0);
    g_assert_cmpint(open_file(s, "new", 0), ==, 0);
}

/* From now on openat2() of this process fails, as before Linux 5.6. */
static void forbid_openat2(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { G_N_ELEMENTS(code), code };

    g_assert_cmpint(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
    g_assert_cmpint(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), ==, 0);
}

static void test_files_old_host(Files *s, gconstpointer data)
{
    g_autofree char *message = NULL;
    Error *err = NULL;

    (void)data;
    if (g_test_subprocess()) {
        forbid_openat2();
        message = g_strdup_printf("htif-root=%s: this host cannot keep a guest inside a folder",
                                  s->folder);
        g_assert_false(device_realize(DEVICE(s->base.htif), &err));
        expect_error(&err, message, "that needs openat2(), of Linux 5.6, and /proc; without "
                                    "htif-root= the guest has no files");
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
}

/* They lie behind BUFFER. */
static const char file_names[][16] = { "a",  "b", "a/b", "a/../b",       "../file",  "/",
                                       ".", "..", "b/",  "a/../../file", "/../file", "" };
#define FILE_NAMES (BUFFER + 0x1000)

static uint64_t random_name(void)
{
    return FILE_NAMES + sizeof(file_names[0]) * g_test_rand_int_range(0, G_N_ELEMENTS(file_names));
}

static uint64_t random_argument(void)
{
    static const uint64_t values[] = { -100, 0,     3,      4,      5,     -1,
                                       0x42, 0x241, 0x1000, 0x8000, BUFFER, RAM + RAM_SIZE };

    switch (g_test_rand_int_range(0, 3)) {
    case 0:
        return values[g_test_rand_int_range(0, G_N_ELEMENTS(values))];
    case 1:
        return g_test_rand_int_range(0, 200);
    default:
        return random_name();
    }
}

/* Most calls begin with a directory, a name and its size; some have them twice. */
static void make_call(uint64_t words[8])
{
    static const uint16_t calls[] = { 17, 25, 34, 35, 37, 38, 46, 48, 49, 56, 56, 57, 62,
                                      64, 67, 68, 78, 79, 80, 291, 1039, 2011 };

    words[0] = calls[g_test_rand_int_range(0, G_N_ELEMENTS(calls))];
    for (int i = 1; i < 8; i++) {
        words[i] = random_argument();
    }
    for (int i = 1; i < 7; i += 3) {
        if (g_test_rand_int_range(0, 4)) {
            words[i] = g_test_rand_bit() ? -100 : g_test_rand_int_range(0, 6);
            words[i + 1] = random_name();
            words[i + 2] = sizeof(file_names[0]);
        }
    }
    if (words[0] == 46) {
        words[2] &= 0xffff; /* no file larger than that */
    }
}

/* Any call with any arguments: nothing outside the folder changes, and nothing breaks. */
static void test_files_hostile(Files *s, gconstpointer data)
{
    g_autofree char *file = g_build_filename(s->top, "file", NULL);
    g_autofree char *text = NULL;
    uint8_t printed[65536];

    (void)data;
    device_realize(DEVICE(s->base.htif), &error_abort);
    for (int i = 0; i < 20000; i++) {
        uint64_t words[8];

        if (i % 500 == 0) { /* the working directory may be gone */
            bql_lock();
            device_reset(DEVICE(s->base.htif));
            bql_unlock();
        }
        make_call(words);
        address_space_write(&s->base.as, FILE_NAMES, file_names, sizeof(file_names));
        address_space_write(&s->base.as, BLOCK, words, sizeof(words));
        command(&s->base, BLOCK);
        end_syscall(&s->base);
        while (read(s->base.output, printed, sizeof(printed)) > 0 ||
               read(s->base.errors, printed, sizeof(printed)) > 0) {
        }
    }
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "outside");
}

#define ADD(name, fn) g_test_add("/htif/" name, Fixture, NULL, set_up, fn, tear_down)
#define ADD_BOTH(name, fn)                                                       \
    ADD(name, fn);                                                               \
    g_test_add("/htif/mmio/" name, Fixture, NULL, set_up_mmio, fn, tear_down)
#define ADD_BASE(name, fn) g_test_add("/htif/" name, Fixture, NULL, set_up_base, fn, tear_down)
#define ADD_FILES(name, fn) \
    g_test_add("/htif/files/" name, Files, NULL, set_up_files, fn, tear_down_files)
#define ADD_SIGNATURE(name, fn) \
    g_test_add("/htif/signature/" name, Signature, NULL, set_up_signature, fn, tear_down_signature)

static void add_protocol_tests(void)
{
    ADD_BOTH("exit", test_exit);
    ADD_BOTH("exit-codes", test_exit_codes);
    ADD_BOTH("exit-by-halves", test_exit_by_halves);
    ADD_BOTH("console-by-halves", test_console_by_halves);
    ADD("exit-by-byte", test_exit_by_byte);
    ADD_BOTH("write", test_write);
    ADD_BOTH("read", test_read);
    ADD_BOTH("reads", test_reads);
    ADD_BOTH("end-of-input", test_end_of_input);
    ADD_BOTH("flood", test_flood);
    ADD_BOTH("unknown", test_unknown);
    ADD_BOTH("syscall-write", test_syscall_write);
    ADD("syscall-write-large", test_syscall_write_large);
    ADD_BOTH("syscall-read", test_syscall_read);
    ADD_BOTH("syscall-exit", test_syscall_exit);
    ADD_BOTH("syscall-unknown", test_syscall_unknown);
    ADD_BOTH("syscall-bad-block", test_syscall_bad_block);
    ADD("syscall-on-words", test_syscall_on_words);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    add_protocol_tests();
    ADD_BASE("words-reversed", test_words_reversed);
    ADD_BASE("words-misaligned", test_words_misaligned);
    ADD_BASE("words-at-the-ends", test_words_at_the_ends);
    ADD_BASE("words-outside", test_words_outside);
    ADD_BASE("no-fromhost", test_no_fromhost);
    ADD("unrealize", test_unrealize);
    ADD_BOTH("reset", test_reset);
    ADD("store-under-lock", test_store_under_lock);
    ADD("threads", test_threads);
    g_test_add("/htif/mmio/refused", Fixture, NULL, set_up_mmio, test_mmio_refused, tear_down);
    ADD_SIGNATURE("4", test_signature_4);
    ADD_SIGNATURE("8", test_signature_8);
    ADD_SIGNATURE("16", test_signature_16);
    ADD_SIGNATURE("errors", test_signature_errors);
    ADD_SIGNATURE("no-file", test_signature_no_file);
    ADD_SIGNATURE("full", test_signature_full);
    ADD("hostile", test_hostile);
    ADD_FILES("reset", test_files_reset);
    ADD_FILES("old-host", test_files_old_host);
    ADD_FILES("hostile", test_files_hostile);
    return g_test_run();
}
