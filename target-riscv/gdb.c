/*
 * The hart's registers as gdb knows them: numbers, description, reading and writing.
 *
 * gdb's manual, "RISC-V Features"; the numbers of registers are those that its description gives,
 * and as gdb's own without one. What does not belong here: packets (system/gdbstub.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/debug.h"

#include <string.h>

#include "target-riscv/csr.h"
#include "target-riscv/disas.h"
#include "target-riscv/fpu.h"

enum {
    REG_PC = 32,
    REG_F0 = 33,
    REG_CSR0 = 65, /* fflags, frm and fcsr, too */
    REG_PRIV = REG_CSR0 + 0x1000,
};

static const uint8_t expedited[] = { 2 /* sp */, 8 /* fp */, REG_PC, GDB_NO_REG };

/* ---- the description ---- */

static void append_reg(GString *text, const char *name, unsigned number, unsigned bits,
                       const char *type, const char *group)
{
    g_string_append_printf(
        text, "  <reg name=\"%s\" bitsize=\"%u\" regnum=\"%u\" type=\"%s\"%s%s%s/>\n", name, bits,
        number, type, group ? " group=\"" : "", group ? group : "", group ? "\"" : "");
}

static void begin_feature(GString *text, const char *name)
{
    g_string_append_printf(text, " <feature name=\"org.gnu.gdb.riscv.%s\">\n", name);
}

static void end_feature(GString *text)
{
    g_string_append(text, " </feature>\n");
}

static void append_cpu(GString *text)
{
    begin_feature(text, "cpu");
    for (unsigned i = 0; i < 32; i++) {
        const char *type = i == 1 ? "code_ptr" : i >= 2 && i <= 4 ? "data_ptr" : "int";

        append_reg(text, riscv_x_name(i), i, 64, type, NULL);
    }
    append_reg(text, "pc", REG_PC, 64, "code_ptr", NULL);
    end_feature(text);
}

static bool is_fp_csr(unsigned number)
{
    return number >= CSR_fflags && number <= CSR_fcsr;
}

static void append_fpu(GString *text, const RISCVExtSet *ext)
{
    unsigned bits = riscv_ext_has(ext, RISCV_EXT_D) ? 64 : 32;

    begin_feature(text, "fpu");
    for (unsigned i = 0; i < 32; i++) {
        append_reg(text, riscv_f_name(i), REG_F0 + i, bits,
                   bits == 64 ? "ieee_double" : "ieee_single", "float");
    }
    for (unsigned n = CSR_fflags; n <= CSR_fcsr; n++) {
        append_reg(text, riscv_csr_name(n), REG_CSR0 + n, 32, "int", "float");
    }
    end_feature(text);
}

/* Those that the hart has: reading says which. */
static bool read_csr(CPURISCVState *env, unsigned number, uint64_t *value)
{
    return riscv_csr_access(env, NULL, number, true, false, 0, 0, value);
}

static void append_csrs(GString *text, CPURISCVState *env)
{
    uint64_t value;

    begin_feature(text, "csr");
    for (unsigned n = 0; n < 0x1000; n++) {
        if (!is_fp_csr(n) && read_csr(env, n, &value)) {
            append_reg(text, riscv_csr_name(n), REG_CSR0 + n, 64, "uint64", "csr");
        }
    }
    end_feature(text);
}

static char *riscv_gdb_description(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    GString *text = g_string_new(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
        "<target version=\"1.0\">\n <architecture>riscv:rv64</architecture>\n"
        " <osabi>none</osabi>\n"); /* else gdb may step as under Linux: by breakpoints */

    append_cpu(text);
    if (riscv_ext_has(&env->cfg_ext, RISCV_EXT_F)) {
        append_fpu(text, &env->cfg_ext);
    }
    append_csrs(text, env);
    begin_feature(text, "virtual");
    append_reg(text, "priv", REG_PRIV, 64, "uint64", "general");
    end_feature(text);
    g_string_append(text, "</target>\n");
    return g_string_free(text, FALSE);
}

/* ---- reading ---- */

