/*
 * Instruction vectors: each is encoded, executed alone on a real hart, and everything that it could
 * have changed is compared. make.py says how the files read; they are given as arguments.
 *
 * Every row of the instruction table needs vectors here, and one without fails by name. What does
 * not belong here: what an instruction should do (the vectors), traps and interrupts beyond one
 * instruction (tests/guest).
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <string.h>

#include "bench.h"

#define DATA_SIZE 256
#define VECTORS_PER_ROW 3

/* ---- a vector ---- */

typedef struct Vectors {
    Bench *bench;
    unsigned seen[RISCV_INSN_ROW_COUNT]; /* vectors, by row */
} Vectors;

typedef struct Vector {
    const char *where; /* "file:line" */
    RISCVInsn insn;
    uint32_t raw;
    uint64_t address;
    char **before, **after; /* "name=value" */
} Vector;

/* What is compared of the hart. */
typedef struct State {
    uint64_t x[32], f[32], pc;
    unsigned priv, fflags;
    bool halted;
    uint8_t data[DATA_SIZE];
} State;

static G_GNUC_PRINTF(2, 3) void fail(const Vector *v, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    g_test_message("%s: %s: %s", v->where, riscv_insn_info[v->insn.row].name, text);
    g_test_fail();
}

/* A number, or P, D, T or I with an optional displacement. */
static uint64_t parse_value(const Vector *v, const char *text)
{
    uint64_t base = 0;
    char *end;

    if (*text && strchr("PDTI", *text)) {
        base = *text == 'P' ? v->address : *text == 'D' ? DATA : *text == 'T' ? HANDLER : v->raw;
        text++;
        if (!*text) {
            return base;
        }
    }
    base += *text == '-' ? (uint64_t)g_ascii_strtoll(text, &end, 0)
                         : g_ascii_strtoull(text, &end, 0);
    if (end == text || *end) {
        g_error("%s: not a value: '%s'", v->where, text);
    }
    return base;
}

/* "name=value" split in two; the name is copied to `name`. */
static const char *split_item(const Vector *v, const char *item, char name[32])
{
    const char *equals = strchr(item, '=');

    if (!equals || equals - item >= 32) {
        g_error("%s: not name=value: '%s'", v->where, item);
    }
    memcpy(name, item, equals - item);
    name[equals - item] = '\0';
    return equals + 1;
}

static unsigned row_by_name(const Vector *v, const char *name)
{
    g_autofree char *dotted = g_strdelimit(g_strdup(name), "_", '.');

    for (unsigned row = 1; row < RISCV_INSN_ROW_COUNT; row++) {
        if (strcmp(riscv_insn_info[row].name, dotted) == 0) {
            return row;
        }
    }
    g_error("%s: no instruction '%s'", v->where, name);
}

static void parse_operand(Vector *v, const char *item)
{
    char name[32];
    uint64_t value = parse_value(v, split_item(v, item, name));
    RISCVInsn *insn = &v->insn;
    uint8_t *reg = !strcmp(name, "rd")    ? &insn->rd
                   : !strcmp(name, "rs1") ? &insn->rs1
                   : !strcmp(name, "rs2") ? &insn->rs2
                   : !strcmp(name, "rs3") ? &insn->rs3
                                          : NULL;

    if (reg) {
        *reg = value;
    } else if (!strcmp(name, "imm")) {
        insn->imm = value;
    } else {
        g_error("%s: no operand '%s'", v->where, name);
    }
}

/* "insn operand=value ..." */
static void parse_instruction(Vector *v, const char *text)
{
    g_auto(GStrv) head = g_strsplit(text, " ", -1);

    v->insn.row = row_by_name(v, head[0]);
    for (unsigned i = 1; head[i]; i++) {
        if (*head[i]) {
            parse_operand(v, head[i]);
        }
    }
    if (!riscv_encode(&v->insn, &v->raw)) {
        g_error("%s: these operands cannot be encoded", v->where);
    }
    v->insn.len = riscv_insn_info[v->insn.row].len;
    v->address = CODE_END - v->insn.len;
}

