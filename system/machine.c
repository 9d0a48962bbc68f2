/*
 * TYPE_MACHINE: the base of all boards, its properties, and the checks before a board is built.
 *
 * What does not belong here: finding the class that -M names (system/machine-list.c), any
 * particular board.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/machine.h"

#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "system/trace.h"
#include "util/bits.h"

MachineState *current_machine;

/* ---- Properties ---- */

static char *get_smp(Object *obj, Error **errp G_GNUC_UNUSED)
{
    const CPUTopology *smp = &MACHINE(obj)->smp;

    return g_strdup_printf("cpus=%u,sockets=%u,cores=%u,threads=%u", smp->cpus, smp->sockets,
                           smp->cores, smp->threads);
}

static bool set_smp(Object *obj, const char *value, Error **errp)
{
    if (!machine_parse_smp(MACHINE_GET_CLASS(obj), value, &MACHINE(obj)->smp, errp)) {
        error_default_hint(errp, "for example -smp 4, or -smp sockets=2,cores=2");
        return false;
    }
    return true;
}

static char *get_cpu(Object *obj, Error **errp G_GNUC_UNUSED)
{
    MachineState *machine = MACHINE(obj);

    return g_strdup(machine->cpu_model ? machine->cpu_model : machine->cpu_type);
}

static bool set_cpu(Object *obj, const char *value, Error **errp)
{
    MachineState *machine = MACHINE(obj);
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!mc->cpu_base_type) {
        error_setg(errp, "machine '%s' has no CPU", mc->name);
        error_append_hint(errp, "choose another one with -M; '-M help' lists them");
        return false;
    }
    const char *type = CPU_CLASS(object_class_by_name(mc->cpu_base_type))->parse_model(value, errp);
    if (!type) {
        error_default_hint(errp, "'-cpu help' lists the models and what they can have");
        return false;
    }
    machine->cpu_type = type;
    g_free(machine->cpu_model);
    machine->cpu_model = g_strdup(value);
    return true;
}

static char *get_accel(Object *obj, Error **errp G_GNUC_UNUSED)
{
    AccelState *accel = MACHINE(obj)->accelerator;

    return accel ? g_strdup(ACCEL_GET_CLASS(accel)->name) : NULL;
}

/* Takes the place of the accelerator before; accel is the caller's reference. */
static void use_accel(MachineState *machine, AccelState *accel)
{
    if (machine->accelerator) {
        object_unparent(OBJECT(machine->accelerator));
    }
    machine->accelerator = accel;
    object_property_add_child(OBJECT(machine), "accelerator", OBJECT(accel));
    object_unref(accel);
}

static bool set_accel(Object *obj, const char *value, Error **errp)
{
    AccelState *accel = accel_parse(value, errp);

    if (!accel) {
        return false;
    }
    use_accel(MACHINE(obj), accel);
    return true;
}

static char *get_icount(Object *obj, Error **errp G_GNUC_UNUSED)
{
    ICount *icount = MACHINE(obj)->icount;
    g_autofree char *shift = icount ? object_property_print(OBJECT(icount), "shift", NULL) : NULL;

    return icount ? g_strdup_printf("shift=%s,sleep=%s", shift,
                                    icount_sleeps(icount) ? "on" : "off")
                  : NULL;
}

static bool set_icount(Object *obj, const char *value, Error **errp)
{
    MachineState *machine = MACHINE(obj);
    ICount *icount = icount_parse(value, errp);

    if (!icount) {
        return false;
    }
    if (machine->icount) {
        object_unparent(OBJECT(machine->icount));
    }
    machine->icount = icount;
    object_property_add_child(obj, "icount-source", OBJECT(icount));
    object_unref(icount);
    return true;
}

static char *get_limit(Object *obj, Error **errp G_GNUC_UNUSED)
{
    const RunLimit *limit = MACHINE(obj)->limit;

    return limit ? run_limit_print(limit) : NULL;
}

static bool set_limit(Object *obj, const char *value, Error **errp)
{
    MachineState *machine = MACHINE(obj);
    RunLimit *limit = run_limit_parse(value, errp);

    if (!limit) {
        return false;
    }
    if (machine->limit) {
        object_unparent(OBJECT(machine->limit));
    }
    machine->limit = limit;
    object_property_add_child(obj, "run-limit", OBJECT(limit));
    object_unref(limit);
    return true;
}

