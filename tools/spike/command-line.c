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
#include "util/option.h"

typedef SpikeResult SetFn(SpikeOptions *options, const char *arg, Error **errp);

/*
 * An option as Spike has it: a letter whose argument follows at once, or a name whose argument
 * follows '=' or is the next word. One of set, text and flag says what it does; none: it is
 * refused, and help says why.
 */
typedef struct SpikeOption {
    const char *name;  /* behind the first dash; NULL: a section, entitled by help */
    const char *alias; /* the same, or NULL */
    const char *arg;   /* what --help calls it, or NULL */
    SetFn *set;
    size_t text;       /* offset of a const char * in SpikeOptions */
    size_t flag;       /* offset of a bool */
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

static const SpikeOption table[] = {
#define SET(function) .set = function
#define REFUSED .set = NULL
#define OPTION_SECTION(title) { .help = title },
#define OPTION(name_, alias_, arg_, complete_, what_, help_) \
    { .name = name_, .alias = alias_, .arg = arg_, what_, .help = help_ },
#include "options.def"
};

static bool is_refused(const SpikeOption *option)
{
    return !option->set && !option->text && !option->flag;
}

/* ---- Help ---- */

static void append_option(GString *help, const SpikeOption *option)
{
    g_autoptr(GString) head = g_string_new(NULL);

    if (!option->name) {
        g_string_append_printf(help, "\n%s:\n", option->help);
        return;
    }
    if (option->alias) {
        g_string_append_printf(head, "-%s, ", option->alias);
    }
    g_string_append_printf(head, "-%s", option->name);
    if (option->arg) {
        g_string_append_printf(head, "%s%s", option->name[0] == '-' ? "=" : "", option->arg);
    }
    help_append_entry(help, head->str, option->help);
}

/* Where Spike prints it. */
static SpikeResult show_help(SpikeOptions *options G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                             Error **errp G_GNUC_UNUSED)
{
    g_autoptr(GString) help = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        append_option(help, &table[i]);
    }
    fprintf(stderr,
            "Usage: rvemu-spike [OPTION...] [+WORD...] PROGRAM [ARGUMENT...]\n"
            "Run PROGRAM with rvemu as Spike, the RISC-V ISA simulator, would.\n"
            "%s\n"
            "Words for the host:\n"
            "  +signature=FILE       memory from begin_signature to end_signature, at the end\n"
            "  +signature-granularity=4|8|16\n"
            "                        bytes in a line of that, 16 by default\n"
            "  +chroot=DIR           folder that the program may use files in; without it, it can\n"
            "                        read those of the current one\n"
            "  +target-argument=WORD PROGRAM, or one of its arguments\n"
            "  +permissive, +permissive-off\n"
            "                        between them, words that mean nothing here are passed over\n",
            help->str);
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

/* Is `word` that option, behind its first dash? *arg is what follows in it, or NULL. */
static bool is_option(const char *word, const char *name, const char **arg)
{
    size_t length = name ? strlen(name) : 0;

    if (length == 0 || strncmp(word, name, length)) {
        return false;
    }
    word += length;
    if (name[0] == '-') {
        *arg = *word == '=' ? word + 1 : NULL;
        return *word == '=' || !*word;
    }
    *arg = *word ? word : NULL;
    return true;
}

static const SpikeOption *find_option(const char *word, const char **arg)
{
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (is_option(word + 1, table[i].name, arg) || is_option(word + 1, table[i].alias, arg)) {
            return &table[i];
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
    if (result == SPIKE_RUN && options->program->len > 1 && options->kernel) {
        error_setg(errp, "%s: a program that starts a kernel (--kernel) gets no arguments",
                   (char *)options->program->pdata[1]);
        result = SPIKE_USAGE;
    }
    g_ptr_array_add(options->program, NULL);
    return result;
}
