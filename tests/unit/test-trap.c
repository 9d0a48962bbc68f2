/*
 * Traps: every cause from every mode with and without delegation, vectors, interrupt priorities,
 * xRET.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include "util/bits.h"

static const RISCVPriv privs[] = { PRIV_U, PRIV_S, PRIV_M };

static const unsigned exceptions[] = {
    EXC_INSN_MISALIGNED,  EXC_INSN_ACCESS,     EXC_ILLEGAL,          EXC_BREAKPOINT,
    EXC_LOAD_MISALIGNED,  EXC_LOAD_ACCESS,     EXC_STORE_MISALIGNED, EXC_STORE_ACCESS,
    EXC_ECALL_U,          EXC_ECALL_S,         EXC_ECALL_M,          EXC_INSN_PAGE_FAULT,
    EXC_LOAD_PAGE_FAULT,  EXC_STORE_PAGE_FAULT, EXC_SOFTWARE_CHECK,
};

static const unsigned interrupts[] = {
    /* in order of priority: "MEI, MSI, MTI, SEI, SSI, STI" */
    IRQ_M_EXT, IRQ_M_SOFT, IRQ_M_TIMER, IRQ_S_EXT, IRQ_S_SOFT, IRQ_S_TIMER,
};

#define M_INTERRUPTS (MIP_MEIP | MIP_MSIP | MIP_MTIP)
#define S_INTERRUPTS (MIP_SEIP | MIP_SSIP | MIP_STIP)

static uint64_t field(TestHart *t, uint64_t mask)
{
    return get_field(t->env->mstatus, mask);
}

/* ---- entry ---- */

typedef struct Entry {
    uint64_t cause, tval;
    RISCVPriv from;
    bool delegated, vectored, ie;
} Entry;

static void check_m_entry(TestHart *t, const Entry *e, uint64_t vector)
{
    g_assert_cmpuint(t->env->priv, ==, PRIV_M);
    g_assert_cmphex(t->env->pc, ==, 0x80001000 + vector);
    g_assert_cmphex(t->env->mepc, ==, 0x80004446);
    g_assert_cmphex(t->env->mcause, ==, e->cause);
    g_assert_cmphex(t->env->mtval, ==, e->tval);
    g_assert_cmpuint(field(t, MSTATUS_MPP), ==, e->from);
    g_assert_cmpuint(field(t, MSTATUS_MPIE), ==, e->ie);
    g_assert_cmpuint(field(t, MSTATUS_MIE), ==, 0);
    g_assert_cmpuint(field(t, MSTATUS_SIE), ==, e->ie); /* the other stack is left alone */
    g_assert_cmphex(t->env->scause, ==, 0);
    g_assert_cmphex(t->env->sepc, ==, 0);
}

static void check_s_entry(TestHart *t, const Entry *e, uint64_t vector)
{
    g_assert_cmpuint(t->env->priv, ==, PRIV_S);
    g_assert_cmphex(t->env->pc, ==, 0xffffffff80002000 + vector);
    g_assert_cmphex(t->env->sepc, ==, 0x80004446);
    g_assert_cmphex(t->env->scause, ==, e->cause);
    g_assert_cmphex(t->env->stval, ==, e->tval);
    g_assert_cmpuint(field(t, MSTATUS_SPP), ==, e->from);
    g_assert_cmpuint(field(t, MSTATUS_SPIE), ==, e->ie);
    g_assert_cmpuint(field(t, MSTATUS_SIE), ==, 0);
    g_assert_cmpuint(field(t, MSTATUS_MIE), ==, e->ie);
    g_assert_cmpuint(field(t, MSTATUS_MPP), ==, 0);
    g_assert_cmphex(t->env->mcause, ==, 0);
    g_assert_cmphex(t->env->mepc, ==, 0);
}

