/*
 * Handlers for `-d commits` and `-trace-commits`: the bodies once more, with accessors that note what they do (commits.h).
 *
 * Blocks are decoded with these handlers while one of them is selected, an operation for every instruction. What does
 * not belong here: what is made of it (commit-note.c), and the accessors themselves (insn.h, fpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#define RISCV_SLOW_ACCESS
#include "target-riscv/interp/commits.h"

#include "target-riscv/fpu.h"
#include "target-riscv/csr.h"
#include "target-riscv/zcmp.h"

/* ---- registers ---- */

#undef WX
#define WX(field, value)                                                                          \
    do {                                                                                          \
        uint64_t wx_ = (value);                                                                   \
        env->x[OPERAND(field)] = wx_;                                                             \
        flow->result = wx_;                                                                       \
        riscv_commit_reg(env, COMMIT_X, OPERAND(field), wx_);                                     \
    } while (0)

#undef WX_PAIR
#define WX_PAIR(field, value)                                                                     \
    do {                                                                                          \
        uint128_t pair_ = (value);                                                                \
        if (!IS_X0(field)) {                                                                      \
            env->x[OPERAND(field) + 1] = pair_ >> 64;                                             \
            riscv_commit_reg(env, COMMIT_X, OPERAND(field) + 1, pair_ >> 64);                     \
        }                                                                                         \
        WX(field, pair_);                                                                         \
    } while (0)

#undef FPU_WRITE
#define FPU_WRITE(type, set, field, value)                                                        \
    do {                                                                                          \
        type value_ = (value);                                                                    \
        set(env, OPERAND(field), value_);                                                         \
        riscv_commit_reg(env, COMMIT_F, OPERAND(field), env->f[OPERAND(field)]);                  \
    } while (0)

/* ---- memory ---- */

static uint64_t noted_load(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    uint64_t value = riscv_load_slow(env, op, addr, size);

    riscv_commit_load(env, addr);
    return value;
}

static void noted_store(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value, unsigned size)
{
    riscv_store_slow(env, op, addr, value, size);
    riscv_commit_store(env, addr, value, size);
}

#undef LOAD
#define LOAD(type, address) ((type)noted_load(env, op, (address), sizeof(type)))
#undef STORE
#define STORE(type, address, value) noted_store(env, op, (address), (uint64_t)(value), sizeof(type))

#undef AMO
#define AMO(type, address, old, expr)                                                             \
    uint64_t amo_addr_ = (address);                                                               \
    void *amo_ptr_ = riscv_atomic_ptr(env, op, amo_addr_, sizeof(type));                          \
    type old = __atomic_load_n((type *)amo_ptr_, __ATOMIC_RELAXED), amo_new_;                     \
    do {                                                                                          \
        amo_new_ = (type)(expr);                                                                  \
    } while (!__atomic_compare_exchange_n((type *)amo_ptr_, &old, amo_new_, false,                \
                                          GUEST_SEQ_CST, __ATOMIC_RELAXED));                      \
    riscv_atomic_done(env, sizeof(type));                                                         \
    riscv_commit_load(env, amo_addr_);                                                            \
    riscv_commit_store(env, amo_addr_, (uint64_t)amo_new_, sizeof(type))

#undef AMOCAS
#define AMOCAS(type, address, old, expected, desired)                                             \
    uint64_t amo_addr_ = (address);                                                               \
    void *amo_ptr_ = riscv_atomic_ptr(env, op, amo_addr_, sizeof(type));                          \
    type old = (expected), amo_new_ = (type)(desired);                                            \
    bool amo_stored_ = __atomic_compare_exchange_n((type *)amo_ptr_, &old, amo_new_, false,       \
                                                   GUEST_SEQ_CST, GUEST_SEQ_CST);                 \
    riscv_atomic_done(env, sizeof(type));                                                         \
    riscv_commit_load(env, amo_addr_);                                                            \
    if (amo_stored_) {                                                                            \
        riscv_commit_store(env, amo_addr_, (uint64_t)amo_new_, sizeof(type));                     \
    }

#undef AMOCAS_PAIR
#define AMOCAS_PAIR(address, old, expected, desired)                                              \
    uint64_t amo_addr_ = (address);                                                               \
    uint128_t *amo_ptr_ = riscv_atomic_ptr(env, op, amo_addr_, sizeof(uint128_t));                \
    uint128_t amo_expected_ = (expected), amo_new_ = (desired);                                   \
    uint128_t old = cas128(amo_ptr_, amo_expected_, amo_new_);                                    \
    riscv_atomic_done(env, sizeof(uint128_t));                                                    \
    riscv_commit_load(env, amo_addr_);                                                            \
    if (old == amo_expected_) {                                                                   \
        riscv_commit_store(env, amo_addr_, amo_new_, 8);                                          \
        riscv_commit_store(env, amo_addr_ + 8, amo_new_ >> 64, 8);                                \
    }

