/*
 * Objects: how they come to life, are counted and go.
 *
 * Does not belong here: types and classes (type.c), casts (cast.c), properties (property*.c), the
 * tree (tree.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "qom/object.h"

#include <string.h>

#include "property-impl.h"
#include "type-impl.h"

static void call_instance_init(Object *obj, const TypeImpl *type)
{
    if (type->parent) {
        call_instance_init(obj, type->parent);
    }
    if (type->info.instance_init) {
        type->info.instance_init(obj);
    }
}

static void call_instance_post_init(Object *obj, const TypeImpl *type)
{
    if (type->parent) {
        call_instance_post_init(obj, type->parent);
    }
    if (type->info.instance_post_init) {
        type->info.instance_post_init(obj);
    }
}

static void call_instance_finalize(Object *obj, const TypeImpl *type)
{
    for (; type; type = type->parent) {
        if (type->info.instance_finalize) {
            type->info.instance_finalize(obj);
        }
    }
}

static TypeImpl *get_concrete_type(const char *type_name)
{
    TypeImpl *type = type_get_by_name(type_name);

    if (!type) {
        type_fatal("cannot create an object of the unknown type '%s'", type_name);
    }
    type_initialize(type);
    if (type->abstract) {
        type_fatal("cannot create an object of the abstract type '%s'", type_name);
    }
    return type;
}

static void initialize_with_type(Object *obj, ObjectFree *free_func, TypeImpl *type)
{
    memset(obj, 0, type->instance_size);
    obj->class = type->class;
    obj->free = free_func;
    obj->ref = 1;
    object_property_init_defaults(obj);
    call_instance_init(obj, type);
    call_instance_post_init(obj, type);
}

static Object *new_with_type(TypeImpl *type)
{
    Object *obj;
    ObjectFree *free_func;

    if (type->instance_align > __alignof__(max_align_t)) {
        obj = g_aligned_alloc(1, type->instance_size, type->instance_align);
        free_func = g_aligned_free;
    } else {
        obj = g_malloc(type->instance_size);
        free_func = g_free;
    }
    initialize_with_type(obj, free_func, type);
    return obj;
}

Object *object_new(const char *type_name)
{
    return new_with_type(get_concrete_type(type_name));
}

Object *object_new_with_class(ObjectClass *klass)
{
    return object_new(object_class_get_name(klass));
}

void object_initialize(void *obj, size_t size, const char *type_name)
{
    TypeImpl *type = get_concrete_type(type_name);

    if (size < type->instance_size) {
        type_fatal("an object of type '%s' needs %zu bytes and was given %zu", type_name,
                   type->instance_size, size);
    }
    if (type->instance_align && (uintptr_t)obj % type->instance_align) {
        type_fatal("an object of type '%s' must be aligned to %zu bytes", type_name,
                   type->instance_align);
    }
    initialize_with_type(obj, NULL, type);
}

static void object_finalize(Object *obj)
{
    g_assert(!obj->parent); /* the parent's reference would have kept it */
    object_property_del_all(obj);
    call_instance_finalize(obj, obj->class->type);
    if (obj->free) {
        obj->free(obj);
    }
}

Object *object_ref(void *obj)
{
    Object *object = obj;

    if (object) {
        int before = g_atomic_int_add(&object->ref, 1);
        g_assert(before > 0); /* 0: it is being finalized, which nothing can undo */
    }
    return object;
}

void object_unref(void *obj)
{
    Object *object = obj;

    if (!object) {
        return;
    }
    g_assert(g_atomic_int_get(&object->ref) > 0);
    if (g_atomic_int_dec_and_test(&object->ref)) {
        object_finalize(object);
    }
}

ObjectClass *object_get_class(Object *obj)
{
    return obj->class;
}

const char *object_get_typename(const Object *obj)
{
    return object_class_get_name(obj->class);
}

static const TypeInfo base_types[] = {
    {
        .name = TYPE_OBJECT,
        .instance_size = sizeof(Object),
        .class_size = sizeof(ObjectClass),
        .abstract = true,
    },
    {
        .name = TYPE_INTERFACE,
        .class_size = sizeof(InterfaceClass),
        .abstract = true,
    },
};

DEFINE_TYPES(base_types)
