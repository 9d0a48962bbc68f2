/*
 * Goldfish RTC, the real-time clock of Android's emulator: nanoseconds since 1970, and an alarm.
 *
 *   0x00   TIME_LOW          load: lower half of the time, whose upper half TIME_HIGH then has;
 *                            store: set that half
 *   0x04   TIME_HIGH         load: as TIME_LOW left it; store: set the upper half
 *   0x08   ALARM_LOW         load: lower half of the alarm's time; store: set it, and the alarm
 *   0x0c   ALARM_HIGH        load: upper half of it; store: set that half, which counts from the
 *                            next store to ALARM_LOW on
 *   0x10   IRQ_ENABLED       bit 0: an alarm that is reached raises the interrupt
 *   0x14   CLEAR_ALARM       store: no alarm
 *   0x18   ALARM_STATUS      load: 1 while an alarm is set that is not reached yet
 *   0x1c   CLEAR_INTERRUPT   store: lower the interrupt
 *
 * Everything else in its range reads as zero and ignores stores. Accesses are 4 bytes wide and
 * aligned. A time that a guest has set survives reset.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_GOLDFISH_RTC_H
#define HW_GOLDFISH_RTC_H

#include "system/device.h"
#include "system/wall-clock.h"

#define TYPE_GOLDFISH_RTC "goldfish-rtc"
OBJECT_DECLARE_SIMPLE_TYPE(GoldfishRTCState, GOLDFISH_RTC)

#define GOLDFISH_RTC_SIZE 0x1000

enum {
    GOLDFISH_RTC_TIME_LOW = 0x00,
    GOLDFISH_RTC_TIME_HIGH = 0x04,
    GOLDFISH_RTC_ALARM_LOW = 0x08,
    GOLDFISH_RTC_ALARM_HIGH = 0x0c,
    GOLDFISH_RTC_IRQ_ENABLED = 0x10,
    GOLDFISH_RTC_CLEAR_ALARM = 0x14,
    GOLDFISH_RTC_ALARM_STATUS = 0x18,
    GOLDFISH_RTC_CLEAR_INTERRUPT = 0x1c,
};

/*
 * Properties: link "wall-clock" (the date and time it starts with and goes on with). Output pin 0
 * is the interrupt. Region 0 is GOLDFISH_RTC_SIZE bytes long.
 */

#endif
