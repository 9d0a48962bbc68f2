/*
 * Properties: named, typed values of objects, with a description and a default.
 *
 * Belongs here: what a property is, how it is added to an object or a class, read, written, parsed
 * and printed.
 * Does not belong here: child properties and paths (qom/tree.h); the syntax of the options that set
 * properties (system/).
 *
 * The value of a property is a GVariant. Its form follows from the property's type:
 *
 *   type                       GVariant    as text (object_property_parse, object_property_print)
 *   bool                       b           on/yes/true/y, off/no/false/n; printed true, false
 *   int8 int16 int32 int64     x           decimal, 0x hexadecimal, sign
 *   uint8 uint16 uint32 uint64 t           decimal, 0x hexadecimal
 *   size                       t           the same with a suffix: 64K, 128M
 *   string                     s           the text itself
 *   link<T> child<T>           s           the canonical path of the object, "" for none
 *   an enum's own name         s           one of its names
 *   a GVariant type string     itself      as g_variant_parse and g_variant_print have it: [1, 2]
 *
 * object_property_set() brings a value into that form before a setter sees it: any integer GVariant
 * suits an integer property if it is in range, and nothing else does. So a setter never checks form
 * or range.
 *
 * A class property exists once for all objects of the class and of the classes derived from it; it
 * is the rule. An object property belongs to one object; links between particular objects, children
 * and aliases are such. An object cannot have two properties of one name, whether its own or its
 * class's.
 *
 * Messages: every error of a set begins with "property 'TYPE.NAME': ", including those made by
 * setters.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef QOM_PROPERTY_H
#define QOM_PROPERTY_H

#include "qom/object.h"

/*
 * The current value; a floating reference is as good as a full one. NULL and an error where there
 * is none.
 */
typedef GVariant *ObjectPropertyGet(Object *obj, const ObjectProperty *prop, Error **errp);

/* Takes over a value (not the reference). False and an error where it is refused. */
typedef bool ObjectPropertySet(Object *obj, const ObjectProperty *prop, GVariant *value,
                               Error **errp);

/* The object that the property leads to, or NULL; for links, children and their aliases. */
typedef Object *ObjectPropertyResolve(Object *obj, const ObjectProperty *prop);

/*
 * Called for each object that has the property when that object is finalized, or when the property
 * is deleted from it.
 */
typedef void ObjectPropertyRelease(Object *obj, const ObjectProperty *prop);

/* A property is configuration: ObjectClass.config_check is asked before it changes. */
#define OBJ_PROP_CONFIG (1u << 0)

struct ObjectProperty {
    char *name;
    char *type;
    char *description;             /* or NULL */
    unsigned flags;                /* OBJ_PROP_... */
    const GVariantType *value_type;
    int64_t min;                   /* integers: the range, both ends included */
    uint64_t max;
    ObjectPropertyGet *get;        /* NULL: cannot be read */
    ObjectPropertySet *set;        /* NULL: cannot be written */
    ObjectPropertyResolve *resolve;
    ObjectPropertyRelease *release;
    GVariant *defval;              /* or NULL */
    void *opaque;
    GDestroyNotify opaque_free;    /* called with opaque when the property is freed; or NULL */
    GList order;                   /* private: place in its table */
};

/* ---- Generic properties ---- */

/*
 * Adds a property to an object, or to a class (from its class_init). type is one of the table
 * above. Any of get, set, release may be NULL. Returns the property, whose other members the caller
 * may set. A name that exists already is a mistake in rvemu: message and abort();
 * object_property_try_add() reports it as an error instead.
 */
ObjectProperty *object_property_try_add(Object *obj, const char *name, const char *type,
                                        ObjectPropertyGet *get, ObjectPropertySet *set,
                                        ObjectPropertyRelease *release, void *opaque, Error **errp);
ObjectProperty *object_property_add(Object *obj, const char *name, const char *type,
                                    ObjectPropertyGet *get, ObjectPropertySet *set,
                                    ObjectPropertyRelease *release, void *opaque);
ObjectProperty *object_class_property_add(ObjectClass *klass, const char *name, const char *type,
                                          ObjectPropertyGet *get, ObjectPropertySet *set,
                                          ObjectPropertyRelease *release, void *opaque);

/* Removes an object's own property; the name must exist. A child leaves the tree by this. */
void object_property_del(Object *obj, const char *name);

/* The text -help shows. The property must exist. */
void object_property_set_description(Object *obj, const char *name, const char *description);
void object_class_property_set_description(ObjectClass *klass, const char *name,
                                           const char *description);

/* Narrows the range of an integer property. */
void object_property_set_range(ObjectProperty *prop, int64_t min, uint64_t max);

