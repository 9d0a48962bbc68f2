/*
 * The tree of objects: parents, children, paths.
 *
 * Belongs here: child properties, canonical paths, finding an object by path, the root.
 * Does not belong here: what stands in the tree; machines and devices put themselves there.
 *
 * An object is in at most one place of the tree; there its parent holds a reference. Its canonical
 * path is made of the names of the child properties from the root: /machine/soc/htif.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef QOM_TREE_H
#define QOM_TREE_H

#include "qom/object.h"

/* An object that only groups children. */
#define TYPE_CONTAINER "container"

/* ---- Children ---- */

/*
 * Puts child, which has no parent yet, below obj. obj takes a reference of its own, so that the
 * caller usually drops its. The name is not empty, has no '/' and is not in use: otherwise the
 * first form gives an error and NULL, the second one aborts.
 */
ObjectProperty *object_property_try_add_child(Object *obj, const char *name, Object *child,
                                              Error **errp);
ObjectProperty *object_property_add_child(Object *obj, const char *name, Object *child);

/*
 * object_initialize(), object_property_add_child() and object_unref() in one: a child embedded in
 * its parent, which owns the only reference. childp is a pointer to the member.
 */
#define object_initialize_child(parent, name, childp, type_name) \
    object_initialize_child_internal((parent), (name), (childp), sizeof(*(childp)), (type_name))
void object_initialize_child_internal(Object *parent, const char *name, void *child, size_t size,
                                      const char *type_name);

/* A new container below obj; obj holds the only reference. */
Object *object_property_add_new_container(Object *obj, const char *name);

/*
 * Takes obj out of the tree: its class's unparent is called, then the parent's reference is
 * dropped. Nothing happens outside the tree.
 */
void object_unparent(Object *obj);

/*
 * Calls fn for each child in the order in which they were added, until fn returns other than 0;
 * returns that, or 0. The second form goes on below each child, parents first. fn must not add or
 * remove children of the object being walked.
 */
int object_child_foreach(Object *obj, int (*fn)(Object *child, void *opaque), void *opaque);
int object_child_foreach_recursive(Object *obj, int (*fn)(Object *child, void *opaque),
                                   void *opaque);

/* ---- The root ---- */

/* The root of the tree, a container; made when first asked for. */
Object *object_get_root(void);

/* Drops the root and all that is below it. The next object_get_root() makes a new one. */
void object_root_cleanup(void);

/* The object at path ("/machine/soc") below root; what is missing is created as containers. */
Object *container_get(Object *root, const char *path);

/* ---- Paths ---- */

/* The path from the root, or NULL where obj is not in the tree; the caller frees it. */
char *object_get_canonical_path(const Object *obj);

/*
 * The last component of that path; it belongs to obj's parent. NULL without parent and for the
 * root.
 */
const char *object_get_canonical_path_component(const Object *obj);

/*
 * The object at path. One that begins with '/' starts at the root and may lead through links. Any
 * other is partial: it is searched below every object of the tree, children only, and must fit
 * exactly one object. NULL where there is none or where several fit; *ambiguous (may be NULL) tells
 * the two apart.
 */
Object *object_resolve_path(const char *path, bool *ambiguous);

/*
 * The same among objects of type_name. An empty path fits every object: "the one object of that
 * type".
 */
Object *object_resolve_path_type(const char *path, const char *type_name, bool *ambiguous);

/* path, relative to parent, or absolute; never a search. NULL where there is none. */
Object *object_resolve_path_at(Object *parent, const char *path);

/* One step: the object that the property name of parent leads to, or NULL. */
Object *object_resolve_path_component(Object *parent, const char *name);

#endif /* QOM_TREE_H */
