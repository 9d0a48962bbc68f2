/*
 * Machine mode under PMP's rules (Smepmp): the sixteen kinds of entry while mseccfg.MML is set,
 * what no entry matches, which entries can be added, and the sticky bits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pmp.h"

enum { MML = 1, MMWP = 2, RLB = 4, LOCK = 8 };
#define CODE 0x0000007300000073 /* ecall */

extern char text_end[];
static uint64_t page[512] __attribute__((aligned(4096))) = { CODE };

static const struct {
    uint8_t lrwx, machine, others;
} kinds[] = {
#define KIND(...) { __VA_ARGS__ },
#include "lockdown.def"
};

/* Jump to `addr` in `mode`, and say the cause of the trap that comes of it. */
static uint64_t cause_of_jump(uint64_t addr, uint64_t mode)
{
    uint64_t cause, keep;

    asm volatile("lla %0, 1f\n"
                 "csrrw %1, mtvec, %0\n"
                 "csrw mepc, %2\n"
                 "csrc mstatus, %4\n"
                 "csrs mstatus, %3\n"
                 "mret\n"
                 ".balign 4\n"
                 "1: csrw mtvec, %1\n"
                 "csrr %0, mcause"
                 : "=&r"(cause), "=&r"(keep)
                 : "r"(addr), "r"(MSTATUS_MPP_OF(mode)), "r"(MSTATUS_MPP)
                 : "memory");
    return cause;
}

static void check_access(unsigned mode, unsigned permissions)
{
    uint64_t addr = (uint64_t)page;

    if (mode == MODE_M) {
        try_ld(addr);
    } else {
        try_mprv_ld(addr, mode, 0);
    }
    CHECK_EQ(trap()->cause, permissions & PMP_R ? NO_TRAP : CAUSE_LOAD_ACCESS);
    if (mode == MODE_M) {
        try_sd(addr, CODE);
    } else {
        try_mprv_sd(addr, CODE, mode, 0);
    }
    CHECK_EQ(trap()->cause, permissions & PMP_W ? NO_TRAP : CAUSE_STORE_ACCESS);
    CHECK_EQ(cause_of_jump(addr, mode),
             permissions & PMP_X ? CAUSE_ECALL_U + mode : CAUSE_FETCH_ACCESS);
}

static void check_kinds(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
        pmp_set_napot(4, (uint64_t)page, 4096, kinds[i].lrwx);
        CHECK_EQ(pmp_cfg(4), PMP_NAPOT | kinds[i].lrwx); /* RLB is set */
        check_access(MODE_M, kinds[i].machine);
        check_access(MODE_S, kinds[i].others);
        check_access(MODE_U, kinds[i].others);
    }
    pmp_set_cfg(4, 0);
    check_access(MODE_M, PMP_R | PMP_W); /* no entry: no fetch */
    check_access(MODE_S, 0);
}

static void check_sticky(void)
{
    csr_write(0x747, 0);
    CHECK_EQ(csr_read(0x747) & (MML | MMWP), MML); /* RLB is clear now, and entry 1 locked */
    csr_write(0x747, RLB);
    CHECK_EQ(csr_read(0x747) & (MML | RLB), MML);

    /* Locked entries stay, and none that machine mode could execute from comes. */
    pmp_set_cfg(1, 0);
    CHECK_EQ(pmp_cfg(1), PMP_TOR | PMP_L | PMP_R | PMP_X);
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
        unsigned cfg = kinds[i].lrwx;

        if (!(cfg & PMP_L)) {
            pmp_set_cfg(4, PMP_NAPOT | cfg);
            CHECK_EQ(pmp_cfg(4), PMP_NAPOT | cfg);
        } else if (kinds[i].machine & PMP_X) {
            pmp_set_cfg(4, PMP_NAPOT | PMP_R);
            pmp_set_cfg(4, PMP_NAPOT | cfg);
            CHECK_EQ(pmp_cfg(4), PMP_NAPOT | PMP_R);
        }
    }
    pmp_set_napot(5, (uint64_t)page, 4096, PMP_L | PMP_R | PMP_W | PMP_X);
    CHECK_EQ(pmp_cfg(5), PMP_NAPOT | PMP_L | PMP_R | PMP_W | PMP_X);
    pmp_set_cfg(4, 0);
    check_access(MODE_M, PMP_R);
    pmp_set_cfg(5, 0); /* locked */
    CHECK_EQ(pmp_cfg(5), PMP_NAPOT | PMP_L | PMP_R | PMP_W | PMP_X);
}

static void check_bypass(void)
{
    csr_write(0x747, RLB);
    CHECK_EQ(csr_read(0x747) & (MML | MMWP | RLB), RLB);
    pmp_set_napot(4, (uint64_t)page, 4096, PMP_L | PMP_R);
    try_sd((uint64_t)page, CODE);
    CHECK_TRAP(CAUSE_STORE_ACCESS, page);
    pmp_set_cfg(4, 0);
    CHECK_EQ(pmp_cfg(4), 0);
    try_sd((uint64_t)page, CODE);
    CHECK_NO_TRAP();
}

int main(void)
{
    CHECK_EQ(csr_read(0x747) & (MML | MMWP | RLB), 0);
    pmp_set_cfg(0, 0); /* some have one there after reset */
    check_bypass();

    /* Code is entry 1, for machine mode; data need none. */
    pmp_set_addr(0, 0x80000000 >> 2);
    pmp_set_addr(1, (uint64_t)text_end >> 2);
    pmp_set_cfg(1, PMP_TOR | PMP_L | PMP_R | PMP_X);
    pmp_set_cfg(15, 0);
    csr_set(0x747, MML);
    CHECK_EQ(csr_read(0x747) & (MML | MMWP | RLB), MML | RLB);
    check_kinds();
    check_sticky();

    /* All of RAM for data; then nothing else is left. */
    pmp_set_napot(6, 0x80000000, 0x8000000, PMP_L | PMP_R | PMP_W);
    csr_write(0x747, MMWP);
    CHECK_EQ(csr_read(0x747) & (MML | MMWP), MML | MMWP);
    csr_write(0x747, 0);
    CHECK_EQ(csr_read(0x747) & (MML | MMWP), MML | MMWP);
    try_lw(CLINT_BASE);
    CHECK_TRAP(CAUSE_LOAD_ACCESS, CLINT_BASE);
    return 0;
}
