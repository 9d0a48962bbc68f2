/*
 * What the body of an instruction may use: accessors for operands, registers, memory and CSRs.
 *
 * A body (target-riscv/insn/<group>.c.inc) reaches state through these only, so that another engine, another
 * XLEN or a logging build can give them another meaning. They come from the engine that includes the body;
 * this page is the interpreter's. What does not belong here: rows and bodies.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_INSN_H
#define TARGET_RISCV_INSN_H

#include <string.h>

#include "target-riscv/cpu.h"

typedef const RISCVOp *RISCVHandler(CPURISCVState *env, const RISCVOp *op);

/*
 * One pre-decoded operation: 16 bytes. Where a body uses PC or NEXT_PC, pc_offset is the page offset of
 * the instruction or of the one after it (the row's flags say which); such formats have no rs2 and rs3.
 * A slot that belongs to an exit (see block.h) keeps the link to the next block in place of operands.
 */
struct RISCVOp {
    RISCVHandler *handler;
    union {
        struct {
            uint8_t rd, rs1;
            union {
                struct {
                    uint8_t rs2, rs3;
                };
                uint16_t pc_offset;
            };
            int32_t imm;
        };
        const RISCVOp *link;
    };
};

/* What a body says about how to go on; lives in registers of the handler that the body is inlined into. */
typedef struct RISCVFlow {
    bool missed;     /* an accessor's fast path does not do: nothing has changed; run the slow handler */
    bool taken;      /* BRANCH */
    uint64_t target; /* JUMP_TO */
    uint64_t result; /* WX */
    /* In a fused pair whose second instruction reads what the first one wrote: the value itself. */
    bool has_rs1, has_rs2;
    uint64_t rs1, rs2;
} RISCVFlow;

#define INSN(name, ...)                                                                           \
    static inline __attribute__((always_inline)) void insn_##name(                                \
        G_GNUC_UNUSED CPURISCVState *env, G_GNUC_UNUSED const RISCVOp *op,                        \
        G_GNUC_UNUSED RISCVFlow *flow)
#define INSN_C(...)

/* ---- operands and registers ---- */
#define XLEN 64
/* Which slot of env->x a write to x0 goes to: decoding makes rd = 0 of an integer register this. */
#define RISCV_X_SINK 32
#define IS_X0(field) (op->field == 0 || op->field == RISCV_X_SINK)
#define X(field) (flow->has_##field ? flow->field : env->x[op->field]) /* of rs1 and rs2 */
#define WX(field, value)                                                                          \
    do {                                                                                          \
        uint64_t wx_ = (value);                                                                   \
        if (G_LIKELY(!flow->missed)) {                                                            \
            env->x[op->field] = wx_;                                                              \
            flow->result = wx_;                                                                   \
        }                                                                                         \
    } while (0)
#define IMM ((int64_t)op->imm)
#define UIMM5 (op->rs1)
#define PC (env->pc_page + op->pc_offset)
#define NEXT_PC (env->pc_page + op->pc_offset)

/* ---- control transfer: last statement of a body ---- */
#define BRANCH(cond) (flow->taken = (cond))
#define JUMP() ((void)0)
#define JUMP_TO(address) (flow->target = (address))
/* instruction-address-misaligned, before anything changes; only possible where C is off */
#define CHECK_TARGET(address)                                                                     \
    do {                                                                                          \
        if (G_UNLIKELY((address)&2) && !riscv_ext_has(&env->ext, RISCV_EXT_Zca)) {                \
            riscv_raise(env, op, EXC_INSN_MISALIGNED, (address));                                 \
        }                                                                                         \
    } while (0)
#define ILLEGAL() riscv_raise_illegal(env, op)

/*
 * ---- memory: types are C's fixed-width integers ----
 *
 * The fast path is inline: the TLB has the page, and the access is aligned. Otherwise it sets flow->missed,
 * and the handler runs the body again as compiled with RISCV_SLOW_ACCESS, where every access is a call that
 * does whatever is to be done and may raise. So a fast handler keeps no state over a call.
 */
uint64_t riscv_load_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size);
void riscv_store_slow(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                      unsigned size);

#ifdef RISCV_SLOW_ACCESS
#define LOAD(type, address) ((type)riscv_load_slow(env, op, (address), sizeof(type)))
#define STORE(type, address, value)                                                               \
    riscv_store_slow(env, op, (address), (uint64_t)(value), sizeof(type))
#else
#define LOAD(type, address) riscv_load_##type(env, flow, (address))
#define STORE(type, address, value) riscv_store_##type(env, flow, (address), (value))
#endif

static inline unsigned riscv_tlb_index(uint64_t addr)
{
    return addr >> RISCV_PAGE_BITS & (RISCV_TLB_SIZE - 1);
}

/*
 * After an aligned store to a page with special granules: was it to one of them? Then the slow path notes it, but
 * does not store again: another hart may have stored there since. The store comes first, see ram_mark_code().
 */
static inline bool riscv_store_hits(CPURISCVState *env, uint64_t addr)
{
    const RAMPage *page;

    __asm__ volatile("" : "+r"(addr) : : "memory"); /* also keeps the index out of the common path */
    page = env->tlb->special[riscv_tlb_index(addr)];
    if (G_LIKELY(!(__atomic_load_n(&page->special, __ATOMIC_RELAXED) >> (addr >> GRANULE_BITS & 63) & 1))) {
        return false;
    }
    env->store_done = 1;
    return true;
}

