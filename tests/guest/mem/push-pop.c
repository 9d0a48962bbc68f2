/*
 * cm.push, cm.pop, cm.popret and cm.popretz (Zcmp) on a stack of which some pages are missing: each
 * fault names the address that was missing and leaves every register alone, and after the page has
 * come the instruction is executed again from its beginning. (Popping may write registers before a
 * fault, the specification says; this hart does not.)
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

/* The instructions are about {ra,s0-s11} and 112 bytes; binutils may not know them. */
#define COUNT 13
#define FRAME 112

/* ra, sp, s0 to s11 and a0, before and after. */
struct registers {
    uint64_t list[COUNT]; /* ra, s0 to s11 */
    uint64_t sp, a0;
};

void execute(struct registers *regs, uint64_t code);
extern char push_code[], pop_code[], popret_code[], popretz_code[], back[];

/* t6 has the address of the registers throughout. */
asm(".text\n"
    ".macro each op, base\n"
    "\\op ra, 0(\\base)\n"
    "\\op s0, 8(\\base)\n"
    "\\op s1, 16(\\base)\n"
    "\\op s2, 24(\\base)\n"
    "\\op s3, 32(\\base)\n"
    "\\op s4, 40(\\base)\n"
    "\\op s5, 48(\\base)\n"
    "\\op s6, 56(\\base)\n"
    "\\op s7, 64(\\base)\n"
    "\\op s8, 72(\\base)\n"
    "\\op s9, 80(\\base)\n"
    "\\op s10, 88(\\base)\n"
    "\\op s11, 96(\\base)\n"
    ".endm\n"
    ".globl execute, push_code, pop_code, popret_code, popretz_code, back\n"
    "execute:\n"
    "mv t6, a0\n"
    "lla t5, own\n"
    "each sd, t5\n"
    "sd sp, 104(t5)\n"
    "each ld, t6\n"
    "ld sp, 104(t6)\n"
    "ld a0, 112(t6)\n"
    "jr a1\n"
    "push_code: .2byte 0xb8f2\n"
    "j back\n"
    "pop_code: .2byte 0xbaf2\n"
    "j back\n"
    "popretz_code: .2byte 0xbcf2\n"
    "unimp\n"
    "popret_code: .2byte 0xbef2\n"
    "unimp\n"
    "back:\n"
    "each sd, t6\n"
    "sd sp, 104(t6)\n"
    "sd a0, 112(t6)\n"
    "lla t5, own\n"
    "each ld, t5\n"
    "ld sp, 104(t5)\n"
    "ret\n"
    ".bss\n"
    ".balign 8\n"
    "own: .space 112\n"
    ".text\n");

static uint8_t pages[2][PAGE_SIZE] __attribute__((aligned(4096)));
static struct space space;

/* The frame ends at TOP: three registers of the list are on the upper page. */
#define BORDER (TEST_VA + PAGE_SIZE)
#define TOP (BORDER + 24)

static struct registers before, after;
static unsigned faults;
static uint64_t fault_cause[4], fault_address[4];
static bool unchanged;

/* Which register of the guest's list is what number. */
static const uint8_t numbers[COUNT] = { 1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27 };

static bool bring_page(struct hart *h, uint64_t cause, uint64_t address)
{
    uint64_t page = address & -PAGE_SIZE;

    if (faults == 4 || (page != TEST_VA && page != BORDER)) {
        return false;
    }
    fault_cause[faults] = cause;
    fault_address[faults++] = address;
    for (unsigned i = 0; i < COUNT; i++) {
        unchanged = unchanged && h->sregs[numbers[i]] == before.list[i];
    }
    unchanged = unchanged && h->sregs[2] == before.sp && h->sregs[10] == before.a0;
    space_map(&space, page, (uint64_t)pages[page == BORDER], 0, PTE_RW);
    sfence_va(page);
    return true;
}

static void forget_pages(uint64_t lower_flags)
{
    space_map(&space, TEST_VA, (uint64_t)pages[0], 0, lower_flags);
    space_map(&space, BORDER, 0, 0, 0);
    sfence_all();
    faults = 0;
    unchanged = true;
}

/* Values of the list that differ in `seed`, and the stack pointer. */
static void prepare(uint64_t seed, uint64_t sp)
{
    for (unsigned i = 0; i < COUNT; i++) {
        before.list[i] = seed * (i + 1);
    }
    before.sp = sp;
    before.a0 = seed;
    after = before;
}

/* Both pages were missing: the one on top comes first. */
static void check_faults(uint64_t cause)
{
    CHECK_EQ(faults, 2);
    CHECK_EQ(fault_cause[0], cause);
    CHECK_EQ(fault_address[0], TOP - 8);
    CHECK_EQ(fault_cause[1], cause);
    CHECK_EQ(fault_address[1], BORDER - 8);
    CHECK(unchanged);
}

static void check_popped(uint64_t seed, uint64_t ra, uint64_t a0)
{
    CHECK_EQ(after.sp, TOP);
    CHECK_EQ(after.a0, a0);
    CHECK_EQ(after.list[0], ra);
    for (unsigned i = 1; i < COUNT; i++) {
        CHECK_EQ(after.list[i], seed * (i + 1));
    }
}

#define SEED 0x0123456789abcde1

static uint64_t in_supervisor_mode(uint64_t unused)
{
    (void)unused;
    forget_pages(0);
    prepare(SEED, TOP);
    execute(&after, (uint64_t)push_code);
    check_faults(CAUSE_STORE_PAGE);
    CHECK_EQ(after.sp, TOP - FRAME);
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK_EQ(after.list[i], before.list[i]);
        CHECK_EQ(*(uint64_t *)(TOP - 8 * (COUNT - i)), before.list[i]);
    }

    /* A page that is there but not to be written. */
    forget_pages(PTE_RW & ~(PTE_W | PTE_D));
    prepare(SEED, TOP);
    execute(&after, (uint64_t)push_code);
    check_faults(CAUSE_STORE_PAGE);

    forget_pages(0);
    prepare(5, TOP - FRAME);
    execute(&after, (uint64_t)pop_code);
    check_faults(CAUSE_LOAD_PAGE);
    check_popped(SEED, SEED, 5);

    /* Back by the address in the frame, whose lowest bit does not count. */
    *(uint64_t *)(TOP - 8 * COUNT) = (uint64_t)back + 1;
    forget_pages(0);
    prepare(5, TOP - FRAME);
    execute(&after, (uint64_t)popret_code);
    check_faults(CAUSE_LOAD_PAGE);
    check_popped(SEED, (uint64_t)back + 1, 5);

    forget_pages(0);
    prepare(5, TOP - FRAME);
    execute(&after, (uint64_t)popretz_code);
    check_faults(CAUSE_LOAD_PAGE);
    check_popped(SEED, (uint64_t)back + 1, 0);
    return 0;
}

int main(void)
{
    space = space_new(3);
    delegate(1ul << CAUSE_LOAD_PAGE | 1ul << CAUSE_STORE_PAGE);
    s_trap_hook = bring_page;
    space_on(&space, 0);
    run_in(MODE_S, in_supervisor_mode, 0);
    return 0;
}
