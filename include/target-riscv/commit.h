/*
 * What an instruction did, as a record, and the text of it.
 *
 * The text is that of Spike's --log-commits, byte for byte:
 *
 *     core   0: 3 0x0000000080000040 (0x00853587) f11 0x3ff0000000000000 mem 0x0000000080002008
 *
 * that is: hart, privilege before the instruction, pc, its bits; each register written (x, f, and c
 * for CSRs, by number, and of one number in this order); addresses loaded from; addresses stored to
 * with what was stored. An instruction that raises an exception has no line. What does not belong
 * here: how a record comes about (interp/commits.h), and files of them (commit-trace.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_COMMIT_H
#define TARGET_RISCV_COMMIT_H

#include <glib.h>
#include <stdint.h>

typedef enum RISCVCommitKind { COMMIT_X = 0, COMMIT_F = 1, COMMIT_CSR = 4 } RISCVCommitKind;

/* Zcmp pops 13 registers, changes sp, and may clear another; flags and status come on top. */
#define COMMIT_MAX_REGS 24
#define COMMIT_MAX_ACCESSES 16

/* A register's number and kind as one number, whose order is that of the line. */
#define COMMIT_KEY(kind, number) ((unsigned)(number) << 4 | (kind))
#define COMMIT_KEY_KIND(key) ((key) & 15u)
#define COMMIT_KEY_NUMBER(key) ((unsigned)(key) >> 4)

/* CSRs of extensions that there are not, which writes to others show as (interp/commit-note.c). */
#define CSR_MVIP 0x309
#define CSR_HCONTEXT 0x6a8

typedef struct RISCVCommit {
    uint64_t hart, pc;
    uint32_t raw;
    uint8_t len;  /* of `raw`, in bytes: 2 or 4 */
    uint8_t priv; /* RISCVPriv */
    uint8_t flen; /* bytes of a floating-point register, as shown: 4 or 8 */
    uint8_t reg_count, load_count, store_count;
    uint16_t keys[COMMIT_MAX_REGS]; /* ascending */
    uint64_t regs[COMMIT_MAX_REGS];
    uint64_t loads[COMMIT_MAX_ACCESSES];
    struct {
        uint64_t addr, value; /* `value` has no bits above its size */
        uint8_t size;         /* 1, 2, 4 or 8; 0: that many (`value`) bytes of zeros, one by one */
    } stores[COMMIT_MAX_ACCESSES];
} RISCVCommit;

/* Appends the line, with its newline. */
void riscv_commit_text(const RISCVCommit *commit, GString *text);

/* As the line has it: "x10", "f3", "c768_mstatus". `number` must exist. */
void riscv_commit_reg_name(unsigned key, GString *text);

#endif
