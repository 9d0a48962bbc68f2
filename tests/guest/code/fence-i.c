/*
 * Instructions that are written by stores and executed after fence.i: on a page of their own,
 * beside hot data, in the same 64 bytes, one halfword of an instruction, across a page border,
 * through two virtual addresses of one page, many times over.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define ADDI_A0(n) (0x00050513u | (uint32_t)(n) << 20) /* addi a0, a0, n */
#define RET 0x00008067u
#define C_RET 0x8082u
#define C_ADDI_A0(n) (0x0501u | (n) << 2) /* c.addi a0, n: n from 1 to 31 */

/* Executable, writable, two pages. */
static uint32_t area[2048] __attribute__((aligned(4096)));

static uint64_t call(const void *code, uint64_t arg)
{
    return ((uint64_t(*)(uint64_t))code)(arg);
}

static void put_function(uint32_t *at, unsigned n)
{
    at[0] = ADDI_A0(n);
    at[1] = RET;
}

/* Rewritten and called, again and again; with others near and far that must stay what they are. */
static void check_rewrite(void)
{
    uint32_t *hot = area + 64, *same_granule = area + 72, *other = area + 512,
             *next_page = area + 1100;

    put_function(same_granule, 100);
    put_function(other, 200);
    put_function(next_page, 300);
    for (unsigned i = 1; i < 1000; i++) {
        put_function(hot, i);
        fence_i();
        CHECK_EQ(call(hot, 5), 5 + i);
        CHECK_EQ(call(same_granule, 0), 100);
        CHECK_EQ(call(other, 0), 200);
        CHECK_EQ(call(next_page, 0), 300);
    }
}

/* A function and its own counter in one page, the counter stored to without any fence. */
static void check_hot_data(void)
{
    uint32_t *code = area + 16;
    volatile uint64_t *counter = (volatile uint64_t *)(area + 32),
                      *beside = (volatile uint64_t *)(area + 20);

    code[0] = 0x00053783; /* ld a5, 0(a0) */
    code[1] = 0x00178793; /* addi a5, a5, 1 */
    code[2] = 0x00f53023; /* sd a5, 0(a0) */
    code[3] = RET;
    fence_i();
    *counter = 0;
    *beside = 0;
    for (unsigned i = 0; i < 20000; i++) {
        call(code, (uint64_t)counter);
        call(code, (uint64_t)beside); /* in the same 64 bytes as the code */
    }
    CHECK_EQ(*counter, 20000);
    CHECK_EQ(*beside, 20000);
}

/* One of two halfwords: a compressed pair becomes one long instruction and back. */
static void check_halves(void)
{
    uint16_t *code = (uint16_t *)(area + 128);

    for (unsigned i = 0; i < 50; i++) {
        code[0] = C_ADDI_A0(1);
        code[1] = C_ADDI_A0(2);
        code[2] = C_RET;
        fence_i();
        CHECK_EQ(call(code, 0), 3);
        code[1] = C_ADDI_A0(9);
        fence_i();
        CHECK_EQ(call(code, 0), 10);
        CHECK_EQ(call(code + 1, 0), 9);
        code[0] = ADDI_A0(0) & 0xffff;
        code[1] = ADDI_A0(32 + i) >> 16;
        fence_i();
        CHECK_EQ(call(code, 0), 32 + i);
    }
}

/*
 * A long instruction on two pages, of which the first half, the second half, or both are patched.
 */
static void check_border(void)
{
    uint16_t *code = (uint16_t *)(area + 1024) - 1;

    for (unsigned i = 0; i < 50; i++) {
        code[0] = ADDI_A0(i) & 0xffff;
        code[1] = ADDI_A0(i) >> 16;
        code[2] = C_RET;
        fence_i();
        CHECK_EQ(call(code, 0), i);
        code[1] = ADDI_A0(i + 60) >> 16; /* second page only */
        fence_i();
        CHECK_EQ(call(code, 0), i + 60);
        code[0] = 0x0593; /* first page only: addi a1, a0, ... */
        fence_i();
        CHECK_EQ(call(code, 7), 7);
        code[0] = C_RET;
        fence_i();
        CHECK_EQ(call(code, 8), 8);
    }
}

/*
 * Patched by an instruction a few before it, in straight line: no jump between. PAD shifts it by a
 * halfword.
 */
#define PATCH_IN_LINE(got, insn, pad)              \
    asm volatile(".option push\n"                  \
                 ".option norvc\n"                 \
                 ".balign 8\n" pad "mv a0, zero\n" \
                 "lla t0, 1f\n"                    \
                 "sw %1, 0(t0)\n"                  \
                 "fence.i\n"                       \
                 "1: addi a0, a0, 0\n"             \
                 "mv %0, a0\n"                     \
                 ".option pop\n"                   \
                 : "=r"(got)                       \
                 : "r"(insn)                       \
                 : "a0", "t0", "memory")

