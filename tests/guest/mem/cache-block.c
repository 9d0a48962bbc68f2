/*
 * Zicboz, Zicbom, Zicbop: what cbo.zero clears; who may use which, by menvcfg and senvcfg; the
 * faults of a cache-block operation are a store's; a prefetch never faults.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define BLOCK 64 /* default size; a CPU property changes it */

static uint8_t bytes[4096] __attribute__((aligned(4096)));
static struct space space;

#define OPERATION(name, code)                  \
    static uint64_t name(uint64_t addr)        \
    {                                          \
        PROBE(code, : : "r"(addr) : "memory"); \
        return addr;                           \
    }
OPERATION(zero, "cbo.zero (%0)")
OPERATION(clean, "cbo.clean (%0)")
OPERATION(flush, "cbo.flush (%0)")
OPERATION(inval, "cbo.inval (%0)")
OPERATION(prefetch_r, "prefetch.r 32(%0)")
OPERATION(prefetch_w, "prefetch.w 0(%0)")
OPERATION(prefetch_i, "prefetch.i -32(%0)")

static void check_zero(void)
{
    for (unsigned offset = 0; offset < 256; offset += 9) { /* any address in the block */
        unsigned first = 1024 + offset / BLOCK * BLOCK;

        for (unsigned i = 0; i < sizeof(bytes); i++) {
            bytes[i] = 0xff;
        }
        zero((uint64_t)bytes + 1024 + offset);
        CHECK_NO_TRAP();
        for (unsigned i = 0; i < sizeof(bytes); i++) {
            CHECK_EQ(bytes[i], i >= first && i < first + BLOCK ? 0 : 0xff);
        }
    }
}

#define CHECK_IN(mode, fn, legal)                                                   \
    do {                                                                            \
        (mode) == MODE_M ? fn((uint64_t)bytes) : run_in(mode, fn, (uint64_t)bytes); \
        CHECK_EQ(trap()->cause, (legal) ? (uint64_t)NO_TRAP : CAUSE_ILLEGAL);       \
    } while (0)

static void check_enables(void)
{
    for (unsigned i = 0; i < 4; i++) {
        bool m = i & 1, s = i & 2;
        uint64_t clean_flush = MENVCFG_CBCFE,
                 all = MENVCFG_CBZE | MENVCFG_CBCFE | MENVCFG_CBIE_FLUSH;

        csr_write(menvcfg, m ? all : 0);
        csr_write(senvcfg, s ? all : 0);
        CHECK_IN(MODE_M, zero, true);
        CHECK_IN(MODE_S, zero, m);
        CHECK_IN(MODE_U, zero, m && s);
        CHECK_IN(MODE_M, clean, true);
        CHECK_IN(MODE_S, clean, m);
        CHECK_IN(MODE_U, flush, m && s);
        CHECK_IN(MODE_M, inval, true);
        CHECK_IN(MODE_S, inval, m);
        CHECK_IN(MODE_U, inval, m && s);

        csr_write(menvcfg, m ? clean_flush : 0); /* one without the others */
        csr_write(senvcfg, all);
        CHECK_IN(MODE_U, clean, m);
        CHECK_IN(MODE_U, zero, false);
        CHECK_IN(MODE_S, inval, false);
        CHECK_IN(MODE_U, prefetch_r, true);
        CHECK_IN(MODE_U, prefetch_w, true);
        CHECK_IN(MODE_U, prefetch_i, true);
    }
    csr_write(menvcfg, MENVCFG_CBZE | MENVCFG_CBCFE | MENVCFG_CBIE_INVAL);
    csr_write(senvcfg, MENVCFG_CBZE | MENVCFG_CBCFE | MENVCFG_CBIE_INVAL);
}

/* In supervisor mode, at an address that is mapped with these flags. */
static uint64_t check_faults(uint64_t unused)
{
    uint64_t va = TEST_VA + 0x123;

    space_map(&space, TEST_VA, (uint64_t)bytes, 0, 0);
    sfence_all();
    zero(va); /* xtval is "the value of rs1", not where the block begins (CMO, "Traps") */
    CHECK_TRAP(CAUSE_STORE_PAGE, va);
    clean(va);
    CHECK_TRAP(CAUSE_STORE_PAGE, va);
    prefetch_r(va);
    CHECK_NO_TRAP();
    prefetch_w(va);
    CHECK_NO_TRAP();
    prefetch_i(va);
    CHECK_NO_TRAP();

    space_map(&space, TEST_VA, (uint64_t)bytes, 0, PTE_V | PTE_R | PTE_A | PTE_D); /* read-only */
    sfence_all();
    bytes[0x123] = 5;
    zero(va);
    CHECK_EQ(trap()->cause, CAUSE_STORE_PAGE);
    CHECK_EQ(bytes[0x123], 5);
    clean(va); /* management needs only that some access is allowed */
    CHECK_NO_TRAP();
    flush(va);
    CHECK_NO_TRAP();
    CHECK_EQ(bytes[0x123], 5);

    space_map(&space, TEST_VA, 0x40000000, 0, PTE_RW); /* nothing is there */
    sfence_all();
    zero(va);
    CHECK_TRAP(CAUSE_STORE_ACCESS, va);
    prefetch_r(va);
    CHECK_NO_TRAP();
    return unused;
}

int main(void)
{
    check_zero();
    check_enables();
    space = space_new(3);
    space_on(&space, 0);
    run_in(MODE_S, check_faults, 0);
    return 0;
}
