/*
 * Field properties: every kind, read, written, with default, description and range.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "fatal.h"
#include "qom/object.h"

#define TYPE_BOX "box"
OBJECT_DECLARE_SIMPLE_TYPE(Box, BOX)

typedef enum Color { RED, GREEN, BLUE } Color;

static const EnumLookup color_lookup = {
    .type = "Color",
    .names = (const char *const[]){ [RED] = "red", [GREEN] = "green", [BLUE] = "blue", NULL },
};

struct Box {
    Object parent_obj;
    bool open;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    uint64_t size;
    char *label;
    char *unset;
    int color;
    Box *content;
    uint8_t own; /* the tests make an object property of it */
    uint8_t guard;
};

static const Property box_properties[] = {
    DEFINE_PROP_BOOL("open", Box, open, true, "whether it is open"),
    DEFINE_PROP_INT8("i8", Box, i8, -8, "eight"),
    DEFINE_PROP_INT16("i16", Box, i16, -16, "sixteen"),
    DEFINE_PROP_INT32("i32", Box, i32, -32, "thirty-two", .min = -100, .max = 100),
    DEFINE_PROP_INT64("i64", Box, i64, INT64_MIN, "sixty-four"),
    DEFINE_PROP_UINT8("u8", Box, u8, 8, "eight"),
    DEFINE_PROP_UINT16("u16", Box, u16, 16, "sixteen"),
    DEFINE_PROP_UINT32("u32", Box, u32, 32, "thirty-two", .min = 1, .max = 128),
    DEFINE_PROP_UINT64("u64", Box, u64, UINT64_MAX, "sixty-four"),
    DEFINE_PROP_SIZE("size", Box, size, 4096, "how big"),
    DEFINE_PROP_STRING("label", Box, label, "none", "what is written on it"),
    DEFINE_PROP_STRING("unset", Box, unset, NULL, "nothing"),
    DEFINE_PROP_ENUM("color", Box, color, GREEN, &color_lookup, "its color"),
    DEFINE_PROP_LINK("content", Box, content, TYPE_BOX, Box, "the box in it"),
};

static const Property own_property = DEFINE_PROP_UINT8("own", Box, own, 5, "its own", .max = 9);
static const Property own_link = DEFINE_PROP_LINK("other", Box, content, TYPE_BOX, Box, "a link");

static void box_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    object_class_add_properties(klass, box_properties, G_N_ELEMENTS(box_properties));
}

static const TypeInfo types[] = {
    {
        .name = TYPE_BOX,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Box),
        .class_init = box_class_init,
    },
    { .name = "crate", .parent = TYPE_BOX },
    { .name = "other", .parent = TYPE_OBJECT },
};

DEFINE_TYPES(types)

static void test_defaults(void)
{
    g_autoptr(Box) box = BOX(object_new("crate"));

    g_assert_true(box->open);
    g_assert_cmpint(box->i8, ==, -8);
    g_assert_cmpint(box->i16, ==, -16);
    g_assert_cmpint(box->i32, ==, -32);
    g_assert_cmpint(box->i64, ==, INT64_MIN);
    g_assert_cmpuint(box->u8, ==, 8);
    g_assert_cmpuint(box->u16, ==, 16);
    g_assert_cmpuint(box->u32, ==, 32);
    g_assert_cmpuint(box->u64, ==, UINT64_MAX);
    g_assert_cmpuint(box->size, ==, 4096);
    g_assert_cmpstr(box->label, ==, "none");
    g_assert_null(box->unset);
    g_assert_cmpint(box->color, ==, GREEN);
    g_assert_null(box->content);
}

/* Through text, which also shows what a reader of -help sees. */
static void test_every_kind(void)
{
    static const struct {
        const char *name, *type, *def, *text, *printed;
    } cases[] = {
        { "open", "bool", "true", "off", "false" },
        { "i8", "int8", "-8", "-128", "-128" },
        { "i16", "int16", "-16", "-32768", "-32768" },
        { "i32", "int32", "-32", "100", "100" },
        { "i64", "int64", "-9223372036854775808", "9223372036854775807", "9223372036854775807" },
        { "u8", "uint8", "8", "0xff", "255" },
        { "u16", "uint16", "16", "0xffff", "65535" },
        { "u32", "uint32", "32", "128", "128" },
        { "u64", "uint64", "18446744073709551615", "0x8000000000000000", "9223372036854775808" },
        { "size", "size", "4K", "3G", "3G" },
        { "label", "string", "none", "fragile", "fragile" },
        { "unset", "string", NULL, "set", "set" },
        { "color", "Color", "green", "blue", "blue" },
    };
    g_autoptr(Object) obj = object_new(TYPE_BOX);

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const ObjectProperty *prop = object_property_find(obj, cases[i].name);
        g_assert_cmpstr(prop->type, ==, cases[i].type);
        g_autofree char *def = prop->defval ? object_property_format(prop, prop->defval) : NULL;
        g_assert_cmpstr(def, ==, cases[i].def);
        g_autofree char *before = object_property_print(obj, cases[i].name, &error_abort);
        g_assert_cmpstr(before, ==, def ? def : "");
        g_assert_true(object_property_parse(obj, cases[i].name, cases[i].text, &error_abort));
        g_autofree char *after = object_property_print(obj, cases[i].name, &error_abort);
        g_assert_cmpstr(after, ==, cases[i].printed);
    }
    Box *box = BOX(obj);
    g_assert_false(box->open);
    g_assert_cmpint(box->i16, ==, -32768);
    g_assert_cmpuint(box->u64, ==, UINT64_C(0x8000000000000000));
    g_assert_cmpstr(box->unset, ==, "set");
    g_assert_cmpint(box->color, ==, BLUE);
    g_assert_cmpuint(box->own, ==, 0);
    g_assert_cmpuint(box->guard, ==, 0);
    g_assert_cmpstr(object_property_find(obj, "i32")->description, ==, "thirty-two");
}

