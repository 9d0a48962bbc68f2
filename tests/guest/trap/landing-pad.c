/*
 * Landing pads (Zicfilp): where indirect jumps may lead to in a mode that has them on, and what a
 * trap in between keeps for the return.
 *
 * Attempts have trap handlers of their own: the library's jump as the compiler likes it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define CAUSE_SOFTWARE_CHECK 18
#define LANDING_PAD_FAULT 2
#define ENVCFG_LPE (1ul << 2)
#define MSECCFG_MLPE (1ul << 10)
#define MSTATUS_SPELP (1ul << 23)
#define MSTATUS_MPELP (1ul << 41)
#define HOLE 0x40000000ul /* no device and no memory on this machine */
#define LABEL 0x12345000ul
#define ALL_MODES (1u << MODE_U | 1u << MODE_S | 1u << MODE_M)

/* An attempt: what its code begins with, and what its first trap left. */
struct attempt {
    uint64_t target;  /* in a0 */
    uint64_t label;   /* in x7 */
    uint64_t mseccfg; /* while it lasts */
    uint64_t sp;      /* of the caller */
    uint64_t seen;    /* the trap has come */
    uint64_t cause, epc, tval, status, mode;
    uint64_t result;  /* a1 at its end */
};
extern struct attempt attempt;
_Static_assert(sizeof(struct attempt) == 88, "the offsets below");

/*
 * mret to `code`, in mstatus.MPP, until it traps. The supervisor's handler goes on to machine mode's
 * by an ecall of its own.
 */
