/*
 * Properties of any type: adding, finding, iterating, values, text, defaults, deleting, messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "expect.h"
#include "fatal.h"
#include "qom/object.h"

/*
 * ---- "store": keeps the value of every property in a table, by name; the tests add what they
 * need. ----
 */

#define TYPE_STORE "store"
OBJECT_DECLARE_SIMPLE_TYPE(Store, STORE)

struct Store {
    Object parent_obj;
    GHashTable *values; /* name -> GVariant */
    GString *released;  /* names, in the order of their release; the test's own */
    bool frozen;
};

static GVariant *store_get(Object *obj, const ObjectProperty *prop, Error **errp)
{
    GVariant *value = g_hash_table_lookup(STORE(obj)->values, prop->name);

    if (!value) {
        error_setg(errp, "nothing was stored");
        return NULL;
    }
    return g_variant_ref(value);
}

static bool store_set(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    /* What object_property_set() promises to setters. */
    g_assert_true(g_variant_is_of_type(value, prop->value_type));
    g_assert_false(g_variant_is_floating(value));
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING) &&
        strcmp(g_variant_get_string(value, NULL), "bad") == 0) {
        error_setg(errp, "'bad' is not wanted");
        error_append_hint(errp, "anything else is");
        return false;
    }
    g_hash_table_replace(STORE(obj)->values, (char *)prop->name, g_variant_ref(value));
    return true;
}

static void store_release(Object *obj, const ObjectProperty *prop)
{
    Store *store = STORE(obj);

    if (store->released) {
        g_string_append_printf(store->released, "%s ", prop->name);
    }
}

static ObjectProperty *add(Object *obj, const char *name, const char *type)
{
    return object_property_add(obj, name, type, store_get, store_set, store_release, NULL);
}

static bool store_config_check(Object *obj, const ObjectProperty *prop, Error **errp)
{
    if (STORE(obj)->frozen) {
        error_setg(errp, "too late for '%s'", prop->name);
        return false;
    }
    return true;
}

static void store_init(Object *obj)
{
    Store *store = STORE(obj);

    /* The defaults of class properties are here before; store_set() made the table. */
    g_assert_nonnull(store->values);
    g_assert_cmpuint(object_property_get_uint(obj, "level", &error_abort), ==, 3);
}

/*
 * The first default that is set, see store_class_init(); instance_init would be too late to make
 * the table.
 */
static bool first_set(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    STORE(obj)->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                               (GDestroyNotify)g_variant_unref);
    return store_set(obj, prop, value, errp);
}

static void store_finalize(Object *obj)
{
    g_hash_table_unref(STORE(obj)->values);
}

static void store_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    ObjectProperty *prop;

    klass->config_check = store_config_check;
    object_class_property_add(klass, "first", "bool", store_get, first_set, NULL, NULL);
    object_class_property_set_default_bool(klass, "first", true);
    prop = object_class_property_add(klass, "level", "uint8", store_get, store_set, store_release,
                                     NULL);
    prop->flags |= OBJ_PROP_CONFIG;
    object_property_set_range(prop, 1, 9);
    object_class_property_set_default_uint(klass, "level", 3);
    object_class_property_set_description(klass, "level", "how much");
}

static void shelf_class_init(ObjectClass *klass, const void *data G_GNUC_UNUSED)
{
    object_class_property_add(klass, "title", "string", store_get, store_set, NULL, NULL);
    object_class_property_set_default_str(klass, "title", "untitled");
    object_class_property_add(klass, "offset", "int32", store_get, store_set, NULL, NULL);
    object_class_property_set_default_int(klass, "offset", -5);
    object_class_property_add(klass, "empty", "string", store_get, store_set, NULL, NULL);
}

static const TypeInfo types[] = {
    {
        .name = TYPE_STORE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Store),
        .instance_init = store_init,
        .instance_finalize = store_finalize,
        .class_init = store_class_init,
    },
    { .name = "shelf", .parent = TYPE_STORE, .class_init = shelf_class_init },
};

DEFINE_TYPES(types)

/* ---- Adding, finding, iterating ---- */

