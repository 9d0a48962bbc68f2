/*
 * -chardev and -serial: from their arguments to an open character device, and the lists of help.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "chardev-internal.h"
#include "system/prop-help.h"
#include "util/cutils.h"
#include "util/keyval.h"

#define LIST_HINT "'-chardev help' lists them"

const char *chardev_backend_name(const ObjectClass *oc)
{
    return object_class_get_name(oc) + strlen(CHARDEV_PREFIX);
}

/* ---- Backends ---- */

static ObjectClass *find_backend(const char *name, Error **errp)
{
    g_autofree char *type = g_strconcat(CHARDEV_PREFIX, name, NULL);
    ObjectClass *oc = object_class_by_name(type);
    g_autoptr(GSList) classes = object_class_get_list(TYPE_CHARDEV, false);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    if (oc && !object_class_is_abstract(oc)) {
        return oc;
    }
    for (GSList *l = classes; l; l = l->next) {
        g_ptr_array_add(names, (void *)chardev_backend_name(l->data));
    }
    const char *nearest = nearest_name(name, names);

    error_setg(errp, "unknown backend '%s'", name);
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'? ", nearest);
    }
    error_append_hint(errp, LIST_HINT);
    return NULL;
}

/* The backend that keyvals name: taken out of them. */
static ObjectClass *steal_backend(GPtrArray *keyvals, Error **errp)
{
    g_autofree char *name = keyval_steal(keyvals, "backend");

    if (!name) {
        error_setg(errp, "no backend is named");
        error_append_hint(errp, "write -chardev BACKEND,id=ID[,PROP=VALUE...]; " LIST_HINT);
        return NULL;
    }
    return find_backend(name, errp);
}

static void list_backends(FILE *f)
{
    g_autoptr(GSList) classes = object_class_get_list_sorted(TYPE_CHARDEV, false);

    fprintf(f, "Available chardev backend types:\n");
    for (GSList *l = classes; l; l = l->next) {
        fprintf(f, "  %-18s %s\n", chardev_backend_name(l->data), CHARDEV_CLASS(l->data)->desc);
    }
}

OptionResult chardev_help(const char *text, FILE *f, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "backend", errp);

    if (!keyvals) {
        return OPTION_ERROR;
    }
    if (!keyval_wants_help(keyvals)) {
        return OPTION_NEXT;
    }
    if (keyvals->len == 1) {
        list_backends(f);
        return OPTION_DONE;
    }

    ObjectClass *oc = steal_backend(keyvals, errp);
    if (!oc) {
        return OPTION_ERROR;
    }
    g_autoptr(Object) obj = object_new_with_class(oc);
    g_autofree char *title = g_strdup_printf("Properties of chardev %s", chardev_backend_name(oc));
    object_print_properties(f, title, obj);
    return OPTION_DONE;
}

/* ---- Making one ---- */

static Object *chardevs(void)
{
    return container_get(object_get_root(), CHARDEVS_PATH);
}

static bool add_to_tree(Object *obj, const char *id, Error **errp)
{
    if (object_property_find(chardevs(), id)) {
        error_setg(errp, "there is a character device '%s' already", id);
        error_append_hint(errp, "choose another id");
        return false;
    }
    if (!object_property_try_add_child(chardevs(), id, obj, errp)) {
        error_default_hint(errp, "choose another id");
        return false;
    }
    return true;
}

static bool set_properties(Object *obj, const GPtrArray *keyvals, Error **errp)
{
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!object_property_parse(obj, kv->key, kv->value, errp)) {
            error_default_hint(errp, "'-chardev %s,help' lists the properties",
                               chardev_backend_name(object_get_class(obj)));
            return false;
        }
    }
    return true;
}

