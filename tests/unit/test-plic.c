/*
 * The PLIC (hw-riscv/plic.c): gateways, priorities, thresholds, claims and completions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/plic.h"

#include "device-bench.h"
#include "expect.h"

typedef struct Options {
    unsigned harts;
    bool supervisor;
    unsigned sources;
} Options;

static const Options two_harts = { 2, true, 31 };
static const Options no_supervisor = { 3, false, 31 };
static const Options many = { PLIC_MAX_HARTS, true, PLIC_MAX_SOURCES };

static unsigned contexts(const Options *options)
{
    return options->supervisor ? 2 * options->harts : options->harts;
}

static void set_up(Bench *b, gconstpointer data)
{
    const Options *options = data;

    bench_init(b, TYPE_PLIC);
    object_property_set_uint(OBJECT(b->dev), "num-harts", options->harts, &error_abort);
    object_property_set_bool(OBJECT(b->dev), "supervisor", options->supervisor, &error_abort);
    object_property_set_uint(OBJECT(b->dev), "num-sources", options->sources, &error_abort);
    bench_realize(b, contexts(options));
}

static void tear_down(Bench *b, gconstpointer data)
{
    (void)data;
    bench_free(b);
}

/* ---- Registers by name ---- */

static hwaddr priority(unsigned source)
{
    return PLIC_PRIORITY + 4 * source;
}

static hwaddr pending(unsigned word)
{
    return PLIC_PENDING + 4 * word;
}

static hwaddr enable(unsigned context, unsigned word)
{
    return PLIC_ENABLE + PLIC_ENABLE_STRIDE * context + 4 * word;
}

static hwaddr threshold(unsigned context)
{
    return PLIC_CONTEXT + PLIC_CONTEXT_STRIDE * context + PLIC_THRESHOLD;
}

static uint64_t claim(Bench *b, unsigned context)
{
    return bench_load(b, PLIC_CONTEXT + PLIC_CONTEXT_STRIDE * context + PLIC_CLAIM, 4);
}

static void complete(Bench *b, unsigned context, uint32_t source)
{
    bench_store(b, PLIC_CONTEXT + PLIC_CONTEXT_STRIDE * context + PLIC_CLAIM, 4, source);
}

static void set(Bench *b, hwaddr offset, uint32_t value)
{
    bench_store(b, offset, 4, value);
}

static uint32_t get(Bench *b, hwaddr offset)
{
    return bench_load(b, offset, 4);
}

/* ---- Tests ---- */

/* Every bit that is there, and none that is not. */
static void test_registers(Bench *b, gconstpointer data)
{
    const Options *options = data;
    unsigned last = options->sources / 32;
    uint32_t of_last = (uint32_t)(UINT64_C(0xffffffff) >> (31 - options->sources % 32));

    for (unsigned i = 1; i <= options->sources; i++) {
        set(b, priority(i), 0xffffffff);
        g_assert_cmphex(get(b, priority(i)), ==, PLIC_MAX_PRIORITY);
        set(b, priority(i), 0xfffffff0);
        g_assert_cmphex(get(b, priority(i)), ==, 0);
        set(b, priority(i), i % 16);
    }
    for (unsigned i = 1; i <= options->sources; i++) {
        g_assert_cmphex(get(b, priority(i)), ==, i % 16);
    }
    for (unsigned c = 0; c < contexts(options); c++) {
        set(b, threshold(c), 0xffffffff);
        g_assert_cmphex(get(b, threshold(c)), ==, PLIC_MAX_PRIORITY);
        set(b, threshold(c), c % 16);
        for (unsigned w = 0; w <= last; w++) {
            set(b, enable(c, w), 0xffffffff);
            g_assert_cmphex(get(b, enable(c, w)), ==,
                            (w == last ? of_last : UINT32_MAX) & (w ? UINT32_MAX : ~1u));
            set(b, enable(c, w), (c + 1) << 2);
        }
    }
    for (unsigned c = 0; c < contexts(options); c++) {
        g_assert_cmphex(get(b, threshold(c)), ==, c % 16);
        g_assert_cmphex(get(b, enable(c, last)), ==, ((c + 1) << 2) & of_last);
    }
    set(b, pending(0), 0xffffffff); /* read only */
    g_assert_cmphex(get(b, pending(0)), ==, 0);
    g_assert_cmpuint(b->sink->changes, ==, 0);
}

