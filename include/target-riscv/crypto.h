/*
 * Steps of the block ciphers AES (FIPS 197) and SM4 (GB/T 32907), as Zkne, Zknd and Zksed cut them.
 *
 * Of a state of sixteen bytes, in the order of memory, an AES instruction gets both halves and makes
 * one of the next state; with its operands exchanged it makes the other one. What does not belong
 * here: rows and bodies (target-riscv/insn), and whole ciphers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_CRYPTO_H
#define TARGET_RISCV_CRYPTO_H

#include <inttypes.h>

/* ShiftRows and SubBytes, and their inverses: what takes the place of `half`. */
uint64_t riscv_aes_sub_shift(uint64_t half, uint64_t other);
uint64_t riscv_aes_inv_sub_shift(uint64_t half, uint64_t other);
/* MixColumns and its inverse, of two columns. */
uint64_t riscv_aes_mix(uint64_t columns);
uint64_t riscv_aes_inv_mix(uint64_t columns);
/*
 * One word of the key schedule: SubBytes after RotWord, and the constant of round `round`, 0 to 9;
 * round 10 is a plain SubBytes (AES-256 has both).
 */
uint32_t riscv_aes_key_word(uint32_t word, unsigned round);
/* SM4's S-box. */
uint8_t riscv_sm4_sub(uint8_t byte);

#endif
