/*
 * CSRs: the table, who may access what, and reading and writing through it.
 *
 * The rows are in include/target-riscv/csr.def; what particular registers do is in csr-*.c. What
 * does not belong here: anything that is true of one register only.
 *
 * SPDX-License-Identifier: MIT
 */
#include "csr-internal.h"

#include <string.h>

/* Row numbers, and from a CSR's number to its row (0: there is none). */
enum {
    ROW_NONE,
#define CSR(name, number, ...) ROW_##name,
#include "target-riscv/csr.def"
    ROW_COUNT
};

static const uint16_t csr_row[0x1000] = {
#define CSR(name, number, ...) [number] = ROW_##name,
#include "target-riscv/csr.def"
};

static const RISCVCSR csr_rows[ROW_COUNT] = {
#define CSR(name_, number_, ext_, ...)                                                            \
    [ROW_##name_] = { .name = #name_, .number = (number_), .ext = RISCV_EXT_##ext_, __VA_ARGS__ },
#define FIELD(member, mask_) .field = offsetof(CPURISCVState, member), .mask = (mask_),
#define CONFIG(member) .field = offsetof(CPURISCVState, member),
#define READ(f) .read = csr_read_##f,
#define WRITE(f) .write = csr_write_##f,
#define CHECK(f) .check = csr_check_##f,
#include "target-riscv/csr.def"
};

static const RISCVCSR *csr_find(unsigned number)
{
    unsigned row = number < G_N_ELEMENTS(csr_row) ? csr_row[number] : ROW_NONE;

    return row == ROW_NONE ? NULL : &csr_rows[row];
}

const char *riscv_csr_name(unsigned number)
{
    const RISCVCSR *csr = csr_find(number);

    return csr ? csr->name : NULL;
}

int riscv_csr_by_name(const char *name)
{
    for (int i = ROW_NONE + 1; i < ROW_COUNT; i++) {
        if (!strcmp(csr_rows[i].name, name)) {
            return csr_rows[i].number;
        }
    }
    return -1;
}

/* Privileged ISA, "CSR Address Mapping Conventions". */
static bool csr_is_read_only(unsigned number)
{
    return number >> 10 == 3;
}

static unsigned csr_privilege(unsigned number)
{
    return number >> 8 & 3;
}

static uint64_t csr_value(CPURISCVState *env, const RISCVCSR *csr, const RISCVOp *op)
{
    if (csr->read) {
        return csr->read(env, csr, op);
    }
    return csr->field ? *csr_field(env, csr) : 0;
}

static void csr_set(CPURISCVState *env, const RISCVCSR *csr, const RISCVOp *op, uint64_t value,
                    uint64_t mask)
{
    if (mask != UINT64_MAX) {
        value = (csr_value(env, csr, op) & ~mask) | (value & mask);
    }
    if (csr->write) {
        csr->write(env, csr, op, value, mask);
    } else if (csr->field) {
        uint64_t *field = csr_field(env, csr);

        *field = (*field & ~csr->mask) | (value & csr->mask);
    }
}

bool riscv_csr_access(CPURISCVState *env, const RISCVOp *op, unsigned number, bool read, bool write,
                      uint64_t value, uint64_t mask, uint64_t *old)
{
    const RISCVCSR *csr = csr_find(number);

    if (!csr || !riscv_ext_has(&env->ext, csr->ext) || (write && csr_is_read_only(number))) {
        return false;
    }
    /* A debugger sees every register, whatever mode it stopped the hart in. */
    if (op && (env->priv < csr_privilege(number) || (csr->check && !csr->check(env, csr, write)))) {
        return false;
    }
    if (read) {
        *old = csr_value(env, csr, op);
    }
    if (write) {
        csr_set(env, csr, op, value, mask);
    }
    return true;
}
