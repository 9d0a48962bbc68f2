/*
 * Global properties: what -global (and -cpu) says about every device of a type, before there is
 * one.
 *
 * A list of (driver, property, value); each device gets the values of its own type and of the types
 * that it is derived from when it is created. What its board would replace is an error. What
 * does not belong here: properties themselves (qom/property.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_GLOBALS_H
#define SYSTEM_GLOBALS_H

#include "qom/object.h"

/*
 * Note value as text for property `property` of every device of type `driver` (a QOM type name)
 * made from now on; a later row wins. All strings are copied. origin is what the user wrote
 * ("-global a.b=1"): errors and warnings begin with it. False and an error where driver is no
 * device type.
 */
bool globals_add(const char *driver, const char *property, const char *value, const char *origin,
                 Error **errp);

/*
 * The same from -global's argument: DRIVER.PROP=VALUE or driver=DRIVER,property=PROP,value=VALUE.
 */
bool globals_parse(const char *text, Error **errp);

/*
 * Set what the list says about obj. Instance post-init of TYPE_DEVICE calls this (with errp NULL:
 * nobody can take an error there); the first failure is kept for globals_check(), so it is never
 * lost.
 */
bool globals_apply(Object *obj, Error **errp);

/*
 * Has the machine, which made this device, left to it what the list says? Called before it is
 * realized. False and an error where a value was replaced: the user would ask for it in vain.
 */
bool globals_check_device(Object *obj, Error **errp);

/*
 * After the board is built: false and an error where a value was refused. A row that no object
 * wanted is warned about.
 */
bool globals_check(Error **errp);

/* Forget everything. */
void globals_cleanup(void);

#endif
