/*
 * The object model: types, classes, interfaces, objects and checked casts.
 *
 * Belongs here: how a type is described and registered, how a class is found, how an object is
 * made, counted and cast.
 * Does not belong here: properties (qom/property.h) and the tree of objects (qom/tree.h); both are
 * included at the end, so that this header is the only one a device needs.
 *
 * A type is described by a TypeInfo and known by its name. Its class (one ObjectClass, or a
 * structure that begins with its parent's class structure) holds what all its objects share:
 * virtual functions and class properties. An object is a structure that begins with its parent's
 * instance structure, the first of all being Object.
 *
 * Names of types compare as text, but the names passed to the casts must be string literals or live
 * as long as the program: a class remembers the last successful casts by address.
 *
 * Threads: reference counts are atomic. Types are registered and classes initialised by the main
 * thread at start-up.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef QOM_OBJECT_H
#define QOM_OBJECT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"
#include "util/module.h"

typedef struct TypeImpl TypeImpl;
typedef TypeImpl *Type;
typedef struct TypeInfo TypeInfo;
typedef struct InterfaceInfo InterfaceInfo;
typedef struct InterfaceClass InterfaceClass;
typedef struct ObjectClass ObjectClass;
typedef struct Object Object;
typedef struct ObjectProperty ObjectProperty;
typedef struct PropertyTable PropertyTable;

#define TYPE_OBJECT "object"
#define TYPE_INTERFACE "interface"

/* Called when an object leaves the tree, before its parent's reference is dropped. */
typedef void ObjectUnparent(Object *obj);

/* Frees the memory of an object that object_new() made. */
typedef void ObjectFree(void *obj);

/*
 * Asked before a configuration property (OBJ_PROP_CONFIG) of obj changes; false and an error forbid
 * it. Devices use it to freeze their configuration once they are realized.
 */
typedef bool ObjectConfigCheck(Object *obj, const ObjectProperty *prop, Error **errp);

/* How many successful casts a class remembers. */
#define OBJECT_CLASS_CAST_CACHE 4

/* The root of all classes. A derived class structure has its parent's as first member. */
struct ObjectClass {
    /* private: */
    Type type;
    GPtrArray *interfaces;      /* of InterfaceClass *, or NULL */
    PropertyTable *properties;  /* of this class alone, or NULL */
    const char *object_cast_cache[OBJECT_CLASS_CAST_CACHE];
    const char *class_cast_cache[OBJECT_CLASS_CAST_CACHE];

    /* public: set by class_init, inherited, may be NULL */
    ObjectUnparent *unparent;
    ObjectConfigCheck *config_check;
};

/* The root of all objects. A derived instance structure has its parent's as first member. */
struct Object {
    /* private: */
    ObjectClass *class;
    ObjectFree *free;             /* NULL: embedded in something that owns the memory */
    PropertyTable *properties;    /* of this object alone, or NULL */
    Object *parent;
    ObjectProperty *child_prop;   /* the property of parent that holds this object */
    gint ref;
};

/* Names an interface that a type implements. A list ends with a row whose type is NULL. */
struct InterfaceInfo {
    const char *type;
};

/*
 * The root of all interfaces: a set of virtual functions without state. Each class that implements
 * an interface has a copy of the interface's class of its own, which its class_init fills:
 * FOO_IF_CLASS(klass)->method = ...
 */
struct InterfaceClass {
    ObjectClass parent_class;
    /* private: */
    ObjectClass *concrete_class;  /* which implements it; NULL in the interface's own class */
};

/*
 * The description of a type. It is copied at registration, strings included, except class_data.
 *
 * Every member but name may be absent. parent is "object" for a type at the root of its family;
 * only "object" and "interface" have none.
 *
 * Sizes of zero are those of the parent. A type whose instance size is zero all the way up is
 * abstract.
 *
 * A class comes to life when it is first looked up, its parent before it:
 *  1. it starts as a copy of the parent's class (interfaces too: a method set by the parent stays
 *     set);
 *  2. class_base_init of each ancestor is called, from the parent upwards, to undo what must not be
 *     copied;
 *  3. class_init of the type itself is called.
 * Both receive the class_data of the type being initialised.
 *
 * An object comes to life on zeroed memory: defaults of class properties are set, then
 * instance_init is called from the root type down to its own, then instance_post_init, again from
 * the root type down. When the last reference is dropped, its properties are deleted (children
 * leave the tree, strong links let go), then instance_finalize is called from its own type up to
 * the root.
 */