static void test_find(void)
{
    g_autoptr(Object) shelf = object_new("shelf");
    g_autoptr(Object) store = object_new(TYPE_STORE);
    ObjectClass *klass = object_get_class(shelf);
    ObjectProperty *own = add(shelf, "own", "bool");

    g_assert_true(object_property_find(shelf, "own") == own);
    g_assert_null(object_property_find(store, "own"));
    g_assert_null(object_class_property_find(klass, "own"));
    g_assert_nonnull(object_property_find(shelf, "title"));
    g_assert_null(object_property_find(store, "title"));
    g_assert_true(object_property_find(shelf, "level") == object_property_find(store, "level"));
    g_assert_true(object_class_property_find(klass, "level") ==
                  object_property_find(store, "level"));
    g_assert_cmpstr(own->name, ==, "own");
    g_assert_cmpstr(own->type, ==, "bool");
    g_assert_null(own->description);
    object_property_set_description(shelf, "own", "one of a kind");
    object_property_set_description(shelf, "own", "its own");
    g_assert_cmpstr(own->description, ==, "its own");
    g_assert_cmpstr(object_property_find(store, "level")->description, ==, "how much");
}

static void expect_names(ObjectPropertyIterator *iter, const char *expected)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const ObjectProperty *prop;

    while ((prop = object_property_iter_next(iter))) {
        g_string_append_printf(names, "%s ", prop->name);
    }
    g_assert_cmpstr(names->str, ==, expected);
}

static void test_iterate(void)
{
    g_autoptr(Object) shelf = object_new("shelf");
    ObjectPropertyIterator iter;

    object_property_iter_init(&iter, shelf);
    expect_names(&iter, "title offset empty first level ");
    add(shelf, "z", "bool");
    add(shelf, "a", "bool");
    add(shelf, "m", "bool");
    object_property_del(shelf, "a");
    add(shelf, "b", "bool");
    object_property_iter_init(&iter, shelf);
    expect_names(&iter, "z m b title offset empty first level ");
    object_class_property_iter_init(&iter, object_get_class(shelf));
    expect_names(&iter, "title offset empty first level ");
    object_class_property_iter_init(&iter, object_class_by_name(TYPE_OBJECT));
    expect_names(&iter, "");
    g_assert_null(object_property_iter_next(&iter));
}

static void test_duplicate(void)
{
    g_autoptr(Object) shelf = object_new("shelf");
    Error *err = NULL;

    add(shelf, "own", "bool");
    g_assert_null(object_property_try_add(shelf, "own", "bool", NULL, NULL, NULL, NULL, &err));
    expect_error(&err, "type 'shelf' has a property 'own' already", NULL);
    g_assert_null(object_property_try_add(shelf, "level", "bool", NULL, NULL, NULL, NULL, &err));
    expect_error(&err, "type 'shelf' has a property 'level' already", NULL);
}

static void test_unknown(void)
{
    g_autoptr(Object) shelf = object_new("shelf");
    Error *err = NULL;

    add(shelf, "capacity", "bool");
    g_assert_false(object_property_set_bool(shelf, "capcity", true, &err));
    expect_error(&err, "type 'shelf' has no property 'capcity'", "did you mean 'capacity'?");
    g_assert_null(object_property_get(shelf, "levle", &err));
    expect_error(&err, "type 'shelf' has no property 'levle'", "did you mean 'level'?");
    g_assert_false(object_property_parse(shelf, "xylophone", "1", &err));
    expect_error(&err, "type 'shelf' has no property 'xylophone'", NULL);
    g_assert_null(object_property_print(shelf, "xylophone", &err));
    expect_error(&err, "type 'shelf' has no property 'xylophone'", NULL);
    g_assert_false(object_property_set_str(shelf, "tilte", "x", &err));
    expect_error(&err, "type 'shelf' has no property 'tilte'", "did you mean 'title'?");
    g_assert_null(object_class_property_find_err(object_get_class(shelf), "capcity", &err));
    expect_error(&err, "type 'shelf' has no property 'capcity'", NULL);
    g_assert_null(object_class_property_find_err(object_get_class(shelf), "tite", &err));
    expect_error(&err, "type 'shelf' has no property 'tite'", "did you mean 'title'?");
    g_assert_nonnull(object_class_property_find_err(object_get_class(shelf), "title", &err));
    g_assert_null(err);
}

/* ---- Values ---- */

/*
 * Each width: its two ends are taken, what lies beyond is not, and the value arrives as int64 or
 * uint64.
 */
