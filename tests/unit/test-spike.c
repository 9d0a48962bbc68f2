/*
 * The spike machine (hw-riscv/spike.c, boot.c): what harts and programs find on it. Nothing runs
 * here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <elf.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "hw/clint.h"
#include "hw/htif.h"
#include "hw/ns16550a.h"
#include "hw/plic.h"
#include "hw/roms.h"
#include "system/cpu.h"
#include "system/machine.h"
#include "system/runstate.h"
#include "target-riscv/cpu.h"
#include "util/bits.h"
#include "util/tsan.h"

#define RAM 0x80000000u
#define ROM 0x1000u

typedef struct Fixture {
    MachineState *machine;
    char *folder;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->folder = g_dir_make_tmp("rvemu-XXXXXX", NULL);
    f->machine = MACHINE(object_new("spike-machine"));
    object_property_add_child(object_get_root(), "machine", OBJECT(f->machine));
    object_unref(f->machine);
    current_machine = f->machine;
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
    object_unparent(OBJECT(f->machine));
    current_machine = NULL;
    object_root_cleanup();
    runstate_clear();
}

static void set(Fixture *f, const char *property, const char *text)
{
    object_property_parse(OBJECT(f->machine), property, text, &error_abort);
}

/* Set a property to the name of a new file. */
static void set_file(Fixture *f, const char *property, const void *data, size_t size)
{
    g_autofree char *path = g_build_filename(f->folder, property, NULL);

    g_assert_true(g_file_set_contents(path, data, size, NULL));
    set(f, property, path);
}

static void build(Fixture *f)
{
    g_assert_true(machine_run_board_init(f->machine, &error_abort));
    bql_lock();
    g_assert_true(machine_reset(f->machine, &error_abort));
    bql_unlock();
}

static void expect_no_board(Fixture *f, const char *pattern)
{
    Error *err = NULL;

    g_assert_false(machine_run_board_init(f->machine, &err));
    if (!g_pattern_match_simple(pattern, error_get_pretty(err))) {
        g_error("'%s' does not match '%s'", error_get_pretty(err), pattern);
    }
    g_assert_nonnull(error_get_hint(err));
    error_free(err);
}

static uint64_t load(Fixture *f, hwaddr addr, unsigned size)
{
    uint64_t value = 0;

    g_assert_cmpint(address_space_load(&f->machine->address_space, addr, size, &value), ==,
                    MEMTX_OK);
    return value;
}

static bool mapped(Fixture *f, hwaddr addr)
{
    return address_space_lookup(&f->machine->address_space, addr) != NULL;
}

/* What the reset vector hands over: offsets in roms/reset-vector.S. */
enum { ENTRY = 24, FDT = 32, NEXT = 56 };

/* The blob that a1 will lead to; the caller frees it. */
static void *guest_fdt(Fixture *f)
{
    hwaddr addr = load(f, ROM + FDT, 8);
    struct fdt_header header;
    void *blob;

    g_assert_cmpint(address_space_read(&f->machine->address_space, addr, &header, sizeof(header)),
                    ==, MEMTX_OK);
    blob = g_malloc(fdt_totalsize(&header));
    g_assert_cmpint(
        address_space_read(&f->machine->address_space, addr, blob, fdt_totalsize(&header)), ==,
        MEMTX_OK);
    g_assert_cmpint(fdt_check_full(blob, fdt_totalsize(blob)), ==, 0);
    g_assert_cmpmem(blob, fdt_totalsize(blob), f->machine->fdt, fdt_totalsize(f->machine->fdt));
    return blob;
}

static const void *fdt_value(const void *fdt, const char *path, const char *name, int expected_len)
{
    int len;
    const void *value = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &len);

    g_assert_nonnull(value);
    if (expected_len >= 0) {
        g_assert_cmpint(len, ==, expected_len);
    }
    return value;
}

static uint64_t fdt_u64(const void *fdt, const char *path, const char *name)
{
    fdt64_t value;

    memcpy(&value, fdt_value(fdt, path, name, 8), sizeof(value));
    return fdt64_to_cpu(value);
}

/* ---- The board ---- */

