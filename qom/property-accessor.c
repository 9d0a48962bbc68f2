/*
 * Accessor properties: the value is what a pair of C functions says.
 *
 * SPDX-License-Identifier: MIT
 */
#include "property-impl.h"

/*
 * What the functions here keep of a property. Which member of each union is meant, the property's
 * getter and setter know.
 */
typedef struct Accessors {
    union {
        ObjectGetBool *as_bool;
        ObjectGetInt *as_int;
        ObjectGetUint *as_uint;
        ObjectGetStr *as_str;
        ObjectGetEnum *as_enum;
    } get;
    union {
        ObjectSetBool *as_bool;
        ObjectSetInt *as_int;
        ObjectSetUint *as_uint;
        ObjectSetStr *as_str;
        ObjectSetEnum *as_enum;
    } set;
    const EnumLookup *lookup;
} Accessors;

static ObjectProperty *add(Object *obj, ObjectClass *klass, const char *name, const char *type,
                           ObjectPropertyGet *get, ObjectPropertySet *set, Accessors accessors)
{
    ObjectProperty *prop = property_add(obj, klass, name, type, get, set, NULL,
                                        g_memdup2(&accessors, sizeof(accessors)), &error_abort);
    prop->opaque_free = g_free;
    return prop;
}

/* The value, unless the C function set err: then that goes on to errp. */
static GVariant *value_unless(Error *err, GVariant *value, Error **errp)
{
    if (err) {
        error_propagate(errp, err);
        g_variant_unref(g_variant_ref_sink(value));
        return NULL;
    }
    return value;
}

/* ---- bool ---- */

static GVariant *get_bool(Object *obj, const ObjectProperty *prop, Error **errp)
{
    const Accessors *accessors = prop->opaque;
    Error *err = NULL;
    bool value = accessors->get.as_bool(obj, &err);

    return value_unless(err, g_variant_new_boolean(value), errp);
}

static bool set_bool(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const Accessors *accessors = prop->opaque;

    return accessors->set.as_bool(obj, g_variant_get_boolean(value), errp);
}

static ObjectProperty *add_bool(Object *obj, ObjectClass *klass, const char *name,
                                ObjectGetBool *get, ObjectSetBool *set)
{
    return add(obj, klass, name, "bool", get ? get_bool : NULL, set ? set_bool : NULL,
               (Accessors){ .get.as_bool = get, .set.as_bool = set });
}

ObjectProperty *object_property_add_bool(Object *obj, const char *name, ObjectGetBool *get,
                                         ObjectSetBool *set)
{
    return add_bool(obj, NULL, name, get, set);
}

ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               ObjectGetBool *get, ObjectSetBool *set)
{
    return add_bool(NULL, klass, name, get, set);
}

/* ---- int8 .. int64 ---- */

static GVariant *get_int(Object *obj, const ObjectProperty *prop, Error **errp)
{
    const Accessors *accessors = prop->opaque;
    Error *err = NULL;
    int64_t value = accessors->get.as_int(obj, &err);

    return value_unless(err, g_variant_new_int64(value), errp);
}

static bool set_int(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const Accessors *accessors = prop->opaque;

    return accessors->set.as_int(obj, g_variant_get_int64(value), errp);
}

static ObjectProperty *add_int(Object *obj, ObjectClass *klass, const char *name,
                               PropertyKind kind, ObjectGetInt *get, ObjectSetInt *set)
{
    g_assert(kind >= PROP_INT8 && kind <= PROP_INT64);
    return add(obj, klass, name, property_kind_type(kind), get ? get_int : NULL,
               set ? set_int : NULL, (Accessors){ .get.as_int = get, .set.as_int = set });
}

ObjectProperty *object_property_add_int(Object *obj, const char *name, PropertyKind kind,
                                        ObjectGetInt *get, ObjectSetInt *set)
{
    return add_int(obj, NULL, name, kind, get, set);
}

ObjectProperty *object_class_property_add_int(ObjectClass *klass, const char *name,
                                              PropertyKind kind, ObjectGetInt *get,
                                              ObjectSetInt *set)
{
    return add_int(NULL, klass, name, kind, get, set);
}

