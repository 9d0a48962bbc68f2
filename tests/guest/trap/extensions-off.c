/*
 * Instructions and CSRs whose extension is off are illegal: mtval holds the instruction, no
 * register changes. Some are off on the default hart, others where meson.build says so; M and A are
 * misa.c's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/* Extensions that the default hart does not have. */
static const uint32_t off[] = {
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

/* Those that it has. */
static const uint32_t on[] = {
    /* F */
    0x0005a507, /* flw fa0, 0(a1) */
    0x00a5a027, /* fsw fa0, 0(a1) */
    0x00c5f553, /* fadd.s fa0, fa1, fa2 */
    0xe0050553, /* fmv.x.w a0, fa0 */
    0x00302573, /* csrr a0, fcsr */
    /* D */
    0x0005b507, /* fld fa0, 0(a1) */
    0x00a5b027, /* fsd fa0, 0(a1) */
    0x6ac5f543, /* fmadd.d fa0, fa1, fa2, fa3 */
    0xc2259553, /* fcvt.l.d a0, fa1, rtz */
    /* Zcd */
    0x2188,     /* c.fld fa0, 0(a1) */
    0xa188,     /* c.fsd fa0, 0(a1) */
    /* Zfa */
    0xf0180553, /* fli.s fa0, 1.0 */
    0x4245f553, /* fround.d fa0, fa1 */
    0xa0c5c553, /* fleq.s a0, fa1, fa2 */
    /* Zba */
    0x20c5a533, /* sh1add a0, a1, a2 */
    0x08c5853b, /* add.uw a0, a1, a2 */
    0x0815951b, /* slli.uw a0, a1, 1 */
    /* Zbb */
    0x40c5f533, /* andn a0, a1, a2 */
    0x60059513, /* clz a0, a1 */
    0x6025951b, /* cpopw a0, a1 */
    0x0ac5e533, /* max a0, a1, a2 */
    0x6b85d513, /* rev8 a0, a1 */
    0x6015d513, /* rori a0, a1, 1 */
    0x60459513, /* sext.b a0, a1 */
    0x0805c53b, /* zext.h a0, a1 */
    0x2875d513, /* orc.b a0, a1 */
    /* Zbs */
    0x28c59533, /* bset a0, a1, a2 */
    0x48159513, /* bclri a0, a1, 1 */
    0x48c5d533, /* bext a0, a1, a2 */
    /* Zbc */
    0x0ac59533, /* clmul a0, a1, a2 */
    0x0ac5a533, /* clmulr a0, a1, a2 */
    /* Zicond */
    0x0ec5d533, /* czero.eqz a0, a1, a2 */
    0x0ec5f533, /* czero.nez a0, a1, a2 */
    /* Zicbom */
    0x0005a00f, /* cbo.inval (a1) */
    0x0015a00f, /* cbo.clean (a1) */
    0x0025a00f, /* cbo.flush (a1) */
    /* Zicboz */
    0x0045a00f, /* cbo.zero (a1) */
    /* Zawrs */
    0x00d00073, /* wrs.nto */
    0x01d00073, /* wrs.sto */
    /* Svinval */
    0x16c58073, /* sinval.vma a1, a2 */
    0x18000073, /* sfence.w.inval */
    0x18100073, /* sfence.inval.ir */
    /* Zicntr */
    0xc0002573, /* rdcycle a0 */
    0xc0102573, /* rdtime a0 */
    0xc0202573, /* rdinstret a0 */
    /* Zihpm */
    0xc0302573, /* csrr a0, hpmcounter3 */
    0xc1f02573, /* csrr a0, hpmcounter31 */
    /* Sstc */
    0x14d02573, /* csrr a0, stimecmp */
    /* Sdtrig */
    0x7a002573, /* csrr a0, tselect */
    0x7a159573, /* csrrw a0, tdata1, a1 */
    0x7a402573, /* csrr a0, tinfo */
    0x5a802573, /* csrr a0, scontext */
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

static void check_all_illegal(const uint32_t *insns, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        check_illegal(MODE_M, insns[i]);
        check_illegal(MODE_S, insns[i]);
        check_illegal(MODE_U, insns[i]);
    }
}

int main(void)
{
    check_all_illegal(off, ARRAY_LEN(off));
    if (!(csr_read(misa) & MISA('B'))) { /* nor are the others there, but for F: start.S needs it */
        csr_clear(misa, MISA('F') | MISA('D'));
        check_all_illegal(on, ARRAY_LEN(on));
    }
    return 0;
}
