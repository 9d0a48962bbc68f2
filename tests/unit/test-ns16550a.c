/*
 * The NS16550A (hw-riscv/ns16550a.c), on a clock and a line driven by hand.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/ns16550a.h"

#include "../../system/chardev-internal.h"
#include "device-bench.h"

/* ---- The other end of the line ---- */

#define TYPE_TEST_LINE "test-line"
OBJECT_DECLARE_SIMPLE_TYPE(TestLine, TEST_LINE)

struct TestLine {
    Chardev parent_obj;
    GString *sent; /* by the UART */
};

static bool line_open(Chardev *chr, Error **errp)
{
    (void)chr;
    (void)errp;
    return true;
}

static bool line_write(Chardev *chr, const uint8_t *data, size_t len)
{
    g_assert_true(bql_locked());
    g_string_append_len(TEST_LINE(chr)->sent, (const char *)data, len);
    return true;
}

static void line_watch_input(Chardev *chr, bool on)
{
    (void)chr;
    (void)on;
}

static void line_init(Object *obj)
{
    TEST_LINE(obj)->sent = g_string_new(NULL);
}

static void line_finalize(Object *obj)
{
    g_string_free(TEST_LINE(obj)->sent, true);
}

static void line_class_init(ObjectClass *oc, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    (void)data;
    cc->open = line_open;
    cc->write = line_write;
    cc->watch_input = line_watch_input;
}

static const TypeInfo line_types[] = { {
    .name = TYPE_TEST_LINE,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(TestLine),
    .instance_init = line_init,
    .instance_finalize = line_finalize,
    .class_init = line_class_init,
} };
DEFINE_TYPES(line_types)

/* ---- The fixture ---- */

#define CHARACTER 1000u /* ns that one takes, as set_up() has it: 10 bits at 10 Mbaud */

enum { /* of IER */
    RDI = 1, THRI = 2, RLSI = 4, MSI = 8,
};
enum { /* of IIR, FIFOs off */
    NONE = 1, MODEM = 0, EMPTY = 2, DATA = 4, STATUS = 6, TIMEOUT = 12,
};
enum { IDLE = 0x60, READY = 0x01, OVERRUN = 0x02, LINES = 0xb0 };

typedef struct Fixture {
    Bench bench;
    TestLine *line;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    Bench *b = &f->bench;

    (void)data;
    bench_init(b, TYPE_NS16550A);
    f->line = TEST_LINE(object_new(TYPE_TEST_LINE));
    object_property_set_link(OBJECT(b->dev), "clock", OBJECT(b->clock), &error_abort);
    object_property_set_link(OBJECT(b->dev), "chardev", OBJECT(f->line), &error_abort);
    object_property_set_uint(OBJECT(b->dev), "clock-frequency", 160000000, &error_abort);
    bench_realize(b, 1);
    bench_store(b, NS16550A_LCR, 1, 0x83);
    bench_store(b, NS16550A_DLL, 1, 1);
    bench_store(b, NS16550A_DLM, 1, 0);
    bench_store(b, NS16550A_LCR, 1, 0x03);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    bench_free(&f->bench);
    object_unref(f->line);
}

static void set(Fixture *f, unsigned reg, uint8_t value)
{
    bench_store(&f->bench, reg, 1, value);
}

static uint8_t get(Fixture *f, unsigned reg)
{
    return bench_load(&f->bench, reg, 1);
}

static int irq(const Fixture *f)
{
    return bench_level(&f->bench, 0);
}

/* How many characters the UART asks for. */
static size_t wanted(const Fixture *f)
{
    return chardev_input_room(CHARDEV(f->line));
}

/* Send what is in `text`, of which the UART must have asked for no less. */
static void type(Fixture *f, const char *text)
{
    bql_lock();
    g_assert_cmpuint(wanted(f), >=, strlen(text));
    chardev_deliver(CHARDEV(f->line), (const uint8_t *)text, strlen(text));
    bql_unlock();
}

