/*
 * Spike's command line: its options, what is said of each, and the words behind them.
 *
 * What does not belong here: what becomes of it (main.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spike.h"

typedef SpikeResult SetFn(SpikeOptions *options, const char *arg, Error **errp);

/*
 * An option as Spike has it: a letter whose argument follows at once, or a name whose argument
 * follows '=' or is the next word. One of set, text and flag says what it does; none: it is refused,
 * and help says why.
 */
typedef struct SpikeOption {
    char letter;
    const char *name;
    const char *arg; /* what --help calls it, or NULL */
    SetFn *set;
    size_t text;     /* offset of a const char * in SpikeOptions */
    size_t flag;     /* offset of a bool */
    const char *help;
} SpikeOption;

/* ---- Numbers ---- */

/* All of `text`, or false. */
static bool parse_number(const char *text, int base, uint64_t *value)
{
    char *end;

    *value = strtoull(text, &end, base);
    return *text && !*end;
}

static SpikeResult bad_number(const char *option, const char *arg, const char *wanted, Error **errp)
{
    error_setg(errp, "%s: '%s' is not %s", option, arg, wanted);
    return SPIKE_USAGE;
}

static SpikeResult set_harts(SpikeOptions *options, const char *arg, Error **errp)
{
    return parse_number(arg, 10, &options->harts) && options->harts > 0
               ? SPIKE_RUN
               : bad_number("-p", arg, "a number of harts", errp);
}

static SpikeResult set_memory(SpikeOptions *options, const char *arg, Error **errp)
{
    SpikeResult result;

    g_free(options->memory);
    options->memory = spike_parse_memory(arg, &result, errp);
    error_prepend(errp, "-m: ");
    return result;
}

static SpikeResult set_block_size(SpikeOptions *options, const char *arg, Error **errp)
{
    uint64_t size;

    if (!parse_number(arg, 0, &size) || size < 16 || size > 4096 || (size & (size - 1))) {
        error_setg(errp, "--blocksz must be a power of 2 between 16 and 4096");
        return SPIKE_ABORT;
    }
    options->block_size = size;
    return SPIKE_RUN;
}

static SpikeResult set_pmp_regions(SpikeOptions *options, const char *arg, Error **errp)
{
    return parse_number(arg, 10, &options->pmp_regions) && options->pmp_regions <= 16
               ? SPIKE_RUN
               : bad_number("--pmpregions", arg, "a number from 0 to 16", errp);
}

/* What rvemu has once, and not adjustable, may be asked for as it is. */
static SpikeResult only(const char *option, const char *arg, const char *value, Error **errp)
{
    if (strcmp(arg, value)) {
        error_setg(errp, "%s: there is no other choice than %s here", option, value);
        return SPIKE_USAGE;
    }
    return SPIKE_RUN;
}

static SpikeResult set_pmp_granularity(SpikeOptions *options G_GNUC_UNUSED, const char *arg,
                                       Error **errp)
{
    return only("--pmpgranularity", arg, "4", errp);
}

static SpikeResult set_triggers(SpikeOptions *options G_GNUC_UNUSED, const char *arg, Error **errp)
{
    return only("--triggers", arg, "4", errp);
}

static SpikeResult set_pc(SpikeOptions *options, const char *arg, Error **errp)
{
    uint64_t pc;

    options->pc = arg;
    return parse_number(arg, 0, &pc) ? SPIKE_RUN : bad_number("--pc", arg, "an address", errp);
}

static SpikeResult set_instructions(SpikeOptions *options, const char *arg, Error **errp)
{
    uint64_t count;

    options->instructions = arg;
    return parse_number(arg, 0, &count) && count <= INT64_MAX
               ? SPIKE_RUN
               : bad_number("--instructions", arg, "a number of instructions", errp);
}

static SpikeResult show_help(SpikeOptions *options, const char *arg, Error **errp);

/* ---- The table ---- */

#define TEXT(field) .text = offsetof(SpikeOptions, field)
#define FLAG(field) .flag = offsetof(SpikeOptions, field)

