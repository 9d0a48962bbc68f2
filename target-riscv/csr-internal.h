/*
 * What the files that implement CSRs share: the form of a row, the signatures of its functions,
 * some helpers.
 *
 * Only csr*.c include this. What does not belong here: the rows (include/target-riscv/csr.def).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_CSR_INTERNAL_H
#define TARGET_RISCV_CSR_INTERNAL_H

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"

typedef struct RISCVCSR RISCVCSR;

/*
 * `op` is the CSR instruction, NULL when a debugger asks. Write functions get the whole new value;
 * what the instruction leaves alone is in it as it was read. Where others may change bits
 * meanwhile, or a read shows more than is stored, only those in `mask` may change: the ones that
 * the instruction names. (csrrw names all.)
 */
typedef uint64_t RISCVCSRRead(CPURISCVState *env, const RISCVCSR *csr, const RISCVOp *op);
typedef void RISCVCSRWrite(CPURISCVState *env, const RISCVCSR *csr, const RISCVOp *op,
                           uint64_t value, uint64_t mask);
typedef bool RISCVCSRCheck(CPURISCVState *env, const RISCVCSR *csr, bool write);

struct RISCVCSR {
    const char *name;
    uint16_t number;
    uint16_t ext;    /* RISCV_EXT_* */
    uint32_t field;  /* offset of a uint64_t in CPURISCVState; 0 (that is x0): none */
    uint64_t mask;   /* bits of the field that a write changes */
    RISCVCSRRead *read;
    RISCVCSRWrite *write;
    RISCVCSRCheck *check;
};

/* Heads of the functions that csr.def names. */
#define CSR_READ(f)                                                                               \
    uint64_t csr_read_##f(CPURISCVState *env G_GNUC_UNUSED, const RISCVCSR *csr G_GNUC_UNUSED,    \
                          const RISCVOp *op G_GNUC_UNUSED)
#define CSR_WRITE(f)                                                                              \
    void csr_write_##f(CPURISCVState *env G_GNUC_UNUSED, const RISCVCSR *csr G_GNUC_UNUSED,       \
                       const RISCVOp *op G_GNUC_UNUSED, uint64_t value,                           \
                       uint64_t mask G_GNUC_UNUSED)
#define CSR_CHECK(f)                                                                              \
    bool csr_check_##f(CPURISCVState *env G_GNUC_UNUSED, const RISCVCSR *csr G_GNUC_UNUSED,       \
                       bool write G_GNUC_UNUSED)

/* Declare them all. */
#define CSR(name, number, ext, ...) __VA_ARGS__
#define READ(f) CSR_READ(f);
#define WRITE(f) CSR_WRITE(f);
#define CHECK(f) CSR_CHECK(f);
#include "target-riscv/csr.def"

static inline uint64_t *csr_field(CPURISCVState *env, const RISCVCSR *csr)
{
    return (uint64_t *)((char *)env + csr->field);
}

static inline bool env_has(const CPURISCVState *env, RISCVExt ext)
{
    return riscv_ext_has(&env->ext, ext);
}

/* Set mstatus to `value`, whose fields are legal already, with what follows from the change. */
void csr_set_mstatus(CPURISCVState *env, uint64_t value);
/* The writable fields of sstatus, as far as this hart has them. */
uint64_t csr_sstatus_mask(const CPURISCVState *env);
/* Set the bits of mip that software owns (its lines go on top). */
void csr_set_mip(CPURISCVState *env, uint64_t mask, uint64_t value);
/* Fields that menvcfg and senvcfg share; CBIE's reserved value becomes "illegal instruction". */
uint64_t csr_envcfg_mask(const CPURISCVState *env);
uint64_t csr_legal_envcfg(uint64_t value);
/* PMM as it may be where `ext` is the extension for it; the reserved value masks nothing. */
uint64_t csr_legal_pmm(const CPURISCVState *env, RISCVExt ext, uint64_t value);

#endif
