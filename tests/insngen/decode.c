/*
 * The generated decoder and encoder.
 *
 * Golden pairs (tests/golden) say whether rows are right; here: encoder and decoder are inverses,
 * for every row; extensions, XLEN, WHERE and more specific rows are obeyed; operands that do not
 * fit are refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

#include "target-riscv/decode.h"

static RISCVExtSet extensions(bool on)
{
    RISCVExtSet set = { { 0 } };

    for (unsigned ext = 0; ext < RISCV_EXT_COUNT; ext++) {
        riscv_ext_set(&set, ext, on);
    }
    return set;
}

static unsigned decode_row(uint32_t raw, const RISCVExtSet *exts, unsigned xlen)
{
    RISCVInsn insn;

    riscv_decode(raw, exts, xlen, &insn);
    return insn.row;
}

/* More specific rows and WHERE make a word another row's; then it has that row's fixed bits. */
static bool is_of(uint32_t raw, unsigned row)
{
    const RISCVInsnInfo *info = &riscv_insn_info[row];

    return (raw & info->mask) == info->match && info->len == ((raw & 3) == 3 ? 4 : 2);
}

static void check_round_trip(unsigned row, uint32_t raw)
{
    RISCVExtSet all = extensions(true);
    RISCVInsn insn, back;
    uint32_t again;

    if (!riscv_decode(raw, &all, 64, &insn)) {
        return;
    }
    if (insn.row != row) {
        const RISCVInsnInfo *won = &riscv_insn_info[insn.row], *lost = &riscv_insn_info[row];

        g_assert_true(is_of(raw, insn.row));
        /* Nested one way (it is more specific) or the other (WHERE gave it up). */
        g_assert_true((won->mask & lost->mask) == lost->mask ||
                      (won->mask & lost->mask) == won->mask);
        return;
    }
    g_assert_cmpuint(insn.id, ==, riscv_insn_info[row].id);
    g_assert_cmpuint(insn.len, ==, riscv_insn_info[row].len);
    g_assert_cmphex(insn.raw, ==, raw);
    if (!riscv_encode(&insn, &again)) {
        g_error("%s: cannot encode what was decoded from %08x", riscv_insn_info[row].name, raw);
    }
    /* Not always the same word: encoding clears ignored bits, and pause is a fence so cleared. */
    g_assert_true(is_of(again, row));
    riscv_decode(again, &all, 64, &back);
    if (back.row == row) {
        g_assert_true(back.rd == insn.rd && back.rs1 == insn.rs1 && back.rs2 == insn.rs2 &&
                      back.rs3 == insn.rs3 && back.imm == insn.imm);
    }
}

static void test_round_trip(void)
{
    RISCVExtSet all = extensions(true);

    for (unsigned row = 1; row < RISCV_INSN_ROW_COUNT; row++) {
        const RISCVInsnInfo *info = &riscv_insn_info[row];
        uint32_t room = info->len == 4 ? UINT32_MAX : UINT16_MAX;
        unsigned decoded = 0;

        for (unsigned i = 0; i < 1000; i++) {
            uint32_t raw = (g_test_rand_int() & room & ~info->mask) | info->match;

            decoded += decode_row(raw, &all, 64) == row;
            check_round_trip(row, raw);
        }
        if (decoded == 0 && (info->xlens & RISCV_INSN_RV64)) {
            g_error("%s: no word is decoded to it", info->name);
        }
    }
}

/* Every compressed word, and random ones. */
static void test_any_word(void)
{
    RISCVExtSet all = extensions(true), none = extensions(false);
    RISCVInsn insn;

    for (unsigned i = 0; i < 1000000; i++) {
        uint32_t raw = i < 65536 ? i : (uint32_t)g_test_rand_int();
        bool known = riscv_decode(raw, &all, 64, &insn);

        g_assert_cmpuint(insn.len, ==, (raw & 3) == 3 ? 4 : 2);
        g_assert_cmphex(insn.raw, ==, insn.len == 4 ? raw : raw & 0xffff);
        if (known) {
            g_assert_true(is_of(insn.raw, insn.row));
            g_assert_cmpuint(insn.id, <, RISCV_INSN_COUNT);
        } else {
            g_assert_cmpuint(insn.row, ==, RISCV_INSN_illegal);
        }
        g_assert_false(riscv_decode(raw, &none, 64, &insn));
        g_assert_cmpuint(insn.id, ==, RISCV_INSN_illegal);
    }
}