/* The order is that of --help: what is taken, then what is refused. */
static const SpikeOption table[] = {
    { 'p', NULL, "N", set_harts, .help = "number of harts, 1 by default" },
    { 'm', NULL, "N", set_memory, .help = "MiB of memory at 0x80000000, 2048 by default" },
    { 'm', NULL, "BASE:SIZE,...", set_memory,
      .help = "regions of memory, made whole pages of 4 KiB" },
    { 'l', NULL, NULL, FLAG(log_insns), .help = "log each instruction before it is executed" },
    { 0, "log-commits", NULL, FLAG(log_commits), .help = "log what each instruction changed" },
    { 0, "log", "FILE", TEXT(log_file), .help = "file for the log instead of standard error" },
    { 0, "isa", "NAME", TEXT(isa), .help = "ISA string, rv64imafdc_zicntr_zihpm by default" },
    { 0, "priv", "m|mu|msu", TEXT(priv), .help = "privilege modes, msu by default" },
    { 0, "pc", "ADDRESS", set_pc,
      .help = "where harts begin, instead of the boot ROM, which leads to the entry point" },
    { 0, "instructions", "N", set_instructions,
      .help = "end with status 0 after N instructions; a turn that a trap ended counts as 5000" },
    { 0, "kernel", "FILE", TEXT(kernel), .help = "raw image to load 2 MiB behind the start of memory" },
    { 0, "initrd", "FILE", TEXT(initrd), .help = "initial RAM disk, at the end of memory" },
    { 0, "bootargs", "TEXT", TEXT(bootargs), .help = "command line for the kernel" },
    { 0, "dtb", "FILE", TEXT(dtb), .help = "device tree for the program instead of the machine's" },
    { 0, "dump-dts", NULL, FLAG(dump_dts), .help = "print the device tree as source and end" },
    { 0, "pmpregions", "N", set_pmp_regions, .help = "PMP regions, 0 to 16, 16 by default" },
    { 0, "pmpgranularity", "4", set_pmp_granularity, .help = "bytes: that many and no others" },
    { 0, "triggers", "4", set_triggers, .help = "number of triggers: that many and no others" },
    { 0, "blocksz", "N", set_block_size,
      .help = "bytes of a cache block, a power of 2 from 16 to 4096, 64 by default" },
    { 0, "real-time-clint", NULL, FLAG(real_time), .help = "let mtime follow the host's clock" },
    { 'h', "help", NULL, show_help, .help = "print this list and end" },

    { 'd', NULL, NULL, .help = "there is no such debugger: use gdb (rvemu -s -S)" },
    { 'g', NULL, NULL, .help = "no histogram is kept: rvemu-trace --summary makes one" },
    { 's', NULL, NULL, .help = "there is no debugger to talk to" },
    { 0, "halted", NULL, .help = "there is no debug module: use gdb (rvemu -s -S)" },
    { 0, "rbb-port", "PORT", .help = "there is no debug module: use gdb (rvemu -s -S)" },
    { 0, "debug-cmd", "FILE", .help = "there is no such debugger: use gdb (rvemu -s -S)" },
    { 0, "dm-progsize", "N", .help = "there is no debug module" },
    { 0, "dm-datacount", "N", .help = "there is no debug module" },
    { 0, "dm-sba", "N", .help = "there is no debug module" },
    { 0, "dm-auth", NULL, .help = "there is no debug module" },
    { 0, "dmi-rti", "N", .help = "there is no debug module" },
    { 0, "dm-abstract-rti", "N", .help = "there is no debug module" },
    { 0, "dm-no-hasel", NULL, .help = "there is no debug module" },
    { 0, "dm-no-abstract-csr", NULL, .help = "there is no debug module" },
    { 0, "dm-no-abstract-fpr", NULL, .help = "there is no debug module" },
    { 0, "dm-no-halt-groups", NULL, .help = "there is no debug module" },
    { 0, "dm-no-impebreak", NULL, .help = "there is no debug module" },
    { 0, "dm-no-abstractauto", NULL, .help = "there is no debug module" },
    { 0, "pcs", "HART:ADDRESS,...", .help = "harts cannot begin at places of their own: use --pc" },
    { 0, "hartids", "N,...", .help = "harts are numbered from 0: use -p" },
    { 0, "ic", "S:W:B", .help = "there is no model of caches" },
    { 0, "dc", "S:W:B", .help = "there is no model of caches" },
    { 0, "l2", "S:W:B", .help = "there is no model of caches" },
    { 0, "log-cache-miss", NULL, .help = "there is no model of caches" },
    { 0, "big-endian", NULL, .help = "memory is little-endian" },
    { 0, "device", "NAME", .help = "plug-ins of Spike cannot be loaded" },
    { 0, "extension", "NAME", .help = "plug-ins of Spike cannot be loaded" },
    { 0, "extlib", "FILE", .help = "plug-ins of Spike cannot be loaded" },
    { 0, "dtb-discovery", NULL, .help = "what a device tree says does not change the machine" },
    { 0, "disable-dtb", NULL, .help = "there is always a device tree, and a boot ROM" },
};

