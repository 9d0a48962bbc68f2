/*
 * Numbers that both assembly and C of the guest programs need: the layout of struct hart, sizes,
 * the calls that a program makes to its trap handler, the memory map. guest.h checks the layout
 * against C.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef GUEST_LAYOUT_H
#define GUEST_LAYOUT_H

#define MAX_HARTS 4
#define STACK_SIZE 0x4000
#define TRAP_STACK_SIZE 0x1000

/* Offsets in struct hart. */
#define HART_MREGS 0
#define HART_SREGS 256
#define HART_M_SP 512
#define HART_S_SP 520
#define HART_RESUME 528
#define HART_CAUSE 536
#define HART_CALL_SP 576
#define HART_USER_OFFSET 584
#define HART_SCRATCH 592
#define HART_ID 600
#define HART_ENTRY 608
#define HART_SIZE 1024

/* a7 of an ecall that the trap handlers take as a request; anything else is just a trap. */
#define CALL_RETURN 0x72657475 /* end of the function that run_in() started; a0 is its result */
#define CALL_FAIL 0x6661696c /* a0: text, a1: value found, a2: number of the check, a3: row or -1 */
#define CALL_PASS 0x70617373 /* ends the run successfully (environment v) */

#define NO_TRAP -1

/* The spike machine. */
#define RAM_BASE 0x80000000
#define CLINT_BASE 0x02000000
#define HTIF_BASE 0x01000000

#endif
