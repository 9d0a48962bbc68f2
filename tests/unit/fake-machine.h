/*
 * Machines, a CPU type, a device and accelerators that exist in tests only.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_FAKE_MACHINE_H
#define TESTS_UNIT_FAKE_MACHINE_H

#include "system/globals.h"
#include "system/machine.h"
#include "util/bits.h"

/* ---- A CPU: models "small" and "big" of the family "fake-cpu". ---- */

static const char *fake_parse_model(const char *text, Error **errp)
{
    if (g_str_equal(text, "small")) {
        return "small-fake-cpu";
    }
    if (g_str_equal(text, "elsewhere")) {
        return "other-cpu"; /* of another family */
    }
    error_setg(errp, "no model '%s'", text);
    return NULL;
}

static void fake_list_models(FILE *f)
{
    fprintf(f, "small\n");
}

static void fake_cpu_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    CPU_CLASS(oc)->parse_model = fake_parse_model;
    CPU_CLASS(oc)->list_models = fake_list_models;
}

/* ---- A device with one number; realize refuses 13. ---- */

#define TYPE_FAKE_DEVICE "fake-device"
OBJECT_DECLARE_SIMPLE_TYPE(FakeDevice, FAKE_DEVICE)

struct FakeDevice {
    DeviceState parent_obj;
    uint32_t number;
    unsigned resets;
    GString *journal; /* "u" and the number when it is unrealized; NULL: nothing is noted */
};

static const Property fake_device_properties[] = {
    DEFINE_PROP_UINT32("number", FakeDevice, number, 7, "any number", .max = 100),
};

static void fake_device_realize(DeviceState *dev, Error **errp)
{
    if (FAKE_DEVICE(dev)->number == 13) {
        error_setg(errp, "13 is unlucky");
    }
}

static void fake_device_unrealize(DeviceState *dev)
{
    FakeDevice *fake = FAKE_DEVICE(dev);

    if (fake->journal) {
        g_string_append_printf(fake->journal, "u%u", fake->number);
    }
}

static void fake_device_reset(DeviceState *dev)
{
    FAKE_DEVICE(dev)->resets++;
}

static void fake_device_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->desc = "Device for tests";
    dc->user_creatable = true;
    dc->realize = fake_device_realize;
    dc->unrealize = fake_device_unrealize;
    dc->reset = fake_device_reset;
    object_class_add_properties(oc, fake_device_properties, G_N_ELEMENTS(fake_device_properties));
}

static void fixed_device_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    DEVICE_CLASS(oc)->desc = "Part of a board";
    DEVICE_CLASS(oc)->user_creatable = false;
}

/* ---- Accelerators: "swift" and "sloth", of which the first is the default. ---- */

static const char *const swift_aliases[] = { "quick", "rapid", NULL };

static bool swift_init_machine(AccelState *accel, MachineState *machine, Error **errp)
{
    g_assert_true(machine->accelerator == accel);
    if (g_strcmp0(machine->guest_name, "too fast") == 0) {
        error_setg(errp, "not that fast");
        return false;
    }
    return true;
}

static void swift_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->desc = "Runs";
    ac->aliases = swift_aliases;
    ac->is_default = true;
    ac->init_machine = swift_init_machine;
}

static const TypeInfo fake_types[] = {
    { .name = "fake-cpu", .parent = TYPE_CPU, .abstract = true, .class_init = fake_cpu_class_init },
    { .name = "small-fake-cpu", .parent = "fake-cpu" },
    { .name = "other-cpu", .parent = TYPE_CPU },
    { .name = TYPE_FAKE_DEVICE, .parent = TYPE_DEVICE, .instance_size = sizeof(FakeDevice),
      .class_init = fake_device_class_init },
    { .name = "fake-family", .parent = TYPE_FAKE_DEVICE, .abstract = true },
    { .name = "fixed-device", .parent = "fake-family", .class_init = fixed_device_class_init },
    { .name = "swift" ACCEL_SUFFIX, .parent = TYPE_ACCEL, .class_init = swift_class_init },
    { .name = "sloth" ACCEL_SUFFIX, .parent = "swift" ACCEL_SUFFIX },
};
DEFINE_TYPES(fake_types)

/* ---- Machines ---- */

static bool plain_init(MachineState *machine, Error **errp)
{
    if (machine->kernel_filename && g_str_equal(machine->kernel_filename, "refused")) {
        error_setg(errp, "no kernel, please");
        return false;
    }
    return true;
}

static void plain_class_init(MachineClass *mc)
{
    mc->desc = "A plain board";
    mc->is_default = true;
    mc->max_cpus = 16;
    mc->default_ram_size = 64 * MiB;
    mc->default_cpu_type = "small-fake-cpu";
    mc->cpu_base_type = "fake-cpu";
    mc->init = plain_init;
}
DEFINE_MACHINE("plain", plain_class_init)

static void bare_class_init(MachineClass *mc)
{
    mc->desc = "Nothing at all";
}
DEFINE_MACHINE("bare", bare_class_init)

/*
 * A family with a base type of its own, an old version, and a new one that has the family's name as
 * well.
 */
static const TypeInfo board_base_type_info = {
    .name = "board-base", .parent = TYPE_MACHINE, .instance_size = sizeof(MachineState) + 8,
    .abstract = true,
};

static void board_base_register_types(void)
{
    type_register_static(&board_base_type_info);
}
type_init(board_base_register_types)

static void board_class_init(MachineClass *mc)
{
    mc->desc = "A board";
}
DEFINE_VERSIONED_MACHINE_OF("board", 2, 1, "board-base", board_class_init, "board")

static void board_old_class_init(MachineClass *mc)
{
    board_class_init(mc);
    mc->deprecation_reason = "it is old";
}
DEFINE_VERSIONED_MACHINE_OF("board", 1, 0, "board-base", board_old_class_init, NULL)

/* Derived from a default machine with alias, neither of which it may inherit. */
static void heir_class_init(MachineClass *mc G_GNUC_UNUSED)
{
}
DEFINE_MACHINE_OF("heir", MACHINE_TYPE_NAME("plain"), heir_class_init)

static void solo_class_init(MachineClass *mc)
{
    mc->desc = "A versioned machine without base";
}
DEFINE_VERSIONED_MACHINE("solo", 3, 0, solo_class_init, "solo")

/* ---- Helpers ---- */

/* A machine of class `name` at /machine, as start-up makes it. */
static inline MachineState *fake_machine_new(const char *name)
{
    current_machine = MACHINE(object_new_with_class(OBJECT_CLASS(find_machine(name))));
    object_property_add_child(object_get_root(), "machine", OBJECT(current_machine));
    object_unref(current_machine);
    return current_machine;
}

static inline void fake_machine_free(void)
{
    object_unparent(OBJECT(current_machine));
    current_machine = NULL;
    object_root_cleanup();
}

/* What was printed to a stream: file = text_stream_open(&text); ...; fclose(file); free(text). */
typedef struct TextStream {
    FILE *file;
    char *text;
    size_t size;
} TextStream;

static inline FILE *text_stream_open(TextStream *stream)
{
    stream->file = open_memstream(&stream->text, &stream->size);
    return stream->file;
}

static inline const char *text_stream_close(TextStream *stream)
{
    fclose(stream->file);
    return stream->text;
}

#endif /* TESTS_UNIT_FAKE_MACHINE_H */
