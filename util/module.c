/*
 * The lists of announced functions, one per kind.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/module.h"

#include <glib.h>
#include <stdlib.h>

#include "util/error.h"

typedef struct ModuleList {
    GArray *functions; /* of ModuleInitFunc *; NULL until one is announced and after the run */
    enum { NOT_RUN, RUNNING, HAS_RUN } state;
} ModuleList;

/* The registry that constructors fill; nothing else in this file is kept. */
static ModuleList module_lists[MODULE_INIT_MAX];

void register_module_init(ModuleInitFunc *fn, module_init_type type)
{
    g_assert(type < MODULE_INIT_MAX);
    ModuleList *list = &module_lists[type];

    if (list->state == HAS_RUN) {
        error_report("an init function of kind %d was announced after its kind had run", type);
        abort();
    }
    if (!list->functions) {
        list->functions = g_array_new(FALSE, FALSE, sizeof(ModuleInitFunc *));
    }
    g_array_append_val(list->functions, fn);
}

void module_call_init(module_init_type type)
{
    g_assert(type < MODULE_INIT_MAX);
    ModuleList *list = &module_lists[type];

    if (list->state != NOT_RUN) {
        return;
    }
    list->state = RUNNING;
    /* The array may grow, and be created, while its functions run. */
    for (unsigned i = 0; list->functions && i < list->functions->len; i++) {
        ModuleInitFunc *fn = g_array_index(list->functions, ModuleInitFunc *, i);
        fn();
    }
    list->state = HAS_RUN;
    g_clear_pointer(&list->functions, g_array_unref);
}