static void test_ranges(void)
{
    static const struct {
        const char *type;
        int64_t min;
        uint64_t max;
    } widths[] = {
        { "int8", INT8_MIN, INT8_MAX },    { "int16", INT16_MIN, INT16_MAX },
        { "int32", INT32_MIN, INT32_MAX }, { "int64", INT64_MIN, INT64_MAX },
        { "uint8", 0, UINT8_MAX },         { "uint16", 0, UINT16_MAX },
        { "uint32", 0, UINT32_MAX },       { "uint64", 0, UINT64_MAX },
        { "size", 0, UINT64_MAX },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(widths); i++) {
        g_autoptr(Object) obj = object_new(TYPE_STORE);
        bool is_signed = widths[i].min < 0;
        Error *err = NULL;

        add(obj, "n", widths[i].type);
        g_assert_true(object_property_set_int(obj, "n", widths[i].min, &error_abort));
        g_assert_true(object_property_set_uint(obj, "n", widths[i].max, &error_abort));
        g_assert_cmpuint(is_signed ? (uint64_t)object_property_get_int(obj, "n", &error_abort)
                                   : object_property_get_uint(obj, "n", &error_abort),
                         ==, widths[i].max);
        if (widths[i].max != UINT64_MAX) {
            g_autofree char *message = g_strdup_printf(
                "property 'store.n': %" G_GUINT64_FORMAT " is out of range %" G_GINT64_FORMAT
                "..%" G_GUINT64_FORMAT, widths[i].max + 1, widths[i].min, widths[i].max);
            g_assert_false(object_property_set_uint(obj, "n", widths[i].max + 1, &err));
            expect_error(&err, message, NULL);
        }
        if (widths[i].min != INT64_MIN) {
            g_autofree char *message = g_strdup_printf(
                "property 'store.n': %" G_GINT64_FORMAT " is out of range %" G_GINT64_FORMAT
                "..%" G_GUINT64_FORMAT, widths[i].min - 1, widths[i].min, widths[i].max);
            g_assert_false(object_property_set_int(obj, "n", widths[i].min - 1, &err));
            expect_error(&err, message, NULL);
        }
    }
}

static void test_integer_forms(void)
{
    g_autoptr(Object) obj = object_new(TYPE_STORE);
    GVariant *forms[] = {
        g_variant_new_byte(7),   g_variant_new_int16(7),  g_variant_new_uint16(7),
        g_variant_new_int32(7),  g_variant_new_uint32(7), g_variant_new_int64(7),
        g_variant_new_uint64(7),
    };
    Error *err = NULL;

    add(obj, "n", "int8");
    add(obj, "u", "uint8");
    for (unsigned i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_variant_ref_sink(forms[i]);
        g_assert_true(object_property_set_int(obj, "n", 0, &error_abort));
        g_assert_true(object_property_set(obj, "n", forms[i], &error_abort));
        g_assert_cmpint(object_property_get_int(obj, "n", &error_abort), ==, 7);
        g_assert_true(object_property_set(obj, "u", forms[i], &error_abort));
        g_variant_unref(forms[i]);
    }
    g_assert_false(object_property_set(obj, "n", g_variant_new_double(7), &err));
    expect_error(&err, "property 'store.n': 7.0 is not a value of type int8", NULL);
    g_assert_false(object_property_set_str(obj, "n", "7", &err));
    expect_error(&err, "property 'store.n': '7' is not a value of type int8", NULL);
    g_assert_false(object_property_set(obj, "n", g_variant_new_int16(-200), &err));
    expect_error(&err, "property 'store.n': -200 is out of range -128..127", NULL);
}

static void test_narrow_range(void)
{
    g_autoptr(Object) obj = object_new(TYPE_STORE);
    ObjectProperty *prop = add(obj, "n", "int32");
    Error *err = NULL;

    g_assert_false(object_property_set_uint(obj, "level", 0, &err));
    expect_error(&err, "property 'store.level': 0 is out of range 1..9", NULL);
    g_assert_false(object_property_set_uint(obj, "level", 10, &err));
    expect_error(&err, "property 'store.level': 10 is out of range 1..9", NULL);
    g_assert_cmpuint(object_property_get_uint(obj, "level", &error_abort), ==, 3);
    object_property_set_range(prop, -2, 2);
    g_assert_true(object_property_set_int(obj, "n", -2, &error_abort));
    g_assert_false(object_property_set_int(obj, "n", -3, &err));
    expect_error(&err, "property 'store.n': -3 is out of range -2..2", NULL);
}

