/*
 * Placing images in guest memory: see include/system/loader.h.
 *
 * What does not belong here: the ELF format (elf-image.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/loader.h"

#include <string.h>

#include "elf-image.h"
#include "system/symbols.h"
#include "system/trace.h"
#include "util/bits.h"
#include "util/log.h"

typedef struct Piece {
    hwaddr addr;
    ImagePart part; /* with a reference of its own */
} Piece;

struct Loader {
    const AddressSpace *as;
    GPtrArray *pieces; /* of Piece *, owned */
    Symbols *symbols;  /* of all ELF files */
    bool written;      /* before that, memory that nobody wrote is zero */
};

static void piece_free(gpointer opaque)
{
    Piece *piece = opaque;

    image_source_unref(piece->part.source);
    g_free(piece);
}

Loader *loader_new(const AddressSpace *as)
{
    Loader *loader = g_new0(Loader, 1);

    loader->as = as;
    loader->pieces = g_ptr_array_new_with_free_func(piece_free);
    loader->symbols = symbols_new();
    return loader;
}

void loader_free(Loader *loader)
{
    if (loader) {
        g_ptr_array_unref(loader->pieces);
        symbols_free(loader->symbols);
        g_free(loader);
    }
}

/* ---- Files ---- */

GBytes *image_file_read(const char *filename, Error **errp)
{
    g_autoptr(ImageSource) source = image_source_open(filename, errp);
    g_autofree void *data = NULL;
    uint64_t size;

    if (!source) {
        return NULL;
    }
    size = image_source_size(source);
    data = g_malloc(size);
    return image_source_read(source, 0, data, size, errp)
               ? g_bytes_new_take(g_steal_pointer(&data), size)
               : NULL;
}

/* ---- Placing ---- */

/* The largest range of RAM, for messages; NULL if there is none. */
static const FlatRange *main_ram(const AddressSpace *as)
{
    const FlatRange *largest = NULL;

    for (guint i = 0; i < as->ranges->len; i++) {
        const FlatRange *range = &g_array_index(as->ranges, FlatRange, i);

        if (range->mr->ram && !range->read_only && (!largest || range->size > largest->size)) {
            largest = range;
        }
    }
    return largest;
}

static void error_outside_ram(const AddressSpace *as, const char *name, hwaddr addr, uint64_t size,
                              Error **errp)
{
    const FlatRange *ram = main_ram(as);

    if (!ram) {
        error_setg(errp, "'%s' needs memory at 0x%" PRIx64 " and the machine has none", name, addr);
        error_append_hint(errp, "give it some with -m");
        return;
    }
    error_setg(errp, "'%s' does not fit: 0x%" PRIx64 "-0x%" PRIx64 " lies outside RAM, which is 0x%"
               PRIx64 "-0x%" PRIx64, name, addr, addr + (size - 1), ram->addr,
               ram->addr + (ram->size - 1));
    if (addr >= ram->addr && addr - ram->addr < TiB && size < TiB) {
        error_append_hint(errp, "use -m %" PRIu64 "M or more",
                          (addr - ram->addr + size + MiB - 1) / MiB);
    } else {
        error_append_hint(
            errp,
            "-m sets how much RAM there is; link the program to addresses from 0x%" PRIx64 " on",
            ram->addr);
    }
}

/* Something placed in [addr, addr + size), or NULL. */
static const Piece *piece_in(const Loader *loader, hwaddr addr, uint64_t size)
{
    for (guint i = 0; i < loader->pieces->len; i++) {
        const Piece *piece = g_ptr_array_index(loader->pieces, i);

        if (addr < piece->addr + piece->part.memsize && piece->addr < addr + size) {
            return piece;
        }
    }
    return NULL;
}

static bool check_free(const Loader *loader, const char *name, hwaddr addr, uint64_t size,
                       Error **errp)
{
    const Piece *other = piece_in(loader, addr, size);

    if (!other) {
        return true;
    }
    error_setg(errp,
               "'%s' at 0x%" PRIx64 "-0x%" PRIx64 " overlaps '%s' at 0x%" PRIx64 "-0x%" PRIx64,
               name, addr, addr + size - 1, image_source_name(other->part.source), other->addr,
               other->addr + other->part.memsize - 1);
    error_append_hint(errp, "link one of them to other addresses, or leave one out");
    return false;
}

