/*
 * The server that gdb connects to (`target remote`): one session at a time, served by the main
 * loop.
 *
 * What does not belong here: how a vCPU stops at a breakpoint (debug.h), registers (CPUClass).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_GDBSTUB_H
#define SYSTEM_GDBSTUB_H

#include "system/machine.h"

#define TYPE_GDB_SERVER "gdb-server"
typedef struct GdbServer GdbServer;
OBJECT_DECLARE_SIMPLE_TYPE(GdbServer, GDB_SERVER)

/*
 * What machine->gdb says, as a child of the machine: machine->gdb_server. Nothing where it says
 * nothing. False and an error; also where nobody could start the machine.
 */
bool gdb_server_create(MachineState *machine, Error **errp);
/* The program is about to end: tell gdb, and serve no one any more. NULL is fine. */
void gdb_server_end(GdbServer *gdb, int status);

/*
 * The guest has ended itself, but gdb was told that it stands still, and may look at it until it lets
 * it go on. Main loop; stops the machine. NULL is fine.
 */
bool gdb_server_holds_end(GdbServer *gdb);

/* Is there a gdb that has the machine? Any thread. */
bool gdb_server_attached(GdbServer *gdb);

/* gdb's own numbers: gdb's manual does not list them, include/gdb/signals.def of gdb does. */
enum {
    GDB_SIGNAL_0 = 0,
    GDB_SIGNAL_INT = 2,
    GDB_SIGNAL_TRAP = 5,
    GDB_SIGNAL_ABRT = 6,
    GDB_SIGNAL_XCPU = 24
};

#endif
