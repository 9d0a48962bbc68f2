/*
 * The CLINT (hw-riscv/clint.c), on a clock driven by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/clint.h"

#include <string.h>

#include "expect.h"
#include "system/cpu.h"

#define BASE 0x2000000u

/* ---- Something whose inputs the CLINT drives ---- */

#define TYPE_SINK "test-sink"
OBJECT_DECLARE_SIMPLE_TYPE(Sink, SINK)

struct Sink {
    DeviceState parent_obj;
    int levels[2 * CLINT_MAX_HARTS];
    unsigned changes; /* calls that changed a level */
};

static void sink_input(void *opaque, int n, int level)
{
    Sink *sink = SINK(opaque);

    g_assert_true(bql_locked());
    sink->changes += sink->levels[n] != level;
    sink->levels[n] = level;
}

static void sink_init(Object *obj)
{
    device_init_gpio_in(DEVICE(obj), sink_input, 2 * CLINT_MAX_HARTS);
}

static const TypeInfo sink_info = {
    .name = TYPE_SINK,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(Sink),
    .instance_init = sink_init,
};

typedef struct Fixture {
    unsigned harts;
    uint64_t now;
    VirtualClock *clock;
    Timebase *timebase;
    CLINTState *clint;
    Sink *sink;
    MemoryRegion root;
    AddressSpace as;
} Fixture;

static uint64_t manual_source(void *opaque)
{
    return *(uint64_t *)opaque;
}

static void reset(Fixture *f)
{
    bql_lock();
    device_reset(DEVICE(f->clint));
    bql_unlock();
}

static void set_up(Fixture *f, gconstpointer data)
{
    DeviceState *dev = DEVICE(object_new(TYPE_CLINT));

    f->harts = GPOINTER_TO_UINT(data);
    f->clint = CLINT(dev);
    f->sink = SINK(object_new(TYPE_SINK));
    f->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    virtual_clock_set_source(f->clock, manual_source, NULL, &f->now);
    virtual_clock_start(f->clock);
    f->timebase = TIMEBASE(object_new(TYPE_TIMEBASE));
    object_property_set_link(OBJECT(f->timebase), "clock", OBJECT(f->clock), &error_abort);
    object_property_set_link(OBJECT(dev), "timebase", OBJECT(f->timebase), &error_abort);
    object_property_set_uint(OBJECT(dev), "num-harts", f->harts, &error_abort);
    device_realize(dev, &error_abort);
    for (unsigned i = 0; i < 2 * f->harts; i++) {
        device_connect_gpio_out(dev, i, device_get_gpio_in(DEVICE(f->sink), i));
    }
    memory_region_init(&f->root, NULL, "root", UINT64_MAX);
    address_space_init(&f->as, &f->root, "test");
    memory_region_add_subregion(&f->root, BASE, device_get_mmio(dev, 0));
    reset(f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    device_unrealize(DEVICE(f->clint));
    object_unref(f->clint);
    object_unref(f->sink);
    object_unref(f->timebase);
    object_unref(f->clock);
    address_space_destroy(&f->as);
    object_unref(&f->root);
}

static uint64_t load(Fixture *f, hwaddr offset, unsigned size)
{
    uint64_t value = 0;

    g_assert_cmpint(address_space_load(&f->as, BASE + offset, size, &value), ==, MEMTX_OK);
    return value;
}

static void store(Fixture *f, hwaddr offset, unsigned size, uint64_t value)
{
    g_assert_cmpint(address_space_store(&f->as, BASE + offset, size, value), ==, MEMTX_OK);
}

/* Let `ticks` of the timebase pass. */
static void pass(Fixture *f, uint64_t ticks)
{
    f->now += ticks * 100;
    bql_lock();
    virtual_clock_run_timers(f->clock);
    bql_unlock();
}

static int software(Fixture *f, unsigned hart)
{
    return f->sink->levels[CLINT_PIN_SOFTWARE(hart)];
}

static int timer(Fixture *f, unsigned hart)
{
    return f->sink->levels[CLINT_PIN_TIMER(hart)];
}

/* ---- Tests ---- */

static void test_reset(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, CLINT_MSIP, 4, 1);
    store(f, CLINT_MTIMECMP, 8, 5);
    pass(f, 100);
    g_assert_cmpint(software(f, 0), ==, 1);
    g_assert_cmpint(timer(f, 0), ==, 1);
    reset(f);
    for (unsigned i = 0; i < f->harts; i++) {
        g_assert_cmphex(load(f, CLINT_MSIP + 4 * i, 4), ==, 0);
        g_assert_cmphex(load(f, CLINT_MTIMECMP + 8 * i, 8), ==, UINT64_MAX);
        g_assert_cmpint(software(f, i), ==, 0);
        g_assert_cmpint(timer(f, i), ==, 0);
    }
    g_assert_cmpuint(load(f, CLINT_MTIME, 8), ==, 0);
    pass(f, 1);
    g_assert_cmpuint(load(f, CLINT_MTIME, 8), ==, 1);
}