static void test_built_in_guest(Fixture *f, gconstpointer data)
{
    g_autofree void *fdt = NULL;

    (void)data;
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, ROM + FDT, 8), ==, ROM + rom_reset_vector_size);
    g_assert_cmphex(load(f, ROM, 4), ==, 0x00000297); /* auipc t0, 0 */
    g_assert_cmphex(load(f, RAM, 4), !=, 0);
    fdt = guest_fdt(f);
    g_assert_cmpstr(fdt_value(fdt, "/", "compatible", -1), ==, "ucbbar,spike-bare-dev");
    g_assert_cmpstr(fdt_value(fdt, "/chosen", "stdout-path", -1), ==, "/soc/serial@10000000");
    g_assert_cmpstr(fdt_value(fdt, "/aliases", "serial0", -1), ==, "/soc/serial@10000000");
    g_assert_cmpstr(fdt_value(fdt, "/soc/serial@10000000", "compatible", -1), ==, "ns16550a");
    g_assert_cmpint(fdt_path_offset(fdt, "/soc/serial@10001000"), <, 0);
    g_assert_cmpstr(fdt_value(fdt, "/htif", "compatible", -1), ==, "ucb,htif0");
    g_assert_null(
        fdt_getprop(fdt, fdt_path_offset(fdt, "/htif"), "reg", NULL)); /* it has symbols */
    g_assert_false(mapped(f, 0x1000000));
    g_assert_cmpmem(fdt_value(fdt, "/memory@80000000", "reg", 16), 16,
                    "\0\0\0\0\x80\0\0\0\0\0\0\0\x08\0\0\0", 16);
    g_assert_cmpmem(fdt_value(fdt, "/cpus", "timebase-frequency", 4), 4, "\0\x98\x96\x80", 4);
}

static void test_map(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, "memory", "1M");
    build(f);
    g_assert_false(mapped(f, 0));
    g_assert_false(mapped(f, ROM - 1));
    g_assert_true(mapped(f, ROM));
    g_assert_true(mapped(f, 0xffff));
    g_assert_false(mapped(f, 0x10000));
    g_assert_true(mapped(f, 0x100000));
    g_assert_true(mapped(f, 0x101fff));
    g_assert_false(mapped(f, 0x102000));
    g_assert_true(mapped(f, 0x2000000));
    g_assert_true(mapped(f, 0x2000000 + CLINT_SIZE - 1));
    g_assert_false(mapped(f, 0x2000000 + CLINT_SIZE));
    g_assert_true(mapped(f, 0xc000000));
    g_assert_true(mapped(f, 0xc000000 + PLIC_SIZE - 1));
    g_assert_false(mapped(f, 0xc000000 + PLIC_SIZE));
    g_assert_true(mapped(f, 0x10000000));
    g_assert_false(mapped(f, 0x10000000 + NS16550A_SIZE));
    g_assert_false(mapped(f, 0x10001000));
    g_assert_false(mapped(f, RAM - 1));
    g_assert_true(mapped(f, RAM + MiB - 1));
    g_assert_false(mapped(f, RAM + MiB));
    g_assert_cmpint(address_space_store(&f->machine->address_space, ROM, 4, 0), !=, MEMTX_OK);
}

/* Each hart has its number, its node, and its lines from the CLINT. */
static void test_harts(Fixture *f, gconstpointer data)
{
    g_autofree void *fdt = NULL;
    GPtrArray *list;

    (void)data;
    set(f, "smp", "cpus=4,sockets=2,cores=1,threads=2");
    build(f);
    fdt = guest_fdt(f);
    list = cpu_list();
    g_assert_cmpuint(list->len, ==, 4);
    g_assert_true(object_resolve_path("/machine/cpu[3]", NULL) == g_ptr_array_index(list, 3));
    for (unsigned i = 0; i < 4; i++) {
        RISCVCPU *cpu = RISCV_CPU(g_ptr_array_index(list, i));
        g_autofree char *path = g_strdup_printf("/cpus/cpu@%u/interrupt-controller", i);

        g_assert_cmpuint(cpu->env.hartid, ==, i);
        g_assert_cmphex(riscv_mip(&cpu->env), ==, 0);
        g_assert_cmpint(address_space_store(&f->machine->address_space, 0x2000000 + 4 * i, 4, 1),
                        ==, MEMTX_OK);
        g_assert_cmphex(riscv_mip(&cpu->env), ==, 1 << IRQ_M_SOFT);
        g_assert_cmpint(address_space_store(&f->machine->address_space, 0x2004000 + 8 * i, 8, 0),
                        ==, MEMTX_OK);
        g_assert_cmphex(riscv_mip(&cpu->env), ==, 1 << IRQ_M_SOFT | 1 << IRQ_M_TIMER);
        g_assert_cmpint(fdt_path_offset(fdt, path), >, 0);
    }
    g_assert_cmpint(fdt_path_offset(fdt, "/cpus/cpu-map/socket1/cluster0/core0/thread1"), >, 0);
    g_assert_cmpmem(fdt_value(fdt, "/cpus/cpu-map/socket1/cluster0/core0/thread1", "cpu", 4), 4,
                    fdt_value(fdt, "/cpus/cpu@3", "phandle", 4), 4);
    fdt_value(fdt, "/soc/clint@2000000", "interrupts-extended", 4 * 16);
    bql_lock();
    g_assert_true(machine_reset(f->machine, &error_abort));
    bql_unlock();
    g_assert_cmphex(riscv_mip(&RISCV_CPU(g_ptr_array_index(list, 0))->env), ==, 0);
}

