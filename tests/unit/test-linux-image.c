/*
 * Linux kernels (hw-riscv/linux-image.c) and what they are packed with (system/image-source.c):
 * each form, each kind of bad one, and random damage.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/linux-image.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "expect.h"
#include "util/bits.h"

#define AGAIN "copy or build it again"
#define BUILT "give a kernel that was built for riscv64"

/* An Image with a PE header, as with an EFI stub, and something behind it. */
typedef struct TestImage {
    char mz[8];
    uint64_t text_offset;
    uint64_t image_size;
    uint64_t flags;
    uint32_t version[2];
    uint64_t res;
    char magic[8];
    char magic2[4];
    uint32_t pe_offset;
    char pe[4];
    uint16_t machine;
    uint8_t rest[1000];
} TestImage;

static TestImage make_image(void)
{
    TestImage image = {
        .mz = "MZo\x10",
        .text_offset = 0x200000,
        .image_size = 0x3000,
        .version = { 2 },
        .magic = "RISCV",
        .magic2 = "RSC\x05",
        .pe_offset = offsetof(TestImage, pe),
        .pe = "PE",
        .machine = 0x5064,
    };

    for (size_t i = 0; i < sizeof(image.rest); i++) {
        image.rest[i] = i * i >> 3;
    }
    return image;
}

/* An EFI zboot file has its own fields where an Image has them. */
static TestImage make_zboot(const char *compression, uint32_t offset, uint32_t size)
{
    TestImage image = make_image();

    memset(&image.mz, 0, offsetof(TestImage, pe_offset));
    memcpy(image.mz, "MZ\0\0zimg", 8);
    image.text_offset = (uint64_t)size << 32 | offset;
    strcpy((char *)&image.flags, compression);
    return image;
}

