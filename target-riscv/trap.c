/*
 * Traps: entering a handler, returning from it, and which interrupt is next.
 *
 * Paragraphs are of the privileged specification's machine-level chapter. What does not belong
 * here: finding the instruction that raised an exception (the engine), CSR access (csr*.c), where
 * interrupts come from (cpu.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "system/symbols.h"
#include "system/verdict.h"
#include "target-riscv/counters.h"
#include "target-riscv/csr.h"
#include "target-riscv/listing.h"
#include "target-riscv/stuck.h"
#include "target-riscv/trace.h"
#include "target-riscv/trigger.h"
#include "util/bits.h"
#include "util/error.h"
#include "util/log.h"

/* ---- interrupts ---- */

uint64_t riscv_mip(CPURISCVState *env)
{
    uint64_t exists = MIP_MSIP | MIP_MTIP | MIP_MEIP;

    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_S)) {
        exists |= MIP_SSIP | MIP_STIP | MIP_SEIP;
    }
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_Sscofpmf)) {
        exists |= MIP_LCOFIP;
    }
    return (__atomic_load_n(&env->mip, __ATOMIC_ACQUIRE) |
            __atomic_load_n(&env->mip_lines, __ATOMIC_ACQUIRE)) & exists;
}

/* Of several the highest: "MEI, MSI, MTI, SEI, SSI, STI, LCOFI". */
static int highest_priority(uint64_t pending)
{
    static const uint8_t order[] = {
        IRQ_M_EXT, IRQ_M_SOFT, IRQ_M_TIMER, IRQ_S_EXT, IRQ_S_SOFT, IRQ_S_TIMER, IRQ_COUNT_OVERFLOW,
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
        if (pending & BIT_ULL(order[i])) {
            return order[i];
        }
    }
    return -1;
}

int riscv_pending_interrupt(CPURISCVState *env)
{
    uint64_t pending = riscv_mip(env) & env->mie;
    uint64_t taken = 0;

    if (G_LIKELY(!pending) || !(env->mnstatus & MNSTATUS_NMIE)) { /* "when NMIE=0, all interrupts are disabled" */
        return -1;
    }
    if (riscv_env_cs(env)->debug.single_step && !riscv_env_cs(env)->debug.step_interrupts) {
        return -1; /* who steps through code wants to see that, and not the timer's handler again and again */
    }
    /* Those that go to M come first, whatever their number. */
    if (env->priv < PRIV_M || (env->mstatus & MSTATUS_MIE)) {
        taken = pending & ~env->mideleg;
    }
    if (!taken && (env->priv < PRIV_S || (env->priv == PRIV_S && (env->mstatus & MSTATUS_SIE)))) {
        taken = pending & env->mideleg;
    }
    return highest_priority(taken);
}

/* ---- landing pads (Zicfilp): "Landing-Pad-Enabled (LPE) State" ---- */

bool riscv_lpe(const CPURISCVState *env)
{
    bool has_s = riscv_ext_has(&env->ext, RISCV_EXT_S);

    switch (env->priv) {
    case PRIV_M:
        return env->mseccfg & MSECCFG_MLPE;
    case PRIV_S:
        return env->menvcfg & ENVCFG_LPE;
    default:
        return (has_s ? env->senvcfg : env->menvcfg) & ENVCFG_LPE;
    }
}

/* ---- entry ---- */

