/*
 * ELF files and raw images (system/elf-image.c, loader.c): good ones, each kind of bad one, and
 * random damage.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/loader.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "system/symbols.h"
#include "util/bits.h"
#include "util/tsan.h"

#define RAM_BASE 0x80000000u
#define RAM_SIZE (1 * MiB)
#define AGAIN "copy or build it again"

/* ---- An ELF file with room for changes ---- */

typedef struct TestElf {
    Elf64_Ehdr ehdr;
    Elf64_Phdr phdr[3];
    uint8_t text[32];
    uint8_t data[16];
    Elf64_Sym sym[8];
    char strings[64];
    Elf64_Shdr shdr[3];
} TestElf;

static void add_symbol(TestElf *elf, unsigned index, const char *name, uint64_t value,
                       uint64_t size, unsigned char info)
{
    size_t at = 1;

    while (elf->strings[at]) {
        at += strlen(elf->strings + at) + 1;
    }
    strcpy(elf->strings + at, name);
    elf->sym[index] = (Elf64_Sym) {
        .st_name = at, .st_value = value, .st_size = size, .st_info = info, .st_shndx = SHN_ABS,
    };
}

static void set_segment(TestElf *elf, unsigned index, uint64_t addr, size_t offset, uint64_t size)
{
    elf->phdr[index] = (Elf64_Phdr) {
        .p_type = PT_LOAD, .p_offset = offset, .p_vaddr = addr, .p_paddr = addr, .p_filesz = size,
        .p_memsz = size,
    };
}

static TestElf make_elf(void)
{
    TestElf elf = { 0 };

    memcpy(elf.ehdr.e_ident, ELFMAG "\x02\x01\x01", 7);
    elf.ehdr.e_type = ET_EXEC;
    elf.ehdr.e_machine = EM_RISCV;
    elf.ehdr.e_version = EV_CURRENT;
    elf.ehdr.e_entry = RAM_BASE + 4;
    elf.ehdr.e_phoff = offsetof(TestElf, phdr);
    elf.ehdr.e_shoff = offsetof(TestElf, shdr);
    elf.ehdr.e_ehsize = sizeof(Elf64_Ehdr);
    elf.ehdr.e_phentsize = sizeof(Elf64_Phdr);
    elf.ehdr.e_phnum = 3;
    elf.ehdr.e_shentsize = sizeof(Elf64_Shdr);
    elf.ehdr.e_shnum = 3;
    elf.ehdr.e_shstrndx = 2;
    elf.phdr[0].p_type = PT_NOTE;
    set_segment(&elf, 1, RAM_BASE, offsetof(TestElf, text), sizeof(elf.text));
    set_segment(&elf, 2, RAM_BASE + 0x1000, offsetof(TestElf, data), sizeof(elf.data));
    elf.phdr[2].p_memsz = 0x100; /* with bss */
    memset(elf.text, 0x11, sizeof(elf.text));
    memset(elf.data, 0x22, sizeof(elf.data));
    add_symbol(&elf, 1, "main", RAM_BASE, 16, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC));
    add_symbol(&elf, 2, "label", RAM_BASE + 16, 0, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE));
    add_symbol(&elf, 3, "twice", RAM_BASE + 20, 0, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE));
    add_symbol(&elf, 4, "twice", RAM_BASE + 24, 8, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT));
    add_symbol(&elf, 5, "tohost", RAM_BASE + 0x1000, 8, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT));
    add_symbol(&elf, 6, "$x", RAM_BASE + 8, 0, ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE));
    add_symbol(&elf, 7, "elsewhere", 0, 0, ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE));
    elf.sym[7].st_shndx = SHN_UNDEF;
    elf.shdr[1] = (Elf64_Shdr) {
        .sh_type = SHT_SYMTAB, .sh_offset = offsetof(TestElf, sym), .sh_size = sizeof(elf.sym),
        .sh_link = 2, .sh_entsize = sizeof(Elf64_Sym), .sh_info = 4,
    };
    elf.shdr[2] = (Elf64_Shdr){
        .sh_type = SHT_STRTAB,
        .sh_offset = offsetof(TestElf, strings),
        .sh_size = sizeof(elf.strings),
    };
    return elf;
}

static ElfImage *parse_bytes(const void *data, size_t size, Error **errp)
{
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autoptr(ImageSource) source = image_source_new("x", bytes);

    return elf_image_parse(source, errp);
}

static ElfImage *parse(const TestElf *elf)
{
    return parse_bytes(elf, sizeof(*elf), &error_abort);
}

