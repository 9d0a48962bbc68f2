/*
 * Memory regions, flattening and accesses (system/memory.c, flatview.c, memory-access.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "expect.h"
#include "system/cpu.h"
#include "system/memory.h"
#include "util/bits.h"

/* ---- Regions without owner, and what an address space makes of them ---- */

typedef struct Fixture {
    MemoryRegion root;
    AddressSpace as;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    memory_region_init(&f->root, NULL, "root", UINT64_MAX);
    address_space_init(&f->as, &f->root, "test");
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    address_space_destroy(&f->as);
    object_unref(&f->root);
}

static void init_ram(MemoryRegion *mr, const char *name, uint64_t size)
{
    g_assert_true(memory_region_init_ram(mr, NULL, name, size, &error_abort));
}

/* "first-last name+offset" of each range, one line each. */
static void assert_view(const Fixture *f, const char *expected)
{
    g_autoptr(GString) view = g_string_new(NULL);

    for (guint i = 0; i < f->as.ranges->len; i++) {
        const FlatRange *r = &g_array_index(f->as.ranges, FlatRange, i);

        g_string_append_printf(view, "%" PRIx64 "-%" PRIx64 " %s+%" PRIx64 "\n", r->addr,
                               r->addr + (r->size - 1), r->mr->name, r->offset);
    }
    g_assert_cmpstr(view->str, ==, expected);
}

static void test_lookup(Fixture *f, gconstpointer data)
{
    MemoryRegion a, b;

    (void)data;
    g_assert_null(address_space_lookup(&f->as, 0));
    init_ram(&a, "a", 0x1000);
    init_ram(&b, "b", 0x2000);
    memory_region_add_subregion(&f->root, 0x10000, &b);
    memory_region_add_subregion(&f->root, 0, &a);
    assert_view(f, "0-fff a+0\n10000-11fff b+0\n");

    g_assert_true(address_space_lookup(&f->as, 0)->mr == &a);
    g_assert_true(address_space_lookup(&f->as, 0xfff)->mr == &a);
    g_assert_null(address_space_lookup(&f->as, 0x1000));
    g_assert_null(address_space_lookup(&f->as, 0xffff));
    g_assert_true(address_space_lookup(&f->as, 0x11fff)->mr == &b);
    g_assert_null(address_space_lookup(&f->as, 0x12000));
    g_assert_null(address_space_lookup(&f->as, UINT64_MAX));
    object_unref(&a);
    object_unref(&b);
}

static void test_priority(Fixture *f, gconstpointer data)
{
    MemoryRegion low, high, late;

    (void)data;
    init_ram(&low, "low", 0x4000);
    init_ram(&high, "high", 0x1000);
    init_ram(&late, "late", 0x2000);
    memory_region_add_subregion_overlap(&f->root, 0x2000, &high, 1);
    memory_region_add_subregion(&f->root, 0x1000, &low);
    assert_view(f, "1000-1fff low+0\n2000-2fff high+0\n3000-4fff low+2000\n");

    /* Among equals the later one wins, but not over a higher one. */
    memory_region_add_subregion(&f->root, 0x2000, &late);
    assert_view(f, "1000-1fff low+0\n2000-2fff high+0\n3000-3fff late+1000\n4000-4fff low+3000\n");

    memory_region_set_enabled(&high, false);
    assert_view(f, "1000-1fff low+0\n2000-3fff late+0\n4000-4fff low+3000\n");
    memory_region_set_enabled(&high, true);
    memory_region_del_subregion(&f->root, &late);
    assert_view(f, "1000-1fff low+0\n2000-2fff high+0\n3000-4fff low+2000\n");

    /* A negative priority is a backdrop. */
    memory_region_add_subregion_overlap(&f->root, 0, &late, -1);
    assert_view(f, "0-fff late+0\n1000-1fff low+0\n2000-2fff high+0\n3000-4fff low+2000\n");
    object_unref(&late);
    object_unref(&high);
    object_unref(&low);
    assert_view(f, "");
}