const char *riscv_cause_name(uint64_t cause)
{
    static const char *const exceptions[] = {
        [EXC_INSN_MISALIGNED] = "instruction address misaligned",
        [EXC_INSN_ACCESS] = "instruction access fault",
        [EXC_ILLEGAL] = "illegal instruction",
        [EXC_BREAKPOINT] = "breakpoint",
        [EXC_LOAD_MISALIGNED] = "load address misaligned",
        [EXC_LOAD_ACCESS] = "load access fault",
        [EXC_STORE_MISALIGNED] = "store/AMO address misaligned",
        [EXC_STORE_ACCESS] = "store/AMO access fault",
        [EXC_ECALL_U] = "environment call from U-mode",
        [EXC_ECALL_S] = "environment call from S-mode",
        [EXC_ECALL_M] = "environment call from M-mode",
        [EXC_INSN_PAGE_FAULT] = "instruction page fault",
        [EXC_LOAD_PAGE_FAULT] = "load page fault",
        [EXC_STORE_PAGE_FAULT] = "store/AMO page fault",
        [EXC_DOUBLE_TRAP] = "double trap",
        [EXC_SOFTWARE_CHECK] = "software check",
    };
    static const char *const interrupts[] = {
        [IRQ_S_SOFT] = "supervisor software interrupt",
        [IRQ_M_SOFT] = "machine software interrupt",
        [IRQ_S_TIMER] = "supervisor timer interrupt",
        [IRQ_M_TIMER] = "machine timer interrupt",
        [IRQ_S_EXT] = "supervisor external interrupt",
        [IRQ_M_EXT] = "machine external interrupt",
        [IRQ_COUNT_OVERFLOW] = "local counter-overflow interrupt",
    };
    uint64_t code = cause & ~RISCV_CAUSE_INTERRUPT;
    const char *name = NULL;

    if (cause & RISCV_CAUSE_INTERRUPT) {
        name = code < G_N_ELEMENTS(interrupts) ? interrupts[code] : NULL;
    } else {
        name = code < G_N_ELEMENTS(exceptions) ? exceptions[code] : NULL;
    }
    return name ? name : "unknown";
}

static uint64_t vector(uint64_t tvec, uint64_t cause)
{
    uint64_t base = tvec & ~TVEC_MODE;

    if ((tvec & TVEC_MODE) == TVEC_VECTORED && (cause & RISCV_CAUSE_INTERRUPT)) {
        base += 4 * (cause & ~RISCV_CAUSE_INTERRUPT);
    }
    return base;
}

/* The handler of a trap into machine mode; "RNMI Operation" if a non-maskable interrupt is being handled. */
static uint64_t m_vector(const CPURISCVState *env, uint64_t cause)
{
    if (env->priv == PRIV_M && !(env->mnstatus & MNSTATUS_NMIE) && env->rnmi_exception_vector) {
        return env->rnmi_exception_vector;
    }
    return vector(env->mtvec, cause);
}

/* "When any trap into M-mode is taken": Debug specification, tcontrol, which is zero where there is S mode. */
static void disable_triggers(CPURISCVState *env)
{
    env->tcontrol = env->tcontrol & TCONTROL_MTE ? TCONTROL_MPTE : 0;
}

/* `cause2` is what mtval2 gets: only a double trap has something to say there. */
static void enter_m(CPURISCVState *env, uint64_t cause, uint64_t tval, uint64_t cause2)
{
    uint64_t status = env->mstatus;

    status = set_field(status, MSTATUS_MPIE, get_field(status, MSTATUS_MIE));
    status = set_field(status, MSTATUS_MPP, env->priv);
    status = set_field(status, MSTATUS_MPELP, env->elp);
    if (riscv_ext_has(&env->ext, RISCV_EXT_Smdbltrp)) {
        status |= MSTATUS_MDT;
    }
    env->mstatus = status & ~MSTATUS_MIE;
    env->mcause = cause;
    env->mepc = env->pc & ~1ull;
    env->mtval = tval;
    env->mtval2 = cause2;
    env->pc = m_vector(env, cause);
    env->priv = PRIV_M;
    disable_triggers(env);
}

