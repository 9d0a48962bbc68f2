/*
 * Address translation: every level of Sv39, Sv48 and Sv57, every reason for a fault, A and D,
 * Svnapot, Svpbmt.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include "util/bits.h"

#define MEGA 0x200000ull

/* Page tables from here on, one for each level of the walk: level 0 is at TABLES. */
#define TABLES (HART_RAM_BASE + 0x10000)
#define TARGET 0x123456789000ull /* where leaves point: nothing has to be there */

#define RWXAD (PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

static const struct {
    const char *name;
    unsigned mode, levels;
} modes[] = { { "sv39", SATP_SV39, 3 }, { "sv48", SATP_SV48, 4 }, { "sv57", SATP_SV57, 5 } };

static hwaddr table(unsigned level)
{
    return TABLES + level * RISCV_PAGE_SIZE;
}

static hwaddr pte_addr(unsigned level, uint64_t vaddr)
{
    return table(level) + extract64(vaddr, 12 + 9 * level, 9) * 8;
}

static uint64_t pte(hwaddr target, uint64_t flags)
{
    return target >> 12 << 10 | flags;
}

/* Make `leaf` the entry for vaddr at `level`, with pointers above it. */
static void map(TestHart *t, unsigned levels, uint64_t vaddr, unsigned level, uint64_t leaf)
{
    t->env->satp = (uint64_t)(levels + 5) << 60 | table(levels - 1) >> 12;
    for (unsigned l = levels - 1; l > level; l--) {
        hart_poke(t, pte_addr(l, vaddr), pte(table(l - 1), PTE_V));
    }
    hart_poke(t, pte_addr(level, vaddr), leaf);
}

static TestHart *new_hart(const char *settings)
{
    TestHart *t = hart_new("rv64", settings);

    hart_open_pmp(t);
    hart_set_priv(t, PRIV_S);
    return t;
}

/* ---- outcomes ---- */

static RISCVTranslation expect_ok(TestHart *t, uint64_t vaddr, RISCVAccess access,
                                  RISCVMMUIndex idx, hwaddr paddr)
{
    RISCVTranslation tr;
    unsigned cause;

    if (!riscv_translate(t->env, vaddr, 1, access, idx, &tr, &cause)) {
        g_error("0x%" G_GINT64_MODIFIER "x: cause %u, should be translated", vaddr, cause);
    }
    g_assert_cmphex(tr.paddr, ==, paddr);
    g_assert_true(tr.whole_page);
    return tr;
}

static void expect_cause(TestHart *t, uint64_t vaddr, RISCVAccess access, RISCVMMUIndex idx,
                         unsigned expected)
{
    RISCVTranslation tr;
    unsigned cause = 0;

    if (riscv_translate(t->env, vaddr, 1, access, idx, &tr, &cause)) {
        g_error("0x%" G_GINT64_MODIFIER "x: should not be translated", vaddr);
    }
    g_assert_cmpuint(cause, ==, expected);
}

static const unsigned page_faults[] = {
    [ACCESS_LOAD] = EXC_LOAD_PAGE_FAULT, [ACCESS_STORE] = EXC_STORE_PAGE_FAULT,
    [ACCESS_FETCH] = EXC_INSN_PAGE_FAULT,
};
static const unsigned access_faults[] = {
    [ACCESS_LOAD] = EXC_LOAD_ACCESS, [ACCESS_STORE] = EXC_STORE_ACCESS,
    [ACCESS_FETCH] = EXC_INSN_ACCESS,
};

/* All three kinds of access to vaddr from S fault. */
static void expect_page_faults(TestHart *t, uint64_t vaddr)
{
    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        expect_cause(t, vaddr, access, MMU_IDX_S, page_faults[access]);
    }
}

static void expect_access_faults(TestHart *t, uint64_t vaddr)
{
    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        expect_cause(t, vaddr, access, MMU_IDX_S, access_faults[access]);
    }
}

/* ---- no translation ---- */

static void test_bare(void)
{
    TestHart *t = new_hart(NULL);
    RISCVTranslation tr;

    tr = expect_ok(t, 0x80001234, ACCESS_LOAD, MMU_IDX_S, 0x80001234);
    g_assert_true(tr.readable && tr.writable && tr.executable);
    expect_ok(t, 0x1234, ACCESS_STORE, MMU_IDX_U, 0x1234);
    map(t, 3, 0, 0, 0);
    expect_ok(t, 0x8000000000001234, ACCESS_FETCH, MMU_IDX_M, 0x8000000000001234); /* M has none */
    expect_cause(t, 0, ACCESS_FETCH, MMU_IDX_S, EXC_INSN_PAGE_FAULT);
    hart_free(t);
}

/* ---- the walk ---- */

