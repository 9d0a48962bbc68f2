/*
 * The device tree: see include/system/fdt.h. libfdt reads and writes blobs; the tree in between is
 * ours.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/fdt.h"

#include <libfdt.h>
#include <stdbool.h>
#include <string.h>

#include "system/loader.h"

typedef struct DTProp {
    char *name;
    void *value;
    size_t len;
} DTProp;

struct DTNode {
    char *name; /* "" for the root */
    DTNode *parent;
    GPtrArray *props;     /* of DTProp *, owned */
    GPtrArray *children;  /* of DTNode *, owned */

    /* Only in the root. */
    uint32_t max_phandle; /* the highest one in the tree */
    GArray *reservations; /* of DTReservation, or NULL; from a blob that was read */
};

typedef struct DTReservation {
    uint64_t addr;
    uint64_t size;
} DTReservation;

/* A hostile blob nests as deep as it likes; real trees need less than ten levels. */
#define MAX_DEPTH 64

static void prop_free(gpointer opaque)
{
    DTProp *prop = opaque;

    g_free(prop->name);
    g_free(prop->value);
    g_free(prop);
}

static void node_free(gpointer opaque)
{
    DTNode *node = opaque;

    g_free(node->name);
    g_ptr_array_unref(node->props);
    g_ptr_array_unref(node->children);
    g_clear_pointer(&node->reservations, g_array_unref);
    g_free(node);
}

static DTNode *node_new(DTNode *parent, char *name)
{
    DTNode *node = g_new0(DTNode, 1);

    node->name = name;
    node->parent = parent;
    node->props = g_ptr_array_new_with_free_func(prop_free);
    node->children = g_ptr_array_new_with_free_func(node_free);
    if (parent) {
        g_ptr_array_add(parent->children, node);
    }
    return node;
}

DTNode *dt_new(void)
{
    return node_new(NULL, g_strdup(""));
}

void dt_free(DTNode *root)
{
    if (root) {
        g_assert(!root->parent);
        node_free(root);
    }
}

/* ---- Nodes ---- */

static DTNode *find_child(DTNode *parent, const char *name, size_t len)
{
    for (guint i = 0; i < parent->children->len; i++) {
        DTNode *child = g_ptr_array_index(parent->children, i);

        if (strncmp(child->name, name, len) == 0 && child->name[len] == '\0') {
            return child;
        }
    }
    return NULL;
}

DTNode *dt_child(DTNode *parent, const char *name)
{
    return find_child(parent, name, strlen(name));
}

DTNode *dt_add_node(DTNode *parent, const char *fmt, ...)
{
    char *name;
    va_list ap;

    va_start(ap, fmt);
    name = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_assert(name[0] && !strchr(name, '/') && !dt_child(parent, name));
    return node_new(parent, name);
}

static DTNode *root_of(DTNode *node)
{
    while (node->parent) {
        node = node->parent;
    }
    return node;
}

DTNode *dt_find(DTNode *node, const char *path)
{
    node = root_of(node);
    g_assert(path[0] == '/');
    while (node && *path) {
        size_t len = strcspn(++path, "/");

        if (len > 0) {
            node = find_child(node, path, len);
        }
        path += len;
    }
    return node;
}

char *dt_path(const DTNode *node)
{
    g_autofree char *parent = NULL;

    if (!node->parent) {
        return g_strdup("/");
    }
    parent = node->parent->parent ? dt_path(node->parent) : g_strdup("");
    return g_strdup_printf("%s/%s", parent, node->name);
}

/* ---- Properties ---- */

static DTProp *find_prop(const DTNode *node, const char *name)
{
    for (guint i = 0; i < node->props->len; i++) {
        DTProp *prop = g_ptr_array_index(node->props, i);

        if (strcmp(prop->name, name) == 0) {
            return prop;
        }
    }
    return NULL;
}

const void *dt_get(const DTNode *node, const char *name, size_t *len)
{
    const DTProp *prop = find_prop(node, name);

    if (!prop) {
        return NULL;
    }
    if (len) {
        *len = prop->len;
    }
    return prop->value;
}

