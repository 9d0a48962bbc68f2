/*
 * The table of command-line options: parsing by it, and the help printed from it.
 *
 * Belongs here: what a row says, how the command line is matched against the rows, the text of
 * -help.
 * Does not belong here: any particular option (system/options.def), and what becomes of its
 * argument.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_OPTION_H
#define UTIL_OPTION_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

typedef struct OptionDef OptionDef;

typedef enum OptionResult {
    OPTION_ERROR, /* errp is set */
    OPTION_NEXT,  /* taken: go on */
    OPTION_BARE,  /* taken, by the function for bare words: none of those that follow is an option */
    OPTION_DONE,  /* all the user wanted has been printed: the program ends with status 0 */
} OptionResult;

/* Takes an option; arg is NULL for a row without argument. opaque is options_parse()'s. */
typedef OptionResult OptionHandler(const OptionDef *option, const char *arg, void *opaque,
                                   Error **errp);

/* What a shell offers as the argument. */
typedef enum OptionComplete {
    OPTION_COMPLETE_NONE,
    OPTION_COMPLETE_FILE,
    OPTION_COMPLETE_LIST, /* the words that begin the lines printed for the argument "help" */
} OptionComplete;

/* A row. One whose name is NULL opens a section of -help, entitled by its help text. */
struct OptionDef {
    const char *name;         /* without dash */
    const char *alias;        /* another name, or NULL */
    const char *arg;          /* how -help shows the argument; NULL: the option takes none */
    OptionComplete complete;
    OptionHandler *handler;
    const char *property;     /* for the handler: which property the option sets; or NULL */
    const char *help;
};

/*
 * Adds rows to the table, for a function announced with opts_init(). They must live as long as the
 * program. A name that the table has already is a mistake in rvemu: message and abort().
 */
void options_register(const OptionDef *rows, size_t count);

/* The row whose name or alias is name, or NULL. */
const OptionDef *option_find(const char *name);

/* Calls fn for each row, sections included, in order. */
void options_foreach(void (*fn)(const OptionDef *row, void *opaque), void *opaque);

/*
 * Takes argv[1] and on: "-name", "--name", either with "=argument" or with the next word as the
 * argument. A word that does not begin with a dash (or is just one), and all that follow "--" or a
 * word for which bare said OPTION_BARE, go to bare. Stops at OPTION_ERROR and OPTION_DONE and
 * returns that, else OPTION_NEXT. Errors begin with the option as typed.
 */
OptionResult options_parse(int argc, char **argv,
                           OptionResult (*bare)(const char *word, void *opaque, Error **errp),
                           void *opaque, Error **errp);

/*
 * Adds an entry of a help page to help: head indented by two, then text wrapped in a column of its
 * own, all within 80 columns.
 */
void help_append_entry(GString *help, const char *head, const char *text);

/* Every section and option, wrapped to 80 columns; the caller frees it. */
char *options_help(void);

#endif /* UTIL_OPTION_H */
