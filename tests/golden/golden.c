/*
 * Disassembly against golden pairs: what binutils' objdump printed for words that its assembler
 * made.
 *
 * A row of the instruction table that agrees only with itself cannot pass: every row needs pairs
 * here, and one without fails by name. The pairs are data (*.txt, given as arguments), made by
 * update.py. What does not belong here: what instructions do (tests/vectors).
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
#include <string.h>

#include "target-riscv/decode.h"
#include "target-riscv/disas.h"

static RISCVExtSet all_extensions(void)
{
    RISCVExtSet set = { { 0 } };

    for (unsigned ext = 0; ext < RISCV_EXT_COUNT; ext++) {
        riscv_ext_set(&set, ext, true);
    }
    return set;
}

/* Distinct words seen, by row: a set of words each, or NULL. */
typedef struct WordsSeen {
    GHashTable *words[RISCV_INSN_ROW_COUNT];
} WordsSeen;

static void count_word(WordsSeen *seen, uint32_t raw)
{
    RISCVExtSet exts = all_extensions();
    RISCVInsn insn;

    if (!riscv_decode(raw, &exts, 64, &insn)) {
        return;
    }
    if (!seen->words[insn.row]) {
        seen->words[insn.row] = g_hash_table_new(NULL, NULL);
    }
    g_hash_table_add(seen->words[insn.row], GUINT_TO_POINTER(raw));
}

static void check_text(const char *where, uint64_t pc, const char *word, const char *expected,
                       RISCVDisasFlags flags)
{
    RISCVExtSet exts = all_extensions();
    uint32_t raw = g_ascii_strtoull(word, NULL, 16);
    char text[RISCV_DISAS_SIZE];
    unsigned length = riscv_disas(pc, raw, &exts, 64, flags, text, sizeof(text));

    g_strdelimit(text, "\t", ' ');
    if (strcmp(text, expected) != 0) {
        g_test_message("%s: %s is \"%s\", not \"%s\"", where, word, expected, text);
        g_test_fail();
    }
    if (length * 2 != strlen(word)) {
        g_test_message("%s: %s is %u bytes long", where, word, length);
        g_test_fail();
    }
}

static void check_line(WordsSeen *seen, const char *where, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, " | ", -1);
    g_auto(GStrv) head = g_strsplit(parts[0] ? parts[0] : "", " ", -1);

    if (g_strv_length(parts) != 3 || g_strv_length(head) != 2) {
        g_error("%s: not a golden pair: %s", where, line);
    }
    uint64_t pc = g_ascii_strtoull(head[0], NULL, 16);

    count_word(seen, g_ascii_strtoull(head[1], NULL, 16));
    check_text(where, pc, head[1], parts[1], 0);
    check_text(where, pc, head[1], parts[2], RISCV_DISAS_NO_ALIASES);
}

typedef struct GoldenFile {
    const char *path;
    WordsSeen *seen;
} GoldenFile;

static void test_file(gconstpointer data)
{
    const GoldenFile *file = data;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(file->path, &text, NULL, &error)) {
        g_error("%s", error->message);
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++) {
        if (*lines[i] && *lines[i] != '#') {
            g_autofree char *where = g_strdup_printf("%s:%u", file->path, i + 1);

            check_line(file->seen, where, lines[i]);
        }
    }
}

/* Opcodes custom-0 to custom-3 are everyone's own: there is no binutils to ask about them. */
static bool is_custom(const RISCVInsnInfo *info)
{
    unsigned opcode = info->match & 0x7f;

    return opcode == 0x0b || opcode == 0x2b || opcode == 0x5b || opcode == 0x7b;
}

static void test_every_row(gconstpointer data)
{
    const WordsSeen *all = data;

    for (unsigned row = 1; row < RISCV_INSN_ROW_COUNT; row++) {
        const RISCVInsnInfo *info = &riscv_insn_info[row];
        unsigned seen = all->words[row] ? g_hash_table_size(all->words[row]) : 0;
        bool fixed = info->mask == (info->len == 2 ? UINT16_MAX : UINT32_MAX);
        bool one_word = fixed || strcmp(info->format, "NONE") == 0; /* which may ignore bits */

        if (seen < (one_word ? 1 : 2) && !is_custom(info)) {
            g_test_message("%s has %u golden words: add it to tests/golden", info->name, seen);
            g_test_fail();
        }
    }
}

/* The text is cut, never overrun. */
static void test_small_buffer(void)
{
    RISCVExtSet exts = all_extensions();
    char text[RISCV_DISAS_SIZE];

    for (size_t size = 1; size <= 16; size++) {
        memset(text, '#', sizeof(text));
        riscv_disas(0, 0x00c58533, &exts, 64, 0, text, size);
        g_assert_cmpint(strlen(text), ==, MIN(size - 1, strlen("add\ta0,a1,a2")));
        g_assert_cmpint(text[size], ==, '#');
    }
}

static void test_unknown(void)
{
    RISCVExtSet none = { { 0 } };
    char text[RISCV_DISAS_SIZE];

    g_assert_cmpint(riscv_disas(0, 0xffff0000, &none, 64, 0, text, sizeof(text)), ==, 2);
    g_assert_cmpstr(text, ==, "unimp");
    g_assert_cmpint(riscv_disas(0, 0x4501, &none, 64, 0, text, sizeof(text)), ==, 2);
    g_assert_cmpstr(text, ==, ".2byte\t0x4501");
    g_assert_cmpint(riscv_disas(0, 0x00c58533, &none, 64, 0, text, sizeof(text)), ==, 4);
    g_assert_cmpstr(text, ==, ".4byte\t0x00c58533");
}

int main(int argc, char **argv)
{
    g_autofree GoldenFile *files = g_new0(GoldenFile, argc);
    WordsSeen seen = { { NULL } };
    int status;

    g_test_init(&argc, &argv, NULL);
    for (int i = 1; i < argc; i++) {
        g_autofree char *base = g_path_get_basename(argv[i]);
        g_autofree char *path = g_strconcat("/golden/", base, NULL);

        files[i] = (GoldenFile){ argv[i], &seen };
        g_test_add_data_func(path, &files[i], test_file);
    }
    g_test_add_data_func("/golden/every-row", &seen, test_every_row);
    g_test_add_func("/disas/small-buffer", test_small_buffer);
    g_test_add_func("/disas/unknown", test_unknown);
    status = g_test_run();
    for (unsigned row = 0; row < RISCV_INSN_ROW_COUNT; row++) {
        g_clear_pointer(&seen.words[row], g_hash_table_unref);
    }
    return status;
}
