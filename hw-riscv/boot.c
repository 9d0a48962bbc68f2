/*
 * Start-up of RISC-V boards: see include/hw/boot.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/boot.h"

#include <string.h>

#include "hw/linux-image.h"
#include "hw/roms.h"
#include "system/data-dir.h"
#include "util/bits.h"
#include "util/log.h"

/* Firmware and kernels map memory in pages of this size. */
#define BIG_PAGE (2 * MiB)

/* What roms/reset-vector.S has behind its code. */
typedef struct ResetVector {
    uint32_t code[6];
    uint64_t entry;
    uint64_t fdt;
    struct { /* OpenSBI: struct fw_dynamic_info */
        uint64_t magic;
        uint64_t version;
        uint64_t next_addr;
        uint64_t next_mode;
        uint64_t options;
        uint64_t boot_hart;
    } info;
} ResetVector;

/* The same of roms/reset-vector-spike.S. */
typedef struct SpikeResetVector {
    uint32_t code[6];
    uint64_t entry;
} SpikeResetVector;

/*
 * boot->as_spike: as Spike does it, harts are told of the device tree alone, which is behind the
 * reset vector. A firmware is a program like others. A kernel beside it is raw, whatever it holds,
 * and lies 2 MiB behind the start of RAM; an initrd is as far up in RAM as it can be, but for a page.
 */
#define SPIKE_KERNEL_OFFSET BIG_PAGE

/* ---- Firmware ---- */

/* OpenSBI with a kernel anywhere: as Debian's package opensbi names it, and as QEMU does. */
static const char *const default_firmware[] = {
    "fw_dynamic.bin",
    "opensbi-riscv64-generic-fw_dynamic.bin",
    NULL,
};

/*
 * The memory that firmware takes behind its image. OpenSBI 1.6 was seen to take 50 KiB, and 17 KiB
 * for each hart: its stack, and part of the heap.
 */
static uint64_t firmware_work_size(const MachineState *machine)
{
    return 256 * KiB + machine->smp.cpus * 20 * KiB;
}

static char *find_default_firmware(const MachineState *machine, Error **errp)
{
    char *found = data_dir_find(machine->firmware_path, default_firmware);

    if (!found) {
        g_autofree char *names = g_strjoinv(" or ", (char **)default_firmware);

        error_setg(errp, "no firmware: there is no %s in %s", names, machine->firmware_path);
        error_append_hint(errp, "install the package opensbi, name its folder with -L DIR, or a "
                          "firmware with -bios FILE");
    }
    return found;
}

/* The default one, or a file of that name, else one of that name among the firmware of the host. */
static char *find_firmware(const MachineState *machine, Error **errp)
{
    const char *name = machine->firmware;
    const char *const names[] = { name, NULL };
    char *found = NULL;

    if (!name || !name[0] || strcmp(name, "default") == 0) {
        return find_default_firmware(machine, errp);
    }
    if (!g_file_test(name, G_FILE_TEST_EXISTS)) {
        found = data_dir_find(machine->firmware_path, names);
    }
    return found ? found : g_strdup(name);
}

static bool load_firmware(RISCVBoot *boot, Error **errp)
{
    g_autofree char *name = find_firmware(boot->machine, errp);
    g_autoptr(ImageSource) source = name ? image_source_open(name, errp) : NULL;

    boot->has_firmware = true;
    return source && loader_add_file(boot->loader, source, boot->ram_base, &boot->firmware, errp);
}

/* ---- The kernel ---- */

/* What -kernel names, or the built-in guest; neither an ELF file nor an Image: a raw image. */
typedef struct Kernel {
    ImageSource *source;
    ElfImage *elf; /* taken over by the loader */
    LinuxImage image;
    bool is_image;
} Kernel;

static bool open_kernel(Kernel *kernel, const RISCVBoot *boot, Error **errp)
{
    const char *name = boot->machine->kernel_filename;

    if (name) {
        kernel->source = image_source_open(name, errp);
    } else {
        g_autoptr(GBytes) guest = g_bytes_new_static(rom_guest, rom_guest_size);
        kernel->source = image_source_new("built-in guest", guest);
    }
    if (!kernel->source) {
        return false;
    }
    if (image_is_elf(kernel->source)) {
        kernel->elf = elf_image_parse(kernel->source, errp);
        return kernel->elf;
    }
    return linux_image_probe(kernel->source, &kernel->image, &kernel->is_image, errp);
}

/* Would it want to be started by firmware, in supervisor mode? */
static bool is_operating_system(const Kernel *kernel, const RISCVBoot *boot)
{
    hwaddr start;

    if (!kernel->elf) {
        return kernel->is_image;
    }
    start = elf_image_start(kernel->elf);
    return elf_image_is_high(kernel->elf) &&
           (start < boot->ram_base || start - boot->ram_base >= BIG_PAGE);
}

static bool needs_firmware(const Kernel *kernel, const RISCVBoot *boot)
{
    const char *name = boot->machine->firmware;

    if (name && name[0]) {
        return strcmp(name, "none") != 0;
    }
    return is_operating_system(kernel, boot);
}

