/*
 * The command line of rvemu-trace: see options.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include <stddef.h>
#include <stdio.h>

#include "util/cutils.h"

#define DEFAULT_TOP 20
#define DEFAULT_CONTEXT 8
#define DEFAULT_RAM 0x80000000
#define MAX_CONTEXT 100000

static OptionResult opt_summary(const OptionDef *option G_GNUC_UNUSED,
                                const char *arg G_GNUC_UNUSED, void *opaque,
                                Error **errp G_GNUC_UNUSED)
{
    ((TraceOptions *)opaque)->summary_wanted = true;
    return OPTION_NEXT;
}

static OptionResult opt_diff(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                             void *opaque, Error **errp G_GNUC_UNUSED)
{
    ((TraceOptions *)opaque)->diff_wanted = true;
    return OPTION_NEXT;
}

static OptionResult opt_traps(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                              void *opaque, Error **errp G_GNUC_UNUSED)
{
    ((TraceOptions *)opaque)->print.traps = true;
    return OPTION_NEXT;
}

static OptionResult opt_disas(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                              void *opaque, Error **errp G_GNUC_UNUSED)
{
    ((TraceOptions *)opaque)->print.disas = true;
    return OPTION_NEXT;
}

/* Of numbers, all of which this is: a number from `first` to `last`. */
static OptionResult take_number(const char *arg, uint64_t first, uint64_t last, uint64_t *number,
                                Error **errp)
{
    if (!parse_uint64(arg, number, errp)) {
        error_append_hint(errp, last == UINT64_MAX ? "an address such as 0x80000000"
                                                   : "give a number of lines");
        return OPTION_ERROR;
    }
    if (*number < first || *number > last) {
        error_setg(errp, "not a number of lines");
        error_append_hint(errp, "%" PRIu64 " to %" PRIu64, first, last);
        return OPTION_ERROR;
    }
    return OPTION_NEXT;
}

static OptionResult opt_top(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                            Error **errp)
{
    return take_number(arg, 1, UINT32_MAX, &((TraceOptions *)opaque)->top, errp);
}

static OptionResult opt_context(const OptionDef *option G_GNUC_UNUSED, const char *arg,
                                void *opaque, Error **errp)
{
    return take_number(arg, 0, MAX_CONTEXT, &((TraceOptions *)opaque)->diff.context, errp);
}

static OptionResult opt_ram(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                            Error **errp)
{
    return take_number(arg, 0, UINT64_MAX, &((TraceOptions *)opaque)->diff.ram, errp);
}

static OptionResult opt_tohost(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                               Error **errp)
{
    ((TraceOptions *)opaque)->diff.has_tohost = true;
    return take_number(arg, 0, UINT64_MAX, &((TraceOptions *)opaque)->diff.tohost, errp);
}

static OptionResult opt_help(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                             void *opaque G_GNUC_UNUSED, Error **errp G_GNUC_UNUSED)
{
    g_autofree char *help = options_help();

    printf(
        "Usage: rvemu-trace [OPTION...] FILE\n"
        "       rvemu-trace -diff [OPTION...] FILE FILE\n"
        "Print what 'rvemu -trace-commits FILE' recorded, as Spike's --log-commits, sum it up, or\n"
        "find where two runs differ. A file is a trace, or a log of 'rvemu -d commits' or of\n"
        "Spike's, plain or packed by gzip; '-' is a log on standard input.\n"
        "\n%s\n"
        "An option may be written with one dash or two, its argument as the next word or behind\n"
        "'='. A RANGE is FIRST..LAST, START+SIZE or END-SIZE. Status: 0, 1 after an error, 2 "
        "where\n"
        "-diff has found a difference.\n",
        help);
    return OPTION_DONE;
}

static OptionResult opt_version(const OptionDef *option G_GNUC_UNUSED,
                                const char *arg G_GNUC_UNUSED, void *opaque G_GNUC_UNUSED,
                                Error **errp G_GNUC_UNUSED)
{
    puts("rvemu-trace version " RVEMU_VERSION);
    return OPTION_DONE;
}

/* ---- The table ---- */

/* Where the arguments of options go that are kept as they are. */
static const struct TextField {
    const char *name;
    size_t offset;
} text_fields[] = {
#define OPTION_SECTION(title)
#define OPTION(name, alias, arg, complete, handler, help)
#define OPTION_PROPERTY(name_, alias, arg, complete, field, help) \
    { (name_), offsetof(TraceOptions, field) },
#include "options.def"
#undef OPTION_SECTION
#undef OPTION
#undef OPTION_PROPERTY
};

static OptionResult opt_text(const OptionDef *option, const char *arg, void *opaque,
                             Error **errp G_GNUC_UNUSED)
{
    const struct TextField *field = text_fields;
    char **text;

    while (!g_str_equal(field->name, option->name)) { /* it is there: they are the same table */
        field++;
    }
    text = (char **)((char *)opaque + field->offset);
    g_free(*text);
    *text = g_strdup(arg);
    return OPTION_NEXT;
}

#define OPTION_SECTION(title) { .help = (title) },
#define OPTION(name_, alias_, arg_, complete_, handler_, help_) \
    { .name = (name_),                                          \
      .alias = (alias_),                                        \
      .arg = (arg_),                                            \
      .complete = OPTION_COMPLETE_##complete_,                  \
      .handler = (handler_),                                    \
      .help = (help_) },
#define OPTION_PROPERTY(name, alias, arg, complete, field, help) \
    OPTION(name, alias, arg, complete, opt_text, help)

static const OptionDef option_rows[] = {
#include "options.def"
};

static OptionResult take_file(const char *word, void *opaque, Error **errp G_GNUC_UNUSED)
{
    g_ptr_array_add(((TraceOptions *)opaque)->files, g_strdup(word));
    return OPTION_NEXT;
}

/* ---- All of it ---- */

void trace_options_init(TraceOptions *options)
{
    *options = (TraceOptions){
        .top = DEFAULT_TOP,
        .diff = { .ram = DEFAULT_RAM, .context = DEFAULT_CONTEXT },
        .files = g_ptr_array_new_with_free_func(g_free),
    };
    options_register(option_rows, G_N_ELEMENTS(option_rows));
}

void trace_options_clear(TraceOptions *options)
{
    for (size_t i = 0; i < G_N_ELEMENTS(text_fields); i++) {
        g_free(*(char **)((char *)options + text_fields[i].offset));
    }
    g_ptr_array_unref(options->files);
}

static bool check(const TraceOptions *options, Error **errp)
{
    unsigned needed = options->diff_wanted ? 2 : 1;

    if (options->diff_wanted && options->summary_wanted) {
        error_setg(errp, "-diff and -summary together");
        error_append_hint(errp, "run it twice");
        return false;
    }
    if (options->files->len != needed) {
        error_setg(errp, "%u files named, and %u needed", options->files->len, needed);
        error_append_hint(errp, "rvemu-trace %s",
                          options->diff_wanted ? "-diff FILE FILE" : "[OPTION...] FILE");
        return false;
    }
    return true;
}

OptionResult trace_options_parse(TraceOptions *options, int argc, char **argv, Error **errp)
{
    OptionResult result = options_parse(argc, argv, take_file, options, errp);

    return result == OPTION_NEXT && !check(options, errp) ? OPTION_ERROR : result;
}