bool loader_find_room(const Loader *loader, hwaddr start, hwaddr end, uint64_t size, uint64_t align,
                      hwaddr *addr)
{
    const Piece *other = NULL;

    do {
        hwaddr limit = other ? other->addr : end;

        if (limit < size || align_down(limit - size, align) < start) {
            return false;
        }
        *addr = align_down(limit - size, align);
        other = piece_in(loader, *addr, size);
    } while (other);
    return true;
}

static bool add_piece(Loader *loader, const ImagePart *part, hwaddr addr, bool to_rom, Error **errp)
{
    const char *name = image_source_name(part->source);
    uint64_t size = part->memsize;
    Piece *piece;

    if (!address_space_ram_ptr(loader->as, addr, size, !to_rom)) {
        error_outside_ram(loader->as, name, addr, size, errp);
        return false;
    }
    if (!check_free(loader, name, addr, size, errp)) {
        return false;
    }
    trace_loader_place(name, addr, size);
    log_mask(LOG_LOADER, "loader: 0x%" PRIx64 "-0x%" PRIx64 " '%s'\n", addr, addr + size - 1, name);
    piece = g_new0(Piece, 1);
    piece->addr = addr;
    piece->part = *part;
    image_source_ref(part->source);
    g_ptr_array_add(loader->pieces, piece);
    return true;
}

static ImagePart whole_source(ImageSource *source)
{
    uint64_t size = image_source_size(source);

    return (ImagePart) { .source = source, .size = size, .memsize = size };
}

bool loader_add_blob(Loader *loader, const char *name, GBytes *data, hwaddr addr, Error **errp)
{
    g_autoptr(ImageSource) source = image_source_new(name, data);
    ImagePart part = whole_source(source);

    return add_piece(loader, &part, addr, true, errp);
}

bool loader_add_part(Loader *loader, const ImagePart *part, hwaddr addr, LoadedFile *out,
                     Error **errp)
{
    if (!add_piece(loader, part, addr, false, errp)) {
        return false;
    }
    if (out) {
        *out = (LoadedFile) { .entry = addr, .start = addr, .end = addr + part->memsize };
    }
    return true;
}

bool loader_add_raw(Loader *loader, ImageSource *source, hwaddr addr, LoadedFile *out,
                    Error **errp)
{
    ImagePart part = whole_source(source);

    return loader_add_part(loader, &part, addr, out, errp);
}

/* Where RAM begins between `addr` and `addr + reach`, counted from `addr`; 0 if it does not. */
static uint64_t distance_to_ram(const AddressSpace *as, hwaddr addr, uint64_t reach)
{
    for (guint i = 0; i < as->ranges->len; i++) {
        const FlatRange *range = &g_array_index(as->ranges, FlatRange, i);

        if (range->mr->ram && !range->read_only && range->addr > addr &&
            range->addr - addr <= reach) {
            return range->addr - addr;
        }
    }
    return 0;
}

static bool add_segment(Loader *loader, ImageSource *source, const ElfSegment *segment,
                        Error **errp)
{
    uint64_t skip = 0;
    ImagePart part;

    if (!address_space_ram_ptr(loader->as, segment->paddr, 1, true)) {
        skip = distance_to_ram(loader->as, segment->paddr, MIN(segment->spare, segment->memsz - 1));
    }
    part = (ImagePart) {
        .source = source,
        .offset = segment->offset + skip,
        .size = segment->filesz - skip,
        .memsize = segment->memsz - skip,
    };
    return add_piece(loader, &part, segment->paddr + skip, false, errp);
}

bool loader_add_elf(Loader *loader, ElfImage *image, hwaddr addr, LoadedFile *out, Error **errp)
{
    const GArray *segments = elf_image_segments(image);
    const ElfSegment *first = &g_array_index(segments, ElfSegment, 0);
    const ElfSegment *last = &g_array_index(segments, ElfSegment, segments->len - 1);
    bool ok = true;

    elf_image_place(image, addr);
    if (elf_image_is_high(image) && !address_space_ram_ptr(loader->as, first->paddr, 1, true)) {
        elf_image_load_at(image, addr);
    }
    for (guint i = 0; i < segments->len && ok; i++) {
        ok = add_segment(loader, elf_image_source(image), &g_array_index(segments, ElfSegment, i),
                         errp);
    }
    symbols_add(loader->symbols, image);
    if (ok && out) {
        *out = (LoadedFile) {
            .elf = image,
            .entry = elf_image_entry(image),
            .start = first->paddr,
            .end = last->paddr + last->memsz,
        };
    }
    return ok;
}

/* ---- Raw images: what is obviously none ---- */