/* ---- Parsing ---- */

static void test_symbols(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) image = parse(&elf);

    g_assert_cmphex(elf_image_entry(image), ==, RAM_BASE + 4);
    g_assert_cmphex(elf_image_symbol(image, "main")->value, ==, RAM_BASE);
    g_assert_cmphex(elf_image_symbol(image, "twice")->value, ==, RAM_BASE + 24);
    g_assert_null(elf_image_symbol(image, "elsewhere"));
    g_assert_null(elf_image_symbol(image, "$x"));
    g_assert_null(elf_image_symbol(image, "mai"));
    g_assert_null(elf_image_symbol(image, ""));
}

static void assert_symbol_at(ElfImage *image, uint64_t addr, const char *name)
{
    const ElfSymbol *symbol = elf_image_symbol_at(image, addr);

    g_assert_cmpstr(symbol ? symbol->name : NULL, ==, name);
}

static void test_symbol_at(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) image = parse(&elf);

    assert_symbol_at(image, 0, NULL);
    assert_symbol_at(image, RAM_BASE - 1, NULL);
    assert_symbol_at(image, RAM_BASE, "main");
    assert_symbol_at(image, RAM_BASE + 15, "main");
    assert_symbol_at(image, RAM_BASE + 19, "label"); /* of unknown size: up to the next one */
    assert_symbol_at(image, RAM_BASE + 20, "twice");
    assert_symbol_at(image, RAM_BASE + 31, "twice");
    assert_symbol_at(image, RAM_BASE + 32, NULL);
    assert_symbol_at(image, RAM_BASE + 0x1007, "tohost");
    assert_symbol_at(image, UINT64_MAX, NULL);
}

/* Labels, such as those behind the end of a program: what is far beyond has nothing to do with them. */
static void test_label_range(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) image = NULL;

    elf.sym[5].st_value = RAM_BASE + 0x1100;
    elf.sym[5].st_size = 0;
    image = parse(&elf);
    assert_symbol_at(image, RAM_BASE + 0x1100, "tohost");
    assert_symbol_at(image, RAM_BASE + 0x1101, NULL);
    assert_symbol_at(image, UINT64_MAX, NULL);
}

/* Of several symbols at one address, the one that says most. */
static void test_symbol_rank(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) image = NULL;

    elf.sym[2].st_value = RAM_BASE; /* a label on main */
    image = parse(&elf);
    assert_symbol_at(image, RAM_BASE, "main");
}

static void test_stripped(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) image = NULL;

    elf.ehdr.e_shoff = 0;
    elf.ehdr.e_shnum = 0;
    image = parse_bytes(&elf, offsetof(TestElf, sym), &error_abort);
    g_assert_null(elf_image_symbol(image, "main"));
    assert_symbol_at(image, RAM_BASE, NULL);
}

/* Linked to one address, loaded to another: entry and symbols are virtual. */
static void test_physical(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) image = NULL;

    elf.phdr[1].p_vaddr = 0xffffffff80000000;
    elf.ehdr.e_entry = 0xffffffff80000008;
    image = parse(&elf);
    g_assert_cmphex(elf_image_entry(image), ==, RAM_BASE + 8);
    g_assert_cmphex(elf_image_phys(image, 0xffffffff8000001f), ==, RAM_BASE + 31);
    g_assert_cmphex(elf_image_phys(image, 0xffffffff80000020), ==, 0xffffffff80000020);
}

/* ---- What is refused ---- */

static void expect_refused_bytes(const void *data, size_t size, const char *message,
                                 const char *hint)
{
    Error *err = NULL;

    g_assert_null(parse_bytes(data, size, &err));
    expect_error(&err, message, hint);
}

static void expect_refused(const TestElf *elf, const char *message, const char *hint)
{
    expect_refused_bytes(elf, sizeof(*elf), message, hint);
}