static void test_msip(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < f->harts; i++) {
        store(f, CLINT_MSIP + 4 * i, 4, 0xffffffff); /* only bit 0 is there */
        g_assert_cmphex(load(f, CLINT_MSIP + 4 * i, 4), ==, 1);
        for (unsigned j = 0; j < f->harts; j++) {
            g_assert_cmpint(software(f, j), ==, i == j);
            g_assert_cmpint(timer(f, j), ==, 0);
        }
        store(f, CLINT_MSIP + 4 * i, 4, 0xfffffffe);
        g_assert_cmphex(load(f, CLINT_MSIP + 4 * i, 4), ==, 0);
        g_assert_cmpint(software(f, i), ==, 0);
    }
    g_assert_cmpuint(f->sink->changes, ==, 2 * f->harts);
}

/* Eight bytes are two harts. */
static void test_msip_pair(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, CLINT_MSIP, 8, 0x100000003);
    g_assert_cmpint(software(f, 0), ==, 1);
    g_assert_cmpint(software(f, 1), ==, 1);
    g_assert_cmphex(load(f, CLINT_MSIP, 8), ==, 0x100000001);
    store(f, CLINT_MSIP, 8, 0x100000000);
    g_assert_cmpint(software(f, 0), ==, 0);
    g_assert_cmpint(software(f, 1), ==, 1);
    /* The last hart and one that is not there. */
    store(f, CLINT_MSIP + 8, 8, 0x100000001);
    g_assert_cmphex(load(f, CLINT_MSIP + 8, 8), ==, 1);
}

static void test_timer(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, CLINT_MTIMECMP + 8, 8, 100);
    g_assert_cmphex(load(f, CLINT_MTIMECMP + 8, 8), ==, 100);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, 10000);
    pass(f, 99);
    g_assert_cmpint(timer(f, 1), ==, 0);
    pass(f, 1);
    g_assert_cmpint(timer(f, 1), ==, 1);
    g_assert_cmpint(timer(f, 0), ==, 0);
    g_assert_cmpint(timer(f, 2), ==, 0);
    pass(f, 1000000);
    g_assert_cmpint(timer(f, 1), ==, 1); /* until somebody moves mtimecmp */

    store(f, CLINT_MTIMECMP + 8, 8, 2000000);
    g_assert_cmpint(timer(f, 1), ==, 0);
    store(f, CLINT_MTIMECMP + 8, 8, 1); /* is past: at once, without waiting for the clock */
    g_assert_cmpint(timer(f, 1), ==, 1);
    store(f, CLINT_MTIMECMP + 8, 8, UINT64_MAX);
    g_assert_cmpint(timer(f, 1), ==, 0);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->clock), ==, UINT64_MAX);
}

