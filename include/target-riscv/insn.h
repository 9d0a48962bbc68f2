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

#include "system/guest-ram.h"
#include "target-riscv/cpu.h"
#include "util/cas128.h"

/*
 * Runs the operation and says which is next. `last` is what the instruction before wrote to its integer register; where
 * that wrote none, anything. A handler's definition begins with RISCV_HANDLER(name), or static RISCV_HANDLER(name).
 */
#if defined(__has_attribute) && __has_attribute(preserve_none)
#define RISCV_HANDLER_ABI __attribute__((preserve_none)) /* all registers are the handlers', none the run loop's */
#else
#define RISCV_HANDLER_ABI
#endif
typedef const RISCVOp *RISCV_HANDLER_ABI RISCVHandler(CPURISCVState *env, const RISCVOp *op, uint64_t last);
#define RISCV_HANDLER(name)                                                                       \
    RISCVHandler name;                                                                            \
    RISCV_HANDLER_ABI const RISCVOp *name(G_GNUC_UNUSED CPURISCVState *env, const RISCVOp *op,    \
                                          G_GNUC_UNUSED uint64_t last)

/*
 * One pre-decoded operation: 16 bytes. Where a body uses PC or NEXT_PC, pc_offset is the page offset of
 * the instruction or of the one after it (the row's flags say which); such formats have no rs2 and rs3.
 * A slot that belongs to an exit (translate.c) keeps the link to the next block in place of operands.
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
    uint64_t operands; /* of the operation: see OPERAND */
    bool missed;     /* an accessor's fast path does not do: nothing has changed; run the slow handler */
    bool taken;      /* BRANCH */
    uint64_t target; /* JUMP_TO */
    uint64_t result; /* WX */
    /* Where the value of a register is known without a look at env->x (RISCVSource): the value. */
    bool has_rs1, has_rs2;
    uint64_t rs1, rs2;
} RISCVFlow;

/*
 * All operands of `op`, loaded at once: handlers are bound by the host's loads, and to take a field out of a register
 * costs less. The asm keeps the compiler from making a load of each field again.
 */
static inline __attribute__((always_inline)) uint64_t riscv_op_operands(const RISCVOp *op)
{
    uint64_t operands;

    memcpy(&operands, &op->link, sizeof(operands));
    __asm__("" : "+r"(operands));
    return operands;
}

/* A field of RISCVOp; hosts are little-endian. */
#define OPERAND(field) OPERAND_##field(flow->operands)
#define OPERAND_rd(operands) ((uint8_t)(operands))
#define OPERAND_rs1(operands) ((uint8_t)((operands) >> 8))
#define OPERAND_rs2(operands) ((uint8_t)((operands) >> 16))
#define OPERAND_rs3(operands) ((uint8_t)((operands) >> 24))
#define OPERAND_pc_offset(operands) ((uint16_t)((operands) >> 16))
#define OPERAND_imm(operands) ((int32_t)((operands) >> 32))
G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

/* A value that nobody looks at, for which the compiler emits nothing; in the register that `last` is passed in. */
#ifdef __x86_64__
#define RISCV_NO_RESULT_ASM(value) __asm__("" : "=d"(value))
#else
#define RISCV_NO_RESULT_ASM(value) __asm__("" : "=r"(value))
#endif
static inline __attribute__((always_inline)) uint64_t riscv_no_result(void)
{
    uint64_t value;

    RISCV_NO_RESULT_ASM(value);
    return value;
}

/* What the body of the operation at `op` starts with; `...` are further members. */
#define RISCV_FLOW(op, ...)                                                                       \
    { .operands = riscv_op_operands(op), .result = riscv_no_result(), __VA_ARGS__ }

#define INSN(name, ...)                                                                           \
    static inline __attribute__((always_inline)) void insn_##name(                                \
        G_GNUC_UNUSED CPURISCVState *env, G_GNUC_UNUSED const RISCVOp *op,                        \
        G_GNUC_UNUSED RISCVFlow *flow)
#define INSN_C(...)