void dt_set(DTNode *node, const char *name, const void *value, size_t len)
{
    DTProp *prop = find_prop(node, name);
    void *copy = g_malloc(len + 1); /* dt_get() is not NULL for an empty value */

    g_assert(name[0]);
    if (len > 0) {
        memcpy(copy, value, len);
    }
    if (!prop) {
        prop = g_new0(DTProp, 1);
        prop->name = g_strdup(name);
        g_ptr_array_add(node->props, prop);
    }
    g_free(prop->value);
    prop->value = copy;
    prop->len = len;
}

void dt_set_empty(DTNode *node, const char *name)
{
    dt_set(node, name, NULL, 0);
}

void dt_set_u32(DTNode *node, const char *name, uint32_t value)
{
    dt_set_cells(node, name, &value, 1);
}

void dt_set_u64(DTNode *node, const char *name, uint64_t value)
{
    dt_set_cells(node, name, (uint32_t[]) { value >> 32, value }, 2);
}

void dt_set_cells(DTNode *node, const char *name, const uint32_t *cells, size_t count)
{
    g_autofree uint32_t *be = g_new(uint32_t, count);

    for (size_t i = 0; i < count; i++) {
        be[i] = GUINT32_TO_BE(cells[i]);
    }
    dt_set(node, name, be, count * sizeof(*be));
}

void dt_set_string(DTNode *node, const char *name, const char *value)
{
    dt_set(node, name, value, strlen(value) + 1);
}

void dt_set_strings(DTNode *node, const char *name, ...)
{
    g_autoptr(GString) list = g_string_new(NULL);
    const char *value;
    va_list ap;

    va_start(ap, name);
    while ((value = va_arg(ap, const char *))) {
        g_string_append_len(list, value, strlen(value) + 1);
    }
    va_end(ap);
    dt_set(node, name, list->str, list->len);
}

void dt_set_reg(DTNode *node, uint64_t addr, uint64_t size)
{
    dt_set_cells(node, "reg", (uint32_t[]) { addr >> 32, addr, size >> 32, size }, 4);
}

uint32_t dt_phandle(DTNode *node)
{
    size_t len = 0;
    const void *value = dt_get(node, "phandle", &len);
    fdt32_t be;

    if (value && len == sizeof(be)) {
        memcpy(&be, value, sizeof(be));
        return fdt32_to_cpu(be);
    }
    dt_set_u32(node, "phandle", ++root_of(node)->max_phandle);
    return root_of(node)->max_phandle;
}

/* ---- To a blob ---- */

/* libfdt's sequential writer: the first error is kept, and what comes after it does nothing. */
static void write_node(const DTNode *node, void *blob, int *err)
{
    if (*err == 0) {
        *err = fdt_begin_node(blob, node->name);
    }
    for (guint i = 0; i < node->props->len && *err == 0; i++) {
        const DTProp *prop = g_ptr_array_index(node->props, i);

        *err = fdt_property(blob, prop->name, prop->value, prop->len);
    }
    for (guint i = 0; i < node->children->len && *err == 0; i++) {
        write_node(g_ptr_array_index(node->children, i), blob, err);
    }
    if (*err == 0) {
        *err = fdt_end_node(blob);
    }
}

static int write_tree(const DTNode *root, void *blob, size_t capacity)
{
    guint reservations = root->reservations ? root->reservations->len : 0;
    int err = fdt_create(blob, capacity);

    for (guint i = 0; i < reservations && err == 0; i++) {
        const DTReservation *r = &g_array_index(root->reservations, DTReservation, i);

        err = fdt_add_reservemap_entry(blob, r->addr, r->size);
    }
    if (err == 0) {
        err = fdt_finish_reservemap(blob);
    }
    write_node(root, blob, &err);
    return err == 0 ? fdt_finish(blob) : err;
}

