/*
 * An interpreter in the interpreter: a stack machine whose loop is one large switch. Its program
 * takes the lengths of the Collatz sequences, adds up digits, and sorts numbers by exchange.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define LIMIT SIZE(70, 10500)
const uint64_t work_checksum = SIZE(0x824a9958af8832b1, 0x7a9b19a399290b66);

/* An instruction is a byte; PUSH, the jumps and CALL have two more, those on variables one. */
enum op {
    PUSH, LOAD, STORE, INC, FETCH, PUT,
    ADD, SUB, MUL, DIV, REM, AND, OR, XOR, SHL, SHR, NEG, EQ, LT,
    DUP, DROP, SWAP, OVER,
    JUMP, JUMP_IF, JUMP_UNLESS, CALL, RET, HALT,
};
enum variable { N, X, COUNT, TOTAL, SEED, I, J, VARIABLES };

#define CELLS 64

static uint8_t code[512];
static int64_t variables[VARIABLES], cells[CELLS];

/* ---- the machine ---- */

static unsigned operand(const uint8_t *pc)
{
    return pc[0] | pc[1] << 8;
}

/* Longer than a function should be: one large switch is what is measured. */
static __attribute__((noinline)) void run(void)
{
    const uint8_t *pc = code, *returns[8], **rp = returns;
    int64_t stack[32], *sp = stack; /* sp[-1] is the top */

#define BINARY(expression)                      \
    {                                           \
        int64_t b = *--sp, a = sp[-1];          \
                                                \
        sp[-1] = (expression);                  \
        break;                                  \
    }

    for (;;) {
        switch (*pc++) {
        case PUSH:
            *sp++ = operand(pc);
            pc += 2;
            break;
        case LOAD:
            *sp++ = variables[*pc++];
            break;
        case STORE:
            variables[*pc++] = *--sp;
            break;
        case INC:
            variables[*pc++]++;
            break;
        case FETCH:
            sp[-1] = cells[sp[-1] % CELLS];
            break;
        case PUT:
            sp -= 2;
            cells[sp[1] % CELLS] = sp[0];
            break;
        case ADD: BINARY(a + b)
        case SUB: BINARY(a - b)
        case MUL: BINARY(a * b)
        case DIV: BINARY(a / b)
        case REM: BINARY(a % b)
        case AND: BINARY(a & b)
        case OR: BINARY(a | b)
        case XOR: BINARY(a ^ b)
        case SHL: BINARY((uint64_t)a << b)
        case SHR: BINARY(a >> b)
        case EQ: BINARY(a == b)
        case LT: BINARY(a < b)
        case NEG:
            sp[-1] = -sp[-1];
            break;
        case DUP:
            sp[0] = sp[-1];
            sp++;
            break;
        case DROP:
            sp--;
            break;
        case SWAP: {
            int64_t top = sp[-1];

            sp[-1] = sp[-2];
            sp[-2] = top;
            break;
        }
        case OVER:
            sp[0] = sp[-2];
            sp++;
            break;
        case JUMP:
            pc = code + operand(pc);
            break;
        case JUMP_IF:
            pc = *--sp ? code + operand(pc) : pc + 2;
            break;
        case JUMP_UNLESS:
            pc = *--sp ? pc + 2 : code + operand(pc);
            break;
        case CALL:
            *rp++ = pc + 2;
            pc = code + operand(pc);
            break;
        case RET:
            pc = *--rp;
            break;
        case HALT:
            return;
        }
    }
}

/* ---- its program ---- */

static unsigned here; /* where the next instruction goes */

static void op(enum op op)
{
    code[here++] = op;
}

static void op_variable(enum op o, enum variable variable)
{
    op(o);
    code[here++] = variable;
}

/* Returns where the operand is, for land_here(). */
static unsigned op_word(enum op o, unsigned value)
{
    op(o);
    code[here++] = value;
    code[here++] = value >> 8;
    return here - 2;
}

static void land_here(unsigned jump)
{
    code[jump] = here;
    code[jump + 1] = here >> 8;
}

