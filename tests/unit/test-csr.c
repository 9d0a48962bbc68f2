/*
 * CSRs: for every row of csr.def number, privilege, reset value and what a write leaves; then what
 * particular registers do besides.
 *
 * The expectations are written from the specification, not derived from the rows: a row without one
 * fails by name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include <string.h>

#include "target-riscv/counters.h"
#include "target-riscv/fpu.h"
#include "util/bits.h"

#define ALL UINT64_MAX

/* ---- every CSR ---- */

typedef struct Expectation {
    const char *name;
    unsigned number;
    unsigned priv;  /* the lowest that may access it */
    bool read_only;
    uint64_t reset;
    uint64_t ones;  /* reads after all ones were written, */
    uint64_t zeros; /* and after all zeros */
    const char *needs; /* properties of a hart that has it; NULL: any has */
    bool polled;    /* reads differ: a test of its own */
} Expectation;

#define ROW(name_, number_, priv_, read_only_, reset_, ones_, zeros_)                             \
    { .name = (name_), .number = (number_), .priv = (priv_), .read_only = (read_only_),           \
      .reset = (reset_), .ones = (ones_), .zeros = (zeros_) }
#define RW(name, number, priv, reset, ones, zeros) ROW(name, number, priv, false, reset, ones, zeros)
#define RO(name, number, priv, reset) ROW(name, number, priv, true, reset, reset, reset)
#define HPM(n)                                                                                    \
    RO("hpmcounter" #n, 0xc00 + n, PRIV_U, 0), RW("mhpmcounter" #n, 0xb00 + n, PRIV_M, 0, ALL, 0), \
        RW("mhpmevent" #n, 0x320 + n, PRIV_M, 0, 0, 0)
#define PMPADDR(n) RW("pmpaddr" #n, 0x3b0 + n, PRIV_M, 0, 0x3fffffffffffff, 0)

/* Registers of an extension that rv64 has not by itself. */
#define WITH(needs_, name_, number_, priv_, ones_)                                                \
    { .name = (name_), .number = (number_), .priv = (priv_), .ones = (ones_), .needs = (needs_) }
#define STATEEN(n, bits)                                                                          \
    WITH("smstateen=on", "mstateen" #n, 0x30c + n, PRIV_M, bits),                                 \
        WITH("ssstateen=on", "sstateen" #n, 0x10c + n, PRIV_S, 0)

static const Expectation expectations[] = {
    RW("fflags", 0x001, PRIV_U, 0, 0x1f, 0),
    RW("frm", 0x002, PRIV_U, 0, 7, 0),
    RW("fcsr", 0x003, PRIV_U, 0, 0xff, 0),
    WITH("zicfiss=on", "ssp", 0x011, PRIV_U, 0xfffffffffffffff8),
    RO("cycle", 0xc00, PRIV_U, 0),
    RO("time", 0xc01, PRIV_U, 0),
    RO("instret", 0xc02, PRIV_U, 0),
    RW("sstatus", 0x100, PRIV_S, 0x200000000, 0x80000002000c6122, 0x200000000),
    RW("sie", 0x104, PRIV_S, 0, 0, 0), /* nothing delegated */
    RW("stvec", 0x105, PRIV_S, 0, 0xfffffffffffffffd, 0),
    RW("scounteren", 0x106, PRIV_S, 0, 0xffffffff, 0),
    RW("senvcfg", 0x10a, PRIV_S, 0, 0xf1, 0),
    RW("sscratch", 0x140, PRIV_S, 0, ALL, 0),
    RW("sepc", 0x141, PRIV_S, 0, 0xfffffffffffffffe, 0),
    RW("scause", 0x142, PRIV_S, 0, ALL, 0),
    RW("stval", 0x143, PRIV_S, 0, ALL, 0),
    RW("sip", 0x144, PRIV_S, 0, 0, 0),
    RW("stimecmp", 0x14d, PRIV_S, ALL, ALL, 0),
    RW("satp", 0x180, PRIV_S, 0, 0, 0), /* mode 15 is not supported */
    RW("mstatus", 0x300, PRIV_M, 0xa00000000, 0x8000000a007e79aa, 0xa00000000),
    RW("misa", 0x301, PRIV_M, 0x800000000014112f, 0x800000000014112f, 0x8000000000140100),
    RW("medeleg", 0x302, PRIV_M, 0, 0x8b3fe, 0),
    RW("mideleg", 0x303, PRIV_M, 0, 0x222, 0),
    RW("mie", 0x304, PRIV_M, 0, 0xaaa, 0),
    RW("mtvec", 0x305, PRIV_M, 0, 0xfffffffffffffffd, 0),
    RW("mcounteren", 0x306, PRIV_M, 0, 0xffffffff, 0),
    RW("menvcfg", 0x30a, PRIV_M, 0, 0xe0000000000000f1, 0),
    RW("mscratch", 0x340, PRIV_M, 0, ALL, 0),
    RW("mepc", 0x341, PRIV_M, 0, 0xfffffffffffffffe, 0),
    RW("mcause", 0x342, PRIV_M, 0, ALL, 0),
    RW("mtval", 0x343, PRIV_M, 0, ALL, 0),
    RW("mip", 0x344, PRIV_M, 0, 0x222, 0),
    RO("mvendorid", 0xf11, PRIV_M, 0),
    RO("marchid", 0xf12, PRIV_M, 0),
    RO("mimpid", 0xf13, PRIV_M, 0),
    RO("mhartid", 0xf14, PRIV_M, 0),
    RO("mconfigptr", 0xf15, PRIV_M, 0),
    RW("pmpcfg0", 0x3a0, PRIV_M, 0, 0x9f9f9f9f9f9f9f9f, 0x9f9f9f9f9f9f9f9f), /* locked */
    RW("pmpcfg2", 0x3a2, PRIV_M, 0, 0x9f9f9f9f9f9f9f9f, 0x9f9f9f9f9f9f9f9f),
    PMPADDR(0), PMPADDR(1), PMPADDR(2), PMPADDR(3), PMPADDR(4), PMPADDR(5), PMPADDR(6), PMPADDR(7),
    PMPADDR(8), PMPADDR(9), PMPADDR(10), PMPADDR(11), PMPADDR(12), PMPADDR(13), PMPADDR(14),
    PMPADDR(15),
    { "seed", 0x015, .needs = "zkr=on", .polled = true },
    { "mseccfg", 0x747, .priv = PRIV_M, .ones = 0x300, .needs = "zkr=on" },
    WITH("ssdbltrp=on", "mtval2", 0x34b, PRIV_M, ALL),
    WITH("smrnmi=on", "mnscratch", 0x740, PRIV_M, ALL),
    WITH("smrnmi=on", "mnepc", 0x741, PRIV_M, 0xfffffffffffffffe),
    WITH("smrnmi=on", "mncause", 0x742, PRIV_M, ALL),
    { "mnstatus", 0x744, .priv = PRIV_M, .ones = 0x1808, .zeros = 0x8, .needs = "smrnmi=on" },
    WITH("smcntrpmf=on", "mcyclecfg", 0x321, PRIV_M, 0x7000000000000000),
    WITH("smcntrpmf=on", "minstretcfg", 0x322, PRIV_M, 0x7000000000000000),
    { "scountovf", 0xda0, .priv = PRIV_S, .read_only = true, .needs = "sscofpmf=on" },
    STATEEN(0, 0xc200000000000000), STATEEN(1, 0x8000000000000000),
    STATEEN(2, 0x8000000000000000), STATEEN(3, 0x8000000000000000),
    RW("mcountinhibit", 0x320, PRIV_M, 0, 0xfffffffd, 0),
    RW("mcycle", 0xb00, PRIV_M, 0, ALL, 0),
    RW("minstret", 0xb02, PRIV_M, 0, ALL, 0),
    HPM(3), HPM(4), HPM(5), HPM(6), HPM(7), HPM(8), HPM(9), HPM(10), HPM(11), HPM(12), HPM(13),
    HPM(14), HPM(15), HPM(16), HPM(17), HPM(18), HPM(19), HPM(20), HPM(21), HPM(22), HPM(23),
    HPM(24), HPM(25), HPM(26), HPM(27), HPM(28), HPM(29), HPM(30), HPM(31),
    RW("scontext", 0x5a8, PRIV_S, 0, 0xffffffff, 0),
    RW("tselect", 0x7a0, PRIV_M, 0, 0, 0),
    RW("tdata1", 0x7a1, PRIV_M, 0xf000000000000000, 0xf000000000000000, 0xf000000000000000), /* disabled */
    RW("tdata2", 0x7a2, PRIV_M, 0, ALL, 0),
    RW("tdata3", 0x7a3, PRIV_M, 0, 0xfffc00f3fffffffc, 0),
    RW("tinfo", 0x7a4, PRIV_M, 0x100807c, 0x100807c, 0x100807c),
    WITH("s=off", "tcontrol", 0x7a5, PRIV_M, 0x88),
    RW("mcontext", 0x7a8, PRIV_M, 0, 0x1fff, 0),
};

static const Expectation *expectation_of(unsigned number)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(expectations); i++) {
        if (expectations[i].number == number) {
            return &expectations[i];
        }
    }
    return NULL;
}

/* Every row has an expectation and the other way round; every other number is illegal in M-mode. */
static void test_complete(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned number = 0; number < 0x1000; number++) {
        const Expectation *e = expectation_of(number);
        const char *name = riscv_csr_name(number);

        if (name && !e) {
            g_error("CSR %s (0x%03x) has no expectation in test-csr.c", name, number);
        }
        if (e) {
            g_assert_cmpstr(name, ==, e->name);
            g_assert_cmpint(riscv_csr_by_name(e->name), ==, number);
        }
        if (!e || e->needs) {
            g_assert_false(hart_csr_readable(t, number));
            g_assert_false(hart_csr(t, number, true, 0, ALL, NULL));
        }
    }
    g_assert_null(riscv_csr_name(0x1000));
    g_assert_cmpint(riscv_csr_by_name("mxyz"), ==, -1);
    hart_free(t);
}

/* A hart on which nothing but the privilege stands in the way. */
static TestHart *open_hart(const Expectation *e)
{
    TestHart *t = hart_new("rv64", e->needs);

    hart_csrw(t, CSR_mcounteren, ALL);
    hart_csrw(t, CSR_menvcfg, MENVCFG_STCE | ENVCFG_SSE);
    if (riscv_ext_has(&t->env->ext, RISCV_EXT_S)) {
        hart_csrw(t, CSR_scounteren, ALL);
        hart_csrw(t, CSR_senvcfg, ENVCFG_SSE);
    }
    hart_csrs(t, CSR_mstatus, MSTATUS_FS);
    return t;
}

static void test_privilege(gconstpointer data)
{
    static const RISCVPriv privs[] = { PRIV_U, PRIV_S, PRIV_M };
    const Expectation *e = data;
    TestHart *t = open_hart(e);

    for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
        bool legal = privs[i] >= e->priv;

        hart_set_priv(t, privs[i]);
        g_assert_cmpint(hart_csr_readable(t, e->number), ==, legal);
        /* csrrs with x0 writes nothing, and is legal for a read-only register */
        g_assert_cmpint(hart_csr(t, e->number, true, 0, 0, NULL), ==, legal && !e->read_only);
    }
    hart_free(t);
}

