/*
 * Harts that are stuck: see include/target-riscv/stuck.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/stuck.h"

#include <inttypes.h>

#include "system/dead.h"
#include "system/guest-ram.h"
#include "system/verdict.h"
#include "target-riscv/csr.h"

/* ---- empty loops ---- */

static bool is_always_taken(const RISCVInsn *insn)
{
    switch (insn->id) {
    case RISCV_INSN_jal:
        return true;
    case RISCV_INSN_beq:
    case RISCV_INSN_bge:
    case RISCV_INSN_bgeu:
        return insn->rs1 == insn->rs2;
    default:
        return false;
    }
}

static bool has_no_effect(const RISCVInsn *insn)
{
    return (insn->id == RISCV_INSN_addi && insn->rd == 0) || insn->id == RISCV_INSN_fence ||
           insn->id == RISCV_INSN_fence_tso;
}

uint32_t riscv_bits_at(const uint8_t *page, unsigned offset)
{
    uint16_t low, high = 0;

    guest_ram_copy(&low, page + offset, sizeof(low));
    if (offset + 4 <= RISCV_PAGE_SIZE) {
        guest_ram_copy(&high, page + offset + 2, sizeof(high));
    }
    return low | (uint32_t)high << 16;
}

bool riscv_loop_is_empty(const uint8_t *page, unsigned offset, const RISCVInsn *insn,
                         const RISCVExtSet *exts)
{
    enum { LONGEST = 64 }; /* bytes */
    int64_t at = (int64_t)offset + insn->imm;

    if (!is_always_taken(insn) || at < 0 || at > offset || offset - at > LONGEST || at & 1) {
        return false;
    }
    while (at < offset) {
        RISCVInsn other;

        if (!riscv_decode(riscv_bits_at(page, at), exts, 64, &other) || !has_no_effect(&other)) {
            return false;
        }
        at += other.len;
    }
    return at == offset;
}

/* ---- what the hart's own thread notes ---- */

/* The interrupts that the hart would take, were they pending: riscv_pending_interrupt(). */
static uint64_t deliverable(const CPURISCVState *env)
{
    uint64_t bits = 0;

    if (!(env->mnstatus & MNSTATUS_NMIE)) {
        return 0;
    }
    if (env->priv < PRIV_M || env->mstatus & MSTATUS_MIE) {
        bits |= env->mie & ~env->mideleg;
    }
    if (env->priv < PRIV_S || (env->priv == PRIV_S && env->mstatus & MSTATUS_SIE)) {
        bits |= env->mie & env->mideleg;
    }
    return bits;
}

/* Triggers may fire, and counters overflow, on what has no other effect. */
void riscv_spin_begins(CPURISCVState *env)
{
    CPUState *cs = riscv_env_cs(env);

    env->spins = true;
    if (env->triggers_on || env->counters_armed) {
        return;
    }
    __atomic_store_n(&env->spin_wakes, deliverable(env), __ATOMIC_RELAXED);
    __atomic_store_n(&cs->stuck, 1, __ATOMIC_RELEASE);
    dead_suspect_cpu(cs);
}

static void end_spin(CPURISCVState *env)
{
    env->spins = false;
    if (riscv_env_cs(env)->stuck) {
        __atomic_store_n(&riscv_env_cs(env)->stuck, 0, __ATOMIC_RELAXED);
    }
}

static const RISCVTrapRecord *record(const CPURISCVState *env, unsigned before)
{
    return &env->traps[(env->traps_taken - 1 - before) % RISCV_TRAP_RECORDS];
}

static bool is_same_trap(const RISCVTrapRecord *a, const RISCVTrapRecord *b)
{
    return a->cause == b->cause && a->tval == b->tval && a->epc == b->epc && a->from == b->from &&
           a->instret == b->instret;
}

/*
 * Did the last two traps leave the hart in the same state, and that is to raise the next one? No
 * register has changed since, as nothing has retired.
 */
