/*
 * Accesses to an address space: to RAM directly, to devices through their callbacks.
 *
 * What does not belong here: which region answers at an address (flatview.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "system/cpu.h"
#include "system/guest-ram.h"
#include "system/memory.h"
#include "util/bits.h"

typedef struct MemoryAccessSizes AccessSizes;

static unsigned min_size(const AccessSizes *sizes)
{
    return sizes->min_access_size ? sizes->min_access_size : 1;
}

static unsigned max_size(const AccessSizes *sizes)
{
    return sizes->max_access_size ? sizes->max_access_size : 8;
}

static uint64_t value_mask(unsigned size)
{
    return MAKE_64BIT_MASK(0, size * 8);
}

/* ---- RAM ---- */

/* Guest memory is little-endian. Aligned accesses are atomic: harts run at the same time. */
static uint64_t ram_load(const uint8_t *p, unsigned size)
{
    uint64_t value = 0;

    if ((uintptr_t)p % size) {
        guest_ram_copy(&value, p, size);
        return GUINT64_FROM_LE(value);
    }
    switch (size) {
    case 1:
        return __atomic_load_n(p, __ATOMIC_RELAXED);
    case 2:
        return GUINT16_FROM_LE(__atomic_load_n((const uint16_t *)p, __ATOMIC_RELAXED));
    case 4:
        return GUINT32_FROM_LE(__atomic_load_n((const uint32_t *)p, __ATOMIC_RELAXED));
    default:
        return GUINT64_FROM_LE(__atomic_load_n((const uint64_t *)p, __ATOMIC_RELAXED));
    }
}

static void ram_store(uint8_t *p, unsigned size, uint64_t value)
{
    if ((uintptr_t)p % size) {
        value = GUINT64_TO_LE(value);
        guest_ram_copy(p, &value, size);
        return;
    }
    switch (size) {
    case 1:
        __atomic_store_n(p, value, __ATOMIC_RELAXED);
        break;
    case 2:
        __atomic_store_n((uint16_t *)p, GUINT16_TO_LE(value), __ATOMIC_RELAXED);
        break;
    case 4:
        __atomic_store_n((uint32_t *)p, GUINT32_TO_LE(value), __ATOMIC_RELAXED);
        break;
    default:
        __atomic_store_n((uint64_t *)p, GUINT64_TO_LE(value), __ATOMIC_RELAXED);
        break;
    }
}

/* ---- MMIO ---- */

/* Does the region take this access at all? */
static bool access_valid(const MemoryRegion *mr, hwaddr offset, unsigned size)
{
    if (offset > mr->size || size > mr->size - offset) {
        return false;
    }
    if (mr->ram) {
        return true;
    }
    if (!mr->ops) {
        return false;
    }
    return size >= min_size(&mr->ops->valid) && size <= max_size(&mr->ops->valid) &&
           (mr->ops->valid.unaligned || offset % size == 0);
}

/*
 * The next access that makes up [offset, end): the widest that the device does and that starts at
 * `offset`, or, where all of those reach too far, the narrowest one that contains it.
 */
typedef struct Piece {
    hwaddr offset; /* of the device's access */
    unsigned size;
    unsigned skip; /* bytes of it below the guest's access */
    unsigned used; /* bytes of it that the guest's access covers */
} Piece;

static Piece next_piece(const MemoryRegion *mr, hwaddr offset, hwaddr end)
{
    const AccessSizes *impl = &mr->ops->impl;
    unsigned narrowest = min_size(impl);
    Piece piece;

    for (piece.size = max_size(impl); piece.size > narrowest; piece.size /= 2) {
        if (piece.size <= end - offset && (impl->unaligned || offset % piece.size == 0)) {
            break;
        }
    }
    piece.offset = offset;
    if (piece.size > end - offset || !impl->unaligned) {
        piece.offset -= offset % piece.size;
    }
    piece.skip = offset - piece.offset;
    piece.used = MIN(piece.size - piece.skip, end - offset);
    return piece;
}