static void test_values(gconstpointer data)
{
    const Expectation *e = data;
    TestHart *t = hart_new("rv64", e->needs);

    if (e->number <= CSR_fcsr) { /* they need it */
        t->env->mstatus |= MSTATUS_FS;
    }
    g_assert_cmphex(hart_csrr(t, e->number), ==, e->reset);
    if (e->read_only) {
        g_assert_false(hart_csr(t, e->number, true, ALL, ALL, NULL));
    } else {
        uint64_t old;

        hart_csrw(t, e->number, ALL);
        g_assert_true(hart_csr(t, e->number, true, 0, ALL, &old));
        g_assert_cmphex(old, ==, e->ones);
        g_assert_true(hart_csr(t, e->number, true, ALL, ALL, &old));
        g_assert_cmphex(old, ==, e->zeros);
        g_assert_cmphex(hart_csrr(t, e->number), ==, e->ones);
    }
    device_reset(DEVICE(t->cpu));
    if (e->number <= CSR_fcsr) {
        t->env->mstatus |= MSTATUS_FS;
    }
    g_assert_cmphex(hart_csrr(t, e->number), ==, e->reset);
    hart_free(t);
}

/* Setting and clearing change the named bits only. */
static void test_set_and_clear(void)
{
    TestHart *t = hart_new("rv64", NULL);

    hart_csrw(t, CSR_mscratch, 0xf0f0);
    hart_csrs(t, CSR_mscratch, 0x0f00);
    g_assert_cmphex(hart_csrr(t, CSR_mscratch), ==, 0xfff0);
    hart_csrc(t, CSR_mscratch, 0x00f0);
    g_assert_cmphex(hart_csrr(t, CSR_mscratch), ==, 0xff00);
    hart_csrw(t, CSR_mstatus, MSTATUS_MIE);
    hart_csrs(t, CSR_mstatus, MSTATUS_SIE);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00000000 | MSTATUS_MIE | MSTATUS_SIE);
    hart_csrc(t, CSR_mstatus, MSTATUS_MIE);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00000000 | MSTATUS_SIE);
    hart_free(t);
}

/* The debugger's way in has no privilege. */
static void test_debugger(void)
{
    TestHart *t = hart_new("rv64", NULL);
    uint64_t value = 5;

    hart_set_priv(t, PRIV_U);
    g_assert_true(riscv_csr_access(t->env, NULL, CSR_mscratch, true, true, 7, ALL, &value));
    g_assert_cmphex(value, ==, 0);
    g_assert_cmphex(t->env->mscratch, ==, 7);
    g_assert_true(riscv_csr_access(t->env, NULL, CSR_fcsr, true, false, 0, 0, &value));
    g_assert_true(riscv_csr_access(t->env, NULL, CSR_minstret, false, true, 100, ALL, &value));
    g_assert_cmphex(riscv_counter_read(t->env, 2, t->retired), ==, 100); /* no instruction wrote it */
    g_assert_false(riscv_csr_access(t->env, NULL, CSR_mhartid, false, true, 1, ALL, &value));
    g_assert_false(riscv_csr_access(t->env, NULL, 0x7b0, true, false, 0, 0, &value));
    hart_free(t);
}

/* ---- what an extension brings ---- */

static void expect_exists(const char *settings, unsigned csr, bool exists)
{
    TestHart *t = hart_new("rv64", settings);

    hart_csrs(t, CSR_mstatus, MSTATUS_FS);
    if (hart_csr_readable(t, csr) != exists) {
        g_error("with %s, CSR %s should%s exist", settings, riscv_csr_name(csr),
                exists ? "" : " not");
    }
    hart_free(t);
}

static void test_extensions(void)
{
    expect_exists("f=off", CSR_fcsr, false);
    expect_exists("zicntr=off", CSR_cycle, false);
    expect_exists("zicntr=off", CSR_mcycle, true);
    expect_exists("zihpm=off", CSR_hpmcounter3, false);
    expect_exists("zihpm=off", CSR_mhpmcounter3, true);
    expect_exists("s=off", CSR_sstatus, false);
    expect_exists("s=off", CSR_medeleg, false);
    expect_exists("s=off", CSR_mideleg, false);
    expect_exists("s=off", CSR_satp, false);
    expect_exists("s=off", CSR_mcounteren, true);
    expect_exists("s=off", CSR_menvcfg, true);
    expect_exists("u=off", CSR_mcounteren, false);
    expect_exists("u=off", CSR_menvcfg, false);
    expect_exists("u=off", CSR_mcountinhibit, true);
    expect_exists("sstc=off", CSR_stimecmp, false);
    expect_exists("zkr=on", CSR_mseccfg, true);
    expect_exists("smepmp=on", CSR_mseccfg, true);
    expect_exists("smmpm=on", CSR_mseccfg, true);
    expect_exists("zicfilp=on", CSR_mseccfg, true);
    expect_exists("sdtrig=off", CSR_tselect, false);
    expect_exists("sdtrig=off", CSR_tinfo, false);
    expect_exists("sdtrig=off", CSR_scontext, false);
    expect_exists("s=off", CSR_scontext, false);
    expect_exists("s=off,sdtrig=off", CSR_tcontrol, false);
    expect_exists("smstateen=on", CSR_sstateen0, true);
    expect_exists("smstateen=on,s=off", CSR_mstateen0, true);
    expect_exists("smstateen=on,s=off", CSR_sstateen0, false);
    expect_exists("ssstateen=on", CSR_mstateen0, false);
}

static uint64_t ones(const char *settings, unsigned csr)
{
    TestHart *t = hart_new("rv64", settings);
    uint64_t value;

    hart_csrw(t, csr, ALL);
    value = hart_csrr(t, csr);
    hart_free(t);
    return value;
}