/* From a device through the PLIC to each hart, in each mode that it has. */
static void check_interrupts(Fixture *f, bool supervisor)
{
    AddressSpace *as = &f->machine->address_space;
    unsigned contexts = supervisor ? 2 : 1;

    address_space_store(as, 0xc000004, 4, 1);
    address_space_store(as, 0x10000001, 1, 2); /* the UART can send, and says so */
    for (unsigned i = 0; i < cpu_list()->len * contexts; i++) {
        for (unsigned j = 0; j < cpu_list()->len; j++) {
            RISCVCPU *cpu = RISCV_CPU(g_ptr_array_index(cpu_list(), j));

            address_space_store(as, 0xc002000 + 0x80 * i, 4, 1 << 1);
            g_assert_cmphex(riscv_mip(&cpu->env), ==,
                            j != i / contexts       ? 0
                            : i % contexts          ? 1 << IRQ_S_EXT
                                                    : 1 << IRQ_M_EXT);
            address_space_store(as, 0xc002000 + 0x80 * i, 4, 0);
            g_assert_cmphex(riscv_mip(&cpu->env), ==, 0);
        }
    }
}

static void test_interrupts(Fixture *f, gconstpointer data)
{
    const char *cpu = data;
    g_autofree void *fdt = NULL;

    set(f, "smp", "3");
    set(f, "cpu", cpu);
    build(f);
    fdt = guest_fdt(f);
    fdt_value(fdt, "/soc/plic@c000000", "interrupts-extended",
              3 * (g_str_equal(cpu, "rv64") ? 16 : 8));
    check_interrupts(f, g_str_equal(cpu, "rv64"));
}

/* A UART for each -serial, those without a character device included. */
static void test_serials(Fixture *f, gconstpointer data)
{
    static const uint32_t bases[] = { 0x10000000, 0x10001000, 0x10002000, 0x10003000 };
    g_autofree void *fdt = NULL;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(bases); i++) {
        machine_add_serial(f->machine, NULL);
    }
    build(f);
    fdt = guest_fdt(f);
    address_space_store(&f->machine->address_space, 0xc002000, 4, 0xfffffffe);
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++) {
        g_autofree char *path = g_strdup_printf("/soc/serial@%x", bases[i]);
        g_autofree char *alias = g_strdup_printf("serial%u", i);

        g_assert_cmpstr(fdt_value(fdt, "/aliases", alias, -1), ==, path);
        g_assert_cmphex(load(f, 0xc001000, 4), ==, (1 << (i + 1)) - 2);
        address_space_store(&f->machine->address_space, bases[i] + 1, 1, 2);
        g_assert_cmphex(load(f, 0xc001000, 4), ==, (1 << (i + 2)) - 2);
    }
    g_assert_cmpuint(MACHINE_GET_CLASS(f->machine)->max_serials, ==, 4);
}

