/*
 * The form of a property's value: which GVariant a type means, conversion, parsing, printing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "property-impl.h"
#include "util/cutils.h"

/* The types whose form does not follow from their name. */
static const struct {
    const char *name;
    const char *value_type;
    int64_t min;
    uint64_t max;
} value_types[] = {
    { "bool", "b", 0, 0 },
    { "int8", "x", INT8_MIN, INT8_MAX },
    { "int16", "x", INT16_MIN, INT16_MAX },
    { "int32", "x", INT32_MIN, INT32_MAX },
    { "int64", "x", INT64_MIN, INT64_MAX },
    { "uint8", "t", 0, UINT8_MAX },
    { "uint16", "t", 0, UINT16_MAX },
    { "uint32", "t", 0, UINT32_MAX },
    { "uint64", "t", 0, UINT64_MAX },
    { "size", "t", 0, UINT64_MAX },
    { "string", "s", 0, 0 },
};

void property_init_value_type(ObjectProperty *prop)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(value_types); i++) {
        if (strcmp(prop->type, value_types[i].name) == 0) {
            prop->value_type = G_VARIANT_TYPE(value_types[i].value_type);
            object_property_set_range(prop, value_types[i].min, value_types[i].max);
            return;
        }
    }
    /* An enum's own name is no valid type string, as the names of enums are words. */
    prop->value_type = g_variant_type_string_is_valid(prop->type) ? G_VARIANT_TYPE(prop->type)
                                                                  : G_VARIANT_TYPE_STRING;
}

static bool is_integer(const GVariantType *type)
{
    return g_variant_type_equal(type, G_VARIANT_TYPE_INT64) ||
           g_variant_type_equal(type, G_VARIANT_TYPE_UINT64);
}

/* An integer of any width: the value in two's complement, and whether it is below zero. */
static bool get_integer(GVariant *value, uint64_t *bits, bool *negative)
{
    int64_t number = 0;

    switch (g_variant_classify(value)) {
    case G_VARIANT_CLASS_BYTE:
        number = g_variant_get_byte(value);
        break;
    case G_VARIANT_CLASS_UINT16:
        number = g_variant_get_uint16(value);
        break;
    case G_VARIANT_CLASS_UINT32:
        number = g_variant_get_uint32(value);
        break;
    case G_VARIANT_CLASS_UINT64:
        *bits = g_variant_get_uint64(value);
        *negative = false;
        return true;
    case G_VARIANT_CLASS_INT16:
        number = g_variant_get_int16(value);
        break;
    case G_VARIANT_CLASS_INT32:
        number = g_variant_get_int32(value);
        break;
    case G_VARIANT_CLASS_INT64:
        number = g_variant_get_int64(value);
        break;
    default:
        return false;
    }
    *bits = (uint64_t)number;
    *negative = number < 0;
    return true;
}

static GVariant *error_wrong_form(const ObjectProperty *prop, GVariant *value, Error **errp)
{
    g_autofree char *text = g_variant_print(value, FALSE);

    error_setg(errp, "%s is not a value of type %s", text, prop->type);
    return NULL;
}

static GVariant *convert_integer(const ObjectProperty *prop, GVariant *value, Error **errp)
{
    uint64_t bits;
    bool negative;

    if (!get_integer(value, &bits, &negative)) {
        return error_wrong_form(prop, value, errp);
    }
    bool high_enough = negative ? (int64_t)bits >= prop->min
                                : prop->min <= 0 || bits >= (uint64_t)prop->min;
    bool low_enough = negative || bits <= prop->max;
    if (!high_enough || !low_enough) {
        g_autofree char *text = g_variant_print(value, FALSE);
        error_setg(errp, "%s is out of range %" G_GINT64_FORMAT "..%" G_GUINT64_FORMAT, text,
                   prop->min, prop->max);
        return NULL;
    }
    return g_variant_ref_sink(g_variant_type_equal(prop->value_type, G_VARIANT_TYPE_INT64)
                                  ? g_variant_new_int64((int64_t)bits)
                                  : g_variant_new_uint64(bits));
}

GVariant *property_convert(const ObjectProperty *prop, GVariant *value, Error **errp)
{
    if (is_integer(prop->value_type)) {
        return convert_integer(prop, value, errp);
    }
    if (!g_variant_is_of_type(value, prop->value_type)) {
        return error_wrong_form(prop, value, errp);
    }
    return g_variant_ref(value);
}

/* Integers are read as wide as possible here; property_convert() knows the range. */
static GVariant *parse_integer(const ObjectProperty *prop, const char *text, Error **errp)
{
    int64_t number;
    uint64_t natural;

    if (*text == '-' || *text == '+') {
        return parse_int64(text, &number, errp) ? g_variant_new_int64(number) : NULL;
    }
    bool ok = strcmp(prop->type, "size") == 0 ? parse_size(text, 1, &natural, errp)
                                              : parse_uint64(text, &natural, errp);
    return ok ? g_variant_new_uint64(natural) : NULL;
}

GVariant *property_string_value(const char *text, Error **errp)
{
    if (text && !g_utf8_validate(text, -1, NULL)) {
        g_autofree char *escaped = g_strescape(text, NULL);
        error_setg(errp, "'%s' is not valid UTF-8", escaped);
        return NULL;
    }
    return g_variant_new_string(text ? text : "");
}

GVariant *property_parse_value(const ObjectProperty *prop, const char *text, Error **errp)
{
    GVariant *value = NULL;
    bool truth;

    if (is_integer(prop->value_type)) {
        value = parse_integer(prop, text, errp);
    } else if (g_variant_type_equal(prop->value_type, G_VARIANT_TYPE_BOOLEAN)) {
        value = parse_bool(text, &truth, errp) ? g_variant_new_boolean(truth) : NULL;
    } else if (g_variant_type_equal(prop->value_type, G_VARIANT_TYPE_STRING)) {
        value = property_string_value(text, errp);
    } else {
        g_autoptr(GError) error = NULL;
        value = g_variant_parse(prop->value_type, text, NULL, NULL, &error);
        if (!value) {
            error_setg(errp, "'%s' is not a value of type %s: %s", text, prop->type,
                       error->message);
        }
    }
    return value ? g_variant_take_ref(value) : NULL;
}

char *object_property_format(const ObjectProperty *prop, GVariant *value)
{
    if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)) {
        return g_variant_dup_string(value, NULL);
    }
    if (strcmp(prop->type, "size") == 0) {
        return format_size(g_variant_get_uint64(value));
    }
    return g_variant_print(value, FALSE);
}
