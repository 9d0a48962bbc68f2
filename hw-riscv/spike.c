/*
 * The spike machine: what Berkeley's simulator of that name shows to programs, as far as they look.
 *
 *   0x00001000   boot ROM: reset vector, device tree
 *   0x00100000   test finisher: power-off and reset
 *   0x00101000   real-time clock
 *   0x01000000   HTIF, for programs without the symbol tohost
 *   0x02000000   CLINT
 *   0x0c000000   PLIC
 *   0x10000000   UART, and each 0x1000 another one
 *   0x80000000   RAM
 *
 * Test finisher and real-time clock are not Spike's; they are where QEMU's machine virt has them.
 * With exact=on there is nothing but what Spike has, as it has it.
 *
 * What does not belong here: the devices themselves, and how images are loaded (boot.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "hw/spike.h"

#include "hw/boot.h"
#include "hw/clint.h"
#include "hw/goldfish-rtc.h"
#include "hw/htif.h"
#include "hw/ns16550a.h"
#include "hw/plic.h"
#include "hw/sifive-test.h"
#include "system/symbols.h"
#include "target-riscv/cpu.h"
#include "util/bits.h"
#include "util/cutils.h"

#define SPIKE_MACHINE_TYPE MACHINE_TYPE_NAME("spike")

#define SPIKE_ROM_BASE 0x1000
#define SPIKE_ROM_SIZE 0xf000
#define SPIKE_TEST_BASE 0x100000
#define SPIKE_RTC_BASE 0x101000
#define SPIKE_HTIF_BASE 0x1000000
#define SPIKE_CLINT_BASE 0x2000000
#define SPIKE_PLIC_BASE 0xc000000
#define SPIKE_UART_BASE(n) (0x10000000u + 0x1000 * (n))
#define SPIKE_RAM_BASE 0x80000000u

#define SPIKE_MAX_CPUS 128
#define SPIKE_MAX_UARTS 4

/* Sources of the PLIC. */
#define SPIKE_UART_IRQ(n) (1 + (n))
#define SPIKE_RTC_IRQ 5

/*
 * Physical addresses of RV64 have 56 bits (Privileged ISA, "Sv39: Page-Based 39-bit Virtual-Memory
 * System").
 */
#define SPIKE_PHYS_BITS 56
#define SPIKE_MAX_BANKS 16

/* RAM, at one of its places. */
typedef struct RAMBank {
    hwaddr base;
    uint64_t size;
    MemoryRegion mr;
} RAMBank;

typedef struct SpikeMachineState {
    MachineState parent_obj;

    char *signature;
    uint8_t signature_granularity;
    char *htif_root;
    bool htif_read_only;
    char *memory_map;
    char *bootargs;
    bool exact;
    uint64_t insn_limit;

    MemoryRegion rom;
    RAMBank banks[SPIKE_MAX_BANKS];
    unsigned num_banks;
    const RAMBank *main_bank; /* where images go */
    RISCVBoot boot;
    Timebase *timebase; /* this and what follows: children */
    Object *soc;
    HTIFState *htif;
    DeviceState *plic;
    GPtrArray *harts;   /* of CPUState * */
    GPtrArray *devices; /* of DeviceState *: those with an address, in the order of their nodes */
} SpikeMachineState;

DECLARE_INSTANCE_CHECKER(SpikeMachineState, SPIKE_MACHINE, SPIKE_MACHINE_TYPE)

/* A new child of `parent`, which holds the only reference. */
static Object *new_child(Object *parent, const char *name, const char *type)
{
    Object *child = object_new(type);

    object_property_add_child(parent, name, child);
    object_unref(child);
    return child;
}

/* ---- Memory ---- */

/* "BASE:SIZE" at *text, and the comma behind it. */
static bool parse_bank(const char **text, RAMBank *bank, Error **errp)
{
    size_t length = strcspn(*text, ",");
    g_autofree char *part = g_strndup(*text, length);
    char *size = strchr(part, ':');

    *text += length + ((*text)[length] == ',');
    if (!size) {
        error_setg(errp, "'%s' is not of the form BASE:SIZE", part);
        return false;
    }
    *size++ = '\0';
    return parse_uint64(part, &bank->base, errp) && parse_size(size, 1, &bank->size, errp);
}

