/*
 * System instructions: who may execute them in which mode, under which settings, and what they do.
 *
 * SPDX-License-Identifier: MIT
 */
#include "riscv-hart.h"

#include <string.h>

#include "util/bits.h"

static const RISCVPriv privs[] = { PRIV_U, PRIV_S, PRIV_M };

/* ---- the instructions ---- */

HART_BODY(ecall)
{
    riscv_ecall(t->env, &t->op);
}

HART_BODY(ebreak)
{
    riscv_ebreak(t->env, &t->op);
}

HART_BODY(mret)
{
    riscv_mret(t->env, &t->op);
}

HART_BODY(sret)
{
    riscv_sret(t->env, &t->op);
}

HART_BODY(wfi)
{
    riscv_wfi(t->env, &t->op);
}

HART_BODY(wrs)
{
    riscv_wrs(t->env, &t->op, a);
}

HART_BODY(sfence_vma)
{
    riscv_sfence_vma(t->env, &t->op, 0, 0, false, false);
}

HART_BODY(sinval_vma)
{
    riscv_sinval_vma(t->env, &t->op, 0, 0, false, false);
}

HART_BODY(sfence_inval)
{
    riscv_sfence_inval(t->env, &t->op);
}

HART_BODY(cbo)
{
    riscv_cbo(t->env, &t->op, a, b);
}

HART_BODY(csrr)
{
    riscv_csr_insn(t->env, &t->op, a, 0, 0, true, false);
}

/* Does it raise nothing? If something, then it must be illegal instruction. */
static bool is_legal(TestHart *t, HartBody *body, uint64_t a, uint64_t b)
{
    bool raises = hart_raises(t, body, a, b);

    g_assert_true(!raises || t->cause == EXC_ILLEGAL);
    return !raises;
}

static void set_status(TestHart *t, uint64_t bits)
{
    RISCVPriv priv = t->env->priv;

    t->env->priv = PRIV_M;
    hart_csrw(t, CSR_mstatus, bits);
    t->env->priv = priv;
}

static void test_ecall_ebreak(void)
{
    static const unsigned causes[] = { EXC_ECALL_U, EXC_ECALL_S, EXC_ECALL_M };
    TestHart *t = hart_new("rv64", NULL);

    t->env->pc = 0x80001232;
    for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
        hart_set_priv(t, privs[i]);
        g_assert_true(hart_raises(t, ecall, 0, 0));
        g_assert_cmpuint(t->cause, ==, causes[i]);
        g_assert_cmphex(t->tval, ==, 0);
        g_assert_true(hart_raises(t, ebreak, 0, 0));
        g_assert_cmpuint(t->cause, ==, EXC_BREAKPOINT);
        g_assert_cmphex(t->tval, ==, 0x80001232);
    }
    hart_free(t);
}

static void test_returns(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
        RISCVPriv priv = privs[i];

        for (unsigned tsr = 0; tsr < 2; tsr++) {
            set_status(t, tsr ? MSTATUS_TSR : 0);
            hart_set_priv(t, priv);
            g_assert_cmpint(is_legal(t, mret, 0, 0), ==, priv == PRIV_M);
            set_status(t, tsr ? MSTATUS_TSR : 0);
            hart_set_priv(t, priv);
            g_assert_cmpint(is_legal(t, sret, 0, 0), ==,
                            priv == PRIV_M || (priv == PRIV_S && !tsr));
        }
    }
    hart_free(t);
}

static void test_wfi(void)
{
    TestHart *t = hart_new("rv64", NULL), *mu = hart_new("rv64", "s=off");

    for (unsigned tw = 0; tw < 2; tw++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
            bool legal = privs[i] == PRIV_M || (privs[i] == PRIV_S && !tw);

            set_status(t, tw ? MSTATUS_TW : 0);
            hart_set_priv(t, privs[i]);
            t->env->wfi = false;
            g_assert_cmpint(is_legal(t, wfi, 0, 0), ==, legal);
            g_assert_cmpint(t->env->wfi, ==, legal);
        }
        set_status(mu, tw ? MSTATUS_TW : 0); /* U-mode has it where there is no S */
        hart_set_priv(mu, PRIV_U);
        g_assert_cmpint(is_legal(mu, wfi, 0, 0), ==, !tw);
    }
    hart_set_priv(t, PRIV_M);
    CPU(t->cpu)->exit_request = 0;
    g_assert_true(is_legal(t, wfi, 0, 0));
    g_assert_cmpuint(CPU(t->cpu)->exit_request, ==, 0);
    t->env->mie = MIP_MSIP; /* it will not sleep, so others may run */
    t->env->mip_lines = MIP_MSIP;
    g_assert_true(is_legal(t, wfi, 0, 0));
    g_assert_cmpuint(CPU(t->cpu)->exit_request, ==, 1);
    hart_free(t);
    hart_free(mu);
}

static bool yields(TestHart *t, bool short_timeout)
{
    CPU(t->cpu)->exit_request = 0;
    g_assert_true(is_legal(t, wrs, short_timeout, 0));
    return CPU(t->cpu)->exit_request;
}