static void expect_sent(Fixture *f, const char *text)
{
    g_assert_cmpstr(f->line->sent->str, ==, text);
    g_string_truncate(f->line->sent, 0);
}

static void expect_received(Fixture *f, const char *text)
{
    for (; *text; text++) {
        g_assert_cmphex(get(f, NS16550A_LSR) & READY, ==, READY);
        g_assert_cmphex(get(f, NS16550A_RBR), ==, (uint8_t)*text);
    }
    g_assert_cmphex(get(f, NS16550A_LSR) & READY, ==, 0);
}

/* ---- Tests ---- */

static void test_reset(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned reg = 1; reg < 8; reg++) {
        set(f, reg, 0x6f); /* all but DLAB, and the loop */
    }
    type(f, "abc");
    g_assert_cmpint(irq(f), ==, 1);
    bench_reset(&f->bench);
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmpuint(wanted(f), ==, 0);
    g_assert_cmphex(get(f, NS16550A_IER), ==, 0);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, NONE);
    g_assert_cmphex(get(f, NS16550A_LCR), ==, 0);
    g_assert_cmphex(get(f, NS16550A_MCR), ==, 0);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    g_assert_cmphex(get(f, NS16550A_MSR), ==, LINES);
    g_assert_cmphex(get(f, NS16550A_RBR), ==, 0);
    g_assert_cmphex(get(f, NS16550A_SCR), ==, 0x6f); /* and it keeps the divisor */
    set(f, NS16550A_LCR, 0x80);
    g_assert_cmphex(get(f, NS16550A_DLL), ==, 1);
}

/* Registers that just keep their bits, each bit of them. */
static void test_bits(Fixture *f, gconstpointer data)
{
    static const struct {
        unsigned reg;
        uint8_t mask;
    } rows[] = {
        { NS16550A_IER, 0x0f }, { NS16550A_LCR, 0xff }, { NS16550A_MCR, 0x1f },
        { NS16550A_SCR, 0xff },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            set(f, rows[i].reg, 1 << bit);
            g_assert_cmphex(get(f, rows[i].reg), ==, (1 << bit) & rows[i].mask);
        }
        set(f, rows[i].reg, 0);
        g_assert_cmphex(get(f, rows[i].reg), ==, 0);
    }
    set(f, NS16550A_LSR, 0xff);
    set(f, NS16550A_MSR, 0xff);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    g_assert_cmphex(get(f, NS16550A_MSR) & 0xf0, ==, LINES);
}

/* With DLAB the first two registers are others. */
static void test_divisor(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_IER, RDI);
    set(f, NS16550A_LCR, 0x83);
    g_assert_cmphex(get(f, NS16550A_LCR), ==, 0x83);
    set(f, NS16550A_DLL, 0x5a);
    set(f, NS16550A_DLM, 0xa5);
    g_assert_cmphex(get(f, NS16550A_DLL), ==, 0x5a);
    g_assert_cmphex(get(f, NS16550A_DLM), ==, 0xa5);
    expect_sent(f, "");
    set(f, NS16550A_LCR, 0x03);
    g_assert_cmphex(get(f, NS16550A_IER), ==, RDI);
    set(f, NS16550A_THR, 'x');
    expect_sent(f, "x");
    set(f, NS16550A_LCR, 0x83);
    g_assert_cmphex(get(f, NS16550A_DLL), ==, 0x5a);
}

static void test_holes(Fixture *f, gconstpointer data)
{
    (void)data;
    for (hwaddr offset = 8; offset < NS16550A_SIZE; offset++) {
        bench_hole(&f->bench, offset, 1);
    }
    bench_refuses(&f->bench, 0, 2);
    bench_refuses(&f->bench, 0, 4);
    bench_refuses(&f->bench, 0, 8);
    bench_refuses(&f->bench, NS16550A_SIZE, 1);
    expect_sent(f, "");
}

/* ---- Sending ---- */

