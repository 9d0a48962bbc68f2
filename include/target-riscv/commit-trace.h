/*
 * Commit traces: files that hold all of what a run's instructions did (`-trace-commits FILE`).
 *
 * A file begins with what the trace is of: rvemu's version, the harts' extensions, the symbols of
 * what was loaded. Then come blocks, each of one hart and compressed: what is in it stands on
 * nothing but the beginning of the file. So one that was cut short is good up to its last whole
 * block. docs/traces.md describes the format. What does not belong here: how records come about
 * (interp/commits.h), what they mean as text (commit.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_RISCV_COMMIT_TRACE_H
#define TARGET_RISCV_COMMIT_TRACE_H

#include <stdbool.h>

#include "system/symbols.h"
#include "target-riscv/commit.h"
#include "target-riscv/ext.h"
#include "util/error.h"

/* ---- writing ---- */

typedef struct RISCVTraceWriter RISCVTraceWriter; /* counts its references */
typedef struct RISCVTraceStream RISCVTraceStream; /* what one hart puts into it */

/*
 * Creates or truncates the file. With `turns` harts take turns, and the trace has their
 * instructions in the order of execution; else in an order that is right within each hart, and to
 * some thousand instructions among them.
 */
RISCVTraceWriter *riscv_trace_create(const char *filename, bool turns, Error **errp);
/* The last reference ends the file; what went wrong with it meanwhile is reported then. */
RISCVTraceWriter *riscv_trace_writer_ref(RISCVTraceWriter *writer);
void riscv_trace_writer_unref(RISCVTraceWriter *writer);
/* What the trace is of; before the first stream's first record. `symbols` may be NULL. */
void riscv_trace_describe(RISCVTraceWriter *writer, const RISCVExtSet *exts,
                          const Symbols *symbols);

/*
 * A hart's records are packed by a thread of its own; while that has much to do, a call that adds
 * one waits. The stream belongs to one thread, and ends with riscv_trace_stream_end(), after which
 * its records are in the file.
 */
RISCVTraceStream *riscv_trace_stream_new(RISCVTraceWriter *writer, uint64_t hart);
void riscv_trace_stream_end(RISCVTraceStream *stream); /* NULL is fine */

/* The hart runs now, after others may have. */
void riscv_trace_turn(RISCVTraceStream *stream);
/* An instruction retired; commit->hart does not matter. */
void riscv_trace_commit(RISCVTraceStream *stream, const RISCVCommit *commit);

/* A trap: exception (after which nothing of its instruction is recorded) or interrupt. */
typedef struct RISCVTracedTrap {
    uint64_t epc, cause, tval;
    uint8_t from, to; /* RISCVPriv */
} RISCVTracedTrap;
void riscv_trace_trap(RISCVTraceStream *stream, const RISCVTracedTrap *trap);

/* ---- reading ---- */

typedef struct RISCVTraceReader RISCVTraceReader;

/* Is the file's beginning that of a trace? False where it cannot be read, too. */
bool riscv_trace_is_trace(const char *filename);
RISCVTraceReader *riscv_trace_open(const char *filename, Error **errp);
void riscv_trace_reader_free(RISCVTraceReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RISCVTraceReader, riscv_trace_reader_free)

const RISCVExtSet *riscv_trace_exts(const RISCVTraceReader *reader);
const Symbols *riscv_trace_symbols(const RISCVTraceReader *reader);
/* Why the trace has no end, for a warning; NULL: it has one. The caller frees it. */
char *riscv_trace_cut_short(const RISCVTraceReader *reader);

typedef struct RISCVTraceItem {
    bool is_trap;
    uint64_t hart; /* as commit.hart, which is set for both */
    RISCVCommit commit;
    RISCVTracedTrap trap;
} RISCVTraceItem;

/* The next one, in order. False at the end, or with an error where a block is damaged. */
bool riscv_trace_next(RISCVTraceReader *reader, RISCVTraceItem *item, Error **errp);

#endif
