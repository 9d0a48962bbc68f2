/*
 * Start-up, main loop and end: from the command line to a running machine and back.
 *
 * What does not belong here: what an option is (options.def) and how a board is built
 * (MachineClass.init).
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "system/dead.h"
#include "system/gdbstub.h"
#include "system/globals.h"
#include "system/machine.h"
#include "system/options.h"
#include "system/prop-help.h"
#include "system/runstate.h"
#include "system/symbols.h"
#include "system/user-device.h"
#include "system/verdict.h"
#include "util/cutils.h"
#include "util/log.h"
#include "util/trace.h"

/* ---- Start-up ---- */

static OptionResult set_up_log(const Options *options, Error **errp)
{
    verdict_set_quiet(options->quiet);
    error_set_quiet(options->quiet);
    log_set_mask(options->log_mask);
    if (options->log_file && !log_set_file(options->log_file, errp)) {
        error_prepend(errp, "-D %s: ", options->log_file);
        error_default_hint(errp, "name a file that can be written");
        return OPTION_ERROR;
    }
    return OPTION_NEXT;
}

static bool find_symbol(const char *name, uint64_t *first, uint64_t *last,
                        void *opaque G_GNUC_UNUSED)
{
    return symbols_range(current_symbols(), name, first, last);
}

/* Symbols are known once the board has been built. */
static bool set_up_log_filter(const Options *options, Error **errp)
{
    AddressFilter *filter;

    if (!options->log_filter) {
        return true;
    }
    filter = address_filter_parse(options->log_filter, find_symbol, NULL, errp);
    error_prepend(errp, "-dfilter %s: ", options->log_filter);
    log_set_filter(filter);
    return filter;
}

static OptionResult create_machine(const Options *options, Error **errp)
{
    bool listed;
    MachineClass *machine_class = select_machine(options->machine, &listed, errp);

    if (!machine_class) {
        return listed ? OPTION_DONE : OPTION_ERROR;
    }
    current_machine = MACHINE(object_new_with_class(OBJECT_CLASS(machine_class)));
    object_property_add_child(object_get_root(), "machine", OBJECT(current_machine));
    object_unref(current_machine);
    return OPTION_NEXT;
}

/* -cpu ...,explain; `comma` is the last one. */
static OptionResult explain_cpu(const MachineSetting *cpu, const CPUClass *cc, const char *comma,
                                Error **errp)
{
    g_autofree char *model = g_strndup(cpu->value, comma - cpu->value);

    if (!cc->explain_model(model, stdout, errp)) {
        error_prepend(errp, "%s: ", cpu->origin);
        error_default_hint(errp, "'-cpu help' lists the models and what they can have");
        return OPTION_ERROR;
    }
    return OPTION_DONE;
}

/* -M NAME,help, -cpu help, -cpu NAME,help and -cpu NAME,explain: they need to know the machine. */
static OptionResult print_machine_help(const Options *options, Error **errp)
{
    const MachineClass *mc = MACHINE_GET_CLASS(current_machine);
    const MachineSetting *cpu = options_setting(options, "cpu");
    const char *comma = cpu ? strrchr(cpu->value, ',') : NULL;
    bool explain = comma && !strcmp(comma + 1, "explain");
    const CPUClass *cc;

    if (options->machine_help) {
        g_autofree char *title = g_strdup_printf("Properties of machine %s", mc->name);
        object_print_properties(stdout, title, OBJECT(current_machine));
        return OPTION_DONE;
    }
    if (!cpu || !(explain || is_help_option(comma ? comma + 1 : cpu->value))) {
        return OPTION_NEXT;
    }
    if (!mc->cpu_base_type) {
        error_setg(errp, "%s: machine '%s' has no CPU", cpu->origin, mc->name);
        error_append_hint(errp, "choose another one with -M; '-M help' lists them");
        return OPTION_ERROR;
    }
    cc = CPU_CLASS(object_class_by_name(mc->cpu_base_type));
    if (explain) {
        return explain_cpu(cpu, cc, comma, errp);
    }
    cc->list_models(stdout);
    return OPTION_DONE;
}

static OptionResult apply_settings(const Options *options, Error **errp)
{
    for (guint i = 0; i < options->settings->len; i++) {
        const MachineSetting *setting = options->settings->pdata[i];

        if (!object_property_parse(OBJECT(current_machine), setting->property, setting->value,
                                   errp)) {
            error_drop_prefix(errp, "property '%s.%s': ",
                              object_get_typename(OBJECT(current_machine)), setting->property);
            error_prepend(errp, "%s: ", setting->origin);
            error_default_hint(errp, "'-M %s,help' lists the properties",
                               MACHINE_GET_CLASS(current_machine)->name);
            return OPTION_ERROR;
        }
    }
    if (options->arguments->len > 0) {
        current_machine->arguments = options_arguments(options);
    }
    if (current_machine->guest_name) {
        prctl(PR_SET_NAME, current_machine->guest_name);
    }
    return OPTION_NEXT;
}

static OptionResult create_chardevs(const Options *options, Error **errp)
{
    for (guint i = 0; i < options->chardevs->len; i++) {
        const char *text = options->chardevs->pdata[i];

        if (!chardev_create(text, errp)) {
            error_prepend(errp, "-chardev %s: ", text);
            return OPTION_ERROR;
        }
    }
    return OPTION_NEXT;
}

/* Serial line n of the machine. */
static bool create_serial(const char *text, unsigned n, bool nographic, Error **errp)
{
    const MachineClass *mc = MACHINE_GET_CLASS(current_machine);
    g_autofree char *id = g_strdup_printf("serial%u", n);
    Chardev *chr;

    if (n >= mc->max_serials) {
        error_setg(errp, "machine '%s' has %u serial lines", mc->name, mc->max_serials);
        error_append_hint(errp, "leave out the option");
        return false;
    }
    if (!chardev_create_serial(text, id, nographic, &chr, errp)) {
        return false;
    }
    machine_add_serial(current_machine, chr);
    return true;
}

