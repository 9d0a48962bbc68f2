/*
 * gdb's `monitor` commands: what gdb has no command of its own for.
 *
 * What does not belong here: anything that gdb can do by packets of their own (gdbstub.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "gdbstub-internal.h"

#include <stdlib.h>
#include <string.h>

#include "system/runstate.h"
#include "system/verdict.h"
#include "util/cutils.h"

#define PHYS_DEFAULT_BYTES 64
#define PHYS_MOST_BYTES 0x10000

/*
 * `argc` words behind the command's name. False: they are not what it takes, and its usage is
 * shown.
 */
typedef bool MonitorFn(GdbServer *gdb, unsigned argc, char **argv, GString *out);

/* ---- numbers ---- */

/* As gdb and C write them: 0x1f, 31. */
static bool parse_number(const char *text, uint64_t *value)
{
    char *end;

    if (!g_ascii_isdigit(text[0])) {
        return false;
    }
    *value = strtoull(text, &end, 0);
    return !*end;
}

static bool parse_switch(const char *text, bool *value)
{
    *value = g_str_equal(text, "on");
    return *value || g_str_equal(text, "off");
}

/*
 * The thread that `argv` names, as gdb numbers them, or without it the one that gdb asked about
 * last; NULL: none such.
 */
static CPUState *chosen_cpu(GdbServer *gdb, unsigned argc, char **argv)
{
    uint64_t n;

    if (!argc) {
        return gdb_general_cpu(gdb);
    }
    return argc == 1 && parse_number(argv[0], &n) && n <= cpu_list()->len ? gdb_cpu(n) : NULL;
}

/* ---- phys ---- */

static void dump_line(GString *out, uint64_t addr, const uint8_t *bytes, uint64_t count)
{
    g_string_append_printf(out, "0x%016" PRIx64 ":", addr);
    for (uint64_t i = 0; i < count; i++) {
        g_string_append_printf(out, " %02x", bytes[i]);
    }
    g_string_append_c(out, '\n');
}

/* Of a device as one access, where `size` is one that it takes. */
static void dump_physical(GdbServer *gdb, uint64_t addr, uint64_t size, GString *out)
{
    CPUState *cpu = gdb_general_cpu(gdb);
    uint8_t bytes[16];

    for (uint64_t n; size > 0; addr += n, size -= n) {
        n = MIN(size, sizeof(bytes) - addr % sizeof(bytes));
        if (!gdb_read_memory(cpu, true, addr, bytes, n)) {
            g_string_append_printf(
                out, "0x%016" PRIx64 ": no memory, nor a device that takes %" PRIu64 " bytes\n",
                addr, n);
            return;
        }
        dump_line(out, addr, bytes, n);
    }
}

static bool monitor_phys(GdbServer *gdb, unsigned argc, char **argv, GString *out)
{
    uint64_t addr, size = PHYS_DEFAULT_BYTES;

    if (argc == 1 && parse_switch(argv[0], &gdb->session.physical)) {
        g_string_append_printf(out, "addresses of memory are %s\n",
                               gdb->session.physical ? "physical" : "virtual");
        return true;
    }
    if (argc < 1 || argc > 2 || !parse_number(argv[0], &addr) ||
        (argc == 2 && !parse_number(argv[1], &size))) {
        return false;
    }
    dump_physical(gdb, addr, MIN(size, PHYS_MOST_BYTES), out);
    return true;
}

/* ---- info ---- */

static bool info_harts(GdbServer *gdb G_GNUC_UNUSED, unsigned argc, char **argv G_GNUC_UNUSED,
                       GString *out)
{
    for (guint i = 0; !argc && i < cpu_list()->len; i++) {
        CPUState *cpu = g_ptr_array_index(cpu_list(), i);
        const CPUClass *cc = CPU_GET_CLASS(cpu);
        g_autofree char *text = cc->debug_describe(cpu);
        g_autofree char *place = verdict_place(cc->get_pc(cpu));

        g_string_append_printf(out, "%u: %s, at %s, %" PRIu64 " instructions\n", i + 1, text, place,
                               cc->get_insn_count(cpu));
    }
    return !argc;
}

static bool info_registers(GdbServer *gdb, unsigned argc, char **argv, GString *out)
{
    CPUState *cpu = chosen_cpu(gdb, argc, argv);
    g_autofree char *text = NULL;
    size_t size;
    FILE *f;

    if (!cpu) {
        return false;
    }
    f = open_memstream(&text, &size);
    CPU_GET_CLASS(cpu)->dump_state(cpu, f);
    fclose(f);
    g_string_append(out, text);
    return true;
}

static bool info_memory(GdbServer *gdb G_GNUC_UNUSED, unsigned argc, char **argv G_GNUC_UNUSED,
                        GString *out)
{
    const GArray *ranges = current_machine->address_space.ranges;

    for (guint i = 0; !argc && i < ranges->len; i++) {
        const FlatRange *range = &g_array_index(ranges, FlatRange, i);
        const char *kind = !range->mr->ram ? "device" : range->read_only ? "ROM" : "RAM";

        g_string_append_printf(out, "0x%016" PRIx64 "-0x%016" PRIx64 "  %-6s  %s\n", range->addr,
                               range->addr + range->size - 1, kind, range->mr->name);
    }
    return !argc;
}

static bool info_clock(GdbServer *gdb G_GNUC_UNUSED, unsigned argc, char **argv G_GNUC_UNUSED,
                        GString *out)
{
    const uint64_t second = NANOSECONDS_PER_SECOND;
    uint64_t ns = virtual_clock_ns(current_machine->clock);

    if (argc) {
        return false;
    }
    g_string_append_printf(out, "%" PRIu64 ".%09" PRIu64 " s of guest time\n", ns / second,
                           ns % second);
    return true;
}

