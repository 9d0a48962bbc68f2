/*
 * What the files of qom/ know of properties and nobody else does.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef QOM_PROPERTY_IMPL_H
#define QOM_PROPERTY_IMPL_H

#include "qom/object.h"

/* Sets the defaults of the class properties of a new object, those of the root class first. */
void object_property_init_defaults(Object *obj);

/*
 * Deletes all properties of an object that goes, the newest first, then lets class properties let
 * go.
 */
void object_property_del_all(Object *obj);

/* Deletes one of the object's own properties: out of the table, then release, then freed. */
void object_property_delete(Object *obj, ObjectProperty *prop);

/*
 * Adds to obj, or to klass where obj is NULL. A helper that exists for both is written once on top
 * of it. The class or object has no such property yet: otherwise an error.
 */
ObjectProperty *property_add(Object *obj, ObjectClass *klass, const char *name, const char *type,
                             ObjectPropertyGet *get, ObjectPropertySet *set,
                             ObjectPropertyRelease *release, void *opaque, Error **errp);

/* The name of the type that a kind means; not for PROP_ENUM and PROP_LINK. */
const char *property_kind_type(PropertyKind kind);

/* Sets the form and the range of a new property from its type. */
void property_init_value_type(ObjectProperty *prop);

/* value in the property's form, in range, with a reference of its own; else NULL and an error. */
GVariant *property_convert(const ObjectProperty *prop, GVariant *value, Error **errp);

/*
 * A value from text, with a reference of its own; integers of any width, not checked for range yet.
 */
GVariant *property_parse_value(const ObjectProperty *prop, const char *text, Error **errp);

/* text (NULL: "") as a floating value; NULL and an error where it is not valid UTF-8. */
GVariant *property_string_value(const char *text, Error **errp);

/*
 * object_property_get() and object_property_set() of a property that was found, without prefix to
 * the error.
 */
GVariant *property_read(Object *obj, const ObjectProperty *prop, Error **errp);
bool property_write(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp);

/* Whether prop may be written now: it has a setter, and its configuration is not frozen. */
bool property_check_writable(Object *obj, const ObjectProperty *prop, Error **errp);

/* Hands err on to errp, with "property 'TYPE.NAME': " in front of its message. */
void property_propagate(Error **errp, Error *err, const Object *obj, const ObjectProperty *prop);

#endif /* QOM_PROPERTY_IMPL_H */