static void test_masks_by_extension(void)
{
    g_assert_cmphex(ones("zicntr=off", CSR_mcounteren), ==, 0xfffffff8);
    g_assert_cmphex(ones("zihpm=off", CSR_mcounteren), ==, 7);
    g_assert_cmphex(ones("zihpm=off", CSR_scounteren), ==, 7);
    g_assert_cmphex(ones("zicntr=off,zihpm=off", CSR_mcountinhibit), ==, 5);
    g_assert_cmphex(ones("zicbom=off", CSR_menvcfg), ==, 0xe000000000000081);
    g_assert_cmphex(ones("zicboz=off", CSR_senvcfg), ==, 0x71);
    g_assert_cmphex(ones("svadu=off", CSR_menvcfg), ==, 0xc0000000000000f1);
    g_assert_cmphex(ones("svpbmt=off", CSR_menvcfg), ==, 0xa0000000000000f1);
    g_assert_cmphex(ones("sstc=off", CSR_menvcfg), ==, 0x60000000000000f1);
    g_assert_cmphex(ones("s=off", CSR_mie), ==, 0x888);
    g_assert_cmphex(ones("s=off", CSR_mip), ==, 0);
    g_assert_cmphex(ones("c=off", CSR_medeleg), ==, 0x8b3ff); /* fetches can be misaligned */
    g_assert_cmphex(ones("sv39=off", CSR_medeleg), ==, 0x803fe);
    g_assert_cmphex(ones("sv39=off", CSR_satp), ==, 0);
    g_assert_cmphex(ones("c=off", CSR_mepc), ==, 0xfffffffffffffffc);
    g_assert_cmphex(ones("zkr=on,s=off", CSR_mseccfg), ==, 0x100);
    g_assert_cmphex(ones("zkr=on,u=off", CSR_mseccfg), ==, 0);
    g_assert_cmphex(ones("smstateen=on,s=off", CSR_mstateen0), ==, 0);
    g_assert_cmphex(ones("smstateen=on,sdtrig=off", CSR_mstateen0), ==, 0xc000000000000000);
    g_assert_cmphex(ones("s=off", CSR_tdata3), ==, 0xfffc00f000000000);
    g_assert_cmphex(ones("zihpm=off", CSR_mhpmcounter3), ==, 0);
    g_assert_cmphex(ones("sscofpmf=on", CSR_mhpmevent3), ==, 0xf000000000000000); /* no such event */
    g_assert_cmphex(ones("smcntrpmf=on,s=off", CSR_mcyclecfg), ==, 0x5000000000000000);
    g_assert_cmphex(ones("smcntrpmf=on,u=off", CSR_minstretcfg), ==, 0x4000000000000000);
    g_assert_cmphex(ones("smmpm=on", CSR_mseccfg), ==, 0x300000000);
    g_assert_cmphex(ones("smepmp=on,smmpm=off", CSR_mseccfg), ==, 7);
    g_assert_cmphex(ones("smnpm=on", CSR_menvcfg), ==, 0xe0000003000000f1);
    g_assert_cmphex(ones("ssnpm=on", CSR_senvcfg), ==, 0x3000000f1);
    g_assert_cmphex(ones("ssnpm=on", CSR_menvcfg), ==, 0xe0000000000000f1);
    g_assert_cmphex(ones("ssdbltrp=on", CSR_menvcfg), ==, 0xe8000000000000f1);
    g_assert_cmphex(ones("zicfilp=on", CSR_mseccfg), ==, 0x400);
    g_assert_cmphex(ones("zkr=on,zicfilp=off", CSR_mseccfg), ==, 0x300);
    g_assert_cmphex(ones("zicfilp=on", CSR_menvcfg), ==, 0xe0000000000000f5);
    g_assert_cmphex(ones("zicfilp=on,s=off", CSR_menvcfg) & 4, ==, 4);
    g_assert_cmphex(ones("zicfilp=on", CSR_senvcfg), ==, 0xf5);
    g_assert_cmphex(ones("zicfilp=on", CSR_medeleg), ==, 0xcb3fe);
    g_assert_cmphex(ones("zicfilp=on,smrnmi=on", CSR_mnstatus), ==, 0x1a08);
    g_assert_cmphex(ones("zicfiss=on", CSR_menvcfg), ==, 0xe0000000000000f9);
    g_assert_cmphex(ones("zicfiss=on", CSR_senvcfg), ==, 0xf1); /* menvcfg.SSE is clear */
    g_assert_cmphex(ones("zicfiss=on", CSR_medeleg), ==, 0xcb3fe);
    g_assert_cmphex(ones("sscofpmf=on", CSR_mideleg), ==, 0x2222);
    g_assert_cmphex(ones("sscofpmf=on", CSR_mie), ==, 0x2aaa);
    g_assert_cmphex(ones("sscofpmf=on", CSR_mip), ==, 0x2222);
}

/* ---- mstatus ---- */

static void test_mstatus_modes(void)
{
    /* S, U and what needs them */
    g_assert_cmphex(ones("s=off", CSR_mstatus), ==, 0x8000000200227888);
    g_assert_cmphex(ones("u=off", CSR_mstatus), ==, 0x8000000000007888);
    g_assert_cmphex(ones("u=off,f=off", CSR_mstatus), ==, 0x1888);
    g_assert_cmphex(ones("f=off", CSR_mstatus), ==, 0x8000000a007e79aa);
    g_assert_cmphex(ones("sv39=off", CSR_mstatus), ==, 0x8000000a006279aa); /* no SUM, MXR, TVM */
    /* MPELP and SPELP */
    g_assert_cmphex(ones("zicfilp=on", CSR_mstatus), ==, 0x8000020a00fe79aa);
    g_assert_cmphex(ones("zicfilp=on", CSR_sstatus), ==, 0x80000002008c6122);
    g_assert_cmphex(ones("zicfilp=on,s=off", CSR_mstatus), ==, 0x8000020200227888);
    g_assert_cmphex(ones("zicfilp=on,u=off", CSR_mstatus), ==, 0x8000020000007888);
}

static void test_mpp(void)
{
    TestHart *t = hart_new("rv64", NULL), *mu = hart_new("rv64", "s=off");
    TestHart *m = hart_new("rv64", "u=off");
    static const struct {
        unsigned written, msu, mu, m;
    } cases[] = { { 0, 0, 0, 3 }, { 1, 1, 0, 3 }, { 2, 0, 0, 3 }, { 3, 3, 3, 3 } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint64_t value = (uint64_t)cases[i].written << 11;

        hart_csrw(t, CSR_mstatus, value);
        g_assert_cmpuint(get_field(hart_csrr(t, CSR_mstatus), MSTATUS_MPP), ==, cases[i].msu);
        hart_csrw(mu, CSR_mstatus, value);
        g_assert_cmpuint(get_field(hart_csrr(mu, CSR_mstatus), MSTATUS_MPP), ==, cases[i].mu);
        hart_csrw(m, CSR_mstatus, value);
        g_assert_cmpuint(get_field(hart_csrr(m, CSR_mstatus), MSTATUS_MPP), ==, cases[i].m);
    }
    hart_free(t);
    hart_free(mu);
    hart_free(m);
}

/* SDT and MDT: reset, what they clear, and that each is there with its extension only. */
static void test_double_trap_bits(void)
{
    TestHart *t = hart_new("rv64", "smdbltrp=on,ssdbltrp=on");

    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00000000 | MSTATUS_MDT);
    hart_csrs(t, CSR_mstatus, MSTATUS_MIE);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00000000 | MSTATUS_MDT);
    hart_csrw(t, CSR_mstatus, MSTATUS_MIE);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00000000 | MSTATUS_MIE);
    hart_csrs(t, CSR_mstatus, MSTATUS_SDT); /* DTE is clear */
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00000000 | MSTATUS_MIE);
    hart_csrs(t, CSR_menvcfg, MENVCFG_DTE);
    hart_csrs(t, CSR_sstatus, MSTATUS_SDT | MSTATUS_SIE);
    g_assert_cmphex(hart_csrr(t, CSR_sstatus), ==, 0x200000000 | MSTATUS_SDT);
    hart_csrc(t, CSR_menvcfg, MENVCFG_DTE);
    g_assert_cmphex(hart_csrr(t, CSR_sstatus), ==, 0x200000000);
    hart_free(t);
}

static void test_mstatus_effects(void)
{
    TestHart *t = hart_new("rv64", NULL);
    unsigned fences = t->fences, modes = t->mode_changes;

    hart_csrs(t, CSR_mstatus, MSTATUS_MPRV);
    g_assert_cmpuint(t->mode_changes, >, modes);
    g_assert_cmpuint(t->fences, ==, fences);
    hart_csrs(t, CSR_mstatus, MSTATUS_MXR);
    g_assert_cmpuint(t->fences, ==, fences + 1);
    g_assert_false(t->fence_by_vaddr || t->fence_by_asid);

    /* sstatus leaves the machine's fields alone */
    hart_csrw(t, CSR_mstatus, MSTATUS_MIE | MSTATUS_TW);
    hart_csrw(t, CSR_sstatus, ALL);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0x8000000a002c612a);
    hart_csrw(t, CSR_sstatus, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus), ==, 0xa00200008);
    hart_free(t);
}

