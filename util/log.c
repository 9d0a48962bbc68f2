/*
 * The debugging log: the table of items, the selection, the output.
 *
 * SPDX-License-Identifier: MIT
 */
#include "util/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/error.h"

const LogItem log_items[] = {
    { LOG_IN_ASM, "in_asm", "guest instructions of each block when it is decoded" },
    { LOG_OP, "op", "operations of each block when it is decoded" },
    { LOG_EXEC, "exec", "each block that is entered" },
    { LOG_CPU, "cpu", "registers whenever a block is entered" },
    { LOG_INT, "int", "interrupts and exceptions" },
    { LOG_MMU, "mmu", "address translation: page-table walks, TLB fills and flushes" },
    { LOG_GUEST_ERROR, "guest_errors", "mistakes of the guest, such as a missing register" },
    { LOG_UNIMP, "unimp", "what the guest uses and rvemu does not implement" },
    { LOG_COMMITS, "commits", "each instruction that retired and what it wrote, as Spike's --log-commits" },
    { LOG_INSNS, "insns", "each instruction before it is executed, and traps, as Spike's -l" },
    { LOG_LOADER, "loader", "images, where they were loaded, and the entry point" },
    { LOG_STATS, "stats", "counters of the engine when the run ends" },
    { 0, NULL, NULL },
};

#define ALL_ITEMS (2 * LOG_STATS - 1) /* "all": up to the last one */

/*
 * The log is one per process, like stderr, which it stands in for: selection, filter and stream are
 * the only state here.
 */
uint64_t log_selected;
AddressFilter *log_filter; /* of guest code; NULL: all */
static FILE *log_file; /* NULL: stderr */
static char *log_filename;
static GMutex log_lock; /* of both */

void log_set_mask(uint64_t mask)
{
    __atomic_store_n(&log_selected, mask, __ATOMIC_RELAXED);
}

uint64_t log_get_mask(void)
{
    return __atomic_load_n(&log_selected, __ATOMIC_RELAXED);
}

void log_set_filter(AddressFilter *filter)
{
    address_filter_free(log_filter);
    log_filter = filter;
}

static const LogItem *find_item(const char *name)
{
    for (const LogItem *item = log_items; item->name; item++) {
        if (strcmp(item->name, name) == 0) {
            return item;
        }
    }
    return NULL;
}

static void error_unknown_item(Error **errp, const char *name)
{
    g_autoptr(GString) valid = g_string_new(NULL);

    for (const LogItem *item = log_items; item->name; item++) {
        g_string_append_printf(valid, "%s%s", valid->len ? ", " : "", item->name);
    }
    error_setg(errp, "unknown log item '%s'", name);
    error_append_hint(errp, "valid items: %s, all", valid->str);
}

bool log_parse_items(const char *items, uint64_t *mask, Error **errp)
{
    g_auto(GStrv) names = g_strsplit(items, ",", -1);
    uint64_t selected = 0;

    if (!names[0]) {
        error_unknown_item(errp, "");
        return false;
    }
    for (char **name = names; *name; name++) {
        if (strcmp(*name, "all") == 0) {
            selected |= ALL_ITEMS;
            continue;
        }
        const LogItem *item = find_item(*name);
        if (!item) {
            error_unknown_item(errp, *name);
            return false;
        }
        selected |= item->mask;
    }
    *mask = selected;
    return true;
}

char *log_items_help(void)
{
    GString *help = g_string_new("Log items (comma separated):\n");

    for (const LogItem *item = log_items; item->name; item++) {
        g_string_append_printf(help, "%-15s %s\n", item->name, item->help);
    }
    g_string_append_printf(help, "%-15s %s\n", "all", "all of these");
    return g_string_free(help, FALSE);
}

/* Caller holds log_lock. The guest was not stopped for a disk that is full, but its log is not all. */
static void close_file(void)
{
    bool bad;

    if (!log_file) {
        return;
    }
    errno = 0; /* an earlier failure left none */
    bad = ferror(log_file);
    bad |= fclose(log_file) != 0;
    log_file = NULL;
    if (bad) {
        error_report("the log in '%s' is not all there: %s", log_filename,
                     errno ? g_strerror(errno) : "it could not be written");
    }
    g_clear_pointer(&log_filename, g_free);
}

bool log_set_file(const char *filename, Error **errp)
{
    FILE *file = NULL;

    if (filename) {
        file = fopen(filename, "w");
        if (!file) {
            error_setg_errno(errp, errno, "cannot open log file '%s'", filename);
            return false;
        }
    }
    g_mutex_lock(&log_lock);
    close_file();
    log_file = file;
    log_filename = g_strdup(filename);
    g_mutex_unlock(&log_lock);
    return true;
}

void log_write(const char *text, size_t len)
{
    g_mutex_lock(&log_lock);
    FILE *file = log_file ? log_file : stderr;
    /* A log that cannot be written (disk full) must not stop the guest. */
    fwrite(text, 1, len, file);
    if (len && text[len - 1] != '\n') {
        putc('\n', file);
    }
    g_mutex_unlock(&log_lock);
}

void log_vprintf(const char *fmt, va_list ap)
{
    char buffer[512];
    va_list again;

    va_copy(again, ap);
    int len = vsnprintf(buffer, sizeof(buffer), fmt, ap);
    if (len >= 0 && (size_t)len < sizeof(buffer)) {
        log_write(buffer, (size_t)len);
    } else {
        g_autofree char *text = g_strdup_vprintf(fmt, again);
        log_write(text, strlen(text));
    }
    va_end(again);
}

void log_printf(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    log_vprintf(fmt, ap);
    va_end(ap);
}

void log_flush(void)
{
    g_mutex_lock(&log_lock);
    fflush(log_file ? log_file : stderr);
    g_mutex_unlock(&log_lock);
}

void log_cleanup(void)
{
    log_set_mask(0);
    log_set_filter(NULL);
    g_mutex_lock(&log_lock);
    close_file();
    g_mutex_unlock(&log_lock);
}