/* id NULL: text has it. */
static Chardev *create(const char *text, const char *id, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "backend", errp);
    ObjectClass *oc = keyvals ? steal_backend(keyvals, errp) : NULL;

    if (!oc) {
        return NULL;
    }
    g_autofree char *own_id = id ? g_strdup(id) : keyval_steal(keyvals, "id");
    if (!own_id) {
        error_setg(errp, "the character device has no id");
        error_append_hint(errp, "add id=ID, and use it by -serial chardev:ID");
        return NULL;
    }
    g_autoptr(Object) obj = object_new_with_class(oc);
    if (!set_properties(obj, keyvals, errp) || !add_to_tree(obj, own_id, errp)) {
        return NULL;
    }
    if (!chardev_open(CHARDEV(obj), errp)) {
        object_unparent(obj);
        return NULL;
    }
    return CHARDEV(obj);
}

Chardev *chardev_create(const char *text, Error **errp)
{
    return create(text, NULL, errp);
}

/* ---- -serial ---- */

static Chardev *find_chardev(const char *id, Error **errp)
{
    Object *obj = object_resolve_path_component(chardevs(), id);

    if (!obj) {
        error_setg(errp, "there is no character device '%s'", id);
        error_append_hint(errp, "make one with -chardev BACKEND,id=%s", id);
        return NULL;
    }
    return CHARDEV(obj);
}

/* "HOST:PORT[,...]" to "host=HOST,port=PORT[,...]"; a host with colons stands in brackets. */
static char *tcp_properties(const char *rest, Error **errp)
{
    size_t length = strcspn(rest, ",");
    const char *colon = g_strrstr_len(rest, length, ":");

    if (!colon || colon + 1 == rest + length) {
        error_setg(errp, "'%.*s' is not of the form HOST:PORT", (int)length, rest);
        error_append_hint(errp, "for example tcp:localhost:4444, or tcp::4444,server=on");
        return NULL;
    }
    bool brackets = rest[0] == '[' && colon > rest + 1 && colon[-1] == ']';
    const char *host = brackets ? rest + 1 : rest;
    const char *host_end = brackets ? colon - 1 : colon;

    return g_strdup_printf("host=%.*s,port=%s", (int)(host_end - host), host, colon + 1);
}

/*
 * What -serial writes in its own way as -chardev would: the backend, and the properties behind it.
 * NULL and an error.
 */
static char *chardev_text(const char *text, bool mux, Error **errp)
{
    const char *escapes = mux ? ",mux=on" : "";
    const char *colon = strchr(text, ':');
    const char *rest = colon ? colon + 1 : text;

    if (g_str_equal(text, "stdio")) { /* with escapes Ctrl-C, too, is for the guest */
        return g_strdup_printf("stdio%s%s", escapes, mux ? ",signal=off" : "");
    }
    if (g_str_equal(text, "pty") || g_str_equal(text, "null")) {
        return g_strdup_printf("%s%s", text, escapes);
    }
    if (g_str_has_prefix(text, "file:")) {
        return g_strdup_printf("file%s,path=%s", escapes, rest);
    }
    if (g_str_has_prefix(text, "unix:")) {
        return g_strdup_printf("socket%s,path=%s", escapes, rest);
    }
    if (g_str_has_prefix(text, "tcp:")) {
        g_autofree char *address = tcp_properties(rest, errp);
        return address ? g_strdup_printf("socket%s,%s", escapes, address) : NULL;
    }
    error_setg(errp, "'%s' is no character device", text);
    error_append_hint(errp, "there are stdio, pty, null, none, file:PATH, tcp:HOST:PORT, "
                            "unix:PATH, chardev:ID, and mon: before one of these");
    return NULL;
}

bool chardev_create_serial(const char *text, const char *id, bool nographic, Chardev **chr,
                           Error **errp)
{
    bool mon = g_str_has_prefix(text, "mon:");
    const char *plain = mon ? text + strlen("mon:") : text;

    *chr = NULL;
    if (g_str_equal(text, "none")) {
        return true;
    }
    if (g_str_has_prefix(text, "chardev:")) {
        *chr = find_chardev(text + strlen("chardev:"), errp);
    } else {
        bool mux = mon || (nographic && g_str_equal(text, "stdio"));
        g_autofree char *chardev = chardev_text(plain, mux, errp);

        *chr = chardev ? create(chardev, id, errp) : NULL;
    }
    return *chr != NULL;
}
