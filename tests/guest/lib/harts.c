/*
 * Work for the harts other than 0, which wait in start.S.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

extern char harts[];

void hart_run(void);

struct hart *hart_by_id(unsigned id)
{
    return (struct hart *)(harts + id * HART_SIZE);
}

void hart_start(unsigned id, uint64_t (*fn)(uint64_t), uint64_t arg)
{
    struct hart *h = hart_by_id(id);

    h->arg = arg;
    h->done = 0;
    __atomic_store_n(&h->entry, fn, __ATOMIC_RELEASE);
}

void hart_wait(unsigned id)
{
    while (!__atomic_load_n(&hart_by_id(id)->done, __ATOMIC_ACQUIRE)) {
    }
}

void hart_run(void) /* called by start.S on the hart that was started */
{
    struct hart *h = hart();

    h->arg = h->entry(h->arg);
    h->entry = NULL;
    __atomic_store_n(&h->done, 1, __ATOMIC_RELEASE);
}
