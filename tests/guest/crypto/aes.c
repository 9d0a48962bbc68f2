/*
 * AES by its instructions (Zkne, Zknd): the examples of FIPS 197, appendices A and C, with keys of
 * all three lengths, there and back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define BINARY(name)                                                              \
    static uint64_t name(uint64_t a, uint64_t b)                                  \
    {                                                                             \
        asm(#name " %0, %1, %2" : "=r"(a) : "r"(a), "r"(b));                      \
        return a;                                                                 \
    }
BINARY(aes64es)
BINARY(aes64esm)
BINARY(aes64ds)
BINARY(aes64dsm)
BINARY(aes64ks2)

static uint64_t aes64im(uint64_t a)
{
    asm("aes64im %0, %1" : "=r"(a) : "r"(a));
    return a;
}

#define KS1I(a, number)                                                           \
    ({                                                                            \
        uint64_t v_;                                                              \
        asm("aes64ks1i %0, %1, " #number : "=r"(v_) : "r"(a));                    \
        v_;                                                                       \
    })

/* The number is part of the instruction. */
static uint64_t aes64ks1i(uint64_t a, unsigned number)
{
    switch (number) {
    case 0: return KS1I(a, 0);
    case 1: return KS1I(a, 1);
    case 2: return KS1I(a, 2);
    case 3: return KS1I(a, 3);
    case 4: return KS1I(a, 4);
    case 5: return KS1I(a, 5);
    case 6: return KS1I(a, 6);
    case 7: return KS1I(a, 7);
    case 8: return KS1I(a, 8);
    case 9: return KS1I(a, 9);
    default: return KS1I(a, 10);
    }
}

/* Round keys, two doublewords each. A key has 2, 3 or 4 doublewords. */
static void expand(uint64_t *w, const uint64_t *key, unsigned length, unsigned rounds)
{
    for (unsigned i = 0; i < length; i++) {
        w[i] = key[i];
    }
    for (unsigned i = length; i < 2 * (rounds + 1); i += length) {
        w[i] = aes64ks2(aes64ks1i(w[i - 1], i / length - 1), w[i - length]);
        for (unsigned j = 1; j < length && i + j < 2 * (rounds + 1); j++) {
            uint64_t before = w[i + j - 1];

            w[i + j] = aes64ks2(length == 4 && j == 2 ? aes64ks1i(before, 10) : before,
                                w[i + j - length]);
        }
    }
}

static void encrypt(uint64_t *block, const uint64_t *w, unsigned rounds)
{
    uint64_t a = block[0] ^ w[0], b = block[1] ^ w[1];

    for (unsigned round = 1; round < rounds; round++) {
        uint64_t next = aes64esm(a, b) ^ w[2 * round];

        b = aes64esm(b, a) ^ w[2 * round + 1];
        a = next;
    }
    block[0] = aes64es(a, b) ^ w[2 * rounds];
    block[1] = aes64es(b, a) ^ w[2 * rounds + 1];
}

/* The equivalent inverse cipher: MixColumns' inverse is applied to the round keys. */
static void decrypt(uint64_t *block, const uint64_t *w, unsigned rounds)
{
    uint64_t a = block[0] ^ w[2 * rounds], b = block[1] ^ w[2 * rounds + 1];

    for (unsigned round = rounds - 1; round > 0; round--) {
        uint64_t next = aes64dsm(a, b) ^ aes64im(w[2 * round]);

        b = aes64dsm(b, a) ^ aes64im(w[2 * round + 1]);
        a = next;
    }
    block[0] = aes64ds(a, b) ^ w[0];
    block[1] = aes64ds(b, a) ^ w[1];
}

/* Bytes in the order of the standard. */
#define BYTES(high, low) __builtin_bswap64(high), __builtin_bswap64(low)

static const uint64_t key[] = { BYTES(0x0001020304050607, 0x08090a0b0c0d0e0f),
                                BYTES(0x1011121314151617, 0x18191a1b1c1d1e1f) };
static const uint64_t plain[] = { BYTES(0x0011223344556677, 0x8899aabbccddeeff) };
static const uint64_t cipher[][2] = {
    { BYTES(0x69c4e0d86a7b0430, 0xd8cdb78070b4c55a) },
    { BYTES(0xdda97ca4864cdfe0, 0x6eaf70a0ec0d7191) },
    { BYTES(0x8ea2b7ca516745bf, 0xeafc49904b496089) },
};

/* Appendix A.1: the last round key that this one expands to. */
static const uint64_t key_a1[] = { BYTES(0x2b7e151628aed2a6, 0xabf7158809cf4f3c) };
static const uint64_t last_a1[] = { BYTES(0xd014f9a8c9ee2589, 0xe13f0cc8b6630ca6) };

int main(void)
{
    static uint64_t w[30];

    for (unsigned i = 0; i < 3; i++) {
        unsigned length = 2 + i, rounds = 10 + 2 * i;
        uint64_t block[2] = { plain[0], plain[1] };

        expand(w, key, length, rounds);
        encrypt(block, w, rounds);
        CHECK_EQ(block[0], cipher[i][0]);
        CHECK_EQ(block[1], cipher[i][1]);
        decrypt(block, w, rounds);
        CHECK_EQ(block[0], plain[0]);
        CHECK_EQ(block[1], plain[1]);
    }
    expand(w, key_a1, 2, 10);
    CHECK_EQ(w[20], last_a1[0]);
    CHECK_EQ(w[21], last_a1[1]);
    return 0;
}
