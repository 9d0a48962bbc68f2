/*
 * The Goldfish RTC (hw-riscv/goldfish-rtc.c), on a clock driven by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/goldfish-rtc.h"

#include "device-bench.h"

#define START UINT64_C(1709209800000000000) /* 2024-02-29T12:30:00 */

typedef struct Fixture {
    Bench bench;
    WallClock *wall;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    Bench *b = &f->bench;

    bench_init(b, TYPE_GOLDFISH_RTC);
    f->wall = wall_clock_parse(data ? data : "base=2024-02-29T12:30:00,clock=vm", &error_abort);
    wall_clock_start(f->wall, b->clock, false, &error_abort);
    object_property_set_link(OBJECT(b->dev), "wall-clock", OBJECT(f->wall), &error_abort);
    bench_realize(b, 1);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    bench_free(&f->bench);
    object_unref(f->wall);
}

static uint32_t get(Fixture *f, hwaddr offset)
{
    return bench_load(&f->bench, offset, 4);
}

static void set(Fixture *f, hwaddr offset, uint32_t value)
{
    bench_store(&f->bench, offset, 4, value);
}

static uint64_t time_now(Fixture *f)
{
    uint64_t low = get(f, GOLDFISH_RTC_TIME_LOW);

    return (uint64_t)get(f, GOLDFISH_RTC_TIME_HIGH) << 32 | low;
}

static void set_alarm(Fixture *f, uint64_t time)
{
    set(f, GOLDFISH_RTC_ALARM_HIGH, time >> 32);
    set(f, GOLDFISH_RTC_ALARM_LOW, time);
}

static int irq(const Fixture *f)
{
    return bench_level(&f->bench, 0);
}

static void test_time(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(time_now(f), ==, START);
    bench_pass(&f->bench, 123);
    g_assert_cmphex(get(f, GOLDFISH_RTC_TIME_LOW), ==, (uint32_t)(START + 123));
    bench_pass(&f->bench, UINT64_C(5) << 32);
    g_assert_cmphex(get(f, GOLDFISH_RTC_TIME_HIGH), ==, START >> 32); /* of that time */
    g_assert_cmpuint(time_now(f), ==, START + 123 + (UINT64_C(5) << 32));
}

static void test_set_time(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, GOLDFISH_RTC_TIME_HIGH, 0x11111111);
    g_assert_cmphex(time_now(f), ==, UINT64_C(0x11111111) << 32 | (uint32_t)START);
    set(f, GOLDFISH_RTC_TIME_LOW, 0x22222222);
    g_assert_cmphex(time_now(f), ==, 0x1111111122222222);
    bench_pass(&f->bench, 0x10);
    g_assert_cmphex(time_now(f), ==, 0x1111111122222232);
    bench_reset(&f->bench); /* it has a battery */
    g_assert_cmphex(time_now(f), ==, 0x1111111122222232);
}

static void test_alarm(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 0xffffffff);
    g_assert_cmphex(get(f, GOLDFISH_RTC_IRQ_ENABLED), ==, 1);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 0);
    set_alarm(f, START + 1000);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_LOW), ==, (uint32_t)(START + 1000));
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_HIGH), ==, START >> 32);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 1);
    bench_pass(&f->bench, 999);
    g_assert_cmpint(irq(f), ==, 0);
    bench_pass(&f->bench, 1);
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 0);
    bench_pass(&f->bench, 1000000);
    g_assert_cmpint(irq(f), ==, 1);
    set(f, GOLDFISH_RTC_CLEAR_INTERRUPT, 1);
    g_assert_cmpint(irq(f), ==, 0);
    bench_pass(&f->bench, 1000000);
    g_assert_cmpint(irq(f), ==, 0); /* once */

    set_alarm(f, START); /* that was before */
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 0);
}

/* The enable masks the interrupt, and does not lose it. */
static void test_enable(Fixture *f, gconstpointer data)
{
    (void)data;
    set_alarm(f, START + 10);
    bench_pass(&f->bench, 10);
    g_assert_cmpint(irq(f), ==, 0);
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    g_assert_cmpint(irq(f), ==, 1);
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 0xfffffffe);
    g_assert_cmpint(irq(f), ==, 0);
    set(f, GOLDFISH_RTC_CLEAR_INTERRUPT, 0);
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    g_assert_cmpint(irq(f), ==, 0);
}

static void test_clear_alarm(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    set_alarm(f, START + 10);
    set(f, GOLDFISH_RTC_CLEAR_ALARM, 1);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 0);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->bench.clock), ==, UINT64_MAX);
    bench_pass(&f->bench, 100);
    g_assert_cmpint(irq(f), ==, 0);
}

