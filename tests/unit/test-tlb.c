/*
 * What the TLB remembers of which address space, and what each fence makes it forget
 * (target-riscv/tlb-context.c): data, fetch and jump tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include "target-riscv/engine.h"
#include "util/bits.h"

#define MEGA 0x200000ull
#define RWX (PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D)

#define SMALL 0x7000ull         /* a page of 4 KiB */
#define NAPOT 0x40000ull        /* 64 KiB */
#define LARGE (5 * MEGA)        /* 2 MiB */
#define ALIAS (SMALL + (RISCV_TLB_SIZE << RISCV_PAGE_BITS)) /* has the same entry as SMALL */

typedef struct Fixture {
    TestHart *t;
    RISCVEngine *engine;
} Fixture;

/* Every address space has its own tables, which map SMALL, ALIAS, NAPOT, LARGE and page 0. */
static hwaddr table(unsigned space, unsigned level)
{
    return HART_RAM_BASE + 0x10000 + (4 * space + level) * RISCV_PAGE_SIZE;
}

static uint64_t satp(unsigned space, uint64_t asid)
{
    return (uint64_t)SATP_SV39 << 60 | asid << 44 | table(space, 2) >> 12;
}

static uint64_t pte(hwaddr target, uint64_t flags)
{
    return target >> 12 << 10 | flags;
}

static void make_space(TestHart *t, unsigned space, uint64_t flags)
{
    hart_poke(t, table(space, 2), pte(table(space, 1), PTE_V));
    hart_poke(t, table(space, 1), pte(table(space, 0), PTE_V));
    hart_poke(t, table(space, 0), pte(HART_RAM_BASE, RWX | flags));
    hart_poke(t, table(space, 0) + 8 * (SMALL >> 12), pte(HART_RAM_BASE, RWX | flags));
    hart_poke(t, table(space, 1) + 8 * (LARGE / MEGA), pte(HART_RAM_BASE, RWX | flags));
    for (unsigned i = 0; i < 16; i++) {
        hart_poke(t, table(space, 0) + 8 * (NAPOT / 0x1000 + i),
                  pte(HART_RAM_BASE + 0x8000, RWX | PTE_N | flags));
    }
    hart_poke(t, table(space, 1) + 8 * (ALIAS / MEGA), pte(table(space, 3), PTE_V));
    hart_poke(t, table(space, 3) + 8 * (ALIAS >> 12 & 511), pte(HART_RAM_BASE + 0x1000, RWX | flags));
}

static void set_up(Fixture *f, gconstpointer data)
{
    TestHart *t = hart_new("rv64", NULL);
    RISCVEngine *engine = g_new0(RISCVEngine, 1);

    (void)data;
    engine->cache = riscv_cache_new();
    riscv_contexts_init(engine);
    t->env->engine = engine;
    riscv_mode_changed(t->env);
    for (unsigned space = 0; space < 12; space++) {
        make_space(t, space, 0);
    }
    hart_open_pmp(t);
    hart_set_priv(t, PRIV_S);
    *f = (Fixture){ t, engine };
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    f->t->env->engine = NULL;
    riscv_contexts_free(f->engine);
    riscv_cache_free(f->engine->cache);
    g_free(f->engine);
    hart_free(f->t);
}

static void use(Fixture *f, uint64_t satp_value)
{
    f->t->env->satp = satp_value;
    riscv_mode_changed(f->t->env);
}

/* ---- touching, and asking what is remembered ---- */

static void store(Fixture *f, uint64_t vaddr)
{
    riscv_store_slow(f->t->env, &f->t->op, vaddr, 1, 8);
}

/* The instruction that is jumped to in a page: at another place in each, since that is where the jump table looks. */
static uint64_t target_in(uint64_t vaddr)
{
    return (vaddr & RISCV_PAGE_MASK) | (vaddr >> RISCV_PAGE_BITS) % (RISCV_JUMP_SIZE - 1) * 2;
}

static void fetch(Fixture *f, uint64_t vaddr)
{
    CPURISCVState *env = f->t->env;
    RISCVContext *c = riscv_context(env, riscv_fetch_index(env));
    RISCVFetchTLBEntry page;
    bool whole_page;
    unsigned cause;

    g_assert_true(riscv_fetch_page(env, vaddr, 2, &page, &whole_page, &cause));
    riscv_cache_enter_jump(f->engine->cache, c - f->engine->contexts, env->mode,
                           target_in(vaddr), &f->t->op);
}

static void touch(Fixture *f, uint64_t vaddr)
{
    store(f, vaddr);
    fetch(f, vaddr);
}

