/*
 * fromhost in front of tohost, both in the middle of other data on one line, declared with odd
 * sizes; the library's console finds them by their symbols, as the emulator does.
 *
 * SPDX-License-Identifier: MIT
 */
        .text
        .globl  main
main:   addi    sp, sp, -16
        sd      ra, 8(sp)
        lla     a0, text
        call    put_text
        ld      a1, before
        ld      a2, between
        ld      a3, after
        li      a4, 0x1122334455667788
        li      a0, 1
        bne     a1, a4, 1f
        bne     a2, a4, 1f
        bne     a3, a4, 1f
        li      a0, 0
1:      ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

        .section .rodata
text:   .asciz  "fromhost comes first\n"

        .data
        .balign 64
        .globl  tohost, fromhost
before: .dword  0x1122334455667788
        .type   fromhost, @object
        .size   fromhost, 4
fromhost:
        .dword  0
between:
        .dword  0x1122334455667788
        .type   tohost, @notype
        .size   tohost, 0
tohost: .dword  0
after:  .dword  0x1122334455667788
