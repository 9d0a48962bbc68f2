/*
 * Headers of Linux kernels: see include/hw/linux-image.h.
 *
 * The header is that of the kernel's documentation, "Boot image header in RISC-V Linux"; PE files
 * are as in Microsoft's "PE Format", of which the first fields are looked at.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/linux-image.h"

#include <string.h>

/* All fields are little-endian. */
typedef struct ImageHeader {
    uint8_t code[8];      /* "MZ" first where there is an EFI stub: an instruction as well */
    uint64_t text_offset;
    uint64_t image_size;
    uint64_t flags;
    uint32_t version;
    uint32_t res1;
    uint64_t res2;
    char magic[8];        /* deprecated, but there */
    char magic2[4];
    uint32_t pe_offset;   /* where there is an EFI stub */
} ImageHeader;

G_STATIC_ASSERT(sizeof(ImageHeader) == 64);

#define FLAG_BIG_ENDIAN 1u

/* Of 32-bit ARM's zImage, in the place of res1. */
#define ZIMAGE_MAGIC 0x016f2818u

/* What an EFI zboot file has in the place of it. */
typedef struct ZbootHeader {
    uint8_t mz[4];
    char magic[4];           /* "zimg" */
    uint32_t payload_offset;
    uint32_t payload_size;
    uint32_t res[2];
    char compression[32];
    uint8_t more[4];
    uint32_t pe_offset;
} ZbootHeader;

G_STATIC_ASSERT(sizeof(ZbootHeader) == 64);
G_STATIC_ASSERT(offsetof(ZbootHeader, pe_offset) == offsetof(ImageHeader, pe_offset));

/* The first bytes of a file, zeroes where it is shorter: then it is none. */
typedef union Header {
    uint8_t bytes[64];
    ImageHeader image;
    ZbootHeader zboot;
} Header;

/* ---- Other architectures ---- */

#define PE_MACHINE_RISCV64 0x5064

#define BZIMAGE_SETUP 0x1fe

typedef struct PEHeader {
    char magic[4];
    uint16_t machine;
    uint16_t sections;
    uint32_t more[3];
    uint16_t optional_size; /* of what lies between this and the sections' headers */
    uint16_t flags;
} PEHeader;

typedef struct PESection {
    char name[8];
    uint32_t memory[2];
    uint32_t size; /* of its contents in the file */
    uint32_t offset;
    uint32_t more[4];
} PESection;

G_STATIC_ASSERT(sizeof(PEHeader) == 24);
G_STATIC_ASSERT(sizeof(PESection) == 40);

static const struct {
    uint16_t machine;
    const char *name;
} pe_machines[] = {
    { 0x014c, "x86" },
    { 0x01c0, "ARM" },
    { 0x01c2, "ARM" },
    { 0x5032, "32-bit RISC-V" },
    { 0x6232, "32-bit LoongArch" },
    { 0x6264, "LoongArch" },
    { 0x8664, "x86-64" },
    { 0xaa64, "AArch64" },
};

static bool refuse_architecture(const char *name, const char *what, const char *architecture,
                                Error **errp)
{
    error_setg(errp, "'%s' is %s for %s, not for 64-bit RISC-V", name, what, architecture);
    error_append_hint(errp, "give a kernel that was built for riscv64");
    return false;
}

static bool check_pe_machine(const char *name, uint16_t machine, Error **errp)
{
    g_autofree char *number = g_strdup_printf("machine number 0x%x", machine);

    if (machine == PE_MACHINE_RISCV64) {
        return true;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(pe_machines); i++) {
        if (pe_machines[i].machine == machine) {
            return refuse_architecture(name, "a PE file", pe_machines[i].name, errp);
        }
    }
    return refuse_architecture(name, "a PE file", number, errp);
}

