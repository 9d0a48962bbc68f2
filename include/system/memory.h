/*
 * Guest physical memory: regions, how they nest, and the flat address space that harts and devices
 * see.
 *
 * A MemoryRegion is RAM, ROM, MMIO (callbacks), a container, or an alias of part of another region.
 * Regions are placed in containers at an offset and with a priority; an AddressSpace flattens the
 * tree below its root into disjoint ranges. What does not belong here: the hart's translation (MMU,
 * PMP) and the contents of any device.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_MEMORY_H
#define SYSTEM_MEMORY_H

#include <stdbool.h>
#include <inttypes.h>

#include "qom/object.h"
#include "system/granule.h"
#include "util/error.h"

typedef uint64_t hwaddr; /* a guest physical address */

#define TYPE_MEMORY_REGION "memory-region"
typedef struct MemoryRegion MemoryRegion;
OBJECT_DECLARE_SIMPLE_TYPE(MemoryRegion, MEMORY_REGION)

/* How an access ended. Anything but MEMTX_OK becomes an access fault in the hart. */
typedef enum MemTxResult {
    MEMTX_OK = 0,
    MEMTX_DECODE_ERROR, /* nothing answers at that address, or not to that size or alignment */
    MEMTX_ERROR,        /* the device refused the access */
} MemTxResult;

/*
 * What an MMIO region does and which accesses it takes. Sizes are in bytes (1, 2, 4, 8). An access
 * that `valid` does not take ends with MEMTX_DECODE_ERROR and never reaches the device. One that is
 * valid but outside `impl` is made of aligned accesses that are inside: several smaller ones,
 * lowest address first, until one of them fails; where the access is smaller than the device can
 * do, one wider access of which a part is used (a store then reads, merges and writes: a device
 * whose reads have effects says so by valid.min_access_size). Zero in any bound means: 1 for min, 8
 * for max. Called with the big lock held. Values are little-endian numbers, right-aligned.
 */
typedef struct MemoryRegionOps {
    MemTxResult (*read)(void *opaque, hwaddr offset, unsigned size, uint64_t *value);
    MemTxResult (*write)(void *opaque, hwaddr offset, unsigned size, uint64_t value);
    struct MemoryAccessSizes {
        unsigned min_access_size;
        unsigned max_access_size;
        bool unaligned;
    } valid, impl;
} MemoryRegionOps;

struct MemoryRegion {
    Object parent_obj;

    char *name;
    uint64_t size;            /* bytes; UINT64_MAX stands for all 2^64 */
    bool read_only;           /* ROM: a hart's store faults, the loader's write does not */
    RAMBlock *ram;            /* RAM and ROM: owned; NULL otherwise */
    const MemoryRegionOps *ops;
    void *opaque;

    MemoryRegion *alias;      /* an alias shows `alias` from `alias_offset` on */
    hwaddr alias_offset;
    GList *aliases;           /* of MemoryRegion: the aliases that show this region */

    MemoryRegion *container;  /* where it is placed, and how */
    hwaddr addr;
    int priority;             /* higher wins where siblings overlap, then the one added later */
    bool enabled;             /* a disabled region, and what is below it, is not there */
    GList *subregions;        /* of MemoryRegion, in the order in which they win */
    struct AddressSpace *as;  /* the address space whose root this is, or NULL */
};

/*
 * Regions are embedded in their owner (a device, a machine) and become its children `name` (or
 * `name[n]` where that is taken). They are finalized with their owner; without one (NULL) the
 * caller drops the reference. A region that is finalized leaves its container, and its aliases show
 * nothing.
 */
void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size);
void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size);
void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name, MemoryRegion *orig,
                              hwaddr offset, uint64_t size);
/*
 * RAM: zero-filled, committed lazily by the host; fails when the host cannot reserve `size` bytes,
 * and `mr` is then not initialized.
 */
bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);
bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp);

/*
 * Place a region at `offset` of a container. The first form is for regions that do not overlap
 * their siblings (priority 0); among equal priorities the region added later wins. Parts that reach
 * beyond the container, or beyond 2^64, are not seen.
 */
void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion);
void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion,
                                         int priority);
void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion);
void memory_region_set_enabled(MemoryRegion *mr, bool enabled);

/*
 * One disjoint range of a flattened address space: guest physical [addr, addr + size) is `mr` from
 * `offset` on. `mr` is a RAM, ROM or MMIO region, never a container or an alias.
 */
typedef struct FlatRange {
    hwaddr addr;
    uint64_t size;        /* a range of all 2^64 bytes lacks its last one */
    MemoryRegion *mr;
    hwaddr offset;
    bool read_only;
} FlatRange;

typedef struct AddressSpace {
    char *name;
    MemoryRegion *root;   /* NULL once it was finalized: nothing answers then */
    GArray *ranges;       /* of FlatRange, ascending by addr */
    GranuleMap *granules; /* special granules of every RAM block seen here; owned */
} AddressSpace;

/*
 * An address space is flattened anew whenever a region below its root changes. The topology may
 * only change while no vCPU runs (at board initialisation, or under the stopped world): readers
 * take no lock. A region is the root of at most one address space, a RAM block is seen in at most
 * one; the address space is destroyed after the last use of its RAM blocks' watches.
 */
void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name);
void address_space_destroy(AddressSpace *as);

/* The range that holds `addr`, or NULL. Valid until the topology changes. */
const FlatRange *address_space_lookup(const AddressSpace *as, hwaddr addr);

/*
 * Host pointer to guest RAM or ROM [addr, addr + size) if one range holds it whole, else NULL.
 * `is_write` asks for RAM. Who writes through it must call address_space_note_store() afterwards.
 */
void *address_space_ram_ptr(const AddressSpace *as, hwaddr addr, uint64_t size, bool is_write);
/* Tell code caches and watchers that [addr, addr + size) was written by other means than a hart. */
void address_space_note_store(const AddressSpace *as, hwaddr addr, uint64_t size);

/*
 * One access of `size` 1, 2, 4 or 8 bytes, RAM or MMIO; takes the big lock for MMIO unless the
 * thread has it. Aligned accesses to RAM are single-copy atomic. A failed load leaves *value alone.
 * An access that crosses the end of a range fails.
 */
MemTxResult address_space_load(const AddressSpace *as, hwaddr addr, unsigned size, uint64_t *value);
MemTxResult address_space_store(const AddressSpace *as, hwaddr addr, unsigned size, uint64_t value);
/* The same on a range already looked up, at `offset` into range->mr. */
MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr offset, unsigned size,
                                        uint64_t *value);
MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr offset, unsigned size,
                                         uint64_t value);

/*
 * Bulk copy over RAM and ROM only, as devices and debuggers do it, over as many ranges as it takes;
 * stops at the first byte that is neither (or, for address_space_write(), is ROM).
 */
MemTxResult address_space_read(const AddressSpace *as, hwaddr addr, void *buf, uint64_t len);
MemTxResult address_space_write(const AddressSpace *as, hwaddr addr, const void *buf, uint64_t len);
/* As address_space_write(), but may fill ROM: for the image loader. */
MemTxResult address_space_write_rom(const AddressSpace *as, hwaddr addr, const void *buf,
                                    uint64_t len);

#endif
