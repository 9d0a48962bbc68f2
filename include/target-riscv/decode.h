/*
 * From an instruction's bits to its operands and back, and what is known of each instruction.
 *
 * All of it is generated from the rows in target-riscv/insn/ (scripts/insngen.py). What does not
 * belong here: what an instruction does (the rows' bodies, insn.h), and translation blocks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_DECODE_H
#define TARGET_RISCV_DECODE_H

#include "target-riscv/ext.h"
#include "target-riscv/insn-list.h"

/*
 * A decoded instruction. An operand that the instruction does not have is 0. imm is what the body
 * calls IMM: a branch's imm is relative to the instruction's own pc.
 */
typedef struct RISCVInsn {
    uint32_t raw; /* of a compressed instruction, 16 bits */
    uint16_t id;  /* what to execute: below RISCV_INSN_COUNT */
    uint16_t row; /* what it is: a compressed instruction's own id, else the same as id */
    uint8_t len;  /* in bytes: 2 or 4 */
    uint8_t rd, rs1, rs2, rs3;
    int32_t imm;
} RISCVInsn;

typedef enum RISCVInsnFlags {
    RISCV_INSN_FLAG_BRANCH = 1 << 0,        /* conditional, to pc + imm; ends in BRANCH() */
    RISCV_INSN_FLAG_JUMP = 1 << 1,          /* to pc + imm; the body may use NEXT_PC */
    RISCV_INSN_FLAG_JUMP_INDIRECT = 1 << 2, /* ends in JUMP_TO(); the body may use NEXT_PC */
    RISCV_INSN_FLAG_PC = 1 << 3,            /* the body uses PC */
    RISCV_INSN_FLAG_END = 1 << 4,           /* may change how what follows is fetched or decoded */
} RISCVInsnFlags;

typedef enum RISCVRegClass { RISCV_REG_NONE, RISCV_REG_X, RISCV_REG_F } RISCVRegClass;

enum { RISCV_INSN_RV32 = 1 << 0, RISCV_INSN_RV64 = 1 << 1 };

typedef struct RISCVInsnInfo {
    const char *name;      /* as in assembly: "fence.i" */
    const char *extension; /* as in the row: "Zbb|Zbkb" */
    const char *format;
    uint32_t mask;         /* fixed bits, */
    uint32_t match;        /* and what they are */
    uint16_t id;           /* as in RISCVInsn */
    uint8_t len;
    uint8_t xlens;         /* RISCV_INSN_RV* */
    uint16_t flags;        /* RISCVInsnFlags */
    uint8_t rd, rs1, rs2, rs3; /* RISCVRegClass */
} RISCVInsnInfo;

/* By row; the entry of RISCV_INSN_illegal says nothing. */
extern const RISCVInsnInfo riscv_insn_info[RISCV_INSN_ROW_COUNT];

/*
 * Decode the instruction that begins with `raw` (of a compressed one the upper half is not looked
 * at) for a hart with extensions `exts` and registers of `xlen` bits. False if there is no such
 * instruction: then *insn has only raw, len and the id RISCV_INSN_illegal.
 */
bool riscv_decode(uint32_t raw, const RISCVExtSet *exts, unsigned xlen, RISCVInsn *insn);

/*
 * Encode insn->row with the operands of *insn; ignored bits are 0. False if an operand does not fit
 * (too large, misaligned, not the register that is implied). WHERE conditions are not looked at.
 */
bool riscv_encode(const RISCVInsn *insn, uint32_t *raw);

#endif