/* Adds the length of N's sequence to TOTAL, weighted so that order counts. */
static unsigned write_collatz(void)
{
    unsigned start = here, loop, odd, next, done;

    op_word(PUSH, 0);
    op_variable(STORE, COUNT);
    op_variable(LOAD, N);
    loop = here;
    op(DUP);
    op_word(PUSH, 1);
    op(EQ);
    done = op_word(JUMP_IF, 0);
    op_variable(INC, COUNT);
    op(DUP);
    op_word(PUSH, 1);
    op(AND);
    odd = op_word(JUMP_IF, 0);
    op_word(PUSH, 1);
    op(SHR);
    next = op_word(JUMP, 0);
    land_here(odd);
    op(DUP);
    op(DUP);
    op(ADD);
    op(ADD);
    op_word(PUSH, 1);
    op(ADD);
    land_here(next);
    op_word(JUMP, loop);
    land_here(done);
    op(DROP);
    op_variable(LOAD, TOTAL);
    op_word(PUSH, 31);
    op(MUL);
    op_variable(LOAD, COUNT);
    op(ADD);
    op_word(PUSH, 40); /* the top 24 bits go */
    op(SHL);
    op_word(PUSH, 40);
    op(SHR);
    op_variable(STORE, TOTAL);
    op(RET);
    return start;
}

/* Adds the sum of N's digits to TOTAL. */
static unsigned write_digits(void)
{
    unsigned start = here, loop;

    op_variable(LOAD, N);
    op_variable(STORE, X);
    loop = here;
    op_variable(LOAD, X);
    op_word(PUSH, 10);
    op(REM);
    op_variable(LOAD, TOTAL);
    op(ADD);
    op_variable(STORE, TOTAL);
    op_variable(LOAD, X);
    op_word(PUSH, 10);
    op(DIV);
    op(DUP);
    op_variable(STORE, X);
    op_word(JUMP_IF, loop);
    op(RET);
    return start;
}

/* Puts the next pseudo-random number into cell N. */
static unsigned write_random(void)
{
    unsigned start = here;

    op_variable(LOAD, SEED);
    op_word(PUSH, 20077);
    op(MUL);
    op_word(PUSH, 12345);
    op(ADD);
    op_word(PUSH, 0x7fff);
    op(AND);
    op(DUP);
    op_variable(STORE, SEED);
    op_variable(LOAD, N);
    op(PUT);
    op(RET);
    return start;
}

/* Sorts the cells: for I from 0, for J from I + 1, exchange cells I and J if J's is less. */
static unsigned write_sort(void)
{
    unsigned start = here, outer, inner, kept;

    op_word(PUSH, 0);
    op_variable(STORE, I);
    outer = here;
    op_variable(LOAD, I);
    op_variable(STORE, J);
    inner = here;
    op_variable(LOAD, J);
    op(FETCH);
    op_variable(LOAD, I);
    op(FETCH);
    op(OVER);
    op(OVER);
    op(LT);
    kept = op_word(JUMP_UNLESS, 0);
    op(OVER);
    op_variable(LOAD, I);
    op(PUT);
    op(DUP);
    op_variable(LOAD, J);
    op(PUT);
    land_here(kept);
    op(DROP);
    op(DROP);
    op_variable(INC, J);
    op_variable(LOAD, J);
    op_word(PUSH, CELLS);
    op(LT);
    op_word(JUMP_IF, inner);
    op_variable(INC, I);
    op_variable(LOAD, I);
    op_word(PUSH, CELLS);
    op(LT);
    op_word(JUMP_IF, outer);
    op(RET);
    return start;
}

static void write_program(void)
{
    unsigned main_jump = op_word(JUMP, 0), loop, no_sort;
    unsigned collatz = write_collatz(), digits = write_digits();
    unsigned random = write_random(), sort = write_sort();

    land_here(main_jump);
    loop = here;
    op_variable(INC, N);
    op_word(CALL, collatz);
    op_word(CALL, digits);
    op_word(CALL, random);
    op_variable(LOAD, N);
    op_word(PUSH, CELLS);
    op(REM);
    no_sort = op_word(JUMP_IF, 0);
    op_word(CALL, sort);
    land_here(no_sort);
    op_variable(LOAD, N);
    op_word(PUSH, LIMIT);
    op(LT);
    op_word(JUMP_IF, loop);
    op(HALT);
}

uint64_t work(void)
{
    uint64_t sum;

    write_program();
    run();
    sum = variables[TOTAL];
    for (unsigned i = 0; i < CELLS; i++) {
        sum = mixed(sum, cells[i]);
    }
    return sum;
}