static bool info_points(GdbServer *gdb, unsigned argc, char **argv G_GNUC_UNUSED,
                        GString *out)
{
    static const char *const names[] = {
        [DEBUG_BREAK_SOFTWARE] = "software breakpoint",
        [DEBUG_BREAK_HARDWARE] = "hardware breakpoint",
        [DEBUG_WATCH_WRITE] = "write watchpoint",
        [DEBUG_WATCH_READ] = "read watchpoint",
        [DEBUG_WATCH_ACCESS] = "access watchpoint",
    };
    const GArray *sets[] = { gdb->in_force->breakpoints, gdb->in_force->watchpoints };

    for (size_t i = 0; !argc && i < G_N_ELEMENTS(sets); i++) {
        for (guint j = 0; j < sets[i]->len; j++) {
            const DebugPoint *point = &g_array_index(sets[i], DebugPoint, j);

            g_string_append_printf(out, "0x%016" PRIx64 "  %s, %" PRIu64 " bytes\n", point->addr,
                                   names[point->kind], point->size);
        }
    }
    return !argc;
}

static bool monitor_info(GdbServer *gdb, unsigned argc, char **argv, GString *out)
{
    static const struct {
        const char *name;
        MonitorFn *fn;
    } infos[] = {
        { "harts", info_harts }, { "registers", info_registers }, { "memory", info_memory },
        { "clock", info_clock }, { "points", info_points },
    };

    for (size_t i = 0; argc && i < G_N_ELEMENTS(infos); i++) {
        if (g_str_equal(argv[0], infos[i].name)) {
            return infos[i].fn(gdb, argc - 1, argv + 1, out);
        }
    }
    return false;
}

/* ---- others ---- */

static bool monitor_translate(GdbServer *gdb, unsigned argc, char **argv, GString *out)
{
    CPUState *cpu = argc ? chosen_cpu(gdb, argc - 1, argv + 1) : NULL;
    uint64_t addr;
    hwaddr paddr;

    if (!cpu || !parse_number(argv[0], &addr)) {
        return false;
    }
    if (CPU_GET_CLASS(cpu)->debug_translate(cpu, addr, &paddr)) {
        g_string_append_printf(out, "physical address 0x%" PRIx64 "\n", paddr);
    } else {
        g_string_append(out, "not mapped\n");
    }
    return true;
}

static bool monitor_step_interrupts(GdbServer *gdb, unsigned argc, char **argv, GString *out)
{
    if (argc != 1 || !parse_switch(argv[0], &gdb->session.step_interrupts)) {
        return false;
    }
    g_string_append_printf(out, "a single step %s interrupts\n",
                           gdb->session.step_interrupts ? "takes" : "does not take");
    return true;
}

static bool monitor_reset(GdbServer *gdb G_GNUC_UNUSED, unsigned argc, char **argv G_GNUC_UNUSED,
                          GString *out)
{
    Error *err = NULL;

    if (argc) {
        return false;
    }
    if (vm_reset(&err)) {
        g_string_append(out, "reset; `maintenance flush register-cache` shows it to gdb\n");
    } else {
        g_string_append_printf(out, "cannot reset: %s\n", error_get_pretty(err));
        error_free(err);
    }
    return true;
}

static bool monitor_quit(GdbServer *gdb G_GNUC_UNUSED, unsigned argc, char **argv G_GNUC_UNUSED,
                         GString *out G_GNUC_UNUSED)
{
    if (argc) {
        return false;
    }
    verdict_quit();
    return true;
}

/* ---- the table ---- */

static MonitorFn monitor_help;

static const struct MonitorCommand {
    const char *name, *usage, *help;
    MonitorFn *fn;
} commands[] = {
    { "help", "help", "this list", monitor_help },
    { "info", "info harts | registers [THREAD] | memory | clock | points",
      "the harts; the registers of one; the physical memory map; guest time; breakpoints and "
      "watchpoints as the harts have them",
      monitor_info },
    { "phys", "phys ADDR [BYTES] | phys on|off",
      "show physical memory; or let all of gdb's addresses of memory be physical", monitor_phys },
    { "quit", "quit", "end rvemu", monitor_quit },
    { "reset", "reset", "reset the machine, which stays stopped", monitor_reset },
    { "step-interrupts", "step-interrupts on|off",
      "whether a single step takes interrupts that are pending (off)", monitor_step_interrupts },
    { "translate", "translate ADDR [THREAD]", "where a virtual address of a hart lies",
      monitor_translate },
};

static bool monitor_help(GdbServer *gdb G_GNUC_UNUSED, unsigned argc, char **argv G_GNUC_UNUSED,
                         GString *out)
{
    for (size_t i = 0; !argc && i < G_N_ELEMENTS(commands); i++) {
        g_string_append_printf(out, "%s\n    %s\n", commands[i].usage, commands[i].help);
    }
    return !argc;
}

static void run_command(GdbServer *gdb, unsigned argc, char **argv, GString *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (g_str_equal(argv[0], commands[i].name)) {
            if (!commands[i].fn(gdb, argc - 1, argv + 1, out)) {
                g_string_append_printf(out, "usage: %s\n", commands[i].usage);
            }
            return;
        }
    }
    g_string_append_printf(out, "unknown command '%s' (`monitor help` lists them)\n", argv[0]);
}

char *gdb_monitor(GdbServer *gdb, const char *command)
{
    GString *out = g_string_new(NULL);
    int argc = 0;
    g_auto(GStrv) argv = NULL;

    if (g_shell_parse_argv(command, &argc, &argv, NULL)) {
        run_command(gdb, argc, argv, out);
    } else {
        g_string_append(out, "`monitor help` lists the commands\n");
    }
    return g_string_free(out, FALSE);
}