static char *get_rtc(Object *obj, Error **errp G_GNUC_UNUSED)
{
    return wall_clock_print(MACHINE(obj)->wall_clock);
}

/* Takes the place of the one before; wall is the caller's reference. */
static void use_wall_clock(MachineState *machine, WallClock *wall)
{
    if (machine->wall_clock) {
        object_unparent(OBJECT(machine->wall_clock));
    }
    machine->wall_clock = wall;
    object_property_add_child(OBJECT(machine), "wall-clock", OBJECT(wall));
    object_unref(wall);
}

static bool set_rtc(Object *obj, const char *value, Error **errp)
{
    WallClock *wall = wall_clock_parse(value, errp);

    if (!wall) {
        return false;
    }
    use_wall_clock(MACHINE(obj), wall);
    return true;
}

static const Property machine_properties[] = {
    DEFINE_PROP_SIZE("memory", MachineState, ram_size, 0, "size of RAM"),
    DEFINE_PROP_STRING("kernel", MachineState, kernel_filename, NULL,
                       "file of the program or kernel to run"),
    DEFINE_PROP_STRING("append", MachineState, kernel_cmdline, NULL, "command line for the kernel"),
    DEFINE_PROP_STRING("initrd", MachineState, initrd_filename, NULL,
                       "file of the kernel's initial RAM disk"),
    DEFINE_PROP_STRING("firmware", MachineState, firmware, NULL,
                       "file of the firmware, or none, or default"),
    DEFINE_PROP_STRING("firmware-path", MachineState, firmware_path, RVEMU_DATA_PATH,
                       "folders to look for firmware in, with ':' between them"),
    DEFINE_PROP_STRING("dtb", MachineState, dtb, NULL,
                       "file of the device tree for the guest, instead of the machine's own"),
    DEFINE_PROP_STRING("dumpdtb", MachineState, dumpdtb, NULL,
                       "file to write the device tree to, instead of running"),
    DEFINE_PROP_STRING("trace-commits", MachineState, trace_commits, NULL,
                       "file for a trace of all that instructions do"),
    DEFINE_PROP_STRING("guest-name", MachineState, guest_name, NULL, "name of the guest"),
    DEFINE_PROP_STRING("gdb", MachineState, gdb, NULL, "where to wait for gdb, as -gdb"),
    DEFINE_PROP_BOOL("autostart", MachineState, autostart, true,
                     "the guest runs from the start; off: when gdb lets it, as -S"),
    DEFINE_PROP_BOOL("reboot", MachineState, reboot, true,
                     "a reset starts the guest again; off: it ends the run, as -no-reboot"),
};

static void add_string_property(ObjectClass *oc, const char *name, ObjectGetStr *get,
                                ObjectSetStr *set, const char *description)
{
    object_class_property_add_str(oc, name, get, set);
    object_class_property_set_description(oc, name, description);
}

/* ---- Checks before the board is built ---- */

static bool check_ram(const MachineState *machine, Error **errp)
{
    const MachineClass *mc = MACHINE_GET_CLASS(machine);
    const char *image = machine->kernel_filename ? machine->kernel_filename : machine->firmware;

    if (machine->ram_size % RAM_PAGE_SIZE) {
        error_setg(errp, "a RAM of %" G_GUINT64_FORMAT " bytes is not a whole number of pages",
                   machine->ram_size);
        error_append_hint(errp, "use a multiple of %u bytes", RAM_PAGE_SIZE);
    } else if (!machine->ram_size && mc->default_ram_size) {
        error_setg(errp, "machine '%s' cannot run without RAM", mc->name);
        error_append_hint(errp, "give it a size with -m");
    } else if (!mc->default_ram_size && (machine->ram_size || image)) {
        error_setg(errp, "machine '%s' has no RAM%s%s", mc->name, image ? " to load " : "",
                   image ? image : "");
        error_append_hint(errp, "choose another one with -M; '-M help' lists them");
    } else {
        return true;
    }
    return false;
}

static bool check_cpu_type(const MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!machine->cpu_type) {
        return true;
    }
    ObjectClass *oc = object_class_by_name(machine->cpu_type);
    if (!oc || !mc->cpu_base_type || !object_class_dynamic_cast(oc, mc->cpu_base_type) ||
        object_class_is_abstract(oc)) {
        error_setg(errp, "machine '%s' cannot have a CPU of type '%s'", mc->name,
                   machine->cpu_type);
        error_append_hint(errp, "'-M %s -cpu help' lists the models", mc->name);
        return false;
    }
    return true;
}

