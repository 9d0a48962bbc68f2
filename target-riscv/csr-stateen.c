/*
 * State enables: which extensions' state machine mode leaves to the modes below (Smstateen).
 *
 * Paragraphs are of the privileged specification's "Smstateen and Ssstateen Extensions". What does
 * not belong here: the enables for floating point and counters (mstatus.FS, mcounteren).
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

/*
 * "Bits in any stateen CSR that are defined to control state that a hart doesn't implement are
 * read-only zeros": what is left is supervisor mode's.
 */
CSR_WRITE(mstateen)
{
    uint64_t writable = 0;

    if (env_has(env, RISCV_EXT_S)) {
        writable = MSTATEEN_SE | (csr->number == CSR_mstateen0 ? MSTATEEN0_ENVCFG : 0);
        if (csr->number == CSR_mstateen0 && env_has(env, RISCV_EXT_Sdtrig)) {
            writable |= MSTATEEN0_CONTEXT;
        }
    }
    *csr_field(env, csr) = value & writable;
}

/* Without Smstateen everything is allowed. */
static bool state_enabled(const CPURISCVState *env, uint64_t mstateen, uint64_t bit)
{
    return env->priv == PRIV_M || !env_has(env, RISCV_EXT_Smstateen) || (mstateen & bit);
}

CSR_CHECK(sstateen)
{
    const uint64_t mstateen[] = { env->mstateen0, env->mstateen1, env->mstateen2, env->mstateen3 };

    return state_enabled(env, mstateen[csr->number - CSR_sstateen0], MSTATEEN_SE);
}

CSR_CHECK(senvcfg)
{
    return state_enabled(env, env->mstateen0, MSTATEEN0_ENVCFG);
}

CSR_CHECK(scontext)
{
    return env_has(env, RISCV_EXT_S) && state_enabled(env, env->mstateen0, MSTATEEN0_CONTEXT);
}
