/*
 * The registers of triggers: which one is selected, and what can be written to it.
 *
 * Paragraphs are of the Debug specification's chapter "Sdtrig", version 1.0. What it leaves open is
 * as in Spike: each trigger can be of each type, and an unsupported value is a disabled trigger, or
 * zero. What does not belong here: what triggers do (trigger.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include "target-riscv/trigger.h"
#include "util/bits.h"

/* ---- tdata1 ---- */

/* What every type has, with its fields u, s and m from that bit on. */
static uint64_t common_mask(const CPURISCVState *env, unsigned u_bit)
{
    return TDATA1_TYPE | 1ull << u_bit << PRIV_M |
           (uint64_t)env_has(env, RISCV_EXT_S) << u_bit << PRIV_S |
           (uint64_t)env_has(env, RISCV_EXT_U) << u_bit << PRIV_U;
}

static uint64_t mcontrol_mask(const CPURISCVState *env)
{
    return common_mask(env, MCONTROL_U_BIT) | MCONTROL_LOAD | MCONTROL_STORE | MCONTROL_EXECUTE |
           MCONTROL_MATCH | MCONTROL_CHAIN;
}

/* Kinds of match that are not in `legal`, a bit for each, become "equal". */
static uint64_t legal_match(uint64_t value, unsigned legal)
{
    return legal >> get_field(value, MCONTROL_MATCH) & 1
               ? value
               : set_field(value, MCONTROL_MATCH, MATCH_EQUAL);
}

/*
 * Type 2, which is deprecated, has what Spike has: no sizes, no NAPOT (maskmax is 0), nothing
 * negated. A load whose data is looked at has to retire before; an instruction cannot.
 */
static uint64_t legal_mcontrol(const CPURISCVState *env, uint64_t value)
{
    unsigned legal = 1u << MATCH_EQUAL | 1u << MATCH_GE | 1u << MATCH_LT | 1u << MATCH_MASK_LOW |
                     1u << MATCH_MASK_HIGH;

    if (value & MCONTROL_SELECT && value & MCONTROL_LOAD) {
        value |= MCONTROL_TIMING;
    } else if (value & MCONTROL_EXECUTE) {
        value &= ~MCONTROL_TIMING;
    }
    return legal_match(
        value & (mcontrol_mask(env) | MCONTROL_TIMING | MCONTROL_SELECT | MCONTROL_HIT), legal);
}

static uint64_t legal_mcontrol6(const CPURISCVState *env, uint64_t value)
{
    enum {
        SIZE_48_BITS = 4,
        SIZE_RESERVED = 7,
        NEGATED = 1 << MATCH_EQUAL | 1 << MATCH_NAPOT | 1 << MATCH_MASK_LOW | 1 << MATCH_MASK_HIGH
    };
    unsigned legal = NEGATED << MATCH_NOT | NEGATED | 1u << MATCH_GE | 1u << MATCH_LT;
    unsigned size = get_field(value, MCONTROL6_SIZE);

    if (size == SIZE_48_BITS || size == SIZE_RESERVED) {
        value &= ~MCONTROL6_SIZE;
    }
    return legal_match(value & (mcontrol_mask(env) | MCONTROL6_SIZE | MCONTROL6_SELECT |
                                MCONTROL6_HIT0 | MCONTROL6_HIT1),
                       legal);
}

/* Action and dmode are zero: there is no debug mode, and no trace. */
static uint64_t legal_tdata1(const CPURISCVState *env, uint64_t value)
{
    switch (get_field(value, TDATA1_TYPE)) {
    case TRIGGER_MCONTROL:
        return legal_mcontrol(env, value);
    case TRIGGER_MCONTROL6:
        return legal_mcontrol6(env, value);
    case TRIGGER_ICOUNT:
        return value &
               (common_mask(env, TRIGGER_U_BIT) | ICOUNT_PENDING | ICOUNT_COUNT | ICOUNT_HIT);
    case TRIGGER_ITRIGGER:
        return value & (common_mask(env, TRIGGER_U_BIT) | ITRIGGER_NMI | TRAP_TRIGGER_HIT);
    case TRIGGER_ETRIGGER:
        return value & (common_mask(env, TRIGGER_U_BIT) | TRAP_TRIGGER_HIT);
    default:
        return set_field(0, TDATA1_TYPE, TRIGGER_DISABLED);
    }
}

CSR_READ(tdata1)
{
    return env->tdata1[env->tselect];
}

CSR_WRITE(tdata1)
{
    env->tdata1[env->tselect] = legal_tdata1(env, value);
    riscv_trigger_written(env, env->tselect);
}

/* ---- tdata2 and tdata3 ---- */

CSR_READ(tdata2)
{
    return env->tdata2[env->tselect];
}

/* The largest NAPOT range of type 6 has 2^63 bytes: "bit maskmax6-1 will be set to 0". */
CSR_WRITE(tdata2)
{
    uint64_t tdata1 = env->tdata1[env->tselect], ones = MAKE_64BIT_MASK(0, 63);
    bool napot = (get_field(tdata1, MCONTROL_MATCH) & ~MATCH_NOT) == MATCH_NAPOT;

    if (get_field(tdata1, TDATA1_TYPE) == TRIGGER_MCONTROL6 && napot && (value & ones) == ones) {
        value &= ~(1ull << 62);
    }
    env->tdata2[env->tselect] = value;
    riscv_trigger_written(env, env->tselect);
}

CSR_READ(tdata3)
{
    return env->tdata3[env->tselect];
}

/* "If the H extension is not supported, the only legal values" of mhselect "are 0 and 4". */
CSR_WRITE(tdata3)
{
    uint64_t writable = TEXTRA_SBYTEMASK | TEXTRA_MHVALUE | set_field(0, TEXTRA_MHSELECT, 4);

    if (env_has(env, RISCV_EXT_S)) {
        writable |=
            TEXTRA_SVALUE | (get_field(value, TEXTRA_SSELECT) <= SSELECT_ASID ? TEXTRA_SSELECT : 0);
    }
    env->tdata3[env->tselect] = value & writable;
    riscv_trigger_written(env, env->tselect);
}

/* ---- the others ---- */

CSR_WRITE(tselect)
{
    if (value < RISCV_TRIGGER_COUNT) {
        env->tselect = value;
    }
}

CSR_READ(tinfo)
{
    enum { VERSION_1_0 = 1 << 24 };

    return VERSION_1_0 | 1u << TRIGGER_MCONTROL | 1u << TRIGGER_ICOUNT | 1u << TRIGGER_ITRIGGER |
           1u << TRIGGER_ETRIGGER | 1u << TRIGGER_MCONTROL6 | 1u << TRIGGER_DISABLED;
}

/* Where there is S mode, mstatus.MIE and SIE are in its place: "Native Triggers". */
CSR_CHECK(tcontrol)
{
    return !env_has(env, RISCV_EXT_S);
}

CSR_WRITE(tcontrol)
{
    env->tcontrol = value & (TCONTROL_MTE | TCONTROL_MPTE);
    riscv_triggers_update(env);
}

/* scontext and mcontext: as many bits as is recommended. */
CSR_WRITE(context)
{
    *csr_field(env, csr) = extract64(value, 0, csr->number == CSR_scontext ? 32 : 13);
    riscv_triggers_update(env);
}
