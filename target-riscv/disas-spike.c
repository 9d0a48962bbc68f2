/*
 * The disassembler once more: text as Spike writes it, for logs that are to be equal.
 *
 * Other than objdump's, its targets are distances, its numbers mostly decimal, its aliases few and
 * another choice, and a compressed instruction is called what it is. What does not belong here: the
 * syntax of instructions where both agree (insn/formats.def).
 *
 * SPDX-License-Identifier: MIT
 */
#include "target-riscv/disas.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "target-riscv/cpu.h"
#include "target-riscv/decode.h"
#include "target-riscv/fpu-exact.h"
#include "target-riscv/insn-disas.h"
#include "target-riscv/zcmp.h"

/* A name and the operands behind it, as row_syntax has them. */
typedef struct Form {
    const char *name;
    const char *syntax;
} Form;

#define RD "\1"
#define RS1 "\2"
#define RS2 "\3"
#define IMM "\5"
#define TARGET "\6"
#define CSR "\11"
G_STATIC_ASSERT(OPERAND_rd == 1 && OPERAND_rs1 == 2 && OPERAND_rs2 == 3 && OPERAND_imm == 5 &&
                OPERAND_target == 6 && OPERAND_csr == 9);

/* ---- Aliases ---- */

static Form jump_alias(const RISCVInsn *insn)
{
    bool no_offset = insn->imm == 0;

    if (insn->row == RISCV_INSN_jal) {
        return insn->rd == 0   ? (Form) { "j", TARGET }
               : insn->rd == 1 ? (Form) { "jal", TARGET }
                               : (Form) { "jal", RD "," TARGET };
    }
    if (insn->rd == 0 && insn->rs1 == 1 && no_offset) {
        return (Form) { "ret", "" };
    }
    if (insn->rd <= 1 && no_offset) {
        return (Form) { insn->rd ? "jalr" : "jr", RS1 };
    }
    return (Form) { "jalr", RD "," RS1 "," IMM };
}

static Form addi_alias(const RISCVInsn *insn)
{
    if (insn->rs1 == 0) {
        return insn->rd == 0 && insn->imm == 0 ? (Form) { "nop", "" } : (Form) { "li", RD "," IMM };
    }
    return insn->imm == 0 ? (Form) { "mv", RD "," RS1 } : (Form) { NULL, NULL };
}

/* Where rs2 is x0. */
static Form branch_alias(const RISCVInsn *insn)
{
    switch (insn->row) {
    case RISCV_INSN_beq:
        return (Form) { "beqz", RS1 "," TARGET };
    case RISCV_INSN_bne:
        return (Form) { "bnez", RS1 "," TARGET };
    case RISCV_INSN_blt:
        return (Form) { "bltz", RS1 "," TARGET };
    case RISCV_INSN_bge:
        return (Form) { "bgez", RS1 "," TARGET };
    default:
        return (Form) { NULL, NULL };
    }
}