static bool knows_data(Fixture *f, uint64_t vaddr)
{
    const RISCVTLB *tlb = f->t->env->tlb;
    unsigned i = riscv_tlb_index(vaddr);
    bool loads = (tlb->load[i].tag & ~RISCV_TLB_UNCOMMON) == (vaddr & RISCV_PAGE_MASK);

    g_assert_cmpint(loads, ==, (tlb->store[i].tag & ~RISCV_TLB_SPECIAL) == (vaddr & RISCV_PAGE_MASK));
    if (loads) {
        g_assert_cmpint(!(tlb->load[i].tag & RISCV_TLB_UNCOMMON), ==, tlb->load[i].addend == tlb->common_addend);
    }
    return loads;
}

static bool knows_code(Fixture *f, uint64_t vaddr)
{
    CPURISCVState *env = f->t->env;
    RISCVMMUIndex idx = riscv_fetch_index(env);
    bool page = riscv_context(env, idx)->tlbs[idx].fetch[riscv_fetch_tlb_index(vaddr)].tag ==
                (vaddr & RISCV_PAGE_MASK);

    g_assert_cmpint(page, ==, env->jumps[riscv_jump_index(target_in(vaddr))].pc == target_in(vaddr));
    return page;
}

static bool knows(Fixture *f, uint64_t vaddr)
{
    bool data = knows_data(f, vaddr);

    g_assert_cmpint(knows_code(f, vaddr), ==, data);
    return data;
}

static void fence(Fixture *f, bool by_vaddr, uint64_t vaddr, bool by_asid, uint64_t asid)
{
    riscv_tlb_fence(f->t->env, by_vaddr ? &vaddr : NULL, by_asid ? &asid : NULL);
}

/* ---- tests ---- */

static void test_empty(Fixture *f, gconstpointer data)
{
    static const uint64_t addrs[] = { 0, 0x1000, SMALL, NAPOT, LARGE };

    (void)data;
    for (unsigned priv = PRIV_U; priv <= PRIV_M; priv++) {
        if (priv == 2) {
            continue;
        }
        for (unsigned space = 0; space < 12; space++) { /* more than there are contexts */
            use(f, space ? satp(space, space) : 0);
            hart_set_priv(f->t, priv);
            for (unsigned i = 0; i < G_N_ELEMENTS(addrs); i++) {
                g_assert_false(knows(f, addrs[i]));
            }
        }
    }
}

/* Two spaces with the same addresses take turns: each finds its own entries again. */
static void test_switch(Fixture *f, gconstpointer data)
{
    (void)data;
    use(f, satp(1, 1));
    touch(f, SMALL);
    touch(f, 0);
    use(f, satp(2, 2));
    g_assert_false(knows(f, SMALL));
    g_assert_false(knows(f, 0));
    touch(f, SMALL);
    use(f, satp(1, 1));
    g_assert_true(knows(f, SMALL));
    g_assert_true(knows(f, 0));
    use(f, 0);
    g_assert_false(knows(f, SMALL));
    use(f, satp(2, 2));
    g_assert_true(knows(f, SMALL));
    g_assert_false(knows(f, 0));
}

/* One ASID, another table or mode: nothing of the old one is left, nor comes back. */
static void test_same_asid(Fixture *f, gconstpointer data)
{
    uint64_t sv48 = (satp(2, 1) & ~SATP_MODE) | (uint64_t)SATP_SV48 << 60;

    (void)data;
    use(f, satp(1, 1));
    touch(f, SMALL);
    use(f, satp(2, 1));
    g_assert_false(knows(f, SMALL));
    use(f, satp(1, 1));
    g_assert_false(knows(f, SMALL));
    touch(f, SMALL);
    use(f, sv48);
    g_assert_false(knows(f, SMALL));
    use(f, satp(1, 1));
    g_assert_false(knows(f, SMALL));
}

/* More address spaces than contexts: the one that was used least recently goes. */
static void test_reuse(Fixture *f, gconstpointer data)
{
    unsigned contexts = RISCV_CONTEXT_COUNT - 1;

    (void)data;
    for (unsigned i = 1; i <= contexts; i++) {
        use(f, satp(i, i));
        touch(f, SMALL);
    }
    use(f, satp(1, 1));
    g_assert_true(knows(f, SMALL));
    use(f, satp(contexts + 1, contexts + 1)); /* instead of 2 */
    g_assert_false(knows(f, SMALL));
    for (unsigned i = 3; i <= contexts; i++) {
        use(f, satp(i, i));
        g_assert_true(knows(f, SMALL));
    }
    use(f, satp(2, 2));
    g_assert_false(knows(f, SMALL));
}

/*
 * Each form of the fence, given from space 1 or 2, and what is left of each: a page in spaces 1 and 2,
 * in M mode and, with SUM, in both spaces once more.
 */