static void test_wrong_type(void)
{
    g_autoptr(Object) obj = object_new("shelf");
    Error *err = NULL;

    g_assert_false(object_property_set_int(obj, "title", 5, &err));
    expect_error(&err, "property 'shelf.title': 5 is not a value of type string", NULL);
    g_assert_false(object_property_set_bool(obj, "level", true, &err));
    expect_error(&err, "property 'shelf.level': true is not a value of type uint8", NULL);
    g_assert_false(object_property_set_str(obj, "first", "on", &err));
    expect_error(&err, "property 'shelf.first': 'on' is not a value of type bool", NULL);
    g_assert_false(object_property_get_bool(obj, "level", &err));
    expect_error(&err, "property 'shelf.level': it is of type uint8, not bool", NULL);
    g_assert_cmpint(object_property_get_int(obj, "level", &err), ==, 0);
    expect_error(&err, "property 'shelf.level': it is of type uint8, not int64", NULL);
    g_assert_cmpuint(object_property_get_uint(obj, "offset", &err), ==, 0);
    expect_error(&err, "property 'shelf.offset': it is of type int32, not uint64", NULL);
    g_assert_null(object_property_get_str(obj, "level", &err));
    expect_error(&err, "property 'shelf.level': it is of type uint8, not string", NULL);
}

static void test_access(void)
{
    g_autoptr(Object) obj = object_new(TYPE_STORE);
    Error *err = NULL;

    object_property_add(obj, "ro", "uint8", store_get, NULL, NULL, NULL);
    object_property_add(obj, "wo", "uint8", NULL, store_set, NULL, NULL);
    g_assert_false(object_property_set_uint(obj, "ro", 1, &err));
    expect_error(&err, "property 'store.ro': it cannot be written", NULL);
    g_assert_false(object_property_parse(obj, "ro", "1", &err));
    expect_error(&err, "property 'store.ro': it cannot be written", NULL);
    g_assert_true(object_property_set_uint(obj, "wo", 1, &error_abort));
    g_assert_null(object_property_get(obj, "wo", &err));
    expect_error(&err, "property 'store.wo': it cannot be read", NULL);
    g_assert_null(object_property_print(obj, "wo", &err));
    expect_error(&err, "property 'store.wo': it cannot be read", NULL);
}

static void test_callback_errors(void)
{
    g_autoptr(Object) obj = object_new("shelf");
    Error *err = NULL;

    g_assert_false(object_property_set_str(obj, "title", "bad", &err));
    expect_error(&err, "property 'shelf.title': 'bad' is not wanted", "anything else is");
    g_assert_null(object_property_get(obj, "empty", &err));
    expect_error(&err, "property 'shelf.empty': nothing was stored", NULL);
    g_assert_false(object_property_set_str(obj, "title", "bad", NULL));
    g_assert_null(object_property_get(obj, "empty", NULL));
    g_assert_false(object_property_set_str(obj, "title", "a\xff", &err));
    expect_error(&err, "property 'shelf.title': 'a\\377' is not valid UTF-8", NULL);
}

static void test_floating(void)
{
    g_autoptr(Object) obj = object_new("shelf");
    g_autoptr(GVariant) held = g_variant_ref_sink(g_variant_new_string("held"));

    g_assert_true(object_property_set(obj, "title", held, &error_abort));
    g_autoptr(GVariant) value = object_property_get(obj, "title", &error_abort);
    g_assert_false(g_variant_is_floating(value));
    g_assert_cmpvariant(value, held);
    g_assert_true(object_property_set(obj, "title", g_variant_new_string("x"), &error_abort));
    /* Consumed where the set fails, too: a leak checker would tell. */
    g_assert_false(object_property_set(obj, "none", g_variant_new_string("x"), NULL));
    g_assert_false(object_property_set(obj, "level", g_variant_new_string("x"), NULL));
}

