/*
 * What a hart does not have is an illegal instruction, in every mode, and changes nothing: each
 * instruction and CSR of each extension where that is off, and what needs floating point where
 * mstatus.FS is Off.
 *
 * Instructions come from the instruction table, CSRs from csr.def, so that what is new is tested by
 * itself. Whether these tables name the right extension is for tests/guest/trap/extensions-off.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "bench.h"

#define WORDS_PER_ROW 8
#define ILLEGAL_INSTRUCTION 2

/* ---- which extensions ---- */

static bool has_by_name(const RISCVExtSet *set, const char *name)
{
    int ext = riscv_ext_by_name(name);

    g_assert_cmpint(ext, >=, 0);
    return riscv_ext_has(set, ext);
}

/* Is "Zbb|Zbkb", "Zcb+Zba" or "Zcd+!Zcmp" (scripts/insngen.py) true of `set`? */
static bool is_met(const char *extension, const RISCVExtSet *set)
{
    g_auto(GStrv) terms = g_strsplit(extension, "|", -1);

    for (char **term = terms; *term; term++) {
        g_auto(GStrv) names = g_strsplit(*term, "+", -1);
        bool all = true;

        for (char **name = names; *name; name++) {
            all &= **name == '!' ? !has_by_name(set, *name + 1) : has_by_name(set, *name);
        }
        if (all) {
            return true;
        }
    }
    return false;
}

/* Does `list`, names between any of ",|+", have `name`? With '!' in front it is another name. */
static bool names(const char *list, const char *name)
{
    g_auto(GStrv) parts = g_strsplit_set(list, ",|+", -1);

    return g_strv_contains((const char *const *)parts, name);
}

/* Add to `to` what `list` names and `set` has. */
static void add_names(RISCVExtSet *to, const char *list, const RISCVExtSet *set)
{
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        if (riscv_ext_has(set, i) && names(list, riscv_ext_info[i].name)) {
            riscv_ext_set(to, i, true);
        }
    }
}

/* Does `ext` need `needed`, or something that does? */
static bool needs(unsigned ext, unsigned needed)
{
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        if (names(riscv_ext_info[ext].requires, riscv_ext_info[i].name) &&
            (i == needed || needs(i, needed))) {
            return true;
        }
    }
    return ext == needed;
}

/* Everything but what this row, or one of the extensions it names, conflicts with. */
static RISCVExtSet set_for(const char *extension)
{
    RISCVExtSet set = { { 0 } };

    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        g_autofree char *not = g_strconcat("!", riscv_ext_info[i].name, NULL);
        bool conflicts = names(extension, not);

        for (unsigned j = 0; j < RISCV_EXT_COUNT; j++) {
            conflicts |= names(extension, riscv_ext_info[j].name) &&
                         names(riscv_ext_info[j].requires, not);
        }
        riscv_ext_set(&set, i, !conflicts);
    }
    return set;
}

/* ---- trying ---- */

typedef struct State {
    uint64_t x[32], f[32];
    uint64_t fflags;
} State;

static State state_of(const CPURISCVState *env)
{
    State state = { .fflags = env->fflags };

    memcpy(state.x, env->x, sizeof(state.x));
    memcpy(state.f, env->f, sizeof(state.f));
    return state;
}

/* With addresses of data: what is executed by mistake does not trap for another reason. */
static void fill_registers(CPURISCVState *env)
{
    for (unsigned i = 1; i < 32; i++) {
        env->x[i] = DATA + 64 * i;
        env->f[i] = i;
    }
}

static void expect_csr(Bench *bench, const char *what, unsigned priv, const char *name,
                       uint64_t expected)
{
    uint64_t value = 0;

    g_assert_true(bench_read_csr(bench, riscv_csr_by_name(name), &value));
    if (value != expected) {
        g_test_message("%s, in mode %u: %s is 0x%" PRIx64 ", not 0x%" PRIx64, what, priv, name,
                       value, expected);
        g_test_fail();
    }
}