static void test_forms(Fixture *f, gconstpointer data)
{
    static const struct {
        bool by_vaddr, by_asid;
        bool left[3][2]; /* in spaces 1 and 2: SMALL and page 0 */
    } forms[] = {
        { false, false, { [1] = { false, false }, [2] = { false, false } } },
        { false, true, { [1] = { false, false }, [2] = { true, true } } },
        { true, false, { [1] = { false, true }, [2] = { false, true } } },
        { true, true, { [1] = { false, true }, [2] = { true, true } } },
    };

    (void)data;
    for (unsigned i = 0; i < 4 * G_N_ELEMENTS(forms); i++) {
        unsigned form = i / 4, from = 1 + i % 2, sum = i & 2;

        hart_set_priv(f->t, PRIV_M);
        touch(f, HART_RAM_BASE);
        f->t->env->mstatus = sum ? MSTATUS_SUM : 0;
        hart_set_priv(f->t, PRIV_S);
        for (unsigned space = 1; space <= 2; space++) {
            use(f, satp(space, space));
            touch(f, SMALL);
            touch(f, 0);
        }
        use(f, satp(from, from));
        fence(f, forms[form].by_vaddr, SMALL + 0x123, forms[form].by_asid, 0xabc0001);
        for (unsigned space = 1; space <= 2; space++) {
            use(f, satp(space, space));
            g_assert_cmpint(knows(f, SMALL), ==, forms[form].left[space][0]);
            g_assert_cmpint(knows(f, 0), ==, forms[form].left[space][1]);
        }
        hart_set_priv(f->t, PRIV_M);
        g_assert_true(knows(f, HART_RAM_BASE));
    }
}

/* An address fences all of its page, however large, and nothing else. */
static void test_big_pages(Fixture *f, gconstpointer data)
{
    static const struct {
        uint64_t page, size, last; /* `last` is the last page in it that is RAM */
    } pages[] = {
        { SMALL, 0x1000, SMALL },
        { NAPOT, 0x10000, NAPOT + 0xf000 },
        { LARGE, MEGA, LARGE + HART_RAM_SIZE - 0x1000 },
    };

    (void)data;
    use(f, satp(1, 1));
    for (unsigned i = 0; i < G_N_ELEMENTS(pages); i++) {
        uint64_t first = pages[i].page, last = pages[i].last, end = first + pages[i].size;

        for (unsigned j = 0; j < G_N_ELEMENTS(pages); j++) {
            touch(f, pages[j].page);
            touch(f, pages[j].last);
        }
        fence(f, true, first - 1, true, 1);
        fence(f, true, end, true, 1);
        g_assert_true(knows_data(f, first) && knows_data(f, last));
        fence(f, true, first + pages[i].size / 2, true, 1);
        g_assert_false(knows_data(f, first) || knows_data(f, last));
        for (unsigned j = 0; j < G_N_ELEMENTS(pages); j++) {
            g_assert_cmpint(knows_data(f, pages[j].page), ==, i != j);
        }
        fetch(f, first);
        g_assert_true(knows_code(f, first));
        fence(f, true, end - 1, false, 0);
        g_assert_false(knows_code(f, first));
    }
}

/* The entry that two pages share belongs to the one that came last: a fence of the other one leaves it. */
static void test_shared_entry(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(riscv_tlb_index(SMALL), ==, riscv_tlb_index(ALIAS));
    use(f, satp(1, 1));
    store(f, SMALL);
    store(f, ALIAS);
    g_assert_false(knows_data(f, SMALL));
    g_assert_true(knows_data(f, ALIAS));
    fence(f, true, SMALL, false, 0);
    g_assert_true(knows_data(f, ALIAS));
    fence(f, true, ALIAS, false, 0);
    g_assert_false(knows_data(f, ALIAS));

    /* a page that is not writable does not leave the store entry of another one */
    store(f, SMALL);
    hart_poke(f->t, table(1, 3) + 8 * (ALIAS >> 12 & 511), pte(HART_RAM_BASE, RWX & ~PTE_W));
    riscv_load_slow(f->t->env, &f->t->op, ALIAS, 8);
    g_assert_cmphex(f->t->env->tlb->load[riscv_tlb_index(SMALL)].tag & RISCV_PAGE_MASK, ==, ALIAS);
    g_assert_cmphex(f->t->env->tlb->store[riscv_tlb_index(SMALL)].tag, ==, RISCV_TLB_INVALID);
}

/* What a load's inline test finds at `vaddr`, which must be in the TLB. */
static uint64_t load_inline(Fixture *f, uint64_t vaddr)
{
    RISCVFlow flow = { 0 };
    uint64_t value = riscv_load_uint64_t(f->t->env, &flow, vaddr);

    g_assert_false(flow.missed);
    return value;
}

