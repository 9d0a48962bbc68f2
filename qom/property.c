/*
 * Properties of any type: adding, finding, iterating, reading, writing, deleting.
 *
 * Does not belong here: the form of values (property-value.c), the helpers that store common types
 * (property-field.c, property-accessor.c, property-link.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "qom/property.h"

#include "property-impl.h"
#include "type-impl.h"
#include "util/cutils.h"

/* The properties of one object or class: by name, and in the order in which they were added. */
struct PropertyTable {
    GHashTable *by_name; /* name -> ObjectProperty; both owned by the property */
    GQueue order;        /* of ObjectProperty, linked through their own member */
};

static void property_free(ObjectProperty *prop)
{
    if (prop->opaque_free) {
        prop->opaque_free(prop->opaque);
    }
    g_clear_pointer(&prop->defval, g_variant_unref);
    g_free(prop->description);
    g_free(prop->type);
    g_free(prop->name);
    g_free(prop);
}

static ObjectProperty *table_find(const PropertyTable *table, const char *name)
{
    return table ? g_hash_table_lookup(table->by_name, name) : NULL;
}

static void table_add(PropertyTable **table, ObjectProperty *prop)
{
    if (!*table) {
        *table = g_new(PropertyTable, 1);
        (*table)->by_name = g_hash_table_new(g_str_hash, g_str_equal);
        g_queue_init(&(*table)->order);
    }
    g_hash_table_insert((*table)->by_name, prop->name, prop);
    g_queue_push_tail_link(&(*table)->order, &prop->order);
}

/* ---- Adding ---- */

ObjectProperty *property_add(Object *obj, ObjectClass *klass, const char *name, const char *type,
                             ObjectPropertyGet *get, ObjectPropertySet *set,
                             ObjectPropertyRelease *release, void *opaque, Error **errp)
{
    if (obj ? object_property_find(obj, name) : object_class_property_find(klass, name)) {
        error_setg(errp, "type '%s' has a property '%s' already",
                   obj ? object_get_typename(obj) : object_class_get_name(klass), name);
        return NULL;
    }

    ObjectProperty *prop = g_new0(ObjectProperty, 1);
    prop->name = g_strdup(name);
    prop->type = g_strdup(type);
    prop->get = get;
    prop->set = set;
    prop->release = release;
    prop->opaque = opaque;
    prop->order.data = prop;
    property_init_value_type(prop);
    table_add(obj ? &obj->properties : &klass->properties, prop);
    return prop;
}

ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyGet *get, ObjectPropertySet *set,
                                        ObjectPropertyRelease *release, void *opaque, Error **errp)
{
    return property_add(obj, NULL, name, type, get, set, release, opaque, errp);
}

ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyGet *get, ObjectPropertySet *set,
                                    ObjectPropertyRelease *release, void *opaque)
{
    return property_add(obj, NULL, name, type, get, set, release, opaque, &error_abort);
}

ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name, const char *type,
                                          ObjectPropertyGet *get, ObjectPropertySet *set,
                                          ObjectPropertyRelease *release, void *opaque)
{
    return property_add(NULL, klass, name, type, get, set, release, opaque, &error_abort);
}

/*
 * The property that obj (or klass, where obj is NULL) itself brought; a missing one is a mistake in
 * rvemu.
 */
static ObjectProperty *find_own(Object *obj, ObjectClass *klass, const char *name)
{
    ObjectProperty *prop = table_find(obj ? obj->properties : klass->properties, name);

    if (!prop) {
        type_fatal("%s '%s' has no property '%s' of its own", obj ? "an object of type" : "class",
                   obj ? object_get_typename(obj) : object_class_get_name(klass), name);
    }
    return prop;
}

static void set_description(ObjectProperty *prop, const char *description)
{
    g_free(prop->description);
    prop->description = g_strdup(description);
}

void object_property_set_description(Object *obj, const char *name, const char *description)
{
    set_description(find_own(obj, NULL, name), description);
}

void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description)
{
    set_description(find_own(NULL, klass, name), description);
}

void object_property_set_range(ObjectProperty *prop, int64_t min, uint64_t max)
{
    prop->min = min;
    prop->max = max;
}

/* ---- Defaults ---- */

static void set_default(ObjectProperty *prop, GVariant *value)
{
    g_autoptr(GVariant) given = g_variant_ref_sink(value);

    g_clear_pointer(&prop->defval, g_variant_unref);
    prop->defval = property_convert(prop, given, &error_abort);
}

static void apply_default(Object *obj, const ObjectProperty *prop)
{
    prop->set(obj, prop, prop->defval, &error_abort);
}