void run_attempt(const void *code);
/* clang-format off */
asm(".pushsection .bss\n"
    ".balign 8\n"
    ".globl attempt\n"
    "attempt: .space 88\n"
    ".popsection\n"
    ".option push\n"
    ".option norvc\n"
    "run_attempt:\n"
    "addi sp, sp, -128\n"
    "sd ra, 0(sp)\n"
    "sd gp, 104(sp)\n"
    "sd tp, 112(sp)\n"
    ".irp r, 0,1,2,3,4,5,6,7,8,9,10,11\n"
    "sd s\\r, 8 + 8 * \\r(sp)\n"
    ".endr\n"
    "csrw mepc, a0\n"
    "lla t0, m_handler\n"
    "csrw mtvec, t0\n"
    "lla t0, attempt\n"
    "sd sp, 24(t0)\n"
    "sd zero, 32(t0)\n"
    "ld a0, 0(t0)\n"
    "ld t2, 8(t0)\n"
    "ld t1, 16(t0)\n"
    "csrw mseccfg, t1\n"
    "mret\n"

    ".macro note_trap x, mode\n"
    "csrr t1, \\x\\()cause\n"
    "sd t1, 40(t0)\n"
    "csrr t1, \\x\\()epc\n"
    "sd t1, 48(t0)\n"
    "csrr t1, \\x\\()tval\n"
    "sd t1, 56(t0)\n"
    "csrr t1, \\x\\()status\n"
    "sd t1, 64(t0)\n"
    "li t1, \\mode\n"
    "sd t1, 72(t0)\n"
    "sd a1, 80(t0)\n"
    "li t1, 1\n"
    "sd t1, 32(t0)\n"
    ".endm\n"

    ".balign 4\n"
    "m_handler:\n"
    "csrw mseccfg, zero\n"
    "csrsi misa, 4\n" /* C, which without_c clears */
    "lla t0, attempt\n"
    "ld t1, 32(t0)\n"
    "bnez t1, 1f\n"
    "note_trap m, 3\n"
    "1: ld sp, 24(t0)\n"
    ".irp r, 0,1,2,3,4,5,6,7,8,9,10,11\n"
    "ld s\\r, 8 + 8 * \\r(sp)\n"
    ".endr\n"
    "ld tp, 112(sp)\n"
    "ld gp, 104(sp)\n"
    "ld ra, 0(sp)\n"
    "addi sp, sp, 128\n"
    "lla t0, m_trap_entry\n"
    "csrw mtvec, t0\n"
    "ret\n"

    ".balign 4\n"
    "s_handler:\n"
    "lla t0, attempt\n"
    "note_trap s, 1\n"
    "ecall\n"

    /* ---- jumps, each by all registers; they are `stride` bytes long ---- */
    ".macro jumps name, jump:vararg\n"
    ".balign 8\n"
    "\\name:\n"
    ".irp r, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
    "mv x\\r, a0\n"
    "\\jump x\\r\n"
    ".endr\n"
    ".endm\n"
    "jumps by_jr, jalr x0,\n"
    "jumps by_jalr, jalr ra,\n"
    "jumps by_jalr_t0, jalr t0,\n"
    ".option rvc\n"
    "jumps by_c_jr, c.jr\n"
    "jumps by_c_jalr, c.jalr\n"
    ".option norvc\n"
    ".balign 8\n"
    "by_jalr_same: jalr a0, 0(a0)\n"
    "by_load: lla a2, attempt\n" /* a pair of other instructions */
    "ld a2, (a2)\n"
    "jalr ra, 0(a2)\n"
    "by_branch: bnez zero, by_load\n"
    "jalr a4, 4(a0)\n"

    /* ---- targets; each ends with an ecall right behind the instruction that is jumped to ---- */
    ".balign 4\n"
    "pad: .word 0x00000017\n" /* lpad 0 */
    "ecall\n"
    "pad_labelled: .word 0x12345017\n" /* lpad 0x12345 */
    "ecall\n"
    "before_pad: nop\n" /* not a landing pad, but the next one is */
    ".word 0x00000017\n"
    "ecall\n"
    "jump_to_pad: j pad\n"
    "no_pad: nop\n"
    "ecall\n"
    "auipc_ra: .word 0x00000097\n"
    "ecall\n"
    "lui_zero: .word 0x00000037\n"
    "ecall\n"
    "branch: beqz zero, 1f\n"
    "1: ecall\n"
    "illegal: .word 0\n"
    "ecall_now: ecall\n"
    ".option rvc\n"
    "two_bytes: c.nop\n"
    "misaligned: .word 0x00000017\n"
    "ecall\n"
    "c.nop\n"
    ".option norvc\n"
    /* Landing pads that nothing indirect leads to: no-ops, with whatever label. */
    "straight: li t2, 0\n"
    ".word 0x12345017\n"
    "j 1f\n"
    ".word 0\n"
    "1: .word 0x12345017\n"
    "beqz t2, 1f\n"
    ".word 0\n"
    "1: .word 0xfffff017\n"
    "jal ra, 1f\n"
    ".word 0\n"
    "1: .word 0x00001017\n"
    "ecall\n"
    /* A thousand calls; a1 says how many instructions they took. */
    "calls: li a2, 1000\n"
    "lla a3, callee\n"
    "csrr a4, minstret\n"
    "1: jalr ra, 0(a3)\n"
    "addi a2, a2, -1\n"
    "bnez a2, 1b\n"
    "csrr a1, minstret\n"
    "sub a1, a1, a4\n"
    "ecall\n"
    "callee: .word 0x00000017\n"
    "ret\n"
    /* An interrupt that the hart raises by itself, just before it jumps; sp is free. */
    "raise: li sp, " ASM_NUMBER(CLINT_BASE) "\n"
    "li a1, 1\n"
    "sw a1, (sp)\n"
    "jalr ra, 0(a0)\n"
    /* From supervisor to user mode, or to itself: sstatus says so. */
    "by_sret: csrw sepc, a0\n"
    "sret\n"
    "by_mnret: csrw 0x741, a0\n"
    ".word 0x70200073\n"
    /* To an address that is misaligned without compressed instructions. */
    "without_c: csrci misa, 4\n"
    "jalr ra, 2(a0)\n"
    ".balign 4096\n"
    ".space 4092\n"
    "page_end: .word 0x00000017\n"
    "ecall\n"
    ".space 4096 - 6\n"
    "crossing: .word 0x00000017\n"
    "ecall\n"
    ".option pop\n");
