/*
 * Which records of a trace are looked at: see tool.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "target-riscv/cpu.h"
#include "target-riscv/csr.h"
#include "target-riscv/disas.h"
#include "tool.h"
#include "util/cutils.h"

struct Selection {
    AddressFilter *pcs, *addrs; /* NULL: any */
    GArray *regs;               /* keys; NULL: any */
    GArray *harts;              /* of uint64_t; NULL: any */
    unsigned privs;             /* bit for each */
};

static bool find_symbol(const char *name, uint64_t *first, uint64_t *last, void *opaque)
{
    return symbols_range(opaque, name, first, last);
}

static bool parse_addresses(const char *text, const char *option, const Source *source,
                            AddressFilter **filter, Error **errp)
{
    if (text) {
        *filter = address_filter_parse(text, find_symbol, (void *)source_symbols(source), errp);
        error_prepend(errp, "-%s %s: ", option, text);
    }
    return !text || *filter;
}

/* ---- registers ---- */

/* x5, t0, f10, fa0; -1: neither. */
static int find_xf(const char *name)
{
    for (unsigned i = 0; i < 32; i++) {
        char x[4], f[4];

        g_snprintf(x, sizeof(x), "x%u", i);
        g_snprintf(f, sizeof(f), "f%u", i);
        if (strcmp(name, x) == 0 || strcmp(name, riscv_x_name(i)) == 0) {
            return COMMIT_KEY(COMMIT_X, i);
        }
        if (strcmp(name, f) == 0 || strcmp(name, riscv_f_name(i)) == 0) {
            return COMMIT_KEY(COMMIT_F, i);
        }
    }
    return strcmp(name, "fp") == 0 ? (int)COMMIT_KEY(COMMIT_X, 8) : -1;
}

/* Also as the log has CSRs, "c768_mstatus". */
static int find_register(const char *name)
{
    const char *underscore = name[0] == 'c' && g_ascii_isdigit(name[1]) ? strchr(name, '_') : NULL;
    int key = find_xf(name);
    int csr = riscv_csr_by_name(underscore ? underscore + 1 : name);

    if (key >= 0) {
        return key;
    }
    if (strcmp(name, "mvip") == 0) {
        csr = CSR_MVIP;
    }
    return csr >= 0 ? (int)COMMIT_KEY(COMMIT_CSR, csr) : -1;
}

static bool parse_registers(Selection *selection, const char *text, Error **errp)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    selection->regs = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (char **name = names; *name; name++) {
        int key = find_register(*name);

        if (key < 0) {
            error_setg(errp, "-reg %s: there is no register '%s'", text, *name);
            error_append_hint(errp, "x5 or t0, f10 or fa0, or a CSR's name");
            return false;
        }
        g_array_append_val(selection->regs, key);
    }
    return true;
}

/* ---- harts and privileges ---- */

static bool parse_harts(Selection *selection, const char *text, Error **errp)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    selection->harts = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (char **word = words; *word; word++) {
        uint64_t hart;

        if (!parse_uint64(*word, &hart, errp)) {
            error_prepend(errp, "-hart %s: ", text);
            error_append_hint(errp, "numbers of harts, with commas between them");
            return false;
        }
        g_array_append_val(selection->harts, hart);
    }
    return true;
}

static bool parse_privileges(Selection *selection, const char *text, Error **errp)
{
    static const char letters[] = "US?M";
    g_auto(GStrv) words = g_strsplit(text, ",", -1);

    selection->privs = 0;
    for (char **word = words; *word; word++) {
        const char *at =
            strlen(*word) == 1 && **word != '?' ? strchr(letters, g_ascii_toupper(**word)) : NULL;

        if (!at) {
            error_setg(errp, "-priv %s: there is no privilege '%s'", text, *word);
            error_append_hint(errp, "M, S or U, with commas between them");
            return false;
        }
        selection->privs |= 1u << (at - letters);
    }
    return true;
}

/* ---- all of it ---- */

Selection *selection_new(const SelectionText *text, const Source *source, Error **errp)
{
    g_autoptr(Selection) selection = g_new0(Selection, 1);

    selection->privs = ~0u;
    if (!parse_addresses(text->pc, "pc", source, &selection->pcs, errp) ||
        !parse_addresses(text->addr, "addr", source, &selection->addrs, errp) ||
        (text->reg && !parse_registers(selection, text->reg, errp)) ||
        (text->hart && !parse_harts(selection, text->hart, errp)) ||
        (text->priv && !parse_privileges(selection, text->priv, errp))) {
        return NULL;
    }
    return g_steal_pointer(&selection);
}

void selection_free(Selection *selection)
{
    if (selection) {
        address_filter_free(selection->pcs);
        address_filter_free(selection->addrs);
        g_clear_pointer(&selection->regs, g_array_unref);
        g_clear_pointer(&selection->harts, g_array_unref);
        g_free(selection);
    }
}

static bool has_hart(const GArray *harts, uint64_t hart)
{
    for (guint i = 0; i < harts->len; i++) {
        if (g_array_index(harts, uint64_t, i) == hart) {
            return true;
        }
    }
    return false;
}

static bool has_register(const GArray *regs, const RISCVCommit *c)
{
    for (unsigned i = 0; i < c->reg_count; i++) {
        for (guint j = 0; j < regs->len; j++) {
            if (g_array_index(regs, unsigned, j) == c->keys[i]) {
                return true;
            }
        }
    }
    return false;
}

/* How many bytes a load had is the instruction's: bits 13:12 say so, but for a few; one byte will do. */
static bool has_access(const AddressFilter *addrs, const RISCVCommit *c)
{
    for (unsigned i = 0; i < c->load_count; i++) {
        unsigned size = c->len == 4 ? 1u << (c->raw >> 12 & 3) : 1;

        if (address_filter_has(addrs, c->loads[i], c->loads[i] + size - 1)) {
            return true;
        }
    }
    for (unsigned i = 0; i < c->store_count; i++) {
        uint64_t size = c->stores[i].size ? c->stores[i].size : c->stores[i].value;

        if (address_filter_has(addrs, c->stores[i].addr, c->stores[i].addr + size - 1)) {
            return true;
        }
    }
    return false;
}

bool selection_has(const Selection *selection, const RISCVTraceItem *item)
{
    uint64_t pc = item->is_trap ? item->trap.epc : item->commit.pc;
    unsigned priv = item->is_trap ? item->trap.from : item->commit.priv;

    if (!(selection->privs >> priv & 1) ||
        (selection->harts && !has_hart(selection->harts, item->hart)) ||
        (selection->pcs && !address_filter_has(selection->pcs, pc, pc))) {
        return false;
    }
    if (item->is_trap) {
        return !selection->regs && !selection->addrs;
    }
    return (!selection->regs || has_register(selection->regs, &item->commit)) &&
           (!selection->addrs || has_access(selection->addrs, &item->commit));
}
