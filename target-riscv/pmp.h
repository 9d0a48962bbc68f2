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

/* The permission that an access needs. */
static inline unsigned riscv_pmp_needed(RISCVAccess access)
{
    return access == ACCESS_LOAD ? PMP_R : access == ACCESS_STORE ? PMP_W : PMP_X;
}

#endif