static MemTxResult mmio_read(MemoryRegion *mr, hwaddr offset, unsigned size, uint64_t *value)
{
    hwaddr end = offset + size;
    uint64_t result = 0;

    if (!mr->ops->read) {
        return MEMTX_ERROR;
    }
    for (hwaddr at = offset; at < end;) {
        Piece piece = next_piece(mr, at, end);
        uint64_t part = 0;
        MemTxResult tx = mr->ops->read(mr->opaque, piece.offset, piece.size, &part);

        if (tx != MEMTX_OK) {
            return tx;
        }
        part = part >> (piece.skip * 8) & value_mask(piece.used);
        result |= part << ((at - offset) * 8);
        at += piece.used;
    }
    *value = result;
    return MEMTX_OK;
}

static MemTxResult mmio_write_piece(MemoryRegion *mr, Piece piece, uint64_t part)
{
    if (piece.used < piece.size) {
        uint64_t mask = value_mask(piece.used) << (piece.skip * 8);
        uint64_t whole = 0;
        MemTxResult tx = MEMTX_ERROR;

        if (mr->ops->read) {
            tx = mr->ops->read(mr->opaque, piece.offset, piece.size, &whole);
        }
        if (tx != MEMTX_OK) {
            return tx;
        }
        part = (whole & ~mask) | part << (piece.skip * 8);
    }
    return mr->ops->write(mr->opaque, piece.offset, piece.size, part & value_mask(piece.size));
}

static MemTxResult mmio_write(MemoryRegion *mr, hwaddr offset, unsigned size, uint64_t value)
{
    hwaddr end = offset + size;

    if (!mr->ops->write) {
        return MEMTX_ERROR;
    }
    for (hwaddr at = offset; at < end;) {
        Piece piece = next_piece(mr, at, end);
        uint64_t part = value >> ((at - offset) * 8) & value_mask(piece.used);
        MemTxResult tx = mmio_write_piece(mr, piece, part);

        if (tx != MEMTX_OK) {
            return tx;
        }
        at += piece.used;
    }
    return MEMTX_OK;
}

/* Take the big lock unless this thread has it; says whether to give it back. */
static bool lock_devices(void)
{
    if (bql_locked()) {
        return false;
    }
    bql_lock();
    return true;
}

static void unlock_devices(bool was_taken)
{
    if (was_taken) {
        bql_unlock();
    }
}

MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr offset, unsigned size,
                                        uint64_t *value)
{
    MemTxResult tx;
    bool taken;

    if (!access_valid(mr, offset, size)) {
        return MEMTX_DECODE_ERROR;
    }
    if (mr->ram) {
        *value = ram_load(mr->ram->host + offset, size);
        return MEMTX_OK;
    }
    taken = lock_devices();
    tx = mmio_read(mr, offset, size, value);
    unlock_devices(taken);
    return tx;
}

MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr offset, unsigned size,
                                         uint64_t value)
{
    MemTxResult tx;
    bool taken;

    if (!access_valid(mr, offset, size)) {
        return MEMTX_DECODE_ERROR;
    }
    if (mr->read_only) {
        return MEMTX_ERROR;
    }
    if (mr->ram) {
        ram_store(mr->ram->host + offset, size, value);
        ram_note_store(mr->ram, offset, size);
        return MEMTX_OK;
    }
    taken = lock_devices();
    tx = mmio_write(mr, offset, size, value);
    unlock_devices(taken);
    return tx;
}

/* ---- Address spaces ---- */

/* As address_space_lookup(), for `size` bytes in one range. */
static const FlatRange *lookup_whole(const AddressSpace *as, hwaddr addr, uint64_t size)
{
    const FlatRange *range = address_space_lookup(as, addr);

    return range && size <= range->size - (addr - range->addr) ? range : NULL;
}

static hwaddr range_offset(const FlatRange *range, hwaddr addr)
{
    return range->offset + (addr - range->addr);
}

