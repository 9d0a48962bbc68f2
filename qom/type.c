/*
 * The table of types, and how a type gets its class.
 *
 * Does not belong here: objects (object.c) and casts (cast.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "type-impl.h"

#include <stdlib.h>
#include <string.h>

#include "util/bits.h"

/*
 * The registry. Types stay until the program ends: classes are handed out without reference counts,
 * and names of types are compared by address in the casts.
 */
static GHashTable *type_table; /* name -> TypeImpl */
static unsigned type_table_walks; /* object_class_foreach() calls under way */

void type_fatal(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    error_report("%s", text);
    abort();
}

/* ---- Registration ---- */

static InterfaceInfo *copy_interfaces(const InterfaceInfo *list)
{
    size_t count = 0;

    while (list && list[count].type) {
        count++;
    }
    InterfaceInfo *copy = g_new0(InterfaceInfo, count + 1);
    for (size_t i = 0; i < count; i++) {
        copy[i].type = g_strdup(list[i].type);
    }
    return copy;
}

Type type_register(const TypeInfo *info)
{
    if (!info->name) {
        type_fatal("a type without name was registered (its parent is '%s')",
                   info->parent ? info->parent : "");
    }
    if (type_table_walks) {
        type_fatal("type '%s' was registered while the types were being walked", info->name);
    }
    if (type_get_by_name(info->name)) {
        type_fatal("type '%s' was registered twice", info->name);
    }

    TypeImpl *type = g_new0(TypeImpl, 1);
    type->info = *info;
    type->info.name = g_strdup(info->name);
    type->info.parent = g_strdup(info->parent);
    type->info.interfaces = copy_interfaces(info->interfaces);
    if (!type_table) {
        type_table = g_hash_table_new(g_str_hash, g_str_equal);
    }
    g_hash_table_insert(type_table, (char *)type->info.name, type);
    return type;
}

Type type_register_static(const TypeInfo *info)
{
    return type_register(info);
}

void type_register_static_array(const TypeInfo *infos, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        type_register(&infos[i]);
    }
}

TypeImpl *type_get_by_name(const char *name)
{
    return type_table && name ? g_hash_table_lookup(type_table, name) : NULL;
}

bool type_is_ancestor(const TypeImpl *type, const TypeImpl *ancestor)
{
    for (; type; type = type->parent) {
        if (type == ancestor) {
            return true;
        }
    }
    return false;
}

/* ---- A class comes to life ---- */

/* Finds the parent, which alone the roots do without, and sees to it that its class exists. */
static void resolve_parent(TypeImpl *type)
{
    const char *name = type->info.name, *parent = type->info.parent;

    if (!parent) {
        if (strcmp(name, TYPE_OBJECT) != 0 && strcmp(name, TYPE_INTERFACE) != 0) {
            type_fatal("type '%s' has no parent", name);
        }
        return;
    }
    type->parent = type_get_by_name(parent);
    if (!type->parent) {
        type_fatal("type '%s' has the unknown parent '%s'", name, parent);
    }
    type_initialize(type->parent);
}

/* The size that a type asks for, or its parent's. */
static size_t inherited_size(const TypeImpl *type, const char *what, size_t own, size_t parents)
{
    if (own && own < parents) {
        type_fatal("type '%s': its %s size, %zu, is smaller than that of its parent '%s', %zu",
                   type->info.name, what, own, type->info.parent, parents);
    }
    return own ? own : parents;
}

static void resolve_sizes(TypeImpl *type)
{
    const TypeInfo *info = &type->info;
    const TypeImpl *parent = type->parent;

    type->class_size = inherited_size(type, "class", info->class_size,
                                      parent ? parent->class_size : 0);
    type->instance_size = inherited_size(type, "instance", info->instance_size,
                                         parent ? parent->instance_size : 0);
    type->instance_align = MAX(info->instance_align, parent ? parent->instance_align : 0);
    if (type->instance_align && !is_power_of_2(type->instance_align)) {
        type_fatal("type '%s': its alignment, %zu, is not a power of two", info->name,
                   type->instance_align);
    }
    type->abstract = info->abstract || type->instance_size == 0;
}

static bool type_is_interface(const TypeImpl *type)
{
    return type_is_ancestor(type, type_get_by_name(TYPE_INTERFACE));
}

static void check_interface(const TypeImpl *type)
{
    const TypeInfo *info = &type->info;

    if (type->instance_size || info->instance_init || info->instance_post_init ||
        info->instance_finalize || info->interfaces[0].type) {
        type_fatal("interface '%s' has a state or implements another interface", info->name);
    }
}

