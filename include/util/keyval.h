/*
 * The syntax of an option's argument: "NAME,key=value,key=value".
 *
 * Belongs here: taking such a text apart, commas in values doubled.
 * Does not belong here: what any key means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_KEYVAL_H
#define UTIL_KEYVAL_H

#include <glib.h>
#include <stdbool.h>

#include "util/error.h"

typedef struct KeyVal {
    char *key;
    char *value;
} KeyVal;

/*
 * Takes text apart at its commas; a comma that belongs to a value is written twice. The first part
 * may do without "key=": it is the value of implied_key (NULL: it may not). "help" or "?" as a part
 * is the key "help" with value "on". Any other part without "=", and an empty one, is an error.
 * Returns the KeyVals in order (free with g_ptr_array_unref()), or NULL and an error.
 */
GPtrArray *keyval_parse(const char *text, const char *implied_key, Error **errp);

/* The value of key's last mention, or NULL. It belongs to keyvals. */
const char *keyval_get(const GPtrArray *keyvals, const char *key);

/* As keyval_get(), and takes every mention out; the caller frees the string. */
char *keyval_steal(GPtrArray *keyvals, const char *key);

/* True where "help" was asked for. */
bool keyval_wants_help(const GPtrArray *keyvals);

#endif /* UTIL_KEYVAL_H */