/* clang-format on */
extern const uint32_t by_jr[][2], by_jalr[][2], by_jalr_t0[][2], by_c_jr[], by_c_jalr[];
extern const uint8_t by_jalr_same[], by_load[], by_branch[], raise[], by_sret[], by_mnret[], without_c[];
extern const uint8_t pad_labelled[], before_pad[], jump_to_pad[], no_pad[], auipc_ra[], lui_zero[];
extern const uint8_t branch[], illegal[], ecall_now[], two_bytes[], misaligned[], page_end[];
extern const uint8_t crossing[], straight[], calls[], s_handler[];
extern uint8_t pad[];

static bool has_s, has_rnmi;

/* Landing pads on in the modes of `modes`, one bit each, and off in the others. */
static void turn_on(unsigned modes)
{
    unsigned below_m = has_s ? 1u << MODE_S : 1u << MODE_U;

    attempt.mseccfg = modes >> MODE_M & 1 ? MSECCFG_MLPE : 0;
    csr_turn(menvcfg, ENVCFG_LPE, modes & below_m);
    if (has_s) {
        csr_turn(senvcfg, ENVCFG_LPE, modes >> MODE_U & 1);
    }
}

/* Run `code` in `mode`, with `status` for the mret that leads there. */
static void try(unsigned mode, const void *code, const void *target, uint64_t status)
{
    attempt.target = (uint64_t)target;
    csr_clear(mstatus, MSTATUS_MPP | MSTATUS_MPIE | MSTATUS_MPELP | MSTATUS_SPELP);
    csr_set(mstatus, MSTATUS_MPP_OF(mode) | status);
    run_attempt(code);
}

static void check_pelp(bool expected)
{
    uint64_t pelp = attempt.mode == MODE_M ? MSTATUS_MPELP : MSTATUS_SPELP;

    CHECK_EQ(attempt.status & pelp, expected ? pelp : 0);
}

/* It went on to the ecall behind `target`. */
static void check_landed(unsigned mode, const void *target)
{
    CHECK_EQ(attempt.cause, CAUSE_ECALL_U + mode);
    CHECK_EQ(attempt.epc, (uint64_t)target + 4);
    CHECK_EQ(attempt.tval, 0);
    check_pelp(false);
}

/* A trap came before anything at `target` was executed, and it still has to be a landing pad. */
static void check_not_yet(const void *target, uint64_t cause, uint64_t tval)
{
    CHECK_EQ(attempt.cause, cause);
    CHECK_EQ(attempt.epc, target);
    CHECK_EQ(attempt.tval, tval);
    check_pelp(true);
}

static void check_fault(const void *target)
{
    check_not_yet(target, CAUSE_SOFTWARE_CHECK, LANDING_PAD_FAULT);
}

/* Jump to `target`: refused where landing pads are on, and only there. */
static void check_refused(unsigned mode, const void *target)
{
    turn_on(ALL_MODES);
    try(mode, by_jalr_same, target, 0);
    check_fault(target);
    turn_on(ALL_MODES & ~(1u << mode));
    try(mode, by_jalr_same, target, 0);
    CHECK(attempt.cause != CAUSE_SOFTWARE_CHECK);
    check_pelp(false);
}

static bool is_exempt(unsigned reg)
{
    return reg == 1 || reg == 5 || reg == 7;
}

static void check_jump_by(unsigned mode, unsigned reg, const void *jump)
{
    turn_on(1u << mode);
    try(mode, jump, no_pad, 0);
    if (is_exempt(reg)) {
        check_landed(mode, no_pad);
    } else {
        check_fault(no_pad);
    }
    if (reg != 7) { /* which is not the label then */
        try(mode, jump, pad_labelled, 0);
        check_landed(mode, pad_labelled);
    }
    try(mode, jump, pad, 0);
    check_landed(mode, pad);
    turn_on(0);
    try(mode, jump, no_pad, 0);
    check_landed(mode, no_pad);
}