static void test_errors(void)
{
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        { "i32", "101", "property 'box.i32': 101 is out of range -100..100" },
        { "i32", "-101", "property 'box.i32': -101 is out of range -100..100" },
        { "u32", "0", "property 'box.u32': 0 is out of range 1..128" },
        { "u8", "256", "property 'box.u8': 256 is out of range 0..255" },
        { "color", "pink", "property 'box.color': 'pink' is not one of red, green, blue" },
        { "color", "", "property 'box.color': '' is not one of red, green, blue" },
    };
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    Error *err = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_false(object_property_parse(obj, cases[i].name, cases[i].text, &err));
        expect_error(&err, cases[i].message, NULL);
    }
    g_assert_cmpint(BOX(obj)->color, ==, GREEN);
    g_assert_cmpuint(BOX(obj)->u32, ==, 32);
}

/* A field link holds a reference, and lets go with the object. */
static void test_link(void)
{
    Box *outer = BOX(object_new(TYPE_BOX));
    Box *inner = BOX(object_new("crate"));
    g_autoptr(Object) other = object_new("other");
    Error *err = NULL;

    g_assert_cmpstr(object_property_find(OBJECT(outer), "content")->type, ==, "link<box>");
    g_assert_true(object_property_set_link(OBJECT(outer), "content", OBJECT(inner), &error_abort));
    g_assert_true(outer->content == inner);
    g_assert_cmpint(inner->parent_obj.ref, ==, 2);
    g_assert_false(object_property_set_link(OBJECT(outer), "content", other, &err));
    expect_error(&err, "property 'box.content': object '(not in the tree)' is of type 'other', "
                 "not 'box'", NULL);
    object_unref(outer);
    g_assert_cmpint(inner->parent_obj.ref, ==, 1);
    object_unref(inner);
}

static bool refuse(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop, Error **errp)
{
    error_setg(errp, "'%s' is frozen", prop->name);
    return false;
}

/* Fields are configuration: the class may forbid changes. */
static void test_frozen(void)
{
    g_autoptr(Object) obj = object_new("crate");
    Error *err = NULL;

    object_get_class(obj)->config_check = refuse;
    g_assert_false(object_property_set_uint(obj, "u8", 1, &err));
    expect_error(&err, "property 'crate.u8': 'u8' is frozen", NULL);
    g_assert_false(object_property_set_link(obj, "content", obj, &err));
    expect_error(&err, "property 'crate.content': 'content' is frozen", NULL);
    g_assert_cmpuint(BOX(obj)->u8, ==, 8);
    object_get_class(obj)->config_check = NULL;
    g_assert_true(object_property_set_uint(obj, "u8", 1, &error_abort));
}

/* What a getter makes floating, the caller of object_property_get() owns. */
static void test_value_is_owned(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    g_autoptr(GVariant) value = object_property_get(obj, "u8", &error_abort);

    g_assert_false(g_variant_is_floating(value));
}

static void test_object_field(void)
{
    g_autoptr(Box) box = BOX(object_new(TYPE_BOX));
    g_autoptr(Box) plain = BOX(object_new(TYPE_BOX));
    g_autoptr(Box) inner = BOX(object_new(TYPE_BOX));
    ObjectProperty *prop = object_property_add_field(OBJECT(box), &own_property);
    Error *err = NULL;

    g_assert_cmpuint(box->own, ==, 5);
    g_assert_cmpstr(prop->description, ==, "its own");
    g_assert_true(object_property_set_uint(OBJECT(box), "own", 9, &error_abort));
    g_assert_cmpuint(box->own, ==, 9);
    g_assert_false(object_property_set_uint(OBJECT(box), "own", 10, &err));
    expect_error(&err, "property 'box.own': 10 is out of range 0..9", NULL);
    g_assert_null(object_property_find(OBJECT(plain), "own"));

    object_property_add_field(OBJECT(box), &own_link);
    g_assert_true(object_property_set_link(OBJECT(box), "other", OBJECT(inner), &error_abort));
    g_assert_true(box->content == inner);
    object_property_del(OBJECT(box), "other");
    g_assert_null(box->content);
    g_assert_cmpint(inner->parent_obj.ref, ==, 1);
}

static void test_enum_lookup(void)
{
    Error *err = NULL;

    g_assert_cmpint(enum_lookup_value(&color_lookup, "red", &error_abort), ==, RED);
    g_assert_cmpint(enum_lookup_value(&color_lookup, "Red", &err), ==, -1);
    expect_error(&err, "'Red' is not one of red, green, blue", NULL);
    g_assert_cmpstr(enum_lookup_name(&color_lookup, BLUE), ==, "blue");
}

static void enum_out_of_range(void)
{
    enum_lookup_name(&color_lookup, 3);
}

static void enum_negative(void)
{
    enum_lookup_name(&color_lookup, -1);
}

static const FatalCase fatal_cases[] = {
    { "/qom/field/fatal/enum-out-of-range", enum_out_of_range, "*enum.c*" },
    { "/qom/field/fatal/enum-negative", enum_negative, "*enum.c*" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/field/defaults", test_defaults);
    g_test_add_func("/qom/field/every-kind", test_every_kind);
    g_test_add_func("/qom/field/errors", test_errors);
    g_test_add_func("/qom/field/link", test_link);
    g_test_add_func("/qom/field/frozen", test_frozen);
    g_test_add_func("/qom/field/value-is-owned", test_value_is_owned);
    g_test_add_func("/qom/field/object-field", test_object_field);
    g_test_add_func("/qom/field/enum-lookup", test_enum_lookup);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