/* ---- setting up ---- */

static void write_csr(const Vector *v, Bench *bench, int csr, uint64_t value)
{
    if (!bench_write_csr(bench, csr, value)) {
        g_error("%s: cannot write this CSR", v->where);
    }
}

static uint64_t read_csr(const Vector *v, Bench *bench, int csr)
{
    uint64_t value = 0;

    if (!bench_read_csr(bench, csr, &value)) {
        g_error("%s: cannot read this CSR", v->where);
    }
    return value;
}

/* A register, by its place in `x` and `f`; NULL if `name` is none. */
static uint64_t *find_register(const char *name, uint64_t *x, uint64_t *f)
{
    char *end;
    uint64_t number = g_ascii_strtoull(name + 1, &end, 10);

    if ((*name != 'x' && *name != 'f') || end == name + 1 || *end || number > 31) {
        return NULL;
    }
    return *name == 'x' ? &x[number] : &f[number];
}

/* "m8[D+16]" as offset into the data area and size; false if `name` is something else. */
static bool parse_memory(const Vector *v, const char *name, uint64_t *offset, unsigned *size)
{
    g_autofree char *address = NULL;

    if (name[0] != 'm' || !name[1] || !strchr("1248", name[1]) || name[2] != '[') {
        return false;
    }
    *size = name[1] - '0';
    address = g_strndup(name + 3, strlen(name) - 4);
    *offset = parse_value(v, address) - DATA;
    if (*offset > DATA_SIZE - *size) {
        g_error("%s: %s is not in the data area", v->where, name);
    }
    return true;
}

/* Execute an LR beforehand: "address,size". */
static void reserve(const Vector *v, Bench *bench, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", 2);
    RISCVInsn lr = { .row = parse_value(v, parts[1]) == 4 ? RISCV_INSN_lr_w : RISCV_INSN_lr_d,
                     .rs1 = 1 };
    CPURISCVState *env = &bench->cpu->env;
    uint32_t raw;

    g_assert_true(riscv_encode(&lr, &raw));
    bench_put_bytes(CODE_END - 4, &raw, 4);
    env->x[1] = parse_value(v, parts[0]);
    env->pc = CODE_END - 4;
    bench_execute(bench);
    g_assert_cmphex(env->pc, ==, CODE_END);
}

static const char *find_item(char **items, const char *name)
{
    size_t length = strlen(name);

    for (unsigned i = 0; items[i]; i++) {
        if (strncmp(items[i], name, length) == 0 && items[i][length] == '=') {
            return items[i] + length + 1;
        }
    }
    return NULL;
}

/* "Zbb,Zbkb" */
static void switch_extensions(const Vector *v, CPURISCVState *env, const char *names, bool on)
{
    g_auto(GStrv) list = g_strsplit(names, ",", -1);

    for (unsigned i = 0; list[i]; i++) {
        int ext = riscv_ext_by_name(list[i]);

        if (ext < 0) {
            g_error("%s: no extension '%s'", v->where, list[i]);
        }
        riscv_ext_set(&env->ext, ext, on);
    }
    riscv_ext_changed(env);
}

static void apply_before(const Vector *v, Bench *bench, State *state, const char *item)
{
    CPURISCVState *env = &bench->cpu->env;
    char name[32];
    const char *text = split_item(v, item, name);
    uint64_t *reg = find_register(name, state->x, state->f);
    uint64_t offset;
    unsigned size;

    if (reg) {
        *reg = parse_value(v, text);
    } else if (parse_memory(v, name, &offset, &size)) {
        uint64_t value = parse_value(v, text);

        memcpy(state->data + offset, &value, size);
    } else if (!strcmp(name, "priv")) {
        state->priv = parse_value(v, text);
    } else if (!strcmp(name, "off") || !strcmp(name, "on")) {
        switch_extensions(v, env, text, !strcmp(name, "on"));
    } else if (strcmp(name, "lr") != 0) {
        write_csr(v, bench, riscv_csr_by_name(name), parse_value(v, text));
    }
}