/* An image that only a kernel can make use of. */
static bool check_needs_kernel(const MachineState *machine, const char *value, const char *option,
                               Error **errp)
{
    if (!value || machine->kernel_filename) {
        return true;
    }
    error_setg(errp, "-%s has no effect without a kernel", option);
    error_append_hint(errp, "name one with -kernel FILE");
    return false;
}

/* Instructions of harts that run at the same time have no order that would repeat. */
static bool set_up_single_thread(MachineState *machine, const char *option, Error **errp)
{
    AccelState *accel = machine->accelerator;

    if (accel->thread_set && !accel->single_thread) {
        error_setg(errp, "%s cannot go with thread=multi", option);
        error_append_hint(errp, "leave out thread=multi: %s selects thread=single", option);
        return false;
    }
    accel->single_thread = true;
    return true;
}

static bool set_up_turns(MachineState *machine, Error **errp)
{
    if (machine->accelerator->spike_turns &&
        !set_up_single_thread(machine, "turns=spike", errp)) {
        return false;
    }
    if (machine->icount) {
        icount_use_clock(machine->icount, machine->clock, machine->accelerator->spike_turns);
        return set_up_single_thread(machine, "-icount", errp);
    }
    return true;
}

static bool set_up_accel(MachineState *machine, Error **errp)
{
    AccelClass *ac = accel_default();

    if (!machine->accelerator && ac) {
        use_accel(machine, ACCEL(object_new_with_class(OBJECT_CLASS(ac))));
    }
    if (!machine->accelerator && machine->cpu_type) {
        error_setg(errp, "no accelerator can run machine '%s'", MACHINE_GET_CLASS(machine)->name);
        error_append_hint(errp, "'-accel help' lists what there is");
        return false;
    }
    ac = machine->accelerator ? ACCEL_GET_CLASS(machine->accelerator) : NULL;
    if (machine->accelerator && !set_up_turns(machine, errp)) {
        return false;
    }
    return !ac || !ac->init_machine || ac->init_machine(machine->accelerator, machine, errp);
}

bool machine_run_board_init(MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!check_ram(machine, errp) || !check_cpu_type(machine, errp) ||
        !check_needs_kernel(machine, machine->kernel_cmdline, "append", errp) ||
        !check_needs_kernel(machine, machine->initrd_filename, "initrd", errp) ||
        !set_up_accel(machine, errp) ||
        !wall_clock_start(machine->wall_clock, machine->clock, machine->icount, errp)) {
        return false;
    }
    return !mc->init || mc->init(machine, errp);
}

/* ---- Serial lines ---- */

void machine_add_serial(MachineState *machine, Chardev *chr)
{
    g_ptr_array_add(machine->serials, object_ref(chr));
}

Chardev *machine_serial(const MachineState *machine, unsigned n)
{
    return n < machine->serials->len ? machine->serials->pdata[n] : NULL;
}

unsigned machine_serial_count(const MachineState *machine)
{
    return machine->serials->len;
}

/* ---- Reset and dump ---- */

static int reset_device(Object *obj, void *opaque G_GNUC_UNUSED)
{
    Object *dev = object_dynamic_cast(obj, TYPE_DEVICE);

    if (dev && DEVICE(dev)->realized) {
        device_reset(DEVICE(dev));
    }
    return 0;
}

static bool reset_all_devices(MachineState *machine, Error **errp G_GNUC_UNUSED)
{
    object_child_foreach_recursive(OBJECT(machine), reset_device, NULL);
    return true;
}

bool machine_reset(MachineState *machine, Error **errp)
{
    trace_machine_reset(MACHINE_GET_CLASS(machine)->name);
    return MACHINE_GET_CLASS(machine)->reset(machine, errp);
}

bool machine_dump_dtb(MachineState *machine, Error **errp)
{
    if (!machine->fdt) {
        error_setg(errp, "machine '%s' has no device tree", MACHINE_GET_CLASS(machine)->name);
        error_append_hint(errp, "choose another one with -M; '-M help' lists them");
        return false;
    }
    /* Not g_file_set_contents(), which would put a file in the place of a device or a pipe. */
    FILE *f = fopen(machine->dumpdtb, "wb");
    bool ok = f && fwrite(machine->fdt, fdt_totalsize(machine->fdt), 1, f) == 1;
    if (f && fclose(f) != 0) {
        ok = false;
    }
    if (!ok) {
        error_setg_errno(errp, errno, "cannot write the device tree to '%s'", machine->dumpdtb);
        error_append_hint(errp, "check its name, permissions and room");
    }
    return ok;
}

