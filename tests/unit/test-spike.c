/*
 * The spike machine (hw-riscv/spike.c, boot.c): what harts and programs find on it. Nothing runs
 * here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "hw/clint.h"
#include "hw/htif.h"
#include "hw/roms.h"
#include "system/cpu.h"
#include "system/machine.h"
#include "system/runstate.h"
#include "target-riscv/cpu.h"
#include "util/bits.h"

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
    machine_reset(f->machine);
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
    g_assert_cmpstr(fdt_value(fdt, "/chosen", "stdout-path", -1), ==, "/htif");
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
    g_assert_true(mapped(f, 0x2000000));
    g_assert_true(mapped(f, 0x2000000 + CLINT_SIZE - 1));
    g_assert_false(mapped(f, 0x2000000 + CLINT_SIZE));
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
    g_assert_cmpint(fdt_path_offset(fdt, "/cpus/cpu-map/cluster1/core0/thread1"), >, 0);
    g_assert_cmpmem(fdt_value(fdt, "/cpus/cpu-map/cluster1/core0/thread1", "cpu", 4), 4,
                    fdt_value(fdt, "/cpus/cpu@3", "phandle", 4), 4);
    fdt_value(fdt, "/soc/clint@2000000", "interrupts-extended", 4 * 16);
    bql_lock();
    machine_reset(f->machine);
    bql_unlock();
    g_assert_cmphex(riscv_mip(&RISCV_CPU(g_ptr_array_index(list, 0))->env), ==, 0);
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
    expect_no_board(f, "'device tree' * RAM*");
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

static void test_firmware_names(Fixture *f, gconstpointer data)
{
    (void)data;
    set_file(f, "kernel", code, sizeof(code));
    set(f, "firmware", "default");
    build(f);
    g_assert_cmphex(load(f, ROM + ENTRY, 8), ==, RAM);
    g_assert_cmphex(load(f, RAM, 4), ==, 0x13);
}

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
    g_autofree uint8_t *initrd = g_malloc0(3 * MiB);

    (void)data;
    set(f, "memory", "4M");
    set_file(f, "kernel", code, sizeof(code));
    set_file(f, "initrd", initrd, 3 * MiB);
    expect_no_board(f, "'*initrd' does not fit: 0x80200000-0x804fffff lies outside RAM, which is "
                       "0x80000000-0x803fffff");
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
    machine_reset(f->machine);
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
    g_assert_true(g_file_get_contents("/proc/self/statm", &statm, NULL, NULL));
    g_assert_cmpint(sscanf(statm, "%llu %llu", &total, &before), ==, 2);
    g_clear_pointer(&statm, g_free);
    set(f, "memory", "256G");
    build(f);
    g_assert_true(g_file_get_contents("/proc/self/statm", &statm, NULL, NULL));
    g_assert_cmpint(sscanf(statm, "%llu %llu", &total, &after), ==, 2);
    g_assert_cmpuint(after - before, <, 20 * MiB / 4096); /* sanitizers take their part */
}

#define ADD(name, fn) g_test_add("/spike/" name, Fixture, NULL, set_up, fn, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    ADD("built-in-guest", test_built_in_guest);
    ADD("map", test_map);
    ADD("harts", test_harts);
    ADD("many-harts", test_many_harts);
    ADD("little-ram", test_little_ram);
    ADD("too-much-ram", test_too_much_ram);
    ADD("more-ram-than-the-host", test_more_ram_than_the_host);
    ADD("raw-kernel", test_raw_kernel);
    ADD("firmware", test_firmware);
    ADD("firmware-alone", test_firmware_alone);
    ADD("long-firmware", test_long_firmware);
    ADD("firmware-names", test_firmware_names);
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
