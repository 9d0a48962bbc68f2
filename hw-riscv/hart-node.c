/*
 * Harts in the device tree: see hart-node.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hart-node.h"

bool hart_node_phandle(DTNode *tree, unsigned index, const char *device, uint32_t *phandle,
                       Error **errp)
{
    g_autofree char *path = g_strdup_printf("/cpus/cpu@%x/interrupt-controller", index);
    DTNode *intc = dt_find(tree, path);

    if (!intc) {
        error_setg(errp, "%s: the device tree has no node %s", device, path);
        error_append_hint(errp, "num-harts must be the number of harts");
        return false;
    }
    *phandle = dt_phandle(intc);
    return true;
}