static void test_bad_ident(void)
{
    TestElf elf = make_elf();

    expect_refused_bytes("\x7f" "ELG1234", 8, "'x' is not an ELF file",
                         "give a RISC-V executable as riscv64-unknown-elf-gcc makes it");
    expect_refused_bytes("\x7f" "EL", 3, "'x' is not an ELF file",
                         "give a RISC-V executable as riscv64-unknown-elf-gcc makes it");
    for (size_t size = 4; size < sizeof(Elf64_Ehdr); size++) {
        expect_refused_bytes(&elf, size, "'x' is truncated: it ends within the ELF header", AGAIN);
    }
    elf.ehdr.e_ident[EI_CLASS] = ELFCLASS32;
    expect_refused(&elf, "'x' is a 32-bit ELF file",
                   "rvemu runs 64-bit programs: build it with -march=rv64gc -mabi=lp64d");
    elf.ehdr.e_ident[EI_CLASS] = 3;
    expect_refused(&elf, "'x' is damaged: class 3, byte order 1, version 1", AGAIN);
    elf = make_elf();
    elf.ehdr.e_ident[EI_DATA] = ELFDATA2MSB;
    expect_refused(&elf, "'x' is a big-endian ELF file",
                   "rvemu runs little-endian programs: build it without -mbig-endian");
    elf = make_elf();
    elf.ehdr.e_ident[EI_VERSION] = 0;
    expect_refused(&elf, "'x' is damaged: class 2, byte order 1, version 0", AGAIN);
}

static void test_bad_header(void)
{
    const char *hint = "build it with a RISC-V compiler such as riscv64-unknown-elf-gcc";
    TestElf elf = make_elf();

    elf.ehdr.e_machine = EM_X86_64;
    expect_refused(&elf, "'x' is an ELF file for x86-64, not for RISC-V", hint);
    elf.ehdr.e_machine = EM_AARCH64;
    expect_refused(&elf, "'x' is an ELF file for AArch64, not for RISC-V", hint);
    elf.ehdr.e_machine = 12345;
    expect_refused(&elf, "'x' is an ELF file for machine number 12345, not for RISC-V", hint);
    elf = make_elf();
    elf.ehdr.e_type = ET_REL;
    expect_refused(&elf, "'x' is an object file, not an executable", "link it first");
    elf.ehdr.e_type = ET_CORE;
    expect_refused(&elf, "'x' is a core dump, not an executable", "name the program that left it");
    elf.ehdr.e_type = 77;
    expect_refused(&elf, "'x' is an ELF file of type 77, not an executable",
                   "link a static executable");
    elf = make_elf();
    elf.ehdr.e_phentsize = 32;
    expect_refused(&elf, "'x' is damaged: its program headers are 32 bytes long", AGAIN);
    elf = make_elf();
    elf.ehdr.e_phnum = 0;
    expect_refused(&elf, "'x' has nothing to load: it has no segment of type LOAD",
                   "check the linker script");
    elf.ehdr.e_phnum = 5000;
    expect_refused(
        &elf, "'x' is damaged: it has 5000 program headers, more than the 4096 that make sense",
        AGAIN);
}

static void test_bad_entry(void)
{
    const char *hint = "name the entry point with ENTRY() in the linker script";
    TestElf elf = make_elf();

    elf.ehdr.e_entry = RAM_BASE + sizeof(elf.text);
    expect_refused(&elf, "'x': the entry point 0x80000020 lies in no segment", hint);
    elf.ehdr.e_entry = 0;
    expect_refused(&elf, "'x': the entry point 0x0 lies in no segment", hint);
}

static void test_bad_segments(void)
{
    TestElf elf = make_elf();

    elf.phdr[1].p_memsz = 31;
    expect_refused(&elf,
                   "'x' is damaged: the segment at 0x80000000 is longer in the file than in memory",
                   AGAIN);
    elf = make_elf();
    elf.phdr[2].p_memsz = UINT64_MAX;
    expect_refused(
        &elf, "'x' is damaged: the segment at 0x80001000 reaches beyond the last address", AGAIN);
    elf = make_elf();
    elf.phdr[2].p_paddr = RAM_BASE + 0x18;
    expect_refused(&elf, "'x': the segments at 0x80000000 and 0x80000018 overlap by 8 bytes",
                   "physical addresses count: check the load addresses (LMA) in the linker script");
    elf.phdr[2].p_paddr = RAM_BASE - 0xff;
    expect_refused(&elf, "'x': the segments at 0x7fffff01 and 0x80000000 overlap by 1 bytes",
                   "physical addresses count: check the load addresses (LMA) in the linker script");
}

/* Cut anywhere, a file is refused as truncated: what is missing differs. */
static void test_truncated(void)
{
    TestElf elf = make_elf();

    for (size_t size = sizeof(Elf64_Ehdr); size < sizeof(elf); size++) {
        const char *what = size < offsetof(TestElf, text)       ? "program headers"
                           : size < offsetof(TestElf, data) + 16 ? "segments"
                                                                 : "section headers";
        g_autofree char *message = g_strdup_printf(
            "'x' is truncated: its %s reach beyond the end of the file at %zu bytes", what, size);

        expect_refused_bytes(&elf, size, message, AGAIN);
    }
    elf.phdr[1].p_offset = UINT64_MAX - 15;
    g_autofree char *message = g_strdup_printf(
        "'x' is truncated: its segments reach beyond the end of the file at %zu bytes",
        sizeof(elf));
    expect_refused(&elf, message, AGAIN);
}

