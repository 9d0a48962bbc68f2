/*
 * Triggers for guest programs: the fields of their registers (Debug specification, Sdtrig), and
 * setting them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_TRIGGER_H
#define GUEST_TRIGGER_H

#include "guest.h"

#define TRIGGER_COUNT 4

#define TYPE(n) ((uint64_t)(n) << 60)
#define MCONTROL TYPE(2)
#define ICOUNT TYPE(3)
#define ITRIGGER TYPE(4)
#define ETRIGGER TYPE(5)
#define MCONTROL6 TYPE(6)
#define DISABLED TYPE(15)

/* Both mcontrols. */
#define ON_LOAD (1ul << 0)
#define ON_STORE (1ul << 1)
#define ON_EXECUTE (1ul << 2)
#define IN_U (1ul << 3)
#define IN_S (1ul << 4)
#define IN_M (1ul << 6)
#define MATCH(n) ((uint64_t)(n) << 7)
#define CHAIN (1ul << 11)
enum { EQUAL, NAPOT, GREATER_EQUAL, LESS, MASK_LOW, MASK_HIGH, NOT = 8 };

#define MCONTROL_TIMING (1ul << 18)
#define MCONTROL_SELECT (1ul << 19)
#define MCONTROL_HIT (1ul << 20)
#define SIZE(n) ((uint64_t)(n) << 16)
enum { ANY_SIZE, BITS_8, BITS_16, BITS_32, BITS_64 = 5, BITS_128 };
#define SELECT (1ul << 21)
#define HIT_BEFORE (1ul << 22)
#define HIT_AFTER (1ul << 22 | 1ul << 25)

/* The other types. */
#define OTHER_U (1ul << 6)
#define OTHER_S (1ul << 7)
#define OTHER_M (1ul << 9)
#define PENDING (1ul << 8)
#define COUNT(n) ((uint64_t)(n) << 10)
#define ICOUNT_HIT (1ul << 24)
#define TRAP_HIT (1ul << 58)

#define TCONTROL_MTE (1ul << 3)
#define TCONTROL_MPTE (1ul << 7)

/* In the order that the specification wants. */
static inline void trigger_set3(unsigned n, uint64_t tdata1, uint64_t tdata2, uint64_t tdata3)
{
    csr_write(tselect, n);
    csr_write(tdata1, 0);
    csr_write(tdata2, tdata2);
    csr_write(tdata3, tdata3);
    csr_write(tdata1, tdata1);
}

static inline void trigger_set(unsigned n, uint64_t tdata1, uint64_t tdata2)
{
    trigger_set3(n, tdata1, tdata2, 0);
}

static inline uint64_t trigger_get(unsigned n)
{
    csr_write(tselect, n);
    return csr_read(tdata1);
}

/*
 * The last one first: without the head of its chain it would match on its own. Trigger 0 is
 * selected then.
 */
static inline void triggers_off(void)
{
    for (unsigned n = TRIGGER_COUNT; n-- > 0;) {
        trigger_set(n, 0, 0);
    }
}

#endif