struct TypeInfo {
    const char *name;
    const char *parent;

    size_t instance_size;
    size_t instance_align;  /* power of two; 0: as malloc aligns */
    void (*instance_init)(Object *obj);
    void (*instance_post_init)(Object *obj);
    void (*instance_finalize)(Object *obj);

    bool abstract;
    size_t class_size;
    void (*class_init)(ObjectClass *klass, const void *data);
    void (*class_base_init)(ObjectClass *klass, const void *data);
    const void *class_data;

    const InterfaceInfo *interfaces;
};

/* ---- Registration: from functions announced with type_init(). ---- */

/*
 * Enters a type. The parent may be registered later, but before the class is first used. A second
 * type of that name, a type without name, an unknown parent, sizes smaller than the parent's: one
 * line that names the type, then abort().
 */
Type type_register(const TypeInfo *info);

/* As type_register; by convention for a TypeInfo in static storage. */
Type type_register_static(const TypeInfo *info);

/* Registers an array of types. */
void type_register_static_array(const TypeInfo *infos, size_t count);

/*
 * Registers the types of an array, at file scope: static const TypeInfo foo_types[] = {...};
 * DEFINE_TYPES(foo_types)
 */
#define DEFINE_TYPES(type_array)                                              \
    static void register_types_of_##type_array(void)                          \
    {                                                                         \
        type_register_static_array(type_array, G_N_ELEMENTS(type_array));     \
    }                                                                         \
    type_init(register_types_of_##type_array)

/* ---- Classes ---- */

/* The class of a type, initialised if need be; NULL where no type has that name. */
ObjectClass *object_class_by_name(const char *type_name);

/* The class of the parent type; NULL for a root. */
ObjectClass *object_class_get_parent(ObjectClass *klass);

/* The name of the class's type; it lives as long as the program. */
const char *object_class_get_name(const ObjectClass *klass);

bool object_class_is_abstract(const ObjectClass *klass);

/*
 * klass where it is (or is derived from, or implements) type_name; for an interface, the class's
 * copy of the interface's class.
 */
ObjectClass *object_class_dynamic_cast(ObjectClass *klass, const char *type_name);

/*
 * As object_class_dynamic_cast, but a failure is a mistake in rvemu: message and abort(). NULL
 * stays NULL.
 */
ObjectClass *object_class_dynamic_cast_assert(ObjectClass *klass, const char *type_name,
                                              const char *file, int line, const char *func);

/*
 * Calls fn for each class that is or implements implements_type (NULL: any), abstract ones only if
 * asked for. The order is not defined. fn must not register types.
 */
void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque), const char *implements_type,
                          bool include_abstract, void *opaque);

/*
 * The same classes as a list; the caller frees it with g_slist_free(). The second one is sorted by
 * name, ASCII case aside.
 */
GSList *object_class_get_list(const char *implements_type, bool include_abstract);
GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract);

/* ---- Objects ---- */

/*
 * A new object with one reference, which the caller owns. An unknown or abstract type: one line
 * that names the type, then abort(). A caller with a name typed by the user asks
 * object_class_by_name() and object_class_is_abstract() first.
 */
Object *object_new(const char *type_name);
Object *object_new_with_class(ObjectClass *klass);

/*
 * Makes an object in memory of size bytes that the caller owns, typically a member of a bigger
 * structure. It has one reference; dropping the last one finalizes the object and leaves the memory
 * alone.
 */
void object_initialize(void *obj, size_t size, const char *type_name);

/* Both take any object. object_ref returns it. NULL is fine. */
Object *object_ref(void *obj);
void object_unref(void *obj);

ObjectClass *object_get_class(Object *obj);