void object_property_set_default(Object *obj, const char *name, GVariant *value)
{
    ObjectProperty *prop = find_own(obj, NULL, name);

    set_default(prop, value);
    apply_default(obj, prop);
}

void object_class_property_set_default(ObjectClass *klass, const char *name, GVariant *value)
{
    set_default(find_own(NULL, klass, name), value);
}

void object_class_property_set_default_bool(ObjectClass *klass, const char *name, bool value)
{
    object_class_property_set_default(klass, name, g_variant_new_boolean(value));
}

void object_class_property_set_default_int(ObjectClass *klass, const char *name, int64_t value)
{
    object_class_property_set_default(klass, name, g_variant_new_int64(value));
}

void object_class_property_set_default_uint(ObjectClass *klass, const char *name, uint64_t value)
{
    object_class_property_set_default(klass, name, g_variant_new_uint64(value));
}

void object_class_property_set_default_str(ObjectClass *klass, const char *name, const char *value)
{
    object_class_property_set_default(klass, name, g_variant_new_string(value));
}

static void init_defaults_of_class(Object *obj, ObjectClass *klass)
{
    ObjectClass *parent = object_class_get_parent(klass);

    if (parent) {
        init_defaults_of_class(obj, parent);
    }
    const PropertyTable *table = klass->properties;
    for (const GList *l = table ? table->order.head : NULL; l; l = l->next) {
        const ObjectProperty *prop = l->data;
        if (prop->defval) {
            apply_default(obj, prop);
        }
    }
}

void object_property_init_defaults(Object *obj)
{
    init_defaults_of_class(obj, obj->class);
}

/* ---- Deleting ---- */

void object_property_delete(Object *obj, ObjectProperty *prop)
{
    g_hash_table_remove(obj->properties->by_name, prop->name);
    g_queue_unlink(&obj->properties->order, &prop->order);
    if (prop->release) {
        prop->release(obj, prop);
    }
    property_free(prop);
}

void object_property_del(Object *obj, const char *name)
{
    object_property_delete(obj, find_own(obj, NULL, name));
}

void object_property_del_all(Object *obj)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;

    /* A release may delete further properties: look anew each time. */
    while (obj->properties && obj->properties->order.tail) {
        object_property_delete(obj, obj->properties->order.tail->data);
    }
    if (obj->properties) {
        g_hash_table_unref(obj->properties->by_name);
        g_clear_pointer(&obj->properties, g_free);
    }
    object_class_property_iter_init(&iter, obj->class);
    while ((prop = object_property_iter_next(&iter))) {
        if (prop->release) {
            prop->release(obj, prop);
        }
    }
}

/* ---- Finding and iterating ---- */

ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name)
{
    for (; klass; klass = object_class_get_parent(klass)) {
        ObjectProperty *prop = table_find(klass->properties, name);
        if (prop) {
            return prop;
        }
    }
    return NULL;
}

ObjectProperty *object_property_find(Object *obj, const char *name)
{
    ObjectProperty *prop = object_class_property_find(obj->class, name);

    return prop ? prop : table_find(obj->properties, name);
}

void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass)
{
    iter->next_class = klass;
    iter->next = NULL;
}

void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj)
{
    iter->next_class = obj->class;
    iter->next = obj->properties ? obj->properties->order.head : NULL;
}

ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter)
{
    while (!iter->next) {
        if (!iter->next_class) {
            return NULL;
        }
        const PropertyTable *table = iter->next_class->properties;
        iter->next = table ? table->order.head : NULL;
        iter->next_class = object_class_get_parent(iter->next_class);
    }
    ObjectProperty *prop = iter->next->data;
    iter->next = iter->next->next;
    return prop;
}

/* Both forms of find_err; iter walks all properties there are. */
static void error_no_property(Error **errp, const char *type_name, const char *name,
                              ObjectPropertyIterator *iter)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    ObjectProperty *prop;

    while ((prop = object_property_iter_next(iter))) {
        g_ptr_array_add(names, prop->name);
    }
    error_setg(errp, "type '%s' has no property '%s'", type_name, name);
    const char *nearest = nearest_name(name, names);
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'?", nearest);
    }
}

ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp)
{
    ObjectProperty *prop = object_property_find(obj, name);

    if (!prop) {
        ObjectPropertyIterator iter;
        object_property_iter_init(&iter, obj);
        error_no_property(errp, object_get_typename(obj), name, &iter);
    }
    return prop;
}

ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name, Error **errp)
{
    ObjectProperty *prop = object_class_property_find(klass, name);

    if (!prop) {
        ObjectPropertyIterator iter;
        object_class_property_iter_init(&iter, klass);
        error_no_property(errp, object_class_get_name(klass), name, &iter);
    }
    return prop;
}