/* ---- floating point ---- */

static unsigned fs(TestHart *t)
{
    return get_field(hart_csrr(t, CSR_mstatus), MSTATUS_FS);
}

static void set_fs(TestHart *t, unsigned value)
{
    hart_csrc(t, CSR_mstatus, MSTATUS_FS);
    hart_csrs(t, CSR_mstatus, set_field(0, MSTATUS_FS, value));
}

static void test_fs(void)
{
    static const uint16_t csrs[] = { CSR_fflags, CSR_frm, CSR_fcsr };
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(csrs); i++) {
        set_fs(t, EXT_STATUS_OFF);
        g_assert_false(hart_csr_readable(t, csrs[i]));
        g_assert_false(hart_csr(t, csrs[i], true, 0, ALL, NULL));
        set_fs(t, EXT_STATUS_INITIAL);
        g_assert_cmphex(hart_csrr(t, csrs[i]), ==, 0);
        g_assert_cmpuint(fs(t), ==, EXT_STATUS_INITIAL);
        hart_csrw(t, csrs[i], 0);
        g_assert_cmpuint(fs(t), ==, EXT_STATUS_DIRTY);
    }
    set_fs(t, EXT_STATUS_CLEAN);
    t->env->fs_dirty = 1; /* as a write to a register does */
    g_assert_cmphex(hart_csrr(t, CSR_sstatus) & MSTATUS_SD, ==, MSTATUS_SD);
    g_assert_cmpuint(fs(t), ==, EXT_STATUS_DIRTY);
    t->env->fs_dirty = 1;
    set_fs(t, EXT_STATUS_CLEAN); /* that was before */
    g_assert_cmpuint(fs(t), ==, EXT_STATUS_CLEAN);
    g_assert_cmphex(hart_csrr(t, CSR_mstatus) & MSTATUS_SD, ==, 0);
    t->env->fs_dirty = 1; /* the same by csrw to x0, which reads nothing */
    g_assert_true(riscv_csr_access(t->env, &t->op, CSR_mstatus, false, true,
                                   set_field(0, MSTATUS_FS, EXT_STATUS_CLEAN), ALL, NULL));
    g_assert_cmpuint(fs(t), ==, EXT_STATUS_CLEAN);
    hart_free(t);
}

static void test_fcsr(void)
{
    TestHart *t = hart_new("rv64", NULL);

    set_fs(t, EXT_STATUS_CLEAN);
    hart_csrw(t, CSR_fcsr, 0x123456e5);
    g_assert_cmphex(hart_csrr(t, CSR_fflags), ==, 5);
    g_assert_cmphex(hart_csrr(t, CSR_frm), ==, 7);
    hart_csrw(t, CSR_frm, 2);
    hart_csrs(t, CSR_fflags, 0x1a);
    g_assert_cmphex(hart_csrr(t, CSR_fcsr), ==, 0x5f);
    g_assert_cmphex(t->env->frm, ==, 2);
    hart_free(t);
}

/*
 * A flag that an operation raises makes the state dirty, though no floating-point register changes.
 */
static void test_fs_by_flags(void)
{
    TestHart *t = hart_new("rv64", NULL);
    volatile double zero = 0, one = 1;

    set_fs(t, EXT_STATUS_CLEAN);
    riscv_fpu_enter(t->env);
    one = one / zero;
    g_assert_cmpuint(fs(t), ==, EXT_STATUS_DIRTY);
    g_assert_cmphex(hart_csrr(t, CSR_fflags), ==, 8); /* DZ */
    set_fs(t, EXT_STATUS_CLEAN);
    g_assert_cmpuint(fs(t), ==, EXT_STATUS_CLEAN);
    riscv_fpu_leave(t->env);
    hart_free(t);
}

/* ---- misa ---- */

static void test_misa(void)
{
    TestHart *t = hart_new("rv64", NULL);
    unsigned changes = t->ext_changes;

    hart_csrc(t, CSR_misa, MISA_LETTER('F'));
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x8000000000141107); /* D went with it */
    g_assert_cmpuint(t->ext_changes, ==, changes + 1);
    g_assert_false(riscv_ext_has(&t->env->ext, RISCV_EXT_Zcd));
    hart_csrs(t, CSR_misa, MISA_LETTER('D')); /* not without F */
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x8000000000141107);
    g_assert_cmpuint(t->ext_changes, ==, changes + 1);
    hart_csrs(t, CSR_misa, MISA_LETTER('D') | MISA_LETTER('F'));
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014112f);
    g_assert_true(riscv_ext_has(&t->env->ext, RISCV_EXT_Zcd));
    hart_csrs(t, CSR_misa, MISA_LETTER('H') | MISA_LETTER('V')); /* not there */
    hart_csrc(t, CSR_misa, MISA_LETTER('I') | MISA_LETTER('S') | MISA_LETTER('U')); /* fixed */
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014112f);
    hart_free(t);

    t = hart_new("rv64", "m=off,c=off");
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014012b);
    hart_csrw(t, CSR_misa, ALL);
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014012b);
    hart_free(t);
}

static void test_misa_c(void)
{
    TestHart *t = hart_new("rv64", NULL);

    hart_csrw(t, CSR_mepc, 0x1006);
    hart_csrw(t, CSR_sepc, 0x2002);
    t->env->pc = 0x1002; /* the next instruction would be misaligned: no letter changes */
    hart_csrc(t, CSR_misa, MISA_LETTER('C') | MISA_LETTER('M'));
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014112f);
    hart_csrc(t, CSR_misa, MISA_LETTER('M')); /* IALIGN stays */
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014012f);

    t->env->pc = 0x1004;
    hart_csrc(t, CSR_misa, MISA_LETTER('C'));
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014012b);
    g_assert_cmphex(hart_csrr(t, CSR_mepc), ==, 0x1004); /* masked, not lost */
    g_assert_cmphex(hart_csrr(t, CSR_sepc), ==, 0x2000);
    hart_csrw(t, CSR_medeleg, ALL);
    g_assert_cmphex(hart_csrr(t, CSR_medeleg), ==, 0x8b3ff);
    hart_csrs(t, CSR_misa, MISA_LETTER('C'));
    g_assert_cmphex(hart_csrr(t, CSR_mepc), ==, 0x1006);
    g_assert_cmphex(hart_csrr(t, CSR_sepc), ==, 0x2002);
    hart_free(t);

    t = hart_new("rv64", "c=off,zca=on"); /* IALIGN is 16 and misa.C has nothing to do with it */
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014112b);
    t->env->pc = 0x1002;
    hart_csrc(t, CSR_misa, MISA_LETTER('M') | MISA_LETTER('C'));
    g_assert_cmphex(hart_csrr(t, CSR_misa), ==, 0x800000000014012b);
    hart_free(t);
}

/* ---- interrupts ---- */

static void set_line(TestHart *t, int n, int level)
{
    irq_set(device_get_gpio_in(DEVICE(t->cpu), n), level);
}

static void test_mip_lines(void)
{
    static const int lines[] = { IRQ_M_SOFT, IRQ_M_TIMER, IRQ_M_EXT };
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        set_line(t, lines[i], 1);
        g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 1ull << lines[i]);
        hart_csrw(t, CSR_mip, 0); /* read-only */
        g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 1ull << lines[i]);
        set_line(t, lines[i], 0);
        g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);
    }
    set_line(t, IRQ_S_SOFT, 1); /* sets the bit once; software clears it */
    set_line(t, IRQ_S_SOFT, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SSIP);
    hart_csrc(t, CSR_mip, MIP_SSIP);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);
    hart_free(t);
}

/* "Only the software-writable SEIP bit participates in the read-modify-write sequence." */
static void test_seip(void)
{
    TestHart *t = hart_new("rv64", NULL);
    uint64_t old;

    set_line(t, IRQ_S_EXT, 1);
    g_assert_true(hart_csr(t, CSR_mip, true, ALL, MIP_SSIP, &old)); /* csrrs: a bit elsewhere */
    g_assert_cmphex(old, ==, MIP_SEIP);
    set_line(t, IRQ_S_EXT, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SSIP); /* the line was not latched */
    set_line(t, IRQ_S_EXT, 1);
    hart_csrs(t, CSR_mip, MIP_SEIP);
    set_line(t, IRQ_S_EXT, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SSIP | MIP_SEIP);
    hart_csrw(t, CSR_mip, 0);
    set_line(t, IRQ_S_EXT, 1);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SEIP);
    hart_csrc(t, CSR_mip, MIP_SEIP); /* does not reach the line */
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SEIP);
    hart_free(t);
}

