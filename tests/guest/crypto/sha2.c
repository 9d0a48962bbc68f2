/*
 * SHA-256 and SHA-512 by their instructions (Zknh): the examples that FIPS 180-4 refers to.
 *
 * The constants are not copied but computed: the fractional parts of the square and cube roots of
 * the first primes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

#define UNARY(name)                                      \
    static uint64_t name(uint64_t a)                     \
    {                                                    \
        asm(#name " %0, %1" : "=r"(a) : "r"(a));         \
        return a;                                        \
    }
UNARY(sha256sum0)
UNARY(sha256sum1)
UNARY(sha256sig0)
UNARY(sha256sig1)
UNARY(sha512sum0)
UNARY(sha512sum1)
UNARY(sha512sig0)
UNARY(sha512sig1)

typedef unsigned __int128 uint128_t;

/* x * x * x or x * x as a fixed-point number, where x has 64 bits of fraction, against `prime`. */
static bool root_too_large(uint128_t x, unsigned degree, unsigned prime)
{
    /* 32-bit digits: a product of three such numbers of 3 digits has 9. */
    uint64_t digits[10] = { 1 };

    for (unsigned i = 0; i < degree; i++) {
        uint64_t product[10] = { 0 };

        for (unsigned j = 0; j < 3; j++) {
            uint64_t carry = 0;

            for (unsigned k = 0; k + j < 10; k++) {
                uint128_t sum = (uint128_t)digits[k] * (uint32_t)(x >> 32 * j) + product[k + j] +
                                carry;

                product[k + j] = (uint32_t)sum;
                carry = sum >> 32;
            }
        }
        for (unsigned j = 0; j < 10; j++) {
            digits[j] = product[j];
        }
    }
    return digits[2 * degree] >= prime;
}

/* The 64 bits behind the point of the root of `prime`. */
static uint64_t root(unsigned degree, unsigned prime)
{
    uint128_t x = 0;

    for (int bit = 69; bit >= 0; bit--) {
        uint128_t more = x | (uint128_t)1 << bit;

        if (!root_too_large(more, degree, prime)) {
            x = more;
        }
    }
    return x;
}

static bool is_prime(unsigned n)
{
    for (unsigned d = 2; d * d <= n; d++) {
        if (n % d == 0) {
            return false;
        }
    }
    return true;
}

static uint64_t initial[8], constants[80];

static void compute_constants(void)
{
    unsigned count = 0;

    for (unsigned n = 2; count < 80; n++) {
        if (is_prime(n)) {
            if (count < 8) {
                initial[count] = root(2, n);
            }
            constants[count++] = root(3, n);
        }
    }
}

#define CH(x, y, z) (((x) & (y)) ^ (~(x) & (z)))
#define MAJ(x, y, z) (((x) & (y)) ^ ((x) & (z)) ^ ((y) & (z)))

/*
 * 6.2.2 and 6.4.2, with the width as a parameter; a constant of SHA-256 is the upper half of one of
 * SHA-512.
 */
#define COMPRESS(name, type, rounds, shift, prefix)                                                \
    static void name(type *h, const uint8_t *block)                                                \
    {                                                                                              \
        type w[rounds], v[8];                                                                      \
                                                                                                   \
        for (unsigned i = 0; i < (rounds); i++) {                                                  \
            if (i < 16) {                                                                          \
                w[i] = 0;                                                                          \
                for (unsigned j = 0; j < sizeof(type); j++) {                                      \
                    w[i] = w[i] << 8 | block[i * sizeof(type) + j];                                \
                }                                                                                  \
            } else {                                                                               \
                w[i] = prefix##sig1(w[i - 2]) + w[i - 7] + prefix##sig0(w[i - 15]) + w[i - 16];    \
            }                                                                                      \
        }                                                                                          \
        for (unsigned i = 0; i < 8; i++) {                                                         \
            v[i] = h[i];                                                                           \
        }                                                                                          \
        for (unsigned i = 0; i < (rounds); i++) {                                                  \
            type t1 = v[7] + prefix##sum1(v[4]) + CH(v[4], v[5], v[6]) +                           \
                      (type)(constants[i] >> (shift)) + w[i];                                      \
            type t2 = prefix##sum0(v[0]) + MAJ(v[0], v[1], v[2]);                                  \
                                                                                                   \
            for (unsigned j = 7; j > 0; j--) {                                                     \
                v[j] = v[j - 1];                                                                   \
            }                                                                                      \
            v[4] += t1;                                                                            \
            v[0] = t1 + t2;                                                                        \
        }                                                                                          \
        for (unsigned i = 0; i < 8; i++) {                                                         \
            h[i] += v[i];                                                                          \
        }                                                                                          \
    }