static void check_entry(const Entry *e)
{
    TestHart *t = hart_new("rv64", NULL);
    bool interrupt = e->cause & RISCV_CAUSE_INTERRUPT;
    uint64_t vector = e->vectored && interrupt ? 4 * (e->cause & 63) : 0;
    unsigned modes;

    t->env->mtvec = 0x80001000 | e->vectored;
    t->env->stvec = 0xffffffff80002000 | e->vectored;
    *(interrupt ? &t->env->mideleg : &t->env->medeleg) = e->delegated ? 1ull << (e->cause & 63) : 0;
    /* the other register says the opposite, and does not matter */
    *(interrupt ? &t->env->medeleg : &t->env->mideleg) = e->delegated ? 0 : UINT64_MAX;
    t->env->mstatus = set_field(t->env->mstatus, MSTATUS_MIE, e->ie);
    t->env->mstatus = set_field(t->env->mstatus, MSTATUS_SIE, e->ie);
    hart_set_priv(t, e->from);
    t->env->pc = 0x80004446;
    modes = t->mode_changes;
    riscv_take_trap(t->env, e->cause, e->tval);
    g_assert_cmpuint(t->mode_changes, >, modes);
    if (e->delegated && e->from <= PRIV_S) {
        check_s_entry(t, e, vector);
    } else {
        check_m_entry(t, e, vector);
    }
    hart_free(t);
}

static void check_entries(uint64_t cause)
{
    for (unsigned i = 0; i < 3 * 8; i++) {
        Entry e = { .cause = cause, .tval = cause + 0x1234, .from = privs[i / 8],
                    .delegated = i & 1, .vectored = i & 2, .ie = i & 4 };

        check_entry(&e);
    }
}

static void test_exceptions(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(exceptions); i++) {
        check_entries(exceptions[i]);
    }
}

static void test_interrupts(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(interrupts); i++) {
        check_entries(RISCV_CAUSE_INTERRUPT | interrupts[i]);
    }
}

/* ---- which interrupt is next ---- */

/* S-level bits are software's, M-level ones lines. */
static void set_pending(TestHart *t, uint64_t bits)
{
    t->env->mip = bits & S_INTERRUPTS;
    t->env->mip_lines = bits & M_INTERRUPTS;
}

static void test_pending(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(interrupts); i++) {
        uint64_t bit = 1ull << interrupts[i];

        for (unsigned priv = 0; priv < G_N_ELEMENTS(privs); priv++) {
            for (unsigned flags = 0; flags < 32; flags++) {
                bool mie = flags & 1, sie = flags & 2, enabled = flags & 4;
                bool pending = flags & 8, delegated = flags & 16;
                RISCVPriv target = delegated ? PRIV_S : PRIV_M;
                bool global = privs[priv] < target ||
                              (privs[priv] == target && (target == PRIV_M ? mie : sie));
                bool taken = pending && enabled && global;

                hart_set_priv(t, privs[priv]);
                t->env->mstatus = (mie ? MSTATUS_MIE : 0) | (sie ? MSTATUS_SIE : 0);
                t->env->mie = enabled ? bit : ~bit;
                t->env->mideleg = delegated ? bit : 0;
                set_pending(t, pending ? bit : 0);
                g_assert_cmpint(riscv_pending_interrupt(t->env), ==,
                                taken ? (int)interrupts[i] : -1);
            }
        }
    }
    hart_free(t);
}

/* Of any two the higher one, where both go to the same mode. */
static void test_priority(void)
{
    TestHart *t = hart_new("rv64", NULL);

    t->env->mie = UINT64_MAX;
    hart_set_priv(t, PRIV_U);
    for (unsigned high = 0; high < G_N_ELEMENTS(interrupts); high++) {
        uint64_t lower = 0;

        for (unsigned low = high; low < G_N_ELEMENTS(interrupts); low++) {
            lower |= 1ull << interrupts[low];
            set_pending(t, lower);
            t->env->mideleg = 0;
            g_assert_cmpint(riscv_pending_interrupt(t->env), ==, interrupts[high]);
            t->env->mideleg = UINT64_MAX;
            g_assert_cmpint(riscv_pending_interrupt(t->env), ==, interrupts[high]);
        }
    }
    hart_free(t);
}

/* "Interrupts to M-mode take priority over any interrupts to lower privilege modes." */
static void test_target_before_priority(void)
{
    TestHart *t = hart_new("rv64", NULL);

    t->env->mie = UINT64_MAX;
    t->env->mideleg = MIP_SEIP;
    set_pending(t, MIP_SEIP | MIP_STIP);
    hart_set_priv(t, PRIV_U);
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_S_TIMER);
    hart_set_priv(t, PRIV_S);
    t->env->mstatus |= MSTATUS_SIE;
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_S_TIMER);
    t->env->mie = MIP_SEIP; /* the one for M is not enabled */
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_S_EXT);
    t->env->mie = UINT64_MAX;
    hart_set_priv(t, PRIV_M);
    t->env->mstatus |= MSTATUS_MIE;
    t->env->mideleg = MIP_SEIP | MIP_STIP; /* masked in M, whatever MIE says */
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, -1);
    hart_free(t);
}