/* Put the hart in the state before, and note that state. */
static void set_up(const Vector *v, Bench *bench, State *state)
{
    CPURISCVState *env = &bench->cpu->env;
    const char *lr = find_item(v->before, "lr");
    uint32_t code;

    bench_reset(bench);
    if (!find_item(v->before, "mstatus")) {
        write_csr(v, bench, CSR_mstatus, MSTATUS_FS);
    }
    *state = (State){ .priv = PRIV_M, .pc = v->address };
    for (unsigned i = 0; i < 32; i++) {
        state->x[i] = i ? 0xa5a5000000000000 + i * 0x0101010101 : 0;
        state->f[i] = 0xffffffff5a5a0000 + i * 0x0101;
    }
    for (unsigned i = 0; i < DATA_SIZE; i++) {
        state->data[i] = 37 * i + 11;
    }
    for (unsigned i = 0; v->before[i]; i++) {
        if (*v->before[i]) {
            apply_before(v, bench, state, v->before[i]);
        }
    }
    state->fflags = env->fflags;
    bench_put_bytes(DATA, state->data, DATA_SIZE);
    if (lr) {
        reserve(v, bench, lr);
    }
    code = v->insn.len == 4 ? v->raw : v->raw << 16 | SHORT_JUMP_TO_ITSELF;
    bench_put_bytes(CODE_END - 4, &code, 4);
    memcpy(env->x, state->x, sizeof(state->x));
    memcpy(env->f, state->f, sizeof(state->f));
    env->pc = state->pc;
    bench_set_priv(bench, state->priv);
}

/* ---- comparing ---- */

static void check_csr(const Vector *v, Bench *bench, const char *name, uint64_t expected)
{
    uint64_t value = read_csr(v, bench, riscv_csr_by_name(name));

    if (value != expected) {
        fail(v, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, name, value, expected);
    }
}

/* Exception "cause,tval", taken to M mode. */
static void expect_trap(const Vector *v, Bench *bench, State *expected, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", 2);

    check_csr(v, bench, "mcause", parse_value(v, parts[0]));
    check_csr(v, bench, "mtval", parse_value(v, parts[1]));
    check_csr(v, bench, "mepc", v->address);
    expected->pc = HANDLER;
    expected->priv = PRIV_M;
}

static void apply_after(const Vector *v, Bench *bench, State *expected, const char *item)
{
    char name[32];
    const char *text = split_item(v, item, name);
    uint64_t *reg = find_register(name, expected->x, expected->f);
    uint64_t offset;
    unsigned size;

    if (!strcmp(name, "trap")) {
        expect_trap(v, bench, expected, text);
        return;
    }
    uint64_t value = parse_value(v, text);

    if (reg) {
        *reg = value;
    } else if (parse_memory(v, name, &offset, &size)) {
        memcpy(expected->data + offset, &value, size);
    } else if (!strcmp(name, "pc")) {
        expected->pc = value;
    } else if (!strcmp(name, "priv")) {
        expected->priv = value;
    } else if (!strcmp(name, "halted")) {
        expected->halted = value;
    } else if (!strcmp(name, "fflags")) {
        expected->fflags = value;
    } else {
        check_csr(v, bench, name, value);
    }
}

static State get_state(Bench *bench)
{
    CPUState *cs = CPU(bench->cpu);
    CPURISCVState *env = &bench->cpu->env;
    State state = { .pc = env->pc, .priv = env->priv, .fflags = env->fflags };

    memcpy(state.x, env->x, sizeof(state.x));
    memcpy(state.f, env->f, sizeof(state.f));
    state.halted = CPU_GET_CLASS(cs)->is_halted(cs) && !CPU_GET_CLASS(cs)->has_work(cs);
    memcpy(state.data, bench->ram.ram->host + (DATA - RAM_BASE), DATA_SIZE);
    return state;
}

