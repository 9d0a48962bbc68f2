/*
 * Machine-level CSRs: status, misa, delegation, interrupt enables, trap registers, environment
 * configuration.
 *
 * Paragraphs named without a document are of the privileged specification's machine-level chapter.
 * What does not belong here: counters, PMP and the supervisor's views, which have files of their
 * own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include <string.h>

#include "target-riscv/counters.h"
#include "target-riscv/fpu.h"
#include "target-riscv/trigger.h"
#include "util/bits.h"

/* ---- mstatus ---- */

uint64_t riscv_mstatus(CPURISCVState *env)
{
    if (env->mstatus & MSTATUS_FS) {
        riscv_fflags_read(env); /* flags that only the host's FPU knew of make FS dirty, too */
        if (env->fs_dirty) {
            env->mstatus |= MSTATUS_FS;
        }
    }
    env->fs_dirty = 0;
    return env->mstatus |
           (get_field(env->mstatus, MSTATUS_FS) == EXT_STATUS_DIRTY ? MSTATUS_SD : 0);
}

uint64_t csr_sstatus_mask(const CPURISCVState *env)
{
    uint64_t mask = 0;

    if (env_has(env, RISCV_EXT_S)) {
        mask |= MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP;
    }
    if (env->max_satp != SATP_BARE) { /* "read-only 0 if ... satp.MODE is read-only 0" */
        mask |= MSTATUS_SUM | MSTATUS_MXR;
    }
    if (env_has(env, RISCV_EXT_S) && env_has(env, RISCV_EXT_Zicfilp)) {
        mask |= MSTATUS_SPELP;
    }
    /* cfg_ext: clearing misa.F leaves the field alone; S without F may emulate it in M-mode. */
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_F) || env_has(env, RISCV_EXT_S)) {
        mask |= MSTATUS_FS;
    }
    return mask | (env->menvcfg & MENVCFG_DTE ? MSTATUS_SDT : 0);
}

void csr_set_mstatus(CPURISCVState *env, uint64_t value)
{
    uint64_t changed;

    /* "When the SDT bit is set to 1 by an explicit CSR write, the SIE bit is cleared", and so for MDT and MIE. */
    value &= ~((value & MSTATUS_SDT ? MSTATUS_SIE : 0) | (value & MSTATUS_MDT ? MSTATUS_MIE : 0));
    riscv_mstatus(env); /* what floating point did until now belongs to the old FS */
    changed = env->mstatus ^ value;
    env->mstatus = value & ~MSTATUS_SD;
    if (changed & MSTATUS_MXR) {
        riscv_tlb_fence(env, NULL, NULL);
    }
    riscv_mode_changed(env);
}

/*
 * "xPP fields are WARL fields": what does not exist becomes the least privileged mode, as in Spike.
 */
static uint64_t legal_mpp(const CPURISCVState *env, uint64_t value)
{
    uint64_t mpp = get_field(value, MSTATUS_MPP);

    if (!env_has(env, RISCV_EXT_U)) {
        mpp = PRIV_M;
    } else if (mpp == 2 || (mpp == PRIV_S && !env_has(env, RISCV_EXT_S))) {
        mpp = PRIV_U;
    }
    return set_field(value, MSTATUS_MPP, mpp);
}

CSR_READ(mstatus)
{
    return riscv_mstatus(env);
}

CSR_WRITE(mstatus)
{
    uint64_t writable = csr_sstatus_mask(env) | MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP;

    if (env_has(env, RISCV_EXT_U)) {
        writable |= MSTATUS_MPRV | MSTATUS_TW;
    }
    if (env_has(env, RISCV_EXT_S)) {
        writable |= MSTATUS_TSR;
    }
    if (env->max_satp != SATP_BARE) {
        writable |= MSTATUS_TVM;
    }
    if (env_has(env, RISCV_EXT_Smdbltrp)) {
        writable |= MSTATUS_MDT;
    }
    if (env_has(env, RISCV_EXT_Zicfilp)) {
        writable |= MSTATUS_MPELP;
    }
    value = legal_mpp(env, value);
    csr_set_mstatus(env, (env->mstatus & ~writable) | (value & writable));
}

