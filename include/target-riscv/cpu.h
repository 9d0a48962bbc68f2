/*
 * The RISC-V hart: its type, its architectural state, and what its parts offer one another.
 *
 * CPURISCVState holds what an instruction can see. What does not belong here: translation blocks and the
 * code cache (target-riscv/interp), rows of instructions (target-riscv/insn) and CSRs (target-riscv/csr.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_CPU_H
#define TARGET_RISCV_CPU_H

#include "system/clock.h"
#include "system/cpu.h"
#include "target-riscv/ext.h"
#include "util/container-of.h"
#include "util/index-set.h"

#define TYPE_RISCV_CPU "riscv-cpu"
#define RISCV_CPU_TYPE_SUFFIX "-" TYPE_RISCV_CPU
#define RISCV_CPU_TYPE_NAME(model) model RISCV_CPU_TYPE_SUFFIX
#define TYPE_RISCV_CPU_RV64 RISCV_CPU_TYPE_NAME("rv64")
#define TYPE_RISCV_CPU_MAX RISCV_CPU_TYPE_NAME("max")
OBJECT_DECLARE_TYPE(RISCVCPU, RISCVCPUClass, RISCV_CPU)

typedef struct CPURISCVState CPURISCVState;
typedef struct RISCVOp RISCVOp;

/* Privilege levels: Privileged ISA, "Privilege Levels". */
typedef enum RISCVPriv { PRIV_U = 0, PRIV_S = 1, PRIV_M = 3 } RISCVPriv;

/*
 * Kinds of access, as the MMU, PMP and exceptions distinguish them. Faults of the last three are a
 * store's; they have no statistics of their own.
 */
typedef enum RISCVAccess {
    ACCESS_LOAD,
    ACCESS_STORE,
    ACCESS_FETCH,
    ACCESS_CACHE,        /* management of a cache block: as a load, but not of shadow stacks */
    ACCESS_SHADOW_LOAD,  /* by an instruction of shadow stacks, that only loads */
    ACCESS_SHADOW_STORE, /* by one that stores, and may load as well */
} RISCVAccess;

static inline bool riscv_access_is_shadow(RISCVAccess access)
{
    return access == ACCESS_SHADOW_LOAD || access == ACCESS_SHADOW_STORE;
}

static inline bool riscv_access_is_store(RISCVAccess access)
{
    return access == ACCESS_STORE || access == ACCESS_SHADOW_STORE;
}

/*
 * MMU index: everything apart from satp that decides what a virtual address means to an access. There is
 * a TLB for each, so a change of privilege or of SUM costs no flush. MXR does flush.
 */
typedef enum RISCVMMUIndex {
    MMU_IDX_U,
    MMU_IDX_S,
    MMU_IDX_S_SUM, /* S with mstatus.SUM: loads and stores may touch user pages */
    MMU_IDX_M,     /* no translation */
    MMU_IDX_COUNT
} RISCVMMUIndex;

#define RISCV_PAGE_BITS 12
#define RISCV_PAGE_SIZE (1ull << RISCV_PAGE_BITS)
#define RISCV_PAGE_MASK (~(RISCV_PAGE_SIZE - 1))

/* Entries for loads and for stores, and for fetch, which is only asked where a block is looked up. */
#define RISCV_TLB_BITS 11
#define RISCV_TLB_SIZE (1u << RISCV_TLB_BITS)
#define RISCV_FETCH_TLB_BITS 8
#define RISCV_FETCH_TLB_SIZE (1u << RISCV_FETCH_TLB_BITS)

/*
 * A TLB entry maps one page of RAM for one kind of access: host address = virtual address + addend.
 * tag is the virtual page's address, or RISCV_TLB_INVALID, which no address compares equal to: the inline test
 * compares the page's bits and those below the access' size, so a mark must be neither.
 */
typedef struct RISCVTLBEntry {
    uint64_t tag;
    uintptr_t addend;
} RISCVTLBEntry;
#define RISCV_TLB_INVALID (1ull << 10)

/* Fetch needs the physical identity of the page as well, since blocks are keyed by it. */
typedef struct RISCVFetchTLBEntry {
    uint64_t tag;
    uint8_t *host;       /* of the page's first byte */
    RAMBlock *ram;
    uint64_t ram_offset; /* of the page in `ram` */
    uint8_t page_bits;   /* log2 of the size of the guest's page that this is a part of */
} RISCVFetchTLBEntry;