static void test_config_check(void)
{
    g_autoptr(Object) obj = object_new("shelf");
    Error *err = NULL;

    g_assert_true(object_property_set_uint(obj, "level", 4, &error_abort));
    STORE(obj)->frozen = true;
    g_assert_false(object_property_set_uint(obj, "level", 5, &err));
    expect_error(&err, "property 'shelf.level': too late for 'level'", NULL);
    g_assert_false(object_property_parse(obj, "level", "5", &err));
    expect_error(&err, "property 'shelf.level': too late for 'level'", NULL);
    g_assert_true(object_property_set_str(obj, "title", "no configuration", &error_abort));
}

/* ---- Text ---- */

static void expect_round_trip(Object *obj, const char *name, const char *text, const char *printed)
{
    g_assert_true(object_property_parse(obj, name, text, &error_abort));
    g_autofree char *result = object_property_print(obj, name, &error_abort);
    g_assert_cmpstr(result, ==, printed);
}

static void test_text(void)
{
    g_autoptr(Object) obj = object_new(TYPE_STORE);

    add(obj, "b", "bool");
    add(obj, "i", "int16");
    add(obj, "u", "uint64");
    add(obj, "size", "size");
    add(obj, "s", "string");
    add(obj, "list", "at");
    add(obj, "pair", "(sb)");
    expect_round_trip(obj, "b", "on", "true");
    expect_round_trip(obj, "b", "no", "false");
    expect_round_trip(obj, "i", "-0x10", "-16");
    expect_round_trip(obj, "i", "+5", "5");
    expect_round_trip(obj, "u", "0xffffffffffffffff", "18446744073709551615");
    expect_round_trip(obj, "size", "64K", "64K");
    expect_round_trip(obj, "size", "0x100000", "1M");
    expect_round_trip(obj, "size", "100", "100");
    expect_round_trip(obj, "s", "any 'text' 1", "any 'text' 1");
    expect_round_trip(obj, "s", "", "");
    expect_round_trip(obj, "list", "[1, 2]", "[1, 2]");
    expect_round_trip(obj, "pair", "('x', true)", "('x', true)");
}

static void test_text_errors(void)
{
    g_autoptr(Object) obj = object_new(TYPE_STORE);
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        { "b", "maybe", "property 'store.b': 'maybe' is neither on nor off" },
        { "u", "12x", "property 'store.u': '12x' is not a number" },
        { "u", "256", "property 'store.u': 256 is out of range 0..255" },
        { "u", "-1", "property 'store.u': -1 is out of range 0..255" },
        { "u", "99999999999999999999",
          "property 'store.u': '99999999999999999999' does not fit in 64 bits" },
        { "u", "1K", "property 'store.u': '1K' is not a number" },
        { "s", "\xff", "property 'store.s': '\\377' is not valid UTF-8" },
    };
    Error *err = NULL;

    add(obj, "b", "bool");
    add(obj, "u", "uint8");
    add(obj, "s", "string");
    add(obj, "size", "size");
    add(obj, "list", "at");
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_false(object_property_parse(obj, cases[i].name, cases[i].text, &err));
        expect_error(&err, cases[i].message, NULL);
    }
    g_assert_false(object_property_parse(obj, "size", "1Q", &err));
    expect_error(&err, "property 'store.size': '1Q' is not a size",
                 "a number, then one of B, K, M, G, T, P, E or nothing; of bytes a whole one");
    g_assert_false(object_property_parse(obj, "list", "[1, 'x']", &err));
    /* GLib's own explanation follows. */
    static const char begin[] = "property 'store.list': '[1, 'x']' is not a value of type at: ";
    g_assert_true(g_str_has_prefix(error_get_pretty(err), begin));
    error_free(err);
}

/* ---- Defaults ---- */

static void test_defaults(void)
{
    g_autoptr(Object) shelf = object_new("shelf");
    g_autofree char *title = object_property_get_str(shelf, "title", &error_abort);
    ObjectProperty *level = object_property_find(shelf, "level");

    g_assert_cmpstr(title, ==, "untitled");
    g_assert_cmpint(object_property_get_int(shelf, "offset", &error_abort), ==, -5);
    g_assert_true(object_property_get_bool(shelf, "first", &error_abort));
    g_assert_true(g_variant_is_of_type(level->defval, level->value_type));
    g_autofree char *text = object_property_format(level, level->defval);
    g_assert_cmpstr(text, ==, "3");

    add(shelf, "own", "size");
    object_property_set_default(shelf, "own", g_variant_new_int32(2048));
    g_assert_cmpuint(object_property_get_uint(shelf, "own", &error_abort), ==, 2048);
    object_property_set_default(shelf, "own", g_variant_new_uint64(4096));
    g_autofree char *own = object_property_print(shelf, "own", &error_abort);
    g_assert_cmpstr(own, ==, "4K");
    /* One object's value is not another's. */
    g_autoptr(Object) other = object_new("shelf");
    object_property_set_uint(other, "level", 7, &error_abort);
    g_assert_cmpuint(object_property_get_uint(shelf, "level", &error_abort), ==, 3);
}

