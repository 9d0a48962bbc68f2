/*
 * The interrupt controller that each hart's node in the device tree has, for devices that name it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HART_NODE_H
#define HART_NODE_H

#include "system/fdt.h"

/*
 * Its phandle, for hart number `index`; `tree` is any node of the tree that has the harts' nodes.
 * False where the hart has none; `device` is for the error.
 */
bool hart_node_phandle(DTNode *tree, unsigned index, const char *device, uint32_t *phandle,
                       Error **errp);

#endif
