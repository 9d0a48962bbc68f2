/*
 * PLIC, the platform-level interrupt controller: it gives the interrupts of devices to harts.
 *
 * A context is a privilege mode of a hart that interrupts are given to. With 'supervisor' context
 * 2 * i is machine mode of hart i and 2 * i + 1 its supervisor mode; without, context i is machine
 * mode of hart i.
 *
 *   0x000000 + 4 * s                   priority of source s, 0 (never) to PLIC_MAX_PRIORITY
 *   0x001000 + 4 * w                   pending bits of sources 32 * w to 32 * w + 31; read only
 *   0x002000 + 0x80 * c + 4 * w        which of those sources context c gets
 *   0x200000 + 0x1000 * c              threshold of context c: only higher priorities interrupt it
 *   0x200004 + 0x1000 * c              load: claim a source, 0 if there is none; store: complete it
 *
 * There is no source 0. Everything else in its range reads as zero and ignores stores. Accesses are
 * 4 or 8 bytes wide and aligned; one of 8 bytes is two of 4.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_PLIC_H
#define HW_PLIC_H

#include "system/device.h"

#define TYPE_PLIC "plic"
OBJECT_DECLARE_SIMPLE_TYPE(PLICState, PLIC)

#define PLIC_SIZE 0x1000000
#define PLIC_MAX_SOURCES 1023
#define PLIC_MAX_HARTS 512
#define PLIC_MAX_PRIORITY 15 /* as in Spike */

#define PLIC_PRIORITY 0x0
#define PLIC_PENDING 0x1000
#define PLIC_ENABLE 0x2000
#define PLIC_ENABLE_STRIDE 0x80
#define PLIC_CONTEXT 0x200000
#define PLIC_CONTEXT_STRIDE 0x1000
#define PLIC_THRESHOLD 0x0 /* of a context */
#define PLIC_CLAIM 0x4

/*
 * Properties: "num-harts" (1 to PLIC_MAX_HARTS), "supervisor" (harts have that mode), "num-sources"
 * (1 to PLIC_MAX_SOURCES, Spike's 31). Input s is source s, a level (0 leads nowhere); output pin c
 * interrupts context c. Region 0 is PLIC_SIZE bytes long.
 */

#endif
