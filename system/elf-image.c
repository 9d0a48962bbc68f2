/*
 * Reading ELF files: what is checked, and what is kept of them.
 *
 * A file may be anything, also on purpose: nothing in it is believed before it was compared with
 * the file's size. What does not belong here: guest memory (loader.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <gelf.h>
#include <libelf.h>
#include <string.h>

#include "elf-attributes.h"
#include "elf-image.h"

struct ElfImage {
    ImageSource *source;
    const char *name; /* the source's */
    uint64_t entry; /* as linked */
    bool pic;       /* position-independent and linked at 0: goes where there is room */
    GArray *segments; /* of ElfSegment */
    char *arch;     /* what it was compiled for, by its attributes; NULL: it does not say */

    char *strings;
    GArray *symbols;  /* of ElfSymbol, in the file's order */
    GArray *marks;    /* the same: those that tools made for themselves */
    GMutex lock;
    GPtrArray *by_addr; /* of ElfSymbol *, sorted when first asked for; guarded by `lock` */
};

/* Linkers make a handful. Without a limit, comparing each with each could take forever. */
#define MAX_SEGMENTS 4096u

bool image_is_elf(const ImageSource *source)
{
    char magic[SELFMAG];

    return image_source_size(source) >= SELFMAG &&
           image_source_read(source, 0, magic, SELFMAG, NULL) &&
           memcmp(magic, ELFMAG, SELFMAG) == 0;
}

/* ---- Checks ---- */

/* "'NAME' is damaged: ..." */
static bool G_GNUC_PRINTF(3, 4) damaged(const char *name, Error **errp, const char *fmt, ...)
{
    g_autofree char *what = NULL;
    va_list ap;

    va_start(ap, fmt);
    what = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    error_setg(errp, "'%s' is damaged: %s", name, what);
    error_append_hint(errp, "copy or build it again");
    return false;
}

static bool check_ident(GBytes *file, const char *name, Error **errp)
{
    const uint8_t *ident = g_bytes_get_data(file, NULL);

    if (g_bytes_get_size(file) < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0) {
        error_setg(errp, "'%s' is not an ELF file", name);
        error_append_hint(errp, "give a RISC-V executable as riscv64-unknown-elf-gcc makes it");
        return false;
    }
    if (g_bytes_get_size(file) < sizeof(Elf64_Ehdr)) {
        error_setg(errp, "'%s' is truncated: it ends within the ELF header", name);
        error_append_hint(errp, "copy or build it again");
        return false;
    }
    if (ident[EI_CLASS] == ELFCLASS32) {
        error_setg(errp, "'%s' is a 32-bit ELF file", name);
        error_append_hint(errp,
                          "rvemu runs 64-bit programs: build it with -march=rv64gc -mabi=lp64d");
        return false;
    }
    if (ident[EI_DATA] == ELFDATA2MSB) {
        error_setg(errp, "'%s' is a big-endian ELF file", name);
        error_append_hint(errp, "rvemu runs little-endian programs: build it without -mbig-endian");
        return false;
    }
    if (ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != ELFDATA2LSB ||
        ident[EI_VERSION] != EV_CURRENT) {
        return damaged(name, errp, "class %u, byte order %u, version %u", ident[EI_CLASS],
                       ident[EI_DATA], ident[EI_VERSION]);
    }
    return true;
}

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case EM_X86_64:
        return "x86-64";
    case EM_386:
        return "x86";
    case EM_AARCH64:
        return "AArch64";
    case EM_ARM:
        return "ARM";
    case EM_PPC64:
        return "PowerPC";
    case EM_S390:
        return "S/390";
    case EM_MIPS:
        return "MIPS";
    case EM_LOONGARCH:
        return "LoongArch";
    default:
        return NULL;
    }
}

static bool check_machine(const GElf_Ehdr *ehdr, const char *name, Error **errp)
{
    const char *machine = machine_name(ehdr->e_machine);

    if (ehdr->e_machine == EM_RISCV) {
        return true;
    }
    if (machine) {
        error_setg(errp, "'%s' is an ELF file for %s, not for RISC-V", name, machine);
    } else {
        error_setg(errp, "'%s' is an ELF file for machine number %u, not for RISC-V", name,
                   ehdr->e_machine);
    }
    error_append_hint(errp, "build it with a RISC-V compiler such as riscv64-unknown-elf-gcc");
    return false;
}