/* What by_branch adds 4 to. */
static const void *by_branch_base(const void *target)
{
    return (const void *)((uint64_t)target - 4);
}

static void check_jumps(unsigned mode)
{
    attempt.label = LABEL;
    for (unsigned reg = 1; reg < 32; reg++) {
        check_jump_by(mode, reg, by_jr[reg - 1]);
        check_jump_by(mode, reg, by_jalr[reg - 1]);
        check_jump_by(mode, reg, by_jalr_t0[reg - 1]);
        check_jump_by(mode, reg, &by_c_jr[reg - 1]);
        check_jump_by(mode, reg, &by_c_jalr[reg - 1]);
    }
    check_jump_by(mode, 10, by_jalr_same);
    check_jump_by(mode, 12, by_load);
    turn_on(1u << mode);
    try(mode, by_branch, by_branch_base(pad), 0);
    check_landed(mode, pad);
    try(mode, by_branch, by_branch_base(no_pad), 0);
    check_fault(no_pad);
}

static void check_labels(unsigned mode)
{
    static const struct {
        uint64_t label;
        bool fits;
    } cases[] = {
        { LABEL, true }, { 0xabcdef0012345fff, true }, { 0xffffffff12345000, true },
        { 0, false }, { 0x12344000, false }, { 0x12345, false }, { 0x92345000, false },
        { LABEL << 32, false },
    };

    turn_on(1u << mode);
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        attempt.label = cases[i].label;
        try(mode, by_jalr_same, pad_labelled, 0);
        if (cases[i].fits) {
            check_landed(mode, pad_labelled);
        } else {
            check_fault(pad_labelled);
        }
        try(mode, by_jalr_same, pad, 0); /* label 0 is not compared */
        check_landed(mode, pad);
    }
}

static void check_targets(unsigned mode)
{
    attempt.label = 0;
    check_refused(mode, no_pad);
    check_refused(mode, before_pad);
    check_refused(mode, jump_to_pad);
    check_refused(mode, auipc_ra);
    check_refused(mode, lui_zero);
    check_refused(mode, branch);
    check_refused(mode, illegal); /* "higher priority than an illegal-instruction exception" */
    check_refused(mode, ecall_now);
    check_refused(mode, two_bytes);
    check_refused(mode, misaligned);
    check_refused(mode, crossing);
    turn_on(1u << mode);
    try(mode, by_jalr_same, page_end, 0);
    check_landed(mode, page_end);
    try(mode, straight, 0, 0);
    CHECK_EQ(attempt.cause, CAUSE_ECALL_U + mode);
    check_pelp(false);
    /* Nothing there: "lower priority than instruction access-fault". */
    try(mode, by_jalr_same, (void *)HOLE, 0);
    check_not_yet((void *)HOLE, CAUSE_FETCH_ACCESS, HOLE);
    turn_on(0);
    try(mode, by_jalr_same, (void *)HOLE, 0);
    check_pelp(false);
}

/* mret to the target itself: MPELP counts if the mode has landing pads, and is gone in any case. */
static void check_mret(unsigned mode)
{
    attempt.label = LABEL;
    turn_on(1u << mode);
    try(mode, pad, 0, MSTATUS_MPELP);
    check_landed(mode, pad);
    try(mode, pad_labelled, 0, MSTATUS_MPELP);
    check_landed(mode, pad_labelled);
    try(mode, no_pad, 0, MSTATUS_MPELP);
    check_fault(no_pad);
    try(mode, no_pad, 0, MSTATUS_SPELP); /* which is sret's */
    check_landed(mode, no_pad);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_SPELP, has_s ? MSTATUS_SPELP : 0);
    turn_on(ALL_MODES & ~(1u << mode));
    try(mode, no_pad, 0, MSTATUS_MPELP);
    check_landed(mode, no_pad);
}