/* Gives klass a copy of model, an interface's class, to fill with its own methods. */
static void add_interface(ObjectClass *klass, const InterfaceClass *model)
{
    const TypeImpl *type = model->parent_class.type;
    InterfaceClass *copy = g_memdup2(model, type->class_size);

    copy->concrete_class = klass;
    if (!klass->interfaces) {
        klass->interfaces = g_ptr_array_new();
    }
    g_ptr_array_add(klass->interfaces, copy);
}

static bool class_implements(const ObjectClass *klass, const TypeImpl *interface)
{
    for (unsigned i = 0; klass->interfaces && i < klass->interfaces->len; i++) {
        const ObjectClass *implemented = g_ptr_array_index(klass->interfaces, i);
        if (type_is_ancestor(implemented->type, interface)) {
            return true;
        }
    }
    return false;
}

/* Interfaces of the parent, with the methods it set, then those that the type itself names. */
static void init_interfaces(TypeImpl *type)
{
    ObjectClass *klass = type->class;
    const GPtrArray *inherited = type->parent ? type->parent->class->interfaces : NULL;

    klass->interfaces = NULL;
    for (unsigned i = 0; inherited && i < inherited->len; i++) {
        add_interface(klass, g_ptr_array_index(inherited, i));
    }
    for (const InterfaceInfo *info = type->info.interfaces; info->type; info++) {
        TypeImpl *interface = type_get_by_name(info->type);
        if (interface) {
            type_initialize(interface);
        }
        if (!interface || !type_is_interface(interface)) {
            type_fatal("type '%s' implements '%s', which is no interface", type->info.name,
                       info->type);
        }
        if (!class_implements(klass, interface)) {
            add_interface(klass, (const InterfaceClass *)interface->class);
        }
    }
}

void type_initialize(TypeImpl *type)
{
    if (type->class) {
        return;
    }
    if (type->in_progress) {
        type_fatal("type '%s' is its own ancestor", type->info.name);
    }
    type->in_progress = true;
    resolve_parent(type);
    resolve_sizes(type);
    if (type_is_interface(type)) {
        check_interface(type);
    }

    type->class = g_malloc0(type->class_size);
    if (type->parent) {
        /* The casts it remembers go along: what the parent is, its children are. */
        memcpy(type->class, type->parent->class, type->parent->class_size);
    }
    ObjectClass *klass = type->class;
    klass->type = type;
    klass->properties = NULL;
    init_interfaces(type);

    for (const TypeImpl *ancestor = type->parent; ancestor; ancestor = ancestor->parent) {
        if (ancestor->info.class_base_init) {
            ancestor->info.class_base_init(klass, type->info.class_data);
        }
    }
    if (type->info.class_init) {
        type->info.class_init(klass, type->info.class_data);
    }
    type->in_progress = false;
}

/* ---- Classes by name ---- */

ObjectClass *object_class_by_name(const char *type_name)
{
    TypeImpl *type = type_get_by_name(type_name);

    if (!type) {
        return NULL;
    }
    type_initialize(type);
    return type->class;
}

ObjectClass *object_class_get_parent(ObjectClass *klass)
{
    return klass->type->parent ? klass->type->parent->class : NULL;
}

const char *object_class_get_name(const ObjectClass *klass)
{
    return klass->type->info.name;
}

bool object_class_is_abstract(const ObjectClass *klass)
{
    return klass->type->abstract;
}

void object_class_foreach(void (*fn)(ObjectClass *klass, void *opaque), const char *implements_type,
                          bool include_abstract, void *opaque)
{
    GHashTableIter iter;
    void *value;

    if (!type_table) {
        return;
    }
    type_table_walks++;
    g_hash_table_iter_init(&iter, type_table);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        TypeImpl *type = value;
        type_initialize(type);
        if ((include_abstract || !type->abstract) &&
            (!implements_type || object_class_dynamic_cast(type->class, implements_type))) {
            fn(type->class, opaque);
        }
    }
    type_table_walks--;
}

static void prepend_class(ObjectClass *klass, void *opaque)
{
    GSList **list = opaque;

    *list = g_slist_prepend(*list, klass);
}

GSList *object_class_get_list(const char *implements_type, bool include_abstract)
{
    GSList *list = NULL;

    object_class_foreach(prepend_class, implements_type, include_abstract, &list);
    return list;
}

static int compare_class_names(gconstpointer a, gconstpointer b)
{
    return g_ascii_strcasecmp(object_class_get_name(a), object_class_get_name(b));
}

GSList *object_class_get_list_sorted(const char *implements_type, bool include_abstract)
{
    return g_slist_sort(object_class_get_list(implements_type, include_abstract),
                        compare_class_names);
}
