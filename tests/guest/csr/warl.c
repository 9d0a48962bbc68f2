/*
 * Fields that take only legal values, registers of the address of something, and the identification
 * registers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

int main(void)
{
    uint64_t keep;

    /* Read-only identification; hart 0 is there. */
    CHECK_EQ(csr_read(mhartid), 0);
    CHECK_EQ(csr_read(mconfigptr) & 7, 0);
    (void)csr_read(mvendorid);
    (void)csr_read(marchid);
    (void)csr_read(mimpid);

    /* IALIGN is 16: bit 0 of xepc does not exist, bit 1 does. */
    CHECK_EQ(csr_warl(mepc, 0x80001003), 0x80001002);
    CHECK_EQ(csr_warl(sepc, 0x80001003), 0x80001002);
    CHECK_EQ(csr_warl(mepc, -1ul), -2ul);

    /* Scratch and value registers hold anything. */
    keep = csr_read(mscratch);
    csr_write(mscratch, -1ul);
    CHECK_EQ(csr_read(mscratch), -1ul);
    csr_write(mscratch, keep);
    CHECK_EQ(csr_warl(sscratch, 0x0123456789abcdef), 0x0123456789abcdef);
    CHECK_EQ(csr_warl(mtval, 0xfedcba9876543210), 0xfedcba9876543210);
    CHECK_EQ(csr_warl(stval, -1ul), -1ul);

    /* Causes: WLRL; the values that occur are held. */
    for (unsigned cause = 0; cause < 16; cause++) {
        CHECK_EQ(csr_warl(mcause, cause), cause);
        CHECK_EQ(csr_warl(scause, cause | CAUSE_INTERRUPT), cause | CAUSE_INTERRUPT);
    }

    /* tvec: any base that is a multiple of four. */
    keep = csr_read(mtvec);
    CHECK_EQ(csr_warl(stvec, 0x80002004), 0x80002004);
    CHECK_EQ(csr_warl(stvec, 0x80002100 | 1), 0x80002100 | 1);
    csr_write(mtvec, 0x80002004);
    CHECK_EQ(csr_read(mtvec), 0x80002004);
    csr_write(mtvec, keep);

    /* satp: a mode that is not supported changes nothing at all. */
    csr_write(satp, 0);
    for (uint64_t mode = 1; mode < 8; mode++) {
        CHECK_EQ(csr_warl(satp, mode << 60 | 0x12345), 0);
    }
    for (uint64_t mode = 11; mode < 16; mode++) {
        CHECK_EQ(csr_warl(satp, mode << 60 | 0x12345), 0);
    }
    csr_write(satp, 8ul << 60 | 0x80000);
    CHECK_EQ(csr_read(satp), 8ul << 60 | 0x80000);
    CHECK_EQ(csr_warl(satp, 15ul << 60), 8ul << 60 | 0x80000);
    /* The ASID is a run of ones from bit 44, of the implementation's length. */
    keep = csr_warl(satp, 8ul << 60 | 0xfffful << 44) >> 44 & 0xffff;
    CHECK_EQ(keep & (keep + 1), 0);
    csr_write(satp, 0);

    /* Counters that supervisor and user mode may read: any of them. */
    CHECK_EQ(csr_warl(mcounteren, 7), 7);
    CHECK_EQ(csr_warl(scounteren, 5), 5);
    CHECK_EQ(csr_warl(mcounteren, 0), 0);
    CHECK_EQ(csr_warl(mcountinhibit, 5), 5);
    CHECK_EQ(csr_warl(mcountinhibit, 0xfffffffful) & 2, 0); /* time is not for stopping */
    CHECK_EQ(csr_warl(mcountinhibit, 0), 0);

    /* CBIE = 2 is reserved. */
    CHECK((csr_warl(menvcfg, 2ul << 4) & MENVCFG_CBIE) != 2ul << 4);
    CHECK((csr_warl(senvcfg, 2ul << 4) & MENVCFG_CBIE) != 2ul << 4);
    CHECK_EQ(csr_warl(menvcfg, MENVCFG_CBIE | MENVCFG_CBCFE | MENVCFG_CBZE) & 0xf0, 0xf0);
    CHECK_EQ(csr_warl(senvcfg, MENVCFG_CBIE | MENVCFG_CBCFE | MENVCFG_CBZE) & 0xf0, 0xf0);
    CHECK_EQ(csr_warl(menvcfg, MENVCFG_STCE | MENVCFG_PBMTE | MENVCFG_ADUE),
             MENVCFG_STCE | MENVCFG_PBMTE | MENVCFG_ADUE);
    csr_write(menvcfg, 0);
    return 0;
}
