/*
 * Properties that lead elsewhere: links to objects, and aliases of other properties.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "property-impl.h"

/* ---- Links ---- */

typedef struct LinkProperty {
    char *target_type;
    bool in_instance; /* the pointer is at offset in the object, else at target */
    size_t offset;
    void *target;
    ObjectLinkCheck *check;
} LinkProperty;

static void link_property_free(void *opaque)
{
    LinkProperty *link = opaque;

    g_free(link->target_type);
    g_free(link);
}

/*
 * The pointer has whatever type its owner gave it; only its bytes may be touched through another
 * type.
 */
static void *link_address(Object *obj, const LinkProperty *link)
{
    return link->in_instance ? (char *)obj + link->offset : link->target;
}

static Object *link_resolve(Object *obj, const ObjectProperty *prop)
{
    Object *value;

    memcpy(&value, link_address(obj, prop->opaque), sizeof(value));
    return value;
}

/* Makes the link lead to value, whatever the checks say. */
static void link_store(Object *obj, const ObjectProperty *prop, Object *value)
{
    Object *before = link_resolve(obj, prop);
    bool strong = prop->flags & OBJ_PROP_LINK_STRONG;

    if (strong) {
        object_ref(value);
    }
    memcpy(link_address(obj, prop->opaque), &value, sizeof(value));
    if (strong) {
        object_unref(before);
    }
}

static bool link_assign(Object *obj, const ObjectProperty *prop, Object *value, Error **errp)
{
    const LinkProperty *link = prop->opaque;

    if (value && !object_dynamic_cast(value, link->target_type)) {
        g_autofree char *path = object_get_canonical_path(value);
        error_setg(errp, "object '%s' is of type '%s', not '%s'", path ? path : "(not in the tree)",
                   object_get_typename(value), link->target_type);
        return false;
    }
    if (!link->check(obj, prop->name, value, errp)) {
        return false;
    }
    link_store(obj, prop, value);
    return true;
}

static GVariant *link_get(Object *obj, const ObjectProperty *prop, Error **errp)
{
    Object *value = link_resolve(obj, prop);
    g_autofree char *path = value ? object_get_canonical_path(value) : NULL;

    return property_string_value(path, errp);
}

static bool link_set(Object *obj, const ObjectProperty *prop, GVariant *value, Error **errp)
{
    const LinkProperty *link = prop->opaque;
    const char *path = g_variant_get_string(value, NULL);
    bool ambiguous;

    if (!*path) {
        return link_assign(obj, prop, NULL, errp);
    }
    Object *target = object_resolve_path_type(path, link->target_type, &ambiguous);
    if (!target && !ambiguous) {
        /* It may exist and be of another type: then link_assign() says so. */
        target = object_resolve_path(path, &ambiguous);
    }
    if (!target) {
        error_setg(errp, ambiguous ? "path '%s' fits several objects" : "no object '%s'", path);
        return false;
    }
    return link_assign(obj, prop, target, errp);
}

static void link_release(Object *obj, const ObjectProperty *prop)
{
    link_store(obj, prop, NULL);
}

bool object_property_allow_set_link(Object *obj G_GNUC_UNUSED, const char *name G_GNUC_UNUSED,
                                    Object *value G_GNUC_UNUSED, Error **errp G_GNUC_UNUSED)
{
    return true;
}

static ObjectProperty *add_link(Object *obj, ObjectClass *klass, const char *name, unsigned flags,
                                LinkProperty link)
{
    g_autofree char *type = g_strdup_printf("link<%s>", link.target_type);

    link.target_type = g_strdup(link.target_type);
    ObjectProperty *prop = property_add(obj, klass, name, type, link_get,
                                        link.check ? link_set : NULL,
                                        flags & OBJ_PROP_LINK_STRONG ? link_release : NULL,
                                        g_memdup2(&link, sizeof(link)), &error_abort);
    prop->opaque_free = link_property_free;
    prop->resolve = link_resolve;
    prop->flags = flags;
    return prop;
}

ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *target_type,
                                         void *target, ObjectLinkCheck *check, unsigned flags)
{
    return add_link(obj, NULL, name, flags,
                    (LinkProperty){
                        .target_type = (char *)target_type,
                        .target = target,
                        .check = check,
                    });
}

