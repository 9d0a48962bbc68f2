/*
 * Summing up a trace: where instructions were executed, which, and what traps were for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "target-riscv/cpu.h"
#include "target-riscv/decode.h"
#include "tool.h"

/* Something that is counted. */
typedef struct Count {
    char *name;
    uint64_t count;
} Count;

typedef struct Totals {
    uint64_t instructions, loads, stores, traps;
    uint64_t by_priv[4];
    GHashTable *harts; /* names of all these */
    GHashTable *symbols;
    GHashTable *mnemonics;
    GHashTable *causes;
    GHashTable *places; /* pc -> Place: most of a trace is what it has had already */
} Totals;

/* What is counted for an instruction there. */
typedef struct Place {
    uint64_t pc;
    uint32_t raw;
    Count *symbol, *mnemonic;
} Place;

static void count_free(void *opaque)
{
    Count *count = opaque;

    g_free(count->name);
    g_free(count);
}

static GHashTable *new_table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, NULL, count_free);
}

static Count *count_of(GHashTable *table, const char *name)
{
    Count *count = g_hash_table_lookup(table, name);

    if (!count) {
        count = g_new0(Count, 1);
        count->name = g_strdup(name);
        g_hash_table_insert(table, count->name, count);
    }
    return count;
}

static const char *mnemonic(const Source *source, uint32_t raw)
{
    RISCVInsn insn;

    return riscv_decode(raw, source_exts(source), 64, &insn) ? riscv_insn_info[insn.row].name
                                                             : "(unknown)";
}

static Place *place_of(Totals *totals, const Source *source, const RISCVCommit *c)
{
    Place *place = g_hash_table_lookup(totals->places, &c->pc);
    const ElfSymbol *symbol;

    if (place && place->raw == c->raw) {
        return place;
    }
    symbol = symbols_at(source_symbols(source), c->pc);
    place = g_new(Place, 1);
    *place = (Place){
        .pc = c->pc,
        .raw = c->raw,
        .symbol = count_of(totals->symbols, symbol ? symbol->name : "(no symbol)"),
        .mnemonic = count_of(totals->mnemonics, mnemonic(source, c->raw)),
    };
    g_hash_table_replace(totals->places, &place->pc, place);
    return place;
}

static void add_commit(Totals *totals, const Source *source, const RISCVCommit *c)
{
    Place *place = place_of(totals, source, c);

    totals->instructions++;
    totals->by_priv[c->priv]++;
    totals->loads += c->load_count > 0;
    totals->stores += c->store_count > 0;
    place->symbol->count++;
    place->mnemonic->count++;
}

static void add(Totals *totals, const Source *source, const RISCVTraceItem *item)
{
    g_autofree char *text = NULL;

    if (!item->is_trap) {
        char hart[32];

        g_snprintf(hart, sizeof(hart), "hart %" PRIu64, item->hart);
        count_of(totals->harts, hart)->count++;
        add_commit(totals, source, &item->commit);
        return;
    }
    totals->traps++;
    text = g_strdup_printf("%s, cause 0x%" PRIx64 ", from %c to %c",
                           riscv_cause_name(item->trap.cause), item->trap.cause,
                           "US?M"[item->trap.from], "US?M"[item->trap.to]);
    count_of(totals->causes, text)->count++;
}

/* ---- printing ---- */

/* The most frequent one first, then by name. */
static int compare_counts(const void *a, const void *b)
{
    const Count *x = *(const Count *const *)a, *y = *(const Count *const *)b;

    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->name, y->name);
}

static void print_table(const char *title, GHashTable *table, uint64_t total, unsigned top)
{
    g_autoptr(GPtrArray) counts = g_ptr_array_new();
    uint64_t rest = total;
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        g_ptr_array_add(counts, value);
    }
    if (counts->len == 0) {
        return;
    }
    g_ptr_array_sort(counts, compare_counts);
    printf("\n%s:\n", title);
    for (guint i = 0; i < counts->len && i < top; i++) {
        const Count *count = g_ptr_array_index(counts, i);

        printf("%16" PRIu64 "  %5.1f %%  %s\n", count->count, 100.0 * count->count / total,
               count->name);
        rest -= count->count;
    }
    if (counts->len > top) {
        printf("%16" PRIu64 "  %5.1f %%  (%u others)\n", rest, 100.0 * rest / total,
               counts->len - top);
    }
}

static void print_totals(const Totals *t, unsigned top)
{
    printf("%16" PRIu64 "  instructions\n%16" PRIu64 "  of them load\n%16" PRIu64
           "  of them store\n",
           t->instructions, t->loads, t->stores);
    printf("%16" PRIu64 "  in M mode\n%16" PRIu64 "  in S mode\n%16" PRIu64 "  in U mode\n",
           t->by_priv[PRIV_M], t->by_priv[PRIV_S], t->by_priv[PRIV_U]);
    printf("%16" PRIu64 "  traps\n", t->traps);
    if (g_hash_table_size(t->harts) > 1) {
        print_table("Harts", t->harts, t->instructions, top);
    }
    print_table("Symbols", t->symbols, t->instructions, top);
    print_table("Instructions", t->mnemonics, t->instructions, top);
    print_table("Traps", t->causes, t->traps, top);
}

int print_summary(Source *source, const Selection *selection, unsigned top, Error **errp)
{
    Totals totals = {
        .harts = new_table(),
        .symbols = new_table(),
        .mnemonics = new_table(),
        .causes = new_table(),
        .places = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free),
    };
    RISCVTraceItem item;
    Error *err = NULL;

    while (source_next(source, &item, &err)) {
        if (selection_has(selection, &item)) {
            add(&totals, source, &item);
        }
    }
    if (!err) {
        print_totals(&totals, top);
    }
    g_hash_table_unref(totals.places);
    g_hash_table_unref(totals.harts);
    g_hash_table_unref(totals.symbols);
    g_hash_table_unref(totals.mnemonics);
    g_hash_table_unref(totals.causes);
    if (err) {
        error_propagate(errp, err);
        return -1;
    }
    return STATUS_FINE;
}