/* With many harts the tree is longer than the ROM. */
static void test_many_harts(Fixture *f, gconstpointer data)
{
    g_autofree void *fdt = NULL;
    hwaddr addr;

    (void)data;
    set(f, "smp", "128");
    build(f);
    fdt = guest_fdt(f);
    addr = load(f, ROM + FDT, 8);
    g_assert_cmpuint(fdt_totalsize(fdt), >, 0xf000);
    g_assert_cmphex(addr, >, RAM + 120 * MiB);
    g_assert_cmphex(addr % 8, ==, 0);
    g_assert_cmphex(addr + fdt_totalsize(fdt) + 64 * KiB, <=, RAM + 128 * MiB);
    g_assert_cmpint(fdt_path_offset(fdt, "/cpus/cpu@7f"), >, 0);
}

static void test_little_ram(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, "smp", "128");
    set(f, "memory", "64K");
    expect_no_board(f, "there is no room for the device tree in RAM below 0x80010000");
}

static void test_too_much_ram(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, "memory", "64P");
    expect_no_board(f, "RAM of * does not fit below *");
}

static void test_more_ram_than_the_host(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, "memory", "60P");
    expect_no_board(f, "cannot allocate * of guest memory*");
}

/* ---- Images ---- */

static const uint8_t code[8] = { 0x13, 0, 0, 0, 0x6f, 0, 0, 0 }; /* nop; j . */

static void test_raw_kernel(Fixture *f, gconstpointer data)
{
    g_autofree void *fdt = NULL;

    (void)data;
    set_file(f, "kernel", code, sizeof(code));
    set(f, "append", "console=hvc0 quiet");
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, RAM, 8), ==, 0x0000006f00000013);
    fdt = guest_fdt(f);
    g_assert_cmpstr(fdt_value(fdt, "/chosen", "bootargs", -1), ==, "console=hvc0 quiet");
    g_assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "linux,initrd-start", NULL));
    /* Without symbols there are registers, which the tree names. */
    g_assert_cmpmem(fdt_value(fdt, "/htif", "reg", 16), 16, "\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\x10",
                    16);
    g_assert_true(mapped(f, 0x1000000));
    g_assert_cmpint(address_space_store(&f->machine->address_space, 0x1000000 + HTIF_TOHOST, 8, 7),
                    ==, MEMTX_OK);
    g_assert_cmpint(runstate_exit_status(), ==, 3);
}

static void test_firmware(Fixture *f, gconstpointer data)
{
    (void)data;
    set_file(f, "firmware", code, sizeof(code));
    set_file(f, "kernel", "\1\0\0\0", 4);
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 2 * MiB);
    g_assert_cmphex(load(f, RAM, 4), ==, 0x13);
    g_assert_cmphex(load(f, RAM + 2 * MiB, 4), ==, 1);
    /* Firmware changes the tree: not in ROM, and with room behind it. */
    g_free(guest_fdt(f));
    g_assert_cmphex(load(f, ROM + FDT, 8), >, RAM + 120 * MiB);
}

static void test_firmware_alone(Fixture *f, gconstpointer data)
{
    (void)data;
    set_file(f, "firmware", code, sizeof(code));
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, 0);
}

/* A kernel makes way for a firmware that is longer than 2 MiB. */
static void test_long_firmware(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *firmware = g_malloc0(2 * MiB + 1);

    (void)data;
    memcpy(firmware, code, sizeof(code));
    set_file(f, "firmware", firmware, 2 * MiB + 1);
    set_file(f, "kernel", code, sizeof(code));
    build(f);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 4 * MiB);
}

/* As the host's firmware packages have it, in a folder of our own. */
static void add_default_firmware(Fixture *f)
{
    g_autofree char *path = g_build_filename(f->folder, "fw_dynamic.bin", NULL);

    g_assert_true(g_file_set_contents(path, (const char *)code, sizeof(code), NULL));
    set(f, "firmware-path", f->folder);
}

/* For whom there is firmware without being asked for: not for a program. */
static void test_no_firmware(Fixture *f, gconstpointer data)
{
    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", code, sizeof(code));
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM);
}

static void test_default_firmware(Fixture *f, gconstpointer data)
{
    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", "\1\0\0\0", 4);
    set(f, "firmware", "default");
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, RAM, 4), ==, 0x13);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 2 * MiB);
}

/* -bios NAME: a file of that name, else the one among the host's firmware. */
static void test_firmware_by_name(Fixture *f, gconstpointer data)
{
    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", "\1\0\0\0", 4);
    set(f, "firmware", "fw_dynamic.bin");
    build(f);
    g_assert_cmphex(load(f, RAM, 4), ==, 0x13);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 2 * MiB);
}