static bool is_refused(const SpikeOption *option)
{
    return !option->set && !option->text && !option->flag;
}

/* ---- Help ---- */

static void print_option(const SpikeOption *option)
{
    g_autoptr(GString) head = g_string_new("  ");

    if (option->letter) {
        g_string_append_printf(head, "-%c", option->letter);
    }
    if (option->name) {
        g_string_append_printf(head, "%s--%s", option->letter ? ", " : "", option->name);
    }
    if (option->arg) {
        g_string_append_printf(head, "%s%s", option->name ? "=" : "", option->arg);
    }
    fprintf(stderr, "%-28s %s\n", head->str, option->help);
}

/* Where Spike prints it. */
static SpikeResult show_help(SpikeOptions *options G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                             Error **errp G_GNUC_UNUSED)
{
    bool refused = false;

    fprintf(stderr,
            "Usage: rvemu-spike [OPTION...] [+WORD...] PROGRAM [ARGUMENT...]\n"
            "Run PROGRAM with rvemu as Spike, the RISC-V ISA simulator, would.\n\nOptions:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (is_refused(&table[i]) && !refused) {
            refused = true;
            fprintf(stderr,
                    "\nWords for the host:\n"
                    "  +signature=FILE            file for memory from begin_signature to "
                    "end_signature, at the end\n"
                    "  +signature-granularity=N   bytes in a line of it: 4, 8 or 16, which is the "
                    "default\n"
                    "  +chroot=DIR                folder that the program may open files in\n"
                    "  +target-argument=WORD      PROGRAM, or one of its arguments\n"
                    "  +permissive, +permissive-off\n"
                    "                             pass over words between them that mean nothing "
                    "here\n"
                    "\nOptions of Spike that are refused:\n");
        }
        print_option(&table[i]);
    }
    return SPIKE_DONE;
}

/* ---- Options ---- */

static SpikeResult apply(SpikeOptions *options, const SpikeOption *option, const char *word,
                         const char *arg, Error **errp)
{
    if (is_refused(option)) {
        error_setg(errp, "%s: %s", word, option->help);
        return SPIKE_USAGE;
    }
    if (option->set) {
        return option->set(options, arg, errp);
    }
    if (option->text) {
        *(const char **)((char *)options + option->text) = arg;
    } else {
        *(bool *)((char *)options + option->flag) = true;
    }
    return SPIKE_RUN;
}

/* The row that `word` names; *arg is what follows in it, or NULL. */
static const SpikeOption *find_option(const char *word, const char **arg)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        const SpikeOption *option = &table[i];
        size_t length = option->name ? strlen(option->name) : 0;

        *arg = NULL;
        if (word[1] != '-' && option->letter && word[1] == option->letter) {
            *arg = word[2] ? &word[2] : NULL;
            return option;
        }
        if (word[1] == '-' && length && !strncmp(word + 2, option->name, length) &&
            (word[2 + length] == '=' || !word[2 + length])) {
            *arg = word[2 + length] ? &word[3 + length] : NULL;
            return option;
        }
    }
    return NULL;
}

static SpikeResult complain(const SpikeOptions *options, const char *what, const char *word,
                            Error **errp)
{
    error_setg(errp, "%s: %s %s\nTry 'rvemu-spike --help' for more information.",
               options->program_name, what, word);
    return SPIKE_USAGE;
}

/* The option at *at, and its argument where that is the next word. */
static SpikeResult read_option(SpikeOptions *options, char ***at, Error **errp)
{
    const char *word = **at, *arg;
    const SpikeOption *option = find_option(word, &arg);

    if (!option) {
        return complain(options, "unrecognized option", word, errp);
    }
    if (arg && !option->arg) {
        return complain(options, "no argument allowed for option", word, errp);
    }
    if (!arg && option->arg && word[1] == '-' && (*at)[1]) {
        arg = *++*at;
    }
    if (!arg && option->arg) {
        return complain(options, "argument required for option", word, errp);
    }
    return apply(options, option, word, arg, errp);
}

