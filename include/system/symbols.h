/*
 * The symbols of the programs in memory: names for addresses, addresses for names.
 *
 * What does not belong here: reading them from a file (system/loader.h, elf_image_parse()).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_SYMBOLS_H
#define SYSTEM_SYMBOLS_H

#include "system/loader.h"

typedef struct Symbols Symbols;

Symbols *symbols_new(void);
void symbols_free(Symbols *symbols);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Symbols, symbols_free)
/* Those of `image`, which belongs to `symbols` from now on. */
void symbols_add(Symbols *symbols, ElfImage *image);

/*
 * All of these look in the order in which images were added, take NULL for no symbols at all, and
 * may be called by any thread once the last image has been added.
 */

/* As elf_image_symbol_at(). */
const ElfSymbol *symbols_at(const Symbols *symbols, uint64_t addr);
/* "name", or "name+0x10" within it; the caller frees. NULL where no symbol covers the address. */
char *symbols_describe(const Symbols *symbols, uint64_t addr);
/* Where the symbol is, a virtual address, and its bytes: 0 where that is not known. */
bool symbols_find(const Symbols *symbols, const char *name, uint64_t *addr, uint64_t *size);
/*
 * The addresses from the symbol's first to its last: to the one before the next symbol where its
 * size is not known.
 */
bool symbols_range(const Symbols *symbols, const char *name, uint64_t *first, uint64_t *last);
/* Calls fn with each symbol, in the order of the files. */
void symbols_foreach(const Symbols *symbols, void (*fn)(const ElfSymbol *symbol, void *opaque),
                     void *opaque);
/* The same, and behind them what tools put into the tables for themselves: "$x", sections, files. */
void symbols_foreach_entry(const Symbols *symbols, void (*fn)(const ElfSymbol *symbol, void *opaque),
                           void *opaque);
/* Those of current_machine; NULL while there are none. */
const Symbols *current_symbols(void);
/* The same as a physical address: where the symbol was loaded to. */
bool symbols_find_phys(const Symbols *symbols, const char *name, hwaddr *addr);

#endif