static void test_sip_sie(void)
{
    TestHart *t = hart_new("rv64", NULL);

    hart_csrw(t, CSR_mie, ALL);
    hart_csrw(t, CSR_mip, ALL);
    hart_csrw(t, CSR_mideleg, MIP_SSIP | MIP_STIP);
    g_assert_cmphex(hart_csrr(t, CSR_sip), ==, MIP_SSIP | MIP_STIP);
    g_assert_cmphex(hart_csrr(t, CSR_sie), ==, MIP_SSIP | MIP_STIP);
    hart_csrw(t, CSR_sip, 0); /* SSIP alone is writable */
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP | MIP_SEIP);
    hart_csrw(t, CSR_sip, ALL);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SSIP | MIP_STIP | MIP_SEIP);
    hart_csrw(t, CSR_sie, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mie), ==, 0xaaa & ~(MIP_SSIP | MIP_STIP));
    hart_csrw(t, CSR_mideleg, 0);
    hart_csrw(t, CSR_sip, 0);
    hart_csrw(t, CSR_sie, ALL);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_SSIP | MIP_STIP | MIP_SEIP);
    g_assert_cmphex(hart_csrr(t, CSR_mie), ==, 0xaaa & ~(MIP_SSIP | MIP_STIP));
    hart_free(t);
}

/* ---- counters ---- */

static void test_counter_write(void)
{
    static const uint16_t counters[] = { CSR_mcycle, CSR_minstret };

    for (unsigned i = 0; i < G_N_ELEMENTS(counters); i++) {
        TestHart *t = hart_new("rv64", NULL);
        uint64_t old;

        g_assert_cmpuint(hart_csrr(t, counters[i]), ==, 0);
        g_assert_cmpuint(hart_csrr(t, counters[i]), ==, 1);
        t->retired += 10;
        g_assert_cmpuint(hart_csrr(t, counters[i]), ==, 12);
        g_assert_true(hart_csr(t, counters[i], true, 1000, ALL, &old));
        g_assert_cmpuint(old, ==, 13);
        g_assert_cmpuint(hart_csrr(t, counters[i]), ==, 1000); /* the write itself is not counted */
        g_assert_cmpuint(hart_csrr(t, counters[i]), ==, 1001);
        hart_csrw(t, counters[i], ALL);
        t->retired++;
        g_assert_cmpuint(hart_csrr(t, counters[i]), ==, 0); /* wraps */
        hart_free(t);
    }
}

static void test_counter_inhibit(void)
{
    TestHart *t = hart_new("rv64", NULL);

    hart_csrw(t, CSR_minstret, 100);
    hart_csrw(t, CSR_mcycle, 200);
    hart_csrs(t, CSR_mcountinhibit, COUNTER_IR); /* still counted itself */
    g_assert_cmpuint(hart_csrr(t, CSR_minstret), ==, 102);
    t->retired += 50;
    g_assert_cmpuint(hart_csrr(t, CSR_minstret), ==, 102);
    g_assert_cmpuint(hart_csrr(t, CSR_instret), ==, 102);
    g_assert_cmpuint(hart_csrr(t, CSR_mcycle), ==, 200 + 1 + 1 + 50 + 2);
    hart_csrw(t, CSR_minstret, 7); /* written while it stands still */
    t->retired += 5;
    g_assert_cmpuint(hart_csrr(t, CSR_minstret), ==, 7);
    hart_csrc(t, CSR_mcountinhibit, COUNTER_IR); /* not counted */
    g_assert_cmpuint(hart_csrr(t, CSR_minstret), ==, 7);
    g_assert_cmpuint(hart_csrr(t, CSR_minstret), ==, 8);
    hart_csrs(t, CSR_mcountinhibit, COUNTER_IR); /* once more is nothing */
    hart_csrs(t, CSR_mcountinhibit, COUNTER_IR);
    g_assert_cmpuint(hart_csrr(t, CSR_minstret), ==, 10);
    hart_free(t);
}

/* Every event by its number; a number that is none, or Zihpm off, counts nothing. */
static void test_counter_events(void)
{
    static const uint32_t events[] = { 1, 2, 0x10018, 0x10019, 0x1001a, 0x1001b, 0x10021, 0x20001, 0x20002 };
    TestHart *t = hart_new("rv64", NULL), *none = hart_new("rv64", "zihpm=off");

    for (unsigned i = 0; i < G_N_ELEMENTS(events); i++) {
        hart_csrw(t, CSR_mhpmevent3 + i, events[i]);
        g_assert_cmphex(hart_csrr(t, CSR_mhpmevent3 + i), ==, events[i]);
        hart_csrw(t, CSR_mhpmcounter3 + i, 100);
        hart_csrw(t, CSR_mhpmevent31, events[i] + 0x100);
        g_assert_cmphex(hart_csrr(t, CSR_mhpmevent31), ==, 0);
        hart_csrw(none, CSR_mhpmevent3, events[i]);
        g_assert_cmphex(hart_csrr(none, CSR_mhpmevent3), ==, 0);
    }
    g_assert_true(t->env->counters_in_blocks);
    t->env->events[RISCV_EVENT_LOAD] += 1;
    t->env->stats.tlb_misses[ACCESS_LOAD] += 2;
    t->env->events[RISCV_EVENT_STORE] += 3;
    t->env->stats.tlb_misses[ACCESS_STORE] += 4;
    t->env->stats.tlb_misses[ACCESS_FETCH] += 5;
    t->env->events[RISCV_EVENT_BRANCH] += 10;
    t->env->events[RISCV_EVENT_NOT_TAKEN] += 3;
    for (unsigned i = 2; i < G_N_ELEMENTS(events); i++) {
        static const unsigned counts[] = { 0, 0, 1, 2, 3, 4, 5, 10, 7 };

        g_assert_cmpuint(hart_csrr(t, CSR_mhpmcounter3 + i), ==, 100 + counts[i]);
    }
    for (unsigned i = 2; i < G_N_ELEMENTS(events); i++) {
        hart_csrw(t, CSR_mhpmevent3 + i, 0);
    }
    g_assert_false(t->env->counters_in_blocks);
    hart_free(t);
    hart_free(none);
}

/* The selectors' inhibits, in the mode that has come. */
static void test_counter_filter(void)
{
    static const uint64_t inhibits[] = { [PRIV_U] = MHPMEVENT_UINH, [PRIV_S] = MHPMEVENT_SINH,
                                         [PRIV_M] = MHPMEVENT_MINH };
    static const RISCVPriv privs[] = { PRIV_U, PRIV_S, PRIV_M };
    TestHart *t = hart_new("rv64", "sscofpmf=on");

    for (unsigned i = 0; i < 3; i++) {
        for (unsigned j = 0; j < 3; j++) {
            hart_csrw(t, CSR_mhpmcounter3, 0);
            hart_csrw(t, CSR_mhpmevent3, PMU_LOADS | inhibits[privs[i]]);
            t->env->priv = privs[j];
            riscv_counters_update(t->env, t->retired);
            t->env->events[RISCV_EVENT_LOAD] += 7;
            t->env->priv = PRIV_M;
            riscv_counters_update(t->env, t->retired);
            g_assert_cmpuint(hart_csrr(t, CSR_mhpmcounter3), ==, i == j ? 0 : 7);
        }
    }
    hart_free(t);
}

/* OF and LCOFIP once, and how soon they have to be looked for. */
static void test_counter_overflow(void)
{
    TestHart *t = hart_new("rv64", "sscofpmf=on");

    g_assert_cmpuint(t->env->counters_armed, ==, 0);
    hart_csrw(t, CSR_mhpmcounter3, -1000ull);
    hart_csrw(t, CSR_mhpmevent3, PMU_INSTRUCTIONS);
    g_assert_cmpuint(t->env->counters_armed, ==, 1 << 3);
    g_assert_cmpint(riscv_counters_deadline(t->env, t->retired), ==, 1000);
    riscv_counters_check(t->env, t->retired + 999);
    g_assert_cmphex(t->env->mip, ==, 0);
    riscv_counters_check(t->env, t->retired + 1000);
    g_assert_cmphex(t->env->mip, ==, MIP_LCOFIP);
    g_assert_cmpuint(t->env->counters_armed, ==, 0);
    g_assert_cmphex(hart_csrr(t, CSR_scountovf), ==, 1 << 3);
    g_assert_cmphex(hart_csrr(t, CSR_mhpmevent3), ==, MHPMEVENT_OF | PMU_INSTRUCTIONS);
    g_assert_cmpint(riscv_counters_deadline(t->env, t->retired), ==, INT64_MAX);

    hart_csrw(t, CSR_mhpmcounter31, -16000ull);
    hart_csrw(t, CSR_mhpmevent31, PMU_STORE_TLB_MISSES);
    g_assert_cmpint(riscv_counters_deadline(t->env, t->retired), ==, 1000);
    t->env->stats.tlb_misses[ACCESS_STORE] += 15999;
    g_assert_cmpint(riscv_counters_deadline(t->env, t->retired), ==, 128);
    hart_csrs(t, CSR_mcountinhibit, 1u << 31);
    g_assert_cmpuint(t->env->counters_armed, ==, 0);
    hart_free(t);
}

