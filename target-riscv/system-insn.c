/*
 * What the system instructions do: environment calls, returns, waiting, fences, cache blocks, CSR
 * access.
 *
 * Mainly who may execute them when; the work itself is in trap.c, csr.c, mmu.c and the engine. What
 * does not belong here: rows of instructions (insn/) and fence.i (the engine's).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/insn.h"

#include "system/guest-ram.h"
#include "target-riscv/counters.h"
#include "target-riscv/csr.h"
#include "target-riscv/trigger.h"

uint64_t riscv_csr_insn(CPURISCVState *env, const RISCVOp *op, unsigned csr, uint64_t value,
                        uint64_t mask, bool do_read, bool do_write)
{
    uint64_t old = 0;
    bool legal;

    env->clocked = op;
    legal = riscv_csr_access(env, op, csr, do_read, do_write, value, mask, &old);
    env->clocked = NULL;
    if (!legal) {
        riscv_raise_illegal(env, op);
    }
    env->looks = true;
    return old;
}

/* ---- traps and returns ---- */

void riscv_ecall(CPURISCVState *env, const RISCVOp *op)
{
    riscv_raise(env, op, EXC_ECALL_U + env->priv, 0);
}

void riscv_ebreak(CPURISCVState *env, const RISCVOp *op)
{
    riscv_raise(env, op, EXC_BREAKPOINT, riscv_op_pc(env, op));
}

/* "xRET ... should increment instret only if the originating privilege mode is not inhibited" (Smcntrpmf). */
static void after_return(CPURISCVState *env, const RISCVOp *op)
{
    env->looks = true;
    if (G_UNLIKELY(env->counters_filtered)) {
        riscv_counters_update(env, riscv_instret(env, op) + 1);
    }
}

void riscv_mret(CPURISCVState *env, const RISCVOp *op)
{
    if (env->priv < PRIV_M) {
        riscv_raise_illegal(env, op);
    }
    riscv_return_m(env);
    after_return(env, op);
}

void riscv_sret(CPURISCVState *env, const RISCVOp *op)
{
    if (env->priv < PRIV_S || (env->priv == PRIV_S && (env->mstatus & MSTATUS_TSR))) {
        riscv_raise_illegal(env, op);
    }
    riscv_return_s(env);
    after_return(env, op);
}

void riscv_mnret(CPURISCVState *env, const RISCVOp *op)
{
    if (env->priv < PRIV_M) {
        riscv_raise_illegal(env, op);
    }
    riscv_return_n(env);
    after_return(env, op);
}

/* ---- waiting ---- */

void riscv_end_turn(CPURISCVState *env)
{
    riscv_env_cs(env)->yielded = true;
    __atomic_store_n(&riscv_env_cs(env)->exit_request, 1, __ATOMIC_RELAXED);
}

/* Let others run: end this hart's turn, and offer its host CPU. */
static void yield(CPURISCVState *env)
{
    if (!env->spike_turns) { /* there only wfi does, by itself */
        riscv_end_turn(env);
        g_thread_yield();
    }
}

/*
 * Below M, TW makes it illegal, and in U the existence of S does, "unless the instruction completes
 * within an implementation-specific, bounded time limit": here the limit is zero, as in Spike. The
 * run loop looks at env->wfi together with what is pending, so that nothing is lost between.
 */
void riscv_wfi(CPURISCVState *env, const RISCVOp *op)
{
    bool has_s = riscv_ext_has(&env->ext, RISCV_EXT_S);

    if ((env->priv < PRIV_M && (env->mstatus & MSTATUS_TW)) || (env->priv == PRIV_U && has_s)) {
        riscv_raise_illegal(env, op);
    }
    env->wfi = true;
    if (riscv_mip(env) & env->mie) { /* it will not sleep: software that waits for something else, in a loop */
        yield(env);
    }
}

/*
 * A store to the reservation set is not noticed, so the stall ends early, which it may "for any
 * reason"; with TW wrs.nto is illegal as wfi is. Without a reservation there is nothing to wait
 * for.
 */
void riscv_wrs(CPURISCVState *env, const RISCVOp *op, bool short_timeout)
{
    if (!short_timeout && env->priv < PRIV_M && (env->mstatus & MSTATUS_TW)) {
        riscv_raise_illegal(env, op);
    }
    if (env->reservation_size && !(riscv_mip(env) & env->mie)) {
        yield(env);
    }
}

void riscv_pause(CPURISCVState *env, const RISCVOp *op)
{
    (void)op;
    yield(env);
}

/* ---- fences ---- */