/* A leaf at each level of each mode maps the whole of its page and nothing else. */
static void test_levels(void)
{
    for (unsigned m = 0; m < G_N_ELEMENTS(modes); m++) {
        for (unsigned level = 0; level < modes[m].levels; level++) {
            TestHart *t = new_hart(NULL);
            unsigned bits = 12 + 9 * level;
            uint64_t size = 1ull << bits;
            uint64_t vaddr = 3 * size;
            hwaddr target = 5 * size & MAKE_64BIT_MASK(0, 56);

            g_test_message("%s, level %u", modes[m].name, level);
            map(t, modes[m].levels, vaddr, level, pte(target, PTE_V | RWXAD));
            expect_ok(t, vaddr, ACCESS_LOAD, MMU_IDX_S, target);
            expect_ok(t, vaddr + size - 1, ACCESS_STORE, MMU_IDX_S, target + size - 1);
            expect_ok(t, vaddr + (0x5a5a5a5a5a5a5a & (size - 1)), ACCESS_FETCH, MMU_IDX_S,
                      target + (0x5a5a5a5a5a5a5a & (size - 1)));
            expect_page_faults(t, vaddr - 1);
            expect_page_faults(t, vaddr + size);
            hart_free(t);
        }
    }
}

/* "must have bits 63-39 all equal to bit 38" */
static void test_canonical(void)
{
    for (unsigned m = 0; m < G_N_ELEMENTS(modes); m++) {
        TestHart *t = new_hart(NULL);
        unsigned va_bits = 12 + 9 * modes[m].levels, top = modes[m].levels - 1;
        uint64_t half = 1ull << (va_bits - 1);

        map(t, modes[m].levels, half - 1, top, pte(0, PTE_V | RWXAD));
        map(t, modes[m].levels, -half, top, pte(0, PTE_V | RWXAD));
        expect_ok(t, half - 1, ACCESS_LOAD, MMU_IDX_S,
                  (half - 1) & MAKE_64BIT_MASK(0, 12 + 9 * top));
        expect_ok(t, -half, ACCESS_LOAD, MMU_IDX_S, 0);
        expect_page_faults(t, half);
        expect_page_faults(t, -half - 1);
        for (unsigned bit = va_bits; bit < 64; bit++) {
            expect_page_faults(t, (half - 1) ^ 1ull << bit);
            expect_page_faults(t, -half ^ 1ull << bit);
        }
        hart_free(t);
    }
}

static void test_misaligned_superpage(void)
{
    for (unsigned level = 1; level < 5; level++) {
        TestHart *t = new_hart(NULL);
        uint64_t vaddr = 1ull << (12 + 9 * level);

        for (unsigned bit = 0; bit < 9 * level; bit++) {
            map(t, 5, vaddr, level, pte(1ull << (12 + bit), PTE_V | RWXAD));
            expect_page_faults(t, vaddr);
        }
        map(t, 5, vaddr, level, pte(0, PTE_V | RWXAD));
        expect_ok(t, vaddr, ACCESS_LOAD, MMU_IDX_S, 0);
        hart_free(t);
    }
}

/* Pointers with bits that are reserved in them, at every level; and one at the last level. */
static void test_pointers(void)
{
    static const uint64_t reserved[] = { PTE_U, PTE_A, PTE_D, PTE_N, 1ull << 61, 1ull << 62 };
    TestHart *t = new_hart(NULL);
    uint64_t vaddr = 0x123456000;

    t->env->menvcfg = MENVCFG_PBMTE;
    for (unsigned level = 1; level < 5; level++) {
        uint64_t pointer = pte(table(level - 1), PTE_V);

        map(t, 5, vaddr, 0, pte(TARGET, PTE_V | RWXAD));
        expect_ok(t, vaddr, ACCESS_LOAD, MMU_IDX_S, TARGET);
        for (unsigned i = 0; i < G_N_ELEMENTS(reserved); i++) {
            hart_poke(t, pte_addr(level, vaddr), pointer | reserved[i]);
            expect_page_faults(t, vaddr);
        }
        hart_poke(t, pte_addr(level, vaddr), pointer & ~PTE_V);
        expect_page_faults(t, vaddr);
        hart_poke(t, pte_addr(level, vaddr), pointer | PTE_G | 3 << 8); /* G and RSW are fine */
        expect_ok(t, vaddr, ACCESS_LOAD, MMU_IDX_S, TARGET);
    }
    map(t, 5, vaddr, 0, pte(TARGET, PTE_V));
    expect_page_faults(t, vaddr);
    hart_free(t);
}

static void test_invalid_leaves(void)
{
    TestHart *t = new_hart(NULL);

    for (unsigned level = 0; level < 3; level++) {
        uint64_t good = pte(0, PTE_V | RWXAD);

        map(t, 3, 0, level, good & ~PTE_V);
        expect_page_faults(t, 0);
        map(t, 3, 0, level, good & ~PTE_R); /* writable without being readable */
        expect_page_faults(t, 0);
        map(t, 3, 0, level, good & ~(PTE_R | PTE_X));
        expect_page_faults(t, 0);
        for (unsigned bit = 54; bit < 61; bit++) { /* reserved for future standard use */
            map(t, 3, 0, level, good | 1ull << bit);
            expect_page_faults(t, 0);
        }
        map(t, 3, 0, level, good | PTE_G | 3 << 8);
        expect_ok(t, 0, ACCESS_STORE, MMU_IDX_S, 0);
    }
    hart_free(t);
}