/* ---- Deleting ---- */

static void test_release(void)
{
    g_autoptr(GString) released = g_string_new(NULL);
    Object *obj = object_new("shelf");

    STORE(obj)->released = released;
    add(obj, "one", "bool");
    add(obj, "two", "bool");
    add(obj, "three", "bool");
    object_property_del(obj, "two");
    g_assert_cmpstr(released->str, ==, "two ");
    g_assert_null(object_property_find(obj, "two"));
    /* The newest first, class properties at the end. */
    object_unref(obj);
    g_assert_cmpstr(released->str, ==, "two three one level ");
}

static void test_opaque(void)
{
    Object *obj = object_new(TYPE_STORE);
    ObjectProperty *prop = object_property_add(obj, "p", "bool", NULL, NULL, NULL,
                                               g_strdup("freed with the property"));

    prop->opaque_free = g_free;
    object_unref(obj); /* a leak checker would tell */
}

/* ---- Mistakes ---- */

static void add_twice(void)
{
    Object *obj = object_new(TYPE_STORE);

    add(obj, "level", "bool");
}

static void add_twice_to_class(void)
{
    object_class_property_add(object_class_by_name("shelf"), "level", "bool", NULL, NULL, NULL,
                              NULL);
}

static void default_out_of_range(void)
{
    object_class_property_set_default_uint(object_class_by_name(TYPE_STORE), "level", 10);
}

static void default_of_parents_property(void)
{
    object_class_property_set_default_uint(object_class_by_name("shelf"), "level", 5);
}

static void delete_missing(void)
{
    object_property_del(object_new(TYPE_STORE), "level");
}

static const FatalCase fatal_cases[] = {
    { "/qom/property/fatal/add-twice", add_twice,
      "*unexpected error in *: type 'store' has a property 'level' already\n" },
    { "/qom/property/fatal/add-twice-to-class", add_twice_to_class,
      "*unexpected error in *: type 'shelf' has a property 'level' already\n" },
    { "/qom/property/fatal/default-out-of-range", default_out_of_range,
      "*unexpected error in *: 10 is out of range 1..9\n" },
    { "/qom/property/fatal/default-of-parents-property", default_of_parents_property,
      "rvemu: class 'shelf' has no property 'level' of its own\n" },
    { "/qom/property/fatal/delete-missing", delete_missing,
      "rvemu: an object of type 'store' has no property 'level' of its own\n" },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/property/find", test_find);
    g_test_add_func("/qom/property/iterate", test_iterate);
    g_test_add_func("/qom/property/duplicate", test_duplicate);
    g_test_add_func("/qom/property/unknown", test_unknown);
    g_test_add_func("/qom/property/ranges", test_ranges);
    g_test_add_func("/qom/property/integer-forms", test_integer_forms);
    g_test_add_func("/qom/property/narrow-range", test_narrow_range);
    g_test_add_func("/qom/property/wrong-type", test_wrong_type);
    g_test_add_func("/qom/property/access", test_access);
    g_test_add_func("/qom/property/callback-errors", test_callback_errors);
    g_test_add_func("/qom/property/floating", test_floating);
    g_test_add_func("/qom/property/config-check", test_config_check);
    g_test_add_func("/qom/property/text", test_text);
    g_test_add_func("/qom/property/text-errors", test_text_errors);
    g_test_add_func("/qom/property/defaults", test_defaults);
    g_test_add_func("/qom/property/release", test_release);
    g_test_add_func("/qom/property/opaque", test_opaque);
    add_fatal_cases(fatal_cases, G_N_ELEMENTS(fatal_cases));
    return g_test_run();
}
