/*
 * Ending, stopping and resetting the machine: requests from devices and the user to the main loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_RUNSTATE_H
#define SYSTEM_RUNSTATE_H

#include <stdbool.h>

#include "util/error.h"

/*
 * For verdicts, which say why (system/verdict.h): nobody else ends a run.
 * Any thread. The program ends with `status` once the main loop sees it; the first request wins. A
 * process has only the low 8 bits of a status: one that is 0 there, and not as a whole, becomes
 * 255.
 */
void system_shutdown_request(int status);
/*
 * Any thread. Reset the machine and start again; with -no-reboot the program ends instead, with
 * status 0.
 */
void system_reset_request(void);
/* True once it was requested: vCPUs run no further, after a shutdown never, else until the reset. */
bool system_shutdown_requested(void);
bool system_reset_requested(void);

/*
 * Any thread. Stop the machine without ending it, as vm_stop() does; soon, and no vCPU begins another
 * block before.
 */
void system_stop_request(void);
bool system_stop_requested(void);

/*
 * The main loop's thread, without the big lock. While the machine is stopped, no vCPU executes guest
 * code and guest time stands still; the main loop goes on, with the console's escapes and whoever
 * else it serves. A machine is stopped before it is started. To start one that runs, or to stop
 * one that is stopped, does nothing.
 */
void vm_start(void);
void vm_stop(void);
bool vm_running(void);
/*
 * As a guest's system_reset_request(), but at once, whatever -no-reboot says, and a machine that
 * is stopped stays so. False: images could not be loaded again, and the machine cannot go on.
 */
bool vm_reset(Error **errp);
/* Is called, by the main loop's thread, each time the machine has been stopped. NULL: nobody is. */
void vm_set_stop_notifier(void (*fn)(void *opaque), void *opaque);

/* main()'s three steps. */

/*
 * Bring the machine into being, ready to run. False: the program ends with *status (help was
 * printed: 0, or an error: 1).
 */
bool rvemu_init(int argc, char **argv, int *status);
/* Run until a shutdown is requested, and return its status. */
int rvemu_main_loop(void);
/* Finalize every object; also after an rvemu_init() that failed. */
void rvemu_cleanup(void);

/* For the main loop: the requests, and taking one. */
bool runstate_take_reset(void);
int runstate_exit_status(void);
/* Forget every request, and the verdict; for rvemu_cleanup() and tests. */
void runstate_clear(void);

#endif
