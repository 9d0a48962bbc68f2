/*
 * What the files of qom/ know of a type and nobody else does.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef QOM_TYPE_IMPL_H
#define QOM_TYPE_IMPL_H

#include "qom/object.h"

struct TypeImpl {
    TypeInfo info; /* the description; strings and the list of interfaces are copies */
    bool in_progress; /* its class is being initialised; who meets it then is its own ancestor */

    /* Known once the class exists, inherited values filled in: */
    TypeImpl *parent; /* NULL: a root */
    size_t class_size;
    size_t instance_size;
    size_t instance_align; /* 0: as malloc aligns */
    bool abstract;
    ObjectClass *class; /* NULL: not initialised yet */
};

/* NULL where no type has that name. */
TypeImpl *type_get_by_name(const char *name);

/* Makes the class, and before it the parent's, if it does not exist yet. */
void type_initialize(TypeImpl *type);

/* True where type is ancestor, or derived from it; both initialised. */
bool type_is_ancestor(const TypeImpl *type, const TypeImpl *ancestor);

/* A mistake in rvemu itself: prints the line and calls abort(). */
void G_NORETURN type_fatal(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

#endif /* QOM_TYPE_IMPL_H */
