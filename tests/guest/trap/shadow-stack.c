/*
 * Shadow stacks (Zicfiss): what their instructions and ssp do in which mode, with SSE on and off,
 * and how a mismatch is reported. Which pages they may touch is mmu/shadow-page.c's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "shadow.h"

#define STACK_S TEST_VA
#define STACK_U (TEST_VA + 16 * PAGE_SIZE)

static uint64_t page[512] __attribute__((aligned(4096)));
static struct space space;

/* Of the mode that is being tried: where its stack begins. */
static uint64_t base_of(unsigned mode)
{
    return mode == MODE_U ? STACK_U : STACK_S;
}

/* ---- where they are active ---- */

#define LINK(name, insn)                       \
    static uint64_t name(uint64_t value)       \
    {                                          \
        TRY_LINK(insn, value);                 \
        return 0;                              \
    }
LINK(sspush_ra, SSPUSH_RA)
LINK(sspush_t0, SSPUSH_T0)
LINK(c_sspush_ra, C_SSPUSH_RA)
LINK(sspopchk_ra, SSPOPCHK_RA)
LINK(sspopchk_t0, SSPOPCHK_T0)
LINK(c_sspopchk_t0, C_SSPOPCHK_T0)

static uint64_t (*const pushes[])(uint64_t) = { sspush_ra, sspush_t0, c_sspush_ra };
static uint64_t (*const pops[])(uint64_t) = { sspopchk_ra, sspopchk_t0, c_sspopchk_t0 };

static uint64_t run(unsigned mode, uint64_t (*fn)(uint64_t), uint64_t arg)
{
    return mode == MODE_M ? fn(arg) : run_in(mode, fn, arg);
}

static uint64_t ssrdp(uint64_t unused)
{
    (void)unused;
    return try_ssrdp();
}

/* It writes no register as that; with rd = x0 the encoding stays a may-be-operation. */
static uint64_t ssrdp_zero(uint64_t unused)
{
    (void)unused;
    PROBE(".4byte 0xcdc04073", :);
    return 0;
}

static void check_push(unsigned mode)
{
    uint64_t base = base_of(mode);

    for (unsigned i = 0; i < ARRAY_LEN(pushes); i++) {
        ssp_write(base + 64);
        page[7] = 0;
        run(mode, pushes[i], 0x123456789abcdef0 + i);
        CHECK_NO_TRAP();
        CHECK_EQ(ssp_read(), base + 56);
        CHECK_EQ(page[7], 0x123456789abcdef0 + i);
    }
}

static void check_pop(unsigned mode)
{
    uint64_t base = base_of(mode), value = 0xfedcba9876543210;

    page[8] = value;
    for (unsigned i = 0; i < ARRAY_LEN(pops); i++) {
        ssp_write(base + 64);
        run(mode, pops[i], value);
        CHECK_NO_TRAP();
        CHECK_EQ(ssp_read(), base + 72);
        for (unsigned bit = 0; bit < 64; bit++) {
            ssp_write(base + 64);
            run(mode, pops[i], value ^ 1ul << bit);
            CHECK_TRAP(CAUSE_SOFTWARE_CHECK, SHADOW_STACK_FAULT);
            CHECK_EQ(trap()->mode, MODE_M);
            CHECK_EQ(ssp_read(), base + 64);
        }
        CHECK_EQ(page[8], value);
    }
}

static void check_read(unsigned mode)
{
    ssp_write(base_of(mode) + 8);
    CHECK_EQ(run(mode, ssrdp, 0), base_of(mode) + 8);
    CHECK_NO_TRAP();
    run(mode, ssrdp_zero, 0);
    CHECK_NO_TRAP();
}

/* A fault names the address, and leaves ssp alone. */
static void check_fault(unsigned mode)
{
    uint64_t end = base_of(mode) + PAGE_SIZE;

    ssp_write(base_of(mode));
    run(mode, sspush_ra, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, base_of(mode) - 8);
    CHECK_EQ(ssp_read(), base_of(mode));
    ssp_write(end);
    run(mode, sspopchk_ra, 0);
    CHECK_TRAP(CAUSE_STORE_PAGE, end);
    CHECK_EQ(ssp_read(), end);
}

