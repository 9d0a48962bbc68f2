/*
 * The command line of rvemu-suite.
 *
 * What does not belong here: whether files and folders that it names are there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "util/cutils.h"
#include "util/keyval.h"
#include "util/option.h"

#define DEFAULT_SECONDS 10
#define MAX_JOBS 1024

static OptionResult opt_filter(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                               Error **errp)
{
    SuiteOptions *options = opaque;
    g_autoptr(GError) gerror = NULL;
    GRegex *regex = g_regex_new(arg, G_REGEX_OPTIMIZE, 0, &gerror);

    if (!regex) {
        error_setg(errp, "not a regular expression: %s", gerror->message);
        error_append_hint(errp, "Perl's syntax; a backslash makes a character ordinary");
        return OPTION_ERROR;
    }
    g_clear_pointer(&options->filter, g_regex_unref);
    options->filter = regex;
    return OPTION_NEXT;
}

static OptionResult opt_jobs(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                             Error **errp)
{
    uint64_t jobs;

    if (!parse_uint64(arg, &jobs, errp)) {
        error_default_hint(errp, "give a number of programs");
        return OPTION_ERROR;
    }
    if (jobs == 0 || jobs > MAX_JOBS) {
        error_setg(errp, "not a number of programs that can run at a time");
        error_append_hint(errp, "1 to %u", MAX_JOBS);
        return OPTION_ERROR;
    }
    ((SuiteOptions *)opaque)->jobs = jobs;
    return OPTION_NEXT;
}

/* rvemu says what is wrong with a limit (suite_probe()); the seconds have to be known here. */
static OptionResult opt_limit(const OptionDef *option G_GNUC_UNUSED, const char *arg, void *opaque,
                              Error **errp)
{
    SuiteOptions *options = opaque;
    g_autoptr(GPtrArray) keyvals = keyval_parse(arg, "insns", errp);
    const char *seconds = keyvals ? keyval_get(keyvals, "seconds") : NULL;

    if (!keyvals) {
        error_default_hint(errp, "seconds=N,insns=N");
        return OPTION_ERROR;
    }
    g_free(options->limit);
    if (!seconds) {
        options->limit = g_strdup_printf("%s,seconds=%d", arg, DEFAULT_SECONDS);
        options->seconds = DEFAULT_SECONDS;
        return OPTION_NEXT;
    }
    options->limit = g_strdup(arg);
    if (!parse_uint64(seconds, &options->seconds, errp)) {
        error_prepend(errp, "seconds: ");
        error_default_hint(errp, "give a number of seconds");
        return OPTION_ERROR;
    }
    if (options->seconds == 0) {
        error_setg(errp, "a run of 0 seconds would have no end");
        error_append_hint(errp, "give a number of seconds that is enough for each program");
        return OPTION_ERROR;
    }
    return OPTION_NEXT;
}

static OptionResult opt_tap(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                            void *opaque, Error **errp G_GNUC_UNUSED)
{
    ((SuiteOptions *)opaque)->tap = true;
    return OPTION_NEXT;
}

static OptionResult opt_help(const OptionDef *option G_GNUC_UNUSED, const char *arg G_GNUC_UNUSED,
                             void *opaque G_GNUC_UNUSED, Error **errp G_GNUC_UNUSED)
{
    g_autofree char *help = options_help();

    printf("Usage: " SUITE_NAME " [OPTION...] DIR|ELF... [-- OPTION OF RVEMU...]\n"
           "Run every RISC-V program of the folders, in parallel, and report how it ended.\n"
           "\n%s\n"
           "An option may be written with one dash or two, its argument as the next word or\n"
           "behind '='. Status: 0 all as expected, 1 not, 2 nothing could be run.\n",
           help);
    return OPTION_DONE;
}

static OptionResult opt_version(const OptionDef *option G_GNUC_UNUSED,
                                const char *arg G_GNUC_UNUSED, void *opaque G_GNUC_UNUSED,
                                Error **errp G_GNUC_UNUSED)
{
    puts(SUITE_NAME " version " RVEMU_VERSION);
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
    { (name_), offsetof(SuiteOptions, field) },
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
    { .name = (name_), .alias = (alias_), .arg = (arg_), \
      .complete = OPTION_COMPLETE_##complete_, .handler = (handler_), .help = (help_) },
#define OPTION_PROPERTY(name, alias, arg, complete, field, help) \
    OPTION(name, alias, arg, complete, opt_text, help)

static const OptionDef option_rows[] = {
#include "options.def"
};

static OptionResult take_path(const char *word, void *opaque, Error **errp G_GNUC_UNUSED)
{
    g_ptr_array_add(((SuiteOptions *)opaque)->paths, g_strdup(word));
    return OPTION_NEXT;
}

/* "-j4" as make has it. */
static bool is_short_jobs(const char *word)
{
    return g_str_has_prefix(word, "-j") && g_ascii_isdigit(word[2]);
}

void suite_options_init(SuiteOptions *options)
{
    *options = (SuiteOptions){
        .paths = g_ptr_array_new_with_free_func(g_free),
        .jobs = g_get_num_processors(),
        .limit = g_strdup_printf("seconds=%d", DEFAULT_SECONDS),
        .seconds = DEFAULT_SECONDS,
    };
    options_register(option_rows, G_N_ELEMENTS(option_rows));
}

void suite_options_clear(SuiteOptions *options)
{
    g_clear_pointer(&options->paths, g_ptr_array_unref);
    g_clear_pointer(&options->filter, g_regex_unref);
    g_clear_pointer(&options->limit, g_free);
    g_clear_pointer(&options->expect, g_free);
    g_clear_pointer(&options->signatures, g_free);
    g_clear_pointer(&options->junit, g_free);
    g_clear_pointer(&options->html, g_free);
    g_clear_pointer(&options->rvemu, g_free);
    g_clear_pointer(&options->rvemu_options, g_strfreev);
}

bool suite_options_parse(SuiteOptions *options, int argc, char **argv, Error **errp)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    int own = 1;

    while (own < argc && !g_str_equal(argv[own], "--")) {
        own++;
    }
    options->rvemu_options = g_strdupv(own < argc ? argv + own + 1 : argv + argc);
    for (int i = 0; i < own; i++) {
        g_ptr_array_add(words, is_short_jobs(argv[i]) ? g_strdup_printf("-j=%s", argv[i] + 2)
                                                      : g_strdup(argv[i]));
    }
    if (options_parse(own, (char **)words->pdata, take_path, options, errp) != OPTION_NEXT) {
        return false;
    }
    if (options->paths->len == 0) {
        error_setg(errp, "no folder and no ELF file is named");
        error_append_hint(errp, SUITE_NAME " DIR runs all programs in DIR; '-help' lists options");
        return false;
    }
    return true;
}
