/*
 * Floating point: every instruction of F, D, Zfh and Zfa against MPFR, in every rounding mode, with
 * its exceptions; and the state around it (NaN boxing, reserved modes, fcsr, the host's own FPU).
 *
 * `test-fpu --dump FILE [SEED]` writes the vectors instead of running them, for test-fpu-replay.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fpu-oracle.h"

#include <fenv.h>
#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define RANDOM_ROUNDS 3000 /* for each instruction, times five modes */
#define BATCH 240

/* ---- operands ---- */

typedef struct Generator {
    uint64_t state;
    FPUVector batch[BATCH];
    size_t count;
    void (*flush)(const FPUVector *v, size_t count, void *opaque);
    void *opaque;
} Generator;

/* Sebastiano Vigna's splitmix64 sequence */
static uint64_t next_random(Generator *g)
{
    uint64_t z = g->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static unsigned random_below(Generator *g, unsigned limit)
{
    return next_random(g) % limit;
}

static unsigned frac_bits(FPUType type)
{
    return type == FPU_F16 ? 10 : type == FPU_F32 ? 23 : 52;
}

static uint64_t mask_of(FPUType type)
{
    return UINT64_MAX >> (64 - fpu_bits(type));
}

/* clang-format off */
/* Magnitudes at which something changes; both signs of each are used. */
static const uint64_t corners_f16[] = {
    0x0000, 0x0001, 0x0002, 0x0003, 0x01ff, 0x0200, 0x03ff, 0x0400, 0x0401, 0x07ff, 0x0800, 0x1000,
    0x1400, 0x1800, 0x37ff, 0x3800, 0x3801, 0x3bff, 0x3c00, 0x3c01, 0x3e00, 0x4100, 0x4300, 0x57f0,
    0x57f8, 0x5bfc, 0x63ff, 0x6400, 0x6401, 0x67ff, 0x6800, 0x77ff, 0x7800, 0x7801, 0x7bfe, 0x7bff,
    0x7c00, 0x7c01, 0x7dff, 0x7e00, 0x7fff,
};

static const uint64_t corners_f32[] = {
    0x00000000, 0x00000001, 0x00000002, 0x007fffff, 0x00800000, 0x00800001, 0x00ffffff, 0x01000000,
    0x33800000, 0x34000000, 0x3effffff, 0x3f000000, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x3fc00000,
    0x40200000, 0x4b000001, 0x4b7fffff, 0x4effffff, 0x4f000000, 0x4f7fffff, 0x4f800000, 0x5effffff,
    0x5f000000, 0x5f7fffff, 0x5f800000, 0x7f000000, 0x7f7ffffe, 0x7f7fffff, 0x7f800000, 0x7f800001,
    0x7fbfffff, 0x7fc00000, 0x7fffffff,
    /* where half precision changes: subnormals, tininess, ties, overflow */
    0x32ffffff, 0x33000000, 0x33000001, 0x337fffff, 0x33bfffff, 0x33c00000, 0x387fc000, 0x387fdfff,
    0x387fe000, 0x387ff000, 0x387fffff, 0x38800000, 0x3f801000, 0x3f803000, 0x3f803001, 0x477fe000,
    0x477fefff, 0x477ff000, 0x477fffff, 0x47800000,
};

static const uint64_t corners_f64[] = {
    0x0000000000000000, 0x0000000000000001, 0x000fffffffffffff, 0x0010000000000000,
    0x0010000000000001, 0x001fffffffffffff, 0x0020000000000000, 0x3ca0000000000000,
    0x3cb0000000000000, 0x3fdfffffffffffff, 0x3fe0000000000000, 0x3fefffffffffffff,
    0x3ff0000000000000, 0x3ff0000000000001, 0x3ff8000000000000, 0x4004000000000000,
    0x41dfffffffa00000, 0x41dfffffffdfffff, 0x41dfffffffe00000, 0x41dfffffffffffff,
    0x41e0000000000000, 0x41e0000000080000, 0x41e0000000100000, 0x41e0000000200000,
    0x41efffffffd00000, 0x41efffffffefffff, 0x41effffffff00000, 0x41f0000000000000,
    0x4330000000000001, 0x433fffffffffffff, 0x43dfffffffffffff, 0x43e0000000000000,
    0x43e0000000000001, 0x43efffffffffffff, 0x43f0000000000000, 0x4520000000000001,
    0x4530000000000001, 0x7fe0000000000000, 0x7feffffffffffffe, 0x7fefffffffffffff,
    0x7ff0000000000000, 0x7ff0000000000001, 0x7ff7ffffffffffff, 0x7ff8000000000000,
    0x7fffffffffffffff,
    /* where single precision changes: subnormals, tininess, overflow, ties */
    0x36a0000000000000, 0x36a0000000000001, 0x36afffffffffffff, 0x380fffffc0000000,
    0x380fffffdfffffff, 0x380fffffe0000000, 0x380ffffff0000000, 0x380fffffffffffff,
    0x3810000000000000, 0x3ff0000010000000, 0x3ff0000030000000, 0x47efffffe0000000,
    0x47efffffefffffff, 0x47effffff0000000, 0x47efffffffffffff,
    /* and half precision */
    0x3e5fffffffffffff, 0x3e60000000000000, 0x3e60000000000001, 0x3e77ffffffffffff,
    0x3e78000000000000, 0x3f0ff80000000000, 0x3f0ffbffffffffff, 0x3f0ffc0000000000,
    0x3f0ffe0000000000, 0x3f0fffffffffffff, 0x3f10000000000000, 0x3ff0020000000000,
    0x3ff0060000000000, 0x3ff0060000000001, 0x40effc0000000000, 0x40effdffffffffff,
    0x40effe0000000000, 0x40efffffffffffff, 0x40f0000000000000,
};

static const uint64_t corners_int[] = {
    2047, 2049, 2051, 4094, 4098, 65503, 65504, 65519, 65520, 65535, 65536, /* half precision's */
    0, 1, 2, 3,
    0x7f, 0xffffff, 0x1000000, 0x1000001,
    0x1000003, 0x2000001, 0x2000002, 0x2000006,
    0x7fffffbf, 0x7fffffc0, 0x7fffffff, 0x80000000,
    0xffffff7f, 0xffffff80, 0xffffffff, 0x100000000,
    0x1fffffffffffff, 0x20000000000001, 0x20000000000003, 0x40000000000002,
    0x40000000000006, 0x7ffffdffffffffff, 0x7ffffe0000000000, 0x7fffff4000000000,
    0x7fffffbfffffffff, 0x7fffffc000000000, 0x7ffffffffffffdff, 0x7ffffffffffffe00,
    0x7fffffffffffffff, 0x8000000000000000, 0x8000008000000000, 0x8000008000000001,
    0x8000000000000400, 0x8000000000000401, 0xfffffffffffffbff, 0xfffffffffffffc00,
    0xffffff7fffffffff, 0xffffff8000000000, 0xffffffffffffffff,
};
/* clang-format on */

static const uint64_t *corners(FPUType type, unsigned *count)
{
    *count = type == FPU_F16   ? G_N_ELEMENTS(corners_f16)
             : type == FPU_F32 ? G_N_ELEMENTS(corners_f32)
             : type == FPU_F64 ? G_N_ELEMENTS(corners_f64)
                               : G_N_ELEMENTS(corners_int);
    return type == FPU_F16   ? corners_f16
           : type == FPU_F32 ? corners_f32
           : type == FPU_F64 ? corners_f64
                             : corners_int;
}

static uint64_t random_corner(Generator *g, FPUType type)
{
    unsigned count;
    const uint64_t *list = corners(type, &count);
    uint64_t sign = next_random(g) & 1;

    return list[random_below(g, count)] | sign << (fpu_bits(type) - 1);
}

/*
 * A significand of few ones, or of few zeros: the kind whose sums, products and quotients are near
 * ties.
 */
static uint64_t sparse_bits(Generator *g, unsigned width)
{
    uint64_t bits = 0;

    for (unsigned n = random_below(g, 4); n > 0; n--) {
        bits ^= 1ull << random_below(g, width);
    }
    return (next_random(g) & 1 ? bits : ~bits) & ((1ull << width) - 1);
}

/* Between the bits of a format and a double of the host, roughly where it has no such number. */
static uint64_t host_bits(FPUType type, f64 value)
{
    f64 magnitude = MIN(fabs(value), 65504.0);

    if (type == FPU_F64) {
        return riscv_f64_bits(value);
    }
    if (type == FPU_F32) {
        return riscv_f32_bits((f32)value);
    }
    if (magnitude < 0x1p-14) {
        return (uint64_t)(magnitude * 0x1p24) | (signbit(value) ? 0x8000 : 0);
    }
    return ((riscv_f64_bits(magnitude) >> 42) - (1008 << 10)) | (signbit(value) ? 0x8000 : 0);
}

static f64 host_number(FPUType type, uint64_t bits)
{
    if (type == FPU_F64) {
        return riscv_f64_from_bits(bits);
    }
    if (type == FPU_F32) {
        return riscv_f32_from_bits((uint32_t)bits);
    }
    f64 magnitude = ldexp(bits & 0x3ff, -24);

    if (bits & 0x7c00) {
        magnitude = ldexp(0x400 | (bits & 0x3ff), (int)(bits >> 10 & 0x1f) - 25);
    }
    return bits & 0x8000 ? -magnitude : magnitude;
}

/* A number whose exponent is within `spread` of that of `near`. */
static uint64_t random_near(Generator *g, FPUType type, uint64_t near, unsigned spread)
{
    unsigned frac = frac_bits(type);
    uint64_t max = (1ull << (fpu_bits(type) - 1 - frac)) - 1;
    uint64_t exp = (near >> frac & max) + random_below(g, 2 * spread + 1) - spread;
    uint64_t bits =
        next_random(g) & 1 ? sparse_bits(g, frac) : next_random(g) & ((1ull << frac) - 1);
    uint64_t sign = next_random(g) & 1;

    return sign << (fpu_bits(type) - 1) | (exp & max) << frac | bits;
}

static uint64_t random_operand(Generator *g, FPUType type)
{
    if (!fpu_is_float(type)) {
        return next_random(g) >> random_below(g, 64) ^ -(next_random(g) & 1);
    }
    switch (random_below(g, 6)) {
    case 0:
        return next_random(g) & mask_of(type);
    case 1:
        return random_corner(g, type);
    case 2:
        return random_near(g, type, random_corner(g, type), 2);
    default: /* around one, as most programs' numbers, and conversions' limits */
        return random_near(g, type, host_bits(type, 1), type == FPU_F16 ? 15 : 66);
    }
}

/* a * b, or a / b, in the format, roughly. */
static uint64_t host_value(FPUType type, bool divide, uint64_t a, uint64_t b)
{
    f64 x = host_number(type, a), y = host_number(type, b);

    return host_bits(type, divide ? x / y : x * y);
}

/*
 * Where the outcome is decided by the last bits: a second operand that takes the first one near the
 * smallest normal number or near overflow, and a third that cancels their product.
 */
static void aim(Generator *g, const FPUInsn *insn, FPUVector *v)
{
    FPUType type = insn->from;
    uint64_t smallest = 1ull << frac_bits(type);
    uint64_t infinity = (1ull << (fpu_bits(type) - 1)) - (1ull << frac_bits(type));
    uint64_t largest = infinity - 1;
    uint64_t target = next_random(g) & 1 ? smallest : largest;

    if (insn->meaning == FPU_MUL || next_random(g) & 1) {
        v->b = host_value(type, true, target, v->a);
    } else if (insn->meaning == FPU_DIV) {
        v->b = host_value(type, true, v->a, target);
    } else {
        v->b = random_near(g, type, v->a, 2);
    }
    v->b = (v->b + random_below(g, 5) - 2) & mask_of(type);
    v->c = host_value(type, false, v->a, v->b) ^ 1ull << (fpu_bits(type) - 1);
    if (random_below(g, 3)) {
        v->c = (v->c + random_below(g, 5) - 2) & mask_of(type);
    } else {
        v->c = random_near(g, type, v->c, frac_bits(type) + 3);
    }
}

/* ---- vectors ---- */

static void flush(Generator *g)
{
    g->flush(g->batch, g->count, g->opaque);
    g->count = 0;
}

static void add(Generator *g, unsigned insn, uint64_t a, uint64_t b, uint64_t c)
{
    for (uint8_t rm = 0; rm < (fpu_has_rm(&fpu_insns[insn]) ? 5 : 1); rm++) {
        if (g->count == BATCH) {
            flush(g);
        }
        FPUVector *v = &g->batch[g->count++];
        *v = (FPUVector){ .insn = insn, .rm = rm, .a = a, .b = b, .c = c };
        fpu_oracle(v);
    }
}

static unsigned operands(const FPUInsn *insn)
{
    switch (insn->meaning) {
    case FPU_FMADD:
    case FPU_FMSUB:
    case FPU_FNMSUB:
    case FPU_FNMADD:
        return 3;
    case FPU_SQRT:
    case FPU_CVT:
    case FPU_ROUND:
    case FPU_ROUNDNX:
    case FPU_CLASS:
    case FPU_MOVE:
    case FPU_MODULAR:
    case FPU_CONSTANT:
        return 1;
    default:
        return 2;
    }
}

/*
 * All corners, with all others where there are two operands and with some others where there are
 * three.
 */
static void add_corners(Generator *g, unsigned insn)
{
    FPUType type = fpu_insns[insn].from;
    unsigned n, count = operands(&fpu_insns[insn]);
    const uint64_t *list = corners(type, &n);
    uint64_t sign = 1ull << (fpu_bits(type) - 1);

    for (unsigned i = 0; i < 2 * n; i++) {
        uint64_t a = list[i / 2] ^ (i % 2 ? sign : 0);

        if (count == 1) {
            add(g, insn, a, 0, 0);
        }
        for (unsigned j = 0; count == 2 && j < n; j++) {
            add(g, insn, a, list[j] ^ (next_random(g) & 1 ? sign : 0), 0);
        }
        for (unsigned j = 0; count == 3 && j < n; j++) {
            add(g, insn, a, list[j] ^ (next_random(g) & 1 ? sign : 0), random_corner(g, type));
            /* a quiet NaN, which hides whatever else is wrong */
            add(g, insn, a, list[j], sign - 1);
        }
    }
}

static void make_vectors(Generator *g, unsigned insn)
{
    FPUType type = fpu_insns[insn].from;

    if (fpu_insns[insn].meaning == FPU_CONSTANT) {
        for (unsigned n = 0; n < 32; n++) {
            add(g, insn, n, 0, 0);
        }
        flush(g);
        return;
    }
    add_corners(g, insn);
    for (unsigned i = 0; i < RANDOM_ROUNDS; i++) {
        FPUVector v = { .a = random_operand(g, type), .b = random_operand(g, type) };

        v.c = random_operand(g, type);
        if (fpu_is_float(type) && operands(&fpu_insns[insn]) > 1 && i % 2) {
            aim(g, &fpu_insns[insn], &v);
        }
        add(g, insn, v.a, v.b, v.c);
    }
    flush(g);
}

/* ---- the instructions ---- */

/*
 * Arithmetic in integers stands in for the host on some hosts only, so it is tried here in every
 * mode.
 */
static void check_exact(FPUHarness *h, const FPUVector *v)
{
    static const FPKind kinds[] = { FP_ADD, FP_SUB, FP_MUL, FP_DIV, FP_SQRT, FP_FMA };
    const FPUInsn *insn = &fpu_insns[v->insn];
    FPFormat format = insn->from == FPU_F16   ? FP_FORMAT_F16
                      : insn->from == FPU_F32 ? FP_FORMAT_F32
                                              : FP_FORMAT_F64;
    unsigned flags = 0;
    uint64_t result;

    if (insn->meaning > FPU_FMADD) {
        return;
    }
    result = fp_exact(format, kinds[insn->meaning], v->a, v->b, v->c, v->rm, &flags);
    h->runs++;
    if (result != (v->result & mask_of(insn->to)) || flags != v->flags) {
        fpu_report(h, v, "in integers", result, flags);
    }
}

static void run_batch(const FPUVector *v, size_t count, void *opaque)
{
    fpu_run_vectors(opaque, v, count);
    for (size_t i = 0; i < count; i++) {
        check_exact(opaque, &v[i]);
    }
}

/* All there are, for what has one of them for its operand. */
static void add_all_halves(Generator *g, unsigned insn)
{
    const FPUInsn *info = &fpu_insns[insn];

    if (info->from == FPU_F16 && operands(info) == 1 && info->meaning != FPU_CONSTANT) {
        for (unsigned a = 0; a <= UINT16_MAX; a++) {
            add(g, insn, a, 0, 0);
        }
        flush(g);
    }
}

static void test_insn(gconstpointer data)
{
    unsigned insn = GPOINTER_TO_UINT(data);
    FPUHarness h;
    Generator g = { .state = (uint32_t)g_test_rand_int(), .flush = run_batch, .opaque = &h };

    fpu_harness_init(&h);
    make_vectors(&g, insn);
    add_all_halves(&g, insn);
    g_test_message("%u runs", h.runs);
    g_assert_cmpuint(h.runs, >, 0);
    g_assert_cmpuint(h.failures, ==, 0);
    fpu_harness_free(&h);
}

/* ---- what is around them ---- */

static void run(const char *name, CPURISCVState *env, const RISCVOp *op)
{
    g_assert_true(fpu_execute(fpu_insn(name), env, op));
}

static const uint64_t box = 0xffffffffull << 32, box16 = UINT64_MAX << 16;

static void test_boxing(void)
{
    FPUHarness h;
    RISCVOp op = fpu_op(RISCV_RM_DYN);

    fpu_harness_init(&h);
    riscv_fpu_enter(h.env);
    for (unsigned bit = 32; bit < 64; bit++) {
        h.env->f[FPU_RS1] = (box ^ 1ull << bit) | 0x3f800000;
        h.env->f[FPU_RS2] = box | 0x40000000;
        run("fmul_s", h.env, &op);
        g_assert_cmphex(h.env->f[FPU_RD], ==, box | 0x7fc00000);
        run("fclass_s", h.env, &op);
        g_assert_cmphex(h.env->x[FPU_RD], ==, 0x200);
        run("fsgnjn_s", h.env, &op);
        g_assert_cmphex(h.env->f[FPU_RD], ==, box | 0xffc00000);
        /* moves and stores take the bits as they are */
        run("fmv_x_w", h.env, &op);
        g_assert_cmphex(h.env->x[FPU_RD], ==, 0x3f800000);
    }
    for (unsigned bit = 16; bit < 64; bit++) {
        h.env->f[FPU_RS1] = (box16 ^ 1ull << bit) | 0x3c00;
        h.env->f[FPU_RS2] = box16 | 0x4000;
        run("fmul_h", h.env, &op);
        g_assert_cmphex(h.env->f[FPU_RD], ==, box16 | 0x7e00);
        run("fclass_h", h.env, &op);
        g_assert_cmphex(h.env->x[FPU_RD], ==, 0x200);
        run("fsgnjn_h", h.env, &op);
        g_assert_cmphex(h.env->f[FPU_RD], ==, box16 | 0xfe00);
        run("fmv_x_h", h.env, &op);
        g_assert_cmphex(h.env->x[FPU_RD], ==, 0x3c00);
    }
    g_assert_cmphex(riscv_fflags_read(h.env), ==, 0);
    riscv_fpu_leave(h.env);
    fpu_harness_free(&h);
}

static void test_memory(void)
{
    uint64_t memory[2] = { 0x1122334487654321, 0x5566778899aabbcc };
    RISCVOp op = { .rd = FPU_RD, .rs1 = FPU_RS1, .rs2 = FPU_RS2, .imm = 8 };
    FPUHarness h;

    fpu_harness_init(&h);
    h.env->x[FPU_RS1] = (uintptr_t)memory;
    run("fld", h.env, &op);
    g_assert_cmphex(h.env->f[FPU_RD], ==, 0x5566778899aabbcc);
    g_assert_true(h.env->fs_dirty);
    h.env->fs_dirty = 0;
    run("flw", h.env, &op);
    g_assert_cmphex(h.env->f[FPU_RD], ==, box | 0x99aabbcc);
    g_assert_true(h.env->fs_dirty);
    h.env->fs_dirty = 0;
    run("flh", h.env, &op);
    g_assert_cmphex(h.env->f[FPU_RD], ==, box16 | 0xbbcc);
    g_assert_true(h.env->fs_dirty);
    h.env->fs_dirty = 0;
    op.imm = 0;
    h.env->f[FPU_RS2] = 0x0123456789abcdef; /* not boxed: fsw does not mind */
    run("fsw", h.env, &op);
    g_assert_cmphex(memory[0], ==, 0x1122334489abcdef);
    op.imm = 2;
    run("fsh", h.env, &op);
    g_assert_cmphex(memory[0], ==, 0x11223344cdefcdef);
    op.imm = 0;
    run("fsd", h.env, &op);
    g_assert_cmphex(memory[0], ==, 0x0123456789abcdef);
    g_assert_cmphex(memory[1], ==, 0x5566778899aabbcc);
    g_assert_false(h.env->fs_dirty);
    fpu_harness_free(&h);
}

/* Is `insn` illegal with this rm and frm? Nothing may have changed then. */
static bool illegal(FPUHarness *h, const FPUInsn *insn, unsigned rm, unsigned frm)
{
    RISCVOp op = fpu_op(rm);

    riscv_frm_write(h->env, frm);
    riscv_fflags_write(h->env, 0);
    h->env->fs_dirty = 0;
    h->env->f[FPU_RD] = h->env->x[FPU_RD] = 0x77;
    if (setjmp(h->illegal) == 0) {
        g_assert_true(fpu_execute(insn, h->env, &op));
        return false;
    }
    g_assert_cmphex(h->env->f[FPU_RD], ==, 0x77);
    g_assert_cmphex(h->env->x[FPU_RD], ==, 0x77);
    g_assert_cmphex(riscv_fflags_read(h->env), ==, 0);
    g_assert_false(h->env->fs_dirty);
    return true;
}

static void test_reserved_modes(void)
{
    FPUHarness h;

    fpu_harness_init(&h);
    riscv_fpu_enter(h.env);
    for (unsigned i = 0; i < fpu_insn_count; i++) {
        for (unsigned frm = 0; fpu_has_rm(&fpu_insns[i]) && frm < 8; frm++) {
            h.env->f[FPU_RS1] = h.env->f[FPU_RS2] = h.env->f[FPU_RS3] = UINT64_MAX;
            for (unsigned rm = 0; rm < 8; rm++) {
                bool reserved = rm == RISCV_RM_DYN ? frm > 4 : rm > 4;
                g_assert_cmpint(illegal(&h, &fpu_insns[i], rm, frm), ==, reserved);
            }
        }
        if (fpu_insns[i].meaning != FPU_MEMORY && !fpu_has_rm(&fpu_insns[i])) {
            g_assert_false(illegal(&h, &fpu_insns[i], 0, 7));
        }
    }
    riscv_fpu_leave(h.env);
    fpu_harness_free(&h);
}

/* 1 / 3 in the mode of `rm`: inexact, and the last bit shows the mode. */
static uint64_t third(CPURISCVState *env, unsigned rm)
{
    RISCVOp op = fpu_op(rm);

    env->f[FPU_RS1] = 0x3ff0000000000000;
    env->f[FPU_RS2] = 0x4008000000000000;
    run("fdiv_d", env, &op);
    return env->f[FPU_RD];
}

enum { THIRD_DOWN = 0x55, THIRD_UP = 0x56 };

static void test_fcsr(void)
{
    FPUHarness h;
    CPURISCVState *env;

    fpu_harness_init(&h);
    env = h.env;
    riscv_frm_write(env, RISCV_RM_RUP); /* outside guest execution: a debugger, a reset */
    riscv_fflags_write(env, FFLAG_DZ | 0xe0);
    g_assert_cmphex(riscv_fflags_read(env), ==, FFLAG_DZ);
    riscv_fpu_enter(env);
    g_assert_cmphex(riscv_fflags_read(env), ==, FFLAG_DZ);
    g_assert_cmphex(third(env, RISCV_RM_DYN) & 0xff, ==, THIRD_UP);
    g_assert_cmphex(riscv_fflags_read(env), ==, FFLAG_DZ | FFLAG_NX);
    riscv_fflags_write(env, FFLAG_OF);
    g_assert_cmphex(riscv_fflags_read(env), ==, FFLAG_OF);
    riscv_frm_write(env, RISCV_RM_RTZ);
    g_assert_cmphex(third(env, RISCV_RM_RUP) & 0xff, ==, THIRD_UP);
    g_assert_cmphex(third(env, RISCV_RM_DYN) & 0xff, ==, THIRD_DOWN);
    riscv_frm_write(env, RISCV_RM_RUP);
    g_assert_cmphex(third(env, RISCV_RM_DYN) & 0xff, ==, THIRD_UP);
    g_assert_cmphex(third(env, RISCV_RM_RDN) & 0xff, ==, THIRD_DOWN);
    riscv_fpu_leave(env);
    g_assert_cmphex(env->fflags, ==, FFLAG_OF | FFLAG_NX);
    riscv_fpu_enter(env); /* the mode of the last instruction does not stay */
    g_assert_cmphex(third(env, RISCV_RM_DYN) & 0xff, ==, THIRD_UP);
    riscv_fpu_leave(env);
    fpu_harness_free(&h);
}

/* FS becomes dirty by new flags, once for each time that they accrue. */
static void test_dirty(void)
{
    RISCVOp op = fpu_op(RISCV_RM_DYN);
    FPUHarness h;
    CPURISCVState *env;

    fpu_harness_init(&h);
    env = h.env;
    riscv_fpu_enter(env);
    third(env, RISCV_RM_DYN);
    riscv_fflags_read(env);
    env->fs_dirty = 0;
    riscv_fflags_read(env);
    g_assert_false(env->fs_dirty);
    env->f[FPU_RS1] = env->f[FPU_RS2] = 0x3ff0000000000000;
    run("feq_d", env, &op);
    riscv_fflags_read(env);
    g_assert_false(env->fs_dirty);
    env->f[FPU_RS1] = 0x7ff0000000000001;
    run("feq_d", env, &op);
    riscv_fflags_read(env);
    g_assert_true(env->fs_dirty);
    riscv_fpu_leave(env);
    fpu_harness_free(&h);
}

/* Whatever the guest does, the host finds its own mode and flags again. */
static void test_host_state(void)
{
    FPUHarness h;

    fpu_harness_init(&h);
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_DIVBYZERO);
    fesetround(FE_DOWNWARD);
    riscv_frm_write(h.env, RISCV_RM_RUP);
    riscv_fpu_enter(h.env);
    third(h.env, RISCV_RM_DYN);
    riscv_fpu_leave(h.env);
    g_assert_cmpint(fegetround(), ==, FE_DOWNWARD);
    g_assert_cmpint(fetestexcept(FE_ALL_EXCEPT), ==, FE_DIVBYZERO);
    g_assert_cmphex(h.env->fflags, ==, FFLAG_NX);
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    fpu_harness_free(&h);
}