/*
 * The default. That of a class property is set in each object before any instance_init runs; that
 * of an object property is set at once. A value that does not suit the property is a mistake in
 * rvemu. A floating value is consumed.
 */
void object_property_set_default(Object *obj, const char *name, GVariant *value);
void object_class_property_set_default(ObjectClass *klass, const char *name, GVariant *value);
void object_class_property_set_default_bool(ObjectClass *klass, const char *name, bool value);
void object_class_property_set_default_int(ObjectClass *klass, const char *name, int64_t value);
void object_class_property_set_default_uint(ObjectClass *klass, const char *name, uint64_t value);
void object_class_property_set_default_str(ObjectClass *klass, const char *name, const char *value);

/* ---- Looking up and iterating ---- */

/* NULL where there is none. */
ObjectProperty *object_property_find(Object *obj, const char *name);
ObjectProperty *object_class_property_find(ObjectClass *klass, const char *name);

/*
 * As object_property_find; the error names the type and the property, and the hint the nearest name
 * that exists.
 */
ObjectProperty *object_property_find_err(Object *obj, const char *name, Error **errp);
ObjectProperty *object_class_property_find_err(ObjectClass *klass, const char *name, Error **errp);

/* private members */
typedef struct ObjectPropertyIterator {
    ObjectClass *next_class;
    const GList *next;
} ObjectPropertyIterator;

/*
 * Walks an object's own properties, then those of its class and of the ancestors, each in the order
 * in which they were added. The class form walks class properties only. No property may be added or
 * deleted meanwhile.
 *
 *   ObjectPropertyIterator iter;
 *   object_property_iter_init(&iter, obj);
 *   while ((prop = object_property_iter_next(&iter))) { ... }
 */
void object_property_iter_init(ObjectPropertyIterator *iter, Object *obj);
void object_class_property_iter_init(ObjectPropertyIterator *iter, ObjectClass *klass);
ObjectProperty *object_property_iter_next(ObjectPropertyIterator *iter);

/* ---- Reading and writing ---- */

/* The value, with a reference that the caller owns; NULL and an error where it cannot be read. */
GVariant *object_property_get(Object *obj, const char *name, Error **errp);

/* Sets the value; a floating reference is consumed. */
bool object_property_set(Object *obj, const char *name, GVariant *value, Error **errp);

/* Sets the value from text, as the table above says. */
bool object_property_parse(Object *obj, const char *name, const char *text, Error **errp);

/* The value as text; the caller frees it. NULL and an error where it cannot be read. */
char *object_property_print(Object *obj, const char *name, Error **errp);

/* Any value of the property's form as text, its default for instance; the caller frees it. */
char *object_property_format(const ObjectProperty *prop, GVariant *value);

bool object_property_set_bool(Object *obj, const char *name, bool value, Error **errp);
bool object_property_set_int(Object *obj, const char *name, int64_t value, Error **errp);
bool object_property_set_uint(Object *obj, const char *name, uint64_t value, Error **errp);
bool object_property_set_str(Object *obj, const char *name, const char *value, Error **errp);

/* value may be NULL and need not be in the tree. */
bool object_property_set_link(Object *obj, const char *name, Object *value, Error **errp);

/*
 * On an error: false, 0, NULL; a caller that must tell looks at *errp. The string is the caller's;
 * the object is not.
 */
bool object_property_get_bool(Object *obj, const char *name, Error **errp);
int64_t object_property_get_int(Object *obj, const char *name, Error **errp);
uint64_t object_property_get_uint(Object *obj, const char *name, Error **errp);
char *object_property_get_str(Object *obj, const char *name, Error **errp);
Object *object_property_get_link(Object *obj, const char *name, Error **errp);

/* ---- Enums ---- */

/*
 * The names of an enum whose values are 0, 1, 2 ...; names ends with NULL. type is the name
 * properties show.
 */
typedef struct EnumLookup {
    const char *type;
    const char *const *names;
} EnumLookup;

/* The name of value, which must be valid. */
const char *enum_lookup_name(const EnumLookup *lookup, int value);

/* The value of name, or -1 and an error that lists the valid names. */
int enum_lookup_value(const EnumLookup *lookup, const char *name, Error **errp);

/* ---- Field properties: the value is a member of the instance structure ---- */

typedef enum PropertyKind {
    PROP_BOOL,
    PROP_INT8,
    PROP_INT16,
    PROP_INT32,
    PROP_INT64,
    PROP_UINT8,
    PROP_UINT16,
    PROP_UINT32,
    PROP_UINT64,
    PROP_SIZE,
    PROP_STRING,
    PROP_ENUM,
    PROP_LINK,
} PropertyKind;