/* ---- where they are not ---- */

static void check_inactive(unsigned mode)
{
    uint64_t base = base_of(mode);

    ssp_write(base + 64);
    for (unsigned i = 0; i < 512; i++) {
        page[i] = i;
    }
    for (unsigned i = 0; i < ARRAY_LEN(pushes); i++) {
        run(mode, pushes[i], 1000);
        CHECK_NO_TRAP();
        run(mode, pops[i], 1000);
        CHECK_NO_TRAP();
    }
    CHECK_EQ(run(mode, ssrdp, 0), 0);
    CHECK_NO_TRAP();
    run(mode, ssrdp_zero, 0);
    CHECK_NO_TRAP();
    CHECK_EQ(ssp_read(), base + 64);
    for (unsigned i = 0; i < 512; i++) {
        CHECK_EQ(page[i], i);
    }
}

/* ---- ssamoswap ---- */

static uint64_t swap_d(uint64_t addr)
{
    return try_ssamoswap_d(addr, 0x1122334455667788);
}

static uint64_t swap_w(uint64_t addr)
{
    return try_ssamoswap_w(addr, 0x1122334455667788);
}

static void check_swap(unsigned mode)
{
    uint64_t addr = base_of(mode) + 16;

    page[2] = 0x8877665544332211;
    CHECK_EQ(run(mode, swap_d, addr), 0x8877665544332211);
    CHECK_NO_TRAP();
    CHECK_EQ(page[2], 0x1122334455667788);
    page[2] = 0x8877665544332211;
    CHECK_EQ(run(mode, swap_w, addr), 0x44332211);
    CHECK_NO_TRAP();
    CHECK_EQ(page[2], 0x8877665555667788);
    page[2] = 0x8877665544332211;
    CHECK_EQ(run(mode, swap_w, addr + 4), 0xffffffff88776655);
    CHECK_NO_TRAP();
    CHECK_EQ(page[2], 0x5566778844332211);
    for (unsigned i = 1; i < 8; i++) {
        run(mode, swap_d, addr + i);
        CHECK(trap()->cause == CAUSE_STORE_MISALIGNED || trap()->cause == CAUSE_STORE_ACCESS);
        CHECK_EQ(trap()->tval, addr + i);
        if (i != 4) {
            run(mode, swap_w, addr + i);
            CHECK(trap()->cause == CAUSE_STORE_MISALIGNED || trap()->cause == CAUSE_STORE_ACCESS);
            CHECK_EQ(trap()->tval, addr + i);
        }
    }
    CHECK_EQ(page[2], 0x5566778844332211);
}

static void check_no_swap(unsigned mode)
{
    run(mode, swap_d, base_of(mode));
    CHECK_TRAP(CAUSE_ILLEGAL, 0x48b6352f);
    run(mode, swap_w, base_of(mode));
    CHECK_TRAP(CAUSE_ILLEGAL, 0x48b6252f);
    run(mode, swap_w, 1); /* before anything that the address could cause */
    CHECK_TRAP(CAUSE_ILLEGAL, 0x48b6252f);
}

/* ---- machine mode ---- */

/* MPRV is on for this instruction alone. */
static uint64_t mprv_swap(uint64_t addr, unsigned mode)
{
    register uint64_t a0 asm("a0") = 0;
    register uint64_t a1 asm("a1") = 5;
    register uint64_t a2 asm("a2") = addr;

    csr_clear(mstatus, MSTATUS_MPP);
    csr_set(mstatus, MSTATUS_MPP_OF(mode));
    PROBE("csrs mstatus, %1\n" SSAMOSWAP_D "\n"
          "csrc mstatus, %1",
          : "+r"(a0) : "r"(MSTATUS_MPRV), "r"(a1), "r"(a2) : "memory");
    return a0;
}

/*
 * xSSE is 0 there whatever menvcfg says, but ssamoswap is legal: it has no page of a shadow stack,
 * unless it is made to look through a lower mode's tables.
 */