static unsigned put(uint8_t *buf, uint64_t value, unsigned bytes)
{
    value = GUINT64_TO_LE(value);
    memcpy(buf, &value, bytes);
    return bytes;
}

/* As append_fpu() has it. */
static unsigned fp_bytes(const CPURISCVState *env)
{
    return riscv_ext_has(&env->cfg_ext, RISCV_EXT_D)   ? 8
           : riscv_ext_has(&env->cfg_ext, RISCV_EXT_F) ? 4
                                                       : 0;
}

static unsigned riscv_gdb_read_reg(CPUState *cs, unsigned n, uint8_t *buf)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    uint64_t value;

    if (n < REG_PC) {
        return put(buf, env->x[n], 8);
    }
    if (n == REG_PC) {
        return put(buf, env->pc, 8);
    }
    if (n < REG_CSR0) {
        return put(buf, env->f[n - REG_F0], fp_bytes(env));
    }
    if (n == REG_PRIV) {
        return put(buf, env->priv, 8);
    }
    if (n > REG_PRIV || !read_csr(env, n - REG_CSR0, &value)) {
        return 0;
    }
    return put(buf, value, is_fp_csr(n - REG_CSR0) ? 4 : 8);
}

/* ---- writing ---- */

static void write_fp(CPURISCVState *env, unsigned n, uint64_t value)
{
    env->f[n] = fp_bytes(env) == 4 ? value | UINT64_MAX << 32 : value; /* NaN-boxed */
    if (env->mstatus & MSTATUS_FS) {
        env->fs_dirty = 1;
    }
}

static bool write_priv(CPURISCVState *env, uint64_t value)
{
    bool exists = value == PRIV_M || (value == PRIV_S && riscv_ext_has(&env->ext, RISCV_EXT_S)) ||
                  (value == PRIV_U && riscv_ext_has(&env->ext, RISCV_EXT_U));

    if (exists) {
        env->priv = value;
        riscv_mode_changed(env);
    }
    return exists;
}

static bool write_reg(CPURISCVState *env, unsigned n, uint64_t value)
{
    if (n == 0) {
        return true; /* gdb writes x0 back with the others */
    }
    if (n < REG_PC) {
        env->x[n] = value;
        return true;
    }
    if (n == REG_PC) {
        env->pc = value & ~1ull;
        env->wfi = false;
        return true;
    }
    if (n < REG_CSR0) {
        write_fp(env, n - REG_F0, value);
        return true;
    }
    return n == REG_PRIV
               ? write_priv(env, value)
               : riscv_csr_access(env, NULL, n - REG_CSR0, false, true, value, UINT64_MAX, NULL);
}

static unsigned riscv_gdb_write_reg(CPUState *cs, unsigned n, const uint8_t *buf)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;
    uint8_t old[8];
    unsigned bytes = riscv_gdb_read_reg(cs, n, old);
    uint64_t value = 0;

    memcpy(&value, buf, bytes);
    return bytes && write_reg(env, n, GUINT64_FROM_LE(value)) ? bytes : 0;
}

/* ---- the rest ---- */

static void riscv_stop_waiting(CPUState *cs)
{
    RISCV_CPU(cs)->env.wfi = false;
}

static char *riscv_debug_describe(CPUState *cs)
{
    CPURISCVState *env = &RISCV_CPU(cs)->env;

    return g_strdup_printf("hart %" PRIu64 ", %c-mode%s", env->hartid, "US?M"[env->priv],
                           env->wfi ? ", waiting for an interrupt" : "");
}

void riscv_gdb_class_init(CPUClass *cc)
{
    cc->gdb_description = riscv_gdb_description;
    cc->gdb_core_regs = REG_PC + 1;
    cc->gdb_expedited_regs = expedited;
    cc->gdb_read_reg = riscv_gdb_read_reg;
    cc->gdb_write_reg = riscv_gdb_write_reg;
    cc->debug_describe = riscv_debug_describe;
    cc->debug_points_changed = riscv_debug_points_changed;
    cc->debug_translate = riscv_debug_translate;
    cc->stop_waiting = riscv_stop_waiting;
}
