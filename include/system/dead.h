/*
 * Dead guests: finding out that no hart can ever do anything again.
 *
 * A CPU is stuck where it waits for an interrupt, or goes round for ever without effect, as its
 * class says (CPUClass.wakes, CPUClass.describe_stuck). The guest is dead when all CPUs are, and
 * nothing that could still happen by itself would wake one: a timer, input from outside. What does
 * not belong here: what an instruction or an interrupt is, and how the run ends (system/verdict.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_DEAD_H
#define SYSTEM_DEAD_H

#include "system/cpu.h"

/*
 * What could make a guest be dead has changed: the main loop shall look. Any thread, whatever locks
 * it holds.
 */
void dead_suspect(void);
/* `cpu` got stuck, or goes to sleep: the same, unless it is plain that something will wake it. */
void dead_suspect_cpu(CPUState *cpu);
/*
 * A vCPU's thread, without the big lock, which is about to end the run for another reason: is the
 * main loop to look at the guest first? Without that question it would depend on the host's threads
 * which of the two comes first. If the guest is alive after all, the answer will be no soon.
 */
bool dead_decides_first(void);
/* Main loop, after each event, without the big lock: the verdict, if there is one to give. */
void dead_check(void);

#endif