static uint64_t noted_load_reserved(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size)
{
    uint64_t value = riscv_load_reserved(env, op, addr, size);

    riscv_commit_load(env, addr);
    return value;
}

static uint64_t noted_store_conditional(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                                         unsigned size)
{
    uint64_t failed = riscv_store_conditional(env, op, addr, value, size);

    if (!failed) {
        riscv_commit_store(env, addr, value, size);
    }
    return failed;
}

#undef LR
#define LR(type, address) ((type)noted_load_reserved(env, op, (address), sizeof(type)))
#undef SC
#define SC(type, address, value)                                                                  \
    noted_store_conditional(env, op, (address), (uint64_t)(value), sizeof(type))

/* ---- what does more than one thing ---- */

static void noted_cbo(CPURISCVState *env, const RISCVOp *op, RISCVCbo kind, uint64_t addr)
{
    riscv_cbo(env, op, kind, addr);
    addr = riscv_mask_address(env, addr);
    if (kind == CBO_ZERO) {
        riscv_commit_store_zeros(env, addr & -env->cboz_size, env->cboz_size);
    }
}
#define riscv_cbo(env, op, kind, addr) noted_cbo(env, op, kind, addr)

static void noted_zcmp_push(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra)
{
    uint64_t addr = env->x[RISCV_ZCMP_SP];

    riscv_zcmp_push(env, op, rlist, extra);
    for (unsigned i = riscv_zcmp_count(rlist); i-- > 0;) {
        addr -= 8;
        riscv_commit_store(env, addr, env->x[riscv_zcmp_registers[i]], 8);
    }
    riscv_commit_reg(env, COMMIT_X, RISCV_ZCMP_SP, env->x[RISCV_ZCMP_SP]);
}
#define riscv_zcmp_push(env, op, rlist, extra) noted_zcmp_push(env, op, rlist, extra)

static uint64_t noted_zcmp_pop(CPURISCVState *env, const RISCVOp *op, unsigned rlist, unsigned extra)
{
    uint64_t ra = riscv_zcmp_pop(env, op, rlist, extra), addr = env->x[RISCV_ZCMP_SP];

    for (unsigned i = riscv_zcmp_count(rlist); i-- > 0;) {
        unsigned reg = riscv_zcmp_registers[i];

        addr -= 8;
        riscv_commit_load(env, addr);
        riscv_commit_reg(env, COMMIT_X, reg, env->x[reg]);
    }
    riscv_commit_reg(env, COMMIT_X, RISCV_ZCMP_SP, env->x[RISCV_ZCMP_SP]);
    return ra;
}
#define riscv_zcmp_pop(env, op, rlist, extra) noted_zcmp_pop(env, op, rlist, extra)

/* ---- shadow stacks ---- */

static void noted_shadow_push(CPURISCVState *env, const RISCVOp *op, uint64_t value)
{
    riscv_shadow_push(env, op, value);
    if (riscv_shadow_active(env)) {
        riscv_commit_store(env, env->ssp, value, 8);
        riscv_commit_reg(env, COMMIT_CSR, CSR_ssp, env->ssp);
    }
}
#define riscv_shadow_push(env, op, value) noted_shadow_push(env, op, value)

static void noted_shadow_pop_check(CPURISCVState *env, const RISCVOp *op, uint64_t value)
{
    riscv_shadow_pop_check(env, op, value);
    if (riscv_shadow_active(env)) {
        riscv_commit_load(env, env->ssp - 8);
        riscv_commit_reg(env, COMMIT_CSR, CSR_ssp, env->ssp);
    }
}
#define riscv_shadow_pop_check(env, op, value) noted_shadow_pop_check(env, op, value)

static uint64_t noted_shadow_swap(CPURISCVState *env, const RISCVOp *op, uint64_t addr,
                                  uint64_t value, unsigned size)
{
    uint64_t old = riscv_shadow_swap(env, op, addr, value, size);

    riscv_commit_load(env, addr);
    riscv_commit_store(env, addr, value, size);
    return old;
}
#define riscv_shadow_swap(env, op, addr, value, size) noted_shadow_swap(env, op, addr, value, size)

/* ---- CSRs ---- */

static void wrote_csr(CPURISCVState *env, unsigned csr)
{
    struct RISCVCommitNotes *notes = riscv_commit_notes(env);

    if (!notes->has_state) {
        notes->has_state = true;
        notes->computes = false;
        notes->was_clean = false;
    }
    notes->csr = csr;
}

/* tinfo is read-only; misa is left alone where C cannot be cleared, the next instruction being misaligned without. */
static bool refused(CPURISCVState *env, unsigned csr, uint64_t value, uint64_t mask)
{
    uint64_t c = 1ull << ('C' - 'A');

    return csr == CSR_tinfo || (csr == CSR_misa && (mask & ~value & c) && (env->misa & c));
}