static bool check_bank(const RAMBank *bank, Error **errp)
{
    if (bank->size == 0 || bank->base % RAM_PAGE_SIZE || bank->size % RAM_PAGE_SIZE) {
        error_setg(errp, "RAM of 0x%" PRIx64 " bytes at 0x%" PRIx64 " is not a number of pages",
                   bank->size, bank->base);
        error_append_hint(errp, "use multiples of %u", RAM_PAGE_SIZE);
        return false;
    }
    if (bank->base >> SPIKE_PHYS_BITS || bank->size > BIT_ULL(SPIKE_PHYS_BITS) - bank->base) {
        error_setg(errp, "RAM of %" PRIu64 " MiB at 0x%" PRIx64
                   " does not fit below the end of physical memory at 2^%u",
                   bank->size / MiB, bank->base, SPIKE_PHYS_BITS);
        error_append_hint(errp, "use a smaller -m");
        return false;
    }
    return true;
}

/* What -m says, or the property memory-map. Images go to the bank at the usual address, or the first. */
static bool find_banks(SpikeMachineState *s, Error **errp)
{
    const char *text = s->memory_map;

    if (!text) {
        s->banks[s->num_banks++] = (RAMBank) { .base = SPIKE_RAM_BASE, .size = MACHINE(s)->ram_size };
    }
    while (text && *text) {
        if (s->num_banks == SPIKE_MAX_BANKS) {
            error_setg(errp, "memory-map=%s has more than %u parts", s->memory_map, SPIKE_MAX_BANKS);
            error_append_hint(errp, "leave some out");
            return false;
        }
        if (!parse_bank(&text, &s->banks[s->num_banks++], errp)) {
            error_prepend(errp, "memory-map=%s: ", s->memory_map);
            error_default_hint(errp, "for example memory-map=0x80000000:64M");
            return false;
        }
    }
    s->main_bank = &s->banks[0];
    for (unsigned i = 0; i < s->num_banks; i++) {
        if (!check_bank(&s->banks[i], errp)) {
            return false;
        }
        if (SPIKE_RAM_BASE - s->banks[i].base < s->banks[i].size) {
            s->main_bank = &s->banks[i];
        }
    }
    MACHINE(s)->ram_size = s->main_bank->size;
    return true;
}

/* Where RAM and a device are at one place, the device is seen. */
static bool create_banks(SpikeMachineState *s, Error **errp)
{
    for (unsigned i = 0; i < s->num_banks; i++) {
        RAMBank *bank = &s->banks[i];
        g_autofree char *name = i ? g_strdup_printf("ram%u", i) : g_strdup("ram");

        if (!memory_region_init_ram(&bank->mr, OBJECT(s), name, bank->size, errp)) {
            return false;
        }
        memory_region_add_subregion_overlap(MACHINE(s)->system_memory, bank->base, &bank->mr, -1);
    }
    return true;
}

static bool create_memory(SpikeMachineState *s, Error **errp)
{
    if (!find_banks(s, errp) || !create_banks(s, errp) ||
        !memory_region_init_rom(&s->rom, OBJECT(s), "rom", SPIKE_ROM_SIZE, errp)) {
        return false;
    }
    memory_region_add_subregion(MACHINE(s)->system_memory, SPIKE_ROM_BASE, &s->rom);
    return true;
}

/* ---- Harts ---- */

static bool create_hart(SpikeMachineState *s, unsigned index, Error **errp)
{
    MachineState *machine = MACHINE(s);
    g_autofree char *name = g_strdup_printf("cpu[%u]", index);
    Object *hart = new_child(OBJECT(s), name, machine->cpu_type);

    CPU(hart)->as = &machine->address_space;
    g_ptr_array_add(s->harts, hart);
    return object_property_set_uint(hart, "hartid", index, errp) &&
           object_property_set_link(hart, "timebase", OBJECT(s->timebase), errp) &&
           device_realize(DEVICE(hart), errp);
}