/*
 * A page with special granules (system/granule.h) has its store entry's tag marked RISCV_TLB_SPECIAL, so that
 * the first inline test fails; `special` then says which page it is, for the second one (riscv_store_hits()).
 */
#define RISCV_TLB_SPECIAL (1ull << 11)

/*
 * Most pages that a TLB has are at the same distance from their place in the host: all of RAM in M mode, a kernel's
 * linear map. So RISCVTLB has that addend once, where a load need not find the entry first to have it: the host
 * gets the data while it still compares the tag. A load entry with another addend is marked RISCV_TLB_UNCOMMON.
 */
#define RISCV_TLB_UNCOMMON RISCV_TLB_SPECIAL

/*
 * Load and store entries at one index are for the same page, or the store entry is invalid. Memory of zeros is a TLB
 * without entries, but for its first ones, which page 0 would hit (prepare_tlb() in tlb-context.c).
 */
typedef struct RISCVTLB {
    uintptr_t common_addend;
    unsigned common_score; /* by how much more loads' fills have had it than another one, lately */
    RISCVTLBEntry load[RISCV_TLB_SIZE];
    RISCVTLBEntry store[RISCV_TLB_SIZE];
    RAMPage *special[RISCV_TLB_SIZE];
    uint8_t page_bits[RISCV_TLB_SIZE]; /* of load and store entries, as in RISCVFetchTLBEntry */
    IndexSet used;                     /* load and store entries that may be valid */
    IndexSet fetch_used;
    RISCVFetchTLBEntry fetch[RISCV_FETCH_TLB_SIZE]; /* by riscv_fetch_tlb_index() */
} RISCVTLB;

#define RISCV_PMP_COUNT 16
#define RISCV_COUNTER_COUNT 32
#define RISCV_TRIGGER_COUNT 4

/* Where a page of page tables lies, which supervisor mode may read there. host is NULL where nothing is known. */
typedef struct RISCVTablePage {
    uint64_t page; /* physical address */
    const uint8_t *host;
} RISCVTablePage;
#define RISCV_TABLE_PAGES 32

typedef struct RISCVPMPEntry { /* decoded form of one pmpcfg byte and pmpaddr */
    uint64_t first;            /* bytes, inclusive */
    uint64_t last;             /* inclusive; first > last: matches nothing */
} RISCVPMPEntry;

/*
 * What blocks count, instruction by instruction, where they were decoded to do so (RISCV_MODE_EVENTS). What accesses
 * memory more than once counts itself, each access, in any mode: Zcmp.
 */
typedef enum RISCVEvent {
    RISCV_EVENT_LOAD,  /* loads that retired: LR, too */
    RISCV_EVENT_STORE, /* stores that retired: SC, whether it did or not, and AMOs */
    RISCV_EVENT_BRANCH,    /* conditional branches */
    RISCV_EVENT_NOT_TAKEN, /* those of them that were not taken */
    RISCV_EVENT_COUNT
} RISCVEvent;

/* What a TLB flush was about. */
typedef enum RISCVFlush {
    RISCV_FLUSH_EVERYTHING, /* PMP changed */
    RISCV_FLUSH_SPACES,     /* every address space: sfence.vma without operands, MXR, menvcfg */
    RISCV_FLUSH_ASID,       /* sfence.vma with an ASID */
    RISCV_FLUSH_PAGE,       /* sfence.vma with an address */
    RISCV_FLUSH_PAGE_ASID,  /* sfence.vma with both */
    RISCV_FLUSH_REUSE,      /* satp named an address space that there was no room for without dropping another one */
    RISCV_FLUSH_COUNT
} RISCVFlush;

/*
 * What the engine did for this hart so far; printed by `-d stats`. By RISCVAccess where there are three. An access
 * counts when it was carried out, as in env->events, so that hits are what is left without misses.
 */
typedef struct RISCVStats {
    uint64_t exceptions, interrupts;
    uint64_t blocks_decoded, insns_decoded, pairs, decode_ns; /* decode_ns only with -d stats */
    uint64_t lookups, jump_misses, links;
    uint64_t syncs, blocks_dropped;
    uint64_t fetches;         /* look-ups in the fetch side of the TLB */
    uint64_t tlb_misses[3];   /* accesses that were translated anew; one that crosses into another page is two */
    uint64_t walks;           /* of page tables, those that faulted, too */
    uint64_t device_accesses;
    uint64_t misaligned;      /* loads and stores within a page */
    uint64_t crossings[2];    /* loads, stores that go on in the next page */
    uint64_t special_stores;  /* to granules that hold code or are watched */
    uint64_t satp_switches, tlb_flushes[RISCV_FLUSH_COUNT];
} RISCVStats;

