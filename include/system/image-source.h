/*
 * Where the bytes of an image come from, as often as they are needed: a file, which stays open, or
 * memory.
 *
 * An image is put into guest memory at each reset. A copy for that would cost as much memory as a
 * kernel is long, so that files are read again. One that is removed or replaced meanwhile is still
 * there; one that is cut shorter is an error. What does not belong here: what the bytes mean.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_IMAGE_SOURCE_H
#define SYSTEM_IMAGE_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

typedef struct ImageSource ImageSource; /* counts its references; for the main thread */

/* A regular file, not empty. */
ImageSource *image_source_open(const char *filename, Error **errp);
/* The bytes themselves, not a copy of them; `name` is for errors. */
ImageSource *image_source_new(const char *name, GBytes *bytes);
ImageSource *image_source_ref(ImageSource *source);
void image_source_unref(ImageSource *source); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageSource, image_source_unref)

const char *image_source_name(const ImageSource *source);
uint64_t image_source_size(const ImageSource *source);

/* All of it, for looking at now and not for keeping: a file may change or become shorter. */
GBytes *image_source_map(const ImageSource *source, Error **errp);

/* `size` bytes from `offset` on; an error unless they are all there. */
bool image_source_read(const ImageSource *source, uint64_t offset, void *to, uint64_t size,
                       Error **errp);

/*
 * What the gzip file in [offset, offset + length) unpacks to, as far as it fits into `size` bytes.
 * *filled is how many bytes there are, or size + 1 if there are more than that; of these, nothing
 * is unpacked.
 */
bool image_source_gunzip(const ImageSource *source, uint64_t offset, uint64_t length, void *to,
                         uint64_t size, uint64_t *filled, Error **errp);

#endif
