/*
 * The disassembler: one instruction as text.
 *
 * What does not belong here: how the text of a particular instruction looks (target-riscv/insn/).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_DISAS_H
#define TARGET_RISCV_DISAS_H

#include <stddef.h>

#include "system/symbols.h"
#include "target-riscv/ext.h"

typedef enum RISCVDisasFlags {
    RISCV_DISAS_NO_ALIASES = 1 << 0, /* addi and c.li where the default is li */
} RISCVDisasFlags;

/* Room for any instruction. */
#define RISCV_DISAS_SIZE 80

/*
 * Write the instruction that begins with `raw` at address `pc` to `buffer` as binutils' objdump
 * does: mnemonic, tab, operands; targets are absolute. What a hart with `exts` and `xlen` does not
 * know becomes a data directive. The text is always terminated, and cut where `size` (1 or more) is
 * too small. Returns the instruction's length in bytes.
 */
unsigned riscv_disas(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                     RISCVDisasFlags flags, char *buffer, size_t size);

/*
 * The same with the names of `symbols` behind a direct target: "j 80000010 <main+0x10>"; the caller
 * frees it. As objdump, which has no 0x there.
 */
char *riscv_disas_symbols(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                          RISCVDisasFlags flags, const Symbols *symbols);
/*
 * A line of a listing: address, symbol, bits, instruction; no newline; the caller frees it.
 * "0x0000000080000010 <main+0x10>:  00a58533  add  a0,a1,a0", also without the symbol.
 */
char *riscv_disas_line(uint64_t pc, uint32_t raw, const RISCVExtSet *exts, unsigned xlen,
                       const Symbols *symbols);

/*
 * The same as Spike writes it, and "unknown" for what no hart of rvemu's knows. The caller frees it.
 */
char *riscv_disas_as_spike(uint32_t raw, const RISCVExtSet *exts);

/* "zero" ... "t6", and "ft0" ... "ft11"; `reg` is below 32. */
const char *riscv_x_name(unsigned reg);
const char *riscv_f_name(unsigned reg);

#endif
