/*
 * Numbers of CSRs and the fields in them.
 *
 * Numbers come from csr.def: CSR_mstatus is 0x300. What does not belong here: what an access does
 * (the rows of csr.def and target-riscv/csr-*.c), and causes of traps (cpu.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_CSR_H
#define TARGET_RISCV_CSR_H

enum {
#define CSR(name, number, ...) CSR_##name = (number),
#include "target-riscv/csr.def"
};

/* mstatus and sstatus: Privileged ISA, "Machine Status (mstatus and mstatush) Registers". */
#define MSTATUS_SIE (1ull << 1)
#define MSTATUS_MIE (1ull << 3)
#define MSTATUS_SPIE (1ull << 5)
#define MSTATUS_MPIE (1ull << 7)
#define MSTATUS_SPP (1ull << 8)
#define MSTATUS_MPP (3ull << 11)
#define MSTATUS_FS (3ull << 13)
#define MSTATUS_XS (3ull << 15)
#define MSTATUS_MPRV (1ull << 17)
#define MSTATUS_SUM (1ull << 18)
#define MSTATUS_MXR (1ull << 19)
#define MSTATUS_TVM (1ull << 20)
#define MSTATUS_TW (1ull << 21)
#define MSTATUS_TSR (1ull << 22)
#define MSTATUS_SPELP (1ull << 23)
#define MSTATUS_SDT (1ull << 24)
#define MSTATUS_UXL (3ull << 32)
#define MSTATUS_SXL (3ull << 34)
#define MSTATUS_MPELP (1ull << 41)
#define MSTATUS_MDT (1ull << 42)
#define MSTATUS_SD (1ull << 63)

/* mnstatus; its MNPP is where mstatus has MPP. */
#define MNSTATUS_NMIE (1ull << 3)
#define MNSTATUS_MNPELP (1ull << 9)
#define MNSTATUS_MNPP MSTATUS_MPP

/* Values of FS (and VS). */
enum { EXT_STATUS_OFF = 0, EXT_STATUS_INITIAL = 1, EXT_STATUS_CLEAN = 2, EXT_STATUS_DIRTY = 3 };

/* misa.MXL, mstatus.SXL and UXL. */
#define MISA_MXL_SHIFT 62
enum { XL_32 = 1, XL_64 = 2 };
#define MISA_LETTER(letter) (1ull << ((letter) - 'A'))

/* mtvec and stvec. */
#define TVEC_VECTORED 1ull
#define TVEC_MODE 3ull

/* mip, mie, mideleg, sip, sie. */
#define MIP_SSIP (1ull << 1)
#define MIP_MSIP (1ull << 3)
#define MIP_STIP (1ull << 5)
#define MIP_MTIP (1ull << 7)
#define MIP_SEIP (1ull << 9)
#define MIP_MEIP (1ull << 11)
#define MIP_LCOFIP (1ull << 13)

/* mcounteren, scounteren, mcountinhibit. */
#define COUNTER_CY (1ull << 0)
#define COUNTER_TM (1ull << 1)
#define COUNTER_IR (1ull << 2)
#define COUNTER_HPM 0xfffffff8ull

/* mhpmevent; mcyclecfg and minstretcfg have the inhibits. */
#define MHPMEVENT_OF (1ull << 63)
#define MHPMEVENT_MINH (1ull << 62)
#define MHPMEVENT_SINH (1ull << 61)
#define MHPMEVENT_UINH (1ull << 60)
#define MHPMEVENT_INH (MHPMEVENT_MINH | MHPMEVENT_SINH | MHPMEVENT_UINH)
#define MHPMEVENT_EVENT ((1ull << 56) - 1)

/* menvcfg and senvcfg. */
#define ENVCFG_FIOM (1ull << 0)
#define ENVCFG_LPE (1ull << 2)
#define ENVCFG_SSE (1ull << 3)
#define ENVCFG_CBIE (3ull << 4)
#define ENVCFG_CBCFE (1ull << 6)
#define ENVCFG_CBZE (1ull << 7)
#define ENVCFG_PMM (3ull << 32) /* in mseccfg, too */
#define MENVCFG_DTE (1ull << 59)
#define MENVCFG_ADUE (1ull << 61)
#define MENVCFG_PBMTE (1ull << 62)
#define MENVCFG_STCE (1ull << 63)
/* PMM's values, and CBIE's. */
enum { PMM_OFF = 0, PMM_RESERVED = 1, PMM_7_BITS = 2, PMM_16_BITS = 3 };
enum { CBIE_ILLEGAL = 0, CBIE_FLUSH = 1, CBIE_RESERVED = 2, CBIE_INVAL = 3 };