/* The interrupt comes by enabling it, goes by being told, and comes again with each character. */
static void test_send(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_THR, 'a');
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    g_assert_cmpint(irq(f), ==, 0);
    set(f, NS16550A_IER, THRI);
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, EMPTY);
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, NONE);
    set(f, NS16550A_IER, THRI); /* it was enabled */
    g_assert_cmpint(irq(f), ==, 0);
    set(f, NS16550A_THR, 'b');
    g_assert_cmpint(irq(f), ==, 1);
    set(f, NS16550A_IER, 0);
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, NONE);
    set(f, NS16550A_IER, THRI);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, EMPTY);
    set(f, NS16550A_IER, 0);
    set(f, NS16550A_IER, THRI); /* drivers look whether that raises it again */
    g_assert_cmphex(get(f, NS16550A_IIR), ==, EMPTY);
    set(f, NS16550A_THR, 0xff);
    g_assert_cmpuint(f->line->sent->len, ==, 3);
    expect_sent(f, "ab\xff");
}

/* ---- Receiving ---- */

/* Without FIFOs there is room for one, and no other comes before it is read. */
static void test_receive(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(wanted(f), ==, 0);
    set(f, NS16550A_IER, RDI);
    g_assert_cmpuint(wanted(f), ==, 1);
    type(f, "a");
    g_assert_cmpuint(wanted(f), ==, 0);
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, DATA);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE | READY);
    bench_pass(&f->bench, 100 * CHARACTER);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, DATA); /* and no timeout */
    expect_received(f, "a");
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmpuint(wanted(f), ==, 1);
    type(f, "\x80");
    set(f, NS16550A_IER, 0); /* what is here is here, and the rest stays with the host */
    g_assert_cmpint(irq(f), ==, 0);
    expect_received(f, "\x80");
    g_assert_cmpuint(wanted(f), ==, 0);
    set(f, NS16550A_IER, RDI);
    g_assert_cmpuint(wanted(f), ==, 1);
    set(f, NS16550A_IER, 0);
    g_assert_cmpuint(wanted(f), ==, 0);
}

/* What only sends asks for nothing; what polls does. */
static void test_polling(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < 3; i++) {
        get(f, NS16550A_LSR);
        set(f, NS16550A_THR, 'x');
    }
    for (unsigned i = 0; i < 7; i++) {
        get(f, NS16550A_LSR);
    }
    get(f, NS16550A_RBR);
    for (unsigned i = 0; i < 7; i++) {
        get(f, NS16550A_LSR);
    }
    g_assert_cmpuint(wanted(f), ==, 0);
    get(f, NS16550A_LSR);
    g_assert_cmpuint(wanted(f), ==, 1);
    type(f, "a");
    expect_received(f, "a");
    g_assert_cmpuint(wanted(f), ==, 1);
}

/* FCR: 16 characters, four levels, and what clears them. */
static void test_fifo(Fixture *f, gconstpointer data)
{
    static const unsigned levels[] = { 1, 4, 8, 14 };

    (void)data;
    set(f, NS16550A_IER, RDI);
    set(f, NS16550A_FCR, 0xce); /* without bit 0 */
    g_assert_cmphex(get(f, NS16550A_IIR), ==, NONE);
    for (size_t i = 0; i < 4; i++) {
        set(f, NS16550A_FCR, i << 6 | 1);
        g_assert_cmphex(get(f, NS16550A_IIR), ==, 0xc0 | NONE);
        for (unsigned n = 1; n <= 16; n++) {
            g_assert_cmpuint(wanted(f), ==, 17 - n);
            type(f, "x");
            g_assert_cmpint(irq(f), ==, n >= levels[i]);
            g_assert_cmphex(get(f, NS16550A_IIR), ==, 0xc0 | (n >= levels[i] ? DATA : NONE));
        }
        g_assert_cmpuint(wanted(f), ==, 0);
        for (unsigned n = 15; n >= levels[i]; n--) {
            get(f, NS16550A_RBR);
            g_assert_cmpint(irq(f), ==, 1);
        }
        get(f, NS16550A_RBR);
        g_assert_cmpint(irq(f), ==, 0);
        set(f, NS16550A_FCR, i << 6 | 5); /* clears that of the transmitter */
        g_assert_cmpuint(wanted(f), ==, 16 - (levels[i] - 1));
        set(f, NS16550A_FCR, i << 6 | 3);
        g_assert_cmpuint(wanted(f), ==, 16);
        g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    }
    /* Turning them off or on clears them, too. */
    type(f, "abc");
    get(f, NS16550A_LSR);
    set(f, NS16550A_FCR, 0);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    g_assert_cmpuint(wanted(f), ==, 1);
    type(f, "d");
    get(f, NS16550A_IIR);
    set(f, NS16550A_FCR, 1);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    type(f, "0123456789abcdef");
    expect_received(f, "0123456789abcdef");
}