void *dt_flatten(const DTNode *root, size_t *size)
{
    size_t capacity = 8192;
    void *blob = g_malloc(capacity);
    int err;

    while ((err = write_tree(root, blob, capacity)) == -FDT_ERR_NOSPACE) {
        capacity *= 2;
        g_free(blob);
        blob = g_malloc(capacity);
    }
    g_assert(err == 0); /* there is no other reason to fail: names are valid */
    *size = fdt_totalsize(blob);
    return g_realloc(blob, *size);
}

/* ---- From a blob ---- */

static void read_props(DTNode *node, const void *blob, int offset)
{
    int at;

    fdt_for_each_property_offset(at, blob, offset) {
        const char *name;
        int len;
        const void *value = fdt_getprop_by_offset(blob, at, &name, &len);

        if (value && name && name[0]) {
            dt_set(node, name, value, len);
        }
    }
}

static void note_phandle(DTNode *root, const void *blob, int offset)
{
    uint32_t phandle = fdt_get_phandle(blob, offset);

    if (phandle != UINT32_MAX) {
        root->max_phandle = MAX(root->max_phandle, phandle);
    }
}

static bool read_node(DTNode *root, DTNode *node, const void *blob, int offset, int depth)
{
    int at;

    read_props(node, blob, offset);
    note_phandle(root, blob, offset);
    fdt_for_each_subnode(at, blob, offset) {
        const char *name = fdt_get_name(blob, at, NULL);

        if (!name || !name[0] || dt_child(node, name) || depth >= MAX_DEPTH) {
            return false;
        }
        if (!read_node(root, node_new(node, g_strdup(name)), blob, at, depth + 1)) {
            return false;
        }
    }
    return at == -FDT_ERR_NOTFOUND;
}

static void read_reservations(DTNode *root, const void *blob)
{
    int count = fdt_num_mem_rsv(blob);

    root->reservations = g_array_new(FALSE, FALSE, sizeof(DTReservation));
    for (int i = 0; i < count; i++) {
        DTReservation r;

        if (fdt_get_mem_rsv(blob, i, &r.addr, &r.size) == 0) {
            g_array_append_val(root->reservations, r);
        }
    }
}

/* Everything that libfdt finds wrong, in words; false with errp set. */
static bool check_blob(const void *blob, size_t size, const char *name, Error **errp)
{
    int err = fdt_check_full(blob, size);

    if (err == 0) {
        return true;
    }
    if (err == -FDT_ERR_BADMAGIC || size < sizeof(struct fdt_header)) {
        error_setg(errp, "'%s' is not a device tree blob", name);
        error_append_hint(errp, "a .dts source must be compiled with dtc first");
    } else if (err == -FDT_ERR_TRUNCATED) {
        error_setg(errp, "'%s' is a truncated device tree blob", name);
        error_append_hint(errp, "copy or compile it again");
    } else {
        error_setg(errp, "'%s' is a damaged device tree blob: %s", name, fdt_strerror(err));
        error_append_hint(errp, "copy or compile it again");
    }
    return false;
}

DTNode *dt_parse(const void *blob, size_t size, const char *name, Error **errp)
{
    g_autoptr(DTNode) root = dt_new();

    if (!check_blob(blob, size, name, errp)) {
        return NULL;
    }
    if (!read_node(root, root, blob, 0, 0)) {
        error_setg(errp,
                   "'%s' is a damaged device tree blob: bad, double or too deeply nested nodes",
                   name);
        error_append_hint(errp, "copy or compile it again");
        return NULL;
    }
    read_reservations(root, blob);
    return g_steal_pointer(&root);
}

DTNode *dt_load(const char *filename, Error **errp)
{
    g_autoptr(GBytes) file = image_file_read(filename, errp);
    DTNode *root = NULL;

    if (file) {
        root = dt_parse(g_bytes_get_data(file, NULL), g_bytes_get_size(file), filename, errp);
    }
    if (!root) {
        error_default_hint(errp, "copy it or compile it with dtc again");
    }
    return root;
}