typedef struct KnownFormat {
    const char *magic;
    const char *what;
    const char *hint;
} KnownFormat;

static const KnownFormat known_formats[] = {
    { "\x1f\x8b", "is compressed with gzip", "unpack it with gunzip first" },
    { "\xfd" "7zXZ", "is compressed with xz", "unpack it with unxz first" },
    { "BZh", "is compressed with bzip2", "unpack it with bunzip2 first" },
    { "\x28\xb5\x2f\xfd", "is compressed with zstd", "unpack it with unzstd first" },
    { "!<arch>\n", "is an archive of object files", "link it to an executable first" },
    { "\xd0\x0d\xfe\xed", "is a device tree blob", "give it to -dtb" },
    { "\xcf\xfa\xed\xfe", "is a Mach-O file", "build it with a RISC-V ELF compiler" },
    { "PK\x03\x04", "is a zip archive", "unpack it first" },
    { "\x27\x05\x19\x56", "is a U-Boot image", "give what it was made of" },
};

/* Machine code has bytes that no text has, soon. */
static bool looks_like_text(const uint8_t *data, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (!g_ascii_isprint(data[i]) && !g_ascii_isspace(data[i])) {
            return false;
        }
    }
    return true;
}

static bool check_raw_image(const ImageSource *source, Error **errp)
{
    const char *filename = image_source_name(source);
    uint8_t data[512];
    size_t size = MIN(image_source_size(source), sizeof(data));

    if (!image_source_read(source, 0, data, size, errp)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(known_formats); i++) {
        const KnownFormat *format = &known_formats[i];
        size_t len = strlen(format->magic);

        if (size >= len && memcmp(data, format->magic, len) == 0) {
            error_setg(errp, "'%s' is not an ELF file: it %s", filename, format->what);
            error_append_hint(errp, "%s", format->hint);
            return false;
        }
    }
    if (looks_like_text(data, size)) {
        error_setg(errp, "'%s' is not an ELF file: it is a text file", filename);
        error_append_hint(errp, "give a RISC-V ELF executable, or a raw image of machine code");
        return false;
    }
    return true;
}

bool loader_add_file(Loader *loader, ImageSource *source, hwaddr addr, LoadedFile *out,
                     Error **errp)
{
    if (image_is_elf(source)) {
        ElfImage *image = elf_image_parse(source, errp);

        return image && loader_add_elf(loader, image, addr, out, errp);
    }
    return check_raw_image(source, errp) && loader_add_raw(loader, source, addr, out, errp);
}

/* ---- Writing ---- */

/*
 * Zero guest memory, but touch no page that is zero already: the host may not have given it to us
 * yet.
 */
static void clear_memory(uint8_t *p, uint64_t size)
{
    static const uint8_t zeroes[RAM_PAGE_SIZE];

    while (size > 0) {
        uint64_t n = MIN(size, sizeof(zeroes));

        if (memcmp(p, zeroes, n) != 0) {
            memset(p, 0, n);
        }
        p += n;
        size -= n;
    }
}

/* The bytes of `part` to `host`, and to *filled how many these are, packed ones unpacked. */
static bool read_part(const ImagePart *part, uint8_t *host, uint64_t *filled, Error **errp)
{
    *filled = part->size;
    if (!part->gzip) {
        return image_source_read(part->source, part->offset, host, part->size, errp);
    }
    if (!image_source_gunzip(part->source, part->offset, part->size, host, part->memsize, filled,
                             errp)) {
        return false;
    }
    if (*filled > part->memsize) {
        error_setg(errp, "'%s' is damaged: it unpacks to more than the %" PRIu64
                   " bytes that its header speaks of", image_source_name(part->source),
                   part->memsize);
        error_append_hint(errp, "copy or build it again");
        return false;
    }
    return true;
}

bool loader_write(Loader *loader, Error **errp)
{
    for (guint i = 0; i < loader->pieces->len; i++) {
        const Piece *piece = g_ptr_array_index(loader->pieces, i);
        uint64_t size = piece->part.memsize, filled;
        uint8_t *host = address_space_ram_ptr(loader->as, piece->addr, size, false);

        g_assert(host);
        if (!read_part(&piece->part, host, &filled, errp)) {
            return false;
        }
        if (loader->written) {
            clear_memory(host + filled, size - filled);
        }
        address_space_note_store(loader->as, piece->addr, size);
    }
    loader->written = true;
    return true;
}

Symbols *loader_symbols(const Loader *loader)
{
    return loader->symbols;
}