/* A row of a table of field properties; written with the macros below. */
typedef struct Property {
    const char *name;
    PropertyKind kind;
    size_t offset;             /* of the member in the instance structure */
    const char *description;
    int64_t defint;            /* default of bool, enum and integers (uint64: two's complement) */
    const char *defstr;        /* default of a string; NULL: none */
    int64_t min;               /* the range; both 0: all that the type holds */
    uint64_t max;
    const EnumLookup *lookup;  /* PROP_ENUM */
    const char *link_type;     /* PROP_LINK: the type of the object */
    unsigned flags;            /* OBJ_PROP_...; a field property has OBJ_PROP_CONFIG anyway */
} Property;

#define PROP_OFFSET(State, field, ctype)                                                   \
    (offsetof(State, field) +                                                              \
     0 * sizeof(struct {                                                                   \
         int unused;                                                                       \
         _Static_assert(__builtin_types_compatible_p(__typeof__(((State *)0)->field), ctype), \
                        "type of the property's field");                                   \
     }))

#define DEFINE_PROP(prop_name, prop_kind, State, field, ctype, prop_description, ...)    \
    {                                                                                    \
        .name = (prop_name), .kind = (prop_kind), .description = (prop_description),     \
        .offset = PROP_OFFSET(State, field, ctype), ##__VA_ARGS__                        \
    }

/*
 * DEFINE_PROP_X(name, State, field, default, description): State is the instance structure, field
 * one of its members, of exactly the type that X means: bool, int8_t ... uint64_t, uint64_t for
 * SIZE. Integers take more members at the end: .min = 1, .max = 8.
 */
#define DEFINE_PROP_BOOL(name, State, field, def, description) \
    DEFINE_PROP(name, PROP_BOOL, State, field, bool, description, .defint = (def))