/* Where it goes, unless it is an ELF file that goes somewhere else. */
static hwaddr kernel_addr(const Kernel *kernel, const RISCVBoot *boot)
{
    uint64_t offset = kernel->is_image ? kernel->image.text_offset : 0;
    hwaddr first = boot->ram_base;

    if (boot->has_firmware) {
        hwaddr end = MAX(boot->firmware.end, boot->ram_base + 1);

        first = align_up(end + firmware_work_size(boot->machine), BIG_PAGE);
    }
    return boot->ram_base + offset >= first ? boot->ram_base + offset : first + offset % BIG_PAGE;
}

static bool place_kernel(Kernel *kernel, RISCVBoot *boot, Error **errp)
{
    hwaddr addr = kernel_addr(kernel, boot);

    boot->has_kernel = true;
    if (boot->as_spike && boot->has_firmware) {
        return loader_add_raw(boot->loader, kernel->source, boot->ram_base + SPIKE_KERNEL_OFFSET,
                              &boot->kernel, errp);
    }
    if (kernel->elf) {
        return loader_add_elf(boot->loader, g_steal_pointer(&kernel->elf), addr, &boot->kernel,
                              errp);
    }
    if (kernel->is_image) {
        return loader_add_part(boot->loader, &kernel->image.part, addr, &boot->kernel, errp);
    }
    return loader_add_file(boot->loader, kernel->source, addr, &boot->kernel, errp);
}

/* What is not as it should be, but may work. */
static void look_at_program(RISCVBoot *boot, const ElfImage *elf)
{
    boot->kernel_arch = g_strdup(elf_image_arch(elf));
    if (!elf_image_entry_is_code(elf)) {
        warn_report("'%s': the entry point lies in a segment that is not for code (check ENTRY() in "
                    "the linker script, and the segments with readelf -l)",
                    boot->machine->kernel_filename);
    }
}

/* The kernel, and before it the firmware. */
static bool load_programs(RISCVBoot *boot, Error **errp)
{
    Kernel kernel = { 0 };
    bool ok = open_kernel(&kernel, boot, errp);

    if (ok && kernel.elf) {
        look_at_program(boot, kernel.elf);
    }
    if (ok && needs_firmware(&kernel, boot)) {
        ok = load_firmware(boot, errp);
    }
    /* The built-in guest is for an empty command line. */
    if (ok && (boot->machine->kernel_filename || !boot->has_firmware)) {
        ok = place_kernel(&kernel, boot, errp);
    }
    elf_image_free(kernel.elf);
    image_source_unref(kernel.source);
    return ok;
}

/* ---- The initial RAM disk ---- */

/*
 * Where `size` bytes can go: in the middle of RAM, but within reach of a kernel that maps its first
 * pages only. There it is in the way of neither the kernel, which grows from below, nor the device
 * tree at the end. What does not fit there goes as far up as it can.
 */
static bool find_initrd_room(const RISCVBoot *boot, uint64_t size, hwaddr *addr)
{
    uint64_t ram_size = boot->machine->ram_size;
    hwaddr middle = boot->ram_base + align_down(MIN(ram_size / 2, 512 * MiB), RAM_PAGE_SIZE);
    hwaddr behind = align_up(MAX(boot->kernel.end, boot->ram_base), RAM_PAGE_SIZE);
    hwaddr end = boot->ram_base + ram_size - MIN(ram_size / 8, MiB); /* the tree needs room */
    hwaddr first = MAX(middle, behind);

    if (size > ram_size) {
        return false;
    }
    if (boot->as_spike) {
        *addr = boot->ram_base + ram_size - MIN(ram_size, RAM_PAGE_SIZE) - size;
        return true;
    }
    return (first + size <= end && loader_find_room(boot->loader, first, first + size, size,
                                                    RAM_PAGE_SIZE, addr)) ||
           loader_find_room(boot->loader, behind, end, size, RAM_PAGE_SIZE, addr);
}

static bool load_initrd(RISCVBoot *boot, Error **errp)
{
    const char *name = boot->machine->initrd_filename;
    g_autoptr(ImageSource) source = name ? image_source_open(name, errp) : NULL;
    LoadedFile initrd;
    hwaddr addr;

    if (!source) {
        return !name;
    }
    if (!find_initrd_room(boot, image_source_size(source), &addr)) {
        error_setg(errp, "initrd '%s' of %" PRIu64 " bytes does not fit between the kernel, which "
                   "ends at 0x%" PRIx64 ", and the end of RAM at 0x%" PRIx64, name,
                   image_source_size(source), boot->kernel.end - 1,
                   boot->ram_base + boot->machine->ram_size - 1);
        error_append_hint(errp, "give the machine more RAM with -m");
        return false;
    }
    if (!loader_add_raw(boot->loader, source, addr, &initrd, errp)) {
        return false;
    }
    boot->initrd_start = initrd.start;
    boot->initrd_end = initrd.end;
    return true;
}

bool riscv_boot_load_images(RISCVBoot *boot, MachineState *machine, hwaddr ram_base, Error **errp)
{
    boot->machine = machine;
    boot->loader = loader_new(&machine->address_space);
    machine->symbols = loader_symbols(boot->loader);
    boot->ram_base = ram_base;
    return load_programs(boot, errp) && load_initrd(boot, errp);
}