static void expect_illegal_in(Bench *bench, const char *what, uint32_t raw, unsigned priv,
                              uint64_t mstatus)
{
    CPURISCVState *env = &bench->cpu->env;
    uint32_t code = (raw & 3) == 3 ? raw : raw | (uint32_t)SHORT_JUMP_TO_ITSELF << 16;
    State before, after;

    bench_reset(bench);
    bench_write_csr(bench, CSR_mstatus, mstatus);
    fill_registers(env);
    /* On a word's border: there may be no compressed instructions. */
    bench_put_bytes(CODE_END - 4, &code, 4);
    before = state_of(env);
    env->pc = CODE_END - 4;
    bench_set_priv(bench, priv);
    bench_execute(bench);
    after = state_of(env);
    expect_csr(bench, what, priv, "mcause", ILLEGAL_INSTRUCTION);
    expect_csr(bench, what, priv, "mtval", raw);
    expect_csr(bench, what, priv, "mepc", CODE_END - 4);
    if (memcmp(&before, &after, sizeof(before)) != 0) {
        g_test_message("%s, in mode %u: a register changed", what, priv);
        g_test_fail();
    }
}

static void expect_illegal(Bench *bench, const char *what, uint32_t raw, uint64_t mstatus)
{
    const RISCVExtSet *set = &bench->cpu->env.cfg_ext;

    expect_illegal_in(bench, what, raw, PRIV_M, mstatus);
    if (riscv_ext_has(set, RISCV_EXT_S)) {
        expect_illegal_in(bench, what, raw, PRIV_S, mstatus);
    }
    if (riscv_ext_has(set, RISCV_EXT_U)) {
        expect_illegal_in(bench, what, raw, PRIV_U, mstatus);
    }
}

/* ---- instructions ---- */

/* A word that is this row's on a hart with `set`, its operands random. */
static uint32_t some_word(unsigned row, const RISCVExtSet *set)
{
    const RISCVInsnInfo *info = &riscv_insn_info[row];
    RISCVInsn insn;

    for (unsigned i = 0; i < 100000; i++) {
        uint32_t room = info->len == 4 ? UINT32_MAX : UINT16_MAX;
        uint32_t raw = (g_test_rand_int() & room & ~info->mask) | info->match;

        if (riscv_decode(raw, set, 64, &insn) && insn.row == row) {
            return raw;
        }
    }
    g_error("%s: no word is decoded to it", info->name);
}

/*
 * Words of a row that this hart does not have: illegal, unless they are another row's that it has,
 * whose extensions are then added to `rivals`.
 */
static void try_missing(Bench *bench, unsigned row, RISCVExtSet *rivals)
{
    const RISCVExtSet *set = &bench->cpu->env.ext;
    RISCVExtSet with = set_for(riscv_insn_info[row].extension);
    RISCVInsn insn;

    for (unsigned i = 0; i < WORDS_PER_ROW; i++) {
        uint32_t raw = some_word(row, &with);

        if (riscv_decode(raw, set, 64, &insn)) {
            g_assert_true(is_met(riscv_insn_info[insn.row].extension, set));
            add_names(rivals, riscv_insn_info[insn.row].extension, set);
        } else {
            expect_illegal(bench, riscv_insn_info[row].name, raw, MSTATUS_FS);
        }
    }
}

/* ---- CSRs ---- */

static const struct {
    const char *name;
    unsigned number;
    RISCVExt ext;
} csrs[] = {
#define CSR(name_, number_, ext_, ...) { #name_, number_, RISCV_EXT_##ext_ },
#include "target-riscv/csr.def"
};

static uint32_t csr_insn(RISCVInsnId row, unsigned number, unsigned rs1)
{
    RISCVInsn insn = { .row = row, .rd = 10, .rs1 = rs1, .imm = number };
    uint32_t raw;

    g_assert_true(riscv_encode(&insn, &raw));
    return raw;
}

static void try_csr(Bench *bench, const char *name, unsigned number, uint64_t mstatus)
{
    expect_illegal(bench, name, csr_insn(RISCV_INSN_csrrs, number, 0), mstatus);
    expect_illegal(bench, name, csr_insn(RISCV_INSN_csrrw, number, 11), mstatus);
}

/* ---- tests ---- */