/* ---- Words for the host ---- */

/* "+NAME=VALUE" or "--NAME=VALUE": *value. */
static bool is_host_word(const char *word, const char *name, const char **value)
{
    const char *text = word[0] == '+' ? word + 1 : g_str_has_prefix(word, "--") ? word + 2 : "";

    if (!g_str_has_prefix(text, name) || text[strlen(name)] != '=') {
        return false;
    }
    *value = text + strlen(name) + 1;
    return true;
}

/* One of those that Spike has and that mean nothing here? */
static bool is_refused_host_word(const char *word)
{
    static const char *const names[] = { "rfb", "disk", "payload", "symbol-elf" };
    const char *value;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (is_host_word(word, names[i], &value) ||
            (word[0] == '+' && !strcmp(word + 1, names[i]))) {
            return true;
        }
    }
    return false;
}

static SpikeResult bad_permissive(bool on, Error **errp)
{
    error_setg(errp, on ? "Found +permissive when already parsing permissively"
                        : "Found +permissive-off when not parsing permissively");
    return SPIKE_ABORT;
}

static SpikeResult set_permissive(SpikeOptions *options, bool on, Error **errp)
{
    if (options->permissive == on) {
        return bad_permissive(on, errp);
    }
    options->permissive = on;
    return SPIKE_RUN;
}

/* *is_program: `word` is not for the host, but names the program. */
static SpikeResult read_host_word(SpikeOptions *options, const char *word, bool *is_program,
                                  Error **errp)
{
    const char *value;

    if (!strcmp(word, "+h") || !strcmp(word, "+help") || !strcmp(word, "-h")) {
        return show_help(options, NULL, errp);
    } else if (!strcmp(word, "+permissive") || !strcmp(word, "+permissive-off")) {
        return set_permissive(options, !strcmp(word, "+permissive"), errp);
    } else if (is_host_word(word, "signature", &value)) {
        options->signature = value;
    } else if (is_host_word(word, "signature-granularity", &value)) {
        options->signature_granularity = value;
    } else if (is_host_word(word, "chroot", &value)) {
        options->chroot = value;
    } else if (is_host_word(word, "target-argument", &value)) {
        g_ptr_array_add(options->program, (char *)value);
    } else if (is_refused_host_word(word)) {
        error_setg(errp, "%s: that is not there", word);
        return SPIKE_USAGE;
    } else if (!options->permissive) {
        *is_program = word[0] != '-';
        return *is_program ? SPIKE_RUN : complain(options, "unrecognized option", word, errp);
    }
    return SPIKE_RUN;
}

/* ---- All of it ---- */

void spike_options_init(SpikeOptions *options)
{
    *options = (SpikeOptions) {
        .isa = "rv64imafdc_zicntr_zihpm",
        .priv = "MSU",
        .harts = 1,
        .memory = g_strdup("0x80000000:0x80000000"),
        .block_size = 64,
        .pmp_regions = 16,
        .program = g_ptr_array_new(),
    };
}

void spike_options_clear(SpikeOptions *options)
{
    g_clear_pointer(&options->memory, g_free);
    g_clear_pointer(&options->program, g_ptr_array_unref);
}

SpikeResult spike_read_command_line(SpikeOptions *options, char **argv, Error **errp)
{
    SpikeResult result = SPIKE_RUN;
    char **at = argv + 1;
    bool is_program = false;

    options->program_name = argv[0];
    for (; *at && **at == '-' && result == SPIKE_RUN; at++) {
        result = read_option(options, &at, errp);
    }
    while (*at && !is_program && result == SPIKE_RUN) {
        result = read_host_word(options, *at, &is_program, errp);
        at += !is_program;
    }
    for (; *at; at++) {
        g_ptr_array_add(options->program, *at);
    }
    if (result == SPIKE_RUN && options->program->len == 0) {
        result = complain(options, "no program is named,", "so there is nothing to run", errp);
    }
    g_ptr_array_add(options->program, NULL);
    return result;
}