/* Pages at one distance from the host, then more of them at another, back and forth: loads find each where it is. */
static void test_common_addend(Fixture *f, gconstpointer data)
{
    const RISCVTLB *tlb;
    unsigned common = 0;

    (void)data;
    use(f, satp(1, 1));
    for (unsigned i = 32; i < 64; i++) {
        bool near = i % 8 < 5; /* more often than not */

        hart_poke(f->t, table(1, 0) + 8 * i, pte(HART_RAM_BASE + (near ? 96 + i : 255 - i) * 0x1000ull, RWX));
        riscv_store_slow(f->t->env, &f->t->op, i * 0x1000ull, i, 8);
    }
    tlb = f->t->env->tlb;
    for (unsigned i = 32; i < 64; i++) {
        g_assert_true(knows_data(f, i * 0x1000ull));
        g_assert_cmpuint(load_inline(f, i * 0x1000ull), ==, i);
        common += tlb->load[riscv_tlb_index(i * 0x1000ull)].addend == tlb->common_addend;
    }
    g_assert_cmpuint(common, ==, 20);
}

/* An instruction that crosses into a page depends on it. */
static void test_crossing_jump(Fixture *f, gconstpointer data)
{
    const RISCVJump *jumps;
    uint64_t pc = SMALL - 2;

    (void)data;
    use(f, satp(1, 1));
    jumps = f->t->env->jumps;
    riscv_cache_enter_jump(f->engine->cache, f->engine->context - f->engine->contexts, f->t->env->mode,
                           pc, &f->t->op);
    fence(f, true, SMALL + 0x1000, false, 0);
    g_assert_cmphex(jumps[riscv_jump_index(pc)].pc, ==, pc);
    fence(f, true, SMALL, false, 0);
    g_assert_cmphex(jumps[riscv_jump_index(pc)].pc, ==, RISCV_JUMP_NONE);
}

/* PMP changes are for everything, M mode too. */
static void test_everything(Fixture *f, gconstpointer data)
{
    (void)data;
    use(f, satp(1, 1));
    touch(f, LARGE);
    use(f, satp(2, 2));
    touch(f, SMALL);
    hart_set_priv(f->t, PRIV_M);
    touch(f, HART_RAM_BASE);
    hart_csrw(f->t, CSR_pmpaddr1, 1);
    g_assert_false(knows(f, HART_RAM_BASE));
    hart_set_priv(f->t, PRIV_S);
    g_assert_false(knows(f, SMALL));
    use(f, satp(1, 1));
    g_assert_false(knows(f, LARGE));
}

/* A page that begins to hold code loses its store entries in every address space. */
static void test_forget_stores(Fixture *f, gconstpointer data)
{
    RAMBlock *ram = f->t->ram.ram;

    (void)data;
    for (unsigned space = 1; space <= 2; space++) {
        use(f, satp(space, space));
        store(f, SMALL);
        store(f, ALIAS);
    }
    riscv_tlb_forget_stores(f->t->env, ram_page_begin_code(ram, 0));
    for (unsigned space = 1; space <= 2; space++) {
        const RISCVTLB *tlb;

        use(f, satp(space, space));
        tlb = f->t->env->tlb;
        g_assert_cmphex(tlb->store[riscv_tlb_index(ALIAS)].tag, ==, ALIAS);
        store(f, SMALL);
        g_assert_cmphex(tlb->store[riscv_tlb_index(SMALL)].tag, ==, SMALL | RISCV_TLB_SPECIAL);
    }
}

/* Dropping all code empties the jump tables of spaces that are not current, too. */
static void test_cache_flush(Fixture *f, gconstpointer data)
{
    (void)data;
    use(f, satp(1, 1));
    fetch(f, SMALL);
    use(f, satp(2, 2));
    riscv_ext_changed(f->t->env);
    use(f, satp(1, 1));
    g_assert_cmphex(f->t->env->jumps[riscv_jump_index(target_in(SMALL))].pc, !=, target_in(SMALL));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        { "/tlb/empty", test_empty },
        { "/tlb/switch", test_switch },
        { "/tlb/same-asid", test_same_asid },
        { "/tlb/reuse", test_reuse },
        { "/tlb/forms", test_forms },
        { "/tlb/big-pages", test_big_pages },
        { "/tlb/shared-entry", test_shared_entry },
        { "/tlb/common-addend", test_common_addend },
        { "/tlb/crossing-jump", test_crossing_jump },
        { "/tlb/everything", test_everything },
        { "/tlb/forget-stores", test_forget_stores },
        { "/tlb/cache-flush", test_cache_flush },
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