ObjectProperty *object_class_property_add_link(ObjectClass *klass, const char *name,
                                               const char *target_type, size_t offset,
                                               ObjectLinkCheck *check, unsigned flags)
{
    return add_link(NULL, klass, name, flags,
                    (LinkProperty){
                        .target_type = (char *)target_type,
                        .in_instance = true,
                        .offset = offset,
                        .check = check,
                    });
}

/* ---- Aliases ---- */

typedef struct AliasProperty {
    Object *target_obj;
    char *target_name;
} AliasProperty;

static void alias_property_free(void *opaque)
{
    AliasProperty *alias = opaque;

    g_free(alias->target_name);
    g_free(alias);
}

/* Looked up each time: the target's property may have been deleted. */
static const ObjectProperty *alias_target(const AliasProperty *alias, Error **errp)
{
    return object_property_find_err(alias->target_obj, alias->target_name, errp);
}

static GVariant *alias_get(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop, Error **errp)
{
    const AliasProperty *alias = prop->opaque;
    const ObjectProperty *target = alias_target(alias, errp);

    return target ? property_read(alias->target_obj, target, errp) : NULL;
}

static bool alias_set(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop, GVariant *value,
                      Error **errp)
{
    const AliasProperty *alias = prop->opaque;
    const ObjectProperty *target = alias_target(alias, errp);

    return target && property_write(alias->target_obj, target, value, errp);
}

static Object *alias_resolve(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop)
{
    const AliasProperty *alias = prop->opaque;

    return object_resolve_path_component(alias->target_obj, alias->target_name);
}

/* An alias of a child is a link: the child has one parent only. */
static char *alias_type(const ObjectProperty *target)
{
    return g_str_has_prefix(target->type, "child<")
               ? g_strconcat("link<", target->type + strlen("child<"), NULL)
               : g_strdup(target->type);
}

ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name)
{
    const ObjectProperty *target = object_property_find_err(target_obj, target_name, &error_abort);
    g_autofree char *type = alias_type(target);
    AliasProperty *alias = g_new(AliasProperty, 1);

    alias->target_obj = target_obj;
    alias->target_name = g_strdup(target_name);
    ObjectProperty *prop = object_property_add(obj, name, type, target->get ? alias_get : NULL,
                                               target->set ? alias_set : NULL, NULL, alias);
    prop->opaque_free = alias_property_free;
    prop->resolve = target->resolve ? alias_resolve : NULL;
    prop->description = g_strdup(target->description);
    prop->min = target->min;
    prop->max = target->max;
    prop->defval = target->defval ? g_variant_ref(target->defval) : NULL;
    return prop;
}

/* ---- Links as objects ---- */

static bool is_alias(const ObjectProperty *prop)
{
    return prop->opaque_free == alias_property_free;
}

/* Follows aliases: afterwards *obj and the result are the object and property behind them. */
static const ObjectProperty *skip_aliases(Object **obj, const ObjectProperty *prop, Error **errp)
{
    while (prop && is_alias(prop)) {
        const AliasProperty *alias = prop->opaque;
        *obj = alias->target_obj;
        prop = alias_target(alias, errp);
    }
    return prop;
}

static bool set_link(Object *obj, const ObjectProperty *prop, Object *value, Error **errp)
{
    prop = skip_aliases(&obj, prop, errp);
    if (!prop) {
        return false;
    }
    if (prop->resolve != link_resolve) {
        error_setg(errp, "it is of type %s, not a link", prop->type);
        return false;
    }
    return property_check_writable(obj, prop, errp) && link_assign(obj, prop, value, errp);
}

bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp)
{
    const ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return false;
    }
    if (!set_link(obj, prop, value, &err)) {
        property_propagate(errp, err, obj, prop);
        return false;
    }
    return true;
}

Object *object_property_get_link(Object *obj, const char *name, Error **errp)
{
    const ObjectProperty *prop = object_property_find_err(obj, name, errp);
    Error *err = NULL;

    if (!prop) {
        return NULL;
    }
    if (!prop->resolve) {
        error_setg(&err, "it is of type %s, not a link", prop->type);
        property_propagate(errp, err, obj, prop);
        return NULL;
    }
    return prop->resolve(obj, prop);
}
