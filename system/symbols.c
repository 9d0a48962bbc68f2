/*
 * Symbols of several ELF files together: see include/system/symbols.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/symbols.h"

#include "elf-image.h"
#include "system/machine.h"

struct Symbols {
    GPtrArray *images; /* of ElfImage *, owned */
};

Symbols *symbols_new(void)
{
    Symbols *symbols = g_new(Symbols, 1);

    symbols->images = g_ptr_array_new_with_free_func((GDestroyNotify)elf_image_free);
    return symbols;
}

void symbols_free(Symbols *symbols)
{
    if (symbols) {
        g_ptr_array_unref(symbols->images);
        g_free(symbols);
    }
}

void symbols_add(Symbols *symbols, ElfImage *image)
{
    g_ptr_array_add(symbols->images, image);
}

const ElfSymbol *symbols_at(const Symbols *symbols, uint64_t addr)
{
    for (guint i = 0; symbols && i < symbols->images->len; i++) {
        const ElfSymbol *symbol = elf_image_symbol_at(g_ptr_array_index(symbols->images, i), addr);

        if (symbol) {
            return symbol;
        }
    }
    return NULL;
}

char *symbols_describe(const Symbols *symbols, uint64_t addr)
{
    const ElfSymbol *symbol = symbols_at(symbols, addr);

    if (!symbol) {
        return NULL;
    }
    return addr == symbol->value
               ? g_strdup(symbol->name)
               : g_strdup_printf("%s+0x%" PRIx64, symbol->name, addr - symbol->value);
}

/* The symbol of that name and the image that has it. */
static const ElfSymbol *find(const Symbols *symbols, const char *name, const ElfImage **image)
{
    for (guint i = 0; symbols && i < symbols->images->len; i++) {
        const ElfSymbol *symbol;

        *image = g_ptr_array_index(symbols->images, i);
        symbol = elf_image_symbol(*image, name);
        if (symbol) {
            return symbol;
        }
    }
    return NULL;
}

bool symbols_find(const Symbols *symbols, const char *name, uint64_t *addr, uint64_t *size)
{
    const ElfImage *image;
    const ElfSymbol *symbol = find(symbols, name, &image);

    if (symbol) {
        *addr = symbol->value;
        *size = symbol->size;
    }
    return symbol;
}

bool symbols_find_phys(const Symbols *symbols, const char *name, hwaddr *addr)
{
    const ElfImage *image;
    const ElfSymbol *symbol = find(symbols, name, &image);

    if (symbol) {
        *addr = elf_image_phys(image, symbol->value);
    }
    return symbol;
}

void symbols_foreach(const Symbols *symbols, void (*fn)(const ElfSymbol *symbol, void *opaque),
                     void *opaque)
{
    for (guint i = 0; symbols && i < symbols->images->len; i++) {
        const GArray *all = elf_image_symbols(g_ptr_array_index(symbols->images, i));

        for (guint j = 0; j < all->len; j++) {
            fn(&g_array_index(all, ElfSymbol, j), opaque);
        }
    }
}

void symbols_foreach_entry(const Symbols *symbols, void (*fn)(const ElfSymbol *symbol, void *opaque),
                           void *opaque)
{
    symbols_foreach(symbols, fn, opaque);
    for (guint i = 0; symbols && i < symbols->images->len; i++) {
        const GArray *marks = elf_image_marks(g_ptr_array_index(symbols->images, i));

        for (guint j = 0; j < marks->len; j++) {
            fn(&g_array_index(marks, ElfSymbol, j), opaque);
        }
    }
}

typedef struct Range {
    uint64_t first, last;
} Range;

static void end_before(const ElfSymbol *symbol, void *opaque)
{
    Range *range = opaque;

    if (symbol->value > range->first && symbol->value <= range->last) {
        range->last = symbol->value - 1;
    }
}

bool symbols_range(const Symbols *symbols, const char *name, uint64_t *first, uint64_t *last)
{
    Range range = { .last = UINT64_MAX };
    uint64_t size;

    if (!symbols_find(symbols, name, &range.first, &size)) {
        return false;
    }
    if (size) {
        range.last = range.first + size - 1;
    } else {
        symbols_foreach(symbols, end_before, &range);
    }
    *first = range.first;
    *last = range.last;
    return true;
}

const Symbols *current_symbols(void)
{
    return current_machine ? current_machine->symbols : NULL;
}
