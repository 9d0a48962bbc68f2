/*
 * What loader.c asks of elf-image.c beyond include/system/loader.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef ELF_IMAGE_H
#define ELF_IMAGE_H

#include "system/loader.h"

/* [paddr, paddr + memsz): the source's bytes [offset, offset + filesz), then zeroes. */
typedef struct ElfSegment {
    uint64_t paddr;
    uint64_t vaddr;
    uint64_t memsz; /* not 0 */
    uint64_t spare; /* leading bytes that need not be loaded: the file's headers, and padding */
    uint64_t offset;
    uint64_t filesz;
    bool executable;
} ElfSegment;

ImageSource *elf_image_source(const ElfImage *image);
/* Of ElfSegment, ascending by paddr, not overlapping, at least one. */
const GArray *elf_image_segments(const ElfImage *image);
/* Of ElfSymbol, in the file's order. */
const GArray *elf_image_symbols(const ElfImage *image);
/* The same of symbols that tools made for themselves, such as $x, or a section's without a name. */
const GArray *elf_image_marks(const ElfImage *image);
/* Move a position-independent image, linked at 0, to `addr`; any other stays where it is. Once. */
void elf_image_place(ElfImage *image, hwaddr addr);
/*
 * Move where the image is loaded to, but not what it was linked for: its lowest byte goes to
 * `addr`. Once.
 */
void elf_image_load_at(ElfImage *image, hwaddr addr);

#endif