static void test_no_supervisor(void)
{
    TestHart *t = hart_new("rv64", "s=off");

    irq_set(device_get_gpio_in(DEVICE(t->cpu), IRQ_S_EXT), 1);
    irq_set(device_get_gpio_in(DEVICE(t->cpu), IRQ_S_SOFT), 1);
    g_assert_cmphex(riscv_mip(t->env), ==, 0);
    irq_set(device_get_gpio_in(DEVICE(t->cpu), IRQ_M_EXT), 1);
    g_assert_cmphex(riscv_mip(t->env), ==, MIP_MEIP);
    hart_free(t);
}

/* ---- return ---- */

static void test_mret(void)
{
    for (unsigned i = 0; i < 3 * 4; i++) {
        TestHart *t = hart_new("rv64", NULL);
        RISCVPriv to = privs[i / 4];
        bool mpie = i & 1, mprv = i & 2;

        t->env->mepc = 0x80004446;
        t->env->mstatus = set_field(t->env->mstatus, MSTATUS_MPP, to) |
                          (mpie ? MSTATUS_MPIE : MSTATUS_MIE) | (mprv ? MSTATUS_MPRV : 0) |
                          MSTATUS_SPIE;
        riscv_return_m(t->env);
        g_assert_cmpuint(t->env->priv, ==, to);
        g_assert_cmphex(t->env->pc, ==, 0x80004446);
        g_assert_cmpuint(field(t, MSTATUS_MIE), ==, mpie);
        g_assert_cmpuint(field(t, MSTATUS_MPIE), ==, 1);
        g_assert_cmpuint(field(t, MSTATUS_MPP), ==, PRIV_U);
        g_assert_cmpuint(field(t, MSTATUS_MPRV), ==, mprv && to == PRIV_M);
        g_assert_cmpuint(field(t, MSTATUS_SIE), ==, 0);
        g_assert_cmpuint(field(t, MSTATUS_SPIE), ==, 1);
        hart_free(t);
    }
}

/* tcontrol: "When any trap into M-mode is taken, mpte is set to the value of mte", and back. */
static void test_tcontrol(void)
{
    TestHart *t = hart_new("rv64", "s=off");

    hart_csrw(t, CSR_tcontrol, TCONTROL_MTE);
    riscv_take_trap(t->env, EXC_ILLEGAL, 0);
    g_assert_cmphex(hart_csrr(t, CSR_tcontrol), ==, TCONTROL_MPTE);
    riscv_return_m(t->env);
    hart_set_priv(t, PRIV_M);
    g_assert_cmphex(hart_csrr(t, CSR_tcontrol), ==, TCONTROL_MPTE | TCONTROL_MTE);
    hart_csrw(t, CSR_tcontrol, TCONTROL_MPTE);
    riscv_take_trap(t->env, EXC_ILLEGAL, 0);
    g_assert_cmphex(hart_csrr(t, CSR_tcontrol), ==, 0);
    hart_csrw(t, CSR_tcontrol, TCONTROL_MTE);
    riscv_return_m(t->env);
    hart_set_priv(t, PRIV_M);
    g_assert_cmphex(hart_csrr(t, CSR_tcontrol), ==, 0); /* "mte is set to the value of mpte" */
    hart_free(t);
}

