/*
 * The list of global properties, and setting them on new devices.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/globals.h"

#include <string.h>

#include "system/user-device.h"
#include "util/keyval.h"

typedef struct GlobalProperty {
    char *driver;
    char *property;
    char *value;
    char *origin;
    bool used;   /* some object took it */
    char *taken; /* what it is in the last one that did, as text; NULL: it cannot be read */
} GlobalProperty;

/* The registry. Rows are added before the board is built, and looked at while it is. */
static struct {
    GPtrArray *rows; /* of GlobalProperty; NULL while empty */
    Error *failed;   /* the first value that was refused */
} globals;

static void global_free(void *data)
{
    GlobalProperty *row = data;

    g_free(row->driver);
    g_free(row->property);
    g_free(row->value);
    g_free(row->origin);
    g_free(row->taken);
    g_free(row);
}

bool globals_add(const char *driver, const char *property, const char *value, const char *origin,
                 Error **errp)
{
    if (!device_class_find(driver, errp)) {
        return false;
    }

    GlobalProperty *row = g_new0(GlobalProperty, 1);
    row->driver = g_strdup(driver);
    row->property = g_strdup(property);
    row->value = g_strdup(value);
    row->origin = g_strdup(origin);
    if (!globals.rows) {
        globals.rows = g_ptr_array_new_with_free_func(global_free);
    }
    g_ptr_array_add(globals.rows, row);
    return true;
}

static bool bad_form(Error **errp)
{
    error_setg(errp, "not of the form TYPE.PROP=VALUE");
    error_append_hint(errp, "for example -global riscv-cpu.misaligned=off, or "
                            "driver=TYPE,property=PROP,value=VALUE");
    return false;
}

static bool parse_long_form(const char *text, const char *origin, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, NULL, errp);

    if (!keyvals) {
        return false;
    }
    g_autofree char *driver = keyval_steal(keyvals, "driver");
    g_autofree char *property = keyval_steal(keyvals, "property");
    g_autofree char *value = keyval_steal(keyvals, "value");
    if (!driver || !property || !value || keyvals->len) {
        return bad_form(errp);
    }
    return globals_add(driver, property, value, origin, errp);
}

bool globals_parse(const char *text, Error **errp)
{
    g_autofree char *origin = g_strdup_printf("-global %s", text);
    const char *equals = strchr(text, '=');

    if (g_str_has_prefix(text, "driver=")) {
        return parse_long_form(text, origin, errp);
    }
    /* The name of a type may have dots (a version), that of a property has none. */
    const char *dot = equals ? g_strrstr_len(text, equals - text, ".") : NULL;
    if (!dot || dot == text || dot + 1 == equals) {
        return bad_form(errp);
    }
    g_autofree char *driver = g_strndup(text, (size_t)(dot - text));
    g_autofree char *property = g_strndup(dot + 1, (size_t)(equals - dot - 1));
    return globals_add(driver, property, equals + 1, origin, errp);
}

bool globals_apply(Object *obj, Error **errp)
{
    for (guint i = 0; globals.rows && i < globals.rows->len; i++) {
        GlobalProperty *row = globals.rows->pdata[i];
        Error *err = NULL;

        if (!object_dynamic_cast(obj, row->driver)) {
            continue;
        }
        row->used = true;
        if (!object_property_parse(obj, row->property, row->value, &err)) {
            error_prepend(&err, "%s: ", row->origin);
            error_default_hint(&err, "'-device %s,help' lists the properties",
                               object_get_typename(obj));
            if (!globals.failed) {
                globals.failed = error_copy(err);
            }
            error_propagate(errp, err);
            return false;
        }
    }
    for (guint i = 0; globals.rows && i < globals.rows->len; i++) {
        GlobalProperty *row = globals.rows->pdata[i];

        if (object_dynamic_cast(obj, row->driver)) {
            g_free(row->taken);
            row->taken = object_property_print(obj, row->property, NULL);
        }
    }
    return true;
}

bool globals_check_device(Object *obj, Error **errp)
{
    for (guint i = 0; globals.rows && i < globals.rows->len; i++) {
        const GlobalProperty *row = globals.rows->pdata[i];

        if (!row->taken || !object_dynamic_cast(obj, row->driver)) {
            continue;
        }
        g_autofree char *now = object_property_print(obj, row->property, NULL);
        if (g_strcmp0(now, row->taken) != 0) {
            error_setg(errp, "%s: '%s' is the machine's to set, here to %s", row->origin,
                       row->property, now);
            error_append_hint(errp, "leave it out");
            return false;
        }
    }
    return true;
}

bool globals_check(Error **errp)
{
    if (globals.failed) {
        error_propagate(errp, g_steal_pointer(&globals.failed));
        return false;
    }
    for (guint i = 0; globals.rows && i < globals.rows->len; i++) {
        const GlobalProperty *row = globals.rows->pdata[i];

        if (!row->used) {
            warn_report("%s: has no effect, the machine has no device of type '%s'", row->origin,
                        row->driver);
        }
    }
    return true;
}

void globals_cleanup(void)
{
    g_clear_pointer(&globals.rows, g_ptr_array_unref);
    g_clear_pointer(&globals.failed, error_free);
}
