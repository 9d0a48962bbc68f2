/*
 * The tree of objects: children, the root, paths.
 *
 * SPDX-License-Identifier: MIT
 */
#include "qom/tree.h"

#include <string.h>

#include "type-impl.h"
#include "property-impl.h"

/* The registry of everything that has a path. NULL until it is asked for. */
static Object *root;

/* ---- Children ---- */

static Object *child_resolve(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop)
{
    return prop->opaque;
}

static GVariant *child_get(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop, Error **errp)
{
    g_autofree char *path = object_get_canonical_path(prop->opaque);

    return property_string_value(path, errp);
}

static void child_release(Object *obj G_GNUC_UNUSED, const ObjectProperty *prop)
{
    Object *child = prop->opaque;

    if (child->class->unparent) {
        child->class->unparent(child);
    }
    child->parent = NULL;
    child->child_prop = NULL;
    object_unref(child);
}

static bool is_child(const ObjectProperty *prop)
{
    return prop->resolve == child_resolve;
}

ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp)
{
    g_autofree char *type = g_strdup_printf("child<%s>", object_get_typename(child));

    if (child->parent) {
        g_autofree char *path = object_get_canonical_path(child);
        error_setg(errp, "an object of type '%s' has a parent already, it is '%s'",
                   object_get_typename(child), path ? path : child->child_prop->name);
        return NULL;
    }
    if (!*name || strchr(name, '/')) {
        error_setg(errp, "'%s' cannot be the name of a child", name);
        return NULL;
    }
    ObjectProperty *prop = object_property_try_add(obj, name, type, child_get, NULL, child_release,
                                                   child, errp);
    if (prop) {
        prop->resolve = child_resolve;
        child->parent = obj;
        child->child_prop = prop;
        object_ref(child);
    }
    return prop;
}

ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child)
{
    return object_property_try_add_child(obj, name, child, &error_abort);
}

void object_initialize_child_internal(Object *parent, const char *name, void *child, size_t size,
                                      const char *type_name)
{
    object_initialize(child, size, type_name);
    object_property_add_child(parent, name, child);
    object_unref(child);
}

Object *object_property_add_new_container(Object *obj, const char *name)
{
    Object *container = object_new(TYPE_CONTAINER);

    object_property_add_child(obj, name, container);
    object_unref(container);
    return container;
}

void object_unparent(Object *obj)
{
    if (obj->parent) {
        object_property_delete(obj->parent, obj->child_prop);
    }
}

static int child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque,
                         bool recurse)
{
    ObjectPropertyIterator iter;
    const ObjectProperty *prop;

    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        if (!is_child(prop)) {
            continue;
        }
        Object *child = prop->opaque;
        int result = fn(child, opaque);
        if (result == 0 && recurse) {
            result = child_foreach(child, fn, opaque, true);
        }
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque)
{
    return child_foreach(obj, fn, opaque, false);
}

int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque)
{
    return child_foreach(obj, fn, opaque, true);
}

/* ---- The root ---- */

Object *object_get_root(void)
{
    if (!root) {
        root = object_new(TYPE_CONTAINER);
    }
    return root;
}

void object_root_cleanup(void)
{
    /* In this order: what is finalized may still ask for its path. */
    object_unref(root);
    root = NULL;
}

Object *container_get(Object *from, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    Object *obj = from;

    for (char **part = parts; *part; part++) {
        if (**part) {
            Object *child = object_resolve_path_component(obj, *part);
            obj = child ? child : object_property_add_new_container(obj, *part);
        }
    }
    return obj;
}

/* ---- Paths ---- */

const char *object_get_canonical_path_component(const Object *obj)
{
    return obj->parent ? obj->child_prop->name : NULL;
}

char *object_get_canonical_path(const Object *obj)
{
    g_autoptr(GString) path = g_string_new(NULL);

    for (; obj->parent; obj = obj->parent) {
        g_string_prepend(path, obj->child_prop->name);
        g_string_prepend_c(path, '/');
    }
    if (obj != root) {
        return NULL;
    }
    return g_strdup(path->len ? path->str : "/");
}

Object *object_resolve_path_component(Object *parent, const char *name)
{
    const ObjectProperty *prop = object_property_find(parent, name);

    return prop && prop->resolve ? prop->resolve(parent, prop) : NULL;
}

/* From obj along parts, empty ones aside; NULL where a step leads nowhere. */
static Object *follow(Object *obj, char *const *parts, bool children_only)
{
    for (; obj && *parts; parts++) {
        if (!**parts) {
            continue;
        }
        const ObjectProperty *prop = object_property_find(obj, *parts);
        if (!prop || !prop->resolve || (children_only && !is_child(prop))) {
            return NULL;
        }
        obj = prop->resolve(obj, prop);
    }
    return obj;
}

typedef struct PathSearch {
    char *const *parts;
    const char *type_name;
    Object *found;
} PathSearch;

/* Tries the path from obj; not 0 when a second object fits, which ends the search. */
static int search_at(Object *obj, void *opaque)
{
    PathSearch *search = opaque;
    Object *found = object_dynamic_cast(follow(obj, search->parts, true), search->type_name);

    if (!found) {
        return 0;
    }
    if (search->found) {
        return 1;
    }
    search->found = found;
    return 0;
}

Object *object_resolve_path_type(const char *path, const char *type_name, bool *ambiguous)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    bool several = false;
    PathSearch search = { .parts = parts, .type_name = type_name };

    if (*path == '/') {
        search.found = object_dynamic_cast(follow(object_get_root(), parts, false), type_name);
    } else {
        several = search_at(object_get_root(), &search) ||
                  object_child_foreach_recursive(object_get_root(), search_at, &search);
    }
    if (ambiguous) {
        *ambiguous = several;
    }
    return several ? NULL : search.found;
}

Object *object_resolve_path(const char *path, bool *ambiguous)
{
    return object_resolve_path_type(path, TYPE_OBJECT, ambiguous);
}

Object *object_resolve_path_at(Object *parent, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    return follow(*path == '/' ? object_get_root() : parent, parts, false);
}

static const TypeInfo container_type[] = {
    {
        .name = TYPE_CONTAINER,
        .parent = TYPE_OBJECT,
    },
};

DEFINE_TYPES(container_type)
