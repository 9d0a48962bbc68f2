/*
 * Litmus tests of RVWMO (Unprivileged ISA, "RVWMO Memory Consistency Model"): what two or four harts may
 * see of one another's accesses. A forbidden outcome fails; one that the model allows, but that no order
 * of the instructions explains, is counted and printed.
 *
 * Harts run a batch of cells, each an instance of the test with locations of its own, without meeting in
 * between, so that they drift past each other. Belongs here: the tests. Does not belong here: how many
 * rounds (million.c is the same with more).
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#ifndef ROUNDS
#define ROUNDS 20000
#endif
#define CELLS 250 /* in a batch; ROUNDS is a multiple */
_Static_assert(ROUNDS % CELLS == 0, "whole batches");

typedef struct Cell {
    uint64_t x __attribute__((aligned(64)));
    uint64_t y __attribute__((aligned(64)));
    uint64_t r[MAX_HARTS][2] __attribute__((aligned(64))); /* what each hart read */
} Cell;

static Cell cells[CELLS];

/* ---- what a hart does: instructions that are as they stand here, x and y among their operands ---- */

#define RUN(cell, code)                                                                            \
    do {                                                                                           \
        uint64_t r0_ = 0, r1_ = 0, t_ = 0;                                                         \
                                                                                                   \
        asm volatile(code                                                                          \
                     : [r0] "+&r"(r0_), [r1] "+&r"(r1_), [t] "+&r"(t_)                             \
                     : [x] "r"(&(cell)->x), [y] "r"(&(cell)->y), [one] "r"(1L), [two] "r"(2L)      \
                     : "memory");                                                                  \
        (cell)->r[self][0] = r0_;                                                                  \
        (cell)->r[self][1] = r1_;                                                                  \
    } while (0)

#define ST(where, what) "sd %[" what "], (%[" where "])\n"
#define LD(reg, where) "ld %[" reg "], (%[" where "])\n"
#define FENCE(set) "fence " set "\n"
#define SWAP(order, where) "amoswap.d" order " %[t], %[one], (%[" where "])\n"
/* The address of the second access, or its data, depends on the first; the value does not. */
#define LD_AFTER(reg, where, first) "xor %[t], %[" first "], %[" first "]\n add %[t], %[t], %[" where "]\n ld %[" reg "], (%[t])\n"
#define ST_AFTER(where, first) "xor %[t], %[" first "], %[" first "]\n add %[t], %[t], %[one]\n sd %[t], (%[" where "])\n"
#define LR(order, reg, where) "lr.d" order " %[" reg "], (%[" where "])\n"
/* Store 1, or add 1 with the old value in reg. */
#define SC_SET(order, where) "1: lr.d %[t], (%[" where "])\n sc.d" order " %[t], %[one], (%[" where "])\n bnez %[t], 1b\n"
#define SC_ADD(load, store, reg, where) \
    "1: lr.d" load " %[" reg "], (%[" where "])\n addi %[t], %[" reg "], 1\n" \
    "sc.d" store " %[t], %[t], (%[" where "])\n bnez %[t], 1b\n"
#define ADD(order, reg, where) "amoadd.d" order " %[" reg "], %[one], (%[" where "])\n"

/* ---- the outcomes that are looked for ---- */

#define R(hart, n) (c->r[hart][n])
#define BOTH_ZERO (R(0, 0) == 0 && R(1, 0) == 0)
#define BOTH_ONE (R(0, 0) == 1 && R(1, 0) == 1)
#define NEW_THEN_OLD(hart) (R(hart, 0) == 1 && R(hart, 1) == 0)
/* Behind its store of `own` a hart sees that, or what came later and so is there in the end. */
#define OWN_OR_LAST(hart, own) (R(hart, 0) == (own) || (R(hart, 0) == c->x && c->x == 3 - (own)))

/*
 * TEST(name, what the relation of outcome and model is, number of harts, outcome, code of each hart)
 */