static Form csr_alias(const RISCVInsn *insn)
{
    switch (insn->row) {
    case RISCV_INSN_csrrs:
        return insn->rs1 == 0  ? (Form) { "csrr", RD "," CSR }
               : insn->rd == 0 ? (Form) { "csrs", CSR "," RS1 }
                               : (Form) { NULL, NULL };
    case RISCV_INSN_csrrw:
        if (insn->raw == 0xc0001073) {
            return (Form) { "unimp", "" };
        }
        return insn->rd == 0 ? (Form) { "csrw", CSR "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_csrrc:
        return insn->rd == 0 ? (Form) { "csrc", CSR "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_csrrwi:
        return insn->rd == 0 ? (Form) { "csrwi", CSR "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_csrrsi:
        return insn->rd == 0 ? (Form) { "csrsi", CSR "," RS1 } : (Form) { NULL, NULL };
    default:
        return insn->rd == 0 ? (Form) { "csrci", CSR "," RS1 } : (Form) { NULL, NULL };
    }
}

/* Those of one or no instruction; a name of NULL: none. */
static Form other_alias(const RISCVInsn *insn)
{
    switch (insn->row) {
    case RISCV_INSN_sltiu:
        return insn->imm == 1 ? (Form) { "seqz", RD "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_xori:
        return insn->imm == -1 ? (Form) { "not", RD "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_addiw:
        return insn->imm == 0 ? (Form) { "sext.w", RD "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_sltu:
        return insn->rs1 == 0 ? (Form) { "snez", RD "," RS2 } : (Form) { NULL, NULL };
    case RISCV_INSN_add_uw:
        return insn->rs2 == 0 ? (Form) { "zext.w", RD "," RS1 } : (Form) { NULL, NULL };
    case RISCV_INSN_xperm4:
        return (Form) { "xperm4 (args unknown)", "" };
    case RISCV_INSN_xperm8:
        return (Form) { "xperm8 (args unknown)", "" };
    case RISCV_INSN_mnret:
        return (Form) { "mnret (args unknown)", "" };
    case RISCV_INSN_c_addi:
        return insn->rd == 0 && insn->imm == 0 ? (Form) { "c.nop", "" } : (Form) { NULL, NULL };
    case RISCV_INSN_c_jr:
        return insn->rs1 == 1 ? (Form) { "c.ret", "" } : (Form) { NULL, NULL };
    default:
        return (Form) { NULL, NULL };
    }
}

static Form form_of(const RISCVInsn *insn)
{
    Form form = { NULL, NULL };

    switch (insn->row) {
    case RISCV_INSN_jal:
    case RISCV_INSN_jalr:
        form = jump_alias(insn);
        break;
    case RISCV_INSN_addi:
        form = addi_alias(insn);
        break;
    case RISCV_INSN_beq:
    case RISCV_INSN_bne:
    case RISCV_INSN_blt:
    case RISCV_INSN_bge:
        form = insn->rs2 == 0 ? branch_alias(insn) : form;
        break;
    case RISCV_INSN_csrrw:
    case RISCV_INSN_csrrs:
    case RISCV_INSN_csrrc:
    case RISCV_INSN_csrrwi:
    case RISCV_INSN_csrrsi:
    case RISCV_INSN_csrrci:
        form = csr_alias(insn);
        break;
    default:
        form = other_alias(insn);
    }
    return form.name ? form
                     : (Form) { riscv_insn_info[insn->row].name, row_syntax[insn->row] };
}

/* ---- Operands ---- */

static void put_register(GString *text, unsigned reg, RISCVRegClass class)
{
    if (class == RISCV_REG_NONE) {
        g_string_append_printf(text, "%u", reg);
    } else {
        g_string_append(text, class == RISCV_REG_F ? riscv_f_name(reg) : riscv_x_name(reg));
    }
}

/* Of jal in hexadecimal, of all others not. */
static void put_target(GString *text, const RISCVInsn *insn)
{
    const char *format = insn->row == RISCV_INSN_jal ? "pc %c 0x%" PRIx32 : "pc %c %" PRIu32;

    g_string_append_printf(text, format, insn->imm < 0 ? '-' : '+', (uint32_t)ABS(insn->imm));
}

static void put_csr(GString *text, unsigned csr)
{
    const char *name = riscv_csr_name(csr);

    if (name) {
        g_string_append(text, name);
    } else {
        g_string_append_printf(text, "unknown_%03x", csr);
    }
}

/* "iorw,iorw", in one piece. */
static void put_fence(GString *text, unsigned sets)
{
    for (unsigned i = 0; i < 8; i++) {
        if (i == 4 && sets >> 4) {
            g_string_append_c(text, ',');
        }
        if (sets & 0x80 >> i) {
            g_string_append_c(text, "iorw"[i % 4]);
        }
    }
}

static void put_constant(GString *text, unsigned n)
{
    const FPConstant *c = &fp_constants[n];
    char digits[32];

    if (n == FP_CONSTANT_MIN || n == FP_CONSTANT_INF || n == FP_CONSTANT_NAN) {
        g_string_append(text, n == FP_CONSTANT_MIN ? "min" : n == FP_CONSTANT_INF ? "inf" : "nan");
        return;
    }
    g_snprintf(digits, sizeof(digits), "%s%.12g", n == FP_CONSTANT_MINUS_ONE ? "-" : "",
               ldexp(c->quarters, c->exp - 2));
    g_string_append_printf(text, "%s%s", digits, strpbrk(digits, ".e") ? "" : ".0");
}

static void put_register_list(GString *text, unsigned rlist)
{
    unsigned count = riscv_zcmp_count(rlist);

    g_string_append_printf(text, "ra%s", count > 1 ? ", s0" : "");
    if (count > 2) {
        g_string_append_printf(text, "-s%u", count - 2);
    }
}

static void put_operand(GString *text, unsigned operand, const RISCVInsn *insn)
{
    const RISCVInsnInfo *info = &riscv_insn_info[insn->row];

    switch (operand) {
    case OPERAND_rd: /* of fli it is called by the wrong kind of name */
        put_register(text, insn->rd, strchr(row_syntax[insn->row], OPERAND_constant) ? RISCV_REG_X
                                                                                      : info->rd);
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
    case OPERAND_shamt:
        g_string_append_printf(text, "%" PRId32, insn->imm);
        break;
    case OPERAND_target:
        put_target(text, insn);
        break;
    case OPERAND_hi20:
        g_string_append_printf(text, "0x%" PRIx32, (uint32_t)insn->imm >> 12);
        break;
    case OPERAND_csr:
        put_csr(text, insn->imm);
        break;
    case OPERAND_constant:
        put_constant(text, insn->rs1);
        break;
    case OPERAND_rlist:
        put_register_list(text, insn->rs1);
        break;
    case OPERAND_frame:
        g_string_append_printf(text, "%u", riscv_zcmp_frame(insn->rs1, insn->imm));
        break;
    }
}

/* ---- Instructions ---- */

static void put_operands(GString *text, const char *syntax, const RISCVInsn *insn)
{
    for (; *syntax; syntax++) {
        if (*syntax == OPERAND_rm) { /* with its comma, and only where it says something */
            g_string_append(text, insn->row == RISCV_INSN_fcvtmod_w_d ? ", rtz" : "");
        } else if (*syntax < ' ') {
            put_operand(text, *syntax, insn);
        } else {
            g_string_append_c(text, *syntax);
            if (*syntax == ',') {
                g_string_append_c(text, ' ');
            }
        }
    }
}

static void put_suffix(GString *text, const char **syntax, const RISCVInsn *insn)
{
    static const char *const ordering[] = { "", ".rl", ".aq", ".aqrl" };
    bool is_lr = insn->row == RISCV_INSN_lr_w || insn->row == RISCV_INSN_lr_d;

    if (**syntax == OPERAND_aqrl) {
        g_string_append(text, is_lr ? "" : ordering[insn->imm & 3]);
        ++*syntax;
    } else if (**syntax == OPERAND_n) {
        g_string_append_printf(text, ".%" PRId32, insn->imm);
        ++*syntax;
    }
}

static void put_instruction(GString *text, const RISCVInsn *insn)
{
    Form form = form_of(insn);
    const char *syntax = form.syntax;

    g_string_append(text, form.name);
    put_suffix(text, &syntax, insn);
    if (*syntax) {
        g_string_append_printf(text, "%*s", MAX(1, 8 - (int)text->len), "");
    }
    if (insn->row == RISCV_INSN_fence) {
        put_fence(text, insn->imm & 0xff);
    } else {
        put_operands(text, syntax, insn);
    }
}

/* It has no names for the hints of Zihintntl. */
static bool decode(uint32_t raw, RISCVExtSet exts, RISCVInsn *insn)
{
    riscv_ext_set(&exts, RISCV_EXT_Zihintntl, false);
    return riscv_decode(raw, &exts, 64, insn);
}

char *riscv_disas_as_spike(uint32_t raw, const RISCVExtSet *exts)
{
    g_autoptr(GString) text = g_string_new(NULL);
    RISCVExtSet all;
    RISCVInsn insn;

    memset(&all, 0xff, sizeof(all));
    if (decode(raw, *exts, &insn) || decode(raw, all, &insn)) {
        put_instruction(text, &insn);
    } else {
        g_string_append(text, insn.len == 2 && insn.raw == 0 ? "c.unimp" : "unknown");
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
