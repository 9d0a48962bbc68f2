/*
 * -device: listing the types of devices, and making one that the user asks for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/user-device.h"

#include "system/device.h"
#include "system/prop-help.h"
#include "util/cutils.h"
#include "util/keyval.h"

static void list_devices(FILE *f, const char *title, bool user_creatable)
{
    g_autoptr(GSList) classes = object_class_get_list_sorted(TYPE_DEVICE, false);

    bool empty = true;

    fprintf(f, "%s:\n", title);
    for (GSList *l = classes; l; l = l->next) {
        const DeviceClass *dc = DEVICE_CLASS(l->data);

        if (dc->user_creatable == user_creatable) {
            fprintf(f, "%-20s %s\n", object_class_get_name(l->data), dc->desc ? dc->desc : "");
            empty = false;
        }
    }
    if (empty) {
        fputs("(none)\n", f);
    }
}

static void unknown_type(const char *type, Error **errp)
{
    g_autoptr(GSList) classes = object_class_get_list(TYPE_DEVICE, true);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (GSList *l = classes; l; l = l->next) {
        g_ptr_array_add(names, (void *)object_class_get_name(l->data));
    }
    const char *nearest = nearest_name(type, names);

    error_setg(errp, "unknown type of device '%s'", type);
    if (nearest) {
        error_append_hint(errp, "did you mean '%s'? ", nearest);
    }
    error_append_hint(errp, "'-device help' lists them");
}

ObjectClass *device_class_find(const char *type, Error **errp)
{
    ObjectClass *klass = object_class_by_name(type);

    if (klass && object_class_dynamic_cast(klass, TYPE_DEVICE)) {
        return klass;
    }
    unknown_type(type, errp);
    return NULL;
}

/* The type that keyvals name: taken out of them. */
static ObjectClass *steal_device_class(GPtrArray *keyvals, Error **errp)
{
    g_autofree char *type = keyval_steal(keyvals, "driver");

    if (!type) {
        error_setg(errp, "no type of device is named");
        error_append_hint(errp,
                          "write -device TYPE[,PROP=VALUE...]; '-device help' lists the types");
        return NULL;
    }
    ObjectClass *klass = device_class_find(type, errp);
    if (klass && object_class_is_abstract(klass)) {
        error_setg(errp, "'%s' is a family of devices, not one", type);
        error_append_hint(errp, "'-device help' lists the types");
        return NULL;
    }
    return klass;
}

OptionResult user_device_help(const char *text, FILE *f, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "driver", errp);

    if (!keyvals) {
        return OPTION_ERROR;
    }
    if (!keyval_wants_help(keyvals)) {
        return OPTION_NEXT;
    }
    if (keyvals->len == 1) {
        list_devices(f, "Devices that -device can add", true);
        list_devices(f, "Devices that machines are made of", false);
        return OPTION_DONE;
    }

    ObjectClass *klass = steal_device_class(keyvals, errp);
    if (!klass) {
        return OPTION_ERROR;
    }
    g_autoptr(Object) obj = object_new_with_class(klass);
    g_autofree char *title = g_strdup_printf("Properties of device %s", object_get_typename(obj));
    object_print_properties(f, title, obj);
    return OPTION_DONE;
}

static bool set_properties(Object *obj, const GPtrArray *keyvals, Error **errp)
{
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!object_property_parse(obj, kv->key, kv->value, errp)) {
            error_default_hint(errp, "'-device %s,help' lists the properties",
                               object_get_typename(obj));
            return false;
        }
    }
    return true;
}

static bool add_to_tree(MachineState *machine, Object *obj, const char *id, Error **errp)
{
    g_autofree char *machine_path = object_get_canonical_path(OBJECT(machine));
    g_autofree char *path =
        g_strdup_printf("%s/%s", machine_path, id ? "peripheral" : "peripheral-anon");
    Object *parent = container_get(object_get_root(), path);
    g_autofree char *name = g_strdup(id);

    for (unsigned n = 0; !name; n++) {
        name = g_strdup_printf("device[%u]", n);
        if (object_property_find(parent, name)) {
            g_clear_pointer(&name, g_free);
        }
    }
    return object_property_try_add_child(parent, name, obj, errp) != NULL;
}

bool user_device_create(MachineState *machine, const char *text, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "driver", errp);
    ObjectClass *klass = keyvals ? steal_device_class(keyvals, errp) : NULL;

    if (!klass) {
        error_prepend(errp, "-device %s: ", text);
        return false;
    }
    if (!DEVICE_CLASS(klass)->user_creatable) {
        error_setg(errp, "-device %s: '%s' is part of a machine and cannot be added", text,
                   object_class_get_name(klass));
        error_append_hint(errp, "'-device help' lists what can");
        return false;
    }

    g_autofree char *id = keyval_steal(keyvals, "id");
    g_autoptr(Object) obj = object_new_with_class(klass);
    if (!set_properties(obj, keyvals, errp) || !add_to_tree(machine, obj, id, errp) ||
        !device_realize(DEVICE(obj), errp)) {
        object_unparent(obj);
        error_prepend(errp, "-device %s: ", text);
        return false;
    }
    return true;
}