/* The file `source` packed with gzip. */
static GBytes *pack(const void *data, size_t size)
{
    size_t room = size + 1024;
    uint8_t *to = g_malloc(room);
    z_stream gzip = { .next_in = (Bytef *)data, .avail_in = size, .next_out = to, .avail_out = room };

    g_assert_cmpint(deflateInit2(&gzip, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
    g_assert_cmpint(deflate(&gzip, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd(&gzip);
    return g_bytes_new_take(to, gzip.total_out);
}

static ImageSource *source_of(const void *data, size_t size)
{
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);

    return image_source_new("x", bytes);
}

/* ---- Good ones ---- */

static void expect_found(ImageSource *source, LinuxImage *image)
{
    bool found;

    g_assert_true(linux_image_probe(source, image, &found, &error_abort));
    g_assert_true(found);
    g_assert_true(image->part.source == source);
    g_assert_cmphex(image->text_offset, ==, 0x200000);
    g_assert_cmphex(image->part.memsize, ==, 0x3000);
}

static void expect_plain(const TestImage *header)
{
    g_autoptr(ImageSource) source = source_of(header, sizeof(*header));
    LinuxImage image;

    expect_found(source, &image);
    g_assert_false(image.part.gzip);
    g_assert_cmphex(image.part.offset, ==, 0);
    g_assert_cmphex(image.part.size, ==, sizeof(*header));
}

static void test_plain(void)
{
    TestImage header = make_image();

    expect_plain(&header);                /* with an EFI stub */
    memset(header.mz, 0, 4);
    expect_plain(&header);                /* and without */
    memset(header.magic, 0, 8);
    expect_plain(&header);                /* the first of the magic numbers is deprecated */
    memcpy(header.magic, "RISCV\0\0", 8);
    memset(header.magic2, 0, 4);
    expect_plain(&header);                /* the second came later */
}

/* A header that knows of less than there is. */
static void test_size(void)
{
    TestImage header = make_image();
    g_autoptr(ImageSource) unknown = NULL;
    LinuxImage image;
    bool found;

    header.image_size = 0;
    unknown = source_of(&header, sizeof(header));
    g_assert_true(linux_image_probe(unknown, &image, &found, &error_abort));
    g_assert_true(found);
    g_assert_cmphex(image.part.memsize, ==, sizeof(header));
}

/* What was found unpacks to the header; it has `size` bytes of the source from `offset` on. */
static void expect_packed(ImageSource *source, const TestImage *header, uint64_t offset,
                          uint64_t size)
{
    g_autofree uint8_t *memory = g_malloc(0x3000);
    LinuxImage image;
    uint64_t filled;

    expect_found(source, &image);
    g_assert_true(image.part.gzip);
    g_assert_cmphex(image.part.offset, ==, offset);
    g_assert_cmphex(image.part.size, ==, size);
    g_assert_true(image_source_gunzip(source, offset, size, memory, 0x3000, &filled, &error_abort));
    g_assert_cmpmem(memory, filled, header, sizeof(*header));
}

static void test_gzip(void)
{
    TestImage header = make_image();
    g_autoptr(GBytes) packed = pack(&header, sizeof(header));
    g_autoptr(ImageSource) source = image_source_new("x", packed);

    expect_packed(source, &header, 0, g_bytes_get_size(packed));
}

static void test_zboot(void)
{
    TestImage header = make_image();
    g_autoptr(GBytes) packed = pack(&header, sizeof(header));
    gsize size = g_bytes_get_size(packed);
    TestImage zboot = make_zboot("gzip", sizeof(zboot), size);
    g_autoptr(GByteArray) file = g_byte_array_new();
    g_autoptr(ImageSource) source = NULL;

    g_byte_array_append(file, (void *)&zboot, sizeof(zboot));
    g_byte_array_append(file, g_bytes_get_data(packed, NULL), size);
    source = source_of(file->data, file->len);
    expect_packed(source, &header, sizeof(zboot), size);
}

/* ---- What is none ---- */

static void expect_unknown(const void *data, size_t size)
{
    g_autoptr(ImageSource) source = source_of(data, size);
    LinuxImage image;
    bool found;

    g_assert_true(linux_image_probe(source, &image, &found, &error_abort));
    g_assert_false(found);
}

static void test_unknown(void)
{
    TestImage header = make_image();

    expect_unknown("\x6f\0\0\0", 4);
    expect_unknown("M", 1);
    expect_unknown(&header, 56); /* not even a header */
    memset(header.magic, 0, 12);
    header.pe[0] = 0;            /* "MZ" is an instruction as well */
    expect_unknown(&header, sizeof(header));
    header.pe[0] = 'P';
    header.pe_offset = sizeof(header) - 7; /* no room for a PE header */
    expect_unknown(&header, sizeof(header));
    header.pe_offset = UINT32_MAX;
    expect_unknown(&header, sizeof(header));
}

static void expect_refused_bytes(const void *data, size_t size, const char *message,
                                 const char *hint)
{
    g_autoptr(ImageSource) source = source_of(data, size);
    LinuxImage image;
    Error *err = NULL;
    bool found;

    g_assert_false(linux_image_probe(source, &image, &found, &err));
    expect_error(&err, message, hint);
}

static void expect_refused(const TestImage *header, const char *message, const char *hint)
{
    expect_refused_bytes(header, sizeof(*header), message, hint);
}

static void test_other_architectures(void)
{
    TestImage header = make_image();

    header.machine = 0x8664;
    expect_refused(&header, "'x' is a PE file for x86-64, not for 64-bit RISC-V", BUILT);
    header.machine = 0x5032;
    expect_refused(&header, "'x' is a PE file for 32-bit RISC-V, not for 64-bit RISC-V", BUILT);
    header.machine = 0x1234;
    expect_refused(&header, "'x' is a PE file for machine number 0x1234, not for 64-bit RISC-V",
                   BUILT);
    header.flags = 1;
    expect_refused(&header, "'x' is a Linux kernel for big-endian RISC-V, not for 64-bit RISC-V",
                   BUILT);
    memcpy(header.magic2, "ARM\x64", 4);
    expect_refused(&header, "'x' is a Linux kernel for AArch64, not for 64-bit RISC-V", BUILT);
    header = make_image();
    header.version[1] = 0x016f2818; /* zImage */
    expect_refused(&header, "'x' is a Linux kernel for 32-bit ARM, not for 64-bit RISC-V", BUILT);
}

/* Only the sections of the PE header tell where the contents end. */
static void test_truncated(void)
{
    TestImage header = make_image();
    const uint16_t sections = 2, optional_size = 8;
    struct {
        uint32_t size, offset;
    } part = { 100, sizeof(header) - 100 };
    uint8_t *table = header.rest + 18 + optional_size; /* behind the rest of the header */
    LinuxImage image;
    bool found;

    memcpy(header.rest, &sections, 2);
    memcpy(header.rest + 14, &optional_size, 2);
    for (int i = 0; i < 2; i++) {
        memcpy(table + 40 * i + 16, &part, sizeof(part));
    }
    for (size_t size = sizeof(header); size > 64; size--) {
        g_autoptr(ImageSource) source = source_of(&header, size);

        if (size == sizeof(header)) {
            g_assert_true(linux_image_probe(source, &image, &found, &error_abort) && found);
        } else if (size >= 88) { /* there is a PE header */
            expect_refused_bytes(&header, size,
                                 size < 88u + optional_size + 40
                                     ? "'x' is truncated: its header reaches beyond the end of the file"
                                     : "'x' is truncated: its kernel reaches beyond the end of the file",
                                 AGAIN);
        }
    }
}

static void test_efi_program(void)
{
    TestImage header = make_image();

    memset(header.magic, 0, 12);
    expect_refused(&header, "'x' is an EFI program, not a Linux Image",
                   "give a kernel; there is no EFI here to run programs with");
}

static void test_bad_zboot(void)
{
    TestImage zboot = make_zboot("zstd", 64, 8);

    expect_refused(&zboot, "'x' is an EFI zboot image packed with zstd",
                   "give the Image that it was made of, or one packed with gzip");
    zboot = make_zboot("gzip", UINT32_MAX, UINT32_MAX);
    expect_refused(&zboot, "'x' is truncated: its kernel reaches beyond the end of the file",
                   AGAIN);
    zboot = make_zboot("gzip", sizeof(zboot), 1);
    expect_refused(&zboot, "'x' is truncated: its kernel reaches beyond the end of the file",
                   AGAIN);
    zboot = make_zboot("gzip", 64, 0);
    expect_refused(&zboot, "'x' is truncated: it ends within the data compressed with gzip", AGAIN);
}

static void expect_refused_packed(const TestImage *header, const char *message, const char *hint)
{
    g_autoptr(GBytes) packed = pack(header, sizeof(*header));

    expect_refused_bytes(g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), message, hint);
}

static void test_bad_gzip(void)
{
    TestImage header = make_image();

    expect_refused_bytes("\x1f\x8b\x08\0\0\0\0\0\0\0\xff", 11,
                         "'x' is damaged: gzip cannot unpack it: invalid block type", AGAIN);
    expect_refused_bytes("\x1f\x8b\x08", 3,
                         "'x' is truncated: it ends within the data compressed with gzip", AGAIN);
    header.image_size = 0;
    expect_refused_packed(&header, "'x' is a Linux Image that does not say its size",
                          "unpack it with gunzip first");
    memset(header.magic, 0, 12);
    expect_refused_packed(&header, "'x' is packed with gzip, and what is in it is no Linux Image",
                          "unpack it with gunzip first");
    memcpy(header.magic2, "ARM\x64", 4);
    expect_refused_packed(&header, "'x' is a Linux kernel for AArch64, not for 64-bit RISC-V",
                          BUILT);
}

/* ---- Unpacking ---- */

static void test_gunzip_size(void)
{
    g_autofree uint8_t *zeroes = g_malloc0(MiB);
    g_autoptr(GBytes) packed = pack(zeroes, MiB);
    g_autoptr(ImageSource) source = image_source_new("x", packed);
    g_autofree uint8_t *to = g_malloc(MiB + 1);
    uint64_t size = image_source_size(source), filled;

    memset(to, 1, MiB + 1);
    g_assert_true(image_source_gunzip(source, 0, size, to, MiB, &filled, &error_abort));
    g_assert_cmpuint(filled, ==, MiB);
    g_assert_cmpmem(to, MiB, zeroes, MiB);
    g_assert_cmpuint(to[MiB], ==, 1);
    g_assert_true(image_source_gunzip(source, 0, size, to, MiB + 1, &filled, &error_abort));
    g_assert_cmpuint(filled, ==, MiB);

    /* What does not fit is not written, nor unpacked any further. */
    memset(to, 1, MiB);
    g_assert_true(image_source_gunzip(source, 0, size, to, 5, &filled, &error_abort));
    g_assert_cmpuint(filled, ==, 6);
    g_assert_cmpmem(to, 6, "\0\0\0\0\0\1", 6);
}

/* Cut anywhere, a gzip file is truncated. */
static void test_gunzip_truncated(void)
{
    TestImage header = make_image();
    g_autoptr(GBytes) packed = pack(&header, sizeof(header));
    g_autoptr(ImageSource) source = image_source_new("x", packed);
    uint8_t to[2 * sizeof(header)];

    for (uint64_t size = 0; size < image_source_size(source); size++) {
        Error *err = NULL;
        uint64_t filled;

        g_assert_false(image_source_gunzip(source, 0, size, to, sizeof(to), &filled, &err));
        expect_error(&err, "'x' is truncated: it ends within the data compressed with gzip", AGAIN);
    }
}

/* ---- Random damage ---- */

/* An error, or a part within the source that unpacks to no more than it may. */
static void probe_damaged(const void *data, size_t size)
{
    g_autoptr(ImageSource) source = source_of(data, size);
    g_autofree uint8_t *to = g_malloc(0x3000);
    LinuxImage image;
    uint64_t filled;
    bool found;

    if (linux_image_probe(source, &image, &found, NULL) && found) {
        g_assert_cmpuint(image.part.offset + image.part.size, <=, size);
        if (image.part.gzip) {
            image_source_gunzip(source, image.part.offset, image.part.size, to, 0x3000, &filled,
                                NULL);
        }
    }
}

static void test_hostile(void)
{
    TestImage header = make_image(), zboot = make_zboot("gzip", 64, 500);
    g_autoptr(GBytes) packed = pack(&header, sizeof(header));
    gsize packed_size;
    const void *packed_data = g_bytes_get_data(packed, &packed_size);
    const struct {
        const void *data;
        gsize size;
    } good[] = {
        { &header, sizeof(header) }, { &zboot, sizeof(zboot) }, { packed_data, packed_size },
    };

    for (int i = 0; i < 6000; i++) {
        gsize size = good[i % 3].size;
        g_autofree uint8_t *bytes = g_memdup2(good[i % 3].data, size);

        for (int n = g_test_rand_int_range(1, 6); n > 0; n--) {
            gsize reach = g_test_rand_bit() ? size : MIN(size, 80);
            bytes[g_test_rand_int_range(0, reach)] = g_test_rand_int_range(0, 256);
        }
        probe_damaged(bytes, g_test_rand_bit() ? size : (gsize)g_test_rand_int_range(1, size));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-image/plain", test_plain);
    g_test_add_func("/linux-image/size", test_size);
    g_test_add_func("/linux-image/gzip", test_gzip);
    g_test_add_func("/linux-image/zboot", test_zboot);
    g_test_add_func("/linux-image/unknown", test_unknown);
    g_test_add_func("/linux-image/other-architectures", test_other_architectures);
    g_test_add_func("/linux-image/truncated", test_truncated);
    g_test_add_func("/linux-image/efi-program", test_efi_program);
    g_test_add_func("/linux-image/bad-zboot", test_bad_zboot);
    g_test_add_func("/linux-image/bad-gzip", test_bad_gzip);
    g_test_add_func("/linux-image/gunzip-size", test_gunzip_size);
    g_test_add_func("/linux-image/gunzip-truncated", test_gunzip_truncated);
    g_test_add_func("/linux-image/hostile", test_hostile);
    return g_test_run();
}
