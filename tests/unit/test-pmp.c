/*
 * Physical memory protection: address matching in each mode, priority, partial matches, locks, the
 * default.
 *
 * What a write to the CSRs leaves is in test-csr.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include "util/bits.h"

#define RWX (PMP_R | PMP_W | PMP_X)
#define PAGE 0x80004000ull

static void set_entry(TestHart *t, unsigned i, uint8_t cfg, uint64_t pmpaddr)
{
    unsigned csr = i < 8 ? CSR_pmpcfg0 : CSR_pmpcfg2;

    t->env->priv = PRIV_M;
    hart_csrw(t, CSR_pmpaddr0 + i, pmpaddr);
    hart_csrc(t, csr, 0xffull << 8 * (i % 8));
    hart_csrs(t, csr, (uint64_t)cfg << 8 * (i % 8));
}

static bool check(TestHart *t, hwaddr addr, unsigned size, RISCVAccess access, RISCVPriv priv)
{
    bool whole_page;

    return riscv_pmp_check(t->env, addr, size, access, priv, &whole_page);
}

static bool whole(TestHart *t, hwaddr addr, RISCVPriv priv)
{
    bool whole_page;

    riscv_pmp_check(t->env, addr, 1, ACCESS_LOAD, priv, &whole_page);
    return whole_page;
}

static bool readable(TestHart *t, hwaddr addr)
{
    return check(t, addr, 1, ACCESS_LOAD, PRIV_U);
}

/* Exactly the bytes first..last can be read, as far as their neighbours tell. */
static void expect_range(TestHart *t, hwaddr first, hwaddr last)
{
    g_assert_true(readable(t, first));
    g_assert_true(readable(t, last));
    g_assert_true(readable(t, first + (last - first) / 2));
    if (first) {
        g_assert_false(readable(t, first - 1));
        g_assert_false(readable(t, 0));
    }
    if (last + 1) {
        g_assert_false(readable(t, last + 1));
    }
}

static void expect_nothing(TestHart *t, hwaddr around)
{
    for (int64_t offset = -64; offset <= 64; offset += 4) {
        g_assert_false(readable(t, around + offset));
    }
}

/* ---- the default ---- */

/*
 * "all PMP entries' A fields are set to OFF, then all S-mode and U-mode memory accesses will fail"
 */
static void test_default(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        g_assert_true(check(t, PAGE, 8, access, PRIV_M));
        g_assert_false(check(t, PAGE, 8, access, PRIV_S));
        g_assert_false(check(t, PAGE, 8, access, PRIV_U));
    }
    set_entry(t, 3, PMP_NA4 | RWX, 0);
    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        g_assert_true(check(t, PAGE, 8, access, PRIV_M));
        g_assert_false(check(t, PAGE, 8, access, PRIV_S));
        g_assert_false(check(t, PAGE, 8, access, PRIV_U));
    }
    g_assert_true(whole(t, PAGE, PRIV_U));
    hart_free(t);
}

/* ---- address matching ---- */

static void test_off(void)
{
    TestHart *t = hart_new("rv64", NULL);

    set_entry(t, 0, PMP_OFF | RWX, PAGE >> 2);
    g_assert_cmpuint(t->env->pmp_active, ==, 0);
    expect_nothing(t, PAGE);
    hart_free(t);
}

static void test_na4(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < RISCV_PMP_COUNT; i++) {
        hwaddr addr = PAGE + 4 * i * i;

        set_entry(t, i, PMP_NA4 | RWX, addr >> 2);
        expect_range(t, addr, addr + 3);
        set_entry(t, i, PMP_OFF, 0);
    }
    set_entry(t, 0, PMP_NA4 | RWX, PMPADDR_MASK);
    expect_range(t, 0xfffffffffffffc, 0xffffffffffffff);
    hart_free(t);
}