/* ---- permissions ---- */

/* May `access` happen, by the text of the specification? */
static bool allowed(unsigned rwx, bool u, bool mxr, RISCVAccess access, RISCVMMUIndex idx)
{
    bool r = rwx & 1, w = rwx & 2, x = rwx & 4;

    if (idx == MMU_IDX_U && !u) {
        return false;
    }
    if (idx == MMU_IDX_S && u) {
        return false;
    }
    if (idx == MMU_IDX_S_SUM && u && access == ACCESS_FETCH) {
        return false;
    }
    return access == ACCESS_FETCH ? x : access == ACCESS_STORE ? w : r || (mxr && x);
}

static void check_permission(TestHart *t, unsigned rwx, bool u, bool mxr, RISCVMMUIndex idx)
{
    bool ok[3];

    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        ok[access] = allowed(rwx, u, mxr, access, idx);
    }
    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        RISCVTranslation tr;

        if (!ok[access]) {
            expect_cause(t, 0x7000, access, idx, page_faults[access]);
            continue;
        }
        tr = expect_ok(t, 0x7000, access, idx, TARGET);
        /* the answer tells what other accesses may do, too */
        g_assert_cmpint(tr.readable, ==, ok[ACCESS_LOAD]);
        g_assert_cmpint(tr.writable, ==, ok[ACCESS_STORE]);
        g_assert_cmpint(tr.executable, ==, ok[ACCESS_FETCH]);
    }
}

static void test_permissions(void)
{
    static const RISCVMMUIndex indices[] = { MMU_IDX_U, MMU_IDX_S, MMU_IDX_S_SUM };
    TestHart *t = new_hart(NULL);

    for (unsigned i = 0; i < 8 * 4; i++) {
        unsigned rwx = i / 4;
        bool u = i & 1, mxr = i & 2;

        if (!(rwx & 1) && (rwx & 2 || !rwx)) {
            continue; /* reserved, or a pointer */
        }
        map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | PTE_A | PTE_D | rwx << 1 | (u ? PTE_U : 0)));
        t->env->mstatus = mxr ? MSTATUS_MXR : 0;
        for (unsigned idx = 0; idx < G_N_ELEMENTS(indices); idx++) {
            check_permission(t, rwx, u, mxr, indices[idx]);
        }
    }
    hart_free(t);
}

/* ---- A and D ---- */

static uint64_t leaf_after(TestHart *t, uint64_t flags, RISCVAccess access, bool ok)
{
    map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | PTE_R | PTE_W | PTE_X | flags));
    if (ok) {
        RISCVTranslation tr = expect_ok(t, 0x7000, access, MMU_IDX_S, TARGET);

        /* a store entry for a clean page would hide the first store */
        g_assert_cmpint(tr.writable, ==, access == ACCESS_STORE || (flags & PTE_D));
    } else {
        expect_cause(t, 0x7000, access, MMU_IDX_S, page_faults[access]);
    }
    return hart_peek(t, pte_addr(0, 0x7000)) & (PTE_A | PTE_D);
}

static void check_faulting(TestHart *t)
{
    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        g_assert_cmphex(leaf_after(t, 0, access, false), ==, 0);
        g_assert_cmphex(leaf_after(t, PTE_D, access, false), ==, PTE_D);
        g_assert_cmphex(leaf_after(t, PTE_A, access, access != ACCESS_STORE), ==, PTE_A);
        g_assert_cmphex(leaf_after(t, PTE_A | PTE_D, access, true), ==, PTE_A | PTE_D);
    }
}

static void check_updating(TestHart *t)
{
    for (unsigned access = ACCESS_LOAD; access <= ACCESS_FETCH; access++) {
        uint64_t d = access == ACCESS_STORE ? PTE_D : 0;

        g_assert_cmphex(leaf_after(t, 0, access, true), ==, PTE_A | d);
        g_assert_cmphex(leaf_after(t, PTE_D, access, true), ==, PTE_A | PTE_D);
        g_assert_cmphex(leaf_after(t, PTE_A, access, true), ==, PTE_A | d);
        g_assert_cmphex(leaf_after(t, PTE_A | PTE_D, access, true), ==, PTE_A | PTE_D);
    }
}

static void test_ad(void)
{
    TestHart *t = new_hart(NULL);

    check_faulting(t); /* both Svade and Svadu: ADUE decides */
    t->env->menvcfg = MENVCFG_ADUE;
    check_updating(t);
    hart_free(t);

    t = new_hart("svade=off");
    check_updating(t);
    t->env->menvcfg = 0;
    check_faulting(t);
    hart_free(t);

    t = new_hart("svadu=off");
    check_faulting(t);
    hart_free(t);

    t = new_hart("svadu=off,svade=off"); /* "When the Svade extension is not implemented ..." */
    check_updating(t);
    hart_free(t);
}