/* *pe is the header of a PE file that is not packed, or zeroes. Fails for another machine's. */
static bool check_pe(const ImageSource *source, const Header *header, PEHeader *pe, Error **errp)
{
    uint64_t offset = GUINT32_FROM_LE(header->image.pe_offset);

    *pe = (PEHeader) { 0 };
    if (memcmp(header->bytes, "MZ", 2) != 0 || offset + sizeof(*pe) > image_source_size(source)) {
        return true;
    }
    if (!image_source_read(source, offset, pe, sizeof(*pe), errp)) {
        return false;
    }
    if (memcmp(pe->magic, "PE\0\0", 4) != 0) {
        *pe = (PEHeader) { 0 };
        return true;
    }
    return check_pe_machine(image_source_name(source), GUINT16_FROM_LE(pe->machine), errp);
}

static bool is_pe(const PEHeader *pe)
{
    return pe->magic[0];
}

static bool refuse_truncated(const ImageSource *source, const char *part, Error **errp)
{
    error_setg(errp, "'%s' is truncated: its %s reaches beyond the end of the file",
               image_source_name(source), part);
    error_append_hint(errp, "copy or build it again");
    return false;
}

/* A kernel's own header does not tell the length of the file: memory without contents counts. */
static bool check_pe_sections(const ImageSource *source, const Header *header, const PEHeader *pe,
                              Error **errp)
{
    uint64_t size = image_source_size(source);
    uint64_t offset = GUINT32_FROM_LE(header->image.pe_offset) + (uint64_t)sizeof(*pe) +
                      GUINT16_FROM_LE(pe->optional_size);

    for (unsigned i = 0; i < GUINT16_FROM_LE(pe->sections); i++, offset += sizeof(PESection)) {
        PESection section;

        if (offset + sizeof(section) > size) {
            return refuse_truncated(source, "header", errp);
        }
        if (!image_source_read(source, offset, &section, sizeof(section), errp)) {
            return false;
        }
        if ((uint64_t)GUINT32_FROM_LE(section.offset) + GUINT32_FROM_LE(section.size) > size) {
            return refuse_truncated(source, "kernel", errp);
        }
    }
    return true;
}

/* ---- Image ---- */

static bool has_image_magic(const Header *header)
{
    return memcmp(header->image.magic, "RISCV\0\0\0", 8) == 0 ||
           memcmp(header->image.magic2, "RSC\x05", 4) == 0;
}

/* Of a file that unpacks to `header`, too: its PE header, if any, is then not at hand. */
static bool check_image(const Header *header, const char *name, Error **errp)
{
    if (memcmp(header->image.magic2, "ARM\x64", 4) == 0) {
        return refuse_architecture(name, "a Linux kernel", "AArch64", errp);
    }
    if (GUINT32_FROM_LE(header->image.res1) == ZIMAGE_MAGIC) {
        return refuse_architecture(name, "a Linux kernel", "32-bit ARM", errp);
    }
    if (has_image_magic(header) && (GUINT64_FROM_LE(header->image.flags) & FLAG_BIG_ENDIAN)) {
        return refuse_architecture(name, "a Linux kernel", "big-endian RISC-V", errp);
    }
    return true;
}

/* ---- Packed ---- */

/* The kernel that `part` unpacks to. */
static bool probe_packed(const ImagePart *part, LinuxImage *image, Error **errp)
{
    const char *name = image_source_name(part->source);
    Header header = { 0 };
    uint64_t filled;

    if (!image_source_gunzip(part->source, part->offset, part->size, &header, sizeof(header),
                             &filled, errp) ||
        !check_image(&header, name, errp)) {
        return false;
    }
    if (filled < sizeof(header) || !has_image_magic(&header)) {
        error_setg(errp, "'%s' is packed with gzip, and what is in it is no Linux Image", name);
        error_append_hint(errp, "unpack it with gunzip first");
        return false;
    }
    *image = (LinuxImage) {
        .part = *part,
        .text_offset = GUINT64_FROM_LE(header.image.text_offset),
    };
    /* What it unpacks to may be without end: only the header says where it should end. */
    image->part.memsize = GUINT64_FROM_LE(header.image.image_size);
    if (image->part.memsize == 0) {
        error_setg(errp, "'%s' is a Linux Image that does not say its size", name);
        error_append_hint(errp, "unpack it with gunzip first");
        return false;
    }
    return true;
}