/* Symbols are a help, not a need: a bad table is no table. */
static void test_bad_symbols(void)
{
    TestElf elf = make_elf();
    g_autoptr(ElfImage) no_strings = NULL;
    g_autoptr(ElfImage) outside = NULL;
    g_autoptr(ElfImage) bad_name = NULL;

    elf.shdr[1].sh_link = 99;
    no_strings = parse(&elf);
    g_assert_null(elf_image_symbol(no_strings, "main"));
    elf = make_elf();
    elf.shdr[1].sh_offset = 1 * MiB;
    outside = parse(&elf);
    g_assert_null(elf_image_symbol(outside, "main"));
    elf = make_elf();
    memset(elf.strings + 1, 'z', sizeof(elf.strings) - 1); /* not terminated */
    elf.sym[1].st_name = UINT32_MAX;
    bad_name = parse(&elf);
    g_assert_null(elf_image_symbol(bad_name, "main"));
}

/* ---- Memory ---- */

typedef struct Fixture {
    MemoryRegion root, ram, rom;
    AddressSpace as;
    Loader *loader;
    char *folder;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    memory_region_init(&f->root, NULL, "root", UINT64_MAX);
    memory_region_init_ram(&f->ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_init_rom(&f->rom, NULL, "rom", 0x1000, &error_abort);
    memory_region_add_subregion(&f->root, RAM_BASE, &f->ram);
    memory_region_add_subregion(&f->root, 0x1000, &f->rom);
    address_space_init(&f->as, &f->root, "test");
    f->loader = loader_new(&f->as);
    f->folder = g_dir_make_tmp("rvemu-XXXXXX", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
    const char *name;

    (void)data;
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(f->folder, name, NULL);
        remove(path);
    }
    remove(f->folder);
    g_free(f->folder);
    loader_free(f->loader);
    address_space_destroy(&f->as);
    object_unref(&f->rom);
    object_unref(&f->ram);
    object_unref(&f->root);
}

/* The path of a new file; the caller frees it. */
static char *write_file(Fixture *f, const char *name, const void *data, size_t size)
{
    char *path = g_build_filename(f->folder, name, NULL);

    g_assert_true(g_file_set_contents(path, data, size, NULL));
    return path;
}

static bool add_raw(Fixture *f, const char *path, hwaddr addr, Error **errp)
{
    g_autoptr(ImageSource) source = image_source_open(path, &error_abort);

    return loader_add_raw(f->loader, source, addr, NULL, errp);
}

static bool add_file(Fixture *f, const char *path, hwaddr addr, LoadedFile *out, Error **errp)
{
    g_autoptr(ImageSource) source = image_source_open(path, errp);

    return source && loader_add_file(f->loader, source, addr, out, errp);
}

static void write_memory(Fixture *f)
{
    g_assert_true(loader_write(f->loader, &error_abort));
}

static bool add_elf(Fixture *f, const TestElf *elf, LoadedFile *out, Error **errp)
{
    return loader_add_elf(f->loader, parse(elf), RAM_BASE + 0x8000, out, errp);
}

static void assert_memory(Fixture *f, hwaddr addr, uint8_t byte, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 0;

        g_assert_cmpint(address_space_load(&f->as, addr + i, 1, &value), ==, MEMTX_OK);
        g_assert_cmphex(value, ==, byte);
    }
}

static void assert_described(const Symbols *symbols, uint64_t addr, const char *expected)
{
    g_autofree char *text = symbols_describe(symbols, addr);

    g_assert_cmpstr(text, ==, expected);
}

static void check_symbols(const Symbols *symbols)
{
    uint64_t addr, size;

    g_assert_cmpstr(symbols_at(symbols, RAM_BASE + 3)->name, ==, "main");
    g_assert_null(symbols_at(symbols, 0));
    assert_described(symbols, RAM_BASE, "main");
    assert_described(symbols, RAM_BASE + 12, "main+0xc");
    assert_described(symbols, 0, NULL);
    assert_described(NULL, RAM_BASE, NULL);
    g_assert_true(symbols_find(symbols, "main", &addr, &size));
    g_assert_cmphex(addr, ==, RAM_BASE);
    g_assert_cmpuint(size, ==, 16);
    g_assert_false(symbols_find(symbols, "elsewhere", &addr, &size));
    g_assert_false(symbols_find(NULL, "main", &addr, &size));
}