static void test_wrs(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
        hart_set_priv(t, privs[i]);
        set_status(t, MSTATUS_TW);
        g_assert_cmpint(is_legal(t, wrs, false, 0), ==, privs[i] == PRIV_M);
        g_assert_true(is_legal(t, wrs, true, 0));
        set_status(t, 0);
        g_assert_true(is_legal(t, wrs, false, 0));
    }
    g_assert_false(yields(t, false)); /* no reservation */
    t->env->reservation_size = 8;
    g_assert_true(yields(t, false));
    g_assert_true(yields(t, true));
    t->env->mie = MIP_MSIP; /* an interrupt is pending, though globally disabled */
    t->env->mip_lines = MIP_MSIP;
    g_assert_false(yields(t, false));
    hart_free(t);
}

static void test_pause(void)
{
    TestHart *t = hart_new("rv64", NULL);

    riscv_pause(t->env, &t->op);
    g_assert_cmpuint(CPU(t->cpu)->exit_request, ==, 1);
    hart_free(t);
}

/* ---- fences of address translation ---- */

static void test_sfence(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned tvm = 0; tvm < 2; tvm++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(privs); i++) {
            RISCVPriv priv = privs[i];
            bool legal = priv == PRIV_M || (priv == PRIV_S && !tvm);

            set_status(t, tvm ? MSTATUS_TVM : 0);
            hart_set_priv(t, priv);
            g_assert_cmpint(is_legal(t, sfence_vma, 0, 0), ==,
                            legal);
            g_assert_cmpint(is_legal(t, sinval_vma, 0, 0), ==,
                            legal);
            g_assert_cmpint(is_legal(t, sfence_inval, 0, 0), ==, priv != PRIV_U);
        }
    }
    hart_free(t);
}

/* What a fence says is what the TLB is told. */
static void test_sfence_scope(void)
{
    TestHart *t = hart_new("rv64", NULL);

    for (unsigned by = 0; by < 8; by++) {
        unsigned fences = t->fences;
        bool by_vaddr = by & 1, by_asid = by & 2;

        if (by & 4) {
            riscv_sinval_vma(t->env, &t->op, 0x12345678, 3, by_vaddr, by_asid);
        } else {
            riscv_sfence_vma(t->env, &t->op, 0x12345678, 3, by_vaddr, by_asid);
        }
        g_assert_cmpuint(t->fences, ==, fences + 1);
        g_assert_cmpint(t->fence_by_vaddr, ==, by_vaddr);
        g_assert_cmpint(t->fence_by_asid, ==, by_asid);
        g_assert_cmphex(t->fence_vaddr, ==, by_vaddr ? 0x12345678 : 0);
        g_assert_cmphex(t->fence_asid, ==, by_asid ? 3 : 0);
    }
    hart_free(t);
}

/* ---- cache blocks ---- */

typedef struct CboCase {
    RISCVCbo kind;
    uint64_t field;
} CboCase;

static const CboCase cbos[] = {
    { CBO_INVAL, ENVCFG_CBIE }, { CBO_CLEAN, ENVCFG_CBCFE },
    { CBO_FLUSH, ENVCFG_CBCFE }, { CBO_ZERO, ENVCFG_CBZE },
};

static void test_cbo_enable(void)
{
    TestHart *t = hart_new("rv64", NULL), *mu = hart_new("rv64", "s=off");

    hart_open_pmp(t);
    hart_open_pmp(mu);
    for (unsigned i = 0; i < G_N_ELEMENTS(cbos) * 3 * 4; i++) {
        const CboCase *c = &cbos[i / 12];
        RISCVPriv priv = privs[i / 4 % 3];
        bool m = i & 1, s = i & 2;
        bool legal = priv == PRIV_M || (m && (priv == PRIV_S || s));

        t->env->menvcfg = m ? c->field : ~c->field;
        t->env->senvcfg = s ? c->field : ~c->field;
        hart_set_priv(t, priv);
        t->env->data_mmu_idx = priv == PRIV_M ? MMU_IDX_M : priv == PRIV_S ? MMU_IDX_S : MMU_IDX_U;
        g_assert_cmpint(is_legal(t, cbo, c->kind, HART_RAM_BASE), ==, legal);

        mu->env->menvcfg = t->env->menvcfg; /* without S, menvcfg alone says it */
        hart_set_priv(mu, PRIV_U);
        mu->env->data_mmu_idx = MMU_IDX_U;
        g_assert_cmpint(is_legal(mu, cbo, c->kind, HART_RAM_BASE), ==, m);
    }
    hart_free(t);
    hart_free(mu);
}

static void expect_fault(TestHart *t, RISCVCbo kind, uint64_t addr, unsigned cause)
{
    g_assert_true(hart_raises(t, cbo, kind, addr));
    g_assert_cmpuint(t->cause, ==, cause);
    g_assert_cmphex(t->tval, ==, addr); /* as in the register, not the block's address */
}