/* The comparison is unsigned, over all 64 bits. */
static void test_timer_unsigned(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, CLINT_MTIME, 8, 0x8000000000000000);
    store(f, CLINT_MTIMECMP, 8, 0x7fffffffffffffff);
    g_assert_cmpint(timer(f, 0), ==, 1);
    store(f, CLINT_MTIMECMP, 8, 0x8000000000000010);
    g_assert_cmpint(timer(f, 0), ==, 0);
    pass(f, 16);
    g_assert_cmpint(timer(f, 0), ==, 1);
}

/* By halves, as 32-bit software does it. */
static void test_halves(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, CLINT_MTIMECMP, 4, 0x11111111);
    g_assert_cmphex(load(f, CLINT_MTIMECMP, 8), ==, 0xffffffff11111111);
    g_assert_cmpint(timer(f, 0), ==, 0);
    store(f, CLINT_MTIMECMP + 4, 4, 0x22222222);
    g_assert_cmphex(load(f, CLINT_MTIMECMP, 8), ==, 0x2222222211111111);
    g_assert_cmphex(load(f, CLINT_MTIMECMP, 4), ==, 0x11111111);
    g_assert_cmphex(load(f, CLINT_MTIMECMP + 4, 4), ==, 0x22222222);

    store(f, CLINT_MTIME + 4, 4, 0x33333333);
    g_assert_cmphex(load(f, CLINT_MTIME + 4, 4), ==, 0x33333333);
    g_assert_cmpint(timer(f, 0), ==, 1);
    store(f, CLINT_MTIME, 4, 0xfffffffe);
    g_assert_cmphex(load(f, CLINT_MTIME, 8), ==, 0x33333333fffffffe);
    pass(f, 2);
    g_assert_cmphex(load(f, CLINT_MTIME + 4, 4), ==, 0x33333334);
}

/* Writing mtime moves every comparator, and others who compare hear of it. */
static void test_mtime(Fixture *f, gconstpointer data)
{
    (void)data;
    store(f, CLINT_MTIMECMP, 8, 1000);
    store(f, CLINT_MTIMECMP + 8, 8, 2000);
    store(f, CLINT_MTIME, 8, 1500);
    g_assert_cmpuint(timebase_read(f->timebase), ==, 1500);
    g_assert_cmpint(timer(f, 0), ==, 1);
    g_assert_cmpint(timer(f, 1), ==, 0);
    pass(f, 500);
    g_assert_cmpint(timer(f, 1), ==, 1);
    store(f, CLINT_MTIME, 8, 0);
    g_assert_cmpint(timer(f, 0), ==, 0);
    g_assert_cmpint(timer(f, 1), ==, 0);
    pass(f, 1000);
    g_assert_cmpint(timer(f, 0), ==, 1);
    g_assert_cmpint(timer(f, 1), ==, 0);
}

/* What is not there reads as zero and takes stores in silence. */
static void test_holes(Fixture *f, gconstpointer data)
{
    hwaddr holes[] = { 4 * f->harts, 0x3ffc, CLINT_MTIMECMP + 8 * f->harts, CLINT_MTIME - 8,
                       CLINT_MTIME + 8, 0x10000, CLINT_SIZE - 4 };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(holes); i++) {
        store(f, holes[i], 4, 0xffffffff);
        g_assert_cmphex(load(f, holes[i], 4), ==, 0);
    }
    g_assert_cmpuint(f->sink->changes, ==, 0);
}

static void test_refused(Fixture *f, gconstpointer data)
{
    static const struct {
        hwaddr offset;
        unsigned size;
    } accesses[] = {
        { CLINT_MSIP, 1 }, { CLINT_MSIP, 2 }, { CLINT_MSIP + 2, 4 }, { CLINT_MSIP + 4, 8 },
        { CLINT_MTIME + 4, 8 }, { CLINT_MTIME, 1 }, { CLINT_SIZE, 4 }, { CLINT_SIZE - 2, 4 },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++) {
        uint64_t value;
        hwaddr addr = BASE + accesses[i].offset;

        g_assert_cmpint(address_space_load(&f->as, addr, accesses[i].size, &value), ==,
                        MEMTX_DECODE_ERROR);
        g_assert_cmpint(address_space_store(&f->as, addr, accesses[i].size, 1), ==,
                        MEMTX_DECODE_ERROR);
    }
    g_assert_cmpuint(f->sink->changes, ==, 0);
}