#define RISCV_TRAP_RECORDS 8

typedef struct RISCVTrapRecord {
    uint64_t epc, cause, tval;
    uint64_t instret; /* instructions that had retired */
    uint8_t from;     /* privilege */
} RISCVTrapRecord;

struct CPURISCVState {
    /* -- touched by nearly every operation: keep together -- */
    uint64_t x[33]; /* x[32] takes what is written to x0 */
    uint64_t f[32]; /* NaN-boxed where narrower than 64 bits */
    int64_t budget; /* instructions left until the run loop looks up; see riscv_instret() */
    uint64_t pc_page;         /* virtual address of the page that the running block is in */
    RISCVTLB *tlb;            /* of the current data MMU index */
    struct RISCVJump *jumps;  /* the jump table of the current mode (code-cache.h) */
    uint8_t store_done;       /* the fast path has stored already and the slow one shall note it only */
    uint8_t fs_dirty;         /* a floating-point register was written since mstatus.FS was looked at */
    uint8_t rm_ready;         /* bit n: the host's FPU rounds now as an instruction with rm = n asks (fpu.h) */
    uint8_t rm_ready_fma;     /* the same for fused multiply-add: 0 on a host without it */
    uint8_t rm_legal;         /* bit n: rm = n is not reserved */
    uint8_t host_rm;          /* rounding mode (frm's coding) that the host's FPU is set to */
    uint8_t frm;              /* fcsr.frm */
    uint8_t target_misaligned; /* bits that the target of a jump may not have: 2 without Zca */
    uint8_t fflags;           /* accrued so far; more may wait in the host's FPU, see fpu.h */

    /* -- execution -- */
    uint64_t pc;          /* valid outside blocks; inside, rebuilt from the operation */
    /*
     * Code granules of a page (a bit for each) on which a store was recorded since the hart looked at records: no more
     * need be recorded until it does. Only where no other thread could look meanwhile.
     */
    const RAMPage *noted_page;
    uint64_t noted;
    uint64_t last;        /* RISCVHandler's, where handlers return to a loop */
    uint64_t instret_end; /* instructions retired since reset = instret_end - budget */
    const RISCVOp *clocked; /* the CSR instruction that may ask for the time; NULL: its block's first, or none */
    const RISCVOp *access_op; /* that is accessing a device or a watched granule, or was the last to */
    uint64_t host_fpu;    /* the host's own FPU state while the guest's is loaded (fpu_entered) */
    bool fpu_entered;
    RISCVPriv priv;
    bool wfi;             /* halted until (mip & mie) != 0 */
    bool elp;             /* Zicfilp: the next instruction must be a landing pad */
    bool looks;           /* turns=spike: a turn began, or what Spike calls serializing was executed */
    bool irq_held;        /* turns=spike: an interrupt waits for `looks` */
    uint8_t reservation_size;   /* bytes; 0: no reservation */
    uint64_t reservation_value; /* of the doubleword there; of the word if that is misaligned */
    void *reservation;          /* host address of what LR loaded */

    /* -- configuration, fixed after realize -- */
    RISCVExtSet cfg_ext; /* what -cpu asked for */
    uint64_t hartid;
    uint64_t mvendorid, marchid, mimpid;
    uint64_t resetvec;   /* pc after reset */
    uint64_t rnmi_vector, rnmi_exception_vector; /* where Smrnmi's handlers are; 0: at mtvec's base */
    uint64_t cbom_size;  /* bytes of a cache block for Zicbom and Zicbop; a power of two */
    uint64_t cboz_size;  /* the same for Zicboz */
    bool misaligned;     /* misaligned loads and stores work in hardware */
    uint8_t pmp_regions; /* PMP entries that are not read-only zero; 0: there is no PMP */
    bool pmp_open;       /* after reset PMP entry 0 opens all memory to S and U */
    bool spike_turns;    /* the accelerator's turns=spike */
    unsigned max_satp;   /* highest satp mode: 8 Sv39, 9 Sv48, 10 Sv57, 0 Bare */

    RISCVExtSet ext;     /* in force now: cfg_ext & misa */

