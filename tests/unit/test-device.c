/*
 * The device base type (system/device.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/device.h"

#include "expect.h"
#include "system/globals.h"

#define TYPE_WIDGET "test-widget"
OBJECT_DECLARE_SIMPLE_TYPE(Widget, WIDGET)

struct Widget {
    DeviceState parent_obj;
    uint32_t size;
    bool fails;
    unsigned realized, unrealized, resets;
    IRQ *pins[3];
    MemoryRegion a, b;
    GString *inputs; /* "n=level " of each change */
};

static void widget_input(void *opaque, int n, int level)
{
    g_string_append_printf(WIDGET(opaque)->inputs, "%d=%d ", n, level);
}

static void widget_realize(DeviceState *dev, Error **errp)
{
    Widget *w = WIDGET(dev);

    if (w->fails) {
        error_setg(errp, "no luck");
        return;
    }
    w->realized++;
}

static void widget_unrealize(DeviceState *dev)
{
    WIDGET(dev)->unrealized++;
}

static void widget_reset(DeviceState *dev)
{
    WIDGET(dev)->resets++;
}

static void widget_init(Object *obj)
{
    Widget *w = WIDGET(obj);
    DeviceState *dev = DEVICE(obj);

    w->inputs = g_string_new(NULL);
    device_init_gpio_in(dev, widget_input, 2);
    device_init_gpio_in(dev, widget_input, 1); /* more of them */
    device_init_gpio_out(dev, w->pins, G_N_ELEMENTS(w->pins));
    memory_region_init(&w->a, obj, "a", 16);
    memory_region_init(&w->b, obj, "b", 16);
    device_init_mmio(dev, &w->a);
    device_init_mmio(dev, &w->b);
}

static void widget_finalize(Object *obj)
{
    g_string_free(WIDGET(obj)->inputs, TRUE);
}

static const Property widget_properties[] = {
    DEFINE_PROP_UINT32("size", Widget, size, 7, "how big"),
};

static void widget_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    (void)data;
    dc->realize = widget_realize;
    dc->unrealize = widget_unrealize;
    dc->reset = widget_reset;
    object_class_add_properties(oc, widget_properties, G_N_ELEMENTS(widget_properties));
}

static const TypeInfo widget_info = {
    .name = TYPE_WIDGET,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(Widget),
    .instance_init = widget_init,
    .instance_finalize = widget_finalize,
    .class_init = widget_class_init,
};

/* A device that does nothing of its own. */
static const TypeInfo plain_info = {
    .name = "test-plain",
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(DeviceState),
};

static void test_realize(void)
{
    Widget *w = WIDGET(object_new(TYPE_WIDGET));
    DeviceState *dev = DEVICE(w);

    g_assert_false(dev->realized);
    g_assert_true(device_realize(dev, &error_abort));
    g_assert_true(dev->realized);
    g_assert_true(device_realize(dev, &error_abort)); /* it is */
    g_assert_cmpuint(w->realized, ==, 1);
    device_unrealize(dev);
    device_unrealize(dev);
    g_assert_false(dev->realized);
    g_assert_cmpuint(w->unrealized, ==, 1);
    g_assert_true(device_realize(dev, &error_abort));
    g_assert_cmpuint(w->realized, ==, 2);
    object_unref(w);
}

static void test_realize_fails(void)
{
    Widget *w = WIDGET(object_new(TYPE_WIDGET));
    Error *err = NULL;

    w->fails = true;
    g_assert_false(device_realize(DEVICE(w), &err));
    expect_error(&err, "no luck", NULL);
    g_assert_false(DEVICE(w)->realized);
    g_assert_false(device_realize(DEVICE(w), NULL)); /* nobody wants to know why */
    g_assert_false(object_property_set_bool(OBJECT(w), "realized", true, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "no luck"));
    error_free(err);
    device_unrealize(DEVICE(w));
    g_assert_cmpuint(w->unrealized, ==, 0);
    object_unref(w);
}