static bool probe_zboot(ImageSource *source, const ZbootHeader *header, LinuxImage *image,
                        Error **errp)
{
    const char *name = image_source_name(source);
    ImagePart part = {
        .source = source,
        .offset = GUINT32_FROM_LE(header->payload_offset),
        .size = GUINT32_FROM_LE(header->payload_size),
        .gzip = true,
    };

    if (strncmp(header->compression, "gzip", sizeof(header->compression)) != 0) {
        error_setg(errp, "'%s' is an EFI zboot image packed with %.*s", name,
                   (int)sizeof(header->compression), header->compression);
        error_append_hint(errp, "give the Image that it was made of, or one packed with gzip");
        return false;
    }
    if (part.offset + part.size > image_source_size(source)) {
        return refuse_truncated(source, "kernel", errp);
    }
    return probe_packed(&part, image, errp);
}

/* ---- All of them ---- */

static void describe_plain(ImageSource *source, const ImageHeader *header, LinuxImage *image)
{
    uint64_t size = image_source_size(source);

    *image = (LinuxImage) {
        .part = {
            .source = source,
            .size = size,
            .memsize = MAX(GUINT64_FROM_LE(header->image_size), size),
        },
        .text_offset = GUINT64_FROM_LE(header->text_offset),
    };
}

/* x86's bzImage, which may have no EFI stub: "The Linux/x86 Boot Protocol", boot_flag to header. */
static bool check_bzimage(const ImageSource *source, Error **errp)
{
    struct {
        uint8_t boot_flag[2];
        uint8_t jump[2];
        char magic[4];
    } setup;

    if (image_source_size(source) < BZIMAGE_SETUP + sizeof(setup)) {
        return true;
    }
    if (!image_source_read(source, BZIMAGE_SETUP, &setup, sizeof(setup), errp)) {
        return false;
    }
    return memcmp(setup.boot_flag, "\x55\xaa", 2) != 0 || memcmp(setup.magic, "HdrS", 4) != 0 ||
           refuse_architecture(image_source_name(source), "a Linux kernel", "x86", errp);
}

static bool probe_unpacked(ImageSource *source, const Header *header, LinuxImage *image,
                           bool *found, Error **errp)
{
    PEHeader pe;

    if (!check_image(header, image_source_name(source), errp) ||
        !check_pe(source, header, &pe, errp) || !check_bzimage(source, errp)) {
        return false;
    }
    if (has_image_magic(header)) {
        *found = true;
        describe_plain(source, &header->image, image);
        return check_pe_sections(source, header, &pe, errp);
    }
    if (is_pe(&pe) && memcmp(header->zboot.magic, "zimg", 4) == 0) {
        *found = true;
        return probe_zboot(source, &header->zboot, image, errp);
    }
    if (is_pe(&pe)) {
        error_setg(errp, "'%s' is an EFI program, not a Linux Image",
                   image_source_name(source));
        error_append_hint(errp, "give a kernel; there is no EFI here to run programs with");
        return false;
    }
    return true;
}

bool linux_image_probe(ImageSource *source, LinuxImage *image, bool *found, Error **errp)
{
    uint64_t size = image_source_size(source);
    Header header = { 0 };

    *found = false;
    if (!image_source_read(source, 0, &header, MIN(size, sizeof(header)), errp)) {
        return false;
    }
    if (memcmp(header.bytes, "\x1f\x8b", 2) == 0) {
        ImagePart part = { .source = source, .size = size, .gzip = true };

        *found = true;
        return probe_packed(&part, image, errp);
    }
    return size < sizeof(header) || probe_unpacked(source, &header, image, found, errp);
}
