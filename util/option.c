/*
 * Matching the command line against the table of options, and printing the table.
 *
 * Does not belong here: any particular option.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/option.h"

#include <string.h>

#include "util/cutils.h"

#define HELP_COLUMNS 80
#define HELP_TEXT_COLUMN 26 /* where the help text of an option begins */

/* The registry: OptionDef *, in the order of -help. */
static GPtrArray *option_table;

void options_register(const OptionDef *rows, size_t count)
{
    if (!option_table) {
        option_table = g_ptr_array_new();
    }
    for (size_t i = 0; i < count; i++) {
        const OptionDef *row = &rows[i];

        if (row->name && (option_find(row->name) || (row->alias && option_find(row->alias)))) {
            g_error("option '-%s' is registered twice", row->name);
        }
        g_ptr_array_add(option_table, (void *)row);
    }
}

const OptionDef *option_find(const char *name)
{
    for (guint i = 0; option_table && i < option_table->len; i++) {
        const OptionDef *row = option_table->pdata[i];

        if (row->name && (g_str_equal(row->name, name) || !g_strcmp0(row->alias, name))) {
            return row;
        }
    }
    return NULL;
}

void options_foreach(void (*fn)(const OptionDef *row, void *opaque), void *opaque)
{
    for (guint i = 0; option_table && i < option_table->len; i++) {
        fn(option_table->pdata[i], opaque);
    }
}

static void collect_names(const OptionDef *row, void *opaque)
{
    if (row->name) {
        g_ptr_array_add(opaque, (void *)row->name);
    }
    if (row->alias) {
        g_ptr_array_add(opaque, (void *)row->alias);
    }
}

static void unknown_option(const char *word, const char *name, Error **errp)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    options_foreach(collect_names, names);
    const char *nearest = nearest_name(name, names);

    error_setg(errp, "unknown option '%s'", word);
    if (nearest) {
        error_append_hint(errp, "did you mean '-%s'? ", nearest);
    }
    error_append_hint(errp, "'-help' lists all options");
}

/*
 * The option typed as word, which begins with a dash: its row, and *arg behind a "=" (NULL: none).
 * A name is tried without its "=" only, so that no option's name may hold one.
 */
static const OptionDef *match(const char *word, const char **arg, char **spelling, Error **errp)
{
    const char *name = word + (word[1] == '-' ? 2 : 1);
    const char *equals = strchr(name, '=');
    g_autofree char *bare_name = equals ? g_strndup(name, (size_t)(equals - name)) : g_strdup(name);
    const OptionDef *row = option_find(bare_name);

    *arg = equals ? equals + 1 : NULL;
    *spelling = equals ? g_strndup(word, (size_t)(equals - word)) : g_strdup(word);
    if (!row) {
        unknown_option(*spelling, bare_name, errp);
    }
    return row;
}

/* Handles the option argv[*index] with its argument, and moves *index to the last word used. */
static OptionResult take_option(int argc, char **argv, int *index, void *opaque, Error **errp)
{
    g_autofree char *spelling = NULL;
    const char *arg;
    const OptionDef *row = match(argv[*index], &arg, &spelling, errp);

    if (!row) {
        return OPTION_ERROR;
    }
    if (arg && !row->arg) {
        error_setg(errp, "option '%s' takes no argument", spelling);
        error_append_hint(errp, "leave out '=%s'", arg);
        return OPTION_ERROR;
    }
    if (!arg && row->arg) {
        if (*index + 1 == argc) {
            error_setg(errp, "option '%s' needs an argument", spelling);
            error_append_hint(errp, "%s %s", spelling, row->arg);
            return OPTION_ERROR;
        }
        arg = argv[++*index];
    }

    OptionResult result = row->handler(row, arg, opaque, errp);
    if (result == OPTION_ERROR) {
        error_prepend(errp, arg ? "%s %s: " : "%s: ", spelling, arg);
    }
    return result;
}

OptionResult options_parse(int argc, char **argv,
                           OptionResult (*bare)(const char *word, void *opaque, Error **errp),
                           void *opaque, Error **errp)
{
    OptionResult result = OPTION_NEXT;
    bool only_bare = false;

    for (int i = 1; i < argc && result == OPTION_NEXT; i++) {
        if (!only_bare && g_str_equal(argv[i], "--")) {
            only_bare = true;
        } else if (only_bare || argv[i][0] != '-' || !argv[i][1]) {
            result = bare(argv[i], opaque, errp);
        } else {
            result = take_option(argc, argv, &i, opaque, errp);
        }
        if (result == OPTION_BARE) {
            only_bare = true;
            result = OPTION_NEXT;
        }
    }
    return result;
}

void help_append_entry(GString *help, const char *head, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    size_t column = strlen(head) + 2;

    g_string_append_printf(help, "  %s", head);
    if (column + 2 > HELP_TEXT_COLUMN) { /* no room: the text begins on a line of its own */
        g_string_append_c(help, '\n');
        column = 0;
    }
    for (char **word = words; *word; word++) {
        size_t length = strlen(*word);

        if (column > HELP_TEXT_COLUMN && column + 1 + length > HELP_COLUMNS) {
            g_string_append_c(help, '\n');
            column = 0;
        }
        size_t gap = column < HELP_TEXT_COLUMN ? HELP_TEXT_COLUMN - column : 1;
        g_string_append_printf(help, "%*s%s", (int)gap, "", *word);
        column += gap + length;
    }
    g_string_append_c(help, '\n');
}

static void append_row(const OptionDef *row, void *opaque)
{
    GString *help = opaque;

    if (!row->name) {
        g_string_append_printf(help, "%s%s:\n", help->len ? "\n" : "", row->help);
        return;
    }
    g_autofree char *alias = row->alias ? g_strdup_printf("-%s, ", row->alias) : g_strdup("");
    g_autofree char *head = g_strdup_printf("%s-%s%s%s", alias, row->name, row->arg ? " " : "",
                                            row->arg ? row->arg : "");
    help_append_entry(help, head, row->help);
}

char *options_help(void)
{
    GString *help = g_string_new(NULL);

    options_foreach(append_row, help);
    return g_string_free(help, FALSE);
}