static bool check_type(const GElf_Ehdr *ehdr, const char *name, Error **errp)
{
    switch (ehdr->e_type) {
    case ET_EXEC:
    case ET_DYN:
        return true;
    case ET_REL:
        error_setg(errp, "'%s' is an object file, not an executable", name);
        error_append_hint(errp, "link it first");
        return false;
    case ET_CORE:
        error_setg(errp, "'%s' is a core dump, not an executable", name);
        error_append_hint(errp, "name the program that left it");
        return false;
    default:
        error_setg(errp, "'%s' is an ELF file of type %u, not an executable", name, ehdr->e_type);
        error_append_hint(errp, "link a static executable");
        return false;
    }
}

/* Does [offset, offset + size) lie in the file? `what` says what is there. */
static bool check_in_file(GBytes *file, const char *name, const char *what, uint64_t offset,
                          uint64_t size, Error **errp)
{
    uint64_t file_size = g_bytes_get_size(file);

    if (offset <= file_size && size <= file_size - offset) {
        return true;
    }
    error_setg(errp,
               "'%s' is truncated: its %s reach beyond the end of the file at %" PRIu64 " bytes",
               name, what, file_size);
    error_append_hint(errp, "copy or build it again");
    return false;
}

/* ---- Segments ---- */

/*
 * How much of the segment's beginning is the ELF header, program headers and padding. `ld
 * -Ttext=ADDR` puts these into the page before ADDR, where a board may have no memory; no program
 * misses them.
 */
static uint64_t count_spare(GBytes *file, const GElf_Ehdr *ehdr, const GElf_Phdr *phdr)
{
    const uint8_t *bytes = g_bytes_get_data(file, NULL);
    uint64_t spare =
        MAX(ehdr->e_ehsize, ehdr->e_phoff + (uint64_t)ehdr->e_phnum * sizeof(Elf64_Phdr));

    if (phdr->p_offset != 0 || spare > phdr->p_filesz) {
        return 0;
    }
    while (spare < phdr->p_filesz && bytes[spare] == 0) {
        spare++;
    }
    return spare;
}

static bool add_segment(ElfImage *image, GBytes *file, const GElf_Ehdr *ehdr, const GElf_Phdr *phdr,
                        Error **errp)
{
    ElfSegment segment = {
        .paddr = phdr->p_paddr,
        .vaddr = phdr->p_vaddr,
        .memsz = phdr->p_memsz,
        .offset = phdr->p_offset,
        .filesz = phdr->p_filesz,
        .executable = phdr->p_flags & PF_X,
    };

    if (phdr->p_filesz > phdr->p_memsz) {
        return damaged(image->name, errp,
                       "the segment at 0x%" PRIx64 " is longer in the file than in memory",
                       phdr->p_paddr);
    }
    if (phdr->p_memsz - 1 > UINT64_MAX - phdr->p_paddr) {
        return damaged(image->name, errp,
                       "the segment at 0x%" PRIx64 " reaches beyond the last address",
                       phdr->p_paddr);
    }
    if (!check_in_file(file, image->name, "segments", phdr->p_offset, phdr->p_filesz, errp)) {
        return false;
    }
    segment.spare = count_spare(file, ehdr, phdr);
    g_array_append_val(image->segments, segment);
    return true;
}

static int compare_segments(gconstpointer a, gconstpointer b)
{
    uint64_t pa = ((const ElfSegment *)a)->paddr, pb = ((const ElfSegment *)b)->paddr;

    return pa < pb ? -1 : pa > pb;
}

/* Sorts the segments as well. */
static bool check_overlap(ElfImage *image, Error **errp)
{
    g_array_sort(image->segments, compare_segments);
    for (guint i = 1; i < image->segments->len; i++) {
        const ElfSegment *a = &g_array_index(image->segments, ElfSegment, i - 1);
        const ElfSegment *b = &g_array_index(image->segments, ElfSegment, i);

        if (b->paddr - a->paddr < a->memsz) {
            error_setg(errp,
                       "'%s': the segments at 0x%" PRIx64 " and 0x%" PRIx64 " overlap by %" PRIu64
                       " bytes",
                       image->name, a->paddr, b->paddr, a->memsz - (b->paddr - a->paddr));
            error_append_hint(errp,
                              "physical addresses count: check the load addresses (LMA) in the "
                              "linker script");
            return false;
        }
    }
    return true;
}