static void test_counter_enable(void)
{
    static const uint16_t counters[] = { CSR_cycle, CSR_time, CSR_instret, CSR_hpmcounter3,
                                         CSR_hpmcounter31 };
    TestHart *t = hart_new("rv64", NULL), *mu = hart_new("rv64", "s=off");

    for (unsigned i = 0; i < G_N_ELEMENTS(counters); i++) {
        uint64_t bit = 1ull << (counters[i] & 31);

        for (unsigned m = 0; m < 2; m++) {
            for (unsigned s = 0; s < 2; s++) {
                hart_set_priv(t, PRIV_M);
                hart_csrw(t, CSR_mcounteren, m ? bit : ~bit);
                hart_csrw(t, CSR_scounteren, s ? bit : ~bit);
                g_assert_true(hart_csr_readable(t, counters[i]));
                hart_set_priv(t, PRIV_S);
                g_assert_cmpint(hart_csr_readable(t, counters[i]), ==, m);
                hart_set_priv(t, PRIV_U);
                g_assert_cmpint(hart_csr_readable(t, counters[i]), ==, m && s);
            }
            hart_set_priv(mu, PRIV_M); /* without S, mcounteren alone says it */
            hart_csrw(mu, CSR_mcounteren, m ? bit : ~bit);
            hart_set_priv(mu, PRIV_U);
            g_assert_cmpint(hart_csr_readable(mu, counters[i]), ==, m);
        }
    }
    hart_free(t);
    hart_free(mu);
}

static void test_time(void)
{
    TestHart *t = hart_new("rv64", NULL);

    timebase_write(t->timebase, 12345);
    g_assert_cmpuint(hart_csrr(t, CSR_time), ==, 12345);
    hart_free(t);
}

/* ---- Sstc ---- */

static void test_stimecmp_access(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned stce = 0; stce < 2; stce++) {
        for (unsigned tm = 0; tm < 2; tm++) {
            hart_set_priv(t, PRIV_M);
            hart_csrw(t, CSR_menvcfg, stce ? MENVCFG_STCE : 0);
            hart_csrw(t, CSR_mcounteren, tm ? COUNTER_TM : ~COUNTER_TM);
            g_assert_true(hart_csr_readable(t, CSR_stimecmp));
            hart_set_priv(t, PRIV_S);
            g_assert_cmpint(hart_csr_readable(t, CSR_stimecmp), ==, stce && tm);
        }
    }
    hart_free(t);
}

static void test_stimecmp(void)
{
    TestHart *t = hart_new("rv64", NULL);

    timebase_write(t->timebase, 1000);
    hart_csrw(t, CSR_stimecmp, 500);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0); /* not in force yet */
    hart_csrs(t, CSR_mip, MIP_STIP);
    hart_csrc(t, CSR_mip, MIP_STIP); /* software's */
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);

    hart_csrs(t, CSR_menvcfg, MENVCFG_STCE);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP);
    hart_csrc(t, CSR_mip, MIP_STIP); /* read-only now */
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP);
    hart_csrw(t, CSR_stimecmp, 1001);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);
    hart_csrw(t, CSR_stimecmp, 1000); /* "greater than or equal" */
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP);
    hart_csrw(t, CSR_stimecmp, 2000);
    timebase_write(t->timebase, 2000); /* who writes mtime moves time */
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP);
    timebase_write(t->timebase, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);
    hart_csrw(t, CSR_stimecmp, ALL);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);

    hart_csrc(t, CSR_menvcfg, MENVCFG_STCE); /* software's again */
    hart_csrs(t, CSR_mip, MIP_STIP);
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP);
    hart_free(t);
}

/* Time comes by itself: the timer sets STIP and tells the hart. */
static void test_stimecmp_fires(void)
{
    TestHart *t = hart_new("rv64", NULL);
    uint64_t deadline;

    virtual_clock_start(t->clock);
    hart_csrs(t, CSR_menvcfg, MENVCFG_STCE);
    deadline = hart_csrr(t, CSR_time) + 20000; /* 2 ms */
    hart_csrw(t, CSR_stimecmp, deadline);
    CPU(t->cpu)->exit_request = 0;
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, 0);
    while (!CPU(t->cpu)->exit_request) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_assert_cmphex(hart_csrr(t, CSR_mip), ==, MIP_STIP);
    g_assert_cmpuint(hart_csrr(t, CSR_time), >=, deadline);
    hart_free(t);
}

/* ---- satp ---- */

static void test_satp(void)
{
    TestHart *t = hart_new("rv64", NULL), *sv39 = hart_new("rv64", "sv48=off");
    unsigned flushes, fences, modes;

    for (uint64_t mode = 0; mode < 16; mode++) {
        uint64_t value = mode << 60 | 0xabcdull << 44 | 0x123456789ab;
        bool legal = mode == 0 || (mode >= 8 && mode <= 10);

        hart_csrw(t, CSR_satp, 8ull << 60 | 1);
        hart_csrw(t, CSR_satp, value);
        g_assert_cmphex(hart_csrr(t, CSR_satp), ==, legal ? value : (8ull << 60 | 1));
        hart_csrw(sv39, CSR_satp, 0);
        hart_csrw(sv39, CSR_satp, value);
        g_assert_cmphex(hart_csrr(sv39, CSR_satp), ==, mode == 0 || mode == 8 ? value : 0);
    }
    hart_csrw(t, CSR_satp, 8ull << 60 | 0xffffull << 44 | 0xfffffffffff);
    g_assert_cmphex(hart_csrr(t, CSR_satp), ==, 0x8fffffffffffffff);
    flushes = t->flushes;
    fences = t->fences;
    modes = t->mode_changes;
    hart_csrw(t, CSR_satp, 8ull << 60 | 1ull << 44); /* another ASID "takes effect immediately" */
    g_assert_cmpuint(t->mode_changes, ==, modes + 1);
    g_assert_cmpuint(t->flushes + t->fences, ==, flushes + fences);
    hart_free(t);
    hart_free(sv39);
}

static void test_tvm(void)
{
    TestHart *t = hart_new("rv64", NULL);

    hart_csrs(t, CSR_mstatus, MSTATUS_TVM);
    g_assert_true(hart_csr_readable(t, CSR_satp));
    hart_set_priv(t, PRIV_S);
    g_assert_false(hart_csr_readable(t, CSR_satp));
    g_assert_false(hart_csr(t, CSR_satp, true, 0, ALL, NULL));
    g_assert_true(hart_csr_readable(t, CSR_sstatus));
    hart_free(t);
}

/* ---- environment configuration ---- */

static uint64_t reset_menvcfg(const char *settings)
{
    TestHart *t = hart_new("rv64", settings);
    uint64_t value = hart_csrr(t, CSR_menvcfg);

    hart_free(t);
    return value;
}

/* PMM: the reserved value masks nothing, and a change is in force at once. */
static void test_pmm(void)
{
    static const uint16_t csrs[] = { CSR_mseccfg, CSR_menvcfg, CSR_senvcfg };
    TestHart *t = hart_new("rv64", "smmpm=on,smnpm=on,ssnpm=on");

    for (unsigned i = 0; i < G_N_ELEMENTS(csrs); i++) {
        for (uint64_t pmm = 0; pmm < 4; pmm++) {
            unsigned forgotten = t->flushes + t->fences;
            uint64_t before = hart_csrr(t, csrs[i]);

            hart_csrw(t, csrs[i], pmm << 32);
            g_assert_cmphex(hart_csrr(t, csrs[i]), ==, pmm == 1 ? 0 : pmm << 32);
            if (hart_csrr(t, csrs[i]) != before) {
                g_assert_cmpuint(t->flushes + t->fences, >, forgotten);
            }
        }
    }
    hart_free(t);
}

