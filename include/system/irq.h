/*
 * Interrupt lines: how a device reaches a hart or an interrupt controller.
 *
 * A line is a callback with a number; setting its level calls whoever is at the other end. A device's
 * inputs and outputs are handed out in system/device.h. What does not belong here: what an interrupt
 * means to a hart.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_IRQ_H
#define SYSTEM_IRQ_H

/* Called with the big lock held; `level` is 0 or 1. */
typedef void IRQHandler(void *opaque, int n, int level);

typedef struct IRQ {
    IRQHandler *handler;
    void *opaque;
    int n;
} IRQ;

/* Set the level of `irq`; a line that nobody connected (NULL) takes it silently. */
static inline void irq_set(IRQ *irq, int level)
{
    if (irq) {
        irq->handler(irq->opaque, irq->n, level);
    }
}

static inline void irq_raise(IRQ *irq)
{
    irq_set(irq, 1);
}

static inline void irq_lower(IRQ *irq)
{
    irq_set(irq, 0);
}

#endif