static void test_load(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf();
    LoadedFile out;
    hwaddr addr;

    (void)data;
    g_assert_true(add_elf(f, &elf, &out, &error_abort));
    g_assert_nonnull(out.elf);
    g_assert_cmphex(out.entry, ==, RAM_BASE + 4);
    g_assert_cmphex(out.start, ==, RAM_BASE);
    g_assert_cmphex(out.end, ==, RAM_BASE + 0x1100);
    assert_memory(f, RAM_BASE, 0, 32); /* not yet */
    write_memory(f);
    assert_memory(f, RAM_BASE, 0x11, 32);
    assert_memory(f, RAM_BASE + 32, 0, 0x1000 - 32);
    assert_memory(f, RAM_BASE + 0x1000, 0x22, 16);

    /* At reset everything is as it was, bss too, and what was not loaded stays. */
    memset(f->ram.ram->host, 0xee, RAM_SIZE);
    write_memory(f);
    assert_memory(f, RAM_BASE, 0x11, 32);
    assert_memory(f, RAM_BASE + 32, 0xee, 0x1000 - 32);
    assert_memory(f, RAM_BASE + 0x1000, 0x22, 16);
    assert_memory(f, RAM_BASE + 0x1010, 0, 0xf0);
    assert_memory(f, RAM_BASE + 0x1100, 0xee, 16);

    g_assert_true(symbols_find_phys(loader_symbols(f->loader), "tohost", &addr));
    g_assert_cmphex(addr, ==, RAM_BASE + 0x1000);
    g_assert_false(symbols_find_phys(loader_symbols(f->loader), "fromhost", &addr));
    check_symbols(loader_symbols(f->loader));
}

/* What the host has given us. */
static uint64_t resident_bytes(void)
{
    g_autofree char *statm = NULL;
    unsigned long long total, resident;

    g_assert_true(g_file_get_contents("/proc/self/statm", &statm, NULL, NULL));
    g_assert_cmpint(sscanf(statm, "%llu %llu", &total, &resident), ==, 2);
    return resident * 4096;
}

/* Large bss costs no memory of the host, and at reset only what was written is cleared. */
static void test_bss_is_free(Fixture *f, gconstpointer data)
{
    MemoryRegion big;
    TestElf elf = make_elf();
    uint64_t before = resident_bytes();

    (void)data;
#ifdef UTIL_TSAN
    g_test_skip("ThreadSanitizer keeps memory of its own for all that is mapped");
    return;
#endif
    memory_region_init_ram(&big, NULL, "big", 2 * GiB, &error_abort);
    memory_region_add_subregion(&f->root, 0x100000000, &big);
    set_segment(&elf, 2, 0x100000000, offsetof(TestElf, data), sizeof(elf.data));
    elf.phdr[2].p_memsz = GiB;
    g_assert_true(add_elf(f, &elf, NULL, &error_abort));
    write_memory(f);
    g_assert_cmphex(big.ram->host[15], ==, 0x22);
    g_assert_cmpuint(resident_bytes() - before, <, 16 * MiB);

    big.ram->host[GiB / 2 + 5] = 1;
    write_memory(f);
    g_assert_cmphex(big.ram->host[GiB / 2 + 5], ==, 0);
    g_assert_cmpuint(resident_bytes() - before, <, 16 * MiB);
    object_unref(&big);
}

/* A position-independent file, linked at 0, goes where it is told to. */
static void test_position_independent(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf();
    LoadedFile out;
    hwaddr addr;

    (void)data;
    elf.ehdr.e_type = ET_DYN;
    elf.ehdr.e_entry = 4;
    for (int i = 1; i < 3; i++) {
        elf.phdr[i].p_paddr -= RAM_BASE;
        elf.phdr[i].p_vaddr -= RAM_BASE;
    }
    elf.sym[5].st_value -= RAM_BASE;
    g_assert_true(add_elf(f, &elf, &out, &error_abort));
    g_assert_cmphex(out.entry, ==, RAM_BASE + 0x8004);
    g_assert_cmphex(out.start, ==, RAM_BASE + 0x8000);
    g_assert_cmphex(out.end, ==, RAM_BASE + 0x9100);
    g_assert_true(symbols_find_phys(loader_symbols(f->loader), "tohost", &addr));
    g_assert_cmphex(addr, ==, RAM_BASE + 0x9000);
    write_memory(f);
    assert_memory(f, RAM_BASE + 0x8000, 0x11, 32);

    /* Linked elsewhere, it stays there. */
    elf = make_elf();
    elf.ehdr.e_type = ET_DYN;
    g_assert_true(add_elf(f, &elf, &out, &error_abort));
    g_assert_cmphex(out.start, ==, RAM_BASE);
}

