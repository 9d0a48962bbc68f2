/*
 * Instructions whose extension is off, which all of these are on the default hart, are illegal:
 * mtval holds the instruction, no register changes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static const uint32_t insns[] = {
    /* Zbkb */
    0x08c5c533, /* pack a0, a1, a2 */
    0x08c5f533, /* packh a0, a1, a2 */
    0x08c5c53b, /* packw a0, a1, a2 */
    0x6875d513, /* brev8 a0, a1 */
    /* Zbkx */
    0x28c5a533, /* xperm4 a0, a1, a2 */
    0x28c5c533, /* xperm8 a0, a1, a2 */
    /* Zknd, Zkne */
    0x3ac58533, /* aes64ds a0, a1, a2 */
    0x3ec58533, /* aes64dsm a0, a1, a2 */
    0x30059513, /* aes64im a0, a1 */
    0x32c58533, /* aes64es a0, a1, a2 */
    0x36c58533, /* aes64esm a0, a1, a2 */
    0x31059513, /* aes64ks1i a0, a1, 0 */
    0x7ec58533, /* aes64ks2 a0, a1, a2 */
    /* Zknh */
    0x10059513, /* sha256sum0 a0, a1 */
    0x10159513, /* sha256sum1 a0, a1 */
    0x10259513, /* sha256sig0 a0, a1 */
    0x10359513, /* sha256sig1 a0, a1 */
    0x10459513, /* sha512sum0 a0, a1 */
    0x10559513, /* sha512sum1 a0, a1 */
    0x10659513, /* sha512sig0 a0, a1 */
    0x10759513, /* sha512sig1 a0, a1 */
    /* Zkr */
    0x01501573, /* csrrw a0, seed, x0 */
    0x74702573, /* csrr a0, mseccfg */
    /* Ssdbltrp, Smrnmi */
    0x34b02573, /* csrr a0, mtval2 */
    0x74002573, /* csrr a0, mnscratch */
    0x74159573, /* csrrw a0, mnepc, a1 */
    0x74202573, /* csrr a0, mncause */
    0x74402573, /* csrr a0, mnstatus */
    0x70200073, /* mnret */
    /* Smcntrpmf, Sscofpmf */
    0x32102573, /* csrr a0, mcyclecfg */
    0x32259573, /* csrrw a0, minstretcfg, a1 */
    0xda002573, /* csrr a0, scountovf */
    /* Smstateen, Ssstateen */
    0x30c02573, /* csrr a0, mstateen0 */
    0x30f59573, /* csrrw a0, mstateen3, a1 */
    0x10c02573, /* csrr a0, sstateen0 */
    0x10f59573, /* csrrw a0, sstateen3, a1 */
    /* Zksed, Zksh */
    0x30c58533, /* sm4ed a0, a1, a2, 0 */
    0x34c58533, /* sm4ks a0, a1, a2, 0 */
    0x10859513, /* sm3p0 a0, a1 */
    0x10959513, /* sm3p1 a0, a1 */
    /* Zcb */
    0x8188, /* c.lbu a0, 0(a1) */
    0x8588, /* c.lhu a0, 0(a1) */
    0x85c8, /* c.lh a0, 0(a1) */
    0x8988, /* c.sb a0, 0(a1) */
    0x8d88, /* c.sh a0, 0(a1) */
    0x9d61, /* c.zext.b a0 */
    0x9d65, /* c.sext.b a0 */
    0x9d69, /* c.zext.h a0 */
    0x9d6d, /* c.sext.h a0 */
    0x9d71, /* c.zext.w a0 */
    0x9d75, /* c.not a0 */
    0x9d4d, /* c.mul a0, a1 */
    /* Zacas */
    0x28c5a52f, /* amocas.w a0, a2, (a1) */
    0x28c5b52f, /* amocas.d a0, a2, (a1) */
    0x28c5c52f, /* amocas.q a0, a2, (a1) */
    /* Zabha */
    0x00c5852f, /* amoadd.b a0, a2, (a1) */
    0x08c5952f, /* amoswap.h a0, a2, (a1) */
    0x28c5852f, /* amocas.b a0, a2, (a1) */
    0x28c5952f, /* amocas.h a0, a2, (a1) */
    /* Zimop, Zcmop */
    0x81c5c573, /* mop.r.0 a0, a1 */
    0xcdf5c573, /* mop.r.31 a0, a1 */
    0x82c5c573, /* mop.rr.0 a0, a1, a2 */
    0xcec5c573, /* mop.rr.7 a0, a1, a2 */
    0x6081,     /* c.mop.1 */
    0x6781,     /* c.mop.15 */
};

#define A0 0x5a5a5a5a5a5a5a5aul

static uint64_t memory = A0;
static uint16_t code[8] __attribute__((aligned(8)));

/* a0 has a known value, a1 and a2 the address of `memory`. */
static uint64_t in_mode(uint64_t unused)
{
    uint64_t a0 = A0;

    (void)unused;
    PROBE("mv a0, %0\n"
          "mv a1, %1\n"
          "mv a2, %1\n"
          "jalr %2\n"
          "mv %0, a0",
          : "+&r"(a0)
          : "r"(&memory), "r"(code)
          : "a0", "a1", "a2", "ra", "memory");
    return a0;
}

static void check_illegal(unsigned mode, uint32_t insn)
{
    unsigned n = 0;

    code[n++] = insn;
    if ((insn & 3) == 3) {
        code[n++] = insn >> 16;
    }
    code[n++] = 0x8082; /* ret */
    fence_i();
    mode == MODE_M ? in_mode(0) : run_in(mode, in_mode, 0);
    CHECK_TRAP(CAUSE_ILLEGAL, insn);
    CHECK_EQ(trap()->epc, code);
    CHECK_EQ(hart()->mregs[10], A0);
    CHECK_EQ(memory, A0);
}

int main(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(insns); i++) {
        check_illegal(MODE_M, insns[i]);
        check_illegal(MODE_S, insns[i]);
        check_illegal(MODE_U, insns[i]);
    }
    return 0;
}