static bool read_segments(ElfImage *image, Elf *elf, GBytes *file, const GElf_Ehdr *ehdr,
                          Error **errp)
{
    unsigned count = ehdr->e_phnum; /* PN_XNUM, "too many for this field", is too many */

    if (count > 0 && ehdr->e_phentsize != sizeof(Elf64_Phdr)) {
        return damaged(image->name, errp, "its program headers are %u bytes long",
                       ehdr->e_phentsize);
    }
    if (count > MAX_SEGMENTS) {
        return damaged(image->name, errp,
                       "it has %u program headers, more than the %u that make sense", count,
                       MAX_SEGMENTS);
    }
    if (!check_in_file(file, image->name, "program headers", ehdr->e_phoff,
                       count * sizeof(Elf64_Phdr), errp)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        GElf_Phdr phdr;

        if (!gelf_getphdr(elf, i, &phdr)) {
            return damaged(image->name, errp, "%s", elf_errmsg(-1));
        }
        if (phdr.p_type == PT_LOAD && phdr.p_memsz > 0 &&
            !add_segment(image, file, ehdr, &phdr, errp)) {
            return false;
        }
    }
    if (image->segments->len == 0) {
        error_setg(errp, "'%s' has nothing to load: it has no segment of type LOAD", image->name);
        error_append_hint(errp, "check the linker script");
        return false;
    }
    return check_overlap(image, errp);
}

static const ElfSegment *segment_of_vaddr(const ElfImage *image, uint64_t vaddr)
{
    for (guint i = 0; i < image->segments->len; i++) {
        const ElfSegment *segment = &g_array_index(image->segments, ElfSegment, i);

        if (vaddr - segment->vaddr < segment->memsz) {
            return segment;
        }
    }
    return NULL;
}

/*
 * An entry outside every segment would run into whatever is there. Physical ones are accepted too.
 */
static bool check_entry(const ElfImage *image, Error **errp)
{
    if (segment_of_vaddr(image, image->entry)) {
        return true;
    }
    for (guint i = 0; i < image->segments->len; i++) {
        const ElfSegment *segment = &g_array_index(image->segments, ElfSegment, i);

        if (image->entry - segment->paddr < segment->memsz) {
            return true;
        }
    }
    error_setg(errp, "'%s': the entry point 0x%" PRIx64 " lies in no segment", image->name,
               image->entry);
    error_append_hint(errp, "name the entry point with ENTRY() in the linker script");
    return false;
}

/* ---- Sections: symbols and attributes ---- */

/* Symbols that the tools made for themselves tell nobody anything. */
static bool symbol_is_named(const GElf_Sym *sym, const char *name)
{
    int type = GELF_ST_TYPE(sym->st_info);

    return type != STT_SECTION && type != STT_FILE &&
           type != STT_TLS && name[0] && name[0] != '$' && strncmp(name, ".L", 2) != 0;
}

/* A symbol table that is not as it should be is as good as none: the program can run without. */
static void read_symbol_table(ElfImage *image, Elf *elf, Elf_Scn *scn, const GElf_Shdr *shdr)
{
    Elf_Scn *string_scn = elf_getscn(elf, shdr->sh_link);
    Elf_Data *data = elf_rawdata(scn, NULL);
    Elf_Data *strings = string_scn ? elf_rawdata(string_scn, NULL) : NULL;
    size_t count;

    if (!data || !data->d_buf || !strings || !strings->d_buf || strings->d_size == 0) {
        return;
    }
    image->strings = g_malloc(strings->d_size + 1);
    memcpy(image->strings, strings->d_buf, strings->d_size);
    image->strings[strings->d_size] = '\0';
    count = data->d_size / sizeof(Elf64_Sym);
    for (size_t i = 0; i < count; i++) {
        GElf_Sym sym;

        memcpy(&sym, (const char *)data->d_buf + i * sizeof(sym), sizeof(sym));
        if (sym.st_name < strings->d_size && sym.st_shndx != SHN_UNDEF) {
            ElfSymbol symbol = {
                .name = image->strings + sym.st_name,
                .value = sym.st_value,
                .size = sym.st_size,
                .global = GELF_ST_BIND(sym.st_info) != STB_LOCAL,
            };

            g_array_append_val(symbol_is_named(&sym, symbol.name) ? image->symbols : image->marks, symbol);
        }
    }
}

#define SECTION_ATTRIBUTES 0x70000003 /* SHT_RISCV_ATTRIBUTES */

static void read_attributes(ElfImage *image, Elf_Scn *scn)
{
    Elf_Data *data = elf_rawdata(scn, NULL);

    if (data && data->d_buf && !image->arch) {
        image->arch = elf_attributes_arch(data->d_buf, data->d_size);
    }
}

