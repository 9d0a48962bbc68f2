/*
 * Instruction counting (-icount): virtual time is the number of instructions executed.
 *
 * The clock goes on by a fixed number of nanoseconds with each instruction, whichever hart executes
 * it: all harts take turns on one thread, and that thread's instructions are counted. So a run
 * repeats exactly. What does not belong here: the turns (system/cpus.c), and stopping at an exact
 * instruction (the accelerator).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_ICOUNT_H
#define SYSTEM_ICOUNT_H

#include "system/clock.h"
#include "system/cpu.h"

/*
 * Properties: "shift" (0..10 or auto: an instruction takes 2^shift ns) and "sleep" (bool: while no
 * hart has anything to do, wait as long as guest time says; off: go on at the next deadline at once).
 */
#define TYPE_ICOUNT "icount"
OBJECT_DECLARE_SIMPLE_TYPE(ICount, ICOUNT)

/* From "[shift=]N|auto[,sleep=on|off]". The caller owns the object. */
ICount *icount_parse(const char *text, Error **errp);
/*
 * Let instructions move `clock` from now on; it stands still, and lives as long as `icount`.
 * `by_rounds`: what is executed moves it by icount_end_round() alone.
 */
void icount_use_clock(ICount *icount, VirtualClock *clock, bool by_rounds);
bool icount_sleeps(const ICount *icount);

/* ---- for the thread that runs the harts ---- */

/* Guest time until the next timer: 0 if it is due, UINT64_MAX if there is none. */
uint64_t icount_deadline_ns(ICount *icount);
/* The same in instructions: after so many, and not before, the timer is due. INT64_MAX: never. */
int64_t icount_deadline(ICount *icount);
/* Run what is due; not under the big lock. */
void icount_run_timers(ICount *icount);
/* Let time pass in which no hart does anything. */
void icount_advance(ICount *icount, uint64_t ns);
/* Around exec() of `cpu` with an exact budget; between them the clock is right at each instruction. */
void icount_enter(ICount *icount, CPUState *cpu, int64_t budget);
void icount_leave(ICount *icount);
/* Each hart had a turn of `insns`: time goes on by that, and what is due runs; not under the big lock. */
void icount_end_round(ICount *icount, int64_t insns);

#endif