/* An alarm is about the time shown: setting that brings it nearer, or reaches it. */
static void test_set_time_with_alarm(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    set_alarm(f, START + 1000);
    set(f, GOLDFISH_RTC_TIME_LOW, (uint32_t)(START + 900));
    bench_pass(&f->bench, 99);
    g_assert_cmpint(irq(f), ==, 0);
    bench_pass(&f->bench, 1);
    g_assert_cmpint(irq(f), ==, 1);
    set(f, GOLDFISH_RTC_CLEAR_INTERRUPT, 1);
    set_alarm(f, START + 5000);
    set(f, GOLDFISH_RTC_TIME_HIGH, (START >> 32) + 1);
    g_assert_cmpint(irq(f), ==, 1);
}

/* One that never comes sets no timer and does no harm. */
static void test_far_alarm(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    set_alarm(f, UINT64_MAX);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 1);
    bench_pass(&f->bench, UINT64_C(1) << 60);
    g_assert_cmpint(irq(f), ==, 0);
    set_alarm(f, INT64_MAX);
    bench_pass(&f->bench, UINT64_C(1) << 60);
    g_assert_cmpint(irq(f), ==, 0);
}

/* With clock=host guest time and the time of day differ, and the alarm is about the latter. */
static void test_host(Fixture *f, gconstpointer data)
{
    uint64_t start = time_now(f);

    (void)data;
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    set_alarm(f, start + 100 * NANOSECONDS_PER_SECOND);
    bench_pass(&f->bench, 200 * NANOSECONDS_PER_SECOND); /* of guest time only */
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 1);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->bench.clock), >, f->bench.now);
    set_alarm(f, start + 50 * 1000000);
    g_usleep(60000);
    bench_pass(&f->bench, NANOSECONDS_PER_SECOND);
    g_assert_cmpint(irq(f), ==, 1);
}

static void test_reset(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    set_alarm(f, START);
    set_alarm(f, START + 1000);
    g_assert_cmpint(irq(f), ==, 1);
    bench_reset(&f->bench);
    g_assert_cmpint(irq(f), ==, 0);
    for (hwaddr offset = GOLDFISH_RTC_ALARM_LOW; offset < GOLDFISH_RTC_SIZE; offset += 4) {
        g_assert_cmphex(get(f, offset), ==, 0);
    }
    bench_pass(&f->bench, 1000);
    set(f, GOLDFISH_RTC_IRQ_ENABLED, 1);
    g_assert_cmpint(irq(f), ==, 0);
}

static void test_holes(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(get(f, GOLDFISH_RTC_CLEAR_ALARM), ==, 0);
    g_assert_cmphex(get(f, GOLDFISH_RTC_CLEAR_INTERRUPT), ==, 0);
    set(f, GOLDFISH_RTC_ALARM_STATUS, 1);
    g_assert_cmphex(get(f, GOLDFISH_RTC_ALARM_STATUS), ==, 0);
    bench_hole(&f->bench, 0x20, 4);
    bench_hole(&f->bench, GOLDFISH_RTC_SIZE - 4, 4);
    bench_refuses(&f->bench, 0, 1);
    bench_refuses(&f->bench, 0, 2);
    bench_refuses(&f->bench, 0, 8);
    bench_refuses(&f->bench, 2, 4);
    bench_refuses(&f->bench, GOLDFISH_RTC_SIZE, 4);
}

static void test_fdt(Fixture *f, gconstpointer data)
{
    g_autoptr(DTNode) root = dt_new();
    DTNode *node = bench_fdt(&f->bench, root, "/soc/rtc@10000000");

    (void)data;
    g_assert_cmpstr(dt_get(node, "compatible", NULL), ==, "google,goldfish-rtc");
    EXPECT_CELLS(node, "interrupts", 0); /* the sink's input */
    EXPECT_CELLS(node, "reg", 0, 0x10000000, 0, 0x1000);
}

#define ADD(name, fn) ADD_WITH(name, NULL, fn)
#define ADD_WITH(name, rtc, fn) \
    g_test_add("/goldfish-rtc/" name, Fixture, rtc, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("time", test_time);
    ADD("set-time", test_set_time);
    ADD("alarm", test_alarm);
    ADD("enable", test_enable);
    ADD("clear-alarm", test_clear_alarm);
    ADD("set-time-with-alarm", test_set_time_with_alarm);
    ADD("far-alarm", test_far_alarm);
    ADD_WITH("host", "clock=host", test_host);
    ADD("reset", test_reset);
    ADD("holes", test_holes);
    ADD("fdt", test_fdt);
    return g_test_run();
}
