/*
 * A check that failed: one line on the console, and its number as the exit status.
 *
 * SPDX-License-Identifier: MIT
 */
#include "guest.h"

/* The host sees eight bits of an exit status, and 0 means success there. */
static unsigned status_of(unsigned number)
{
    return number > 254 ? 254 : number;
}

static void put_place(unsigned number, const char *file, int line)
{
    put_text(file);
    put_text(":");
    put_dec(line);
    put_text(": check ");
    put_dec(number);
    put_text(" failed: ");
}

void check_failed(unsigned number, const char *file, int line, const char *what)
{
    put_place(number, file, line);
    put_text(what);
    put_text("\n");
    run_end(status_of(number));
}

void check_failed_value(unsigned number, const char *what, uint64_t found, int64_t row)
{
    put_text("check ");
    put_dec(number);
    put_text(" failed: ");
    put_text(what);
    if (row >= 0) {
        put_text(" ");
        put_dec(row);
    }
    put_text("; found ");
    put_hex(found);
    put_text("\n");
    run_end(status_of(number));
}

void check_equal(uint64_t actual, uint64_t expected, unsigned number, const char *file, int line,
                 const char *what)
{
    if (actual != expected) {
        put_place(number, file, line);
        put_text(what);
        put_text(": ");
        put_hex(actual);
        put_text(" is not ");
        put_hex(expected);
        put_text("\n");
        run_end(status_of(number));
    }
}

void check_trap(uint64_t cause, uint64_t tval, unsigned number, const char *file, int line,
                const char *what)
{
    struct trap *t = trap();

    if (t->cause != cause || t->tval != tval) {
        put_place(number, file, line);
        put_text("expected ");
        put_text(what);
        put_text(" tval ");
        put_hex(tval);
        put_text(", got cause ");
        put_hex(t->cause);
        put_text(" tval ");
        put_hex(t->tval);
        put_text("\n");
        run_end(status_of(number));
    }
}
