/*
 * Guest time: the virtual clock, its timers, and the timebase that harts and CLINT count in.
 *
 * The virtual clock counts nanoseconds of guest time since reset; it stands still while the machine
 * is stopped. Every source of guest time goes through here, so that a run can be recorded or driven
 * by instruction count. What does not belong here: what a device does when its timer fires.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_CLOCK_H
#define SYSTEM_CLOCK_H

#include <stdbool.h>
#include <inttypes.h>

#include "qom/object.h"

#define TYPE_VIRTUAL_CLOCK "virtual-clock"
OBJECT_DECLARE_SIMPLE_TYPE(VirtualClock, VIRTUAL_CLOCK)

#define NANOSECONDS_PER_SECOND 1000000000ull

uint64_t host_clock_ns(void); /* the host's monotonic clock, which is no time that a guest may see */
uint64_t virtual_clock_ns(VirtualClock *clock); /* any thread, no lock */
/*
 * A new clock stands still at 0. Starting a clock that runs, or stopping one that stands, does
 * nothing.
 */
void virtual_clock_start(VirtualClock *clock);
void virtual_clock_stop(VirtualClock *clock);

/*
 * What moves the clock while it runs: nanoseconds that never decrease, from any start; any thread.
 * The host's monotonic clock is the default. Whoever sets another one (instruction counting, a
 * test) also drives the timers: it asks for the next deadline (UINT64_MAX: none) and runs what is
 * due, holding the big lock. `sooner` (NULL: none) tells it, on any thread and without lock, that a
 * timer was set for earlier than the deadline that it got last. Set while the clock stands still.
 */
typedef uint64_t ClockSourceFn(void *opaque);
typedef void ClockSoonerFn(void *opaque);
void virtual_clock_set_source(VirtualClock *clock, ClockSourceFn *fn, ClockSoonerFn *sooner,
                              void *opaque);
uint64_t virtual_clock_deadline_ns(VirtualClock *clock);
bool virtual_clock_has_timers(VirtualClock *clock); /* that will fire; any thread */
void virtual_clock_run_timers(VirtualClock *clock);

/*
 * A one-shot timer; its callback runs with the big lock held: in the main loop's thread, or in that
 * of whoever drives the clock. The callback may come late and, where timer_mod() or timer_del() are
 * called without that lock, once more than expected: it looks at the clock, not at the fact that it
 * was called. A timer keeps a reference to its clock.
 */
typedef struct Timer Timer;
typedef void TimerFn(void *opaque);
Timer *timer_new(VirtualClock *clock, TimerFn *fn, void *opaque);
void timer_free(Timer *timer); /* with the big lock, or after the main loop; NULL is fine */
/*
 * Fire when the clock reaches `deadline_ns` (soon, if it has); replaces an earlier deadline.
 * UINT64_MAX is never. Any thread.
 */
void timer_mod(Timer *timer, uint64_t deadline_ns);
void timer_del(Timer *timer); /* any thread */

/*
 * The timebase: a 64-bit counter at a fixed frequency on the virtual clock. It is what the
 * privileged specification calls mtime: CLINT shows it to loads and stores, `time` to CSR reads,
 * Sstc compares with it. Properties: "frequency" (Hz, default 10 MHz as Spike has it), link
 * "clock", to be set before use.
 */
#define TYPE_TIMEBASE "timebase"
OBJECT_DECLARE_SIMPLE_TYPE(Timebase, TIMEBASE)

uint64_t timebase_frequency(Timebase *tb);
uint64_t timebase_read(Timebase *tb);              /* any thread, no lock */
/* Under the big lock. Who compares with the counter has to look again: see the notifier. */
void timebase_write(Timebase *tb, uint64_t ticks);
/*
 * Clock time from which on the counter is at least `ticks`: 0 where it is already, UINT64_MAX where
 * that lies beyond the clock's range.
 */
uint64_t timebase_deadline_ns(Timebase *tb, uint64_t ticks);
VirtualClock *timebase_clock(Timebase *tb);
/* `fn` is called (big lock held) after the counter was written, so that comparators look again. */
typedef void TimebaseNotifyFn(void *opaque);
void timebase_add_notifier(Timebase *tb, TimebaseNotifyFn *fn, void *opaque);
void timebase_remove_notifier(Timebase *tb, TimebaseNotifyFn *fn, void *opaque);

#endif
