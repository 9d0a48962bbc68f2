/*
 * Machine classes: macros, names, list, selection, -smp; machine objects: properties and checks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "expect.h"
#include "fake-machine.h"

#include <stdlib.h>

/* ---- Classes ---- */

static void test_macros(void)
{
    MachineClass *board = find_machine("board-2.1");
    MachineClass *heir = find_machine("heir");

    g_assert_true(object_class_by_name("board-2.1-machine") == OBJECT_CLASS(board));
    g_assert_cmpstr(board->name, ==, "board-2.1");
    g_assert_cmpstr(board->alias, ==, "board");
    g_assert_true(object_class_get_parent(OBJECT_CLASS(board)) ==
                  object_class_by_name("board-base"));
    g_assert_true(object_class_get_parent(OBJECT_CLASS(find_machine("solo-3.0"))) ==
                  object_class_by_name(TYPE_MACHINE));

    g_assert_cmpstr(heir->name, ==, "heir");
    g_assert_cmpstr(heir->desc, ==, "A plain board");
    g_assert_cmpuint(heir->max_cpus, ==, 16);
    g_assert_false(heir->is_default);
    g_assert_null(heir->alias);
}

static void test_find(void)
{
    g_assert_true(find_machine("board") == find_machine("board-2.1"));
    g_assert_cmpstr(find_machine("solo")->name, ==, "solo-3.0");
    g_assert_null(find_machine("board-1"));
    g_assert_null(find_machine("plain-machine"));
    g_assert_null(find_machine("board-base"));
    g_assert_null(find_machine("machine"));
    g_assert_true(find_default_machine() == find_machine("plain"));
}

static void test_list(void)
{
    TextStream out;

    machine_help(text_stream_open(&out));
    g_assert_cmpstr(text_stream_close(&out), ==,
                    "Supported machines are:\n"
                    "bare                 Nothing at all\n"
                    "board-1.0            A board (deprecated)\n"
                    "board                A board (alias of board-2.1)\n"
                    "board-2.1            A board\n"
                    "heir                 A plain board\n"
                    "plain                A plain board (default)\n"
                    "solo                 A versioned machine without base (alias of solo-3.0)\n"
                    "solo-3.0             A versioned machine without base\n");
    free(out.text);
}

static void test_parse(void)
{
    Error *err = NULL;

    g_assert_true(machine_parse("board", &error_abort) == find_machine("board-2.1"));
    g_assert_null(machine_parse("plan", &err));
    expect_error(&err, "unknown machine 'plan'", "did you mean 'plain'? '-M help' lists them");
    g_assert_null(machine_parse("zzz", &err));
    expect_error(&err, "unknown machine 'zzz'", "'-M help' lists them");
}

static void test_select(void)
{
    Error *err = NULL;
    bool listed;

    g_assert_true(select_machine(NULL, &listed, &error_abort) == find_machine("plain"));
    g_assert_false(listed);
    g_assert_true(select_machine("bare", &listed, &error_abort) == find_machine("bare"));
    g_assert_false(listed);
    g_assert_null(select_machine("bar", &listed, &err));
    g_assert_false(listed);
    expect_error(&err, "-machine bar: unknown machine 'bar'",
                 "did you mean 'bare'? '-M help' lists them");
}

static void test_select_default_missing(void)
{
    MachineClass *plain = find_machine("plain");
    Error *err = NULL;
    bool listed;

    plain->is_default = false;
    g_assert_null(find_default_machine());
    g_assert_null(select_machine(NULL, &listed, &err));
    plain->is_default = true;
    expect_error(&err, "no machine is named, and none is the default",
                 "name one with -M; '-M help' lists them");
}

