/*
 * Memory regions: their kinds, and how they are placed in one another.
 *
 * What does not belong here: what an address space makes of the tree (flatview.c) and what an
 * access does (memory-access.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/memory.h"

#include "flatview.h"
#include "util/module.h"

/*
 * `mr` or something below it looks different now: flatten the address spaces in which it can be
 * seen.
 */
static void topology_changed(MemoryRegion *mr)
{
    if (mr->as) {
        address_space_flatten(mr->as);
    }
    if (mr->container) {
        topology_changed(mr->container);
    }
    for (GList *l = mr->aliases; l; l = l->next) {
        topology_changed(l->data);
    }
}

/* The child name for `name` that `owner` still has free; the caller frees it. */
static char *free_child_name(Object *owner, const char *name)
{
    char *free_name = g_strdup(name);

    for (unsigned n = 0; object_property_find(owner, free_name); n++) {
        g_free(free_name);
        free_name = g_strdup_printf("%s[%u]", name, n);
    }
    return free_name;
}

void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size)
{
    if (owner) {
        g_autofree char *child_name = free_child_name(owner, name);

        object_initialize_child(owner, child_name, mr, TYPE_MEMORY_REGION);
    } else {
        object_initialize(mr, sizeof(*mr), TYPE_MEMORY_REGION);
    }
    mr->name = g_strdup(name);
    mr->size = size;
    mr->enabled = true;
}

void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->ops = ops;
    mr->opaque = opaque;
}

void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name, MemoryRegion *orig,
                              hwaddr offset, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->alias = orig;
    mr->alias_offset = offset;
    orig->aliases = g_list_prepend(orig->aliases, mr);
}

bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    RAMBlock *block = ram_block_new(size, errp);

    if (!block) {
        return false;
    }
    memory_region_init(mr, owner, name, size);
    mr->ram = block;
    return true;
}

bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    if (!memory_region_init_ram(mr, owner, name, size, errp)) {
        return false;
    }
    mr->read_only = true;
    return true;
}

void memory_region_add_subregion_overlap(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion,
                                         int priority)
{
    GList *place = mr->subregions;

    g_assert(!subregion->container && subregion != mr);
    while (place && ((MemoryRegion *)place->data)->priority > priority) {
        place = place->next;
    }
    mr->subregions = g_list_insert_before(mr->subregions, place, subregion);
    subregion->container = mr;
    subregion->addr = offset;
    subregion->priority = priority;
    topology_changed(mr);
}

void memory_region_add_subregion(MemoryRegion *mr, hwaddr offset, MemoryRegion *subregion)
{
    memory_region_add_subregion_overlap(mr, offset, subregion, 0);
}

void memory_region_del_subregion(MemoryRegion *mr, MemoryRegion *subregion)
{
    g_assert(subregion->container == mr);
    mr->subregions = g_list_remove(mr->subregions, subregion);
    subregion->container = NULL;
    topology_changed(mr);
}

void memory_region_set_enabled(MemoryRegion *mr, bool enabled)
{
    if (mr->enabled != enabled) {
        mr->enabled = enabled;
        topology_changed(mr);
    }
}

/*
 * Regions of one machine go in any order: leave no pointer to this one, and no range that shows it.
 */
static void memory_region_finalize(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    memory_region_set_enabled(mr, false);
    if (mr->container) {
        memory_region_del_subregion(mr->container, mr);
    }
    for (GList *l = mr->subregions; l; l = l->next) {
        ((MemoryRegion *)l->data)->container = NULL;
    }
    g_list_free(mr->subregions);
    if (mr->alias) {
        mr->alias->aliases = g_list_remove(mr->alias->aliases, mr);
    }
    for (GList *l = mr->aliases; l; l = l->next) {
        ((MemoryRegion *)l->data)->alias = NULL;
    }
    g_list_free(mr->aliases);
    if (mr->as) {
        mr->as->root = NULL;
    }
    ram_block_free(mr->ram);
    g_free(mr->name);
}

static const TypeInfo memory_region_info = {
    .name = TYPE_MEMORY_REGION,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(MemoryRegion),
    .instance_finalize = memory_region_finalize,
};

static void memory_register_types(void)
{
    type_register_static(&memory_region_info);
}

type_init(memory_register_types)