static void test_holes(Bench *b, gconstpointer data)
{
    const Options *options = data;
    unsigned c = contexts(options);

    bench_hole(b, priority(0), 4);
    bench_hole(b, priority(options->sources + 1), 4);
    bench_hole(b, pending(options->sources / 32 + 1), 4);
    bench_hole(b, enable(0, options->sources / 32 + 1), 4);
    bench_hole(b, enable(c, 0), 4);
    bench_hole(b, threshold(c), 4);
    bench_hole(b, threshold(c) + PLIC_CLAIM, 4);
    bench_hole(b, threshold(0) + 8, 4);
    bench_hole(b, threshold(0) + 0xffc, 4);
    bench_hole(b, PLIC_SIZE - 4, 4);
    bench_refuses(b, priority(1), 1);
    bench_refuses(b, priority(1), 2);
    bench_refuses(b, priority(1) + 2, 4);
    bench_refuses(b, priority(1), 8);
    bench_refuses(b, PLIC_SIZE, 4);
    g_assert_cmpuint(b->sink->changes, ==, 0);
}

/* Eight bytes are two registers: threshold and claim are one access, in that order. */
static void test_pairs(Bench *b, gconstpointer data)
{
    (void)data;
    bench_store(b, priority(2), 8, 0x700000005);
    g_assert_cmphex(get(b, priority(2)), ==, 5);
    g_assert_cmphex(get(b, priority(3)), ==, 7);
    set(b, enable(0, 0), 1 << 2);
    bench_set_input(b, 2, 1);
    bench_store(b, threshold(0), 8, 6); /* completes source 0, that is none */
    g_assert_cmpint(bench_level(b, 0), ==, 0);
    g_assert_cmphex(bench_load(b, threshold(0), 8), ==, 0x200000006);
    g_assert_cmphex(get(b, pending(0)), ==, 0);
}

/* One interrupt from the level's rise to its end. */
static void test_flow(Bench *b, gconstpointer data)
{
    (void)data;
    set(b, priority(3), 1);
    set(b, enable(1, 0), 1 << 3);
    g_assert_cmphex(claim(b, 1), ==, 0);
    bench_set_input(b, 3, 1);
    g_assert_cmphex(get(b, pending(0)), ==, 1 << 3);
    g_assert_cmpint(bench_level(b, 1), ==, 1);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
    g_assert_cmphex(claim(b, 0), ==, 0); /* not for that context */

    g_assert_cmphex(claim(b, 1), ==, 3);
    g_assert_cmphex(get(b, pending(0)), ==, 0);
    g_assert_cmpint(bench_level(b, 1), ==, 0);
    g_assert_cmphex(claim(b, 1), ==, 0);
    /* Until it is completed the gateway lets nothing through. */
    bench_set_input(b, 3, 0);
    bench_set_input(b, 3, 1);
    g_assert_cmphex(get(b, pending(0)), ==, 0);

    complete(b, 1, 3); /* the level is still high */
    g_assert_cmpint(bench_level(b, 1), ==, 1);
    g_assert_cmphex(claim(b, 1), ==, 3);
    bench_set_input(b, 3, 0);
    complete(b, 1, 3);
    g_assert_cmpint(bench_level(b, 1), ==, 0);
    g_assert_cmphex(get(b, pending(0)), ==, 0);
    g_assert_cmphex(claim(b, 1), ==, 0);
    g_assert_cmpuint(b->sink->changes, ==, 4);
}

/* A request that was let through stays, though the level falls. */
static void test_no_retraction(Bench *b, gconstpointer data)
{
    (void)data;
    set(b, priority(1), 1);
    bench_set_input(b, 1, 1); /* also where nobody has enabled it */
    bench_set_input(b, 1, 0);
    g_assert_cmphex(get(b, pending(0)), ==, 1 << 1);
    set(b, enable(0, 0), 1 << 1);
    g_assert_cmpint(bench_level(b, 0), ==, 1);
    g_assert_cmphex(claim(b, 0), ==, 1);
    complete(b, 0, 1);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
    g_assert_cmphex(get(b, pending(0)), ==, 0);
}

static void test_priorities(Bench *b, gconstpointer data)
{
    static const unsigned expected[] = { 30, 4, 9, 31, 2, 0 };

    (void)data;
    set(b, priority(2), 1);
    set(b, priority(4), 8);
    set(b, priority(9), 8);
    set(b, priority(30), 15);
    set(b, priority(31), 7);
    set(b, enable(0, 0), 0xffffffff);
    bench_set_input(b, 5, 1); /* of priority 0: never */
    for (size_t i = 0; expected[i]; i++) {
        bench_set_input(b, expected[i], 1);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmpint(bench_level(b, 0), ==, expected[i] != 0);
        g_assert_cmpuint(claim(b, 0), ==, expected[i]);
    }
    g_assert_cmphex(get(b, pending(0)), ==, 1 << 5);
    set(b, priority(5), 3);
    g_assert_cmpint(bench_level(b, 0), ==, 1);
    set(b, priority(5), 0);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
}

/* Who is interrupted depends on the threshold; what can be claimed does not. */
static void test_threshold(Bench *b, gconstpointer data)
{
    (void)data;
    set(b, priority(6), 5);
    set(b, enable(0, 0), 1 << 6);
    set(b, enable(1, 0), 1 << 6);
    set(b, threshold(0), 5);
    set(b, threshold(1), 4);
    bench_set_input(b, 6, 1);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
    g_assert_cmpint(bench_level(b, 1), ==, 1);
    set(b, threshold(0), 4);
    set(b, threshold(1), 15);
    g_assert_cmpint(bench_level(b, 0), ==, 1);
    g_assert_cmpint(bench_level(b, 1), ==, 0);
    g_assert_cmpuint(claim(b, 1), ==, 6);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
}

/* Enabled for several contexts: whoever claims first has it; another one may complete it. */
static void test_sharing(Bench *b, gconstpointer data)
{
    (void)data;
    set(b, priority(8), 2);
    for (unsigned c = 0; c < 4; c++) {
        set(b, enable(c, 0), c == 3 ? 1 << 7 : 1 << 8);
    }
    bench_set_input(b, 8, 1);
    for (unsigned c = 0; c < 4; c++) {
        g_assert_cmpint(bench_level(b, c), ==, c < 3);
    }
    g_assert_cmpuint(claim(b, 2), ==, 8);
    for (unsigned c = 0; c < 4; c++) {
        g_assert_cmpint(bench_level(b, c), ==, 0);
        g_assert_cmpuint(claim(b, c), ==, 0);
    }
    complete(b, 3, 8); /* not enabled there: ignored */
    complete(b, 0, 7);
    complete(b, 0, 0);
    complete(b, 0, 32);
    complete(b, 0, 0xffffffff);
    g_assert_cmphex(get(b, pending(0)), ==, 0);
    complete(b, 0, 8);
    g_assert_cmphex(get(b, pending(0)), ==, 1 << 8);
    set(b, enable(0, 0), 0);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
    g_assert_cmpint(bench_level(b, 1), ==, 1);
}

/* Completing what was never claimed changes nothing. */
static void test_needless_completion(Bench *b, gconstpointer data)
{
    (void)data;
    set(b, priority(1), 1);
    set(b, enable(0, 0), 1 << 1);
    complete(b, 0, 1);
    g_assert_cmpint(bench_level(b, 0), ==, 0);
    bench_set_input(b, 1, 1);
    complete(b, 0, 1);
    g_assert_cmpint(bench_level(b, 0), ==, 1);
    g_assert_cmpuint(claim(b, 0), ==, 1);
}

static void test_reset(Bench *b, gconstpointer data)
{
    const Options *options = data;

    for (unsigned c = 0; c < contexts(options); c++) {
        set(b, enable(c, 0), 0xfffffffe);
        set(b, threshold(c), 1);
    }
    for (unsigned i = 1; i <= options->sources; i++) {
        set(b, priority(i), 15);
        bench_set_input(b, i, 1);
    }
    claim(b, 0);
    bench_reset(b);
    for (unsigned c = 0; c < contexts(options); c++) {
        g_assert_cmphex(get(b, enable(c, 0)), ==, 0);
        g_assert_cmphex(get(b, threshold(c)), ==, 0);
        g_assert_cmpint(bench_level(b, c), ==, 0);
    }
    g_assert_cmphex(get(b, pending(0)), ==, 0);
    g_assert_cmphex(get(b, priority(1)), ==, 0);
    /* Nothing is under way any more. */
    set(b, enable(0, 0), 1 << 1);
    set(b, priority(1), 1);
    bench_set_input(b, 1, 1);
    g_assert_cmpuint(claim(b, 0), ==, 1);
}