/* "Attempts to clear NMIE have no effect." MNPP is as MPP. */
CSR_WRITE(mnstatus)
{
    uint64_t writable = MNSTATUS_MNPP | MNSTATUS_NMIE;

    if (env_has(env, RISCV_EXT_Zicfilp)) {
        writable |= MNSTATUS_MNPELP;
    }
    value = legal_mpp(env, value) & writable;
    env->mnstatus = value | (env->mnstatus & MNSTATUS_NMIE);
    riscv_mode_changed(env); /* MPRV counts while it is set */
}

/* ---- misa ---- */

/*
 * Letters that can be switched are those that Spike lets be switched. "If an ISA feature x depends
 * on y, then attempting to enable x but disable y results in both being disabled"; where IALIGN
 * would grow under the next instruction's feet, at env->pc, the whole write is suppressed.
 */
CSR_WRITE(misa)
{
    uint64_t writable = MISA_LETTER('M') | MISA_LETTER('A') | MISA_LETTER('F') | MISA_LETTER('D') |
                        MISA_LETTER('C') | MISA_LETTER('B');
    RISCVExtSet ext;

    writable &= riscv_ext_misa(&env->cfg_ext);
    value = (env->misa & ~writable) | (value & writable);
    if (!(value & MISA_LETTER('F'))) {
        value &= ~MISA_LETTER('D');
    }
    ext = riscv_ext_effective(&env->cfg_ext, value);
    if (value == env->misa || (env_has(env, RISCV_EXT_Zca) &&
                               !riscv_ext_has(&ext, RISCV_EXT_Zca) && (env->pc & 2))) {
        return;
    }
    env->misa = value;
    env->ext = ext;
    riscv_tlb_fence(env, NULL, NULL); /* without A there are no shadow stacks */
    riscv_ext_changed(env);
}

/* ---- delegation and interrupts ---- */

CSR_WRITE(medeleg)
{
    /*
     * "For exceptions that cannot occur in less privileged modes ... read-only zero": ecall from M,
     * and misaligned fetch while there are compressed instructions. Hardware error is kept, as
     * Spike does.
     */
    uint64_t writable = BIT_ULL(EXC_INSN_ACCESS) | BIT_ULL(EXC_ILLEGAL) | BIT_ULL(EXC_BREAKPOINT) |
                        BIT_ULL(EXC_LOAD_MISALIGNED) | BIT_ULL(EXC_LOAD_ACCESS) |
                        BIT_ULL(EXC_STORE_MISALIGNED) | BIT_ULL(EXC_STORE_ACCESS) |
                        BIT_ULL(EXC_ECALL_U) | BIT_ULL(EXC_ECALL_S) | BIT_ULL(EXC_HARDWARE_ERROR);

    if (!env_has(env, RISCV_EXT_Zca)) {
        writable |= BIT_ULL(EXC_INSN_MISALIGNED);
    }
    if (env->max_satp != SATP_BARE) {
        writable |= BIT_ULL(EXC_INSN_PAGE_FAULT) | BIT_ULL(EXC_LOAD_PAGE_FAULT) |
                    BIT_ULL(EXC_STORE_PAGE_FAULT);
    }
    if (env_has(env, RISCV_EXT_Zicfilp) || env_has(env, RISCV_EXT_Zicfiss)) {
        writable |= BIT_ULL(EXC_SOFTWARE_CHECK);
    }
    env->medeleg = value & writable;
    riscv_triggers_update(env);
}

/* LCOFI, where there is that one. */
static uint64_t count_overflow_bit(const CPURISCVState *env)
{
    return env_has(env, RISCV_EXT_Sscofpmf) ? MIP_LCOFIP : 0;
}

CSR_WRITE(mideleg)
{
    env->mideleg = value & (MIP_SSIP | MIP_STIP | MIP_SEIP | count_overflow_bit(env));
}