COMPRESS(compress256, uint32_t, 64, 32, sha256)
COMPRESS(compress512, uint64_t, 80, 0, sha512)

/* The message in blocks, padded as 5.1 says; `call` gets each. */
#define DIGEST(h, text, block_size, length_size, call)                                            \
    do {                                                                                          \
        static uint8_t blocks_[256];                                                              \
        unsigned length_ = 0, end_;                                                               \
                                                                                                  \
        for (; (text)[length_]; length_++) {                                                      \
            blocks_[length_] = (text)[length_];                                                   \
        }                                                                                         \
        end_ = (length_ + 1 + (length_size) + (block_size) - 1) / (block_size) * (block_size);    \
        blocks_[length_] = 0x80;                                                                  \
        for (unsigned i_ = length_ + 1; i_ < end_; i_++) {                                        \
            blocks_[i_] = 0;                                                                      \
        }                                                                                         \
        blocks_[end_ - 1] = length_ * 8;                                                          \
        blocks_[end_ - 2] = length_ * 8 >> 8;                                                     \
        for (unsigned i_ = 0; i_ < end_; i_ += (block_size)) {                                    \
            call(h, blocks_ + i_);                                                                \
        }                                                                                         \
    } while (0)

static const char abc[] = "abc";
static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
static const char long_text[] =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

static const uint32_t sha256_abc[] = { 0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                       0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad };
static const uint32_t sha256_two_blocks[] = { 0x248d6a61, 0xd20638b8, 0xe5c02693, 0x0c3e6039,
                                              0xa33ce459, 0x64ff2167, 0xf6ecedd4, 0x19db06c1 };
static const uint64_t sha512_abc[] = {
    0xddaf35a193617aba, 0xcc417349ae204131, 0x12e6fa4e89a97ea2, 0x0a9eeee64b55d39a,
    0x2192992a274fc1a8, 0x36ba3c23a3feebbd, 0x454d4423643ce80e, 0x2a9ac94fa54ca49f };
static const uint64_t sha512_long_text[] = {
    0x8e959b75dae313da, 0x8cf4f72814fc143f, 0x8f7779c6eb9f7fa1, 0x7299aeadb6889018,
    0x501d289e4900f7e4, 0x331b99dec4b5433a, 0xc7d329eeb6dd2654, 0x5e96e55b874be909 };

static void check256(const char *text, const uint32_t *expected)
{
    uint32_t h[8];

    for (unsigned i = 0; i < 8; i++) {
        h[i] = initial[i] >> 32;
    }
    DIGEST(h, text, 64, 8, compress256);
    for (unsigned i = 0; i < 8; i++) {
        CHECK_EQ(h[i], expected[i]);
    }
}

static void check512(const char *text, const uint64_t *expected)
{
    uint64_t h[8];

    for (unsigned i = 0; i < 8; i++) {
        h[i] = initial[i];
    }
    DIGEST(h, text, 128, 16, compress512);
    for (unsigned i = 0; i < 8; i++) {
        CHECK_EQ(h[i], expected[i]);
    }
}

int main(void)
{
    compute_constants();
    check256(abc, sha256_abc);
    check256(two_blocks, sha256_two_blocks);
    check512(abc, sha512_abc);
    check512(long_text, sha512_long_text);
    return 0;
}
