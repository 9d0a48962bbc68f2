/*
 * The attributes of a RISC-V ELF file (section .riscv.attributes).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ELF_ATTRIBUTES_H
#define ELF_ATTRIBUTES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Tag_RISCV_arch, "rv64i2p1_m2p0_zba1p0", of the file as a whole: what the section's `size` bytes
 * say it was compiled for. NULL where they do not, or make no sense. The caller frees it.
 */
char *elf_attributes_arch(const uint8_t *data, size_t size);

#endif
