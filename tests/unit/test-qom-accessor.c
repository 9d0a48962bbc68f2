/*
 * Accessor properties: every type, for classes and objects, read-only, write-only, refusals.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "qom/object.h"

#define TYPE_KNOB "knob"
OBJECT_DECLARE_SIMPLE_TYPE(Knob, KNOB)

struct Knob {
    Object parent_obj;
    bool on;
    int64_t number;
    uint64_t natural;
    char *text;
    int mode;
    bool broken; /* getters fail, setters refuse */
};

static const EnumLookup mode_lookup = {
    .type = "Mode",
    .names = (const char *const[]){ "slow", "fast", NULL },
};

/* True unless the knob is broken. */
static bool works(Object *obj, Error **errp)
{
    if (KNOB(obj)->broken) {
        error_setg(errp, "the knob is broken");
    }
    return !KNOB(obj)->broken;
}

static bool get_on(Object *obj, Error **errp)
{
    return works(obj, errp) && KNOB(obj)->on;
}

static bool set_on(Object *obj, bool value, Error **errp)
{
    KNOB(obj)->on = value;
    return works(obj, errp);
}

static int64_t get_number(Object *obj, Error **errp)
{
    return works(obj, errp) ? KNOB(obj)->number : -1;
}

static bool set_number(Object *obj, int64_t value, Error **errp)
{
    KNOB(obj)->number = value;
    return works(obj, errp);
}

static uint64_t get_natural(Object *obj, Error **errp)
{
    return works(obj, errp) ? KNOB(obj)->natural : 0;
}

static bool set_natural(Object *obj, uint64_t value, Error **errp)
{
    KNOB(obj)->natural = value;
    return works(obj, errp);
}

static char *get_text(Object *obj, Error **errp)
{
    return works(obj, errp) ? g_strdup(KNOB(obj)->text) : NULL;
}

static bool set_text(Object *obj, const char *value, Error **errp)
{
    g_free(KNOB(obj)->text);
    KNOB(obj)->text = g_strdup(value);
    return works(obj, errp);
}

static int get_mode(Object *obj, Error **errp)
{
    return works(obj, errp) ? KNOB(obj)->mode : -1;
}

static bool set_mode(Object *obj, int value, Error **errp)
{
    KNOB(obj)->mode = value;
    return works(obj, errp);
}

static void knob_finalize(Object *obj)
{
    g_free(KNOB(obj)->text);
}

static void knob_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    ObjectProperty *prop;

    object_class_property_add_bool(klass, "on", get_on, set_on);
    object_class_property_add_int(klass, "number", PROP_INT16, get_number, set_number);
    prop = object_class_property_add_uint(klass, "natural", PROP_SIZE, get_natural, set_natural);
    object_property_set_range(prop, 1, 1 << 20);
    object_class_property_add_str(klass, "text", get_text, set_text);
    object_class_property_add_enum(klass, "mode", &mode_lookup, get_mode, set_mode);
    object_class_property_set_default_str(klass, "mode", "fast");
}

/* The same properties, of the object alone. */
static void loose_knob_init(Object *obj)
{
    ObjectProperty *prop;

    object_property_add_bool(obj, "on", get_on, set_on);
    object_property_add_int(obj, "number", PROP_INT16, get_number, set_number);
    prop = object_property_add_uint(obj, "natural", PROP_SIZE, get_natural, set_natural);
    object_property_set_range(prop, 1, 1 << 20);
    object_property_add_str(obj, "text", get_text, set_text);
    object_property_add_enum(obj, "mode", &mode_lookup, get_mode, set_mode);
    object_property_set_default(obj, "mode", g_variant_new_string("fast"));
}

static const TypeInfo types[] = {
    {
        .name = TYPE_KNOB,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .instance_size = sizeof(Knob),
        .instance_finalize = knob_finalize,
    },
    { .name = "class-knob", .parent = TYPE_KNOB, .class_init = knob_class_init },
    { .name = "object-knob", .parent = TYPE_KNOB, .instance_init = loose_knob_init },
    { .name = "bare-knob", .parent = TYPE_KNOB },
};

DEFINE_TYPES(types)

