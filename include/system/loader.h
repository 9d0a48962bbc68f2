/*
 * Images: ELF files and raw binaries, checked, placed in guest memory, and put there at each reset.
 *
 * Every error is one line that names the file and says what is wrong with it; the hint says what to
 * do. What does not belong here: which image goes where on a board (hw-riscv/), and what a symbol
 * means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_LOADER_H
#define SYSTEM_LOADER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "system/image-source.h"
#include "system/memory.h"
#include "util/error.h"

/*
 * The contents of a regular file, not empty. The file may change or go afterwards without harm.
 */
GBytes *image_file_read(const char *filename, Error **errp);

/* ---- ELF ---- */

/* A 64-bit little-endian RISC-V executable: its segments and symbols. */
typedef struct ElfImage ElfImage;

typedef struct ElfSymbol {
    const char *name; /* belongs to the image */
    uint64_t value;   /* as linked: a virtual address */
    uint64_t size;    /* bytes; 0: not known */
    bool global;
} ElfSymbol;

/* Does the file begin as ELF files do? */
bool image_is_elf(const ImageSource *source);

/*
 * Check the ELF file `source`, which may be anything, and take from it what is needed.
 * elf_image_free(NULL) is fine.
 */
ElfImage *elf_image_parse(ImageSource *source, Error **errp);
void elf_image_free(ElfImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ElfImage, elf_image_free)

/* An image that is nothing but symbols (of ElfSymbol), with names in `strings`, which it takes. */
ElfImage *elf_image_of_symbols(const GArray *symbols, char *strings);

/* Where execution begins, and the lowest address loaded: physical addresses. */
hwaddr elf_image_entry(const ElfImage *image);
hwaddr elf_image_start(const ElfImage *image);
/*
 * Does execution begin in the upper half of the virtual addresses? There only the kernel of an
 * operating system is linked to, and where it is loaded to need not be meant.
 */
bool elf_image_is_high(const ElfImage *image);
/* Is the entry point in a segment that may be executed? */
bool elf_image_entry_is_code(const ElfImage *image);
/* The extensions it was compiled for, "rv64i2p1_m2p0"; NULL: it does not say. The image's. */
const char *elf_image_arch(const ElfImage *image);

/* The symbol of that name (a global one before local ones), or NULL. */
const ElfSymbol *elf_image_symbol(const ElfImage *image, const char *name);
/*
 * The symbol that covers the virtual address: the nearest one at or below it, unless its size says
 * that it ends before, or it has none and no segment holds the address. NULL if none. Any thread.
 */
const ElfSymbol *elf_image_symbol_at(ElfImage *image, uint64_t addr);

/* The physical address of what was linked at `addr`; `addr` itself where no segment holds it. */
hwaddr elf_image_phys(const ElfImage *image, uint64_t addr);

/* ---- What is in memory at reset ---- */

typedef struct Loader Loader;
typedef struct Symbols Symbols;

/* Bytes of a source, and the memory that they go to: the rest of it is zero. */
typedef struct ImagePart {
    ImageSource *source;
    uint64_t offset; /* where they are, packed or not */
    uint64_t size;
    bool gzip;       /* they unpack to at most `memsize` bytes */
    uint64_t memsize; /* not 0 */
} ImagePart;

/* What became of a file. */
typedef struct LoadedFile {
    const ElfImage *elf; /* NULL: a raw image; belongs to the loader */
    hwaddr entry;
    hwaddr start;        /* lowest and highest address, the latter exclusive */
    hwaddr end;
} LoadedFile;

/* The memory of `as` must be zero when loader_write() is first called. */
Loader *loader_new(const AddressSpace *as);
void loader_free(Loader *loader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Loader, loader_free)

/*
 * Place something in memory; it is not written before loader_write(), and its source is read then,
 * each time. What lies outside RAM, or on top of what was placed before, is an error. `out` may be
 * NULL.
 *
 * loader_add_file() takes an ELF file, see loader_add_elf(), or a raw image, which goes to `addr`;
 * files that are obviously neither are refused. loader_add_raw() takes any file, to `addr`, and
 * loader_add_part() part of one. loader_add_blob() takes bytes, to RAM or ROM; `name` is for
 * errors.
 *
 * loader_add_elf() takes an image already parsed and keeps it, also when it fails. Its segments go
 * to their physical addresses; but those of a position-independent one, linked at 0, go to `addr`
 * and up, and so do those of a high one (see elf_image_is_high()) that begins outside RAM.
 */
bool loader_add_file(Loader *loader, ImageSource *source, hwaddr addr, LoadedFile *out,
                     Error **errp);
bool loader_add_raw(Loader *loader, ImageSource *source, hwaddr addr, LoadedFile *out,
                    Error **errp);
bool loader_add_part(Loader *loader, const ImagePart *part, hwaddr addr, LoadedFile *out,
                     Error **errp);
bool loader_add_elf(Loader *loader, ElfImage *image, hwaddr addr, LoadedFile *out, Error **errp);
bool loader_add_blob(Loader *loader, const char *name, GBytes *data, hwaddr addr, Error **errp);

/*
 * The highest multiple of `align` from `start` on at which `size` bytes below `end` are free of
 * what was placed so far; false if there is none. Whether it is RAM is not looked at.
 */
bool loader_find_room(const Loader *loader, hwaddr start, hwaddr end, uint64_t size, uint64_t align,
                      hwaddr *addr);

/*
 * Write everything to memory, zeroes included: at start and at each reset. Fails where a file
 * became shorter, cannot be read or, packed, is not what it seemed.
 */
bool loader_write(Loader *loader, Error **errp);

/* Those of all ELF files placed so far; they belong to the loader: system/symbols.h. */
Symbols *loader_symbols(const Loader *loader);

#endif