/* ---- The type ---- */

static void machine_instance_init(Object *obj)
{
    MachineState *machine = MACHINE(obj);
    const MachineClass *mc = MACHINE_GET_CLASS(machine);

    machine->ram_size = mc->default_ram_size;
    machine->cpu_type = mc->default_cpu_type;
    machine->smp = (CPUTopology){
        .cpus = mc->default_cpus,
        .sockets = 1,
        .cores = mc->default_cpus,
        .threads = 1,
    };
    machine->serials = g_ptr_array_new_with_free_func(object_unref);
    machine->clock = VIRTUAL_CLOCK(object_new(TYPE_VIRTUAL_CLOCK));
    object_property_add_child(obj, "clock", OBJECT(machine->clock));
    object_unref(machine->clock);

    use_wall_clock(machine, WALL_CLOCK(object_new(TYPE_WALL_CLOCK)));

    machine->system_memory = g_new0(MemoryRegion, 1);
    memory_region_init(machine->system_memory, obj, "system-memory", UINT64_MAX);
    address_space_init(&machine->address_space, machine->system_memory, "system");
}

/* The children are gone already. */
static void machine_instance_finalize(Object *obj)
{
    MachineState *machine = MACHINE(obj);

    address_space_destroy(&machine->address_space);
    g_free(machine->system_memory);
    g_ptr_array_unref(machine->serials);
    g_free(machine->cpu_model);
    g_strfreev(machine->arguments);
    g_free(machine->fdt);
}

static int collect_device(Object *obj, void *opaque)
{
    if (object_dynamic_cast(obj, TYPE_DEVICE)) {
        g_ptr_array_add(opaque, obj);
    }
    return 0;
}

/*
 * Before any child goes, all devices let go of what they have of one another: in reverse order, as
 * a device that came later may use an earlier one.
 */
static void machine_unparent(Object *obj)
{
    g_autoptr(GPtrArray) devices = g_ptr_array_new();

    object_child_foreach_recursive(obj, collect_device, devices);
    for (guint i = devices->len; i > 0; i--) {
        DeviceState *dev = DEVICE(devices->pdata[i - 1]);

        if (dev->realized) {
            device_unrealize(dev);
        }
    }
}

static void machine_class_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    oc->unparent = machine_unparent;
    mc->reset = reset_all_devices;
    mc->max_cpus = 1;
    mc->default_cpus = 1;

    object_class_add_properties(oc, machine_properties, G_N_ELEMENTS(machine_properties));
    add_string_property(oc, "smp", get_smp, set_smp, "number and arrangement of CPUs, as -smp");
    add_string_property(oc, "cpu", get_cpu, set_cpu, "model and features of the CPUs, as -cpu");
    add_string_property(oc, "accel", get_accel, set_accel, "what runs guest code, as -accel");
    add_string_property(oc, "icount", get_icount, set_icount,
                        "let instructions move guest time, as -icount");
    add_string_property(oc, "limit", get_limit, set_limit, "when the run ends at the latest, as -limit");
    add_string_property(oc, "rtc", get_rtc, set_rtc, "date and time that the guest finds, as -rtc");
}

/* For each derived class. */
static void machine_class_base_init(ObjectClass *oc, const void *data G_GNUC_UNUSED)
{
    MachineClass *mc = MACHINE_CLASS(oc);
    const char *type = object_class_get_name(oc);
    size_t length =
        strlen(type) - (g_str_has_suffix(type, MACHINE_SUFFIX) ? strlen(MACHINE_SUFFIX) : 0);

    g_autofree char *name = g_strndup(type, length);
    mc->name = g_intern_string(name); /* lives as long as the class: as the program */
    mc->alias = NULL;
    mc->deprecation_reason = NULL;
    mc->is_default = false;
}

static const TypeInfo machine_type_info = {
    .name = TYPE_MACHINE,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(MachineState),
    .instance_init = machine_instance_init,
    .instance_finalize = machine_instance_finalize,
    .abstract = true,
    .class_size = sizeof(MachineClass),
    .class_init = machine_class_init,
    .class_base_init = machine_class_base_init,
};

static void machine_register_types(void)
{
    type_register_static(&machine_type_info);
}

type_init(machine_register_types)