static void test_property(void)
{
    Widget *w = WIDGET(object_new(TYPE_WIDGET));
    Error *err = NULL;

    g_assert_true(object_property_set_bool(OBJECT(w), "realized", true, &error_abort));
    g_assert_true(object_property_get_bool(OBJECT(w), "realized", &error_abort));
    g_assert_cmpuint(w->realized, ==, 1);

    /* Configuration is fixed now. */
    g_assert_false(object_property_set_uint(OBJECT(w), "size", 9, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "cannot change: the device is in use"));
    error_free(err);
    g_assert_cmpuint(w->size, ==, 7);
    g_assert_true(object_property_set_bool(OBJECT(w), "realized", false, &error_abort));
    g_assert_true(object_property_set_uint(OBJECT(w), "size", 9, &error_abort));
    g_assert_cmpuint(w->size, ==, 9);
    object_unref(w);
}

/* Leaving the tree ends its work. */
static void test_unparent(void)
{
    Object *parent = object_new(TYPE_CONTAINER);
    Widget *w = WIDGET(object_new(TYPE_WIDGET));

    object_property_add_child(parent, "widget", OBJECT(w));
    device_realize(DEVICE(w), &error_abort);
    object_unparent(OBJECT(w));
    g_assert_cmpuint(w->unrealized, ==, 1);
    g_assert_false(DEVICE(w)->realized);
    object_unref(w);
    object_unref(parent);
}

static void test_lines(void)
{
    Widget *source = WIDGET(object_new(TYPE_WIDGET));
    Widget *sink = WIDGET(object_new(TYPE_WIDGET));

    irq_raise(source->pins[1]); /* nobody connected: nothing happens */
    device_connect_gpio_out(DEVICE(source), 1, device_get_gpio_in(DEVICE(sink), 2));
    device_connect_gpio_out(DEVICE(source), 2, device_get_gpio_in(DEVICE(sink), 0));
    irq_raise(source->pins[1]);
    irq_set(source->pins[2], 1);
    irq_lower(source->pins[1]);
    irq_raise(source->pins[0]);
    g_assert_cmpstr(sink->inputs->str, ==, "2=1 0=1 2=0 ");
    g_assert_cmpstr(source->inputs->str, ==, "");
    device_connect_gpio_out(DEVICE(source), 1, NULL);
    irq_raise(source->pins[1]);
    g_assert_cmpstr(sink->inputs->str, ==, "2=1 0=1 2=0 ");
    object_unref(source);
    object_unref(sink);
}

static void test_mmio(void)
{
    Widget *w = WIDGET(object_new(TYPE_WIDGET));

    g_assert_true(device_get_mmio(DEVICE(w), 0) == &w->a);
    g_assert_true(device_get_mmio(DEVICE(w), 1) == &w->b);
    object_unref(w);
}

static void test_reset(void)
{
    Widget *w = WIDGET(object_new(TYPE_WIDGET));
    DeviceState *plain = DEVICE(object_new("test-plain"));

    device_reset(DEVICE(w));
    g_assert_cmpuint(w->resets, ==, 1);
    g_assert_true(device_realize(plain, &error_abort));
    device_reset(plain);
    device_unrealize(plain);
    object_unref(w);
    object_unref(plain);
}

/* -global is in force from creation on, and what the board sets wins. */
static void test_globals(void)
{
    Widget *w;

    g_assert_true(globals_add(TYPE_WIDGET, "size", "42", "-global", &error_abort));
    w = WIDGET(object_new(TYPE_WIDGET));
    g_assert_cmpuint(w->size, ==, 42);
    g_assert_true(object_property_set_uint(OBJECT(w), "size", 3, &error_abort));
    g_assert_cmpuint(w->size, ==, 3);
    g_assert_true(globals_check(&error_abort));
    object_unref(w);
    globals_cleanup();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&widget_info);
    type_register_static(&plain_info);
    g_test_add_func("/device/realize", test_realize);
    g_test_add_func("/device/realize-fails", test_realize_fails);
    g_test_add_func("/device/property", test_property);
    g_test_add_func("/device/unparent", test_unparent);
    g_test_add_func("/device/lines", test_lines);
    g_test_add_func("/device/mmio", test_mmio);
    g_test_add_func("/device/reset", test_reset);
    g_test_add_func("/device/globals", test_globals);
    return g_test_run();
}