static bool traps_repeat(CPURISCVState *env)
{
    const RISCVTrapRecord *a = record(env, 0), *b = record(env, 1);

    return env->traps_taken > 2 && !(a->cause & RISCV_CAUSE_INTERRUPT) && is_same_trap(a, b) &&
           a->epc == env->pc && a->from == env->priv && a->instret == riscv_instret(env, NULL);
}

void riscv_note_trap(CPURISCVState *env, RISCVPriv from, uint64_t epc, uint64_t cause,
                     uint64_t tval)
{
    RISCVTrapRecord trap = {
        .epc = epc, .cause = cause, .tval = tval, .instret = riscv_instret(env, NULL), .from = from,
    };

    if (env->spins && traps_repeat(env) && is_same_trap(&trap, record(env, 0))) {
        return;
    }
    env->traps[env->traps_taken++ % RISCV_TRAP_RECORDS] = trap;
    if (!traps_repeat(env)) {
        end_spin(env);
    } else if (!env->spins) {
        riscv_spin_begins(env);
    }
}

void riscv_forget_past(CPURISCVState *env)
{
    env->traps_taken = 0;
    end_spin(env);
}

/* ---- what others ask ---- */

unsigned riscv_cpu_wakes(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    bool spins = __atomic_load_n(&cs->stuck, __ATOMIC_ACQUIRE);
    uint64_t bits = __atomic_load_n(spins ? &env->spin_wakes : &env->mie, __ATOMIC_RELAXED);

    if (riscv_mip(env) & bits) {
        return CPU_WAKES_NOW;
    }
    return (bits & (MIP_MTIP | MIP_STIP) ? CPU_WAKES_TIMER : 0) |
           (bits & (MIP_MEIP | MIP_SEIP) ? CPU_WAKES_LINE : 0);
}

const uint8_t *riscv_code_page(CPURISCVState *env, uint64_t pc, RISCVPriv priv)
{
    RISCVMMUIndex idx = priv == PRIV_M ? MMU_IDX_M : priv == PRIV_S ? MMU_IDX_S : MMU_IDX_U;
    RISCVTranslation tr;
    unsigned cause;

    if (!riscv_translate(env, pc, 2, ACCESS_FETCH, idx, &tr, &cause)) {
        return NULL;
    }
    return address_space_ram_ptr(riscv_env_cs(env)->as, tr.paddr & RISCV_PAGE_MASK, RISCV_PAGE_SIZE,
                                 false);
}

/* The hart may have been stopped at any instruction of the loop: on to the jump. */
static bool is_in_empty_loop(CPURISCVState *env)
{
    const uint8_t *page = riscv_code_page(env, env->pc, env->priv);
    unsigned offset = env->pc & ~RISCV_PAGE_MASK, begin = offset;
    RISCVInsn insn;

    while (page && offset < RISCV_PAGE_SIZE &&
           riscv_decode(riscv_bits_at(page, offset), &env->ext, 64, &insn)) {
        if (riscv_loop_is_empty(page, offset, &insn, &env->ext)) {
            return (int64_t)offset + insn.imm <= begin;
        }
        if (!has_no_effect(&insn)) {
            return false;
        }
        offset += insn.len;
    }
    return false;
}

char *riscv_cpu_describe_stuck(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    g_autofree char *place = NULL;

    if (env->wfi) {
        place = verdict_place(env->pc - 4); /* a wfi has 4 bytes */
        return g_strdup_printf("waits for an interrupt that cannot come at %s", place);
    }
    place = verdict_place(env->pc);
    if (cs->stuck && traps_repeat(env)) {
        return g_strdup_printf("traps for ever (%s in the first instruction of the handler) at %s",
                               riscv_cause_name(env->traps[(env->traps_taken - 1) %
                                                           RISCV_TRAP_RECORDS].cause), place);
    }
    if (cs->stuck && env->spin_wakes == deliverable(env) && is_in_empty_loop(env)) {
        return g_strdup_printf("jumps to itself at %s", place);
    }
    end_spin(env);
    return NULL;
}