    /* -- CSRs -- */
    uint64_t misa;
    uint64_t mstatus; /* SD is computed; FS is exact only after riscv_mstatus() */
    uint64_t mip;     /* atomic: devices set lines from other threads */
    uint64_t mip_lines; /* atomic: levels driven from outside (IRQ lines), read as part of mip */
    uint64_t mie, mideleg, medeleg;
    uint64_t mtvec, mepc, mcause, mtval, mscratch, mcounteren, menvcfg, mcountinhibit, mseccfg;
    uint64_t stvec, sepc, scause, stval, sscratch, scounteren, senvcfg, satp;
    uint64_t ssp; /* shadow-stack pointer */
    uint64_t stimecmp;
    uint64_t mtval2;
    uint64_t mnscratch, mnepc, mncause;
    uint64_t mnstatus; /* NMIE is set where there is no Smrnmi */
    uint64_t mstateen0, mstateen1, mstateen2, mstateen3;
    /* Counters by number, as in mcountinhibit: see counters.c. */
    uint64_t counters[RISCV_COUNTER_COUNT];      /* offsets to what they count; values while they stand still */
    uint64_t counters_seen[RISCV_COUNTER_COUNT]; /* values when overflow was looked for last */
    uint64_t mhpmevent[RISCV_COUNTER_COUNT];     /* 1 and 2 are mcyclecfg and minstretcfg */
    uint32_t counters_running;
    uint32_t counters_armed;  /* overflow is looked for */
    bool counters_filtered;   /* some count in certain modes only */
    bool counters_in_blocks;  /* some count what blocks must be decoded for (RISCV_MODE_EVENTS) */
    uint8_t pmpcfg[RISCV_PMP_COUNT];
    uint64_t pmpaddr[RISCV_PMP_COUNT];
    RISCVPMPEntry pmp[RISCV_PMP_COUNT]; /* derived from the two above */
    unsigned pmp_active;                /* entries that are not OFF */
    /* Triggers: see trigger.h. */
    uint64_t tselect, tcontrol, scontext, mcontext;
    uint64_t tdata1[RISCV_TRIGGER_COUNT], tdata2[RISCV_TRIGGER_COUNT], tdata3[RISCV_TRIGGER_COUNT];
    uint8_t triggers_counting; /* those of type icount that count the instruction which began last */
    uint8_t triggers_after;    /* those that fire if it retires: if the count is not this then, with this as tval */
    uint64_t trigger_instret, trigger_tval;
    bool triggers_on;          /* there are some that are not disabled, or debug_watched */
    bool triggers_watch;       /* the run loop has to ask them about each instruction */
    uint8_t triggers_access;   /* MCONTROL_LOAD, MCONTROL_STORE: slow ones have to, or debug_watched */
    uint8_t debug_watched;     /* MCONTROL_LOAD, MCONTROL_STORE: a debugger watches for such */

    /* -- translation -- */
    RISCVMMUIndex data_mmu_idx;  /* what loads and stores use now (MPRV, SUM looked at) */
    uint8_t masked_bits;         /* of their addresses, at the top: pointer masking. 0: none */
    bool masked_virtual;         /* and then they are copies of the one below, else zeros */
    uint8_t mode;                /* mode bits of a block's key: priv, FS on; see riscv_mode_changed() */
    RISCVTablePage table_pages[RISCV_TABLE_PAGES]; /* by page number; void after a change of PMP */

    /* -- what the hart did last (stuck.h) -- */
    bool spins;               /* the hart does nothing else, as far as its own thread can see */
    uint64_t spin_wakes;      /* atomic: bits of mip that would end that; while CPUState.stuck */
    uint64_t traps_taken;     /* the last of them are in traps[], by this modulo their number; while it spins, no more */
    RISCVTrapRecord traps[RISCV_TRAP_RECORDS];

    RISCVStats stats;
    uint64_t events[RISCV_EVENT_COUNT];
    struct RISCVListing *listing; /* `-d insns`: see listing.h; NULL: off */
    void *engine; /* the accelerator's: code cache, jump buffer */
};

struct RISCVCPU {
    CPUState parent_obj;
    CPURISCVState env;
    Timebase *timebase; /* link property */
    Object *accel;      /* what runs it, with a reference; NULL before realize, and in tests */
    RISCVExtSet named_on, named_off; /* extensions that somebody switched by name */
    Timer *stimer;      /* Sstc; NULL without it */
    GMutex stimer_lock; /* setting mip.STIP and the timer from stimecmp */
};

struct RISCVCPUClass {
    CPUClass parent_class;
    RISCVExtSet ext; /* that the model has by default */
    const struct RISCVProfile *profile; /* whose name it carries (target-riscv/profile.h), or NULL */
};

