/*
 * The command line of rvemu-trace.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TOOLS_TRACE_OPTIONS_H
#define TOOLS_TRACE_OPTIONS_H

#include "tool.h"
#include "util/option.h"

typedef struct TraceOptions {
    bool diff_wanted, summary_wanted;
    SelectionText selection;
    PrintOptions print;
    uint64_t top;
    DiffOptions diff; /* of tohost what the option says */
    char *elf;        /* NULL: none */
    GPtrArray *files; /* of char *: as many as are needed */
} TraceOptions;

void trace_options_init(TraceOptions *options);
void trace_options_clear(TraceOptions *options);
/* OPTION_DONE: what was wanted was printed. */
OptionResult trace_options_parse(TraceOptions *options, int argc, char **argv, Error **errp);

#endif