/* ---- operands and registers ---- */
#define XLEN 64
/* Which slot of env->x a write to x0 goes to: decoding makes rd = 0 of an integer register this. */
#define RISCV_X_SINK 32
#define IS_X0(field) (OPERAND(field) == 0 || OPERAND(field) == RISCV_X_SINK)
#define X(field) (flow->has_##field ? flow->field : env->x[OPERAND(field)]) /* of rs1 and rs2 */
#define WX(field, value)                                                                          \
    do {                                                                                          \
        uint64_t wx_ = (value);                                                                   \
        if (G_LIKELY(!flow->missed)) {                                                            \
            env->x[OPERAND(field)] = wx_;                                                              \
            flow->result = wx_;                                                                   \
        }                                                                                         \
    } while (0)
#define X3 (env->x[OPERAND(rs3)]) /* a third source */
/* Of a pair of registers, the first one even: "both halves of the pair read as zero" if it is x0. */
#define X_PAIR(field)                                                                             \
    (OPERAND(field) ? (uint128_t)env->x[OPERAND(field) + 1] << 64 | env->x[OPERAND(field)] : 0)
/* "If it is x0, neither destination register is written." What WX comes last for is the result. */
#define WX_PAIR(field, value)                                                                     \
    do {                                                                                          \
        uint128_t pair_ = (value);                                                                \
        if (!IS_X0(field)) {                                                                      \
            env->x[OPERAND(field) + 1] = pair_ >> 64;                                             \
        }                                                                                         \
        WX(field, pair_);                                                                         \
    } while (0)
#define IMM ((int64_t)OPERAND(imm))
#define UIMM5 OPERAND(rs1)
#define PC (env->pc_page + OPERAND(pc_offset))
#define NEXT_PC (env->pc_page + OPERAND(pc_offset))

/* ---- control transfer: last statement of a body ---- */
#define BRANCH(cond) (flow->taken = (cond))
#define JUMP() ((void)0)
#define JUMP_TO(address) (flow->target = (address))
/* instruction-address-misaligned, before anything changes; only possible where C is off */
#define CHECK_TARGET(address)                                                                     \
    do {                                                                                          \
        if (G_UNLIKELY((address) & env->target_misaligned)) {                                     \
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
    if (page == env->noted_page && env->noted >> (addr >> GRANULE_BITS & 63) & 1) {
        return false;
    }
    env->store_done = 1;
    return true;
}

#define RISCV_LOAD_STORE(type)                                                                    \
    static inline __attribute__((always_inline)) type riscv_load_##type(                          \
        CPURISCVState *env, RISCVFlow *flow, uint64_t addr)                                       \
    {                                                                                             \
        const RISCVTLB *tlb = env->tlb;                                                           \
        const RISCVTLBEntry *e = &tlb->load[riscv_tlb_index(addr)];                               \
        uint64_t tag = addr & (RISCV_PAGE_MASK | (sizeof(type) - 1));                             \
        type value = 0;                                                                           \
                                                                                                  \
        if (G_LIKELY(e->tag == tag)) {                                                            \
            guest_ram_copy(&value, (void *)(uintptr_t)(addr + tlb->common_addend), sizeof(type)); \
        } else if (e->tag == (tag | RISCV_TLB_UNCOMMON)) {                                        \
            guest_ram_copy(&value, (void *)(uintptr_t)(addr + e->addend), sizeof(type));          \
        } else {                                                                                  \
            flow->missed = true;                                                                  \
        }                                                                                         \
        return value;                                                                             \
    }                                                                                             \
    static inline __attribute__((always_inline)) void riscv_store_##type(                         \
        CPURISCVState *env, RISCVFlow *flow, uint64_t addr, type value)                           \
    {                                                                                             \
        const RISCVTLBEntry *e = &env->tlb->store[riscv_tlb_index(addr)];                         \
        uint64_t tag = addr & (RISCV_PAGE_MASK | (sizeof(type) - 1));                             \
                                                                                                  \
        if (G_LIKELY(e->tag == tag)) {                                                            \
            guest_ram_copy((void *)(uintptr_t)(addr + e->addend), &value, sizeof(type));          \
        } else if (e->tag == (tag | RISCV_TLB_SPECIAL)) {                                         \
            guest_ram_copy((void *)(uintptr_t)(addr + e->addend), &value, sizeof(type));          \
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
                                          GUEST_SEQ_CST, __ATOMIC_RELAXED));                      \
    riscv_atomic_done(env, sizeof(type))