static void test_containers(Fixture *f, gconstpointer data)
{
    MemoryRegion outer, inner, a, b;

    (void)data;
    memory_region_init(&outer, NULL, "outer", 0x3000);
    memory_region_init(&inner, NULL, "inner", 0x10000);
    init_ram(&a, "a", 0x2000);
    init_ram(&b, "b", 0x2000);
    memory_region_add_subregion(&inner, 0, &a);
    memory_region_add_subregion(&inner, 0x2000, &b);
    memory_region_add_subregion(&outer, 0x800, &inner);
    assert_view(f, "");
    /* What reaches beyond a container is not seen. */
    memory_region_add_subregion(&f->root, 0x100000, &outer);
    assert_view(f, "100800-1027ff a+0\n102800-102fff b+0\n");
    memory_region_set_enabled(&inner, false);
    assert_view(f, "");
    memory_region_set_enabled(&inner, true);
    memory_region_del_subregion(&inner, &a);
    assert_view(f, "102800-102fff b+0\n");
    object_unref(&outer); /* the container before what it contains */
    assert_view(f, "");
    object_unref(&a);
    object_unref(&b);
    object_unref(&inner);
}

static void test_aliases(Fixture *f, gconstpointer data)
{
    MemoryRegion ram, first, second, whole;

    (void)data;
    init_ram(&ram, "ram", 0x4000);
    memory_region_add_subregion(&f->root, 0x80000000, &ram);
    memory_region_init_alias(&first, NULL, "first", &ram, 0x1000, 0x2000);
    memory_region_add_subregion(&f->root, 0, &first);
    assert_view(f, "0-1fff ram+1000\n80000000-80003fff ram+0\n");

    /* An alias of an alias is cut where that one ends. */
    memory_region_init_alias(&second, NULL, "second", &first, 0x800, 0x4000);
    memory_region_add_subregion(&f->root, 0x10000, &second);
    assert_view(f, "0-1fff ram+1000\n10000-117ff ram+1800\n80000000-80003fff ram+0\n");
    g_assert_true(address_space_lookup(&f->as, 0)->mr->ram == ram.ram);

    /* The same memory, whichever way. */
    g_assert_cmpint(address_space_store(&f->as, 0x10000, 4, 0x12345678), ==, MEMTX_OK);
    g_assert_cmphex(*(uint32_t *)(ram.ram->host + 0x1800), ==, GUINT32_TO_LE(0x12345678));

    /* A change behind the alias, of which the alias's containers know nothing. */
    memory_region_set_enabled(&first, false);
    assert_view(f, "80000000-80003fff ram+0\n");
    memory_region_set_enabled(&first, true);

    /*
     * An alias of everything would show itself: no alias of the root. One of a container is fine.
     */
    memory_region_init_alias(&whole, NULL, "whole", &second, 0, 0x800);
    memory_region_add_subregion(&f->root, 0x10000000, &whole);
    assert_view(f, "0-1fff ram+1000\n10000-117ff ram+1800\n10000000-100007ff ram+1800\n"
                   "80000000-80003fff ram+0\n");
    object_unref(&ram); /* the target before its aliases */
    assert_view(f, "");
    object_unref(&first);
    object_unref(&whole);
    object_unref(&second);
}

/* A change below the target of an alias reaches the address space where only the alias is. */
static void test_alias_of_container(Fixture *f, gconstpointer data)
{
    MemoryRegion container, ram, alias;

    (void)data;
    memory_region_init(&container, NULL, "container", 0x10000);
    memory_region_init_alias(&alias, NULL, "alias", &container, 0x1000, 0x2000);
    memory_region_add_subregion(&f->root, 0x5000, &alias);
    init_ram(&ram, "ram", 0x8000);
    memory_region_add_subregion(&container, 0x1800, &ram);
    assert_view(f, "5800-6fff ram+0\n");
    memory_region_del_subregion(&container, &ram);
    assert_view(f, "");
    object_unref(&ram);
    object_unref(&alias);
    object_unref(&container);
}