static bool create_harts(SpikeMachineState *s, Error **errp)
{
    Object *timebase = new_child(OBJECT(s), "timebase", TYPE_TIMEBASE);

    s->timebase = TIMEBASE(timebase);
    if (!object_property_set_link(timebase, "clock", OBJECT(MACHINE(s)->clock), errp)) {
        return false;
    }
    s->harts = g_ptr_array_new();
    for (unsigned i = 0; i < MACHINE(s)->smp.cpus; i++) {
        if (!create_hart(s, i, errp)) {
            return false;
        }
    }
    return true;
}

/* ---- Devices ---- */

/* Realize a device and put its registers at `base`. */
static bool place_device(SpikeMachineState *s, DeviceState *dev, hwaddr base, Error **errp)
{
    if (!device_realize(dev, errp)) {
        return false;
    }
    memory_region_add_subregion(MACHINE(s)->system_memory, base, device_get_mmio(dev, 0));
    g_ptr_array_add(s->devices, dev);
    return true;
}

bool spike_add_device(MachineState *machine, const char *type, hwaddr base, Error **errp)
{
    SpikeMachineState *s = SPIKE_MACHINE(machine);

    return place_device(s, DEVICE(new_child(s->soc, type, type)), base, errp);
}

static bool create_clint(SpikeMachineState *s, Error **errp)
{
    DeviceState *dev = DEVICE(new_child(s->soc, "clint", TYPE_CLINT));

    if (!object_property_set_uint(OBJECT(dev), "num-harts", s->harts->len, errp) ||
        (s->exact && !object_property_set_uint(OBJECT(dev), "mtimecmp-reset", 0, errp)) ||
        !object_property_set_link(OBJECT(dev), "timebase", OBJECT(s->timebase), errp) ||
        !place_device(s, dev, SPIKE_CLINT_BASE, errp)) {
        return false;
    }
    for (guint i = 0; i < s->harts->len; i++) {
        DeviceState *hart = DEVICE(g_ptr_array_index(s->harts, i));

        device_connect_gpio_out(dev, CLINT_PIN_SOFTWARE(i), device_get_gpio_in(hart, IRQ_M_SOFT));
        device_connect_gpio_out(dev, CLINT_PIN_TIMER(i), device_get_gpio_in(hart, IRQ_M_TIMER));
    }
    return true;
}

static bool create_plic(SpikeMachineState *s, Error **errp)
{
    DeviceState *dev = DEVICE(new_child(s->soc, "plic", TYPE_PLIC));
    const CPURISCVState *env = &RISCV_CPU(g_ptr_array_index(s->harts, 0))->env;
    bool supervisor = riscv_ext_has(&env->cfg_ext, RISCV_EXT_S);
    unsigned context = 0;

    s->plic = dev;
    if (!object_property_set_uint(OBJECT(dev), "num-harts", s->harts->len, errp) ||
        !object_property_set_bool(OBJECT(dev), "supervisor", supervisor, errp) ||
        !place_device(s, dev, SPIKE_PLIC_BASE, errp)) {
        return false;
    }
    for (guint i = 0; i < s->harts->len; i++) {
        DeviceState *hart = DEVICE(g_ptr_array_index(s->harts, i));

        device_connect_gpio_out(dev, context++, device_get_gpio_in(hart, IRQ_M_EXT));
        if (supervisor) {
            device_connect_gpio_out(dev, context++, device_get_gpio_in(hart, IRQ_S_EXT));
        }
    }
    return true;
}

/* As place_device(), for one whose only interrupt is source `source` of the PLIC. */
static bool place_irq_device(SpikeMachineState *s, DeviceState *dev, hwaddr base, int source,
                             Error **errp)
{
    device_connect_gpio_out(dev, 0, device_get_gpio_in(s->plic, source));
    return place_device(s, dev, base, errp);
}

