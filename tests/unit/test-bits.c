/*
 * Bit fields, alignment, counting: the ends of every range.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/bits.h"

#include <glib.h>

static void test_extract(void)
{
    uint64_t value = UINT64_C(0x8123456789abcdef);

    g_assert_cmphex(extract64(value, 0, 64), ==, value);
    g_assert_cmphex(extract64(value, 63, 1), ==, 1);
    g_assert_cmphex(extract64(value, 4, 8), ==, 0xde);
    g_assert_cmphex(extract64(value, 32, 32), ==, 0x81234567);
    g_assert_cmpint(sextract64(value, 0, 64), ==, (int64_t)value);
    g_assert_cmpint(sextract64(value, 63, 1), ==, -1);
    g_assert_cmpint(sextract64(value, 4, 8), ==, (int8_t)0xde);
    g_assert_cmpint(sextract64(value, 56, 7), ==, 1);
    g_assert_cmphex(extract32(0x81234567, 0, 32), ==, 0x81234567);
    g_assert_cmphex(extract32(0x81234567, 28, 4), ==, 8);
    g_assert_cmpint(sextract32(0x81234567, 28, 4), ==, -8);
    g_assert_cmpint(sextract32(0x81234567, 0, 32), ==, (int32_t)0x81234567);
    g_assert_cmpint(sextract32(0x81234567, 0, 3), ==, -1);
}

static void test_deposit(void)
{
    g_assert_cmphex(deposit64(0, 0, 64, UINT64_MAX), ==, UINT64_MAX);
    g_assert_cmphex(deposit64(UINT64_MAX, 8, 8, 0x112), ==, UINT64_C(0xffffffffffff12ff));
    g_assert_cmphex(deposit64(0, 63, 1, 3), ==, BIT_ULL(63));
    g_assert_cmphex(deposit32(0, 0, 32, UINT32_MAX), ==, UINT32_MAX);
    g_assert_cmphex(deposit32(0xffffffff, 28, 4, 5), ==, 0x5fffffff);
}

static void test_fields(void)
{
    uint64_t mask = MAKE_64BIT_MASK(11, 2);

    g_assert_cmphex(mask, ==, 0x1800);
    g_assert_cmphex(MAKE_64BIT_MASK(0, 64), ==, UINT64_MAX);
    g_assert_cmphex(MAKE_64BIT_MASK(63, 1), ==, BIT_ULL(63));
    g_assert_cmphex(get_field(0xffff, mask), ==, 3);
    g_assert_cmphex(get_field(0x0800, mask), ==, 1);
    g_assert_cmphex(get_field(BIT_ULL(63), BIT_ULL(63)), ==, 1);
    g_assert_cmphex(set_field(0xffff, mask, 1), ==, 0xefff);
    g_assert_cmphex(set_field(0, mask, 0xff), ==, mask);
    g_assert_cmphex(set_field(0, UINT64_MAX, 5), ==, 5);
}

static void test_powers(void)
{
    g_assert_false(is_power_of_2(0));
    g_assert_true(is_power_of_2(1));
    g_assert_false(is_power_of_2(3));
    g_assert_true(is_power_of_2(BIT_ULL(63)));
    g_assert_cmphex(pow2floor(1), ==, 1);
    g_assert_cmphex(pow2floor(UINT64_MAX), ==, BIT_ULL(63));
    g_assert_cmphex(pow2floor(5), ==, 4);
    g_assert_cmphex(pow2ceil(1), ==, 1);
    g_assert_cmphex(pow2ceil(2), ==, 2);
    g_assert_cmphex(pow2ceil(5), ==, 8);
    g_assert_cmphex(pow2ceil(BIT_ULL(62) + 1), ==, BIT_ULL(63));
    g_assert_cmphex(pow2ceil(BIT_ULL(63)), ==, BIT_ULL(63));
}

static void test_counts(void)
{
    g_assert_cmpuint(clz64(0), ==, 64);
    g_assert_cmpuint(clz64(1), ==, 63);
    g_assert_cmpuint(clz32(0), ==, 32);
    g_assert_cmpuint(clz32(0x80000000), ==, 0);
    g_assert_cmpuint(ctz64(0), ==, 64);
    g_assert_cmpuint(ctz64(BIT_ULL(40)), ==, 40);
    g_assert_cmpuint(ctz32(0), ==, 32);
    g_assert_cmpuint(ctz32(8), ==, 3);
    g_assert_cmpuint(ctpop64(UINT64_MAX), ==, 64);
    g_assert_cmpuint(ctpop32(0xf0), ==, 4);
}

static void test_align(void)
{
    g_assert_cmphex(align_down(0x1fff, 0x1000), ==, 0x1000);
    g_assert_cmphex(align_up(0x1001, 0x1000), ==, 0x2000);
    g_assert_cmphex(align_up(0x1000, 0x1000), ==, 0x1000);
    g_assert_cmphex(align_up(0, 8), ==, 0);
    g_assert_true(is_aligned(0x2000, 0x1000));
    g_assert_false(is_aligned(0x2001, 2));
    g_assert_true(is_aligned(7, 1));
    g_assert_cmphex(128 * MiB, ==, 0x8000000);
    g_assert_cmphex(KiB * KiB, ==, MiB);
    g_assert_cmphex(KiB * MiB, ==, GiB);
    g_assert_cmphex(KiB * GiB, ==, TiB);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bits/extract", test_extract);
    g_test_add_func("/bits/deposit", test_deposit);
    g_test_add_func("/bits/fields", test_fields);
    g_test_add_func("/bits/powers", test_powers);
    g_test_add_func("/bits/counts", test_counts);
    g_test_add_func("/bits/align", test_align);
    return g_test_run();
}
