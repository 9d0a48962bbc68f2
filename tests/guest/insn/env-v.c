/*
 * Environment v of the generated programs: user mode under Sv39, with a kernel in supervisor mode
 * that gives the process its pages when it touches them, few at a time. So every instruction also
 * meets page faults, of fetches, loads and stores, and its page comes back in another frame.
 *
 * SPDX-License-Identifier: MIT
 */
#include "paging.h"

#define FRAMES 8 /* what one instruction needs at once is at most four */

/* Linker: the process' image in RAM, and the virtual addresses of its parts. */
extern uint8_t user_image[];
extern char user_text[], user_rodata[], user_data[], user_end[];
void user_start(void);

asm(".pushsection .user.text, \"ax\"\n"
    ".globl user_start\n"
    "user_start:\n"
    "call insn_tests\n"
    "li a7, 0x70617373\n" /* CALL_PASS */
    "ecall\n"
    ".popsection\n");
_Static_assert(CALL_PASS == 0x70617373, "the number above");

static struct space space;
static uint8_t frames[FRAMES][PAGE_SIZE] __attribute__((aligned(4096)));
static uint64_t holds[FRAMES]; /* virtual address of the page in each frame; 0: none */
static unsigned next_frame;

static uint8_t *stored_page(uint64_t va)
{
    return user_image + (va - (uint64_t)user_text);
}

static void copy_page(uint8_t *to, const uint8_t *from)
{
    for (unsigned i = 0; i < PAGE_SIZE; i += 8) {
        *(uint64_t *)(to + i) = *(const uint64_t *)(from + i);
    }
}

static void evict(unsigned frame)
{
    uint64_t va = holds[frame], *pte = space_pte(&space, va, 0);

    if (*pte & PTE_D) {
        copy_page(stored_page(va), frames[frame]);
    }
    *pte = 0;
    sfence_va(va);
}

static void bring_in(uint64_t va)
{
    unsigned frame = next_frame++ % FRAMES;
    uint64_t flags = PTE_V | PTE_U | PTE_R;

    if (holds[frame]) {
        evict(frame);
    }
    copy_page(frames[frame], stored_page(va));
    holds[frame] = va;
    if (va < (uint64_t)user_rodata) {
        flags |= PTE_X;
        fence_i();
    } else if (va >= (uint64_t)user_data) {
        flags |= PTE_W;
    }
    space_map(&space, va, (uint64_t)frames[frame], 0, flags); /* A and D clear: the next fault */
    sfence_va(va);
}

/* True if the process may go on. */
static bool page_fault(uint64_t cause, uint64_t va)
{
    uint64_t page = va & -PAGE_SIZE, *pte;
    uint64_t need = cause == CAUSE_FETCH_PAGE ? PTE_X : cause == CAUSE_STORE_PAGE ? PTE_W : PTE_R;
    uint64_t mark = cause == CAUSE_STORE_PAGE ? PTE_A | PTE_D : PTE_A;

    if (page < (uint64_t)user_text || page >= (uint64_t)user_end) {
        return false;
    }
    pte = space_pte(&space, page, 0);
    if (!(*pte & PTE_V)) {
        bring_in(page);
        return true;
    }
    if (!(*pte & need) || (*pte & mark) == mark) {
        return false; /* there was no reason to fault */
    }
    *pte |= mark;
    sfence_va(page);
    return true;
}

/* A byte of the process, wherever its page is now. */
static char user_byte(uint64_t va)
{
    uint64_t pte = *space_pte(&space, va, 0);
    uint8_t *page = pte & PTE_V ? (uint8_t *)(pte >> 10 << 12) : stored_page(va & -PAGE_SIZE);

    return page[va % PAGE_SIZE];
}

static bool user_trap(struct hart *h, uint64_t cause, uint64_t tval)
{
    static char text[200];

    if (cause == CAUSE_FETCH_PAGE || cause == CAUSE_LOAD_PAGE || cause == CAUSE_STORE_PAGE) {
        return page_fault(cause, tval);
    }
    if (cause == CAUSE_ECALL_U && h->sregs[17] == CALL_PASS) {
        run_end(0);
    }
    if (cause == CAUSE_ECALL_U && h->sregs[17] == CALL_FAIL) {
        for (unsigned i = 0; i + 1 < sizeof(text) && (text[i] = user_byte(h->sregs[10] + i)); i++) {
        }
        check_failed_value(h->sregs[12], text, h->sregs[11], h->sregs[13]);
    }
    return false;
}

static uint64_t enter_user(uint64_t unused)
{
    csr_write(sepc, user_start);
    csr_clear(sstatus, MSTATUS_SPP);
    asm volatile("sret");
    return unused;
}

int main(void)
{
    space = space_new(3);
    space_on(&space, 0);
    s_trap_hook = user_trap;
    delegate(1ul << CAUSE_FETCH_PAGE | 1ul << CAUSE_LOAD_PAGE | 1ul << CAUSE_STORE_PAGE |
             1ul << CAUSE_ECALL_U);
    run_in(MODE_S, enter_user, 0);
    return 1; /* never: user_trap() ends the run */
}
