/*
 * HTIF, the host-target interface of Berkeley's simulators: a program's exit code, console and
 * system calls through two doublewords, tohost and fromhost.
 *
 * A value written to tohost has a device in bits 63:56, a command in 55:48 and a payload in 47:0.
 * What the emulator answers appears in fromhost once the guest has left that at 0.
 *
 *   device 0, payload odd      end with exit code payload >> 1
 *   device 0, payload even     system call: the payload is the address of eight doublewords, a
 *                              number and its arguments; the result replaces the first, the answer
 *                              is 1
 *   device 1, command 0        read a character; the answer is device 1, command 0,
 *                              0x100 | character
 *   device 1, command 1        write the character; no answer, as in Spike
 *
 * tohost and fromhost are guest RAM, where the program's symbols say, or two registers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_HTIF_H
#define HW_HTIF_H

#include "system/chardev.h"
#include "system/device.h"

#define TYPE_HTIF "htif"
OBJECT_DECLARE_SIMPLE_TYPE(HTIFState, HTIF)

/*
 * The registers, in the order in which QEMU and the firmware written for it (OpenSBI: one "reg" of
 * the node "ucb,htif0" is the address of fromhost, and tohost follows) have them.
 */
#define HTIF_FROMHOST 0
#define HTIF_TOHOST 8
#define HTIF_MMIO_SIZE 16

/* "tohost" and "fromhost" where the program has no such symbol. */
#define HTIF_NO_ADDR UINT64_MAX

/*
 * Properties: "tohost", "fromhost" (guest physical addresses in RAM; HTIF_NO_ADDR for tohost means
 * registers, mmio 0, and for fromhost that there is nobody to answer to), link "chardev" (or none),
 * "errors" (descriptor of the host that the guest's standard error goes to, 2);
 * "signature" (file to write at exit; NULL: none), "signature-granularity" (bytes in a line: 4, 8,
 * 16), "begin-signature", "end-signature" (guest physical addresses); "root" (a folder of the host,
 * inside which the guest may use files; empty: no files), "read-only" (no changes there); "polled"
 * and "limit", see htif.c.
 */

/* The memory of tohost, fromhost, signature and system calls. Before realize. */
void htif_set_address_space(HTIFState *s, AddressSpace *as);

/* argv of the program's main(), for system call 2011; NULL at its end. They are copied. */
void htif_set_arguments(HTIFState *s, const char *const *arguments);

/*
 * Has the program ended by itself (or reached the limit)? Then *code is its exit code, and *failed
 * whether that came in tohost, and not by a system call, and was not 0.
 */
bool htif_exit_code(const HTIFState *s, uint64_t *code, bool *failed);

#endif