static uint64_t noted_csr_insn(CPURISCVState *env, const RISCVOp *op, unsigned csr, uint64_t value, uint64_t mask,
                                bool do_read, bool do_write)
{
    uint64_t old;

    riscv_commit_begin_csr(env);
    old = riscv_csr_insn(env, op, csr, value, mask, do_read, do_write);
    if (do_write && !refused(env, csr, value, mask)) {
        wrote_csr(env, csr);
    }
    return old;
}

#undef CSR_RW
#define CSR_RW(csr, value, mask, do_read, do_write)                                               \
    noted_csr_insn(env, op, (csr), (value), (mask), (do_read), (do_write))

static void noted_mret(CPURISCVState *env, const RISCVOp *op)
{
    riscv_mret(env, op);
    wrote_csr(env, CSR_mstatus);
    if (riscv_ext_has(&env->ext, RISCV_EXT_Sdtrig) && !riscv_ext_has(&env->ext, RISCV_EXT_S)) {
        riscv_commit_reg(env, COMMIT_CSR, CSR_tcontrol, env->tcontrol);
    }
}
#define riscv_mret(env, op) noted_mret(env, op)

static void noted_sret(CPURISCVState *env, const RISCVOp *op)
{
    riscv_sret(env, op);
    wrote_csr(env, CSR_mstatus);
}
#define riscv_sret(env, op) noted_sret(env, op)

/* It clears mstatus.MPRV as well, unless it leads to M. */
static void noted_mnret(CPURISCVState *env, const RISCVOp *op)
{
    riscv_mnret(env, op);
    wrote_csr(env, CSR_mnstatus);
    if (env->priv != PRIV_M) {
        riscv_commit_reg(env, COMMIT_CSR, CSR_mstatus, riscv_mstatus(env));
    }
}
#define riscv_mnret(env, op) noted_mnret(env, op)

/* ---- handlers ---- */

#include "target-riscv/interp/dispatch.h" /* with the bodies */

/* `...` comes behind the body. */
#define COMMIT_HANDLER(name, before, ...)                                                         \
    static RISCV_HANDLER(op_##name)                                                               \
    {                                                                                             \
        RISCVFlow flow = RISCV_FLOW(op);                                                          \
                                                                                                  \
        before;                                                                                   \
        riscv_commit_begin(env, op, RISCV_INSN_##name);                                           \
        insn_##name(env, op, &flow);                                                              \
        __VA_ARGS__                                                                               \
    }

#define COMMIT_PLAIN(name)                                                                        \
    COMMIT_HANDLER(name, , {                                                                      \
        riscv_commit_end(env, op);                                                                \
        NEXT(op + 1, flow.result);                                                                \
    })

#define COMMIT_BRANCH(name)                                                                       \
    COMMIT_HANDLER(name, , {                                                                      \
        if (!flow.taken) {                                                                        \
            riscv_commit_end(env, op);                                                            \
            NEXT(op + 2, riscv_no_result());                                                      \
        }                                                                                         \
        if (OPERAND_rd(flow.operands)) { /* 0: it raises instead */                               \
            riscv_commit_end(env, op);                                                            \
        }                                                                                         \
        TAKE_EXIT(op + 1, OPERAND_rd(flow.operands));                                             \
    })

#define COMMIT_JUMP(name)                                                                         \
    COMMIT_HANDLER(name, , {                                                                      \
        riscv_commit_end(env, op);                                                                \
        TAKE_EXIT(op + 1, OPERAND_rs1(flow.operands));                                            \
    })

#define COMMIT_JUMP_INDIRECT(name)                                                                \
    COMMIT_HANDLER(name, , {                                                                      \
        riscv_commit_end(env, op);                                                                \
        env->budget -= (op + 1)->rd;                                                              \
        JUMP_BY_TABLE(flow.target);                                                               \
    })

#define COMMIT_END(name)                                                                          \
    COMMIT_HANDLER(name, env->pc = riscv_next_pc(env, op), {                                      \
        env->budget -= riscv_env_op_info(env, op)->retired + 1;                                   \
        riscv_commit_end(env, op);                                                                \
        return NULL;                                                                              \
    })

#define ENTRY(name, kind) COMMIT_##kind(name)
RISCV_INSN_LIST(ENTRY)
#undef ENTRY

RISCV_HANDLER(riscv_commit_jalr_to_pad)
{
    RISCVFlow flow = RISCV_FLOW(op);

    riscv_commit_begin(env, op, RISCV_INSN_jalr);
    insn_jalr(env, op, &flow);
    riscv_commit_end(env, op);
    env->budget -= (op + 1)->rd;
    env->pc = flow.target;
    env->elp = true;
    return NULL;
}

RISCVHandler *const riscv_commit_insns[] = {
#define ENTRY(name, kind) [RISCV_INSN_##name] = op_##name,
    RISCV_INSN_LIST(ENTRY)
#undef ENTRY
};