/* Firmware needs memory for each hart: a kernel makes way for that of 128. */
static void test_firmware_of_many(Fixture *f, gconstpointer data)
{
    (void)data;
    set_file(f, "firmware", code, sizeof(code));
    set_file(f, "kernel", code, sizeof(code));
    set(f, "smp", "128");
    build(f);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 4 * MiB);
}

/* ---- Kernels ---- */

/* A Linux Image of 64 bytes; see linux-image.c for the fields. */
typedef struct TestImage {
    uint64_t code, text_offset, image_size, flags, version, res;
    char magic[8], magic2[8];
} TestImage;

static TestImage make_image(uint64_t text_offset, uint64_t image_size)
{
    return (TestImage) { 0x6f, text_offset, image_size, 0, 2, 0, "RISCV", "RSC\5" };
}

/* It gets firmware, and memory for its bss, behind which everything else goes. */
static void test_image(Fixture *f, gconstpointer data)
{
    TestImage image = make_image(4 * MiB, 80 * MiB);
    g_autofree void *fdt = NULL;

    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", &image, sizeof(image));
    set_file(f, "initrd", "x", 1);
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, RAM, 4), ==, 0x13);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 4 * MiB);
    g_assert_cmphex(load(f, RAM + 4 * MiB, 4), ==, 0x6f);
    fdt = guest_fdt(f);
    g_assert_cmphex(fdt_u64(fdt, "/chosen", "linux,initrd-start"), ==, RAM + 84 * MiB);
}

/* Where firmware is in the way of what the header says, the kernel goes behind it. */
static void test_image_behind_firmware(Fixture *f, gconstpointer data)
{
    TestImage image = make_image(0x1000, 1);

    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", &image, sizeof(image));
    build(f);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 2 * MiB + 0x1000);
}

static void test_image_without_firmware(Fixture *f, gconstpointer data)
{
    TestImage image = make_image(2 * MiB, 0);

    (void)data;
    set(f, "firmware", "none");
    set_file(f, "kernel", &image, sizeof(image));
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM + 2 * MiB);
}

static void test_image_too_large(Fixture *f, gconstpointer data)
{
    TestImage image = make_image(2 * MiB, 127 * MiB);

    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", &image, sizeof(image));
    expect_no_board(f, "'*kernel' does not fit: 0x80200000-0x880fffff lies outside RAM, *");
}

/* An ELF file with one segment, of `filesz` bytes: the headers. */
typedef struct TestElf {
    Elf64_Ehdr ehdr;
    Elf64_Phdr phdr;
} TestElf;

static TestElf make_elf(uint64_t vaddr, uint64_t paddr)
{
    return (TestElf) {
        .ehdr = {
            .e_ident = ELFMAG "\x02\x01\x01", .e_type = ET_EXEC, .e_machine = EM_RISCV,
            .e_version = EV_CURRENT, .e_entry = vaddr + 16, .e_phoff = sizeof(Elf64_Ehdr),
            .e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
        },
        .phdr = {
            .p_type = PT_LOAD, .p_vaddr = vaddr, .p_paddr = paddr, .p_filesz = sizeof(TestElf),
            .p_memsz = MiB,
        },
    };
}

/* vmlinux: to be started by firmware, wherever there is room, though it says 0. */
static void test_vmlinux(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf(0xffffffff80000000, 0);

    (void)data;
    add_default_firmware(f);
    elf.ehdr.e_type = ET_DYN;
    set_file(f, "kernel", &elf, sizeof(elf));
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 2 * MiB + 16);
    g_assert_cmphex(load(f, RAM + 2 * MiB, 4), ==, 0x464c457f);
}

/* One that says where it goes stays there; with firmware only if that leaves room for it. */
static void test_high_elf(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf(0xffffffc000000000, RAM + 6 * MiB);

    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", &elf, sizeof(elf));
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, ROM + NEXT, 8), ==, RAM + 6 * MiB + 16);
}

static void test_high_elf_at_start(Fixture *f, gconstpointer data)
{
    TestElf elf = make_elf(0xffffffc000000000, RAM);

    (void)data;
    add_default_firmware(f);
    set_file(f, "kernel", &elf, sizeof(elf));
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM + 16);
}

