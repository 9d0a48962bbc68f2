/*
 * Text to numbers and back, and help for mistyped names.
 *
 * Belongs here: strict parsers that options and properties share.
 * Does not belong here: the syntax of any particular option.
 *
 * Every parser takes the whole string or nothing: no white space, no rest, no silent overflow. Its
 * error names the text; the caller puts the option or property in front (error_prepend).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_CUTILS_H
#define UTIL_CUTILS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

/* "help" or "?", which every option that takes a name answers with a list. */
bool is_help_option(const char *text);

/*
 * Decimal, or hexadecimal with 0x; a leading 0 does not mean octal. *value is set only on success.
 */
bool parse_uint64(const char *text, uint64_t *value, Error **errp);

/* As parse_uint64, with an optional sign. */
bool parse_int64(const char *text, int64_t *value, Error **errp);

/*
 * A size in bytes: a number as of parse_uint64, then nothing or one of the suffixes B k K M G T P E
 * (powers of 1024; either case). A number without suffix counts in units of default_unit bytes (1,
 * or MiB for -m). After 0x, b and e are digits, not suffixes.
 */
bool parse_size(const char *text, uint64_t default_unit, uint64_t *size, Error **errp);

/*
 * The shortest text that parse_size(text, 1) turns back into exactly size: "128M", "1000"; the
 * caller frees it.
 */
char *format_size(uint64_t size);

/* on/yes/true/y and off/no/false/n. */
bool parse_bool(const char *text, bool *value, Error **errp);

/*
 * Of the strings in names the one that the user who typed wanted most likely meant, or NULL where
 * none is near. The result belongs to names.
 */
const char *nearest_name(const char *wanted, const GPtrArray *names);

#endif /* UTIL_CUTILS_H */