/* Atomically replace memory by `desired` if it is `expected`; `old`, which this declares, is what was there. */
#define AMOCAS(type, address, old, expected, desired)                                             \
    void *amo_ptr_ = riscv_atomic_ptr(env, op, (address), sizeof(type));                          \
    type old = (expected);                                                                        \
    __atomic_compare_exchange_n((type *)amo_ptr_, &old, (type)(desired), false, GUEST_SEQ_CST,    \
                                GUEST_SEQ_CST);                                                   \
    riscv_atomic_done(env, sizeof(type))
#define AMOCAS_PAIR(address, old, expected, desired)                                              \
    uint128_t *amo_ptr_ = riscv_atomic_ptr(env, op, (address), sizeof(uint128_t));                \
    uint128_t old = cas128(amo_ptr_, (expected), (desired));                                      \
    riscv_atomic_done(env, sizeof(uint128_t))

#define LR(type, address) ((type)riscv_load_reserved(env, op, (address), sizeof(type)))
#define SC(type, address, value)                                                                  \
    riscv_store_conditional(env, op, (address), (uint64_t)(value), sizeof(type))
uint64_t riscv_load_reserved(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size);
/* 0: stored; 1: the reservation was lost. */
uint64_t riscv_store_conditional(CPURISCVState *env, const RISCVOp *op, uint64_t addr,
                                 uint64_t value, unsigned size);

/*
 * ---- shadow stacks (shadow-stack.c) ----
 *
 * Where they are not active, the first three do what may-be-operations do: nothing, and SS_POINTER
 * is 0.
 */
#define SS_PUSH(value) riscv_shadow_push(env, op, (value))
#define SS_POP_CHECK(value) riscv_shadow_pop_check(env, op, (value))
#define SS_POINTER (riscv_shadow_active(env) ? env->ssp : 0)
#define SS_SWAP(type, address, value)                                                             \
    ((type)riscv_shadow_swap(env, op, (address), (uint64_t)(value), sizeof(type)))
bool riscv_shadow_active(const CPURISCVState *env);
void riscv_shadow_push(CPURISCVState *env, const RISCVOp *op, uint64_t value);
void riscv_shadow_pop_check(CPURISCVState *env, const RISCVOp *op, uint64_t value);
/* ssamoswap: illegal unless SSE permits; what was in memory before. */
uint64_t riscv_shadow_swap(CPURISCVState *env, const RISCVOp *op, uint64_t addr, uint64_t value,
                           unsigned size);
/*
 * Host address of an aligned operand in a page of a shadow stack: as riscv_atomic_ptr(), for an
 * access of one of those two kinds. riscv_atomic_done() follows a write.
 */
void *riscv_shadow_ptr(CPURISCVState *env, const RISCVOp *op, uint64_t addr, unsigned size,
                       RISCVAccess access);

/* ---- CSRs and system instructions: operations that end a block ---- */
#define CSR_RW(csr, value, mask, do_read, do_write)                                               \
    riscv_csr_insn(env, op, (csr), (value), (mask), (do_read), (do_write))
uint64_t riscv_csr_insn(CPURISCVState *env, const RISCVOp *op, unsigned csr, uint64_t value,
                        uint64_t mask, bool do_read, bool do_write);

G_NORETURN void riscv_ecall(CPURISCVState *env, const RISCVOp *op);
G_NORETURN void riscv_ebreak(CPURISCVState *env, const RISCVOp *op);
void riscv_mret(CPURISCVState *env, const RISCVOp *op);
void riscv_sret(CPURISCVState *env, const RISCVOp *op);
void riscv_mnret(CPURISCVState *env, const RISCVOp *op);
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
