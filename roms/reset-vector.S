/*
 * Where a hart begins: at the start of the boot ROM. It is given what software expects (a0 = its number,
 * a1 = address of the device tree, a2 = OpenSBI's "fw_dynamic" information) and sent to the image.
 *
 * The board fills in the fields marked so; hw-riscv/boot.c knows their places.
 *
 * SPDX-License-Identifier: MIT
 */
    .option norvc
    .option norelax

    .equ    ENTRY, 24       /* offsets of the fields */
    .equ    FDT, 32
    .equ    INFO, 40

    .globl _start
_start:
    auipc   t0, 0
    addi    a2, t0, INFO
    csrr    a0, mhartid
    ld      a1, FDT(t0)
    ld      t0, ENTRY(t0)
    jr      t0

    .org    ENTRY
    .dword  0               /* filled in: where to go */
    .org    FDT
    .dword  0               /* filled in: address of the device tree */
    .org    INFO
    .dword  0x4942534f      /* magic, "OSBI" */
    .dword  2               /* version */
    .dword  0               /* filled in: where the firmware goes next */
    .dword  1               /* in which mode: S */
    .dword  0               /* options */
    .dword  -1              /* the hart to boot on: any */