static bool read_sections(ElfImage *image, Elf *elf, GBytes *file, const GElf_Ehdr *ehdr,
                         Error **errp)
{
    Elf_Scn *scn = NULL;
    size_t count = ehdr->e_shnum;

    if (ehdr->e_shoff == 0) {
        return true;
    }
    if (count == 0 && elf_getshdrnum(elf, &count) != 0) { /* too many for the header's field */
        return damaged(image->name, errp, "%s", elf_errmsg(-1));
    }
    if (!check_in_file(file, image->name, "section headers", ehdr->e_shoff,
                       count * sizeof(Elf64_Shdr), errp)) {
        return false;
    }
    while ((scn = elf_nextscn(elf, scn))) {
        GElf_Shdr shdr;

        if (!gelf_getshdr(scn, &shdr)) {
            continue;
        }
        if (shdr.sh_type == SECTION_ATTRIBUTES) {
            read_attributes(image, scn);
        } else if (shdr.sh_type == SHT_SYMTAB && !image->strings) {
            read_symbol_table(image, elf, scn, &shdr);
        }
    }
    return true;
}

/* ---- The image ---- */

/* Position-independent and linked at 0. Linux is loaded at 0 and linked elsewhere. */
static bool is_placeable(const ElfImage *image, const GElf_Ehdr *ehdr)
{
    const ElfSegment *first = &g_array_index(image->segments, ElfSegment, 0);

    return ehdr->e_type == ET_DYN && first->paddr < RAM_PAGE_SIZE && first->vaddr < RAM_PAGE_SIZE;
}

static bool read_elf(ElfImage *image, Elf *elf, GBytes *file, Error **errp)
{
    GElf_Ehdr ehdr;

    if (!elf || !gelf_getehdr(elf, &ehdr)) {
        return damaged(image->name, errp, "%s", elf_errmsg(-1));
    }
    if (!check_machine(&ehdr, image->name, errp) || !check_type(&ehdr, image->name, errp) ||
        !read_segments(image, elf, file, &ehdr, errp)) {
        return false;
    }
    image->entry = ehdr.e_entry;
    image->pic = is_placeable(image, &ehdr);
    return check_entry(image, errp) && read_sections(image, elf, file, &ehdr, errp);
}

static ElfImage *new_image(ImageSource *source)
{
    ElfImage *image = g_new0(ElfImage, 1);

    if (source) {
        image->source = image_source_ref(source);
        image->name = image_source_name(source);
    }
    image->segments = g_array_new(FALSE, FALSE, sizeof(ElfSegment));
    image->symbols = g_array_new(FALSE, FALSE, sizeof(ElfSymbol));
    image->marks = g_array_new(FALSE, FALSE, sizeof(ElfSymbol));
    g_mutex_init(&image->lock);
    return image;
}

ElfImage *elf_image_parse(ImageSource *source, Error **errp)
{
    g_autoptr(GBytes) file = image_source_map(source, errp);
    g_autoptr(ElfImage) image = NULL;
    const char *data;
    gsize size;
    Elf *elf;
    bool ok;

    if (!file || !check_ident(file, image_source_name(source), errp)) {
        return NULL;
    }
    image = new_image(source);
    elf_version(EV_CURRENT);
    data = g_bytes_get_data(file, &size);
    elf = elf_memory((char *)data, size); /* only reads: no byte order to convert */
    ok = read_elf(image, elf, file, errp);
    elf_end(elf);
    if (!ok) {
        error_default_hint(errp, "copy or build it again");
    }
    return ok ? g_steal_pointer(&image) : NULL;
}

ElfImage *elf_image_of_symbols(const GArray *symbols, char *strings)
{
    ElfImage *image = new_image(NULL);

    image->strings = strings;
    g_array_append_vals(image->symbols, symbols->data, symbols->len);
    return image;
}

void elf_image_free(ElfImage *image)
{
    if (!image) {
        return;
    }
    image_source_unref(image->source);
    g_array_unref(image->segments);
    g_array_unref(image->symbols);
    g_array_unref(image->marks);
    g_clear_pointer(&image->by_addr, g_ptr_array_unref);
    g_mutex_clear(&image->lock);
    g_free(image->strings);
    g_free(image->arch);
    g_free(image);
}

ImageSource *elf_image_source(const ElfImage *image)
{
    return image->source;
}

const GArray *elf_image_segments(const ElfImage *image)
{
    return image->segments;
}

const GArray *elf_image_symbols(const ElfImage *image)
{
    return image->symbols;
}

const GArray *elf_image_marks(const ElfImage *image)
{
    return image->marks;
}