/* Neighbours that continue each other are one range. */
static void test_merge(Fixture *f, gconstpointer data)
{
    MemoryRegion ram, low, high;

    (void)data;
    init_ram(&ram, "ram", 0x2000);
    memory_region_init_alias(&low, NULL, "low", &ram, 0, 0x1000);
    memory_region_init_alias(&high, NULL, "high", &ram, 0x1000, 0x1000);
    memory_region_add_subregion(&f->root, 0, &low);
    memory_region_add_subregion(&f->root, 0x1000, &high);
    assert_view(f, "0-1fff ram+0\n");
    memory_region_del_subregion(&f->root, &high);
    memory_region_add_subregion(&f->root, 0x2000, &high);
    assert_view(f, "0-fff ram+0\n2000-2fff ram+1000\n");
    object_unref(&low);
    object_unref(&high);
    object_unref(&ram);
}

/* At the end of the address space, and beyond it. */
static void test_wrap(Fixture *f, gconstpointer data)
{
    MemoryRegion bottom, top;
    uint8_t buf[16] = { 0 };
    uint64_t value = 77;

    (void)data;
    init_ram(&bottom, "bottom", 0x1000);
    init_ram(&top, "top", 0x2000);
    memory_region_add_subregion(&f->root, 0, &bottom);
    memory_region_add_subregion(&f->root, UINT64_MAX - 0xfff, &top); /* half of it fits */
    assert_view(f, "0-fff bottom+0\nfffffffffffff000-ffffffffffffffff top+0\n");

    g_assert_cmpint(address_space_store(&f->as, UINT64_MAX, 1, 0xab), ==, MEMTX_OK);
    g_assert_cmpint(address_space_load(&f->as, UINT64_MAX, 1, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0xab);
    g_assert_cmpint(address_space_load(&f->as, UINT64_MAX - 3, 8, &value), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_store(&f->as, UINT64_MAX, 8, 1), ==, MEMTX_DECODE_ERROR);
    g_assert_cmphex(value, ==, 0xab);

    g_assert_nonnull(address_space_ram_ptr(&f->as, UINT64_MAX - 7, 8, true));
    g_assert_null(address_space_ram_ptr(&f->as, UINT64_MAX - 7, 9, true));
    g_assert_null(address_space_ram_ptr(&f->as, 0, UINT64_MAX, false));
    /* It does not go on at 0. */
    g_assert_cmpint(address_space_write(&f->as, UINT64_MAX - 7, buf, 16), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_read(&f->as, UINT64_MAX - 7, buf, 16), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_write(&f->as, UINT64_MAX - 7, buf, 8), ==, MEMTX_OK);
    g_assert_cmpint(address_space_read(&f->as, 0, buf, 16), ==, MEMTX_OK);
    address_space_note_store(&f->as, UINT64_MAX - 7, UINT64_MAX);
    object_unref(&bottom);
    object_unref(&top);
}

/* ---- The flattened view against the tree, at random ---- */

#define UNIT 0x100u
#define SPACE 64u /* units */

/* What answers at `addr` of `mr`, by going down the tree; *offset is where in it. */
static MemoryRegion *resolve(MemoryRegion *mr, hwaddr addr, hwaddr *offset)
{
    if (!mr->enabled || addr >= mr->size) {
        return NULL;
    }
    if (mr->alias) {
        return resolve(mr->alias, addr + mr->alias_offset, offset);
    }
    for (GList *l = mr->subregions; l; l = l->next) {
        MemoryRegion *sub = l->data;
        MemoryRegion *found = addr < sub->addr ? NULL : resolve(sub, addr - sub->addr, offset);

        if (found) {
            return found;
        }
    }
    *offset = addr;
    return mr->ops ? mr : NULL;
}

static const MemoryRegionOps no_ops = { .read = NULL };

static uint64_t units(GRand *rand, unsigned max)
{
    return (uint64_t)g_rand_int_range(rand, 0, max) * UNIT;
}

static void init_random_region(MemoryRegion *all, unsigned n, GRand *rand)
{
    uint64_t size = units(rand, SPACE) + UNIT;
    unsigned kind = g_rand_int_range(rand, 0, 3);

    if (kind == 0) {
        memory_region_init(&all[n], NULL, "c", size);
    } else if (kind == 1 && n > 1) {
        memory_region_init_alias(&all[n], NULL, "a", &all[g_rand_int_range(rand, 1, n)],
                                 units(rand, 16), size);
    } else {
        memory_region_init_io(&all[n], NULL, &no_ops, NULL, "io", size);
    }
}

static void check_view(AddressSpace *as)
{
    for (hwaddr addr = 0; addr < 2 * SPACE * UNIT; addr += UNIT) {
        const FlatRange *range = address_space_lookup(as, addr + 1);
        hwaddr offset = 0;
        MemoryRegion *mr = resolve(as->root, addr + 1, &offset);

        g_assert_true((range ? range->mr : NULL) == mr);
        if (range) {
            g_assert_cmphex(range->offset + (addr + 1 - range->addr), ==, offset);
        }
    }
}

/*
 * Regions are placed only in such that were made later, and aliases show earlier ones: no circles.
 */
static void test_random(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(g_test_rand_int());

    for (int round = 0; round < 300; round++) {
        MemoryRegion all[24];
        AddressSpace as;
        unsigned last = G_N_ELEMENTS(all) - 1;

        for (unsigned n = 0; n < last; n++) {
            init_random_region(all, n, rand);
        }
        memory_region_init(&all[last], NULL, "root", UINT64_MAX);
        address_space_init(&as, &all[last], "random");
        for (unsigned n = 0; n < last; n++) {
            unsigned parent = g_rand_int_range(rand, n + 1, 2 * last);

            parent = MIN(parent, last); /* the root, half of the time or more */
            if (!all[parent].alias) {
                memory_region_add_subregion_overlap(&all[parent], units(rand, SPACE), &all[n],
                                                    g_rand_int_range(rand, -2, 3));
            }
        }
        check_view(&as);
        for (int i = 0; i < 8; i++) {
            MemoryRegion *mr = &all[g_rand_int_range(rand, 0, last)];

            memory_region_set_enabled(mr, g_rand_boolean(rand));
            check_view(&as);
        }
        for (unsigned n = 0; n <= last; n++) { /* in an order that nobody chose */
            object_unref(&all[(n * 7 + round) % G_N_ELEMENTS(all)]);
        }
        g_assert_cmpuint(as.ranges->len, ==, 0);
        address_space_destroy(&as);
    }
}

/* ---- RAM and ROM ---- */

static void test_ram_access(Fixture *f, gconstpointer data)
{
    MemoryRegion ram;
    uint64_t value = 0;

    (void)data;
    init_ram(&ram, "ram", 0x1000);
    memory_region_add_subregion(&f->root, 0x1000, &ram);
    g_assert_cmpint(address_space_store(&f->as, 0x1000, 8, 0x8877665544332211), ==, MEMTX_OK);
    for (unsigned i = 0; i < 8; i++) {
        g_assert_cmphex(ram.ram->host[i], ==, (i + 1) * 0x11); /* little-endian */
    }
    g_assert_cmpint(address_space_load(&f->as, 0x1003, 4, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0x77665544);
    g_assert_cmpint(address_space_load(&f->as, 0x1002, 2, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0x4433);
    g_assert_cmpint(address_space_load(&f->as, 0x1007, 1, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0x88);
    g_assert_cmpint(address_space_store(&f->as, 0x1001, 2, 0xffffabcd), ==, MEMTX_OK);
    g_assert_cmpint(address_space_load(&f->as, 0x1000, 8, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0x8877665544abcd11);
    g_assert_cmpint(address_space_load(&f->as, 0x1ffd, 4, &value), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_load(&f->as, 0xfff, 1, &value), ==, MEMTX_DECODE_ERROR);
    object_unref(&ram);
}

static void test_rom(Fixture *f, gconstpointer data)
{
    MemoryRegion rom;
    uint64_t value;
    uint8_t byte = 0x5a;

    (void)data;
    g_assert_true(memory_region_init_rom(&rom, NULL, "rom", 0x800, &error_abort));
    memory_region_add_subregion(&f->root, 0, &rom);
    g_assert_true(address_space_lookup(&f->as, 0)->read_only);
    g_assert_cmpint(address_space_store(&f->as, 0, 1, 1), ==, MEMTX_ERROR);
    g_assert_cmpint(address_space_write(&f->as, 0, &byte, 1), ==, MEMTX_DECODE_ERROR);
    g_assert_null(address_space_ram_ptr(&f->as, 0, 1, true));
    g_assert_nonnull(address_space_ram_ptr(&f->as, 0, 1, false));
    g_assert_cmpint(address_space_write_rom(&f->as, 0x7ff, &byte, 1), ==, MEMTX_OK);
    g_assert_cmpint(address_space_load(&f->as, 0x7ff, 1, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0x5a);
    /* The page goes on behind the region; the region does not. */
    g_assert_cmpint(address_space_load(&f->as, 0x800, 1, &value), ==, MEMTX_DECODE_ERROR);
    object_unref(&rom);
}

static void test_bulk(Fixture *f, gconstpointer data)
{
    MemoryRegion a, b, io;
    uint8_t buf[0x3000], back[0x3000];

    (void)data;
    init_ram(&a, "a", 0x1000);
    init_ram(&b, "b", 0x1000);
    memory_region_init_io(&io, NULL, &no_ops, NULL, "io", 0x1000);
    memory_region_add_subregion(&f->root, 0x1000, &a);
    memory_region_add_subregion(&f->root, 0x2000, &b);
    memory_region_add_subregion(&f->root, 0x3000, &io);
    for (size_t i = 0; i < sizeof(buf); i++) {
        buf[i] = i * 7 + i / 256;
    }
    g_assert_cmpint(address_space_write(&f->as, 0x1000, buf, 0x2000), ==, MEMTX_OK);
    g_assert_cmpint(address_space_read(&f->as, 0x1ff0, back, 0x20), ==, MEMTX_OK);
    g_assert_cmpmem(back, 0x20, buf + 0xff0, 0x20);
    g_assert_cmpint(address_space_read(&f->as, 0x1000, back, 0), ==, MEMTX_OK);
    /* Up to the first byte that is no RAM, which a device is not. */
    g_assert_cmpint(address_space_write(&f->as, 0x2ff8, buf, 16), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpint(address_space_read(&f->as, 0x2ff8, back, 8), ==, MEMTX_OK);
    g_assert_cmpmem(back, 8, buf, 8);
    g_assert_cmpint(address_space_read(&f->as, 0xff8, back, 16), ==, MEMTX_DECODE_ERROR);
    object_unref(&a);
    object_unref(&b);
    object_unref(&io);
}

static void count_store(void *opaque, uint64_t offset, uint64_t size)
{
    uint64_t *seen = opaque;

    seen[0]++;
    seen[1] = offset;
    seen[2] = size;
}

/* Stores by whatever way are noted. */
static void test_note_store(Fixture *f, gconstpointer data)
{
    MemoryRegion ram, alias;
    uint64_t seen[3] = { 0 };
    uint8_t byte = 1;

    (void)data;
    init_ram(&ram, "ram", 0x3000);
    memory_region_init_alias(&alias, NULL, "alias", &ram, 0x1000, 0x1000);
    memory_region_add_subregion(&f->root, 0x10000, &ram);
    memory_region_add_subregion(&f->root, 0, &alias);
    ram_watch_add(ram.ram, 0x1008, 8, count_store, seen);
    address_space_store(&f->as, 0x8, 8, 1);
    g_assert_cmpuint(seen[0], ==, 1);
    g_assert_cmphex(seen[1], ==, 0x1008);
    g_assert_cmpuint(seen[2], ==, 8);
    address_space_store(&f->as, 0x10, 8, 1);
    g_assert_cmpuint(seen[0], ==, 1);
    address_space_write(&f->as, 0x1100f, &byte, 1);
    g_assert_cmpuint(seen[0], ==, 2);
    address_space_note_store(&f->as, 0x10000, 0x3000);
    g_assert_cmpuint(seen[0], ==, 3);
    ram_watch_remove(ram.ram, count_store, seen);
    object_unref(&alias);
    object_unref(&ram);
}

static uint64_t resident_bytes(void)
{
    g_autofree char *statm = NULL;
    unsigned long long total, resident;

    g_assert_true(g_file_get_contents("/proc/self/statm", &statm, NULL, NULL));
    g_assert_cmpint(sscanf(statm, "%llu %llu", &total, &resident), ==, 2);
    return resident * 4096;
}

static void test_huge(Fixture *f, gconstpointer data)
{
    MemoryRegion ram;
    Error *err = NULL;
    uint64_t before = resident_bytes();

    (void)data;
    init_ram(&ram, "ram", 64 * GiB);
    memory_region_add_subregion(&f->root, 0, &ram);
    g_assert_cmpint(address_space_store(&f->as, 64 * GiB - 8, 8, 1), ==, MEMTX_OK);
    g_assert_cmpuint(resident_bytes() - before, <, MiB); /* nobody touched the rest */
    object_unref(&ram);

    g_assert_false(memory_region_init_ram(&ram, NULL, "ram", BIT_ULL(62), &err));
    g_assert_nonnull(err);
    g_clear_pointer(&err, error_free);
    g_assert_false(memory_region_init_ram(&ram, NULL, "ram", UINT64_MAX, &err));
    g_assert_nonnull(err);
    error_free(err);
}

/* ---- MMIO ---- */

/* Sixteen bytes that remember how they were accessed. */
typedef struct Device {
    MemoryRegionOps ops;
    MemoryRegion mr;
    uint8_t bytes[16];
    hwaddr fails_at; /* accesses that touch it end with MEMTX_ERROR */
    GString *log;
} Device;

static bool device_fails(const Device *dev, hwaddr offset, unsigned size)
{
    return dev->fails_at >= offset && dev->fails_at < offset + size;
}

static MemTxResult device_read(void *opaque, hwaddr offset, unsigned size, uint64_t *value)
{
    Device *dev = opaque;

    g_assert_true(bql_locked());
    g_string_append_printf(dev->log, "r%u@%" PRIx64 " ", size, offset);
    g_assert_cmpuint(offset + size, <=, sizeof(dev->bytes));
    *value = 0;
    memcpy(value, dev->bytes + offset, size);
    *value = GUINT64_FROM_LE(*value);
    return device_fails(dev, offset, size) ? MEMTX_ERROR : MEMTX_OK;
}

static MemTxResult device_write(void *opaque, hwaddr offset, unsigned size, uint64_t value)
{
    Device *dev = opaque;

    g_assert_true(bql_locked());
    g_string_append_printf(dev->log, "w%u@%" PRIx64 "=%" PRIx64 " ", size, offset, value);
    g_assert_cmpuint(offset + size, <=, sizeof(dev->bytes));
    if (device_fails(dev, offset, size)) {
        return MEMTX_ERROR;
    }
    value = GUINT64_TO_LE(value);
    memcpy(dev->bytes + offset, &value, size);
    return MEMTX_OK;
}

/* Minimum and maximum of valid and impl, and unaligned of both. */
static Device *device_new(Fixture *f, const unsigned sizes[4], bool valid_unaligned,
                          bool impl_unaligned)
{
    Device *dev = g_new0(Device, 1);

    dev->ops = (MemoryRegionOps) {
        .read = device_read,
        .write = device_write,
        .valid = { sizes[0], sizes[1], valid_unaligned },
        .impl = { sizes[2], sizes[3], impl_unaligned },
    };
    dev->fails_at = 100;
    dev->log = g_string_new(NULL);
    for (unsigned i = 0; i < sizeof(dev->bytes); i++) {
        dev->bytes[i] = i * 0x11;
    }
    memory_region_init_io(&dev->mr, NULL, &dev->ops, dev, "device", sizeof(dev->bytes));
    memory_region_add_subregion(&f->root, 0x1000, &dev->mr);
    return dev;
}

static void device_free(Device *dev)
{
    object_unref(&dev->mr);
    g_string_free(dev->log, TRUE);
    g_free(dev);
}

static void assert_log(Device *dev, const char *expected)
{
    g_assert_cmpstr(dev->log->str, ==, expected);
    g_string_truncate(dev->log, 0);
}

static void assert_load(Fixture *f, hwaddr offset, unsigned size, uint64_t expected)
{
    uint64_t value = 0;

    g_assert_false(bql_locked());
    g_assert_cmpint(address_space_load(&f->as, 0x1000 + offset, size, &value), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, expected);
    g_assert_false(bql_locked());
}

static void assert_refused(Fixture *f, hwaddr offset, unsigned size)
{
    uint64_t value = 99;

    g_assert_cmpint(address_space_load(&f->as, 0x1000 + offset, size, &value), ==,
                    MEMTX_DECODE_ERROR);
    g_assert_cmpuint(value, ==, 99);
    g_assert_cmpint(address_space_store(&f->as, 0x1000 + offset, size, 0), ==, MEMTX_DECODE_ERROR);
}

static void test_mmio_valid(Fixture *f, gconstpointer data)
{
    Device *dev = device_new(f, (unsigned[]) { 2, 4, 0, 0 }, false, false);

    (void)data;
    assert_refused(f, 0, 1);
    assert_refused(f, 0, 8);
    assert_refused(f, 1, 2);
    assert_refused(f, 2, 4);
    assert_refused(f, 15, 2); /* crosses the end */
    assert_refused(f, 16, 2);
    assert_log(dev, "");
    assert_load(f, 2, 2, 0x3322);
    assert_load(f, 12, 4, 0xffeeddcc);
    assert_log(dev, "r2@2 r4@c ");
    g_assert_cmpint(address_space_store(&f->as, 0x1004, 4, 0xffffffff12345678), ==, MEMTX_OK);
    assert_log(dev, "w4@4=12345678 ");
    device_free(dev);
}

static void test_mmio_split(Fixture *f, gconstpointer data)
{
    Device *dev = device_new(f, (unsigned[]) { 1, 8, 1, 2 }, true, false);

    (void)data;
    assert_load(f, 0, 8, 0x7766554433221100);
    assert_log(dev, "r2@0 r2@2 r2@4 r2@6 ");
    assert_load(f, 1, 4, 0x44332211);
    assert_log(dev, "r1@1 r2@2 r1@4 ");
    g_assert_cmpint(address_space_store(&f->as, 0x1003, 4, 0xa1b2c3d4), ==, MEMTX_OK);
    assert_log(dev, "w1@3=d4 w2@4=b2c3 w1@6=a1 ");

    /* A piece that fails ends the access. */
    dev->fails_at = 5;
    g_assert_cmpint(address_space_store(&f->as, 0x1000, 8, 0), ==, MEMTX_ERROR);
    assert_log(dev, "w2@0=0 w2@2=0 w2@4=0 ");
    uint64_t value = 5;
    g_assert_cmpint(address_space_load(&f->as, 0x1004, 4, &value), ==, MEMTX_ERROR);
    g_assert_cmpuint(value, ==, 5);
    device_free(dev);
}

static void test_mmio_widen(Fixture *f, gconstpointer data)
{
    Device *dev = device_new(f, (unsigned[]) { 1, 8, 4, 4 }, true, false);

    (void)data;
    assert_load(f, 5, 1, 0x55);
    assert_log(dev, "r4@4 ");
    assert_load(f, 6, 4, 0x99887766);
    assert_log(dev, "r4@4 r4@8 ");
    g_assert_cmpint(address_space_store(&f->as, 0x1005, 2, 0xabcd), ==, MEMTX_OK);
    assert_log(dev, "r4@4 w4@4=77abcd44 ");
    g_assert_cmpint(address_space_store(&f->as, 0x1002, 8, 0x0102030405060708), ==, MEMTX_OK);
    assert_log(dev, "r4@0 w4@0=7081100 w4@4=3040506 r4@8 w4@8=bbaa0102 ");
    dev->fails_at = 4;
    g_assert_cmpint(address_space_store(&f->as, 0x1005, 1, 0), ==, MEMTX_ERROR);
    assert_log(dev, "r4@4 ");
    device_free(dev);
}

static void test_mmio_unaligned(Fixture *f, gconstpointer data)
{
    Device *dev = device_new(f, (unsigned[]) { 1, 8, 1, 8 }, true, true);

    (void)data;
    assert_load(f, 3, 8, 0xaa99887766554433);
    assert_log(dev, "r8@3 ");
    assert_refused(f, 9, 8);
    device_free(dev);
}

/* Every size and offset against the bytes, whatever the device can do. */
static void test_mmio_all(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < 4 * 4 * 2; i++) {
        unsigned min = 1u << (i & 3), max = 1u << (i >> 2 & 3);
        Device *dev;

        if (min > max) {
            continue;
        }
        dev = device_new(f, (unsigned[]) { 1, 8, min, max }, true, i & 16);
        for (unsigned size = 1; size <= 8; size *= 2) {
            for (unsigned offset = 0; offset + size <= 16; offset++) {
                uint64_t expected = 0, sent = 0xf1e2d3c4b5a69788 >> offset;
                uint8_t bytes[16];

                memcpy(&expected, dev->bytes + offset, size);
                assert_load(f, offset, size, GUINT64_FROM_LE(expected));
                memcpy(bytes, dev->bytes, sizeof(bytes));
                g_assert_cmpint(address_space_store(&f->as, 0x1000 + offset, size, sent), ==,
                                MEMTX_OK);
                sent = GUINT64_TO_LE(sent);
                memcpy(bytes + offset, &sent, size);
                g_assert_cmpmem(dev->bytes, 16, bytes, 16);
            }
        }
        device_free(dev);
    }
}

static void test_mmio_one_way(Fixture *f, gconstpointer data)
{
    MemoryRegion mr;
    uint64_t value;

    (void)data;
    memory_region_init_io(&mr, NULL, &no_ops, NULL, "io", 8);
    memory_region_add_subregion(&f->root, 0x1000, &mr);
    g_assert_cmpint(address_space_load(&f->as, 0x1000, 4, &value), ==, MEMTX_ERROR);
    g_assert_cmpint(address_space_store(&f->as, 0x1000, 4, 0), ==, MEMTX_ERROR);
    object_unref(&mr);
}

/* Who holds the big lock keeps it. */
static void test_mmio_locked(Fixture *f, gconstpointer data)
{
    Device *dev = device_new(f, (unsigned[]) { 0, 0, 0, 0 }, false, false);
    uint64_t value;

    (void)data;
    bql_lock();
    g_assert_cmpint(address_space_load(&f->as, 0x1000, 8, &value), ==, MEMTX_OK);
    g_assert_true(bql_locked());
    bql_unlock();
    device_free(dev);
}

/* ---- Owners ---- */

#define TYPE_OWNER "test-owner"
typedef struct Owner {
    Object parent_obj;
    MemoryRegion a, b;
} Owner;

static void test_owner(Fixture *f, gconstpointer data)
{
    static const TypeInfo info = {
        .name = TYPE_OWNER, .parent = TYPE_OBJECT, .instance_size = sizeof(Owner),
    };
    Owner *owner;

    (void)data;
    type_register_static(&info);
    owner = (Owner *)object_new(TYPE_OWNER);
    memory_region_init(&owner->a, OBJECT(owner), "bar", 16);
    g_assert_true(memory_region_init_ram(&owner->b, OBJECT(owner), "bar", 16, &error_abort));
    g_assert_true(object_resolve_path_component(OBJECT(owner), "bar") == OBJECT(&owner->a));
    g_assert_true(object_resolve_path_component(OBJECT(owner), "bar[0]") == OBJECT(&owner->b));
    memory_region_add_subregion(&owner->a, 0, &owner->b);
    memory_region_add_subregion(&f->root, 0x1000, &owner->a);
    assert_view(f, "1000-100f bar+0\n");
    object_unref(owner);
    assert_view(f, "");
}

#define ADD(name, fn) g_test_add("/memory/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("lookup", test_lookup);
    ADD("priority", test_priority);
    ADD("containers", test_containers);
    ADD("aliases", test_aliases);
    ADD("alias-of-container", test_alias_of_container);
    ADD("merge", test_merge);
    ADD("wrap", test_wrap);
    g_test_add_func("/memory/random", test_random);
    ADD("ram-access", test_ram_access);
    ADD("rom", test_rom);
    ADD("bulk", test_bulk);
    ADD("note-store", test_note_store);
    ADD("huge", test_huge);
    ADD("mmio-valid", test_mmio_valid);
    ADD("mmio-split", test_mmio_split);
    ADD("mmio-widen", test_mmio_widen);
    ADD("mmio-unaligned", test_mmio_unaligned);
    ADD("mmio-all", test_mmio_all);
    ADD("mmio-one-way", test_mmio_one_way);
    ADD("mmio-locked", test_mmio_locked);
    ADD("owner", test_owner);
    return g_test_run();
}
