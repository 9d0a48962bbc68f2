/*
 * SM3 and SM4 by their instructions (Zksh, Zksed): the examples of GM/T 0004 and GM/T 0002.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/* ---- SM4: words are held as they lie in memory, which is how the instructions want them ---- */

static uint32_t swapped(uint32_t a)
{
    return a << 24 | (a & 0xff00) << 8 | (a >> 8 & 0xff00) | a >> 24;
}

#define SM4_STEP(name)                                                                            \
    static uint32_t name(uint32_t a, uint32_t b)                                                  \
    {                                                                                             \
        uint64_t v = (int32_t)a, w = (int32_t)b;                                                  \
                                                                                                  \
        asm(#name " %0, %0, %1, 0\n" #name " %0, %0, %1, 1\n" #name " %0, %0, %1, 2\n" #name      \
                  " %0, %0, %1, 3"                                                                \
            : "+&r"(v)                                                                            \
            : "r"(w));                                                                            \
        return v;                                                                                 \
    }
SM4_STEP(sm4ed)
SM4_STEP(sm4ks)

static const uint32_t fk[] = { 0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc };

/* GM/T 0002, 7.3.2: byte j of constant i is (4i + j) * 7. */
static uint32_t ck(unsigned i)
{
    uint32_t value = 0;

    for (unsigned j = 0; j < 4; j++) {
        value = value << 8 | ((4 * i + j) * 7 & 0xff);
    }
    return value;
}

static void sm4_expand(uint32_t *rk, const uint32_t *key)
{
    uint32_t k[36];

    for (unsigned i = 0; i < 4; i++) {
        k[i] = key[i] ^ swapped(fk[i]);
    }
    for (unsigned i = 0; i < 32; i++) {
        uint32_t mixed = k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ swapped(ck(i));

        rk[i] = k[i + 4] = sm4ks(k[i], mixed);
    }
}

/* Decryption takes the round keys from the last to the first. */
static void sm4_crypt(uint32_t *block, const uint32_t *rk, bool backwards)
{
    uint32_t x[36];

    for (unsigned i = 0; i < 4; i++) {
        x[i] = block[i];
    }
    for (unsigned i = 0; i < 32; i++) {
        x[i + 4] = sm4ed(x[i], x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ rk[backwards ? 31 - i : i]);
    }
    for (unsigned i = 0; i < 4; i++) {
        block[i] = x[35 - i];
    }
}

static const uint32_t sm4_key[] = { 0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210 };
static const uint32_t sm4_cipher[] = { 0x681edf34, 0xd206965e, 0x86b3e94f, 0x536e4246 };

static void test_sm4(void)
{
    uint32_t key[4], block[4], rk[32];

    for (unsigned i = 0; i < 4; i++) {
        key[i] = block[i] = swapped(sm4_key[i]);
    }
    sm4_expand(rk, key);
    CHECK_EQ(swapped(rk[0]), 0xf12186f9);
    CHECK_EQ(swapped(rk[31]), 0x9124a012);
    sm4_crypt(block, rk, false);
    for (unsigned i = 0; i < 4; i++) {
        CHECK_EQ(swapped(block[i]), sm4_cipher[i]);
    }
    sm4_crypt(block, rk, true);
    for (unsigned i = 0; i < 4; i++) {
        CHECK_EQ(block[i], key[i]);
    }
}

/* ---- SM3 ---- */

#define UNARY(name)                                      \
    static uint32_t name(uint32_t a)                     \
    {                                                    \
        uint64_t v = (int32_t)a;                         \
                                                         \
        asm(#name " %0, %1" : "=r"(v) : "r"(v));         \
        return v;                                        \
    }
UNARY(sm3p0)
UNARY(sm3p1)

static uint32_t rotate(uint32_t a, unsigned n)
{
    n %= 32;
    return n ? a << n | a >> (32 - n) : a;
}

/* GM/T 0004, 5.3 */
static void sm3_compress(uint32_t *v, const uint32_t *block)
{
    uint32_t w[68], r[8];

    for (unsigned j = 0; j < 68; j++) {
        w[j] = j < 16 ? block[j]
                      : sm3p1(w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)) ^
                            rotate(w[j - 13], 7) ^ w[j - 6];
    }
    for (unsigned i = 0; i < 8; i++) {
        r[i] = v[i];
    }
    for (unsigned j = 0; j < 64; j++) {
        uint32_t t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
        uint32_t ss1 = rotate(rotate(r[0], 12) + r[4] + rotate(t, j), 7);
        uint32_t ss2 = ss1 ^ rotate(r[0], 12);
        uint32_t ff = j < 16 ? r[0] ^ r[1] ^ r[2] : (r[0] & r[1]) | (r[0] & r[2]) | (r[1] & r[2]);
        uint32_t gg = j < 16 ? r[4] ^ r[5] ^ r[6] : (r[4] & r[5]) | (~r[4] & r[6]);
        uint32_t tt1 = ff + r[3] + ss2 + (w[j] ^ w[j + 4]);
        uint32_t tt2 = gg + r[7] + ss1 + w[j];

        r[3] = r[2];
        r[2] = rotate(r[1], 9);
        r[1] = r[0];
        r[0] = tt1;
        r[7] = r[6];
        r[6] = rotate(r[5], 19);
        r[5] = r[4];
        r[4] = sm3p0(tt2);
    }
    for (unsigned i = 0; i < 8; i++) {
        v[i] ^= r[i];
    }
}

static const uint32_t sm3_initial[] = { 0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                                        0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e };
/* A.1: "abc"; A.2: "abcd", sixteen times. Padded. */
static const uint32_t abc[16] = { 0x61626380, [15] = 24 };
static const uint32_t abc_digest[] = { 0x66c7f0f4, 0x62eeedd9, 0xd1f2d46b, 0xdc10e4e2,
                                       0x4167c487, 0x5cf2f7a2, 0x297da02b, 0x8f4ba8e0 };
static const uint32_t abcd_digest[] = { 0xdebe9ff9, 0x2275b8a1, 0x38604889, 0xc18e5a4d,
                                        0x6fdb70e5, 0x387e5765, 0x293dcba3, 0x9c0c5732 };

static void check_sm3(const uint32_t *blocks, unsigned count, const uint32_t *expected)
{
    uint32_t v[8];

    for (unsigned i = 0; i < 8; i++) {
        v[i] = sm3_initial[i];
    }
    for (unsigned i = 0; i < count; i++) {
        sm3_compress(v, blocks + 16 * i);
    }
    for (unsigned i = 0; i < 8; i++) {
        CHECK_EQ(v[i], expected[i]);
    }
}

int main(void)
{
    uint32_t blocks[32] = { [16] = 0x80000000, [31] = 512 };

    for (unsigned i = 0; i < 16; i++) {
        blocks[i] = 0x61626364;
    }
    test_sm4();
    check_sm3(abc, 1, abc_digest);
    check_sm3(blocks, 2, abcd_digest);
    return 0;
}
