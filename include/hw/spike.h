/*
 * The spike machine, as the ground of other boards: one that is a spike with more devices.
 *
 * Such a board's type has MACHINE_TYPE_NAME("spike") as its parent, and an init function of its own
 * that calls the three functions below in that order, the middle one as often as it likes. What
 * does not belong here: the parts of a board that has nothing in common with spike (boot.h and the
 * devices' own headers).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_SPIKE_H
#define HW_SPIKE_H

#include "system/machine.h"

/* Everything that spike has but the device tree. */
bool spike_create(MachineState *machine, Error **errp);

/*
 * A device of that type, at /machine/soc/TYPE, with its first region mapped at `base` and its node
 * in the device tree below /soc. Its properties are their defaults, or what -global says.
 */
bool spike_add_device(MachineState *machine, const char *type, hwaddr base, Error **errp);

/* The device tree and the boot ROM. */
bool spike_finish(MachineState *machine, Error **errp);

#endif
