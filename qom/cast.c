/*
 * Dynamic casts of classes and objects, and the memory that makes repeated ones cheap.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "type-impl.h"

/*
 * A cache holds names of types by address, the newest last. Any thread may look into it or add to
 * it: each slot holds either NULL or a name that the class was once cast to, whatever the order of
 * the stores.
 */
static bool cache_holds(const char *const *cache, const char *type_name)
{
    for (int i = 0; i < OBJECT_CLASS_CAST_CACHE; i++) {
        if (__atomic_load_n(&cache[i], __ATOMIC_RELAXED) == type_name) {
            return true;
        }
    }
    return false;
}

static void cache_add(const char **cache, const char *type_name)
{
    for (int i = 1; i < OBJECT_CLASS_CAST_CACHE; i++) {
        const char *newer = __atomic_load_n(&cache[i], __ATOMIC_RELAXED);
        __atomic_store_n(&cache[i - 1], newer, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&cache[OBJECT_CLASS_CAST_CACHE - 1], type_name, __ATOMIC_RELAXED);
}

/*
 * The copy of the interface's class in klass. One made for exactly this interface comes first; else
 * one made for an interface derived from it, if there is only one.
 */
static ObjectClass *find_interface(const ObjectClass *klass, const TypeImpl *interface)
{
    ObjectClass *derived = NULL;
    unsigned count = 0;

    for (unsigned i = 0; i < klass->interfaces->len; i++) {
        ObjectClass *candidate = g_ptr_array_index(klass->interfaces, i);
        if (candidate->type == interface) {
            return candidate;
        }
        if (type_is_ancestor(candidate->type, interface)) {
            derived = candidate;
            count++;
        }
    }
    return count == 1 ? derived : NULL;
}

ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *type_name)
{
    if (!klass) {
        return NULL;
    }
    const TypeImpl *target = type_get_by_name(type_name);
    if (!target) {
        return NULL;
    }
    if (type_is_ancestor(klass->type, target)) {
        return klass;
    }
    return klass->interfaces ? find_interface(klass, target) : NULL;
}

ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *type_name,
                                              const char *file, int line, const char *func)
{
    if (!klass || cache_holds(klass->class_cast_cache, type_name)) {
        return klass;
    }
    ObjectClass *result = object_class_dynamic_cast(klass, type_name);
    if (!result) {
        type_fatal("%s() at %s:%d: class '%s' is not a '%s'", func, file, line,
                   object_class_get_name(klass), type_name);
    }
    /* The cast to an interface yields another class, which the cache has no room for. */
    if (result == klass) {
        cache_add(klass->class_cast_cache, type_name);
    }
    return result;
}

Object *object_dynamic_cast(Object *obj, const char *type_name)
{
    return obj && object_class_dynamic_cast(obj->class, type_name) ? obj : NULL;
}

Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func)
{
    if (!obj || cache_holds(obj->class->object_cast_cache, type_name)) {
        return obj;
    }
    if (!object_dynamic_cast(obj, type_name)) {
        type_fatal("%s() at %s:%d: an object of type '%s' is not a '%s'", func, file, line,
                   object_get_typename(obj), type_name);
    }
    cache_add(obj->class->object_cast_cache, type_name);
    return obj;
}