enum { FORBIDDEN, ALLOWED };
#define TESTS(TEST)                                                                                \
    TEST(sb, "SB", ALLOWED, 2, BOTH_ZERO, ST("x", "one") LD("r0", "y"), ST("y", "one") LD("r0", "x"), "", "") \
    TEST(sb_fences, "SB+fences", FORBIDDEN, 2, BOTH_ZERO,                                          \
         ST("x", "one") FENCE("rw, rw") LD("r0", "y"), ST("y", "one") FENCE("rw, rw") LD("r0", "x"), "", "") \
    TEST(sb_store_load, "SB+fence.w.r", FORBIDDEN, 2, BOTH_ZERO,                                   \
         ST("x", "one") FENCE("w, r") LD("r0", "y"), ST("y", "one") FENCE("w, r") LD("r0", "x"), "", "") \
    TEST(sb_amo, "SB+amoswap.aq", FORBIDDEN, 2, BOTH_ZERO,                                         \
         SWAP(".aq", "x") LD("r0", "y"), SWAP(".aq", "y") LD("r0", "x"), "", "")                   \
    TEST(sb_tso, "SB+fence.tso", ALLOWED, 2, BOTH_ZERO,                                            \
         ST("x", "one") "fence.tso\n" LD("r0", "y"), ST("y", "one") "fence.tso\n" LD("r0", "x"), "", "") \
    TEST(mp, "MP", ALLOWED, 2, NEW_THEN_OLD(1),                                                    \
         ST("x", "one") ST("y", "one"), LD("r0", "y") LD("r1", "x"), "", "")                       \
    TEST(mp_fences, "MP+fences", FORBIDDEN, 2, NEW_THEN_OLD(1),                                    \
         ST("x", "one") FENCE("w, w") ST("y", "one"), LD("r0", "y") FENCE("r, r") LD("r1", "x"), "", "") \
    TEST(mp_tso, "MP+fence.tso", FORBIDDEN, 2, NEW_THEN_OLD(1),                                    \
         ST("x", "one") "fence.tso\n" ST("y", "one"), LD("r0", "y") "fence.tso\n" LD("r1", "x"), "", "") \
    TEST(mp_amo, "MP+amoswap.rl+lr.aq", FORBIDDEN, 2, NEW_THEN_OLD(1),                             \
         ST("x", "one") SWAP(".rl", "y"), LR(".aq", "r0", "y") LD("r1", "x"), "", "")              \
    TEST(mp_sc, "MP+sc.rl+addr", FORBIDDEN, 2, NEW_THEN_OLD(1),                                    \
         ST("x", "one") SC_SET(".rl", "y"), LD("r0", "y") LD_AFTER("r1", "x", "r0"), "", "")       \
    TEST(lb, "LB", ALLOWED, 2, BOTH_ONE, LD("r0", "x") ST("y", "one"), LD("r0", "y") ST("x", "one"), "", "") \
    TEST(lb_data, "LB+datas", FORBIDDEN, 2, BOTH_ONE,                                              \
         LD("r0", "x") ST_AFTER("y", "r0"), LD("r0", "y") ST_AFTER("x", "r0"), "", "")             \
    TEST(lb_fences, "LB+fences", FORBIDDEN, 2, BOTH_ONE,                                           \
         LD("r0", "x") FENCE("r, w") ST("y", "one"), LD("r0", "y") FENCE("r, w") ST("x", "one"), "", "") \
    TEST(lb_amo, "LB+lr.aq+amoswap.rl", FORBIDDEN, 2, BOTH_ONE,                                    \
         LR(".aq", "r0", "x") ST("y", "one"), LD("r0", "y") SWAP(".rl", "x"), "", "")              \
    TEST(iriw, "IRIW", ALLOWED, 4, NEW_THEN_OLD(2) && NEW_THEN_OLD(3), ST("x", "one"), ST("y", "one"), \
         LD("r0", "x") LD("r1", "y"), LD("r0", "y") LD("r1", "x"))                                 \
    TEST(iriw_fences, "IRIW+fences", FORBIDDEN, 4, NEW_THEN_OLD(2) && NEW_THEN_OLD(3),             \
         ST("x", "one"), ST("y", "one"), LD("r0", "x") FENCE("r, r") LD("r1", "y"),                \
         LD("r0", "y") FENCE("r, r") LD("r1", "x"))                                                \
    TEST(iriw_addr, "IRIW+addrs", FORBIDDEN, 4, NEW_THEN_OLD(2) && NEW_THEN_OLD(3),                \
         ST("x", "one"), ST("y", "one"), LD("r0", "x") LD_AFTER("r1", "y", "r0"),                  \
         LD("r0", "y") LD_AFTER("r1", "x", "r0"))                                                  \
    TEST(corr, "CoRR", FORBIDDEN, 2, R(1, 0) > R(1, 1),                                            \
         ST("x", "one") ST("x", "two"), LD("r0", "x") LD("r1", "x"), "", "")                       \
    TEST(cowr, "CoWR", FORBIDDEN, 2,                                                               \
         !OWN_OR_LAST(0, 1) || !OWN_OR_LAST(1, 2),                                                 \
         ST("x", "one") LD("r0", "x"), ST("x", "two") LD("r0", "x"), "", "")                       \
    TEST(coww, "CoWW", FORBIDDEN, 2, c->x != 2, ST("x", "one") ST("x", "two"), LD("r0", "x"), "", "") \
    TEST(amo_add, "AMO atomicity", FORBIDDEN, 4,                                                   \
         c->x != 4 || (1 << R(0, 0) | 1 << R(1, 0) | 1 << R(2, 0) | 1 << R(3, 0)) != 0xf,          \
         ADD("", "r0", "x"), ADD(".aq", "r0", "x"), ADD(".rl", "r0", "x"), ADD(".aqrl", "r0", "x")) \
    TEST(sc_add, "LR/SC atomicity", FORBIDDEN, 2, c->x != 2 || R(0, 0) == R(1, 0),                 \
         SC_ADD("", "", "r0", "x"), SC_ADD(".aq", ".rl", "r0", "x"), "", "")                       \
    TEST(sc_amo, "LR/SC and AMO", FORBIDDEN, 2, c->x != 2 || R(0, 0) == R(1, 0),                   \
         SC_ADD(".aqrl", ".aqrl", "r0", "x"), ADD(".aqrl", "r0", "x"), "", "")

