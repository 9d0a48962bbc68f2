/*
 * The none machine: no hart, no memory, no device. For looking at the object model and the options.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/machine.h"

static void none_machine_class_init(MachineClass *mc)
{
    mc->desc = "empty machine";
}

DEFINE_MACHINE("none", none_machine_class_init)
