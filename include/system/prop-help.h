/*
 * The list of properties that "NAME,help" prints for a machine, an accelerator or a device.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_PROP_HELP_H
#define SYSTEM_PROP_HELP_H

#include <stdio.h>

#include "qom/object.h"

/*
 * Print title and a colon, then each property of obj that can be set: name, type, description, and
 * as default the value that it has now. obj is freshly made.
 */
void object_print_properties(FILE *f, const char *title, Object *obj);

#endif