/* What no program has seen is not lost; it might as well have come after the FIFO was cleared. */
static void test_typed_ahead(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_IER, RDI);
    type(f, "a");
    set(f, NS16550A_FCR, 0xc1);
    set(f, NS16550A_FCR, 0xc7);
    g_assert_cmpuint(wanted(f), ==, 15);
    type(f, "bc");
    bench_pass(&f->bench, 4 * CHARACTER);
    g_assert_cmpint(irq(f), ==, 1);
    set(f, NS16550A_FCR, 0);
    g_assert_cmpuint(wanted(f), ==, 0);
    g_assert_cmphex(get(f, NS16550A_RBR), ==, 'a');
    g_assert_cmpint(irq(f), ==, 1);
    expect_received(f, "bc");
    g_assert_cmpuint(wanted(f), ==, 1);
    type(f, "d");
    g_assert_cmphex(get(f, NS16550A_IIR), ==, DATA);
    set(f, NS16550A_FCR, 1);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    type(f, "e");
    set(f, NS16550A_MCR, 0x10);
    set(f, NS16550A_FCR, 3); /* of a loop everything is known */
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE);
    set(f, NS16550A_MCR, 0);
    type(f, "fghi");
    set(f, NS16550A_FCR, 0);
    set(f, NS16550A_MCR, 0x10);
    set(f, NS16550A_THR, 'j'); /* one too many */
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE | READY | OVERRUN);
    expect_received(f, "j");
}

/* Below its level the FIFO tells of what it has after the time of four characters. */
static void test_timeout(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_IER, RDI);
    set(f, NS16550A_FCR, 0xc1);
    type(f, "ab");
    bench_pass(&f->bench, 4 * CHARACTER - 1);
    g_assert_cmpint(irq(f), ==, 0);
    type(f, "c"); /* begins anew */
    bench_pass(&f->bench, 4 * CHARACTER - 1);
    g_assert_cmpint(irq(f), ==, 0);
    bench_pass(&f->bench, 1);
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, 0xc0 | TIMEOUT);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, 0xc0 | TIMEOUT);
    g_assert_cmphex(get(f, NS16550A_RBR), ==, 'a'); /* ends it, and begins anew */
    g_assert_cmpint(irq(f), ==, 0);
    bench_pass(&f->bench, 4 * CHARACTER);
    g_assert_cmpint(irq(f), ==, 1);
    expect_received(f, "bc");
    g_assert_cmpint(irq(f), ==, 0);
    bench_pass(&f->bench, 100 * CHARACTER);
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmpuint(virtual_clock_deadline_ns(f->bench.clock), ==, UINT64_MAX);
}