/* The name of the object's type; it lives as long as the program. */
const char *object_get_typename(const Object *obj);

/*
 * obj where its class is (or is derived from, or implements) type_name, else NULL. NULL stays NULL.
 */
Object *object_dynamic_cast(Object *obj, const char *type_name);

/*
 * As object_dynamic_cast, but a failure is a mistake in rvemu: message and abort(). NULL stays
 * NULL.
 */
Object *object_dynamic_cast_assert(Object *obj, const char *type_name, const char *file, int line,
                                   const char *func);

/* ---- Casts ---- */

/* Upwards to the roots: always right, so unchecked. */
#define OBJECT(obj) ((Object *)(obj))
#define OBJECT_CLASS(klass) ((ObjectClass *)(klass))

/* Downwards: checked. */
#define OBJECT_CHECK(type, obj, name) \
    ((type *)object_dynamic_cast_assert(OBJECT(obj), (name), __FILE__, __LINE__, __func__))
#define OBJECT_CLASS_CHECK(class_type, klass, name)                                         \
    ((class_type *)object_class_dynamic_cast_assert(OBJECT_CLASS(klass), (name), __FILE__, \
                                                    __LINE__, __func__))
#define OBJECT_GET_CLASS(class_type, obj, name) \
    OBJECT_CLASS_CHECK(class_type, object_get_class(OBJECT(obj)), (name))

/*
 * An object seen as an interface that it implements: type is an incomplete structure that stands
 * for "some implementer".
 */
#define INTERFACE_CHECK(type, obj, name) OBJECT_CHECK(type, obj, name)
#define INTERFACE_CLASS(klass) OBJECT_CLASS_CHECK(InterfaceClass, klass, TYPE_INTERFACE)

/* Defines OBJ_NAME(obj), the checked cast to InstanceType. */
#define DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME)        \
    static inline G_GNUC_UNUSED InstanceType *OBJ_NAME(const void *obj)   \
    {                                                                     \
        return OBJECT_CHECK(InstanceType, obj, TYPENAME);                 \
    }

/*
 * Defines OBJ_NAME_CLASS(klass), the checked cast to ClassType, and OBJ_NAME_GET_CLASS(obj), an
 * object's class as ClassType.
 */
#define DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)                       \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_GET_CLASS(const void *obj)    \
    {                                                                               \
        return OBJECT_GET_CLASS(ClassType, obj, TYPENAME);                          \
    }                                                                               \
    static inline G_GNUC_UNUSED ClassType *OBJ_NAME##_CLASS(const void *klass)      \
    {                                                                               \
        return OBJECT_CLASS_CHECK(ClassType, klass, TYPENAME);                      \
    }

#define DECLARE_OBJ_CHECKERS(InstanceType, ClassType, OBJ_NAME, TYPENAME) \
    DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPENAME)            \
    DECLARE_CLASS_CHECKERS(ClassType, OBJ_NAME, TYPENAME)

/*
 * For the header of a type with a class structure of its own: typedefs, casts (TYPE_<OBJ_NAME> is
 * the type's name) and g_autoptr. The structures themselves are written below it.
 */
#define OBJECT_DECLARE_TYPE(InstanceType, ClassType, OBJ_NAME)                        \
    typedef struct InstanceType InstanceType;                                         \
    typedef struct ClassType ClassType;                                               \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref)                         \
    DECLARE_OBJ_CHECKERS(InstanceType, ClassType, OBJ_NAME, TYPE_##OBJ_NAME)

/* The same for a type that adds nothing to its parent's class. */
#define OBJECT_DECLARE_SIMPLE_TYPE(InstanceType, OBJ_NAME)               \
    typedef struct InstanceType InstanceType;                            \
    G_DEFINE_AUTOPTR_CLEANUP_FUNC(InstanceType, object_unref)            \
    DECLARE_INSTANCE_CHECKER(InstanceType, OBJ_NAME, TYPE_##OBJ_NAME)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Object, object_unref)

#include "qom/property.h"
#include "qom/tree.h"

#endif /* QOM_OBJECT_H */