static void test_napot(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned bits = 3; bits < 56; bits++) {
        uint64_t size = 1ull << bits;
        hwaddr base = 0xa5a5a5a5a5a5a5 & -size;

        set_entry(t, 0, PMP_NAPOT | RWX, base >> 2 | (size / 8 - 1));
        expect_range(t, base, base + size - 1);
    }
    set_entry(t, 0, PMP_NAPOT | RWX, PMPADDR_MASK); /* everything that pmpaddr can name, twice */
    g_assert_true(readable(t, 0));
    g_assert_true(readable(t, 0xffffffffffffff));
    g_assert_true(whole(t, PAGE, PRIV_U));
    set_entry(t, 0, PMP_NAPOT | RWX, PMPADDR_MASK >> 1);
    expect_range(t, 0, 0xffffffffffffff);
    hart_free(t);
}

static void test_tor(void)
{
    TestHart *t = hart_new("rv64", NULL);

    set_entry(t, 0, PMP_TOR | RWX, (PAGE + 4) >> 2); /* from zero */
    expect_range(t, 0, PAGE + 3);
    set_entry(t, 0, PMP_OFF, (PAGE + 8) >> 2); /* only its address matters to entry 1 */
    set_entry(t, 1, PMP_TOR | RWX, (PAGE + 0x1234) >> 2);
    expect_range(t, PAGE + 8, PAGE + 0x1233);
    set_entry(t, 1, PMP_TOR | RWX, (PAGE + 12) >> 2);
    expect_range(t, PAGE + 8, PAGE + 11);
    set_entry(t, 1, PMP_TOR | RWX, (PAGE + 8) >> 2); /* empty */
    expect_nothing(t, PAGE + 8);
    set_entry(t, 1, PMP_TOR | RWX, PAGE >> 2); /* upside down */
    expect_nothing(t, PAGE);
    set_entry(t, 1, PMP_TOR | RWX, 0);
    expect_nothing(t, PAGE);
    set_entry(t, 1, PMP_OFF, 0);
    set_entry(t, 0, PMP_TOR | RWX, 0);
    g_assert_false(readable(t, 0));
    g_assert_cmpuint(t->env->pmp_active, ==, 0);
    hart_free(t);
}

/* A new pmpaddr moves the lower end of the entry above it. */
static void test_tor_follows(void)
{
    TestHart *t = hart_new("rv64", NULL);

    set_entry(t, 9, PMP_TOR | RWX, (PAGE + 0x100) >> 2);
    set_entry(t, 8, PMP_OFF, (PAGE + 0x40) >> 2);
    expect_range(t, PAGE + 0x40, PAGE + 0xff);
    hart_csrw(t, CSR_pmpaddr8, PAGE >> 2);
    expect_range(t, PAGE, PAGE + 0xff);
    hart_free(t);
}

/* ---- permissions ---- */

static void test_permissions(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned rwx = 0; rwx < 8; rwx++) {
        if ((rwx & RWX) != rwx || (rwx & (PMP_R | PMP_W)) == PMP_W) {
            continue; /* reserved */
        }
        for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
            static const unsigned needed[] = { PMP_R, PMP_W, PMP_X }; /* in order of RISCVAccess */
            bool ok = rwx & needed[access];

            set_entry(t, 0, PMP_NAPOT | rwx, PAGE >> 2 | 0x1ff);
            g_assert_cmpint(check(t, PAGE, 8, access, PRIV_U), ==, ok);
            g_assert_cmpint(check(t, PAGE, 8, access, PRIV_S), ==, ok);
            g_assert_true(check(t, PAGE, 8, access, PRIV_M)); /* not locked */
        }
    }
    hart_free(t);
}

static void test_lock(void)
{
    for (unsigned rwx = 0; rwx < 8; rwx++) {
        TestHart *t = hart_new("rv64", NULL);

        if ((rwx & (PMP_R | PMP_W)) != PMP_W) {
            set_entry(t, 0, PMP_NAPOT | PMP_L | rwx, PAGE >> 2 | 0x1ff);
            g_assert_cmpint(check(t, PAGE, 8, ACCESS_LOAD, PRIV_M), ==, (rwx & PMP_R) != 0);
            g_assert_cmpint(check(t, PAGE, 8, ACCESS_STORE, PRIV_M), ==, (rwx & PMP_W) != 0);
            g_assert_cmpint(check(t, PAGE, 8, ACCESS_FETCH, PRIV_M), ==, (rwx & PMP_X) != 0);
            g_assert_true(check(t, PAGE + 0x1000, 8, ACCESS_LOAD, PRIV_M));
        }
        hart_free(t);
    }
}

