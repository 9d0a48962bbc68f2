/*
 * The disassembler: prints a decoded instruction by the assembly syntax of its row.
 *
 * What does not belong here: the syntax of any instruction (insn/formats.def), its aliases
 * (insn/aliases.def) and names of CSRs (csr.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/disas.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "target-riscv/cpu.h"
#include "target-riscv/decode.h"
#include "target-riscv/fpu-exact.h"
#include "target-riscv/insn-disas.h"
#include "target-riscv/zcmp.h"

typedef struct Text {
    char *at;
    size_t left; /* bytes from `at` on, the terminating zero's included */
} Text;

static const char *const x_names[32] = {
    "zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};

static const char *const f_names[32] = {
    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6",  "ft7",  "fs0", "fs1", "fa0",
    "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7",  "fs2",  "fs3", "fs4", "fs5",
    "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11",
};

const char *riscv_x_name(unsigned reg)
{
    return x_names[reg];
}

const char *riscv_f_name(unsigned reg)
{
    return f_names[reg];
}

static void G_GNUC_PRINTF(2, 3) put(Text *text, const char *format, ...)
{
    va_list args;
    size_t length;

    va_start(args, format);
    length = vsnprintf(text->at, text->left, format, args);
    va_end(args);
    length = MIN(length, text->left - 1);
    text->at += length;
    text->left -= length;
}

static void put_register(Text *text, unsigned reg, RISCVRegClass class)
{
    if (class == RISCV_REG_X) {
        put(text, "%s", x_names[reg]);
    } else if (class == RISCV_REG_F) {
        put(text, "%s", f_names[reg]);
    } else {
        put(text, "%u", reg);
    }
}

static void put_csr(Text *text, unsigned csr)
{
    const char *name = riscv_csr_name(csr);

    if (name) {
        put(text, "%s", name);
    } else {
        put(text, "0x%x", csr);
    }
}

static void put_fence_set(Text *text, unsigned set)
{
    if (set == 0) {
        put(text, "unknown");
    }
    for (unsigned i = 0; i < 4; i++) {
        if (set & 8 >> i) {
            put(text, "%c", "iorw"[i]);
        }
    }
}

static void put_rounding_mode(Text *text, unsigned rm)
{
    static const char *const names[] = {
        "rne", "rtz", "rdn", "rup", "rmm", "unknown", "unknown", "dyn",
    };

    if (rm != 7) {
        put(text, ",%s", names[rm & 7]);
    }
}

/* As printf's %a writes it, but for three that have names. */
static void put_constant(Text *text, unsigned n)
{
    static const char *const fractions[] = { "", ".4", ".8", ".c" };
    const FPConstant *c = &fp_constants[n];

    if (n == FP_CONSTANT_MIN || n == FP_CONSTANT_INF || n == FP_CONSTANT_NAN) {
        put(text, "%s", n == FP_CONSTANT_MIN ? "min" : n == FP_CONSTANT_INF ? "inf" : "nan");
    } else {
        put(text, "%s0x1%sp%+d", n == FP_CONSTANT_MINUS_ONE ? "-" : "", fractions[c->quarters - 4],
            c->exp);
    }
}

/* ra and the saved registers up to a last one: "ra,s0-s11". */
static void put_register_list(Text *text, unsigned rlist)
{
    unsigned count = riscv_zcmp_count(rlist);

    put(text, "ra%s", count > 1 ? ",s0" : "");
    if (count > 2) {
        put(text, "-s%u", count - 2);
    }
}

static void put_operand(Text *text, unsigned operand, const RISCVInsn *insn, uint64_t pc)
{
    const RISCVInsnInfo *info = &riscv_insn_info[insn->row];

    switch (operand) {
    case OPERAND_rd:
        put_register(text, insn->rd, info->rd);
        break;
    case OPERAND_rs1:
        put_register(text, insn->rs1, info->rs1);
        break;
    case OPERAND_rs2:
        put_register(text, insn->rs2, info->rs2);
        break;
    case OPERAND_rs3:
        put_register(text, insn->rs3, info->rs3);
        break;
    case OPERAND_imm:
        put(text, "%" PRId32, insn->imm);
        break;
    case OPERAND_target:
        put(text, "0x%" PRIx64, pc + insn->imm);
        break;
    case OPERAND_hi20:
        put(text, "0x%" PRIx32, (uint32_t)insn->imm >> 12);
        break;
    case OPERAND_shamt:
        put(text, "0x%" PRIx32, (uint32_t)insn->imm);
        break;
    case OPERAND_csr:
        put_csr(text, insn->imm);
        break;
    case OPERAND_pred:
        put_fence_set(text, insn->imm >> 4 & 0xf);
        break;
    case OPERAND_succ:
        put_fence_set(text, insn->imm & 0xf);
        break;
    case OPERAND_rlist:
        put_register_list(text, insn->rs1);
        break;
    case OPERAND_frame:
        put(text, "%u", riscv_zcmp_frame(insn->rs1, insn->imm));
        break;
    case OPERAND_rm:
        put_rounding_mode(text, insn->imm);
        break;
    case OPERAND_constant:
        put_constant(text, insn->rs1);
        break;
    }
}

static void put_instruction(Text *text, const char *name, const char *syntax,
                            const RISCVInsn *insn, uint64_t pc)
{
    static const char *const ordering[] = { "", ".rl", ".aq", ".aqrl" };

    put(text, "%s", name);
    if (*syntax == OPERAND_aqrl) {
        put(text, "%s", ordering[insn->imm & 3]);
        syntax++;
    } else if (*syntax == OPERAND_n) {
        put(text, ".%" PRId32, insn->imm);
        syntax++;
    }
    if (*syntax) {
        put(text, "\t");
    }
    for (; *syntax; syntax++) {
        if (*syntax < ' ') {
            put_operand(text, *syntax, insn, pc);
        } else {
            put(text, "%c", *syntax);
        }
    }
}

static void put_data(Text *text, const RISCVInsn *insn, bool no_aliases)
{
    if (insn->len == 2 && insn->raw == 0) {
        /* Illegal by definition, for compressed code that runs into zeroed memory. */
        put(text, no_aliases ? "c.unimp" : "unimp");
    } else {
        put(text, insn->len == 2 ? ".2byte\t0x%04" PRIx32 : ".4byte\t0x%08" PRIx32, insn->raw);
    }
}

unsigned riscv_disas(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                     RISCVDisasFlags flags, char *buffer, size_t size)
{
    bool no_aliases = flags & RISCV_DISAS_NO_ALIASES;
    Text text = { buffer, size };
    RISCVInsn insn;
    int alias;

    if (!riscv_decode(raw, exts, xlen, &insn)) {
        put_data(&text, &insn, no_aliases);
        return insn.len;
    }
    alias = find_alias(insn.row, &insn, no_aliases);
    if (alias < 0 && !no_aliases) {
        /* What a compressed instruction expands to has an alias, or prints as itself. */
        insn.row = insn.id;
        alias = find_alias(insn.row, &insn, false);
    }
    if (alias >= 0) {
        put_instruction(&text, aliases[alias].name, aliases[alias].syntax, &insn, pc);
    } else {
        put_instruction(&text, riscv_insn_info[insn.row].name, row_syntax[insn.row], &insn, pc);
    }
    return insn.len;
}

/* Where a branch or direct jump leads to; false for any other instruction. */
static bool direct_target(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                          uint64_t *target)
{
    unsigned direct = RISCV_INSN_FLAG_BRANCH | RISCV_INSN_FLAG_JUMP;
    RISCVInsn insn;

    if (!riscv_decode(raw, exts, xlen, &insn) || !(riscv_insn_info[insn.id].flags & direct)) {
        return false;
    }
    *target = pc + insn.imm;
    return true;
}

char *riscv_disas_symbols(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                          RISCVDisasFlags flags, const Symbols *symbols)
{
    char text[RISCV_DISAS_SIZE];
    g_autofree char *name = NULL;
    uint64_t target;

    riscv_disas(pc, raw, exts, xlen, flags, text, sizeof(text));
    if (direct_target(pc, raw, exts, xlen, &target)) {
        name = symbols_describe(symbols, target);
    }
    if (!name) {
        return g_strdup(text);
    }
    /* The target is the last operand. */
    return g_strdup_printf("%.*s%" PRIx64 " <%s>", (int)(g_strrstr(text, "0x") - text), text, target,
                           name);
}

char *riscv_disas_line(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                       const Symbols *symbols)
{
    g_autofree char *text = riscv_disas_symbols(pc, raw, exts, xlen, 0, symbols);
    g_autofree char *name = symbols_describe(symbols, pc);
    bool compressed = (raw & 3) != 3;
    char *tab = strchr(text, '\t');

    return g_strdup_printf("0x%016" PRIx64 "%s%s%s:  %0*" PRIx32 "%s  %-7.*s %s", pc,
                           name ? " <" : "", name ? name : "", name ? ">" : "", compressed ? 4 : 8,
                           compressed ? raw & 0xffff : raw, compressed ? "    " : "",
                           (int)(tab ? tab - text : (ptrdiff_t)strlen(text)), text,
                           tab ? tab + 1 : "");
}
