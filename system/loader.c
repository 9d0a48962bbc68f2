/*
 * Placing images in guest memory: see include/system/loader.h.
 *
 * What does not belong here: the ELF format (elf-image.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf-image.h"
#include "util/bits.h"
#include "util/log.h"

/* [addr, addr + size): `data`, then zeroes. */
typedef struct Piece {
    char *name;
    hwaddr addr;
    uint64_t size;
    GBytes *data; /* a copy of its own: the file may change */
} Piece;

struct Loader {
    const AddressSpace *as;
    GPtrArray *pieces; /* of Piece *, owned */
    GPtrArray *elves;  /* of ElfImage *, owned */
    bool written;      /* before that, memory that nobody wrote is zero */
};

static void piece_free(gpointer opaque)
{
    Piece *piece = opaque;

    g_free(piece->name);
    g_bytes_unref(piece->data);
    g_free(piece);
}

Loader *loader_new(const AddressSpace *as)
{
    Loader *loader = g_new0(Loader, 1);

    loader->as = as;
    loader->pieces = g_ptr_array_new_with_free_func(piece_free);
    loader->elves = g_ptr_array_new_with_free_func((GDestroyNotify)elf_image_free);
    return loader;
}

void loader_free(Loader *loader)
{
    if (loader) {
        g_ptr_array_unref(loader->pieces);
        g_ptr_array_unref(loader->elves);
        g_free(loader);
    }
}

/* ---- Files ---- */

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

