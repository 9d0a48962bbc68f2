/*
 * Shadow stacks (Zicfiss) for guest programs: their instructions, each tried once, and their CSR
 * bits. Encodings, since binutils may not know them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_SHADOW_H
#define GUEST_SHADOW_H

#include "paging.h"

#define CAUSE_SOFTWARE_CHECK 18
#define SHADOW_STACK_FAULT 3

#define ENVCFG_SSE (1ul << 3)

/* The encoding R=0, W=1, X=0. */
#define PTE_SHADOW (PTE_V | PTE_W | PTE_A | PTE_D)

#define SSPUSH_RA ".4byte 0xce104073"
#define SSPUSH_T0 ".4byte 0xce504073"
#define C_SSPUSH_RA ".2byte 0x6081"
#define SSPOPCHK_RA ".4byte 0xcdc0c073"
#define SSPOPCHK_T0 ".4byte 0xcdc2c073"
#define C_SSPOPCHK_T0 ".2byte 0x6281"

static inline uint64_t ssp_read(void)
{
    return csr_read(0x011);
}

static inline void ssp_write(uint64_t value)
{
    csr_write(0x011, value);
}

/* The operand is in both registers that such an instruction can have. */
#define TRY_LINK(insn, value)                          \
    PROBE("mv ra, %0\n"                                \
          "mv t0, %0\n" insn,                          \
          : : "r"((uint64_t)(value)) : "ra", "t0", "memory")

/* ssrdp; a0 was all ones before. */
static inline uint64_t try_ssrdp(void)
{
    register uint64_t a0 asm("a0") = -1ul;

    PROBE(".4byte 0xcdc04573", : "+r"(a0));
    return a0;
}

/* ssamoswap a0, a1, (a2). What they return is their argument `addr` if they trap. */
#define SSAMOSWAP_W ".4byte 0x48b6252f"
#define SSAMOSWAP_D ".4byte 0x48b6352f"
#define TRY_SWAP(name, insn)                                            \
    static inline uint64_t name(uint64_t addr, uint64_t value)          \
    {                                                                   \
        register uint64_t a0 asm("a0") = addr;                          \
        register uint64_t a1 asm("a1") = value;                         \
        register uint64_t a2 asm("a2") = addr;                          \
                                                                        \
        PROBE(insn, : "+r"(a0) : "r"(a1), "r"(a2) : "memory");          \
        return a0;                                                      \
    }
TRY_SWAP(try_ssamoswap_w, SSAMOSWAP_W)
TRY_SWAP(try_ssamoswap_d, SSAMOSWAP_D)

/* menvcfg.SSE and senvcfg.SSE. */
static inline void sse_set(bool for_s, bool for_u)
{
    csr_turn(menvcfg, ENVCFG_SSE, for_s);
    csr_turn(senvcfg, ENVCFG_SSE, for_u);
}

#endif
