/*
 * Illegal instructions: reserved encodings, CSRs that do not exist or may not be touched,
 * privileged instructions in the wrong mode or trapped by mstatus; mtval holds the instruction. And
 * encodings that look odd but must execute: hints, fences with reserved fields.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define RET 0x00008067
#define CSRR(csr) (0x00002573u | (uint32_t)(csr) << 20)    /* csrr a0, csr */
#define CSRW(csr) (0x00051073u | (uint32_t)(csr) << 20)    /* csrw csr, a0 */
#define CSRSI_0(csr) (0x00006073u | (uint32_t)(csr) << 20) /* csrsi csr, 0: no write */
#define CSRS_A0(csr) \
    (0x00052073u | (uint32_t)(csr) << 20) /* csrs csr, a0: a write, whatever a0 is */
#define MRET 0x30200073
#define SRET 0x10200073
#define WFI 0x10500073
#define SFENCE_VMA 0x12000073

static uint16_t code[8] __attribute__((aligned(8)));

static uint64_t run_code(uint64_t arg)
{
    return try_call((uint64_t)code, arg);
}

/* Execute `insn`, of two or four bytes, in `mode`. */
static void execute(unsigned mode, uint32_t insn)
{
    unsigned n = 0;

    code[n++] = insn;
    if ((insn & 3) == 3) {
        code[n++] = insn >> 16;
    }
    code[n++] = RET & 0xffff;
    code[n++] = RET >> 16;
    fence_i();
    if (mode == MODE_M) {
        run_code(0);
    } else {
        run_in(mode, run_code, 0);
    }
}

#define CHECK_ILLEGAL(mode, insn)        \
    do {                                 \
        execute(mode, insn);             \
        CHECK_TRAP(CAUSE_ILLEGAL, insn); \
        CHECK_EQ(trap()->epc, code);     \
    } while (0)
#define CHECK_LEGAL(mode, insn)                   \
    do {                                          \
        execute(mode, insn);                      \
        if (trap()->cause != (uint64_t)NO_TRAP) { \
            put_hex(insn);                        \
            put_text(" in ");                     \
        }                                         \
        CHECK_NO_TRAP();                          \
    } while (0)

static const uint32_t reserved[] = {
    0x0000,     /* all zeros: illegal for ever */
    0xffffffff, /* all ones: part of a longer instruction that does not exist */
    0x0004,     /* c.addi4spn with nzuimm = 0 */
    0x4002,     /* c.lwsp to x0 */
    0x6002,     /* c.ldsp to x0 */
    0x2001,     /* c.addiw to x0 */
    0x6101,     /* c.addi16sp with nzimm = 0 */
    0x6a01,     /* c.lui x20 with nzimm = 0 */
    0x8002,     /* c.jr x0 */
    0x0000705b, /* custom-2 */
    0x00007003, /* LOAD funct3 = 7 */
    0x00004023, /* STORE funct3 = 4 */
    0x00002063, /* BRANCH funct3 = 2 */
    0x00003063, /* BRANCH funct3 = 3 */
    0x00001067, /* JALR funct3 = 1 */
    0x04001013, /* slli with imm[11:6] = 1 */
    0x0200101b, /* slliw with shamt[5] = 1 */
    0x4200501b, /* sraiw with shamt[5] = 1 */
    0x40002033, /* slt with funct7 = 32 */
    0x0000201b, /* OP-IMM-32 funct3 = 2 */
    0x0800503b, /* OP-32 funct7 = 4, funct3 = 5 */
    0x1010202f, /* lr.w with rs2 = x1 */
    0x0000502f, /* AMO of width 5 */
    0xf000202f, /* AMO funct5 = 30 */
    0x06000053, /* fadd.q */
    0x80007057, /* vsetvl: no vectors here */
    0x000000f3, /* ecall with rd = x1 */
    0x302000f3, /* mret with rd = x1 */
    0x00200073, /* uret: removed */
    0x7b200073, /* dret outside debug mode */
    0x20000073, /* SYSTEM, no such function */
};

/* Nothing happens, in particular no trap. */
static const uint32_t hints[] = {
    0x00000037, /* lui x0 */
    0x00000017, /* auipc x0 */
    0x12300013, /* addi x0, x0, 291 */
    0x00a02013, /* slti x0 */
    0x00b50033, /* add x0, a0, a1 */
    0x00200033, /* ntl.p1 */
    0x0100000f, /* pause */
    0x0005,     /* c.nop 1 */
    0x4005,     /* c.li x0, 1 */
    0x6005,     /* c.lui x0, 1 */
    0x0002,     /* c.slli x0, 0 */
    0x0506,     /* c.slli a0, 1: no hint, for comparison */
    0x802a,     /* c.mv x0, a0 */
    0x902a,     /* c.add x0, a0 */
    0x0501,     /* c.addi a0, 0 */
    0x4ff0000f, /* fence with a reserved fm */
    0x0ff5068f, /* fence with rd and rs1 set: reserved, ignored */
    0x8330000f, /* fence.tso */
    0x0000000f, /* fence with empty sets */
    0x1235168f, /* fence.i with rd, rs1 and imm set: reserved, ignored */
};

