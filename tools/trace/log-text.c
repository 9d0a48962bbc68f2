/*
 * Reading the text of a commit: commit-text.c the other way round.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "source.h"

/* The word, then blanks: moves behind them. */
static bool skip(const char **at, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(*at, word, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

/* "0x" and digits; how many in *digits. */
static bool hex(const char **at, uint64_t *value, unsigned *digits)
{
    *value = *digits = 0;
    if (!skip(at, "0x")) {
        return false;
    }
    for (; g_ascii_isxdigit(**at) && *digits < 16; (*at)++, (*digits)++) {
        *value = *value << 4 | g_ascii_xdigit_value(**at);
    }
    return *digits > 0;
}

static bool decimal(const char **at, uint64_t *value)
{
    const char *begin = *at;

    for (*value = 0; g_ascii_isdigit(**at) && *at - begin < 19; (*at)++) {
        *value = *value * 10 + (**at - '0');
    }
    return *at != begin;
}

static void blanks(const char **at)
{
    *at += strspn(*at, " ");
}

/* " x5  0x...", " f10 0x...", " c768_mstatus 0x...". */
static bool parse_reg(const char **at, RISCVCommit *c)
{
    char kind = **at;
    uint64_t number, value;
    unsigned digits;

    (*at)++;
    if (!decimal(at, &number) || c->reg_count == COMMIT_MAX_REGS ||
        number > (kind == 'c' ? 4095 : 31)) {
        return false;
    }
    if (kind == 'c') {
        *at += strcspn(*at, " \r\n");
    }
    blanks(at);
    if (!hex(at, &value, &digits)) {
        return false;
    }
    if (kind == 'f') {
        c->flen = digits / 2;
    }
    c->keys[c->reg_count] = COMMIT_KEY(kind == 'c'   ? COMMIT_CSR
                                       : kind == 'f' ? COMMIT_F
                                                     : COMMIT_X,
                                       number);
    c->regs[c->reg_count++] = value;
    return true;
}

/* One of a row of zero bytes: it makes the one before longer. */
static bool joins_zeros(RISCVCommit *c, uint64_t addr, uint64_t value, unsigned size)
{
    unsigned last = c->store_count - 1u;

    if (size != 1 || value || !c->store_count) {
        return false;
    }
    if (c->stores[last].size == 1 && c->stores[last].value == 0 &&
        c->stores[last].addr + 1 == addr) {
        c->stores[last].size = 0;
        c->stores[last].value = 1;
    }
    if (c->stores[last].size || c->stores[last].addr + c->stores[last].value != addr) {
        return false;
    }
    c->stores[last].value++;
    return true;
}

/* "mem 0x..." is a load, "mem 0x... 0x..." a store. */
static bool parse_access(const char **at, RISCVCommit *c)
{
    uint64_t addr, value;
    unsigned digits;

    *at += strlen("mem");
    blanks(at);
    if (!hex(at, &addr, &digits)) {
        return false;
    }
    blanks(at);
    if (**at != '0') {
        if (c->load_count == COMMIT_MAX_ACCESSES) {
            return false;
        }
        c->loads[c->load_count++] = addr;
        return true;
    }
    if (!hex(at, &value, &digits)) {
        return false;
    }
    if (joins_zeros(c, addr, value, digits / 2)) {
        return true;
    }
    if (c->store_count == COMMIT_MAX_ACCESSES ||
        (digits != 2 && digits != 4 && digits != 8 && digits != 16)) {
        return false;
    }
    c->stores[c->store_count].addr = addr;
    c->stores[c->store_count].value = value;
    c->stores[c->store_count++].size = digits / 2;
    return true;
}

/* "core   0: 3 0x0000000080000000 (0x00000297)"; what follows is the caller's. */
static bool parse_head(const char **at, RISCVCommit *c)
{
    unsigned digits;
    uint64_t priv, raw;

    if (!skip(at, "core")) {
        return false;
    }
    blanks(at);
    if (!decimal(at, &c->hart) || !skip(at, ": ") || !decimal(at, &priv) || priv > 3 || priv == 2 ||
        !skip(at, " ") || !hex(at, &c->pc, &digits) || !skip(at, " (") || !hex(at, &raw, &digits) ||
        !skip(at, ")")) {
        return false;
    }
    c->priv = priv;
    c->raw = raw;
    c->len = digits / 2;
    return c->len == 2 || c->len == 4;
}

bool parse_commit(const char *line, RISCVCommit *c)
{
    c->reg_count = c->load_count = c->store_count = 0;
    c->flen = 8;
    if (!parse_head(&line, c)) {
        return false;
    }
    for (blanks(&line); *line && *line != '\n' && *line != '\r'; blanks(&line)) {
        if (strchr("xfc", *line)) {
            if (!parse_reg(&line, c)) {
                return false;
            }
        } else if (!g_str_has_prefix(line, "mem ") || !parse_access(&line, c)) {
            return false;
        }
    }
    return true;
}