static void enter_s(CPURISCVState *env, uint64_t cause, uint64_t tval)
{
    uint64_t status = env->mstatus;

    status = set_field(status, MSTATUS_SPIE, get_field(status, MSTATUS_SIE));
    status = set_field(status, MSTATUS_SPP, env->priv);
    status = set_field(status, MSTATUS_SPELP, env->elp);
    if (env->menvcfg & MENVCFG_DTE) {
        status |= MSTATUS_SDT;
    }
    env->mstatus = status & ~MSTATUS_SIE;
    env->scause = cause;
    env->sepc = env->pc & ~1ull;
    env->stval = tval;
    env->pc = vector(env->stvec, cause);
    env->priv = PRIV_S;
}

/* To the handler of non-maskable interrupts: "it is written to indicate M-mode". */
static void enter_n(CPURISCVState *env, uint64_t cause)
{
    env->mnepc = env->pc & ~1ull;
    env->mncause = cause;
    env->mnstatus = set_field(0, MNSTATUS_MNPP, PRIV_M) | set_field(0, MNSTATUS_MNPELP, env->elp);
    env->pc = env->rnmi_vector ? env->rnmi_vector : env->mtvec & ~TVEC_MODE;
    env->priv = PRIV_M;
    disable_triggers(env);
}

/* Is a trap into machine mode unexpected: Smdbltrp, "Double Trap Control in mstatus Register"? */
static bool is_unexpected(const CPURISCVState *env)
{
    return riscv_ext_has(&env->ext, RISCV_EXT_Smdbltrp) &&
           ((env->mstatus & MSTATUS_MDT) ||
            (env->priv == PRIV_M && !(env->mnstatus & MNSTATUS_NMIE)));
}

/*
 * Critical error: "ceasing execution" and nothing else changes. What the platform does about it is that the machine
 * ends; until it has, the hart comes here again and again.
 */
static void stop_by_critical_error(CPURISCVState *env, uint64_t cause)
{
    verdict_dead(riscv_env_cs(env), env->pc, "critical error: %s in the handler of another trap",
                 riscv_cause_name(cause));
}

static void log_trap(const CPURISCVState *env, uint64_t cause, uint64_t tval, bool to_s)
{
    g_autofree char *name = NULL;

    if (!log_enabled(LOG_INT) || !log_filter_passes(env->pc)) {
        return;
    }
    name = symbols_describe(current_symbols(), env->pc);
    log_printf("hart %" PRIu64 ": %s, cause 0x%" PRIx64 ", epc 0x%016" PRIx64 "%s%s%s, tval 0x%016" PRIx64
               ", from %c to %c\n",
               env->hartid, riscv_cause_name(cause), cause, env->pc, name ? " <" : "", name ? name : "",
               name ? ">" : "", tval, "US?M"[env->priv], to_s ? 'S' : 'M');
}

/* False: the hart has stopped. */
static bool enter_machine(CPURISCVState *env, uint64_t cause, uint64_t tval, uint64_t cause2)
{
    if (G_LIKELY(!is_unexpected(env))) {
        enter_m(env, cause, tval, cause2);
    } else if (env->mnstatus & MNSTATUS_NMIE && riscv_ext_has(&env->ext, RISCV_EXT_Smrnmi)) {
        enter_n(env, cause);
    } else {
        stop_by_critical_error(env, cause);
        return false;
    }
    return true;
}

void riscv_take_trap(CPURISCVState *env, uint64_t cause, uint64_t tval)
{
    uint64_t delegated = cause & RISCV_CAUSE_INTERRUPT ? env->mideleg : env->medeleg;
    bool to_s = env->priv <= PRIV_S && (delegated >> (cause & 63) & 1);
    RISCVPriv from = env->priv;
    uint64_t epc = env->pc;

    if (cause & RISCV_CAUSE_INTERRUPT) {
        env->stats.interrupts++;
    } else {
        env->stats.exceptions++;
    }
    log_trap(env, cause, tval, to_s);
    if (G_UNLIKELY(env->listing)) {
        riscv_listing_trap(env, cause, tval);
    }
    if (to_s && !(env->mstatus & MSTATUS_SDT)) {
        enter_s(env, cause, tval);
    } else if (!enter_machine(env, to_s ? EXC_DOUBLE_TRAP : cause, tval, to_s ? cause : 0)) {
        riscv_note_trap(env, from, epc, cause, tval);
        return;
    }
    env->elp = false;
    riscv_mode_changed(env);
    riscv_note_trap(env, from, epc, cause, tval);
    riscv_record_trap(env, from, epc, cause, tval);
    trace_riscv_trap(env->hartid, cause, epc, tval, from, env->priv);
    if (G_UNLIKELY(env->counters_filtered)) {
        riscv_counters_update(env, riscv_instret(env, NULL));
    }
    if (G_UNLIKELY(env->triggers_on)) {
        riscv_triggers_after_trap(env, cause, from);
    }
}

