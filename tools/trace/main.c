/*
 * rvemu-trace: prints commit traces, sums them up, finds where two of them differ.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"
#include "util/cutils.h"

typedef struct Options {
    gboolean diff, summary, traps, disas, version;
    char *elf, *tohost, *ram;
    int top, context;
    SelectionText selection;
    char **files;
} Options;

static int fail(Error *err)
{
    const char *hint = error_get_hint(err);

    fflush(stdout);
    fprintf(stderr, "rvemu-trace: %s%s%s%s\n", error_get_pretty(err), hint ? " (" : "", hint ? hint : "",
            hint ? ")" : "");
    error_free(err);
    return STATUS_ERROR;
}

/* ---- the command line ---- */

static bool read_options(int argc, char **argv, Options *o, Error **errp)
{
    const GOptionEntry entries[] = {
        { "summary", 's', 0, G_OPTION_ARG_NONE, &o->summary,
          "Sum up: where instructions were executed, which, and what traps were for", NULL },
        { "diff", 'd', 0, G_OPTION_ARG_NONE, &o->diff,
          "Find the first difference between two files", NULL },
        { "pc", 0, 0, G_OPTION_ARG_STRING, &o->selection.pc, "Instructions there only", "RANGE|SYMBOL[,...]" },
        { "addr", 0, 0, G_OPTION_ARG_STRING, &o->selection.addr, "Loads and stores there only",
          "RANGE|SYMBOL[,...]" },
        { "reg", 0, 0, G_OPTION_ARG_STRING, &o->selection.reg,
          "Instructions that write one of these registers only", "NAME[,...]" },
        { "hart", 0, 0, G_OPTION_ARG_STRING, &o->selection.hart, "These harts only", "N[,...]" },
        { "priv", 0, 0, G_OPTION_ARG_STRING, &o->selection.priv, "These privileges only", "M|S|U[,...]" },
        { "traps", 't', 0, G_OPTION_ARG_NONE, &o->traps, "Print traps, too", NULL },
        { "disas", 'a', 0, G_OPTION_ARG_NONE, &o->disas, "Print each instruction behind its line", NULL },
        { "top", 0, 0, G_OPTION_ARG_INT, &o->top, "Lines of each list of --summary (default: 20)", "N" },
        { "context", 'c', 0, G_OPTION_ARG_INT, &o->context,
          "Equal instructions that --diff shows before the difference (default: 8)", "N" },
        { "elf", 0, 0, G_OPTION_ARG_FILENAME, &o->elf, "The program, whose symbols a log of Spike's does not have",
          "FILE" },
        { "tohost", 0, 0, G_OPTION_ARG_STRING, &o->tohost,
          "Where --diff ends: with the store there that ends the program (default: the symbol tohost)", "ADDR" },
        { "ram", 0, 0, G_OPTION_ARG_STRING, &o->ram,
          "Where --diff begins: a hart's first instruction from there on (default: 0x80000000)", "ADDR" },
        { "version", 0, 0, G_OPTION_ARG_NONE, &o->version, "Print the version", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->files, NULL, "FILE..." },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- print what 'rvemu -trace-commits' recorded");
    g_autoptr(GError) gerr = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(
        context, "A file is a trace, or a log of 'rvemu -d commits' or Spike's --log-commits, plain or packed by\n"
                 "gzip. A RANGE is FIRST..LAST, START+SIZE or END-SIZE.\n"
                 "Status: 0, 1 after an error, 2 where --diff has found a difference.");
    if (!g_option_context_parse(context, &argc, &argv, &gerr)) {
        error_setg(errp, "%s", gerr->message);
        error_append_hint(errp, "'rvemu-trace --help' lists all options");
        return false;
    }
    return true;
}

static void clear_options(Options *o)
{
    g_free(o->elf);
    g_free(o->tohost);
    g_free(o->ram);
    g_free(o->selection.pc);
    g_free(o->selection.addr);
    g_free(o->selection.reg);
    g_free(o->selection.hart);
    g_free(o->selection.priv);
    g_strfreev(o->files);
}

static bool parse_address(const char *text, const char *option, uint64_t *addr, Error **errp)
{
    if (!parse_uint64(text, addr, errp)) {
        error_prepend(errp, "--%s: ", option);
        error_append_hint(errp, "an address such as 0x80000000");
        return false;
    }
    return true;
}

static bool check_options(const Options *o, Error **errp)
{
    unsigned files = o->files ? g_strv_length(o->files) : 0;

    if (o->diff && o->summary) {
        error_setg(errp, "--diff and --summary together");
        error_append_hint(errp, "run it twice");
    } else if (files != (o->diff ? 2 : 1)) {
        error_setg(errp, "%u files named, and %s", files, o->diff ? "--diff needs two" : "one is needed");
        error_append_hint(errp, "rvemu-trace %s", o->diff ? "--diff A B" : "[OPTION...] FILE");
    } else if (o->top < 1 || o->context < 0) {
        error_setg(errp, "--%s: there are no %s lines", o->top < 1 ? "top" : "context",
                   o->top < 1 ? "so few" : "negative");
        error_append_hint(errp, "give it a positive number");
    } else {
        return true;
    }
    return false;
}

/* ---- what is wanted ---- */

/* The end that --diff compares to. */
static bool diff_options(const Options *o, const Source *a, const Source *b, DiffOptions *diff, Error **errp)
{
    uint64_t size;

    *diff = (DiffOptions){ .ram = 0x80000000, .context = o->context };
    if ((o->ram && !parse_address(o->ram, "ram", &diff->ram, errp)) ||
        (o->tohost && !parse_address(o->tohost, "tohost", &diff->tohost, errp))) {
        return false;
    }
    diff->has_tohost = o->tohost || symbols_find(source_symbols(a), "tohost", &diff->tohost, &size) ||
                       symbols_find(source_symbols(b), "tohost", &diff->tohost, &size);
    if (o->elf && !diff->has_tohost) {
        error_setg(errp, "%s has no symbol tohost", o->elf);
        error_append_hint(errp, "say where both runs end with --tohost");
        return false;
    }
    return true;
}

static int compare(const Options *o, Source *a, const Selection *selection, Error **errp)
{
    g_autoptr(Source) b = source_open(o->files[1], o->elf, errp);
    DiffOptions diff;

    return b && diff_options(o, a, b, &diff, errp) ? print_difference(a, b, selection, &diff, errp) : -1;
}

static int run(const Options *o, Error **errp)
{
    const PrintOptions print = { .traps = o->traps, .disas = o->disas };
    g_autoptr(Selection) selection = NULL;
    g_autoptr(Source) source = NULL;

    if (!check_options(o, errp)) {
        return -1;
    }
    source = source_open(o->files[0], o->elf, errp);
    selection = source ? selection_new(&o->selection, source, errp) : NULL;
    if (!selection) {
        return -1;
    }
    if (o->diff) {
        return compare(o, source, selection, errp);
    }
    return o->summary ? print_summary(source, selection, o->top, errp)
                      : print_trace(source, selection, &print, errp);
}

int main(int argc, char **argv)
{
    Options options = { .top = 20, .context = 8 };
    Error *err = NULL;
    int status = STATUS_FINE;

    if (!read_options(argc, argv, &options, &err)) {
        status = -1;
    } else if (options.version) {
        puts("rvemu-trace version " RVEMU_VERSION);
    } else {
        status = run(&options, &err);
    }
    if ((fflush(stdout) || ferror(stdout)) && status >= 0) {
        error_setg_errno(&err, errno, "cannot write the output");
        status = -1;
    }
    clear_options(&options);
    return status < 0 ? fail(err) : status;
}