static void test_sret(void)
{
    for (unsigned i = 0; i < 8; i++) {
        TestHart *t = hart_new("rv64", NULL);
        bool spie = i & 1, spp = i & 2, from_m = i & 4;

        hart_set_priv(t, from_m ? PRIV_M : PRIV_S);
        t->env->sepc = 0xffffffff80004442;
        t->env->mstatus |= (spie ? MSTATUS_SPIE : MSTATUS_SIE) | (spp ? MSTATUS_SPP : 0) |
                           MSTATUS_MPRV | MSTATUS_MPIE | MSTATUS_MPP;
        riscv_return_s(t->env);
        g_assert_cmpuint(t->env->priv, ==, spp ? PRIV_S : PRIV_U);
        g_assert_cmphex(t->env->pc, ==, 0xffffffff80004442);
        g_assert_cmpuint(field(t, MSTATUS_SIE), ==, spie);
        g_assert_cmpuint(field(t, MSTATUS_SPIE), ==, 1);
        g_assert_cmpuint(field(t, MSTATUS_SPP), ==, 0);
        g_assert_cmpuint(field(t, MSTATUS_MPRV), ==, 0); /* it leads below M */
        g_assert_cmpuint(field(t, MSTATUS_MPIE), ==, 1);
        g_assert_cmpuint(field(t, MSTATUS_MPP), ==, PRIV_M);
        hart_free(t);
    }
}

static void test_return_without_modes(void)
{
    TestHart *t = hart_new("rv64", "u=off"), *c = hart_new("rv64", "c=off");

    riscv_return_m(t->env);
    g_assert_cmpuint(t->env->priv, ==, PRIV_M);
    g_assert_cmpuint(field(t, MSTATUS_MPP), ==, PRIV_M); /* "the least-privileged supported mode" */
    /* without compressed instructions bit 1 of the address is masked */
    c->env->mepc = 0x80000006;
    c->env->sepc = 0x80000002;
    riscv_return_m(c->env);
    g_assert_cmphex(c->env->pc, ==, 0x80000004);
    riscv_return_s(c->env);
    g_assert_cmphex(c->env->pc, ==, 0x80000000);
    hart_free(t);
    hart_free(c);
}

/* "... STI, LCOFI": Sscofpmf's comes last, in both modes. Without it there is no such bit. */
static void test_count_overflow(void)
{
    TestHart *t = hart_new("rv64", "sscofpmf=on"), *none = hart_new("rv64", NULL);

    hart_csrw(t, CSR_mie, UINT64_MAX);
    hart_csrw(t, CSR_mip, MIP_LCOFIP | MIP_STIP);
    hart_set_priv(t, PRIV_S);
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_S_TIMER);
    t->env->mip = MIP_LCOFIP;
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_COUNT_OVERFLOW);
    t->env->mideleg = MIP_LCOFIP;
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, -1); /* SIE is clear */
    t->env->mstatus |= MSTATUS_SIE;
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_COUNT_OVERFLOW);
    riscv_take_trap(t->env, RISCV_CAUSE_INTERRUPT | IRQ_COUNT_OVERFLOW, 0);
    g_assert_cmphex(t->env->scause, ==, RISCV_CAUSE_INTERRUPT | 13);
    none->env->mip = MIP_LCOFIP;
    g_assert_cmphex(riscv_mip(none->env), ==, 0);
    hart_free(t);
    hart_free(none);
}

/* Smrnmi: while NMIE is clear no interrupt comes, and an exception of machine mode has a handler of its own. */
static void test_rnmi(void)
{
    TestHart *t = hart_new("rv64", "smrnmi=on,rnmi-exception-vector=0x80003000");

    hart_csrw(t, CSR_mtvec, 0x80001000);
    hart_csrw(t, CSR_mie, UINT64_MAX);
    t->env->mip = MIP_SSIP;
    t->env->mstatus |= MSTATUS_MIE;
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, -1);
    riscv_take_trap(t->env, EXC_ILLEGAL, 0);
    g_assert_cmphex(t->env->pc, ==, 0x80003000);
    g_assert_cmphex(t->env->mcause, ==, EXC_ILLEGAL);
    t->env->priv = PRIV_U; /* from there it goes where it always does */
    riscv_take_trap(t->env, EXC_ILLEGAL, 0);
    g_assert_cmphex(t->env->pc, ==, 0x80001000);
    hart_csrw(t, CSR_mnstatus, MNSTATUS_NMIE);
    riscv_take_trap(t->env, EXC_ILLEGAL, 0);
    g_assert_cmphex(t->env->pc, ==, 0x80001000);
    t->env->mstatus |= MSTATUS_MIE;
    g_assert_cmpint(riscv_pending_interrupt(t->env), ==, IRQ_S_SOFT);
    hart_free(t);
}