/* ---- Initial RAM disk, overlap, device tree ---- */

static void test_initrd(Fixture *f, gconstpointer data)
{
    g_autofree void *fdt = NULL;
    hwaddr start;

    (void)data;
    set_file(f, "kernel", code, sizeof(code));
    set_file(f, "initrd", "anything", 8);
    build(f);
    fdt = guest_fdt(f);
    start = fdt_u64(fdt, "/chosen", "linux,initrd-start");
    g_assert_cmphex(start, ==, RAM + 64 * MiB);
    g_assert_cmphex(fdt_u64(fdt, "/chosen", "linux,initrd-end"), ==, start + 8);
    g_assert_cmpmem((char[8]) { "anything" }, 8,
                    address_space_ram_ptr(&f->machine->address_space, start, 8, false), 8);
}

/* A kernel that reaches beyond the middle of RAM pushes the initrd up. */
static void test_initrd_behind_kernel(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *kernel = g_malloc0(3 * MiB + 5);
    g_autofree void *fdt = NULL;

    (void)data;
    memcpy(kernel, code, sizeof(code));
    set(f, "memory", "5M");
    set_file(f, "kernel", kernel, 3 * MiB + 5);
    set_file(f, "initrd", "x", 1);
    build(f);
    fdt = guest_fdt(f);
    g_assert_cmphex(fdt_u64(fdt, "/chosen", "linux,initrd-start"), ==, RAM + 3 * MiB + 4096);
}

static void test_initrd_too_large(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *initrd = g_malloc0(4 * MiB);

    (void)data;
    set(f, "memory", "4M");
    set_file(f, "kernel", code, sizeof(code));
    set_file(f, "initrd", initrd, 4 * MiB);
    expect_no_board(f, "initrd '*initrd' of 4194304 bytes does not fit between the kernel, which "
                       "ends at 0x80000007, and the end of RAM at 0x803fffff");
}

/* What the upper half of RAM has no room for goes as far up as the device tree lets it. */
static void test_large_initrd(Fixture *f, gconstpointer data)
{
    g_autofree uint8_t *initrd = g_malloc0(0x380000);
    g_autofree void *fdt = NULL;

    (void)data;
    set(f, "memory", "8M");
    set_file(f, "firmware", code, sizeof(code));
    set_file(f, "kernel", code, sizeof(code));
    set_file(f, "initrd", initrd, 0x380000);
    build(f);
    fdt = guest_fdt(f);
    g_assert_cmphex(fdt_u64(fdt, "/chosen", "linux,initrd-start"), ==, RAM + 0x380000);
    g_assert_cmphex(load(f, ROM + FDT, 8), >=, RAM + 0x700000);
}

/* Only what a file lost since it was opened is missed. */
static void test_reset_of_changed(Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->folder, "kernel", NULL);
    Error *err = NULL;

    (void)data;
    set_file(f, "kernel", code, sizeof(code));
    build(f);
    g_assert_cmpint(truncate(path, 4), ==, 0);
    bql_lock();
    g_assert_false(machine_reset(f->machine, &err));
    bql_unlock();
    g_assert_true(g_str_has_suffix(error_get_pretty(err),
                                   "/kernel' has become shorter since it was opened"));
    error_free(err);
}

/* An ELF kernel goes where it was linked to, also onto the firmware. */
static void test_overlap(Fixture *f, gconstpointer data)
{
    (void)data;
    set_file(f, "firmware", code, sizeof(code));
    set_file(f, "kernel", rom_guest, rom_guest_size);
    expect_no_board(f, "'*kernel' at 0x80000000-* overlaps '*firmware' at 0x80000000-0x80000007");
}

/* The user's own tree, with what the command line adds. */
static void test_dtb(Fixture *f, gconstpointer data)
{
    g_autoptr(DTNode) root = dt_new();
    g_autofree void *fdt = NULL;
    g_autofree void *blob = NULL;
    size_t size;

    (void)data;
    dt_set_string(root, "model", "mine");
    blob = dt_flatten(root, &size);
    set_file(f, "dtb", blob, size);
    set_file(f, "kernel", code, sizeof(code));
    set(f, "append", "hello");
    build(f);
    fdt = guest_fdt(f);
    g_assert_cmpstr(fdt_value(fdt, "/", "model", -1), ==, "mine");
    g_assert_cmpstr(fdt_value(fdt, "/chosen", "bootargs", -1), ==, "hello");
    g_assert_null(fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "stdout-path", NULL));
    g_assert_cmpint(fdt_path_offset(fdt, "/cpus"), <, 0);
}

