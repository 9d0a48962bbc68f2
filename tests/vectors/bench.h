/*
 * A hart that executes one instruction at a time, on the real engine: what the tests of this folder
 * share.
 *
 * What does not belong here: which instructions, and what they should do.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_VECTORS_BENCH_H
#define TESTS_VECTORS_BENCH_H

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"
#include "target-riscv/decode.h"

#define RAM_BASE 0x80000000ull
#define RAM_SIZE (64 * 1024)
/* The instruction is the last of its page, and so of its block. */
#define CODE_END (RAM_BASE + 0x2000)
#define HANDLER (RAM_BASE + 0x3000)
#define DATA (RAM_BASE + 0x6000)
#define SHORT_JUMP_TO_ITSELF 0xa001

typedef struct Bench {
    MemoryRegion ram;
    RISCVCPU *cpu;
} Bench;

/* A hart of model max with properties set from text, "zba=off,zcmp=on", or NULL. One at a time. */
Bench *bench_new(const char *settings);
void bench_free(Bench *bench);
/* Reset the hart; then all memory is open to S and U, and traps to M lead to HANDLER. */
void bench_reset(Bench *bench);
/*
 * A CSR by its number, whatever the privilege. False: there is none, or it is read-only (`value` is
 * then as it was).
 */
bool bench_read_csr(Bench *bench, int csr, uint64_t *value);
bool bench_write_csr(Bench *bench, int csr, uint64_t value);
void bench_put_bytes(uint64_t address, const void *bytes, unsigned length);
/* The mode that the next instruction is executed in. */
void bench_set_priv(Bench *bench, unsigned priv);
/* Run the block at env->pc, and if it traps, the handler's. */
void bench_execute(Bench *bench);

#endif