/* mstateen0; bit 63 of mstateen1 to 3 is SE as well. */
#define MSTATEEN_SE (1ull << 63)
#define MSTATEEN0_ENVCFG (1ull << 62)
#define MSTATEEN0_CONTEXT (1ull << 57)

/* mseccfg. */
#define MSECCFG_MML (1ull << 0)
#define MSECCFG_MMWP (1ull << 1)
#define MSECCFG_RLB (1ull << 2)
#define MSECCFG_USEED (1ull << 8)
#define MSECCFG_SSEED (1ull << 9)
#define MSECCFG_MLPE (1ull << 10)

#define SATP_PPN 0xfffffffffffull
#define SATP_ASID (0xffffull << 44)
#define SATP_MODE (0xfull << 60)
enum { SATP_BARE = 0, SATP_SV39 = 8, SATP_SV48 = 9, SATP_SV57 = 10 };

/* A byte of pmpcfg. */
#define PMP_R (1u << 0)
#define PMP_W (1u << 1)
#define PMP_X (1u << 2)
#define PMP_A (3u << 3)
#define PMP_L (1u << 7)
enum { PMP_OFF = 0 << 3, PMP_TOR = 1 << 3, PMP_NA4 = 2 << 3, PMP_NAPOT = 3 << 3 };
#define PMPADDR_MASK ((1ull << 54) - 1) /* bits 55:2 of the address */

/* A page table entry of Sv39, Sv48 or Sv57. */
#define PTE_V (1ull << 0)
#define PTE_R (1ull << 1)
#define PTE_W (1ull << 2)
#define PTE_X (1ull << 3)
#define PTE_U (1ull << 4)
#define PTE_G (1ull << 5)
#define PTE_A (1ull << 6)
#define PTE_D (1ull << 7)
#define PTE_PPN (SATP_PPN << 10)
#define PTE_RESERVED (0x7full << 54)
#define PTE_PBMT (3ull << 61)
#define PTE_PBMT_IO (2ull << 61)
#define PTE_N (1ull << 63)

/*
 * tdata1, by what TDATA1_TYPE says: Debug specification, Sdtrig. Of both mcontrols, of mcontrol and of mcontrol6;
 * of the others; of icount; of itrigger and etrigger.
 */
#define TDATA1_TYPE (0xfull << 60)
enum { TRIGGER_MCONTROL = 2, TRIGGER_ICOUNT = 3, TRIGGER_ITRIGGER = 4, TRIGGER_ETRIGGER = 5, TRIGGER_MCONTROL6 = 6,
       TRIGGER_DISABLED = 15 };
#define MCONTROL_LOAD (1ull << 0)
#define MCONTROL_STORE (1ull << 1)
#define MCONTROL_EXECUTE (1ull << 2)
#define MCONTROL_U_BIT 3 /* S and M are at the distances of PRIV_S and PRIV_M from it */
#define MCONTROL_MATCH (0xfull << 7)
#define MCONTROL_CHAIN (1ull << 11)
#define MCONTROL_TIMING (1ull << 18)
#define MCONTROL_SELECT (1ull << 19)
#define MCONTROL_HIT (1ull << 20)
#define MCONTROL6_SIZE (7ull << 16)
#define MCONTROL6_SELECT (1ull << 21)
#define MCONTROL6_HIT0 (1ull << 22)
#define MCONTROL6_HIT1 (1ull << 25)
#define TRIGGER_U_BIT 6
#define ICOUNT_PENDING (1ull << 8)
#define ICOUNT_COUNT (0x3fffull << 10)
#define ICOUNT_HIT (1ull << 24)
#define ITRIGGER_NMI (1ull << 10)
#define TRAP_TRIGGER_HIT (1ull << 58)
/* MCONTROL_MATCH. */
enum { MATCH_EQUAL = 0, MATCH_NAPOT = 1, MATCH_GE = 2, MATCH_LT = 3, MATCH_MASK_LOW = 4, MATCH_MASK_HIGH = 5,
       MATCH_NOT = 8 /* on top of another one */ };

/* tdata3: textra64. */
#define TEXTRA_SSELECT (3ull << 0)
#define TEXTRA_SVALUE (0xffffffffull << 2)
#define TEXTRA_SBYTEMASK (0xfull << 36)
#define TEXTRA_MHSELECT (7ull << 48)
#define TEXTRA_MHVALUE (0x1fffull << 51)
enum { SSELECT_IGNORE = 0, SSELECT_SCONTEXT = 1, SSELECT_ASID = 2 };

#define TCONTROL_MTE (1ull << 3)
#define TCONTROL_MPTE (1ull << 7)

#define FCSR_FFLAGS 0x1full
#define FCSR_FRM (7ull << 5)

#endif
