/*
 * Linux kernels in their own format, "Image": what is one, and what its header says.
 *
 * An Image may be plain, have an EFI stub (it is a PE file then, with the same header), or be
 * packed with gzip, also by itself (EFI zboot). What does not belong here: where it goes (boot.h),
 * and kernels that are ELF files, which are placed as any other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_LINUX_IMAGE_H
#define HW_LINUX_IMAGE_H

#include "system/loader.h"

typedef struct LinuxImage {
    ImagePart part;       /* its bytes, and the memory that it takes, with its bss; no reference */
    uint64_t text_offset; /* where it goes, counted from the start of RAM */
} LinuxImage;

/*
 * Look at a file. *found says whether it is a kernel for RISC-V, which `image` then describes. What
 * is neither that nor plainly for another architecture, or of another kind, is left to the caller:
 * true, and *found is false.
 */
bool linux_image_probe(ImageSource *source, LinuxImage *image, bool *found, Error **errp);

#endif