/* Who may use ssp: by menvcfg.SSE and senvcfg.SSE, the latter of which is zero without the former. */
static void test_sse(void)
{
    TestHart *t = hart_new("rv64", "zicfiss=on"), *mu = hart_new("rv64", "zicfiss=on,s=off");

    for (unsigned i = 0; i < 4; i++) {
        bool m = i & 1, s = i & 2;
        unsigned fences = t->fences;

        hart_set_priv(t, PRIV_M);
        hart_csrw(t, CSR_menvcfg, ENVCFG_SSE);
        hart_csrw(t, CSR_senvcfg, s ? ENVCFG_SSE : 0);
        hart_csrw(t, CSR_menvcfg, m ? ENVCFG_SSE : 0);
        g_assert_cmpuint(t->fences, >=, fences + !m); /* what page tables mean has changed */
        g_assert_cmphex(hart_csrr(t, CSR_senvcfg), ==, m && s ? ENVCFG_SSE : 0);
        g_assert_true(hart_csr_readable(t, CSR_ssp));
        hart_set_priv(t, PRIV_S);
        g_assert_cmpint(hart_csr_readable(t, CSR_ssp), ==, m);
        hart_set_priv(t, PRIV_U);
        g_assert_cmpint(hart_csr_readable(t, CSR_ssp), ==, m && s);
    }
    hart_set_priv(t, PRIV_M);
    hart_csrw(t, CSR_menvcfg, ENVCFG_SSE);
    hart_csrw(t, CSR_senvcfg, ENVCFG_SSE);
    hart_csrw(t, CSR_menvcfg, 0);
    hart_csrw(t, CSR_senvcfg, 0); /* changes nothing */
    hart_csrw(t, CSR_menvcfg, ENVCFG_SSE);
    g_assert_cmphex(hart_csrr(t, CSR_senvcfg), ==, ENVCFG_SSE);
    hart_csrc(t, CSR_misa, MISA_LETTER('A')); /* needs Zaamo */
    g_assert_false(hart_csr_readable(t, CSR_ssp));
    hart_free(t);

    /* "Access to the ssp CSR is not contingent on S-mode being implemented", but who could set senvcfg.SSE? */
    hart_csrw(mu, CSR_menvcfg, ENVCFG_SSE);
    g_assert_true(hart_csr_readable(mu, CSR_ssp));
    hart_set_priv(mu, PRIV_U);
    g_assert_false(hart_csr_readable(mu, CSR_ssp));
    hart_free(mu);
}

static void test_envcfg(void)
{
    static const uint16_t csrs[] = { CSR_menvcfg, CSR_senvcfg };
    TestHart *t = hart_new("rv64", NULL);
    unsigned fences;

    for (unsigned i = 0; i < G_N_ELEMENTS(csrs); i++) {
        for (uint64_t cbie = 0; cbie < 4; cbie++) {
            hart_csrw(t, csrs[i], cbie << 4);
            g_assert_cmphex(hart_csrr(t, csrs[i]), ==, cbie == 2 ? 0 : cbie << 4);
        }
    }
    fences = t->fences;
    hart_csrs(t, CSR_menvcfg, MENVCFG_PBMTE);
    g_assert_cmpuint(t->fences, ==, fences + 1);
    hart_csrs(t, CSR_menvcfg, MENVCFG_ADUE);
    g_assert_cmpuint(t->fences, ==, fences + 2);
    g_assert_false(t->fence_by_vaddr || t->fence_by_asid);
    hart_csrs(t, CSR_menvcfg, ENVCFG_CBZE);
    g_assert_cmpuint(t->fences, ==, fences + 2);
    hart_free(t);

    g_assert_cmphex(reset_menvcfg(NULL), ==, 0);
    g_assert_cmphex(reset_menvcfg("svade=off"), ==, MENVCFG_ADUE);
    g_assert_cmphex(reset_menvcfg("svadu=off"), ==, 0);
    g_assert_cmphex(reset_menvcfg("svadu=off,svade=off"), ==, 0);
}

/* ---- state enables ---- */

/* Each bit lets supervisor mode at its registers, and only there; machine mode needs no leave. */
static void test_stateen(void)
{
    static const struct {
        unsigned csr, enabled_in;
        uint64_t bit;
    } cases[] = {
        { CSR_sstateen0, CSR_mstateen0, MSTATEEN_SE }, { CSR_sstateen1, CSR_mstateen1, MSTATEEN_SE },
        { CSR_sstateen2, CSR_mstateen2, MSTATEEN_SE }, { CSR_sstateen3, CSR_mstateen3, MSTATEEN_SE },
        { CSR_senvcfg, CSR_mstateen0, MSTATEEN0_ENVCFG },
        { CSR_scontext, CSR_mstateen0, MSTATEEN0_CONTEXT },
    };
    TestHart *t = hart_new("rv64", "smstateen=on");

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(hart_csr_readable(t, cases[i].csr));
        hart_csrw(t, cases[i].enabled_in, cases[i].bit);
        hart_set_priv(t, PRIV_S);
        for (unsigned j = 0; j < G_N_ELEMENTS(cases); j++) {
            g_assert_cmpint(hart_csr_readable(t, cases[j].csr), ==, i == j);
            g_assert_cmpint(hart_csr(t, cases[j].csr, true, 0, ALL, NULL), ==, i == j);
        }
        hart_set_priv(t, PRIV_U);
        g_assert_false(hart_csr_readable(t, cases[i].csr));
        hart_set_priv(t, PRIV_M);
        hart_csrw(t, cases[i].enabled_in, 0);
    }
    hart_free(t);
}

/* ---- triggers ---- */

/* Modes that there are not cannot be selected, by any type; and where each has its field. */
static void test_trigger_modes(void)
{
    static const struct {
        const char *settings;
        uint64_t mcontrol, other;
    } cases[] = { { NULL, 0x58, 0x2c0 }, { "s=off", 0x48, 0x240 }, { "u=off", 0x40, 0x200 } };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        TestHart *t = hart_new("rv64", cases[i].settings);

        for (uint64_t type = TRIGGER_MCONTROL; type <= TRIGGER_MCONTROL6; type++) {
            bool mcontrol = type == TRIGGER_MCONTROL || type == TRIGGER_MCONTROL6;

            hart_csrw(t, CSR_tdata1, type << 60 | (mcontrol ? 0x58 : 0x2c0));
            g_assert_cmphex(hart_csrr(t, CSR_tdata1), ==, type << 60 | (mcontrol ? cases[i].mcontrol : cases[i].other));
        }
        hart_free(t);
    }
}

/* Four that know nothing of one another; reset turns all of them off. What is watched may not stay in the TLB. */
static void test_trigger_select(void)
{
    TestHart *t = hart_new("rv64", NULL);
    unsigned flushes;

    for (uint64_t n = 0; n < 4; n++) {
        hart_csrw(t, CSR_tselect, n);
        hart_csrw(t, CSR_tdata2, 100 + n);
        hart_csrw(t, CSR_tdata1, TDATA1_TYPE & (uint64_t)TRIGGER_ETRIGGER << 60);
    }
    hart_csrw(t, CSR_tselect, 4);
    g_assert_cmphex(hart_csrr(t, CSR_tselect), ==, 3);
    hart_csrw(t, CSR_tselect, 1);
    g_assert_cmphex(hart_csrr(t, CSR_tdata2), ==, 101);
    flushes = t->flushes;
    hart_csrw(t, CSR_tdata1, (uint64_t)TRIGGER_MCONTROL6 << 60 | MCONTROL_STORE);
    g_assert_cmpuint(t->flushes, ==, flushes + 1);
    hart_csrw(t, CSR_tdata2, 0);
    g_assert_cmpuint(t->flushes, ==, flushes + 2);
    device_reset(DEVICE(t->cpu));
    for (uint64_t n = 0; n < 4; n++) {
        g_assert_cmphex(hart_csrr(t, CSR_tselect), ==, n);
        g_assert_cmphex(hart_csrr(t, CSR_tdata1), ==, 0xf000000000000000);
        hart_csrw(t, CSR_tselect, n + 1);
    }
    hart_free(t);
}

/* ---- seed ---- */

/* Different values, in OPST = ES16 and with nothing else in the upper half; no debugger takes one away. */
static void test_seed(void)
{
    TestHart *t = hart_new("rv64", "zkr=on");
    uint64_t value, or = 0, and = ALL;

    for (unsigned i = 0; i < 100; i++) {
        g_assert_true(hart_csr(t, CSR_seed, true, 0, ALL, &value));
        g_assert_cmphex(value >> 16, ==, 0x8000);
        or |= value;
        and &= value;
    }
    /* One bit that stays the same in all of them: one chance in 2^95. */
    g_assert_cmphex(or, ==, 0x8000ffff);
    g_assert_cmphex(and, ==, 0x80000000);
    g_assert_true(riscv_csr_access(t->env, NULL, CSR_seed, true, false, 0, 0, &value));
    g_assert_cmphex(value, ==, 0x40000000); /* WAIT */
    hart_free(t);
}