/* Smdbltrp with Smrnmi: the unexpected trap is the other handler's, which gets its cause and address. */
static void test_double_trap(void)
{
    TestHart *t = hart_new("rv64", "smrnmi=on,smdbltrp=on,rnmi-interrupt-vector=0x80002000");

    t->env->mnstatus = MNSTATUS_NMIE;
    t->env->mstatus &= ~MSTATUS_MDT;
    t->env->pc = 0x80000100;
    riscv_take_trap(t->env, EXC_LOAD_ACCESS, 0x1234);
    g_assert_cmphex(t->env->mepc, ==, 0x80000100);
    g_assert_cmphex(t->env->mstatus & MSTATUS_MDT, ==, MSTATUS_MDT);
    t->env->pc = 0x80000200;
    riscv_take_trap(t->env, EXC_ILLEGAL, 0x5678);
    g_assert_cmphex(t->env->pc, ==, 0x80002000);
    g_assert_cmphex(t->env->mepc, ==, 0x80000100);
    g_assert_cmphex(t->env->mcause, ==, EXC_LOAD_ACCESS);
    g_assert_cmphex(t->env->mtval, ==, 0x1234);
    g_assert_cmphex(t->env->mnepc, ==, 0x80000200);
    g_assert_cmphex(t->env->mncause, ==, EXC_ILLEGAL);
    g_assert_cmphex(t->env->mnstatus, ==, MNSTATUS_MNPP);
    riscv_return_n(t->env); /* to machine mode: MDT stays */
    g_assert_cmphex(t->env->pc, ==, 0x80000200);
    g_assert_cmphex(t->env->mnstatus, ==, MNSTATUS_MNPP | MNSTATUS_NMIE);
    g_assert_cmphex(t->env->mstatus & MSTATUS_MDT, ==, MSTATUS_MDT);
    riscv_return_s(t->env);
    g_assert_cmphex(t->env->mstatus & MSTATUS_MDT, ==, 0);
    hart_free(t);
}

/* ---- landing pads (Zicfilp) ---- */

/* What turns them on for one mode and no other; for user mode it is another register where there is no supervisor mode. */
static void test_landing_pads_on(void)
{
    static const struct {
        const char *settings;
        unsigned csr;
        uint64_t bit;
        RISCVPriv priv;
    } cases[] = {
        { "zicfilp=on", CSR_mseccfg, 0x400, PRIV_M },
        { "zicfilp=on", CSR_menvcfg, 4, PRIV_S },
        { "zicfilp=on", CSR_senvcfg, 4, PRIV_U },
        { "zicfilp=on,s=off", CSR_mseccfg, 0x400, PRIV_M },
        { "zicfilp=on,s=off", CSR_menvcfg, 4, PRIV_U },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        TestHart *t = hart_new("rv64", cases[i].settings);
        unsigned modes = t->mode_changes;

        hart_csrw(t, cases[i].csr, cases[i].bit);
        g_assert_cmpuint(t->mode_changes, >, modes);
        for (unsigned j = 0; j < G_N_ELEMENTS(privs); j++) {
            t->env->priv = privs[j];
            if (privs[j] != PRIV_S || riscv_ext_has(&t->env->ext, RISCV_EXT_S)) {
                g_assert_cmpint(riscv_lpe(t->env), ==, privs[j] == cases[i].priv);
            }
        }
        hart_free(t);
    }
}