typedef struct Test {
    const char *name;
    unsigned relation, harts;
    void (*run[MAX_HARTS])(Cell *c, unsigned self);
    bool (*outcome)(const Cell *c);
} Test;

#define FUNCTIONS(id, name, relation, harts, seen, code0, code1, code2, code3)                     \
    static void id##_0(Cell *c, unsigned self) { RUN(c, code0); }                                  \
    static void id##_1(Cell *c, unsigned self) { RUN(c, code1); }                                  \
    static void id##_2(Cell *c, unsigned self) { RUN(c, code2); }                                  \
    static void id##_3(Cell *c, unsigned self) { RUN(c, code3); }                                  \
    static bool id##_outcome(const Cell *c) { return seen; }
TESTS(FUNCTIONS)

#define ROW(id, name, relation, harts, ...)                                                        \
    { name, relation, harts, { id##_0, id##_1, id##_2, id##_3 }, id##_outcome },
static const Test tests[] = { TESTS(ROW) };

/* ---- running them ---- */

static const Test *current;
static volatile uint64_t arrived __attribute__((aligned(64)));

/* All harts of the test have come here n times. They should go on at the same time: only who waits long pauses. */
static void meet(uint64_t n)
{
    unsigned tries = 0;

    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    while (arrived < n * current->harts) {
        if (++tries > 200) {
            asm volatile(".4byte 0x0100000f"); /* pause, which lets others run */
        }
    }
    fence();
}

static void clear_cells(void)
{
    for (unsigned i = 0; i < CELLS; i++) {
        cells[i].x = cells[i].y = 0;
    }
}

static uint64_t count_outcomes(void)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < CELLS; i++) {
        count += current->outcome(&cells[i]);
    }
    return count;
}

/* Harts go through the cells from different ends every other time, so that they meet in the middle too. */
static uint64_t run_batches(uint64_t self)
{
    uint64_t seen = 0, meeting = 0;

    for (uint64_t batch = 0; batch < ROUNDS / CELLS; batch++) {
        if (self == 0) {
            clear_cells();
        }
        meet(++meeting);
        for (unsigned i = 0; i < CELLS; i++) {
            bool backwards = batch % 2 && self % 2;

            current->run[self](&cells[backwards ? CELLS - 1 - i : i], self);
        }
        meet(++meeting);
        if (self == 0) {
            seen += count_outcomes();
        }
    }
    return seen;
}

static uint64_t run_test(const Test *test)
{
    uint64_t seen;

    current = test;
    arrived = 0;
    fence();
    for (unsigned i = 1; i < test->harts; i++) {
        hart_start(i, run_batches, i);
    }
    seen = run_batches(0);
    for (unsigned i = 1; i < test->harts; i++) {
        hart_wait(i);
    }
    return seen;
}

int main(void)
{
    uint64_t bad = 0;

    for (unsigned i = 0; i < ARRAY_LEN(tests); i++) {
        uint64_t seen = run_test(&tests[i]);

        put_text(tests[i].name);
        put_text(tests[i].relation == FORBIDDEN ? ": forbidden, " : ": allowed, ");
        put_dec(seen);
        put_text(" of ");
        put_dec(ROUNDS);
        put_char('\n');
        bad += tests[i].relation == FORBIDDEN ? seen : 0;
    }
    CHECK_EQ(bad, 0);
    return 0;
}
