/*
 * mstatus: which values its fields take, what xRET makes of the stack of modes, and the view of it
 * that sstatus is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/* Set MPP to `from`: what is there afterwards? */
static unsigned mpp_after(unsigned from)
{
    csr_write(mstatus, (csr_read(mstatus) & ~MSTATUS_MPP) | MSTATUS_MPP_OF(from));
    return (csr_read(mstatus) & MSTATUS_MPP) >> 11;
}

/* mret to the next instruction with these bits in mstatus, MPP = M; mstatus afterwards. */
static uint64_t mret_with(uint64_t bits)
{
    uint64_t old = csr_read(mstatus), after;

    asm volatile("csrw mstatus, %1\n"
                 "lla t0, 1f\n"
                 "csrw mepc, t0\n"
                 "mret\n"
                 "1: csrr %0, mstatus\n"
                 : "=r"(after)
                 : "r"((old & ~(MSTATUS_MIE | MSTATUS_MPIE)) | MSTATUS_MPP | bits)
                 : "t0", "memory");
    csr_write(mstatus, old);
    return after;
}

/*
 * In S: sret to U, whose ecall shows in MPP what the mode was. The rest of the function runs in U.
 */
static uint64_t sret_to_user(uint64_t unused)
{
    PROBE("lla t0, 1f\n"
          "csrw sepc, t0\n"
          "sret\n"
          "1: li a7, 0\n"
          "ecall",
          :
          :
          : "t0", "a7");
    return unused;
}

static uint64_t read_sstatus(uint64_t unused)
{
    (void)unused;
    return csr_read(sstatus);
}

static void check_fields(void)
{
    uint64_t keep = csr_read(mstatus);

    CHECK_EQ(mpp_after(MODE_U), MODE_U);
    CHECK_EQ(mpp_after(MODE_S), MODE_S);
    CHECK_EQ(mpp_after(MODE_M), MODE_M);
    CHECK(mpp_after(2) != 2); /* reserved: never read back */

    csr_write(mstatus, -1ul);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_UXL, 2ul << 32); /* XLEN is 64 in every mode */
    CHECK_EQ(csr_read(mstatus) & MSTATUS_SXL, 2ul << 34);
    CHECK_EQ(csr_read(mstatus) & (1ul << 0 | 1ul << 2 | 1ul << 4), 0); /* WPRI */
    CHECK_EQ(csr_read(mstatus) &
                 (MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SUM | MSTATUS_MXR),
             MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR | MSTATUS_SUM | MSTATUS_MXR);
    CHECK((csr_read(mstatus) & MSTATUS_SD) != 0); /* FS = Dirty */
    csr_write(mstatus, 0);
    CHECK_EQ(csr_read(mstatus), 2ul << 32 | 2ul << 34);
    csr_write(mstatus, MSTATUS_FS_CLEAN);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_SD | MSTATUS_FS), MSTATUS_FS_CLEAN);
    csr_write(mstatus, MSTATUS_SD); /* read-only: a summary */
    CHECK_EQ(csr_read(mstatus) & MSTATUS_SD, 0);
    csr_write(mstatus, keep);
}

static void check_returns(void)
{
    uint64_t after;

    after = mret_with(MSTATUS_MPIE);
    CHECK_EQ(after & (MSTATUS_MIE | MSTATUS_MPIE), MSTATUS_MIE | MSTATUS_MPIE);
    CHECK_EQ(after & MSTATUS_MPP, MSTATUS_MPP_OF(MODE_U)); /* the least privileged mode */
    after = mret_with(MSTATUS_MIE);
    CHECK_EQ(after & (MSTATUS_MIE | MSTATUS_MPIE), MSTATUS_MPIE);

    csr_set(mstatus, MSTATUS_MPRV);
    CHECK((mret_with(0) & MSTATUS_MPRV) != 0); /* to M: stays */
    csr_set(mstatus, MSTATUS_MPRV | MSTATUS_MPP);
    run_in(MODE_S, read_sstatus, 0);
    CHECK_EQ(csr_read(mstatus) & MSTATUS_MPRV, 0); /* to a lower mode: cleared */

    csr_clear(mstatus, MSTATUS_SPP);
    csr_set(mstatus, MSTATUS_SPIE);
    csr_clear(mstatus, MSTATUS_SIE);
    run_in(MODE_S, sret_to_user, 0);
    CHECK_TRAP(CAUSE_ECALL_U, 0);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_SIE | MSTATUS_SPIE), MSTATUS_SIE | MSTATUS_SPIE);

    csr_set(mstatus, MSTATUS_SPP); /* sret to S */
    csr_clear(mstatus, MSTATUS_SPIE);
    csr_set(mstatus, MSTATUS_SIE);
    run_in(MODE_S, sret_to_user, 0);
    CHECK_TRAP(CAUSE_ECALL_S, 0);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP), MSTATUS_SPIE);
    csr_clear(mstatus, MSTATUS_SIE);
}

static void check_view(void)
{
    uint64_t visible = MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_UBE | MSTATUS_SPP | MSTATUS_FS |
                       MSTATUS_XS | 3ul << 9 /* VS */ | MSTATUS_SUM | MSTATUS_MXR | MSTATUS_UXL |
                       MSTATUS_SD;
    uint64_t keep = csr_read(mstatus);

    csr_write(mstatus, keep | MSTATUS_SUM | MSTATUS_SPIE | MSTATUS_MPIE | MSTATUS_TSR | MSTATUS_TW);
    CHECK_EQ(run_in(MODE_S, read_sstatus, 0), csr_read(mstatus) & visible);
    csr_write(mstatus, keep);

    /* Through sstatus, machine mode's fields cannot be changed. */
    csr_write(sstatus, -1ul);
    CHECK_EQ(csr_read(mstatus) &
                 (MSTATUS_MIE | MSTATUS_MPRV | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR),
             0);
    CHECK_EQ(csr_read(mstatus) & (MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPP | MSTATUS_SPIE),
             MSTATUS_SUM | MSTATUS_MXR | MSTATUS_SPP | MSTATUS_SPIE);
    csr_write(mstatus, keep);
}

int main(void)
{
    check_fields();
    check_returns();
    check_view();
    return 0;
}
