/*
 * Writes what is derived from the tables of options and exit statuses while rvemu is built: the list in the manual
 * page, and the completion for bash.
 *
 *     gen-options fill TEMPLATE   the template, marks such as @OPTIONS@ replaced
 *     gen-options names           the names, one line an option, aliases behind them
 *     gen-options statuses        the exit statuses, as rows of the table in docs/statuses.md
 *
 * It runs on the machine that builds and uses the C library only.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Row {
    const char *name; /* NULL: a section, entitled by help */
    const char *alias;
    const char *arg;
    const char *complete; /* "NONE", "FILE" or "LIST" */
    const char *help;
} Row;

#define OPTION_SECTION(title) { NULL, NULL, NULL, NULL, title },
#define OPTION(name, alias, arg, complete, handler, help) { name, alias, arg, #complete, help },
#define OPTION_PROPERTY(name, alias, arg, complete, property, help) \
    OPTION(name, alias, arg, complete, property, help)

static const Row rows[] = {
#include OPTIONS_DEF /* the table of the program that this is built for */
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- Exit statuses ---- */

static const struct Status {
    const char *shown;
    const char *help;
} statuses[] = {
#define EXIT_STATUS(name, first, last, shown, help) { shown, help },
#include "../include/system/statuses.def"
};
#define N_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

/* Rows of a table in Markdown. */
static int list_statuses(void)
{
    for (size_t i = 0; i < N_STATUSES; i++) {
        printf("| %s | %s |\n", statuses[i].shown, statuses[i].help);
    }
    return EXIT_SUCCESS;
}

/* ---- The manual page ---- */

/* Text for troff: dashes, quotes and backslashes stay what they are. */
static void put_roff(const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '-':
            fputs("\\-", stdout);
            break;
        case '\'':
            fputs("\\(aq", stdout);
            break;
        case '\\':
            fputs("\\e", stdout);
            break;
        default:
            putchar(*text);
        }
    }
}

static void put_man_option(const Row *row)
{
    printf(".TP\n");
    if (row->alias) {
        printf("\\fB\\-%s\\fR, ", row->alias);
    }
    printf("\\fB\\-");
    put_roff(row->name);
    printf("\\fR");
    if (row->arg) {
        printf(" \\fI");
        put_roff(row->arg);
        printf("\\fR");
    }
    printf("\n");
    put_roff(row->help);
    printf(".\n");
}

static void put_man_options(void)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].name) {
            put_man_option(&rows[i]);
        } else {
            printf(".SS %s\n", rows[i].help);
        }
    }
}

static void put_man_statuses(void)
{
    for (size_t i = 0; i < N_STATUSES; i++) {
        printf(".TP\n.B %s\n", statuses[i].shown);
        put_roff(statuses[i].help);
        printf(".\n");
    }
}

/* ---- Completion ---- */

typedef bool RowFilter(const Row *row);

static bool any_row(const Row *row)
{
    return row->name;
}

static bool takes_file(const Row *row)
{
    return row->name && !strcmp(row->complete, "FILE");
}

static bool takes_listed(const Row *row)
{
    return row->name && !strcmp(row->complete, "LIST");
}

static bool takes_other(const Row *row)
{
    return row->name && row->arg && !strcmp(row->complete, "NONE");
}

/* The options that filter lets through, with their dashes, between separators. */
static void put_names(RowFilter *filter, const char *separator)
{
    const char *before = "";

    for (size_t i = 0; i < N_ROWS; i++) {
        if (!filter(&rows[i])) {
            continue;
        }
        printf("%s-%s", before, rows[i].name);
        if (rows[i].alias) {
            printf("%s-%s", separator, rows[i].alias);
        }
        before = separator;
    }
}

/* ---- Templates ---- */

static const struct Replacement {
    const char *mark;
    RowFilter *filter; /* NULL: the text itself replaces the mark */
    const char *text;  /* what to put between names, or that text */
} replacements[] = {
    { "@VERSION@", NULL, RVEMU_VERSION },
    { "@WORDS@", any_row, " " },
    { "@FILE_OPTIONS@", takes_file, "|" },
    { "@LIST_OPTIONS@", takes_listed, "|" },
    { "@ARG_OPTIONS@", takes_other, "|" },
};

static void put_line(const char *line)
{
    if (!strcmp(line, "@OPTIONS@\n")) {
        put_man_options();
        return;
    }
    if (!strcmp(line, "@STATUSES@\n")) {
        put_man_statuses();
        return;
    }
    for (size_t i = 0; i < sizeof(replacements) / sizeof(replacements[0]); i++) {
        const char *at = strstr(line, replacements[i].mark);

        if (at) {
            printf("%.*s", (int)(at - line), line);
            if (replacements[i].filter) {
                put_names(replacements[i].filter, replacements[i].text);
            } else {
                fputs(replacements[i].text, stdout);
            }
            put_line(at + strlen(replacements[i].mark));
            return;
        }
    }
    fputs(line, stdout);
}

static int fill_template(const char *filename)
{
    FILE *f = fopen(filename, "r");
    char line[512];

    if (!f) {
        perror(filename);
        return EXIT_FAILURE;
    }
    while (fgets(line, sizeof(line), f)) {
        put_line(line);
    }
    fclose(f);
    return EXIT_SUCCESS;
}

static int list_names(void)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].name) {
            printf("%s%s%s\n", rows[i].name, rows[i].alias ? " " : "",
                   rows[i].alias ? rows[i].alias : "");
        }
    }
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "fill")) {
        return fill_template(argv[2]);
    }
    if (argc == 2 && !strcmp(argv[1], "names")) {
        return list_names();
    }
    if (argc == 2 && !strcmp(argv[1], "statuses")) {
        return list_statuses();
    }
    fprintf(stderr, "usage: gen-options fill TEMPLATE | names | statuses\n");
    return EXIT_FAILURE;
}