static bool create_uart(SpikeMachineState *s, unsigned index, Error **errp)
{
    g_autofree char *name = g_strdup_printf("serial%u", index);
    Object *uart = new_child(s->soc, name, TYPE_NS16550A);
    Chardev *chardev = machine_serial(MACHINE(s), index);

    return object_property_set_link(uart, "clock", OBJECT(MACHINE(s)->clock), errp) &&
           object_property_set_link(uart, "chardev", (Object *)chardev, errp) &&
           place_irq_device(s, DEVICE(uart), SPIKE_UART_BASE(index), SPIKE_UART_IRQ(index), errp);
}

/* One that is always there, and one for each further -serial. */
static unsigned num_uarts(const SpikeMachineState *s)
{
    return MAX(machine_serial_count(MACHINE(s)), 1);
}

static bool create_uarts(SpikeMachineState *s, Error **errp)
{
    for (unsigned i = 0; i < num_uarts(s); i++) {
        if (!create_uart(s, i, errp)) {
            return false;
        }
    }
    return true;
}

static bool create_rtc(SpikeMachineState *s, Error **errp)
{
    Object *rtc;

    if (s->exact) {
        return true;
    }
    rtc = new_child(s->soc, "rtc", TYPE_GOLDFISH_RTC);
    return object_property_set_link(rtc, "wall-clock", OBJECT(MACHINE(s)->wall_clock), errp) &&
           place_irq_device(s, DEVICE(rtc), SPIKE_RTC_BASE, SPIKE_RTC_IRQ, errp);
}

static bool create_test_finisher(SpikeMachineState *s, Error **errp)
{
    return s->exact || place_device(s, DEVICE(new_child(s->soc, "test", TYPE_SIFIVE_TEST)),
                                    SPIKE_TEST_BASE, errp);
}

/* Set the device's address property to where the program has the symbol, if it has. */
static bool set_symbol(SpikeMachineState *s, const char *property, const char *symbol, Error **errp)
{
    hwaddr addr;

    return !symbols_find_phys(MACHINE(s)->symbols, symbol, &addr) ||
           object_property_set_uint(OBJECT(s->htif), property, addr, errp);
}

/*
 * argv of a program: its name, and behind that the words of the command line, or those that a shell
 * would see in -append. Who starts by firmware has no main().
 */
static bool set_arguments(SpikeMachineState *s, Error **errp)
{
    const MachineState *machine = MACHINE(s);
    const char *line = machine->kernel_cmdline;
    g_auto(GStrv) split = NULL;
    g_autoptr(GError) problem = NULL;
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    if (!machine->kernel_filename || s->boot.has_firmware) {
        return true;
    }
    if (line && !machine->arguments && !g_shell_parse_argv(line, NULL, &split, &problem) &&
        problem->code == G_SHELL_ERROR_BAD_QUOTING) {
        error_setg(errp, "-append '%s': a quotation does not end", line);
        error_append_hint(errp, "write \\' or \\\" for a quotation mark that is meant so");
        return false;
    }
    g_ptr_array_add(words, machine->kernel_filename);
    for (char **word = machine->arguments ? machine->arguments : split; word && *word; word++) {
        g_ptr_array_add(words, *word);
    }
    g_ptr_array_add(words, NULL);
    htif_set_arguments(s->htif, (const char *const *)words->pdata);
    return true;
}

