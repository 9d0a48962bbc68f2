/*
 * Files and bytes to make images of: see include/system/image-source.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/image-source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "util/bits.h"

struct ImageSource {
    unsigned refs;
    char *name;
    uint64_t size;
    int fd;       /* -1: `bytes` has them */
    GBytes *bytes;
};

static ImageSource *new_source(const char *name, uint64_t size)
{
    ImageSource *source = g_new0(ImageSource, 1);

    source->refs = 1;
    source->name = g_strdup(name);
    source->size = size;
    source->fd = -1;
    return source;
}

ImageSource *image_source_new(const char *name, GBytes *bytes)
{
    ImageSource *source = new_source(name, g_bytes_get_size(bytes));

    source->bytes = g_bytes_ref(bytes);
    return source;
}

ImageSource *image_source_ref(ImageSource *source)
{
    source->refs++;
    return source;
}

void image_source_unref(ImageSource *source)
{
    if (!source || --source->refs > 0) {
        return;
    }
    if (source->fd >= 0) {
        close(source->fd);
    }
    g_clear_pointer(&source->bytes, g_bytes_unref);
    g_free(source->name);
    g_free(source);
}

const char *image_source_name(const ImageSource *source)
{
    return source->name;
}

uint64_t image_source_size(const ImageSource *source)
{
    return source->size;
}

/* ---- Opening ---- */

/* What an image cannot be. Directories would open, and devices and pipes have no size. */
static bool check_file(const struct stat *st, const char *filename, Error **errp)
{
    if (S_ISDIR(st->st_mode)) {
        error_setg(errp, "'%s' is a directory", filename);
        error_append_hint(errp, "name a file in it");
        return false;
    }
    if (!S_ISREG(st->st_mode)) {
        error_setg(errp, "'%s' is not a regular file", filename);
        error_append_hint(errp, "copy its contents to a file first");
        return false;
    }
    if (st->st_size == 0) {
        error_setg(errp, "'%s' is empty", filename);
        error_append_hint(errp, "copy or build it again");
        return false;
    }
    return true;
}

ImageSource *image_source_open(const char *filename, Error **errp)
{
    struct stat st;
    ImageSource *source;
    int fd = open(filename, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make us wait */

    if (fd < 0 || fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "cannot open '%s'", filename);
        error_append_hint(errp, "check its name and permissions");
    } else if (check_file(&st, filename, errp)) {
        source = new_source(filename, st.st_size);
        source->fd = fd;
        return source;
    }
    if (fd >= 0) {
        close(fd);
    }
    return NULL;
}

/* ---- Reading ---- */

GBytes *image_source_map(const ImageSource *source, Error **errp)
{
    g_autoptr(GMappedFile) mapped = NULL;
    g_autoptr(GError) gerror = NULL;

    if (source->bytes) {
        return g_bytes_ref(source->bytes);
    }
    mapped = g_mapped_file_new_from_fd(source->fd, FALSE, &gerror);
    if (!mapped) {
        error_setg(errp, "cannot read '%s': %s", source->name, gerror->message);
        error_append_hint(errp, "copy it to another file system");
        return NULL;
    }
    return g_mapped_file_get_bytes(mapped);
}

static bool read_file(const ImageSource *source, uint64_t offset, uint8_t *to, uint64_t size,
                      Error **errp)
{
    while (size > 0) {
        ssize_t n = pread(source->fd, to, MIN(size, GiB), offset);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            error_setg_errno(errp, errno, "cannot read '%s'", source->name);
            error_append_hint(errp, "copy it to another file system");
            return false;
        }
        if (n == 0) {
            error_setg(errp, "'%s' has become shorter since it was opened", source->name);
            error_append_hint(errp, "leave it alone while rvemu runs, or replace it by a new file");
            return false;
        }
        to += n;
        offset += n;
        size -= n;
    }
    return true;
}

bool image_source_read(const ImageSource *source, uint64_t offset, void *to, uint64_t size,
                       Error **errp)
{
    g_assert(offset <= source->size && size <= source->size - offset);
    if (!source->bytes) {
        return read_file(source, offset, to, size, errp);
    }
    if (size > 0) {
        memcpy(to, (const uint8_t *)g_bytes_get_data(source->bytes, NULL) + offset, size);
    }
    return true;
}

/* ---- gzip ---- */

#define CHUNK (64 * KiB)

/* The compressed bytes: those of `buffer` from `pos` on, then `left` ones of the source. */
typedef struct Packed {
    const ImageSource *source;
    uint64_t offset;
    uint64_t left;
    uint8_t *buffer;
    size_t pos, end;
} Packed;

static bool refill(Packed *in, Error **errp)
{
    if (in->pos < in->end || in->left == 0) {
        return true;
    }
    in->pos = 0;
    in->end = MIN(in->left, CHUNK);
    if (!image_source_read(in->source, in->offset, in->buffer, in->end, errp)) {
        return false;
    }
    in->offset += in->end;
    in->left -= in->end;
    return true;
}

static void error_unpacking(const Packed *in, const z_stream *gzip, int result, Error **errp)
{
    const char *name = in->source->name;

    if (result == Z_BUF_ERROR) { /* it wants more, and there is no more */
        error_setg(errp, "'%s' is truncated: it ends within the data compressed with gzip", name);
    } else {
        error_setg(errp, "'%s' is damaged: gzip cannot unpack it: %s", name,
                   gzip->msg ? gzip->msg : "it needs a dictionary");
    }
    error_append_hint(errp, "copy or build it again");
}

/* One step, to at most `size` bytes; *n of them are there then. Z_OK, Z_STREAM_END or an error. */
static int unpack(z_stream *gzip, Packed *in, uint8_t *to, uint64_t size, uint64_t *n, Error **errp)
{
    int result;

    gzip->next_in = in->buffer + in->pos;
    gzip->avail_in = in->end - in->pos;
    gzip->next_out = to;
    gzip->avail_out = MIN(size, GiB); /* zlib counts in 32 bits */
    *n = gzip->avail_out;
    result = inflate(gzip, Z_NO_FLUSH);
    in->pos = in->end - gzip->avail_in;
    *n -= gzip->avail_out;
    if (result != Z_OK && result != Z_STREAM_END) {
        error_unpacking(in, gzip, result, errp);
    }
    return result;
}

bool image_source_gunzip(const ImageSource *source, uint64_t offset, uint64_t length, void *to,
                         uint64_t size, uint64_t *filled, Error **errp)
{
    enum { GZIP_FORMAT = 16 }; /* inflateInit2()'s windowBits: "decode only the gzip format" */
    z_stream gzip = { 0 };
    g_autofree uint8_t *buffer = g_malloc(CHUNK);
    Packed in = { .source = source, .offset = offset, .left = length, .buffer = buffer };
    int result = inflateInit2(&gzip, MAX_WBITS + GZIP_FORMAT);

    g_assert(result == Z_OK); /* memory apart, of which GLib's users do not run out either */
    *filled = 0;
    while (result == Z_OK && *filled <= size) {
        bool full = *filled == size;
        uint8_t beyond; /* whether there is more */
        uint64_t n;

        if (!refill(&in, errp)) {
            result = Z_ERRNO;
            break;
        }
        result = unpack(&gzip, &in, full ? &beyond : (uint8_t *)to + *filled,
                        full ? 1 : size - *filled, &n, errp);
        *filled += n;
    }
    inflateEnd(&gzip);
    return result == Z_OK || result == Z_STREAM_END;
}