MemTxResult address_space_load(const AddressSpace *as, hwaddr addr, unsigned size, uint64_t *value)
{
    const FlatRange *range = lookup_whole(as, addr, size);

    if (!range) {
        return MEMTX_DECODE_ERROR;
    }
    return memory_region_dispatch_read(range->mr, range_offset(range, addr), size, value);
}

MemTxResult address_space_store(const AddressSpace *as, hwaddr addr, unsigned size, uint64_t value)
{
    const FlatRange *range = lookup_whole(as, addr, size);

    if (!range) {
        return MEMTX_DECODE_ERROR;
    }
    return memory_region_dispatch_write(range->mr, range_offset(range, addr), size, value);
}

void *address_space_ram_ptr(const AddressSpace *as, hwaddr addr, uint64_t size, bool is_write)
{
    const FlatRange *range = lookup_whole(as, addr, size);

    if (!range || !range->mr->ram || (is_write && range->read_only)) {
        return NULL;
    }
    return range->mr->ram->host + range_offset(range, addr);
}

/* How many of `len` bytes lie below 2^64: what does not fit goes on nowhere, and not at 0. */
static uint64_t clip_to_end(hwaddr addr, uint64_t len)
{
    return len && len - 1 > UINT64_MAX - addr ? UINT64_MAX - addr + 1 : len;
}

void address_space_note_store(const AddressSpace *as, hwaddr addr, uint64_t size)
{
    uint64_t left = clip_to_end(addr, size);

    while (left > 0) {
        const FlatRange *range = address_space_lookup(as, addr);
        uint64_t n;

        if (!range) {
            return;
        }
        n = MIN(left, range->size - (addr - range->addr));
        if (range->mr->ram) {
            ram_note_store(range->mr->ram, range_offset(range, addr), n);
        }
        addr += n;
        left -= n;
    }
}

/*
 * The RAM or ROM at `addr`, *n the number of bytes that lie there in one piece, at most `len`; or
 * NULL.
 */
static uint8_t *next_chunk(const AddressSpace *as, hwaddr addr, uint64_t len, bool is_write,
                           uint64_t *n)
{
    const FlatRange *range = address_space_lookup(as, addr);

    if (!range || !range->mr->ram || (is_write && range->read_only)) {
        return NULL;
    }
    *n = MIN(len, range->size - (addr - range->addr));
    return range->mr->ram->host + range_offset(range, addr);
}

MemTxResult address_space_read(const AddressSpace *as, hwaddr addr, void *buf, uint64_t len)
{
    uint64_t left = clip_to_end(addr, len), n;
    MemTxResult tx = left < len ? MEMTX_DECODE_ERROR : MEMTX_OK;

    for (uint8_t *to = buf; left > 0; to += n, addr += n, left -= n) {
        const uint8_t *from = next_chunk(as, addr, left, false, &n);

        if (!from) {
            return MEMTX_DECODE_ERROR;
        }
        guest_ram_copy(to, from, n);
    }
    return tx;
}

static MemTxResult write_chunks(const AddressSpace *as, hwaddr addr, const uint8_t *from,
                                uint64_t len, bool may_fill_rom)
{
    uint64_t left = clip_to_end(addr, len), n;
    MemTxResult tx = left < len ? MEMTX_DECODE_ERROR : MEMTX_OK;

    for (; left > 0; from += n, addr += n, left -= n) {
        uint8_t *to = next_chunk(as, addr, left, !may_fill_rom, &n);

        if (!to) {
            return MEMTX_DECODE_ERROR;
        }
        guest_ram_copy(to, from, n);
        address_space_note_store(as, addr, n);
    }
    return tx;
}

MemTxResult address_space_write(const AddressSpace *as, hwaddr addr, const void *buf, uint64_t len)
{
    return write_chunks(as, addr, buf, len, false);
}

MemTxResult address_space_write_rom(const AddressSpace *as, hwaddr addr, const void *buf,
                                    uint64_t len)
{
    return write_chunks(as, addr, buf, len, true);
}