static void count_store(void *opaque, uint64_t offset, uint64_t size)
{
    g_assert_cmphex(offset, ==, 128);
    g_assert_cmphex(size, ==, 128);
    ++*(unsigned *)opaque;
}

static void test_cbo_zero(void)
{
    TestHart *t = hart_new("rv64", "cboz-blocksize=128");
    uint8_t *ram = t->ram.ram->host;
    unsigned stores = 0;

    ram_watch_add(t->ram.ram, 160, 4, count_store, &stores);
    t->env->data_mmu_idx = MMU_IDX_M;
    memset(ram, 0xff, 512);
    riscv_cbo(t->env, &t->op, CBO_ZERO, HART_RAM_BASE + 128 + 77);
    for (unsigned i = 0; i < 512; i++) {
        g_assert_cmphex(ram[i], ==, i >= 128 && i < 256 ? 0 : 0xff);
    }
    g_assert_cmpuint(stores, ==, 1);
    ram_watch_remove(t->ram.ram, count_store, &stores);
    expect_fault(t, CBO_ZERO, HART_RAM_BASE - 3, EXC_STORE_ACCESS); /* nothing there */
    expect_fault(t, CBO_ZERO, HART_ROM_BASE + 5, EXC_STORE_ACCESS);
    hart_free(t);
}

static void test_cbo_manage(void)
{
    TestHart *t = hart_new("rv64", NULL);
    uint8_t *ram = t->ram.ram->host;

    t->env->data_mmu_idx = MMU_IDX_M;
    memset(ram, 0xa5, 128);
    for (unsigned kind = CBO_INVAL; kind <= CBO_FLUSH; kind++) {
        g_assert_true(is_legal(t, cbo, kind, HART_RAM_BASE + 3));
        g_assert_true(is_legal(t, cbo, kind, HART_ROM_BASE + 3));
        expect_fault(t, kind, HART_RAM_BASE - 1, EXC_STORE_ACCESS);
    }
    for (unsigned i = 0; i < 128; i++) {
        g_assert_cmphex(ram[i], ==, 0xa5);
    }
    hart_free(t);
}

/*
 * Access faults by PMP, page faults by the page table: store faults, whatever permission was
 * missing.
 */
static void test_cbo_faults(void)
{
    TestHart *t = hart_new("rv64", NULL);

    t->env->menvcfg = ENVCFG_CBIE | ENVCFG_CBCFE | ENVCFG_CBZE;
    hart_set_priv(t, PRIV_S);
    t->env->data_mmu_idx = MMU_IDX_S;
    for (unsigned i = 0; i < G_N_ELEMENTS(cbos); i++) {
        expect_fault(t, cbos[i].kind, HART_RAM_BASE + 9, EXC_STORE_ACCESS);
    }
    hart_open_pmp(t);
    t->env->satp = 8ull << 60 | HART_RAM_BASE >> 12;
    for (unsigned i = 0; i < G_N_ELEMENTS(cbos); i++) {
        expect_fault(t, cbos[i].kind, 0x1009, EXC_STORE_PAGE_FAULT);
    }
    hart_poke(t, HART_RAM_BASE, 0x20000000 | PTE_V | PTE_R | PTE_A); /* readable, neither W nor D */
    for (unsigned i = 0; i < G_N_ELEMENTS(cbos); i++) {
        if (cbos[i].kind == CBO_ZERO) {
            expect_fault(t, CBO_ZERO, 0x1009, EXC_STORE_PAGE_FAULT);
        } else {
            g_assert_true(is_legal(t, cbo, cbos[i].kind, 0x1009));
        }
    }
    hart_free(t);
}

/* ---- CSR instructions ---- */

static void test_csr_insn(void)
{
    TestHart *t = hart_new("rv64", NULL);

    g_assert_cmphex(riscv_csr_insn(t->env, &t->op, CSR_mscratch, 5, UINT64_MAX, true, true), ==, 0);
    g_assert_cmphex(riscv_csr_insn(t->env, &t->op, CSR_mscratch, 0, 0, true, false), ==, 5);
    g_assert_false(is_legal(t, csrr, 0x123, 0));
    hart_set_priv(t, PRIV_S);
    g_assert_false(is_legal(t, csrr, CSR_mscratch, 0));
    hart_free(t);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/system-insn/ecall-ebreak", test_ecall_ebreak);
    g_test_add_func("/system-insn/returns", test_returns);
    g_test_add_func("/system-insn/wfi", test_wfi);
    g_test_add_func("/system-insn/wrs", test_wrs);
    g_test_add_func("/system-insn/pause", test_pause);
    g_test_add_func("/system-insn/sfence", test_sfence);
    g_test_add_func("/system-insn/sfence-scope", test_sfence_scope);
    g_test_add_func("/system-insn/cbo-enable", test_cbo_enable);
    g_test_add_func("/system-insn/cbo-zero", test_cbo_zero);
    g_test_add_func("/system-insn/cbo-manage", test_cbo_manage);
    g_test_add_func("/system-insn/cbo-faults", test_cbo_faults);
    g_test_add_func("/system-insn/csr", test_csr_insn);
    return g_test_run();
}
