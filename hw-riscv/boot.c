/*
 * Start-up of RISC-V boards: see include/hw/boot.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/boot.h"

#include <string.h>

#include "hw/roms.h"
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

/* ---- Images ---- */

static bool firmware_given(const MachineState *machine)
{
    const char *name = machine->firmware;

    return name && name[0] && strcmp(name, "none") != 0 && strcmp(name, "default") != 0;
}

static hwaddr kernel_addr(const RISCVBoot *boot)
{
    if (!boot->has_firmware) {
        return boot->ram_base;
    }
    return align_up(MAX(boot->firmware.end, boot->ram_base + 1), BIG_PAGE);
}

static bool load_kernel(RISCVBoot *boot, Error **errp)
{
    const char *name = boot->machine->kernel_filename;
    g_autoptr(GBytes) guest = NULL;
    ElfImage *image;

    if (name) {
        boot->has_kernel = true;
        return loader_add_file(boot->loader, name, kernel_addr(boot), &boot->kernel, errp);
    }
    if (boot->has_firmware) {
        return true;
    }
    guest = g_bytes_new_static(rom_guest, rom_guest_size);
    image = elf_image_parse(guest, "built-in guest", errp);
    boot->has_kernel = true;
    return image && loader_add_elf(boot->loader, image, boot->ram_base, &boot->kernel, errp);
}

/*
 * In the middle of RAM, but within reach of a kernel that maps its first pages only: there it is in
 * the way of neither the kernel, which grows from below, nor the device tree at the end.
 */
static bool load_initrd(RISCVBoot *boot, Error **errp)
{
    const MachineState *machine = boot->machine;
    hwaddr addr = boot->ram_base + MIN(machine->ram_size / 2, 512 * MiB);
    LoadedFile initrd;

    if (!machine->initrd_filename) {
        return true;
    }
    addr = align_up(MAX(align_down(addr, RAM_PAGE_SIZE), boot->kernel.end), RAM_PAGE_SIZE);
    if (!loader_add_raw(boot->loader, machine->initrd_filename, addr, &initrd, errp)) {
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
    boot->ram_base = ram_base;
    if (firmware_given(machine)) {
        boot->has_firmware = true;
        if (!loader_add_file(boot->loader, machine->firmware, ram_base, &boot->firmware, errp)) {
            return false;
        }
    }
    return load_kernel(boot, errp) && load_initrd(boot, errp);
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
static hwaddr fdt_addr_in_ram(const RISCVBoot *boot, uint64_t size)
{
    const uint64_t unit = 64 * KiB;
    uint64_t reach = MIN(boot->machine->ram_size, GiB);

    return reach > size + unit ? boot->ram_base + align_down(reach - size - unit, unit)
                               : boot->ram_base;
}

static hwaddr fdt_addr(const RISCVBoot *boot, hwaddr rom_base, uint64_t rom_size, uint64_t size)
{
    /* Firmware adds to the tree where it lies, so ROM is no place for it then. */
    if (!boot->has_firmware && rom_reset_vector_size + size <= rom_size) {
        return rom_base + rom_reset_vector_size;
    }
    return fdt_addr_in_ram(boot, size);
}

/* ---- Boot ROM ---- */

static GBytes *make_reset_vector(const RISCVBoot *boot, hwaddr fdt)
{
    ResetVector vector;
    hwaddr next = boot->has_kernel ? boot->kernel.entry : 0;
    hwaddr entry = boot->has_firmware ? boot->firmware.entry : next;

    G_STATIC_ASSERT(sizeof(vector) % sizeof(uint64_t) == 0);
    g_assert(rom_reset_vector_size == sizeof(vector));
    memcpy(&vector, rom_reset_vector, sizeof(vector));
    vector.entry = GUINT64_TO_LE(entry);
    vector.fdt = GUINT64_TO_LE(fdt);
    vector.info.next_addr = GUINT64_TO_LE(next);
    log_mask(LOG_LOADER, "loader: entry point 0x%" PRIx64 "\n", entry);
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
    tree = g_bytes_new_static(boot->machine->fdt, size);
    fdt = fdt_addr(boot, rom_base, rom_size, size);
    vector = make_reset_vector(boot, fdt);
    return loader_add_blob(boot->loader, "reset vector", vector, rom_base, errp) &&
           loader_add_blob(boot->loader, "device tree", tree, fdt, errp);
}

void riscv_boot_reset(RISCVBoot *boot)
{
    loader_write(boot->loader);
}

void riscv_boot_cleanup(RISCVBoot *boot)
{
    g_clear_pointer(&boot->loader, loader_free);
}