/*
 * imm is fm, predecessor and successor set. Reads and writes of devices and memory are not told
 * apart, so that menvcfg.FIOM is met whatever it says. Only a store before a load needs more than
 * acquire and release, and fence.tso leaves that out.
 */
void riscv_fence(CPURISCVState *env, const RISCVOp *op, int64_t imm)
{
    enum { WRITES = 5, READS = 10, FENCE_TSO = 0x833 };
    bool store_load = (imm >> 4 & WRITES) && (imm & READS);

    (void)env;
    (void)op;
    if (store_load && imm != FENCE_TSO) {
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    } else {
        __atomic_thread_fence(__ATOMIC_ACQ_REL);
    }
}

void riscv_sfence_vma(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr, uint64_t asid,
                      bool has_vaddr, bool has_asid)
{
    if (env->priv == PRIV_U || (env->priv == PRIV_S && (env->mstatus & MSTATUS_TVM))) {
        riscv_raise_illegal(env, op);
    }
    riscv_tlb_fence(env, has_vaddr ? &vaddr : NULL, has_asid ? &asid : NULL);
}

void riscv_sinval_vma(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr, uint64_t asid,
                      bool has_vaddr, bool has_asid)
{
    riscv_sfence_vma(env, op, vaddr, asid, has_vaddr, has_asid);
}

/*
 * They order what is in order already. "Always permitted in S-mode": TVM does not matter (Svinval).
 */
void riscv_sfence_inval(CPURISCVState *env, const RISCVOp *op)
{
    if (env->priv == PRIV_U) {
        riscv_raise_illegal(env, op);
    }
}

/* ---- cache blocks ---- */

/*
 * Zicbom and Zicboz, "CSR controls for CMO instructions": is `field` zero in what governs this
 * mode?
 */
static bool envcfg_forbids(const CPURISCVState *env, uint64_t field)
{
    return (env->priv < PRIV_M && !(env->menvcfg & field)) ||
           (env->priv == PRIV_U && riscv_ext_has(&env->ext, RISCV_EXT_S) &&
            !(env->senvcfg & field));
}

/* Where the block of `size` bytes around vaddr is; raises faults, with vaddr itself as tval. */
static hwaddr translate_block(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr, unsigned size,
                              RISCVAccess access)
{
    RISCVTranslation tr;
    unsigned cause;

    if (!riscv_translate(env, vaddr & -(uint64_t)size, size, access, env->data_mmu_idx, &tr,
                         &cause)) {
        riscv_raise(env, op, cause, vaddr);
    }
    return tr.paddr;
}

/*
 * There is no cache: memory is always as a clean, flushed or invalidated block would leave it, so
 * that CBIE's choice between flush and invalidate makes no difference. What remains are the
 * permissions. "Permitted whenever a load instruction or store instruction is permitted", and
 * whoever may store may load; but not on shadow stacks. Faults are a store's, whatever permission
 * is looked for.
 */
static void cbo_manage(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr)
{
    hwaddr paddr = translate_block(env, op, vaddr, env->cbom_size, ACCESS_CACHE);

    if (!address_space_lookup(riscv_env_cs(env)->as, paddr)) {
        riscv_raise(env, op, EXC_STORE_ACCESS, vaddr);
    }
}

/* Main memory only: devices do not take it (the PMA for cache-block zero). */
static void cbo_zero(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr)
{
    AddressSpace *as = riscv_env_cs(env)->as;
    hwaddr paddr = translate_block(env, op, vaddr, env->cboz_size, ACCESS_STORE);
    void *host = address_space_ram_ptr(as, paddr, env->cboz_size, true);

    if (!host) {
        riscv_raise(env, op, EXC_STORE_ACCESS, vaddr);
    }
    guest_ram_clear(host, env->cboz_size);
    address_space_note_store(as, paddr, env->cboz_size);
}

void riscv_cbo(CPURISCVState *env, const RISCVOp *op, RISCVCbo kind, uint64_t addr)
{
    static const uint64_t fields[] = {
        [CBO_INVAL] = ENVCFG_CBIE, [CBO_CLEAN] = ENVCFG_CBCFE,
        [CBO_FLUSH] = ENVCFG_CBCFE, [CBO_ZERO] = ENVCFG_CBZE,
    };

    if (envcfg_forbids(env, fields[kind])) {
        riscv_raise_illegal(env, op);
    }
    addr = riscv_mask_address(env, addr);
    if (G_UNLIKELY(env->triggers_access & MCONTROL_STORE)) {
        riscv_trigger_cache_block(env, op, addr, kind == CBO_ZERO ? env->cboz_size : env->cbom_size);
    }
    if (kind == CBO_ZERO) {
        cbo_zero(env, op, addr);
    } else {
        cbo_manage(env, op, addr);
    }
}
