/*
 * Field properties: the value is a member of the instance structure, described by a row of a table.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "property-impl.h"

/* The type that a kind shows; an enum's and a link's are in the row. */
const char *property_kind_type(PropertyKind kind)
{
    static const char *const types[] = {
        [PROP_BOOL] = "bool",     [PROP_INT8] = "int8",     [PROP_INT16] = "int16",
        [PROP_INT32] = "int32",   [PROP_INT64] = "int64",   [PROP_UINT8] = "uint8",
        [PROP_UINT16] = "uint16", [PROP_UINT32] = "uint32", [PROP_UINT64] = "uint64",
        [PROP_SIZE] = "size",     [PROP_STRING] = "string",
    };

    g_assert(kind < G_N_ELEMENTS(types));
    return types[kind];
}

static GVariant *field_get(Object *obj, const ObjectProperty *prop, Error **errp)
{
    const Property *row = prop->opaque;
    const void *field = (const char *)obj + row->offset;

    switch (row->kind) {
    case PROP_BOOL:
        return g_variant_new_boolean(*(const bool *)field);
    case PROP_INT8:
        return g_variant_new_int64(*(const int8_t *)field);
    case PROP_INT16:
        return g_variant_new_int64(*(const int16_t *)field);
    case PROP_INT32:
        return g_variant_new_int64(*(const int32_t *)field);
    case PROP_INT64:
        return g_variant_new_int64(*(const int64_t *)field);
    case PROP_UINT8:
        return g_variant_new_uint64(*(const uint8_t *)field);
    case PROP_UINT16:
        return g_variant_new_uint64(*(const uint16_t *)field);
    case PROP_UINT32:
        return g_variant_new_uint64(*(const uint32_t *)field);
    case PROP_UINT64:
    case PROP_SIZE:
        return g_variant_new_uint64(*(const uint64_t *)field);
    case PROP_STRING:
        return property_string_value(*(char *const *)field, errp);
    case PROP_ENUM:
        return g_variant_new_string(enum_lookup_name(row->lookup, *(const int *)field));
    case PROP_LINK:
        break; /* added as a link, see add_field() */
    }
    g_assert_not_reached();
}

static bool set_enum(int *field, const EnumLookup *lookup, GVariant *value, Error **errp)
{
    int number = enum_lookup_value(lookup, g_variant_get_string(value, NULL), errp);

    if (number < 0) {
        return false;
    }
    *field = number;
    return true;
}

static bool field_set(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const Property *row = prop->opaque;
    void *field = (char *)obj + row->offset;

    switch (row->kind) {
    case PROP_BOOL:
        *(bool *)field = g_variant_get_boolean(value);
        return true;
    case PROP_INT8:
        *(int8_t *)field = (int8_t)g_variant_get_int64(value);
        return true;
    case PROP_INT16:
        *(int16_t *)field = (int16_t)g_variant_get_int64(value);
        return true;
    case PROP_INT32:
        *(int32_t *)field = (int32_t)g_variant_get_int64(value);
        return true;
    case PROP_INT64:
        *(int64_t *)field = g_variant_get_int64(value);
        return true;
    case PROP_UINT8:
        *(uint8_t *)field = (uint8_t)g_variant_get_uint64(value);
        return true;
    case PROP_UINT16:
        *(uint16_t *)field = (uint16_t)g_variant_get_uint64(value);
        return true;
    case PROP_UINT32:
        *(uint32_t *)field = (uint32_t)g_variant_get_uint64(value);
        return true;
    case PROP_UINT64:
    case PROP_SIZE:
        *(uint64_t *)field = g_variant_get_uint64(value);
        return true;
    case PROP_STRING:
        g_free(*(char **)field);
        *(char **)field = g_variant_dup_string(value, NULL);
        return true;
    case PROP_ENUM:
        return set_enum(field, row->lookup, value, errp);
    case PROP_LINK:
        break; /* added as a link, see add_field() */
    }
    g_assert_not_reached();
}

static void field_release_string(Object *obj, const ObjectProperty *prop)
{
    const Property *row = prop->opaque;
    char **field = (char **)((char *)obj + row->offset);

    g_clear_pointer(field, g_free);
}

/* The default that the row gives; NULL: none. */
static GVariant *row_default(const Property *row)
{
    switch (row->kind) {
    case PROP_BOOL:
        return g_variant_new_boolean(row->defint != 0);
    case PROP_INT8:
    case PROP_INT16:
    case PROP_INT32:
    case PROP_INT64:
        return g_variant_new_int64(row->defint);
    case PROP_UINT8:
    case PROP_UINT16:
    case PROP_UINT32:
    case PROP_UINT64:
    case PROP_SIZE:
        return g_variant_new_uint64((uint64_t)row->defint);
    case PROP_STRING:
        return row->defstr ? g_variant_new_string(row->defstr) : NULL;
    case PROP_ENUM:
        return g_variant_new_string(enum_lookup_name(row->lookup, (int)row->defint));
    case PROP_LINK:
        return NULL;
    }
    g_assert_not_reached();
}

static ObjectProperty *add_link_field(Object *obj, ObjectClass *klass, const Property *row)
{
    unsigned flags = row->flags | OBJ_PROP_CONFIG | OBJ_PROP_LINK_STRONG;

    return obj ? object_property_add_link(obj, row->name, row->link_type,
                                          (char *)obj + row->offset,
                                          object_property_allow_set_link, flags)
               : object_class_property_add_link(klass, row->name, row->link_type, row->offset,
                                                object_property_allow_set_link, flags);
}

static ObjectProperty *add_field(Object *obj, ObjectClass *klass, const Property *row)
{
    ObjectProperty *prop;

    if (row->kind == PROP_LINK) {
        prop = add_link_field(obj, klass, row);
    } else {
        const char *type = row->kind == PROP_ENUM ? row->lookup->type
                                                  : property_kind_type(row->kind);
        prop = property_add(obj, klass, row->name, type, field_get, field_set,
                            row->kind == PROP_STRING ? field_release_string : NULL,
                            (void *)row, &error_abort);
        prop->flags = row->flags | OBJ_PROP_CONFIG;
    }
    prop->description = g_strdup(row->description);
    if (row->min || row->max) {
        object_property_set_range(prop, row->min, row->max);
    }
    GVariant *def = row_default(row);
    if (def && obj) {
        object_property_set_default(obj, row->name, def);
    } else if (def) {
        object_class_property_set_default(klass, row->name, def);
    }
    return prop;
}

ObjectProperty *object_property_add_field(Object *obj, const Property *field)
{
    return add_field(obj, NULL, field);
}

ObjectProperty *object_class_property_add_field(ObjectClass *klass, const Property *field)
{
    return add_field(NULL, klass, field);
}

void object_class_add_properties(ObjectClass *klass, const Property *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_field(NULL, klass, &fields[i]);
    }
}