void elf_image_place(ElfImage *image, hwaddr addr)
{
    if (!image->pic) {
        return;
    }
    image->entry += addr;
    for (guint i = 0; i < image->segments->len; i++) {
        ElfSegment *segment = &g_array_index(image->segments, ElfSegment, i);

        segment->paddr += addr;
        segment->vaddr += addr;
    }
    for (guint i = 0; i < image->symbols->len; i++) {
        g_array_index(image->symbols, ElfSymbol, i).value += addr;
    }
}

void elf_image_load_at(ElfImage *image, hwaddr addr)
{
    uint64_t offset = addr - elf_image_start(image);

    for (guint i = 0; i < image->segments->len; i++) {
        g_array_index(image->segments, ElfSegment, i).paddr += offset;
    }
}

hwaddr elf_image_start(const ElfImage *image)
{
    return g_array_index(image->segments, ElfSegment, 0).paddr;
}

const char *elf_image_arch(const ElfImage *image)
{
    return image->arch;
}

/* The entry may be a virtual or a physical address: check_entry(). */
bool elf_image_entry_is_code(const ElfImage *image)
{
    for (guint i = 0; i < image->segments->len; i++) {
        const ElfSegment *segment = &g_array_index(image->segments, ElfSegment, i);

        if (segment->executable && (image->entry - segment->vaddr < segment->memsz ||
                                    image->entry - segment->paddr < segment->memsz)) {
            return true;
        }
    }
    return false;
}

bool elf_image_is_high(const ElfImage *image)
{
    return image->entry >> 63;
}

hwaddr elf_image_phys(const ElfImage *image, uint64_t addr)
{
    const ElfSegment *segment = segment_of_vaddr(image, addr);

    return segment ? segment->paddr + (addr - segment->vaddr) : addr;
}

hwaddr elf_image_entry(const ElfImage *image)
{
    return elf_image_phys(image, image->entry);
}

const ElfSymbol *elf_image_symbol(const ElfImage *image, const char *name)
{
    const ElfSymbol *local = NULL;

    for (guint i = 0; i < image->symbols->len; i++) {
        const ElfSymbol *symbol = &g_array_index(image->symbols, ElfSymbol, i);

        if (strcmp(symbol->name, name) == 0) {
            if (symbol->global) {
                return symbol;
            }
            local = symbol;
        }
    }
    return local;
}

/*
 * By address; at one address, the symbol that tells most comes last: one with a size, then a global
 * one.
 */
static gint compare_symbols(gconstpointer a, gconstpointer b)
{
    const ElfSymbol *sa = *(const ElfSymbol *const *)a, *sb = *(const ElfSymbol *const *)b;

    if (sa->value != sb->value) {
        return sa->value < sb->value ? -1 : 1;
    }
    if (!sa->size != !sb->size) {
        return sa->size ? 1 : -1;
    }
    if (sa->global != sb->global) {
        return sa->global ? 1 : -1;
    }
    return strcmp(sa->name, sb->name);
}

static const GPtrArray *symbols_by_addr(ElfImage *image)
{
    const GPtrArray *sorted;

    g_mutex_lock(&image->lock);
    if (!image->by_addr) {
        image->by_addr = g_ptr_array_sized_new(image->symbols->len);
        for (guint i = 0; i < image->symbols->len; i++) {
            g_ptr_array_add(image->by_addr, &g_array_index(image->symbols, ElfSymbol, i));
        }
        g_ptr_array_sort(image->by_addr, compare_symbols);
    }
    sorted = image->by_addr;
    g_mutex_unlock(&image->lock);
    return sorted;
}

/*
 * Is `addr`, not below the symbol, within it? A label goes as far as the program, if it is known how
 * far that is (elf_image_of_symbols()).
 */
static bool covers(const ElfImage *image, const ElfSymbol *symbol, uint64_t addr)
{
    if (symbol->size) {
        return addr - symbol->value < symbol->size;
    }
    return addr == symbol->value || image->segments->len == 0 || segment_of_vaddr(image, addr);
}

const ElfSymbol *elf_image_symbol_at(ElfImage *image, uint64_t addr)
{
    const GPtrArray *sorted = symbols_by_addr(image);
    const ElfSymbol *symbol;
    guint first = 0, last = sorted->len; /* the first symbol above addr is in [first, last] */

    while (first < last) {
        guint middle = first + (last - first) / 2;

        symbol = g_ptr_array_index(sorted, middle);
        if (symbol->value <= addr) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    if (first == 0) {
        return NULL;
    }
    symbol = g_ptr_array_index(sorted, first - 1);
    return covers(image, symbol, addr) ? symbol : NULL;
}
