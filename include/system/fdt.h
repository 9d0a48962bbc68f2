/*
 * The device tree: built in memory as nodes, flattened once with libfdt.
 *
 * Nodes stay where they are while others are added, so a device keeps its DTNode * and needs no
 * path; nothing can run out of space before the tree is flattened. What does not belong here: any
 * particular node (each device writes its own, DeviceClass.fdt_populate; the machine writes what no
 * device owns).
 *
 * Names of nodes and properties are chosen by rvemu's own code: an empty one, or a second node of
 * the same name below one parent, is a mistake in rvemu and asserted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_FDT_H
#define SYSTEM_FDT_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

typedef struct DTNode DTNode;

/* An empty tree: its root. dt_free() frees the whole tree, given the root; NULL is fine. */
DTNode *dt_new(void);
void dt_free(DTNode *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DTNode, dt_free)

/* A new last child of `parent`, "name" or "name@unit-address"; it belongs to the tree. */
DTNode *dt_add_node(DTNode *parent, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/*
 * The node at an absolute path such as "/cpus/cpu@0", in the tree that `node` is part of; NULL if
 * none.
 */
DTNode *dt_find(DTNode *node, const char *path);
/* The child of that exact name, or NULL. */
DTNode *dt_child(DTNode *parent, const char *name);
/* The absolute path; the caller frees it. */
char *dt_path(const DTNode *node);

/* Set a property, in the order of first setting; a second value replaces the first. */
void dt_set(DTNode *node, const char *name, const void *value, size_t len);
void dt_set_empty(DTNode *node, const char *name);
void dt_set_u32(DTNode *node, const char *name, uint32_t value);
void dt_set_u64(DTNode *node, const char *name, uint64_t value);
void dt_set_cells(DTNode *node, const char *name, const uint32_t *cells, size_t count);
void dt_set_string(DTNode *node, const char *name, const char *value);
/* A list of strings, ended by NULL. */
void dt_set_strings(DTNode *node, const char *name, ...) G_GNUC_NULL_TERMINATED;
/* "reg" of one range below a parent with two address and two size cells. */
void dt_set_reg(DTNode *node, uint64_t addr, uint64_t size);

/* The value and its length in bytes (len may be NULL), or NULL; valid until it is set anew. */
const void *dt_get(const DTNode *node, const char *name, size_t *len);

/* The phandle by which other nodes refer to this one; given out when first asked for. */
uint32_t dt_phandle(DTNode *node);

/* The tree as a blob (version 17), which the caller g_free()s; *size is its length. */
void *dt_flatten(const DTNode *root, size_t *size);

/*
 * Back from a blob, which may be anything, or from a file (-dtb): checked first; `name` is for
 * errors.
 */
DTNode *dt_parse(const void *blob, size_t size, const char *name, Error **errp);
DTNode *dt_load(const char *filename, Error **errp);

#endif