/* ---- several entries ---- */

static void test_priority(void)
{
    TestHart *t = hart_new("rv64", NULL);

    set_entry(t, 5, PMP_NAPOT | RWX, PMPADDR_MASK);
    set_entry(t, 2, PMP_NAPOT | PMP_R, PAGE >> 2 | 0x1ff);
    g_assert_true(check(t, PAGE, 8, ACCESS_LOAD, PRIV_S));
    g_assert_false(check(t, PAGE, 8, ACCESS_STORE, PRIV_S)); /* the lowest number decides */
    g_assert_true(check(t, PAGE + 0x1000, 8, ACCESS_STORE, PRIV_S));
    set_entry(t, 1, PMP_NA4 | RWX, PAGE >> 2);
    g_assert_true(check(t, PAGE, 4, ACCESS_STORE, PRIV_S));
    g_assert_false(check(t, PAGE + 4, 4, ACCESS_STORE, PRIV_S));
    hart_free(t);
}

/* "an 8-byte access to the range 0x8-0xF will fail" where an entry has 0xC-0xF, in every mode */
static void test_partial(void)
{
    TestHart *t = hart_new("rv64", NULL);
    static const RISCVPriv privs[] = { PRIV_U, PRIV_S, PRIV_M };

    set_entry(t, 15, PMP_NAPOT | RWX, PMPADDR_MASK);
    set_entry(t, 0, PMP_NA4 | RWX, (PAGE + 0xc) >> 2);
    for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
        g_assert_false(check(t, PAGE + 0x8, 8, ACCESS_LOAD, privs[i]));
        g_assert_false(check(t, PAGE + 0xc, 8, ACCESS_LOAD, privs[i]));
        g_assert_false(check(t, PAGE + 0xb, 2, ACCESS_LOAD, privs[i]));
        g_assert_false(check(t, PAGE, 64, ACCESS_STORE, privs[i])); /* in the middle */
        g_assert_true(check(t, PAGE + 0xc, 4, ACCESS_LOAD, privs[i]));
        g_assert_true(check(t, PAGE + 0xe, 2, ACCESS_FETCH, privs[i]));
        g_assert_true(check(t, PAGE, 8, ACCESS_LOAD, privs[i]));
        g_assert_true(check(t, PAGE + 0x10, 8, ACCESS_LOAD, privs[i]));
    }
    hart_free(t);
}

/* ---- may the answer be kept for the page? ---- */

static void test_whole_page(void)
{
    TestHart *t = hart_new("rv64", NULL);

    g_assert_true(whole(t, PAGE, PRIV_M));
    set_entry(t, 9, PMP_NAPOT | RWX, PMPADDR_MASK);
    g_assert_true(whole(t, PAGE, PRIV_U));
    set_entry(t, 4, PMP_NA4 | PMP_R, (PAGE + 0xffc) >> 2);
    g_assert_false(whole(t, PAGE, PRIV_U)); /* elsewhere on the page, yet of higher priority */
    g_assert_false(whole(t, PAGE + 0xffc, PRIV_U));
    g_assert_false(whole(t, PAGE, PRIV_M)); /* half of an access could be in it */
    g_assert_true(whole(t, PAGE + 0x1000, PRIV_U));
    g_assert_true(whole(t, PAGE - 1, PRIV_U));
    set_entry(t, 2, PMP_NAPOT | PMP_R, PAGE >> 2 | 0x1ff); /* hides both */
    g_assert_true(whole(t, PAGE, PRIV_U));
    g_assert_true(whole(t, PAGE + 0xffc, PRIV_U));
    set_entry(t, 2, PMP_NAPOT | PMP_R, PAGE >> 2 | 0xff); /* only half of the page */
    g_assert_false(whole(t, PAGE, PRIV_U));
    g_assert_false(whole(t, PAGE + 0x800, PRIV_U));
    hart_free(t);
}