static void expect_not_loaded(Fixture *f, const TestElf *elf, const char *message, const char *hint)
{
    Error *err = NULL;

    loader_free(f->loader);
    f->loader = loader_new(&f->as);
    g_assert_false(add_elf(f, elf, NULL, &err));
    expect_error(&err, message, hint);
}

static void test_outside_ram(Fixture *f, gconstpointer data)
{
    const char *where =
        "-m sets how much RAM there is; link the program to addresses from 0x80000000 on";
    TestElf elf = make_elf();

    (void)data;
    set_segment(&elf, 2, RAM_BASE + RAM_SIZE - 8, offsetof(TestElf, data), 16);
    expect_not_loaded(f, &elf,
                      "'x' does not fit: 0x800ffff8-0x80100007 lies outside RAM, which is "
                      "0x80000000-0x800fffff", "use -m 2M or more");
    set_segment(&elf, 2, RAM_BASE - 8, offsetof(TestElf, data), 8);
    expect_not_loaded(f, &elf,
                      "'x' does not fit: 0x7ffffff8-0x7fffffff lies outside RAM, which is "
                      "0x80000000-0x800fffff", where);
    set_segment(&elf, 2, 0xffffffffffffff00, offsetof(TestElf, data), 16);
    elf.phdr[2].p_memsz = 0x100; /* to the last byte that there is */
    expect_not_loaded(
        f, &elf,
        "'x' does not fit: 0xffffffffffffff00-0xffffffffffffffff lies outside RAM, which is "
        "0x80000000-0x800fffff",
        where);
    set_segment(&elf, 2, 0x1000, offsetof(TestElf, data), 16);
    expect_not_loaded(
        f, &elf, "'x' does not fit: 0x1000-0x100f lies outside RAM, which is 0x80000000-0x800fffff",
        where);
    memory_region_set_enabled(&f->ram, false);
    expect_not_loaded(f, &elf, "'x' needs memory at 0x1000 and the machine has none",
                      "give it some with -m");
}

/*
 * ld -Ttext puts the headers into the page before the text: where there is no memory, nobody needs
 * them.
 */
static void test_headers_outside_ram(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf();
    size_t text = offsetof(TestElf, text);
    LoadedFile out;

    (void)data;
    elf.phdr[1].p_offset = 0;
    elf.phdr[1].p_paddr = RAM_BASE - text;
    elf.phdr[1].p_filesz = elf.phdr[1].p_memsz = text + sizeof(elf.text);
    elf.phdr[1].p_vaddr = elf.phdr[1].p_paddr;
    g_assert_true(add_elf(f, &elf, &out, &error_abort));
    g_assert_cmphex(out.entry, ==, RAM_BASE + 4);
    write_memory(f);
    assert_memory(f, RAM_BASE, 0x11, 32);
    assert_memory(f, RAM_BASE + 32, 0, 1);

    /* The text itself is needed, and so is what has other things in front. */
    elf.phdr[1].p_paddr = elf.phdr[1].p_vaddr = RAM_BASE - text - 8;
    expect_not_loaded(
        f, &elf,
        "'x' does not fit: 0x7fffff10-0x80000017 lies outside RAM, which is "
        "0x80000000-0x800fffff",
        "-m sets how much RAM there is; link the program to addresses from 0x80000000 on");
    elf.phdr[1].p_paddr = elf.phdr[1].p_vaddr = RAM_BASE - 8;
    elf.phdr[1].p_offset = 8;
    elf.phdr[1].p_filesz = elf.phdr[1].p_memsz = 64;
    expect_not_loaded(
        f, &elf,
        "'x' does not fit: 0x7ffffff8-0x80000037 lies outside RAM, which is "
        "0x80000000-0x800fffff",
        "-m sets how much RAM there is; link the program to addresses from 0x80000000 on");
}

