/*
 * Devices that the user adds with -device.
 *
 * What does not belong here: devices that are part of a board (its init function makes them).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_USER_DEVICE_H
#define SYSTEM_USER_DEVICE_H

#include "system/machine.h"
#include "util/option.h"

/*
 * The class of a type of device, abstract or not; NULL and an error, with the nearest name, if
 * there is none.
 */
ObjectClass *device_class_find(const char *type, Error **errp);

/*
 * Prints to f what -device's argument text asks for: "help" the types of devices, "TYPE,help" the
 * properties of one. OPTION_DONE if it did, OPTION_NEXT if text asks for neither.
 */
OptionResult user_device_help(const char *text, FILE *f, Error **errp);

/*
 * Makes and realizes the device "TYPE[,id=ID][,PROP=VALUE...]". It becomes a child of the machine's
 * container "peripheral" under its id, or of "peripheral-anon" as device[n]. The type must allow
 * it.
 */
bool user_device_create(MachineState *machine, const char *text, Error **errp);

#endif
