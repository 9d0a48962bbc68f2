/*
 * The built-in guest: first instructions. Hart 0 runs main(device tree), the others sleep.
 *
 * SPDX-License-Identifier: MIT
 */
    .section .text.start, "ax"
    .globl _start
_start:
    bnez    a0, sleep
    la      sp, stack_end
    mv      a0, a1
    call    main
    /* exit(main's result): HTIF device 0, payload 2 * code + 1 */
    slli    a0, a0, 1
    ori     a0, a0, 1
    la      t0, tohost
    sd      a0, 0(t0)
sleep:
    wfi
    j       sleep

    .section .bss, "aw", @nobits
    .balign 16
    .skip   4096
stack_end:
