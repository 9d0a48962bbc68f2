/*
 * A run of many programs: what is known of each, and of the whole.
 *
 * Belongs here: what the parts of rvemu-suite (finding programs, running them, judging, reports)
 * tell each other. Does not belong here: what happens inside of one run, which is rvemu's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SUITE_H
#define SUITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

#define SUITE_NAME "rvemu-suite"

/* ---- What was asked for ---- */

typedef struct SuiteOptions {
    GPtrArray *paths; /* char *, as given */
    unsigned jobs;
    GRegex *filter;   /* NULL: every program */
    char *limit;      /* argument of rvemu's -limit; it always has seconds */
    uint64_t seconds; /* these */
    char *expect;     /* file with known failures, or NULL */
    char *signatures; /* folder with references, or NULL */
    char *junit;
    char *html;
    bool tap;
    char *rvemu;          /* the program; found out where it was not given */
    char **rvemu_options; /* what stands behind "--" */
} SuiteOptions;

/* ---- Known failures ---- */

typedef struct Expectation {
    char *pattern;
    GPatternSpec *spec;
    char *reason;
    unsigned line; /* of the file */
    bool used;     /* it is about a program that was found, be it one that --filter leaves out */
} Expectation;

/* ---- One program ---- */

/* How a run ended: identifier, and what a report calls it. */
#define RUN_ENDS(X)                   \
    X(NOT_RUN, "not run")             \
    X(PASSED, "passed")               \
    X(FAILED, "failed")               \
    X(SIGNATURE, "signature differs") \
    X(LIMIT, "limit reached")         \
    X(DEAD, "dead guest")             \
    X(REFUSED, "cannot be run")       \
    X(CRASHED, "rvemu crashed")       \
    X(HUNG, "no end")

typedef enum RunEnd {
#define END_ENUM(id, text) END_##id,
    RUN_ENDS(END_ENUM)
#undef END_ENUM
} RunEnd;

/* What that means, known failures considered: identifier, heading, word for machines. */
#define STANDINGS(X)                                   \
    X(PASSED, "passed", "passed")                      \
    X(FAILED, "failed", "failed")                      \
    X(EXPECTED, "failed as expected", "expected")      \
    X(UNEXPECTED, "passed unexpectedly", "unexpected") \
    X(NOT_RUN, "not run", "not-run")

typedef enum Standing {
#define STANDING_ENUM(id, heading, word) STANDING_##id,
    STANDINGS(STANDING_ENUM)
#undef STANDING_ENUM
    N_STANDINGS
} Standing;

typedef struct Test {
    char *path;                     /* of the ELF file */
    char *name;                     /* what reports call it */
    char *group;                    /* what it is listed under */
    const Expectation *expectation; /* NULL: it should pass */
    char *reference;                /* file with its signature, or NULL */

    RunEnd end;
    char *reason;  /* why not PASSED, one line; NULL: passed or not run */
    char *command; /* the command line, for a shell; NULL: not run */
    /* For what did not pass: what came on standard error and output, fit to be shown. */
    char *post_mortem;
    char *output;
    double seconds;
} Test;

/* ---- The whole ---- */

/* Files that are passed over: identifier and what the report says of them. */
#define PASSED_OVER(X)         \
    X(OTHER, "not RISC-V ELF") \
    X(OBJECT, "not linked")    \
    X(WIDTH, "not 64-bit little-endian")

typedef enum FileKind {
    FILE_PROGRAM,
#define PASSED_OVER_ENUM(id, text) FILE_##id,
    PASSED_OVER(PASSED_OVER_ENUM)
#undef PASSED_OVER_ENUM
    N_FILE_KINDS
} FileKind;

typedef struct Suite {
    SuiteOptions options;
    GPtrArray *tests;                   /* Test *, by group and name */
    GPtrArray *expectations;            /* Expectation *, in the file's order */
    unsigned passed_over[N_FILE_KINDS]; /* how many files of each kind are no tests */
    unsigned filtered;                  /* how many programs --filter left out */
    unsigned references;                /* how many tests have a reference */
    double seconds;                     /* wall-clock time of all */
    int signal;                         /* by which the run was cut short, or 0 */
} Suite;

/* The words of the tables above. */
const char *run_end_text(RunEnd end);
const char *standing_heading(Standing standing);
const char *standing_word(Standing standing);
const char *file_kind_text(FileKind kind);

Standing test_standing(const Test *test);
void test_free(Test *test);

/* How many tests of [first, end) have each standing. */
void suite_count(const Suite *suite, guint first, guint end, unsigned counts[N_STANDINGS]);

/* Has all been run, and is all as expected? */
bool suite_is_good(const Suite *suite);

/* How long the tests of [first, end) took, one after the other. */
double suite_seconds(const Suite *suite, guint first, guint end);

/* The index behind the last test of the group that test `first` is in. */
guint suite_group_end(const Suite *suite, guint first);

/* "3 failed, 360 passed"; the caller frees it. */
char *suite_summary(const unsigned counts[N_STANDINGS]);

/* "12 files passed over: ...", or NULL; the caller frees it. */
char *suite_passed_over(const Suite *suite);

/* What else is to be said of the run, a line each, without newline (char *; free with unref). */
GPtrArray *suite_remarks(const Suite *suite);

/* ---- The parts ---- */

/* options.c: takes the command line. */
void suite_options_init(SuiteOptions *options);
void suite_options_clear(SuiteOptions *options);
/* True: go on. False: an error, or none where all that was asked for has been printed. */
bool suite_options_parse(SuiteOptions *options, int argc, char **argv, Error **errp);

/* find.c: fills suite->tests from the paths given, sorted, and counts what is passed over. */
bool suite_find(Suite *suite, Error **errp);

/* expect.c */
bool suite_read_expectations(Suite *suite, Error **errp);
void expectation_free(Expectation *expectation);

/* find.c: takes out the tests that --filter leaves out. */
bool suite_filter(Suite *suite, Error **errp);

/* signature.c: looks for the reference of each test. */
bool suite_find_references(Suite *suite, Error **errp);
/* How many bytes a line of a reference stands for, as signature-granularity has it; 0: an error. */
unsigned signature_granularity(const char *reference, Error **errp);
/* NULL: the files hold the same. Else the first difference, in words; the caller frees it. */
char *signature_compare(const char *signature, const char *reference);

/* command.c: looks for an emulator if the options name none; does it take its own options? */
bool suite_find_rvemu(SuiteOptions *options, Error **errp);
bool suite_probe(const Suite *suite, Error **errp);
/*
 * The words of the command that runs a test, and a NULL. `signature` is the file that is compared
 * with its reference, if it has one.
 */
GPtrArray *command_of_test(const Suite *suite, const Test *test, const char *signature,
                           Error **errp);
/* Words that NULL ends, for a shell; the caller frees it. */
char *command_text(const GPtrArray *words);
/* The command that runs a program without needs of its own, for a shell; the caller frees it. */
char *suite_command_text(const Suite *suite);

/* run.c: runs every test, and calls `ended` after each, when `done` of them have been run. */
typedef void SuiteEnded(const Suite *suite, guint done, void *opaque);
bool suite_run(Suite *suite, SuiteEnded *ended, void *opaque, Error **errp);

/* judge.c: how a run ended, by the status of waitpid() and what came on standard error. */
void test_judge(Test *test, int wait_status, const char *err);

/* progress.c: the line on a terminal (standard error); elsewhere nothing is shown. */
typedef struct Progress {
    bool wanted;
    bool shown;
    gint64 next; /* g_get_monotonic_time() before which it is not worth while to show it again */
} Progress;

void progress_init(Progress *progress);
void progress_show(Progress *progress, const Suite *suite, guint done);
void progress_clear(Progress *progress);
bool terminal_is_able(int fd); /* to move its cursor and to show colours */

/* report-table.c: for people, on standard output. */
void report_table(const Suite *suite);

/*
 * report-tap.c: TAP 14 on standard output, in the tests' order as far as they have ended. `next` is
 * 0 at first; a call writes what is new. The last one says what was not run.
 */
void report_tap_begin(const Suite *suite);
void report_tap_ended(const Suite *suite, guint *next);
void report_tap_end(const Suite *suite, guint *next);

/* report-junit.c, report-html.c: the files that the options name. */
bool report_junit(const Suite *suite, Error **errp);
bool report_html(const Suite *suite, Error **errp);

/*
 * report-text.c: adds text with what XML and HTML mean something by written as references, to an
 * element or to an attribute in double quotes. The text is one of text_printable().
 */
void append_escaped(GString *to, const char *text);
/* As append_escaped(), of a text like printf()'s. */
void append_escapedf(GString *to, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* Writes a report. `option` is the one that named the file. */
bool write_report(const char *option, const char *file, const GString *text, Error **errp);
/* Can the file be written? It is there afterwards. */
bool check_report(const char *option, const char *file, Error **errp);

#endif /* SUITE_H */