static void test_select_in_child(void)
{
    bool listed;

    if (g_test_subprocess()) {
        g_assert_null(select_machine("help", &listed, &error_abort));
        g_assert_true(listed);
        g_assert_nonnull(select_machine("board-1.0", &listed, &error_abort));
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*Supported machines are:\n*");
    g_test_trap_assert_stderr("rvemu: warning: machine 'board-1.0' is deprecated: it is old\n");
}

/* ---- -smp ---- */

static void test_smp(void)
{
    static const struct {
        const char *text;
        CPUTopology expected;
    } cases[] = {
        { "1", { 1, 1, 1, 1 } },
        { "4", { 4, 1, 4, 1 } },
        { "cpus=0x10", { 16, 1, 16, 1 } },
        { "4,sockets=2", { 4, 2, 2, 1 } },
        { "8,threads=2", { 8, 1, 4, 2 } },
        { "8,cores=2", { 8, 4, 2, 1 } },
        { "8,cores=2,threads=2", { 8, 2, 2, 2 } },
        { "8,sockets=2,cores=2", { 8, 2, 2, 2 } },
        { "8,sockets=2,cores=2,threads=2", { 8, 2, 2, 2 } },
        { "cores=3", { 3, 1, 3, 1 } },
        { "sockets=2,threads=2", { 4, 2, 1, 2 } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        CPUTopology smp = { 0 };
        g_assert_true(machine_parse_smp(find_machine("plain"), cases[i].text, &smp, &error_abort));
        g_assert_cmpmem(&smp, sizeof(smp), &cases[i].expected, sizeof(smp));
    }
}

static void test_smp_errors(void)
{
    static const char follow[] = "leave out what shall follow from the rest";
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        { "0", "cpus=0 is out of range 1..65535", NULL },
        { "cores=70000", "cores=70000 is out of range 1..65535", NULL },
        { "two", "'two' is not a number", NULL },
        { "-1", "'-1' is not a number", NULL },
        { "4,dies=2", "unknown key 'dies'", "there are cpus, sockets, cores, threads and maxcpus" },
        { "2,maxcpus=4", "maxcpus=4 is not the number of CPUs, 2",
          "none can be added to a guest that runs: leave maxcpus out" },
        { "4,", "empty part between commas", "a comma that belongs to a value is written twice" },
        { "5,cores=2", "2 sockets of 2 cores of 1 threads are 4 CPUs, not 5", follow },
        { "1,sockets=2", "2 sockets of 1 cores of 1 threads are 2 CPUs, not 1", follow },
        { "8,sockets=1,cores=2,threads=2", "1 sockets of 2 cores of 2 threads are 4 CPUs, not 8",
          follow },
        { "17", "17 CPUs are too many for machine 'plain'", "it can have 16" },
        { "sockets=65535,cores=65535,threads=65535",
          "281462092005375 CPUs are too many for machine 'plain'", "it can have 16" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        CPUTopology smp = { 2, 1, 2, 1 };
        Error *err = NULL;
        g_assert_false(machine_parse_smp(find_machine("plain"), cases[i].text, &smp, &err));
        expect_error(&err, cases[i].message, cases[i].hint);
        g_assert_cmpuint(smp.cpus, ==, 2);
    }
}

/* ---- Objects ---- */

static void set(const char *property, const char *value)
{
    object_property_parse(OBJECT(current_machine), property, value, &error_abort);
}

static char *get(const char *property)
{
    return object_property_print(OBJECT(current_machine), property, &error_abort);
}

static void test_defaults(void)
{
    MachineState *machine = fake_machine_new("plain");
    g_autofree char *smp = get("smp");
    g_autofree char *cpu = get("cpu");
    g_autofree char *accel = get("accel");

    g_assert_cmpuint(machine->ram_size, ==, 64 * MiB);
    g_assert_cmpstr(smp, ==, "cpus=1,sockets=1,cores=1,threads=1");
    g_assert_cmpstr(cpu, ==, "small-fake-cpu");
    g_assert_cmpstr(accel, ==, "");
    g_assert_null(machine->kernel_filename);
    g_assert_true(object_resolve_path("/machine", NULL) == OBJECT(machine));
    g_assert_true(object_resolve_path("/machine/clock", NULL) == OBJECT(machine->clock));
    g_assert_true(object_resolve_path("/machine/system-memory", NULL) ==
                  OBJECT(machine->system_memory));
    fake_machine_free();
}

static void test_properties(void)
{
    MachineState *machine = fake_machine_new("plain");

    set("memory", "1G");
    set("kernel", "a.elf");
    set("append", "root=/dev/vda");
    set("initrd", "b");
    set("firmware", "none");
    set("dtb", "c");
    set("dumpdtb", "d");
    set("guest-name", "guest");
    set("smp", "8,sockets=2");
    set("cpu", "small");
    set("accel", "quick,thread=single");

    g_assert_cmpuint(machine->ram_size, ==, GiB);
    g_assert_cmpstr(machine->kernel_filename, ==, "a.elf");
    g_assert_cmpstr(machine->kernel_cmdline, ==, "root=/dev/vda");
    g_assert_cmpstr(machine->initrd_filename, ==, "b");
    g_assert_cmpstr(machine->firmware, ==, "none");
    g_assert_cmpstr(machine->dtb, ==, "c");
    g_assert_cmpstr(machine->dumpdtb, ==, "d");
    g_assert_cmpstr(machine->guest_name, ==, "guest");
    g_assert_cmpuint(machine->smp.cores, ==, 4);
    g_assert_cmpstr(machine->cpu_type, ==, "small-fake-cpu");
    g_assert_cmpstr(ACCEL_GET_CLASS(machine->accelerator)->name, ==, "swift");
    g_assert_true(machine->accelerator->single_thread);
    g_assert_true(current_accel() == machine->accelerator);

    set("accel", "sloth"); /* takes the first one's place */
    g_assert_cmpstr(ACCEL_GET_CLASS(machine->accelerator)->name, ==, "sloth");
    g_assert_true(object_resolve_path("/machine/accelerator", NULL) ==
                  OBJECT(machine->accelerator));
    fake_machine_free();
    g_assert_null(current_accel());
}

static void expect_set_error(const char *property, const char *value, const char *message,
                             const char *hint)
{
    Error *err = NULL;

    g_assert_false(object_property_parse(OBJECT(current_machine), property, value, &err));
    expect_error(&err, message, hint);
}

static void test_property_errors(void)
{
    fake_machine_new("bare");
    expect_set_error("cpu", "small", "property 'bare-machine.cpu': machine 'bare' has no CPU",
                     "choose another one with -M; '-M help' lists them");
    expect_set_error("smp", "2",
                     "property 'bare-machine.smp': 2 CPUs are too many for machine 'bare'",
                     "it can have 1");
    expect_set_error("accel", "kvm", "property 'bare-machine.accel': unknown accelerator 'kvm'",
                     "'-accel help' lists them");
    fake_machine_free();

    fake_machine_new("plain");
    expect_set_error("cpu", "huge", "property 'plain-machine.cpu': no model 'huge'",
                     "'-cpu help' lists the models and what they can have");
    fake_machine_free();
}

/* ---- Board initialisation ---- */

static void test_board_init(void)
{
    MachineState *machine = fake_machine_new("plain");

    g_assert_true(machine_run_board_init(machine, &error_abort));
    g_assert_cmpstr(ACCEL_GET_CLASS(machine->accelerator)->name, ==, "swift");
    g_assert_cmpstr(machine->cpu_type, ==, "small-fake-cpu");
    fake_machine_free();

    machine = fake_machine_new("bare"); /* no init function, no RAM, no CPU */
    g_assert_true(machine_run_board_init(machine, &error_abort));
    fake_machine_free();
}

static void test_board_init_errors(void)
{
    static const struct {
        const char *property, *value, *message, *hint;
    } cases[] = {
        { "memory", "0", "machine 'plain' cannot run without RAM", "give it a size with -m" },
        { "memory", "4097", "a RAM of 4097 bytes is not a whole number of pages",
          "use a multiple of 4096 bytes" },
        { "cpu", "elsewhere", "machine 'plain' cannot have a CPU of type 'other-cpu'",
          "'-M plain -cpu help' lists the models" },
        { "append", "x", "-append has no effect without a kernel", "name one with -kernel FILE" },
        { "initrd", "x", "-initrd has no effect without a kernel", "name one with -kernel FILE" },
        { "guest-name", "too fast", "not that fast", NULL },
        { "kernel", "refused", "no kernel, please", NULL },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        MachineState *machine = fake_machine_new("plain");
        Error *err = NULL;

        set(cases[i].property, cases[i].value);
        g_assert_false(machine_run_board_init(machine, &err));
        expect_error(&err, cases[i].message, cases[i].hint);
        fake_machine_free();
    }
}

static void test_board_init_without_ram(void)
{
    static const char hint[] = "choose another one with -M; '-M help' lists them";
    MachineState *machine = fake_machine_new("bare");
    Error *err = NULL;

    set("memory", "4K");
    g_assert_false(machine_run_board_init(machine, &err));
    expect_error(&err, "machine 'bare' has no RAM", hint);
    set("memory", "0");
    set("firmware", "a.bin");
    g_assert_false(machine_run_board_init(machine, &err));
    expect_error(&err, "machine 'bare' has no RAM to load a.bin", hint);
    set("kernel", "a.elf");
    g_assert_false(machine_run_board_init(machine, &err));
    expect_error(&err, "machine 'bare' has no RAM to load a.elf", hint);
    fake_machine_free();
}

static void test_board_init_without_accel(void)
{
    AccelClass *swift = accel_find("swift");
    MachineState *machine = fake_machine_new("plain");
    Error *err = NULL;

    swift->is_default = false;
    g_assert_false(machine_run_board_init(machine, &err));
    swift->is_default = true;
    expect_error(&err, "no accelerator can run machine 'plain'",
                 "'-accel help' lists what there is");
    fake_machine_free();
}

static FakeDevice *add_device(MachineState *machine, const char *name, uint32_t number)
{
    FakeDevice *dev = FAKE_DEVICE(object_new(TYPE_FAKE_DEVICE));

    dev->number = number;
    object_property_add_child(OBJECT(machine), name, OBJECT(dev));
    object_unref(dev);
    return dev;
}

static void test_reset(void)
{
    MachineState *machine = fake_machine_new("bare");
    FakeDevice *realized = add_device(machine, "a", 1);
    FakeDevice *asleep = add_device(machine, "b", 2);

    device_realize(DEVICE(realized), &error_abort);
    g_assert_true(machine_reset(machine, &error_abort));
    g_assert_true(machine_reset(machine, &error_abort));
    g_assert_cmpuint(realized->resets, ==, 2);
    g_assert_cmpuint(asleep->resets, ==, 0);
    fake_machine_free();
}

static void test_unrealize_order(void)
{
    g_autoptr(GString) journal = g_string_new(NULL);
    MachineState *machine = fake_machine_new("bare");
    char name[] = "a";

    for (uint32_t i = 1; i <= 3; i++, name[0]++) {
        FakeDevice *dev = add_device(machine, name, i);
        dev->journal = journal;
        device_realize(DEVICE(dev), &error_abort);
    }
    fake_machine_free();
    g_assert_cmpstr(journal->str, ==, "u3u2u1");
}

static void test_dump_dtb(void)
{
    MachineState *machine = fake_machine_new("bare");
    Error *err = NULL;

    set("dumpdtb", "/nonexistent/file");
    g_assert_false(machine_dump_dtb(machine, &err));
    expect_error(&err, "machine 'bare' has no device tree",
                 "choose another one with -M; '-M help' lists them");
    fake_machine_free();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/machine/class/macros", test_macros);
    g_test_add_func("/machine/class/find", test_find);
    g_test_add_func("/machine/class/list", test_list);
    g_test_add_func("/machine/class/parse", test_parse);
    g_test_add_func("/machine/class/select", test_select);
    g_test_add_func("/machine/class/select-without-default", test_select_default_missing);
    g_test_add_func("/machine/class/select-output", test_select_in_child);
    g_test_add_func("/machine/smp/topologies", test_smp);
    g_test_add_func("/machine/smp/errors", test_smp_errors);
    g_test_add_func("/machine/object/defaults", test_defaults);
    g_test_add_func("/machine/object/properties", test_properties);
    g_test_add_func("/machine/object/property-errors", test_property_errors);
    g_test_add_func("/machine/board-init/ok", test_board_init);
    g_test_add_func("/machine/board-init/errors", test_board_init_errors);
    g_test_add_func("/machine/board-init/no-ram", test_board_init_without_ram);
    g_test_add_func("/machine/board-init/no-accelerator", test_board_init_without_accel);
    g_test_add_func("/machine/reset", test_reset);
    g_test_add_func("/machine/unrealize-order", test_unrealize_order);
    g_test_add_func("/machine/dump-dtb", test_dump_dtb);
    return g_test_run();
}
