/*
 * rvemu-spike: rvemu with the command line, the output and the statuses of Spike.
 *
 * What does not belong here: what Spike's words are (command-line.c), and anything a machine does.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw/htif.h"
#include "spike.h"
#include "system/machine.h"
#include "system/runstate.h"
#include "system/symbols.h"

#define STATUS_ABORT 255

/* ---- rvemu's command line ---- */

static void add(GPtrArray *args, const char *option, const char *value)
{
    g_ptr_array_add(args, g_strdup(option));
    g_ptr_array_add(args, g_strdup(value));
}

/* "name=value" for a list of such: a comma in `value` is written twice. */
static void append_property(GString *list, const char *name, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);
    g_autofree char *doubled = g_strjoinv(",,", parts);

    g_string_append_printf(list, ",%s=%s", name, doubled);
}

static bool add_harts(GPtrArray *args, const SpikeOptions *options, Error **errp)
{
    g_autofree char *model = spike_cpu_model(options->isa, options->priv, options->misaligned,
                                                 errp);
    g_autofree char *cpu = NULL;
    g_autofree char *count = g_strdup_printf("%" PRIu64, options->harts);

    if (!model) {
        return false;
    }
    cpu = g_strdup_printf("%s,cbom-blocksize=%" PRIu64 ",cboz-blocksize=%" PRIu64
                          ",pmp-regions=%" PRIu64 "%s%s", model, options->block_size,
                          options->block_size, options->pmp_regions,
                          options->pc ? ",resetvec=" : "", options->pc ? options->pc : "");
    add(args, "-cpu", cpu);
    add(args, "-smp", count);
    return true;
}

static void add_log(GPtrArray *args, const SpikeOptions *options)
{
    if (options->log_commits) {
        add(args, "-d", "commits");
    }
    if (options->log_insns) {
        add(args, "-d", "insns");
    }
    if (options->log_file) {
        add(args, "-D", options->log_file);
    }
}

/*
 * What the program may open: Spike gives it every file of the host; here that is the folder of
 * +chroot, or else the current one, to read from, as pk does with the program that it is to run.
 */
static void append_files(GString *machine, const SpikeOptions *options)
{
    append_property(machine, "htif-root", options->chroot ? options->chroot : ".");
    append_property(machine, "htif-ro", options->chroot ? "off" : "on");
}

static void append_bootargs(GString *machine, const SpikeOptions *options)
{
    append_property(machine, "bootargs", options->bootargs ? options->bootargs
                                         : options->initrd ? "root=/dev/ram console=ttyS0 earlycon"
                                                           : "console=ttyS0 earlycon");
}

static void add_machine(GPtrArray *args, const SpikeOptions *options)
{
    g_autoptr(GString) machine = g_string_new("spike,exact=on");

    append_property(machine, "memory-map", options->memory);
    append_bootargs(machine, options);
    append_files(machine, options);
    if (options->instructions) {
        append_property(machine, "turn-limit", options->instructions);
    }
    if (options->signature) {
        append_property(machine, "signature", options->signature);
    }
    if (options->signature_granularity) {
        append_property(machine, "signature-granularity", options->signature_granularity);
    }
    add(args, "-M", machine->str);
}

/* Programs that stand still do so for ever there, or until their instructions are used up. */
static void add_run(GPtrArray *args, const SpikeOptions *options)
{
    add(args, "-accel", "interp,turns=spike");
    if (!options->real_time) {
        add(args, "-icount", "0"); /* 5000 ns for 5000 instructions, as CPU_HZ says there */
    }
    add(args, "-limit", "dead=off");
    g_ptr_array_add(args, g_strdup("-quiet"));
}

static void add_images(GPtrArray *args, const SpikeOptions *options)
{
    if (options->initrd) {
        add(args, "-initrd", options->initrd);
    }
    if (options->dtb) {
        add(args, "-dtb", options->dtb);
    }
}

/* A kernel beside the program makes that its firmware. */
static void add_program(GPtrArray *args, const SpikeOptions *options)
{
    const GPtrArray *words = options->program;

    if (options->dump_dts && !options->kernel && !options->initrd) {
        return; /* it need not exist */
    }
    if (options->kernel) {
        add(args, "-bios", words->pdata[0]);
        add(args, "-kernel", options->kernel);
        return;
    }
    add(args, "-bios", "none");
    g_ptr_array_add(args, g_strdup(words->pdata[0]));
    if (words->len > 2) {
        g_ptr_array_add(args, g_strdup("--"));
    }
    for (guint i = 1; i < words->len - 1; i++) {
        g_ptr_array_add(args, g_strdup(words->pdata[i]));
    }
}

/* Ends with a NULL. */
static GPtrArray *rvemu_arguments(const SpikeOptions *options, Error **errp)
{
    g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(args, g_strdup(options->program_name));
    add_machine(args, options);
    if (!add_harts(args, options, errp)) {
        return NULL;
    }
    add_run(args, options);
    add_log(args, options);
    add_images(args, options);
    add_program(args, options);
    g_ptr_array_add(args, NULL);
    return g_steal_pointer(&args);
}

/* ---- Running ---- */

static const HTIFState *htif(void)
{
    return HTIF(object_resolve_path("/machine/soc/htif", NULL));
}

/* What the program's end is to Spike: a line where a test failed, and the low bits of its code. */
static int spike_status(int status)
{
    uint64_t code;
    bool failed;

    if (!htif_exit_code(htif(), &code, &failed)) {
        return status;
    }
    code = (int32_t)(code << 1) >> 1; /* it is an int there, and bit 0 the mark of an end */
    if (failed && code) {
        fprintf(stderr, "*** FAILED *** (tohost = %d)\n", (int)code);
    }
    return code & 0xff;
}

static void warn_without_tohost(void)
{
    hwaddr addr;

    if (!symbols_find_phys(current_machine->symbols, "tohost", &addr)) {
        fputs("warning: tohost and fromhost symbols not in ELF; can't communicate with target\n",
              stderr);
    }
}

static int run(const GPtrArray *args, bool dump_dts)
{
    int status = EXIT_SUCCESS;

    if (!rvemu_init(args->len - 1, (char **)args->pdata, &status)) {
        status = status ? STATUS_ABORT : 0;
    } else if (dump_dts) {
        spike_print_dts(stdout, current_machine->fdt);
    } else {
        warn_without_tohost();
        status = spike_status(rvemu_main_loop());
    }
    rvemu_cleanup();
    return status;
}

/* As Spike reports a mistake in its command line. */
static int report(SpikeResult result, Error *err)
{
    const char *hint = err ? error_get_hint(err) : NULL;

    if (err) {
        fprintf(stderr, "%s%s%s%s\n", error_get_pretty(err), hint ? " (" : "", hint ? hint : "",
                hint ? ")" : "");
        error_free(err);
    }
    return result == SPIKE_DONE    ? EXIT_SUCCESS
           : result == SPIKE_ABORT ? STATUS_ABORT
                                   : EXIT_FAILURE;
}

int main(int argc G_GNUC_UNUSED, char **argv)
{
    g_autoptr(GPtrArray) args = NULL;
    SpikeOptions options;
    Error *err = NULL;
    SpikeResult result;
    int status;

    spike_options_init(&options);
    result = spike_read_command_line(&options, argv, &err);
    if (result == SPIKE_RUN) {
        args = rvemu_arguments(&options, &err);
        result = args ? SPIKE_RUN : SPIKE_ABORT;
    }
    spike_options_clear(&options);
    status = result == SPIKE_RUN ? run(args, options.dump_dts) : report(result, err);
    return error_check_stdout() || status ? status : EXIT_FAILURE;
}