/* Smepmp's table: R, W, X and L of an entry while mseccfg.MML is set. */
static void test_lockdown(void)
{
    static const struct {
        uint8_t cfg, machine, others;
    } table[] = {
#define KIND(...) { __VA_ARGS__ },
#include "../guest/pmp/lockdown.def"
    };
    TestHart *t = hart_new("rv64", "smepmp=on");

    hart_csrw(t, CSR_mseccfg, MSECCFG_MML | MSECCFG_RLB);
    for (unsigned i = 0; i < G_N_ELEMENTS(table); i++) {
        set_entry(t, 0, PMP_NAPOT | table[i].cfg, PAGE >> 2 | 0x1ff);
        for (unsigned priv = PRIV_U; priv <= PRIV_M; priv += priv ? 2 : 1) {
            unsigned expected = priv == PRIV_M ? table[i].machine : table[i].others;

            g_assert_cmpint(check(t, PAGE, 8, ACCESS_LOAD, priv), ==, (expected & PMP_R) != 0);
            g_assert_cmpint(check(t, PAGE, 8, ACCESS_STORE, priv), ==, (expected & PMP_W) != 0);
            g_assert_cmpint(check(t, PAGE, 4, ACCESS_FETCH, priv), ==, (expected & PMP_X) != 0);
        }
    }
    g_assert_true(check(t, PAGE - 8, 8, ACCESS_STORE, PRIV_M)); /* no entry */
    g_assert_false(check(t, PAGE - 8, 4, ACCESS_FETCH, PRIV_M));
    hart_csrs(t, CSR_mseccfg, MSECCFG_MMWP);
    g_assert_false(check(t, PAGE - 8, 8, ACCESS_LOAD, PRIV_M));
    hart_free(t);
}

static void test_writes_flush(void)
{
    TestHart *t = hart_new("rv64", NULL);
    unsigned flushes = t->flushes;

    hart_csrw(t, CSR_pmpaddr3, 1);
    g_assert_cmpuint(t->flushes, >, flushes);
    flushes = t->flushes;
    hart_csrw(t, CSR_pmpcfg2, PMP_NA4);
    g_assert_cmpuint(t->flushes, >, flushes);
    hart_free(t);
}

/* Entries beyond pmp-regions are read-only zero; without any there is no PMP at all. */
static void test_regions(void)
{
    TestHart *t = hart_new("rv64", "pmp-regions=2");

    set_entry(t, 1, PMP_NAPOT, PMPADDR_MASK);
    set_entry(t, 2, PMP_NAPOT | PMP_L | RWX, PMPADDR_MASK);
    g_assert_cmpuint(hart_csrr(t, CSR_pmpcfg0) >> 16, ==, 0);
    g_assert_cmpuint(hart_csrr(t, CSR_pmpaddr1), !=, 0);
    g_assert_cmpuint(hart_csrr(t, CSR_pmpaddr2), ==, 0);
    g_assert_cmpuint(hart_csrr(t, CSR_pmpaddr15), ==, 0);
    hart_free(t);

    t = hart_new("rv64", "pmp-regions=0");
    g_assert_false(riscv_csr_access(t->env, &t->op, CSR_pmpcfg0, true, false, 0, 0, &(uint64_t) { 0 }));
    g_assert_false(riscv_csr_access(t->env, &t->op, CSR_pmpaddr0, true, false, 0, 0, &(uint64_t) { 0 }));
    g_assert_true(check(t, PAGE, 8, ACCESS_STORE, PRIV_U));
    hart_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pmp/default", test_default);
    g_test_add_func("/pmp/off", test_off);
    g_test_add_func("/pmp/na4", test_na4);
    g_test_add_func("/pmp/napot", test_napot);
    g_test_add_func("/pmp/tor", test_tor);
    g_test_add_func("/pmp/tor-follows", test_tor_follows);
    g_test_add_func("/pmp/permissions", test_permissions);
    g_test_add_func("/pmp/lock", test_lock);
    g_test_add_func("/pmp/priority", test_priority);
    g_test_add_func("/pmp/partial", test_partial);
    g_test_add_func("/pmp/lockdown", test_lockdown);
    g_test_add_func("/pmp/whole-page", test_whole_page);
    g_test_add_func("/pmp/writes-flush", test_writes_flush);
    g_test_add_func("/pmp/regions", test_regions);
    return g_test_run();
}
