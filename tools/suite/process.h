/*
 * A process whose output is kept.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SUITE_PROCESS_H
#define SUITE_PROCESS_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "capture.h"
#include "util/error.h"

typedef struct Stream {
    int fd;
    guint source; /* reads from it; 0: it has ended */
    Capture capture;
} Stream;

typedef struct Process {
    pid_t pid; /* which is its process group, too */
    Stream out, err;
} Process;

/*
 * Starts a program (of the search path, if its name has no slash) with these words, which NULL
 * ends. From then on the main loop reads what it prints; `ended` gets its status of waitpid(). It
 * has no input.
 */
bool process_start(Process *process, char **words, GChildWatchFunc ended, void *opaque,
                   Error **errp);

/* Ends it at once, with all that it has started. */
void process_kill(const Process *process);

/* Reads what is still there when it has ended. */
void process_read_rest(Process *process);

/* After its end: forgets what it printed. */
void process_clear(Process *process);

#endif /* SUITE_PROCESS_H */
