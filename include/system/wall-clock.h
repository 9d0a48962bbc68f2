/*
 * The date and time of day that a guest finds (-rtc).
 *
 * Every real-time clock of a machine gets them here, so that a run can be recorded or be made to
 * repeat. What does not belong here: any device's registers, and time since reset (system/clock.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_WALL_CLOCK_H
#define SYSTEM_WALL_CLOCK_H

#include "system/clock.h"
#include "util/error.h"

/*
 * Properties: "base" (utc, localtime: the host's; or the date to start with) and "clock" (host: it
 * goes on with the host's time of day; vm: with guest time).
 */
#define TYPE_WALL_CLOCK "wall-clock"
OBJECT_DECLARE_SIMPLE_TYPE(WallClock, WALL_CLOCK)

/* From "[base=utc|localtime|DATE][,clock=host|vm]". The caller owns the object. */
WallClock *wall_clock_parse(const char *text, Error **errp);
/* Its properties in that form; the caller frees it. */
char *wall_clock_print(const WallClock *wall);

/*
 * Let it begin, once; `clock` is guest time, which it needs for as long as it lives. Where
 * `by_instructions` move that (-icount), clock=vm is the default and clock=host an error.
 */
bool wall_clock_start(WallClock *wall, VirtualClock *clock, bool by_instructions, Error **errp);

/* Nanoseconds since 1970 began; any thread, no lock. */
int64_t wall_clock_ns(const WallClock *wall);
/*
 * Guest time at which it will show `ns`: exactly with clock=vm. With clock=host as things stand, as
 * the host's may be set meanwhile: who waits for it looks again.
 */
uint64_t wall_clock_deadline_ns(const WallClock *wall, int64_t ns);
/* Guest time, for timers that wait for it. */
VirtualClock *wall_clock_timers(const WallClock *wall);

#endif