static void test_more_specific(void)
{
    RISCVExtSet all = extensions(true), some = extensions(true);

    riscv_ext_set(&some, RISCV_EXT_Zicbop, false);
    riscv_ext_set(&some, RISCV_EXT_Zihintpause, false);
    riscv_ext_set(&some, RISCV_EXT_Zcmop, false);
    riscv_ext_set(&some, RISCV_EXT_Zbb, false);
    /* prefetch.i 0(a0) and pause are ori and fence where their extensions are off. */
    g_assert_cmpuint(decode_row(0x00056013, &all, 64), ==, RISCV_INSN_prefetch_i);
    g_assert_cmpuint(decode_row(0x00056013, &some, 64), ==, RISCV_INSN_ori);
    g_assert_cmpuint(decode_row(0x0100000f, &all, 64), ==, RISCV_INSN_pause);
    g_assert_cmpuint(decode_row(0x0100000f, &some, 64), ==, RISCV_INSN_fence);
    g_assert_cmpuint(decode_row(0x8330000f, &all, 64), ==, RISCV_INSN_fence_tso);
    /* c.addi16sp is c.lui's x2; with a zero immediate both are reserved. */
    g_assert_cmpuint(decode_row(0x6105, &all, 64), ==, RISCV_INSN_c_addi16sp);
    g_assert_cmpuint(decode_row(0x6185, &all, 64), ==, RISCV_INSN_c_lui);
    g_assert_cmpuint(decode_row(0x6101, &all, 64), ==, RISCV_INSN_illegal);
    g_assert_cmpuint(decode_row(0x6181, &all, 64), ==, RISCV_INSN_c_mop);
    g_assert_cmpuint(decode_row(0x6201, &all, 64), ==, RISCV_INSN_illegal);
    g_assert_cmpuint(decode_row(0x6181, &some, 64), ==, RISCV_INSN_illegal);
    /* Shadow stacks have some of the may-be-operations, with x1 and x5 only. */
    riscv_ext_set(&some, RISCV_EXT_Zicfiss, false);
    g_assert_cmpuint(decode_row(0xce104073, &all, 64), ==, RISCV_INSN_sspush);
    g_assert_cmpuint(decode_row(0xce504073, &all, 64), ==, RISCV_INSN_sspush);
    g_assert_cmpuint(decode_row(0xce104073, &some, 64), ==, RISCV_INSN_mop_rr);
    g_assert_cmpuint(decode_row(0xce204073, &all, 64), ==, RISCV_INSN_mop_rr);
    g_assert_cmpuint(decode_row(0xce1040f3, &all, 64), ==, RISCV_INSN_mop_rr);
    g_assert_cmpuint(decode_row(0xcdc0c073, &all, 64), ==, RISCV_INSN_sspopchk);
    g_assert_cmpuint(decode_row(0xcdc0c073, &some, 64), ==, RISCV_INSN_mop_r);
    g_assert_cmpuint(decode_row(0xcdc14073, &all, 64), ==, RISCV_INSN_mop_r);
    g_assert_cmpuint(decode_row(0xcdc04573, &all, 64), ==, RISCV_INSN_ssrdp);
    g_assert_cmpuint(decode_row(0xcdc04073, &all, 64), ==, RISCV_INSN_mop_r); /* "not supported for ssrdp": x0 */
    g_assert_cmpuint(decode_row(0x6081, &all, 64), ==, RISCV_INSN_c_sspush);
    g_assert_cmpuint(decode_row(0x6281, &all, 64), ==, RISCV_INSN_c_sspopchk);
    g_assert_cmpuint(decode_row(0x6081, &some, 64), ==, RISCV_INSN_illegal);
    g_assert_cmpuint(decode_row(0x48b6352f, &some, 64), ==, RISCV_INSN_illegal);
    /* packw a0,a1,x0 is zext.h; c.sext.b needs two extensions */
    g_assert_cmpuint(decode_row(0x0805c53b, &all, 64), ==, RISCV_INSN_zext_h);
    g_assert_cmpuint(decode_row(0x0805c53b, &some, 64), ==, RISCV_INSN_packw);
    g_assert_cmpuint(decode_row(0x9d65, &all, 64), ==, RISCV_INSN_c_sext_b);
    g_assert_cmpuint(decode_row(0x9d65, &some, 64), ==, RISCV_INSN_illegal);
    /* c.jr within c.mv, c.ebreak within c.jalr within c.add. */
    g_assert_cmpuint(decode_row(0x8002, &all, 64), ==, RISCV_INSN_illegal);
    g_assert_cmpuint(decode_row(0x8082, &all, 64), ==, RISCV_INSN_c_jr);
    g_assert_cmpuint(decode_row(0x8086, &all, 64), ==, RISCV_INSN_c_mv);
    g_assert_cmpuint(decode_row(0x9002, &all, 64), ==, RISCV_INSN_c_ebreak);
    g_assert_cmpuint(decode_row(0x9082, &all, 64), ==, RISCV_INSN_c_jalr);
    g_assert_cmpuint(decode_row(0x9086, &all, 64), ==, RISCV_INSN_c_add);
}

