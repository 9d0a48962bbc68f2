/*
 * Limits of a run (-limit): how many instructions, how many seconds, and whether a guest that is
 * dead ends it.
 *
 * What does not belong here: what ends with the run (system/verdict.h), and how a dead guest is
 * found out (system/dead.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_RUN_LIMIT_H
#define SYSTEM_RUN_LIMIT_H

#include "system/cpu.h"

/*
 * Properties: "insns" (retired by all harts together; 0: any number), "seconds" (of the host; 0:
 * any number) and "dead" (bool: a dead guest ends the run).
 */
#define TYPE_RUN_LIMIT "run-limit"
OBJECT_DECLARE_SIMPLE_TYPE(RunLimit, RUN_LIMIT)

/* From "[insns=]N,seconds=N,dead=on|off". The caller owns the object. */
RunLimit *run_limit_parse(const char *text, Error **errp);
/* As run_limit_parse() takes it; the caller frees. */
char *run_limit_print(const RunLimit *limit);

/* All that follow take NULL for no limit. */

bool run_limit_ends_dead(const RunLimit *limit);
/* For the main loop, around it: count seconds. */
void run_limit_start(RunLimit *limit);
void run_limit_stop(RunLimit *limit);
/*
 * For who runs a CPU, any thread: how much of `budget` it may get, and then *exact is set where it
 * must not run on to the end of a block. With one thread of harts the run ends at the very
 * instruction; where others run at the same time, each may get a budget's worth further.
 */
int64_t run_limit_budget(const RunLimit *limit, int64_t budget, bool *exact);
/* `cpu`, which this thread ran, has retired so many instructions since. No lock is held. */
void run_limit_count(RunLimit *limit, CPUState *cpu, uint64_t insns);

#endif