/* A trap keeps what was expected in a bit of the mode that it goes to. */
static void test_trap_before_landing(void)
{
    TestHart *t = hart_new("rv64", "zicfilp=on,smrnmi=on,smdbltrp=on,ssdbltrp=on");

    t->env->mnstatus = MNSTATUS_NMIE;
    t->env->medeleg = 1 << EXC_ILLEGAL;
    for (unsigned expected = 0; expected < 2; expected++) {
        t->env->mstatus = expected ? 0 : MSTATUS_MPELP | MSTATUS_SPELP;
        hart_set_priv(t, PRIV_U);
        t->env->elp = expected;
        riscv_take_trap(t->env, EXC_ILLEGAL, 0);
        g_assert_cmpuint(t->env->priv, ==, PRIV_S);
        g_assert_cmpuint(field(t, MSTATUS_SPELP), ==, expected);
        g_assert_cmpuint(field(t, MSTATUS_MPELP), ==, !expected);
        g_assert_false(t->env->elp);
        t->env->elp = expected;
        riscv_take_trap(t->env, EXC_BREAKPOINT, 0);
        g_assert_cmpuint(t->env->priv, ==, PRIV_M);
        g_assert_cmpuint(field(t, MSTATUS_SPELP), ==, expected);
        g_assert_cmpuint(field(t, MSTATUS_MPELP), ==, expected);
        g_assert_false(t->env->elp);
        t->env->elp = expected; /* MDT is set now */
        riscv_take_trap(t->env, EXC_BREAKPOINT, 0);
        g_assert_cmphex(t->env->mnstatus, ==, MNSTATUS_MNPP | (expected ? MNSTATUS_MNPELP : 0));
        g_assert_false(t->env->elp);
        t->env->mnstatus = MNSTATUS_NMIE;
        t->env->mstatus = MSTATUS_SDT; /* supervisor mode's double trap is machine mode's */
        hart_set_priv(t, PRIV_U);
        t->env->elp = expected;
        riscv_take_trap(t->env, EXC_ILLEGAL, 0);
        g_assert_cmphex(t->env->mcause, ==, EXC_DOUBLE_TRAP);
        g_assert_cmpuint(field(t, MSTATUS_MPELP), ==, expected);
        g_assert_cmpuint(field(t, MSTATUS_SPELP), ==, 0);
        g_assert_false(t->env->elp);
    }
    hart_free(t);
}

/* A return expects it again if the mode returned to has them on; the bit is clear either way. */
static void test_return_to_landing(void)
{
    for (unsigned i = 0; i < 3 * 4; i++) {
        TestHart *t = hart_new("rv64", "zicfilp=on,smrnmi=on");
        RISCVPriv to = privs[i / 4];
        bool on = i & 1, expected = i & 2;
        uint64_t pelp = expected ? MSTATUS_MPELP | MSTATUS_SPELP : 0;

        hart_csrw(t, CSR_mseccfg, (to == PRIV_M) == on ? 0x400 : 0);
        hart_csrw(t, CSR_menvcfg, (to == PRIV_S) == on ? 4 : 0);
        hart_csrw(t, CSR_senvcfg, (to == PRIV_U) == on ? 4 : 0);
        t->env->mstatus = set_field(pelp, MSTATUS_MPP, to);
        riscv_return_m(t->env);
        g_assert_cmpint(t->env->elp, ==, on && expected);
        g_assert_cmphex(t->env->mstatus & pelp, ==, pelp & MSTATUS_SPELP);
        hart_set_priv(t, PRIV_M);
        t->env->mnstatus = set_field(expected ? MNSTATUS_MNPELP : 0, MNSTATUS_MNPP, to);
        riscv_return_n(t->env);
        g_assert_cmpint(t->env->elp, ==, on && expected);
        g_assert_cmphex(t->env->mnstatus, ==, set_field(MNSTATUS_NMIE, MNSTATUS_MNPP, to));
        if (to != PRIV_M) {
            hart_set_priv(t, PRIV_S);
            t->env->mstatus = set_field(pelp, MSTATUS_SPP, to);
            riscv_return_s(t->env);
            g_assert_cmpint(t->env->elp, ==, on && expected);
            g_assert_cmphex(t->env->mstatus & pelp, ==, pelp & MSTATUS_MPELP);
        }
        hart_free(t);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trap/exceptions", test_exceptions);
    g_test_add_func("/trap/interrupts", test_interrupts);
    g_test_add_func("/trap/pending", test_pending);
    g_test_add_func("/trap/priority", test_priority);
    g_test_add_func("/trap/target-before-priority", test_target_before_priority);
    g_test_add_func("/trap/no-supervisor", test_no_supervisor);
    g_test_add_func("/trap/mret", test_mret);
    g_test_add_func("/trap/tcontrol", test_tcontrol);
    g_test_add_func("/trap/sret", test_sret);
    g_test_add_func("/trap/return-without-modes", test_return_without_modes);
    g_test_add_func("/trap/count-overflow", test_count_overflow);
    g_test_add_func("/trap/rnmi", test_rnmi);
    g_test_add_func("/trap/double-trap", test_double_trap);
    g_test_add_func("/trap/landing-pad/on", test_landing_pads_on);
    g_test_add_func("/trap/landing-pad/trap", test_trap_before_landing);
    g_test_add_func("/trap/landing-pad/return", test_return_to_landing);
    return g_test_run();
}