/* The last of as many sources and contexts as there can be. */
static void test_many(Bench *b, gconstpointer data)
{
    const Options *options = data;
    unsigned c = contexts(options) - 1, source = options->sources;

    set(b, priority(source), 1);
    set(b, enable(c, source / 32), 1u << source % 32);
    bench_set_input(b, source, 1);
    bench_set_input(b, 0, 1); /* leads nowhere */
    g_assert_cmphex(get(b, pending(source / 32)), ==, 1u << source % 32);
    g_assert_cmphex(get(b, pending(0)), ==, 0);
    g_assert_cmpint(bench_level(b, c), ==, 1);
    g_assert_cmpuint(claim(b, c), ==, source);
    complete(b, c, source);
    g_assert_cmpuint(claim(b, c), ==, source);
}

static void test_properties(void)
{
    static const struct {
        const char *name;
        uint64_t value;
    } wrong[] = { { "num-harts", 0 }, { "num-harts", PLIC_MAX_HARTS + 1 }, { "num-sources", 0 },
                  { "num-sources", PLIC_MAX_SOURCES + 1 } };
    Object *obj = object_new(TYPE_PLIC);

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        Error *err = NULL;

        g_assert_false(object_property_set_uint(obj, wrong[i].name, wrong[i].value, &err));
        error_free(err);
    }
    object_unref(obj);
}

static void add_hart(DTNode *cpus, unsigned i)
{
    dt_add_node(dt_add_node(cpus, "cpu@%x", i), "interrupt-controller");
}

static void test_fdt(Bench *b, gconstpointer data)
{
    const Options *options = data;
    g_autoptr(DTNode) root = dt_new();
    DTNode *cpus = dt_add_node(root, "cpus"), *node;
    Error *err = NULL;

    add_hart(cpus, 0);
    g_assert_false(DEVICE_GET_CLASS(b->dev)->fdt_populate(b->dev, dt_add_node(root, "none"),
                                                          BENCH_BASE, &err));
    expect_error(&err, "PLIC: the device tree has no node /cpus/cpu@1/interrupt-controller",
                 "num-harts must be the number of harts");
    for (unsigned i = 1; i < options->harts; i++) {
        add_hart(cpus, i);
    }
    node = bench_fdt(b, root, "/soc/plic@10000000");
    if (options->supervisor) {
        EXPECT_CELLS(node, "interrupts-extended", 1, 11, 1, 9, 2, 11, 2, 9);
    } else {
        EXPECT_CELLS(node, "interrupts-extended", 1, 11, 2, 11, 3, 11);
    }
    EXPECT_CELLS(node, "reg", 0, 0x10000000, 0, 0x1000000);
    EXPECT_CELLS(node, "riscv,ndev", 31);
    EXPECT_CELLS(node, "riscv,max-priority", 15);
    EXPECT_CELLS(node, "#interrupt-cells", 1);
    EXPECT_CELLS(dt_find(root, "/soc"), "interrupt-parent", dt_phandle(node));
}

#define ADD(name, options, fn) g_test_add("/plic/" name, Bench, &(options), set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("registers", two_harts, test_registers);
    ADD("registers/no-supervisor", no_supervisor, test_registers);
    ADD("registers/many", many, test_registers);
    ADD("holes", two_harts, test_holes);
    ADD("holes/no-supervisor", no_supervisor, test_holes);
    ADD("pairs", two_harts, test_pairs);
    ADD("flow", two_harts, test_flow);
    ADD("no-retraction", two_harts, test_no_retraction);
    ADD("priorities", two_harts, test_priorities);
    ADD("threshold", two_harts, test_threshold);
    ADD("sharing", two_harts, test_sharing);
    ADD("needless-completion", two_harts, test_needless_completion);
    ADD("reset", two_harts, test_reset);
    ADD("many", many, test_many);
    g_test_add_func("/plic/properties", test_properties);
    ADD("fdt", two_harts, test_fdt);
    ADD("fdt/no-supervisor", no_supervisor, test_fdt);
    return g_test_run();
}
