/*
 * The two words by which a guest talks to its host, found by their symbols. A program that wants
 * them elsewhere defines both and this file is not linked.
 *
 * SPDX-License-Identifier: MIT
 */
        .section .htif, "aw", @progbits
        .balign 64
        .globl  tohost, fromhost
        .type   tohost, @object
        .size   tohost, 8
        .type   fromhost, @object
        .size   fromhost, 8
tohost: .dword  0
        .balign 64
fromhost:
        .dword  0