/* An access that is not allowed leaves the entry alone. */
static void test_ad_only_if_allowed(void)
{
    TestHart *t = new_hart("svade=off");
    uint64_t leaf = pte(TARGET, PTE_V | PTE_R);

    map(t, 3, 0x7000, 0, leaf);
    expect_cause(t, 0x7000, ACCESS_STORE, MMU_IDX_S, EXC_STORE_PAGE_FAULT);
    expect_cause(t, 0x7000, ACCESS_LOAD, MMU_IDX_U, EXC_LOAD_PAGE_FAULT);
    g_assert_cmphex(hart_peek(t, pte_addr(0, 0x7000)), ==, leaf);
    hart_free(t);
}

/* The entry of a superpage is what changes, and the page that holds it counts as written. */
static void count_store(void *opaque, uint64_t offset, uint64_t size)
{
    (void)offset;
    (void)size;
    ++*(unsigned *)opaque;
}

static void test_ad_superpage(void)
{
    TestHart *t = new_hart("svade=off");
    unsigned stores = 0;

    map(t, 3, MEGA, 1, pte(0, PTE_V | PTE_R | PTE_W));
    ram_watch_add(t->ram.ram, table(1) - HART_RAM_BASE, RISCV_PAGE_SIZE, count_store, &stores);
    expect_ok(t, MEGA + 0x1234, ACCESS_STORE, MMU_IDX_S, 0x1234);
    g_assert_cmphex(hart_peek(t, pte_addr(1, MEGA)), ==,
                    pte(0, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D));
    g_assert_cmpuint(stores, ==, 1);
    expect_ok(t, MEGA + 0x1234, ACCESS_STORE, MMU_IDX_S, 0x1234); /* nothing left to set */
    g_assert_cmpuint(stores, ==, 1);
    ram_watch_remove(t->ram.ram, count_store, &stores);
    hart_free(t);
}

/*
 * Another hart rewrites the entry, here its page number, while this one sets A and D: neither
 * change may be lost.
 */
typedef struct Rewriter {
    uint64_t *entry;
    uint64_t count;
    bool stop; /* atomic */
} Rewriter;

static gpointer rewrite(gpointer opaque)
{
    Rewriter *r = opaque;

    while (!__atomic_load_n(&r->stop, __ATOMIC_SEQ_CST)) {
        __atomic_fetch_add(r->entry, 1 << 10, __ATOMIC_SEQ_CST);
        r->count++;
    }
    return NULL;
}

static void test_ad_atomic(void)
{
    TestHart *t = new_hart("svade=off");
    uint8_t *entry = t->ram.ram->host + (pte_addr(0, 0x7000) - HART_RAM_BASE);
    Rewriter r = { .entry = (uint64_t *)entry };
    uint64_t leaf = pte(TARGET, PTE_V | PTE_R | PTE_W);
    GThread *other;

    map(t, 3, 0x7000, 0, leaf);
    other = g_thread_new("other", rewrite, &r);
    for (unsigned i = 0; i < 100000; i++) {
        RISCVTranslation tr;
        unsigned cause;

        g_assert_true(riscv_translate(t->env, 0x7000, 8, ACCESS_STORE, MMU_IDX_S, &tr, &cause));
        g_assert_true(__atomic_fetch_and(r.entry, ~(PTE_A | PTE_D), __ATOMIC_SEQ_CST) & PTE_D);
    }
    __atomic_store_n(&r.stop, true, __ATOMIC_SEQ_CST);
    g_thread_join(other);
    g_assert_cmphex(*r.entry, ==, leaf + (r.count << 10));
    hart_free(t);
}

/* ---- Svnapot, Svpbmt ---- */

static void test_napot(void)
{
    TestHart *t = new_hart(NULL), *without = new_hart("svnapot=off");
    uint64_t good = pte(0x80008000, PTE_V | RWXAD | PTE_N); /* 64 KiB at 0x80000000 */

    for (unsigned page = 0; page < 16; page++) {
        uint64_t vaddr = 0x40000 + page * RISCV_PAGE_SIZE;

        map(t, 3, vaddr, 0, good);
        expect_ok(t, vaddr + 0x123, ACCESS_LOAD, MMU_IDX_S, 0x80000123 + page * RISCV_PAGE_SIZE);
        map(without, 3, vaddr, 0, good);
        expect_page_faults(without, vaddr);
    }
    for (unsigned low = 0; low < 16; low++) { /* other sizes are reserved */
        map(t, 3, 0x40000, 0, pte(0x80000000 + low * RISCV_PAGE_SIZE, PTE_V | RWXAD | PTE_N));
        if (low == 8) {
            expect_ok(t, 0x40000, ACCESS_LOAD, MMU_IDX_S, 0x80000000);
        } else {
            expect_page_faults(t, 0x40000);
        }
    }
    for (unsigned level = 1; level < 3; level++) { /* as it is for superpages */
        map(t, 3, 0, level, pte(0, PTE_V | RWXAD | PTE_N));
        expect_page_faults(t, 0);
        map(t, 3, 0, level, pte(0x8000, PTE_V | RWXAD | PTE_N));
        expect_page_faults(t, 0);
    }
    hart_free(t);
    hart_free(without);
}

