/*
 * mstatus.FS: Off makes everything of floating point illegal; a write of a floating-point register
 * or of fcsr makes it Dirty, and SD with it; a comparison or a move to an integer register need
 * not. Values survive.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

static double word = 1.0;

static uint64_t fs(void)
{
    return csr_read(mstatus) & (MSTATUS_FS | MSTATUS_SD);
}

#define DIRTY (MSTATUS_FS | MSTATUS_SD)

static void set_fs(uint64_t state)
{
    csr_clear(mstatus, MSTATUS_FS);
    csr_set(mstatus, state);
}

/* `code` makes FS Dirty, from Initial and from Clean; with FS Off it is illegal. */
#define CHECK_DIRTIES(...)          \
    do {                            \
        set_fs(MSTATUS_FS_INITIAL); \
        PROBE(__VA_ARGS__);         \
        CHECK_NO_TRAP();            \
        CHECK_EQ(fs(), DIRTY);      \
        set_fs(MSTATUS_FS_CLEAN);   \
        PROBE(__VA_ARGS__);         \
        CHECK_EQ(fs(), DIRTY);      \
        CHECK_OFF(__VA_ARGS__);     \
    } while (0)

/* `code` works in any state but Off. Whether it makes FS Dirty is the implementation's choice. */
#define CHECK_OFF(...)                          \
    do {                                        \
        set_fs(MSTATUS_FS_CLEAN);               \
        PROBE(__VA_ARGS__);                     \
        CHECK_NO_TRAP();                        \
        set_fs(0);                              \
        PROBE(__VA_ARGS__);                     \
        CHECK_EQ(trap()->cause, CAUSE_ILLEGAL); \
        CHECK_EQ(fs(), 0);                      \
    } while (0)

static uint64_t user_add(uint64_t unused)
{
    PROBE("fadd.d fa0, fa0, fa0");
    return unused;
}

int main(void)
{
    uint64_t v = 0;
    double *p = &word;

    CHECK_DIRTIES("fld fa0, 0(%0)", : : "r"(p));
    CHECK_DIRTIES("flw fa0, 0(%0)", : : "r"(p));
    CHECK_DIRTIES("fmv.d.x fa0, %0", : : "r"(v));
    CHECK_DIRTIES("fmv.w.x fa0, %0", : : "r"(v));
    CHECK_DIRTIES("fadd.d fa0, fa0, fa0");
    CHECK_DIRTIES("fmul.s fa0, fa0, fa0");
    CHECK_DIRTIES("fmadd.d fa0, fa0, fa0, fa0");
    CHECK_DIRTIES("fsgnj.d fa0, fa0, fa0");
    CHECK_DIRTIES("fcvt.d.l fa0, %0", : : "r"(v));
    CHECK_DIRTIES("fcvt.s.d fa0, fa0");
    CHECK_DIRTIES("fmin.s fa0, fa0, fa0");
    CHECK_DIRTIES(".insn r 0x53, 0, 0x79, fa0, x16, x1"); /* fli.d fa0, 1.0 */
    CHECK_DIRTIES(".insn r 0x53, 7, 0x21, fa0, fa0, x4"); /* fround.d fa0, fa0 */
    CHECK_DIRTIES("csrw fcsr, %0", : : "r"(v));
    CHECK_DIRTIES("csrwi frm, 1");
    CHECK_DIRTIES("csrsi fflags, 1");
    CHECK_OFF("fsd fa0, 0(%0)", : : "r"(p));
    CHECK_OFF("fsw fa0, 0(%0)", : : "r"(p));
    CHECK_OFF("fmv.x.d %0, fa0", : "=r"(v));
    CHECK_OFF("feq.d %0, fa0, fa0", : "=r"(v));
    CHECK_OFF("fclass.s %0, fa0", : "=r"(v));
    CHECK_OFF(".insn r 0x53, 4, 0x51, %0, fa0, fa0", : "=r"(v)); /* fleq.d */
    CHECK_OFF("csrr %0, fcsr", : "=r"(v));
    CHECK_OFF("mv a0, %0\n c.fld fa0, 0(a0)", : : "r"(p) : "a0");
    CHECK_OFF("mv a0, %0\n c.fsd fa0, 0(a0)", : : "r"(p) : "a0");
    CHECK_OFF("c.fldsp fa0, 0(sp)");

    /*
     * Raising a flag is a write of fcsr: by a comparison that signals, by a conversion to an
     * integer.
     */
    csr_set(mstatus, MSTATUS_FS);
    asm volatile("csrwi fcsr, 0\n fmv.d.x fa1, %0" : : "r"(0x7ff0000000000001));
    CHECK_DIRTIES("csrwi fflags, 0\n feq.d %0, fa1, fa1", : "=r"(v));
    CHECK_DIRTIES("csrwi fflags, 0\n fcvt.w.d %0, fa1", : "=r"(v));
    set_fs(MSTATUS_FS_CLEAN);
    csr_write(fflags, 0);
    set_fs(MSTATUS_FS_CLEAN);
    PROBE("feq.d %0, fa1, fa1", : "=r"(v));
    CHECK_EQ(fs(), DIRTY);
    CHECK_EQ(csr_read(fflags), 0x10);

    /* Registers and flags are not touched by FS' comings and goings. */
    csr_set(mstatus, MSTATUS_FS);
    asm volatile("fmv.d.x fa0, %0\n csrwi fcsr, 0x1f" : : "r"(0x0123456789abcdef));
    set_fs(0);
    set_fs(MSTATUS_FS_INITIAL);
    PROBE("fmv.x.d %0, fa0", : "=r"(v));
    CHECK_EQ(v, 0x0123456789abcdef);
    CHECK_EQ(csr_read(fcsr), 0x1f);

    /* The same for the modes below. */
    set_fs(0);
    run_in(MODE_U, user_add, 0);
    CHECK_EQ(trap()->cause, CAUSE_ILLEGAL);
    set_fs(MSTATUS_FS_INITIAL);
    run_in(MODE_U, user_add, 0);
    CHECK_NO_TRAP();
    CHECK_EQ(fs(), DIRTY);
    CHECK_EQ(csr_read(sstatus) & (MSTATUS_FS | MSTATUS_SD), DIRTY);
    return 0;
}