/* How long a character is: LCR, and the divisor. */
static void test_character_time(Fixture *f, gconstpointer data)
{
    static const struct {
        uint8_t lcr;
        unsigned half_bits;
    } rows[] = {
        { 0x00, 14 }, { 0x01, 16 }, { 0x02, 18 }, { 0x03, 20 }, { 0x04, 15 }, { 0x07, 22 },
        { 0x08, 16 }, { 0x0c, 17 }, { 0x0f, 24 },
    };

    (void)data;
    set(f, NS16550A_IER, RDI);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned divisor = i * 100; /* 0 counts as 1 */
        uint64_t ns = 4 * rows[i].half_bits * 50 * MAX(divisor, 1);

        set(f, NS16550A_LCR, rows[i].lcr | 0x80);
        set(f, NS16550A_DLL, divisor & 0xff);
        set(f, NS16550A_DLM, divisor >> 8);
        set(f, NS16550A_LCR, rows[i].lcr);
        set(f, NS16550A_FCR, 0x41);
        type(f, "x");
        bench_pass(&f->bench, ns - 1);
        g_assert_cmpint(irq(f), ==, 0);
        bench_pass(&f->bench, 1);
        g_assert_cmpint(irq(f), ==, 1);
        get(f, NS16550A_RBR);
    }
}

static void test_end_of_input(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_IER, RDI);
    type(f, "");
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmpuint(wanted(f), ==, 0);
    for (unsigned i = 0; i < 10; i++) {
        get(f, NS16550A_LSR);
    }
    set(f, NS16550A_FCR, 1);
    bench_reset(&f->bench);
    set(f, NS16550A_IER, RDI);
    g_assert_cmpuint(wanted(f), ==, 0);
}

/* ---- Modem and loopback ---- */

/* MCR's outputs as MSR's inputs, each, and what tells of changes. */
static void test_modem(Fixture *f, gconstpointer data)
{
    static const struct {
        uint8_t mcr, msr, delta;
    } lines[] = { { 0x01, 0x20, 0x02 }, { 0x02, 0x10, 0x01 }, { 0x04, 0x40, 0 },
                  { 0x08, 0x80, 0x08 } };

    (void)data;
    set(f, NS16550A_MCR, 0x0f); /* the modem does not mind */
    g_assert_cmphex(get(f, NS16550A_MSR), ==, LINES);
    set(f, NS16550A_MCR, 0x10);
    g_assert_cmphex(get(f, NS16550A_MSR), ==, 0x0b);
    g_assert_cmphex(get(f, NS16550A_MSR), ==, 0);
    set(f, NS16550A_IER, MSI);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        set(f, NS16550A_MCR, 0x10 | lines[i].mcr);
        g_assert_cmpint(irq(f), ==, lines[i].delta != 0);
        g_assert_cmphex(get(f, NS16550A_IIR), ==, lines[i].delta ? MODEM : NONE);
        g_assert_cmphex(get(f, NS16550A_MSR), ==, lines[i].msr | lines[i].delta);
        g_assert_cmpint(irq(f), ==, 0);
        set(f, NS16550A_MCR, 0x10);
        g_assert_cmphex(get(f, NS16550A_MSR), ==, lines[i].delta ? lines[i].delta : 0x04);
    }
    set(f, NS16550A_MCR, 0x1f);
    set(f, NS16550A_MCR, 0x10); /* deltas add up until they are read */
    set(f, NS16550A_IER, 0);
    g_assert_cmpint(irq(f), ==, 0);
    g_assert_cmphex(get(f, NS16550A_MSR), ==, 0x0f);
    set(f, NS16550A_MCR, 0);
    g_assert_cmphex(get(f, NS16550A_MSR), ==, LINES | 0x0b);
}

static void test_loopback(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_IER, RDI);
    set(f, NS16550A_FCR, 1);
    g_assert_cmpuint(wanted(f), ==, 16);
    set(f, NS16550A_MCR, 0x10);
    g_assert_cmpuint(wanted(f), ==, 0); /* the line is cut */
    for (unsigned i = 0; i < 16; i++) {
        set(f, NS16550A_THR, 'a' + i);
        g_assert_cmphex(get(f, NS16550A_IIR), ==, 0xc0 | DATA);
    }
    expect_received(f, "abcdefghijklmnop");
    expect_sent(f, "");
    set(f, NS16550A_MCR, 0);
    g_assert_cmpuint(wanted(f), ==, 16);
    set(f, NS16550A_THR, 'z');
    expect_sent(f, "z");
}