static void check_sret(unsigned mode)
{
    attempt.label = LABEL;
    csr_turn(mstatus, MSTATUS_SPP, mode == MODE_S);
    turn_on(1u << mode);
    try(MODE_S, by_sret, no_pad, MSTATUS_SPELP);
    check_fault(no_pad);
    CHECK_EQ(attempt.status & MSTATUS_SPELP, 0);
    csr_turn(mstatus, MSTATUS_SPP, mode == MODE_S);
    try(MODE_S, by_sret, pad_labelled, MSTATUS_SPELP);
    check_landed(mode, pad_labelled);
    turn_on(ALL_MODES & ~(1u << mode));
    csr_turn(mstatus, MSTATUS_SPP, mode == MODE_S);
    try(MODE_S, by_sret, no_pad, MSTATUS_SPELP);
    check_landed(mode, no_pad);
    CHECK_EQ(attempt.status & MSTATUS_SPELP, 0);
}

#define MNSTATUS_NMIE (1ul << 3)
#define MNSTATUS_MNPELP (1ul << 9)

static void check_mnret(unsigned mode)
{
    uint64_t status = MSTATUS_MPP_OF(mode) | MNSTATUS_NMIE;

    attempt.label = LABEL;
    for (unsigned on = 0; on < 2; on++) {
        turn_on(on ? 1u << mode : ALL_MODES & ~(1u << mode));
        csr_write(0x744, status | MNSTATUS_MNPELP);
        try(MODE_M, by_mnret, pad_labelled, 0);
        check_landed(mode, pad_labelled);
        CHECK_EQ(csr_read(0x744), status);
        try(MODE_M, by_mnret, no_pad, 0);
        check_landed(mode, no_pad);
        csr_write(0x744, status | MNSTATUS_MNPELP);
        try(MODE_M, by_mnret, no_pad, 0);
        if (on) {
            check_fault(no_pad);
        } else {
            check_landed(mode, no_pad);
        }
    }
}

/* Interrupts come between the jump and its landing, and do not take the place of that. */
static void check_interrupts(unsigned mode)
{
    uint64_t cause = CAUSE_INTERRUPT | IRQ_MSI;

    attempt.label = 0;
    turn_on(1u << mode);
    csr_write(mie, IRQ_BIT(IRQ_MSI));
    clint_msip(0) = 1;
    while (!(csr_read(mip) & IRQ_BIT(IRQ_MSI))) {
    }
    try(mode, no_pad, 0, MSTATUS_MPELP | MSTATUS_MPIE);
    check_not_yet(no_pad, cause, 0);
    try(mode, no_pad, 0, MSTATUS_MPIE);
    CHECK_EQ(attempt.cause, cause);
    check_pelp(false);
    clint_msip(0) = 0;
    for (unsigned i = 0; i < 8; i++) {
        try(mode, raise, pad, MSTATUS_MPIE);
        check_pelp(attempt.epc == (uint64_t)pad);
        if (attempt.cause == CAUSE_ECALL_U + mode) { /* it takes its time */
            check_landed(mode, pad);
        } else {
            CHECK_EQ(attempt.cause, cause);
        }
        clint_msip(0) = 0;
    }
    csr_write(mie, 0);
}

/* The code at the target changes: it is what is there now that counts. */
static void check_changed_code(unsigned mode)
{
    volatile uint32_t *code = (volatile uint32_t *)pad;

    attempt.label = 0;
    turn_on(1u << mode);
    for (unsigned i = 0; i < 3; i++) {
        try(mode, by_jalr_same, pad, 0);
        check_landed(mode, pad);
        *code = 0x00000013; /* nop */
        fence_i();
        try(mode, by_jalr_same, pad, 0);
        check_fault(pad);
        *code = 0x00001017; /* lpad 1 */
        fence_i();
        try(mode, by_jalr_same, pad, 0);
        check_fault(pad);
        *code = 0x00000017;
        fence_i();
    }
}

static void check_mode(unsigned mode)
{
    check_jumps(mode);
    check_labels(mode);
    check_targets(mode);
    check_mret(mode);
    check_interrupts(mode);
    check_changed_code(mode);
}