static void check_encodings(void)
{
    for (unsigned i = 0; i < ARRAY_LEN(reserved); i++) {
        CHECK_ILLEGAL(MODE_M, reserved[i]);
        CHECK_ILLEGAL(MODE_U, reserved[i]);
    }
    for (unsigned i = 0; i < ARRAY_LEN(hints); i++) {
        CHECK_LEGAL(MODE_M, hints[i]);
        CHECK_LEGAL(MODE_U, hints[i]);
    }
}

static void check_csrs(void)
{
    static const uint16_t missing[] = { 0x0ff, 0x5c0, 0x8ff, 0xbff, 0xcff, 0x7ff, 0xfff };
    static const uint16_t read_only[] = { 0xf11, 0xf12, 0xf13, 0xf14, 0xc00, 0xc01, 0xc02, 0xc1f };
    static const uint16_t machine[] = { 0x300, 0x301, 0x305, 0x340, 0x344, 0x3a0, 0xb00, 0xf14 };
    static const uint16_t supervisor[] = { 0x100, 0x104, 0x105, 0x140, 0x144, 0x180 };

    for (unsigned i = 0; i < ARRAY_LEN(missing); i++) {
        CHECK_ILLEGAL(MODE_M, CSRR(missing[i]));
        CHECK_ILLEGAL(MODE_M, CSRW(missing[i]));
        CHECK_ILLEGAL(MODE_U, CSRR(missing[i]));
    }
    for (unsigned i = 0; i < ARRAY_LEN(read_only); i++) {
        CHECK_LEGAL(MODE_M, CSRR(read_only[i]));
        CHECK_LEGAL(MODE_M, CSRSI_0(read_only[i]));
        CHECK_ILLEGAL(MODE_M, CSRW(read_only[i]));
        CHECK_ILLEGAL(MODE_M, CSRS_A0(read_only[i]));
    }
    for (unsigned i = 0; i < ARRAY_LEN(machine); i++) {
        CHECK_LEGAL(MODE_M, CSRR(machine[i]));
        CHECK_ILLEGAL(MODE_S, CSRR(machine[i]));
        CHECK_ILLEGAL(MODE_U, CSRR(machine[i]));
        CHECK_ILLEGAL(MODE_S, CSRSI_0(machine[i]));
    }
    for (unsigned i = 0; i < ARRAY_LEN(supervisor); i++) {
        CHECK_LEGAL(MODE_M, CSRR(supervisor[i]));
        CHECK_LEGAL(MODE_S, CSRR(supervisor[i]));
        CHECK_ILLEGAL(MODE_U, CSRR(supervisor[i]));
        CHECK_ILLEGAL(MODE_U, CSRSI_0(supervisor[i]));
    }
}

static void check_privileged(void)
{
    CHECK_ILLEGAL(MODE_U, MRET);
    CHECK_ILLEGAL(MODE_S, MRET);
    CHECK_ILLEGAL(MODE_U, SRET);
    CHECK_ILLEGAL(MODE_U, SFENCE_VMA);
    CHECK_LEGAL(MODE_S, SFENCE_VMA);

    csr_set(mstatus, MSTATUS_TVM);
    CHECK_ILLEGAL(MODE_S, SFENCE_VMA);
    CHECK_ILLEGAL(MODE_S, CSRR(0x180));
    CHECK_ILLEGAL(MODE_S, CSRW(0x180));
    CHECK_LEGAL(MODE_M, SFENCE_VMA);
    CHECK_LEGAL(MODE_M, CSRR(0x180));
    csr_clear(mstatus, MSTATUS_TVM);

    csr_set(mstatus, MSTATUS_TSR);
    CHECK_ILLEGAL(MODE_S, SRET);
    csr_clear(mstatus, MSTATUS_TSR);

    /* With TW set and nothing pending, WFI may wait a bounded time, and zero is one: 3.1.6.6 */
    csr_set(mstatus, MSTATUS_TW);
    CHECK_ILLEGAL(MODE_S, WFI);
    CHECK_ILLEGAL(MODE_U, WFI);
    csr_clear(mstatus, MSTATUS_TW);
}

int main(void)
{
    csr_write(mcounteren, 0);
    check_encodings();
    check_csrs();
    check_privileged();

    csr_clear(mstatus, MSTATUS_FS);    /* no floating point at all */
    CHECK_ILLEGAL(MODE_M, 0x02b57553); /* fadd.d fa0, fa0, fa1 */
    CHECK_ILLEGAL(MODE_U, 0x00053507); /* fld fa0, 0(a0) */
    CHECK_ILLEGAL(MODE_U, 0x2108);     /* c.fld fa0, 0(a0) */
    CHECK_ILLEGAL(MODE_U, 0xa02a);     /* c.fsdsp fa0, 0(sp) */
    CHECK_ILLEGAL(MODE_U, CSRR(0x001));
    CHECK_ILLEGAL(MODE_M, CSRR(0x003));
    return 0;
}
