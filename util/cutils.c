/*
 * Strict parsers for numbers, sizes and switches, and the search for the name that was meant.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/cutils.h"

#include <string.h>

/* Suffixes of sizes; the place of each is its power of 1024. */
static const char size_suffixes[] = "BKMGTPE";

/* The denominator of a size's fraction. */
#define FRACTION UINT64_C(1000000000000000000)

bool is_help_option(const char *text)
{
    return strcmp(text, "help") == 0 || strcmp(text, "?") == 0;
}

/*
 * Reads the digits at *text, which it moves behind them. False where there are none or where the
 * number does not fit; *overflow tells which.
 */
static bool scan_uint64(const char **text, uint64_t *value, bool *overflow)
{
    const char *p = *text;
    unsigned base = 10;
    uint64_t number = 0;

    if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && g_ascii_isxdigit(p[2])) {
        base = 16;
        p += 2;
    }
    const char *digits = p;
    *overflow = false;
    for (; base == 16 ? g_ascii_isxdigit(*p) : g_ascii_isdigit(*p); p++) {
        unsigned digit = (unsigned)g_ascii_xdigit_value(*p);
        if (__builtin_mul_overflow(number, base, &number) ||
            __builtin_add_overflow(number, digit, &number)) {
            *overflow = true;
            return false;
        }
    }
    *text = p;
    *value = number;
    return p != digits;
}

/* Always false. */
static bool error_number(Error **errp, const char *text, bool overflow)
{
    error_setg(errp, overflow ? "'%s' does not fit in 64 bits" : "'%s' is not a number", text);
    return false;
}

bool parse_uint64(const char *text, uint64_t *value, Error **errp)
{
    const char *rest = text;
    uint64_t number;
    bool overflow;

    if (!scan_uint64(&rest, &number, &overflow) || *rest) {
        return error_number(errp, text, overflow);
    }
    *value = number;
    return true;
}

bool parse_int64(const char *text, int64_t *value, Error **errp)
{
    bool negative = *text == '-';
    const char *rest = text + (negative || *text == '+');
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    uint64_t number;
    bool overflow;

    if (!scan_uint64(&rest, &number, &overflow) || *rest) {
        return error_number(errp, text, overflow);
    }
    if (number > limit) {
        return error_number(errp, text, true);
    }
    *value = (int64_t)(negative ? -number : number);
    return true;
}

/* What is behind the point of a decimal number: in units of 10^-18, more digits than matter. */
static uint64_t scan_fraction(const char **text)
{
    uint64_t fraction = 0;

    for (uint64_t weight = FRACTION / 10; g_ascii_isdigit(**text); weight /= 10, ++*text) {
        fraction += weight * (unsigned)g_ascii_digit_value(**text);
    }
    return fraction;
}

bool parse_size(const char *text, uint64_t default_unit, uint64_t *size, Error **errp)
{
    const char *rest = text;
    uint64_t number, fraction = 0, unit = default_unit;
    bool overflow;

    bool number_found = scan_uint64(&rest, &number, &overflow);
    bool has_point = number_found && rest[0] == '.' && g_ascii_isdigit(rest[1]) && text[1] != 'x' &&
                     text[1] != 'X';
    if (has_point) {
        rest++;
        fraction = scan_fraction(&rest);
    }
    if (number_found && *rest) {
        const char *suffix = strchr(size_suffixes, g_ascii_toupper(*rest));
        if (suffix) {
            unit = UINT64_C(1) << (10 * (suffix - size_suffixes));
            rest++;
        }
    }
    if (!overflow && (!number_found || *rest || (has_point && unit == 1))) {
        error_setg(errp, "'%s' is not a size", text);
        error_append_hint(errp, "a number, then one of B, K, M, G, T, P, E or nothing; of bytes a "
                                "whole one");
        return false;
    }
    if (overflow || __builtin_mul_overflow(number, unit, &number) ||
        __builtin_add_overflow(number, (uint64_t)((__uint128_t)fraction * unit / FRACTION),
                               &number)) {
        error_setg(errp, "size '%s' does not fit in 64 bits", text);
        return false;
    }
    *size = number;
    return true;
}

char *format_size(uint64_t size)
{
    unsigned power = 0;

    while (size && size % 1024 == 0 && power < sizeof(size_suffixes) - 2) {
        size /= 1024;
        power++;
    }
    if (power == 0) {
        return g_strdup_printf("%" G_GUINT64_FORMAT, size);
    }
    return g_strdup_printf("%" G_GUINT64_FORMAT "%c", size, size_suffixes[power]);
}

bool parse_bool(const char *text, bool *value, Error **errp)
{
    static const char *const words[2][4] = {
        { "off", "no", "false", "n" },
        { "on", "yes", "true", "y" },
    };

    for (int i = 0; i < 2; i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(words[i]); j++) {
            if (strcmp(text, words[i][j]) == 0) {
                *value = i;
                return true;
            }
        }
    }
    error_setg(errp, "'%s' is neither on nor off", text);
    return false;
}

/*
 * The number of slips that turn a into b: a letter too many, too few or wrong, or two neighbours
 * exchanged (optimal string alignment). D(i, j) is that of a's first i letters from b's first j.
 */
static unsigned edit_distance(const char *a, const char *b)
{
    size_t len_a = strlen(a), len_b = strlen(b), width = len_b + 1;
    g_autofree unsigned *distance = g_new(unsigned, (len_a + 1) * width);
#define D(i, j) distance[(i) * width + (j)]

    for (size_t i = 0; i <= len_a; i++) {
        for (size_t j = 0; j <= len_b; j++) {
            if (i == 0 || j == 0) {
                D(i, j) = (unsigned)(i + j);
                continue;
            }
            unsigned wrong = g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]);
            D(i, j) = MIN(D(i - 1, j - 1) + wrong, MIN(D(i - 1, j), D(i, j - 1)) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                D(i, j) = MIN(D(i, j), D(i - 2, j - 2) + 1);
            }
        }
    }
    return D(len_a, len_b);
#undef D
}

const char *nearest_name(const char *wanted, const GPtrArray *names)
{
    /*
     * More than a third of the letters wrong is another word, not a slip; one slip is always
     * forgiven.
     */
    unsigned best_distance = MAX(1, (unsigned)strlen(wanted) / 3) + 1;
    const char *best = NULL;

    for (unsigned i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        unsigned distance = edit_distance(wanted, name);
        if (distance < best_distance) {
            best_distance = distance;
            best = name;
        }
    }
    return best;
}