static void test_xlen(void)
{
    RISCVExtSet all = extensions(true);

    g_assert_cmpuint(decode_row(0x00053503, &all, 64), ==, RISCV_INSN_ld);
    g_assert_cmpuint(decode_row(0x00053503, &all, 32), ==, RISCV_INSN_illegal);
    /* slli a0,a0,31 and slli a0,a0,32 */
    g_assert_cmpuint(decode_row(0x01f51513, &all, 32), ==, RISCV_INSN_slli);
    g_assert_cmpuint(decode_row(0x02051513, &all, 32), ==, RISCV_INSN_illegal);
    g_assert_cmpuint(decode_row(0x02051513, &all, 64), ==, RISCV_INSN_slli);
    g_assert_cmpuint(decode_row(0x2505, &all, 64), ==, RISCV_INSN_c_addiw);
}

static void test_encode_refuses(void)
{
    uint32_t raw;

#define CAN(name, ...) riscv_encode(&(RISCVInsn){ .row = RISCV_INSN_##name, __VA_ARGS__ }, &raw)
    g_assert_true(CAN(addi, .rd = 31, .rs1 = 1, .imm = -2048));
    g_assert_cmphex(raw, ==, 0x80008f93);
    g_assert_false(CAN(addi, .rd = 32, .rs1 = 1, .imm = 0));
    g_assert_false(CAN(addi, .rd = 1, .rs1 = 1, .imm = 2048));
    g_assert_false(CAN(addi, .rd = 1, .rs1 = 1, .rs2 = 1));
    g_assert_true(CAN(beq, .imm = -4096));
    g_assert_false(CAN(beq, .imm = 3));
    g_assert_false(CAN(beq, .imm = 4096));
    g_assert_true(CAN(c_lw, .rd = 8, .rs1 = 15, .imm = 124));
    g_assert_false(CAN(c_lw, .rd = 7, .rs1 = 15, .imm = 124));
    g_assert_false(CAN(c_lw, .rd = 8, .rs1 = 15, .imm = 126));
    g_assert_true(CAN(c_add, .rd = 5, .rs1 = 5, .rs2 = 6));
    g_assert_false(CAN(c_add, .rd = 5, .rs1 = 4, .rs2 = 6));
    g_assert_true(CAN(c_lwsp, .rd = 5, .rs1 = 2, .imm = 4));
    g_assert_false(CAN(c_lwsp, .rd = 5, .rs1 = 3, .imm = 4));
    for (unsigned rs2 = 0; rs2 < 32; rs2++) {
        g_assert_cmpint(CAN(sspush, .rs2 = rs2), ==, rs2 == 1 || rs2 == 5);
    }
    /* s0 to s7, a number that is odd, one that is always the same */
    g_assert_true(CAN(cm_mvsa01, .rd = 9, .rs3 = 18, .rs1 = 10, .rs2 = 11));
    g_assert_cmphex(raw, ==, 0xacaa);
    g_assert_true(CAN(cm_mvsa01, .rd = 8, .rs3 = 23, .rs1 = 10, .rs2 = 11));
    for (unsigned rd = 0; rd < 32; rd++) {
        g_assert_cmpint(CAN(cm_mvsa01, .rd = rd, .rs3 = 18, .rs1 = 10, .rs2 = 11), ==,
                        rd == 8 || rd == 9 || (rd >= 18 && rd < 24));
    }
    g_assert_true(CAN(c_mop, .imm = 15));
    g_assert_false(CAN(c_mop, .imm = 14));
    g_assert_false(CAN(c_mop, .imm = 17));
    g_assert_true(CAN(c_not, .rd = 8, .rs1 = 8, .imm = -1));
    g_assert_false(CAN(c_not, .rd = 8, .rs1 = 8, .imm = 0));
    g_assert_false(CAN(illegal, .rd = 0));
    g_assert_false(riscv_encode(&(RISCVInsn){ .row = RISCV_INSN_ROW_COUNT }, &raw));
#undef CAN
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decode/round-trip", test_round_trip);
    g_test_add_func("/decode/any-word", test_any_word);
    g_test_add_func("/decode/more-specific", test_more_specific);
    g_test_add_func("/decode/xlen", test_xlen);
    g_test_add_func("/encode/refuses", test_encode_refuses);
    return g_test_run();
}
