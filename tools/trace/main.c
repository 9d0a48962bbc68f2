/*
 * rvemu-trace: prints commit traces, sums them up, finds where two of them differ.
 *
 * What does not belong here: the command line (options.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>

#include "options.h"

static int fail(Error *err)
{
    const char *hint = error_get_hint(err);

    fflush(stdout);
    fprintf(stderr, "rvemu-trace: %s%s%s%s\n", error_get_pretty(err), hint ? " (" : "",
            hint ? hint : "", hint ? ")" : "");
    error_free(err);
    return STATUS_ERROR;
}

/* Where the comparison ends, if the option does not say: where one of the two has the symbol. */
static bool find_end(const TraceOptions *options, const Source *a, const Source *b,
                     DiffOptions *diff, Error **errp)
{
    uint64_t size;

    diff->has_tohost = diff->has_tohost ||
                       symbols_find(source_symbols(a), "tohost", &diff->tohost, &size) ||
                       symbols_find(source_symbols(b), "tohost", &diff->tohost, &size);
    if (options->elf && !diff->has_tohost) {
        error_setg(errp, "%s has no symbol tohost", options->elf);
        error_append_hint(errp, "say where both runs end with -tohost");
        return false;
    }
    return true;
}

static int compare(const TraceOptions *options, Source *a, const Selection *selection, Error **errp)
{
    g_autoptr(Source) b = source_open(options->files->pdata[1], options->elf, errp);
    DiffOptions diff = options->diff;

    return b && find_end(options, a, b, &diff, errp)
               ? print_difference(a, b, selection, &diff, errp)
               : -1;
}

static int run(const TraceOptions *options, Error **errp)
{
    g_autoptr(Selection) selection = NULL;
    g_autoptr(Source) source = source_open(options->files->pdata[0], options->elf, errp);

    selection = source ? selection_new(&options->selection, source, errp) : NULL;
    if (!selection) {
        return -1;
    }
    if (options->diff_wanted) {
        return compare(options, source, selection, errp);
    }
    return options->summary_wanted ? print_summary(source, selection, options->top, errp)
                                   : print_trace(source, selection, &options->print, errp);
}

int main(int argc, char **argv)
{
    TraceOptions options;
    Error *err = NULL;
    OptionResult result;
    int status = STATUS_FINE;

    trace_options_init(&options);
    result = trace_options_parse(&options, argc, argv, &err);
    if (result != OPTION_DONE) {
        status = result == OPTION_NEXT ? run(&options, &err) : -1;
    }
    if ((fflush(stdout) || ferror(stdout)) && status >= 0) {
        error_setg_errno(&err, errno, "cannot write the output");
        error_append_hint(&err, "is there room for it?");
        status = -1;
    }
    trace_options_clear(&options);
    return status < 0 ? fail(err) : status;
}
