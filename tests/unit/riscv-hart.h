/*
 * A hart for unit tests: 1 MiB of RAM, a timebase, and in place of an engine one that only notes
 * what it is told (fake-engine.c, unless the test brings another one).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_RISCV_HART_H
#define TESTS_UNIT_RISCV_HART_H

#include <setjmp.h>

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"
#include "target-riscv/insn.h"

#define HART_RAM_BASE 0x80000000ull
#define HART_RAM_SIZE 0x100000ull
#define HART_ROM_BASE 0x10000ull
#define HART_ROM_SIZE 0x1000ull

typedef struct TestHart {
    VirtualClock *clock;
    Timebase *timebase;
    MemoryRegion root, ram, rom;
    AddressSpace as;
    RISCVCPU *cpu;
    CPURISCVState *env;
    RISCVOp op; /* "the instruction": at env->pc, its successor is retired + 1 */

    /* What the engine was told. */
    uint64_t retired;
    unsigned flushes, fences, mode_changes, ext_changes;
    bool fence_by_vaddr, fence_by_asid; /* the last fence's operands */
    uint64_t fence_vaddr, fence_asid;

    /* The exception that was raised last. */
    jmp_buf leave;
    bool raised;
    unsigned cause;
    uint64_t tval;
} TestHart;

/*
 * A realized hart of that model ("rv64"), pmp-open=off, with properties set from text:
 * "c=off,zba=on", or NULL.
 */
TestHart *hart_new(const char *model, const char *settings);
void hart_free(TestHart *t);

/* Does body(t, a, b), written with HART_BODY, raise? *t says what. No trap is taken. */
typedef void HartBody(TestHart *t, uint64_t a, uint64_t b);
#define HART_BODY(name)                                                                           \
    static void name(TestHart *t, uint64_t a G_GNUC_UNUSED, uint64_t b G_GNUC_UNUSED)
bool hart_raises(TestHart *t, HartBody *body, uint64_t a, uint64_t b);

/*
 * One CSR instruction of the mode the hart is in, and the retired count moves on. False: it was
 * illegal.
 */
bool hart_csr(TestHart *t, unsigned csr, bool write, uint64_t value, uint64_t mask, uint64_t *old);
bool hart_csr_readable(TestHart *t, unsigned csr);
/* The same for accesses that must be legal: csrr, csrw, csrs, csrc. */
uint64_t hart_csrr(TestHart *t, unsigned csr);
void hart_csrw(TestHart *t, unsigned csr, uint64_t value);
void hart_csrs(TestHart *t, unsigned csr, uint64_t bits);
void hart_csrc(TestHart *t, unsigned csr, uint64_t bits);

/* Open all memory to S and U (entry 0). */
void hart_open_pmp(TestHart *t);
void hart_set_priv(TestHart *t, RISCVPriv priv);

uint64_t hart_peek(TestHart *t, hwaddr addr);
void hart_poke(TestHart *t, hwaddr addr, uint64_t value);

#endif
