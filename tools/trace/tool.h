/*
 * rvemu-trace's parts: what is selected of a trace, and what is made of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TOOLS_TRACE_TOOL_H
#define TOOLS_TRACE_TOOL_H

#include "source.h"
#include "util/address-filter.h"

/* ---- select.c ---- */

/* What the options -pc, -addr, -reg, -hart and -priv say, each NULL or a text. */
typedef struct SelectionText {
    char *pc, *addr, *reg, *hart, *priv;
} SelectionText;

typedef struct Selection Selection;

/* Symbols are those of `source`. NULL and an error that names the option. */
Selection *selection_new(const SelectionText *text, const Source *source, Error **errp);
void selection_free(Selection *selection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selection, selection_free)
/* A trap has an address, a hart and a privilege, but writes no register that can be selected. */
bool selection_has(const Selection *selection, const RISCVTraceItem *item);

/* ---- what can be done: each returns the program's status, or -1 with an error ---- */

enum { STATUS_FINE = 0, STATUS_ERROR = 1, STATUS_DIFFERENT = 2 };

typedef struct PrintOptions {
    bool traps; /* those, too */
    bool disas; /* the instruction behind each line */
} PrintOptions;
int print_trace(Source *source, const Selection *selection, const PrintOptions *options,
                Error **errp);

int print_summary(Source *source, const Selection *selection, unsigned top, Error **errp);

typedef struct DiffOptions {
    uint64_t ram;     /* where it begins: what comes before is not compared */
    uint64_t context; /* equal lines to show */
    bool has_tohost;
    uint64_t tohost;
} DiffOptions;
int print_difference(Source *a, Source *b, const Selection *selection, const DiffOptions *options,
                     Error **errp);

/* ---- print.c ---- */

/* The instruction of a commit, its place and targets with their symbols; the caller frees it. */
char *disassembly(const Source *source, const RISCVCommit *commit);
/* One line on stderr. */
void warn_user(const char *message);

#endif
