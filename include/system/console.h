/*
 * The console: where a guest's characters go to and come from, the emulator's own stdout and stdin.
 *
 * Input is read from the host only when a device asks for it, so that what nobody wants stays for
 * whoever comes next (the shell). What does not belong here: any device's registers.
 *
 * All functions are called with the big lock held.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_CONSOLE_H
#define SYSTEM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qom/object.h"

/*
 * Properties: "input", "output" and "errors" are file descriptors of the host, by default 0, 1 and
 * 2. They are not closed. A terminal as input is switched to single characters without echo at the
 * first request, and back when the console is finalized.
 */
#define TYPE_CONSOLE "console"
OBJECT_DECLARE_SIMPLE_TYPE(Console, CONSOLE)

/*
 * The one device that receives input. `fn` is called from the main loop, big lock held, once for
 * each request, with at least one byte, or with none at the end of input.
 */
typedef void ConsoleInputFn(void *opaque, const uint8_t *data, size_t len);
void console_set_receiver(Console *console, ConsoleInputFn *fn, void *opaque);

/* Ask for up to `max` bytes (not 0); a second request before the answer replaces the first. */
void console_request_input(Console *console, size_t max);
/* Forget the request. */
void console_cancel_input(Console *console);

/*
 * Write all of it, at once and unbuffered; false, with errno set, where the host does not take it.
 */
bool console_write(Console *console, const void *data, size_t len);
/* The same to where the guest's error messages go. */
bool console_write_error(Console *console, const void *data, size_t len);

#endif
