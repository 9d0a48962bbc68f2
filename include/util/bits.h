/*
 * Bit fields, alignment and counting on fixed-width integers.
 *
 * Belongs here: small pure functions on integers that more than one folder needs.
 * Does not belong here: anything that knows a register's or an instruction's layout.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_BITS_H
#define UTIL_BITS_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define BIT_ULL(nr) (UINT64_C(1) << (nr))

/* length ones from bit shift on; length 1..64, shift + length <= 64. */
#define MAKE_64BIT_MASK(shift, length) ((~UINT64_C(0) >> (64 - (length))) << (shift))

#define KiB (UINT64_C(1) << 10)
#define MiB (UINT64_C(1) << 20)
#define GiB (UINT64_C(1) << 30)
#define TiB (UINT64_C(1) << 40)

/* Bits start .. start+length-1 of value, moved to bit 0; length 1..32. */
static inline uint32_t extract32(uint32_t value, unsigned start, unsigned length)
{
    assert(length > 0 && start < 32 && length <= 32 - start);
    return (value >> start) & (~UINT32_C(0) >> (32 - length));
}

/* As extract32, with the field's highest bit as sign. */
static inline int32_t sextract32(uint32_t value, unsigned start, unsigned length)
{
    assert(length > 0 && start < 32 && length <= 32 - start);
    return (int32_t)(value << (32 - length - start)) >> (32 - length);
}

/* value with bits start .. start+length-1 replaced by the low bits of field. */
static inline uint32_t deposit32(uint32_t value, unsigned start, unsigned length, uint32_t field)
{
    assert(length > 0 && start < 32 && length <= 32 - start);
    uint32_t mask = (~UINT32_C(0) >> (32 - length)) << start;
    return (value & ~mask) | ((field << start) & mask);
}

/* Bits start .. start+length-1 of value, moved to bit 0; length 1..64. */
static inline uint64_t extract64(uint64_t value, unsigned start, unsigned length)
{
    assert(length > 0 && start < 64 && length <= 64 - start);
    return (value >> start) & (~UINT64_C(0) >> (64 - length));
}

/* As extract64, with the field's highest bit as sign. */
static inline int64_t sextract64(uint64_t value, unsigned start, unsigned length)
{
    assert(length > 0 && start < 64 && length <= 64 - start);
    return (int64_t)(value << (64 - length - start)) >> (64 - length);
}

/* value with bits start .. start+length-1 replaced by the low bits of field. */
static inline uint64_t deposit64(uint64_t value, unsigned start, unsigned length, uint64_t field)
{
    assert(length > 0 && start < 64 && length <= 64 - start);
    uint64_t mask = (~UINT64_C(0) >> (64 - length)) << start;
    return (value & ~mask) | ((field << start) & mask);
}

/* The field of value that mask (contiguous ones, not 0) covers, moved to bit 0. */
static inline uint64_t get_field(uint64_t value, uint64_t mask)
{
    return (value & mask) / (mask & -mask);
}

/*
 * value with the field that mask (contiguous ones, not 0) covers replaced by the low bits of field.
 */
static inline uint64_t set_field(uint64_t value, uint64_t mask, uint64_t field)
{
    return (value & ~mask) | ((field * (mask & -mask)) & mask);
}

/* 0 is not a power of two. */
static inline bool is_power_of_2(uint64_t value)
{
    return value && !(value & (value - 1));
}

/* Leading zeros, trailing zeros (both: the width for 0) and ones. */
static inline unsigned clz32(uint32_t value)
{
    return value ? (unsigned)__builtin_clz(value) : 32;
}

static inline unsigned clz64(uint64_t value)
{
    return value ? (unsigned)__builtin_clzll(value) : 64;
}

static inline unsigned ctz32(uint32_t value)
{
    return value ? (unsigned)__builtin_ctz(value) : 32;
}

static inline unsigned ctz64(uint64_t value)
{
    return value ? (unsigned)__builtin_ctzll(value) : 64;
}

static inline unsigned ctpop32(uint32_t value)
{
    return (unsigned)__builtin_popcount(value);
}

static inline unsigned ctpop64(uint64_t value)
{
    return (unsigned)__builtin_popcountll(value);
}

/* The largest power of two that is <= value, the smallest that is >= value; value 1 .. 2^63. */
static inline uint64_t pow2floor(uint64_t value)
{
    assert(value);
    return BIT_ULL(63 - clz64(value));
}

static inline uint64_t pow2ceil(uint64_t value)
{
    assert(value && value <= BIT_ULL(63));
    return value == 1 ? 1 : BIT_ULL(64 - clz64(value - 1));
}

/* Alignment to a power of two. align_up wraps to 0 past 2^64: callers check sizes before. */
static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
    assert(is_power_of_2(alignment));
    return value & ~(alignment - 1);
}

static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
    return align_down(value + alignment - 1, alignment);
}

static inline bool is_aligned(uint64_t value, uint64_t alignment)
{
    return align_down(value, alignment) == value;
}

#endif /* UTIL_BITS_H */