static void test_overlap(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf();
    g_autofree char *raw = write_file(f, "raw", "\0\1\2\3", 4);
    g_autofree char *message = g_strdup_printf(
        "'%s' at 0x800010ff-0x80001102 overlaps 'x' at 0x80001000-0x800010ff", raw);
    Error *err = NULL;

    (void)data;
    g_assert_true(add_elf(f, &elf, NULL, &error_abort));
    g_assert_false(add_raw(f, raw, RAM_BASE + 0x10ff, &err));
    expect_error(&err, message, "link one of them to other addresses, or leave one out");
    g_assert_true(add_raw(f, raw, RAM_BASE + 0x1100, &error_abort));
    g_assert_true(add_raw(f, raw, RAM_BASE + 0xffc, &error_abort));
}

static void test_raw(Fixture *f, gconstpointer data)
{
    g_autofree char *raw = write_file(f, "raw", "\x13\0\0\0\x6f\0\0\0", 8);
    LoadedFile out;

    (void)data;
    g_assert_true(add_file(f, raw, RAM_BASE + 0x100, &out, &error_abort));
    g_assert_null(out.elf);
    g_assert_cmphex(out.entry, ==, RAM_BASE + 0x100);
    g_assert_cmphex(out.start, ==, RAM_BASE + 0x100);
    g_assert_cmphex(out.end, ==, RAM_BASE + 0x108);
    /* Its name is not needed any more. */
    remove(raw);
    write_memory(f);
    assert_memory(f, RAM_BASE + 0x100, 0x13, 1);
    assert_memory(f, RAM_BASE + 0x104, 0x6f, 1);
}

static void test_rom(Fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("abcd", 4);
    Error *err = NULL;

    (void)data;
    g_assert_true(loader_add_blob(f->loader, "blob", bytes, 0x1ffc, &error_abort));
    g_assert_false(loader_add_blob(f->loader, "blob", bytes, 0x1ffe, &err));
    g_assert_nonnull(err);
    error_free(err);
    write_memory(f);
    assert_memory(f, 0x1ffc, 'a', 1);
}

/* ---- Files ---- */

static void expect_bad_file(Fixture *f, const char *path, const char *format, const char *hint)
{
    g_autofree char *message = g_strdup_printf(format, path);
    Error *err = NULL;

    g_assert_false(add_file(f, path, RAM_BASE, NULL, &err));
    expect_error(&err, message, hint);
}

static void test_bad_files(Fixture *f, gconstpointer data)
{
    g_autofree char *missing = g_build_filename(f->folder, "missing", NULL);
    g_autofree char *empty = write_file(f, "empty", "", 0);
    g_autofree char *below_file = g_build_filename(empty, "x", NULL);

    (void)data;
    expect_bad_file(f, missing, "cannot open '%s': No such file or directory",
                    "check its name and permissions");
    expect_bad_file(f, below_file, "cannot open '%s': Not a directory",
                    "check its name and permissions");
    expect_bad_file(f, f->folder, "'%s' is a directory", "name a file in it");
    expect_bad_file(f, "/dev/null", "'%s' is not a regular file",
                    "copy its contents to a file first");
    expect_bad_file(f, "/dev/zero", "'%s' is not a regular file",
                    "copy its contents to a file first");
    expect_bad_file(f, empty, "'%s' is empty", AGAIN);
}

static void test_other_formats(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *bytes, *what, *hint;
    } formats[] = {
        { "#include <stdio.h>\nint main(void) { }\n", "it is a text file",
          "give a RISC-V ELF executable, or a raw image of machine code" },
        { "\x1f\x8b\x08\x01", "it is compressed with gzip", "unpack it with gunzip first" },
        { "\xfd" "7zXZ", "it is compressed with xz", "unpack it with unxz first" },
        { "BZh91AY", "it is compressed with bzip2", "unpack it with bunzip2 first" },
        { "\x28\xb5\x2f\xfd\x01", "it is compressed with zstd", "unpack it with unzstd first" },
        { "!<arch>\nx", "it is an archive of object files", "link it to an executable first" },
        { "\xd0\x0d\xfe\xed\x01", "it is a device tree blob", "give it to -dtb" },
        { "\xcf\xfa\xed\xfe\x01", "it is a Mach-O file", "build it with a RISC-V ELF compiler" },
        { "PK\x03\x04\x01", "it is a zip archive", "unpack it first" },
        { "\x27\x05\x19\x56\x01", "it is a U-Boot image", "give what it was made of" },
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *path = write_file(f, "x", formats[i].bytes, strlen(formats[i].bytes));
        g_autofree char *format = g_strdup_printf("'%%s' is not an ELF file: %s", formats[i].what);

        expect_bad_file(f, path, format, formats[i].hint);
        /* As initrd anything will do. */
        g_assert_true(add_raw(f, path, RAM_BASE + i * 0x1000, &error_abort));
    }
}

