/*
 * Sets of addresses as the user writes them: ranges and symbols.
 *
 * What does not belong here: what they are applied to, and where symbols come from.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_ADDRESS_FILTER_H
#define UTIL_ADDRESS_FILTER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

typedef struct AddressFilter AddressFilter;

/* Finds a symbol's first and last address; false: there is none of that name. */
typedef bool AddressFilterFind(const char *name, uint64_t *first, uint64_t *last, void *opaque);

/*
 * `text` is RANGE[,RANGE...], each A..B (both included), A+SIZE, A-SIZE (the SIZE bytes that end
 * with A), or the name of a symbol, all of it; A and B may be symbols, too, and stand for their
 * first address then. NULL and an error with a hint where it is something else.
 */
AddressFilter *address_filter_parse(const char *text, AddressFilterFind *find, void *opaque,
                                    Error **errp);
void address_filter_free(AddressFilter *filter); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AddressFilter, address_filter_free)

/* Does any of the addresses from `first` to `last` belong to it? */
bool address_filter_has(const AddressFilter *filter, uint64_t first, uint64_t last);

#endif
