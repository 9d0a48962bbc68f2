/*
 * The images in the emulator itself: see roms/.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_ROMS_H
#define HW_ROMS_H

#include <stddef.h>
#include <stdint.h>

/* Where harts begin; its fields are in hw-riscv/boot.c. */
extern const uint8_t rom_reset_vector[];
extern const size_t rom_reset_vector_size;

/* The same, as Spike has it. */
extern const uint8_t rom_reset_vector_spike[];
extern const size_t rom_reset_vector_spike_size;

/* The built-in guest, an ELF file. */
extern const uint8_t rom_guest[];
extern const size_t rom_guest_size;

#endif