static bool configure_htif(SpikeMachineState *s, Error **errp)
{
    Object *htif = OBJECT(s->htif);
    bool polled = s->exact && MACHINE(s)->accelerator->spike_turns;

    htif_set_address_space(s->htif, &MACHINE(s)->address_space);
    return object_property_set_link(htif, "chardev", OBJECT(machine_serial(MACHINE(s), 0)), errp) &&
           set_symbol(s, "tohost", "tohost", errp) && set_symbol(s, "fromhost", "fromhost", errp) &&
           set_symbol(s, "begin-signature", "begin_signature", errp) &&
           set_symbol(s, "end-signature", "end_signature", errp) &&
           object_property_set_str(htif, "signature", s->signature ? s->signature : "", errp) &&
           object_property_set_uint(htif, "signature-granularity", s->signature_granularity,
                                    errp) &&
           object_property_set_str(htif, "root", s->htif_root ? s->htif_root : "", errp) &&
           object_property_set_bool(htif, "read-only", s->htif_read_only, errp) &&
           object_property_set_bool(htif, "polled", polled, errp) &&
           object_property_set_uint(htif, "limit", s->insn_limit, errp);
}

/*
 * A bare-metal program that cannot say that it ended is most likely a mistake. A kernel has other
 * ways.
 */
static void warn_without_tohost(const SpikeMachineState *s)
{
    if (!s->boot.has_firmware && s->boot.kernel.elf) {
        warn_report(
            "'%s' has no symbol tohost: it runs until it stores 2 * CODE + 1 to HTIF's register at "
            "0x%x or a code to the test finisher, is dead, or is stopped (-limit seconds=N does that)",
            MACHINE(s)->kernel_filename, SPIKE_HTIF_BASE + HTIF_TOHOST);
    }
}

static bool create_htif(SpikeMachineState *s, Error **errp)
{
    DeviceState *dev = DEVICE(new_child(s->soc, "htif", TYPE_HTIF));
    hwaddr tohost;

    s->htif = HTIF(dev);
    if (!configure_htif(s, errp) || !set_arguments(s, errp) || !device_realize(dev, errp)) {
        return false;
    }
    if (!s->exact && !symbols_find_phys(MACHINE(s)->symbols, "tohost", &tohost)) {
        warn_without_tohost(s);
        memory_region_add_subregion(MACHINE(s)->system_memory, SPIKE_HTIF_BASE,
                                    device_get_mmio(dev, 0));
    }
    return true;
}

/* ---- Device tree ---- */

static bool add_device_node(DeviceState *dev, DTNode *parent, hwaddr base, Error **errp)
{
    const DeviceClass *dc = DEVICE_GET_CLASS(dev);

    return !dc->fdt_populate || dc->fdt_populate(dev, parent, base, errp);
}

/* The harts of one core, from number `first` on; a node for each only where there are several. */
static void add_threads(DTNode *cpus, DTNode *core, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *hart = g_strdup_printf("cpu@%x", first + i);
        DTNode *node = count == 1 ? core : dt_add_node(core, "thread%u", i);

        dt_set_u32(node, "cpu", dt_phandle(dt_child(cpus, hart)));
    }
}

/* Binding "cpu-map": sockets where there are several; in each a cluster, as the binding wants. */
static void add_cpu_map(const SpikeMachineState *s, DTNode *cpus)
{
    const CPUTopology *smp = &MACHINE(s)->smp;
    DTNode *map = dt_add_node(cpus, "cpu-map");

    for (unsigned i = 0; i < smp->sockets; i++) {
        DTNode *socket = smp->sockets > 1 ? dt_add_node(map, "socket%u", i) : map;
        DTNode *cluster = dt_add_node(socket, "cluster0");

        for (unsigned j = 0; j < smp->cores; j++) {
            add_threads(cpus, dt_add_node(cluster, "core%u", j),
                        (i * smp->cores + j) * smp->threads, smp->threads);
        }
    }
}

static bool add_cpus(const SpikeMachineState *s, DTNode *root, Error **errp)
{
    DTNode *cpus = dt_add_node(root, "cpus");

    dt_set_u32(cpus, "#address-cells", 1);
    dt_set_u32(cpus, "#size-cells", 0);
    dt_set_u32(cpus, "timebase-frequency", timebase_frequency(s->timebase));
    for (guint i = 0; i < s->harts->len; i++) {
        if (!add_device_node(g_ptr_array_index(s->harts, i), cpus, 0, errp)) {
            return false;
        }
    }
    add_cpu_map(s, cpus);
    return true;
}

