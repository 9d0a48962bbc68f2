/*
 * One device on a bench: registers mapped, pins watched, a clock driven by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_DEVICE_BENCH_H
#define TESTS_UNIT_DEVICE_BENCH_H

#include <string.h>

#include "system/clock.h"
#include "system/cpu.h"
#include "system/device.h"

#define BENCH_BASE 0x10000000u
#define BENCH_PINS 1024

/* ---- Something whose inputs the device drives ---- */

#define TYPE_BENCH_SINK "bench-sink"
OBJECT_DECLARE_SIMPLE_TYPE(BenchSink, BENCH_SINK)

struct BenchSink {
    DeviceState parent_obj;
    int levels[BENCH_PINS];
    unsigned changes; /* calls that changed a level */
};

static inline void bench_sink_input(void *opaque, int n, int level)
{
    BenchSink *sink = BENCH_SINK(opaque);

    g_assert_true(bql_locked());
    sink->changes += sink->levels[n] != level;
    sink->levels[n] = level;
}

static inline void bench_sink_init(Object *obj)
{
    device_init_gpio_in(DEVICE(obj), bench_sink_input, BENCH_PINS);
}

static const TypeInfo bench_types[] = { {
    .name = TYPE_BENCH_SINK,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(BenchSink),
    .instance_init = bench_sink_init,
} };
DEFINE_TYPES(bench_types)

/* ---- The bench ---- */

typedef struct Bench {
    uint64_t now; /* ns */
    VirtualClock *clock;
    DeviceState *dev;
    BenchSink *sink;
    MemoryRegion root;
    AddressSpace as;
} Bench;

static inline uint64_t bench_time(void *opaque)
{
    return ((Bench *)opaque)->now;
}

/* Set links and properties of bench->dev, then bench_realize(). */
static inline void bench_init(Bench *bench, const char *type)
{
    bench->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    virtual_clock_set_source(bench->clock, bench_time, NULL, bench);
    virtual_clock_start(bench->clock);
    bench->sink = BENCH_SINK(object_new(TYPE_BENCH_SINK));
    bench->dev = DEVICE(object_new(type));
}

static inline void bench_reset(Bench *bench)
{
    bql_lock();
    device_reset(bench->dev);
    bql_unlock();
}

/* Its `pins` outputs lead to the sink's inputs of the same numbers. */
static inline void bench_realize(Bench *bench, unsigned pins)
{
    device_realize(bench->dev, &error_abort);
    for (unsigned i = 0; i < pins; i++) {
        device_connect_gpio_out(bench->dev, i, device_get_gpio_in(DEVICE(bench->sink), i));
    }
    memory_region_init(&bench->root, NULL, "root", UINT64_MAX);
    address_space_init(&bench->as, &bench->root, "test");
    memory_region_add_subregion(&bench->root, BENCH_BASE, device_get_mmio(bench->dev, 0));
    bench_reset(bench);
}

static inline void bench_free(Bench *bench)
{
    device_unrealize(bench->dev);
    object_unref(bench->dev);
    object_unref(bench->sink);
    object_unref(bench->clock);
    address_space_destroy(&bench->as);
    object_unref(&bench->root);
}

static inline uint64_t bench_load(Bench *bench, hwaddr offset, unsigned size)
{
    uint64_t value = 0;

    g_assert_cmpint(address_space_load(&bench->as, BENCH_BASE + offset, size, &value), ==,
                    MEMTX_OK);
    return value;
}

static inline void bench_store(Bench *bench, hwaddr offset, unsigned size, uint64_t value)
{
    g_assert_cmpint(address_space_store(&bench->as, BENCH_BASE + offset, size, value), ==,
                    MEMTX_OK);
}

/* Neither a load nor a store of that size and place is taken. */
static inline void bench_refuses(Bench *bench, hwaddr offset, unsigned size)
{
    uint64_t value;

    g_assert_cmpint(address_space_load(&bench->as, BENCH_BASE + offset, size, &value), ==,
                    MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_store(&bench->as, BENCH_BASE + offset, size, 1), ==,
                    MEMTX_DECODE_ERROR);
}

/* Reads as zero and takes stores in silence: there is no register of `size` bytes. */
static inline void bench_hole(Bench *bench, hwaddr offset, unsigned size)
{
    bench_store(bench, offset, size, UINT64_MAX >> (64 - 8 * size));
    g_assert_cmphex(bench_load(bench, offset, size), ==, 0);
}

/* Let `ns` pass. */
static inline void bench_pass(Bench *bench, uint64_t ns)
{
    bench->now += ns;
    bql_lock();
    virtual_clock_run_timers(bench->clock);
    bql_unlock();
}

static inline int bench_level(const Bench *bench, unsigned pin)
{
    return bench->sink->levels[pin];
}

static inline void bench_set_input(Bench *bench, int n, int level)
{
    bql_lock();
    irq_set(device_get_gpio_in(bench->dev, n), level);
    bql_unlock();
}

/* ---- Its node in the device tree ---- */

/* The node at `path` after the device has added its own; what it needs must be in `root`. */
static inline DTNode *bench_fdt(Bench *bench, DTNode *root, const char *path)
{
    DTNode *soc = dt_add_node(root, "soc");

    g_assert_true(DEVICE_GET_CLASS(bench->dev)->fdt_populate(bench->dev, soc, BENCH_BASE,
                                                             &error_abort));
    DTNode *node = dt_find(root, path);
    g_assert_nonnull(node);
    return node;
}

static inline void expect_cells(DTNode *node, const char *name, unsigned count,
                                const uint32_t *expected)
{
    size_t len;
    const uint8_t *value = dt_get(node, name, &len);

    g_assert_cmpuint(len, ==, 4 * count);
    for (unsigned i = 0; i < count; i++) {
        uint32_t cell;

        memcpy(&cell, value + 4 * i, 4);
        g_assert_cmphex(GUINT32_FROM_BE(cell), ==, expected[i]);
    }
}

#define EXPECT_CELLS(node, name, ...)                                              \
    expect_cells((node), (name), sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), \
                 (uint32_t[]){ __VA_ARGS__ })

#endif /* TESTS_UNIT_DEVICE_BENCH_H */