static inline RISCVCPU *riscv_env_cpu(CPURISCVState *env)
{
    return container_of(env, RISCVCPU, env);
}

static inline CPUState *riscv_env_cs(CPURISCVState *env)
{
    return &riscv_env_cpu(env)->parent_obj;
}

/* ---- cpu.c: type, properties, reset, interrupt inputs (numbered by cause) ---- */

/* ---- trap.c ---- */

/* Exception codes (mcause): Privileged ISA, table of mcause values. */
enum {
    EXC_INSN_MISALIGNED = 0,
    EXC_INSN_ACCESS = 1,
    EXC_ILLEGAL = 2,
    EXC_BREAKPOINT = 3,
    EXC_LOAD_MISALIGNED = 4,
    EXC_LOAD_ACCESS = 5,
    EXC_STORE_MISALIGNED = 6,
    EXC_STORE_ACCESS = 7,
    EXC_ECALL_U = 8,
    EXC_ECALL_S = 9,
    EXC_ECALL_M = 11,
    EXC_INSN_PAGE_FAULT = 12,
    EXC_LOAD_PAGE_FAULT = 13,
    EXC_STORE_PAGE_FAULT = 15,
    EXC_DOUBLE_TRAP = 16, /* in supervisor mode */
    EXC_SOFTWARE_CHECK = 18, /* xtval says what failed: SOFTWARE_CHECK_* */
    EXC_HARDWARE_ERROR = 19, /* nothing raises it */
};

/* What xtval has of a software check: Privileged ISA, "Machine Trap Value (mtval) Register". */
enum { SOFTWARE_CHECK_LANDING_PAD = 2, SOFTWARE_CHECK_SHADOW_STACK = 3 };

/* Interrupt numbers: bit positions in mip and mie. */
enum { IRQ_S_SOFT = 1, IRQ_M_SOFT = 3, IRQ_S_TIMER = 5, IRQ_M_TIMER = 7, IRQ_S_EXT = 9, IRQ_M_EXT = 11,
       IRQ_COUNT_OVERFLOW = 13 };

#define RISCV_CAUSE_INTERRUPT (1ull << 63)

/*
 * Enter the trap handler for `cause` (interrupts with RISCV_CAUSE_INTERRUPT): delegation, xepc from
 * env->pc, xtval, stack of xIE and xPP, xtvec; sets env->pc, env->priv. No jump out of anything.
 */
void riscv_take_trap(CPURISCVState *env, uint64_t cause, uint64_t tval);
/* "illegal instruction", "machine timer interrupt", ...; by mcause's value. */
const char *riscv_cause_name(uint64_t cause);
/* The interrupt to take now by priority, delegation and global enables: its number, or -1. */
int riscv_pending_interrupt(CPURISCVState *env);
/* mip as a CSR read sees it (lines included). Any thread. */
uint64_t riscv_mip(CPURISCVState *env);
/* mret, sret and mnret: privilege checks are the caller's; set env->pc and env->priv. */
void riscv_return_m(CPURISCVState *env);
void riscv_return_n(CPURISCVState *env);
void riscv_return_s(CPURISCVState *env);
/* Must indirect jumps lead to landing pads at the current privilege: the specification's xLPE? */
bool riscv_lpe(const CPURISCVState *env);

/*
 * How an operation's body raises an exception (engine): rebuilds pc and the retired count from `op`, takes
 * the trap and leaves to the run loop. Never returns.
 */
G_NORETURN void riscv_raise(CPURISCVState *env, const RISCVOp *op, unsigned cause, uint64_t tval);
/* The same for a breakpoint exception that a trigger asks for. */
G_NORETURN void riscv_raise_trigger(CPURISCVState *env, const RISCVOp *op, uint64_t tval);
/* Illegal instruction at `op`: tval is the instruction's bits. */
G_NORETURN void riscv_raise_illegal(CPURISCVState *env, const RISCVOp *op);

/* ---- mmu.c, pmp.c ---- */

typedef struct RISCVTranslation {
    hwaddr paddr;
    bool readable, writable, executable; /* page permissions for this MMU index; writable only if D is set */
    bool whole_page; /* the answer holds for the whole 4 KiB page (PMP does not split it): may be cached */
    uint8_t page_bits; /* log2 of the size of the guest's page: more than 12 for a superpage or a NAPOT range */
} RISCVTranslation;

/*
 * Translate `vaddr` for one access of `size` bytes that does not cross a page: page tables, A/D update, PMP
 * on the walk and on the result. Returns true, or false with *cause (page or access fault of that kind).
 * Does not touch the TLB. Physical memory attributes (nothing there) are the caller's business.
 */