static void test_pbmt(void)
{
    TestHart *t = new_hart(NULL), *without = new_hart("svpbmt=off");

    without->env->menvcfg = MENVCFG_PBMTE; /* cannot be */
    for (unsigned level = 0; level < 3; level++) {
        for (uint64_t type = 0; type < 4; type++) {
            uint64_t leaf = pte(0, PTE_V | RWXAD) | type << 61;

            map(t, 3, 0, level, leaf);
            t->env->menvcfg = 0;
            type ? expect_page_faults(t, 0)
                 : (void)expect_ok(t, 0, ACCESS_LOAD, MMU_IDX_S, 0);
            t->env->menvcfg = MENVCFG_PBMTE;
            type == 3 ? expect_page_faults(t, 0)
                      : (void)expect_ok(t, 0, ACCESS_LOAD, MMU_IDX_S, 0);
            map(without, 3, 0, level, leaf);
            type ? expect_page_faults(without, 0)
                 : (void)expect_ok(without, 0, ACCESS_LOAD, MMU_IDX_S, 0);
        }
    }
    hart_free(t);
    hart_free(without);
}

/* ---- page tables where they cannot be ---- */

static void test_table_outside(void)
{
    TestHart *t = new_hart("svade=off");

    for (unsigned level = 0; level < 3; level++) { /* the root, or a pointer to nowhere */
        map(t, 3, 0, 0, pte(TARGET, PTE_V | RWXAD));
        if (level == 2) {
            t->env->satp = 8ull << 60 | 0x12345;
        } else {
            hart_poke(t, pte_addr(level + 1, 0), pte(0x12345000, PTE_V));
        }
        expect_access_faults(t, 0);
    }

    /* "does not admit the possibility of ignoring high-order PPN bits" */
    for (unsigned level = 0; level < 3; level++) {
        map(t, 3, 0, 0, pte(TARGET, PTE_V | RWXAD));
        if (level == 2) {
            t->env->satp |= 1ull << 43;
        } else {
            hart_poke(t, pte_addr(level + 1, 0), pte(table(level), PTE_V) | 1ull << 53);
        }
        expect_access_faults(t, 0);
    }

    /* ROM can be read, but not updated */
    map(t, 3, 0, 1, pte(HART_ROM_BASE, PTE_V));
    hart_poke(t, HART_ROM_BASE, pte(TARGET, PTE_V | PTE_R | PTE_W | PTE_A));
    expect_ok(t, 0, ACCESS_LOAD, MMU_IDX_S, TARGET);
    expect_cause(t, 0, ACCESS_STORE, MMU_IDX_S, EXC_STORE_ACCESS);
    hart_free(t);
}

/* Entry 0 of PMP makes 8 bytes `cfg`, entry 1 opens the rest. */
static void protect(TestHart *t, hwaddr addr, uint8_t cfg)
{
    RISCVPriv priv = t->env->priv;

    t->env->priv = PRIV_M;
    hart_csrw(t, CSR_pmpaddr0, addr >> 2);
    hart_csrw(t, CSR_pmpaddr0 + 1, PMPADDR_MASK);
    hart_csrw(t, CSR_pmpcfg0, (PMP_NAPOT | PMP_R | PMP_W | PMP_X) << 8 | PMP_NAPOT | cfg);
    t->env->priv = priv;
}

static void test_table_pmp(void)
{
    TestHart *t = new_hart("svade=off");

    for (unsigned level = 0; level < 3; level++) {
        map(t, 3, 0, 0, pte(TARGET, PTE_V | RWXAD));
        protect(t, pte_addr(level, 0), PMP_X);
        expect_access_faults(t, 0); /* of the original kind */
        protect(t, pte_addr(level, 0), PMP_R);
        expect_ok(t, 0, ACCESS_STORE, MMU_IDX_S, TARGET); /* nothing has to be written */
    }
    map(t, 3, 0, 0, pte(TARGET, PTE_V | PTE_R | PTE_W | PTE_X | PTE_A));
    expect_ok(t, 0, ACCESS_LOAD, MMU_IDX_S, TARGET);
    protect(t, pte_addr(0, 0), PMP_R);
    expect_cause(t, 0, ACCESS_STORE, MMU_IDX_S, EXC_STORE_ACCESS);
    g_assert_cmphex(hart_peek(t, pte_addr(0, 0)) & PTE_D, ==, 0);
    protect(t, pte_addr(0, 0), PMP_R | PMP_W);
    expect_ok(t, 0, ACCESS_STORE, MMU_IDX_S, TARGET);
    hart_free(t);
}

/* PMP on the physical address that comes out. */
static void test_target_pmp(void)
{
    TestHart *t = new_hart(NULL);
    RISCVTranslation tr;
    unsigned cause;

    map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | RWXAD));
    protect(t, TARGET + 0x100, PMP_R);
    g_assert_true(riscv_translate(t->env, 0x7100, 8, ACCESS_LOAD, MMU_IDX_S, &tr, &cause));
    g_assert_false(tr.whole_page);
    g_assert_true(tr.readable && !tr.writable && !tr.executable);
    expect_cause(t, 0x7100, ACCESS_STORE, MMU_IDX_S, EXC_STORE_ACCESS);
    expect_cause(t, 0x7107, ACCESS_FETCH, MMU_IDX_S, EXC_INSN_ACCESS);
    g_assert_false(riscv_translate(t->env, 0x7104, 8, ACCESS_LOAD, MMU_IDX_S, &tr, &cause));
    g_assert_cmpuint(cause, ==, EXC_LOAD_ACCESS); /* half of it in the entry */
    g_assert_true(riscv_translate(t->env, 0x7108, 8, ACCESS_STORE, MMU_IDX_S, &tr, &cause));
    g_assert_false(tr.whole_page);
    hart_free(t);
}

/* ---- sizes ---- */

static unsigned page_bits(TestHart *t, uint64_t vaddr)
{
    RISCVTranslation tr;
    unsigned cause;

    g_assert_true(riscv_translate(t->env, vaddr, 8, ACCESS_LOAD, MMU_IDX_S, &tr, &cause));
    return tr.page_bits;
}

/* A fence of any address in a page is for all of it, so the TLB has to know how large it is. */
static void test_page_bits(void)
{
    TestHart *t = new_hart(NULL);

    map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | RWXAD));
    g_assert_cmpuint(page_bits(t, 0x7000), ==, 12);
    map(t, 3, 0x40000, 0, pte(0x80008000, PTE_V | RWXAD | PTE_N));
    g_assert_cmpuint(page_bits(t, 0x40000), ==, 16);
    map(t, 3, 5 * MEGA, 1, pte(0, PTE_V | RWXAD));
    g_assert_cmpuint(page_bits(t, 5 * MEGA + 0x3000), ==, 21);
    map(t, 3, 1ull << 31, 2, pte(0, PTE_V | RWXAD));
    g_assert_cmpuint(page_bits(t, 1ull << 31), ==, 30);
    hart_csrw(t, CSR_satp, 0);
    g_assert_cmpuint(page_bits(t, TARGET), ==, 12);
    hart_free(t);
}

/* Where a page of tables lies is remembered, but not longer than PMP stays as it is. */
static void test_table_forgotten(void)
{
    TestHart *t = new_hart(NULL);

    map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | RWXAD));
    expect_ok(t, 0x7000, ACCESS_LOAD, MMU_IDX_S, TARGET);
    protect(t, pte_addr(1, 0x7000), 0);
    expect_cause(t, 0x7000, ACCESS_LOAD, MMU_IDX_S, EXC_LOAD_ACCESS);
    protect(t, pte_addr(1, 0x7000), PMP_R);
    expect_ok(t, 0x7000, ACCESS_LOAD, MMU_IDX_S, TARGET);
    hart_free(t);
}

/* ---- shadow stacks ---- */

enum { PASSES, PAGE_FAULT, ACCESS_FAULT };

/* By "Shadow Stack Memory Protection", for a page that idx may touch. SSE is on. */
static unsigned shadow_outcome(unsigned rwx, RISCVAccess access)
{
    bool shadow_page = rwx == 2, only_read = rwx == 1, shadow = riscv_access_is_shadow(access);

    if (rwx == 6) {
        return PAGE_FAULT; /* reserved */
    }
    if (shadow_page) {
        return shadow || access == ACCESS_LOAD ? PASSES : ACCESS_FAULT;
    }
    if (shadow) {
        return only_read ? PAGE_FAULT : ACCESS_FAULT;
    }
    rwx &= access == ACCESS_STORE ? 2 : access == ACCESS_FETCH ? 4 : 1;
    return rwx ? PASSES : PAGE_FAULT;
}

static void check_shadow(TestHart *t, unsigned outcome, RISCVAccess access, RISCVMMUIndex idx)
{
    RISCVAccess like = access > ACCESS_FETCH ? ACCESS_STORE : access; /* its faults are those of */

    if (outcome == PASSES) {
        expect_ok(t, 0x7000, access, idx, TARGET);
    } else {
        expect_cause(t, 0x7000, access, idx,
                     outcome == PAGE_FAULT ? page_faults[like] : access_faults[like]);
    }
}