/* ---- return ---- */

/* Where IALIGN is 32, bit 1 of xepc is masked for xRET as well ("mepc Register"). */
static uint64_t return_address(const CPURISCVState *env, uint64_t epc)
{
    return epc & (riscv_ext_has(&env->ext, RISCV_EXT_Zca) ? ~1ull : ~3ull);
}

/*
 * mstatus when machine mode has been left for `to`, or stays. That SDT goes with the way to user mode is said of Smdbltrp
 * only; without it, too, user mode's first trap is no second one.
 */
static uint64_t after_machine(uint64_t status, RISCVPriv to)
{
    if (to != PRIV_M) {
        status &= ~(MSTATUS_MPRV | MSTATUS_MDT);
    }
    return to == PRIV_U ? status & ~MSTATUS_SDT : status;
}

void riscv_return_m(CPURISCVState *env)
{
    uint64_t status = env->mstatus;
    RISCVPriv to = get_field(status, MSTATUS_MPP);

    status = set_field(status, MSTATUS_MIE, get_field(status, MSTATUS_MPIE)) | MSTATUS_MPIE;
    status = set_field(status, MSTATUS_MPP,
                       riscv_ext_has(&env->ext, RISCV_EXT_U) ? PRIV_U : PRIV_M);
    env->mstatus = after_machine(status & ~(MSTATUS_MDT | MSTATUS_MPELP), to);
    env->priv = to;
    env->pc = return_address(env, env->mepc);
    env->tcontrol = env->tcontrol & TCONTROL_MPTE ? TCONTROL_MPTE | TCONTROL_MTE : 0;
    env->elp = (status & MSTATUS_MPELP) && riscv_lpe(env);
    riscv_mode_changed(env);
}

void riscv_return_n(CPURISCVState *env)
{
    uint64_t status = env->mnstatus;
    RISCVPriv to = get_field(status, MNSTATUS_MNPP);

    /* Of what becomes of MNPELP nothing is said ("RNMI Instruction"): clear, as in Spike, and as mret does it. */
    env->mnstatus = (status & ~MNSTATUS_MNPELP) | MNSTATUS_NMIE;
    env->mstatus = after_machine(env->mstatus, to);
    env->priv = to;
    env->pc = return_address(env, env->mnepc);
    env->elp = (status & MNSTATUS_MNPELP) && riscv_lpe(env);
    riscv_mode_changed(env);
}

void riscv_return_s(CPURISCVState *env)
{
    uint64_t status = env->mstatus;

    if (env->priv == PRIV_M) {
        status &= ~MSTATUS_MDT;
    }
    env->priv = get_field(status, MSTATUS_SPP);
    env->elp = (status & MSTATUS_SPELP) && riscv_lpe(env);
    status = set_field(status, MSTATUS_SIE, get_field(status, MSTATUS_SPIE)) | MSTATUS_SPIE;
    status &= ~(MSTATUS_SPP | MSTATUS_SPELP);
    env->mstatus = status & ~(MSTATUS_SDT | MSTATUS_MPRV); /* it never leads to M */
    env->pc = return_address(env, env->sepc);
    riscv_mode_changed(env);
}
