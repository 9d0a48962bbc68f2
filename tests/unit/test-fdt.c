/*
 * The device tree (system/fdt.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/fdt.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "expect.h"

static DTNode *make_tree(void)
{
    DTNode *root = dt_new();
    DTNode *cpus = dt_add_node(root, "cpus");
    DTNode *cpu = dt_add_node(cpus, "cpu@%x", 10);

    dt_set_string(root, "model", "a model");
    dt_set_u32(cpus, "#address-cells", 1);
    dt_set_u32(cpu, "reg", 10);
    dt_set_strings(cpu, "compatible", "one", "two", NULL);
    dt_set_empty(cpu, "nothing");
    dt_set_u64(cpu, "wide", 0x123456789abcdef0);
    dt_set_reg(dt_add_node(root, "memory@80000000"), 0x80000000, 0x200000000);
    return root;
}

static void test_find(void)
{
    g_autoptr(DTNode) root = make_tree();
    DTNode *cpu = dt_find(root, "/cpus/cpu@a");
    g_autofree char *path = dt_path(cpu);
    g_autofree char *root_path = dt_path(root);

    g_assert_nonnull(cpu);
    g_assert_cmpstr(path, ==, "/cpus/cpu@a");
    g_assert_cmpstr(root_path, ==, "/");
    g_assert_true(dt_find(cpu, "/") == root); /* from anywhere in the tree */
    g_assert_true(dt_find(cpu, "/cpus/") == dt_child(root, "cpus"));
    g_assert_null(dt_find(root, "/cpus/cpu@"));
    g_assert_null(dt_find(root, "/cpus/cpu@ab"));
    g_assert_null(dt_find(root, "/cpu@a"));
    g_assert_null(dt_child(cpu, "x"));
}

static void assert_bytes(const DTNode *node, const char *name, const char *bytes, size_t count)
{
    size_t len;
    const void *value = dt_get(node, name, &len);

    g_assert_nonnull(value);
    g_assert_cmpmem(value, len, bytes, count);
}

static void test_properties(void)
{
    g_autoptr(DTNode) root = make_tree();
    DTNode *cpu = dt_find(root, "/cpus/cpu@a");

    assert_bytes(cpu, "reg", "\0\0\0\x0a", 4);
    assert_bytes(cpu, "compatible", "one\0two", 8);
    assert_bytes(cpu, "nothing", "", 0);
    assert_bytes(cpu, "wide", "\x12\x34\x56\x78\x9a\xbc\xde\xf0", 8);
    assert_bytes(dt_find(root, "/memory@80000000"), "reg", "\0\0\0\0\x80\0\0\0\0\0\0\2\0\0\0\0",
                 16);
    g_assert_null(dt_get(cpu, "wid", NULL));
    dt_set_string(cpu, "reg", "new");
    assert_bytes(cpu, "reg", "new", 4);
}

static void test_phandles(void)
{
    g_autoptr(DTNode) root = make_tree();
    DTNode *cpu = dt_find(root, "/cpus/cpu@a");

    g_assert_cmpuint(dt_phandle(cpu), ==, 1);
    g_assert_cmpuint(dt_phandle(root), ==, 2);
    g_assert_cmpuint(dt_phandle(cpu), ==, 1);
    assert_bytes(cpu, "phandle", "\0\0\0\1", 4);
}

/* libfdt reads what we write, in our order. */
static void test_flatten(void)
{
    g_autoptr(DTNode) root = make_tree();
    size_t size;
    g_autofree void *blob = dt_flatten(root, &size);
    int cpu, len;

    g_assert_cmpint(fdt_check_full(blob, size), ==, 0);
    g_assert_cmpuint(fdt_totalsize(blob), ==, size);
    cpu = fdt_path_offset(blob, "/cpus/cpu@a");
    g_assert_cmpint(cpu, >, 0);
    g_assert_cmpint(fdt_stringlist_search(blob, cpu, "compatible", "two"), ==, 1);
    g_assert_nonnull(fdt_getprop(blob, cpu, "nothing", &len));
    g_assert_cmpint(len, ==, 0);
    g_assert_cmpstr(fdt_get_name(blob, fdt_first_subnode(blob, 0), NULL), ==, "cpus");
}

/* It grows as it must. */
static void test_large(void)
{
    g_autoptr(DTNode) root = dt_new();
    g_autofree char *text = g_strnfill(1000, 'x');
    g_autofree void *blob = NULL;
    size_t size;

    for (int i = 0; i < 500; i++) {
        dt_set_string(dt_add_node(root, "node@%x", i), "text", text);
    }
    blob = dt_flatten(root, &size);
    g_assert_cmpuint(size, >, 500 * 1000);
    g_assert_cmpint(fdt_check_full(blob, size), ==, 0);
    g_assert_cmpint(fdt_path_offset(blob, "/node@1f3"), >, 0);
}

static void test_round_trip(void)
{
    g_autoptr(DTNode) root = make_tree();
    g_autoptr(DTNode) back = NULL;
    g_autofree void *first = NULL;
    g_autofree void *second = NULL;
    size_t size, size_back;

    dt_phandle(dt_find(root, "/cpus/cpu@a"));
    first = dt_flatten(root, &size);
    back = dt_parse(first, size, "x", &error_abort);
    second = dt_flatten(back, &size_back);
    g_assert_cmpmem(first, size, second, size_back);
    /* New phandles do not meet old ones. */
    g_assert_cmpuint(dt_phandle(dt_find(back, "/cpus")), ==, 2);
}