static void test_shadow_rules(void)
{
    TestHart *t = new_hart("zicfiss=on");

    for (unsigned i = 0; i < 8 * 4; i++) {
        unsigned rwx = i >> 2;
        bool u = i & 1, sse = i & 2;
        RISCVMMUIndex own = u ? MMU_IDX_U : MMU_IDX_S, foreign = u ? MMU_IDX_S : MMU_IDX_U;

        if (!rwx) {
            continue; /* a pointer */
        }
        map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | PTE_A | PTE_D | rwx << 1 | (u ? PTE_U : 0)));
        t->env->menvcfg = sse ? ENVCFG_SSE : 0;
        for (unsigned access = ACCESS_LOAD; access <= ACCESS_SHADOW_STORE; access++) {
            unsigned outcome = rwx == 2 && !sse ? PAGE_FAULT : shadow_outcome(rwx, access);

            check_shadow(t, outcome, access, own);
            check_shadow(t, PAGE_FAULT, access, foreign);
            if (access != ACCESS_FETCH) { /* which has no such index */
                check_shadow(t, outcome, access, MMU_IDX_S_SUM);
            }
        }
    }
    hart_free(t);
}

/* What may be kept of a translation, and that MXR does not matter. */
static void test_shadow_permissions(void)
{
    TestHart *t = new_hart("zicfiss=on");
    RISCVTranslation tr;

    t->env->menvcfg = ENVCFG_SSE;
    map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | PTE_W | PTE_A | PTE_D));
    for (unsigned i = 0; i < 2; i++) {
        t->env->mstatus = i ? MSTATUS_MXR : 0;
        tr = expect_ok(t, 0x7000, ACCESS_LOAD, MMU_IDX_S, TARGET);
        g_assert_true(tr.readable && !tr.writable && !tr.executable);
        for (unsigned access = ACCESS_SHADOW_LOAD; access <= ACCESS_SHADOW_STORE; access++) {
            tr = expect_ok(t, 0x7000, access, MMU_IDX_S, TARGET);
            g_assert_true(tr.readable && tr.writable && !tr.executable);
        }
        map(t, 3, 0x8000, 0, pte(TARGET, PTE_V | PTE_X | PTE_A | PTE_D));
        expect_cause(t, 0x8000, ACCESS_SHADOW_LOAD, MMU_IDX_S, EXC_STORE_ACCESS);
    }
    hart_free(t);
}

/* Only a store needs D, and sspopchk is none. */
static void test_shadow_ad(void)
{
    for (unsigned updating = 0; updating < 2; updating++) {
        for (unsigned flags = 0; flags < 4; flags++) {
            for (unsigned access = ACCESS_SHADOW_LOAD; access <= ACCESS_SHADOW_STORE; access++) {
                TestHart *t = new_hart("zicfiss=on");
                uint64_t before = (flags & 1 ? PTE_A : 0) | (flags & 2 ? PTE_D : 0), after = before;
                uint64_t needed = PTE_A | (access == ACCESS_SHADOW_STORE ? PTE_D : 0);

                t->env->menvcfg = ENVCFG_SSE | (updating ? MENVCFG_ADUE : 0);
                map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | PTE_W | before));
                if (updating || (before & needed) == needed) {
                    RISCVTranslation tr = expect_ok(t, 0x7000, access, MMU_IDX_S, TARGET);

                    after |= needed;
                    g_assert_cmpint(tr.writable, ==, (after & PTE_D) != 0);
                } else {
                    expect_cause(t, 0x7000, access, MMU_IDX_S, EXC_STORE_PAGE_FAULT);
                }
                g_assert_cmphex(hart_peek(t, pte_addr(0, 0x7000)) & (PTE_A | PTE_D), ==, after);
                hart_free(t);
            }
        }
    }
}

/* PMP: "read-write permission". Without a page table there is no page of a shadow stack. */
static void test_shadow_memory(void)
{
    static const uint8_t permissions[] = { 0, PMP_R, PMP_X, PMP_R | PMP_X, PMP_R | PMP_W };
    TestHart *t = new_hart("zicfiss=on");

    t->env->menvcfg = ENVCFG_SSE;
    map(t, 3, 0x7000, 0, pte(TARGET, PTE_V | PTE_W | PTE_A | PTE_D));
    for (unsigned i = 0; i < G_N_ELEMENTS(permissions); i++) {
        protect(t, TARGET, permissions[i]);
        for (unsigned access = ACCESS_SHADOW_LOAD; access <= ACCESS_SHADOW_STORE; access++) {
            RISCVTranslation tr;
            unsigned cause = 0;
            bool ok = riscv_translate(t->env, 0x7000, 8, access, MMU_IDX_S, &tr, &cause);

            g_assert_cmpint(ok, ==, (permissions[i] & PMP_W) != 0);
            g_assert_cmpuint(cause, ==, ok ? 0 : EXC_STORE_ACCESS);
        }
    }
    hart_csrw(t, CSR_satp, 0);
    for (unsigned access = ACCESS_SHADOW_LOAD; access <= ACCESS_SHADOW_STORE; access++) {
        expect_cause(t, HART_RAM_BASE, access, MMU_IDX_U, EXC_STORE_ACCESS);
        expect_cause(t, HART_RAM_BASE, access, MMU_IDX_S, EXC_STORE_ACCESS);
        expect_cause(t, HART_RAM_BASE, access, MMU_IDX_M, EXC_STORE_ACCESS);
    }
    hart_free(t);
}

