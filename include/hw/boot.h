/*
 * How a RISC-V board starts: which images are loaded and where, and what the harts find in the boot
 * ROM.
 *
 * What does not belong here: devices and memory of a particular board.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HW_BOOT_H
#define HW_BOOT_H

#include "system/fdt.h"
#include "system/loader.h"
#include "system/machine.h"

/*
 * A firmware goes to the start of RAM and starts; the kernel goes behind it, to a multiple of 2 MiB
 * that leaves room for what firmware needs to work, and the firmware is told where it is. Without
 * firmware the kernel goes to the start of RAM and starts. A Linux Image says how far from there it
 * wants to be; ELF files go where they were linked to. With neither, the built-in guest starts.
 *
 * The firmware is that of -bios FILE, or OpenSBI as the host has it (-bios default). Without -bios
 * kernels of operating systems get the latter, and programs none: a Linux Image is a kernel, and so
 * is an ELF file linked to high virtual addresses that leaves the start of RAM free.
 */
typedef struct RISCVBoot {
    MachineState *machine;
    bool as_spike;           /* set before riscv_boot_load_images(): see boot.c */
    Loader *loader;
    hwaddr ram_base;
    LoadedFile firmware;     /* valid if has_firmware */
    char *kernel_arch;       /* what the kernel was compiled for (elf_image_arch()), or NULL */
    LoadedFile kernel;       /* valid if has_kernel: -kernel or the built-in guest */
    bool has_firmware;
    bool has_kernel;
    hwaddr initrd_start;
    hwaddr initrd_end;       /* 0: no initrd */
} RISCVBoot;

/* `boot` is zero before. RAM starts at `ram_base` and is machine->ram_size bytes long. */
bool riscv_boot_load_images(RISCVBoot *boot, MachineState *machine, hwaddr ram_base, Error **errp);

/* /chosen: kernel command line, initrd, and `stdout_path` (NULL: leave it as it is). */
void riscv_boot_add_chosen(const RISCVBoot *boot, DTNode *root, const char *stdout_path);

/*
 * The contents of the boot ROM of `rom_size` bytes at `rom_base`: the reset vector, and the device
 * tree if it fits and no firmware wants to change it; otherwise that lies near the end of RAM. Sets
 * machine->fdt.
 */
bool riscv_boot_fill_rom(RISCVBoot *boot, hwaddr rom_base, uint64_t rom_size, const DTNode *root,
                         Error **errp);

/* Put every image in memory: at each reset. Fails where a file is not as it was. */
bool riscv_boot_reset(RISCVBoot *boot, Error **errp);

void riscv_boot_cleanup(RISCVBoot *boot);

#endif