static void check_machine_only(void)
{
    turn_on(1u << MODE_M);
    attempt.label = 0;
    try(MODE_M, calls, 0, 0);
    CHECK_EQ(attempt.cause, CAUSE_ECALL_M);
    CHECK_EQ(attempt.result, 5 * 1000 + 1);
    /* The jump itself traps: nothing is expected yet. */
    try(MODE_M, without_c, pad, 0);
    CHECK_EQ(attempt.cause, CAUSE_FETCH_MISALIGNED);
    CHECK_EQ(attempt.epc, without_c + 4);
    CHECK_EQ(attempt.tval, pad + 2);
    check_pelp(false);
}

static void check_delegation(void)
{
    csr_write(medeleg, 1ul << CAUSE_SOFTWARE_CHECK);
    CHECK_EQ(csr_read(medeleg), 1ul << CAUSE_SOFTWARE_CHECK);
    csr_write(stvec, s_handler);
    for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
        turn_on(1u << mode);
        try(mode, by_jalr_same, no_pad, 0);
        CHECK_EQ(attempt.mode, MODE_S);
        check_fault(no_pad);
        CHECK_EQ(attempt.status & MSTATUS_SPP, mode == MODE_S ? MSTATUS_SPP : 0);
        CHECK_EQ(csr_read(mstatus) & MSTATUS_MPELP, 0); /* by the handler's ecall */
    }
    turn_on(1u << MODE_M);
    try(MODE_M, by_jalr_same, no_pad, 0);
    CHECK_EQ(attempt.mode, MODE_M);
    check_fault(no_pad);
    csr_write(medeleg, 0);
}

/* "lower priority than" page faults as well. */
static void check_page_fault(void)
{
    struct space space = space_new(3);

    space_on(&space, 0);
    turn_on(1u << MODE_S);
    try(MODE_S, by_jalr_same, (void *)TEST_VA, 0);
    check_not_yet((void *)TEST_VA, CAUSE_FETCH_PAGE, TEST_VA);
    try(MODE_S, by_jalr_same, no_pad, 0);
    check_fault(no_pad);
    try(MODE_S, by_jalr_same, pad, 0);
    check_landed(MODE_S, pad);
    space_off();
}

/* A trigger on the instruction there comes first, too. */
static void check_trigger(void)
{
    const void *const targets[] = { pad, no_pad };

    attempt.label = 0;
    turn_on(1u << MODE_U);
    for (unsigned i = 0; i < ARRAY_LEN(targets); i++) {
        csr_write(tselect, 0);
        csr_write(tdata2, targets[i]);
        csr_write(tdata1, 6ul << 60 | 1 << 3 | 1 << 2); /* mcontrol6: u, execute */
        try(MODE_U, by_jalr_same, targets[i], 0);
        csr_write(tdata1, 0);
        check_not_yet(targets[i], CAUSE_BREAKPOINT, (uint64_t)targets[i]);
    }
}

int main(void)
{
    timer_off();
    has_s = csr_read(misa) & MISA('S');
    CHECK_EQ(csr_read(mseccfg) & MSECCFG_MLPE, 0);
    CHECK_EQ(csr_read(menvcfg) & ENVCFG_LPE, 0);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_MPELP | MSTATUS_SPELP), 0);
    if (has_s) {
        CHECK_EQ(csr_read(senvcfg) & ENVCFG_LPE, 0);
    }
    PROBE("csrr t0, 0x744", : : : "t0"); /* mnstatus */
    has_rnmi = trap()->cause != CAUSE_ILLEGAL;
    if (has_rnmi) {
        csr_write(0x744, MNSTATUS_NMIE);
    }
    check_mode(MODE_M);
    check_mode(MODE_U);
    check_machine_only();
    check_trigger();
    if (has_rnmi) {
        check_mnret(MODE_M);
        check_mnret(MODE_U);
    }
    if (has_s) {
        check_mode(MODE_S);
        check_sret(MODE_U);
        check_sret(MODE_S);
        check_delegation();
        check_page_fault();
    }
    return 0;
}