/* "Entropy Source Access Control": which modes may, and only together with a write. */
static void test_seed_access(void)
{
    TestHart *t = hart_new("rv64", "zkr=on");

    for (unsigned enabled = 0; enabled < 4; enabled++) {
        static const RISCVPriv privs[] = { PRIV_U, PRIV_S, PRIV_M };
        bool legal[] = { enabled & 1, enabled & 2, true };

        hart_set_priv(t, PRIV_M);
        hart_csrw(t, CSR_mseccfg, (enabled & 1 ? 1 << 8 : 0) | (enabled & 2 ? 1 << 9 : 0));
        for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
            hart_set_priv(t, privs[i]);
            g_assert_false(hart_csr_readable(t, CSR_seed));
            g_assert_cmpint(hart_csr(t, CSR_seed, true, 0, 1, NULL), ==, legal[i]);
        }
    }
    hart_free(t);
}

/* ---- PMP ---- */

static void test_pmp_legal(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned rwx = 0; rwx < 8; rwx++) { /* W without R is reserved */
        hart_csrw(t, CSR_pmpcfg0, rwx);
        g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, (rwx & 3) == 2 ? rwx & ~2u : rwx);
    }
    hart_csrw(t, CSR_pmpcfg0, 0x607f1f170f070301);
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, 0x001f1f170f070301);
    hart_csrw(t, CSR_pmpcfg2, 0x0102030405060708);
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg2), ==, 0x0100030405040708);
    g_assert_cmphex(t->env->pmpcfg[8], ==, 0x08);
    g_assert_cmphex(t->env->pmpcfg[15], ==, 0x01);
    hart_free(t);
}

static void test_pmp_locks(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < 16; i++) {
        hart_csrw(t, CSR_pmpaddr0 + i, 0x1000 + i);
    }
    hart_csrw(t, CSR_pmpcfg0, (uint64_t)(PMP_L | PMP_R) << 16 | (uint64_t)(PMP_L | PMP_TOR) << 32);
    for (unsigned i = 0; i < 16; i++) {
        bool locked = i == 2 || i == 3 || i == 4; /* 4 is TOR: its lower end is locked as well */

        hart_csrw(t, CSR_pmpaddr0 + i, 0x2000);
        g_assert_cmphex(hart_csrr(t, CSR_pmpaddr0 + i), ==, locked ? 0x1000 + i : 0x2000);
    }
    hart_csrw(t, CSR_pmpcfg0, 0x0101010101010101);
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, 0x0101018801810101);
    hart_csrw(t, CSR_pmpcfg2, (uint64_t)PMP_L << 56); /* the last one, OFF: locked all the same */
    hart_csrw(t, CSR_pmpaddr15, 0x3000);
    g_assert_cmphex(hart_csrr(t, CSR_pmpaddr15), ==, 0x2000);
    hart_csrw(t, CSR_pmpcfg0, 0); /* locks hold until reset */
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, 0x8800810000);
    device_reset(DEVICE(t->cpu));
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, 0);
    hart_free(t);
}

/* mseccfg: what sticks, what RLB opens, and what cannot be added under MML. */
static void test_pmp_lockdown(void)
{
    TestHart *t = hart_new("rv64", "smepmp=on");

    hart_csrw(t, CSR_mseccfg, MSECCFG_RLB);
    hart_csrw(t, CSR_pmpcfg0, PMP_L | PMP_R);
    hart_csrw(t, CSR_pmpcfg0, PMP_L | PMP_R | PMP_W); /* not locked while RLB is set */
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, PMP_L | PMP_R | PMP_W);
    hart_csrw(t, CSR_mseccfg, 0);
    hart_csrw(t, CSR_mseccfg, MSECCFG_RLB);
    g_assert_cmphex(hart_csrr(t, CSR_mseccfg), ==, 0); /* an entry is */
    hart_csrw(t, CSR_pmpcfg0, 0);
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, PMP_L | PMP_R | PMP_W);
    hart_csrw(t, CSR_mseccfg, MSECCFG_MML | MSECCFG_MMWP);
    hart_csrw(t, CSR_mseccfg, 0);
    g_assert_cmphex(hart_csrr(t, CSR_mseccfg), ==, MSECCFG_MML | MSECCFG_MMWP);
    for (unsigned rwx = 0; rwx < 8; rwx++) {
        bool executable = rwx == PMP_W || ((rwx & PMP_X) && rwx != 7);

        hart_csrw(t, CSR_pmpcfg2, (uint64_t)(PMP_L | rwx) << 8 * rwx);
        g_assert_cmphex(t->env->pmpcfg[8 + rwx], ==, executable ? 0 : PMP_L | rwx);
    }
    device_reset(DEVICE(t->cpu));
    g_assert_cmphex(hart_csrr(t, CSR_mseccfg), ==, 0);
    hart_free(t);
}

static void test_pmp_open(void)
{
    TestHart *t = hart_new("rv64", "pmp-open=on");

    g_assert_cmphex(hart_csrr(t, CSR_pmpaddr0), ==, PMPADDR_MASK);
    g_assert_cmphex(hart_csrr(t, CSR_pmpcfg0), ==, PMP_NAPOT | PMP_R | PMP_W | PMP_X);
    g_assert_cmpuint(t->env->pmp_active, ==, 1);
    hart_free(t);
}

static void add_rows(const char *prefix, GTestDataFunc fn)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(expectations); i++) {
        g_autofree char *path = g_strdup_printf("/csr/%s/%s", prefix, expectations[i].name);

        if (!expectations[i].polled) {
            g_test_add_data_func(path, &expectations[i], fn);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/csr/complete", test_complete);
    add_rows("privilege", test_privilege);
    add_rows("values", test_values);
    g_test_add_func("/csr/set-and-clear", test_set_and_clear);
    g_test_add_func("/csr/debugger", test_debugger);
    g_test_add_func("/csr/extensions", test_extensions);
    g_test_add_func("/csr/masks-by-extension", test_masks_by_extension);
    g_test_add_func("/csr/mstatus/modes", test_mstatus_modes);
    g_test_add_func("/csr/mstatus/mpp", test_mpp);
    g_test_add_func("/csr/mstatus/double-trap", test_double_trap_bits);
    g_test_add_func("/csr/mstatus/effects", test_mstatus_effects);
    g_test_add_func("/csr/fp/fs", test_fs);
    g_test_add_func("/csr/fp/fcsr", test_fcsr);
    g_test_add_func("/csr/fp/fs-by-flags", test_fs_by_flags);
    g_test_add_func("/csr/misa/letters", test_misa);
    g_test_add_func("/csr/misa/c", test_misa_c);
    g_test_add_func("/csr/mip/lines", test_mip_lines);
    g_test_add_func("/csr/mip/seip", test_seip);
    g_test_add_func("/csr/mip/sip-sie", test_sip_sie);
    g_test_add_func("/csr/counters/write", test_counter_write);
    g_test_add_func("/csr/counters/inhibit", test_counter_inhibit);
    g_test_add_func("/csr/counters/events", test_counter_events);
    g_test_add_func("/csr/counters/filter", test_counter_filter);
    g_test_add_func("/csr/counters/overflow", test_counter_overflow);
    g_test_add_func("/csr/counters/enable", test_counter_enable);
    g_test_add_func("/csr/counters/time", test_time);
    g_test_add_func("/csr/stimecmp/access", test_stimecmp_access);
    g_test_add_func("/csr/stimecmp/stip", test_stimecmp);
    g_test_add_func("/csr/stimecmp/fires", test_stimecmp_fires);
    g_test_add_func("/csr/satp/modes", test_satp);
    g_test_add_func("/csr/satp/tvm", test_tvm);
    g_test_add_func("/csr/envcfg", test_envcfg);
    g_test_add_func("/csr/envcfg/pmm", test_pmm);
    g_test_add_func("/csr/envcfg/sse", test_sse);
    g_test_add_func("/csr/stateen", test_stateen);
    g_test_add_func("/csr/trigger/modes", test_trigger_modes);
    g_test_add_func("/csr/trigger/select", test_trigger_select);
    g_test_add_func("/csr/seed/values", test_seed);
    g_test_add_func("/csr/seed/access", test_seed_access);
    g_test_add_func("/csr/pmp/legal", test_pmp_legal);
    g_test_add_func("/csr/pmp/locks", test_pmp_locks);
    g_test_add_func("/csr/pmp/lockdown", test_pmp_lockdown);
    g_test_add_func("/csr/pmp/open", test_pmp_open);
    return g_test_run();
}
