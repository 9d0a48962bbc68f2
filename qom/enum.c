/*
 * Names of enum values.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "qom/property.h"

const char *enum_lookup_name(const EnumLookup *lookup, int value)
{
    for (int i = 0; lookup->names[i]; i++) {
        if (i == value) {
            return lookup->names[i];
        }
    }
    g_assert_not_reached();
}

int enum_lookup_value(const EnumLookup *lookup, const char *name, Error **errp)
{
    for (int i = 0; lookup->names[i]; i++) {
        if (strcmp(lookup->names[i], name) == 0) {
            return i;
        }
    }
    g_autofree char *valid = g_strjoinv(", ", (char **)lookup->names);
    error_setg(errp, "'%s' is not one of %s", name, valid);
    return -1;
}