static OptionResult create_serials(const Options *options, Error **errp)
{
    const GPtrArray *serials = options->serials;

    for (guint i = 0; i < serials->len; i++) {
        if (!create_serial(serials->pdata[i], i, options->nographic, errp)) {
            error_prepend(errp, "-serial %s: ", (char *)serials->pdata[i]);
            return OPTION_ERROR;
        }
    }
    if (serials->len == 0 && MACHINE_GET_CLASS(current_machine)->max_serials > 0 &&
        !create_serial("stdio", 0, options->nographic, errp)) {
        return OPTION_ERROR;
    }
    return OPTION_NEXT;
}

static OptionResult build_machine(const Options *options, Error **errp)
{
    if (!machine_run_board_init(current_machine, errp)) {
        return OPTION_ERROR;
    }
    for (guint i = 0; i < options->devices->len; i++) {
        if (!user_device_create(current_machine, options->devices->pdata[i], errp)) {
            return OPTION_ERROR;
        }
    }
    if (!globals_check(errp) || !set_up_log_filter(options, errp)) {
        return OPTION_ERROR;
    }
    if (current_machine->dumpdtb) {
        return machine_dump_dtb(current_machine, errp) ? OPTION_DONE : OPTION_ERROR;
    }
    if (!gdb_server_create(current_machine, errp)) {
        return OPTION_ERROR;
    }
    return vm_reset(errp) && cpus_start(errp) ? OPTION_NEXT : OPTION_ERROR;
}

/* Every step of start-up until one ends the program, or fails. */
static OptionResult start_up(int argc, char **argv, Error **errp)
{
    g_autoptr(Options) options = options_new();
    OptionResult result;

    module_call_init(MODULE_INIT_TRACE);
    module_call_init(MODULE_INIT_QOM);
    module_call_init(MODULE_INIT_OPTS);

    result = options_read(options, argc, argv, errp);
    if (result == OPTION_NEXT) {
        result = set_up_log(options, errp);
    }
    if (result == OPTION_NEXT) {
        result = create_machine(options, errp);
    }
    if (result == OPTION_NEXT) {
        result = print_machine_help(options, errp);
    }
    if (result == OPTION_NEXT) {
        result = apply_settings(options, errp);
    }
    if (result == OPTION_NEXT) {
        result = create_chardevs(options, errp);
    }
    if (result == OPTION_NEXT) {
        result = create_serials(options, errp);
    }
    if (result == OPTION_NEXT) {
        result = build_machine(options, errp);
    }
    return result;
}

bool rvemu_init(int argc, char **argv, int *status)
{
    Error *err = NULL;

    switch (start_up(argc, argv, &err)) {
    case OPTION_NEXT:
    case OPTION_BARE: /* no step of start-up returns this */
        return true;
    case OPTION_DONE:
        *status = EXIT_SUCCESS;
        return false;
    case OPTION_ERROR:
        break;
    }
    error_report_err(err);
    *status = EXIT_FAILURE;
    return false;
}

/* ---- The main loop ---- */

/* As a shell reports a program that a signal ended, and as the user sees who did it. */
typedef struct EndSignal {
    int number;
    bool came;
} EndSignal;

static gboolean end_by_signal(gpointer opaque)
{
    EndSignal *signal = opaque;

    signal->came = true;
    verdict_signal(signal->number);
    return G_SOURCE_CONTINUE;
}

static void reset_running_machine(void)
{
    Error *err = NULL;

    if (!current_machine->reboot) {
        verdict_guest_exit(NULL, 0, 0, "reset");
        return;
    }
    if (!vm_reset(&err)) {
        verdict_error(err);
    }
}

/* What the guest wrote reaches its reader, unless the user has enough of it. */
static void finish_output(const EndSignal *signals, size_t count)
{
    bool impatient = verdict_get() && verdict_get()->kind >= VERDICT_SIGNAL;

    while (!impatient && chardevs_have_unsent()) {
        g_main_context_iteration(NULL, TRUE);
        for (size_t i = 0; i < count; i++) {
            impatient = impatient || signals[i].came;
        }
    }
}

int rvemu_main_loop(void)
{
    EndSignal signals[] = { { .number = SIGINT }, { .number = SIGTERM }, { .number = SIGHUP } };
    guint sources[G_N_ELEMENTS(signals)];

    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        sources[i] = g_unix_signal_add(signals[i].number, end_by_signal, &signals[i]);
    }
    run_limit_start(current_machine->limit);
    if (current_machine->autostart) {
        vm_start();
    }
    while (!system_shutdown_requested() || gdb_server_holds_end(current_machine->gdb_server)) {
        g_main_context_iteration(NULL, TRUE);
        if (system_reset_requested()) {
            reset_running_machine();
        }
        if (system_stop_requested()) {
            vm_stop();
        }
        dead_check();
    }
    gdb_server_end(current_machine->gdb_server, runstate_exit_status());
    vm_stop();
    run_limit_stop(current_machine->limit);
    finish_output(signals, G_N_ELEMENTS(signals));
    chardevs_quiesce();
    verdict_report();
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        g_source_remove(sources[i]);
    }
    return runstate_exit_status();
}

/* ---- The end ---- */

void rvemu_cleanup(void)
{
    chardevs_quiesce();
    if (current_machine) {
        cpus_stop();
        object_unparent(OBJECT(current_machine));
        current_machine = NULL;
    }
    object_root_cleanup();
    globals_cleanup();
    runstate_clear();
    trace_disable_all();
    log_cleanup();
}