/* ---- main ---- */

static void write_batch(const FPUVector *v, size_t count, void *opaque)
{
    if (fwrite(v, sizeof(*v), count, opaque) != count) {
        perror("test-fpu: cannot write vectors");
        exit(1);
    }
}

static int dump(const char *path, uint64_t seed)
{
    g_autofree Generator *g = g_new0(Generator, 1);
    FILE *f = fopen(path, "wb");

    if (!f) {
        perror(path);
        return 1;
    }
    *g = (Generator){ .state = seed, .flush = write_batch, .opaque = f };
    for (unsigned i = 0; i < fpu_insn_count; i++) {
        if (fpu_insns[i].meaning != FPU_MEMORY) {
            make_vectors(g, i);
        }
    }
    return fclose(f) != 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && !strcmp(argv[1], "--dump")) {
        return dump(argv[2], argc > 3 ? strtoull(argv[3], NULL, 0) : 1);
    }
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions(); /* report every instruction that fails */
    for (unsigned i = 0; i < fpu_insn_count; i++) {
        if (fpu_insns[i].meaning != FPU_MEMORY) {
            g_autofree char *path = g_strconcat("/fpu/insn/", fpu_insns[i].name, NULL);
            g_test_add_data_func(path, GUINT_TO_POINTER(i), test_insn);
        }
    }
    g_test_add_func("/fpu/boxing", test_boxing);
    g_test_add_func("/fpu/memory", test_memory);
    g_test_add_func("/fpu/reserved-modes", test_reserved_modes);
    g_test_add_func("/fpu/fcsr", test_fcsr);
    g_test_add_func("/fpu/dirty", test_dirty);
    g_test_add_func("/fpu/host-state", test_host_state);
    return g_test_run();
}