/* ---- Device tree ---- */

void riscv_boot_add_chosen(const RISCVBoot *boot, DTNode *root, const char *stdout_path)
{
    DTNode *chosen = dt_child(root, "chosen");

    if (!chosen) {
        chosen = dt_add_node(root, "chosen");
    }
    if (stdout_path) {
        dt_set_string(chosen, "stdout-path", stdout_path);
    }
    if (boot->machine->kernel_cmdline) {
        dt_set_string(chosen, "bootargs", boot->machine->kernel_cmdline);
    }
    if (boot->initrd_end) {
        dt_set_u64(chosen, "linux,initrd-start", boot->initrd_start);
        dt_set_u64(chosen, "linux,initrd-end", boot->initrd_end);
    }
}

/*
 * Near the end of RAM, but in its first gigabyte, which is what software maps first. Behind it
 * there is room, as firmware makes it longer in place.
 */
static bool find_fdt_room(const RISCVBoot *boot, uint64_t size, hwaddr *addr, Error **errp)
{
    const uint64_t unit = 64 * KiB;
    hwaddr end = boot->ram_base + MIN(boot->machine->ram_size, GiB);

    if (loader_find_room(boot->loader, boot->ram_base, end, size + unit, unit, addr)) {
        return true;
    }
    error_setg(errp, "there is no room for the device tree in RAM below 0x%" PRIx64, end);
    error_append_hint(errp, "give the machine more RAM with -m, or link the kernel elsewhere");
    return false;
}

static bool find_fdt_addr(const RISCVBoot *boot, hwaddr rom_base, uint64_t rom_size, uint64_t size,
                          hwaddr *addr, Error **errp)
{
    uint64_t vector_size = boot->as_spike ? rom_reset_vector_spike_size : rom_reset_vector_size;

    /* Firmware adds to the tree where it lies, so ROM is no place for it then. */
    if ((!boot->has_firmware || boot->as_spike) && vector_size + size <= rom_size) {
        *addr = rom_base + vector_size;
        return true;
    }
    return find_fdt_room(boot, size, addr, errp);
}

/* ---- Boot ROM ---- */

static GBytes *make_spike_reset_vector(hwaddr entry)
{
    SpikeResetVector vector;

    g_assert(rom_reset_vector_spike_size == sizeof(vector));
    memcpy(&vector, rom_reset_vector_spike, sizeof(vector));
    vector.entry = GUINT64_TO_LE(entry);
    log_mask(LOG_LOADER, "loader: entry point 0x%" PRIx64 "\n", entry);
    return g_bytes_new(&vector, sizeof(vector));
}

static GBytes *make_reset_vector(const RISCVBoot *boot, hwaddr fdt)
{
    ResetVector vector;
    hwaddr next = boot->has_kernel ? boot->kernel.entry : 0;
    hwaddr entry = boot->has_firmware ? boot->firmware.entry : next;

    if (boot->as_spike) {
        return make_spike_reset_vector(entry);
    }
    G_STATIC_ASSERT(sizeof(vector) % sizeof(uint64_t) == 0);
    g_assert(rom_reset_vector_size == sizeof(vector));
    memcpy(&vector, rom_reset_vector, sizeof(vector));
    vector.entry = GUINT64_TO_LE(entry);
    vector.fdt = GUINT64_TO_LE(fdt);
    vector.info.next_addr = GUINT64_TO_LE(next);
    log_mask(LOG_LOADER, "loader: entry point 0x%" PRIx64 "\n", entry);
    if (boot->has_firmware && boot->has_kernel) {
        log_mask(LOG_LOADER, "loader: firmware goes on at 0x%" PRIx64 " in supervisor mode\n",
                 next);
    }
    return g_bytes_new(&vector, sizeof(vector));
}

bool riscv_boot_fill_rom(RISCVBoot *boot, hwaddr rom_base, uint64_t rom_size, const DTNode *root,
                         Error **errp)
{
    g_autoptr(GBytes) vector = NULL;
    g_autoptr(GBytes) tree = NULL;
    hwaddr fdt;
    size_t size;

    g_clear_pointer(&boot->machine->fdt, g_free);
    boot->machine->fdt = dt_flatten(root, &size);
    tree = g_bytes_new(boot->machine->fdt, size);
    if (!find_fdt_addr(boot, rom_base, rom_size, size, &fdt, errp)) {
        return false;
    }
    vector = make_reset_vector(boot, fdt);
    return loader_add_blob(boot->loader, "reset vector", vector, rom_base, errp) &&
           loader_add_blob(boot->loader, "device tree", tree, fdt, errp);
}

bool riscv_boot_reset(RISCVBoot *boot, Error **errp)
{
    return loader_write(boot->loader, errp);
}

void riscv_boot_cleanup(RISCVBoot *boot)
{
    if (boot->loader) {
        boot->machine->symbols = NULL;
        g_clear_pointer(&boot->loader, loader_free);
    g_clear_pointer(&boot->kernel_arch, g_free);
    }
}
