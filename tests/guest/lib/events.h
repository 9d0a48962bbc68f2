/*
 * Event numbers of the programmable counters.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_EVENTS_H
#define GUEST_EVENTS_H

#define EVENT_CYCLES 1
#define EVENT_INSTRUCTIONS 2
#define EVENT_LOADS 0x10018
#define EVENT_LOAD_TLB_MISSES 0x10019
#define EVENT_STORES 0x1001a
#define EVENT_STORE_TLB_MISSES 0x1001b
#define EVENT_FETCH_TLB_MISSES 0x10021
#define EVENT_BRANCHES 0x20001
#define EVENT_BRANCHES_TAKEN 0x20002

#define EVENT_OF (1ul << 63)
#define EVENT_MINH (1ul << 62)
#define EVENT_SINH (1ul << 61)
#define EVENT_UINH (1ul << 60)

#endif
