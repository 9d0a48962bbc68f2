/*
 * The device base type: realize, reset, interrupt lines, MMIO regions.
 *
 * What does not belong here: any particular device.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/device.h"

#include "system/globals.h"
#include "util/module.h"

bool device_realize(DeviceState *dev, Error **errp)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);
    Error *err = NULL;

    if (dev->realized) {
        return true;
    }
    if (!dc->user_creatable && !globals_check_device(OBJECT(dev), errp)) {
        return false;
    }
    if (dc->realize) {
        dc->realize(dev, &err);
    }
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    dev->realized = true;
    return true;
}

void device_unrealize(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (!dev->realized) {
        return;
    }
    if (dc->unrealize) {
        dc->unrealize(dev);
    }
    dev->realized = false;
}

void device_reset(DeviceState *dev)
{
    DeviceClass *dc = DEVICE_GET_CLASS(dev);

    if (dc->reset) {
        dc->reset(dev);
    }
}

/* ---- Interrupt lines ---- */

void device_init_gpio_in(DeviceState *dev, IRQHandler *handler, int n)
{
    for (int i = 0; i < n; i++) {
        IRQ *irq = g_new(IRQ, 1);

        irq->handler = handler;
        irq->opaque = dev;
        irq->n = dev->gpio_in->len;
        g_ptr_array_add(dev->gpio_in, irq);
    }
}

void device_init_gpio_out(DeviceState *dev, IRQ **pins, int n)
{
    for (int i = 0; i < n; i++) {
        pins[i] = NULL;
        g_ptr_array_add(dev->gpio_out, &pins[i]);
    }
}

IRQ *device_get_gpio_in(DeviceState *dev, int n)
{
    g_assert(n >= 0 && (guint)n < dev->gpio_in->len);
    return g_ptr_array_index(dev->gpio_in, n);
}

void device_connect_gpio_out(DeviceState *dev, int n, IRQ *irq)
{
    IRQ **pin;

    g_assert(n >= 0 && (guint)n < dev->gpio_out->len);
    pin = g_ptr_array_index(dev->gpio_out, n);
    *pin = irq;
}

/* ---- MMIO ---- */

void device_init_mmio(DeviceState *dev, MemoryRegion *mr)
{
    g_ptr_array_add(dev->mmio, mr);
}

MemoryRegion *device_get_mmio(DeviceState *dev, int n)
{
    g_assert(n >= 0 && (guint)n < dev->mmio->len);
    return g_ptr_array_index(dev->mmio, n);
}

/* ---- The type ---- */

static bool device_get_realized(Object *obj, Error **errp)
{
    (void)errp;
    return DEVICE(obj)->realized;
}

static bool device_set_realized(Object *obj, bool value, Error **errp)
{
    if (value) {
        return device_realize(DEVICE(obj), errp);
    }
    device_unrealize(DEVICE(obj));
    return true;
}

/* What a device was configured with must still hold while it works. */
static bool device_config_check(Object *obj, const ObjectProperty *prop, Error **errp)
{
    (void)prop;
    if (DEVICE(obj)->realized) {
        error_setg(errp, "cannot change: the device is in use");
        return false;
    }
    return true;
}

static void device_unparent(Object *obj)
{
    device_unrealize(DEVICE(obj));
}

static void device_instance_init(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    dev->gpio_in = g_ptr_array_new_with_free_func(g_free);
    dev->gpio_out = g_ptr_array_new();
    dev->mmio = g_ptr_array_new();
}

/*
 * What the user says about every device of the type, before its board says something about this
 * one.
 */
static void device_instance_post_init(Object *obj)
{
    globals_apply(obj, NULL);
}

static void device_instance_finalize(Object *obj)
{
    DeviceState *dev = DEVICE(obj);

    g_ptr_array_unref(dev->gpio_in);
    g_ptr_array_unref(dev->gpio_out);
    g_ptr_array_unref(dev->mmio);
}

static void device_class_init(ObjectClass *oc, const void *data)
{
    (void)data;
    oc->unparent = device_unparent;
    oc->config_check = device_config_check;
    object_class_property_add_bool(oc, "realized", device_get_realized, device_set_realized);
    object_class_property_set_description(oc, "realized", "the device is configured and works");
}

static const TypeInfo device_info = {
    .name = TYPE_DEVICE,
    .parent = TYPE_OBJECT,
    .abstract = true,
    .instance_size = sizeof(DeviceState),
    .instance_init = device_instance_init,
    .instance_post_init = device_instance_post_init,
    .instance_finalize = device_instance_finalize,
    .class_size = sizeof(DeviceClass),
    .class_init = device_class_init,
};

static void device_register_types(void)
{
    type_register_static(&device_info);
}

type_init(device_register_types)