CSR_WRITE(mie)
{
    uint64_t writable = MIP_MSIP | MIP_MTIP | MIP_MEIP | count_overflow_bit(env);

    if (env_has(env, RISCV_EXT_S)) {
        writable |= MIP_SSIP | MIP_STIP | MIP_SEIP;
    }
    __atomic_store_n(&env->mie, value & writable, __ATOMIC_RELAXED);
}

CSR_READ(mip)
{
    return riscv_mip(env);
}

void csr_set_mip(CPURISCVState *env, uint64_t mask, uint64_t value)
{
    /*
     * Two steps, since only bits in `mask` are ours to change: a device may set SSIP between them.
     */
    __atomic_fetch_and(&env->mip, ~mask | value, __ATOMIC_RELAXED);
    __atomic_fetch_or(&env->mip, mask & value, __ATOMIC_RELAXED);
}

/*
 * M-level bits are lines. SEIP is two: software's bit, which is written here, or a line, which "is
 * not used to calculate the value written". With Sstc in force STIP is the timer's.
 */
CSR_WRITE(mip)
{
    uint64_t writable = count_overflow_bit(env);

    if (env_has(env, RISCV_EXT_S)) {
        writable |= MIP_SSIP | MIP_SEIP;
        if (!(env->menvcfg & MENVCFG_STCE)) {
            writable |= MIP_STIP;
        }
    }
    csr_set_mip(env, mask & writable, value);
}

/* ---- trap registers ---- */

/* "Though masked, mepc[1] remains writable when IALIGN=32"; sepc is the same. */
CSR_READ(epc)
{
    return *csr_field(env, csr) & (env_has(env, RISCV_EXT_Zca) ? ~1ull : ~3ull);
}

/* ---- environment configuration ---- */

uint64_t csr_legal_envcfg(uint64_t value)
{
    if (get_field(value, ENVCFG_CBIE) == CBIE_RESERVED) {
        value = set_field(value, ENVCFG_CBIE, CBIE_ILLEGAL);
    }
    return value;
}

uint64_t csr_legal_pmm(const CPURISCVState *env, RISCVExt ext, uint64_t value)
{
    bool legal = env_has(env, ext) && get_field(value, ENVCFG_PMM) != PMM_RESERVED;

    return legal ? value & ENVCFG_PMM : 0;
}

uint64_t csr_envcfg_mask(const CPURISCVState *env)
{
    uint64_t mask = ENVCFG_FIOM;

    if (env_has(env, RISCV_EXT_Zicbom)) {
        mask |= ENVCFG_CBIE | ENVCFG_CBCFE;
    }
    if (env_has(env, RISCV_EXT_Zicboz)) {
        mask |= ENVCFG_CBZE;
    }
    if (env_has(env, RISCV_EXT_Zicfilp)) {
        mask |= ENVCFG_LPE;
    }
    if (env_has(env, RISCV_EXT_Zicfiss)) {
        mask |= ENVCFG_SSE;
    }
    return mask;
}

CSR_WRITE(menvcfg)
{
    uint64_t changed = env->menvcfg;
    uint64_t writable = csr_envcfg_mask(env);

    if (env_has(env, RISCV_EXT_Svadu)) {
        writable |= MENVCFG_ADUE;
    }
    if (env_has(env, RISCV_EXT_Svpbmt)) {
        writable |= MENVCFG_PBMTE;
    }
    if (env_has(env, RISCV_EXT_Sstc)) {
        writable |= MENVCFG_STCE;
    }
    if (env_has(env, RISCV_EXT_Ssdbltrp)) {
        writable |= MENVCFG_DTE;
    }
    __atomic_store_n(&env->menvcfg,
                     csr_legal_envcfg(value & writable) | csr_legal_pmm(env, RISCV_EXT_Smnpm, value),
                     __ATOMIC_RELAXED);
    if (!(env->menvcfg & MENVCFG_DTE)) { /* "behaves as though Ssdbltrp is not implemented" */
        env->mstatus &= ~MSTATUS_SDT;
    }
    changed ^= env->menvcfg;
    if (changed & (MENVCFG_ADUE | MENVCFG_PBMTE | ENVCFG_PMM | ENVCFG_SSE)) {
        riscv_tlb_fence(env, NULL, NULL);
    }
    if (changed & (ENVCFG_PMM | ENVCFG_LPE)) {
        riscv_mode_changed(env);
    }
    if (changed & MENVCFG_STCE) {
        riscv_stimer_update(env);
    }
}