#define RISCV_LOAD_STORE(type)                                                                    \
    static inline __attribute__((always_inline)) type riscv_load_##type(                          \
        CPURISCVState *env, RISCVFlow *flow, uint64_t addr)                                       \
    {                                                                                             \
        const RISCVTLBEntry *e = &env->tlb->load[riscv_tlb_index(addr)];                          \
        type value;                                                                               \
                                                                                                  \
        if (G_UNLIKELY(e->tag != (addr & (RISCV_PAGE_MASK | (sizeof(type) - 1))))) {              \
            flow->missed = true;                                                                  \
            return 0;                                                                             \
        }                                                                                         \
        memcpy(&value, (void *)(uintptr_t)(addr + e->addend), sizeof(type));                      \
        return value;                                                                             \
    }                                                                                             \
    static inline __attribute__((always_inline)) void riscv_store_##type(                         \
        CPURISCVState *env, RISCVFlow *flow, uint64_t addr, type value)                           \
    {                                                                                             \
        const RISCVTLBEntry *e = &env->tlb->store[riscv_tlb_index(addr)];                         \
        uint64_t tag = addr & (RISCV_PAGE_MASK | (sizeof(type) - 1));                             \
                                                                                                  \
        if (G_LIKELY(e->tag == tag)) {                                                            \
            memcpy((void *)(uintptr_t)(addr + e->addend), &value, sizeof(type));                  \
        } else if (e->tag == (tag | RISCV_TLB_SPECIAL)) {                                         \
            memcpy((void *)(uintptr_t)(addr + e->addend), &value, sizeof(type));                  \
            flow->missed = riscv_store_hits(env, addr);                                           \
        } else {                                                                                  \
            flow->missed = true;                                                                  \
        }                                                                                         \
    }
RISCV_LOAD_STORE(uint8_t)
RISCV_LOAD_STORE(uint16_t)
RISCV_LOAD_STORE(uint32_t)
RISCV_LOAD_STORE(uint64_t)
RISCV_LOAD_STORE(int8_t)
RISCV_LOAD_STORE(int16_t)
RISCV_LOAD_STORE(int32_t)
RISCV_LOAD_STORE(int64_t)

/* ---- atomics ---- */

/*
 * Host address of an aligned RAM operand that may be both read and written; raises store/AMO misaligned,
 * page or access faults (I/O memory has the PMA AMONone). riscv_atomic_done() follows every write.
 */
void *riscv_atomic_ptr(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size);
void riscv_atomic_done(CPURISCVState *env, unsigned size);

/* Atomically replace memory by `expr`, which may use `old`, a variable that this declares. */
#define AMO(type, address, old, expr)                                                             \
    void *amo_ptr_ = riscv_atomic_ptr(env, op, (address), sizeof(type));                          \
    type old = __atomic_load_n((type *)amo_ptr_, __ATOMIC_RELAXED);                               \
    do {                                                                                          \
    } while (!__atomic_compare_exchange_n((type *)amo_ptr_, &old, (type)(expr), false,            \
                                          __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));                   \
    riscv_atomic_done(env, sizeof(type))

#define LR(type, address) ((type)riscv_load_reserved(env, op, (address), sizeof(type)))
#define SC(type, address, value)                                                                  \
    riscv_store_conditional(env, op, (address), (uint64_t)(value), sizeof(type))
uint64_t riscv_load_reserved(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size);
/* 0: stored; 1: the reservation was lost. */
uint64_t riscv_store_conditional(CPURISCVState *env, const RISCVOp *op, uint64_t addr,
                                 uint64_t value, unsigned size);

/* ---- CSRs and system instructions: operations that end a block ---- */
#define CSR_RW(csr, value, mask, do_read, do_write)                                               \
    riscv_csr_insn(env, op, (csr), (value), (mask), (do_read), (do_write))
uint64_t riscv_csr_insn(CPURISCVState *env, const RISCVOp *op, unsigned csr, uint64_t value,
                        uint64_t mask, bool do_read, bool do_write);

G_NORETURN void riscv_ecall(CPURISCVState *env, const RISCVOp *op);
G_NORETURN void riscv_ebreak(CPURISCVState *env, const RISCVOp *op);
void riscv_mret(CPURISCVState *env, const RISCVOp *op);
void riscv_sret(CPURISCVState *env, const RISCVOp *op);
void riscv_wfi(CPURISCVState *env, const RISCVOp *op);
void riscv_wrs(CPURISCVState *env, const RISCVOp *op, bool short_timeout);
void riscv_pause(CPURISCVState *env, const RISCVOp *op);
void riscv_fence(CPURISCVState *env, const RISCVOp *op, int64_t imm);
void riscv_fence_i(CPURISCVState *env, const RISCVOp *op);
void riscv_sfence_vma(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr, uint64_t asid,
                      bool has_vaddr, bool has_asid);
void riscv_sinval_vma(CPURISCVState *env, const RISCVOp *op, uint64_t vaddr, uint64_t asid,
                      bool has_vaddr, bool has_asid);
void riscv_sfence_inval(CPURISCVState *env, const RISCVOp *op); /* sfence.w.inval, sfence.inval.ir */

typedef enum RISCVCbo { CBO_INVAL, CBO_CLEAN, CBO_FLUSH, CBO_ZERO } RISCVCbo;
void riscv_cbo(CPURISCVState *env, const RISCVOp *op, RISCVCbo kind, uint64_t addr);

#endif