static void test_values(const void *type_name)
{
    g_autoptr(Object) obj = object_new(type_name);
    Knob *knob = KNOB(obj);

    g_assert_cmpint(knob->mode, ==, 1);
    g_assert_true(object_property_set_bool(obj, "on", true, &error_abort));
    g_assert_true(object_property_get_bool(obj, "on", &error_abort) && knob->on);
    g_assert_true(object_property_set_int(obj, "number", -300, &error_abort));
    g_assert_cmpint(object_property_get_int(obj, "number", &error_abort), ==, -300);
    g_assert_true(object_property_parse(obj, "natural", "64K", &error_abort));
    g_assert_cmpuint(object_property_get_uint(obj, "natural", &error_abort), ==, 65536);
    g_autofree char *unset = object_property_get_str(obj, "text", &error_abort);
    g_assert_cmpstr(unset, ==, "");
    g_assert_true(object_property_set_str(obj, "text", "left", &error_abort));
    g_autofree char *text = object_property_get_str(obj, "text", &error_abort);
    g_assert_cmpstr(text, ==, "left");
    g_assert_true(object_property_set_str(obj, "mode", "slow", &error_abort));
    g_autofree char *mode = object_property_get_str(obj, "mode", &error_abort);
    g_assert_cmpstr(mode, ==, "slow");
    g_assert_cmpint(knob->mode, ==, 0);
}

static void test_types(const void *type_name)
{
    g_autoptr(Object) obj = object_new(type_name);

    g_assert_cmpstr(object_property_find(obj, "on")->type, ==, "bool");
    g_assert_cmpstr(object_property_find(obj, "number")->type, ==, "int16");
    g_assert_cmpstr(object_property_find(obj, "natural")->type, ==, "size");
    g_assert_cmpstr(object_property_find(obj, "text")->type, ==, "string");
    g_assert_cmpstr(object_property_find(obj, "mode")->type, ==, "Mode");
}

static void expect_set_fails(Object *obj, const char *name, const char *text, const char *message)
{
    g_autofree char *full = g_strdup_printf("property '%s.%s': %s", object_get_typename(obj), name,
                                            message);
    Error *err = NULL;

    g_assert_false(object_property_parse(obj, name, text, &err));
    expect_error(&err, full, NULL);
}

static void test_errors(const void *type_name)
{
    g_autoptr(Object) obj = object_new(type_name);
    static const char *const names[] = { "on", "number", "natural", "text", "mode" };
    static const char *const values[] = { "on", "1", "1", "x", "slow" };

    expect_set_fails(obj, "number", "32768", "32768 is out of range -32768..32767");
    expect_set_fails(obj, "natural", "0", "0 is out of range 1..1048576");
    expect_set_fails(obj, "mode", "medium", "'medium' is not one of slow, fast");
    KNOB(obj)->broken = true;
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *full = g_strdup_printf("property '%s.%s': the knob is broken",
                                                object_get_typename(obj), names[i]);
        Error *err = NULL;
        expect_set_fails(obj, names[i], values[i], "the knob is broken");
        g_assert_null(object_property_get(obj, names[i], &err));
        expect_error(&err, full, NULL);
        g_assert_null(object_property_get(obj, names[i], NULL));
    }
}

static void test_one_sided(void)
{
    g_autoptr(Object) obj = object_new("bare-knob");
    static const char *const read_only[] = { "on", "number", "natural", "text", "mode" };
    static const char *const write_only[] = { "on2", "number2", "natural2", "text2", "mode2" };

    object_property_add_bool(obj, "on", get_on, NULL);
    object_property_add_int(obj, "number", PROP_INT64, get_number, NULL);
    object_property_add_uint(obj, "natural", PROP_UINT8, get_natural, NULL);
    object_property_add_str(obj, "text", get_text, NULL);
    object_property_add_enum(obj, "mode", &mode_lookup, get_mode, NULL);
    object_property_add_bool(obj, "on2", NULL, set_on);
    object_property_add_int(obj, "number2", PROP_INT64, NULL, set_number);
    object_property_add_uint(obj, "natural2", PROP_UINT8, NULL, set_natural);
    object_property_add_str(obj, "text2", NULL, set_text);
    object_property_add_enum(obj, "mode2", &mode_lookup, NULL, set_mode);
    for (unsigned i = 0; i < G_N_ELEMENTS(read_only); i++) {
        g_autofree char *text = object_property_print(obj, read_only[i], &error_abort);
        expect_set_fails(obj, read_only[i], text, "it cannot be written");
        g_assert_true(object_property_parse(obj, write_only[i], text, &error_abort));
        g_assert_null(object_property_get(obj, write_only[i], NULL));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_data_func("/qom/accessor/class/values", "class-knob", test_values);
    g_test_add_data_func("/qom/accessor/class/types", "class-knob", test_types);
    g_test_add_data_func("/qom/accessor/class/errors", "class-knob", test_errors);
    g_test_add_data_func("/qom/accessor/object/values", "object-knob", test_values);
    g_test_add_data_func("/qom/accessor/object/types", "object-knob", test_types);
    g_test_add_data_func("/qom/accessor/object/errors", "object-knob", test_errors);
    g_test_add_func("/qom/accessor/one-sided", test_one_sided);
    return g_test_run();
}