static void check_machine(bool sse)
{
    check_inactive(MODE_M);
    swap_d((uint64_t)page);
    CHECK_TRAP(CAUSE_STORE_ACCESS, page);
    swap_w(STACK_S);
    CHECK_TRAP(CAUSE_STORE_ACCESS, STACK_S);
    for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
        uint64_t addr = base_of(mode) + 8;

        page[1] = 4;
        if (sse) { /* menvcfg's alone: senvcfg says nothing about pages */
            CHECK_EQ(mprv_swap(addr, mode), 4);
            CHECK_NO_TRAP();
            CHECK_EQ(page[1], 5);
        } else { /* reserved */
            mprv_swap(addr, mode);
            CHECK_TRAP(CAUSE_STORE_PAGE, addr);
            CHECK_EQ(page[1], 4);
        }
        mprv_swap(mode == MODE_U ? RAM_BASE + USER_OFFSET : RAM_BASE, mode);
        CHECK_TRAP(CAUSE_STORE_ACCESS, mode == MODE_U ? RAM_BASE + USER_OFFSET : RAM_BASE);
    }
}

/* ---- ssp ---- */

static uint64_t swap_ssp(uint64_t value)
{
    uint64_t old = 0;

    PROBE("csrrw %0, 0x011, %1", : "=&r"(old) : "r"(value));
    return old;
}

static void check_ssp(unsigned mode, bool legal)
{
    ssp_write(0x1230);
    if (legal) {
        CHECK_EQ(run(mode, swap_ssp, -1ul), 0x1230);
        CHECK_NO_TRAP();
        CHECK_EQ(ssp_read(), -8ul);
    } else {
        run(mode, swap_ssp, -1ul);
        CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
        CHECK_EQ(ssp_read(), 0x1230);
    }
}

/* ---- delegation ---- */

static void check_delegated(void)
{
    delegate(1ul << CAUSE_SOFTWARE_CHECK);
    CHECK_EQ(csr_read(medeleg), 1ul << CAUSE_SOFTWARE_CHECK);
    for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
        page[0] = 1;
        ssp_write(base_of(mode));
        run(mode, sspopchk_ra, 2);
        CHECK_TRAP(CAUSE_SOFTWARE_CHECK, SHADOW_STACK_FAULT);
        CHECK_EQ(trap()->mode, MODE_S);
    }
    csr_write(medeleg, 0);
}

/* senvcfg.SSE is "read-only zero" while menvcfg.SSE is 0. */
static void check_bits(void)
{
    sse_set(false, true);
    CHECK_EQ(csr_read(senvcfg) & ENVCFG_SSE, 0);
    sse_set(true, false);
    csr_set(senvcfg, ENVCFG_SSE);
    CHECK_EQ(csr_read(senvcfg) & ENVCFG_SSE, ENVCFG_SSE);
    csr_clear(menvcfg, ENVCFG_SSE);
    CHECK_EQ(csr_read(menvcfg) & ENVCFG_SSE, 0);
    CHECK_EQ(csr_read(senvcfg) & ENVCFG_SSE, 0);
    sse_set(true, false);
    CHECK_EQ(csr_read(senvcfg) & ENVCFG_SSE, 0);
}

int main(void)
{
    CHECK_EQ(ssp_read(), 0);
    check_bits();
    space = space_new(3);
    space_map(&space, STACK_S, (uint64_t)page, 0, PTE_SHADOW);
    space_map(&space, STACK_U, (uint64_t)page, 0, PTE_SHADOW | PTE_U);
    space_on(&space, 0);
    for (unsigned i = 0; i < 4; i++) {
        bool for_s = i & 1, for_u = i >> 1;

        sse_set(for_s, for_u);
        for (unsigned mode = MODE_U; mode <= MODE_S; mode++) {
            bool active = for_s && (mode == MODE_S || for_u);

            check_ssp(mode, active);
            if (active) {
                check_push(mode);
                check_pop(mode);
                check_read(mode);
                check_fault(mode);
                check_swap(mode);
            } else {
                check_inactive(mode);
                check_no_swap(mode);
            }
        }
        check_ssp(MODE_M, true);
        check_machine(for_s);
    }
    check_delegated();
    return 0;
}
