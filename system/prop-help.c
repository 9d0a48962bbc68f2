/*
 * Printing the properties of an object for "NAME,help".
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/prop-help.h"

#include "util/option.h"

/* What the property is when nobody sets it, as text in brackets; "" where that says nothing. */
static char *default_text(Object *obj, const ObjectProperty *prop)
{
    g_autofree char *value = prop->get ? object_property_print(obj, prop->name, NULL) : NULL;

    return value && *value ? g_strdup_printf(" (default: %s)", value) : g_strdup("");
}

void object_print_properties(FILE *f, const char *title, Object *obj)
{
    g_autoptr(GString) help = g_string_new(NULL);
    ObjectPropertyIterator iter;
    const ObjectProperty *prop;

    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        if (!prop->set || g_str_equal(prop->name, "realized")) {
            continue;
        }
        g_autofree char *head = g_strdup_printf("%s=<%s>", prop->name, prop->type);
        g_autofree char *deflt = default_text(obj, prop);
        g_autofree char *text =
            g_strdup_printf("%s%s", prop->description ? prop->description : "", deflt);
        help_append_entry(help, head, g_strchug(text));
    }
    fprintf(f, "%s:\n%s", title, help->len ? help->str : "  (none)\n");
}
