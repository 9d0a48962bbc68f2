/*
 * An interrupt before a store to tohost finds that nothing was stored: an instruction is executed whole or not
 * at all, though what leaves the hart may be started twice.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define INTERRUPTS 2000
#define NO_SUCH_DEVICE (9ul << 56) /* nothing comes of it, but that tohost is taken */

extern volatile uint64_t tohost;
extern const char command[], command_store[];

static volatile uint64_t count, torn;

static void __attribute__((interrupt("machine"), aligned(4))) handler(void)
{
    uint64_t epc = csr_read(mepc);

    torn += epc >= (uint64_t)command && epc <= (uint64_t)command_store && tohost;
    count++;
    clint_mtimecmp(0) = clint_mtime + 1 + (count & 15);
}

/* One block, so that the interrupt arrives somewhere in it, and is looked at before the store or behind it. */
static void __attribute__((noinline)) store_command(void)
{
    asm volatile(".globl command, command_store\n"
                 "command:\n"
                 ".rept 50\n addi t0, t0, 1\n .endr\n"
                 "command_store: sd %0, 0(%1)\n"
                 "addi t0, t0, 1\n"
                 :
                 : "r"(NO_SUCH_DEVICE), "r"(&tohost)
                 : "t0", "memory");
}

int main(void)
{
    csr_write(mtvec, handler);
    clint_mtimecmp(0) = clint_mtime + 10;
    csr_write(mie, IRQ_BIT(IRQ_MTI));
    csr_set(mstatus, MSTATUS_MIE);
    while (count < INTERRUPTS) {
        while (tohost) {
        }
        store_command();
    }
    csr_clear(mstatus, MSTATUS_MIE);
    CHECK_EQ(torn, 0);
    return 0;
}
