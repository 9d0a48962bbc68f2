/*
 * The text of a commit: see include/target-riscv/commit.h.
 *
 * A run may write millions of lines: no printf.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/commit.h"

#include <inttypes.h>
#include <string.h>

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"

#define MAX_FIXED 64 /* "core   0: 3 0x... (0x...)" with a hart id of 20 digits */

/* `value` with as many digits as `size` bytes have; returns where it ends. */
static char *put_hex(char *at, uint64_t value, unsigned size)
{
    *at++ = '0';
    *at++ = 'x';
    for (unsigned i = 2 * size; i-- > 0;) {
        *at++ = "0123456789abcdef"[value >> (4 * i) & 15];
    }
    return at;
}

static char *put_decimal(char *at, uint64_t value)
{
    char digits[20];
    unsigned count = 0;

    do {
        digits[count++] = '0' + value % 10;
        value /= 10;
    } while (value);
    while (count > 0) {
        *at++ = digits[--count];
    }
    return at;
}

/* In at least four columns. */
static char *put_hart(char *at, uint64_t hart)
{
    for (uint64_t limit = 1000; limit > 1 && hart < limit; limit /= 10) {
        *at++ = ' ';
    }
    return put_decimal(at, hart);
}

static const char *csr_name(unsigned number)
{
    return number == CSR_MVIP       ? "mvip"
           : number == CSR_HCONTEXT ? "hcontext"
                                    : riscv_csr_name(number);
}

static char *put_reg(char *at, unsigned key)
{
    unsigned number = COMMIT_KEY_NUMBER(key), kind = COMMIT_KEY_KIND(key);
    const char *name;

    *at++ = kind == COMMIT_CSR ? 'c' : kind == COMMIT_F ? 'f' : 'x';
    at = put_decimal(at, number);
    if (kind == COMMIT_CSR) {
        name = csr_name(number);
        *at++ = '_';
        at = stpcpy(at, name ? name : "unknown");
    }
    return at;
}

#define MAX_NAME 32 /* of a register, its value included: 51 */

void riscv_commit_reg_name(unsigned key, GString *text)
{
    char name[MAX_NAME];

    g_string_append_len(text, name, put_reg(name, key) - name);
}

static char *put_access(char *at, uint64_t addr)
{
    return put_hex(stpcpy(at, " mem "), addr, 8);
}

static char *put_store(char *at, uint64_t addr, uint64_t value, unsigned size)
{
    at = put_access(at, addr);
    *at++ = ' ';
    return put_hex(at, value, size);
}

/* Of a block of zeros, which may be long. */
static void append_zeros(GString *text, uint64_t addr, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        char store[MAX_FIXED];

        g_string_append_len(text, store, put_store(store, addr + i, 0, 1) - store);
    }
}

static char *put_regs(char *at, const RISCVCommit *c)
{
    for (unsigned i = 0; i < c->reg_count; i++) {
        unsigned kind = COMMIT_KEY_KIND(c->keys[i]);

        *at++ = ' ';
        at = put_reg(at, c->keys[i]);
        if (kind != COMMIT_CSR && COMMIT_KEY_NUMBER(c->keys[i]) < 10) {
            *at++ = ' ';
        }
        *at++ = ' ';
        at = put_hex(at, c->regs[i], kind == COMMIT_F ? c->flen : 8);
    }
    return at;
}

void riscv_commit_text(const RISCVCommit *c, GString *text)
{
    enum { ROOM = MAX_FIXED + COMMIT_MAX_REGS * (MAX_NAME + 20) + 2 * COMMIT_MAX_ACCESSES * 44 };
    char line[ROOM], *at = stpcpy(line, "core");

    at = put_hart(at, c->hart);
    at = stpcpy(at, ": ");
    *at++ = '0' + c->priv;
    *at++ = ' ';
    at = put_hex(at, c->pc, 8);
    at = put_hex(stpcpy(at, " ("), c->raw, c->len);
    *at++ = ')';
    at = put_regs(at, c);
    for (unsigned i = 0; i < c->load_count; i++) {
        at = put_access(at, c->loads[i]);
    }
    for (unsigned i = 0; i < c->store_count; i++) {
        if (c->stores[i].size) {
            at = put_store(at, c->stores[i].addr, c->stores[i].value, c->stores[i].size);
        } else {
            g_string_append_len(text, line, at - line);
            at = line;
            append_zeros(text, c->stores[i].addr, c->stores[i].value);
        }
    }
    *at++ = '\n';
    g_string_append_len(text, line, at - line);
}