/* A loop that patches its own body each time round. */
#define PATCH_LOOP(sum, pad)                    \
    asm volatile(".option push\n"               \
                 ".option norvc\n"              \
                 ".balign 8\n" pad "li a0, 0\n" \
                 "li t1, 0\n"                   \
                 "lla t0, 1f\n"                 \
                 "li t3, 100\n"                 \
                 "2: slli t2, t1, 20\n"         \
                 "li t4, 0x00050513\n"          \
                 "or t2, t2, t4\n"              \
                 "sw t2, 0(t0)\n"               \
                 "fence.i\n"                    \
                 "1: addi a0, a0, 0\n"          \
                 "addi t1, t1, 1\n"             \
                 "bne t1, t3, 2b\n"             \
                 "mv %0, a0\n"                  \
                 ".option pop\n"                \
                 : "=r"(sum)                    \
                 :                              \
                 : "a0", "t0", "t1", "t2", "t3", "t4", "memory")

static void check_in_line(void)
{
    uint64_t got;

    for (uint64_t i = 0; i < 100; i++) {
        PATCH_IN_LINE(got, ADDI_A0(i), "");
        CHECK_EQ(got, i);
        PATCH_IN_LINE(got, ADDI_A0(i + 1), ".2byte 1\n"); /* c.nop: the store is misaligned then */
        CHECK_EQ(got, i + 1);
    }
    PATCH_LOOP(got, "");
    CHECK_EQ(got, 99 * 100 / 2);
    PATCH_LOOP(got, ".2byte 1\n");
    CHECK_EQ(got, 99 * 100 / 2);
}

/* Every width of store, misaligned ones and atomics among them, makes new code. */
static void check_widths(void)
{
    uint8_t *code = (uint8_t *)(area + 256);
    uint64_t addr = (uint64_t)code;

    put_function((uint32_t *)code, 1);
    fence_i();
    CHECK_EQ(call(code, 0), 1);
    /* the immediate's upper bits */
    asm volatile("sb %1, 3(%0)" : : "r"(addr), "r"(0x7f) : "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 0x7f1);
    asm volatile("sh %1, 2(%0)" : : "r"(addr), "r"(0x0205) : "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 0x20);
    asm volatile("sd %1, 0(%0)" : : "r"(addr), "r"((uint64_t)RET << 32 | ADDI_A0(3)) : "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 3);
    asm volatile("sw %1, -2(%0)"
                 :
                 : "r"(addr + 4), "r"((RET & 0xffff) << 16 | ADDI_A0(4) >> 16)
                 : "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 4);
    asm volatile("amoswap.w zero, %1, (%0)" : : "r"(addr), "r"(ADDI_A0(5)) : "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 5);
    asm volatile("1: lr.w t0, (%0)\n sc.w t0, %1, (%0)\n bnez t0, 1b"
                 :
                 : "r"(addr), "r"(ADDI_A0(6))
                 : "t0", "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 6);
    asm volatile("fmv.d.x fa0, %1\n fsd fa0, 0(%0)"
                 :
                 : "r"(addr), "r"((uint64_t)RET << 32 | ADDI_A0(7))
                 : "memory");
    fence_i();
    CHECK_EQ(call(code, 0), 7);
}

/*
 * What does nothing is replaced: a nop, a hint, a jump to the next instruction, each the first that
 * is executed.
 */
static void check_idle(void)
{
    static const uint32_t idle[] = { 0x00000013, 0x12300013, 0x00000037, 0x0040006f, 0x0000000f };
    uint32_t *code = area + 320;

    for (unsigned i = 0; i < 100; i++) {
        code[0] = idle[i % ARRAY_LEN(idle)];
        put_function(code + 1, 1);
        fence_i();
        CHECK_EQ(call(code, 0), 1);
        code[0] = ADDI_A0(i + 7);
        fence_i();
        CHECK_EQ(call(code, 0), i + 8);
    }
}

/* Written at one address, executed at two others that map the same page. */
static uint64_t check_alias(uint64_t arg)
{
    struct space *s = (struct space *)arg;
    uint64_t offset = 256;

    space_map(s, TEST_VA, (uint64_t)area, 0, PTE_RWX);
    space_map(s, TEST_VA + PAGE_SIZE, (uint64_t)area, 0, PTE_RX);
    sfence_all();
    for (unsigned i = 0; i < 200; i++) {
        uint32_t *through =
            i % 2 ? (uint32_t *)(TEST_VA + offset) : (uint32_t *)((uint64_t)area + offset);

        put_function(through, i);
        fence_i();
        CHECK_EQ(call((void *)(TEST_VA + offset), 0), i);
        CHECK_EQ(call((void *)(TEST_VA + PAGE_SIZE + offset), 0), i);
        CHECK_EQ(call((uint8_t *)area + offset, 0), i);
    }
    return 0;
}

int main(void)
{
    struct space s;

    check_rewrite();
    check_hot_data();
    check_halves();
    check_border();
    check_in_line();
    check_widths();
    check_idle();
    s = space_new(3);
    space_on(&s, 0);
    run_in(MODE_S, check_alias, (uint64_t)&s);
    return 0;
}