/* One too many: a FIFO keeps what it has, RBR what came last. */
static void test_overrun(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_MCR, 0x10);
    set(f, NS16550A_IER, RLSI);
    set(f, NS16550A_THR, 'a');
    g_assert_cmpint(irq(f), ==, 0);
    set(f, NS16550A_THR, 'b');
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, STATUS);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE | READY | OVERRUN);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE | READY);
    g_assert_cmpint(irq(f), ==, 0);
    expect_received(f, "b");

    set(f, NS16550A_FCR, 1);
    for (unsigned i = 0; i < 17; i++) {
        g_assert_cmpint(irq(f), ==, 0);
        set(f, NS16550A_THR, 'A' + i);
    }
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, NS16550A_LSR), ==, IDLE | READY | OVERRUN);
    expect_received(f, "ABCDEFGHIJKLMNOP");
}

/* All at once: in the order of their priorities. */
static void test_priorities(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, NS16550A_MCR, 0x10);
    get(f, NS16550A_MSR);
    set(f, NS16550A_IER, 0x0f);
    set(f, NS16550A_MCR, 0x11);
    set(f, NS16550A_THR, 'a');
    set(f, NS16550A_THR, 'b');
    g_assert_cmphex(get(f, NS16550A_IIR), ==, STATUS);
    get(f, NS16550A_LSR);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, DATA);
    get(f, NS16550A_RBR);
    g_assert_cmpint(irq(f), ==, 1);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, EMPTY); /* nobody had been told so far */
    g_assert_cmphex(get(f, NS16550A_IIR), ==, MODEM);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, MODEM);
    get(f, NS16550A_MSR);
    g_assert_cmphex(get(f, NS16550A_IIR), ==, NONE);
    g_assert_cmpint(irq(f), ==, 0);
}

/* ---- The rest ---- */

static void test_fdt(Fixture *f, gconstpointer data)
{
    g_autoptr(DTNode) root = dt_new();
    DTNode *node = bench_fdt(&f->bench, root, "/soc/serial@10000000");

    (void)data;
    g_assert_cmpstr(dt_get(node, "compatible", NULL), ==, "ns16550a");
    EXPECT_CELLS(node, "clock-frequency", 160000000);
    EXPECT_CELLS(node, "interrupts", 0); /* the sink's input */
    EXPECT_CELLS(node, "reg", 0, 0x10000000, 0, 0x100);
    EXPECT_CELLS(node, "reg-shift", 0);
    EXPECT_CELLS(node, "reg-io-width", 1);
}

/* Without a character device what is sent vanishes. */
static void test_nobody(void)
{
    Bench b = { 0 };

    bench_init(&b, TYPE_NS16550A);
    object_property_set_link(OBJECT(b.dev), "clock", OBJECT(b.clock), &error_abort);
    bench_realize(&b, 1);
    bench_store(&b, NS16550A_THR, 1, 'x');
    bench_store(&b, NS16550A_IER, 1, RDI);
    g_assert_cmphex(bench_load(&b, NS16550A_LSR, 1), ==, IDLE);
    bench_free(&b);
}

#define ADD(name, fn) g_test_add("/ns16550a/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("reset", test_reset);
    ADD("bits", test_bits);
    ADD("divisor", test_divisor);
    ADD("holes", test_holes);
    ADD("send", test_send);
    ADD("receive", test_receive);
    ADD("polling", test_polling);
    ADD("fifo", test_fifo);
    ADD("typed-ahead", test_typed_ahead);
    ADD("timeout", test_timeout);
    ADD("character-time", test_character_time);
    ADD("end-of-input", test_end_of_input);
    ADD("modem", test_modem);
    ADD("loopback", test_loopback);
    ADD("overrun", test_overrun);
    ADD("priorities", test_priorities);
    ADD("fdt", test_fdt);
    g_test_add_func("/ns16550a/nobody", test_nobody);
    return g_test_run();
}