/* ---- uint8 .. uint64, size ---- */

static GVariant *get_uint(Object *obj, const ObjectProperty *prop, Error **errp)
{
    const Accessors *accessors = prop->opaque;
    Error *err = NULL;
    uint64_t value = accessors->get.as_uint(obj, &err);

    return value_unless(err, g_variant_new_uint64(value), errp);
}

static bool set_uint(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const Accessors *accessors = prop->opaque;

    return accessors->set.as_uint(obj, g_variant_get_uint64(value), errp);
}

static ObjectProperty *add_uint(Object *obj, ObjectClass *klass, const char *name,
                                PropertyKind kind, ObjectGetUint *get, ObjectSetUint *set)
{
    g_assert(kind >= PROP_UINT8 && kind <= PROP_SIZE);
    return add(obj, klass, name, property_kind_type(kind), get ? get_uint : NULL,
               set ? set_uint : NULL, (Accessors){ .get.as_uint = get, .set.as_uint = set });
}

ObjectProperty *object_property_add_uint(Object *obj, const char *name, PropertyKind kind,
                                         ObjectGetUint *get, ObjectSetUint *set)
{
    return add_uint(obj, NULL, name, kind, get, set);
}

ObjectProperty *object_class_property_add_uint(ObjectClass *klass, const char *name,
                                               PropertyKind kind, ObjectGetUint *get,
                                               ObjectSetUint *set)
{
    return add_uint(NULL, klass, name, kind, get, set);
}

/* ---- string ---- */

static GVariant *get_str(Object *obj, const ObjectProperty *prop, Error **errp)
{
    const Accessors *accessors = prop->opaque;
    Error *err = NULL;
    g_autofree char *value = accessors->get.as_str(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return NULL;
    }
    return property_string_value(value, errp);
}

static bool set_str(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const Accessors *accessors = prop->opaque;

    return accessors->set.as_str(obj, g_variant_get_string(value, NULL), errp);
}

static ObjectProperty *add_str(Object *obj, ObjectClass *klass, const char *name,
                               ObjectGetStr *get, ObjectSetStr *set)
{
    return add(obj, klass, name, "string", get ? get_str : NULL, set ? set_str : NULL,
               (Accessors){ .get.as_str = get, .set.as_str = set });
}

ObjectProperty *object_property_add_str(Object *obj, const char *name, ObjectGetStr *get,
                                        ObjectSetStr *set)
{
    return add_str(obj, NULL, name, get, set);
}

ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              ObjectGetStr *get, ObjectSetStr *set)
{
    return add_str(NULL, klass, name, get, set);
}

/* ---- enum ---- */

static GVariant *get_enum(Object *obj, const ObjectProperty *prop, Error **errp)
{
    const Accessors *accessors = prop->opaque;
    Error *err = NULL;
    int value = accessors->get.as_enum(obj, &err);

    if (err) {
        error_propagate(errp, err);
        return NULL;
    }
    return g_variant_new_string(enum_lookup_name(accessors->lookup, value));
}

static bool set_enum(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const Accessors *accessors = prop->opaque;
    int number = enum_lookup_value(accessors->lookup, g_variant_get_string(value, NULL), errp);

    return number >= 0 && accessors->set.as_enum(obj, number, errp);
}

static ObjectProperty *add_enum(Object *obj, ObjectClass *klass, const char *name,
                                const EnumLookup *lookup, ObjectGetEnum *get, ObjectSetEnum *set)
{
    return add(obj, klass, name, lookup->type, get ? get_enum : NULL, set ? set_enum : NULL,
               (Accessors){ .get.as_enum = get, .set.as_enum = set, .lookup = lookup });
}

ObjectProperty *object_property_add_enum(Object *obj, const char *name, const EnumLookup *lookup,
                                         ObjectGetEnum *get, ObjectSetEnum *set)
{
    return add_enum(obj, NULL, name, lookup, get, set);
}

ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const EnumLookup *lookup, ObjectGetEnum *get,
                                               ObjectSetEnum *set)
{
    return add_enum(NULL, klass, name, lookup, get, set);
}