/* The last of as many harts as there can be. */
static void test_many(Fixture *f, gconstpointer data)
{
    unsigned last = f->harts - 1;

    (void)data;
    store(f, CLINT_MSIP + 4 * last, 4, 1);
    g_assert_cmpint(software(f, last), ==, 1);
    store(f, CLINT_MTIMECMP + 8 * last, 8, 10);
    pass(f, 10);
    g_assert_cmpint(timer(f, last), ==, 1);
    g_assert_cmpuint(f->sink->changes, ==, 2);
    g_assert_cmpuint(load(f, CLINT_MTIME, 8), ==, 10); /* and mtime is no mtimecmp */
}

static void test_properties(void)
{
    Object *obj = object_new(TYPE_CLINT);
    Error *err = NULL;

    g_assert_false(object_property_set_uint(obj, "num-harts", 0, &err));
    g_clear_pointer(&err, error_free);
    g_assert_false(object_property_set_uint(obj, "num-harts", CLINT_MAX_HARTS + 1, &err));
    g_clear_pointer(&err, error_free);
    object_unref(obj);
}

/* Its node, and that it wants every hart's. */
static void test_fdt(Fixture *f, gconstpointer data)
{
    g_autoptr(DTNode) root = dt_new();
    DTNode *cpus = dt_add_node(root, "cpus"), *node;
    DeviceClass *dc = DEVICE_GET_CLASS(f->clint);
    Error *err = NULL;
    size_t len;
    const void *value;

    (void)data;
    for (unsigned i = 0; i + 1 < f->harts; i++) {
        dt_add_node(dt_add_node(cpus, "cpu@%x", i), "interrupt-controller");
    }
    g_assert_false(dc->fdt_populate(DEVICE(f->clint), dt_add_node(root, "soc-1"), BASE, &err));
    expect_error(&err, "CLINT: the device tree has no node /cpus/cpu@2/interrupt-controller",
                 "num-harts must be the number of harts");
    dt_add_node(dt_add_node(cpus, "cpu@%x", f->harts - 1), "interrupt-controller");
    g_assert_true(
        dc->fdt_populate(DEVICE(f->clint), dt_add_node(root, "soc-2"), BASE, &error_abort));
    node = dt_find(root, "/soc-2/clint@2000000");
    value = dt_get(node, "interrupts-extended", &len);
    g_assert_cmpmem(value, len,
                    "\0\0\0\1\0\0\0\3\0\0\0\1\0\0\0\7\0\0\0\2\0\0\0\3\0\0\0\2\0\0\0\7"
                    "\0\0\0\3\0\0\0\3\0\0\0\3\0\0\0\7", 48);
    value = dt_get(node, "reg", &len);
    g_assert_cmpmem(value, len, "\0\0\0\0\2\0\0\0\0\0\0\0\0\x0c\0\0", 16);
}

#define ADD(name, harts, fn) \
    g_test_add("/clint/" name, Fixture, GUINT_TO_POINTER(harts), set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&sink_info);
    ADD("reset", 3, test_reset);
    ADD("msip", 3, test_msip);
    ADD("msip-pair", 3, test_msip_pair);
    ADD("timer", 3, test_timer);
    ADD("timer-unsigned", 1, test_timer_unsigned);
    ADD("halves", 1, test_halves);
    ADD("mtime", 3, test_mtime);
    ADD("holes", 3, test_holes);
    ADD("refused", 3, test_refused);
    ADD("many", CLINT_MAX_HARTS, test_many);
    g_test_add_func("/clint/properties", test_properties);
    ADD("fdt", 3, test_fdt);
    return g_test_run();
}
