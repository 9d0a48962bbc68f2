/*
 * Runs the bodies of floating-point instructions on a hart state of its own, without an engine, and
 * compares them with vectors: operands, rounding mode, result and exceptions.
 *
 * Belongs here: the table of instructions, running one, judging it. It needs GLib's headers only,
 * so that a program for another host needs no more than a C library. Does not belong here: where
 * vectors come from (test-fpu.c makes them, test-fpu-replay.c reads them).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_UNIT_FPU_HARNESS_H
#define TESTS_UNIT_FPU_HARNESS_H

#include <setjmp.h>

#include "target-riscv/fpu.h"

/* What an operand or a result is. I and U are integer registers of which so many bits count. */
typedef enum FPUType {
    FPU_F16,
    FPU_F32,
    FPU_F64,
    FPU_I16,
    FPU_I32,
    FPU_U32,
    FPU_I64,
    FPU_U64
} FPUType;

/* What an instruction computes. */
typedef enum FPUMeaning {
    FPU_ADD,
    FPU_SUB,
    FPU_MUL,
    FPU_DIV,
    FPU_SQRT,
    FPU_FMADD,
    FPU_FMSUB,
    FPU_FNMSUB,
    FPU_FNMADD,
    FPU_CVT,
    FPU_ROUND,
    FPU_ROUNDNX,
    FPU_MIN,
    FPU_MAX,
    FPU_MINM,
    FPU_MAXM,
    FPU_EQ,
    FPU_LT,
    FPU_LE,
    FPU_LTQ,
    FPU_LEQ,
    FPU_SGNJ,
    FPU_SGNJN,
    FPU_SGNJX,
    FPU_CLASS,
    FPU_MOVE,
    FPU_MODULAR,
    FPU_CONSTANT, /* of the number in v->a */
    FPU_MEMORY,   /* no vectors: `from` is where the value comes from */
} FPUMeaning;

typedef void FPUBody(CPURISCVState *env, const RISCVOp *op, RISCVFlow *flow);

typedef struct FPUInsn {
    const char *name;
    FPUBody *fast, *slow; /* the second without misses */
    FPUMeaning meaning;
    FPUType to, from;
} FPUInsn;

/* fpu-harness-slow.c */
#define FPU_INSN(name, ...) FPUBody fpu_slow_##name;
#include "fpu-insns.def"
#undef FPU_INSN

/* Every instruction of F, D, Zfh and Zfa. */
extern const FPUInsn fpu_insns[];
extern const unsigned fpu_insn_count;

/* The row of `name`, as the body has it; ends the program if there is none. */
const FPUInsn *fpu_insn(const char *name);

/*
 * One operation and its outcome; a file of vectors is an array of these. Values are right-aligned
 * bits.
 */
typedef struct FPUVector {
    uint16_t insn; /* index in fpu_insns */
    uint8_t rm;    /* 0 to 4; without meaning where an instruction has none */
    uint8_t flags;
    uint32_t unused;
    uint64_t a, b, c;
    uint64_t result; /* what the register holds in full: boxed, sign-extended */
} FPUVector;

typedef struct FPUHarness {
    CPURISCVState *env;
    jmp_buf illegal; /* where riscv_raise_illegal() goes */
    unsigned runs, failures;
} FPUHarness;

/* The registers that operands and result are in, f or x. */
enum { FPU_RD = 4, FPU_RS1 = 5, FPU_RS2 = 6, FPU_RS3 = 7 };

static inline bool fpu_is_float(FPUType type)
{
    return type <= FPU_F64;
}

static inline unsigned fpu_bits(FPUType type)
{
    static const unsigned bits[] = {
        [FPU_F16] = 16, [FPU_F32] = 32, [FPU_F64] = 64, [FPU_I16] = 16,
        [FPU_I32] = 32, [FPU_U32] = 32, [FPU_I64] = 64, [FPU_U64] = 64,
    };

    return bits[type];
}

/* Has the instruction an rm field? */
static inline bool fpu_has_rm(const FPUInsn *insn)
{
    return insn->meaning <= FPU_ROUNDNX;
}

/* `bits` as the register has it that holds a number of `type`: boxed, or with the sign above. */
uint64_t fpu_in_register(FPUType type, uint64_t bits);

void fpu_harness_init(FPUHarness *h);
void fpu_harness_free(FPUHarness *h);

/* An operation on the registers above; rd is both f and x. */
RISCVOp fpu_op(unsigned rm);

/* The operation of `v`, whose operands it sets, with `rm` in the instruction. */
RISCVOp fpu_prepare(CPURISCVState *env, const FPUVector *v, unsigned rm);

/* Run `insn` as an engine does. False if the fast body changed something and then missed. */
bool fpu_execute(const FPUInsn *insn, CPURISCVState *env, const RISCVOp *op);

/* Put `value` where an operand of `type` is looked for, half and single precision boxed. */
void fpu_set_operand(CPURISCVState *env, FPUType type, unsigned reg, uint64_t value);

/*
 * Run each vector with its mode in the instruction, then in frm, and some of them in a row; what
 * else is in frm and fflags changes from one to the next, so that the host is left in every state.
 */
void fpu_run_vectors(FPUHarness *h, const FPUVector *v, size_t count);

/*
 * Count a failure of `v`, and say so on stderr unless there were many: `how` it was run, and what
 * it gave.
 */
void fpu_report(FPUHarness *h, const FPUVector *v, const char *how, uint64_t result,
                unsigned flags);

#endif
