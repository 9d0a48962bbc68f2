/*
 * What a guest program in C is written with: checks, CSR access, traps that are expected, other
 * privilege modes, other harts, the console. paging.h and pmp.h add page tables and PMP.
 *
 * A program is a main() that runs on hart 0 in machine mode, with interrupts off, translation off
 * and one PMP entry (the last) that allows everything. Returning 0 passes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/*
 * ---- checks: the exit status is the number of the first check that failed, in the file's order
 * ----
 */

#define CHECK(cond)                                                   \
    do {                                                              \
        if (!(cond)) {                                                \
            check_failed(__COUNTER__ + 1, __FILE__, __LINE__, #cond); \
        }                                                             \
    } while (0)

#define CHECK_EQ(actual, expected)                                                             \
    check_equal((uint64_t)(actual), (uint64_t)(expected), __COUNTER__ + 1, __FILE__, __LINE__, \
                #actual " == " #expected)

/* The last try_...() or PROBE() took a trap of this cause with this xtval. */
#define CHECK_TRAP(expected_cause, expected_tval)                                                \
    check_trap((uint64_t)(expected_cause), (uint64_t)(expected_tval), __COUNTER__ + 1, __FILE__, \
               __LINE__, #expected_cause)

#define CHECK_NO_TRAP() \
    check_equal(trap()->cause, (uint64_t)NO_TRAP, __COUNTER__ + 1, __FILE__, __LINE__, "no trap")

/*
 * The same for assembly: found a value that is not what `what` says, in a row of a table unless
 * that is -1.
 */
void check_failed_value(unsigned number, const char *what, uint64_t found, int64_t row)
    __attribute__((noreturn));
void check_failed(unsigned number, const char *file, int line, const char *what)
    __attribute__((noreturn));
void check_equal(uint64_t actual, uint64_t expected, unsigned number, const char *file, int line,
                 const char *what);
void check_trap(uint64_t cause, uint64_t tval, unsigned number, const char *file, int line,
                const char *what);

/* ---- CSRs: `csr` is a name that the assembler knows, or a number ---- */

#define csr_read(csr)                                           \
    ({                                                          \
        uint64_t v_;                                            \
        asm volatile("csrr %0, " #csr : "=r"(v_) : : "memory"); \
        v_;                                                     \
    })
#define csr_write(csr, value) \
    asm volatile("csrw " #csr ", %0" : : "rK"((uint64_t)(value)) : "memory")
#define csr_set(csr, bits) asm volatile("csrs " #csr ", %0" : : "rK"((uint64_t)(bits)) : "memory")
#define csr_clear(csr, bits) asm volatile("csrc " #csr ", %0" : : "rK"((uint64_t)(bits)) : "memory")
/* Set the bits if `on`, else clear them. */
#define csr_turn(csr, bits, on)   \
    do {                          \
        if (on) {                 \
            csr_set(csr, bits);   \
        } else {                  \
            csr_clear(csr, bits); \
        }                         \
    } while (0)
/* Write, then read back: what a WARL field made of it. */
#define csr_warl(csr, value)   \
    ({                         \
        csr_write(csr, value); \
        csr_read(csr);         \
    })

#define MSTATUS_SIE (1ul << 1)
#define MSTATUS_MIE (1ul << 3)
#define MSTATUS_SPIE (1ul << 5)
#define MSTATUS_UBE (1ul << 6)
#define MSTATUS_MPIE (1ul << 7)
#define MSTATUS_SPP (1ul << 8)
#define MSTATUS_MPP (3ul << 11)
#define MSTATUS_MPP_OF(mode) ((uint64_t)(mode) << 11)
#define MSTATUS_FS (3ul << 13)
#define MSTATUS_FS_INITIAL (1ul << 13)
#define MSTATUS_FS_CLEAN (2ul << 13)
#define MSTATUS_XS (3ul << 15)
#define MSTATUS_MPRV (1ul << 17)
#define MSTATUS_SUM (1ul << 18)
#define MSTATUS_MXR (1ul << 19)
#define MSTATUS_TVM (1ul << 20)
#define MSTATUS_TW (1ul << 21)
#define MSTATUS_TSR (1ul << 22)
#define MSTATUS_UXL (3ul << 32)
#define MSTATUS_SXL (3ul << 34)
#define MSTATUS_SD (1ul << 63)

#define MENVCFG_CBIE (3ul << 4)
#define MENVCFG_CBIE_FLUSH (1ul << 4)
#define MENVCFG_CBIE_INVAL (3ul << 4)
#define MENVCFG_CBCFE (1ul << 6)
#define MENVCFG_CBZE (1ul << 7)
#define MENVCFG_ADUE (1ul << 61)
#define MENVCFG_PBMTE (1ul << 62)
#define MENVCFG_STCE (1ul << 63)

#define MISA(letter) (1ul << ((letter) - 'A'))

/* ---- traps ---- */

enum {
    CAUSE_FETCH_MISALIGNED = 0,
    CAUSE_FETCH_ACCESS = 1,
    CAUSE_ILLEGAL = 2,
    CAUSE_BREAKPOINT = 3,
    CAUSE_LOAD_MISALIGNED = 4,
    CAUSE_LOAD_ACCESS = 5,
    CAUSE_STORE_MISALIGNED = 6,
    CAUSE_STORE_ACCESS = 7,
    CAUSE_ECALL_U = 8,
    CAUSE_ECALL_S = 9,
    CAUSE_ECALL_M = 11,
    CAUSE_FETCH_PAGE = 12,
    CAUSE_LOAD_PAGE = 13,
    CAUSE_STORE_PAGE = 15,
};
#define CAUSE_INTERRUPT (1ul << 63)
enum { IRQ_SSI = 1, IRQ_MSI = 3, IRQ_STI = 5, IRQ_MTI = 7, IRQ_SEI = 9, IRQ_MEI = 11 };
#define IRQ_BIT(irq) (1ul << (irq))

enum { MODE_U = 0, MODE_S = 1, MODE_M = 3 };

/* What the last expected trap left in the CSRs of the mode that took it. */
struct trap {
    uint64_t cause; /* NO_TRAP: none */
    uint64_t epc;
    uint64_t tval;
    uint64_t status; /* mstatus or sstatus as the handler found it */
    uint64_t mode;   /* that took the trap: MODE_M or MODE_S */
};

#define IRQ_LOG_SIZE 16

struct hart {
    uint64_t mregs[32]; /* of the code that a trap into M interrupted; [0] unused */
    uint64_t sregs[32];
    uint64_t m_sp, s_sp; /* trap stacks */
    uint64_t resume;     /* where an expected trap continues; 0: no trap is expected */
    struct trap trap;
    uint64_t call_sp;     /* frame of run_in() */
    uint64_t user_offset; /* added to pc, sp and tp by run_in(MODE_U, ...) */
    uint64_t scratch;     /* PROBE()'s */
    uint64_t id;
    uint64_t (*volatile entry)(uint64_t arg); /* set: the waiting hart calls it */
    uint64_t arg;
    volatile uint64_t done;
    volatile uint64_t irq_count;
    uint64_t
        irq_log[IRQ_LOG_SIZE]; /* causes (without the top bit), mode << 32, in order of arrival */
    volatile uint64_t irq_epc; /* of the last */
};
_Static_assert(offsetof(struct hart, mregs) == HART_MREGS, "layout.h");
_Static_assert(offsetof(struct hart, sregs) == HART_SREGS, "layout.h");
_Static_assert(offsetof(struct hart, m_sp) == HART_M_SP, "layout.h");
_Static_assert(offsetof(struct hart, s_sp) == HART_S_SP, "layout.h");
_Static_assert(offsetof(struct hart, resume) == HART_RESUME, "layout.h");
_Static_assert(offsetof(struct hart, trap.cause) == HART_CAUSE, "layout.h");
_Static_assert(offsetof(struct hart, call_sp) == HART_CALL_SP, "layout.h");
_Static_assert(offsetof(struct hart, user_offset) == HART_USER_OFFSET, "layout.h");
_Static_assert(offsetof(struct hart, scratch) == HART_SCRATCH, "layout.h");
_Static_assert(offsetof(struct hart, id) == HART_ID, "layout.h");
_Static_assert(offsetof(struct hart, entry) == HART_ENTRY, "layout.h");
_Static_assert(sizeof(struct hart) <= HART_SIZE, "layout.h");

static inline struct hart *hart(void) /* this hart; tp is never anything else */
{
    struct hart *h;

    asm volatile("mv %0, tp" : "=r"(h));
    return h;
}

static inline struct trap *trap(void)
{
    return &hart()->trap;
}

/*
 * Execute `code` while a trap is expected: it is recorded in trap() and execution goes on after
 * `code`. Operands as in asm(): PROBE("csrr %0, cycle", : "=r"(v)).
 */
#define ASM_NUMBER_(n) #n
#define ASM_NUMBER(n) ASM_NUMBER_(n)
#define ASM_FIELD(offset) ASM_NUMBER(offset) "(tp)\n" /* of struct hart */
/* clang-format off */
#define PROBE(code, ...)                                    \
    do {                                                    \
        barrier();                                          \
        asm volatile("sd t6, " ASM_FIELD(HART_SCRATCH)      \
                     "li t6, " ASM_NUMBER(NO_TRAP) "\n"     \
                     "sd t6, " ASM_FIELD(HART_CAUSE)        \
                     "lla t6, 9999f\n"                      \
                     "sd t6, " ASM_FIELD(HART_RESUME)       \
                     "ld t6, " ASM_FIELD(HART_SCRATCH)      \
                     code "\n"                              \
                     "9999: sd zero, " ASM_FIELD(HART_RESUME) \
                     __VA_ARGS__);                          \
        barrier();                                          \
    } while (0)
/* clang-format on */

/* One access each (probes.S). Loads return what they loaded, or their argument after a trap. */
uint64_t try_lb(uint64_t addr), try_lbu(uint64_t addr), try_lh(uint64_t addr),
    try_lhu(uint64_t addr);
uint64_t try_lw(uint64_t addr), try_lwu(uint64_t addr), try_ld(uint64_t addr);
void try_sb(uint64_t addr, uint64_t v), try_sh(uint64_t addr, uint64_t v);
void try_sw(uint64_t addr, uint64_t v), try_sd(uint64_t addr, uint64_t v);
uint64_t try_lr_w(uint64_t addr), try_lr_d(uint64_t addr);
uint64_t try_sc_w(uint64_t addr, uint64_t v), try_sc_d(uint64_t addr, uint64_t v);
uint64_t try_amoadd_w(uint64_t addr, uint64_t v), try_amoadd_d(uint64_t addr, uint64_t v);
/* Call `addr` with a0 = a1 = arg; the code there ends with ret. */
uint64_t try_call(uint64_t addr, uint64_t arg);
/*
 * Loads and stores of machine mode with mstatus.MPRV set and MPP = mode; `bits` are also set in
 * mstatus.
 */
uint64_t try_mprv_ld(uint64_t addr, uint64_t mode, uint64_t bits);
void try_mprv_sd(uint64_t addr, uint64_t v, uint64_t mode, uint64_t bits);

/*
 * Call fn(arg) in `mode` on the present stack, from machine mode; returns its result. Under
 * translation the image must be mapped for that mode: at its own address, or user_offset higher in
 * MODE_U.
 */
uint64_t run_in(unsigned mode, uint64_t (*fn)(uint64_t), uint64_t arg);

/* Entry points of the common handlers, for programs that set tvec elsewhere and back. */
void m_trap_entry(void);
void s_trap_entry(void);
/* Send the traps in `causes` (bits as in medeleg) to supervisor mode, handled by s_trap_entry. */
void delegate(uint64_t causes);
/* Set: sees exceptions in supervisor mode first, and returns true to go on where they happened. */
extern bool (*s_trap_hook)(struct hart *h, uint64_t cause, uint64_t tval);
/*
 * Forget what irq_log holds. An interrupt's handler logs it and clears its enable in mie (or sie).
 */
void irq_log_reset(void);

/* ---- other harts ---- */

struct hart *hart_by_id(unsigned id);
/*
 * Start fn(arg) on hart `id` in machine mode, and wait for its end; the result is then in its
 * `arg`.
 */
void hart_start(unsigned id, uint64_t (*fn)(uint64_t), uint64_t arg);
void hart_wait(unsigned id);

/* ---- clock and software interrupts ---- */

#define clint_msip(id) (*(volatile uint32_t *)(CLINT_BASE + 4 * (uint64_t)(id)))
#define clint_mtimecmp(id) (*(volatile uint64_t *)(CLINT_BASE + 0x4000 + 8 * (uint64_t)(id)))
#define clint_mtime (*(volatile uint64_t *)(CLINT_BASE + 0xbff8))
/* No timer interrupt on hart 0: mtimecmp is 0 after reset. */
static inline void timer_off(void)
{
    clint_mtimecmp(0) = -1ul;
    while (csr_read(mip) & IRQ_BIT(IRQ_MTI)) {
    }
}

/* ---- console and end of the run ---- */

void put_char(char c);
void put_text(const char *text);
void put_hex(uint64_t v);
void put_dec(uint64_t v);
void run_end(unsigned status) __attribute__((noreturn));

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define barrier() asm volatile("" : : : "memory")
static inline void fence(void)
{
    asm volatile("fence rw, rw" : : : "memory");
}
static inline void fence_i(void)
{
    asm volatile("fence.i" : : : "memory");
}

#endif
