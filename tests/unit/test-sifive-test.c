/*
 * The test finisher (hw-riscv/sifive-test.c): what it asks the main loop for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/sifive-test.h"

#include "device-bench.h"
#include "system/runstate.h"

static void set_up(Bench *b, gconstpointer data)
{
    (void)data;
    bench_init(b, TYPE_SIFIVE_TEST);
    bench_realize(b, 0);
}

static void tear_down(Bench *b, gconstpointer data)
{
    (void)data;
    bench_free(b);
    runstate_clear();
}

static void test_status(Bench *b, gconstpointer data)
{
    static const struct {
        unsigned size;
        uint32_t value;
        int status;
    } rows[] = {
        { 4, 0x5555, 0 }, { 2, 0x5555, 0 }, { 4, 0x75555, 0 }, { 4, 0x73333, 7 },
        { 4, 0x763333, 118 }, { 4, 0xff3333, 119 }, { 4, 0x1003333, 119 }, { 4, 0x3333, 1 }, { 2, 0x3333, 1 },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_false(system_shutdown_requested());
        bench_store(b, 0, rows[i].size, rows[i].value);
        g_assert_true(system_shutdown_requested());
        g_assert_false(system_reset_requested());
        g_assert_cmpint(runstate_exit_status(), ==, rows[i].status);
        runstate_clear();
    }
}

static void test_reset(Bench *b, gconstpointer data)
{
    (void)data;
    bench_store(b, 0, 4, 0x7777);
    g_assert_true(system_reset_requested());
    g_assert_false(system_shutdown_requested());
}

static void test_nothing(Bench *b, gconstpointer data)
{
    static const uint32_t values[] = { 0, 1, 0x5554, 0x5555 << 16, 0x3332, 0x7776, 0xffffffff };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        bench_store(b, 0, 4, values[i]);
        g_assert_cmphex(bench_load(b, 0, 4), ==, 0);
    }
    bench_store(b, 4, 4, 0x5555);
    bench_store(b, 2, 2, 0x5555);
    bench_store(b, SIFIVE_TEST_SIZE - 4, 4, 0x7777);
    bench_refuses(b, 0, 1);
    bench_refuses(b, 0, 8);
    bench_refuses(b, SIFIVE_TEST_SIZE, 4);
    g_assert_false(system_shutdown_requested());
    g_assert_false(system_reset_requested());
}

/* Its node, and the two that tell an operating system what to store. */
static void test_fdt(Bench *b, gconstpointer data)
{
    g_autoptr(DTNode) root = dt_new();
    DTNode *node = bench_fdt(b, root, "/soc/test@10000000");
    DTNode *off = dt_find(root, "/poweroff"), *reboot = dt_find(root, "/reboot");
    size_t len;
    const void *compatible = dt_get(node, "compatible", &len);

    (void)data;
    g_assert_cmpmem(compatible, len, "sifive,test1\0sifive,test0\0syscon", 33);
    EXPECT_CELLS(node, "reg", 0, 0x10000000, 0, 0x1000);
    g_assert_cmpstr(dt_get(off, "compatible", NULL), ==, "syscon-poweroff");
    EXPECT_CELLS(off, "regmap", dt_phandle(node));
    EXPECT_CELLS(off, "offset", 0);
    EXPECT_CELLS(off, "value", 0x5555);
    g_assert_cmpstr(dt_get(reboot, "compatible", NULL), ==, "syscon-reboot");
    EXPECT_CELLS(reboot, "regmap", dt_phandle(node));
    EXPECT_CELLS(reboot, "offset", 0);
    EXPECT_CELLS(reboot, "value", 0x7777);
}

#define ADD(name, fn) g_test_add("/sifive-test/" name, Bench, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("status", test_status);
    ADD("reset", test_reset);
    ADD("nothing", test_nothing);
    ADD("fdt", test_fdt);
    return g_test_run();
}
