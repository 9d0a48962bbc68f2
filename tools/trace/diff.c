/*
 * The first difference between two runs.
 *
 * Each hart is compared from the first instruction that it executes in RAM (what the boot ROM does is the simulator's
 * business) to the store to tohost that ends the program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "target-riscv/cpu.h"
#include "tool.h"

/* One of the two. */
typedef struct Side {
    Source *source;
    const Selection *selection;
    const DiffOptions *options;
    GHashTable *started; /* harts that have come to RAM */
    bool ended;
    RISCVTraceItem item;
    const char *line; /* NULL: there are no more */
} Side;

/*
 * In an address space of its own the supervisor sees tohost elsewhere; large pages keep the low bits. The program ends by
 * an odd value, for device 0.
 */
static bool ends_program(const DiffOptions *options, const RISCVCommit *c)
{
    const uint64_t alias = (1u << 21) - 1;

    for (unsigned i = 0; options->has_tohost && i < c->store_count; i++) {
        uint64_t addr = c->stores[i].addr, value = c->stores[i].value;

        if ((addr == options->tohost ||
             (c->priv != PRIV_U && !((addr ^ options->tohost) & alias))) &&
            c->stores[i].size >= 4 && (value & 1) && !(value >> 56)) {
            return true;
        }
    }
    return false;
}

static bool has_started(Side *side, const RISCVCommit *c)
{
    if (g_hash_table_contains(side->started, &c->hart)) {
        return true;
    }
    if (c->pc < side->options->ram) {
        return false;
    }
    g_hash_table_add(side->started, g_memdup2(&c->hart, sizeof(c->hart)));
    return true;
}

/* The next instruction to compare; false only with an error. */
static bool advance(Side *side, Error **errp)
{
    Error *err = NULL;

    side->line = NULL;
    while (!side->ended && source_next(side->source, &side->item, &err)) {
        if (side->item.is_trap || !has_started(side, &side->item.commit)) {
            continue;
        }
        side->ended = ends_program(side->options, &side->item.commit);
        if (selection_has(side->selection, &side->item)) {
            side->line = source_line(side->source, &side->item);
            return true;
        }
    }
    error_propagate(errp, err);
    return !err;
}

/* ---- what is printed ---- */

static void print_side(char sign, const Side *side)
{
    g_autofree char *text = NULL;

    if (!side->line) {
        printf("%c %s ends here\n", sign, source_name(side->source));
        return;
    }
    text = disassembly(side->source, &side->item.commit);
    printf("%c %s    [%s:%" PRIu64 "]\n", sign, side->line, source_name(side->source),
           source_position(side->source));
    printf("%c     %s\n", sign, text);
}

/* The line and its instruction, which the other side may know better: it has the symbols. */
static char *context_line(const Side *a, const Side *b)
{
    const Side *knows = source_symbols(a->source) ? a : b;
    g_autofree char *text = disassembly(knows->source, &a->item.commit);

    return g_strdup_printf("  %s    # %s", a->line, text);
}

static int report(const Side *a, const Side *b, uint64_t count, GPtrArray *before)
{
    printf("first difference after %" PRIu64 " equal instructions:\n", count);
    for (guint i = 0; i < before->len; i++) {
        puts(g_ptr_array_index(before, i));
    }
    print_side('-', a);
    print_side('+', b);
    return STATUS_DIFFERENT;
}

static int compare(Side *a, Side *b, Error **errp)
{
    g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func(g_free);
    uint64_t count = 0;

    for (;; count++) {
        if (!advance(a, errp) || !advance(b, errp)) {
            return -1;
        }
        if (!a->line && !b->line) {
            break;
        }
        if (!a->line || !b->line || strcmp(a->line, b->line) != 0) {
            return report(a, b, count, before);
        }
        if (a->options->context) {
            if (before->len == a->options->context) {
                g_ptr_array_remove_index(before, 0);
            }
            g_ptr_array_add(before, context_line(a, b));
        }
    }
    if (!count) {
        error_setg(errp, "neither %s nor %s has an instruction to compare", source_name(a->source),
                   source_name(b->source));
        error_append_hint(errp, "name traces or logs of one program, and see -ram");
        return -1;
    }
    printf("%" PRIu64 " instructions, no difference\n", count);
    return STATUS_FINE;
}

int print_difference(Source *a, Source *b, const Selection *selection, const DiffOptions *options,
                     Error **errp)
{
    Side sides[] = { { .source = a, .selection = selection, .options = options },
                     { .source = b, .selection = selection, .options = options } };
    int status;

    for (unsigned i = 0; i < 2; i++) {
        sides[i].started = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    }
    status = compare(&sides[0], &sides[1], errp);
    for (unsigned i = 0; i < 2; i++) {
        g_hash_table_unref(sides[i].started);
    }
    return status;
}
