/*
 * Which of Zfa, Zfhmin and Zfh there are, told by what is an illegal instruction: all of an
 * extension or nothing. What needs two extensions (fli.h: Zfa and Zfh) is there with both. The exit
 * status has a bit for each group. Reserved modes and mstatus.FS hold for them as for F and D.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

enum {
    ZFA = 1 << 0,
    ZFA_D = 1 << 1,
    ZFA_ZFH = 1 << 2,
    ZFHMIN = 1 << 3,
    ZFHMIN_D = 1 << 4,
    ZFH = 1 << 5,
    ALL = (1 << 6) - 1,
};

#define OP_FP(funct7, rs2, funct3) \
    ((uint32_t)(funct7) << 25 | (uint32_t)(rs2) << 20 | 10 << 15 | (funct3) << 12 | 10 << 7 | 0x53)
#define RM(rm) ((uint32_t)(rm) << 12)
#define RNE 0

/* Of fa0 and a0; the page that a0 points to can be read and written. */
static const struct {
    uint32_t insn;
    uint8_t group;
    bool rounds; /* with RNE here */
} insns[] = {
    { OP_FP(0x78, 1, 0), ZFA, false },       /* fli.s */
    { OP_FP(0x14, 10, 2), ZFA, false },      /* fminm.s */
    { OP_FP(0x14, 10, 3), ZFA, false },      /* fmaxm.s */
    { OP_FP(0x20, 4, RNE), ZFA, true },      /* fround.s */
    { OP_FP(0x20, 5, RNE), ZFA, true },      /* froundnx.s */
    { OP_FP(0x50, 10, 4), ZFA, false },      /* fleq.s */
    { OP_FP(0x50, 10, 5), ZFA, false },      /* fltq.s */
    { OP_FP(0x79, 1, 0), ZFA_D, false },     /* fli.d */
    { OP_FP(0x15, 10, 2), ZFA_D, false },    /* fminm.d */
    { OP_FP(0x21, 4, RNE), ZFA_D, true },    /* fround.d */
    { OP_FP(0x51, 10, 5), ZFA_D, false },    /* fltq.d */
    { OP_FP(0x61, 8, 1), ZFA_D, false },     /* fcvtmod.w.d */
    { OP_FP(0x7a, 1, 0), ZFA_ZFH, false },   /* fli.h */
    { OP_FP(0x16, 10, 3), ZFA_ZFH, false },  /* fmaxm.h */
    { OP_FP(0x22, 5, RNE), ZFA_ZFH, true },  /* froundnx.h */
    { OP_FP(0x52, 10, 4), ZFA_ZFH, false },  /* fleq.h */
    { 0x00051507, ZFHMIN, false },           /* flh fa0, 0(a0) */
    { 0x00a51027, ZFHMIN, false },           /* fsh fa0, 0(a0) */
    { OP_FP(0x72, 0, 0), ZFHMIN, false },    /* fmv.x.h */
    { OP_FP(0x7a, 0, 0), ZFHMIN, false },    /* fmv.h.x */
    { OP_FP(0x20, 2, RNE), ZFHMIN, true },   /* fcvt.s.h */
    { OP_FP(0x22, 0, RNE), ZFHMIN, true },   /* fcvt.h.s */
    { OP_FP(0x21, 2, RNE), ZFHMIN_D, true }, /* fcvt.d.h */
    { OP_FP(0x22, 1, RNE), ZFHMIN_D, true }, /* fcvt.h.d */
    { OP_FP(0x02, 10, RNE), ZFH, true },     /* fadd.h */
    { OP_FP(0x06, 10, RNE), ZFH, true },     /* fsub.h */
    { OP_FP(0x0a, 10, RNE), ZFH, true },     /* fmul.h */
    { OP_FP(0x0e, 10, RNE), ZFH, true },     /* fdiv.h */
    { OP_FP(0x2e, 0, RNE), ZFH, true },      /* fsqrt.h */
    { 0x54a50543, ZFH, true },               /* fmadd.h */
    { 0x54a5054f, ZFH, true },               /* fnmadd.h */
    { OP_FP(0x12, 10, 0), ZFH, false },      /* fsgnj.h */
    { OP_FP(0x16, 10, 0), ZFH, false },      /* fmin.h */
    { OP_FP(0x52, 10, 2), ZFH, false },      /* feq.h */
    { OP_FP(0x72, 0, 1), ZFH, false },       /* fclass.h */
    { OP_FP(0x62, 0, RNE), ZFH, true },      /* fcvt.w.h */
    { OP_FP(0x62, 3, RNE), ZFH, true },      /* fcvt.lu.h */
    { OP_FP(0x6a, 1, RNE), ZFH, true },      /* fcvt.h.wu */
    { OP_FP(0x6a, 2, RNE), ZFH, true },      /* fcvt.h.l */
};

static const uint32_t never[] = {
    OP_FP(0x71, 1, 0),                      /* fmvh.x.d: RV32's */
    OP_FP(0x59, 10, 0),                     /* fmvp.d.x: RV32's */
    OP_FP(0x61, 8, RNE),                    /* fcvtmod.w.d has one mode */
    OP_FP(0x61, 8, 7),   OP_FP(0x60, 8, 1), /* and one format */
    OP_FP(0x62, 8, 1),   OP_FP(0x78, 1, 1), /* fli.s, funct3 */
    OP_FP(0x78, 2, 0),                      /* fli.s, rs2 */
    OP_FP(0x7b, 1, 0),                      /* fli.q */
    OP_FP(0x20, 6, RNE),                    /* fround.s, rs2 */
    OP_FP(0x22, 2, RNE),                    /* fcvt.h.h */
    OP_FP(0x22, 3, RNE),                    /* fcvt.h.q */
    OP_FP(0x50, 10, 6),                     /* fleq.s, funct3 */
};

static uint32_t code[2] = { 0, 0x00008067 };
static uint64_t data;

static bool is_illegal(uint32_t insn)
{
    code[0] = insn;
    fence_i();
    try_call((uint64_t)code, (uint64_t)&data);
    if (trap()->cause == (uint64_t)NO_TRAP) {
        return false;
    }
    CHECK_TRAP(CAUSE_ILLEGAL, insn);
    return true;
}

static void check_modes(uint32_t insn)
{
    for (unsigned frm = 0; frm < 8; frm++) {
        csr_write(frm, frm);
        for (unsigned rm = 0; rm < 8; rm++) {
            CHECK_EQ(is_illegal(insn | RM(rm)), !(rm < 5 || (rm == 7 && frm < 5)));
        }
    }
    csr_write(frm, 0);
}

int main(void)
{
    unsigned there = 0, missing = 0;

    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        if (is_illegal(insns[i].insn)) {
            missing |= insns[i].group;
            continue;
        }
        there |= insns[i].group;
        if (insns[i].rounds) {
            check_modes(insns[i].insn);
        }
        csr_write(frm, 7); /* no matter to what does not round */
        CHECK_EQ(is_illegal(insns[i].insn), false);
        csr_write(frm, 0);
        csr_clear(mstatus, MSTATUS_FS);
        CHECK(is_illegal(insns[i].insn));
        csr_set(mstatus, MSTATUS_FS);
    }
    CHECK_EQ(there & missing, 0);
    CHECK_EQ(there | missing, ALL);
    for (unsigned i = 0; i < ARRAY_LEN(never); i++) {
        CHECK(is_illegal(never[i]));
    }
    return (int)there;
}
