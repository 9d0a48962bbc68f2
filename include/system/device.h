/*
 * Devices: objects that are realized, reset, and wired with interrupt lines and MMIO.
 *
 * A device's properties are set between creation and realize; realize makes it work or says why
 * not. What does not belong here: any particular device, and harts (system/cpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_DEVICE_H
#define SYSTEM_DEVICE_H

#include "qom/object.h"
#include "system/fdt.h"
#include "system/irq.h"
#include "system/memory.h"

#define TYPE_DEVICE "device"
OBJECT_DECLARE_TYPE(DeviceState, DeviceClass, DEVICE)

/*
 * One field of a device's (or hart's) state, for snapshots: written once a device, in its table,
 * ended by a row whose name is NULL.
 */
typedef struct StateField {
    const char *name;
    size_t offset; /* in the instance */
    size_t size;   /* bytes of one element */
    size_t count;
} StateField;

#define STATE_FIELD(type, field) \
    { #field, offsetof(type, field), sizeof(((type *)0)->field), 1 }
#define STATE_ARRAY(type, field)                                          \
    { #field, offsetof(type, field), sizeof(((type *)0)->field[0]),       \
      G_N_ELEMENTS(((type *)0)->field) }
#define STATE_END { NULL, 0, 0, 0 }

struct DeviceState {
    Object parent_obj;
    bool realized;
    GPtrArray *gpio_in;  /* of IRQ *, owned */
    GPtrArray *gpio_out; /* of IRQ **: where the device keeps each output pin */
    GPtrArray *mmio;     /* of MemoryRegion *, owned by the device's type */
};

/* Change its interrupt lines; store to memory. */
enum { DEVICE_ACTS_ON_LINES = 1, DEVICE_ACTS_ON_MEMORY = 2 };

struct DeviceClass {
    ObjectClass parent_class;
    const char *desc;          /* for -device help */
    bool user_creatable;       /* -device may create it */
    const StateField *state;
    void (*realize)(DeviceState *dev, Error **errp);
    void (*unrealize)(DeviceState *dev);
    void (*reset)(DeviceState *dev);
    /*
     * Add the device's node below `parent` (a hart's below /cpus); `base` is where its first region
     * is mapped. Called after realize, for harts before other devices. NULL: it has none.
     */
    bool (*fdt_populate)(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp);
    /*
     * What the device may still do when no hart accesses it any more: DEVICE_ACTS_*. Its timers are
     * known, so this is about the world outside: input that it has asked for. For system/dead.h,
     * under the big lock. NULL: nothing.
     */
    unsigned (*may_act)(DeviceState *dev);
};

bool device_realize(DeviceState *dev, Error **errp); /* also through property "realized" */
void device_unrealize(DeviceState *dev);
void device_reset(DeviceState *dev);

/* Adds n inputs; the handler's opaque is dev. */
void device_init_gpio_in(DeviceState *dev, IRQHandler *handler, int n);
void device_init_gpio_out(DeviceState *dev, IRQ **pins, int n);
IRQ *device_get_gpio_in(DeviceState *dev, int n);
void device_connect_gpio_out(DeviceState *dev, int n, IRQ *irq);

void device_init_mmio(DeviceState *dev, MemoryRegion *mr);
MemoryRegion *device_get_mmio(DeviceState *dev, int n);

#endif
