/*
 * The debugging log: items, selection, file, whole lines from several threads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/log.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"

#define ALL_NAMES                                                                          \
    "valid items: in_asm, op, exec, cpu, int, mmu, guest_errors, unimp, commits, " \
    "insns, loader, stats, all"

static void test_parse(void)
{
    uint64_t mask = 0;
    Error *err = NULL;

    g_assert_true(log_parse_items("int", &mask, &err));
    g_assert_cmphex(mask, ==, LOG_INT);
    g_assert_true(log_parse_items("in_asm,guest_errors,in_asm", &mask, &err));
    g_assert_cmphex(mask, ==, LOG_IN_ASM | LOG_GUEST_ERROR);

    g_assert_false(log_parse_items("int,inn", &mask, &err));
    expect_error(&err, "unknown log item 'inn'", ALL_NAMES);
    g_assert_false(log_parse_items("", &mask, &err));
    expect_error(&err, "unknown log item ''", ALL_NAMES);
    g_assert_false(log_parse_items("int,", &mask, &err));
    expect_error(&err, "unknown log item ''", ALL_NAMES);
    g_assert_cmphex(mask, ==, LOG_IN_ASM | LOG_GUEST_ERROR); /* failures left it alone */
}

static void test_table(void)
{
    uint64_t all = 0, mask;
    g_autofree char *help = log_items_help();

    for (const LogItem *item = log_items; item->name; item++) {
        g_assert_cmphex(item->mask & (item->mask - 1), ==, 0);
        g_assert_cmphex(item->mask & all, ==, 0);
        all |= item->mask;
        g_assert_true(log_parse_items(item->name, &mask, &error_abort));
        g_assert_cmphex(mask, ==, item->mask);
        g_autofree char *line = g_strdup_printf("\n%-15s %s\n", item->name, item->help);
        g_assert_nonnull(strstr(help, line));
    }
    g_assert_nonnull(strstr(help, "\nall  "));
    g_assert_true(log_parse_items("int,all", &mask, &error_abort));
    g_assert_cmphex(mask, ==, all);
    g_assert_cmphex(all, ==, LOG_IN_ASM | LOG_OP | LOG_EXEC | LOG_CPU | LOG_INT | LOG_MMU |
                    LOG_GUEST_ERROR | LOG_UNIMP | LOG_COMMITS | LOG_INSNS | LOG_LOADER | LOG_STATS);
}

static void test_mask(void)
{
    int evaluated = 0;

    log_set_mask(LOG_INT | LOG_MMU);
    g_assert_cmphex(log_get_mask(), ==, LOG_INT | LOG_MMU);
    g_assert_true(log_enabled(LOG_INT));
    g_assert_true(log_enabled(LOG_MMU | LOG_CPU));
    g_assert_false(log_enabled(LOG_CPU));
    log_mask(LOG_CPU, "%d", ++evaluated);
    g_assert_cmpint(evaluated, ==, 0);
    log_cleanup();
    g_assert_cmphex(log_get_mask(), ==, 0);
}

