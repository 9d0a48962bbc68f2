/*
 * PMP entries for guest programs: see pmp.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

static void fence_pmp(void)
{
    asm volatile("sfence.vma" : : : "memory"); /* PMP may be cached with translations */
}

void pmp_set_cfg(unsigned entry, uint8_t cfg)
{
    unsigned shift = entry % 8 * 8;
    uint64_t mask = 0xfful << shift, value = (uint64_t)cfg << shift;

    if (entry < 8) {
        csr_write(pmpcfg0, (csr_read(pmpcfg0) & ~mask) | value);
    } else {
        csr_write(pmpcfg2, (csr_read(pmpcfg2) & ~mask) | value);
    }
    fence_pmp();
}

uint8_t pmp_cfg(unsigned entry)
{
    return (entry < 8 ? csr_read(pmpcfg0) : csr_read(pmpcfg2)) >> (entry % 8 * 8);
}

#define FOR_EACH_ENTRY(do_)                                                                       \
    do_(0) do_(1) do_(2) do_(3) do_(4) do_(5) do_(6) do_(7) do_(8) do_(9) do_(10) do_(11) do_(12) \
        do_(13) do_(14) do_(15)

void pmp_set_addr(unsigned entry, uint64_t value)
{
#define WRITE(n)                      \
    case n:                           \
        csr_write(pmpaddr##n, value); \
        break;
    switch (entry) {
        FOR_EACH_ENTRY(WRITE)
    }
    fence_pmp();
}

uint64_t pmp_addr(unsigned entry)
{
#define READ(n) \
    case n:     \
        return csr_read(pmpaddr##n);
    switch (entry) {
        FOR_EACH_ENTRY(READ)
    }
    return 0;
}

void pmp_set_napot(unsigned entry, uint64_t base, uint64_t size, uint8_t permissions)
{
    pmp_set_addr(entry, base >> 2 | (size / 8 - 1));
    pmp_set_cfg(entry, PMP_NAPOT | permissions);
}