/* The file, mapped: for reading it now, not for keeping. */
static GBytes *map_file(const char *filename, Error **errp)
{
    g_autoptr(GMappedFile) mapped = NULL;
    g_autoptr(GError) gerror = NULL;
    struct stat st;
    bool ok = false;
    int fd = open(filename, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not make us wait */

    if (fd < 0 || fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "cannot open '%s'", filename);
        error_append_hint(errp, "check its name and permissions");
    } else {
        ok = check_file(&st, filename, errp);
    }
    if (ok) {
        mapped = g_mapped_file_new_from_fd(fd, FALSE, &gerror);
        if (!mapped) {
            error_setg(errp, "cannot read '%s': %s", filename, gerror->message);
            error_append_hint(errp, "copy it to another file system");
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return mapped ? g_mapped_file_get_bytes(mapped) : NULL;
}

static GBytes *copy_bytes(GBytes *bytes)
{
    return g_bytes_new(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

GBytes *image_file_read(const char *filename, Error **errp)
{
    g_autoptr(GBytes) file = map_file(filename, errp);

    return file ? copy_bytes(file) : NULL;
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

static bool check_free(const Loader *loader, const char *name, hwaddr addr, uint64_t size,
                       Error **errp)
{
    for (guint i = 0; i < loader->pieces->len; i++) {
        const Piece *other = g_ptr_array_index(loader->pieces, i);

        if (addr < other->addr + other->size && other->addr < addr + size) {
            error_setg(errp,
                       "'%s' at 0x%" PRIx64 "-0x%" PRIx64 " overlaps '%s' at 0x%" PRIx64
                       "-0x%" PRIx64,
                       name, addr, addr + size - 1, other->name, other->addr,
                       other->addr + other->size - 1);
            error_append_hint(errp, "link one of them to other addresses, or leave one out");
            return false;
        }
    }
    return true;
}

/* `size` is not 0. */
static bool add_piece(Loader *loader, const char *name, hwaddr addr, uint64_t size, GBytes *data,
                      bool to_rom, Error **errp)
{
    Piece *piece;

    if (!address_space_ram_ptr(loader->as, addr, size, !to_rom)) {
        error_outside_ram(loader->as, name, addr, size, errp);
        return false;
    }
    if (!check_free(loader, name, addr, size, errp)) {
        return false;
    }
    log_mask(LOG_LOADER, "loader: 0x%" PRIx64 "-0x%" PRIx64 " '%s'\n", addr, addr + size - 1, name);
    piece = g_new0(Piece, 1);
    piece->name = g_strdup(name);
    piece->addr = addr;
    piece->size = size;
    piece->data = copy_bytes(data);
    g_ptr_array_add(loader->pieces, piece);
    return true;
}

bool loader_add_blob(Loader *loader, const char *name, GBytes *data, hwaddr addr, Error **errp)
{
    return add_piece(loader, name, addr, g_bytes_get_size(data), data, true, errp);
}

static bool add_raw(Loader *loader, const char *name, GBytes *data, hwaddr addr, LoadedFile *out,
                    Error **errp)
{
    uint64_t size = g_bytes_get_size(data);

    if (!add_piece(loader, name, addr, size, data, false, errp)) {
        return false;
    }
    if (out) {
        *out = (LoadedFile) { .entry = addr, .start = addr, .end = addr + size };
    }
    return true;
}

bool loader_add_raw(Loader *loader, const char *filename, hwaddr addr, LoadedFile *out,
                    Error **errp)
{
    g_autoptr(GBytes) file = map_file(filename, errp);

    return file && add_raw(loader, filename, file, addr, out, errp);
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

static bool add_segment(Loader *loader, const char *name, const ElfSegment *segment, Error **errp)
{
    uint64_t skip = 0;
    g_autoptr(GBytes) data = NULL;

    if (!address_space_ram_ptr(loader->as, segment->paddr, 1, true)) {
        skip = distance_to_ram(loader->as, segment->paddr, MIN(segment->spare, segment->memsz - 1));
    }
    data = g_bytes_new_from_bytes(segment->data, skip, g_bytes_get_size(segment->data) - skip);
    return add_piece(loader, name, segment->paddr + skip, segment->memsz - skip, data, false, errp);
}

bool loader_add_elf(Loader *loader, ElfImage *image, hwaddr addr, LoadedFile *out, Error **errp)
{
    const GArray *segments = elf_image_segments(image);
    const ElfSegment *first = &g_array_index(segments, ElfSegment, 0);
    const ElfSegment *last = &g_array_index(segments, ElfSegment, segments->len - 1);
    bool ok = true;

    elf_image_place(image, addr);
    for (guint i = 0; i < segments->len && ok; i++) {
        ok = add_segment(loader, elf_image_name(image), &g_array_index(segments, ElfSegment, i),
                         errp);
    }
    elf_image_drop_data(image);
    g_ptr_array_add(loader->elves, image);
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
};

/* Machine code has bytes that no text has, soon. */
static bool looks_like_text(const uint8_t *data, gsize size)
{
    for (gsize i = 0; i < MIN(size, 512); i++) {
        if (!g_ascii_isprint(data[i]) && !g_ascii_isspace(data[i])) {
            return false;
        }
    }
    return true;
}

static bool check_raw_image(GBytes *file, const char *filename, Error **errp)
{
    gsize size;
    const uint8_t *data = g_bytes_get_data(file, &size);

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

bool loader_add_file(Loader *loader, const char *filename, hwaddr addr, LoadedFile *out,
                     Error **errp)
{
    g_autoptr(GBytes) file = map_file(filename, errp);

    if (!file) {
        return false;
    }
    if (image_is_elf(file)) {
        ElfImage *image = elf_image_parse(file, filename, errp);

        return image && loader_add_elf(loader, image, addr, out, errp);
    }
    return check_raw_image(file, filename, errp) &&
           add_raw(loader, filename, file, addr, out, errp);
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

void loader_write(Loader *loader)
{
    for (guint i = 0; i < loader->pieces->len; i++) {
        const Piece *piece = g_ptr_array_index(loader->pieces, i);
        uint8_t *host = address_space_ram_ptr(loader->as, piece->addr, piece->size, false);
        gsize filled;
        const void *data = g_bytes_get_data(piece->data, &filled);

        g_assert(host);
        if (filled > 0) {
            memcpy(host, data, filled);
        }
        if (loader->written) {
            clear_memory(host + filled, piece->size - filled);
        }
        address_space_note_store(loader->as, piece->addr, piece->size);
    }
    loader->written = true;
}

/* ---- Symbols ---- */

bool loader_symbol(const Loader *loader, const char *name, hwaddr *addr)
{
    for (guint i = 0; i < loader->elves->len; i++) {
        const ElfImage *image = g_ptr_array_index(loader->elves, i);
        const ElfSymbol *symbol = elf_image_symbol(image, name);

        if (symbol) {
            *addr = elf_image_phys(image, symbol->value);
            return true;
        }
    }
    return false;
}

const ElfSymbol *loader_symbol_at(const Loader *loader, uint64_t addr)
{
    for (guint i = 0; i < loader->elves->len; i++) {
        const ElfSymbol *symbol = elf_image_symbol_at(g_ptr_array_index(loader->elves, i), addr);

        if (symbol) {
            return symbol;
        }
    }
    return NULL;
}
