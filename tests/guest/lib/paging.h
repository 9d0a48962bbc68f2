/*
 * Page tables for guest programs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_PAGING_H
#define GUEST_PAGING_H

#include "guest.h"

#define PTE_V (1ul << 0)
#define PTE_R (1ul << 1)
#define PTE_W (1ul << 2)
#define PTE_X (1ul << 3)
#define PTE_U (1ul << 4)
#define PTE_G (1ul << 5)
#define PTE_A (1ul << 6)
#define PTE_D (1ul << 7)
#define PTE_PBMT_NC (1ul << 61)
#define PTE_PBMT_IO (2ul << 61)
#define PTE_PBMT_RESERVED (3ul << 61)
#define PTE_N (1ul << 63)
#define PTE_RW (PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
#define PTE_RX (PTE_V | PTE_R | PTE_X | PTE_A | PTE_D)
#define PTE_RWX (PTE_RW | PTE_X)
#define PTE_OF(pa) ((uint64_t)(pa) >> 12 << 10)

#define PAGE_SIZE 4096ul
#define MEGAPAGE_SIZE (PAGE_SIZE << 9)
#define GIGAPAGE_SIZE (PAGE_SIZE << 18)

/* Where every space maps RAM once more, for user mode. */
#define USER_OFFSET 0x100000000ul
/* Virtual addresses from here on are for the test to map. */
#define TEST_VA 0x1000000000ul

enum { SATP_BARE = 0, SATP_SV39 = 8, SATP_SV48 = 9, SATP_SV57 = 10 };

struct space {
    uint64_t *root;
    unsigned levels; /* 3: Sv39, 4: Sv48, 5: Sv57 */
};

/* A page of zeros; aborts the run when the pool is empty. */
uint64_t *page_new(void);
/* Give all pages back. */
void page_pool_reset(void);

/*
 * RAM and the devices below it at their own addresses for supervisor mode, RAM at USER_OFFSET for
 * user mode.
 */
struct space space_new(unsigned levels);
/* The entry for `va` in the table of `level` (0: 4 KiB pages); tables on the way are made. */
uint64_t *space_pte(struct space *s, uint64_t va, unsigned level);
void space_map(struct space *s, uint64_t va, uint64_t pa, unsigned level, uint64_t flags);
uint64_t space_satp(struct space *s, uint64_t asid);
/*
 * Write satp, fence, and have run_in(MODE_U) use the user's mapping; _off: back to no translation.
 */
void space_on(struct space *s, uint64_t asid);
void space_off(void);
/* Says what was tried, before a check of it that will fail. */
void put_access(const char *name, unsigned mode, uint64_t pte);
/* Is the mode `levels` stands for implemented? */
bool space_supported(unsigned levels);

static inline void sfence_all(void)
{
    asm volatile("sfence.vma" : : : "memory");
}
static inline void sfence_va(uint64_t va)
{
    asm volatile("sfence.vma %0, zero" : : "r"(va) : "memory");
}
static inline void sfence_asid(uint64_t asid)
{
    asm volatile("sfence.vma zero, %0" : : "r"(asid) : "memory");
}
static inline void sfence_va_asid(uint64_t va, uint64_t asid)
{
    asm volatile("sfence.vma %0, %1" : : "r"(va), "r"(asid) : "memory");
}

#endif
