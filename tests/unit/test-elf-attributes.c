/*
 * The attributes of ELF files, whole and damaged.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../../system/elf-attributes.h"

#include <glib.h>
#include <string.h>

/* 'A', vendor riscv, the file's attributes: alignment 16, arch "rv64i". */
static const uint8_t good[] = {
    'A', 24, 0, 0, 0, 'r', 'i', 's', 'c', 'v', 0, 1, 14, 0, 0, 0,
    4, 16, 5, 'r', 'v', '6', '4', 'i', 0,
};

static void assert_arch(const uint8_t *data, size_t size, const char *expected)
{
    /* Of its own, so that whoever reads behind it is caught. */
    g_autofree uint8_t *copy = g_memdup2(data, size);
    g_autofree char *arch = elf_attributes_arch(copy, size);

    g_assert_cmpstr(arch, ==, expected);
}

static void test_good(void)
{
    assert_arch(good, sizeof(good), "rv64i");
    assert_arch(good, sizeof(good) - 1, NULL);
}

static GByteArray *section(const char *vendor, unsigned tag, const void *pairs, size_t size)
{
    GByteArray *out = g_byte_array_new();
    uint32_t inner = 5 + size, outer = 4 + strlen(vendor) + 1 + inner;
    uint8_t tag_byte = tag;

    g_byte_array_append(out, (const uint8_t *)"A", 1);
    g_byte_array_append(out, (const uint8_t *)&outer, 4);
    g_byte_array_append(out, (const uint8_t *)vendor, strlen(vendor) + 1);
    g_byte_array_append(out, &tag_byte, 1);
    g_byte_array_append(out, (const uint8_t *)&inner, 4);
    g_byte_array_append(out, pairs, size);
    return out;
}

static void assert_section(const char *vendor, unsigned tag, const void *pairs, size_t size,
                           const char *expected)
{
    g_autoptr(GByteArray) bytes = section(vendor, tag, pairs, size);

    assert_arch(bytes->data, bytes->len, expected);
    for (guint cut = 0; cut < bytes->len; cut++) { /* a piece of it is no arch, and no harm */
        assert_arch(bytes->data, cut, NULL);
    }
}

static void test_pairs(void)
{
    assert_section("riscv", 1, "\4\20\5rv64i", 9, "rv64i");
    assert_section("riscv", 1, "\5rv64imac\0\4\20", 12, "rv64imac");
    assert_section("riscv", 1, "\4\220\1\7other\0\5rv64i", 17, "rv64i");
    assert_section("riscv", 1, "\4\20\6\0", 4, NULL);
    assert_section("riscv", 1, "\5rv64i", 6, NULL); /* it does not end */
    assert_section("riscv", 2, "\5rv64i", 7, NULL); /* of a section */
    assert_section("gnu", 1, "\5rv64i", 7, NULL);
    assert_section("riscv", 1, "\377\377\377\377\377\377\377\377\377\377\5", 11, NULL);
    assert_section("riscv", 1, "", 0, NULL);
}

static void test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    for (unsigned i = 0; i < 20000; i++) {
        g_autoptr(GByteArray) bytes = section("riscv", 1, "\4\20\5rv64i", 9);
        g_autofree uint8_t *copy = NULL;
        g_autofree char *arch = NULL;

        bytes->data[g_rand_int_range(rand, 0, bytes->len)] = g_rand_int(rand);
        bytes->data[g_rand_int_range(rand, 0, bytes->len)] = g_rand_int(rand);
        copy = g_memdup2(bytes->data, bytes->len);
        arch = elf_attributes_arch(copy, bytes->len);
        g_assert_true(!arch || strlen(arch) < bytes->len);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/elf-attributes/good", test_good);
    g_test_add_func("/elf-attributes/pairs", test_pairs);
    g_test_add_func("/elf-attributes/random", test_random);
    return g_test_run();
}
