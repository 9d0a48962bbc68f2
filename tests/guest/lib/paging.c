/*
 * Page tables for guest programs: see paging.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define POOL_PAGES 96

static uint64_t pool[POOL_PAGES][512] __attribute__((aligned(4096)));
static unsigned pool_used;

uint64_t *page_new(void)
{
    uint64_t *page = pool[pool_used];

    if (pool_used++ == POOL_PAGES) {
        put_text("the pool of pages is empty: reset it, or make it larger (paging.c)\n");
        run_end(253);
    }
    for (unsigned i = 0; i < 512; i++) {
        page[i] = 0;
    }
    return page;
}

void page_pool_reset(void)
{
    pool_used = 0;
}

uint64_t *space_pte(struct space *s, uint64_t va, unsigned level)
{
    uint64_t *table = s->root;

    for (unsigned l = s->levels - 1; l > level; l--) {
        uint64_t *pte = &table[va >> (12 + 9 * l) & 511];

        if (!(*pte & PTE_V)) {
            *pte = PTE_OF(page_new()) | PTE_V;
        }
        table = (uint64_t *)(*pte >> 10 << 12);
    }
    return &table[va >> (12 + 9 * level) & 511];
}

void space_map(struct space *s, uint64_t va, uint64_t pa, unsigned level, uint64_t flags)
{
    *space_pte(s, va, level) = PTE_OF(pa) | flags;
}

struct space space_new(unsigned levels)
{
    struct space s = { .root = page_new(), .levels = levels };

    space_map(&s, 0, 0, 2, PTE_RW);
    space_map(&s, RAM_BASE, RAM_BASE, 2, PTE_RWX);
    space_map(&s, RAM_BASE + USER_OFFSET, RAM_BASE, 2, PTE_RWX | PTE_U);
    return s;
}

uint64_t space_satp(struct space *s, uint64_t asid)
{
    return (uint64_t)(s->levels + SATP_SV39 - 3) << 60 | asid << 44 | (uint64_t)s->root >> 12;
}

void space_on(struct space *s, uint64_t asid)
{
    hart()->user_offset = USER_OFFSET;
    csr_write(satp, space_satp(s, asid));
    sfence_all();
}

void space_off(void)
{
    hart()->user_offset = 0;
    csr_write(satp, 0);
    sfence_all();
}

void put_access(const char *name, unsigned mode, uint64_t pte)
{
    put_text(name);
    put_text(" in mode ");
    put_dec(mode);
    put_text(" by PTE flags ");
    put_hex(pte);
    put_text(": ");
}

bool space_supported(unsigned levels)
{
    uint64_t old = csr_read(satp);
    uint64_t mode = (uint64_t)(levels + SATP_SV39 - 3) << 60;
    bool ok = csr_warl(satp, mode) == mode;

    csr_write(satp, old);
    return ok;
}