/* A reset makes images what they were, and lets everything else be. */
static void test_reset(Fixture *f, gconstpointer data)
{
    AddressSpace *as = &f->machine->address_space;

    (void)data;
    set_file(f, "kernel", code, sizeof(code));
    build(f);
    g_assert_cmpint(address_space_store(as, RAM, 8, 0x1111), ==, MEMTX_OK);
    g_assert_cmpint(address_space_store(as, RAM + 8, 8, 0x2222), ==, MEMTX_OK);
    bql_lock();
    g_assert_true(machine_reset(f->machine, &error_abort));
    bql_unlock();
    g_assert_cmphex(load(f, RAM, 8), ==, 0x0000006f00000013);
    g_assert_cmphex(load(f, RAM + 8, 8), ==, 0x2222);
}

static void test_signature_needs_symbols(Fixture *f, gconstpointer data)
{
    (void)data;
    set(f, "signature", "/nowhere/x");
    expect_no_board(f, "signature=/nowhere/x: the program has no symbol begin_signature");
}

/* Building a board touches no page of RAM but those of the image. */
static void test_ram_is_free(Fixture *f, gconstpointer data)
{
    g_autofree char *statm = NULL;
    unsigned long long total, before, after;

    (void)data;
#ifdef UTIL_TSAN
    g_test_skip("ThreadSanitizer keeps memory of its own for all that is mapped");
    return;
#endif
    g_assert_true(g_file_get_contents("/proc/self/statm", &statm, NULL, NULL));
    g_assert_cmpint(sscanf(statm, "%llu %llu", &total, &before), ==, 2);
    g_clear_pointer(&statm, g_free);
    set(f, "memory", "256G");
    build(f);
    g_assert_true(g_file_get_contents("/proc/self/statm", &statm, NULL, NULL));
    g_assert_cmpint(sscanf(statm, "%llu %llu", &total, &after), ==, 2);
    g_assert_cmpuint(after - before, <, 20 * MiB / 4096); /* sanitizers take their part */
}

#define ADD(name, fn) ADD_WITH(name, NULL, fn)
#define ADD_WITH(name, data, fn) g_test_add("/spike/" name, Fixture, data, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("built-in-guest", test_built_in_guest);
    ADD("map", test_map);
    ADD("harts", test_harts);
    ADD_WITH("interrupts", "rv64", test_interrupts);
    ADD_WITH("interrupts/no-supervisor", "rv64,s=off", test_interrupts);
    ADD("serials", test_serials);
    ADD("many-harts", test_many_harts);
    ADD("little-ram", test_little_ram);
    ADD("too-much-ram", test_too_much_ram);
    ADD("more-ram-than-the-host", test_more_ram_than_the_host);
    ADD("raw-kernel", test_raw_kernel);
    ADD("firmware", test_firmware);
    ADD("firmware-alone", test_firmware_alone);
    ADD("long-firmware", test_long_firmware);
    ADD("no-firmware", test_no_firmware);
    ADD("default-firmware", test_default_firmware);
    ADD("firmware-by-name", test_firmware_by_name);
    ADD("firmware-of-many", test_firmware_of_many);
    ADD("image", test_image);
    ADD("image-behind-firmware", test_image_behind_firmware);
    ADD("image-without-firmware", test_image_without_firmware);
    ADD("image-too-large", test_image_too_large);
    ADD("vmlinux", test_vmlinux);
    ADD("high-elf", test_high_elf);
    ADD("high-elf-at-start", test_high_elf_at_start);
    ADD("large-initrd", test_large_initrd);
    ADD("reset-of-changed", test_reset_of_changed);
    ADD("initrd", test_initrd);
    ADD("initrd-behind-kernel", test_initrd_behind_kernel);
    ADD("initrd-too-large", test_initrd_too_large);
    ADD("overlap", test_overlap);
    ADD("dtb", test_dtb);
    ADD("reset", test_reset);
    ADD("signature-needs-symbols", test_signature_needs_symbols);
    ADD("ram-is-free", test_ram_is_free);
    return g_test_run();
}