/* ---- reset: "Reset". What it leaves unspecified is zero. ---- */

static uint64_t reset_menvcfg(const CPURISCVState *env)
{
    bool svadu = riscv_ext_has(&env->cfg_ext, RISCV_EXT_Svadu);
    bool svade = riscv_ext_has(&env->cfg_ext, RISCV_EXT_Svade);

    /*
     * Who names Svadu alone has A and D updated; with both, software that knows only Svade must be
     * right.
     */
    return svadu && !svade ? MENVCFG_ADUE : 0;
}

static uint64_t reset_mstatus(const CPURISCVState *env)
{
    bool s = riscv_ext_has(&env->cfg_ext, RISCV_EXT_S);
    bool u = riscv_ext_has(&env->cfg_ext, RISCV_EXT_U);
    uint64_t status = set_field(0, MSTATUS_MPP, u ? PRIV_U : PRIV_M);

    status = set_field(status, MSTATUS_UXL, u ? XL_64 : 0);
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_Smdbltrp)) {
        status |= MSTATUS_MDT;
    }
    return set_field(status, MSTATUS_SXL, s ? XL_64 : 0);
}

/* Some of them are read by other threads. */
static void reset_fields(CPURISCVState *env)
{
#define CSR(name, number, ext, ...) __VA_ARGS__
#define FIELD(member, mask) __atomic_store_n(&env->member, 0, __ATOMIC_RELAXED);
#include "target-riscv/csr.def"
}

static void reset_machine(CPURISCVState *env)
{
    env->mstatus = reset_mstatus(env);
    env->fs_dirty = 0;
    env->mnstatus = riscv_ext_has(&env->cfg_ext, RISCV_EXT_Smrnmi) ? 0 : MNSTATUS_NMIE;
    riscv_counters_reset(env, riscv_instret(env, NULL));
    __atomic_store_n(&env->menvcfg, reset_menvcfg(env), __ATOMIC_RELAXED);
}

/*
 * "A and L fields are set to 0, unless the platform mandates a different reset value": as on Spike,
 * software that knows nothing of PMP can use S and U.
 */
static void reset_pmp(CPURISCVState *env)
{
    memset(env->pmpcfg, 0, sizeof(env->pmpcfg));
    memset(env->pmpaddr, 0, sizeof(env->pmpaddr));
    if (env->pmp_open && env->pmp_regions > 0) {
        env->pmpaddr[0] = PMPADDR_MASK;
        env->pmpcfg[0] = PMP_NAPOT | PMP_R | PMP_W | PMP_X;
    }
}

void riscv_csr_reset(CPURISCVState *env)
{
    reset_fields(env);
    env->misa = (uint64_t)XL_64 << MISA_MXL_SHIFT | riscv_ext_misa(&env->cfg_ext);
    env->ext = riscv_ext_effective(&env->cfg_ext, env->misa);
    riscv_fflags_write(env, 0);
    riscv_frm_write(env, 0);
    reset_machine(env);
    __atomic_store_n(&env->stimecmp, UINT64_MAX, __ATOMIC_RELAXED);
    reset_pmp(env);
    riscv_triggers_reset(env);
    __atomic_store_n(&env->mip, 0, __ATOMIC_RELAXED); /* mip_lines are the devices' */
    riscv_stimer_update(env);
    riscv_pmp_update(env);
    riscv_ext_changed(env);
}
