/*
 * What the MMU asks of physical memory protection beyond cpu.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_PMP_H
#define TARGET_RISCV_PMP_H

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"

/*
 * PMP_R, PMP_W and PMP_X (csr.h) as far as `priv` may do it to the `size` bytes at paddr, which are
 * on one page. *whole_page: the answer is the same for any access to the page.
 */
unsigned riscv_pmp_permissions(const CPURISCVState *env, hwaddr paddr, unsigned size,
                               RISCVPriv priv, bool *whole_page);

/* The permissions that an access needs; "read-write" for all those to shadow stacks. */
static inline unsigned riscv_pmp_needed(RISCVAccess access)
{
    static const uint8_t needed[] = {
        [ACCESS_LOAD] = PMP_R, [ACCESS_STORE] = PMP_W, [ACCESS_FETCH] = PMP_X,
        [ACCESS_CACHE] = PMP_R, [ACCESS_SHADOW_LOAD] = PMP_R | PMP_W,
        [ACCESS_SHADOW_STORE] = PMP_R | PMP_W,
    };

    return needed[access];
}

#endif
