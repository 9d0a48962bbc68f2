/*
 * Printing a trace: Spike's text, and what can be put between and behind its lines.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "target-riscv/cpu.h"
#include "target-riscv/disas.h"
#include "tool.h"

void warn_user(const char *message)
{
    fflush(stdout);
    fprintf(stderr, "rvemu-trace: warning: %s\n", message);
}

char *disassembly(const Source *source, const RISCVCommit *commit)
{
    g_autofree char *text = riscv_disas_symbols(commit->pc, commit->raw, source_exts(source), 64, 0,
                                                source_symbols(source));
    g_autofree char *name = symbols_describe(source_symbols(source), commit->pc);

    g_strdelimit(text, "\t", ' ');
    return name ? g_strdup_printf("<%s> %s", name, text) : g_steal_pointer(&text);
}

static void print_trap(const Source *source, const RISCVTraceItem *item)
{
    g_autofree char *name = symbols_describe(source_symbols(source), item->trap.epc);

    printf("trap %4" PRIu64 ": %s, cause 0x%" PRIx64 ", epc 0x%016" PRIx64
           "%s%s%s, tval 0x%016" PRIx64 ", from %c to %c\n",
           item->hart, riscv_cause_name(item->trap.cause), item->trap.cause, item->trap.epc,
           name ? " <" : "", name ? name : "", name ? ">" : "", item->trap.tval,
           "US?M"[item->trap.from], "US?M"[item->trap.to]);
}

static void print_commit(Source *source, const RISCVTraceItem *item, bool disas)
{
    fputs(source_line(source, item), stdout);
    if (disas) {
        g_autofree char *text = disassembly(source, &item->commit);

        fputs("    # ", stdout);
        fputs(text, stdout);
    }
    putchar('\n');
}

int print_trace(Source *source, const Selection *selection, const PrintOptions *options,
                Error **errp)
{
    RISCVTraceItem item;
    Error *err = NULL;

    while (!ferror(stdout) && source_next(source, &item, &err)) {
        if (!selection_has(selection, &item)) {
            continue;
        }
        if (!item.is_trap) {
            print_commit(source, &item, options->disas);
        } else if (options->traps) {
            print_trap(source, &item);
        }
    }
    if (err) {
        error_propagate(errp, err);
        return -1;
    }
    return STATUS_FINE;
}