static void compare(const Vector *v, const State *got, const State *expected)
{
    for (unsigned i = 0; i < 32; i++) {
        if (got->x[i] != expected->x[i]) {
            fail(v, "x%u is 0x%" PRIx64 ", not 0x%" PRIx64, i, got->x[i], expected->x[i]);
        }
        if (got->f[i] != expected->f[i]) {
            fail(v, "f%u is 0x%" PRIx64 ", not 0x%" PRIx64, i, got->f[i], expected->f[i]);
        }
    }
    if (got->pc != expected->pc) {
        fail(v, "pc is 0x%" PRIx64 ", not 0x%" PRIx64, got->pc, expected->pc);
    }
    if (got->priv != expected->priv || got->halted != expected->halted ||
        got->fflags != expected->fflags) {
        fail(v, "privilege %u, halted %d, fflags 0x%x, not %u, %d, 0x%x", got->priv, got->halted,
             got->fflags, expected->priv, expected->halted, expected->fflags);
    }
    for (unsigned i = 0; i < DATA_SIZE; i++) {
        if (got->data[i] != expected->data[i]) {
            fail(v, "byte D+%u is 0x%02x, not 0x%02x", i, got->data[i], expected->data[i]);
        }
    }
}

static void run_vector(Vectors *vectors, const char *where, const char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, "|", -1);
    Vector v = { .where = where };
    Bench *bench = vectors->bench;
    State expected, got;

    if (g_strv_length(parts) != 3) {
        g_error("%s: not a vector", where);
    }
    g_auto(GStrv) before = g_strsplit(parts[1], " ", -1);
    g_auto(GStrv) after = g_strsplit(parts[2], " ", -1);

    v.before = before;
    v.after = after;
    parse_instruction(&v, parts[0]);
    vectors->seen[v.insn.row]++;
    set_up(&v, bench, &expected);
    bench_execute(bench);
    got = get_state(bench);
    expected.pc = v.address + v.insn.len;
    for (unsigned i = 0; after[i]; i++) {
        if (*after[i]) {
            apply_after(&v, bench, &expected, after[i]);
        }
    }
    compare(&v, &got, &expected);
}

/* ---- tests ---- */

typedef struct VectorFile {
    Vectors *vectors;
    const char *path;
} VectorFile;

static void test_file(gconstpointer data)
{
    const VectorFile *file = data;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_get_contents(file->path, &text, NULL, &error)) {
        g_error("%s", error->message);
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (unsigned i = 0; lines[i]; i++) {
        if (*lines[i] && *lines[i] != '#') {
            g_autofree char *where = g_strdup_printf("%s:%u", file->path, i + 1);

            run_vector(file->vectors, where, lines[i]);
        }
    }
}

static void test_every_row(gconstpointer data)
{
    const Vectors *vectors = data;

    for (unsigned row = 1; row < RISCV_INSN_ROW_COUNT; row++) {
        if (vectors->seen[row] < VECTORS_PER_ROW) {
            g_test_message("%s has %u vectors and needs %u: add them to tests/vectors",
                           riscv_insn_info[row].name, vectors->seen[row], VECTORS_PER_ROW);
            g_test_fail();
        }
    }
}

int main(int argc, char **argv)
{
    g_autofree VectorFile *files = g_new0(VectorFile, argc);
    Vectors vectors = { 0 };
    int status;

    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    vectors.bench = bench_new(NULL);
    for (int i = 1; i < argc; i++) {
        g_autofree char *base = g_path_get_basename(argv[i]);
        g_autofree char *path = g_strconcat("/vectors/", base, NULL);

        files[i] = (VectorFile){ &vectors, argv[i] };
        g_test_add_data_func(path, &files[i], test_file);
    }
    g_test_add_data_func("/vectors/every-row", &vectors, test_every_row);
    status = g_test_run();
    bench_free(vectors.bench);
    return status;
}