/* ---- pointer masking ---- */

/* The address that an access of `idx` means by `addr`, under these values of PMM. */
static uint64_t masked(TestHart *t, RISCVMMUIndex idx, uint64_t m, uint64_t menv, uint64_t senv, uint64_t addr)
{
    t->env->mseccfg = m << 32;
    t->env->menvcfg = menv << 32;
    t->env->senvcfg = senv << 32;
    t->env->data_mmu_idx = idx;
    riscv_update_masking(t->env);
    return riscv_mask_address(t->env, addr);
}

static void test_masking(void)
{
    static const uint64_t tagged = 0xa5c3000000001234, low = 0x0081000000001234;
    TestHart *t = new_hart(NULL), *mu = new_hart("s=off");
    CPURISCVState *env = t->env;

    /* Physical: zeros. Each mode has its own field. */
    g_assert_cmphex(masked(t, MMU_IDX_M, 0, 2, 2, tagged), ==, tagged);
    g_assert_cmphex(masked(t, MMU_IDX_M, 2, 0, 0, tagged), ==, 0x01c3000000001234);
    g_assert_cmphex(masked(t, MMU_IDX_M, 3, 0, 0, tagged), ==, 0x1234);
    g_assert_cmphex(masked(t, MMU_IDX_S, 3, 0, 3, tagged), ==, tagged);
    g_assert_cmphex(masked(t, MMU_IDX_S_SUM, 0, 3, 0, tagged), ==, 0x1234);
    g_assert_cmphex(masked(t, MMU_IDX_U, 3, 3, 0, tagged), ==, tagged);
    g_assert_cmphex(masked(t, MMU_IDX_U, 0, 0, 2, tagged), ==, 0x01c3000000001234);
    g_assert_cmphex(masked(mu, MMU_IDX_U, 0, 3, 0, tagged), ==, 0x1234); /* the next lower mode */

    /* Virtual: copies of the bit below; machine mode's stay physical. */
    env->satp = (uint64_t)SATP_SV39 << 60;
    g_assert_cmphex(masked(t, MMU_IDX_S, 0, 2, 0, tagged), ==, 0xffc3000000001234);
    g_assert_cmphex(masked(t, MMU_IDX_S, 0, 2, 0, low), ==, low);
    g_assert_cmphex(masked(t, MMU_IDX_S, 0, 3, 0, tagged), ==, 0x1234);
    g_assert_cmphex(masked(t, MMU_IDX_S, 0, 3, 0, tagged | 1ull << 47), ==, 0xffff800000001234);
    g_assert_cmphex(masked(t, MMU_IDX_M, 2, 0, 0, tagged), ==, 0x01c3000000001234);

    /* "When MXR is in effect at the effective privilege mode": below machine mode. */
    env->mstatus |= MSTATUS_MXR;
    g_assert_cmphex(masked(t, MMU_IDX_S, 3, 3, 3, tagged), ==, tagged);
    g_assert_cmphex(masked(t, MMU_IDX_U, 3, 3, 3, tagged), ==, tagged);
    g_assert_cmphex(masked(t, MMU_IDX_M, 3, 3, 3, tagged), ==, 0x1234);
    hart_free(t);
    hart_free(mu);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mmu/bare", test_bare);
    g_test_add_func("/mmu/levels", test_levels);
    g_test_add_func("/mmu/canonical", test_canonical);
    g_test_add_func("/mmu/misaligned-superpage", test_misaligned_superpage);
    g_test_add_func("/mmu/pointers", test_pointers);
    g_test_add_func("/mmu/invalid-leaves", test_invalid_leaves);
    g_test_add_func("/mmu/permissions", test_permissions);
    g_test_add_func("/mmu/ad/schemes", test_ad);
    g_test_add_func("/mmu/ad/only-if-allowed", test_ad_only_if_allowed);
    g_test_add_func("/mmu/ad/superpage", test_ad_superpage);
    g_test_add_func("/mmu/ad/atomic", test_ad_atomic);
    g_test_add_func("/mmu/napot", test_napot);
    g_test_add_func("/mmu/pbmt", test_pbmt);
    g_test_add_func("/mmu/table-outside", test_table_outside);
    g_test_add_func("/mmu/table-pmp", test_table_pmp);
    g_test_add_func("/mmu/target-pmp", test_target_pmp);
    g_test_add_func("/mmu/page-bits", test_page_bits);
    g_test_add_func("/mmu/table-forgotten", test_table_forgotten);
    g_test_add_func("/mmu/shadow-stack/rules", test_shadow_rules);
    g_test_add_func("/mmu/shadow-stack/permissions", test_shadow_permissions);
    g_test_add_func("/mmu/shadow-stack/accessed-dirty", test_shadow_ad);
    g_test_add_func("/mmu/shadow-stack/memory", test_shadow_memory);
    g_test_add_func("/mmu/pointer-masking", test_masking);
    return g_test_run();
}
