/*
 * SHA-256 (FIPS 180-4) of a buffer, again and again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "bench.h"

#define ROUNDS SIZE(2, 230)
const uint64_t work_checksum = SIZE(0xb72a0bc42e14557a, 0x53b7d34abe87a6c8);

#define BUFFER_SIZE 16384 /* a multiple of a block */
#define BLOCK 64

static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint8_t buffer[BUFFER_SIZE];

static uint32_t rotated(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void schedule(uint32_t w[64], const uint8_t *block)
{
    for (unsigned t = 0; t < 16; t++) {
        w[t] = big_endian(block + 4 * t);
    }
    for (unsigned t = 16; t < 64; t++) {
        uint32_t x = w[t - 15], y = w[t - 2];
        uint32_t s0 = rotated(x, 7) ^ rotated(x, 18) ^ x >> 3;
        uint32_t s1 = rotated(y, 17) ^ rotated(y, 19) ^ y >> 10;

        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
}

static __attribute__((noinline)) void compress(uint32_t hash[8], const uint8_t *block)
{
    uint32_t w[64], a = hash[0], b = hash[1], c = hash[2], d = hash[3];
    uint32_t e = hash[4], f = hash[5], g = hash[6], h = hash[7];

    schedule(w, block);
    for (unsigned t = 0; t < 64; t++) {
        uint32_t sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
        uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + round_constant[t] + w[t];
        uint32_t sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
        uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));

        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
    hash[5] += f;
    hash[6] += g;
    hash[7] += h;
}

static void sha256(uint32_t hash[8], const uint8_t *data, uint64_t size)
{
    uint8_t last[2 * BLOCK] = {0};
    uint64_t rest = size % BLOCK, end = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;

    __builtin_memcpy(hash, initial, sizeof(initial));
    for (uint64_t at = 0; at + BLOCK <= size; at += BLOCK) {
        compress(hash, data + at);
    }
    __builtin_memcpy(last, data + size - rest, rest);
    last[rest] = 0x80;
    for (unsigned i = 0; i < 8; i++) {
        last[end - 1 - i] = size * 8 >> (8 * i);
    }
    for (uint64_t at = 0; at < end; at += BLOCK) {
        compress(hash, last + at);
    }
}

uint64_t work(void)
{
    uint64_t seed = 0x5a5a, sum = 0;
    uint32_t hash[8];

    sha256(hash, (const uint8_t *)"abc", 3);
    CHECK_EQ(hash[0], 0xba7816bfu); /* the example of FIPS 180-4 */
    CHECK_EQ(hash[7], 0xf20015adu);
    for (unsigned i = 0; i < BUFFER_SIZE; i++) {
        buffer[i] = random_next(&seed) >> 32;
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        sha256(hash, buffer, BUFFER_SIZE - i % BLOCK);
        buffer[i % BUFFER_SIZE] ^= hash[0];
        sum = mixed(sum, (uint64_t)hash[3] << 32 | hash[4]);
    }
    return sum;
}
