/*
 * Floating-point CSRs.
 *
 * What does not belong here: how flags and rounding mode get to and from the host's FPU (fpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include "target-riscv/fpu.h"
#include "util/bits.h"

/* They are part of the state that mstatus.FS stands for. */
CSR_CHECK(fp)
{
    return (env->mstatus & MSTATUS_FS) != 0;
}

static void set_dirty(CPURISCVState *env)
{
    if (env->mstatus & MSTATUS_FS) { /* a debugger may write while it is off */
        env->mstatus |= MSTATUS_FS;
    }
}

CSR_READ(fflags)
{
    return riscv_fflags_read(env);
}

CSR_WRITE(fflags)
{
    riscv_fflags_write(env, value & FCSR_FFLAGS);
    set_dirty(env);
}

CSR_READ(frm)
{
    return env->frm;
}

CSR_WRITE(frm)
{
    riscv_frm_write(env, value & 7);
    set_dirty(env);
}

CSR_READ(fcsr)
{
    return set_field(riscv_fflags_read(env), FCSR_FRM, env->frm);
}

CSR_WRITE(fcsr)
{
    riscv_fflags_write(env, value & FCSR_FFLAGS);
    riscv_frm_write(env, get_field(value, FCSR_FRM));
    set_dirty(env);
}