static bool add_devices(const SpikeMachineState *s, DTNode *root, Error **errp)
{
    DTNode *soc;

    for (unsigned i = 0; i < s->num_banks; i++) {
        DTNode *memory = dt_add_node(root, "memory@%" PRIx64, s->banks[i].base);

        dt_set_string(memory, "device_type", "memory");
        dt_set_reg(memory, s->banks[i].base, s->banks[i].size);
    }
    soc = dt_add_node(root, "soc");
    dt_set_u32(soc, "#address-cells", 2);
    dt_set_u32(soc, "#size-cells", 2);
    dt_set_strings(soc, "compatible", "ucbbar,spike-bare-soc", "simple-bus", NULL);
    dt_set_empty(soc, "ranges");
    for (guint i = 0; i < s->devices->len; i++) {
        DeviceState *dev = g_ptr_array_index(s->devices, i);

        if (!add_device_node(dev, soc, device_get_mmio(dev, 0)->addr, errp)) {
            return false;
        }
    }
    return add_device_node(DEVICE(s->htif), root, SPIKE_HTIF_BASE, errp);
}

static char *uart_path(unsigned index)
{
    return g_strdup_printf("/soc/" NS16550A_NODE, (hwaddr)SPIKE_UART_BASE(index));
}

static void add_aliases(const SpikeMachineState *s, DTNode *root)
{
    DTNode *aliases = dt_add_node(root, "aliases");

    for (unsigned i = 0; i < num_uarts(s); i++) {
        g_autofree char *name = g_strdup_printf("serial%u", i);
        g_autofree char *path = uart_path(i);

        dt_set_string(aliases, name, path);
    }
}

static DTNode *make_device_tree(const SpikeMachineState *s, Error **errp)
{
    g_autoptr(DTNode) root = dt_new();

    dt_set_u32(root, "#address-cells", 2);
    dt_set_u32(root, "#size-cells", 2);
    dt_set_string(root, "compatible", "ucbbar,spike-bare-dev");
    dt_set_string(root, "model", "ucbbar,spike-bare");
    dt_add_node(root, "chosen");
    add_aliases(s, root);
    if (!add_cpus(s, root, errp) || !add_devices(s, root, errp)) {
        return NULL;
    }
    return g_steal_pointer(&root);
}

/* The tree for the guest, the user's own (-dtb) or the board's, with what the command line adds. */
static bool fill_rom(SpikeMachineState *s, Error **errp)
{
    const char *dtb = MACHINE(s)->dtb;
    g_autofree char *console = uart_path(0);
    g_autoptr(DTNode) root = dtb ? dt_load(dtb, errp) : make_device_tree(s, errp);

    if (!root) {
        return false;
    }
    riscv_boot_add_chosen(&s->boot, root, dtb ? NULL : console);
    if (s->bootargs && !dtb) {
        dt_set_string(dt_child(root, "chosen"), "bootargs", s->bootargs);
    }
    return riscv_boot_fill_rom(&s->boot, SPIKE_ROM_BASE, SPIKE_ROM_SIZE, root, errp);
}

/* ---- The machine ---- */

bool spike_create(MachineState *machine, Error **errp)
{
    SpikeMachineState *s = SPIKE_MACHINE(machine);

    s->soc = object_property_add_new_container(OBJECT(s), "soc");
    s->devices = g_ptr_array_new();
    s->boot.as_spike = s->exact;
    return create_memory(s, errp) &&
           riscv_boot_load_images(&s->boot, machine, s->main_bank->base, errp) &&
           create_harts(s, errp) && create_clint(s, errp) && create_plic(s, errp) &&
           create_uarts(s, errp) && create_test_finisher(s, errp) && create_rtc(s, errp) &&
           create_htif(s, errp);
}