/* "zbb=off,zbkb=off" */
static char *off_settings(const RISCVExtSet *off)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        if (riscv_ext_has(off, i)) {
            g_autofree char *lower = g_ascii_strdown(riscv_ext_info[i].name, -1);

            g_string_append_printf(text, "%s%s=off", text->len ? "," : "", lower);
        }
    }
    return g_string_free(text, FALSE);
}

/*
 * Every row and CSR that a hart without `off` lacks. Which other extensions, of those that can be
 * off, have words of what `ext` has?
 */
static RISCVExtSet try_without(const RISCVExtSet *off, unsigned ext)
{
    g_autofree char *settings = off_settings(off);
    Bench *bench = bench_new(settings);
    const RISCVExtSet *set = &bench->cpu->env.ext;
    RISCVExtSet rivals = { { 0 } }, others = { { 0 } };

    g_assert_false(riscv_ext_has(set, ext));
    for (unsigned row = 1; row < RISCV_INSN_ROW_COUNT; row++) {
        const RISCVInsnInfo *info = &riscv_insn_info[row];

        if (info->xlens & RISCV_INSN_RV64 && !is_met(info->extension, set)) {
            bool own = names(info->extension, riscv_ext_info[ext].name);

            try_missing(bench, row, own ? &rivals : &others);
        }
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(csrs); i++) {
        if (!riscv_ext_has(set, csrs[i].ext)) {
            try_csr(bench, csrs[i].name, csrs[i].number, MSTATUS_FS);
        }
    }
    bench_free(bench);
    riscv_ext_set(&rivals, RISCV_EXT_I, false); /* of the base: a hint */
    return rivals;
}

/* Alone, and then together with those that have the same words: nothing of it may be left. */
static void test_off(gconstpointer data)
{
    static const RISCVExtSet none;
    unsigned ext = GPOINTER_TO_UINT(data);
    RISCVExtSet off = { { 0 } }, rivals;

    riscv_ext_set(&off, ext, true);
    rivals = try_without(&off, ext);
    if (memcmp(&rivals, &none, sizeof(none)) != 0) {
        for (unsigned i = 0; i < G_N_ELEMENTS(off.bits); i++) {
            off.bits[i] |= rivals.bits[i];
        }
        rivals = try_without(&off, ext);
    }
    g_assert_cmpmem(&rivals, sizeof(rivals), &none, sizeof(none));
}

static bool needs_fp(const char *extension)
{
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        if (names(extension, riscv_ext_info[i].name) && needs(i, RISCV_EXT_F)) {
            return true;
        }
    }
    return false;
}

/*
 * "When an extension's status is set to Off, any instruction that attempts to read or write the
 * corresponding state will cause an illegal-instruction exception" (Privileged ISA, mstatus.FS).
 */
static void test_fs_off(void)
{
    Bench *bench = bench_new(NULL);
    unsigned tried = 0;

    for (unsigned row = 1; row < RISCV_INSN_ROW_COUNT; row++) {
        const RISCVInsnInfo *info = &riscv_insn_info[row];

        if (needs_fp(info->extension) && is_met(info->extension, &bench->cpu->env.ext)) {
            for (unsigned i = 0; i < WORDS_PER_ROW; i++) {
                expect_illegal(bench, info->name, some_word(row, &bench->cpu->env.ext), 0);
            }
            tried++;
        }
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(csrs); i++) {
        if (needs(csrs[i].ext, RISCV_EXT_F)) {
            try_csr(bench, csrs[i].name, csrs[i].number, 0);
            tried++;
        }
    }
    g_assert_cmpuint(tried, >, 100);
    bench_free(bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    for (unsigned i = 0; i < RISCV_EXT_COUNT; i++) {
        g_autofree char *path = g_strdup_printf("/illegal/off/%s", riscv_ext_info[i].name);

        if (i != RISCV_EXT_I && i != RISCV_EXT_Zicsr) { /* no hart is without these */
            g_test_add_data_func(path, GUINT_TO_POINTER(i), test_off);
        }
    }
    g_test_add_func("/illegal/fs-off", test_fs_off);
    return g_test_run();
}