/* The path of a new file; freed by the caller, who also removes the file. */
static char *temp_path(void)
{
    char *path = NULL;
    int fd = g_file_open_tmp("rvemu-log-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    return path;
}

static char *contents(const char *path)
{
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void test_file(void)
{
    g_autofree char *path = temp_path();
    g_autofree char *longer = g_strnfill(2000, 'x');
    g_autofree char *expected = g_strdup_printf("one 1\ntwo\n%s\nlines\nhere\n", longer);

    g_assert_true(log_set_file(path, &error_abort));
    log_set_mask(LOG_EXEC);
    log_mask(LOG_EXEC, "one %d", 1);
    log_mask(LOG_EXEC, "two\n");
    log_mask(LOG_INT, "not selected");
    log_printf("%s", longer);
    log_printf("lines\nhere\n");
    log_flush();
    g_autofree char *flushed = contents(path);
    g_assert_cmpstr(flushed, ==, expected);

    log_printf("last");
    log_cleanup();
    g_autofree char *closed = contents(path);
    g_assert_true(g_str_has_suffix(closed, "here\nlast\n"));
    g_remove(path);
}

/* Texts around the length of the buffer on the stack. */
static void test_lengths(void)
{
    g_autofree char *path = temp_path();
    g_autoptr(GString) expected = g_string_new(NULL);

    g_assert_true(log_set_file(path, &error_abort));
    for (unsigned length = 500; length < 520; length++) {
        g_autofree char *text = g_strnfill(length, 'a' + (char)(length % 26));
        log_printf("%s", text);
        g_string_append_printf(expected, "%s\n", text);
    }
    log_cleanup();
    g_autofree char *text = contents(path);
    g_assert_cmpstr(text, ==, expected->str);
    g_remove(path);
}

/* The first file is complete once the log goes to the second. */
static void test_change_file(void)
{
    g_autofree char *first = temp_path();
    g_autofree char *second = temp_path();

    g_assert_true(log_set_file(first, &error_abort));
    log_printf("one");
    g_assert_true(log_set_file(second, &error_abort));
    log_printf("two");
    g_autofree char *text = contents(first);
    g_assert_cmpstr(text, ==, "one\n");
    g_assert_true(log_set_file(NULL, &error_abort));
    g_autofree char *text2 = contents(second);
    g_assert_cmpstr(text2, ==, "two\n");
    g_remove(first);
    g_remove(second);
}

static void test_file_error(void)
{
    g_autofree char *path = temp_path();
    Error *err = NULL;

    g_assert_true(log_set_file(path, &error_abort));
    g_assert_false(log_set_file("/nonexistent/log", &err));
    expect_error(&err, "cannot open log file '/nonexistent/log': No such file or directory", NULL);
    log_printf("still there");
    log_cleanup();
    g_autofree char *text = contents(path);
    g_assert_cmpstr(text, ==, "still there\n");
    g_remove(path);
}

static void test_filter(void)
{
    g_assert_true(log_filter_passes(0));
    log_set_filter(address_filter_parse("16+16", NULL, NULL, &error_abort));
    g_assert_true(log_filter_passes(16));
    g_assert_false(log_filter_passes(32));
    log_set_filter(address_filter_parse("32+16", NULL, NULL, &error_abort));
    g_assert_false(log_filter_passes(16));
    log_cleanup();
    g_assert_true(log_filter_passes(16));
}

static void test_stderr(void)
{
    if (g_test_subprocess()) {
        log_printf("on stderr");
        log_flush();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("on stderr\n");
}

#define THREADS 4
#define LINES 500

static void *log_lines(void *opaque)
{
    for (int i = 0; i < LINES; i++) {
        log_printf("thread %d begin\nthread %d end", GPOINTER_TO_INT(opaque),
                   GPOINTER_TO_INT(opaque));
    }
    return NULL;
}

/* Each pair of lines must come out together. */
static void test_threads(void)
{
    g_autofree char *path = temp_path();
    GThread *threads[THREADS];

    g_assert_true(log_set_file(path, &error_abort));
    for (int i = 0; i < THREADS; i++) {
        threads[i] = g_thread_new("log", log_lines, GINT_TO_POINTER(i));
    }
    for (int i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
    }
    log_cleanup();

    g_autofree char *text = contents(path);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 2 * THREADS * LINES + 1);
    for (int i = 0; i < THREADS * LINES; i++) {
        int thread, same;
        g_assert_cmpint(sscanf(lines[2 * i], "thread %d begin", &thread), ==, 1);
        g_assert_cmpint(sscanf(lines[2 * i + 1], "thread %d end", &same), ==, 1);
        g_assert_cmpint(thread, ==, same);
    }
    g_remove(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/parse", test_parse);
    g_test_add_func("/log/table", test_table);
    g_test_add_func("/log/mask", test_mask);
    g_test_add_func("/log/file", test_file);
    g_test_add_func("/log/lengths", test_lengths);
    g_test_add_func("/log/change-file", test_change_file);
    g_test_add_func("/log/file-error", test_file_error);
    g_test_add_func("/log/filter", test_filter);
    g_test_add_func("/log/stderr", test_stderr);
    g_test_add_func("/log/threads", test_threads);
    return g_test_run();
}
