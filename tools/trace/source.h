/*
 * Where records come from: a trace of rvemu's, or a log of Spike's as text.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TOOLS_TRACE_SOURCE_H
#define TOOLS_TRACE_SOURCE_H

#include "target-riscv/commit-trace.h"

typedef struct Source Source;

/*
 * `filename` is a trace, a log, or a log packed by gzip; "-" is a log on standard input. What a log
 * does not tell, extensions and symbols, comes from `elf` if that is not NULL.
 */
Source *source_open(const char *filename, const char *elf, Error **errp);
void source_free(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_free)

const char *source_name(const Source *source);
const RISCVExtSet *source_exts(const Source *source);
const Symbols *source_symbols(const Source *source); /* may be NULL */

/*
 * The next record; of a log, what is not a commit's line is passed over. False at the end, or with
 * an error.
 */
bool source_next(Source *source, RISCVTraceItem *item, Error **errp);
/* The number of that record's line, or of the record in the trace; both begin at 1. */
uint64_t source_position(const Source *source);
/* Its line, without newline; valid until the next one. Not of a trap. */
const char *source_line(Source *source, const RISCVTraceItem *item);

/* log-text.c: what a line says. False: it is not a commit's. */
bool parse_commit(const char *line, RISCVCommit *commit);

#endif