/* ---- Reading and writing ---- */

void property_propagate(Error **errp, Error *err, const Object *obj, const ObjectProperty *prop)
{
    error_prepend(&err, "property '%s.%s': ", object_get_typename(obj), prop->name);
    error_propagate(errp, err);
}

GVariant *property_read(Object *obj, const ObjectProperty *prop, Error **errp)
{
    if (!prop->get) {
        error_setg(errp, "it cannot be read");
        return NULL;
    }
    GVariant *value = prop->get(obj, prop, errp);
    return value ? g_variant_take_ref(value) : NULL;
}

bool property_check_writable(Object *obj, const ObjectProperty *prop, Error **errp)
{
    if (!prop->set) {
        error_setg(errp, "it cannot be written");
        return false;
    }
    if ((prop->flags & OBJ_PROP_CONFIG) && obj->class->config_check) {
        return obj->class->config_check(obj, prop, errp);
    }
    return true;
}

bool property_write(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    if (!property_check_writable(obj, prop, errp)) {
        return false;
    }
    g_autoptr(GVariant) converted = property_convert(prop, value, errp);
    return converted && prop->set(obj, prop, converted, errp);
}

GVariant *object_property_get(Object *obj, const char *name, Error **errp)
{
    const ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return NULL;
    }
    GVariant *value = property_read(obj, prop, &err);
    if (!value) {
        property_propagate(errp, err, obj, prop);
    }
    return value;
}

bool object_property_set(Object *obj, const char *name, GVariant *value, Error **errp)
{
    g_autoptr(GVariant) given = g_variant_ref_sink(value);
    const ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!property_write(obj, prop, given, &err)) {
        property_propagate(errp, err, obj, prop);
        return false;
    }
    return true;
}

bool object_property_parse(Object *obj, const char *name, const char *text, Error **errp)
{
    const ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    g_autoptr(GVariant) value = property_parse_value(prop, text, &err);
    if (!value || !property_write(obj, prop, value, &err)) {
        property_propagate(errp, err, obj, prop);
        return false;
    }
    return true;
}

char *object_property_print(Object *obj, const char *name, Error **errp)
{
    g_autoptr(GVariant) value = object_property_get(obj, name, errp);

    return value ? object_property_format(object_property_find(obj, name), value) : NULL;
}

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp)
{
    return object_property_set(obj, name, g_variant_new_boolean(value), errp);
}

bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp)
{
    return object_property_set(obj, name, g_variant_new_int64(value), errp);
}

bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp)
{
    return object_property_set(obj, name, g_variant_new_uint64(value), errp);
}

bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp)
{
    const ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    GVariant *text = property_string_value(value, &err);
    if (!text) {
        property_propagate(errp, err, obj, prop);
        return false;
    }
    return object_property_set(obj, name, text, errp);
}

/* The value, if it has the wanted form; wanted is that form's name for the message. */
static GVariant *get_as(Object *obj, const char *name, const char *wanted,
                        const GVariantType *value_type, Error **errp)
{
    g_autoptr(GVariant) value = object_property_get(obj, name, errp);

    if (value && !g_variant_is_of_type(value, value_type)) {
        error_setg(errp, "property '%s.%s': it is of type %s, not %s", object_get_typename(obj),
                   name, object_property_find(obj, name)->type, wanted);
        return NULL;
    }
    return g_steal_pointer(&value);
}

bool object_property_get_bool(Object *obj, const char *name, Error **errp)
{
    g_autoptr(GVariant) value = get_as(obj, name, "bool", G_VARIANT_TYPE_BOOLEAN, errp);

    return value && g_variant_get_boolean(value);
}

int64_t object_property_get_int(Object *obj, const char *name, Error **errp)
{
    g_autoptr(GVariant) value = get_as(obj, name, "int64", G_VARIANT_TYPE_INT64, errp);

    return value ? g_variant_get_int64(value) : 0;
}

uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp)
{
    g_autoptr(GVariant) value = get_as(obj, name, "uint64", G_VARIANT_TYPE_UINT64, errp);

    return value ? g_variant_get_uint64(value) : 0;
}

char *object_property_get_str(Object *obj, const char *name, Error **errp)
{
    g_autoptr(GVariant) value = get_as(obj, name, "string", G_VARIANT_TYPE_STRING, errp);

    return value ? g_variant_dup_string(value, NULL) : NULL;
}