static void test_read_file(Fixture *f, gconstpointer data)
{
    g_autofree char *path = write_file(f, "x", "abc", 3);
    g_autoptr(GBytes) bytes = image_file_read(path, &error_abort);
    Error *err = NULL;

    (void)data;
    g_assert_cmpint(truncate(path, 0), ==, 0);
    g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "abc", 3);
    g_assert_null(image_file_read(path, &err));
    g_assert_nonnull(err);
    error_free(err);
}

/* ---- Random damage ---- */

/* Values that sizes and offsets break at. */
static uint64_t nasty_value(void)
{
    static const uint64_t values[] = { 0,
                                       1,
                                       2,
                                       3,
                                       7,
                                       0xff,
                                       0x1000,
                                       0x7fffffff,
                                       0x80000000,
                                       0xffffffff,
                                       0x7fffffffffffffff,
                                       0x8000000000000000,
                                       UINT64_MAX,
                                       UINT64_MAX - 1,
                                       UINT64_MAX - 63,
                                       RAM_BASE,
                                       RAM_BASE + RAM_SIZE - 1,
                                       sizeof(TestElf) };

    return values[g_test_rand_int_range(0, G_N_ELEMENTS(values))];
}

static void damage(uint8_t *bytes, size_t size)
{
    for (int i = g_test_rand_int_range(1, 5); i > 0; i--) {
        if (g_test_rand_bit()) {
            bytes[g_test_rand_int_range(0, size)] ^= 1 << g_test_rand_int_range(0, 8);
        } else {
            uint64_t value = nasty_value();
            size_t width = 1u << g_test_rand_int_range(0, 4);

            memcpy(bytes + g_test_rand_int_range(0, size / width) * width, &value, width);
        }
    }
}

/* An error, or an image that can be used; no crash, no access outside the file. */
static void test_hostile(Fixture *f, gconstpointer data)
{
    const char *rounds = g_getenv("RVEMU_FUZZ_ROUNDS");
    TestElf good = make_elf();
    guint64 loaded = 0;

    (void)data;
    for (guint64 left = rounds ? g_ascii_strtoull(rounds, NULL, 10) : 20000; left > 0; left--) {
        g_autoptr(Loader) loader = loader_new(&f->as);
        g_autofree uint8_t *bytes = g_memdup2(&good, sizeof(good));
        size_t cut = g_test_rand_int_range(0, sizeof(good));
        size_t size = g_test_rand_int_range(0, 4) ? sizeof(good) : cut;
        ElfImage *image;

        damage(bytes, sizeof(good));
        image = parse_bytes(bytes, size, NULL);
        if (image) {
            elf_image_symbol(image, "main");
            elf_image_symbol_at(image, nasty_value());
            elf_image_phys(image, nasty_value());
            if (loader_add_elf(loader, image, RAM_BASE, NULL, NULL)) {
                g_assert_true(loader_write(loader, &error_abort));
                loaded++;
            }
        }
    }
    g_assert_cmpuint(loaded, >, 0); /* not everything is refused: damage is small */
}

#define ADD(name, fn) g_test_add("/loader/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/loader/symbols", test_symbols);
    g_test_add_func("/loader/symbol-at", test_symbol_at);
    g_test_add_func("/loader/label-range", test_label_range);
    g_test_add_func("/loader/symbol-rank", test_symbol_rank);
    g_test_add_func("/loader/stripped", test_stripped);
    g_test_add_func("/loader/physical", test_physical);
    g_test_add_func("/loader/bad-ident", test_bad_ident);
    g_test_add_func("/loader/bad-header", test_bad_header);
    g_test_add_func("/loader/bad-entry", test_bad_entry);
    g_test_add_func("/loader/bad-segments", test_bad_segments);
    g_test_add_func("/loader/truncated", test_truncated);
    g_test_add_func("/loader/bad-symbols", test_bad_symbols);
    ADD("load", test_load);
    ADD("bss-is-free", test_bss_is_free);
    ADD("position-independent", test_position_independent);
    ADD("outside-ram", test_outside_ram);
    ADD("headers-outside-ram", test_headers_outside_ram);
    ADD("overlap", test_overlap);
    ADD("raw", test_raw);
    ADD("rom", test_rom);
    ADD("bad-files", test_bad_files);
    ADD("other-formats", test_other_formats);
    ADD("read-file", test_read_file);
    ADD("hostile", test_hostile);
    return g_test_run();
}