#define DEFINE_PROP_INT8(name, State, field, def, description, ...) \
    DEFINE_PROP(name, PROP_INT8, State, field, int8_t, description, .defint = (def), ##__VA_ARGS__)
#define DEFINE_PROP_INT16(name, State, field, def, description, ...)                      \
    DEFINE_PROP(name, PROP_INT16, State, field, int16_t, description, .defint = (def), \
                ##__VA_ARGS__)
#define DEFINE_PROP_INT32(name, State, field, def, description, ...)                      \
    DEFINE_PROP(name, PROP_INT32, State, field, int32_t, description, .defint = (def), \
                ##__VA_ARGS__)
#define DEFINE_PROP_INT64(name, State, field, def, description, ...)                      \
    DEFINE_PROP(name, PROP_INT64, State, field, int64_t, description, .defint = (def), \
                ##__VA_ARGS__)
#define DEFINE_PROP_UINT8(name, State, field, def, description, ...)                      \
    DEFINE_PROP(name, PROP_UINT8, State, field, uint8_t, description, .defint = (def), \
                ##__VA_ARGS__)
#define DEFINE_PROP_UINT16(name, State, field, def, description, ...)                       \
    DEFINE_PROP(name, PROP_UINT16, State, field, uint16_t, description, .defint = (def), \
                ##__VA_ARGS__)
#define DEFINE_PROP_UINT32(name, State, field, def, description, ...)                       \
    DEFINE_PROP(name, PROP_UINT32, State, field, uint32_t, description, .defint = (def), \
                ##__VA_ARGS__)
#define DEFINE_PROP_UINT64(name, State, field, def, description, ...)         \
    DEFINE_PROP(name, PROP_UINT64, State, field, uint64_t, description,       \
                .defint = (int64_t)(def), ##__VA_ARGS__)
#define DEFINE_PROP_SIZE(name, State, field, def, description, ...)           \
    DEFINE_PROP(name, PROP_SIZE, State, field, uint64_t, description,         \
                .defint = (int64_t)(def), ##__VA_ARGS__)
/*
 * The member is a char *, owned by the object: NULL (which reads as "") or allocated by g_malloc.
 */
#define DEFINE_PROP_STRING(name, State, field, def, description) \
    DEFINE_PROP(name, PROP_STRING, State, field, char *, description, .defstr = (def))
/* The member is an int. */
#define DEFINE_PROP_ENUM(name, State, field, def, enum_lookup, description)              \
    DEFINE_PROP(name, PROP_ENUM, State, field, int, description, .defint = (def), \
                .lookup = (enum_lookup))
/*
 * The member is a ctype *, where the type target begins with Object; the object holds a reference
 * to what it links to.
 */
#define DEFINE_PROP_LINK(name, State, field, target, ctype, description) \
    DEFINE_PROP(name, PROP_LINK, State, field, ctype *, description, .link_type = (target))

/*
 * Adds one row to an object or a class, or a whole table to a class. The rows must live as long as
 * the program.
 */
ObjectProperty *object_property_add_field(Object *obj, const Property *field);
ObjectProperty *object_class_property_add_field(ObjectClass *klass, const Property *field);
void object_class_add_properties(ObjectClass *klass, const Property *fields, size_t count);

/*
 * ---- Accessor properties: the value is whatever two functions say; NULL for either makes it
 * write-only or read-only ----
 */

typedef bool ObjectGetBool(Object *obj, Error **errp);
typedef bool ObjectSetBool(Object *obj, bool value, Error **errp);
typedef int64_t ObjectGetInt(Object *obj, Error **errp);
typedef bool ObjectSetInt(Object *obj, int64_t value, Error **errp);
typedef uint64_t ObjectGetUint(Object *obj, Error **errp);
typedef bool ObjectSetUint(Object *obj, uint64_t value, Error **errp);
/* The string is the caller's to free; NULL reads as "". */
typedef char *ObjectGetStr(Object *obj, Error **errp);
typedef bool ObjectSetStr(Object *obj, const char *value, Error **errp);
typedef int ObjectGetEnum(Object *obj, Error **errp);
typedef bool ObjectSetEnum(Object *obj, int value, Error **errp);

/*
 * A getter fails by setting an error; its value is then ignored. kind is PROP_INT8.. or
 * PROP_UINT8.. or PROP_SIZE.
 */
ObjectProperty *object_property_add_bool(Object *obj, const char *name, ObjectGetBool *get,
                                         ObjectSetBool *set);
ObjectProperty *object_class_property_add_bool(ObjectClass *klass, const char *name,
                                               ObjectGetBool *get, ObjectSetBool *set);
ObjectProperty *object_property_add_int(Object *obj, const char *name, PropertyKind kind,
                                        ObjectGetInt *get, ObjectSetInt *set);
ObjectProperty *object_class_property_add_int(ObjectClass *klass, const char *name,
                                              PropertyKind kind, ObjectGetInt *get,
                                              ObjectSetInt *set);
ObjectProperty *object_property_add_uint(Object *obj, const char *name, PropertyKind kind,
                                         ObjectGetUint *get, ObjectSetUint *set);
ObjectProperty *object_class_property_add_uint(ObjectClass *klass, const char *name,
                                               PropertyKind kind, ObjectGetUint *get,
                                               ObjectSetUint *set);
ObjectProperty *object_property_add_str(Object *obj, const char *name, ObjectGetStr *get,
                                        ObjectSetStr *set);
ObjectProperty *object_class_property_add_str(ObjectClass *klass, const char *name,
                                              ObjectGetStr *get, ObjectSetStr *set);
ObjectProperty *object_property_add_enum(Object *obj, const char *name, const EnumLookup *lookup,
                                         ObjectGetEnum *get, ObjectSetEnum *set);
ObjectProperty *object_class_property_add_enum(ObjectClass *klass, const char *name,
                                               const EnumLookup *lookup, ObjectGetEnum *get,
                                               ObjectSetEnum *set);

/* ---- Links and aliases ---- */

/*
 * The object holds a reference to what a strong link leads to. A weak link must be cleared before
 * its target goes.
 */
#define OBJ_PROP_LINK_STRONG (1u << 1)

/* Asked before a link changes to value (which may be NULL); false and an error forbid it. */
typedef bool ObjectLinkCheck(Object *obj, const char *name, Object *value, Error **errp);

/* The check that allows everything. */
bool object_property_allow_set_link(Object *obj, const char *name, Object *value, Error **errp);

/*
 * A property of type link<target_type>, stored in the pointer to an object at target, which lives
 * as long as the object does (in the class form, at offset in the instance structure). check NULL:
 * the link cannot be set through the property. flags: OBJ_PROP_LINK_STRONG, OBJ_PROP_CONFIG.
 */
ObjectProperty *object_property_add_link(Object *obj, const char *name, const char *target_type,
                                         void *target, ObjectLinkCheck *check, unsigned flags);
ObjectProperty *object_class_property_add_link(ObjectClass *klass, const char *name,
                                               const char *target_type, size_t offset,
                                               ObjectLinkCheck *check, unsigned flags);

/*
 * Another name for a property of target_obj, which must outlive the alias; it need not be obj
 * itself. The alias of a child is a link.
 */
ObjectProperty *object_property_add_alias(Object *obj, const char *name, Object *target_obj,
                                          const char *target_name);

#endif /* QOM_PROPERTY_H */
