/*
 * Attributes of ELF files: see elf-attributes.h.
 *
 * The section is 'A', then a subsection for each vendor: length, name, and parts of which each has
 * a tag, a length, and pairs of tag and value (RISC-V ELF psABI, "Attributes"; the format is that
 * of the ARM EABI). What does not belong here: what the values mean.
 *
 * SPDX-License-Identifier: MIT
 */
#include "elf-attributes.h"

#include <glib.h>
#include <string.h>

enum { TAG_FILE = 1, TAG_ARCH = 5 };

/* What is left to read. */
typedef struct Reader {
    const uint8_t *at;
    size_t left;
} Reader;

static gboolean take(Reader *r, void *out, size_t size)
{
    if (r->left < size) {
        return FALSE;
    }
    memcpy(out, r->at, size);
    r->at += size;
    r->left -= size;
    return TRUE;
}

static gboolean take_u32(Reader *r, uint32_t *out)
{
    gboolean ok = take(r, out, sizeof(*out));

    *out = ok ? GUINT32_FROM_LE(*out) : 0;
    return ok;
}

static gboolean take_uleb(Reader *r, uint64_t *out)
{
    uint8_t byte = 0x80;

    *out = 0;
    for (unsigned shift = 0; byte & 0x80; shift += 7) {
        if (shift > 56 || !take(r, &byte, 1)) {
            return FALSE;
        }
        *out |= (uint64_t)(byte & 0x7f) << shift;
    }
    return TRUE;
}

/* NULL: it does not end. */
static const char *take_string(Reader *r)
{
    const uint8_t *end = memchr(r->at, '\0', r->left);
    const char *text = (const char *)r->at;

    if (!end) {
        return NULL;
    }
    r->left -= end + 1 - r->at;
    r->at = end + 1;
    return text;
}

/* The next `length` bytes, of which `taken` were read already, as a reader of their own. */
static gboolean take_part(Reader *r, uint64_t length, size_t taken, Reader *part)
{
    if (length < taken || length - taken > r->left) {
        return FALSE;
    }
    *part = (Reader){ r->at, length - taken };
    r->at += part->left;
    r->left -= part->left;
    return TRUE;
}

/* An odd tag has a string, an even one a number. */
static char *find_arch(Reader r)
{
    uint64_t tag, number;

    while (take_uleb(&r, &tag)) {
        const char *text = tag & 1 ? take_string(&r) : NULL;

        if (tag == TAG_ARCH && text) {
            return g_strdup(text);
        }
        if (tag & 1 ? !text : !take_uleb(&r, &number)) {
            break;
        }
    }
    return NULL;
}

static char *read_vendor(Reader r)
{
    const char *name = take_string(&r);

    while (name && strcmp(name, "riscv") == 0 && r.left) {
        const uint8_t *begin = r.at;
        uint64_t tag;
        uint32_t length;
        Reader part;

        if (!take_uleb(&r, &tag) || !take_u32(&r, &length) ||
            !take_part(&r, length, r.at - begin, &part)) {
            break;
        }
        if (tag == TAG_FILE) {
            return find_arch(part);
        }
    }
    return NULL;
}

char *elf_attributes_arch(const uint8_t *data, size_t size)
{
    Reader r = { data, size }, vendor;
    uint8_t version;
    uint32_t length;

    if (!take(&r, &version, 1) || version != 'A') {
        return NULL;
    }
    while (take_u32(&r, &length) && take_part(&r, length, sizeof(length), &vendor)) {
        char *arch = read_vendor(vendor);

        if (arch) {
            return arch;
        }
    }
    return NULL;
}