/* The program may not need them where it runs, and a hart is what its user says. */
static void warn_of_missing_isa(const SpikeMachineState *s)
{
    CPUState *cpu = g_ptr_array_index(cpu_list(), 0);
    g_autofree char *names = NULL;

    if (s->boot.kernel_arch) {
        names = CPU_GET_CLASS(cpu)->missing_isa(cpu, s->boot.kernel_arch);
    }
    if (names) {
        warn_report("'%s' is compiled for extensions that the hart lacks: %s (add what there is with "
                    "-cpu MODEL,+EXT or take -cpu max, or compile it for another -march)",
                    MACHINE(s)->kernel_filename, names);
    }
}

bool spike_finish(MachineState *machine, Error **errp)
{
    warn_of_missing_isa(SPIKE_MACHINE(machine));
    return fill_rom(SPIKE_MACHINE(machine), errp);
}

static bool spike_init(MachineState *machine, Error **errp)
{
    return spike_create(machine, errp) && spike_finish(machine, errp);
}

static bool spike_reset(MachineState *machine, Error **errp)
{
    return MACHINE_CLASS(object_class_by_name(TYPE_MACHINE))->reset(machine, errp) &&
           riscv_boot_reset(&SPIKE_MACHINE(machine)->boot, errp);
}

static const Property spike_machine_properties[] = {
    DEFINE_PROP_STRING("signature", SpikeMachineState, signature, NULL,
                       "file to write memory from begin_signature to end_signature to, at exit"),
    DEFINE_PROP_UINT8("signature-granularity", SpikeMachineState, signature_granularity, 16,
                      "bytes in a line of the signature: 4, 8 or 16"),
    DEFINE_PROP_STRING("htif-root", SpikeMachineState, htif_root, NULL,
                       "folder in which HTIF's system calls may use files; without it, none"),
    DEFINE_PROP_BOOL("htif-ro", SpikeMachineState, htif_read_only, false,
                     "the folder of htif-root can only be read"),
    DEFINE_PROP_STRING("memory-map", SpikeMachineState, memory_map, NULL,
                       "places and sizes of RAM instead of -m: BASE:SIZE,,BASE:SIZE"),
    DEFINE_PROP_STRING("bootargs", SpikeMachineState, bootargs, NULL,
                       "/chosen/bootargs of the device tree, where -append is not for that"),
    DEFINE_PROP_BOOL("exact", SpikeMachineState, exact, false,
                     "nothing but what Spike has, and that as it is there after reset"),
    DEFINE_PROP_UINT64("turn-limit", SpikeMachineState, insn_limit, UINT64_MAX,
                       "exact, with -accel interp,turns=spike: instructions after which the program "
                       "ends with code 0, where each turn counts whole; all ones: none"),
};

static void spike_machine_instance_finalize(Object *obj)
{
    SpikeMachineState *s = SPIKE_MACHINE(obj);

    riscv_boot_cleanup(&s->boot);
    g_clear_pointer(&s->harts, g_ptr_array_unref);
    g_clear_pointer(&s->devices, g_ptr_array_unref);
}

static void spike_machine_class_init(ObjectClass *oc, const void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    (void)data;
    mc->desc = "RISC-V Spike board";
    mc->is_default = true;
    mc->max_cpus = SPIKE_MAX_CPUS;
    mc->max_serials = SPIKE_MAX_UARTS;
    mc->default_ram_size = 128 * MiB;
    mc->default_cpu_type = TYPE_RISCV_CPU_RV64;
    mc->cpu_base_type = TYPE_RISCV_CPU;
    mc->init = spike_init;
    mc->reset = spike_reset;
    object_class_add_properties(oc, spike_machine_properties,
                                G_N_ELEMENTS(spike_machine_properties));
}

static const TypeInfo spike_machine_info = {
    .name = SPIKE_MACHINE_TYPE,
    .parent = TYPE_MACHINE,
    .instance_size = sizeof(SpikeMachineState),
    .instance_finalize = spike_machine_instance_finalize,
    .class_init = spike_machine_class_init,
};

static void spike_machine_init_register_types(void)
{
    type_register_static(&spike_machine_info);
}

type_init(spike_machine_init_register_types)
