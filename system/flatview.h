/*
 * What memory.c asks of flatview.c: flatten anew.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef FLATVIEW_H
#define FLATVIEW_H

#include "system/memory.h"

/* Compute as->ranges from the tree below as->root, which may be NULL. */
void address_space_flatten(AddressSpace *as);

#endif
