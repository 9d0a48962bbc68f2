/*
 * TYPE_ACCEL: the base of accelerators, and how -accel finds one.
 *
 * What does not belong here: any particular accelerator.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/accel.h"

#include <string.h>

#include "system/machine.h"
#include "system/prop-help.h"
#include "util/cutils.h"
#include "util/keyval.h"

/* ---- Finding ---- */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(((const AccelClass *)a)->name, ((const AccelClass *)b)->name);
}

/* Every concrete class, by name; the caller frees the list. */
static GSList *accel_list(void)
{
    return g_slist_sort(object_class_get_list(TYPE_ACCEL, false), compare_names);
}

static bool is_called(const AccelClass *ac, const char *name)
{
    return g_str_equal(ac->name, name) || (ac->aliases && g_strv_contains(ac->aliases, name));
}

AccelClass *accel_find(const char *name)
{
    g_autoptr(GSList) classes = accel_list();

    for (GSList *l = classes; l; l = l->next) {
        if (is_called(l->data, name)) {
            return l->data;
        }
    }
    return NULL;
}

AccelClass *accel_default(void)
{
    g_autoptr(GSList) classes = accel_list();

    for (GSList *l = classes; l; l = l->next) {
        if (((const AccelClass *)l->data)->is_default) {
            return l->data;
        }
    }
    return NULL;
}

/* The first of the names, separated by colons, that there is. */
static AccelClass *find_any(const char *names, Error **errp)
{
    g_auto(GStrv) list = g_strsplit(names, ":", -1);

    for (char **name = list; *name; name++) {
        AccelClass *ac = accel_find(*name);

        if (ac) {
            return ac;
        }
    }
    error_setg(errp, "unknown accelerator '%s'", names);
    error_append_hint(errp, "'-accel help' lists them");
    return NULL;
}

/* ---- -accel ---- */

/* The class that keyvals name: taken out of them. */
static AccelClass *steal_class(GPtrArray *keyvals, Error **errp)
{
    g_autofree char *name = keyval_steal(keyvals, "accel");

    if (!name) {
        error_setg(errp, "no accelerator is named");
        error_append_hint(errp, "write -accel NAME[,PROP=VALUE...]; '-accel help' lists the names");
        return NULL;
    }
    return find_any(name, errp);
}

AccelState *accel_parse(const char *text, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "accel", errp);
    AccelClass *ac = keyvals ? steal_class(keyvals, errp) : NULL;

    if (!ac) {
        return NULL;
    }
    g_autoptr(AccelState) accel = ACCEL(object_new_with_class(OBJECT_CLASS(ac)));
    for (guint i = 0; i < keyvals->len; i++) {
        const KeyVal *kv = keyvals->pdata[i];

        if (!object_property_parse(OBJECT(accel), kv->key, kv->value, errp)) {
            error_default_hint(errp, "'-accel %s,help' lists the properties", ac->name);
            return NULL;
        }
    }
    return g_steal_pointer(&accel);
}

static void print_list(FILE *f)
{
    g_autoptr(GSList) classes = accel_list();

    fprintf(f, "Supported accelerators are:\n");
    for (GSList *l = classes; l; l = l->next) {
        const AccelClass *ac = l->data;
        const char *desc = ac->desc ? ac->desc : "";

        for (const char *const *alias = ac->aliases; alias && *alias; alias++) {
            fprintf(f, "%-20s %s (alias of %s)\n", *alias, desc, ac->name);
        }
        fprintf(f, "%-20s %s%s\n", ac->name, desc, ac->is_default ? " (default)" : "");
    }
}

OptionResult accel_help(const char *text, FILE *f, Error **errp)
{
    g_autoptr(GPtrArray) keyvals = keyval_parse(text, "accel", errp);

    if (!keyvals) {
        return OPTION_ERROR;
    }
    if (!keyval_wants_help(keyvals)) {
        return OPTION_NEXT;
    }
    if (keyvals->len == 1) {
        print_list(f);
        return OPTION_DONE;
    }

    AccelClass *ac = steal_class(keyvals, errp);
    if (!ac) {
        return OPTION_ERROR;
    }
    g_autoptr(Object) obj = object_new_with_class(OBJECT_CLASS(ac));
    g_autofree char *title = g_strdup_printf("Properties of accelerator %s", ac->name);
    object_print_properties(f, title, obj);
    return OPTION_DONE;
}

AccelState *current_accel(void)
{
    return current_machine ? current_machine->accelerator : NULL;
}

/* ---- The type ---- */

static const char *const thread_names[] = { "multi", "single", NULL };
static const EnumLookup thread_lookup = { "AccelThread", thread_names };

static int get_thread(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return ACCEL(obj)->single_thread;
}

static bool set_thread(Object *obj, int value, Error **errp G_GNUC_UNUSED)
{
    ACCEL(obj)->single_thread = value;
    ACCEL(obj)->thread_set = true;
    return true;
}

static const char *const turns_names[] = { "free", "spike", NULL };
static const EnumLookup turns_lookup = { "AccelTurns", turns_names };

static int get_turns(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return ACCEL(obj)->spike_turns;
}

static bool set_turns(Object *obj, int value, Error **errp G_GNUC_UNUSED)
{
    ACCEL(obj)->spike_turns = value;
    return true;
}

static void accel_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    object_class_property_add_enum(oc, "thread", &thread_lookup, get_thread, set_thread);
    object_class_property_set_description(
        oc, "thread",
        "multi: a host thread for each CPU; single: one for all of "
        "them in turns");
    object_class_property_add_enum(oc, "turns", &turns_lookup, get_turns, set_turns);
    object_class_property_set_description(
        oc, "turns",
        "spike: thread=single, where harts take turns, look at interrupts and see time go on as in "
        "Spike");
}

/*
 * For each derived class. What the parent is called and that it is the default must not be
 * inherited.
 */
static void accel_class_base_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    AccelClass *ac = ACCEL_CLASS(oc);
    const char *type = object_class_get_name(oc);
    size_t length =
        strlen(type) - (g_str_has_suffix(type, ACCEL_SUFFIX) ? strlen(ACCEL_SUFFIX) : 0);

    g_autofree char *name = g_strndup(type, length);
    ac->name = g_intern_string(name); /* lives as long as the class: as the program */
    ac->aliases = NULL;
    ac->is_default = false;
}

static const TypeInfo accel_type_info = {
    .name = TYPE_ACCEL,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(AccelState),
    .abstract = true,
    .class_size = sizeof(AccelClass),
    .class_init = accel_class_init,
    .class_base_init = accel_class_base_init,
};

static void accel_register_types(void)
{
    type_register_static(&accel_type_info);
}

type_init(accel_register_types)
