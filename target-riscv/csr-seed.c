/*
 * The entropy source: CSR seed (Zkr).
 *
 * What does not belong here: where random bits come from (system/entropy.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include "system/entropy.h"

/* seed.OPST, bits 31:30; those of "built-in self-test" and "dead" have no use here. */
#define SEED_WAIT (1u << 30)
#define SEED_ES16 (2u << 30)

/* "Access Control to seed": by mode, and by a write that goes with every read. */
CSR_CHECK(seed)
{
    uint64_t enable = env->priv == PRIV_S ? MSECCFG_SSEED : MSECCFG_USEED;

    return write && (env->priv == PRIV_M || (env->mseccfg & enable));
}

/* Sixteen bits that nobody has seen before; a debugger gets none of them. */
CSR_READ(seed)
{
    uint16_t bits;

    return op && entropy_get(&bits, sizeof(bits)) ? SEED_ES16 | bits : SEED_WAIT;
}

/* "The write value must be ignored." */
CSR_WRITE(seed)
{
    (void)value;
}