/* Memory reservations survive. */
static void test_reservations(void)
{
    g_autofree void *blob = g_malloc0(4096);
    g_autofree void *flat = NULL;
    g_autoptr(DTNode) root = NULL;
    uint64_t addr, size;
    size_t length;

    g_assert_cmpint(fdt_create_empty_tree(blob, 4096), ==, 0);
    g_assert_cmpint(fdt_add_mem_rsv(blob, 0x80000000, 0x1000), ==, 0);
    root = dt_parse(blob, 4096, "x", &error_abort);
    flat = dt_flatten(root, &length);
    g_assert_cmpint(fdt_num_mem_rsv(flat), ==, 1);
    g_assert_cmpint(fdt_get_mem_rsv(flat, 0, &addr, &size), ==, 0);
    g_assert_cmphex(addr, ==, 0x80000000);
    g_assert_cmphex(size, ==, 0x1000);
}

static void expect_refused(const void *blob, size_t size, const char *message, const char *hint)
{
    Error *err = NULL;

    g_assert_null(dt_parse(blob, size, "x", &err));
    expect_error(&err, message, hint);
}

static void test_bad_blobs(void)
{
    g_autoptr(DTNode) root = make_tree();
    size_t size;
    g_autofree uint8_t *blob = dt_flatten(root, &size);
    const char *again = "copy or compile it again";
    /* As memory that a file was read into is; of others, libfdt complains about just that. */
    static const char source[] __attribute__((aligned(8))) =
        "/dts-v1/; / { }; and so on, for as long as a header is";

    expect_refused(source, 50, "'x' is not a device tree blob",
                   "a .dts source must be compiled with dtc first");
    expect_refused(blob, 4, "'x' is not a device tree blob",
                   "a .dts source must be compiled with dtc first");
    expect_refused(blob, size - 1, "'x' is a truncated device tree blob", again);
    fdt_set_version(blob, 99);
    fdt_set_last_comp_version(blob, 99);
    expect_refused(blob, size, "'x' is a damaged device tree blob: FDT_ERR_BADVERSION", again);
}

/* Two nodes of one name, and more levels than anybody needs. */
static void test_bad_trees(void)
{
    g_autofree void *blob = g_malloc0(65536);
    const char *message =
        "'x' is a damaged device tree blob: bad, double or too deeply nested nodes";

    fdt_create(blob, 65536);
    fdt_finish_reservemap(blob);
    fdt_begin_node(blob, "");
    for (int i = 0; i < 2; i++) {
        fdt_begin_node(blob, "twin");
        fdt_end_node(blob);
    }
    fdt_end_node(blob);
    fdt_finish(blob);
    expect_refused(blob, 65536, message, "copy or compile it again");

    fdt_create(blob, 65536);
    fdt_finish_reservemap(blob);
    for (int i = 0; i < 500; i++) {
        fdt_begin_node(blob, i ? "n" : "");
    }
    for (int i = 0; i < 500; i++) {
        fdt_end_node(blob);
    }
    fdt_finish(blob);
    expect_refused(blob, 65536, message, "copy or compile it again");
}

/* Whatever bytes there are: an error or a tree that can be written, and no crash. */
static void test_hostile(void)
{
    g_autoptr(DTNode) good = make_tree();
    size_t size;
    g_autofree uint8_t *blob = dt_flatten(good, &size);

    for (int round = 0; round < 20000; round++) {
        g_autofree uint8_t *bad = g_memdup2(blob, size);
        g_autoptr(DTNode) root = NULL;

        for (int i = g_test_rand_int_range(1, 6); i > 0; i--) {
            bad[g_test_rand_int_range(0, size)] = g_test_rand_int();
        }
        root = dt_parse(bad, g_test_rand_bit() ? size : (size_t)g_test_rand_int_range(0, size), "x",
                        NULL);
        if (root) {
            size_t length;

            g_free(dt_flatten(root, &length));
            dt_phandle(root);
        }
    }
}

static void test_load(void)
{
    Error *err = NULL;
    g_autoptr(DTNode) root = make_tree();
    g_autoptr(DTNode) back = NULL;
    size_t size;
    g_autofree char *blob = dt_flatten(root, &size);
    g_autofree char *folder = g_dir_make_tmp("rvemu-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "x.dtb", NULL);

    g_assert_null(dt_load(file, &err));
    g_assert_true(g_str_has_prefix(error_get_pretty(err), "cannot open '"));
    error_free(err);
    g_assert_true(g_file_set_contents(file, blob, size, NULL));
    back = dt_load(file, &error_abort);
    g_assert_nonnull(dt_find(back, "/cpus/cpu@a"));
    remove(file);
    remove(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fdt/find", test_find);
    g_test_add_func("/fdt/properties", test_properties);
    g_test_add_func("/fdt/phandles", test_phandles);
    g_test_add_func("/fdt/flatten", test_flatten);
    g_test_add_func("/fdt/large", test_large);
    g_test_add_func("/fdt/round-trip", test_round_trip);
    g_test_add_func("/fdt/reservations", test_reservations);
    g_test_add_func("/fdt/bad-blobs", test_bad_blobs);
    g_test_add_func("/fdt/bad-trees", test_bad_trees);
    g_test_add_func("/fdt/hostile", test_hostile);
    g_test_add_func("/fdt/load", test_load);
    return g_test_run();
}
