/*
 * Rounding modes that do not exist: 5 and 6 in an instruction, 5 to 7 in frm when an instruction
 * asks for it. Instructions that do not round take no notice of frm. And fcsr, frm and fflags as
 * one register.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define FADD_D 0x02a50553u /* fadd.d fa0, fa0, fa0, rne */
#define FSQRT_S 0x58050553u
#define FMADD_D 0x52a50543u
#define FCVT_L_D 0xc2250553u /* fcvt.l.d a0, fa0 */
#define FCVT_S_D 0x40150553u
#define RM(rm) ((uint32_t)(rm) << 12)

static uint32_t code[2] = { 0, 0x00008067 };

static uint64_t cause_of(uint32_t insn)
{
    code[0] = insn;
    fence_i();
    try_call((uint64_t)code, 0);
    return trap()->cause;
}

int main(void)
{
    static const uint32_t rounding[] = { FADD_D, FSQRT_S, FMADD_D, FCVT_L_D, FCVT_S_D };
    const uint64_t none = NO_TRAP;

    for (unsigned i = 0; i < ARRAY_LEN(rounding); i++) {
        for (unsigned frm = 0; frm < 8; frm++) {
            csr_write(frm, frm);
            CHECK_EQ(csr_read(frm), frm);
            for (unsigned rm = 0; rm < 8; rm++) {
                bool legal = rm < 5 || (rm == 7 && frm < 5);

                CHECK_EQ(cause_of(rounding[i] | RM(rm)), legal ? none : CAUSE_ILLEGAL);
            }
        }
    }

    csr_write(frm, 5);
    PROBE("fsgnj.d fa0, fa0, fa0");
    CHECK_NO_TRAP();
    PROBE("fmin.d fa0, fa0, fa0");
    CHECK_NO_TRAP();
    PROBE("fle.d a0, fa0, fa0", : : : "a0");
    CHECK_NO_TRAP();
    PROBE("fclass.d a0, fa0", : : : "a0");
    CHECK_NO_TRAP();
    PROBE("fmv.x.d a0, fa0", : : : "a0");
    CHECK_NO_TRAP();
    PROBE("fld fa0, 0(%0)", : : "r"(code));
    CHECK_NO_TRAP();

    csr_write(fcsr, -1ul);
    CHECK_EQ(csr_read(fcsr), 0xff);
    CHECK_EQ(csr_read(frm), 7);
    CHECK_EQ(csr_read(fflags), 0x1f);
    csr_write(frm, 0x12);
    CHECK_EQ(csr_read(fcsr), 0x5f);
    csr_write(fflags, 0xe5);
    CHECK_EQ(csr_read(fcsr), 0x45);
    csr_clear(frm, 2);
    CHECK_EQ(csr_read(fcsr), 5);
    csr_write(fcsr, 0);
    return 0;
}