bool riscv_translate(CPURISCVState *env, uint64_t vaddr, unsigned size, RISCVAccess access,
                     RISCVMMUIndex idx, RISCVTranslation *out, unsigned *cause);

/*
 * Pointer masking: what an explicit access (data_mmu_idx) to `addr` is an access to; and call the other after a change
 * of what decides that. Privileged ISA, "Pointer Masking Extensions".
 */
uint64_t riscv_masked_address(const CPURISCVState *env, uint64_t addr);
void riscv_update_masking(CPURISCVState *env);

static inline uint64_t riscv_mask_address(const CPURISCVState *env, uint64_t addr)
{
    return G_LIKELY(!env->masked_bits) ? addr : riscv_masked_address(env, addr);
}

/* The exception that a refused access raises: page fault or access fault of its kind. */
unsigned riscv_fault_cause(RISCVAccess access, bool page_fault);
/* "load", "store" or "fetch", for the log. */
const char *riscv_access_name(RISCVAccess access);

/* Zicfiss: does the page table's encoding R=0, W=1, X=0 stand for a page of a shadow stack? */
bool riscv_has_shadow_pages(const CPURISCVState *env);
/* Do menvcfg.SSE and senvcfg.SSE let the current privilege use ssp, and (with S mode) ssamoswap? */
bool riscv_sse_permits(const CPURISCVState *env);

/* Is the physical access allowed to `priv`? *whole_page: the same holds for the whole page. */
bool riscv_pmp_check(CPURISCVState *env, hwaddr paddr, unsigned size, RISCVAccess access,
                     RISCVPriv priv, bool *whole_page);
void riscv_pmp_update(CPURISCVState *env); /* after a write to pmpcfg or pmpaddr; flushes the TLB */

/* With thread=single, the rest of the hart's turn is for others. */
void riscv_end_turn(CPURISCVState *env);

/* ---- tlb-context.c: whose translations the TLB holds ---- */

/*
 * Call after any write that can change privilege, MPRV, SUM, FS, satp or misa: selects the TLB and the mode bits
 * that are part of a block's key.
 */
void riscv_mode_changed(CPURISCVState *env);
/* After `env->ext` changed (misa): decoded blocks are void. Does what riscv_mode_changed() does, too. */
void riscv_ext_changed(CPURISCVState *env);
/* Decoded blocks are void, for another reason. Outside blocks. */
void riscv_blocks_void(CPURISCVState *env);

/* Forget every translation, M mode's too: PMP changed. */
void riscv_tlb_flush(CPURISCVState *env);
/*
 * sfence.vma: forget what came from the leaf page table entry for *vaddr (NULL: from any entry), in the address
 * space *asid (NULL: in every one, and global pages). (NULL, NULL) is also right after a change of anything but
 * satp that decides what page tables mean, such as MXR.
 */
void riscv_tlb_fence(CPURISCVState *env, const uint64_t *vaddr, const uint64_t *asid);

/* ---- csr.c ---- */

/*
 * One CSR instruction: old value out, `write` under `mask`. Checks existence, privilege, read-only-ness,
 * counter enables, TVM, state. Returns false for an illegal instruction; nothing has changed then.
 * `op` lets counters be exact; NULL outside a block (debugger), where no side effect on reads happens.
 */
bool riscv_csr_access(CPURISCVState *env, const RISCVOp *op, unsigned csr, bool read, bool write,
                      uint64_t value, uint64_t mask, uint64_t *old);
const char *riscv_csr_name(unsigned csr); /* NULL if there is none */
int riscv_csr_by_name(const char *name);  /* -1 if there is none */
void riscv_csr_reset(CPURISCVState *env);
/* mstatus with FS and SD exact. */
uint64_t riscv_mstatus(CPURISCVState *env);

/* Retired instructions before `op`, or now if op is NULL (outside blocks). */
uint64_t riscv_instret(CPURISCVState *env, const RISCVOp *op);
/* The hart has taken a trap, to env->priv: for the engine, if that records what the hart does. */
void riscv_record_trap(CPURISCVState *env, RISCVPriv from, uint64_t epc, uint64_t cause, uint64_t tval);
/* The address of `op`'s instruction. */
uint64_t riscv_op_pc(CPURISCVState *env, const RISCVOp *op);

/* After a write that changes what the timer or the enables say: mip.STIP from stimecmp. */
void riscv_stimer_update(CPURISCVState *env);

#endif
