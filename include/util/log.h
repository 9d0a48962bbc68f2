/*
 * The debugging log: what -d selects and -D redirects.
 *
 * Belongs here: the items that can be logged, the mask of those selected, output of whole lines.
 * Does not belong here: messages meant for every user (util/error.h).
 *
 * Any thread may log. The mask and the file are set by the main thread.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <glib.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/address-filter.h"
#include "util/error.h"

/* One bit per item of -d; names and help texts are in util/log.c. */
#define LOG_IN_ASM (UINT64_C(1) << 0)
#define LOG_OP (UINT64_C(1) << 1)
#define LOG_EXEC (UINT64_C(1) << 2)
#define LOG_CPU (UINT64_C(1) << 3)
#define LOG_INT (UINT64_C(1) << 4)
#define LOG_MMU (UINT64_C(1) << 5)
#define LOG_GUEST_ERROR (UINT64_C(1) << 6)
#define LOG_UNIMP (UINT64_C(1) << 7)
#define LOG_COMMITS (UINT64_C(1) << 8)
#define LOG_INSNS (UINT64_C(1) << 9)
#define LOG_LOADER (UINT64_C(1) << 10)
#define LOG_STATS (UINT64_C(1) << 11)

/* An item as -d knows it. */
typedef struct LogItem {
    uint64_t mask;
    const char *name;
    const char *help;
} LogItem;

/* All items, in the order of their bits; ends with a row whose name is NULL. */
extern const LogItem log_items[];

/* The selected items. Read it through log_enabled(); it is public for that inline function only. */
extern uint64_t log_selected;

/* True where any item of mask is selected. Costs one load and one test. */
static inline bool log_enabled(uint64_t mask)
{
    return G_UNLIKELY(__atomic_load_n(&log_selected, __ATOMIC_RELAXED) & mask);
}

/* Selects exactly the items of mask. */
void log_set_mask(uint64_t mask);

/* The selected items. */
uint64_t log_get_mask(void);

/*
 * Turns a list of names, "in_asm,int", into *mask. False and an error that lists the valid names
 * where one is unknown or the list is empty. "help" is no item: the option's handler asks
 * is_help_option() first and prints log_items_help().
 */
bool log_parse_items(const char *items, uint64_t *mask, Error **errp);

/* The items with their help texts, one per line; the caller frees it. */
char *log_items_help(void);

/*
 * Sends the log to the file, which is created or truncated; NULL means stderr, which is where it
 * goes at the start. A file is buffered: log_flush() or log_cleanup() write the rest. False and an
 * error where the file cannot be opened; the log then stays where it was.
 */
bool log_set_file(const char *filename, Error **errp);

/*
 * Writes the text in one piece, whatever other threads write, with a newline behind it if it has
 * none. Unconditional: for callers that have asked log_enabled().
 */
void log_printf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void log_vprintf(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void log_write(const char *text, size_t len);

/*
 * Limits what is logged of guest code to addresses that log_filter_passes(), and takes the filter;
 * NULL: no limit any more. The main thread, while no guest runs.
 */
void log_set_filter(AddressFilter *filter);

/* The filter; for the inline function only. */
extern AddressFilter *log_filter;

/* Is guest code at that address to be logged? */
static inline bool log_filter_passes(uint64_t addr)
{
    return G_LIKELY(!log_filter) || address_filter_has(log_filter, addr, addr);
}

/* log_printf where an item of mask is selected; the arguments are evaluated only then. */
#define log_mask(mask, fmt, ...)                    \
    do {                                            \
        if (log_enabled(mask)) {                    \
            log_printf((fmt), ##__VA_ARGS__);       \
        }                                           \
    } while (0)

/* Writes what is buffered. */
void log_flush(void);

/*
 * Writes the rest, closes the file, selects nothing, goes back to stderr. May be called at any
 * time.
 */
void log_cleanup(void);

#endif /* UTIL_LOG_H */
